"""Hears Stop in whatever words, while there is something to stop."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
import logging

from homeassistant.core import HomeAssistant, callback

from ..targets import async_stop_all, treadmills, under_way_or_moving
from .ask_first import AskFirst
from .hearing import Heard, by_preference
from .language import Language
from .named_here import NamedHere
from .stop_rule import StopRule
from .wordlists import words_of

_LOGGER = logging.getLogger(__name__)


class StopHearing:
    """Hears Stop while a session is under way or a belt moves; without either, nothing."""

    def __init__(self, hass: HomeAssistant, languages: Mapping[str, Language]) -> None:
        """Read the words of all languages, which takes a while: for an executor."""
        self._hass = hass
        self._rule = StopRule(languages)
        self._named = NamedHere(hass)

    @callback
    def async_listen(self, is_request: Callable[[str, str], bool]) -> None:
        """Be asked about all sentences from now on; ``is_request`` about those that do not stop."""

        def is_own(text: str, spoken: str) -> bool:
            return self._means_stop(text) or is_request(text, spoken)

        self._named.async_listen()
        AskFirst(self._hass, is_own, self._means_stop, self._stop).async_listen()

    def is_others(self, word: str) -> bool:
        """Tell whether a word names something else in this home."""
        named = (self._named.things, self._named.places)
        return any(next(names.find([word]), None) is not None for names in named)

    def learn(self, sessions: Iterable[str]) -> None:
        """Take the names of sessions, and of the treadmills and runners there are."""
        self._named.learn(sessions)

    def hear(self, text: str, spoken: str) -> Heard | None:
        """Make out a Stop, in the language ``spoken`` if it is one there, else in any other."""
        languages = self._languages(text)
        if not languages:
            return None
        named = self._named.treadmills_in(words_of(text))
        return Heard(by_preference(languages, spoken)[0], "stop", treadmill=named)

    def _means_stop(self, text: str) -> bool:
        return bool(self._languages(text))

    @callback
    def _stop(self) -> None:
        """Stop all that is under way, and leave the answer to somebody else."""
        moving = under_way_or_moving(treadmills(self._hass))
        self._hass.async_create_task(async_stop_all(moving), "descent stop")

    def _languages(self, text: str) -> frozenset[str]:
        """Return the languages in which a text means Stop now."""
        if not under_way_or_moving(treadmills(self._hass)):
            return frozenset()
        try:
            return self._rule.languages(text, self._named)
        except Exception:  # all that is said to Assist comes through here
            _LOGGER.exception("Unexpected error while listening for Stop")
            return frozenset()
