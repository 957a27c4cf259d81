"""The air between a simulated machine and one adapter, and the machine's own radio.

Two virtual controllers of Google's bumble exchange real packets, link layer included. What bumble
leaves out is added: permissions, a link that is lost (both sides notice after a supervision
timeout; until then nothing comes and nothing fails), and indications that may overtake the answer
to a write.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
import logging
import struct
from typing import Any, Final

from bumble import att, gatt, ll
from bumble.controller import Controller
from bumble.core import UUID, AdvertisingData
from bumble.device import Device
from bumble.hci import Address, HCI_ErrorCode
from bumble.host import Host
from bumble.link import LocalLink
from bumble.transport.common import AsyncPipeSink

from custom_components.descent.treadmills.clock import Clock
from custom_components.descent.treadmills.gatt import FITNESS_MACHINE, Property

from .ftms import AttError, FtmsMachine, NoReply, Taken
from .profiles import Profile
from .quirks import ADVERTISES_S, Quirk, WireFault

# Random static addresses, their two highest bits set: bumble's controllers take no others.
MACHINE_ADDRESS: Final = "C2:00:00:00:18:26"
ADAPTER_ADDRESS: Final = "C2:00:00:00:00:01"
SUPERVISION_S: Final = 4.0  # without a packet, until a connection counts as lost
CCCD: Final = 0x2902  # descriptor through which notifications are switched on
ADVERTISEMENT_BYTES: Final = 31
_FLAGS: Final = b"\x06"  # generally discoverable, Bluetooth LE only
_TREADMILL: Final = b"\x01\x01\x00"  # service data: may be used now, is a treadmill

_PROPERTIES: Final = {
    Property.READ: gatt.Characteristic.Properties.READ,
    Property.WRITE: gatt.Characteristic.Properties.WRITE,
    Property.NOTIFY: gatt.Characteristic.Properties.NOTIFY,
    Property.INDICATE: gatt.Characteristic.Properties.INDICATE,
}
_EVERYBODY: Final = att.Attribute.Permissions.READABLE | att.Attribute.Permissions.WRITEABLE

# It tells of every packet it did not expect, and lost links are full of them.
logging.getLogger("bumble").setLevel(logging.CRITICAL)


def random_static(address: str) -> Any:
    """Return an address as bumble has it."""
    return Address(address, Address.RANDOM_DEVICE_ADDRESS)


@dataclass(frozen=True, slots=True)
class Station:
    """One side: bumble's device, and the controller below it."""

    device: Any
    controller: Any

    def part(self, reason: int, *, tell: bool) -> None:
        """End every connection; the other side is told, or has to notice."""
        for connection in list(self.controller.le_connections.values()):
            if tell:
                connection.send_ll_control_pdu(ll.TerminateInd(reason))
            self.controller.on_le_disconnected(connection, reason)


class Air(LocalLink):
    """Carries every packet. Those of a connection wait while it is dark, as they are sent again."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # parts of bumble have no types
        self._dark = False
        self._held: list[Callable[[], None]] = []

    @property
    def dark(self) -> bool:
        """Whether nothing gets through."""
        return self._dark

    @dark.setter
    def dark(self, dark: bool) -> None:
        self._dark = dark
        if not dark:
            held, self._held = self._held, []
            for carry in held:
                carry()

    def station(self, name: str, address: str) -> Station:
        """Put somebody in reach of all others; its device is still without power."""
        controller = Controller(name, link=self)
        host = Host(controller, AsyncPipeSink(controller))
        return Station(Device(name=name, address=random_static(address), host=host), controller)

    def end_all(self) -> None:
        """Have everybody notice that nothing was heard for too long."""
        self._held.clear()
        for controller in self.controllers:
            Station(None, controller).part(HCI_ErrorCode.CONNECTION_TIMEOUT_ERROR, tell=False)

    def send_acl_data(self, *packet: Any) -> None:
        """Carry data."""
        self._carry(partial(super().send_acl_data, *packet))

    def send_ll_control_pdu(self, *args: Any, **packet: Any) -> None:
        """Carry what controllers tell each other, the end of a connection included."""
        self._carry(partial(super().send_ll_control_pdu, *args, **packet))

    def send_advertising_pdu(self, *packet: Any) -> None:
        """Carry advertisements and requests to connect, which nobody sends again."""
        if not self._dark:
            super().send_advertising_pdu(*packet)

    def _carry(self, carry: Callable[[], None]) -> None:
        if self._dark:
            self._held.append(carry)
        else:
            carry()


class MachineRadio:
    """The radio in the machine: advertises, lets one central in, and serves what the machine has.

    ``changed`` is called when the machine may have become reachable.
    """

    def __init__(self, clock: Clock, machine: FtmsMachine, air: Air) -> None:
        """Be off. Faults of the machine are played from now on."""
        self.changed: Callable[[], None] = lambda: None
        self._clock = clock
        self._machine = machine
        self._air = air
        self._on_since: float | None = None
        self._connection: Any = None
        self._supervision: asyncio.TimerHandle | None = None
        self._owed: deque[bytes] = deque()  # indications that wait for the one before
        self._handles: dict[int, int] = {}
        self._unanswered: list[asyncio.Future[Any]] = []
        self._station = air.station("machine", MACHINE_ADDRESS)
        self._device = self._station.device
        for service, characteristics in machine.services.items():
            made = {number: self._offer(number, able) for number, able in characteristics.items()}
            self._device.add_service(gatt.Service(_uuid(service), list(made.values())))
            self._handles |= {number: offer.handle for number, offer in made.items()}
        self._device.on(Device.EVENT_CONNECTION, self._connected)
        machine.on_hang_up = self._hang_up
        machine.on_faults = self._faults_changed

    async def power_on(self) -> None:
        """Begin to advertise."""
        await self._device.power_on()
        self._on_since = self._clock.now()
        self.changed()

    async def power_off(self) -> None:
        """Fall silent, and tell nobody."""
        self._on_since = None
        self._rest()
        self._station.part(HCI_ErrorCode.CONNECTION_TIMEOUT_ERROR, tell=False)
        self._disconnected()
        await self._device.power_off()

    def take_away(self, number: int) -> None:
        """Have no such service or characteristic any more."""
        offered = self._device.gatt_server.attributes
        for attribute in tuple(offered):
            if _number_of(attribute) == number:
                last = attribute.end_group_handle
                offered[:] = [one for one in offered if not attribute.handle <= one.handle <= last]

    # ---- advertising

    @property
    def is_advertising(self) -> bool:
        """Whether it can be heard, and connected to."""
        if self._on_since is None or self._air.dark or self._connection is not None:
            return False
        briefly = Quirk.ADVERTISES_BRIEFLY in self._machine.profile.quirks
        return not briefly or self._clock.now() - self._on_since <= ADVERTISES_S

    async def listen(self) -> None:
        """Let whoever asks connect, as after each advertisement."""
        # bumble advertises in real time: only for the one time that somebody answers.
        await self._device.start_advertising(advertising_data=advertisement(self._machine.profile))

    async def stop_listening(self) -> None:
        """Take it that nobody asked."""
        await self._device.stop_advertising()

    # ---- contact

    def _connected(self, connection: Any) -> None:
        self._rest()
        self._connection = connection
        connection.on(connection.EVENT_DISCONNECTION, lambda _reason: self._disconnected())
        try:
            self._machine.connected(self.send)
        except Taken:
            self._hang_up()
        if WireFault.HANG_UP in self._machine.wire_faults:
            self._hang_up()

    def _disconnected(self) -> None:
        self._connection = None
        for request in self._unanswered:
            request.cancel()
        self._unanswered.clear()
        self._owed.clear()
        self._machine.disconnected()
        self.changed()

    def _hang_up(self) -> None:
        self._station.part(HCI_ErrorCode.REMOTE_USER_TERMINATED_CONNECTION_ERROR, tell=True)

    def _faults_changed(self) -> None:
        faults = self._machine.wire_faults
        self._air.dark = self._machine.dark
        self._rest()
        if WireFault.HALF_OPEN in faults and self._connection is not None:
            self._station.part(HCI_ErrorCode.CONNECTION_TIMEOUT_ERROR, tell=False)
            self._supervise()
        elif self._air.dark:
            self._supervise()
        elif WireFault.HANG_UP in faults:
            self._hang_up()
        self.changed()

    def _supervise(self) -> None:
        """Have whoever still believes in a connection notice that nothing comes."""
        due = self._clock.now() + SUPERVISION_S
        self._supervision = self._clock.call_at(due, self._air.end_all)

    def _rest(self) -> None:
        if self._supervision is not None:
            self._supervision.cancel()

    # ---- GATT

    def _offer(self, number: int, able: Property) -> Any:
        """Make a characteristic, and the descriptor that its notifications are asked for by."""
        properties = gatt.Characteristic.Properties(0)
        for one in able:
            properties |= _PROPERTIES[one]
        told = att.AttributeValue(
            read=lambda _: self._try(lambda: self._machine.read(number)),
            write=lambda _, value: self._try(lambda: self._machine.write(number, value)),
        )
        asked = att.AttributeValue(
            read=lambda _: b"\x00\x00",
            write=lambda _, value: self._try(
                lambda: self._machine.subscribe(number, on=any(value))
            ),
        )
        speaks = able & (Property.NOTIFY | Property.INDICATE)
        descriptors = [gatt.Descriptor(_uuid(CCCD), _EVERYBODY, asked)] if speaks else []
        return gatt.Characteristic(_uuid(number), properties, _EVERYBODY, told, descriptors)

    def _try(self, operation: Callable[[], Any]) -> Any:
        try:
            return operation()
        except AttError as error:
            raise att.ATT_Error(error.code) from error
        except NoReply:
            never: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
            self._unanswered.append(never)
            return never

    def send(self, number: int, value: bytes) -> None:
        """Notify or indicate, this very moment if nothing is in the way."""
        if self._connection is None:
            return
        handle = self._handles[number]
        # The server of a real machine would cut it to what was agreed on, too.
        value = value[: self._connection.att_mtu - 3]
        if any(
            characteristics.get(number, Property(0)) & Property.INDICATE
            for characteristics in self._machine.services.values()
        ):
            self._owed.append(
                bytes(
                    att.ATT_Handle_Value_Indication(attribute_handle=handle, attribute_value=value)
                )
            )
            self._indicate()
        else:
            self._transmit(
                bytes(
                    att.ATT_Handle_Value_Notification(
                        attribute_handle=handle, attribute_value=value
                    )
                )
            )

    def _indicate(self) -> None:
        """Send the next indication once the one before was confirmed."""
        awaited = self._device.gatt_server.pending_confirmations
        connection = self._connection
        if not self._owed or awaited[connection] is not None:
            return
        confirmed: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        awaited[connection] = confirmed

        def go_on(_: asyncio.Future[None]) -> None:
            if connection is self._connection:
                awaited[connection] = None
                self._indicate()

        confirmed.add_done_callback(go_on)
        self._transmit(self._owed.popleft())

    def _transmit(self, packet: bytes) -> None:
        self._device.gatt_server.send_gatt_pdu(self._connection, packet)


def advertisement(profile: Profile) -> bytes:
    """Return what a machine advertises: all that fits, its name cut if need be."""
    quirks = profile.quirks
    told = [(AdvertisingData.FLAGS, _FLAGS)]
    if Quirk.ADVERTISES_NAME_ONLY not in quirks:
        number = struct.pack("<H", FITNESS_MACHINE)
        told.append((AdvertisingData.COMPLETE_LIST_OF_16_BIT_SERVICE_CLASS_UUIDS, number))
        if Quirk.ADVERTISES_UUID_ONLY not in quirks:
            told.append((AdvertisingData.SERVICE_DATA_16_BIT_UUID, number + _TREADMILL))
    left = ADVERTISEMENT_BYTES - len(bytes(AdvertisingData(told))) - 2
    name = profile.advertised.encode()
    kind = (
        AdvertisingData.COMPLETE_LOCAL_NAME
        if len(name) <= left
        else AdvertisingData.SHORTENED_LOCAL_NAME
    )
    return bytes(AdvertisingData([*told, (kind, name[:left])]))


def _number_of(attribute: Any) -> int | None:
    """Return the number of a service or characteristic that begins with this attribute."""
    match attribute:
        case gatt.Service():
            uuid = attribute.uuid
        case gatt.CharacteristicDeclaration():
            uuid = attribute.characteristic.uuid
        case _:
            return None
    return int.from_bytes(uuid.uuid_bytes, "little")


def _uuid(number: int) -> Any:
    return UUID.from_16_bits(number)
