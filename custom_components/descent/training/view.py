"""Everything anybody may know of one treadmill and its session, as one frozen value.

``Engine.view(now)`` makes it. Snapshot, journal, dashboard, voice and language models read this and
nothing behind it. Nothing here decides anything, and nothing is rounded: that is for who shows it.
"""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from .events import Aim, Reason, State, Summary
from .gate import Limits, Permissions
from .model import DeclineCheck, Level, Machine, Plan, Range, Rates, Step, Telemetry


class Confirmation(StrEnum):
    """Whether belt and deck do what they were told (rule R6)."""

    PENDING = "pending"  # on their way, as far as is known
    CONFIRMED = "confirmed"
    REJECTED = "rejected"
    UNKNOWN = "unknown"


class View(NamedTuple):
    """One moment. Seconds are those of the clock the engine is asked with.

    Measured and wished values are never merged. A tuple, because one is made of every measurement,
    and a tuple is made in half the time; go by the names.
    """

    at: float  # the moment
    # measured
    telemetry: Telemetry | None  # the newest measurement, however old it is
    fresh: bool  # whether it is young enough to act on (rule R5)
    # Whether the belt moves, as far as is believed: a single zero of a running belt is not (rule
    # R5). None before the first measurement.
    belt_moving: bool | None
    distance_m: float  # metres of the belt in this session; before any, since the engine exists
    descent_m: float  # metres down, likewise
    # wished
    target: Aim  # what belt and deck are to do
    confirmation: Confirmation | None  # None when nothing was asked of them
    stopping: bool  # a Stop was asked for, and no measurement shows that the belt stands (rule R4)
    # known of the machine, and allowed on it
    limits: Limits  # of the session, or the runner's without one
    rates: Rates  # what was learned about belt and deck
    decline: DeclineCheck
    # the session under way, or the last one
    state: State
    reason: Reason | None
    plan: Plan | None
    step: Step | None  # under way
    next_step: Step | None
    elapsed_s: float  # since the belt first moved for it; its whole length once it is over
    step_left_s: float | None  # predicted
    step_left_m: float | None  # metres to go in a step by distance
    session_left_s: float | None  # predicted, with the ramps of the steps to come
    progress: float | None  # share of the plan's nominal time that is done, 0 to 1
    arming_left_s: float | None  # until nobody is expected to start the belt any more
    belt_starts_in_s: float | None  # where Home Assistant starts it after its countdown
    summary: Summary | None  # of a session that is over

    @property
    def plan_s(self) -> float | None:
        """Seconds of the plan's nominal time that are done; None without a session."""
        if self.progress is None or self.plan is None:
            return None
        return self.progress * self.plan.duration_s

    @property
    def machine(self) -> Machine:
        """The machine as sessions can be planned for it; its rates are seeds."""
        return self.limits.machine

    @property
    def permissions(self) -> Permissions:
        """What the user allows."""
        return self.limits.permissions

    @property
    def level(self) -> Level:
        """Whose caps hold."""
        return self.limits.level

    @property
    def starts_belt(self) -> bool:
        """Whether Home Assistant starts the belt after a countdown (rule R2)."""
        return self.limits.starts_belt

    @property
    def speed_range(self) -> Range:
        """Speeds that machine, user, runner and level allow at the present slope (rule R10)."""
        incline = self.target.incline_pct
        if incline is None:
            incline = self.limits.slope_of(self.telemetry) if self.telemetry is not None else 0.0
        return self.speed_range_at(incline)

    def speed_range_at(self, incline_pct: float) -> Range:
        """Speeds they allow at another slope."""
        return self.limits.speed_range(incline_pct)

    @property
    def incline_range(self) -> Range:
        """Slopes the machine has and the level is not locked out of."""
        return self.limits.incline_range()

    @property
    def decline_range(self) -> Range:
        """The downhill part of the slopes, seen from above."""
        inclines = self.incline_range
        return Range(minimum=0, maximum=max(0.0, -inclines.minimum), step=inclines.step)
