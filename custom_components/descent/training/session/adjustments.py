"""What the runner has set instead of the plan, for the rest of the set (rule R11).

A set is a run of repetitions: it ends where a step belongs to none. A wish for a target holds for
every later step with the same planned target. A lower speed set at the console is a ceiling for
every later step of its phase.
"""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Any

from ..events import Aim
from ..model import HIGHEST_SPEED_KMH, STEEPEST_PCT, Machine, Phase, Step, finite

SLOWEST_M_S = 0.3  # slower than this no distance is planned: a quotient must stay finite


class Adjustments:
    """Wishes and ceilings of one set."""

    def __init__(self) -> None:
        """Leave everything as planned."""
        self._wishes: dict[tuple[Phase, float, float], Aim] = {}
        self._ceilings: dict[Phase, float] = {}

    def wish(self, planned: Step, wish: Aim) -> None:
        """Note a target for ``planned`` and those like it."""
        old = self._wishes.get(_like(planned), Aim())
        self._wishes[_like(planned)] = Aim(
            old.speed_kmh if wish.speed_kmh is None else wish.speed_kmh,
            old.incline_pct if wish.incline_pct is None else wish.incline_pct,
        )
        if wish.speed_kmh is not None:
            self._ceilings.pop(planned.phase, None)  # the newer word of the same runner

    def lower(self, phase: Phase, ceiling_kmh: float) -> None:
        """Note a speed that steps of a phase do not exceed any more."""
        self._ceilings[phase] = ceiling_kmh

    def target(self, planned: Step) -> Step:
        """Return a step of the plan as it is to be run."""
        if planned.rep == 0 or not (self._wishes or self._ceilings):
            return planned
        step = aimed(planned, self._wishes.get(_like(planned), Aim()))
        return aimed(step, Aim(min(step.speed_kmh, self._ceilings.get(step.phase, step.speed_kmh))))

    def clear(self) -> None:
        """The set is over."""
        self._wishes.clear()
        self._ceilings.clear()

    def to_dict(self) -> dict[str, Any]:
        """Return everything as JSON-able data."""
        return {
            "wishes": [[*like, asdict(wish)] for like, wish in self._wishes.items()],
            "ceilings": dict(self._ceilings),
        }

    def restore(self, data: dict[str, Any]) -> None:
        """Take stored data in. Raises ``ValueError``, ``KeyError`` or ``TypeError`` on rubbish."""
        for phase, speed, incline, stored in data["wishes"]:
            wish = Aim(**stored)
            if wish.speed_kmh is not None:
                finite(wish.speed_kmh, "speed_kmh", 0, HIGHEST_SPEED_KMH)
            if wish.incline_pct is not None:
                finite(wish.incline_pct, "incline_pct", -STEEPEST_PCT, STEEPEST_PCT)
            self._wishes[Phase(phase), float(speed), float(incline)] = wish
        for phase, ceiling in data["ceilings"].items():
            finite(ceiling, "ceiling", 0, HIGHEST_SPEED_KMH)
            self._ceilings[Phase(phase)] = ceiling


def aimed(step: Step, wish: Aim) -> Step:
    """Return a step with another target; the time of a step by distance follows its speed."""
    speed = step.speed_kmh if wish.speed_kmh is None else wish.speed_kmh
    incline = step.incline_pct if wish.incline_pct is None else wish.incline_pct
    if (speed, incline) == (step.speed_kmh, step.incline_pct):
        return step
    nominal = step.nominal_s
    if step.distance_m is not None and speed != step.speed_kmh:
        nominal = step.distance_m / max(SLOWEST_M_S, speed / 3.6)
    return replace(step, speed_kmh=speed, incline_pct=incline, nominal_s=nominal)


def within(step: Step, machine: Machine) -> Step:
    """Return a step no faster and no steeper than the machine: a stored plan may be older than it.

    What was prescribed stays in it, so that the summary tells what was lost.
    """
    top, incline = machine.speed.maximum, machine.incline
    possible = step.speed_kmh <= top and incline.holds(step.incline_pct)
    if possible or step.phase.off_belt:
        return step
    return aimed(step, Aim(min(step.speed_kmh, top), incline.clamp(step.incline_pct)))


def _like(step: Step) -> tuple[Phase, float, float]:
    """What steps must share for the runner's wish to mean all of them."""
    return step.phase, step.speed_kmh, step.incline_pct
