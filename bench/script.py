"""A rep of 120 m, started by a script and by Descent, on the physics of the same belt and deck.

The script does what one does who has a number for the speed and one for the incline: both are set
when the rep begins, and after the 30 seconds that 120 m take at 14.4 km/h. The same judge looks at
both, ten times a second, at the true belt and deck: metres near the target speed on a deck
near the target, and seconds of the rep above 8 km/h while the deck moves.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

from custom_components.descent.training.model import Phase, Plan, Step
from custom_components.descent.training.planner import plan
from custom_components.descent.training.script import builtin
from custom_components.descent.treadmills.physics import BeltAndDeck, Preset
from tests.training.ride import Ride

from .engine import REFERENCE, SESSION
from .options import Options
from .part import Say

_TICK_S = 0.1
_NEAR_SPEED = 0.95  # of the target's
_NEAR_PCT = 0.5
_FAST_KMH = 8.0  # rule R8: a deck is made steeper at this speed or slower
_MOVED_PCT = 0.01  # in a tick; the slowest deck moves three times as much
_SETTLE_S = 60.0  # until belt and deck are as the recovery leaves them


@dataclass(frozen=True, slots=True)
class _Moment:
    """What is true of belt and deck."""

    speed_kmh: float
    incline_pct: float
    in_rep: bool


@dataclass(slots=True)
class _Judge:
    """What a stretch of running was worth."""

    at_target_m: float = 0.0
    fast_s: float = 0.0  # above 8 km/h while the deck moves
    fast_after_s: float = 0.0  # likewise, once the rep is over

    def see(self, moments: Iterable[_Moment], target: Step) -> Self:
        """Look at moments that are a tick apart."""
        before: _Moment | None = None
        for now in moments:
            near = (
                now.speed_kmh >= _NEAR_SPEED * target.speed_kmh
                and abs(now.incline_pct - target.incline_pct) <= _NEAR_PCT
            )
            self.at_target_m += near * now.speed_kmh / 3.6 * _TICK_S
            moved = 0.0 if before is None else now.incline_pct - before.incline_pct
            fast = now.speed_kmh > _FAST_KMH
            if fast and abs(moved) > _MOVED_PCT:
                self.fast_s += _TICK_S * now.in_rep
                self.fast_after_s += _TICK_S * (not now.in_rep)
            before = now
        return self


def measure(options: Options, say: Say) -> None:
    """Run a rep both ways on each class of machines."""
    del options
    for preset in Preset:
        planned = plan(builtin()[SESSION], REFERENCE, preset.machine())
        # The second: the first comes from the exercises beside the belt.
        second = [step for step in planned.steps if step.phase is Phase.DESCENT][1]
        before, after = planned.steps[second.index - 1], planned.steps[second.index + 1]
        script = _Judge().see(_by_script(preset, before, second, after), second)
        descent = _Judge().see(_by_descent(preset, planned, second), second)
        say(f"{preset}_script", round(script.at_target_m, 1))
        say(f"{preset}_descent", round(descent.at_target_m, 1))
        for who, judge in (("script", script), ("descent", descent)):
            later = round(judge.fast_after_s, 1)
            say(f"{preset}_{who}_fast", round(judge.fast_s, 1), after_s=later)


def _by_script(preset: Preset, before: Step, step: Step, after: Step) -> Iterable[_Moment]:
    """Set both numbers, wait as long as the rep takes at its speed, and set both back."""
    assert step.distance_m is not None  # noqa: S101  (for the type checker)
    machine = BeltAndDeck(preset.machine(), preset.rates)
    machine.press_start(0.0)
    now = _SETTLE_S
    for wish in (before, step, after):
        machine.set_speed(wish.speed_kmh, now)
        machine.set_incline(wish.incline_pct, now)
        if wish is before:
            now += _SETTLE_S
            continue
        seconds = step.distance_m / (step.speed_kmh / 3.6) if wish is step else _SETTLE_S
        for _ in range(round(seconds / _TICK_S)):
            now += _TICK_S
            yield _Moment(machine.speed_kmh(now), machine.incline_pct(now), wish is step)


def _by_descent(preset: Preset, planned: Plan, step: Step) -> Iterable[_Moment]:
    """Run a session up to the rep, and on until a while after it."""
    ride = Ride(preset=preset).arm(planned)
    ride.until(lambda ride: ride.view.step is step)
    until = None
    while until is None or ride.now < until:
        ride.run(_TICK_S)
        in_rep = ride.view.step is step
        yield _Moment(ride.speed, ride.incline, in_rep)
        if until is None and not in_rep:
            until = ride.now + _SETTLE_S
