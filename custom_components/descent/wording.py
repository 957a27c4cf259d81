"""Cues, steps and durations in words, in the language of this Home Assistant.

All texts are translations. The numbers of a cue are metric; they are said in the units of this Home
Assistant, with the decimal sign of its language: a voice reads "14,5" in German, and not "14.5".
"""

from __future__ import annotations

from collections.abc import Mapping
import logging
from string import Formatter
from typing import Any, override

from homeassistant.core import HomeAssistant
from homeassistant.helpers.translation import (
    async_get_cached_translations,
    async_get_translations,
)

from .const import DOMAIN
from .training.events import Cue
from .training.model import Step
from .units import US_CUSTOMARY, Unit, Units, units_of

_LOGGER = logging.getLogger(__name__)

_PREFIX = f"component.{DOMAIN}.selector.cue.options."
_AMERICAN = f"component.{DOMAIN}.selector.cue_us_customary.options."  # where a text names a unit
_LENGTHS = f"component.{DOMAIN}.selector.length.options."
_SPOKEN = f"component.{DOMAIN}.selector.spoken.options."

_WORDS = frozenset({"name", "item"})  # of users, whatever they look like

SECONDS_UNTIL_S = 120  # up to here a coach counts in seconds, except for one minute
_HALF_S = 30


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
        self._minus, self._decimal = "-{value}", "."
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
        spoken = _below(_SPOKEN, translations)
        self._minus = spoken.get("minus", "-{value}")
        self._decimal = spoken.get("decimal", ".")

    def render(self, cue: Cue) -> str:
        """Return the text of ``cue``; never raises."""
        units = units_of(self._hass)
        template = self._texts.get(cue.key)
        if units is US_CUSTOMARY:
            template = self._american.get(cue.key, template)
        if template is None:
            return cue.key.replace("_", " ").capitalize()
        try:
            values = {key: self._number(key, value, units) for key, value in cue.values.items()}
            if "{length}" in template:
                values = values | {
                    "length": length_text(self._lengths, float(cue.values["seconds"]))
                }
            text = _Lenient().vformat(template, (), values)
        except (ValueError, LookupError, AttributeError, TypeError) as error:
            _LOGGER.debug("Text of cue %s cannot be filled: %s", cue.key, error)
            return template
        return " ".join(text.split())

    def _number(self, key: str, value: Any, units: Units) -> Any:
        """Return a number of a cue as it is said; anything else as it is."""
        if key in _WORDS:
            return value
        try:
            number = float(value)
        except TypeError, ValueError:
            return value
        if (unit := _unit(key, units)) is not None:
            number = unit.told(number)
        said = f"{abs(number):.6g}".replace(".", self._decimal)
        return said if number >= 0 else self._minus.format(value=said)


def step_text(hass: HomeAssistant, step: Step | None) -> str | None:
    """Say which step this is: "Descent 3 of 6"; ``None`` without one."""
    if step is None:
        return None
    language = hass.config.language
    states = async_get_cached_translations(hass, language, "entity", DOMAIN)
    forms = async_get_cached_translations(hass, language, "selector", DOMAIN)
    phase = states.get(f"component.{DOMAIN}.entity.sensor.phase.state.{step.phase}", step.phase)
    form = "plain" if step.repetition is None else "rep"
    pattern = forms.get(f"component.{DOMAIN}.selector.step.options.{form}", "{phase}")
    return pattern.format(phase=phase, rep=step.rep, reps=step.reps)


def length_text(forms: Mapping[str, str], seconds: float) -> str:
    """Say how long something takes: "1 minute", "90 seconds", "2 and a half minutes".

    ``forms`` are those of a language (translations under ``selector.length``).
    """
    minutes, rest = divmod(round(seconds), 60)
    if (minutes, rest) == (1, 0):
        form = "minute"
    elif minutes * 60 + rest < SECONDS_UNTIL_S:
        form, rest = "seconds", minutes * 60 + rest
    elif not rest:
        form = "minutes"
    else:
        form = "minutes_and_a_half" if rest == _HALF_S else "minutes_and_seconds"
    return forms.get(form, "").format(minutes=minutes, seconds=rest)


def _unit(key: str, units: Units) -> Unit | None:
    """Return what a number of a cue is told in; ``None`` where that is the same everywhere."""
    kinds = {"speed": units.speed, "descent": units.height, "distance": units.distance}
    return kinds.get(key)


def _below(prefix: str, translations: Mapping[str, str]) -> dict[str, str]:
    return {
        key.removeprefix(prefix): text
        for key, text in translations.items()
        if key.startswith(prefix)
    }
