"""Stop in sentences that Assist is given for good: it hears them without being asked through.

They are templates, and so they say what a sentence has and not what it must not have: few, and
short. What else means Stop, ``stop_rule`` tells, while there is something to stop.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from hassil import Intents, TextSlotList, recognize_all
from hassil.intents import SlotList

from .hearing import Heard, by_preference
from .language import Language
from .names import spoken_name
from .vocabulary import Named

# Stands for the names of treadmills where there are none: nobody can say it.
_UNSPEAKABLE = "\ue000"
_INTENT = "stop"


def sentence(language: Language, templates: Iterable[str], treadmills: Sequence[Named]) -> str:
    """Write all sentences of a language as one template for Assist, names spelled out.

    One, because Assist reads all templates again whenever one is added, and polite words are most
    of what there is to read.
    """
    spelled = "|".join(dict.fromkeys(name for name, _ in _spoken(treadmills))) or _UNSPEAKABLE
    template = "|".join(templates).replace("{treadmill}", f"({spelled})")
    return f"{language.before} ({template}) {language.after}"


class StopSentences:
    """Matches them once more, to know the language and the treadmill: Assist does not tell."""

    def __init__(self, languages: Mapping[str, Language]) -> None:
        """Read the templates of all languages, which takes a while: for an executor."""
        self._intents = {code: _intents(language) for code, language in languages.items()}
        self.learn(())

    def learn(self, treadmills: Sequence[Named]) -> None:
        """Take the names of treadmills, with whose they are."""
        named = _spoken(treadmills) or [(_UNSPEAKABLE, "")]
        self._slots: dict[str, SlotList] = {
            "treadmill": TextSlotList.from_tuples(named, allow_template=True)
        }

    def hear(self, text: str, spoken: str) -> Heard | None:
        """Match a sentence: in the language ``spoken`` if it is one there, else in any other."""
        for code in by_preference(self._intents, spoken):
            heard: Heard | None = None
            for match in recognize_all(text, self._intents[code], slot_lists=self._slots):
                heard = heard or Heard(code, _INTENT)
                heard.treadmill |= {str(each.value) for each in match.entities.values()}
            if heard is not None:
                return heard
        return None


def _spoken(named: Sequence[Named]) -> list[Named]:
    return [
        (template, owner) for name, owner in named if (template := spoken_name(name)) is not None
    ]


def _intents(language: Language) -> Intents:
    sentences = [
        f"{language.before} {each} {language.after}"
        for each in (*language.always[_INTENT], *language.under_way[_INTENT])
    ]
    intents = Intents.from_dict(
        {
            "language": language.code,
            "intents": {_INTENT: {"data": [{"sentences": sentences}]}},
        }
    )
    for data in intents.intents[_INTENT].data:
        _ = data.sentences  # read now, and not when the first sentence is heard
    return intents
