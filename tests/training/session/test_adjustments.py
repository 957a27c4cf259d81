"""What the runner sets holds for the rest of the set, and only for what it was meant for."""

from __future__ import annotations

import json
from typing import Any

import pytest

from custom_components.descent.training.events import Aim
from custom_components.descent.training.model import Phase, Step
from custom_components.descent.training.session.adjustments import Adjustments, aimed
from tests.training.plans import step

SPRINT = step(Phase.DESCENT, 14.4, -6, 30, distance_m=120.0, rep=1, reps=6)
FAST = step(Phase.DESCENT, 12.8, -8, 60, rep=1, reps=2)
SLOW = step(Phase.DESCENT, 9.4, -8, 60, rep=2, reps=2)
RECOVERY = step(Phase.RECOVERY, 5, 1, 90, rep=1, reps=2)


@pytest.fixture
def adjusted() -> Adjustments:
    return Adjustments()


def speed(adjusted: Adjustments, planned: Step) -> float:
    return adjusted.target(planned).speed_kmh


def test_without_a_wish_everything_is_as_planned(adjusted: Adjustments) -> None:
    assert adjusted.target(SPRINT) == SPRINT


def test_a_wish_holds_for_the_steps_that_were_planned_alike(adjusted: Adjustments) -> None:
    adjusted.wish(FAST, Aim(13.0, -7))
    assert adjusted.target(FAST).incline_pct == -7
    assert speed(adjusted, FAST) == 13
    assert adjusted.target(SLOW) == SLOW
    assert adjusted.target(RECOVERY) == RECOVERY


def test_a_fast_bout_slowed_down_a_little_does_not_speed_the_slow_ones_up(
    adjusted: Adjustments,
) -> None:
    adjusted.wish(FAST, Aim(12.0))
    assert speed(adjusted, SLOW) == 9.4


def test_wishes_for_speed_and_slope_add_up(adjusted: Adjustments) -> None:
    adjusted.wish(SPRINT, Aim(speed_kmh=13))
    adjusted.wish(SPRINT, Aim(incline_pct=-5))
    target = adjusted.target(SPRINT)
    assert (target.speed_kmh, target.incline_pct) == (13, -5)


def test_the_newest_wish_counts(adjusted: Adjustments) -> None:
    adjusted.wish(SPRINT, Aim(13, -5))
    adjusted.wish(SPRINT, Aim(14, -4))
    target = adjusted.target(SPRINT)
    assert (target.speed_kmh, target.incline_pct) == (14, -4)


def test_r11_a_lower_speed_at_the_console_is_a_ceiling_for_its_phase(adjusted: Adjustments) -> None:
    adjusted.lower(Phase.DESCENT, 10)
    assert speed(adjusted, SPRINT) == 10
    assert speed(adjusted, SLOW) == 9.4
    assert speed(adjusted, RECOVERY) == 5


def test_r11_a_ceiling_also_holds_down_a_wish_from_before(adjusted: Adjustments) -> None:
    adjusted.wish(SPRINT, Aim(15))
    adjusted.lower(Phase.DESCENT, 10)
    assert speed(adjusted, SPRINT) == 10


def test_a_new_speed_wished_for_lifts_the_ceiling(adjusted: Adjustments) -> None:
    adjusted.lower(Phase.DESCENT, 10)
    adjusted.wish(SPRINT, Aim(12))
    assert speed(adjusted, SPRINT) == 12
    assert speed(adjusted, FAST) == 12.8


def test_a_new_slope_leaves_the_ceiling(adjusted: Adjustments) -> None:
    adjusted.lower(Phase.DESCENT, 10)
    adjusted.wish(SPRINT, Aim(incline_pct=-5))
    assert speed(adjusted, SPRINT) == 10


def test_steps_outside_the_set_are_as_planned(adjusted: Adjustments) -> None:
    cool_down = step(Phase.COOL_DOWN, 7.8, 0, 600)
    adjusted.wish(cool_down, Aim(5))
    adjusted.lower(Phase.COOL_DOWN, 4)
    assert adjusted.target(cool_down) == cool_down


def test_with_the_set_everything_is_over(adjusted: Adjustments) -> None:
    adjusted.wish(SPRINT, Aim(13))
    adjusted.lower(Phase.DESCENT, 10)
    adjusted.clear()
    assert adjusted.target(SPRINT) == SPRINT


def test_the_time_of_a_step_by_distance_follows_its_speed() -> None:
    assert aimed(SPRINT, Aim(12)).nominal_s == pytest.approx(36)
    assert aimed(SPRINT, Aim(incline_pct=-5)).nominal_s == 30
    assert aimed(FAST, Aim(10)).nominal_s == 60


def test_a_crawl_takes_a_long_but_finite_time() -> None:
    assert aimed(SPRINT, Aim(0.01)).nominal_s == 400


# ---- storing


def stored() -> dict[str, Any]:
    adjusted = Adjustments()
    adjusted.wish(FAST, Aim(13.0))
    adjusted.wish(RECOVERY, Aim(incline_pct=3))
    adjusted.lower(Phase.DESCENT, 12.5)
    data: dict[str, Any] = json.loads(json.dumps(adjusted.to_dict()))
    return data


def test_everything_survives_a_restart(adjusted: Adjustments) -> None:
    adjusted.restore(stored())
    assert speed(adjusted, FAST) == 12.5
    assert adjusted.target(RECOVERY).incline_pct == 3
    assert adjusted.to_dict() == stored()


@pytest.mark.parametrize(
    "change",
    [
        {"wishes": [["descent", 12.8, -8.0, {"speed_kmh": 99}]]},
        {"wishes": [["descent", 12.8, -8.0, {"incline_pct": 99}]]},
        {"wishes": [["descent", 12.8, -8.0, {"speed_kmh": "fast"}]]},
        {"wishes": [["descent", 12.8, -8.0, {"pace": 4}]]},
        {"wishes": [["downhill", 12.8, -8.0, {}]]},
        {"wishes": [["descent", 12.8]]},
        {"wishes": 7},
        {"ceilings": {"descent": -1}},
        {"ceilings": {"downhill": 9}},
    ],
)
def test_stored_rubbish_is_refused(adjusted: Adjustments, change: dict[str, Any]) -> None:
    with pytest.raises((ValueError, TypeError)):
        adjusted.restore(stored() | change)
