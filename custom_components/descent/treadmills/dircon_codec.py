"""The messages of DIRCON: GATT over TCP, as Wahoo devised it and others copied it.

    version u8 = 1 | identifier u8 | sequence u8 | code u8 | length u16 | body

Big-endian throughout, UUIDs included; what characteristics hold stays as it is in GATT. A request
is answered by a message of the same identifier and sequence. Notifications come unasked, and so do
indications, which need no other message here: TCP has confirmed them already.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import IntEnum
import struct
from typing import Final

VERSION: Final = 1
# The longest bodies are lists of characteristics: 16 + 17 bytes each. No service has 200.
LONGEST_BODY: Final = 4096

_HEADER: Final = struct.Struct(">BBBBH")
_UUID_SIZE: Final = 16
_UUID_TAIL: Final = bytes.fromhex("00001000800000805f9b34fb")  # where a UUID has a 16-bit number


class Identifier(IntEnum):
    """What a message is about."""

    DISCOVER_SERVICES = 1
    DISCOVER_CHARACTERISTICS = 2
    READ = 3
    WRITE = 4
    ENABLE_NOTIFICATIONS = 5
    NOTIFICATION = 6


class Code(IntEnum):
    """How a request went."""

    SUCCESS = 0
    UNKNOWN_MESSAGE = 1
    UNEXPECTED_ERROR = 2
    SERVICE_NOT_FOUND = 3
    CHARACTERISTIC_NOT_FOUND = 4
    NOT_SUPPORTED = 5
    WRITE_FAILED = 6
    UNKNOWN_PROTOCOL = 7


class FramingError(ValueError):
    """The bytes are no DIRCON: where the next message begins cannot be known any more."""


@dataclass(frozen=True, slots=True)
class Message:
    """One message. ``identifier`` and ``code`` may be numbers nobody knows."""

    identifier: int
    sequence: int = 0
    code: int = 0
    body: bytes = b""

    def encode(self) -> bytes:
        """Make its bytes. Raises ``ValueError`` for a body that is too long."""
        if len(self.body) > LONGEST_BODY:
            msg = f"a body of {len(self.body)} bytes"
            raise ValueError(msg)
        header = _HEADER.pack(VERSION, self.identifier, self.sequence, self.code, len(self.body))
        return header + self.body


class Decoder:
    """Finds messages in a stream, however it was cut. Keeps less than one message."""

    def __init__(self) -> None:
        """Begin with an empty stream."""
        self._rest = b""

    def feed(self, received: bytes) -> Iterator[Message]:
        """Yield the messages that are complete now; to be iterated to its end.

        Raises ``FramingError`` after the last message before something else. The stream is of no
        use from there on, and whatever follows raises too.
        """
        stream = self._rest + received
        start, self._rest = 0, b""
        while start < len(stream):
            if stream[start] != VERSION:
                self._rest = stream[start : start + 1]
                msg = f"version {stream[start]} instead of {VERSION}"
                raise FramingError(msg)
            if len(stream) - start < _HEADER.size:
                break
            _, identifier, sequence, code, length = _HEADER.unpack_from(stream, start)
            if length > LONGEST_BODY:
                self._rest = stream[start : start + _HEADER.size]
                msg = f"a body of {length} bytes"
                raise FramingError(msg)
            end = start + _HEADER.size + length
            if len(stream) < end:
                break
            yield Message(identifier, sequence, code, stream[start + _HEADER.size : end])
            start = end
        self._rest = stream[start:]


# ---- bodies


def encode_uuid(number: int) -> bytes:
    """Return the UUID of a 16-bit number."""
    return number.to_bytes(4, "big") + _UUID_TAIL


def number_of(uuid: bytes) -> int | None:
    """Return the 16-bit number of a UUID; ``None`` if it has none."""
    if len(uuid) != _UUID_SIZE or uuid[:2] != b"\x00\x00" or uuid[4:] != _UUID_TAIL:
        return None
    return int.from_bytes(uuid[2:4], "big")


def split(body: bytes) -> tuple[int | None, bytes]:
    """Return the number a body begins with, and the value after it; ``None`` if it has none."""
    return number_of(body[:_UUID_SIZE]), body[_UUID_SIZE:]


def decode_services(body: bytes) -> tuple[int, ...] | None:
    """Return the services listed, those with a number; ``None`` for a body that is no list."""
    if len(body) % _UUID_SIZE:
        return None
    uuids = (body[at : at + _UUID_SIZE] for at in range(0, len(body), _UUID_SIZE))
    return tuple(number for number in map(number_of, uuids) if number is not None)


def decode_characteristics(listed: bytes) -> Mapping[int, int] | None:
    """Return what a service has, each with its properties (1 read, 2 write, 4 notify, 8 indicate).

    ``listed`` is what follows the UUID of the service. Only those with a number are returned, and
    ``None`` for what is no list.
    """
    size = _UUID_SIZE + 1
    if len(listed) % size:
        return None
    entries = (listed[at : at + size] for at in range(0, len(listed), size))
    found = ((number_of(entry[:_UUID_SIZE]), entry[_UUID_SIZE]) for entry in entries)
    return {number: properties for number, properties in found if number is not None}
