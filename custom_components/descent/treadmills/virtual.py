"""The virtual treadmill: a belt and a deck with inertia, a console, and no hardware.

A newcomer tries everything on it, and the tests and the demonstration play the runner at its
console. It is held to ``base.Treadmill`` as strictly as a real machine's driver: what it measures
comes from the physics, never from what was asked for.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Set as AbstractSet
import math
from typing import Any

from ..training.events import Link, Status, StatusKind
from ..training.model import Machine, Rates
from .base import (
    Contact,
    ContactError,
    Doubt,
    Failure,
    Listener,
    NoAnswerError,
    NotConnectedError,
    Offered,
    Part,
    Report,
)
from .clock import Clock
from .faults import ANSWER_DELAY_S, SimulatedFault
from .physics import BeltAndDeck, Preset

TELEMETRY_S = 1.0  # most machines notify once a second; FTMS leaves it open

# What a press of a key changes. More than rule R11 takes for noise (0.3 km/h, 0.5 %), so that a
# single press shows what Descent does when the runner takes over; real keys are often finer.
KEY_KMH = 0.5
KEY_PCT = 1.0


class VirtualTreadmill:
    """A simulated machine behind the ``Treadmill`` protocol. Its physics are in ``belt_and_deck``.

    The console, the safety key and the faults work with and without contact, as on a real machine.
    """

    def __init__(
        self,
        clock: Clock,
        machine: Machine,
        rates: Rates | None = None,
        *,
        telemetry_s: float = TELEMETRY_S,
    ) -> None:
        """Stand still and unconnected; measurements come every ``telemetry_s`` of ``clock``."""
        self.belt_and_deck = BeltAndDeck(machine, rates)
        self._clock = clock
        self._telemetry_s = telemetry_s
        self._now = 0.0
        self._origin = 0.0  # of the grid of measurements
        self._listeners: dict[object, Listener] = {}
        self._contact_listeners: dict[object, Callable[[], None]] = {}
        self._wanted = False  # between connect and disconnect
        self._timer: asyncio.TimerHandle | None = None
        self._unanswered: set[asyncio.Future[None]] = set()

    @classmethod
    def from_data(cls, data: Mapping[str, Any], clock: Clock) -> VirtualTreadmill:
        """Make the machine that a config entry describes.

        Reads ``preset``, ``min_incline`` and ``max_incline`` (signed percent) and ``max_speed``
        (km/h). Raises ``ValueError`` for a machine that cannot be.
        """
        try:
            preset = Preset(data["preset"])
            machine = preset.machine(
                min_incline_pct=float(data["min_incline"]),
                max_incline_pct=float(data["max_incline"]),
                max_speed_kmh=float(data["max_speed"]),
            )
        except (KeyError, TypeError, ValueError) as error:
            msg = f"no such virtual treadmill: {error}"
            raise ValueError(msg) from error
        return cls(clock, machine, preset.rates)

    # ---- the driver

    @property
    def machine(self) -> Machine:
        """What it says it can do."""
        return self.belt_and_deck.machine

    @property
    def offered(self) -> Offered:
        """Nothing: it is what its entry says."""
        return Offered()

    @property
    def connected(self) -> bool:
        """Whether there is contact right now."""
        return self._wanted and SimulatedFault.LINK_LOST not in self.belt_and_deck.faults

    @property
    def contact(self) -> Contact:
        """Whether it is connected, and if not, why; it is so at once, or not at all."""
        if not self._wanted:
            return Contact.RELEASED
        return Contact.CONNECTED if self.connected else Contact.NOT_FOUND

    @property
    def doubts(self) -> frozenset[Doubt]:
        """Nothing: its numbers are the truth."""
        return frozenset()

    @property
    def failing(self) -> Mapping[Part, Failure]:
        """Nothing: it is whole."""
        return {}

    def on_contact(self, changed: Callable[[], None]) -> Callable[[], None]:
        """Call ``changed`` whenever ``contact`` changed; returns a function that ends it."""
        key = object()
        self._contact_listeners[key] = changed
        return lambda: _forget(self._contact_listeners, key)

    def trace(self) -> list[str]:
        """Return nothing: there is no wire."""
        return []

    def listen(self, listener: Listener) -> Callable[[], None]:
        """Send every report to ``listener`` from now on; returns a function that ends it."""
        key = object()
        self._listeners[key] = listener
        return lambda: _forget(self._listeners, key)

    async def connect(self) -> None:
        """Make contact and keep it. Raises ``ContactError`` while the link is lost."""
        if self._wanted:
            return
        self._wanted = True
        self._origin = self._time()
        self._arm(self._origin)
        if not self.connected:
            self._tell_contact()
            raise ContactError(self.contact, "the virtual treadmill does not answer")
        self._tell_link()

    async def prove_contact(self) -> None:
        """Return at once if there is contact. Raises ``NotConnectedError``."""
        if not self.connected:
            raise NotConnectedError("the virtual treadmill does not answer")

    async def disconnect(self) -> None:
        """Let go: no measurement and no answer comes any more. The machine runs on."""
        was_connected, was_wanted, self._wanted = self.connected, self._wanted, False
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self._abandon()
        if was_connected:
            self._tell_link()
        elif was_wanted:
            self._tell_contact()

    async def set_speed(self, speed_kmh: float) -> None:
        """Ask for a belt speed; refused unless the belt runs. Raises ``TreadmillError``."""
        await self._command(lambda now: self.belt_and_deck.set_speed(speed_kmh, now))

    async def set_incline(self, incline_pct: float) -> None:
        """Ask for a deck angle in signed percent. Raises ``TreadmillError``."""
        await self._command(lambda now: self.belt_and_deck.set_incline(incline_pct, now))

    async def start_belt(self) -> None:
        """Start the belt after the console's countdown. Raises ``TreadmillError``."""
        await self._command(self.belt_and_deck.start)

    async def stop_belt(self) -> None:
        """Bring belt and deck to rest. Raises ``TreadmillError``."""
        await self._command(self.belt_and_deck.stop)

    async def release_control(self) -> None:
        """Do nothing: this console never gave control away."""

    # ---- the console

    @property
    def safety_key_out(self) -> bool:
        """Whether the safety key is pulled."""
        return self.belt_and_deck.safety_key_out

    def press_start(self) -> None:
        """Start the belt, as the runner on it would."""
        self._tell(self.belt_and_deck.press_start(self._time()))

    def press_stop(self) -> None:
        """Stop the belt, as the runner on it would."""
        self._tell(self.belt_and_deck.press_stop(self._time()))

    def pull_safety_key(self) -> None:
        """Cut the power of belt and deck."""
        self._tell(self.belt_and_deck.pull_safety_key(self._time()))

    def replace_safety_key(self) -> None:
        """Put the safety key back. That moves nothing."""
        self.belt_and_deck.replace_safety_key(self._time())

    def console_speed(self, delta_kmh: float) -> None:
        """Change the speed at the console; ignored unless the belt runs."""
        target = self.belt_and_deck.console_speed(delta_kmh, self._time())
        self._tell(None if target is None else StatusKind.TARGET_SPEED, target)

    def console_incline(self, delta_pct: float) -> None:
        """Change the incline at the console."""
        target = self.belt_and_deck.console_incline(delta_pct, self._time())
        self._tell(None if target is None else StatusKind.TARGET_INCLINE, target)

    def press_faster(self) -> None:
        """Press speed +."""
        self.console_speed(KEY_KMH)

    def press_slower(self) -> None:
        """Press speed -."""
        self.console_speed(-KEY_KMH)

    def press_up(self) -> None:
        """Press incline +."""
        self.console_incline(KEY_PCT)

    def press_down(self) -> None:
        """Press incline -."""
        self.console_incline(-KEY_PCT)

    # ---- what is wrong with it

    @property
    def faults(self) -> frozenset[SimulatedFault]:
        """What is wrong right now. Assign a new set to change it: contact follows at once."""
        return frozenset(self.belt_and_deck.faults)

    @faults.setter
    def faults(self, faults: AbstractSet[SimulatedFault]) -> None:
        was_connected = self.connected
        self.belt_and_deck.faults = set(faults)
        self.belt_and_deck.advance(self._time())
        if self.connected != was_connected:
            if was_connected:
                self._abandon()
            self._tell_link()

    # ---- inside

    def _time(self) -> float:
        self._now = max(self._now, self._clock.now())
        return self._now

    async def _command(self, obey: Callable[[float], None]) -> None:
        if not self.connected:
            msg = "the virtual treadmill is not connected"
            raise NotConnectedError(msg)
        now = self._time()
        obey(now)
        if SimulatedFault.DELAYED_ANSWER in self.belt_and_deck.faults:
            await self._answer_at(now + ANSWER_DELAY_S)

    async def _answer_at(self, when: float) -> None:
        answer: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        timer = self._clock.call_at(when, lambda: _resolve(answer))
        self._unanswered.add(answer)
        try:
            await answer
        finally:
            timer.cancel()
            self._unanswered.discard(answer)

    def _abandon(self) -> None:
        """Raise ``NoAnswerError`` in every command that waits: contact is lost."""
        for answer in tuple(self._unanswered):
            if not answer.done():
                answer.set_exception(NoAnswerError("contact was lost before the answer came"))

    def _report(self, report: Report) -> None:
        for listener in tuple(self._listeners.values()):
            listener(report)

    def _tell_link(self) -> None:
        self._report(Link(up=self.connected))
        self._tell_contact()

    def _tell_contact(self) -> None:
        for changed in tuple(self._contact_listeners.values()):
            changed()

    def _tell(self, kind: StatusKind | None, target: float | None = None) -> None:
        if kind is not None and self._wanted and self.belt_and_deck.heard:
            self._report(Status(kind, target))

    def _arm(self, due: float) -> None:
        self._timer = self._clock.call_at(due, lambda: self._tick(due))

    def _tick(self, due: float) -> None:
        # A timer may be called a clock tick early; a blocked event loop calls it late. Late ones
        # are left out, and the grid stays where it was.
        self._now = max(self._time(), due)
        ticks = math.floor((self._now - self._origin) / self._telemetry_s + 1e-9) + 1
        self._arm(self._origin + ticks * self._telemetry_s)
        if self.belt_and_deck.heard:
            self._report(self.belt_and_deck.measure(self._now))


def _resolve(answer: asyncio.Future[None]) -> None:
    if not answer.done():
        answer.set_result(None)


def _forget(listeners: dict[object, Any], key: object) -> None:
    listeners.pop(key, None)
