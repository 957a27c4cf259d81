"""One actuator as telemetry shows it: what is expected of it, and whether it does that.

Rules R6, R11 and R12 are judged here.

There are two of these, the belt and the deck (commands.py). An axis never decides what to send; it
only judges.

    free     nobody here wishes anything: nothing is expected
    left     told nothing, and nobody else is expected to move it; one that was moving already comes
             to rest where it was going
    moving   on its way to what it was told
    settled  it is there, and stands

    left:    goes elsewhere      -> CONSOLE_CHANGE
    moving:  goes back           -> WRONG_WAY; a slower belt and what had obeyed: CONSOLE_CHANGE
    moving:  stands beyond it    -> CONSOLE_CHANGE
    moving:  no progress for 5 s -> NOT_CONFIRMED; a belt that had obeyed: CONSOLE_CHANGE
    any:     beyond the value    -> OVERSHOOT; a slower belt: CONSOLE_CHANGE
    settled: drifts away         -> CONSOLE_CHANGE
    any:     the machine names a target that nobody here has told it -> CONSOLE_CHANGE
"""

from __future__ import annotations

from dataclasses import dataclass
import math

from ..events import Command, Outcome, Reason, Verdict
from ..rules import (
    CONFIRM_S,
    DRIFT_KMH,
    DRIFT_PCT,
    ECHO_S,
    INCREASE_KMH,
    MOVED_KMH,
    MOVED_PCT,
    NEAR,
    OVERSHOOT_KMH,
    OVERSHOOT_PCT,
    STARTS_S,
    TURNING_S,
    UNDERSTOOD_S,
    WOBBLE_KMH,
)
from .movement import Movement


@dataclass(frozen=True, slots=True, kw_only=True)
class Tolerance:
    """What counts as moved, as drifted and as overshot, in the unit of the axis."""

    moved: float
    drift: float
    overshoot: float
    # A belt that slows down or stands on its way up: its runner has set that (rule R11). Of a deck
    # it may as well be the motor.
    slower_by_hand: bool

    @property
    def same(self) -> float:
        """How near a reading is to a value that it needs no command for."""
        return self.drift / 2


BELT = Tolerance(moved=MOVED_KMH, drift=DRIFT_KMH, overshoot=OVERSHOOT_KMH, slower_by_hand=True)
DECK = Tolerance(moved=MOVED_PCT, drift=DRIFT_PCT, overshoot=OVERSHOOT_PCT, slower_by_hand=False)


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
        self.movement = Movement()
        self.commanded: float | None = None
        self.arrived = 0  # consecutive samples at the commanded value
        self.settled = True
        # Whether a belt goes up to what it was told as fast as it did before. One that does not may
        # have been set elsewhere at the console, and is told no more.
        self.follows = True
        # Whether it has run on past what it was told, too far to be there: nor is that one.
        self.past = False
        self._left_at: float | None = None  # where an axis that was told nothing is to stay
        self._coasts = 0.0  # the direction in which it was moving when it was left to itself
        self._coasted = 0.0  # the same, as of the reading before
        self._told: list[tuple[float, float]] = []  # when, and a value it may still name
        self._flights: list[_Flight] = []
        self._direction = 0.0
        self._furthest = 0.0
        self._mark = 0.0
        self._pace: float | None = None  # units a second, of the last time that it went up
        self._furthest_gone = 0.0  # from one look to the next, a second or more
        self._sent_at = -math.inf
        self._progressed_at = -math.inf
        self._turned_at = -math.inf
        self._settled_at = -math.inf

    def forget(self) -> None:
        """Let the console have it: nothing is expected of this axis any more."""
        self.commanded = self._left_at = None
        self._told.clear()
        self._flights.clear()
        self.settled = self.follows = True
        self.past = False
        self.arrived = 0

    def hold(self, value: float) -> None:
        """Expect it to stay where it is already; somebody else may have brought it there."""
        self.commanded = value
        self._sent_at = -math.inf
        self.settled = True
        self.arrived = 1

    def leave(self, measured: float) -> None:
        """Expect nobody to move it, if it was told nothing: neither from here nor at the console.

        One that is moving may come to rest first, where it is going.
        """
        if self.commanded is None and self._left_at is None:
            self._left_at = measured
            self._coasts = self._coasted = self.movement.direction

    @property
    def coasts(self) -> float:
        """In which direction it is still on its way to where somebody else has sent it, or 0."""
        if self.commanded is not None:
            return 0.0
        return self.movement.direction if self._left_at is None else self._coasts

    @property
    def yields(self) -> float:
        """The same, or in which direction it was until just now.

        Where it stands is to be seen, and to be made something of, before it is told anything.
        """
        return self.coasts or (0.0 if self.commanded is not None else self._coasted)

    @property
    def expected(self) -> float | None:
        """Where it is to be, or to stay; None of a free one."""
        return self._left_at if self.commanded is None else self.commanded

    @property
    def there(self) -> bool:
        """Whether the last sample was at the commanded value, or none is commanded."""
        return self.commanded is None or self.arrived > 0

    @property
    def rests(self) -> bool:
        """Whether it stands, and would have been seen to move on what it was told last.

        One that turns round, or has not begun yet, looks as still for a moment.
        """
        begun = self._sent_at + STARTS_S <= self.movement.seen_since
        return self.movement.still and (self.commanded is None or begun)

    @property
    def under_way(self) -> bool:
        """Whether it was told a value that the last sample did not show."""
        return not self.settled and not self.arrived

    @property
    def reach(self) -> float:
        """How far above its reading a belt may be told: as far as it gets until the next one [H].

        And as much more as counts as there. One that was set elsewhere on its way gets there before
        it is told more, and is seen to (rule R11).
        """
        return min(self._furthest_gone or INCREASE_KMH, INCREASE_KMH) + self.tolerance.drift

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
        before = [(now, measured)] if self.settled else self._told
        self._told = [*(told for told in before if told[0] > now - ECHO_S), (now, value)]
        self.commanded, self._left_at = value, None
        self._sent_at = now
        self.settled = self.follows = self.past = False
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

    def named(self, target: float, measured: float, now: float) -> bool:
        """Take in a target that the machine names; returns whether somebody else set it (R11).

        It may name late what it was told before, or where it was, and at once what it has taken a
        command for.
        """
        expected, drift = self.expected, self.tolerance.drift + NEAR
        if expected is None or abs(target - expected) <= drift:
            return False
        if self.commanded is None:  # it may still be on its way there
            return not (self._coasts and (target - measured) * self._coasts > 0)
        if self._flights and now < self._flights[-1].sent_at + UNDERSTOOD_S:
            return False
        same = self.tolerance.same + NEAR
        late = [at for at, told in self._told if at > now - ECHO_S and abs(target - told) <= same]
        if late:  # what it was told before that is over
            self._told = [told for told in self._told if told[0] >= late[-1]]
        return not late

    def observe(self, measured: float, now: float) -> tuple[list[Verdict], Reason | None]:
        """Judge one sample."""
        self.movement.see(measured, now)
        if self.commanded is None:
            return [], self._left(measured)
        verdicts: list[Verdict] = []
        for flight in [f for f in self._flights if f.accepted]:
            if flight.seen(measured, self.tolerance.moved):
                self._flights.remove(flight)
                verdicts.append(Verdict(flight.command, Outcome.CONFIRMED))
        offset = measured - self.commanded
        at_value = abs(offset) <= self.tolerance.drift + NEAR
        self.arrived = self.arrived + 1 if at_value else 0
        self.past = not at_value and offset * self._direction > 0
        self._look_whether_it_follows(at_value=at_value)
        if self.settled:
            return verdicts, None if at_value else self._drifted(offset, measured, now)
        return verdicts, self._moving(offset, measured, now, at_value=at_value)

    def expire(self, now: float) -> tuple[list[Verdict], Reason]:
        """Give up what shows no effect, the deadline has passed; returns what that means."""
        late = [f for f in self._flights if now >= f.sent_at + CONFIRM_S]
        for flight in late:
            self._flights.remove(flight)
        obeyed = not late and self.tolerance.slower_by_hand
        reason = Reason.CONSOLE_CHANGE if obeyed else Reason.NOT_CONFIRMED
        return [Verdict(flight.command, Outcome.UNKNOWN) for flight in late], reason

    # ---- inside

    def _left(self, measured: float) -> Reason | None:
        """One that was told nothing stays where it is, or goes where it was going."""
        if self._left_at is None:
            return None
        self._coasted = self._coasts
        gone = measured - self._left_at
        if self._coasts and gone * self._coasts > 0:
            self._left_at = measured
        if self.movement.direction * self._coasts <= 0:
            self._coasts = 0.0  # also where a reading wobbles too much ever to be still
        elsewhere = abs(measured - self._left_at) > self.tolerance.drift + NEAR
        return Reason.CONSOLE_CHANGE if elsewhere else None

    def _look_whether_it_follows(self, *, at_value: bool) -> None:
        lately, before = self.movement.lately, self._pace
        if lately is None:
            self.follows = at_value
            return
        gone, seconds = lately
        pace = gone / seconds
        if self._direction > 0 and not self.settled:
            # The last second of a ramp is cut short by its end.
            self._pace = max(pace, before or 0.0) if at_value else pace
            self._furthest_gone = max(gone, self._furthest_gone)
        fast = before is not None and pace >= max(before - WOBBLE_KMH, MOVED_KMH) - NEAR
        self.follows = at_value or (fast and not self.past)

    @property
    def _too_far(self) -> Reason:
        """What it means to have run on: a belt slower than it was told is its runner's doing."""
        slower = self.tolerance.slower_by_hand and self._direction < 0
        return Reason.CONSOLE_CHANGE if slower else Reason.OVERSHOOT

    def _drifted(self, offset: float, measured: float, now: float) -> Reason | None:
        """A settled axis is somewhere else: inertia for a moment, else somebody at the console."""
        if now >= self._settled_at + CONFIRM_S:
            return Reason.CONSOLE_CHANGE
        beyond = offset * self._direction
        if beyond > 0:
            return self._too_far if beyond >= self.tolerance.overshoot else None
        # A wobbling reading at the edge of what counts as there: it is still on its way.
        self.settled = False
        return self._moving(offset, measured, now, at_value=False)

    def _moving(
        self, offset: float, measured: float, now: float, *, at_value: bool
    ) -> Reason | None:
        """An axis under way goes toward its value, or it is judged."""
        ahead = (measured - self._furthest) * self._direction
        if at_value:
            # One that is still moving may run on past its value, however slowly.
            self.settled = self.movement.still
            self._settled_at = self._progressed_at = now
            self._furthest = measured if ahead > 0 else self._furthest
            return None
        if offset * self._direction >= self.tolerance.overshoot:
            return self._too_far
        if self.past and self.rests:
            return Reason.CONSOLE_CHANGE  # it has passed its value, and stands elsewhere
        if ahead > 0 or now < self._turned_at + TURNING_S:
            self._furthest = measured
        elif -ahead > self.tolerance.drift + NEAR:
            by_hand = not self._flights or (self.tolerance.slower_by_hand and self._direction > 0)
            return Reason.CONSOLE_CHANGE if by_hand else Reason.WRONG_WAY
        if (measured - self._mark) * self._direction >= self.tolerance.moved:
            self._mark = measured
            self._progressed_at = now
        return None
