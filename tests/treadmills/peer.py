"""The other end of a DIRCON connection, played by the test word by word."""

from __future__ import annotations

import asyncio
import socket
import struct
from typing import cast

from custom_components.descent.treadmills.clock import Clock
from custom_components.descent.treadmills.dircon import DirconLink

LOOPBACK = "127.0.0.1"
PATIENCE_S = 5.0  # real seconds, for a busy computer; nothing here takes as long

SERVICES = (0x1826, 0x180A)
DATA, SPEEDS, CONTROL, STATUS = 0x2ACD, 0x2AD4, 0x2AD9, 0x2ADA
CHARACTERISTICS = {
    0x1826: {0x2ACD: 0x04, 0x2AD4: 0x01, 0x2AD9: 0x0A, 0x2ADA: 0x04},
    0x180A: {0x2A24: 0x01},
}


def uuid(number: int) -> bytes:
    """Make the UUID of a 16-bit number."""
    return struct.pack(">I", number) + bytes.fromhex("00001000800000805f9b34fb")


def message(identifier: int, sequence: int, code: int, body: bytes) -> bytes:
    """Make a message."""
    return bytes([1, identifier, sequence, code]) + len(body).to_bytes(2, "big") + body


def notification(number: int, value: bytes) -> bytes:
    """Make a notification."""
    return message(6, 0, 0, uuid(number) + value)


def listed(service: int) -> bytes:
    """Make the list of what a service has."""
    found = CHARACTERISTICS[service].items()
    return uuid(service) + b"".join(uuid(number) + bytes([able]) for number, able in found)


class Peer:
    """Takes one connection after the other, and says nothing by itself."""

    def __init__(self) -> None:
        self.port = 0
        self.sequence = 0  # of the request that came last
        self._server: asyncio.Server | None = None
        self._accepted: asyncio.Queue[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = (
            asyncio.Queue()
        )
        self._writers: list[asyncio.StreamWriter] = []
        self._reader = asyncio.StreamReader()

    async def listen(self) -> None:
        """Wait for connections."""
        self._server = await asyncio.start_server(
            lambda reader, writer: self._accepted.put_nowait((reader, writer)), LOOPBACK, 0
        )
        self.port = self._server.sockets[0].getsockname()[1]

    async def close(self) -> None:
        """End everything."""
        cast("asyncio.Server", self._server).close()
        for writer in self._writers:
            writer.transport.abort()
        await asyncio.sleep(0)

    def link(self, clock: Clock) -> DirconLink:
        """Make a link to here."""
        return DirconLink(clock, lambda: (LOOPBACK, self.port))

    async def accept(self) -> None:
        """Take the next connection."""
        async with asyncio.timeout(PATIENCE_S):
            self._reader, writer = await self._accepted.get()
        self._writers.append(writer)

    async def asked(self) -> tuple[int, bytes]:
        """Return identifier and body of the next request, and remember its sequence."""
        async with asyncio.timeout(PATIENCE_S):
            header = await self._reader.readexactly(6)
            version, identifier, self.sequence, code, length = struct.unpack(">4BH", header)
            assert (version, code) == (1, 0)
            return identifier, await self._reader.readexactly(length)

    def say(self, *data: bytes) -> None:
        """Send bytes, all at once."""
        self._writers[-1].write(b"".join(data))

    async def answer(self, body: bytes = b"", code: int = 0, *, counted: int = 0) -> None:
        """Answer the next request, whatever it is; ``counted`` is added to its sequence."""
        identifier, _ = await self.asked()
        self.say(message(identifier, (self.sequence + counted) % 256, code, body))

    async def be_looked_at(self) -> None:
        """Take the next connection and answer what is asked at its beginning."""
        await self.accept()
        await self.answer(b"".join(map(uuid, SERVICES)))
        for service in SERVICES:
            await self.answer(listed(service))

    async def is_left(self) -> bool:
        """Whether the other side ends the connection."""
        async with asyncio.timeout(PATIENCE_S):
            try:
                return await self._reader.read() == b""
            except ConnectionError:
                return True

    def hang_up(self) -> None:
        """End the connection in order."""
        self._writers[-1].close()

    def reset(self) -> None:
        """Break the connection off."""
        connected: socket.socket = self._writers[-1].get_extra_info("socket")
        connected.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._writers[-1].transport.abort()


class Losses:
    """How often contact was lost, as a link is to tell."""

    def __init__(self) -> None:
        self.count = 0
        self.happened = asyncio.Event()

    def __call__(self) -> None:
        self.count += 1
        self.happened.set()

    async def wait(self) -> None:
        """Wait for the first one."""
        await asyncio.wait_for(self.happened.wait(), PATIENCE_S)
