"""Puts answers to spoken sentences into words: whole sentences with numbers, in the language heard.

The words are in ``sentences/``, a file a language. What is shown or announced without being asked
is worded in ``wording.py``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError

from ..const import DOMAIN
from ..training.model import Step
from ..units import Unit, units_of
from .language import Language

_IN_MINUTES_S = 600.0  # from here on seconds are noise
_LEVEL_PCT = 0.05
_LEVELS = ("level", "needed")  # placeholders of refusals
_DECIMAL = f"component.{DOMAIN}.selector.spoken.options.decimal"


class AnswerWording:
    """Writes answers in one language, with numbers in the units of the user."""

    def __init__(self, hass: HomeAssistant, language: Language, texts: Mapping[str, str]) -> None:
        """Write ``language``; ``texts`` are its translations of errors and selectors."""
        self._language = language
        self._texts = texts
        self.units = units_of(hass)

    @property
    def language(self) -> Language:
        """The language that is written."""
        return self._language

    def say(self, key: str, **values: object) -> str:
        """Return an answer."""
        return self._language.answers[key].format(**values)

    def level(self, level: str) -> str:
        """Say how experienced a runner is, in a word."""
        shown = self._texts.get(f"component.{DOMAIN}.selector.level.options.{level}", level)
        return shown.partition(":")[0].strip()

    def error(self, error: HomeAssistantError, **known: str) -> str:
        """Say why something was not done; ``known`` is better known here than by the error."""
        key = f"component.{DOMAIN}.exceptions.{error.translation_key}.message"
        template = self._texts.get(key) if error.translation_domain == DOMAIN else None
        values = {**(error.translation_placeholders or {}), **known}
        values |= {name: self.level(values[name]) for name in _LEVELS if name in values}
        try:
            return (template or "").format(**values) or self.say("failed")
        except LookupError, ValueError:  # a slip in a translation must not silence a refusal
            return self.say("failed")

    def number(self, value: float) -> str:
        """Write a number the way the language does."""
        return f"{round(value, 1) + 0.0:g}".replace(".", self._texts.get(_DECIMAL, "."))

    def count(self, thing: str, number: int) -> str:
        """Say how many."""
        return self.say(f"{thing}_one" if number == 1 else f"{thing}_other", count=number)

    def speed(self, kmh: float, unit: Unit | None = None) -> str:
        """Say a speed, in the user's unit or in another one."""
        unit = unit or self.units.speed
        return self.say(unit.name, value=self.number(unit.of(kmh)))

    def slope(self, incline_pct: float) -> str:
        """Say a slope: down, up or level."""
        if abs(incline_pct) < _LEVEL_PCT:
            return self.say("slope_level")
        key = "slope_down" if incline_pct < 0 else "slope_up"
        return self.say(key, percent=self.number(abs(incline_pct)))

    def length(self, seconds: float) -> str:
        """Say how long: "3 minutes and 20 seconds"."""
        minutes, rest = divmod(max(0, round(seconds)), 60)
        if seconds >= _IN_MINUTES_S:
            return self.count("minute", round(seconds / 60))
        if not minutes:
            return self.count("second", rest)
        said = self.count("minute", minutes)
        if not rest:
            return said
        return self.say("minutes_and_seconds", minutes=said, seconds=self.count("second", rest))

    def height(self, metres: float) -> str:
        """Say metres of height, in the user's unit."""
        unit = self.units.height
        return self.count(unit.name, round(unit.of(metres)))

    def step(self, step: Step) -> str:
        """Say what a step asks: "descent 3 of 6 at 12 km/h, 6 percent down"."""
        said = self._language.phases[step.phase]
        if step.repetition is not None:
            said = self.say("step_rep", phase=said, rep=step.rep, reps=step.reps)
        if step.phase.off_belt or step.guided:
            return said
        return self.say(
            "step_moving",
            step=said,
            speed=self.speed(step.speed_kmh),
            slope=self.slope(step.incline_pct),
        )

    def names(self, names: Sequence[str], joined: str) -> str:
        """Join names: "A, B or C"; ``joined`` is "or" or "and"."""
        *others, last = names
        return self.say(joined, first=", ".join(others), last=last) if others else last
