"""ESPHome's native API as a device speaks it: frames and messages, without their meaning.

A frame in plain text is a zero, the length of the message, the number of its type (both as variable
length integers) and the message, a protocol buffer. The messages are those of the client library
that Home Assistant's integration uses.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from aioesphomeapi.core import MESSAGE_TYPE_TO_PROTO

# A protocol buffer: its class is built when the library is loaded, so no type checker knows it.
type Message = Any

type Answer = Callable[[Message], None]

_NUMBERS = {kind.DESCRIPTOR.name: number for number, kind in MESSAGE_TYPE_TO_PROTO.items()}
_LARGEST = 1 << 16  # bytes; what Home Assistant sends to a proxy is far smaller


class ProtocolError(Exception):
    """The other side does not speak this protocol, or wants it encrypted."""


def make(kind: str, /, **fields: Any) -> Message:
    """Make a message of the type of that name."""
    return MESSAGE_TYPE_TO_PROTO[_NUMBERS[kind]](**fields)


def name_of(message: Message) -> str:
    """Return the name of a message's type."""
    return str(message.DESCRIPTOR.name)


def frame(message: Message) -> bytes:
    """Return the bytes that carry a message."""
    body: bytes = message.SerializeToString()
    number = _NUMBERS[name_of(message)]
    return b"\x00" + _varint(len(body)) + _varint(number) + body


async def receive(reader: asyncio.StreamReader) -> Message:
    """Wait for the next message; ``None`` for one whose type the library does not know.

    Raises ``IncompleteReadError`` or ``ConnectionError`` at the end, and ``ProtocolError``.
    """
    preamble = await reader.readexactly(1)
    if preamble != b"\x00":
        msg = f"a frame began with {preamble!r}; only plain text is spoken here"
        raise ProtocolError(msg)
    length, number = await _read_varint(reader), await _read_varint(reader)
    if length > _LARGEST:
        msg = f"a message of {length} bytes"
        raise ProtocolError(msg)
    body = await reader.readexactly(length)
    kind = MESSAGE_TYPE_TO_PROTO.get(number)
    return None if kind is None else kind.FromString(body)


def _varint(value: int) -> bytes:
    groups = [value & 0x7F]
    while value := value >> 7:
        groups.append(value & 0x7F)
    return bytes([*(group | 0x80 for group in groups[:-1]), groups[-1]])


async def _read_varint(reader: asyncio.StreamReader) -> int:
    value = 0
    for place in range(5):
        byte = (await reader.readexactly(1))[0]
        value |= (byte & 0x7F) << 7 * place
        if byte < 0x80:  # the highest bit says that more follow
            return value
    msg = "a number that does not end"
    raise ProtocolError(msg)
