"""GATT over TCP: one machine that speaks DIRCON, as a ``GattLink``.

TCP brings every byte, in order, or none: what is left to do is to match answers to requests, to
give up on answers that do not come, and to let go of whatever sends something else than DIRCON.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
import errno
import logging
import socket
from typing import Final

from .base import (
    Clock,
    Contact,
    ContactError,
    NoAnswerError,
    NotConnectedError,
    RejectedError,
    TreadmillError,
)
from .dircon_codec import (
    Code,
    Decoder,
    FramingError,
    Identifier,
    Message,
    decode_characteristics,
    decode_services,
    encode_uuid,
    split,
)
from .gatt import DEVICE_INFORMATION, FITNESS_MACHINE, Heard, Property

CONNECT_S: Final = 5.0  # a machine in the same network accepts within milliseconds, or is not there
ANSWER_S: Final = 3.0  # for one answer; it leaves the driver time to say so (rule R6: 5 s)

_SEQUENCES: Final = 256
_SERVICES: Final = (FITNESS_MACHINE, DEVICE_INFORMATION)
_KNOWN: Final = Property.READ | Property.WRITE | Property.NOTIFY | Property.INDICATE
# How the operating system finds out that a silent machine is gone: asks after 10 s, 3 times, every
# 5 s, and waits no longer than 15 s for anything to be confirmed. Not every system has every one.
_KEEPALIVE: Final = {
    "TCP_KEEPIDLE": 10,
    "TCP_KEEPINTVL": 5,
    "TCP_KEEPCNT": 3,
    "TCP_USER_TIMEOUT": 15_000,  # milliseconds
}
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
        self._connection: _Connection | None = None
        self._characteristics: dict[int, Property] = {}

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

    async def _connect(self) -> _Connection:
        host, port = self._where()
        connection = _Connection(self._clock, f"{host}:{port}")
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

    def _at(self, number: int) -> _Connection:
        if self._connection is None:
            raise NotConnectedError("the link is not open")
        if number not in self._characteristics:
            raise RejectedError(f"the machine has no characteristic {number:04x}")
        return self._connection


@dataclass(eq=False, slots=True)
class _Request:
    """A message that wants an answer."""

    identifier: Identifier
    number: int | None  # of the service or characteristic it is about
    answer: asyncio.Future[Message] = field(
        default_factory=lambda: asyncio.get_running_loop().create_future()
    )


class _Connection(asyncio.Protocol):
    """One TCP connection, from the moment it is made until it ends."""

    def __init__(self, clock: Clock, name: str) -> None:
        self.on_lost: Callable[[], None] = lambda: None
        self.ended = False  # nothing is sent or heard any more
        self.garbled = False
        self.closed: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._clock = clock
        self._name = name
        self._transport: asyncio.Transport | None = None
        self._decoder = Decoder()
        self._sequence = 0
        self._pending: dict[int, _Request] = {}
        self._gave_up = False  # on some answer, which may still come
        self._heard: dict[int, Heard] = {}
        self._replied: dict[int, bytes] = {}  # answers that came with the one to a write
        self._complained = False

    # ---- the transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Have the operating system watch over the connection."""
        assert isinstance(transport, asyncio.Transport)  # noqa: S101  (TCP streams are)
        self._transport = transport
        connected: socket.socket = transport.get_extra_info("socket")
        connected.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        for name, value in _KEEPALIVE.items():
            option = getattr(socket, name, None)
            if option is not None:
                connected.setsockopt(socket.IPPROTO_TCP, option, value)

    def data_received(self, data: bytes) -> None:
        """Take in what came. Whatever it is, nothing is raised."""
        if self.ended:
            return
        try:
            for message in self._decoder.feed(data):
                self._take(message)
        except FramingError as error:
            self._complain(f"something that is no DIRCON ({error})")
            self.garbled = True
            self._end()
            self._abort()

    def connection_lost(self, exc: Exception | None) -> None:
        """Take note that the machine, the network or this side ended it."""
        if exc is not None:
            _LOGGER.debug("%s: the connection broke: %s", self._name, exc)
        self._end()
        if not self.closed.done():
            self.closed.set_result(None)

    def close(self) -> None:
        """Hang up; ``on_lost`` is not called. Idempotent."""
        self.on_lost = lambda: None
        self._end()
        self._abort()

    # ---- requests

    async def ask(self, identifier: Identifier, number: int | None, value: bytes = b"") -> bytes:
        """Send a request; returns what its answer holds after the UUID that was asked for.

        The answer to a request without ``number`` is returned as a whole.
        """
        answer = await self._exchange(_Request(identifier, number), value)
        if answer.code != Code.SUCCESS:
            raise RejectedError(f"the machine refused: {_code_name(answer.code)}")
        return answer.body if number is None else split(answer.body)[1]

    async def write(self, number: int, value: bytes) -> None:
        """Write a characteristic."""
        self._replied.pop(number, None)
        await self.ask(Identifier.WRITE, number, value)

    async def subscribe(self, number: int, heard: Heard) -> None:
        """Ask for notifications."""
        self._heard[number] = heard  # first: they may come before the answer
        try:
            await self.ask(Identifier.ENABLE_NOTIFICATIONS, number, b"\x01")
        except BaseException:
            self._heard.pop(number, None)
            raise

    async def _exchange(self, request: _Request, value: bytes) -> Message:
        if self.ended or self._transport is None or self._transport.is_closing():
            raise NotConnectedError("the link is not open")
        if len(self._pending) == _SEQUENCES:
            raise NoAnswerError("too many requests are waiting for an answer")
        sequence = self._next_sequence()
        self._pending[sequence] = request
        uuid = b"" if request.number is None else encode_uuid(request.number)
        try:
            self._transport.write(Message(request.identifier, sequence, 0, uuid + value).encode())
            async with self._clock.limit(ANSWER_S):
                return await request.answer
        except TimeoutError as error:
            self._gave_up = True
            raise NoAnswerError(f"no answer within {ANSWER_S:g} s") from error
        finally:
            del self._pending[sequence]

    def _next_sequence(self) -> int:
        """Count on, past numbers that somebody still waits for."""
        while True:
            self._sequence = (self._sequence + 1) % _SEQUENCES
            if self._sequence not in self._pending:
                return self._sequence

    # ---- what comes

    def _take(self, message: Message) -> None:
        if self.ended:  # by what the message before it led to
            return
        if message.identifier == Identifier.NOTIFICATION:
            self._take_notification(message.body)
            return
        request = self._asked_by(message)
        if request is None:
            _LOGGER.debug("%s: an answer that nobody waits for: %s", self._name, message)
            return
        if request.identifier is Identifier.WRITE and request.number is not None:
            self._take_reply(request.number, split(message.body)[1])
        request.answer.set_result(message)

    def _asked_by(self, message: Message) -> _Request | None:
        """Return the request that a message answers.

        Some machines count answers in their own way. As long as every request was answered, the
        only one of its kind that is waiting is meant; after that, a late answer could be taken for
        another one's, and only the right number counts.
        """
        exact = self._pending.get(message.sequence)
        asked = [exact] if exact is not None else []
        if not asked and not self._gave_up:
            asked = list(self._pending.values())
        fitting = [request for request in asked if _fits(message, request)]
        return fitting[0] if len(fitting) == 1 else None

    def _take_notification(self, body: bytes) -> None:
        number, value = split(body)
        if number is None:  # another maker's characteristic, or no notification at all
            if len(body) < len(encode_uuid(0)):
                self._complain("a notification of nothing")
            return
        if self._replied.get(number) == value:
            del self._replied[number]
            return
        heard = self._heard.get(number)
        if heard is not None:
            heard(value)

    def _take_reply(self, number: int, value: bytes) -> None:
        """Hear a value that came with the answer to a write.

        The control point of some machines answers that way (qdomyos-zwift as a server), and of some
        it indicates the same once more, which is then not heard twice.
        """
        heard = self._heard.get(number)
        if value and heard is not None:
            self._replied[number] = value
            heard(value)

    # ---- the end

    def _end(self) -> None:
        if self.ended:
            return
        self.ended = True
        self._heard.clear()
        for request in self._pending.values():
            if not request.answer.done():
                request.answer.set_exception(
                    NoAnswerError("contact was lost before the answer came")
                )
                request.answer.exception()  # whoever asked may have stopped waiting
        self.on_lost()

    def _abort(self) -> None:
        """Hang up at once: waiting for a dead machine to take the last bytes would take minutes."""
        if self._transport is not None:
            self._transport.abort()

    def _complain(self, what: str) -> None:
        """Log what could not be understood: once a connection, not once a message."""
        if not self._complained:
            self._complained = True
            _LOGGER.warning("%s sent %s", self._name, what)


async def _look(connection: _Connection) -> dict[int, Property]:
    """Return the characteristics of the services that matter here. Raises ``TreadmillError``."""
    services = decode_services(await connection.ask(Identifier.DISCOVER_SERVICES, None))
    if services is None or FITNESS_MACHINE not in services:
        raise ContactError(Contact.UNSUITABLE, "it has no fitness machine service")
    found: dict[int, Property] = {}
    for service in _SERVICES:
        if service in services:
            listed = await connection.ask(Identifier.DISCOVER_CHARACTERISTICS, service)
            characteristics = decode_characteristics(listed)
            if characteristics is None:
                raise ContactError(Contact.UNSUITABLE, "it lists characteristics nobody can read")
            for number, able in characteristics.items():
                found.setdefault(number, Property(able) & _KNOWN)
    return found


def _why_not(error: TreadmillError, connection: _Connection) -> ContactError:
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


def _fits(message: Message, request: _Request) -> bool:
    if message.identifier != request.identifier or request.answer.done():
        return False
    # A refusal may leave the UUID out, and so may an answer that has nothing to say.
    return request.number is None or not message.body or split(message.body)[0] == request.number


def _code_name(code: int) -> str:
    try:
        return Code(code).name.lower().replace("_", " ")
    except ValueError:
        return f"code {code}"
