"""The config flow of a runner: five questions, and some more for those who know the answers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from homeassistant.config_entries import ConfigFlowResult
from homeassistant.const import UnitOfMass, UnitOfSpeed
from homeassistant.data_entry_flow import section
from homeassistant.helpers import selector
from homeassistant.util.unit_system import UnitSystem
import probatio as vol

from ..const import KIND_RUNNER
from ..training.model import HIGHEST_SPEED_KMH, Level
from . import forms
from .entries import EntryFlow

FASTEST_5K_S = 700  # just under the world record (12:35)
SLOWEST_5K_S = 5400  # 3.3 km/h: slower than walking it

QUANTITIES: dict[str, forms.QuantityField] = {
    "walk_kmh": forms.QuantityField(
        low=2, high=7.5, unit=UnitOfSpeed.KILOMETERS_PER_HOUR, american=forms.MPH
    ),
    "controlled_top_kmh": forms.QuantityField(
        low=4, high=HIGHEST_SPEED_KMH, unit=UnitOfSpeed.KILOMETERS_PER_HOUR, american=forms.MPH
    ),
    "max_speed_kmh": forms.QuantityField(
        low=2, high=HIGHEST_SPEED_KMH, unit=UnitOfSpeed.KILOMETERS_PER_HOUR, american=forms.MPH
    ),
    "body_mass_kg": forms.QuantityField(
        low=20, high=300, unit=UnitOfMass.KILOGRAMS, american=forms.POUNDS
    ),
}
_NEW = {
    "level": "beginner",
    "hill_experience": False,
    "joint_issues": False,
    "walk_kmh": 5.0,
}


class RunnerFlow(EntryFlow):
    """Adds or changes a runner."""

    async def async_step_runner(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask about a runner."""
        units = self.hass.config.units
        known = self._known(_NEW)
        errors: dict[str, str] = {}
        if user_input is not None:
            typed = forms.flat(user_input)
            values, errors = forms.read_quantities(QUANTITIES, typed, units, known)
            name, name_error = forms.read_name(typed["name"], self._taken(by_runners=True))
            if name_error:
                errors["name"] = name_error
            five_k_s, five_k_error = read_five_k(typed.get("five_k"))
            if five_k_error:
                errors["five_k"] = five_k_error
            if not errors:
                self._data = {
                    "kind": KIND_RUNNER,
                    "name": name,
                    "level": typed["level"],
                    "hill_experience": typed["hill_experience"],
                    "joint_issues": typed["joint_issues"],
                    "five_k_s": five_k_s,
                    **values,
                }
                return self._changed() if self._reconfiguring else self._created()
        else:
            shown = known | {"five_k": show_five_k(known.get("five_k_s"))}
            user_input = shown | {forms.FOLDED: forms.show_quantities(QUANTITIES, known, units)}
        return self.async_show_form(
            step_id="runner",
            data_schema=self.add_suggested_values_to_schema(schema(units), user_input),
            errors=forms.placed(errors, hidden=QUANTITIES),
            description_placeholders=forms.ranges(QUANTITIES, units),
            last_step=True,
        )


def schema(units: UnitSystem) -> vol.Schema:
    """Make the form about a runner."""
    more = {vol.Required("walk_kmh"): QUANTITIES["walk_kmh"].selector(units)} | {
        vol.Optional(key): QUANTITIES[key].selector(units)
        for key in ("controlled_top_kmh", "max_speed_kmh", "body_mass_kg")
    }
    return vol.Schema(
        {
            vol.Required("name"): selector.TextSelector(),
            vol.Required("level"): forms.choice(tuple(Level), "level"),
            vol.Optional("five_k"): selector.DurationSelector(),
            vol.Required("hill_experience"): selector.BooleanSelector(),
            vol.Required("joint_issues"): selector.BooleanSelector(),
            vol.Required(forms.FOLDED): section(vol.Schema(more), {"collapsed": True}),
        }
    )


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
