"""What belt and deck will add to a plan: predicted seconds, and metres down outside the target.

A prediction for the display, made from the machine's rates; what really happened is measured. It
follows rule R8 (slow before steepen, settle before speeding up) and the walk-back timing: after a
recovery the deck is in place when the rep begins, after anything else it still has to go there.
"""

from __future__ import annotations

from ..actuators import belt_time_s, deck_lead_s, deck_time_s
from ..model import Phase, Rates, Step, slope_sine, total
from ..rules import (
    DECK_MOVES_KMH,
    DESCENDING_PCT,
    HEADWAY_S,
    LEAVE_DESCENT_KMH,
    SETTLE_S,
    SMALL_PCT,
)

_SLICES = 20  # of a ramp whose metres are added up


def predict(
    step: Step, before: Step | None, after: Step | None, rates: Rates, walk_kmh: float
) -> tuple[float, float]:
    """Return seconds that a descent's ramps add to the plan, and metres down in them.

    A timed descent is timed from "go", so only its approach adds time; one by distance also has the
    belt's way to its target before the first metre counts. The way out of a descent is part of the
    recovery's time and adds metres only.
    """
    start_kmh, approach_s, approach_m = _approach(step, before, rates, walk_kmh)
    belt_s = belt_time_s(rates, step.speed_kmh - start_kmh)
    belt_m = _down(belt_s, start_kmh, step.speed_kmh, step.incline_pct, step.incline_pct)
    if step.distance_m is None:
        belt_s = belt_m = 0.0
    return approach_s + belt_s, total((approach_m, belt_m, _leaving(step, after, rates)))


def _approach(
    step: Step, before: Step | None, rates: Rates, walk_kmh: float
) -> tuple[float, float, float]:
    """Return the belt speed when the deck is there, and seconds and metres down until then."""
    target = step.incline_pct
    if before is None or before.phase.off_belt:
        seconds = belt_time_s(rates, walk_kmh) + deck_time_s(rates, target)
        return walk_kmh, seconds, _tilting(rates, walk_kmh, 0.0, target, SETTLE_S)
    start, speed = before.incline_pct, before.speed_kmh
    if before.phase is Phase.RECOVERY:
        late = max(0.0, deck_lead_s(rates, target - start) - before.nominal_s)
        return speed, late, _tilting(rates, speed, start, target, SETTLE_S + HEADWAY_S)
    if abs(target - start) <= SMALL_PCT:
        return speed, 0.0, 0.0
    slow = min(speed, DECK_MOVES_KMH)
    slowing = belt_time_s(rates, slow - speed)
    metres = _down(slowing, speed, slow, start, start)
    metres += _tilting(rates, slow, start, target, SETTLE_S)
    return slow, slowing + deck_time_s(rates, target - start), metres


def _leaving(step: Step, after: Step | None, rates: Rates) -> float:
    """Metres down from the end of a descent until the deck is flat; none into the next one."""
    if after is not None and after.phase is Phase.DESCENT:
        return 0.0
    start = step.incline_pct
    level = 0.0 if after is None else after.incline_pct
    slow = min(step.speed_kmh, LEAVE_DESCENT_KMH)
    slowing = belt_time_s(rates, slow - step.speed_kmh)
    metres = _down(slowing, step.speed_kmh, slow, start, start)
    return metres + _tilting(rates, slow, start, level, 0.0)


def _tilting(rates: Rates, speed: float, from_pct: float, to_pct: float, still_s: float) -> float:
    """Metres down at one speed while the deck moves and then stands for ``still_s``."""
    seconds = abs(to_pct - from_pct) / rates.deck_pct_s
    standing = still_s if seconds else 0.0
    moving = _down(seconds, speed, speed, from_pct, to_pct)
    return moving + _down(standing, speed, speed, to_pct, to_pct)


def _down(seconds: float, from_kmh: float, to_kmh: float, from_pct: float, to_pct: float) -> float:
    """Integrate metres down while speed and slope change evenly, where the slope counts as down."""
    metres = 0.0
    for i in range(_SLICES):
        share = (i + 0.5) / _SLICES
        incline = from_pct + share * (to_pct - from_pct)
        if incline < DESCENDING_PCT:
            speed = from_kmh + share * (to_kmh - from_kmh)
            metres -= speed / 3.6 * seconds / _SLICES * slope_sine(incline)
    return metres
