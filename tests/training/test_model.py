"""The nouns are checked at birth, so that nothing behind them has to ask again."""

from __future__ import annotations

from dataclasses import replace
import math
from typing import Any

import pytest

from custom_components.descent.training.model import (
    Level,
    Machine,
    Phase,
    Plan,
    Range,
    Rates,
    Runner,
    Telemetry,
    earliest,
    finite,
    slope_sine,
    total,
)
from tests.training.plans import of, step

SPEED = Range(minimum=0.8, maximum=22, step=0.1)
INCLINE = Range(minimum=-6, maximum=15, step=0.5)
NO_NUMBERS = (math.nan, math.inf, -math.inf)


def test_levels_are_ranked_from_novice_to_advanced() -> None:
    assert [level.rank for level in Level] == [0, 1, 2, 3]
    assert Level.NOVICE.rank < Level.ADVANCED.rank


def test_drills_turning_around_and_stretching_are_off_the_belt() -> None:
    assert {phase for phase in Phase if phase.off_belt} == {
        Phase.DRILLS,
        Phase.TURN_AROUND,
        Phase.STRETCH,
    }


@pytest.mark.parametrize("value", [0.9, 2.1, *NO_NUMBERS])
def test_a_number_outside_its_bounds_is_refused_by_name(value: float) -> None:
    with pytest.raises(ValueError, match="walk must be between 1 and 2, not"):
        finite(value, "walk", 1, 2)


@pytest.mark.parametrize("value", [1, 1.5, 2])
def test_a_number_within_its_bounds_passes(value: float) -> None:
    finite(value, "walk", 1, 2)


def test_the_sine_of_a_slope_is_a_little_less_than_its_grade() -> None:
    assert slope_sine(-6) == pytest.approx(-0.0598923, abs=1e-7)
    assert slope_sine(100) == pytest.approx(math.sqrt(0.5))
    assert slope_sine(0) == 0


@pytest.mark.parametrize(
    ("value", "settable"),
    [
        (14.49, 14.4),
        (14.4, 14.4),
        (0.3, 0.8),  # below the slowest: there is nothing slower than that
        (30, 22),
        (9.999999999, 10.0),  # the noise of arithmetic is no reason to lose a step
    ],
)
def test_a_speed_is_rounded_down_to_a_step_of_the_belt(value: float, settable: float) -> None:
    assert SPEED.floor(value) == settable


@pytest.mark.parametrize(
    ("value", "settable"),
    [(-5.9, -5.5), (-6, -6), (-8, -6), (-0.4, 0), (5.9, 5.5), (20, 15)],
)
def test_an_incline_is_rounded_toward_level(value: float, settable: float) -> None:
    assert INCLINE.floor(value) == settable


@pytest.mark.parametrize("steps", [1, 37, 54, 55, 120])
def test_what_is_rounded_once_is_not_rounded_to_less_again(steps: int) -> None:
    tenth_of_a_mile = 0.1609344
    belt = Range(minimum=0, maximum=40, step=tenth_of_a_mile)
    once = belt.floor(steps * tenth_of_a_mile + 0.05)
    assert once == pytest.approx(steps * tenth_of_a_mile)
    assert belt.floor(once) == once


def test_rounding_toward_level_from_below_gives_no_negative_zero() -> None:
    assert math.copysign(1, INCLINE.floor(-0.4)) == 1


@pytest.mark.parametrize(("value", "held"), [(-6, True), (15, True), (-6.1, False), (15.1, False)])
def test_a_range_holds_its_ends_and_nothing_beyond(value: float, held: bool) -> None:
    assert INCLINE.holds(value) is held


@pytest.mark.parametrize(
    "ends",
    [
        {"minimum": 2, "maximum": 1, "step": 0.1},
        {"minimum": 0, "maximum": 101, "step": 0.1},
        {"minimum": -101, "maximum": 1, "step": 0.1},
        {"minimum": 0, "maximum": 1, "step": 0},
        {"minimum": 0, "maximum": 1, "step": -0.1},
        {"minimum": 0, "maximum": math.nan, "step": 0.1},
    ],
)
def test_a_range_must_hold_something(ends: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="must be between"):
        Range(**ends)


@pytest.mark.parametrize("rate", [0, -1, 21, math.nan])
@pytest.mark.parametrize("name", ["belt_kmh_s", "deck_pct_s"])
def test_rates_are_those_of_motors(name: str, rate: float) -> None:
    with pytest.raises(ValueError, match=name):
        Rates(**{name: rate})


@pytest.mark.parametrize(
    ("limits", "name"),
    [
        ({"speed": Range(minimum=-1, maximum=20, step=0.1)}, "speed.minimum"),
        ({"speed": Range(minimum=1, maximum=41, step=0.1)}, "speed.maximum"),
        ({"incline": Range(minimum=-46, maximum=10, step=1)}, "incline.minimum"),
        ({"incline": Range(minimum=0, maximum=46, step=1)}, "incline.maximum"),
    ],
)
def test_a_machine_with_impossible_ranges_is_refused(limits: dict[str, Any], name: str) -> None:
    with pytest.raises(ValueError, match=name):
        Machine(**{"speed": SPEED, "incline": INCLINE} | limits)


@pytest.mark.parametrize(("minimum", "declines"), [(-0.5, True), (0, False), (1, False)])
def test_a_machine_declines_if_its_deck_goes_below_level(minimum: float, declines: bool) -> None:
    incline = Range(minimum=minimum, maximum=10, step=0.5)
    assert Machine(speed=SPEED, incline=incline).declines is declines


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("walk_kmh", 1.9),
        ("walk_kmh", 7.6),
        ("five_k_s", 699),
        ("five_k_s", 5401),
        ("controlled_top_kmh", 3.9),
        ("controlled_top_kmh", 40.1),
        ("max_speed_kmh", 1.9),
        ("max_speed_kmh", 40.1),
        ("body_mass_kg", 19),
        ("body_mass_kg", 301),
        ("body_mass_kg", math.nan),
    ],
)
def test_a_runner_with_impossible_numbers_is_refused(name: str, value: float) -> None:
    numbers: dict[str, Any] = {name: value}
    with pytest.raises(ValueError, match=name):
        Runner(name="Kim", **numbers)


def test_a_runner_need_not_know_any_number() -> None:
    runner = Runner(name="Kim")
    assert runner.level is Level.BEGINNER
    assert runner.five_k_s is None


@pytest.mark.parametrize(
    ("at", "speed", "incline"),
    [
        (0.0, -0.1, 0.0),
        (0.0, 40.1, 0.0),
        (0.0, math.nan, 0.0),
        (0.0, 10.0, -45.1),
        (0.0, 10.0, 45.1),
        (0.0, 10.0, math.nan),
        (math.nan, 10.0, 0.0),
        (math.inf, 10.0, 0.0),
    ],
)
def test_what_no_treadmill_measures_is_no_telemetry(
    at: float, speed: float, incline: float
) -> None:
    with pytest.raises(ValueError, match="not a measurement"):
        Telemetry(at=at, speed_kmh=speed, incline_pct=incline)


def test_the_extremes_of_a_treadmill_are_telemetry() -> None:
    assert Telemetry(at=0, speed_kmh=40, incline_pct=-45).incline_pct == -45


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"distance_m": 100.0}, "either a duration or a distance"),
        ({"duration_s": None}, "either a duration or a distance"),
        ({"duration_s": 0.0}, "duration or distance must be between"),
        ({"duration_s": None, "distance_m": 0.0}, "duration or distance must be between"),
        ({"duration_s": math.nan}, "duration or distance must be between"),
        ({"duration_s": -1.0}, "duration or distance must be between"),
        ({"speed_kmh": -1.0}, "speed_kmh"),
        ({"speed_kmh": 40.1}, "speed_kmh"),
        ({"incline_pct": -45.1}, "incline_pct"),
        ({"nominal_s": -1.0}, "nominal_s"),
        ({"nominal_s": math.nan}, "nominal_s"),
    ],
)
def test_a_step_that_could_not_be_run_is_refused(change: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        replace(step(Phase.STEADY, 8, 0, 60), **change)


@pytest.mark.parametrize(
    "change",
    [
        {"speed_kmh": 1.0},
        {"incline_pct": 1.0},
        {"duration_s": None, "distance_m": 10.0},
    ],
)
def test_an_off_belt_step_is_timed_with_a_stopped_belt_and_a_level_deck(
    change: dict[str, Any],
) -> None:
    with pytest.raises(ValueError, match="drills is off the belt"):
        replace(step(Phase.DRILLS, 0, 0, 60), **change)


def test_a_descent_by_distance_leads_its_metres_down() -> None:
    assert step(Phase.DESCENT, 14.4, -6, 30, distance_m=120.0).descent_m == pytest.approx(7.18707)


def test_a_descent_by_time_leads_down_as_far_as_its_speed_carries() -> None:
    assert step(Phase.DESCENT, 14.4, -6, 30).descent_m == pytest.approx(7.1871, abs=1e-4)


@pytest.mark.parametrize("incline", [0, 6])
def test_a_step_that_does_not_go_down_has_no_descent(incline: float) -> None:
    assert step(Phase.RECOVERY, 5, incline, 60).descent_m == 0


def test_a_plan_has_steps() -> None:
    with pytest.raises(ValueError, match="a plan has steps"):
        of()


def test_the_steps_of_a_plan_are_numbered_from_zero() -> None:
    first = step(Phase.STEADY, 8, 0, 60)
    with pytest.raises(ValueError, match="numbered from 0"):
        Plan(session="x", name="X", runner="Kim", level=Level.NOVICE, steps=(first, first))


def test_a_plan_is_as_long_as_its_steps_together() -> None:
    plan = of(step(Phase.STEADY, 8, 0, 60), step(Phase.DESCENT, 10, -3, 36, distance_m=100.0))
    assert plan.duration_s == 96


def test_a_plan_knows_what_comes_before_each_step_and_what_is_left_from_it_on() -> None:
    warm_up = step(Phase.STEADY, 8, 0, 60)
    descent = replace(step(Phase.DESCENT, 10, -3, 36, distance_m=100.0), lead_s=12.0)
    plan = of(warm_up, descent)
    assert list(plan.before_s) == [0, 60]
    assert list(plan.from_s) == [108, 48, 0]


def test_a_plan_counts_its_descents_and_their_metres_only() -> None:
    plan = of(
        step(Phase.DESCENT, 10, -3, 36, distance_m=100.0),
        step(Phase.RECOVERY, 5, -1, 60),
        step(Phase.DESCENT, 10, -3, 36, distance_m=100.0),
    )
    assert plan.reps == 2
    assert plan.descent_m == pytest.approx(2 * 2.99865)


def test_the_earliest_of_some_times_is_one_that_comes() -> None:
    assert earliest(None, 3.0, 2.0, None) == 2.0
    assert earliest(None, None) is None


def test_a_sum_does_not_drift() -> None:
    assert total([0.1] * 10) == 1.0
