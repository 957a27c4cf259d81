"""A belt and a deck with inertia: the one physics model behind every simulated treadmill.

Nothing here steps through time. A move is a ``Ramp``, a formula anchored at the moment it was
ordered; asking for the speed, the incline or the distance later evaluates it. So it does not matter
how often anybody asks, an hour costs as much as a second, and the distance is the exact integral an
odometer can be checked against.

Time is monotonic seconds and always passed in. Commands raise the errors of ``base.py``, as a
driver would.
"""

from __future__ import annotations

from enum import StrEnum
import math

from ..training.events import StatusKind
from ..training.model import HIGHEST_SPEED_KMH, STEEPEST_PCT, Machine, Range, Rates, Telemetry
from .base import NoAnswerError, NotConnectedError, RejectedError
from .faults import (
    INCLINE_OFFSET_PCT,
    NOISE,
    OVERSHOOT_KMH,
    OVERSHOOT_PCT,
    TRANSIENT_ZERO_EVERY,
    SimulatedFault,
)
from .ramp import Ramp

COUNTDOWN_S = 3.0  # "3, 2, 1" on the console between Start and motion
# Until a motor that was off turns the belt [H]. With it, Start to 0.8 km/h takes 4.4 s (fast) to
# 5.2 s (slow); on a real machine 4.4 to 6.2 s were measured.
SPIN_UP_S = 0.6
START_SPEED_KMH = 1.0
BELT_SETTLE_S = 0.5  # time constant with which the belt's controller approaches its target [H]
# Of a stop, or the belt's own rate if that is faster. With the settling above, 1 km/h to 0 takes
# 1.84 s (1.8 s were measured on a real machine), 14.4 km/h takes 8.5 s.
STOP_KMH_S = 2.0
# Of the belt without its motor, under a runner's weight [H]: 14.4 km/h to 0 in 4.7 s.
COAST_KMH_S = 5.0
DECK_DEAD_TIME_S = 0.4  # relay and motor of the deck, from rest or when it reverses [H]


class Preset(StrEnum):
    """Actuators of a class of machines; consumer machines lie between slow and fast [H]."""

    SLOW = "slow"
    TYPICAL = "typical"
    FAST = "fast"

    @property
    def rates(self) -> Rates:
        """How fast belt and deck really move."""
        return _RATES[self]

    def machine(
        self,
        *,
        min_incline_pct: float = -6.0,
        max_incline_pct: float = 15.0,
        max_speed_kmh: float = 22.0,
    ) -> Machine:
        """What a machine of this preset says about itself.

        Its ``rates`` stay at their seeds: no real machine publishes them, so they are to be learned
        here too. Raises ``ValueError`` for limits no treadmill has.
        """
        return Machine(
            speed=Range(minimum=0.8, maximum=max_speed_kmh, step=0.1),
            incline=Range(
                minimum=min_incline_pct,
                maximum=max_incline_pct,
                step=1.0 if self is Preset.SLOW else 0.5,
            ),
            can_start=True,
            can_stop=True,
        )


_RATES = {
    Preset.SLOW: Rates(belt_kmh_s=0.5, deck_pct_s=0.3),
    Preset.TYPICAL: Rates(belt_kmh_s=0.8, deck_pct_s=0.5),
    Preset.FAST: Rates(belt_kmh_s=1.5, deck_pct_s=1.0),
}


class Belt(StrEnum):
    """What the belt is doing; derived from its ramp, never stored."""

    STANDING = "standing"
    COUNTDOWN = "countdown"  # Start was pressed, nothing moves yet
    RUNNING = "running"
    STOPPING = "stopping"


class BeltAndDeck:
    """A treadmill without a link: commands and console in, measurements out.

    ``machine`` is what it says it can do, ``rates`` how fast it really is. ``faults`` may be
    changed at any time; one that jams something does so at the next call that takes a time. Only
    ``start`` and ``press_start`` ever start the belt, no speed does.
    """

    def __init__(self, machine: Machine, rates: Rates | None = None) -> None:
        """Stand still, level (or at the nearest incline the deck has), key in, at second 0."""
        level = min(max(0.0, machine.incline.minimum), machine.incline.maximum)
        self.machine = machine
        self.rates = rates or Rates()
        self.faults: set[SimulatedFault] = set()
        self.safety_key_out = False
        self._locked = False  # since the key was pulled and until Start is pressed at the console
        self._belt = Ramp(0.0, 0.0, 0.0, 1.0)
        self._deck = Ramp(0.0, level, level, 1.0)
        self._metres = 0.0  # of the ramps before the present one
        self._now = -math.inf
        self._frames = 0

    # ---- what is true

    def advance(self, now: float) -> None:
        """Bring a jammed actuator to rest at ``now``. Everything else is a formula of time.

        Raises ``ValueError`` for a time before the last one.
        """
        if not now >= self._now:
            msg = f"time went back from {self._now!r} to {now!r}"
            raise ValueError(msg)
        self._now = now
        if self.faults:
            if SimulatedFault.DECK_STUCK in self.faults:
                self._halt_deck(now)
            if (
                SimulatedFault.BELT_STUCK in self.faults
                and self._belt.target
                and now < self._belt.ends
            ):
                self._move_belt(self._belt.at(now), now)

    def belt(self, now: float) -> Belt:
        """Return what the belt is doing."""
        if self._belt.target:
            return Belt.COUNTDOWN if now < self._belt.starts else Belt.RUNNING
        return Belt.STOPPING if now < self._belt.ends else Belt.STANDING

    def speed_kmh(self, now: float) -> float:
        """Return the true speed of the belt in km/h."""
        return self._belt.at(now)

    def incline_pct(self, now: float) -> float:
        """Return the true incline of the deck in signed percent."""
        return self._deck.at(now)

    def distance_m(self, now: float) -> float:
        """Return the metres of belt since the beginning: the exact integral of ``speed_kmh``."""
        return self._metres + self._belt.integral(now) / 3.6

    @property
    def heard(self) -> bool:
        """Whether measurements and status reach anybody at the moment."""
        return not self.faults & {SimulatedFault.SILENCE, SimulatedFault.LINK_LOST}

    def measure(self, now: float) -> Telemetry:
        """Return what the machine's sensors say, in the units of the wire (0.01 km/h and 0.1 %)."""
        self.advance(now)
        self._frames += 1
        speed, incline = self._belt.at(now), self._deck.at(now)
        if self.faults:
            if SimulatedFault.NOISE in self.faults and speed:
                speed += NOISE * _wobble(self._frames, 0.6180339887)
                incline += NOISE * _wobble(self._frames, 0.7548776662)
            if SimulatedFault.INCLINE_OFFSET in self.faults:
                incline += INCLINE_OFFSET_PCT
            if (
                SimulatedFault.TRANSIENT_ZERO in self.faults
                and not self._frames % TRANSIENT_ZERO_EVERY
            ):
                speed = 0.0
            speed = min(max(speed, 0.0), HIGHEST_SPEED_KMH)
            incline = min(max(incline, -STEEPEST_PCT), STEEPEST_PCT)
        return Telemetry(
            at=now,
            speed_kmh=round(speed, 2),
            incline_pct=round(incline, 1) + 0.0,  # never -0.0
            safety_key_out=self.safety_key_out,
        )

    # ---- commands

    def set_speed(self, speed_kmh: float, now: float) -> None:
        """Aim the running belt at ``speed_kmh``, rounded down to a step and put into the range.

        Raises ``RejectedError`` unless the belt runs: no speed starts it or takes back a stop.
        """
        self._admit(now)
        if self.belt(now) is not Belt.RUNNING:
            msg = "the belt is not running"
            raise RejectedError(msg)
        target = _settable(self.machine.speed, speed_kmh)
        if SimulatedFault.IGNORE not in self.faults:
            present = self._belt.at(now)
            self._move_belt(self._misled(self.machine.speed, present, target, OVERSHOOT_KMH), now)
        self._answer()

    def set_incline(self, incline_pct: float, now: float) -> None:
        """Aim the deck at ``incline_pct``, rounded towards level and put into the range.

        Works while the belt stands. Raises ``RejectedError`` after the safety key was pulled.
        """
        self._admit(now)
        target = _settable(self.machine.incline, incline_pct)
        if SimulatedFault.IGNORE not in self.faults:
            present = self._deck.at(now)
            self._move_deck(self._misled(self.machine.incline, present, target, OVERSHOOT_PCT), now)
        self._answer()

    def start(self, now: float) -> None:
        """Start the belt after the console's countdown; nothing changes if it runs already.

        Raises ``RejectedError`` while the belt is stopping and after the safety key was pulled.
        """
        self._admit(now)
        if self.belt(now) is Belt.STOPPING:
            msg = "the belt is still stopping"
            raise RejectedError(msg)
        if SimulatedFault.IGNORE not in self.faults:
            self._start(now)
        self._answer()

    def stop(self, now: float) -> None:
        """Bring belt and deck to rest (ASTM F2115: a stop also halts a powered incline).

        Taken in every state, the safety key out included.
        """
        self.advance(now)
        self._reach()
        if SimulatedFault.STOP_IGNORED not in self.faults:
            self._stop(now, max(STOP_KMH_S, self.rates.belt_kmh_s))
        self._answer()

    # ---- the console

    def press_start(self, now: float) -> StatusKind | None:
        """Press Start; returns what the machine reports.

        Nothing happens while the key is out or the belt moves.
        """
        self.advance(now)
        if self.safety_key_out or self.belt(now) is not Belt.STANDING:
            return None
        self._locked = False
        self._start(now)
        return StatusKind.STARTED

    def press_stop(self, now: float) -> StatusKind | None:
        """Press Stop; returns what the machine reports."""
        self.advance(now)
        moved = self.belt(now) in {Belt.COUNTDOWN, Belt.RUNNING}
        self._stop(now, max(STOP_KMH_S, self.rates.belt_kmh_s))
        return StatusKind.STOPPED if moved else None

    def pull_safety_key(self, now: float) -> StatusKind | None:
        """Cut the power; returns what the machine reports.

        The belt coasts to rest, the deck halts, and until Start is pressed commands are refused.
        """
        self.advance(now)
        if self.safety_key_out:
            return None
        self.safety_key_out = self._locked = True
        self._stop(now, COAST_KMH_S)
        return StatusKind.SAFETY_KEY

    def replace_safety_key(self, now: float) -> None:
        """Put the key back. That moves nothing and permits nothing yet.

        An emergency stop does not reset itself (EN 957-6).
        """
        self.advance(now)
        self.safety_key_out = False

    def console_speed(self, delta_kmh: float, now: float) -> float | None:
        """Press speed + or - at the console; returns the new target, which the machine reports.

        Nothing happens unless the belt runs.
        """
        self.advance(now)
        if self.belt(now) is not Belt.RUNNING:
            return None
        target = _settable(self.machine.speed, self._belt.target + delta_kmh)
        self._move_belt(target, now)
        return target

    def console_incline(self, delta_pct: float, now: float) -> float | None:
        """Press incline + or - at the console; returns the new target, which the machine reports.

        Nothing happens from the pulled key to the next Start.
        """
        self.advance(now)
        if self._locked:
            return None
        target = _settable(self.machine.incline, self._deck.target + delta_pct)
        self._move_deck(target, now)
        return target

    # ---- inside

    def _reach(self) -> None:
        """Raise what keeps any command, a stop included, from being taken."""
        if SimulatedFault.LINK_LOST in self.faults:
            msg = "no contact with the treadmill"
            raise NotConnectedError(msg)
        if SimulatedFault.REJECT in self.faults:
            msg = "the treadmill refused"
            raise RejectedError(msg)

    def _admit(self, now: float) -> None:
        self.advance(now)
        self._reach()
        if self._locked:
            msg = "the safety key was pulled: put it back and press Start"
            raise RejectedError(msg)

    def _answer(self) -> None:
        if SimulatedFault.NO_ANSWER in self.faults:
            msg = "the treadmill did not answer"
            raise NoAnswerError(msg)

    def _misled(self, limits: Range, present: float, target: float, excess: float) -> float:
        """Return where a command for ``target`` really leads, inside the machine's range."""
        if SimulatedFault.WRONG_WAY in self.faults:
            target = present - (target - present)
        if SimulatedFault.OVERSHOOT in self.faults and target != present:
            target += math.copysign(excess, target - present)
        return min(max(target, limits.minimum), limits.maximum)

    def _start(self, now: float) -> None:
        if self.belt(now) is Belt.STANDING and SimulatedFault.BELT_STUCK not in self.faults:
            speed = _settable(self.machine.speed, START_SPEED_KMH)
            self._ramp_belt(speed, now, self.rates.belt_kmh_s, delay_s=COUNTDOWN_S + SPIN_UP_S)

    def _stop(self, now: float, rate: float) -> None:
        self._halt_deck(now)
        # A Stop never softens the coasting of a pulled key.
        if self._belt.target or rate > self._belt.rate:
            self._ramp_belt(0.0, now, rate)

    def _move_belt(self, target: float, now: float) -> None:
        if SimulatedFault.BELT_STUCK in self.faults:
            target = self._belt.at(now)
        self._ramp_belt(target, now, self.rates.belt_kmh_s)

    def _ramp_belt(self, target: float, now: float, rate: float, delay_s: float = 0.0) -> None:
        present = self._belt.at(now)
        self._metres += self._belt.integral(now) / 3.6
        self._belt = Ramp(
            now,
            present,
            target,
            rate,
            delay_s=delay_s,
            settle_s=BELT_SETTLE_S,
        )

    def _move_deck(self, target: float, now: float) -> None:
        if SimulatedFault.DECK_STUCK in self.faults:
            return
        deck, present = self._deck, self._deck.at(now)
        delay = DECK_DEAD_TIME_S
        if now < deck.ends and (target - present) * (deck.target - present) > 0:
            # The motor turns, or is about to turn, that way already.
            delay = max(0.0, deck.starts - now)
        self._deck = Ramp(now, present, target, self.rates.deck_pct_s, delay_s=delay)

    def _halt_deck(self, now: float) -> None:
        if now < self._deck.ends:
            present = self._deck.at(now)
            self._deck = Ramp(now, present, present, self.rates.deck_pct_s)


def _settable(limits: Range, wish: float) -> float:
    """Return the setting nearest to ``wish``; raises ``RejectedError`` for what is no number."""
    if not math.isfinite(wish):
        msg = f"{wish!r} is not a setting"
        raise RejectedError(msg)
    return limits.floor(wish)


def _wobble(frame: int, irrational: float) -> float:
    """Return a number between -1 and 1, the same in every run (a Weyl sequence)."""
    return frame * irrational % 1 * 2 - 1
