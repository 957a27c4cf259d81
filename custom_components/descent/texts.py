"""Short texts that states carry, in Home Assistant's language."""

from __future__ import annotations

from homeassistant.core import HomeAssistant
from homeassistant.helpers.translation import async_get_cached_translations

from .const import DOMAIN
from .training.model import Step


def step_text(hass: HomeAssistant, step: Step | None) -> str | None:
    """Say which step this is: "Descent 3 of 6"; ``None`` without one."""
    if step is None:
        return None
    language = hass.config.language
    states = async_get_cached_translations(hass, language, "entity", DOMAIN)
    forms = async_get_cached_translations(hass, language, "selector", DOMAIN)
    phase = states.get(f"component.{DOMAIN}.entity.sensor.phase.state.{step.phase}", step.phase)
    form = "rep" if step.rep else "plain"
    pattern = forms.get(f"component.{DOMAIN}.selector.step.options.{form}", "{phase}")
    return pattern.format(phase=phase, rep=step.rep, reps=step.reps)
