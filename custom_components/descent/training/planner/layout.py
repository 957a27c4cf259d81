"""A script's steps one after the other, with the numbers of one runner on one machine.

The order of decisions in a step is its slope, then the speed that slope allows, then the time.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from ..cues import STANDING, sentence
from ..model import Level, Machine, Phase, Runner, Step, total
from ..pace import Anchors, Rule, backward_cap_kmh, ceiling_kmh
from ..rules import WALKING_KMH
from ..script.checks import MAX_DURATION_S, MAX_STEPS, drop_distance_m
from ..script.model import (
    Amount,
    Choice,
    Dimension,
    Pace,
    PaceOrReference,
    Part,
    Repeat,
    ScriptStep,
)
from ..script.values import FLAT, JOG
from .parameters import PlanError, Settings

_WALK = Pace(Rule.WALK)  # what a step without a pace is done at
RAMP_S = 120.0  # warm-ups start and cool-downs end with a ramp this long (S1-2)
# How many more repetitions a gentler slope may be made up for with, by level [H].
MOST_REPS = {
    Level.NOVICE: 1.0,
    Level.BEGINNER: 1.0,
    Level.INTERMEDIATE: 1.5,
    Level.ADVANCED: 2.0,
}

# Walking back (S1-8): speeds are the source's distances over its recovery times, inclines are
# limited so that the deck's way up takes a tenth of the recovery at most [H].
_WALK_UP_KMH = 3.0
_JOG_UP_KMH = 6.0
_FLAT_WALK_KMH = (4.0, 5.0)
_SWING_SHARE = 0.1
_USABLE_PCT = 1.0  # a lower incline than this is no walk uphill: flat walk


def too_long() -> PlanError:
    """Return the refusal of a session that nobody should run."""
    return PlanError("session_too_long", allowed=f"{MAX_DURATION_S / 3600:g}")


@dataclass(slots=True)
class Layout:
    """Steps so far. With a ``budget_m`` of descent, repeats of descents grow while it lasts."""

    settings: Settings
    runner: Runner
    machine: Machine
    budget_m: float | None = None
    steps: list[Step] = field(default_factory=list)
    notes: dict[str, None] = field(default_factory=dict)  # an ordered set
    added_reps: int = 0
    _anchors: Anchors = field(init=False)

    def __post_init__(self) -> None:
        """Work out the runner's speeds once."""
        self._anchors = Anchors.of(self.runner)

    @property
    def descent_m(self) -> float:
        """Metres down at target in all descents."""
        return total(step.descent_m for step in self.steps if step.phase is Phase.DESCENT)

    @property
    def fits(self) -> bool:
        """Whether the session is of a bearable size."""
        duration = total(step.nominal_s for step in self.steps)
        return len(self.steps) <= MAX_STEPS and duration <= MAX_DURATION_S

    def lay(self, parts: tuple[Part, ...], turn: int = 0, *, outermost: bool = True) -> None:
        """Append parts; ``turn`` counts the repetitions of the repeat they stand in, from 0."""
        for part in parts:
            if isinstance(part, ScriptStep):
                self.steps.append(self._step(part, turn))
                continue
            times = int(self.settings.get(part.times).value)
            extends = outermost and self.budget_m is not None and part.descends
            for i in range(times):
                self.lay(part.steps, i, outermost=outermost and not part.descends)
            if extends:
                self._extend(part, times)

    def _extend(self, part: Repeat, times: int) -> None:
        """Add repetitions, as many as the level allows and the prescribed descent has room for."""
        for i in range(times, int(times * MOST_REPS[self.runner.level] + 1e-9)):
            mark, before = len(self.steps), self.descent_m
            self.lay(part.steps, i, outermost=False)
            gained = self.descent_m - before
            if self.budget_m is None or not 0 < gained <= self.budget_m + 1e-6 or not self.fits:
                del self.steps[mark:]
                return
            self.budget_m -= gained
            self.added_reps += 1

    # ---- one step --------------------------------------------------------------------------------

    def _step(self, part: ScriptStep, turn: int) -> Step:
        length = self._length(part, turn)
        index = len(self.steps)
        words = tuple(sentence(said) for said in part.words)
        if part.phase.off_belt:
            return Step(
                index=index,
                phase=part.phase,
                speed_kmh=0.0,
                incline_pct=0.0,
                nominal_s=length.value,
                duration_s=length.value,
                items=part.items + words,
                minimum_s=length.value if part.phase is Phase.TURN_AROUND else 0.0,
            )
        slope = 0.0 if part.slope is None else self.settings.get(part.slope).value
        prescribed = -slope if part.phase is Phase.DESCENT else slope
        incline = self._settable(prescribed)
        back_m = 0.0
        if part.walk_back is not None:
            incline, speed, back_m = self._walk_back(part, part.walk_back, length, incline, turn)
        elif part.standing:
            speed = self._capped(part.phase, min(WALKING_KMH, self.runner.walk_kmh), incline)
        else:
            speed = self._speed(part.phase, part.pace, incline, turn)
        nominal_s = self._nominal_s(length, speed)
        ramp_from = self._ramp(part.ramp_from, speed, incline)
        ramp_to = self._ramp(part.ramp_to, speed, incline)
        if part.guided:
            self._note("guided")
        timed = length.dimension is Dimension.TIME
        return Step(
            index=index,
            phase=part.phase,
            speed_kmh=speed,
            incline_pct=incline,
            nominal_s=nominal_s,
            duration_s=length.value if timed else None,
            distance_m=None if timed else length.value,
            prescribed_incline_pct=prescribed if part.phase is Phase.DESCENT else incline,
            ramp_from_kmh=ramp_from,
            ramp_to_kmh=ramp_to,
            ramp_s=min(RAMP_S, nominal_s / 2) if ramp_from or ramp_to else 0.0,
            items=((STANDING,) if part.standing else ()) + words,
            walk_back_m=back_m,
            guided=part.guided,
        )

    def _length(self, part: ScriptStep, turn: int) -> Amount:
        """Return the time or the metres of belt that a step takes, ramps excluded.

        Metres of descent are worked out for the slope in the file: on a gentler deck a repetition
        stays as long as it is, and repetitions are added (training.md, section 5).
        """
        length = self.settings.get(part.length(turn))
        if length.dimension is Dimension.DROP and part.slope is not None:
            decline = self.settings.get(part.slope).value
            return Amount(drop_distance_m(length.value, decline), Dimension.DISTANCE)
        if length.dimension is Dimension.WAY_BACK:
            return Amount(self._way_down()[0], Dimension.DISTANCE)
        return length

    def _settable(self, incline: float) -> float:
        """Return the machine's incline nearest to zero from ``incline``, within what it can do."""
        # Limited first and rounded then: a minimum need not be a whole number of steps.
        limits = self.machine.incline
        return limits.floor(min(max(incline, limits.minimum), limits.maximum))

    def _speed(
        self, phase: Phase, pace: PaceOrReference | None, incline: float, turn: int = 0
    ) -> float:
        """Return what a pace comes to at an incline; the last effort of a list stays."""
        wanted = self.settings.get(pace or _WALK)
        effort = 0.0
        if wanted.efforts:
            number = wanted.efforts[min(turn, len(wanted.efforts) - 1)]
            effort = self.settings.get(number).value
        asked = self._anchors.speed_kmh(wanted.rule, effort, incline)
        return self._capped(phase, asked, incline)

    def _capped(self, phase: Phase, asked: float, incline: float) -> float:
        """Return the smallest of a rule's speed and all caps, rounded down to what can be set."""
        ceiling = ceiling_kmh(self.runner, self.machine, incline)
        if phase is Phase.BACKWARD:
            ceiling = min(ceiling, backward_cap_kmh(self.runner.level))
        speed = self.machine.speed.floor(min(asked, ceiling))
        if speed > ceiling + 1e-9:
            raise PlanError("machine_too_fast", minimum=f"{speed:g}", allowed=f"{ceiling:g}")
        return speed

    def _ramp(self, pace: PaceOrReference | None, speed: float, incline: float) -> float | None:
        """Return the slower end of a ramp; None where there is nothing to ramp."""
        if pace is None:
            return None
        end = self._speed(Phase.STEADY, pace, incline)
        return end if end < speed else None

    def _nominal_s(self, length: Amount, speed: float) -> float:
        if length.dimension is Dimension.TIME:
            return length.value
        seconds = length.value / speed * 3.6
        if seconds > MAX_DURATION_S:
            raise too_long()
        return seconds

    def _walk_back(
        self, part: ScriptStep, way: Choice, length: Amount, incline: float, turn: int
    ) -> tuple[float, float, float]:
        """Return incline and speed of a way back up, and the metres it should lead (S1-8)."""
        back_m, steepness = self._way_down()
        mode = self.settings.get(way)
        asked = _JOG_UP_KMH if mode == JOG else _WALK_UP_KMH
        if part.slope is None:
            seconds = self._nominal_s(length, asked)
            swing = self.machine.rates.deck_pct_s * _SWING_SHARE * seconds
            incline = 0.0 if mode == FLAT else self._settable(min(steepness, swing))
            if incline < _USABLE_PCT:
                incline = 0.0
                if mode != FLAT:
                    self._note("flat_walk")
                if mode != JOG:
                    low, high = _FLAT_WALK_KMH
                    asked = min(max(self.runner.walk_kmh, low), high)
        if part.pace is None:
            return incline, self._capped(part.phase, asked, incline), back_m
        return incline, self._speed(part.phase, part.pace, incline, turn), back_m

    def _way_down(self) -> tuple[float, float]:
        """Return metres of belt in the descents just before, and how steep the last one was."""
        metres = steepness = 0.0
        for step in reversed(self.steps):
            if step.phase is Phase.DESCENT:
                metres += step.distance_m or step.speed_kmh / 3.6 * step.nominal_s
                steepness = steepness or -step.incline_pct
            elif metres:
                break
        return round(metres, 1), steepness

    def _note(self, key: str) -> None:
        self.notes[key] = None
