"""Tells whether a sentence means Stop, however it is said.

For while a session is under way or a belt moves: then any short sentence means it that has a stop
word of one of the languages and names nothing else to stop. The file of a language says which words
are which (``stop`` in ``sentences/``):

- ``anywhere``: stop words wherever they stand ("I want to stop");
- ``first``: those that are other words too ("para", "halt", "enough"): at the beginning, after
  words of ``before`` at most, and with nothing unknown after them;
- ``beside``: those that end anything ("off", "finish"): in a sentence that names the treadmill or
  the session, and nothing unknown;
- ``treadmill`` and ``running``: what may be stopped;
- ``things`` and ``places``: what belongs to others. So does what follows an article and is not
  known to be anything else ("stop the xylophone"), and what somebody is to stop doing ("stop
  singing").

A negation is no stop: who is cheered on with "don't stop" must not be thrown out of their stride,
and who wants to stop does not say "not". That somebody *cannot* stop is no negation. A question
before the stop word is no stop either ("when does it stop"). Where something else is named besides
("stop the music and the treadmill"), the parts between "and" are looked at one by one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

from .language import Language, StopLists
from .wordlists import Occurrence, Said, WordList, places

# Different words in a short sentence. The longest request for a Stop is a polite one that names the
# treadmill: "est-ce que tu peux arrêter le tapis de course s'il te plaît" has 14. What is longer
# tells something.
LONGEST = 14
_LONGEST_REPEATED = 2 * LONGEST  # words in all: "stop it stop it stop it"
_LONGEST_TEXT = 600  # characters, which those words hardly have
_ADJECTIVES = 2  # unknown words between an article and what is named: "stop the damn treadmill"


class Named(Protocol):
    """What has a name in this home."""

    @property
    def treadmills(self) -> WordList:
        """Names of treadmills."""

    @property
    def own(self) -> WordList:
        """Names of sessions and runners."""

    @property
    def things(self) -> WordList:
        """Names of devices and entities of others. Asked for where a word is not known."""

    @property
    def places(self) -> WordList:
        """Names of areas and floors. Asked for where a word is not known."""


@dataclass(frozen=True, slots=True)
class StopWord:
    """A stop word in a sentence, of one of the lists of a language."""

    found: Occurrence
    language: str
    kind: str


class StopRule:
    """Hears Stop in sentences, in all languages at once."""

    def __init__(self, languages: Mapping[str, Language]) -> None:
        """Take the lists of all languages."""
        lists = {code: language.stop for code, language in languages.items()}

        def together(*which: str) -> WordList:
            return WordList(
                word for every in lists.values() for one in which for word in getattr(every, one)
            )

        self._stops = [
            (code, kind, WordList(getattr(every, kind)))
            for code, every in lists.items()
            for kind in ("anywhere", "first", "beside")
        ]
        self._any_stop = together("anywhere", "first", "beside")
        self.any_negation = together("not_before", "not_after")
        self.negations = {code: Negation(every) for code, every in lists.items()}
        self.conjunctions = {code: frozenset(every.conjunctions) for code, every in lists.items()}
        self.treadmill = together("treadmill")
        self.running = together("running")
        self.things = together("things")
        self.places = together("places")
        self.questions = together("questions")
        self.before = together("before", "complaints")
        self.complaints = together("complaints")
        self.plain = together("plain")
        self.reasons = together("reasons")
        self.articles = together("articles")
        self.doing = together("doing")

    def languages(self, text: str, named: Named) -> frozenset[str]:
        """Return the languages in which a text means Stop; none if it does not."""
        if len(text) > _LONGEST_TEXT:
            return frozenset()
        said = Said(text)
        if len(said.words) > _LONGEST_REPEATED or len(set(said.words)) > LONGEST:
            return frozenset()
        if next(self._any_stop.find(said.words), None) is None:  # most of what is ever said
            return frozenset()
        return _Sentence(self, said, named).languages()

    def stops(self, said: Said) -> list[StopWord]:
        """Return the stop words of a sentence."""
        return [
            StopWord(found, code, kind)
            for code, kind, every in self._stops
            for found in every.find(said.words)
        ]


class Negation:
    """The negations of one language."""

    def __init__(self, lists: StopLists) -> None:
        """Take the lists of the language."""
        self._before = WordList(lists.not_before)
        self._after = WordList(lists.not_after)
        self._between = WordList((*lists.not_between, *lists.articles))

    def of(self, stop: Occurrence, said: Said, running: set[int], complaints: set[int]) -> bool:
        """Whether a stop word is negated: right beside it, or with little words in between."""
        before, after = (
            places(found for found in negations.find(said.words) if not found.words <= complaints)
            for negations in (self._before, self._after)
        )
        between = places(self._between.find(said.words)) | running
        if not (before | after).isdisjoint(stop.gap):
            return True
        place = stop.start - 1
        while place >= 0 and place + 1 not in said.pauses and place in between - before:
            place -= 1
        if place in before and place + 1 not in said.pauses:
            return True
        place = stop.end
        while place < len(said.words) and place not in said.pauses and place in between - after:
            place += 1
        return place in after and place not in said.pauses


class _Sentence:
    """One sentence with a stop word."""

    def __init__(self, rule: StopRule, said: Said, named: Named) -> None:
        self._rule = rule
        self._said = said
        words = said.words
        treadmills = [*rule.treadmill.find(words), *named.treadmills.find(words)]
        running = [*treadmills, *rule.running.find(words)]
        own = list(named.own.find(words))
        plain = [*rule.before.find(words), *rule.plain.find(words)]
        stops = rule.stops(said)
        self._running = places(running)
        self._articles = places(rule.articles.find(words))
        self._complaints = places(rule.complaints.find(words))
        self._doing = places(rule.doing.find(words))
        self._reasons = {found.start for found in rule.reasons.find(words)}
        anywhere = [stop.found for stop in stops if stop.kind == "anywhere"]
        self._before = places([*rule.before.find(words), *own, *treadmills, *anywhere])
        self._before |= {place - 1 for place in places(treadmills)} & self._articles
        self._known = places([*plain, *running, *own, *(stop.found for stop in stops)])
        self._known |= self._articles
        others = list(rule.things.find(words))
        somewhere = list(rule.places.find(words))
        if len(self._known) < len(words):
            others += self._unknown(named.things)
            somewhere += self._unknown(named.places)
        self._stops = [
            stop for stop in stops if not _is_within(stop.found, [*others, *own, *running, *plain])
        ]
        meant = [*running, *(stop.found for stop in self._stops)]
        self._others = places(
            found
            for found in (others if treadmills else [*others, *somewhere])
            if not _is_within(found, plain) and not any(found.words <= each.words for each in meant)
        )
        if treadmills:  # where it stands
            self._known |= places(somewhere)
        self._questions = [
            found for found in rule.questions.find(words) if not _is_within(found, plain)
        ]

    def _unknown(self, names: WordList) -> list[Occurrence]:
        """Return the names but those that say nothing else ("Emergency stop", "Treadmill")."""
        found = names.find(self._said.words)
        return [name for name in found if not self._known.issuperset(name.words)]

    def languages(self) -> frozenset[str]:
        """Return the languages in which it means Stop."""
        return frozenset(
            stop.language
            for stop in self._wanted()
            for part in self._parts(stop.language)
            if self._counts(stop, part) or self._is_named_besides(part)
        )

    def _wanted(self) -> list[StopWord]:
        """Return the stop words that are neither negated, in whatever language, nor asked about."""
        negated = set()
        if any(self._rule.any_negation.find(self._said.words)):
            negated = {
                stop.found
                for stop in self._stops
                if self._rule.negations[stop.language].of(
                    stop.found, self._said, self._running, self._complaints
                )
            }
        return [
            stop
            for stop in self._stops
            if stop.found not in negated
            and not any(asked.start < stop.found.start for asked in self._questions)
        ]

    def _parts(self, language: str) -> Iterable[range]:
        """Return the sentence, or where others are named, its parts between "and"."""
        end = len(self._said.words)
        if not self._others:
            return [range(end)]
        conjunctions = self._rule.conjunctions[language]
        cuts = [place for place, word in enumerate(self._said.written) if word in conjunctions]
        starts = [0, *(cut + 1 for cut in cuts)]
        return [range(*each) for each in zip(starts, [*cuts, end], strict=True)]

    def _counts(self, stop: StopWord, part: range) -> bool:
        found = stop.found
        if found.start not in part or found.end > part.stop:
            return False
        clause = self._without_reason(found, part)
        if not self._others.isdisjoint(clause) or not self._known.issuperset(found.gap):
            return False
        match stop.kind:
            case "first":
                begins = part.start == 0 and self._begins(found, clause)
                return (begins or self._ends(found, clause)) and self._known.issuperset(
                    range(found.end, clause.stop)
                )
            case "beside":
                return not self._running.isdisjoint(clause) and self._known.issuperset(clause)
            case _:
                return not self._has_object(found, clause)

    def _begins(self, stop: Occurrence, clause: range) -> bool:
        """Whether only polite words, exclamations and the same word come before."""
        words = self._said.words
        echo = {place for place in clause if words[place] == words[stop.start]}
        return (self._before | echo).issuperset(range(clause.start, stop.start))

    def _ends(self, stop: Occurrence, clause: range) -> bool:
        """Whether it ends a sentence that begins with a reason: "me caigo para"."""
        return (
            stop.end == clause.stop
            and clause.start in self._reasons
            and self._known.issuperset(clause)
        )

    def _without_reason(self, stop: Occurrence, part: range) -> range:
        """Leave out why: "stop, I left the oven on" and "I left the oven on, stop"."""
        start, end = part.start, part.stop
        if stop.start in self._said.pauses and start in self._reasons:
            start = stop.start
        if stop.end in self._reasons:
            end = stop.end
        return range(start, end)

    def _has_object(self, stop: Occurrence, clause: range) -> bool:
        """Whether something is to stop that is not known to be the treadmill."""
        place = stop.end
        if place in self._doing and place not in self._running:
            if place not in self._known:  # "stop singing"
                return True
            place += 1  # "stop with the singing"
            if place in clause and place not in self._known:
                return True
        return self._is_object(place, clause) or self._is_object_before(stop, clause)

    def _is_object(self, place: int, clause: range) -> bool:
        """Whether something unknown follows an article."""
        if place not in self._articles:
            return False
        while place in self._articles:
            place += 1
        named = range(place, min(place + _ADJECTIVES + 1, clause.stop))
        return len(named) > 0 and place not in self._known and self._running.isdisjoint(named)

    def _is_object_before(self, stop: Occurrence, clause: range) -> bool:
        """Whether something unknown with its article comes first ("das Tor stoppen")."""
        begins = (place for place in clause if place not in self._before - self._articles)
        first = next(begins, stop.start)
        return (
            first in self._articles
            and stop.start - 1 > first
            and self._known.isdisjoint(range(first + 1, stop.start))
        )

    def _is_named_besides(self, part: range) -> bool:
        """Whether nothing but the treadmill is named: "stop the music and the treadmill"."""
        return (
            bool(self._others)
            and not self._running.isdisjoint(part)
            and (self._before | self._running | self._articles).issuperset(part)
        )


def _is_within(found: Occurrence, longer: Iterable[Occurrence]) -> bool:
    """Whether all words of an entry belong to one of the longer ones."""
    return any(found.words < each.words for each in longer)
