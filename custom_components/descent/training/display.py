"""What a screen shows of a session beyond its states: finer, and worked out whenever it is asked.

Nothing here decides anything, and nothing is kept.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from .engine import Engine
from .events import Reason


class Confirmation(StrEnum):
    """Whether belt and deck do what they were told (rule R6)."""

    PENDING = "pending"  # on their way, as far as is known
    CONFIRMED = "confirmed"
    REJECTED = "rejected"
    UNKNOWN = "unknown"


_FAILED = {Reason.REJECTED: Confirmation.REJECTED, Reason.NOT_CONFIRMED: Confirmation.UNKNOWN}


@dataclass(frozen=True, slots=True, kw_only=True)
class Display:
    """One moment of a session, as far as only screens care. Seconds are the session's."""

    plan_s: float | None = None  # of the plan's nominal time that are done; None without a session
    step_left_m: float | None = None  # metres at target to go in a step by distance
    arming_left_s: float | None = None  # until nobody is expected to start the belt any more
    belt_starts_in_s: float | None = None  # where Home Assistant starts it after its countdown
    confirmation: Confirmation | None = None  # None when nothing was asked of them


def display(engine: Engine, now: float) -> Display:
    """Say what a screen shows at ``now`` of the treadmill's clock."""
    session = engine.session
    if session is None:
        return Display(confirmation=_confirmation(engine))
    arming, underway = session.arming, session.course.underway
    left_m = None
    if underway is not None and underway.step.distance_m is not None:
        left_m = max(0.0, underway.length - underway.position(now))
    starts_at = None if arming is None else arming.starts_at
    return Display(
        plan_s=plan_s(engine),
        step_left_m=left_m,
        arming_left_s=None if arming is None else max(0.0, arming.expires_at - now),
        belt_starts_in_s=None if starts_at is None else max(0.0, starts_at - now),
        confirmation=_confirmation(engine),
    )


def plan_s(engine: Engine) -> float | None:
    """Return how many seconds of the plan's nominal time are done; None without a session."""
    progress, plan = engine.progress, engine.plan
    return None if progress is None or plan is None else progress * plan.duration_s


def _confirmation(engine: Engine) -> Confirmation | None:
    """Say whether belt and deck do what they were told; None when nothing is asked of them."""
    confirmed = engine.gate.confirmed
    if confirmed is not None:
        return Confirmation.CONFIRMED if confirmed else Confirmation.PENDING
    return None if engine.reason is None else _FAILED.get(engine.reason)
