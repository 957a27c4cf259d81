"""What the words of one language mean: takes a sentence apart into meanings, names and numbers.

A meaning is what a word or a phrase stands for, whatever the language: ``faster``, ``to``,
``treadmill``. The file of a language says which words have it (``means`` in ``sentences/``), an
entry as it is spoken, with a star for any letters at the end (``steeper``, ``a bit``,
``accelerat*``). The longest entry counts: "a bit" is no "a". A word may have several meanings.

A word that is in none of the lists and no name is unknown, and then the sentence belongs to others:
so "set the incline to 40 on the bed" does, however well the rest of it fits. What speech
recognition makes of a name or of a treadmill is forgiven where it is close ("decending sprints"),
but not what is a word of others.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set as AbstractSet
from dataclasses import dataclass, field, replace
from itertools import islice
import re
from types import MappingProxyType

from .language import Language, folded
from .numbers import Numbers, SpokenNumber, joined, tokens_of
from .wordlists import WordList

FILLER = "filler"
ONE = "one"  # an article that may be a number
_MANGLED = ("treadmill", "decline", "descent", "incline")  # meanings that are forgiven a slip
_SHORTEST_MANGLED = 5  # letters: shorter words are close to too many others
_TWO_SLIPS = 9  # letters from which on two letters may be wrong
_SHORTEST_STEM = 3
_LONGEST = 60  # words of a sentence
_LONGEST_PHRASE = 9  # words
_LITTLE = 3  # letters
_LITTLE_WORDS = 3  # that may stand in a name: "the ladder of the lengths"
_READINGS = 40  # ways to take a sentence apart that are tried
_WHOLE = frozenset({"faster", "slower", "steeper", "flatter", "level_out"})
# Meanings that a word has beside another one.
_IMPLIED = {
    "whether": ("ask",),
    "choices": ("ask",),
    "how_much": ("ask",),
    "how_long": ("how_much", "ask"),
}
_NAMES = {"session": "session_name", "runner": "runner", "treadmill": "treadmill"}  # meanings
_NOTHING: AbstractSet[str] = frozenset()
_ASIDE = re.compile(r"\([^()]*\)")  # "First descents (walk)" need not be said in full

type Named = tuple[str, str]  # a name, and whose it is


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """The names that can be said in one language."""

    session: Sequence[Named]
    runner: Sequence[Named]
    treadmill: Sequence[Named]


@dataclass(slots=True)
class Piece:
    """A part of a sentence: what it may mean, and the number or the owners of the name it is."""

    meanings: frozenset[str]
    number: SpokenNumber | None = None
    owners: Mapping[str, frozenset[str]] = field(default_factory=dict)  # by session, runner, ...
    words: int = 1
    letters: int = 0


class Vocabulary:
    """The words of one language."""

    def __init__(self, language: Language) -> None:
        """Take the words of a language; ``learn`` adds the names."""
        self._language = language
        self._numbers = Numbers(language.spoken)
        self._phrases: dict[str, set[str]] = {}
        self._beginnings: dict[str, set[str]] = {}
        own: set[str] = set()
        known = set(self._numbers.words)
        for meaning, entries in language.means.items():
            for entry in entries:
                tokens = tokens_of(entry)
                key = joined(tokens)
                where = self._beginnings if entry.endswith("*") else self._phrases
                where.setdefault(key, set()).update((meaning, *_IMPLIED.get(meaning, ())))
                known.update(tokens)
                known.add(key)
                if meaning in _MANGLED:
                    own.update(tokens)
        self._own, self._known = own, known
        self._others = WordList((*language.stop.things, *language.stop.places))
        self._endings = sorted(
            {folded(each) for group in language.spoken.endings for each in group if each}, key=len
        )[::-1]
        self._same = {
            self._stem(joined(tokens_of(word))): self._stem(joined(tokens_of(group[0])))
            for group in language.spoken.same
            for word in group
        }
        self._names: dict[object, dict[str, set[str]]] = {}
        self._name_words: set[str] = set()
        self._repairs: set[str] = own
        self._longest_name = 0

    # ---- names -----------------------------------------------------------------------------------

    def learn(self, names: Names) -> None:
        """Take the names that there are."""
        self._names, self._longest_name = {}, 0
        self._repairs = set(self._own)
        self._name_words = set()
        kinds = {"session": names.session, "runner": names.runner, "treadmill": names.treadmill}
        for kind, named in kinds.items():
            for name, owner in named:
                for tokens in self._ways(name, kind):
                    self._name_words.update(map(self._canonical, tokens))
                    if kind == "session":
                        self._repairs.update(tokens)
                    self._longest_name = max(self._longest_name, len(tokens))
                    for key in self._keys(tokens):
                        self._names.setdefault(key, {}).setdefault(kind, set()).add(owner)

    def _ways(self, name: str, kind: str) -> Iterator[list[str]]:
        """Yield the words of a name, with and without what is in brackets."""
        yield from filter(None, {tuple(tokens_of(name)): tokens_of(name)}.values())
        short = tokens_of(_ASIDE.sub(" ", name))
        if short:
            yield short

    def _keys(self, tokens: Sequence[str]) -> Iterator[object]:
        """Yield what a name is looked up by: its letters, and its words in any order."""
        words = [self._canonical(each) for each in tokens if each not in {"/", "-"}]
        yield joined(words)
        content = [each for each in words if not self._is_little(each)]
        if len(content) > 1:
            yield frozenset(content)

    def _is_little(self, word: str) -> bool:
        """Tell whether a name may be said without a word of it, or with it: "in", "the"."""
        return len(word) <= _LITTLE and FILLER in self._phrases.get(word, ())

    def _canonical(self, word: str) -> str:
        """Return a word without its ending; a number as digits."""
        digits = self._numbers.digits(word)
        if digits != word:
            return digits
        stem = self._stem(word)
        return self._same.get(stem, stem)

    def _stem(self, word: str) -> str:
        for ending in self._endings:
            if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST_STEM:
                return word.removesuffix(ending)
        return word

    # ---- sentences -------------------------------------------------------------------------------

    def readings(self, text: str, is_others: Callable[[str], bool]) -> Iterator[list[Piece]]:
        """Yield the ways to take a sentence apart, that of the longest parts first.

        None where a word of it is unknown. ``is_others`` tells whether a word is one of a name of
        something else in this home.
        """
        tokens = tokens_of(text)
        if not 0 < len(tokens) <= _LONGEST:
            return
        every = self._parts(tokens)
        if every is None:
            mended = [self._mended(each, is_others) for each in tokens]
            every = self._parts(mended) if mended != tokens else None
        if every is not None:
            yield from sorted(islice(_ways(every, 0), _READINGS), key=_preference)

    def _parts(self, tokens: Sequence[str]) -> list[list[Piece]] | None:
        """Return the parts that begin at each word and lead to the end, the longest first."""
        every: list[list[Piece]] = [[] for _ in tokens]
        words = [self._canonical(each) for each in tokens]
        for place in range(len(tokens) - 1, -1, -1):
            every[place] = [
                part
                for part in self._parts_at(tokens, words, place)
                if place + part.words == len(tokens) or every[place + part.words]
            ]
        return every if every[0] else None

    def _parts_at(self, tokens: Sequence[str], words: Sequence[str], place: int) -> list[Piece]:
        found: dict[int, Piece] = {}
        for length, meanings in self._phrases_at(tokens, place):
            found[length] = Piece(frozenset(meanings), words=length)
        counted = self._numbers.at(tokens, place)
        if counted is not None:
            means = {ONE, FILLER} if counted.article else {counted.number.unit or "number"}
            self._add(found, counted.length, means, number=counted.number)
        for length, owners in self._names_at(tokens, words, place):
            self._add(found, length, (_NAMES[kind] for kind in owners), owners=owners)
        parts = [
            replace(found[length], letters=len(joined(tokens[place : place + length])))
            for length in sorted(found, reverse=True)
        ]
        # "too steep" is never "too" and "steep", nor is "eight point five" eight of anything.
        whole = next((i for i, part in enumerate(parts) if self._is_whole(part)), None)
        return parts if whole is None else parts[: whole + 1]

    @staticmethod
    def _is_whole(part: Piece) -> bool:
        return part.number is not None or not _WHOLE.isdisjoint(part.meanings)

    @staticmethod
    def _add(
        found: dict[int, Piece],
        length: int,
        meanings: Iterable[str],
        *,
        number: SpokenNumber | None = None,
        owners: Mapping[str, frozenset[str]] = MappingProxyType({}),
    ) -> None:
        """Add what some words may mean besides."""
        part = found.get(length, Piece(frozenset(), words=length))
        found[length] = Piece(
            part.meanings | set(meanings), part.number or number, owners or part.owners, length
        )

    def _phrases_at(self, tokens: Sequence[str], place: int) -> Iterator[tuple[int, Iterable[str]]]:
        key = ""
        for length, token in enumerate(tokens[place : place + _LONGEST_PHRASE], 1):
            key += token
            found = self._phrases.get(key, _NOTHING)
            if length == 1:
                found = found | self._begun(token)
            if found:
                yield length, found

    def _begun(self, word: str) -> AbstractSet[str]:
        for length in range(len(word), _SHORTEST_STEM - 1, -1):
            if (found := self._beginnings.get(word[:length])) is not None:
                return found
        return _NOTHING

    def _names_at(
        self, tokens: Sequence[str], words: Sequence[str], place: int
    ) -> Iterator[tuple[int, Mapping[str, frozenset[str]]]]:
        """Find names by the words without their endings."""
        letters, content = "", list[str]()
        most = min(len(tokens), place + self._longest_name + _LITTLE_WORDS)
        for end in range(place + 1, most + 1):
            if words[end - 1] in {"/", "-"}:
                continue
            letters += words[end - 1]
            little = self._is_little(tokens[end - 1])
            if not little:
                content.append(words[end - 1])
            found = self._names.get(letters)
            if found is None and not little and content and not self._is_little(tokens[place]):
                found = self._names.get(frozenset(content))
            if found is not None:
                owners = {kind: frozenset(each) for kind, each in found.items()}
                yield end - place, owners

    # ---- slips -----------------------------------------------------------------------------------

    def _mended(self, word: str, is_others: Callable[[str], bool]) -> str:
        """Return the word of Descent's own that was most likely said."""
        if len(word) < _SHORTEST_MANGLED or not word.isalpha() or self._is_known(word):
            return word
        if next(self._others.find([word]), None) is not None or is_others(word):
            return word
        slips = 2 if len(word) >= _TWO_SLIPS else 1
        close = sorted(
            (distance, own)
            for own in self._repairs
            if len(own) >= _SHORTEST_MANGLED
            and own[0] == word[0]
            and (distance := _distance(word, own, slips)) <= slips
        )
        return close[0][1] if close else word

    def _is_known(self, word: str) -> bool:
        if word in self._known or self._canonical(word) in self._name_words:
            return True
        return bool(self._begun(word))


def _preference(parts: Sequence[Piece]) -> tuple[int, bool]:
    """Rank readings: few parts first, then "minus two" before "less" and "two"."""
    return len(parts), all(part.number is None or part.number.value >= 0 for part in parts)


def _ways(every: Sequence[Sequence[Piece]], place: int) -> Iterator[list[Piece]]:
    if place == len(every):
        yield []
        return
    for part in every[place]:
        for rest in _ways(every, place + part.words):
            yield [part, *rest]


def _distance(one: str, other: str, most: int) -> int:
    """Return how many letters are wrong, missing, too many or swapped, up to ``most``."""
    if abs(len(one) - len(other)) > most:
        return most + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        last, before, row = before, row, [i]
        for j, theirs in enumerate(other, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != theirs))
            swapped = i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == theirs
            row.append(min(cost, last[j - 2] + 1) if swapped else cost)
        if min(row) > most:
            return most + 1
    return row[-1]
