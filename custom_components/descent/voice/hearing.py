"""Makes out what was said: which intent, and which session, runner, treadmill and number."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from .language import Language
from .numbers import SpokenNumber
from .requests import LEVELS, request_of
from .vocabulary import Named, Names, Piece, Vocabulary

_LONGEST_TEXT = 400  # characters: what is longer tells something


@dataclass(slots=True)
class Heard:
    """What was made out. Several sessions, runners or treadmills have one name."""

    language: str
    intent: str
    session: set[str] = field(default_factory=set)
    runner: set[str] = field(default_factory=set)
    treadmill: set[str] = field(default_factory=set)
    number: SpokenNumber | None = None
    level: str | None = None  # that a session is asked for


def by_preference(codes: Iterable[str], spoken: str) -> list[str]:
    """Sort languages: that of Assist, its base language, English, and the others."""
    own = spoken.casefold(), spoken.partition("-")[0].casefold(), "en"
    return sorted(sorted(codes), key=lambda code: [code.casefold() != one for one in own])


def nobody(word: str) -> bool:
    """Know of nothing else in this home."""
    return False


class Hearing:
    """Hears requests in all languages."""

    def __init__(self, languages: Mapping[str, Language]) -> None:
        """Take the words of all languages, which takes a while: for an executor."""
        self._vocabularies = {code: Vocabulary(each) for code, each in languages.items()}

    def learn(self, names: Mapping[str, Names]) -> None:
        """Take the names of each language."""
        for code, known in names.items():
            self._vocabularies[code].learn(known)

    def hear(
        self,
        text: str,
        spoken: str,
        *,
        under_way: bool,
        is_others: Callable[[str], bool] = nobody,
    ) -> Heard | None:
        """Make out a request: in the language ``spoken`` if it is one there, else in any other.

        English comes before the others: Home Assistant falls back on it too. Without a session
        ``under_way`` only what names the treadmill or a session is heard. ``is_others`` tells
        whether a word names something else in this home.
        """
        if len(text) > _LONGEST_TEXT:
            return None
        for code in by_preference(self._vocabularies, spoken):
            for parts in self._vocabularies[code].readings(text, is_others):
                request = request_of(parts, under_way=under_way)
                if request is not None:
                    return _heard(code, request.intent, request.number, parts)
        return None


def _heard(code: str, intent: str, number: SpokenNumber | None, parts: Iterable[Piece]) -> Heard:
    heard = Heard(code, intent, number=number)
    for part in parts:
        for kind, owners in part.owners.items():
            getattr(heard, kind).update(owners)
        heard.level = heard.level or next((each for each in LEVELS if each in part.meanings), None)
    if intent != "start":
        heard.session.clear()
        heard.runner.clear()
    return heard


def session_names(shown: Mapping[str, str], language: Language) -> tuple[Named, ...]:
    """Return what the sessions are called: by name, by what else a language calls them, by id."""
    found = [(name, session) for session, name in shown.items()]
    known = {name.casefold() for name in shown.values()}
    for session in shown:
        also = [*language.sessions.get(session, ())]
        if language.code == "en":
            also.append(session.replace("_", " "))
        found += [(name, session) for name in also if name.casefold() not in known]
    return tuple(found)
