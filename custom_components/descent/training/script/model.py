"""What a session file says, once it is read: names, numbers with units, references, steps.

Nothing here is worked out for a runner or a machine yet; that is the planner's part.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from ..model import Level, Phase
from ..pace import Rule


class Dimension(StrEnum):
    """What kind of quantity a unit belongs to."""

    COUNT = "count"
    TIME = "time"
    DISTANCE = "distance"
    DROP = "drop"  # metres of descent
    WAY_BACK = "way back"  # as far as the descents just before it
    PERCENT = "percent"
    SPEED = "speed"


@dataclass(frozen=True, slots=True)
class WrittenUnit:
    """What a number with this unit is, in the base unit of the dimension (s, m, %, km/h)."""

    dimension: Dimension
    factor: float = 1.0
    per: bool = False  # so long for a distance: the smaller the number, the faster

    def base(self, number: float) -> float:
        """Convert; a pace of nothing is as fast as can be."""
        if self.per:
            return self.factor / number if number else float("inf")
        return number * self.factor


MILE_M = 1609.344
UNITS: dict[str, WrittenUnit] = {
    "": WrittenUnit(Dimension.COUNT),
    "s": WrittenUnit(Dimension.TIME),
    "min": WrittenUnit(Dimension.TIME, 60.0),
    "m": WrittenUnit(Dimension.DISTANCE),
    "km": WrittenUnit(Dimension.DISTANCE, 1000.0),
    "mile": WrittenUnit(Dimension.DISTANCE, MILE_M),
    "m down": WrittenUnit(Dimension.DROP),
    "%": WrittenUnit(Dimension.PERCENT),
    "km/h": WrittenUnit(Dimension.SPEED),
    "mph": WrittenUnit(Dimension.SPEED, MILE_M / 1000),
    "min/km": WrittenUnit(Dimension.SPEED, 60.0, per=True),
    "min/mile": WrittenUnit(Dimension.SPEED, 60.0 * MILE_M / 1000, per=True),
}


@dataclass(frozen=True, slots=True)
class Amount:
    """A number in the base unit of its dimension."""

    value: float
    dimension: Dimension


@dataclass(frozen=True, slots=True)
class Reference[T]:
    """``$name``: the value of a parameter, put in as text where the reference stands.

    ``read`` is what reads a value written out at that place, so both obey the same limits.
    """

    name: str
    read: Callable[[object], T]


type Number = Amount | Reference[Amount]


@dataclass(frozen=True, slots=True)
class Pace:
    """A speed rule, with one effort for all repetitions or one for each (the last one stays)."""

    rule: Rule
    efforts: tuple[Number, ...] = ()


type PaceOrReference = Pace | Reference[Pace]
type Choice = str | Reference[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """What a runner may change: a number from minimum to maximum, or one of several options."""

    name: str
    default: float | str
    minimum: float | None = None
    maximum: float | None = None
    unit: str = ""
    options: tuple[str, ...] = ()

    def text(self, value: float | str) -> str:
        """Write a value the way it stands in a session file: ``120 m``."""
        if isinstance(value, str):
            return value
        return f"{value:.10g} {self.unit}".rstrip()

    @property
    def extremes(self) -> tuple[str, ...]:
        """Texts of the values that bound all others."""
        if self.minimum is None or self.maximum is None:
            return self.options
        return self.text(self.minimum), self.text(self.maximum)

    @property
    def allowed(self) -> str:
        """What a value may be, in words."""
        return " to ".join(self.extremes) if self.minimum is not None else ", ".join(self.options)


@dataclass(frozen=True, slots=True, kw_only=True)
class ScriptStep:
    """One step as written. ``slope`` is a decline in a descent, an incline everywhere else.

    Several ``lengths`` are those of one repetition after the other; the last one stays.
    """

    phase: Phase
    line: int
    lengths: tuple[Number, ...]
    slope: Number | None = None
    pace: PaceOrReference | None = None
    ramp_from: PaceOrReference | None = None
    ramp_to: PaceOrReference | None = None
    walk_back: Choice | None = None
    items: tuple[str, ...] = ()
    words: tuple[str, ...] = ()  # of the author, spoken in the step as they are
    standing: bool = False  # the runner stands beside the belt, which walks on
    guided: bool = False

    def length(self, turn: int) -> Number:
        """How long it is in a repetition, counted from 0."""
        return self.lengths[min(turn, len(self.lengths) - 1)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Repeat:
    """Steps to be done several times."""

    line: int
    times: Number
    steps: tuple[ScriptStep | Repeat, ...]

    @property
    def descends(self) -> bool:
        """Whether a descent is among them, at any depth."""
        return any(step.phase is Phase.DESCENT for step in every_step(self.steps))


type Part = ScriptStep | Repeat


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """One session file, read and checked. ``level`` is None for "any"."""

    id: str
    name: str
    level: Level | None
    needs_hill_experience: bool = False
    needs_sound_joints: bool = False
    parameters: tuple[Parameter, ...] = ()
    steps: tuple[Part, ...]
    goals: tuple[str, ...] = ()
    description: str = ""
    why: str = ""
    text: str = ""
    built_in: bool = False  # one of Descent's own: its words are translated, its id is its value

    def parameter(self, name: str) -> Parameter | None:
        """Return the parameter of that name."""
        return next((found for found in self.parameters if found.name == name), None)


def every_step(parts: tuple[Part, ...]) -> Iterator[ScriptStep]:
    """Each step as written, once, in order."""
    for part in parts:
        if isinstance(part, Repeat):
            yield from every_step(part.steps)
        else:
            yield part
