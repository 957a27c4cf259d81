"""Numbers as they are spoken: "4 %", "minus fifty percent", "huit virgule cinq"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
import re

from .language import Spoken, folded

_DIGITS = re.compile(r"\d{1,4}(?:[.,]\d{1,3})?")
_SIGNS = ("-", "\u2212", "\u2013")  # as typed, as set, and as speech recognition writes it


@dataclass(frozen=True, slots=True)
class SpokenNumber:
    """A number and the unit that was said with it: ``percent``, ``kmh``, ``mph`` or none."""

    value: float
    unit: str | None = None


def amount_of(text: str, spoken: Spoken) -> SpokenNumber | None:
    """Make out a number; ``None`` for anything else."""
    words = folded(text).rstrip(".!?")
    unit = None
    units = {"percent": ("%", *spoken.percent), "kmh": spoken.kmh, "mph": spoken.mph}
    for name, ways in units.items():
        rest = _without(words, ways)
        if rest is not None:
            unit, words = name, rest
            break
    negative = False
    for sign in (*_SIGNS, *(f"{word} " for word in spoken.minus)):
        if words.startswith(sign):
            negative, words = True, words.removeprefix(sign).strip()
            break
    value = _value(words, spoken)
    if value is None:
        return None
    return SpokenNumber(0.0 - value if negative else value, unit)


def _without(words: str, ways: Sequence[str]) -> str | None:
    """Return what stands before the unit; ``None`` if it does not end with one."""
    for way in sorted(ways, key=len, reverse=True):
        if words.endswith(way):
            return words.removesuffix(way).strip()
    return None


def _value(words: str, spoken: Spoken) -> float | None:
    if _DIGITS.fullmatch(words):
        return float(words.replace(",", "."))
    if words in spoken.folded_numbers:
        return float(spoken.folded_numbers[words])
    for half in spoken.half:
        if words.endswith(half):
            whole = _value(words.removesuffix(half).strip(), spoken)
            return None if whole is None else whole + 0.5
    for point in spoken.point:
        before, found, after = words.partition(f" {point} ")
        if found:
            whole, tenths = _value(before, spoken), _value(after, spoken)
            if whole is not None and tenths is not None and tenths in range(10):
                return whole + tenths / 10
    return None
