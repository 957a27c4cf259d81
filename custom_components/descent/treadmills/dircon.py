"""GATT over TCP: one machine that speaks DIRCON, as a ``GattLink``."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress
import errno
import logging
import socket
from typing import Final

from .base import (
    Contact,
    ContactError,
    NoAnswerError,
    NotConnectedError,
    RejectedError,
    TreadmillError,
)
from .clock import Clock
from .dircon_codec import Identifier, decode_characteristics, decode_services
from .dircon_connection import Connection
from .gatt import DEVICE_INFORMATION, NEEDED_SERVICE, Heard, Property

PORT: Final = 36866  # of Wahoo's DIRCON; others kept to it
CONNECT_S: Final = 5.0  # a machine in the same network accepts within milliseconds, or is not there

_KNOWN: Final = Property.READ | Property.WRITE | Property.NOTIFY | Property.INDICATE
_NOBODY_THERE: Final = {
    errno.EHOSTUNREACH,
    errno.ENETUNREACH,
    errno.EHOSTDOWN,
    errno.ETIMEDOUT,
}

_LOGGER = logging.getLogger(__name__)


class DirconLink:
    """One machine at an address that may change. Several requests may be under way at once."""

    def __init__(self, clock: Clock, where: Callable[[], tuple[str, int]]) -> None:
        """Connect nothing yet; ``where`` is asked for host and port at every opening."""
        self._clock = clock
        self._where = where
        self._connection: Connection | None = None
        self._characteristics: dict[int, Property] = {}
        self._complained = False

    @property
    def is_open(self) -> bool:
        """Whether there is contact right now."""
        return self._connection is not None

    @property
    def characteristics(self) -> Mapping[int, Property]:
        """What the machine offered when the link was opened last.

        Most machines say notify of what indicates: DIRCON has one message for both.
        """
        return self._characteristics

    async def open(self, on_lost: Callable[[], None]) -> None:
        """Connect, and look what there is. Raises ``ContactError``."""
        if self._connection is not None:
            raise ContactError(Contact.UNREACHABLE, "this link is open already")
        connection = await self._connect()
        try:
            characteristics = await _look(connection)
        except TreadmillError as error:
            reason = _why_not(error, connection)
            connection.close()
            raise reason from error
        except BaseException:
            connection.close()
            raise
        self._characteristics = characteristics
        self._connection = connection

        def lost() -> None:
            self._connection = None
            on_lost()

        connection.on_lost = lost

    async def close(self) -> None:
        """Hang up. Idempotent, never raises."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()
            await connection.closed

    async def read(self, number: int) -> bytes:
        """Read a characteristic."""
        return await self._at(number).ask(Identifier.READ, number)

    async def write(self, number: int, value: bytes) -> None:
        """Write a characteristic and wait until the machine has taken it."""
        await self._at(number).write(number, value)

    async def subscribe(self, number: int, heard: Heard) -> None:
        """Ask for notifications or indications; ``heard`` gets each, in order."""
        await self._at(number).subscribe(number, heard)

    def watch(self, appeared: Callable[[], None]) -> Callable[[], None]:
        """Never call: nothing is heard of a machine without being connected to it."""
        del appeared
        return lambda: None

    # ---- inside

    async def _connect(self) -> Connection:
        host, port = self._where()
        connection = Connection(self._clock, f"{host}:{port}", self._complain)
        try:
            async with self._clock.limit(CONNECT_S):
                await asyncio.get_running_loop().create_connection(lambda: connection, host, port)
        except TimeoutError as error:
            raise ContactError(Contact.NOT_FOUND, f"nobody answers at {host}:{port}") from error
        except (OSError, ValueError, OverflowError) as error:
            # A name that nobody knows, and an address that is none, are OSError and the others.
            refused = isinstance(error, OSError) and _is_somebody_there(error)
            contact = Contact.UNREACHABLE if refused else Contact.NOT_FOUND
            raise ContactError(contact, f"{host}:{port}: {error}") from error
        return connection

    def _complain(self, what: str) -> None:
        """Log what could not be understood: once, however often contact is made anew."""
        level = logging.DEBUG if self._complained else logging.WARNING
        self._complained = True
        _LOGGER.log(level, "%s:%d sent %s", *self._where(), what)

    def _at(self, number: int) -> Connection:
        if self._connection is None:
            raise NotConnectedError("the link is not open")
        if number not in self._characteristics:
            raise RejectedError(f"the machine has no characteristic {number:04x}")
        return self._connection


async def _look(connection: Connection) -> dict[int, Property]:
    """Return the characteristics of the services that matter here. Raises ``TreadmillError``."""
    services = decode_services(await connection.ask(Identifier.DISCOVER_SERVICES, None))
    if services is None or NEEDED_SERVICE not in services:
        raise ContactError(Contact.UNSUITABLE, "it has no fitness machine service")
    found = await _list(connection, NEEDED_SERVICE)
    if DEVICE_INFORMATION in services:
        with suppress(RejectedError, NoAnswerError):  # names are nice to have
            found = await _list(connection, DEVICE_INFORMATION) | found
    if connection.ended:
        raise NoAnswerError("contact was lost as soon as it was made")
    return found


async def _list(connection: Connection, service: int) -> dict[int, Property]:
    """Return the characteristics of a service. Raises ``TreadmillError``."""
    listed = await connection.ask(Identifier.DISCOVER_CHARACTERISTICS, service)
    characteristics = decode_characteristics(listed)
    if characteristics is None:
        raise RejectedError("it lists characteristics nobody can read")
    return {number: Property(able) & _KNOWN for number, able in characteristics.items()}


def _why_not(error: TreadmillError, connection: Connection) -> ContactError:
    """Tell why a machine that accepted the connection could not be looked at."""
    if isinstance(error, ContactError):
        return error
    if connection.garbled or isinstance(error, RejectedError):
        return ContactError(Contact.UNSUITABLE, f"it does not speak DIRCON as it should: {error}")
    if connection.ended:
        return ContactError(Contact.TAKEN, "it hung up as soon as it was connected")
    return ContactError(Contact.UNREACHABLE, f"it accepts connections and says nothing: {error}")


def _is_somebody_there(error: OSError) -> bool:
    """Whether a failure to connect came from the machine itself."""
    return not isinstance(error, socket.gaierror) and error.errno not in _NOBODY_THERE
