"""Cues in words: a ``Cue`` names its text, the translations have it, and it is rendered here."""

from __future__ import annotations

from collections.abc import Mapping
import logging
import re
from string import Formatter
from typing import Any, override

from homeassistant.core import HomeAssistant
from homeassistant.helpers.translation import async_get_translations

from .const import DOMAIN
from .lengths import length_text
from .training.events import Cue

_LOGGER = logging.getLogger(__name__)

_PREFIX = f"component.{DOMAIN}.selector.cue.options."
_LENGTHS = f"component.{DOMAIN}.selector.length.options."
# Where a decimal point is heard as the end of a sentence or as a date: "14.4" in German.
_DECIMAL_COMMA = frozenset({"de", "es", "fr", "it", "nl"})
_DECIMAL = re.compile(r"-?\d+\.\d+")


class _Lenient(Formatter):
    """Fills what it can: a slip in a translation must not keep an announcement from being made."""

    def __init__(self, decimal: str) -> None:
        self._decimal = decimal

    @override
    def get_value(self, key: int | str, args: Any, kwargs: Mapping[str, Any]) -> Any:
        return kwargs.get(str(key), "")

    @override
    def format_field(self, value: Any, format_spec: str) -> str:
        text = f"{value:g}" if isinstance(value, float) else str(value)
        return text.replace(".", self._decimal) if _DECIMAL.fullmatch(text) else text


class Announcer:
    """Renders cues in the language of this Home Assistant."""

    def __init__(self, hass: HomeAssistant) -> None:
        """Know no text yet."""
        self._hass = hass
        self._texts: Mapping[str, str] = {}
        self._lengths: Mapping[str, str] = {}
        self._decimal = "."

    async def async_load(self) -> None:
        """Load the texts.

        Home Assistant fills in the English ones where the language lacks them.
        """
        language = self._hass.config.language
        translations = await async_get_translations(self._hass, language, "selector", {DOMAIN})
        self._texts = _below(_PREFIX, translations)
        self._lengths = _below(_LENGTHS, translations)
        self._decimal = "," if language in _DECIMAL_COMMA else "."

    def render(self, cue: Cue) -> str:
        """Return the text of ``cue``; never raises."""
        template = self._texts.get(cue.key)
        if template is None:
            return cue.key.replace("_", " ").capitalize()
        try:
            values = cue.values
            if "{length}" in template:
                values = values | {"length": length_text(self._lengths, float(values["seconds"]))}
            text = _Lenient(self._decimal).vformat(template, (), values)
        except (ValueError, LookupError, AttributeError, TypeError) as error:
            _LOGGER.debug("Text of cue %s cannot be filled: %s", cue.key, error)
            return template
        return " ".join(text.split())


def _below(prefix: str, translations: Mapping[str, str]) -> dict[str, str]:
    return {
        key.removeprefix(prefix): text
        for key, text in translations.items()
        if key.startswith(prefix)
    }
