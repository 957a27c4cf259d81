"""Short texts that states carry, in Home Assistant's language."""

from __future__ import annotations

from homeassistant.core import HomeAssistant
from homeassistant.helpers.translation import async_get_cached_translations

from .const import DOMAIN
from .training.cues import descent_number
from .training.model import Phase, Plan, Step


def rep_of(plan: Plan | None, step: Step | None) -> tuple[int, int] | None:
    """Return which repetition a step belongs to, and of how many, counted as announced."""
    if plan is None or step is None:
        return None
    if plan.reps and step.phase in {Phase.DESCENT, Phase.RECOVERY}:
        return descent_number(plan, step), plan.reps
    return (step.rep, step.reps) if step.rep else None


def step_text(hass: HomeAssistant, plan: Plan | None, step: Step | None) -> str | None:
    """Say which step this is: "Descent 3 of 6"; ``None`` without one."""
    if step is None:
        return None
    rep = rep_of(plan, step)
    language = hass.config.language
    states = async_get_cached_translations(hass, language, "entity", DOMAIN)
    forms = async_get_cached_translations(hass, language, "selector", DOMAIN)
    phase = states.get(f"component.{DOMAIN}.entity.sensor.phase.state.{step.phase}", step.phase)
    form = "plain" if rep is None else "rep"
    pattern = forms.get(f"component.{DOMAIN}.selector.step.options.{form}", "{phase}")
    number, count = rep or (0, 0)
    return pattern.format(phase=phase, rep=number, reps=count)
