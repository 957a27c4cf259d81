"""Finds words, phrases and names in a sentence, whatever its capitals, accents and punctuation.

An entry of a list is written as it is said: ``stop``, ``emergency stop``, ``don't``. Three dots
stand for a few other words in between (``turn ... off``), a star for any letters at the end or the
beginning of a single word (``lamp*``, ``*licht*``).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
import re
import unicodedata

from .language import folded

_WORD = re.compile(r"[^\W_]+")
_PAUSE = re.compile(r"[.,;:!?\u2026]")
_GAP = "..."
_ECHO = 2  # what is said more often in a row is not listened to: "stop stop stop stop"
LONGEST_GAP = 5  # words between the two parts of an entry


@dataclass(frozen=True, slots=True)
class Occurrence:
    """An entry of a list in a sentence, by the places of its words."""

    words: frozenset[int]
    start: int
    end: int  # the place after its last word
    gap: range = range(0)  # places of other words in between


class Said:
    """A sentence as a row of words."""

    def __init__(self, text: str) -> None:
        """Take a text apart."""
        self.words: list[str] = []  # without capitals and accents
        self.written: list[str] = []  # the same words with their accents
        self.pauses: set[int] = set()  # places of words with punctuation before them
        plain = unicodedata.normalize("NFC", text.casefold())
        end = 0
        for word in _WORD.finditer(plain):
            if self.words and _PAUSE.search(plain, end, word.start()):
                self.pauses.add(len(self.words))
            end = word.end()
            for part in words_of(word[0]):
                if self.words[-_ECHO:] != [part] * _ECHO:
                    self.words.append(part)
                    self.written.append(word[0])


class WordList:
    """Words, phrases and names that are looked for."""

    def __init__(self, entries: Iterable[str] = ()) -> None:
        """Read the entries."""
        self._phrases: dict[str, set[tuple[tuple[str, ...], tuple[str, ...]]]] = {}
        self._begin: set[str] = set()
        self._end: set[str] = set()
        inside: set[str] = set()
        for entry in entries:
            before, _, after = entry.partition(_GAP)
            first, second = words_of(before), words_of(after)
            if not first:
                continue
            match entry.startswith("*"), entry.endswith("*"):
                case False, False:
                    self._phrases.setdefault(first[0], set()).add((first, second))
                case False, True:
                    self._begin.add(first[0])
                case True, False:
                    self._end.add(first[0])
                case _:
                    inside.add(first[0])
        self._inside = re.compile("|".join(inside)) if inside else None
        self._parts = bool(self._begin or self._end or inside)

    def find(self, words: Sequence[str]) -> Iterator[Occurrence]:
        """Yield all entries that are in a row of words."""
        for start, word in enumerate(words):
            for first, second in self._phrases.get(word, ()):
                found = _phrase(words, start, first, second)
                if found is not None:
                    yield found
            if self._parts and self._has_part(word):
                yield Occurrence(frozenset((start,)), start, start + 1)

    def _has_part(self, word: str) -> bool:
        lengths = range(1, len(word) + 1)
        return (
            any(word[:length] in self._begin for length in lengths)
            or any(word[-length:] in self._end for length in lengths)
            or (self._inside is not None and self._inside.search(word) is not None)
        )


def words_of(text: str) -> tuple[str, ...]:
    """Return the words of a text, without capitals and accents."""
    return tuple(_WORD.findall(folded(text)))


def places(found: Iterable[Occurrence]) -> set[int]:
    """Return the places of all words of entries."""
    return set().union(*(each.words for each in found))


def _phrase(
    words: Sequence[str], start: int, first: tuple[str, ...], second: tuple[str, ...]
) -> Occurrence | None:
    middle = start + len(first)
    if tuple(words[start:middle]) != first:
        return None
    if not second:
        return Occurrence(frozenset(range(start, middle)), start, middle)
    for place in range(middle, min(len(words), middle + LONGEST_GAP + 1)):
        end = place + len(second)
        if tuple(words[place:end]) == second:
            own = frozenset((*range(start, middle), *range(place, end)))
            return Occurrence(own, start, end, range(middle, place))
    return None
