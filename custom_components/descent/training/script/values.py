"""How single values are written: ``10 min``, ``120 m``, ``6 %``, ``sprint $effort``, ``$reps``.

Each reader takes what stands in the file and returns a value or raises ``Wrong``. A ``$name``
becomes a ``Reference`` that carries the reader of its place: the parameter's value is later put in
as text and read by the same rules, so there is one place that knows what a place allows.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
import re

import voluptuous as vol

from ..pace import Rule
from .model import UNITS, Amount, Choice, Dimension, Number, Pace, PaceOrReference, Reference
from .text import show

NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
_REFERENCE = re.compile(r"\$([a-z][a-z0-9_]{0,39})")
_AMOUNT = re.compile(r"(-?\d{1,9}(?:\.\d{1,9})?) ?(s|min|m|km|%|km/h|)")
_EFFORTS = re.compile(r"(flat|sustainable|sprint) +([^ ]+?) ?(%?)")
_MOST_EFFORTS = 20


class Wrong(vol.Invalid):
    """A value that its place does not allow."""

    def __init__(self, found: str, allowed: str) -> None:
        """Keep both halves of the message."""
        super().__init__(f"found {found}; allowed: {allowed}")
        self.found = found
        self.allowed = allowed


def reference[T](value: object, read: Callable[[object], T]) -> Reference[T] | None:
    """Return the reference that ``value`` is, or None."""
    match = _REFERENCE.fullmatch(value) if isinstance(value, str) else None
    return None if match is None else Reference(match[1], read)


@dataclass(frozen=True, slots=True)
class Bounds:
    """What one dimension may be, in its base unit, and how to say so."""

    dimension: Dimension
    low: float
    high: float
    text: str


class Quantity:
    """Reads a number with a unit within limits; ``bare`` is what a number without one is."""

    def __init__(self, *limits: Bounds, bare: Dimension | None = None) -> None:
        """Take the dimensions this place accepts."""
        self._limits = {limit.dimension: limit for limit in limits}
        self._bare = bare
        self.allowed = " or ".join(limit.text for limit in limits)

    def __call__(self, value: object) -> Number:
        """Read a literal or a reference."""
        return reference(value, self.read) or self.read(value)

    def read(self, value: object) -> Amount:
        """Read a literal."""
        text = f"{value:.10g}" if isinstance(value, float) else value
        match = _AMOUNT.fullmatch(text) if isinstance(text, str) else None
        if match is not None:
            dimension, factor = UNITS[match[2]]
            if dimension is Dimension.COUNT and self._bare is not None:
                dimension = self._bare
            limit = self._limits.get(dimension)
            number = float(match[1]) * factor
            whole = dimension is not Dimension.COUNT or number.is_integer()
            if limit is not None and whole and limit.low <= number <= limit.high:
                return Amount(number, dimension)
        raise Wrong(show(value) if text is value else str(text), self.allowed)


_TIME = Bounds(Dimension.TIME, 5, 3 * 3600, "a time from 5 s to 180 min (as in 90 s or 10 min)")
_DISTANCE = Bounds(
    Dimension.DISTANCE, 20, 20_000, "a distance from 20 m to 20 km (as in 120 m or 1 km)"
)
_SPEED = Bounds(Dimension.SPEED, 0.5, 25, "a speed from 0.5 to 25 km/h (as in 4.5 km/h)")

TIMES = Quantity(Bounds(Dimension.COUNT, 1, 100, "a whole number from 1 to 100"))
LENGTH = Quantity(_TIME, _DISTANCE)
TIME = Quantity(_TIME)
DECLINE = Quantity(
    Bounds(Dimension.PERCENT, 0.5, 25, "a decline from 0.5 to 25 % (a positive number)"),
    bare=Dimension.PERCENT,
)
INCLINE = Quantity(
    Bounds(Dimension.PERCENT, 0, 15, "an incline from 0 to 15 % (downhill is a descent step)"),
    bare=Dimension.PERCENT,
)
BACKWARD_INCLINE = Quantity(
    Bounds(Dimension.PERCENT, 0, 8, "an incline from 0 to 8 % (rule R16)"), bare=Dimension.PERCENT
)
SPEED = Quantity(_SPEED)
EFFORT = Quantity(Bounds(Dimension.PERCENT, 20, 100, "an effort from 20 to 100 %"))
BACKWARD_SPEED = Quantity(Bounds(Dimension.SPEED, 0.5, 6, "a speed from 0.5 to 6 km/h (rule R16)"))

_PACES = (
    f"easy, jog, walk, {_SPEED.text}, or flat, sustainable or sprint with an effort from 20 to"
    " 100 % (as in sprint 80 %, or sustainable 70/75/80 % for one repetition after the other)"
)
_WORDS = (Rule.EASY, Rule.JOG, Rule.WALK)


def pace(value: object) -> PaceOrReference:
    """Read a pace or a reference to one (a parameter in km/h, or options that are paces)."""
    return reference(value, _pace) or _pace(value)


def backward_pace(value: object) -> PaceOrReference:
    """Read a backward pace: km/h only, and slow."""
    return reference(value, _backward_pace) or _backward_pace(value)


def _pace(value: object) -> Pace:
    if isinstance(value, str):
        if value in _WORDS:
            return Pace(Rule(value))
        if (match := _EFFORTS.fullmatch(value)) is not None:
            return _effort_pace(value, Rule(match[1]), match[2].split("/"), match[3])
        try:
            return Pace(Rule.FIXED, (SPEED.read(value),))
        except Wrong:
            pass
    raise Wrong(show(value), _PACES)


def _effort_pace(value: str, rule: Rule, texts: list[str], unit: str) -> Pace:
    try:
        efforts = tuple(EFFORT(text if "$" in text else f"{text} {unit}") for text in texts)
    except Wrong as wrong:
        raise Wrong(show(value), _PACES) from wrong
    if len(efforts) > _MOST_EFFORTS:
        raise Wrong(f"{len(efforts)} efforts", f"at most {_MOST_EFFORTS}")
    return Pace(rule, efforts)


def _backward_pace(value: object) -> Pace:
    return Pace(Rule.FIXED, (BACKWARD_SPEED.read(value),))


class OneOf:
    """Reads one of a few words, or a reference to a parameter whose options are such words."""

    def __init__(self, *words: str) -> None:
        """Take the words."""
        self._words = words

    def __call__(self, value: object) -> Choice:
        """Read a literal or a reference."""
        return reference(value, self.read) or self.read(value)

    def read(self, value: object) -> str:
        """Read a literal."""
        if isinstance(value, str) and value in self._words:
            return value
        raise Wrong(show(value), ", ".join(self._words))


UPHILL, FLAT, JOG = "uphill", "flat", "jog"
WALK_BACK = OneOf(UPHILL, FLAT, JOG)


def words(most: int) -> Callable[[object], tuple[str, ...]]:
    """Return a reader of a list of up to ``most`` names (lower case, as in leg_swings)."""

    def read(value: object) -> tuple[str, ...]:
        if not isinstance(value, list) or len(value) > most:
            found = show(value) if not isinstance(value, list) else f"{len(value)} entries"
            raise Wrong(found, f"a list of at most {most} names")
        for word in value:
            if not isinstance(word, str) or not NAME.fullmatch(word):
                raise Wrong(show(word), "names in lower case, as in leg_swings")
        return tuple(value)

    return read


def text(most: int, least: int = 0) -> Callable[[object], str]:
    """Return a reader of a text of ``least`` to ``most`` characters, white space evened out."""

    def read(value: object) -> str:
        if isinstance(value, str) and least <= len(even := " ".join(value.split())) <= most:
            return even
        raise Wrong(show(value), f"a text of {least} to {most} characters")

    return read
