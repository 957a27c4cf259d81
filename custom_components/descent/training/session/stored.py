"""An unfinished session as plain data, and back: comes back paused, never running (rule R3)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict
from typing import Any

from ..actuators import Actuators
from ..events import Effect, Lap
from ..gate import Gate
from ..model import STEEPEST_PCT, Level, Phase, Plan, Step, finite
from .session import Session
from .summary import Meter

_LARGEST = 1e6  # seconds or metres that no session reaches
_NESTED = {"level", "parameters", "notes", "steps", "phase", "items"}
_TEXTS = {"session", "name", "runner"}
_FLAGS = {"guided", "skipped", "capped"}
_WHOLE = {"index", "rep", "reps", "added_reps"}
_MAY_BE_NONE = {
    *("duration_s", "distance_m", "ramp_from_kmh", "ramp_to_kmh", "to_target_s"),
    *("fidelity_descent", "fidelity_grade"),
}


def plan_from_dict(data: dict[str, Any]) -> Plan:
    """Build a plan again; raises ``ValueError``, ``KeyError`` or ``TypeError`` on rubbish."""
    fields = _checked({key: data[key] for key in data if key not in _NESTED})
    parameters = [(_text(name), _setting(value)) for name, value in data["parameters"]]
    return Plan(
        **fields,
        level=Level(data["level"]),
        parameters=tuple(parameters),
        notes=tuple(_text(note) for note in data["notes"]),
        steps=tuple(_step(step) for step in data["steps"]),
    )


def _step(data: dict[str, Any]) -> Step:
    fields = _checked({key: data[key] for key in data if key not in _NESTED})
    items = tuple(_text(item) for item in data["items"])
    return Step(**fields, phase=Phase(data["phase"]), items=items)


def _lap(data: dict[str, Any]) -> Lap:
    fields = _checked({key: data[key] for key in data if key not in _NESTED})
    return Lap(**fields, phase=Phase(data["phase"]))


def _checked(data: dict[str, Any]) -> dict[str, Any]:
    """Return fields of the types and sizes they can have, by their names."""
    return {key: _field(key, value) for key, value in data.items()}


def _field(key: str, value: Any) -> Any:
    if key in _TEXTS:
        return _text(value)
    if key in _FLAGS:
        return bool(_known(value, (True, False)))
    if value is None:
        return _known(key, _MAY_BE_NONE) and None
    low, high = (-STEEPEST_PCT, STEEPEST_PCT) if key.endswith("incline_pct") else (0, _LARGEST)
    finite(_setting(value), key, low, high)
    return int(value) if key in _WHOLE else value


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is no text")
    return value


def _setting(value: Any) -> Any:
    """Return a number or a text."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise TypeError(f"{value!r} is neither a number nor a text")
    if not isinstance(value, str):
        finite(value, "a number", -_LARGEST, _LARGEST)
    return value


def _known(value: Any, choices: Collection[Any]) -> Any:
    if value not in choices:
        raise ValueError(f"{value!r} is not expected")
    return value


def to_dict(session: Session, now: float) -> dict[str, Any]:
    """Return everything an unfinished session knows."""
    steps = session.steps
    return {
        "plan": session.plan.data,
        "index": steps.index,
        "underway": None if steps.underway is None else steps.underway.to_dict(now),
        "laps": [asdict(lap) for lap in steps.laps],
        "meter": asdict(steps.meter),
        "adjusted": steps.adjustments.to_dict(),
        "elapsed_s": None if session.started_at is None else now - session.started_at,
    }


def restore(
    data: dict[str, Any], gate: Gate, actuators: Actuators, now: float
) -> tuple[Session, list[Effect]]:
    """Build the session again, paused. Raises ``ValueError`` on anything that is not such data."""
    try:
        plan = plan_from_dict(data["plan"])
        session = Session(plan, gate, actuators)
        steps = session.steps
        underway, elapsed_s = data["underway"], data["elapsed_s"]
        finite(data["index"], "index", -1 if underway is None else 0, len(plan.steps) - 1)
        steps.index = int(data["index"])
        steps.laps = [_lap(lap) for lap in data["laps"]]
        steps.meter = Meter.from_dict(data["meter"])
        steps.adjustments.restore(data["adjusted"])
        if underway is not None:
            steps.set_out(plan.steps[steps.index]).restore(underway)
        if elapsed_s is not None:
            finite(elapsed_s, "elapsed_s", 0, _LARGEST)
        effects = session.come_back(now, elapsed_s)
    except (KeyError, TypeError, AttributeError, IndexError, OverflowError) as error:
        msg = f"not a stored session: {error!r}"
        raise ValueError(msg) from error
    return session, effects
