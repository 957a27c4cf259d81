"""An unfinished session as plain data, and back: comes back paused, never running (rule R3)."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from .actuators import Actuators
from .events import Effect, Lap
from .gate import Gate
from .model import Level, Phase, Plan, Step, finite
from .session import Session
from .summary import Meter

_WHOLE = ("index", "rep", "reps")
_MAY_BE_NONE = {"duration_s", "distance_m", "ramp_from_kmh", "ramp_to_kmh", "to_target_s"}


def plan_to_dict(plan: Plan) -> dict[str, Any]:
    """Return a plan as JSON-able data."""
    return asdict(plan)


def plan_from_dict(data: dict[str, Any]) -> Plan:
    """Build a plan again; raises ``ValueError``, ``KeyError`` or ``TypeError`` on rubbish."""
    fields = dict(data)
    fields["level"] = Level(fields["level"])
    fields["parameters"] = tuple((str(name), value) for name, value in fields["parameters"])
    fields["notes"] = tuple(fields["notes"])
    fields["steps"] = tuple(_step(step) for step in fields["steps"])
    return Plan(**fields)


def _step(data: dict[str, Any]) -> Step:
    phase, items = Phase(data["phase"]), tuple(str(item) for item in data["items"])
    numbers = _numbers({key: data[key] for key in data if key not in ("phase", "items")})
    return Step(**numbers, phase=phase, items=items)


def _lap(data: dict[str, Any]) -> Lap:
    phase = Phase(data["phase"])
    return Lap(**_numbers({key: data[key] for key in data if key != "phase"}), phase=phase)


def _numbers(data: dict[str, Any]) -> dict[str, Any]:
    """Return numbers that are numbers, and whole where they count something."""
    for key, value in data.items():
        if value is not None or key not in _MAY_BE_NONE:
            finite(value, key, -1e9, 1e9)
    return data | {key: int(data[key]) for key in _WHOLE if key in data}


def to_dict(session: Session, now: float) -> dict[str, Any]:
    """Return everything an unfinished session knows."""
    course = session.course
    return {
        "plan": plan_to_dict(session.plan),
        "index": course.index,
        "underway": None if course.underway is None else course.underway.to_dict(now),
        "laps": [asdict(lap) for lap in course.laps],
        "meter": asdict(course.meter),
        "adjusted": course.adjusted.to_dict(),
        "elapsed_s": None if session.started_at is None else now - session.started_at,
    }


def restore(
    data: dict[str, Any], gate: Gate, actuators: Actuators, now: float
) -> tuple[Session, list[Effect]]:
    """Build the session again, paused. Raises ``ValueError`` on anything that is not such data."""
    try:
        plan = plan_from_dict(data["plan"])
        session = Session(plan, gate, actuators)
        course = session.course
        underway, elapsed_s = data["underway"], data["elapsed_s"]
        finite(data["index"], "index", -1 if underway is None else 0, len(plan.steps) - 1)
        course.index = int(data["index"])
        course.laps = [_lap(lap) for lap in data["laps"]]
        course.meter = Meter.from_dict(data["meter"])
        course.adjusted.restore(data["adjusted"])
        if underway is not None:
            course.set_out(plan.steps[course.index]).restore(underway)
        if elapsed_s is not None:
            finite(elapsed_s, "elapsed_s", 0, 1e9)
        effects = session.come_back(now, elapsed_s)
    except (KeyError, TypeError, AttributeError, IndexError) as error:
        msg = f"not a stored session: {error!r}"
        raise ValueError(msg) from error
    return session, effects
