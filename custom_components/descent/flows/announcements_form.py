"""The form about announcements: who speaks for a treadmill, how much, and how late it is heard."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from homeassistant.const import Platform, UnitOfTime
from homeassistant.helpers import selector
from homeassistant.util.unit_system import UnitSystem
import probatio as vol

from ..training.voice_timing import Verbosity
from . import forms

# Ten seconds is more than any speaker needs: what is later than the preview cannot be announced.
QUANTITIES: dict[str, forms.QuantityField] = {
    "latency_s": forms.QuantityField(low=0, high=10, unit=UnitOfTime.SECONDS)
}
_UNCHANGED = {"verbosity": Verbosity.SHORT.value, "latency_s": 1.0}


def schema(units: UnitSystem) -> vol.Schema:
    """Questions about the voice of a treadmill."""
    speakers = [Platform.MEDIA_PLAYER, Platform.ASSIST_SATELLITE, Platform.NOTIFY]
    return vol.Schema(
        {
            vol.Optional("entity"): selector.EntitySelector(
                selector.EntitySelectorConfig(domain=[str(domain) for domain in speakers])
            ),
            vol.Optional("tts"): selector.EntitySelector(
                selector.EntitySelectorConfig(domain=[str(Platform.TTS)])
            ),
            vol.Required("verbosity"): forms.choice(tuple(Verbosity), "verbosity"),
            vol.Required("latency_s"): QUANTITIES["latency_s"].selector(units),
        }
    )


def shown(kept: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return what the form begins with."""
    return {**_UNCHANGED, **(kept or {})}


def read(
    typed: Mapping[str, Any], units: UnitSystem
) -> tuple[dict[str, Any] | None, dict[str, str]]:
    """Take the voice out of the answers.

    Returns:
        The option of an entry (``None`` for no voice), and error keys by field.
    """
    values, errors = forms.read_quantities(QUANTITIES, typed, units)
    entity, tts = typed.get("entity"), typed.get("tts")
    if entity and entity.partition(".")[0] == Platform.MEDIA_PLAYER and not tts:
        errors["tts"] = "tts_missing"
    if errors or not entity:
        return None, errors
    voice = {"entity": entity, "verbosity": typed["verbosity"], **values}
    return voice | ({"tts": tts} if tts else {}), errors
