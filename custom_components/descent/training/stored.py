"""An unfinished session as plain data, and back: comes back paused, never running (rule R3)."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from .actuators import Actuators
from .events import Aim, Effect, Lap
from .gate import Gate
from .lap import Underway
from .model import Level, Phase, Plan, Step
from .session import Session


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
    return Step(**{**data, "phase": Phase(data["phase"]), "items": tuple(data["items"])})


def to_dict(session: Session, now: float) -> dict[str, Any]:
    """Return everything an unfinished session knows."""
    course = session.course
    return {
        "plan": plan_to_dict(session.plan),
        "index": course.index,
        "underway": None if course.underway is None else course.underway.to_dict(now),
        "laps": [asdict(lap) for lap in course.laps],
        "adjusted": {phase.value: asdict(aim) for phase, aim in course.adjusted.items()},
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
        course.index = int(data["index"])
        if not -1 <= course.index < len(plan.steps):
            msg = "the step is not one of the plan"
            raise ValueError(msg)
        course.laps = [Lap(**{**lap, "phase": Phase(lap["phase"])}) for lap in data["laps"]]
        course.adjusted = {Phase(phase): Aim(**aim) for phase, aim in data["adjusted"].items()}
        if data["underway"] is not None:
            course.underway = Underway.from_dict(plan, plan.steps[course.index], data["underway"])
        elapsed = data["elapsed_s"]
        effects = session.come_back(now, None if elapsed is None else float(elapsed))
    except (KeyError, TypeError, AttributeError, IndexError) as error:
        msg = f"not a stored session: {error!r}"
        raise ValueError(msg) from error
    return session, effects
