"""Whether a session warms up before it runs hard.

Hard running is what nobody does with cold legs: a descent at more than a walk, and anything faster
than easy. A speed in km/h says little without its runner: its limits are heuristics, and so is how
much of a warm-up is one [H].
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ..model import Phase
from ..pace import RACES_KM, Rule
from ..rules import NEAR
from .model import Amount, Dimension, Pace, Parameter, Reference, ScriptStep
from .values import WrongError

WARM_S = 120.0
_WARM_M = 200.0
_EASY_PCT = 72.0  # of the 5 km speed: what "easy" is (pace.py)
_EASY_KMH = 10.0  # on the level and uphill
_WALK_KMH = 6.5  # downhill: the fastest that a novice, who walks, may go (pace.py)
_GENTLE = (Rule.EASY, Rule.JOG, Rule.WALK)

UNKNOWN_LENGTH = Amount(0.0, Dimension.TIME)  # of a step whose length was refused already


@dataclass(frozen=True, slots=True)
class Values:
    """What references can stand for: the values at the ends of their parameters."""

    parameters: Mapping[str, Any]

    def texts(self, found: Reference[Any]) -> tuple[str, ...]:
        """Return those values as they would be written; none of a parameter that is wrong."""
        parameter = self.parameters.get(found.name)
        return parameter.extremes if isinstance(parameter, Parameter) else ()

    def of[T](self, value: T | Reference[T] | None) -> list[T]:
        """Return a value, or those that a reference can stand for; what is refused is left out."""
        if not isinstance(value, Reference):
            return [] if value is None else [value]
        values = []
        for text in self.texts(value):
            try:
                values.append(value.read(text))
            except WrongError:
                continue
        return values


@dataclass(frozen=True, slots=True)
class Cold:
    """The first hard step, and for how long one was warmed up before it: too short."""

    step: ScriptStep
    warm_s: float


def first_cold(steps: Iterable[ScriptStep], values: Values) -> Cold | None:
    """Return the first hard step if there is no warm-up before it, or only a token one."""
    warm = 0.0  # as a share of what is needed
    for step in steps:
        if _hard(step, values):
            return Cold(step, warm * WARM_S) if warm < 1 - NEAR else None
        if step.phase is Phase.WARM_UP:
            warm += min(_shares(step, values), default=1.0)
    return None


def _shares(step: ScriptStep, values: Values) -> list[float]:
    needed = {Dimension.TIME: WARM_S, Dimension.DISTANCE: _WARM_M}
    lengths = [found for number in step.lengths for found in values.of(number)]
    return [
        1.0 if found is UNKNOWN_LENGTH else found.value / needed[found.dimension]
        for found in lengths
    ]


def _hard(step: ScriptStep, values: Values) -> bool:
    if step.phase is Phase.BACKWARD:
        return False
    written = (step.pace, step.ramp_from, step.ramp_to)
    paces = [found for pace in written for found in values.of(pace)]
    if step.phase is Phase.DESCENT:
        return any(not _walks(pace, values) for pace in paces)
    return any(_fast(pace, values) for pace in paces)


def _walks(pace: Pace, values: Values) -> bool:
    """Whether a pace is a walk down."""
    fixed = pace.rule is Rule.FIXED and _most(pace, values) <= _WALK_KMH
    return pace.rule is Rule.WALK or fixed


def _fast(pace: Pace, values: Values) -> bool:
    """Whether a pace is faster than easy on the level."""
    if pace.rule in _GENTLE:
        return False
    if pace.rule is Rule.SPRINT or pace.rule in RACES_KM:
        return True
    return _most(pace, values) > (_EASY_KMH if pace.rule is Rule.FIXED else _EASY_PCT)


def _most(pace: Pace, values: Values) -> float:
    efforts = [found.value for number in pace.efforts for found in values.of(number)]
    return max(efforts, default=0.0)
