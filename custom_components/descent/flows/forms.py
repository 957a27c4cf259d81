"""The forms of the config flow: fields, units, ranges, and what is wrong with an answer.

Numbers are kept in km/h, percent and kilograms. Whoever set Home Assistant to US customary units
sees and types miles per hour and pounds. The selectors carry no minimum and maximum: Home Assistant
would refuse a number with an untranslated sentence before the flow sees it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
import math
from typing import Any

from homeassistant.const import PERCENTAGE, UnitOfMass, UnitOfSpeed
from homeassistant.data_entry_flow import section
from homeassistant.helpers import selector
from homeassistant.util.unit_conversion import BaseUnitConverter, MassConverter, SpeedConverter
from homeassistant.util.unit_system import US_CUSTOMARY_SYSTEM, UnitSystem
import probatio as vol

from ..const import LONGEST_NAME
from ..training.model import HIGHEST_SPEED_KMH, Level

FASTEST_5K_S = 700  # just under the world record (12:35)
SLOWEST_5K_S = 5400  # 3.3 km/h: slower than walking it

MPH = (UnitOfSpeed.MILES_PER_HOUR, SpeedConverter)
_LB = (UnitOfMass.POUNDS, MassConverter)


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantity:
    """A number somebody types: its range in ``unit``, and the unit Americans type it in."""

    low: float
    high: float
    unit: str
    step: float = 0.1
    digits: int = 1  # decimals that are shown
    american: tuple[str, type[BaseUnitConverter]] | None = None

    def shown_unit(self, units: UnitSystem) -> str:
        """Unit the form shows."""
        if self.american is not None and units is US_CUSTOMARY_SYSTEM:
            return self.american[0]
        return self.unit

    def shown(self, value: float, units: UnitSystem) -> float:
        """Convert a kept value to the unit of the form, rounded to what is shown."""
        return round(self._converted(value, self.unit, self.shown_unit(units)), self.digits)

    def kept(self, typed: float, units: UnitSystem) -> float:
        """Convert a typed value to ``unit``, to two decimals."""
        return round(self._converted(typed, self.shown_unit(units), self.unit), 2)

    def range_text(self, units: UnitSystem) -> str:
        """Say the range in the unit of the form, rounded inwards so that both ends are accepted."""
        unit = self.shown_unit(units)
        scale = 10**self.digits
        low = math.ceil(self._converted(self.low, self.unit, unit) * scale - 1e-6) / scale
        high = math.floor(self._converted(self.high, self.unit, unit) * scale + 1e-6) / scale
        return f"{low:g} … {high:g} {unit}"  # a word would need every language

    def selector(self, units: UnitSystem) -> selector.NumberSelector:
        """Make the box to type it in."""
        return selector.NumberSelector(
            selector.NumberSelectorConfig(
                mode=selector.NumberSelectorMode.BOX,
                step=self.step,
                unit_of_measurement=self.shown_unit(units),
            )
        )

    def _converted(self, value: float, from_unit: str, to_unit: str) -> float:
        if self.american is None:
            return value
        return self.american[1].convert(value, from_unit, to_unit)


_PERCENT_DOWN = Quantity(low=-40, high=0, unit=PERCENTAGE, step=0.5)
_PERCENT_UP = Quantity(low=0, high=40, unit=PERCENTAGE, step=0.5)
_BELT_SPEED = Quantity(
    low=6, high=HIGHEST_SPEED_KMH, unit=UnitOfSpeed.KILOMETERS_PER_HOUR, american=MPH
)
_LIMIT_SPEED = Quantity(
    low=2, high=HIGHEST_SPEED_KMH, unit=UnitOfSpeed.KILOMETERS_PER_HOUR, american=MPH
)

TREADMILL: dict[str, Quantity] = {
    "min_incline": _PERCENT_DOWN,
    "max_incline": _PERCENT_UP,
    "max_speed": _BELT_SPEED,
    "time_scale": Quantity(low=1, high=600, unit="x", step=1),
}
CONTROL: dict[str, Quantity] = {"max_speed": _LIMIT_SPEED}
RUNNER: dict[str, Quantity] = {
    "walk_kmh": Quantity(low=2, high=7.5, unit=UnitOfSpeed.KILOMETERS_PER_HOUR, american=MPH),
    "controlled_top_kmh": Quantity(
        low=4, high=HIGHEST_SPEED_KMH, unit=UnitOfSpeed.KILOMETERS_PER_HOUR, american=MPH
    ),
    "max_speed_kmh": _LIMIT_SPEED,
    "body_mass_kg": Quantity(low=20, high=300, unit=UnitOfMass.KILOGRAMS, american=_LB),
}

PRESETS = ("slow", "typical", "fast")


def treadmill_schema(units: UnitSystem) -> vol.Schema:
    """Questions about a virtual treadmill."""
    return vol.Schema(
        {
            vol.Required("name"): selector.TextSelector(),
            vol.Required("preset"): choice(PRESETS, "preset"),
            vol.Required("min_incline"): TREADMILL["min_incline"].selector(units),
            vol.Required("max_incline"): TREADMILL["max_incline"].selector(units),
            vol.Required("max_speed"): TREADMILL["max_speed"].selector(units),
            vol.Required("advanced"): section(
                vol.Schema({vol.Required("time_scale"): TREADMILL["time_scale"].selector(units)}),
                {"collapsed": True},
            ),
        }
    )


def control_schema(units: UnitSystem, *, can_start: bool = True) -> vol.Schema:
    """What Descent may do to the treadmill (rules R1 and R2).

    Nothing is asked about starting a belt that only its console starts.
    """
    starting = {vol.Required("start_belt"): selector.BooleanSelector()} if can_start else {}
    return vol.Schema(
        {
            vol.Required("acknowledge"): selector.BooleanSelector(),
            **starting,
            vol.Optional("max_speed"): CONTROL["max_speed"].selector(units),
        }
    )


def runner_schema(units: UnitSystem) -> vol.Schema:
    """Five questions, and some more for those who know the answers."""
    more = {vol.Required("walk_kmh"): RUNNER["walk_kmh"].selector(units)} | {
        vol.Optional(key): RUNNER[key].selector(units)
        for key in ("controlled_top_kmh", "max_speed_kmh", "body_mass_kg")
    }
    return vol.Schema(
        {
            vol.Required("name"): selector.TextSelector(),
            vol.Required("level"): choice(tuple(Level), "level"),
            vol.Optional("five_k"): selector.DurationSelector(),
            vol.Required("hill_experience"): selector.BooleanSelector(),
            vol.Required("joint_issues"): selector.BooleanSelector(),
            vol.Required("more"): section(vol.Schema(more), {"collapsed": True}),
        }
    )


def read_quantities(
    quantities: Mapping[str, Quantity],
    typed: Mapping[str, Any],
    units: UnitSystem,
    known: Mapping[str, Any] | None = None,
) -> tuple[dict[str, float | None], dict[str, str]]:
    """Convert what was typed; what is out of its range is named in the errors instead.

    What was left as the form showed it stays the value of ``known`` that it was made of: 22 km/h
    do not become 22.05 because somebody who types miles looked at them.

    Returns:
        The values in metric units (``None`` where nothing was typed), and error keys by field.
    """
    values: dict[str, float | None] = {}
    errors: dict[str, str] = {}
    for key, quantity in quantities.items():
        answer = typed.get(key)
        value = None if answer is None else quantity.kept(answer, units)
        before = (known or {}).get(key)
        if before is not None and quantity.shown(before, units) == answer:
            value = before
        if value is None or quantity.low <= value <= quantity.high:
            values[key] = value
        else:
            errors[key] = f"{key}_out_of_range"
    return values, errors


def show_quantities(
    quantities: Mapping[str, Quantity], kept: Mapping[str, Any], units: UnitSystem
) -> dict[str, float]:
    """Convert kept values for a form; unknown ones stay empty."""
    return {
        key: quantity.shown(kept[key], units)
        for key, quantity in quantities.items()
        if kept.get(key) is not None
    }


def ranges(quantities: Mapping[str, Quantity], units: UnitSystem) -> dict[str, str]:
    """Placeholders that name every range, for the texts of errors."""
    return {f"{key}_range": quantity.range_text(units) for key, quantity in quantities.items()}


def flat(typed: Mapping[str, Any], folded: str) -> dict[str, Any]:
    """Lift the answers of a folded section to the others."""
    return {**typed, **typed[folded]}


def placed(errors: Mapping[str, str], hidden: Collection[str]) -> dict[str, str]:
    """Move errors of fields inside a section to the top of the form: a section shows none."""
    return {("base" if field in hidden else field): error for field, error in errors.items()}


def read_name(typed: str, taken: set[str]) -> tuple[str, str | None]:
    """Tidy a name.

    Returns:
        The name, and the key of what is wrong with it.
    """
    name = " ".join(typed.split())
    if not name:
        return name, "name_empty"
    if len(name) > LONGEST_NAME:
        return name, "name_too_long"
    if not name.isprintable():
        return name, "name_unprintable"
    if name.casefold() in taken:
        return name, "name_taken"
    return name, None


def read_five_k(typed: Mapping[str, float] | None) -> tuple[float | None, str | None]:
    """Convert the answer of a duration field; an empty or zero duration means unknown.

    Returns:
        Seconds, and the key of what is wrong with them.
    """
    parts = typed or {}
    seconds = (
        86400 * parts.get("days", 0)
        + 3600 * parts.get("hours", 0)
        + 60 * parts.get("minutes", 0)
        + parts.get("seconds", 0)
    )
    if not seconds:
        return None, None
    if not FASTEST_5K_S <= seconds <= SLOWEST_5K_S:
        return None, "five_k_out_of_range"
    return float(seconds), None


def show_five_k(seconds: float | None) -> dict[str, int] | None:
    """Convert seconds for a duration field."""
    if seconds is None:
        return None
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return {"hours": hours, "minutes": minutes, "seconds": rest}


def choice(options: tuple[str, ...], translation_key: str) -> selector.SelectSelector:
    """Make a list to choose from."""
    return selector.SelectSelector(
        selector.SelectSelectorConfig(
            options=list(options),
            translation_key=translation_key,
            mode=selector.SelectSelectorMode.DROPDOWN,
        )
    )
