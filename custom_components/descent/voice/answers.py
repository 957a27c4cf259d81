"""Puts answers into words: whole sentences with numbers, in the language that was spoken."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
import math

from homeassistant.const import UnitOfLength, UnitOfSpeed
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.util.unit_conversion import DistanceConverter, SpeedConverter

from ..const import DOMAIN
from ..texts import rep_of
from ..training.model import Plan, Step
from .language import Language

_IN_MINUTES_S = 600.0  # from here on seconds are noise
_LEVEL_PCT = 0.05


class Answers:
    """Speaks one language, in the units of the user."""

    def __init__(self, hass: HomeAssistant, language: Language, texts: Mapping[str, str]) -> None:
        """Speak ``language``; ``texts`` are Home Assistant's translations of errors."""
        self._language = language
        self._texts = texts
        units = hass.config.units
        speed = units.get_converted_unit("speed", UnitOfSpeed.KILOMETERS_PER_HOUR)
        length = units.get_converted_unit("distance", UnitOfLength.METERS)
        self.unit = "mph" if speed == UnitOfSpeed.MILES_PER_HOUR else "kmh"
        self._length = "foot" if length == UnitOfLength.FEET else "metre"

    @property
    def language(self) -> Language:
        """The language that is spoken."""
        return self._language

    def say(self, key: str, **values: object) -> str:
        """Return an answer."""
        return self._language.answers[key].format(**values)

    def error(self, error: HomeAssistantError) -> str:
        """Say why something was not done."""
        key = f"component.{DOMAIN}.exceptions.{error.translation_key}.message"
        template = self._texts.get(key) if error.translation_domain == DOMAIN else None
        try:
            return (template or "").format(**(error.translation_placeholders or {})) or self.say(
                "failed"
            )
        except LookupError, ValueError:  # a slip in a translation must not silence a refusal
            return self.say("failed")

    def number(self, value: float) -> str:
        """Write a number the way the language does."""
        return f"{round(value, 1) + 0.0:g}".replace(".", self._language.spoken.decimal)

    def count(self, thing: str, number: int) -> str:
        """Say how many."""
        return self.say(f"{thing}_one" if number == 1 else f"{thing}_other", count=number)

    def speed(self, kmh: float, unit: str | None = None) -> str:
        """Say a speed, in the user's unit."""
        return self.say(unit or self.unit, value=self.number(in_unit(kmh, unit or self.unit)))

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
        if self._length == "foot":
            metres = DistanceConverter.convert(metres, UnitOfLength.METERS, UnitOfLength.FEET)
        return self.count(self._length, round(metres))

    def step(self, plan: Plan | None, step: Step) -> str:
        """Say what a step asks: "descent 3 of 6 at 12 km/h, 6 percent down"."""
        said = self._language.phases[step.phase]
        if (rep := rep_of(plan, step)) is not None:
            said = self.say("step_rep", phase=said, rep=rep[0], reps=rep[1])
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


def in_unit(kmh: float, unit: str) -> float:
    """Convert a speed into ``kmh`` or ``mph``."""
    if unit != "mph":
        return kmh
    return SpeedConverter.convert(kmh, UnitOfSpeed.KILOMETERS_PER_HOUR, UnitOfSpeed.MILES_PER_HOUR)


def from_unit(value: float, unit: str) -> float:
    """Convert a speed in ``kmh`` or ``mph`` into km/h."""
    if unit != "mph":
        return value
    return SpeedConverter.convert(
        value, UnitOfSpeed.MILES_PER_HOUR, UnitOfSpeed.KILOMETERS_PER_HOUR
    )


def up(value: float) -> float:
    """Round up to a tenth: the lowest setting that may be said."""
    return math.ceil(value * 10 - 1e-6) / 10


def down(value: float) -> float:
    """Round down to a tenth: the highest setting that may be said."""
    return math.floor(value * 10 + 1e-6) / 10
