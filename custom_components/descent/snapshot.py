"""What is true right now, as one immutable value: entities, card and voice read nothing else."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from homeassistant.util import dt as dt_util

from .const import (
    DESCENT_STEP_M,
    DISTANCE_STEP_M,
    HEART_RATE_STEP_BPM,
    INCLINE_STEP_PCT,
    SPEED_STEP_KMH,
    STILL_PER_S,
    TIMESTAMP_S,
)
from .training.engine import Engine
from .training.events import Cue, Lap, Reason, State, Summary
from .training.model import DeclineCheck, Phase, Plan, Step, Telemetry, total
from .treadmills.base import Contact

CONTACTS = tuple(contact.value for contact in Contact)
_TICKING = frozenset({State.RUNNING, State.WAITING})
_MOVING_KMH = 0.3  # rule R2: a faster belt moves


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """One moment of a treadmill and its session. Measured and wished values are never merged."""

    contact: Contact = Contact.CONNECTING  # with the machine; says why, if there is none
    # measured; None as long as there is no fresh measurement
    speed_kmh: float | None = None
    incline_pct: float | None = None
    heart_rate_bpm: int | None = None
    energy_kcal: int | None = None
    safety_key_out: bool | None = None
    distance_m: float = 0.0  # of this session (or since connecting, without one)
    descent_m: float = 0.0
    # wished, through the gate; None when nobody wishes anything
    target_speed_kmh: float | None = None
    target_incline_pct: float | None = None
    decline: DeclineCheck = DeclineCheck.CONFIRMED  # what is known of the deck below level
    # session
    state: State = State.IDLE
    reason: Reason | None = None
    plan: Plan | None = None
    step: Step | None = None
    next_step: Step | None = None
    step_ends: datetime | None = None  # wall clock; None while nothing runs down
    session_ends: datetime | None = None
    elapsed_s: float = 0.0  # session seconds since the belt first moved
    progress: float | None = None  # 0..1 of the plan's nominal time
    cue: Cue | None = None  # the newest one
    summary: Summary | None = None  # of the last finished session

    @property
    def connected(self) -> bool:
        """Whether there is contact with the machine."""
        return self.contact is Contact.CONNECTED

    @property
    def belt_moving(self) -> bool | None:
        """Whether the belt is measured to move; None while nobody knows."""
        return None if self.speed_kmh is None else self.speed_kmh > _MOVING_KMH

    @property
    def phase(self) -> Phase | None:
        """Phase of the current step."""
        return None if self.step is None else self.step.phase

    def suspended(self, reason: Reason) -> Snapshot:
        """Return the same moment with automation off."""
        return replace(
            self, state=State.SUSPENDED, reason=reason, step_ends=None, session_ends=None
        )


def take(
    engine: Engine,
    now: float,
    *,
    contact: Contact,
    cue: Cue | None = None,
    scale: float = 1.0,
) -> Snapshot:
    """Say what is true at ``now`` of a clock that is ``scale`` times as fast as the wall's."""
    connected = contact is Contact.CONNECTED
    sample = engine.telemetry if connected and engine.fresh(now) else None
    target = engine.target
    wall = dt_util.utcnow()
    ticking = engine.state in _TICKING
    return Snapshot(
        contact=contact,
        speed_kmh=None if sample is None else round(sample.speed_kmh, 1),
        incline_pct=None if sample is None else round(sample.incline_pct, 1) + 0.0,
        heart_rate_bpm=None if sample is None else sample.heart_rate_bpm,
        energy_kcal=None if sample is None else sample.energy_kcal,
        safety_key_out=None if sample is None else sample.safety_key_out,
        distance_m=round(engine.distance_m),
        descent_m=round(engine.descent_m, 1),
        target_speed_kmh=target.speed_kmh,
        target_incline_pct=target.incline_pct,
        decline=engine.decline,
        state=engine.state,
        reason=engine.reason,
        plan=engine.plan,
        step=engine.step,
        next_step=engine.next_step,
        step_ends=_wall(wall, engine.step_remaining_s(now), scale) if ticking else None,
        session_ends=_wall(wall, engine.session_remaining_s(now), scale) if ticking else None,
        elapsed_s=engine.elapsed_s(now),
        progress=None if engine.progress is None else round(engine.progress, 2),
        cue=cue,
        summary=engine.summary,
    )


def steady(new: Snapshot, old: Snapshot) -> Snapshot:
    """Keep the old ends of step and session unless they really moved: no row a second."""
    return replace(
        new,
        step_ends=_steady_time(new.step_ends, old.step_ends if new.step is old.step else None),
        session_ends=_steady_time(new.session_ends, old.session_ends),
    )


def thin(new: Snapshot, old: Snapshot, sample: Telemetry, before: Telemetry | None) -> Snapshot:
    """Keep old measured values that did not move by a step, so that history gets few rows.

    While belt or deck move the steps are coarse; once they are still, the exact value follows.
    Whether the belt moves at all is never kept back. ``sample`` is the newest measurement,
    ``before`` the one before it.
    """
    gap = 0.0 if before is None else sample.at - before.at
    belt_rate = deck_rate = 0.0
    if before is not None and gap > 0:
        belt_rate = abs(sample.speed_kmh - before.speed_kmh) / gap
        deck_rate = abs(sample.incline_pct - before.incline_pct) / gap
    speed, incline = new.speed_kmh, new.incline_pct
    if belt_rate > STILL_PER_S and new.belt_moving is old.belt_moving:
        speed = _kept_if_known(speed, old.speed_kmh, SPEED_STEP_KMH)
    if deck_rate > STILL_PER_S:
        incline = _kept_if_known(incline, old.incline_pct, INCLINE_STEP_PCT)
    heart_rate = _kept_if_known(new.heart_rate_bpm, old.heart_rate_bpm, HEART_RATE_STEP_BPM)
    return replace(
        new,
        speed_kmh=speed,
        incline_pct=incline,
        heart_rate_bpm=None if heart_rate is None else int(heart_rate),
        distance_m=_kept(new.distance_m, old.distance_m, DISTANCE_STEP_M),
        descent_m=_kept(new.descent_m, old.descent_m, DESCENT_STEP_M),
    )


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


def _kept(new: float, old: float, step: float) -> float:
    return new if abs(new - old) >= step else old


def _kept_if_known(new: float | None, old: float | None, step: float) -> float | None:
    return new if new is None or old is None else _kept(new, old, step)


def _wall(wall: datetime, remaining_s: float | None, scale: float) -> datetime | None:
    if remaining_s is None:
        return None
    return wall + timedelta(seconds=max(0.0, remaining_s) / scale)


def _steady_time(new: datetime | None, old: datetime | None) -> datetime | None:
    if new is None or old is None or abs((new - old).total_seconds()) > TIMESTAMP_S:
        return new
    return old


def _iso(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()
