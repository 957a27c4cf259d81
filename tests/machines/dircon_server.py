"""A simulated treadmill in the network: DIRCON over TCP on loopback.

It shares no code with the link that reaches it. Faults of the wire, as TCP has them: ``hang_up``
ends connections in order, ``LINK_LOST`` breaks them off and takes the machine off the network,
``blackout`` keeps everything open and says nothing.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
import socket
import struct
from typing import Final, cast

from custom_components.descent.treadmills.clock import Clock
from custom_components.descent.treadmills.faults import SimulatedFault
from custom_components.descent.treadmills.gatt import Property
from tests.machines.ftms import (
    ATTRIBUTE_NOT_FOUND,
    NOT_SUPPORTED,
    READ_NOT_PERMITTED,
    WRITE_NOT_PERMITTED,
    AttError,
    FtmsMachine,
    NoReply,
    Taken,
)
from tests.machines.profiles import Quirk, WireFault

LOOPBACK: Final = "127.0.0.1"
GATHER_S: Final = 0.05  # how long a message waits for others, on a machine that sends them together

SERVICES, CHARACTERISTICS, READ, WRITE, ENABLE, NOTIFICATION = range(1, 7)
SUCCESS: Final = 0
UNKNOWN_MESSAGE: Final = 1
UNEXPECTED_ERROR: Final = 2
SERVICE_NOT_FOUND: Final = 3
CHARACTERISTIC_NOT_FOUND: Final = 4
NOT_ABLE: Final = 5
WRITE_FAILED: Final = 6

_HEADER_SIZE: Final = 6
_UUID_SIZE: Final = 16
_CODES: Final = {
    ATTRIBUTE_NOT_FOUND: CHARACTERISTIC_NOT_FOUND,
    READ_NOT_PERMITTED: NOT_ABLE,
    WRITE_NOT_PERMITTED: NOT_ABLE,
    NOT_SUPPORTED: NOT_ABLE,
}


def frame(identifier: int, sequence: int, code: int, body: bytes) -> bytes:
    """Make a message."""
    return struct.pack(">4BH", 1, identifier, sequence, code, len(body)) + body


def uuid(number: int) -> bytes:
    """Make the UUID of a 16-bit number, as it is written."""
    return bytes.fromhex(f"0000{number:04x}00001000800000805f9b34fb")


class DirconServer:
    """Lets one client at a time to a machine."""

    def __init__(self, clock: Clock, machine: FtmsMachine) -> None:
        """Listen to nobody yet."""
        self.machine = machine
        self.clock = clock
        self.port = 0
        self.traffic = 0  # bytes in and out: it stands still when the wire is quiet
        self._server: asyncio.Server | None = None
        self._opening: asyncio.Task[None] | None = None
        self._clients: set[_Client] = set()
        machine.on_hang_up = self.hang_up
        machine.on_faults = self._faults_changed

    def open(self, port: int = 0) -> int:
        """Listen on a port of loopback, or on any free one; returns which.

        Clients can connect from this moment on; they are accepted when the event loop comes to it.
        """
        listener = socket.create_server((LOOPBACK, port))
        self.port = listener.getsockname()[1]
        self._opening = asyncio.create_task(self._accept(listener), name="accept dircon clients")
        return self.port

    async def listen(self, port: int = 0) -> int:
        """Accept connections on a port of loopback, or on any free one; returns which."""
        self.open(port)
        if self._opening is not None:
            await self._opening
        return self.port

    async def close(self) -> None:
        """End every connection and listen no longer."""
        self.machine.on_hang_up = self.machine.on_faults = lambda: None
        await self._shut()
        self.hang_up()
        await asyncio.gather(*(client.closed for client in self._clients))

    def hang_up(self) -> None:
        """End every connection in order."""
        for client in tuple(self._clients):
            client.hang_up()

    def reset(self) -> None:
        """Break off every connection, as a machine that lost power and came back."""
        for client in tuple(self._clients):
            client.reset()

    def came(self, client: _Client) -> None:
        """Take note of a client."""
        self._clients.add(client)
        if WireFault.HANG_UP in self.machine.wire_faults or not client.let_in():
            client.hang_up()

    def went(self, client: _Client) -> None:
        """Take note that a client is gone."""
        self._clients.discard(client)

    # ---- inside

    @property
    def _refuses(self) -> bool:
        return (
            SimulatedFault.LINK_LOST in self.machine.faults
            or WireFault.REFUSE_CONNECTION in self.machine.wire_faults
        )

    async def _accept(self, listener: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: _Client(self), sock=listener)
        self._faults_changed()  # they may have, meanwhile

    async def _shut(self) -> None:
        if self._opening is not None:
            await self._opening
            self._opening = None
        if self._server is not None:
            self._server.close()
            self._server = None

    def _faults_changed(self) -> None:
        faults = self.machine.wire_faults
        if SimulatedFault.LINK_LOST in self.machine.faults:
            self.reset()
        if WireFault.HANG_UP in faults:
            self.hang_up()
        if WireFault.HALF_OPEN in faults:
            for client in self._clients:
                client.forget()
        if self._refuses and self._server is not None:
            self._server.close()
            self._server = self._opening = None
        elif not self._refuses and self._opening is None and self.port:
            self.open(self.port)


class _Client(asyncio.Protocol):
    """One connection."""

    def __init__(self, server: DirconServer) -> None:
        self.closed: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._server = server
        self._machine = server.machine
        self._transport: asyncio.Transport | None = None
        self._received = b""
        self._is_in = False
        self._kept: list[tuple[int, bytes]] | None = None  # notifications, during a write
        self._gathered = b""

    # ---- the transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        # asyncio does this only for sockets it made itself: send each message at once.
        connected: socket.socket = transport.get_extra_info("socket")
        connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._server.came(self)

    def data_received(self, data: bytes) -> None:
        self._server.traffic += len(data)
        if self._machine.dark or not self._is_in:
            return
        self._received += data
        while len(self._received) >= _HEADER_SIZE:
            _, identifier, sequence, _, length = struct.unpack_from(">4BH", self._received)
            if len(self._received) < _HEADER_SIZE + length:
                break
            body = self._received[_HEADER_SIZE : _HEADER_SIZE + length]
            self._received = self._received[_HEADER_SIZE + length :]
            self._answer(identifier, sequence, body)

    def connection_lost(self, exc: Exception | None) -> None:
        self.forget()
        self._server.went(self)
        self.closed.set_result(None)

    # ---- contact

    def let_in(self) -> bool:
        """Try to become the one who is connected; returns whether that worked."""
        try:
            self._machine.connected(self._notify)
        except Taken:
            return False
        self._is_in = True
        if Quirk.NOTIFIES_UNASKED in self._machine.profile.quirks:
            for characteristics in self._machine.services.values():
                for number, able in characteristics.items():
                    if able & (Property.NOTIFY | Property.INDICATE):
                        self._machine.subscribe(number, on=True)
        return True

    def forget(self) -> None:
        """Say nothing more to this client, and do not tell it."""
        if self._is_in:
            self._is_in = False
            self._machine.disconnected()

    def hang_up(self) -> None:
        """End the connection."""
        self.forget()
        if self._transport is not None:
            self._transport.close()

    def reset(self) -> None:
        """Break the connection off."""
        self.forget()
        if self._transport is not None:
            connected: socket.socket = self._transport.get_extra_info("socket")
            connected.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self._transport.abort()

    # ---- messages

    def _answer(self, identifier: int, sequence: int, body: bytes) -> None:
        answers: dict[int, Callable[[bytes], tuple[int, bytes]]] = {
            SERVICES: self._list_services,
            CHARACTERISTICS: self._list_characteristics,
            READ: self._read,
            WRITE: self._write,
            ENABLE: self._enable,
        }
        answer = answers.get(identifier)
        try:
            code, said = (UNKNOWN_MESSAGE, b"") if answer is None else answer(body)
        except NoReply:
            return
        except AttError as error:
            otherwise = WRITE_FAILED if identifier == WRITE else UNEXPECTED_ERROR
            code, said = _CODES.get(error.code, otherwise), b""
        if Quirk.COUNTS_FOR_ITSELF in self._machine.profile.quirks:
            sequence = 0
        self._send(frame(identifier, sequence, code, said))
        kept, self._kept = self._kept or (), None
        for number, value in kept:
            self._notify(number, value)

    def _list_services(self, _body: bytes) -> tuple[int, bytes]:
        return SUCCESS, b"".join(map(uuid, self._machine.services))

    def _list_characteristics(self, body: bytes) -> tuple[int, bytes]:
        characteristics = self._machine.services.get(_number(body))
        self._machine.ask(_number(body))
        if characteristics is None:
            return SERVICE_NOT_FOUND, b""
        listed = b"".join(
            uuid(number) + bytes([self._claimed(able)]) for number, able in characteristics.items()
        )
        return SUCCESS, body[:_UUID_SIZE] + listed

    def _claimed(self, able: Property) -> Property:
        if able & Property.INDICATE and Quirk.SAYS_NOTIFY in self._machine.profile.quirks:
            return able & ~Property.INDICATE | Property.NOTIFY
        return able

    def _read(self, body: bytes) -> tuple[int, bytes]:
        return SUCCESS, body[:_UUID_SIZE] + self._machine.read(_number(body))

    def _write(self, body: bytes) -> tuple[int, bytes]:
        number = _number(body)
        if Quirk.REPLIES_TO_WRITES in self._machine.profile.quirks:
            self._kept = []
        self._machine.write(number, body[_UUID_SIZE:])
        replies = [value for told, value in self._kept or () if told == number]
        return SUCCESS, body[:_UUID_SIZE] + b"".join(replies[:1])

    def _enable(self, body: bytes) -> tuple[int, bytes]:
        self._machine.subscribe(_number(body), on=body[_UUID_SIZE:] == b"\x01")
        return SUCCESS, body[:_UUID_SIZE]

    def _notify(self, number: int, value: bytes) -> None:
        if self._kept is None:
            self._send(frame(NOTIFICATION, 0, SUCCESS, uuid(number) + value))
        else:
            self._kept.append((number, value))

    def _send(self, message: bytes) -> None:
        quirks = self._machine.profile.quirks
        if Quirk.SEVERAL_AT_ONCE in quirks:
            if not self._gathered:
                self._server.clock.call_at(self._server.clock.now() + GATHER_S, self._flush)
            self._gathered += message
        elif Quirk.BYTE_BY_BYTE in quirks:
            for byte in message:
                self._put(bytes([byte]))
        else:
            self._put(message)

    def _flush(self) -> None:
        gathered, self._gathered = self._gathered, b""
        self._put(gathered)

    def _put(self, data: bytes) -> None:
        if self._transport is not None and self._is_in and not self._machine.dark:
            self._server.traffic += len(data)
            self._transport.write(data)


def _number(body: bytes) -> int:
    """Return the 16-bit number of the UUID a body begins with; 0 if it has none."""
    number = int.from_bytes(body[2:4], "big")
    return number if body[:_UUID_SIZE] == uuid(number) else 0
