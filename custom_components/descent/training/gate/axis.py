"""One actuator as telemetry shows it: what it was told, and whether it does that.

Rules R6, R11 and R12 are judged here.

There are two of these, the belt and the deck (commands.py). An axis never decides what to send; it
only judges.

    settled --send--> moving --telemetry reaches the value--> settled
    moving: goes back            -> WRONG_WAY (command unconfirmed) or CONSOLE_CHANGE
    moving: no progress for 5 s  -> NOT_CONFIRMED
    any:    beyond the value     -> OVERSHOOT
    settled: drifts away         -> CONSOLE_CHANGE
"""

from __future__ import annotations

from dataclasses import dataclass
import math

from ..events import Command, Outcome, Reason, Verdict
from ..rules import (
    CONFIRM_S,
    DRIFT_KMH,
    DRIFT_PCT,
    MOVED_KMH,
    MOVED_PCT,
    NEAR,
    OVERSHOOT_KMH,
    OVERSHOOT_PCT,
    TURNING_S,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tolerance:
    """What counts as moved, as drifted and as overshot, in the unit of the axis."""

    moved: float
    drift: float
    overshoot: float

    @property
    def same(self) -> float:
        """How near a reading is to a value that it needs no command for."""
        return self.drift / 2


BELT = Tolerance(moved=MOVED_KMH, drift=DRIFT_KMH, overshoot=OVERSHOOT_KMH)
DECK = Tolerance(moved=MOVED_PCT, drift=DRIFT_PCT, overshoot=OVERSHOOT_PCT)


@dataclass(slots=True)
class _Flight:
    """A command whose effect has not been seen yet."""

    command: Command
    value: float
    sent_at: float
    before: float
    must_move: bool  # being near the value is not enough
    accepted: bool = False

    def seen(self, measured: float, moved: float) -> bool:
        """Whether the reading is at the value or went a visible way toward it."""
        # A change smaller than what counts as moved cannot show more than being near its value.
        near = moved if abs(self.value - self.before) < moved else moved / 2
        if abs(measured - self.value) <= near + NEAR and not self.must_move:
            return True
        return (measured - self.before) * math.copysign(1, self.value - self.before) >= moved - NEAR


class Axis:
    """Belt or deck."""

    def __init__(self, tolerance: Tolerance) -> None:
        """Nothing was told yet: the axis belongs to the console."""
        self.tolerance = tolerance
        self.commanded: float | None = None
        self.arrived = 0  # consecutive samples at the commanded value
        self.settled = True
        self._flights: list[_Flight] = []
        self._direction = 0.0
        self._furthest = 0.0
        self._mark = 0.0
        self._progressed_at = -math.inf
        self._turned_at = -math.inf
        self._settled_at = -math.inf

    def forget(self) -> None:
        """Let the console have it: nothing is expected of this axis any more."""
        self.commanded = None
        self._flights.clear()
        self.settled = True
        self.arrived = 0

    def hold(self, value: float) -> None:
        """Expect it to stay where it is already; somebody else may have brought it there."""
        self.commanded = value
        self.settled = True
        self.arrived = 1

    @property
    def there(self) -> bool:
        """Whether the last sample was at the commanded value, or none is commanded."""
        return self.commanded is None or self.arrived > 0

    @property
    def unconfirmed(self) -> bool:
        """Whether a command's effect is still awaited."""
        return bool(self._flights)

    @property
    def deadline(self) -> float | None:
        """When silence of this axis becomes a judgement."""
        times = [flight.sent_at + CONFIRM_S for flight in self._flights]
        if not self.settled:
            times.append(self._progressed_at + CONFIRM_S)
        return min(times, default=None)

    def swing(self, value: float, measured: float) -> float:
        """Return how far ``value`` is from the reading, or from what was told before if further."""
        told = measured if self.commanded is None else self.commanded
        return max(abs(value - measured), abs(value - told))

    def send(
        self,
        command: Command,
        value: float,
        measured: float,
        now: float,
        *,
        must_move: bool = False,
    ) -> None:
        """Note that ``command`` asks for ``value`` while the reading is ``measured``.

        With ``must_move`` only a visible way in its direction confirms it.
        """
        direction = math.copysign(1, value - measured)
        if self.settled or direction != self._direction:
            self._turned_at = -math.inf if self.settled else now
            self._furthest = measured
        self._direction = direction
        self._mark = measured
        self._progressed_at = now
        self.commanded = value
        self.settled = False
        self.arrived = 0
        self._flights.append(_Flight(command, value, now, measured, must_move))

    def answer(self, command: int, outcome: Outcome) -> Verdict | None:
        """Take in the machine's own answer; a verdict only when it is a bad one."""
        for flight in self._flights:
            if flight.command.id == command:
                if outcome is Outcome.ACCEPTED:
                    flight.accepted = True
                    return None
                self._flights.remove(flight)
                return Verdict(flight.command, outcome)
        return None

    def observe(self, measured: float, now: float) -> tuple[list[Verdict], Reason | None]:
        """Judge one sample."""
        if self.commanded is None:
            return [], None
        verdicts: list[Verdict] = []
        for flight in [f for f in self._flights if f.accepted]:
            if flight.seen(measured, self.tolerance.moved):
                self._flights.remove(flight)
                verdicts.append(Verdict(flight.command, Outcome.CONFIRMED))
        offset = measured - self.commanded
        at_value = abs(offset) <= self.tolerance.drift + NEAR
        self.arrived = self.arrived + 1 if at_value else 0
        if self.settled:
            return verdicts, None if at_value else self._drifted(offset, measured, now)
        return verdicts, self._moving(offset, measured, now, at_value=at_value)

    def expire(self, now: float) -> list[Verdict]:
        """Give up what shows no effect; the deadline has passed."""
        late = [f for f in self._flights if now >= f.sent_at + CONFIRM_S]
        for flight in late:
            self._flights.remove(flight)
        return [Verdict(flight.command, Outcome.UNKNOWN) for flight in late]

    def _drifted(self, offset: float, measured: float, now: float) -> Reason | None:
        """A settled axis is somewhere else: inertia for a moment, else somebody at the console."""
        if now >= self._settled_at + CONFIRM_S:
            return Reason.CONSOLE_CHANGE
        beyond = offset * self._direction
        if beyond > 0:
            return Reason.OVERSHOOT if beyond >= self.tolerance.overshoot else None
        # A wobbling reading at the edge of what counts as there: it is still on its way.
        self.settled = False
        return self._moving(offset, measured, now, at_value=False)

    def _moving(
        self, offset: float, measured: float, now: float, *, at_value: bool
    ) -> Reason | None:
        """An axis under way goes toward its value, or it is judged."""
        ahead = (measured - self._furthest) * self._direction
        if at_value:
            self.settled = True
            self._settled_at = self._progressed_at = now
            self._furthest = measured if ahead > 0 else self._furthest
            return None
        if offset * self._direction >= self.tolerance.overshoot:
            return Reason.OVERSHOOT
        if ahead > 0 or now < self._turned_at + TURNING_S:
            self._furthest = measured
        elif -ahead > self.tolerance.drift + NEAR:
            return Reason.WRONG_WAY if self._flights else Reason.CONSOLE_CHANGE
        if (measured - self._mark) * self._direction >= self.tolerance.moved:
            self._mark = measured
            self._progressed_at = now
        return None
