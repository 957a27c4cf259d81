"""What is true right now, as one immutable value: entities, card and voice read nothing else.

A snapshot is the engine's view with contact and wall clock added, rounded to what can be seen.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple

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
from .training.events import Cue, Reason, State, Summary
from .training.model import DeclineCheck, Phase, Plan, Step, Telemetry
from .training.view import View
from .treadmills.base import Contact

CONTACTS = tuple(contact.value for contact in Contact)
_TICKING = frozenset({State.RUNNING, State.WAITING})


class Snapshot(NamedTuple):
    """One moment of a treadmill and its session. Measured and wished values are never merged.

    A tuple, because one is made of every measurement, and a tuple is made in half the time, and
    with other values in a tenth; go by the names.
    """

    contact: Contact = Contact.CONNECTING  # with the machine; says why, if there is none
    # measured; None as long as there is no fresh measurement
    speed_kmh: float | None = None
    incline_pct: float | None = None
    heart_rate_bpm: int | None = None
    energy_kcal: int | None = None
    safety_key_out: bool | None = None
    belt_moving: bool | None = None  # as far as is believed: a single zero is not (rule R5)
    distance_m: float = 0.0  # of this session (or since connecting, without one)
    descent_m: float = 0.0
    # wished, through the gate; None when nobody wishes anything
    target_speed_kmh: float | None = None
    target_incline_pct: float | None = None
    stopping: bool = False  # a Stop was asked for, and no measurement shows that the belt stands
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
    def phase(self) -> Phase | None:
        """Phase of the current step."""
        return None if self.step is None else self.step.phase

    def suspended(self, reason: Reason) -> Snapshot:
        """Return the same moment with automation off."""
        return self._replace(
            state=State.SUSPENDED, reason=reason, step_ends=None, session_ends=None
        )


def take(view: View, *, contact: Contact, cue: Cue | None = None, scale: float = 1.0) -> Snapshot:
    """Say what is true at the moment of ``view``, of a clock ``scale`` times as fast as the wall's.

    What was measured is unknown without contact, and once it is too old to act on (rule R5).
    """
    sample = view.telemetry if view.fresh and contact is Contact.CONNECTED else None
    wall = dt_util.utcnow()
    ticking = view.state in _TICKING
    return Snapshot(
        contact=contact,
        speed_kmh=None if sample is None else round(sample.speed_kmh, 1),
        incline_pct=_tenths(None if sample is None else sample.incline_pct),
        heart_rate_bpm=None if sample is None else sample.heart_rate_bpm,
        energy_kcal=None if sample is None else sample.energy_kcal,
        safety_key_out=None if sample is None else sample.safety_key_out,
        belt_moving=None if sample is None else view.belt_moving,
        distance_m=round(view.distance_m),
        descent_m=round(view.descent_m, 1),
        target_speed_kmh=view.target.speed_kmh,
        target_incline_pct=view.target.incline_pct,
        stopping=view.stopping,
        decline=view.decline,
        state=view.state,
        reason=view.reason,
        plan=view.plan,
        step=view.step,
        next_step=view.next_step,
        step_ends=_wall(wall, view.step_left_s, scale) if ticking else None,
        session_ends=_wall(wall, view.session_left_s, scale) if ticking else None,
        elapsed_s=view.elapsed_s,
        progress=None if view.progress is None else round(view.progress, 2),
        cue=cue,
        summary=view.summary,
    )


def unmoved_ends(new: Snapshot, old: Snapshot) -> set[str]:
    """Name the ends of step and session that did not really move: they are no news."""
    names = set()
    if new.step is old.step and _is_near(new.step_ends, old.step_ends):
        names.add("step_ends")
    if _is_near(new.session_ends, old.session_ends):
        names.add("session_ends")
    return names


def unmoved(new: Snapshot, old: Snapshot, sample: Telemetry, before: Telemetry | None) -> set[str]:
    """Name what did not move by a step, so that history gets few rows; ends likewise.

    While belt or deck move the steps are coarse; once they are still, the exact value follows.
    Whether the belt moves at all is never kept back. ``sample`` is the newest measurement,
    ``before`` the one before it.
    """
    names = unmoved_ends(new, old)
    if _is_less(new.heart_rate_bpm, old.heart_rate_bpm, HEART_RATE_STEP_BPM):
        names.add("heart_rate_bpm")
    if _is_less(new.distance_m, old.distance_m, DISTANCE_STEP_M):
        names.add("distance_m")
    if _is_less(new.descent_m, old.descent_m, DESCENT_STEP_M):
        names.add("descent_m")
    if before is None or before.at >= sample.at:
        return names
    gap = sample.at - before.at
    if new.speed_kmh != old.speed_kmh and new.belt_moving is old.belt_moving:
        moves = abs(sample.speed_kmh - before.speed_kmh) / gap > STILL_PER_S
        if moves and _is_less(new.speed_kmh, old.speed_kmh, SPEED_STEP_KMH):
            names.add("speed_kmh")
    here, was = sample.incline_pct, before.incline_pct
    if new.incline_pct != old.incline_pct and here is not None and was is not None:
        moves = abs(here - was) / gap > STILL_PER_S
        if moves and _is_less(new.incline_pct, old.incline_pct, INCLINE_STEP_PCT):
            names.add("incline_pct")
    return names


def _tenths(value: float | None) -> float | None:
    return None if value is None else round(value, 1) + 0.0  # never -0.0


def _is_less(value: float | None, known: float | None, step: float) -> bool:
    """Whether a value has moved by less than a step; it is news if one was not known."""
    return value is not None and known is not None and abs(value - known) < step


def _is_near(new: datetime | None, old: datetime | None) -> bool:
    return new is not None and old is not None and abs((new - old).total_seconds()) <= TIMESTAMP_S


def _wall(wall: datetime, remaining_s: float | None, scale: float) -> datetime | None:
    if remaining_s is None:
        return None
    return wall + timedelta(seconds=max(0.0, remaining_s) / scale)
