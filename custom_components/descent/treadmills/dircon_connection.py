"""One TCP connection that speaks DIRCON: requests and their answers, notifications, and the end.

TCP loses and reorders nothing. What is done here: match answers to requests, stop waiting for
answers that do not come, and hang up on whatever sends something else than DIRCON.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
import logging
import socket
from typing import Final, cast

from .base import NoAnswerError, NotConnectedError, RejectedError
from .clock import Clock
from .dircon_codec import Code, Decoder, FramingError, Identifier, Message, encode_uuid, split
from .gatt import Heard

ANSWER_S: Final = 3.0  # for one answer; it leaves the driver time to say so (rule R6: 5 s)

_SEQUENCES: Final = 256
# How the operating system finds out that a silent machine is gone: asks after 10 s, 3 times, every
# 5 s, and waits no longer than 15 s for anything to be confirmed. Not every system has every one.
_KEEPALIVE: Final = {
    "TCP_KEEPIDLE": 10,
    "TCP_KEEPINTVL": 5,
    "TCP_KEEPCNT": 3,
    "TCP_USER_TIMEOUT": 15_000,  # milliseconds
}

_LOGGER = logging.getLogger(__name__)


@dataclass(eq=False, slots=True)
class _Request:
    """A message that wants an answer."""

    identifier: Identifier
    number: int | None  # of the service or characteristic it is about
    answer: asyncio.Future[Message] = field(
        default_factory=lambda: asyncio.get_running_loop().create_future()
    )


class Connection(asyncio.Protocol):
    """One TCP connection, from the moment it is made until it ends."""

    def __init__(self, clock: Clock, name: str, complain: Callable[[str], None]) -> None:
        """Wait to be made; ``complain`` is told of what could not be understood."""
        self.on_lost: Callable[[], None] = lambda: None
        self.ended = False  # nothing is sent or heard any more
        self.garbled = False
        self.closed: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._clock = clock
        self._name = name  # for the log
        self._complain = complain
        self._transport: asyncio.Transport | None = None
        self._decoder = Decoder()
        self._sequence = 0
        self._pending: dict[int, _Request] = {}
        self._gave_up = False  # on some answer, which may still come
        self._heard: dict[int, Heard] = {}
        self._replied: dict[int, bytes] = {}  # answers that came with the one to a write

    # ---- the transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Have the operating system watch over the connection."""
        self._transport = cast("asyncio.Transport", transport)  # as streams over TCP have
        connected: socket.socket = transport.get_extra_info("socket")
        connected.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        for name, value in _KEEPALIVE.items():
            option = getattr(socket, name, None)
            if option is not None:
                connected.setsockopt(socket.IPPROTO_TCP, option, value)

    def data_received(self, data: bytes) -> None:
        """Read bytes of any kind. It never raises."""
        try:
            for message in self._decoder.feed(data):
                self._take(message)
        except FramingError as error:
            self._complain(f"something that is no DIRCON ({error})")
            self.garbled = True
            self._end()
            self._abort()

    def connection_lost(self, exc: Exception | None) -> None:
        """End what is waiting: the machine, the network or this side ended the connection."""
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
            raise NoAnswerError(f"no answer within {ANSWER_S:g} s") from error
        finally:
            del self._pending[sequence]
            # Whoever asked ran out of patience; the answer may still come.
            self._gave_up |= request.answer.cancelled()

    def _next_sequence(self) -> int:
        """Count on, past numbers that somebody still waits for."""
        while True:
            self._sequence = (self._sequence + 1) % _SEQUENCES
            if self._sequence not in self._pending:
                return self._sequence

    # ---- what comes

    def _take(self, message: Message) -> None:
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
        if exact is not None and _fits(message, exact):
            return exact
        if self._gave_up:
            return None
        fitting = [request for request in self._pending.values() if _fits(message, request)]
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
        self._tell(number, value)

    def _take_reply(self, number: int, value: bytes) -> None:
        """Hear a value that came with the answer to a write.

        The control point of some machines answers that way (qdomyos-zwift as a server), and of some
        it indicates the same once more, which is then not heard twice.
        """
        if value and number in self._heard:
            self._replied[number] = value
            self._tell(number, value)

    def _tell(self, number: int, value: bytes) -> None:
        heard = self._heard.get(number)
        if heard is None:  # some machines notify of everything, asked or not
            return
        try:
            heard(value)
        except Exception:
            # Raised on, it would end a connection that nothing is wrong with.
            _LOGGER.exception("What %04x said could not be taken in", number)

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
