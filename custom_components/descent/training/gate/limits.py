"""How far belt and deck may go, and who may move them (rules R1, R2, R7, R8, R10).

One frozen value: whatever of it changes, the gate is given another one. It answers what depends on
nothing else: what is refused, how fast the belt may be where, what a slider may offer.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
import math

from ..events import Aim, Refused
from ..model import Level, Machine, Range, Telemetry
from ..pace import level_cap_kmh
from ..rules import (
    DECK_MOVES_KMH,
    DECK_THERE_PCT,
    END_KMH,
    IN_DESCENT_PCT,
    INCREASE_CAREFUL_KMH,
    INCREASE_KMH,
    LEAVE_DESCENT_KMH,
    NEAR,
    SMALL_PCT,
    WALKING_KMH,
    Permissions,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What machine, runner and user leave to the gate."""

    machine: Machine  # what it can be set to
    level: Level  # whose caps hold
    permissions: Permissions  # and the absolute maximum: the treadmill's or the runner's, the lower
    by_hand: bool = False  # nobody but the runner starts the belt, whatever is permitted

    def on(self, machine: Machine) -> Limits:
        """Return the same of another machine."""
        return self if machine is self.machine else replace(self, machine=machine)

    # ---- who moves what

    @property
    def control(self) -> bool:
        """Whether speed and slope may be changed from here at all (rule R1)."""
        return self.permissions.control

    @property
    def starts_belt(self) -> bool:
        """Whether the belt may be started from here, after a countdown (rule R2)."""
        allowed = self.control and self.permissions.start_belt and self.machine.can_start
        return allowed and not self.by_hand

    @property
    def stops_belt(self) -> bool:
        """Whether the belt is stopped from here, and not by the runner."""
        return self.control and self.machine.can_stop

    @property
    def moves_deck(self) -> bool:
        """Whether the deck is moved from here, and not by the runner."""
        return self.control and self.machine.sets_incline

    # ---- what is refused

    def check(self, aim: Aim) -> None:
        """Raise ``Refused`` for a wish that no gate could permit (rule R10)."""
        speed, incline = aim.speed_kmh, aim.incline_pct
        top_kmh, slopes = self.machine.speed.maximum, self.machine.incline
        if incline is not None and not slopes.holds(incline):
            raise Refused("incline_out_of_range", minimum=slopes.minimum, maximum=slopes.maximum)
        if incline is not None and level_cap_kmh(self.level, incline) is None:
            raise Refused("incline_locked", incline=f"{incline:g}", level=self.level)
        if speed is not None and not 0 <= speed <= top_kmh:
            raise Refused("speed_out_of_range", maximum=top_kmh)

    def check_settable(self, aim: Aim) -> None:
        """Raise ``Refused`` for somebody's wish that only the console can carry out."""
        if aim.speed_kmh and not self.machine.sets_speed:
            raise Refused("speed_not_settable")
        if aim.incline_pct is not None and not self.machine.sets_incline:
            raise Refused("incline_not_settable")

    # ---- how fast

    def slope_of(self, sample: Telemetry) -> float:
        """Return the slope to reckon with: the measured one, or the steepest the deck may have."""
        incline = sample.incline_pct
        return self.machine.incline.minimum if incline is None else incline

    @property
    def increase_kmh(self) -> float:
        """The largest step up of the belt (rule R7)."""
        careful = self.level in (Level.NOVICE, Level.BEGINNER)
        return INCREASE_CAREFUL_KMH if careful else INCREASE_KMH

    @property
    def end_kmh(self) -> float:
        """The speed from which the belt may be stopped: slow, or as slow as the machine goes."""
        return max(END_KMH, self.machine.speed.minimum)

    def belt_cap_kmh(self, incline_pct: float, wished_pct: float | None) -> float:
        """Return the highest speed for the steeper of present and wished slope (rule R10)."""
        if wished_pct is not None:
            # A reading a tenth steeper than asked is not another slope.
            there = abs(incline_pct - wished_pct) <= DECK_THERE_PCT
            incline_pct = wished_pct if there else min(incline_pct, wished_pct)
        cap = level_cap_kmh(self.level, incline_pct)
        return self._top_kmh(WALKING_KMH if cap is None else cap)

    def deck_top_kmh(self, incline_pct: float, goal_pct: float, moved_pct: float) -> float:
        """Return the speed at or below which the deck may go from one slope to another (rule R8).

        ``moved_pct`` is how far that is, with what counts as one move with it.
        """
        limit = math.inf
        if moved_pct > SMALL_PCT + NEAR:
            limit = DECK_MOVES_KMH
        if incline_pct < IN_DESCENT_PCT <= goal_pct:
            limit = LEAVE_DESCENT_KMH
        if goal_pct < incline_pct and (cap := level_cap_kmh(self.level, goal_pct)) is not None:
            limit = min(limit, cap)  # no faster down a slope than is allowed once it is there
        return limit

    # ---- what can be offered

    def speed_range(self, incline_pct: float) -> Range:
        """Return the speeds that machine, user, runner and level allow at a slope (rule R10)."""
        limits = self.machine.speed
        highest = limits.floor(self._top_kmh(level_cap_kmh(self.level, incline_pct)))
        return Range(minimum=limits.minimum, maximum=highest, step=limits.step)

    def incline_range(self) -> Range:
        """Return the slopes that the machine has and the level is not locked out of."""
        limits = self.machine.incline
        lowest = limits.minimum
        while lowest < 0 and level_cap_kmh(self.level, lowest) is None:
            lowest = min(0.0, lowest + limits.step)
        return Range(minimum=lowest, maximum=limits.maximum, step=limits.step)

    def _top_kmh(self, cap_kmh: float | None) -> float:
        """Return the lowest of the machine's, the user's and the level's maximum, as known."""
        top_kmh, own_kmh = self.machine.speed.maximum, self.permissions.max_speed_kmh
        if own_kmh is not None and own_kmh < top_kmh:
            top_kmh = own_kmh
        return top_kmh if cap_kmh is None or cap_kmh >= top_kmh else cap_kmh
