"""Cues in words: a ``Cue`` names its text, the translations have it, and it is rendered here.

The numbers of a cue are metric. They are said in the units of this Home Assistant, with the decimal
sign of its language: a voice reads "14,5" in German, and not "14.5".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
import logging
from string import Formatter
from typing import Any, override

from homeassistant.const import UnitOfLength as Length, UnitOfSpeed as Speed
from homeassistant.core import HomeAssistant
from homeassistant.helpers.translation import async_get_translations
from homeassistant.util.unit_conversion import DistanceConverter, SpeedConverter
from homeassistant.util.unit_system import US_CUSTOMARY_SYSTEM

from .const import DOMAIN
from .lengths import length_text
from .training.events import Cue

_LOGGER = logging.getLogger(__name__)

_PREFIX = f"component.{DOMAIN}.selector.cue.options."
_AMERICAN = f"component.{DOMAIN}.selector.cue_us_customary.options."  # where a text names a unit
_LENGTHS = f"component.{DOMAIN}.selector.length.options."
_SPOKEN = f"component.{DOMAIN}.selector.spoken.options."

_WORDS = frozenset({"name", "item"})  # of users, whatever they look like
_COMMA = frozenset({"de", "es", "fr", "it", "nl"})  # languages of the texts; the others are English

# From the metric numbers of a cue to what an American reads on the treadmill.
_TO_AMERICAN: Mapping[str, tuple[Callable[[float], float], int]] = {
    "speed": (
        SpeedConverter.converter_factory(Speed.KILOMETERS_PER_HOUR, Speed.MILES_PER_HOUR),
        1,
    ),
    "descent": (DistanceConverter.converter_factory(Length.METERS, Length.FEET), 0),
    "distance": (DistanceConverter.converter_factory(Length.METERS, Length.MILES), 1),
}


class _Lenient(Formatter):
    """Fills what it can: a slip in a translation must not keep an announcement from being made."""

    @override
    def get_value(self, key: int | str, args: Any, kwargs: Mapping[str, Any]) -> Any:
        return kwargs.get(str(key), "")

    @override
    def format_field(self, value: Any, format_spec: str) -> str:
        return f"{value:g}" if isinstance(value, float) else str(value)


class CueWording:
    """Renders cues in the language of this Home Assistant."""

    def __init__(self, hass: HomeAssistant) -> None:
        """Know no text yet."""
        self._hass = hass
        self._texts: Mapping[str, str] = {}
        self._american: Mapping[str, str] = {}
        self._minus = ""
        self._lengths: Mapping[str, str] = {}

    async def async_load(self) -> None:
        """Load the texts.

        Home Assistant fills in the English ones where the language lacks them.
        """
        translations = await async_get_translations(
            self._hass, self._hass.config.language, "selector", {DOMAIN}
        )
        self._texts = _below(_PREFIX, translations)
        self._american = _below(_AMERICAN, translations)
        self._lengths = _below(_LENGTHS, translations)
        self._minus = _below(_SPOKEN, translations).get("minus", "-{value}")

    def render(self, cue: Cue) -> str:
        """Return the text of ``cue``; never raises."""
        american = self._hass.config.units is US_CUSTOMARY_SYSTEM
        template = self._texts.get(cue.key)
        if american:
            template = self._american.get(cue.key, template)
        if template is None:
            return cue.key.replace("_", " ").capitalize()
        try:
            values = {
                key: self._number(key, value, american=american)
                for key, value in cue.values.items()
            }
            if "{length}" in template:
                values = values | {
                    "length": length_text(self._lengths, float(cue.values["seconds"]))
                }
            text = _Lenient().vformat(template, (), values)
        except (ValueError, LookupError, AttributeError, TypeError) as error:
            _LOGGER.debug("Text of cue %s cannot be filled: %s", cue.key, error)
            return template
        return " ".join(text.split())

    def _number(self, key: str, value: Any, *, american: bool) -> Any:
        """Return a number of a cue as it is said; anything else as it is."""
        if key in _WORDS:
            return value
        try:
            number = float(value)
        except TypeError, ValueError:
            return value
        if american and key in _TO_AMERICAN:
            convert, digits = _TO_AMERICAN[key]
            number = round(convert(number), digits)
        said = f"{abs(number):.6g}"
        if self._hass.config.language in _COMMA:
            said = said.replace(".", ",")
        return said if number >= 0 else self._minus.format(value=said)


def _below(prefix: str, translations: Mapping[str, str]) -> dict[str, str]:
    return {
        key.removeprefix(prefix): text
        for key, text in translations.items()
        if key.startswith(prefix)
    }
