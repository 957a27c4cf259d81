"""Plans, laps, summaries and snapshots as JSON-able data, units in the names.

For the card, the actions' answers, the language models and the diagnostics.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from .snapshot import Snapshot
from .training.events import Lap, Summary
from .training.model import Plan, Step, total


def plan_as_dict(plan: Plan) -> dict[str, Any]:
    """Return a plan as JSON-able data, units in the names.

    What belt and deck are predicted to add on their way is apart, as ``ramps_s`` and
    ``ramps_descent_m``: the session asks for neither.
    """
    return {
        "session": plan.session,
        "name": plan.name,
        "runner": plan.runner,
        "level": plan.level.value,
        "parameters": dict(plan.parameters),
        "duration_s": round(plan.duration_s, 1),
        "ramps_s": round(total(step.lead_s for step in plan.steps), 1),
        "descent_m": round(plan.descent_m, 1),
        "ramps_descent_m": round(total(step.ramp_descent_m for step in plan.steps), 1),
        "prescribed_descent_m": round(plan.prescribed_descent_m, 1),
        "fidelity_descent": plan.fidelity_descent,
        "fidelity_grade": plan.fidelity_grade,
        "reps": plan.reps,
        "added_reps": plan.added_reps,
        "notes": list(plan.notes),
        "steps": [step_as_dict(step) for step in plan.steps],
    }


def step_as_dict(step: Step) -> dict[str, Any]:
    """Return a step as JSON-able data, units in the names."""
    return {
        "index": step.index,
        "phase": step.phase.value,
        "speed_kmh": step.speed_kmh,
        "incline_pct": step.incline_pct,
        "prescribed_incline_pct": step.prescribed_incline_pct,
        "duration_s": step.duration_s,
        "distance_m": step.distance_m,
        "nominal_s": round(step.nominal_s, 1),
        "ramp_from_kmh": step.ramp_from_kmh,
        "ramp_to_kmh": step.ramp_to_kmh,
        "ramp_s": step.ramp_s,
        "lead_s": round(step.lead_s, 1),
        "ramp_descent_m": round(step.ramp_descent_m, 1),
        "rep": step.rep,
        "reps": step.reps,
        "items": list(step.items),
    }


def summary_as_dict(summary: Summary) -> dict[str, Any]:
    """Return what a session amounted to as JSON-able data, its laps apart (``lap_as_dict``)."""
    return {
        "session": summary.session,
        "result": summary.result.value,
        "duration_s": round(summary.duration_s, 3),
        "distance_m": round(summary.distance_m, 2),
        "descent_m": round(summary.descent_m, 3),
        "descent_at_target_m": round(summary.descent_at_target_m, 3),
        "prescribed_descent_m": round(summary.prescribed_descent_m, 3),
        "fidelity_descent": _share(summary.fidelity_descent),
        "fidelity_grade": _share(summary.fidelity_grade),
        "reps_completed": summary.reps_completed,
        "reps_planned": summary.reps_planned,
    }


def lap_as_dict(lap: Lap) -> dict[str, Any]:
    """Return what was done in a step as JSON-able data; which step it was is not in it."""
    return {
        "duration_s": round(lap.duration_s, 3),
        "approach_s": round(lap.approach_s, 3),
        "distance_m": round(lap.distance_m, 2),
        "at_target_m": round(lap.at_target_m, 2),
        "descent_m": round(lap.descent_m, 3),
        "descent_at_target_m": round(lap.descent_at_target_m, 3),
        "max_speed_kmh": round(lap.max_speed_kmh, 2),
        "mean_incline_pct": round(lap.mean_incline_pct, 2),
        "to_target_s": None if lap.to_target_s is None else round(lap.to_target_s, 2),
        "skipped": lap.skipped,
        "capped": lap.capped,
    }


def snapshot_as_dict(snapshot: Snapshot) -> dict[str, Any]:
    """Return a snapshot as JSON-able data, units in the names, the plan in full."""
    plan = None if snapshot.plan is None else plan_as_dict(snapshot.plan)
    return moment_as_dict(snapshot) | {"plan": plan}


def moment_as_dict(snapshot: Snapshot) -> dict[str, Any]:
    """Return what of a snapshot changes with the time: all but plan and summary."""
    step, following = snapshot.step, snapshot.next_step
    return {
        "connected": snapshot.connected,
        "contact": snapshot.contact.value,
        "speed_kmh": snapshot.speed_kmh,
        "incline_pct": snapshot.incline_pct,
        "heart_rate_bpm": snapshot.heart_rate_bpm,
        "energy_kcal": snapshot.energy_kcal,
        "safety_key_out": snapshot.safety_key_out,
        "belt_moving": snapshot.belt_moving,
        "distance_m": snapshot.distance_m,
        "descent_m": snapshot.descent_m,
        "target_speed_kmh": snapshot.target_speed_kmh,
        "target_incline_pct": snapshot.target_incline_pct,
        "stopping": snapshot.stopping,
        "decline": snapshot.decline.value,
        "state": snapshot.state.value,
        "reason": None if snapshot.reason is None else snapshot.reason.value,
        "phase": None if snapshot.phase is None else snapshot.phase.value,
        "step": None if step is None else step_as_dict(step),
        "next_step": None if following is None else step_as_dict(following),
        "step_ends": _iso(snapshot.step_ends),
        "session_ends": _iso(snapshot.session_ends),
        "elapsed_s": round(snapshot.elapsed_s, 3),
        "progress": snapshot.progress,
    }


def _share(value: float | None) -> float | None:
    return None if value is None else round(value, 4)


def _iso(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()
