"""The adapter at Home Assistant's side of the air, and the bleak backend on it.

bumble cancels what waits for an answer when a connection ends, and calls who is subscribed before
it confirms an indication: the backend turns the first into an error, and leaves the second as it
is, so that whoever raises in there is found out.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
import struct
from typing import Any, Final
from uuid import UUID

from bleak.args import SizedBuffer
from bleak.assigned_numbers import gatt_char_props_to_strs
from bleak.backends.characteristic import BleakGATTCharacteristic
from bleak.backends.client import BaseBleakClient, NotifyCallback
from bleak.backends.descriptor import BleakGATTDescriptor
from bleak.backends.device import BLEDevice
from bleak.backends.service import BleakGATTService, BleakGATTServiceCollection
from bleak.exc import BleakDBusError, BleakError, BleakGATTProtocolError
from bumble.att import ATT_Error
from bumble.core import BaseBumbleError, TimeoutError as BumbleTimeoutError
from bumble.device import Peer
from bumble.hci import HCI_ErrorCode

from custom_components.descent.treadmills.clock import Clock

from .ble_air import (
    ADAPTER_ADDRESS,
    CCCD,
    MACHINE_ADDRESS,
    Air,
    MachineRadio,
    random_static,
)
from .ftms import FtmsMachine
from .quirks import WireFault

GIVE_UP_S: Final = 20.0  # until an attempt to connect times out
MTU: Final = 185  # of many a treadmill


@dataclass(frozen=True, slots=True)
class Remembered:
    """A characteristic as it was found when the machine was asked what it has."""

    service: str
    service_handle: int
    uuid: str
    handle: int
    properties: int
    cccd: int | None  # handle of the descriptor


class Adapter:
    """Connects to the one machine there is."""

    def __init__(self, clock: Clock, machine: FtmsMachine, radio: MachineRadio, air: Air) -> None:
        """Be off; ``radio`` is the machine's."""
        self.station = air.station("adapter", ADAPTER_ADDRESS)
        self.give_up_s = GIVE_UP_S
        self.connections = 0  # made so far
        self.remembered: list[Remembered] = []  # what a client that may finds without asking
        self._clock = clock
        self._machine = machine
        self._radio = radio
        self._making: asyncio.Future[Any] | None = None
        self._waiting: set[asyncio.Future[None]] = set()
        radio.changed = self._changed

    async def power_on(self) -> None:
        """Get ready."""
        await self.station.device.power_on()

    async def power_off(self) -> None:
        """Take every connection down."""
        if self._making is not None:
            self._making.cancel()
        self.station.part(HCI_ErrorCode.CONNECTION_TERMINATED_BY_LOCAL_HOST_ERROR, tell=False)
        await self.station.device.power_off()

    async def reach(self) -> Any:
        """Connect to the machine. Raises ``TimeoutError`` if it cannot be heard for too long."""
        async with self._clock.limit(self.give_up_s):
            while not self._radio.is_advertising:
                await self._change()
            if WireFault.REFUSE_CONNECTION in self._machine.wire_faults:
                raise BleakDBusError("org.bluez.Error.Failed", ["le-connection-refused"])
            connection = await self._make()
            if connection not in self.station.device.connections.values():
                raise BleakError("failed to discover services, device disconnected")
        self.connections += 1
        return connection

    async def _make(self) -> Any:
        """Make the connection, or the one that was given up before it was made."""
        # bumble never finishes to cancel one: it is made all the same, and then let go.
        making = self._making
        if making is None:
            making = self._making = asyncio.ensure_future(
                self.station.device.connect(random_static(MACHINE_ADDRESS), timeout=None)
            )
        making.remove_done_callback(self._let_go)
        try:
            await self._radio.listen()
            connection = await asyncio.shield(making)
            await self._radio.stop_listening()
        except BaseException:
            making.add_done_callback(self._let_go)
            raise
        self._making = None
        return connection

    def _let_go(self, made: asyncio.Future[Any]) -> None:
        self._making = None
        if not made.cancelled():
            self.station.part(HCI_ErrorCode.REMOTE_USER_TERMINATED_CONNECTION_ERROR, tell=True)

    async def _change(self) -> None:
        changed: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.add(changed)
        try:
            await changed
        finally:
            self._waiting.discard(changed)

    def _changed(self) -> None:
        for waiting in self._waiting:
            if not waiting.done():
                waiting.set_result(None)


class BumbleClient(BaseBleakClient):
    """A bleak backend on an ``Adapter``. It fails as BlueZ's does."""

    def __init__(self, device: BLEDevice | str, *, adapter: Adapter, **kwargs: Any) -> None:
        """Be unconnected."""
        super().__init__(device, **kwargs)
        self._adapter = adapter
        self._connection: Any = None
        self._asking: set[asyncio.Future[Any]] = set()

    @property
    def name(self) -> str:
        """The machine's address: nobody asked for its name."""
        return self.address

    @property
    def mtu_size(self) -> int:
        """What was agreed on."""
        return int(self._connection.att_mtu)

    @property
    def is_connected(self) -> bool:
        """Whether there is a connection, as far as the adapter knows."""
        return self._connection is not None

    async def connect(
        self, pair: bool, *, dangerous_use_bleak_cache: bool = False, **kwargs: Any
    ) -> None:
        """Connect and find out what there is, or remember it."""
        connection = await self._adapter.reach()
        self._connection = connection
        connection.on(connection.EVENT_DISCONNECTION, lambda _reason: self._lost())
        try:
            with self._errors():
                peer = Peer(connection)
                await peer.request_mtu(MTU)
                if not (dangerous_use_bleak_cache and self._adapter.remembered):
                    await peer.discover_all()  # type: ignore[no-untyped-call]  # bumble's
                    self._adapter.remembered = _found(peer)
        except (BleakError, asyncio.CancelledError) as error:
            await self.disconnect()
            if isinstance(error, BleakError):
                raise BleakError("failed to discover services, device disconnected") from error
            raise
        self.services = _collection(self._adapter.remembered)

    async def disconnect(self) -> None:
        """End the connection."""
        if self._connection is not None:
            self._adapter.station.part(reason=0x13, tell=True)
            self._lost()

    async def clear_cache(self) -> bool:
        """Forget what there is."""
        self._adapter.remembered = []
        return True

    async def pair(self, *args: Any, **kwargs: Any) -> None:
        """Refuse."""
        raise NotImplementedError

    async def unpair(self) -> None:
        """Refuse."""
        raise NotImplementedError

    async def read_gatt_char(
        self, characteristic: BleakGATTCharacteristic, *, use_cached: bool = False, **kwargs: Any
    ) -> bytearray:
        """Read."""
        with self._errors() as peer:
            value = await self._ask(peer.gatt_client.read_value(characteristic.handle))
            return bytearray(value)

    async def write_gatt_char(
        self, characteristic: BleakGATTCharacteristic, data: SizedBuffer, response: bool
    ) -> None:
        """Write."""
        with self._errors() as peer:
            client = peer.gatt_client
            await self._ask(
                client.write_value(characteristic.handle, bytes(data), with_response=response)
            )

    async def start_notify(
        self, characteristic: BleakGATTCharacteristic, callback: NotifyCallback, **kwargs: Any
    ) -> None:
        """Ask for notifications, or for indications if there are no notifications."""
        notifies = "notify" in characteristic.properties
        with self._errors() as peer:
            client, bits = peer.gatt_client, struct.pack("<H", 1 if notifies else 2)
            subscribers = (
                client.notification_subscribers if notifies else client.indication_subscribers
            )
            subscribers[characteristic.handle] = {lambda value: callback(bytearray(value))}
            await self._ask(client.write_value(_cccd(characteristic), bits, with_response=True))

    async def stop_notify(self, characteristic: BleakGATTCharacteristic) -> None:
        """Ask for no more of them."""
        with self._errors() as peer:
            client, bits = peer.gatt_client, b"\x00\x00"
            await self._ask(client.write_value(_cccd(characteristic), bits, with_response=True))

    async def read_gatt_descriptor(
        self, descriptor: BleakGATTDescriptor, *, use_cached: bool = False, **kwargs: Any
    ) -> bytearray:
        """Refuse."""
        raise NotImplementedError

    async def write_gatt_descriptor(
        self, descriptor: BleakGATTDescriptor, data: SizedBuffer
    ) -> None:
        """Refuse."""
        raise NotImplementedError

    @contextmanager
    def _errors(self) -> Iterator[Any]:
        """Hand over the peer, and raise what bleak would."""
        if self._connection is None:
            raise BleakError("Not connected")
        try:
            yield Peer(self._connection)
        except ATT_Error as error:
            raise BleakGATTProtocolError(error.error_code) from error
        except BumbleTimeoutError as error:
            raise TimeoutError(str(error)) from error
        except asyncio.CancelledError:
            # bumble cancels what waits for an answer when the connection ends.
            task = asyncio.current_task()
            if task is not None and task.cancelling():
                raise
            raise BleakError("Not connected") from None
        except BaseBumbleError as error:
            raise BleakError(str(error)) from error

    async def _ask(self, request: Coroutine[Any, Any, Any]) -> Any:
        """Return the answer, or stop waiting; the next request is sent after it all the same."""
        asking = asyncio.ensure_future(request)
        self._asking.add(asking)
        asking.add_done_callback(self._asking.discard)
        asking.add_done_callback(lambda done: done.cancelled() or done.exception())
        await asyncio.wait([asking])
        return asking.result()

    def _lost(self) -> None:
        if self._connection is not None:
            self._connection = None
            self.services = None
            for asking in tuple(self._asking):  # bumble forgets those that wait for their turn
                asking.cancel()
            if self._disconnected_callback is not None:
                self._disconnected_callback()


def _found(peer: Any) -> list[Remembered]:
    """Return all that discovery found."""
    return [
        Remembered(
            service=_long(service.uuid),
            service_handle=service.handle,
            uuid=_long(characteristic.uuid),
            handle=characteristic.handle,
            properties=int(characteristic.properties),
            cccd=next(
                (
                    descriptor.handle
                    for descriptor in characteristic.descriptors
                    if _long(descriptor.type).startswith(f"{CCCD:08x}")
                ),
                None,
            ),
        )
        for service in peer.services
        for characteristic in service.characteristics
    ]


def _collection(remembered: list[Remembered]) -> BleakGATTServiceCollection:
    """Return what was found as bleak has it."""
    collection = BleakGATTServiceCollection()
    services = {one.service_handle: one.service for one in remembered}
    for handle, uuid in services.items():
        collection.add_service(BleakGATTService(None, handle, uuid))
    for one in remembered:
        service = collection.services[one.service_handle]
        properties = list(gatt_char_props_to_strs(one.properties))
        characteristic = BleakGATTCharacteristic(
            one, one.handle, one.uuid, properties, lambda: MTU - 3, service
        )
        collection.add_characteristic(characteristic)
    return collection


def _cccd(characteristic: BleakGATTCharacteristic) -> int:
    """Return the handle of the descriptor that notifications are asked for by."""
    found: Remembered = characteristic.obj
    if found.cccd is None:
        raise BleakError(f"{characteristic.uuid} notifies nobody")
    return found.cccd


def _long(uuid: Any) -> str:
    """Return a UUID of bumble as bleak writes it."""
    return str(UUID(bytes=bytes(reversed(uuid.uuid_128_bytes))))
