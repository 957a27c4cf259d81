"""How fast belt and deck may be where: what a gate refuses, caps and slows down for (R8, R10)."""

from __future__ import annotations

from collections import deque
import math

from ..events import Aim, Refused
from ..model import Level, Machine
from ..pace import level_cap_kmh
from ..rules import (
    COUNTS_AS_ONE_S,
    DECK_MOVES_KMH,
    DECK_THERE_PCT,
    IN_DESCENT_PCT,
    LEAVE_DESCENT_KMH,
    NEAR,
    SMALL_PCT,
    WALKING_KMH,
    Permissions,
)


def check(aim: Aim, machine: Machine, level: Level) -> None:
    """Raise ``Refused`` for a wish that no gate could permit (rule R10)."""
    speed, incline = aim.speed_kmh, aim.incline_pct
    if incline is not None and not machine.incline.holds(incline):
        limits = machine.incline
        raise Refused("incline_out_of_range", minimum=limits.minimum, maximum=limits.maximum)
    if incline is not None and level_cap_kmh(level, incline) is None:
        raise Refused("incline_locked", incline=f"{incline:g}", level=level)
    if speed is not None and not 0 <= speed <= machine.speed.maximum:
        raise Refused("speed_out_of_range", maximum=machine.speed.maximum)


def settable(aim: Aim, machine: Machine) -> None:
    """Raise ``Refused`` for somebody's wish that only the console can carry out."""
    if aim.speed_kmh and not machine.sets_speed:
        raise Refused("speed_not_settable")
    if aim.incline_pct is not None and not machine.sets_incline:
        raise Refused("incline_not_settable")


def belt_cap_kmh(
    incline_pct: float,
    wished_pct: float | None,
    *,
    machine: Machine,
    permissions: Permissions,
    level: Level,
) -> float:
    """Return the highest speed for the steeper of present and wished slope (rule R10)."""
    if wished_pct is not None:
        # A reading a tenth steeper than asked is not another slope.
        there = abs(incline_pct - wished_pct) <= DECK_THERE_PCT
        incline_pct = wished_pct if there else min(incline_pct, wished_pct)
    cap = level_cap_kmh(level, incline_pct)
    top = min(machine.speed.maximum, WALKING_KMH if cap is None else cap)
    return top if permissions.max_speed_kmh is None else min(top, permissions.max_speed_kmh)


class DeckMoves:
    """The latest moves of the deck: several small ones count as one (rule R8)."""

    def __init__(self) -> None:
        """Start with none."""
        self._moves: deque[tuple[float, float]] = deque(maxlen=32)

    def note(self, swing_pct: float, now: float) -> None:
        """Remember a move."""
        self._moves.append((now, swing_pct))

    def recent(self, now: float) -> float:
        """How far the deck was moved within the time that counts as one."""
        return sum(size for at, size in self._moves if at > now - COUNTS_AS_ONE_S)

    def top_kmh(
        self, incline_pct: float, goal_pct: float, swing_pct: float, level: Level, now: float
    ) -> float:
        """Return the speed at or below which the deck may swing to ``goal_pct`` now."""
        limit = math.inf
        if swing_pct + self.recent(now) > SMALL_PCT + NEAR:
            limit = DECK_MOVES_KMH
        if incline_pct < IN_DESCENT_PCT <= goal_pct:
            limit = LEAVE_DESCENT_KMH
        if goal_pct < incline_pct and (cap := level_cap_kmh(level, goal_pct)) is not None:
            limit = min(limit, cap)  # no faster down a slope than is allowed once it is there
        return limit
