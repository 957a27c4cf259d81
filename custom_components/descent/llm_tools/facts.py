"""What a language model is told: few numbers, units in the names, and what the runner can do next.

They are put together in metric units, and told in the user's (``in_units``).

Texts are English: the model answers in the runner's language.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from homeassistant.util import dt as dt_util

from ..coordinator import TreadmillCoordinator
from ..snapshot import Snapshot
from ..training.events import Reason, State, Summary
from ..training.model import Plan, Step
from ..training.rules import ARMING_EXPIRES_S, START_COUNTDOWN_S
from ..training.script import Script
from ..units import Unit, Units

PRESS_START = (
    f"The runner presses Start on the treadmill, within {ARMING_EXPIRES_S:g} seconds of arming. "
    "The belt has not been started."
)
COUNTDOWN = (
    f"The belt starts by itself after a spoken countdown of {START_COUNTDOWN_S:g} seconds. Say so "
    "at once. Stop or pause prevents it."
)
_IN_US_UNITS = {
    ("speed_kmh", "mph"): "speed_mph",
    ("distance_m", "mile"): "distance_miles",
    ("metres_down", "foot"): "feet_down",
}
_STATES = {
    State.IDLE: "Nothing is under way. A session can be started.",
    State.RUNNING: "Nothing: the session runs.",
    State.WAITING: (
        "The runner does the exercise beside the standing belt. When it is done, resume goes on."
    ),
    State.PAUSED: "When the belt stands: resume, then the runner presses Start on the treadmill.",
    State.SUSPENDED: "The runner uses the console. Resume goes on when the belt stands.",
    State.ENDING: "Nothing: the belt slows down and stops by itself. The session is about over.",
    State.FINISHED: "The session is over. Another one can be started.",
}
_REASONS = {
    Reason.CONSOLE_CHANGE: (
        "Somebody changed speed or slope at the console, so the runner has the controls. The "
        "runner presses Resume on the dashboard to hand them back, or stops."
    ),
    Reason.SAFETY_KEY: "The runner puts the safety key back. Then resume.",
    Reason.INCLINE_UNKNOWN: (
        "The treadmill does not say how steep it is, so nothing is changed. The runner has the "
        "controls; slopes can go on once the measurement is back."
    ),
    Reason.SAFETY_KEY_BACK: "The safety key is back. The runner resumes when ready.",
    Reason.CONTACT_BACK: "Contact is back. The runner looks at the belt first, then resumes.",
    Reason.LOST_CONTACT: (
        "The belt may still be moving. The runner uses the console. When contact is back and the "
        "belt stands: resume."
    ),
    Reason.NOT_CONFIRMED: "The treadmill does not follow commands. The runner uses the console.",
    Reason.REJECTED: "The treadmill refuses commands. The runner uses the console.",
    Reason.UNHEARD: (
        "Announcements do not reach the runner, so the next change is held back. The runner uses "
        "the console, and sees to the speaker or chooses another one. Then resume."
    ),
    Reason.CONTROL_LOST: (
        "Something else controls the treadmill. The runner uses the console and closes other apps."
    ),
    Reason.WRONG_WAY: (
        "The treadmill went the wrong way. The runner holds the rails, uses the console and stops."
    ),
    Reason.OVERSHOOT: (
        "The treadmill went too far. The runner holds the rails, uses the console and stops."
    ),
}


def in_units(units: Units, told: Mapping[str, Any]) -> dict[str, Any]:
    """Return the same facts in the units of a user: ``speed_kmh`` becomes ``speed_mph``."""
    return {
        _named_in(units, key): _told_in(_unit_of(units, key), units, value)
        for key, value in told.items()
    }


def _unit_of(units: Units, key: str) -> Unit | None:
    """Return the unit that the number of a fact is told in."""
    if key.endswith("_kmh"):
        return units.speed
    return {"distance_m": units.distance, "metres_down": units.height}.get(key)


def _named_in(units: Units, key: str) -> str:
    unit = _unit_of(units, key)
    return key if unit is None else _IN_US_UNITS.get((key, unit.name), key)


def _told_in(unit: Unit | None, units: Units, value: Any) -> Any:
    match value:
        case Mapping() if unit is not None:  # lowest and highest of several
            return {key: _told_in(unit, units, part) for key, part in value.items()}
        case Mapping():
            return in_units(units, value)
        case list():
            return [_told_in(unit, units, part) for part in value]
        case float() | int() if unit is not None:
            return value if unit.symbol == unit.metric else round(unit.of(value), 2)
    return value


def status(coordinator: TreadmillCoordinator) -> dict[str, Any]:
    """Tell how a treadmill and its session stand. Measured and wished values are kept apart."""
    shown = coordinator.snapshot()
    told: dict[str, Any] = {
        "treadmill": coordinator.name,
        "connection": shown.contact.value,
        "state": shown.state.value,
        "reason": None if shown.reason is None else shown.reason.value,
        "what_next": what_next(shown, by_itself=coordinator.view().starts_belt),
        "measured": {
            "belt_moving": shown.belt_moving,
            "speed_kmh": shown.speed_kmh,
            "incline_pct": shown.incline_pct,
            "heart_rate_bpm": shown.heart_rate_bpm,
        },
        "target": {
            "speed_kmh": shown.target_speed_kmh,
            "incline_pct": shown.target_incline_pct,
        },
    }
    if shown.state is State.FINISHED and shown.summary is not None:
        return told | {"last_session": _summary(shown.plan, shown.summary)}
    if shown.plan is None:
        return told
    return told | {
        "session": shown.plan.name,
        "runner": shown.plan.runner or None,
        "metres_down": shown.descent_m,
        "distance_m": shown.distance_m,
        "session_seconds_left": _seconds_left(shown.session_ends),
        "step": _step(shown.step),
        "step_seconds_left": _seconds_left(shown.step_ends),
        "next_step": _step(shown.next_step),
    }


def what_next(shown: Snapshot, *, by_itself: bool) -> str:
    """Say what the runner or the assistant can do now."""
    if shown.state is State.ARMED:
        return COUNTDOWN if by_itself else PRESS_START
    if shown.state is State.SUSPENDED and shown.reason in _REASONS:
        return _REASONS[shown.reason]
    return _STATES[shown.state]


def plan_in_short(plan: Mapping[str, Any], script: Script) -> dict[str, Any]:
    """Tell what a plan (as the actions return it) amounts to: its parts, not its steps."""
    return {
        "session": plan["session"],
        "name": plan["name"],
        "runner": plan["runner"] or None,
        "level": plan["level"],
        "minutes": round(plan["duration_s"] / 60, 1),
        "metres_down": plan["descent_m"],
        "reps": plan["reps"],
        "reps_added_by_plan": plan["added_reps"],
        "share_of_prescribed_descent": plan["fidelity_descent"],
        "share_of_prescribed_grade": plan["fidelity_grade"],
        "notes": plan["notes"],
        "parameters": {
            parameter.name: {
                "value": plan["parameters"].get(parameter.name, parameter.default),
                "unit": parameter.unit,
                "allowed": parameter.allowed,
            }
            for parameter in script.parameters
        },
        "parts": _parts(plan["steps"]),
    }


def _parts(steps: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Sum up the steps of each phase, in the order the phases begin."""
    phases = dict.fromkeys(step["phase"] for step in steps)
    return [_part([step for step in steps if step["phase"] == phase]) for phase in phases]


def _part(steps: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "phase": steps[0]["phase"],
        "steps": len(steps),
        "minutes": round(sum(step["nominal_s"] for step in steps) / 60, 1),
        "speed_kmh": _span(step["speed_kmh"] for step in steps),
        "incline_pct": _span(step["incline_pct"] for step in steps),
        "distance_m": _span(step["distance_m"] for step in steps),
    }


def _span(values: Iterable[float | None]) -> dict[str, float] | None:
    """Return lowest and highest of the values that are known."""
    known = [round(value, 1) for value in values if value is not None]
    return {"lowest": min(known), "highest": max(known)} if known else None


def _step(step: Step | None) -> dict[str, Any] | None:
    if step is None:
        return None
    rep, reps = step.repetition or (None, None)
    return {
        "phase": step.phase.value,
        "rep": rep,
        "reps": reps,
        "speed_kmh": step.speed_kmh,
        "incline_pct": step.incline_pct,
        "duration_s": step.duration_s,
        "distance_m": step.distance_m,
        "exercises": list(step.items),
    }


def _summary(plan: Plan | None, summary: Summary) -> dict[str, Any]:
    return {
        "session": summary.session if plan is None else plan.name,
        "result": summary.result.value,
        "minutes": round(summary.duration_s / 60, 1),
        "metres_down": round(summary.descent_m, 1),
        "distance_m": round(summary.distance_m),
        "reps_completed": summary.reps_completed,
        "reps_planned": summary.reps_planned,
    }


def _seconds_left(end: datetime | None) -> int | None:
    if end is None:
        return None
    return max(0, round((end - dt_util.utcnow()).total_seconds()))
