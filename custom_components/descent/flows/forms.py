"""What all forms are made of: fields, units, ranges, and what is wrong with an answer.

Numbers are kept in km/h, percent and kilograms. Whoever set Home Assistant to US customary units
sees and types miles per hour and pounds. The selectors carry no minimum and maximum: Home Assistant
would refuse a number with an untranslated sentence before the flow sees it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
import math
from typing import Any, Final

from homeassistant.const import UnitOfMass, UnitOfSpeed
from homeassistant.helpers import selector
from homeassistant.util.unit_conversion import BaseUnitConverter, MassConverter, SpeedConverter
from homeassistant.util.unit_system import US_CUSTOMARY_SYSTEM, UnitSystem

from ..const import LONGEST_NAME

# The section of a form that is closed at first.
FOLDED: Final = "more"

MPH = (UnitOfSpeed.MILES_PER_HOUR, SpeedConverter)
POUNDS = (UnitOfMass.POUNDS, MassConverter)


@dataclass(frozen=True, slots=True, kw_only=True)
class QuantityField:
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


def read_quantities(
    quantities: Mapping[str, QuantityField],
    typed: Mapping[str, Any],
    units: UnitSystem,
    known: Mapping[str, Any] | None = None,
    known_after: Mapping[str, Any] | None = None,
) -> tuple[dict[str, float | None], dict[str, str]]:
    """Convert what was typed; what is out of its range is named in the errors instead.

    What was left as the form showed it stays the value of ``known`` that it was made of: 22 km/h
    do not become 22.05 because somebody who types miles looked at them. Where another answer
    changes what it means, it is in ``known_after``.

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
            value = (known_after or known or {})[key]
        if value is None or quantity.low <= value <= quantity.high:
            values[key] = value
        else:
            errors[key] = f"{key}_out_of_range"
    return values, errors


def show_quantities(
    quantities: Mapping[str, QuantityField], kept: Mapping[str, Any], units: UnitSystem
) -> dict[str, float]:
    """Convert kept values for a form; unknown ones stay empty."""
    return {
        key: quantity.shown(kept[key], units)
        for key, quantity in quantities.items()
        if kept.get(key) is not None
    }


def ranges(quantities: Mapping[str, QuantityField], units: UnitSystem) -> dict[str, str]:
    """Placeholders that name every range, for the texts of errors."""
    return {f"{key}_range": quantity.range_text(units) for key, quantity in quantities.items()}


def flat(typed: Mapping[str, Any]) -> dict[str, Any]:
    """Lift the answers of the folded section, if there is one, to the others."""
    return {**typed, **typed.get(FOLDED, {})}


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


def free_name(wish: str, taken: set[str]) -> str:
    """Return a name nobody has: the second of a kind gets a number."""
    name, number = wish, 1
    while name.casefold() in taken:
        number += 1
        name = f"{wish[: LONGEST_NAME - 4]} {number}"
    return name


def choice(options: tuple[str, ...], translation_key: str) -> selector.SelectSelector:
    """Make a list to choose from."""
    return selector.SelectSelector(
        selector.SelectSelectorConfig(
            options=list(options),
            translation_key=translation_key,
            mode=selector.SelectSelectorMode.DROPDOWN,
        )
    )
