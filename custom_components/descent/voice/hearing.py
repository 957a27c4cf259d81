"""Makes out what was said: which intent, and which session, runner, treadmill and number.

Assist tells that a sentence is one of Descent's, but not which one: it is matched here once more,
by the same library, against the templates of each language with the names as lists.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from hassil import Intents, TextSlotList, WildcardSlotList, recognize_all
from hassil.intents import SlotList

from .language import Language

# Stands for a list of names that has none: nobody can say it.
_UNSPEAKABLE = "\ue000"

type Named = tuple[str, str]  # the template of a spoken name, and whose it is


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """The names that can be said in one language."""

    session: tuple[Named, ...]
    runner: tuple[Named, ...]
    treadmill: tuple[Named, ...]

    def lists(self) -> Mapping[str, tuple[Named, ...]]:
        """Return the names by slot."""
        return {"session": self.session, "runner": self.runner, "treadmill": self.treadmill}


@dataclass(slots=True)
class Heard:
    """What was made out. Several sessions, runners or treadmills have one name."""

    language: str
    intent: str
    session: set[str] = field(default_factory=set)
    runner: set[str] = field(default_factory=set)
    treadmill: set[str] = field(default_factory=set)
    number: set[str] = field(default_factory=set)  # the texts that may be one


def by_preference(codes: Iterable[str], spoken: str) -> list[str]:
    """Sort languages: that of Assist, its base language, English, and the others."""
    own = spoken.casefold(), spoken.partition("-")[0].casefold(), "en"
    return sorted(sorted(codes), key=lambda code: [code.casefold() != one for one in own])


def sentence(language: Language, group: Mapping[str, Sequence[str]], names: Names) -> str:
    """Write all sentences of a group as one template for Assist, names spelled out.

    One, because Assist reads all templates again whenever one is added, and polite words are most
    of what there is to read.
    """
    template = "|".join(each for every in group.values() for each in every)
    for slot, named in names.lists().items():
        spelled = "|".join(dict.fromkeys(name for name, _ in named)) or _UNSPEAKABLE
        template = template.replace(f"{{{slot}}}", f"({spelled})")
    return f"{language.before} ({template}) {language.after}"


class Hearing:
    """Matches sentences."""

    def __init__(self, languages: Mapping[str, Language]) -> None:
        """Read the templates of all languages, which takes a while: for an executor."""
        self._intents = {code: _intents(language) for code, language in languages.items()}
        self._slots: dict[str, dict[str, SlotList]] = {}

    def learn(self, names: Mapping[str, Names]) -> None:
        """Take the names of each language."""
        self._slots = {code: _slots(known) for code, known in names.items()}

    def hear(self, text: str, spoken: str) -> Heard | None:
        """Match a sentence: in the language ``spoken`` if it is one there, else in any other.

        English comes before the others: Home Assistant falls back on it too.
        """
        for code in by_preference(self._slots, spoken):
            if (heard := self._hear_in(code, text)) is not None:
                return heard
        return None

    def _hear_in(self, code: str, text: str) -> Heard | None:
        heard: Heard | None = None
        for match in recognize_all(text, self._intents[code], slot_lists=self._slots[code]):
            if heard is None:
                heard = Heard(code, match.intent.name)
            if match.intent.name != heard.intent:
                continue
            for slot, value in match.entities.items():
                getattr(heard, slot).add(str(value.value).strip())
        return heard


def _intents(language: Language) -> Intents:
    templates: dict[str, list[str]] = {}
    for group in (language.always, language.under_way):
        for intent, every in group.items():
            templates.setdefault(intent, []).extend(
                f"{language.before} {each} {language.after}" for each in every
            )
    intents = Intents.from_dict(
        {
            "language": language.code,
            "intents": {
                intent: {"data": [{"sentences": every}]} for intent, every in templates.items()
            },
        }
    )
    for known in intents.intents.values():
        for data in known.data:
            _ = data.sentences  # read now, and not when the first sentence is heard
    return intents


def _slots(names: Names) -> dict[str, SlotList]:
    lists: dict[str, SlotList] = {"number": WildcardSlotList("number")}
    for slot, named in names.lists().items():
        lists[slot] = _list(named)
    return lists


def _list(named: Sequence[Named]) -> TextSlotList:
    return TextSlotList.from_tuples(named or [(_UNSPEAKABLE, "")], allow_template=True)
