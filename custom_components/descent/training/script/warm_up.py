"""Whether a session warms up before it runs hard.

Hard running is what nobody does with cold legs: a descent at more than a walk, and anything faster
than easy. A speed in km/h says little without its runner: its limits are heuristics [H].
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ..model import Phase
from ..pace import RACES_KM, Rule
from .model import Pace, Parameter, Reference, ScriptStep
from .values import WrongError

_EASY_PCT = 72.0  # of the 5 km speed: what "easy" is (pace.py)
_EASY_KMH = 10.0  # on the level and uphill
_WALK_KMH = 6.5  # downhill: the fastest that a novice, who walks, may go (pace.py)
_GENTLE = (Rule.EASY, Rule.JOG, Rule.WALK)


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


def first_cold(steps: Iterable[ScriptStep], values: Values) -> ScriptStep | None:
    """Return the first hard step if there is no warm-up before it."""
    for step in steps:
        if _hard(step, values):
            return step
        if step.phase is Phase.WARM_UP:
            return None
    return None


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
