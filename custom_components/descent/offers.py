"""What there is to run: each session with what it amounts to here, or why it is locked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from homeassistant.exceptions import HomeAssistantError

from .coordinator import TreadmillCoordinator
from .training.model import Plan
from .training.script import Script
from .training.script.model import Parameter

# A slider that a thumb can set has at most this many positions [H].
_MOST_POSITIONS = 30
_STEPS = (0.5, 1.0, 5.0, 10.0, 50.0, 100.0)
_HALVES = frozenset({"%", "km/h"})  # what makes sense in halves


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """One session for one runner on one treadmill: a plan, or the error that there is none."""

    script: Script
    plan: Plan | None = None
    locked: HomeAssistantError | None = None


def offered(coordinator: TreadmillCoordinator, runner_entry_id: str | None) -> Iterator[Offer]:
    """Work out every session there is, with its default parameters."""
    for script in coordinator.scripts.values():
        try:
            plan = coordinator.preview(script.id, runner_entry_id, {})
        except HomeAssistantError as error:
            yield Offer(script=script, locked=error)
        else:
            yield Offer(script=script, plan=plan)


def offer_as_dict(offer: Offer) -> dict[str, Any]:
    """Return an offer for automations; the reason of a lock is a text."""
    locked = offer.locked
    return _described(offer.script) | (
        {"locked": str(locked), "reason": None if locked is None else locked.translation_key}
        if offer.plan is None
        else {"locked": None, **_worth(offer.plan)}
    )


def offer_on_screen(offer: Offer) -> dict[str, Any]:
    """Return an offer for a card, which puts the reason of a lock into its own language."""
    script, locked = offer.script, offer.locked
    return _described(script) | {
        "locked": None
        if locked is None
        else {
            "key": locked.translation_key,
            "placeholders": dict(locked.translation_placeholders or {}),
        },
        "parameters": [_parameter(parameter) for parameter in script.parameters],
        **({} if offer.plan is None else _worth(offer.plan)),
    }


def _described(script: Script) -> dict[str, Any]:
    return {
        "id": script.id,
        "name": script.name,
        "level": script.level,
        "description": script.description,
        "why": script.why,
        "goals": list(script.goals),
    }


def _worth(plan: Plan) -> dict[str, Any]:
    return {
        "minutes": round(plan.duration_s / 60, 1),
        "descent_m": round(plan.descent_m, 1),
        "reps": plan.reps,
        "fidelity_descent": plan.fidelity_descent,
        "fidelity_grade": plan.fidelity_grade,
    }


def _parameter(parameter: Parameter) -> dict[str, Any]:
    return {
        "name": parameter.name,
        "default": parameter.default,
        "minimum": parameter.minimum,
        "maximum": parameter.maximum,
        "step": _step(parameter),
        "unit": parameter.unit,
        "options": list(parameter.options),
    }


def _step(parameter: Parameter) -> float | None:
    """Return the finest step of a slider that reaches the ends and the default."""
    low, high, default = parameter.minimum, parameter.maximum, parameter.default
    if low is None or high is None or isinstance(default, str):
        return None
    fitting = [
        step
        for step in _STEPS
        if (step >= 1 or parameter.unit in _HALVES)
        and (high - low) / step <= _MOST_POSITIONS
        and not (high - low) % step
        and not (default - low) % step
    ]
    return next(iter(fitting), 1.0)
