"""GATT over Bluetooth LE, through the adapter or proxy that hears the machine best.

The link is given a ``Radio``, which knows who hears the machine, and connects with bleak. Errors of
bleak's backends differ: from a local adapter, the class of an error says whether the machine
answered; from a proxy, a number inside the error.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Mapping
import logging
from typing import Any, Final, Protocol

from bleak.backends.characteristic import BleakGATTCharacteristic
from bleak.backends.device import BLEDevice
from bleak.exc import BleakCharacteristicNotFoundError, BleakGATTProtocolError

# The module, not the names in it: Home Assistant puts its own client in there when its Bluetooth
# is set up, which may be after this import, and takes it out again.
import bleak_retry_connector

from .base import (
    Contact,
    ContactError,
    NoAnswerError,
    NotConnectedError,
    RejectedError,
    TreadmillError,
)
from .clock import Clock
from .gatt import (
    CONTROL_POINT,
    NEEDED,
    NEEDED_SERVICE,
    Heard,
    Property,
    number_of,
    uuid_of,
)

# Real seconds for a whole connection. Nine tries for a slot, 4 s apart, take 36 s, and only then is
# it known that there is none; two tries at a machine that does not react take 40 s.
CONNECT_S: Final = 45.0
# Failures that are not known to be passing ones; the driver goes on trying anyway.
CONNECT_ATTEMPTS: Final = 3
# Seconds for one read, write or subscription. ATT itself gives up after 30 s, far too late to tell
# a runner; a machine at the edge of reach may need several seconds.
ANSWER_S: Final = 10.0
CLOSE_S: Final = 5.0  # real seconds; a proxy waits as long for its slot to be free again
# Machines advertise several times a second, and Home Assistant remembers them for minutes. One that
# was silent for longer than this when connecting began is not there, whatever the error says.
HEARD_S: Final = 30.0

# What the last error says if the machine accepted and then hung up, or refused: BlueZ, bleak and
# proxies, in lower case. Somebody else is connected to it, as far as anybody can tell.
HUNG_UP: Final = ("abort-by-remote", "connection-refused", "disconnected", "peer_user")
# ESP-IDF's name for everything that went wrong, an answer or not (ESP_GATT_ERROR).
UNCLEAR: Final = 0x85

PROPERTIES: Final = {
    "read": Property.READ,
    "write": Property.WRITE,
    "notify": Property.NOTIFY,
    "indicate": Property.INDICATE,
}

# Without these, the list of its services may be out of date.
EXPECTED: Final = frozenset({NEEDED, CONTROL_POINT})

_LOGGER = logging.getLogger(__name__)

type Client = bleak_retry_connector.BleakClientWithServiceCache


class Radio(Protocol):
    """What is known of one machine without being connected to it."""

    @property
    def device(self) -> BLEDevice | None:
        """The machine as it was heard last by anything that can connect; ``None``: it was not."""

    @property
    def silent_s(self) -> float:
        """Seconds since it was heard last; infinite if it never was."""

    def explain(self) -> str:
        """Say for the log who hears it, and what keeps it from being connected to."""

    def watch(self, appeared: Callable[[], None]) -> Callable[[], None]:
        """Call ``appeared`` at every advertisement; returns a function that ends it."""


class BleLink:
    """One machine within reach of a radio, as a ``GattLink``."""

    def __init__(self, clock: Clock, radio: Radio) -> None:
        """Connect nothing yet; ``clock`` limits how long an answer may take."""
        self._clock = clock
        self._radio = radio
        self._client: Client | None = None
        self._on_lost: Callable[[], None] = _nothing
        self._offered: dict[int, BleakGATTCharacteristic] = {}
        self._looked_anew = False  # once: a machine that really lacks something is not asked again

    @property
    def is_open(self) -> bool:
        """Whether there is contact right now."""
        return self._client is not None and self._client.is_connected

    @property
    def characteristics(self) -> Mapping[int, Property]:
        """What the machine offered when the link was opened last."""
        return {number: _properties(offered) for number, offered in self._offered.items()}

    async def open(self, on_lost: Callable[[], None]) -> None:
        """Connect, by as many tries as that takes, and look what there is.

        Raises ``ContactError``.
        """
        if self.is_open:
            raise ContactError(Contact.UNREACHABLE, "this link is open already")
        client = await self._connect()
        try:
            incomplete = not _offered(client).keys() >= EXPECTED
            if incomplete and client.is_connected and not self._looked_anew:
                # Lists of services are remembered for good, and outlive a machine's update.
                self._looked_anew = True
                await self._forget(client)
                client = await self._connect(anew=True)
            self._offered = _offered(client)
            _check(client)
        except BaseException:
            await _hang_up(client)
            raise
        self._client, self._on_lost = client, on_lost

    async def close(self) -> None:
        """Hang up. Idempotent, never raises."""
        client, self._client = self._client, None
        if client is not None:
            await _hang_up(client)

    async def read(self, number: int) -> bytes:
        """Read a characteristic."""
        client, characteristic = self._at(number)
        return bytes(await self._ask(client, client.read_gatt_char(characteristic)))

    async def write(self, number: int, value: bytes) -> None:
        """Write a characteristic and wait until the machine has taken it."""
        client, characteristic = self._at(number)
        await self._ask(client, client.write_gatt_char(characteristic, value, response=True))

    async def subscribe(self, number: int, heard: Heard) -> None:
        """Ask for notifications or indications; what ``heard`` raises is logged and no more."""
        client, characteristic = self._at(number)

        def hear(_: BleakGATTCharacteristic, value: bytearray) -> None:
            if self._client is not client:
                return
            try:
                heard(bytes(value))
            except Exception:
                # Raised on, it would keep an indication from being confirmed, and the machine
                # would say nothing more until it gives up waiting.
                _LOGGER.exception("What %04x said could not be taken in", number)

        await self._ask(client, client.start_notify(characteristic, hear))

    def watch(self, appeared: Callable[[], None]) -> Callable[[], None]:
        """Call ``appeared`` at every advertisement; returns a function that ends it."""
        return self._radio.watch(appeared)

    # ---- inside

    async def _connect(self, *, anew: bool = False) -> Client:
        """Return a connected client; if ``anew``, the machine itself says what it offers."""
        silent_s, device = self._radio.silent_s, self._radio.device
        if device is None:
            raise ContactError(Contact.NOT_FOUND, f"nothing hears it: {self._radio.explain()}")
        try:
            async with asyncio.timeout(CONNECT_S):
                return await bleak_retry_connector.establish_connection(
                    bleak_retry_connector.BleakClientWithServiceCache,
                    device,
                    device.name or device.address,
                    disconnected_callback=self._lost,
                    max_attempts=CONNECT_ATTEMPTS,
                    ble_device_callback=lambda: self._radio.device or device,
                    use_services_cache=not anew,
                )
        except Exception as error:  # a backend may raise anything
            contact = Contact.NOT_FOUND if silent_s > HEARD_S else _why(error)
            raise ContactError(contact, f"{_said(error)}; {self._radio.explain()}") from error

    async def _forget(self, client: Client) -> None:
        """Drop the remembered list of services, here and on a proxy, and hang up."""
        _LOGGER.debug("%s: what it should offer is missing, asking it anew", client.address)
        try:
            async with asyncio.timeout(CLOSE_S):
                await client.clear_cache()
        except Exception as error:  # noqa: BLE001  (connecting anew may help all the same)
            _LOGGER.debug("%s: services are still remembered: %s", client.address, _said(error))
        await _hang_up(client)

    def _lost(self, client: Client) -> None:
        """Contact ended, or a try at it; bleak says so once for each client that was connected."""
        if self._client is client:
            self._client = None
            self._on_lost()

    def _at(self, number: int) -> tuple[Client, BleakGATTCharacteristic]:
        client = self._client
        if client is None or not client.is_connected:
            raise NotConnectedError("the link is not open")
        characteristic = self._offered.get(number)
        if characteristic is None:
            raise RejectedError(f"the machine has no characteristic {number:04x}")
        return client, characteristic

    async def _ask[T](self, client: Client, question: Coroutine[Any, Any, T]) -> T:
        try:
            async with self._clock.limit(ANSWER_S):
                return await question
        except Exception as error:  # a backend may raise anything
            raise _answer(error, connected=client.is_connected) from error


def _nothing() -> None:
    """Do nothing, for a link that was never opened."""


def _check(client: Client) -> None:
    """Raise ``ContactError`` unless it is a fitness machine that is still connected."""
    if not client.is_connected:
        raise ContactError(Contact.TAKEN, "it hung up as soon as it was connected")
    if client.services.get_service(uuid_of(NEEDED_SERVICE)) is None:
        raise ContactError(Contact.UNSUITABLE, "it has no fitness machine service")


def _offered(client: Client) -> dict[int, BleakGATTCharacteristic]:
    """Return the characteristics by number; the first of two with the same one, ours first.

    There are none once contact is lost.
    """
    if not client.is_connected:
        return {}
    ours = uuid_of(NEEDED_SERVICE)
    offered: dict[int, BleakGATTCharacteristic] = {}
    for service in sorted(client.services, key=lambda service: service.uuid != ours):
        for characteristic in service.characteristics:
            number = number_of(characteristic.uuid)
            if number is not None:
                offered.setdefault(number, characteristic)
    return offered


def _properties(characteristic: BleakGATTCharacteristic) -> Property:
    able = Property(0)
    for name in characteristic.properties:
        able |= PROPERTIES.get(name, Property(0))
    return able


async def _hang_up(client: Client) -> None:
    """Disconnect. If that fails, the connection ends when the other side misses us."""
    try:
        async with asyncio.timeout(CLOSE_S):
            await client.disconnect()
    except Exception as error:  # noqa: BLE001  (a backend may raise anything, and it is over)
        _LOGGER.debug("%s: hanging up failed: %s", client.address, _said(error))


def _why(error: Exception) -> Contact:
    """Tell why there is no connection to a machine that is heard."""
    if isinstance(error, bleak_retry_connector.BleakOutOfConnectionSlotsError):
        return Contact.NO_SLOT
    # What bleak_retry_connector raises has its own advice in the text; the cause has none.
    said = _said(error.__cause__ or error).lower()
    return Contact.TAKEN if any(sign in said for sign in HUNG_UP) else Contact.UNREACHABLE


def _answer(error: Exception, *, connected: bool) -> TreadmillError:
    """Turn an error of bleak into ours. What is not clearly a no has an unknown outcome (R6)."""
    if isinstance(error, TimeoutError):
        return NoAnswerError(f"no answer in time: {_said(error)}")
    if isinstance(error, BleakCharacteristicNotFoundError):
        # Looked up at every use: a client that lost contact has forgotten them all.
        return NotConnectedError("contact was lost before anything was sent")
    if isinstance(error, BleakGATTProtocolError) or _proxied_code(error) not in {None, UNCLEAR}:
        return RejectedError(f"the machine refused: {_said(error)}")
    if not connected:
        return NoAnswerError(f"contact was lost before the answer came: {_said(error)}")
    return NoAnswerError(f"it is not known whether it was taken: {_said(error)}")


def _proxied_code(error: Exception) -> int | None:
    """Return the ATT error that a proxy passed on, if that is what went wrong.

    ``BluetoothGATTAPIError`` of aioesphomeapi, which need not be installed, is the cause of the
    error and carries a message with the code; -1 in it is the proxy's own "not connected".
    """
    code = getattr(getattr(error.__cause__, "error", None), "error", None)
    return code if isinstance(code, int) and code > 0 else None


def _said(error: BaseException) -> str:
    return str(error) or type(error).__name__
