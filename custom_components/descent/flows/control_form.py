"""The form about control: what Descent may do to a treadmill (rules R1 and R2)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from homeassistant.const import UnitOfSpeed
from homeassistant.helpers import selector
from homeassistant.util.unit_system import UnitSystem
import probatio as vol

from ..const import ACKNOWLEDGEMENT_VERSION
from ..training.model import HIGHEST_SPEED_KMH
from . import forms

QUANTITIES: dict[str, forms.QuantityField] = {
    "max_speed": forms.QuantityField(
        low=2, high=HIGHEST_SPEED_KMH, unit=UnitOfSpeed.KILOMETERS_PER_HOUR, american=forms.MPH
    )
}
# The options of a treadmill that takes no commands.
READ_ONLY: dict[str, Any] = {"acknowledged": 0, "start_belt": False, "max_speed": None}


def schema(units: UnitSystem, *, can_start: bool) -> vol.Schema:
    """Make the form. Nothing is asked about starting a belt that only its console starts."""
    starting = {vol.Required("start_belt"): selector.BooleanSelector()} if can_start else {}
    return vol.Schema(
        {
            vol.Required("acknowledge"): selector.BooleanSelector(),
            **starting,
            vol.Optional("max_speed"): QUANTITIES["max_speed"].selector(units),
        }
    )


def shown(options: Mapping[str, Any], units: UnitSystem) -> dict[str, Any]:
    """Return what the form begins with, from the options of an entry."""
    return {
        "acknowledge": options.get("acknowledged") == ACKNOWLEDGEMENT_VERSION,
        "start_belt": options.get("start_belt", False),
        **forms.show_quantities(QUANTITIES, options, units),
    }


def read(
    typed: Mapping[str, Any], units: UnitSystem, known: Mapping[str, Any] | None = None
) -> tuple[dict[str, Any], dict[str, str]]:
    """Take what is allowed out of the answers.

    Returns:
        The options of an entry, and error keys by field.
    """
    values, errors = forms.read_quantities(QUANTITIES, typed, units, known)
    options = {
        "acknowledged": ACKNOWLEDGEMENT_VERSION if typed["acknowledge"] else 0,
        "start_belt": typed.get("start_belt", False),
        **values,
    }
    return options, errors
