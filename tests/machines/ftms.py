"""A simulated fitness machine: the GATT server of one treadmill, without a transport.

A transport connects a central, hands over what it reads and writes, and carries what comes back
through ``send``. Belt, deck, console and safety key work with and without anybody connected.
"""

from __future__ import annotations

from asyncio import TimerHandle
from collections import deque
from collections.abc import Callable, Mapping, Set as AbstractSet
import math
from typing import Final

from custom_components.descent.training.events import StatusKind
from custom_components.descent.treadmills import gatt
from custom_components.descent.treadmills.clock import Clock
from custom_components.descent.treadmills.faults import ANSWER_DELAY_S, SimulatedFault
from custom_components.descent.treadmills.gatt import Property
from custom_components.descent.treadmills.physics import BeltAndDeck
from tests.machines import wire
from tests.machines.control_point import SLOW_START_DELAY_S, STOP_OR_PAUSE, ControlPoint, Reply
from tests.machines.profiles import REFUSALS, Failing, Profile, Quirk, WireFault
from tests.machines.quirks import WRITE_GAP_S
from tests.machines.sensors import NEAR, Sensors, description, services

READ_NOT_PERMITTED: Final = 0x02
WRITE_NOT_PERMITTED: Final = 0x03
INSUFFICIENT_AUTHENTICATION: Final = 0x05
NOT_SUPPORTED: Final = 0x06  # subscribing to what never notifies
ATTRIBUTE_NOT_FOUND: Final = 0x0A
INVALID_LENGTH: Final = 0x0D
UNLIKELY_ERROR: Final = 0x0E
NOT_SUBSCRIBED: Final = 0xFD  # "CCCD improperly configured"
IN_PROGRESS: Final = 0xFE  # "procedure already in progress"

_STATUS_OF_KEYS = {
    StatusKind.STARTED: wire.STARTED,
    StatusKind.STOPPED: wire.STOPPED,
    StatusKind.PAUSED: wire.PAUSED,
    StatusKind.SAFETY_KEY: wire.SAFETY_KEY,
}

type Send = Callable[[int, bytes], None]


class AttError(Exception):
    """A read or write that the GATT server turns down; ``code`` is that of the protocol."""

    def __init__(self, code: int) -> None:
        super().__init__(f"ATT error {code:#04x}")
        self.code = code


class NoReply(Exception):  # noqa: N818  (it says nothing at all)
    """The GATT server says nothing to a request."""


class Taken(Exception):  # noqa: N818  (no failure: somebody else was first)
    """Another central is connected."""


class FtmsMachine:
    """One treadmill. Time comes from its clock.

    Notifications and indications go through the ``send`` of whoever is connected: one at a time.
    A transport sets ``on_hang_up`` (the machine ends the connection by itself), ``on_faults`` (some
    fault came or went) and ``on_event`` (what happens, in words for people).
    """

    def __init__(self, clock: Clock, profile: Profile) -> None:
        """Stand still, level, key in, with nobody connected."""
        self.profile = profile
        self.belt_and_deck = BeltAndDeck(profile.machine, profile.rates)
        self.services: Mapping[int, Mapping[int, Property]] = services(profile)
        self.heart_rate_bpm: int | None = None
        self.commands: deque[bytes] = deque(maxlen=10_000)  # as they arrived, oldest first
        self.dropped: list[bytes] = []  # of these, see Quirk.NEEDS_A_SECOND
        self.on_hang_up: Callable[[], None] = lambda: None
        self.on_faults: Callable[[], None] = lambda: None
        self.on_event: Callable[[str], None] = lambda _text: None
        self._clock = clock
        self._now = 0.0
        self._values = description(profile)
        self._sensors = Sensors(self.belt_and_deck, profile)
        self._control_point = ControlPoint(self.belt_and_deck, profile)
        self._written_at = -math.inf
        self._wire_faults: frozenset[WireFault] = frozenset()
        self._send: Send | None = None
        self._subscribed: set[int] = set()
        self._told_training = b""
        self._origin = 0.0  # of the grid of measurements
        self._ticks: TimerHandle | None = None
        self._answers: set[TimerHandle] = set()  # owed to the central
        self._plans: set[TimerHandle] = set()  # what belt and deck are still to do

    def time(self) -> float:
        """Return the second of the machine's clock; it never goes back."""
        self._now = max(self._now, self._clock.now())
        return self._now

    # ---- the GATT server

    @property
    def is_connected(self) -> bool:
        """Whether a central is connected."""
        return self._send is not None

    @property
    def has_control(self) -> bool:
        """Whether the central may command."""
        return self._control_point.permitted

    def connected(self, send: Send) -> None:
        """Let a central in. Raises ``Taken`` while another one is."""
        if self._send is not None or WireFault.TAKEN in self._wire_faults:
            raise Taken
        self._send = send
        self._told_training = self._sensors.training_status(self.time())
        self._origin = self.time()
        self._arm()
        self.on_event("connected")

    def disconnected(self) -> None:
        """Forget the central, its subscriptions and its control. Idempotent."""
        if self._send is None:
            return
        self._send = None
        self._subscribed.clear()
        self._control_point.forget()
        for timer in (*self._answers, *filter(None, [self._ticks])):
            timer.cancel()
        self._answers.clear()
        self.on_event("disconnected")

    def read(self, number: int) -> bytes:
        """Return the value of a characteristic. Raises ``AttError``."""
        self._admit(number, Property.READ, READ_NOT_PERMITTED)
        self.ask(number)
        value = self._values.get(number, b"")
        if number == gatt.TRAINING_STATUS:
            value = self._sensors.training_status(self.time())
        match self.profile.failing.get(number):
            case Failing.EMPTY:
                return b""
            case Failing.CUT_SHORT:
                return value[: len(value) // 2]
            case _:
                return value

    def ask(self, part: int) -> None:
        """Turn down whoever asks for a part that fails. Raises ``AttError`` or ``NoReply``."""
        match self.profile.failing.get(part):
            case Failing.REFUSED:
                raise AttError(INSUFFICIENT_AUTHENTICATION)
            case Failing.UNANSWERED:
                raise NoReply
            case _:
                pass

    def subscribe(self, number: int, on: bool) -> None:
        """Begin or end notifications or indications. Raises ``AttError``."""
        self._admit(number, Property.NOTIFY | Property.INDICATE, NOT_SUPPORTED)
        self.ask(number)
        if on:
            self._subscribed.add(number)
        else:
            self._subscribed.discard(number)

    def write(self, number: int, value: bytes) -> None:
        """Take a command; its answer is indicated. Raises ``AttError``."""
        self._admit(number, Property.WRITE, WRITE_NOT_PERMITTED)
        if number not in self._subscribed and number not in self.profile.failing:
            raise AttError(NOT_SUBSCRIBED)
        if not value:
            raise AttError(INVALID_LENGTH)
        if self._answers and Quirk.ONE_AT_A_TIME in self.profile.quirks:
            raise AttError(IN_PROGRESS)
        self.commands.append(value)
        since, self._written_at = self.time() - self._written_at, self.time()
        if since < WRITE_GAP_S - NEAR and Quirk.NEEDS_A_SECOND in self.profile.quirks:
            self.dropped.append(value)
            self.on_event(f"command {value.hex(' ')}: dropped")
            return
        reply = self._obey(value)
        result = "no answer" if reply.result is None else f"answered {reply.result:02x}"
        self.on_event(f"command {value.hex(' ')}: {result}")
        if reply.later is not None:
            self._plan(reply.later, reply.later_s)
        self._answer(value[0], reply)

    # ---- the console

    @property
    def safety_key_out(self) -> bool:
        """Whether the safety key is pulled."""
        return self.belt_and_deck.safety_key_out

    def press_start(self) -> None:
        """Start the belt, as the runner on it would."""
        if Quirk.SLOW_START in self.profile.quirks:
            self._notify(gatt.MACHINE_STATUS, wire.STARTED)
            self._plan(self.belt_and_deck.press_start, SLOW_START_DELAY_S)
        else:
            self._tell(self.belt_and_deck.press_start(self.time()))

    def press_stop(self) -> None:
        """Stop the belt, as the runner on it would."""
        self._drop_plans()
        self._tell(self.belt_and_deck.press_stop(self.time()))

    def press_pause(self) -> None:
        """Pause the belt: the same for belt and deck, and told as a pause."""
        self._drop_plans()
        if self.belt_and_deck.press_stop(self.time()) is not None:
            self._tell(StatusKind.PAUSED)

    def pull_safety_key(self) -> None:
        """Cut the power of belt and deck."""
        self._drop_plans()
        self._tell(self.belt_and_deck.pull_safety_key(self.time()))

    def replace_safety_key(self) -> None:
        """Put the safety key back. That moves nothing."""
        self.belt_and_deck.replace_safety_key(self.time())

    def console_speed(self, delta_kmh: float) -> None:
        """Change the speed at the console; ignored unless the belt runs."""
        before = self.belt_and_deck._belt.target
        self.belt_and_deck.console_speed(delta_kmh, self.time())
        target = self.belt_and_deck._belt.target
        if target != before:
            self._control_point.override()
            told = target / self.profile.measured_kmh
            self._notify(gatt.MACHINE_STATUS, wire.speed_changed(told))

    def console_incline(self, delta_pct: float) -> None:
        """Change the incline at the console."""
        before = self.belt_and_deck._deck.target
        self.belt_and_deck.console_incline(delta_pct, self.time())
        target = self.belt_and_deck._deck.target
        if target != before:
            self._control_point.override()
            told = self.profile.wire_incline(target)
            self._notify(gatt.MACHINE_STATUS, wire.incline_changed(told))

    def take_control(self) -> None:
        """Take control away from the central and say so, as some consoles do."""
        self._control_point.forget()
        self._notify(gatt.MACHINE_STATUS, wire.CONTROL_LOST)

    def hang_up(self) -> None:
        """End the connection, as a machine does that goes to sleep."""
        self.on_hang_up()

    # ---- what is wrong with it

    @property
    def faults(self) -> frozenset[SimulatedFault]:
        """What is wrong with belt and deck. Assign a new set to change it."""
        return frozenset(self.belt_and_deck.faults)

    @faults.setter
    def faults(self, faults: AbstractSet[SimulatedFault]) -> None:
        self.belt_and_deck.faults = set(faults)
        self.belt_and_deck.advance(self.time())
        self.on_faults()

    @property
    def wire_faults(self) -> frozenset[WireFault]:
        """What is wrong on the wire. Assign a new set to change it."""
        return self._wire_faults

    @wire_faults.setter
    def wire_faults(self, faults: AbstractSet[WireFault]) -> None:
        self._wire_faults = frozenset(faults)
        self.on_faults()

    @property
    def dark(self) -> bool:
        """Whether nothing gets through in either direction. A transport then carries nothing."""
        return SimulatedFault.LINK_LOST in self.faults or WireFault.BLACKOUT in self._wire_faults

    # ---- inside

    def _admit(self, number: int, wanted: Property, otherwise: int) -> None:
        """Raise ``AttError`` unless a characteristic is there and can be used that way."""
        if WireFault.ATT_ERROR in self._wire_faults:
            raise AttError(UNLIKELY_ERROR)
        for characteristics in self.services.values():
            if number in characteristics:
                if not characteristics[number] & wanted:
                    raise AttError(otherwise)
                return
        raise AttError(ATTRIBUTE_NOT_FOUND)

    def _obey(self, command: bytes) -> Reply:
        for fault, result in REFUSALS.items():
            if fault in self._wire_faults:
                return Reply(result=wire.Answer(result))
        if command[0] == STOP_OR_PAUSE:
            self._drop_plans()
        now = self.time()
        reply = self._control_point.obey(command, now)
        self._sensors.observe(now)
        return reply

    def _answer(self, opcode: int, reply: Reply) -> None:
        at_once = self.profile.quirks & {Quirk.ANSWERS_EARLY, Quirk.REPLIES_TO_WRITES}
        delay = 0.0 if at_once else self.profile.answer_s
        if SimulatedFault.DELAYED_ANSWER in self.faults:
            delay = ANSWER_DELAY_S

        def tell() -> None:
            silent = WireFault.NO_INDICATION in self._wire_faults
            if reply.result is not None and not silent:
                self._pass_on(gatt.CONTROL_POINT, wire.answer(opcode, reply.result))
            for status in reply.statuses:
                self._notify(gatt.MACHINE_STATUS, status)

        if delay:
            self._after(delay, tell, self._answers)
        else:
            tell()

    def _after(self, delay_s: float, action: Callable[[], None], among: set[TimerHandle]) -> None:
        """Do something later, unless its timer is cancelled; until then it is ``among`` others."""

        def due() -> None:
            among.discard(timer)
            action()

        timer = self._clock.call_at(self.time() + delay_s, due)
        among.add(timer)

    def _plan(self, act: Callable[[float], object], delay_s: float) -> None:
        def carry_out() -> None:
            ControlPoint.attempt(act, self.time())
            self._sensors.observe(self.time())

        self._after(delay_s, carry_out, self._plans)

    def _drop_plans(self) -> None:
        for timer in self._plans:
            timer.cancel()
        self._plans.clear()

    def _tell(self, kind: StatusKind | None) -> None:
        """Notify what became of a key."""
        self._sensors.observe(self.time())
        if kind in {StatusKind.STOPPED, StatusKind.PAUSED} and (
            Quirk.FREEZES in self.profile.quirks
        ):
            return
        if kind is not None:
            self._notify(gatt.MACHINE_STATUS, _STATUS_OF_KEYS[kind])

    def _notify(self, number: int, value: bytes) -> None:
        if self.belt_and_deck.heard and WireFault.SILENT not in self._wire_faults:
            self._pass_on(number, value)

    def _pass_on(self, number: int, value: bytes) -> None:
        if self._send is not None and number in self._subscribed and not self.dark:
            self._send(number, value)

    def _arm(self) -> None:
        period = self.profile.telemetry_s
        done = math.floor((self.time() - self._origin) / period + 1e-9)
        due = self._origin + (done + 1) * period
        self._ticks = self._clock.call_at(due, lambda: self._tick(due))

    def _tick(self, due: float) -> None:
        # A timer may be called a clock tick early; one that comes late is not made up for.
        self._now = max(self.time(), due)
        self._arm()
        for packet in self._sensors.packets(self._now, self.heart_rate_bpm):
            self._notify(gatt.TREADMILL_DATA, packet)
        training = self._sensors.training_status(self._now)
        if training != self._told_training:
            self._told_training = training
            self._notify(gatt.TRAINING_STATUS, training)


async def set_running(clock: Clock, machine: FtmsMachine, kmh: float) -> None:
    """Start the belt at the console, and bring it to a speed there; ``clock`` is the machine's."""
    machine.press_start()
    await clock.sleep(8.0)
    machine.console_speed(kmh - machine.belt_and_deck.speed_kmh(machine.time()))
    await clock.sleep(kmh / machine.belt_and_deck.rates.belt_kmh_s + 4.0)
