"""Numbers as they are spoken: "4 %", "minus fifty percent", "7 1/2", "anderthalb", "et demi".

A sentence is taken apart into words here too, because a number is more than letters: "-4", "8,5",
"½". Words are compared without capitals and accents, and without the gaps between them: speech
recognition writes "tread mill", "treadmill" and "tread-mill".
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
import re

from .language import Spoken, folded

_TOKEN = re.compile(
    r"\d+(?:[.,]\d+)?"
    r"|(?<=\d)\s*[/\u2044]\s*(?=\d)"  # "1/2", and what is left of "½"
    r"|(?<![^\W_])[-\u2212\u2013](?=\s?\d)"  # as typed, as set, and as speech recognition writes it
    r"|%|[^\W\d_]+"
)
_HALF_SIGNS = re.compile(r"(?<=\d)(?=[\u00bc-\u00be])")  # "7½" is "7 ½"
_DIGITS = re.compile(r"\d+(?:[.,]\d+)?")
_DECIMALS = 3  # digits after a point
_BEYOND = 1000.0  # no speed, no slope
LONGEST = 8  # words of a number with its unit, or of a phrase


@dataclass(frozen=True, slots=True)
class SpokenNumber:
    """A number and the unit that was said with it: ``percent``, ``kmh``, ``mph`` or none."""

    value: float
    unit: str | None = None


@dataclass(frozen=True, slots=True)
class Counted:
    """A number in a row of words: how many words it is, and whether it may be an article."""

    number: SpokenNumber
    length: int
    article: bool  # "a", "un", "ein": one, or nothing


def tokens_of(text: str) -> list[str]:
    """Take a text apart into words, numbers and the signs that belong to numbers."""
    plain = folded(_HALF_SIGNS.sub(" ", text))
    found = (match[0].strip() for match in _TOKEN.finditer(plain))
    return [
        "/" if each in {"/", "\u2044"} else "-" if each in "\u2212\u2013" else each
        for each in found
    ]


def joined(tokens: Sequence[str]) -> str:
    """Return words as they are compared: "tread mill" is "treadmill"."""
    return "".join(tokens)


class Numbers:
    """The numbers of one language."""

    def __init__(self, spoken: Spoken) -> None:
        """Take its words."""
        self._whole: dict[str, float] = {
            joined(tokens_of(word)): value for word, value in spoken.numbers.items()
        }
        self._parts = {joined(tokens_of(word)): value for word, value in spoken.fractions.items()}
        self._and = _keys(spoken.plus)
        self._point = _keys(spoken.point)
        self._minus = _keys(spoken.minus) | {"-"}
        self._articles = _keys(spoken.articles)
        units = {"percent": ("%", *spoken.percent), "kmh": spoken.kmh, "mph": spoken.mph}
        self._units = {key: unit for unit, ways in units.items() for key in _keys(ways)}
        for half in _keys(spoken.half):  # written as one word: "neuneinhalb", "negenenhalf"
            self._whole |= {word + half: value + 0.5 for word, value in spoken.numbers.items()}
        self._whole = {joined(tokens_of(key)): value for key, value in self._whole.items()}

        ways = (self._whole, self._parts, self._point, self._minus)
        self._begin = {
            key[:length] for way in ways for key in way for length in range(len(key) + 1)
        }

    def digits(self, word: str) -> str:
        """Return the word of a whole number as digits, and any other as it is."""
        value = self._whole.get(word)
        return word if value is None else f"{value:g}"

    @cached_property
    def words(self) -> frozenset[str]:
        """All words that numbers are made of."""
        ways = (self._whole, self._parts, self._and, self._point, self._minus, self._units)
        return frozenset(key for way in ways for key in way)

    def at(self, tokens: Sequence[str], start: int) -> Counted | None:
        """Make out the number that begins at a word, with its unit; ``None`` if none does."""
        if start >= len(tokens):
            return None
        if tokens[start] not in self._begin and not tokens[start][0].isdecimal():
            return None
        place, negative = start, False
        if (after := self._skip(tokens, place, self._minus)) is not None:
            place, negative = after, True
        found = self._magnitude(tokens, place)
        if found is None:
            return None
        value, end = found
        if value >= _BEYOND:
            return None
        article = not negative and joined(tokens[start:end]) in self._articles
        unit = None
        if (known := self._longest(tokens, end, self._units)) is not None:
            unit, end = known
            after = self._skip(tokens, end, self._and)  # "un chilometro e mezzo all'ora"
            part = None if after is None else self._part_at(tokens, after)
            if part is not None:
                value, end = value + part[0], part[1]
                again = self._longest(tokens, end, self._units)
                end = end if again is None else again[1]
        number = SpokenNumber(0.0 - value if negative else value, unit)
        return Counted(number, end - start, article and unit is None)

    def _magnitude(self, tokens: Sequence[str], place: int) -> tuple[float, int] | None:
        whole = self._whole_at(tokens, place)
        part = self._longest(tokens, place, self._parts)
        if part is not None and (whole is None or part[1] > whole[1]):
            return part
        if whole is None:
            return self._after_point(tokens, place, 0.0)
        value, end = whole
        pointed = self._after_point(tokens, end, value)
        if pointed is not None:
            return pointed
        further = self._skip(tokens, end, self._and)
        for begin in (end,) if further is None else (further, end):
            added = self._part_at(tokens, begin)
            if added is not None:
                return value + added[0], added[1]
        return value, end

    def _whole_at(self, tokens: Sequence[str], place: int) -> tuple[float, int] | None:
        """Make out digits, "1/2" or the words of a whole number."""
        divided = self._divided(tokens, place)
        if divided is not None:
            return divided
        if place < len(tokens) and _DIGITS.fullmatch(tokens[place]):
            return float(tokens[place].replace(",", ".")), place + 1
        return self._longest(tokens, place, self._whole)

    @staticmethod
    def _divided(tokens: Sequence[str], place: int) -> tuple[float, int] | None:
        if tokens[place + 1 : place + 2] != ["/"]:
            return None
        above, below = tokens[place], tokens[place + 2]
        if not above.isdecimal() or not below.isdecimal() or int(below) == 0:
            return None
        return int(above) / int(below), place + 3

    def _part_at(self, tokens: Sequence[str], place: int) -> tuple[float, int] | None:
        """Make out what is added to a whole number: "1/2", "a half"."""
        found = self._divided(tokens, place) or self._longest(tokens, place, self._parts)
        return found if found is not None and found[0] < 1 else None

    def _after_point(
        self, tokens: Sequence[str], place: int, whole: float
    ) -> tuple[float, int] | None:
        begin = self._skip(tokens, place, self._point)
        if begin is None:
            return None
        digits, end = "", begin
        while len(digits) < _DECIMALS and (found := self._whole_at(tokens, end)) is not None:
            if found[0] not in range(10):
                break
            digits, end = f"{digits}{found[0]:g}", found[1]
        return (whole + int(digits) / 10 ** len(digits), end) if digits else None

    @staticmethod
    def _skip(tokens: Sequence[str], place: int, keys: frozenset[str]) -> int | None:
        """Return the place after one of these words; ``None`` if none of them is there."""
        for length in range(min(LONGEST, len(tokens) - place), 0, -1):
            if joined(tokens[place : place + length]) in keys:
                return place + length
        return None

    @staticmethod
    def _longest[T](
        tokens: Sequence[str], place: int, known: Mapping[str, T]
    ) -> tuple[T, int] | None:
        for length in range(min(LONGEST, len(tokens) - place), 0, -1):
            found = known.get(joined(tokens[place : place + length]))
            if found is not None:
                return found, place + length
        return None


def amount_of(text: str, spoken: Spoken) -> SpokenNumber | None:
    """Make out a number; ``None`` for anything else."""
    tokens = tokens_of(text)
    found = Numbers(spoken).at(tokens, 0)
    return found.number if found is not None and found.length == len(tokens) else None


def _keys(words: Sequence[str]) -> frozenset[str]:
    return frozenset(joined(tokens_of(word)) if word != "%" else "%" for word in words)
