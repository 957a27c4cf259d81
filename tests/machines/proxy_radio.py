"""The radio of an ESPHome Bluetooth proxy, with one simulated treadmill around.

It behaves as the firmware does, down to what surprises: the list of services is sent once and then
forgotten, a connection that fails is reported with a status and no words, and a machine that went
out of reach is missed only after the supervision timeout; until then nothing is answered.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from enum import Enum, IntEnum, auto
import struct

from custom_components.descent.treadmills.clock import Clock
from custom_components.descent.treadmills.faults import SimulatedFault
from custom_components.descent.treadmills.gatt import FITNESS_MACHINE, Property

from .esphome_api import Message, make, name_of
from .ftms import AttError, FtmsMachine, Taken
from .profiles import Profile, Quirk, WireFault
from .quirks import ADVERTISES_S

type Tell = Callable[[Message], None]

ADDRESS = 0xC2_00_00_00_18_26  # a random static address: its two highest bits are set
RANDOM_ADDRESS = 1  # its type
RSSI = -60  # dBm, a treadmill in the same room
MTU = 185

ADVERTISING_S = 0.5
CONNECTING_S = 0.05
GIVE_UP_S = 20.0  # until the firmware's attempt to connect times out
SUPERVISION_S = 4.0  # without a packet, until a connection counts as lost

CCCD = 0x2902  # descriptor through which notifications are switched on
_FIRST_HANDLE = 16
_OTHERS = 0xC2_00_00_00_00_01  # the first address of what else the proxy is connected to

# What Bluetooth calls them; Home Assistant's client knows indications, writes and so on by these.
_PROPERTIES = {
    Property.READ: 0x02,
    Property.WRITE: 0x08,
    Property.NOTIFY: 0x10,
    Property.INDICATE: 0x20,
}


class Status(IntEnum):
    """Why a connection ended or did not begin, and why an operation was refused."""

    NOT_CONNECTED = -1
    FINE = 0
    INVALID_HANDLE = 0x01
    SUPERVISION_TIMEOUT = 0x08
    ENDED_BY_PEER = 0x13
    ENDED_BY_US = 0x16
    NOT_ESTABLISHED = 0x3E
    FAILED = 0x85


class _State(Enum):
    APART = auto()
    CONNECTING = auto()
    CONNECTED = auto()


class Radio:
    """Scans, connects to the machine and passes on its bytes, as messages to ``tell``."""

    def __init__(self, clock: Clock, machine: FtmsMachine, tell: Tell, *, slots: int) -> None:
        """Have ``slots`` connections to give."""
        self.slots = slots
        self._clock = clock
        self._machine = machine
        self._tell = tell
        self._state = _State.APART
        self._services_known = False
        self._heard: set[int] = set()  # characteristics whose notifications are passed on
        self._timer: asyncio.TimerHandle | None = None
        self._advertising: asyncio.TimerHandle | None = None
        self._began = clock.now()
        self._forgotten = False  # by the machine, and the proxy does not know
        self._handles, self._cccds = _handles(machine)
        self._numbers = {handle: number for number, handle in self._handles.items()}
        machine.on_hang_up = lambda: self.drop(Status.ENDED_BY_PEER)

    @property
    def connected(self) -> bool:
        """Whether the machine is connected, as far as the proxy knows."""
        return self._state is _State.CONNECTED

    # ---- what can go wrong

    def faults_changed(self) -> None:
        """Do at once what the machine's faults do to a connection."""
        faults = self._machine.wire_faults
        self._tell(self.connections_free())
        if self._state is _State.APART:
            return
        if SimulatedFault.LINK_LOST in self._machine.faults:
            self.drop(Status.SUPERVISION_TIMEOUT)
        elif WireFault.HANG_UP in faults:
            self.drop(Status.ENDED_BY_PEER)
        elif self.connected:
            if WireFault.HALF_OPEN in faults and not self._forgotten:
                self._forgotten = True
                self._machine.disconnected()
            if self._deaf:
                self._arm(SUPERVISION_S, lambda: self.drop(Status.SUPERVISION_TIMEOUT))
            elif self._timer is not None:
                self._timer.cancel()

    @property
    def _deaf(self) -> bool:
        """Whether the connection is one in name only."""
        return self._forgotten or self._machine.dark

    def drop(self, status: Status) -> None:
        """End the connection or the attempt, and report why."""
        if self._state is _State.APART:
            return
        self._let_go()
        self._report(connected=False, error=status)
        self._tell(self.connections_free())

    # ---- scanning

    def scan(self) -> None:
        """Begin to report advertisements."""
        if self._advertising is None:
            self._advertise()

    def rest(self) -> None:
        """Report no advertisements, and let go of the machine: nobody is there to hear of it."""
        if self._advertising is not None:
            self._advertising.cancel()
            self._advertising = None
        self._let_go()

    def connections_free(self) -> Message:
        """Say which connections are used, and by whom."""
        allocated = [] if self._state is _State.APART else [ADDRESS]
        if WireFault.NO_SLOT in self._machine.wire_faults:
            allocated += range(_OTHERS, _OTHERS + self.slots - len(allocated))
        return make(
            "BluetoothConnectionsFreeResponse",
            free=self.slots - len(allocated),
            limit=self.slots,
            allocated=allocated,
        )

    # ---- connecting

    def connect(self, address: int, *, cached: bool) -> None:
        """Connect to a machine; whoever asks with ``cached`` knows its services already."""
        if self._state is not _State.APART and address == ADDRESS:
            if self.connected:
                self._report(connected=True)
            return
        if not self.connections_free().free:
            # There is no attempt, and so no status either.
            self._tell(_connection(address, connected=False))
            return
        if address != ADDRESS:
            self._tell(_connection(address, connected=False, error=Status.FAILED))
            return
        self._state = _State.CONNECTING
        self._services_known = not cached
        self._tell(self.connections_free())
        if self._machine.dark:
            self._arm(GIVE_UP_S, lambda: self.drop(Status.FAILED))
        else:
            self._arm(CONNECTING_S, self._connected)

    def disconnect(self, address: int) -> None:
        """End a connection, or an attempt at one."""
        if address == ADDRESS and self._state is not _State.APART:
            self.drop(Status.ENDED_BY_US)
        else:
            self._tell(_connection(address, connected=False))
            self._tell(self.connections_free())

    # ---- operations on characteristics

    def list_services(self, address: int) -> None:
        """Send what services there are; once in a connection."""
        if address != ADDRESS or not self.connected:
            self._refuse(address, 0, Status.NOT_CONNECTED)
            return
        if self._deaf:
            return
        if self._services_known:
            for number, characteristics in self._machine.services.items():
                self._tell(self._service(number, list(characteristics.items())))
        self._services_known = False
        self._tell(make("BluetoothGATTGetServicesDoneResponse", address=ADDRESS))

    def operate(self, request: Message) -> None:
        """Carry out a read, a write or a change of notifications."""
        address, handle = request.address, request.handle
        if address != ADDRESS or not self.connected:
            self._refuse(address, handle, Status.NOT_CONNECTED)
            return
        if self._deaf:
            return
        try:
            answer = self._operate(request, handle)
        except KeyError:
            self._refuse(address, handle, Status.INVALID_HANDLE)
        except AttError as error:
            self._refuse(address, handle, error.code)
        else:
            # The machine may have hung up over this.
            if answer is not None and self.connected:
                self._tell(answer)

    # ---- inside

    def _operate(self, request: Message, handle: int) -> Message | None:
        answer = {"address": ADDRESS, "handle": handle}
        match name_of(request):
            case "BluetoothGATTReadRequest":
                data = self._machine.read(self._numbers[handle])
                return make("BluetoothGATTReadResponse", **answer, data=data)
            case "BluetoothGATTWriteRequest":
                self._machine.write(self._numbers[handle], request.data)
                return make("BluetoothGATTWriteResponse", **answer) if request.response else None
            case "BluetoothGATTWriteDescriptorRequest":
                self._machine.subscribe(self._cccds[handle], any(request.data))
                return make("BluetoothGATTWriteResponse", **answer)
            case "BluetoothGATTNotifyRequest":
                number = self._numbers[handle]
                (self._heard.add if request.enable else self._heard.discard)(number)
                return make("BluetoothGATTNotifyResponse", **answer)
        return None

    def _connected(self) -> None:
        faults = self._machine.wire_faults
        if self._machine.dark or WireFault.REFUSE_CONNECTION in faults:
            self.drop(Status.NOT_ESTABLISHED)
            return
        try:
            self._machine.connected(self._hear)
        except Taken:  # it lets somebody else in, and hangs up at once
            self.drop(Status.ENDED_BY_PEER)
            return
        self._state = _State.CONNECTED
        self._report(connected=True)
        self._tell(self.connections_free())
        if WireFault.HANG_UP in faults:
            self.drop(Status.ENDED_BY_PEER)

    def _let_go(self) -> None:
        was_connected, self._state = self.connected, _State.APART
        self._heard.clear()
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if was_connected and not self._forgotten:
            self._machine.disconnected()
        self._forgotten = False

    def _hear(self, number: int, value: bytes) -> None:
        """Pass a notification or an indication on, if anybody asked for it."""
        if number in self._heard and not self._deaf:
            handle = self._handles[number]
            self._tell(
                make("BluetoothGATTNotifyDataResponse", address=ADDRESS, handle=handle, data=value)
            )

    def _advertise(self) -> None:
        now = self._clock.now()
        self._advertising = self._clock.call_at(now + ADVERTISING_S, self._advertise)
        brief = Quirk.ADVERTISES_BRIEFLY in self._machine.profile.quirks
        # A machine that is connected shows itself to nobody; one that is taken does, as some do.
        if (
            not self._machine.dark
            and (self._forgotten or not self.connected)
            and not (brief and now - self._began > ADVERTISES_S)
        ):
            advertisement = {
                "address": ADDRESS,
                "rssi": RSSI,
                "address_type": RANDOM_ADDRESS,
                "data": advertisement_of(self._machine.profile),
            }
            self._tell(make("BluetoothLERawAdvertisementsResponse", advertisements=[advertisement]))

    def _arm(self, seconds: float, action: Callable[[], None]) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = self._clock.call_at(self._clock.now() + seconds, action)

    def _report(self, *, connected: bool, error: Status = Status.FINE) -> None:
        self._tell(_connection(ADDRESS, connected=connected, error=error))

    def _refuse(self, address: int, handle: int, error: int) -> None:
        self._tell(make("BluetoothGATTErrorResponse", address=address, handle=handle, error=error))

    def _service(self, number: int, characteristics: list[tuple[int, Property]]) -> Message:
        cccds = {of: handle for handle, of in self._cccds.items()}
        listed = [
            {
                "short_uuid": characteristic,
                "handle": self._handles[characteristic],
                "properties": sum(bit for name, bit in _PROPERTIES.items() if name in properties),
                "descriptors": [
                    {"short_uuid": CCCD, "handle": cccds[of]}
                    for of in (characteristic,)
                    if of in cccds
                ],
            }
            for characteristic, properties in characteristics
        ]
        first = min(self._handles[characteristic] for characteristic, _ in characteristics)
        service = {"short_uuid": number, "handle": first - 2, "characteristics": listed}
        return make("BluetoothGATTGetServicesResponse", address=ADDRESS, services=[service])


def advertisement_of(profile: Profile) -> bytes:
    """Return the bytes of an advertisement: flags, a name, and that it is a treadmill."""
    service = struct.pack("<H", FITNESS_MACHINE)
    fields = [(0x01, b"\x06"), (0x09, profile.advertised.encode())]
    if Quirk.ADVERTISES_NAME_ONLY not in profile.quirks:
        fields.append((0x03, service))
        if Quirk.ADVERTISES_UUID_ONLY not in profile.quirks:
            # Service data: available, and a treadmill.
            fields.append((0x16, service + b"\x01\x01\x00"))
    return b"".join(bytes([len(value) + 1, kind]) + value for kind, value in fields)


def _connection(address: int, *, connected: bool, error: Status = Status.FINE) -> Message:
    return make(
        "BluetoothDeviceConnectionResponse",
        address=address,
        connected=connected,
        mtu=MTU if connected else 0,
        error=error,
    )


def _handles(machine: FtmsMachine) -> tuple[dict[int, int], dict[int, int]]:
    """Number the attributes as a machine does: service, declaration, value, descriptor.

    Returns the handles of values by characteristic, and characteristics by their descriptor.
    """
    values: dict[int, int] = {}
    descriptors: dict[int, int] = {}
    handle = _FIRST_HANDLE
    for characteristics in machine.services.values():
        for number, properties in characteristics.items():
            values[number] = handle + 2
            handle += 2
            if properties & (Property.NOTIFY | Property.INDICATE):
                handle += 1
                descriptors[handle] = number
        handle += 1
    return values, descriptors
