"""Speeds and caps, held to the project's reference values."""

import json
from pathlib import Path

import pytest

from custom_components.descent.training.model import Level, Machine, Range, Runner, slope_sine
from custom_components.descent.training.pace import (
    RACES_KM,
    Anchors,
    Rule,
    backward_cap_kmh,
    ceiling_kmh,
    downhill_vo2,
    level_cap_kmh,
    race_factor,
    race_kmh,
    running_cost,
    sprint_factor,
    steepest_pct,
    sustainable_factor,
    walking_cost,
)

VECTORS = json.loads((Path(__file__).parent / "vectors.json").read_text(encoding="utf-8"))
REFERENCE = Anchors.of(Runner(name="Kim", level=Level.ADVANCED, five_k_s=1500))
MACHINE = Machine(
    speed=Range(minimum=0.5, maximum=16, step=0.1), incline=Range(minimum=-6, maximum=15, step=0.5)
)


def golden(name: str) -> list[tuple[float, float]]:
    return [(float(incline), value) for incline, value in VECTORS[name].items()]


@pytest.mark.parametrize(("incline", "cost"), golden("minetti_running"))
def test_running_costs_what_minetti_measured(incline: float, cost: float) -> None:
    assert running_cost(incline) == pytest.approx(cost, abs=1e-6)


@pytest.mark.parametrize(("incline", "cost"), golden("minetti_walking"))
def test_walking_costs_what_minetti_measured(incline: float, cost: float) -> None:
    assert walking_cost(incline) == pytest.approx(cost, abs=1e-6)


def test_energy_cost_is_clamped_outside_the_slopes_of_the_study() -> None:
    assert running_cost(-80) == running_cost(-45)
    assert running_cost(80) == running_cost(45)
    assert walking_cost(-80) == walking_cost(-45)


@pytest.mark.parametrize(("incline", "sine"), golden("sin_theta"))
def test_descent_goes_by_the_sine_of_the_slope(incline: float, sine: float) -> None:
    assert slope_sine(incline) == pytest.approx(sine, abs=1e-6)


@pytest.mark.parametrize(("incline", "uptake"), golden("robergs_vo2_10kmh"))
def test_oxygen_uptake_downhill_is_what_robergs_measured(incline: float, uptake: float) -> None:
    assert downhill_vo2(10, incline) == pytest.approx(uptake, abs=1e-3)


@pytest.mark.parametrize("incline", [0.1, -5.5, float("nan")])
def test_oxygen_uptake_is_not_extrapolated(incline: float) -> None:
    with pytest.raises(ValueError, match="incline_pct"):
        downhill_vo2(10, incline)


@pytest.mark.parametrize(("incline", "factor"), golden("f_sust"))
def test_a_sustained_pace_gets_faster_with_the_slope(incline: float, factor: float) -> None:
    assert sustainable_factor(incline) == pytest.approx(factor, abs=1e-4)


def test_a_sustained_pace_gets_no_faster_uphill_and_no_slower_than_level_downhill() -> None:
    assert sustainable_factor(5) == 1
    assert sustainable_factor(-30) == 1


@pytest.mark.parametrize(("incline", "factor"), golden("m_sprint"))
def test_a_sprint_gets_faster_with_the_slope(incline: float, factor: float) -> None:
    assert sprint_factor(incline) == pytest.approx(factor, abs=1e-4)


def test_a_sprint_gets_no_faster_uphill() -> None:
    assert sprint_factor(5) == 1


def test_the_reference_runners_anchors_are_those_of_the_model() -> None:
    expected = VECTORS["anchors_5k_1500s"]
    assert REFERENCE.five_k_kmh == pytest.approx(expected["v5k"])
    assert race_kmh(1500, 360) == pytest.approx(expected["mas"], abs=0.005)
    assert race_kmh(1500, 3600) == pytest.approx(expected["thr"], abs=0.005)
    assert pytest.approx(17.4) == REFERENCE.top_kmh


@pytest.mark.parametrize("distance_km", RACES_KM.values())
def test_a_race_pace_is_the_speed_that_is_held_for_the_time_of_that_race(
    distance_km: float,
) -> None:
    # Two forms of one law: by the distance, and by the time that the distance takes.
    speed = 12 * race_factor(distance_km)
    assert race_kmh(1500, distance_km / speed * 3600) == pytest.approx(speed, rel=1e-4)


@pytest.mark.parametrize(
    ("rule", "effort", "incline", "speed"),
    [
        (Rule.EASY, 0, 0, 8.64),
        (Rule.JOG, 0, 0, 7.8),
        (Rule.WALK, 0, 0, 5.0),
        (Rule.FIXED, 3.5, -6, 3.5),
        (Rule.FLAT, 80, -6, 9.6),
        (Rule.FLAT, 120, -6, 14.4),
        (Rule.FIVE_K, 100, -6, 12.0),
        (Rule.THREE_K, 100, 0, 12.374),
        (Rule.TEN_K, 100, 0, 11.511),
        (Rule.TEN_K, 90, 0, 10.360),
        (Rule.HALF_MARATHON, 100, 0, 11.007),
        (Rule.MARATHON, 100, 0, 10.559),
        (Rule.SUSTAINABLE, 85, -6, 11.118),
        (Rule.SPRINT, 80, -6, 14.489),
    ],
)
def test_each_rule_gives_the_reference_runners_speed(
    rule: Rule, effort: float, incline: float, speed: float
) -> None:
    assert REFERENCE.speed_kmh(rule, effort, incline) == pytest.approx(speed, abs=1e-3)


def test_a_measured_top_speed_comes_before_one_worked_out() -> None:
    anchors = Anchors.of(Runner(name="Kim", five_k_s=1500, controlled_top_kmh=20))
    assert anchors.top_kmh == 20
    assert anchors.five_k_kmh == 12


@pytest.mark.parametrize(
    ("level", "minutes"),
    [
        (Level.NOVICE, 40),
        (Level.BEGINNER, 35),
        (Level.INTERMEDIATE, 30),
        (Level.ADVANCED, 25),
    ],
)
def test_an_unknown_5_km_time_is_the_slow_end_of_the_level(level: Level, minutes: int) -> None:
    anchors = Anchors.of(Runner(name="Kim", level=level))
    assert anchors.five_k_kmh == pytest.approx(300 / minutes)
    assert anchors.top_kmh == pytest.approx(1.45 * 300 / minutes)


def test_a_top_speed_alone_lowers_the_5_km_speed_but_never_raises_it() -> None:
    fast = Anchors.of(Runner(name="Kim", level=Level.ADVANCED, controlled_top_kmh=24))
    slow = Anchors.of(Runner(name="Kim", level=Level.ADVANCED, controlled_top_kmh=14.5))
    assert fast.five_k_kmh == pytest.approx(12)
    assert slow.five_k_kmh == pytest.approx(10)


@pytest.mark.parametrize(
    ("level", "caps"),
    [
        (Level.NOVICE, (6.5, 6.0, 5.5, 5.0, None, None, None)),
        (Level.BEGINNER, (12, 10, 9, 7, None, None, None)),
        (Level.INTERMEDIATE, (17, 16, 15, 14, 13, 11, None)),
        (Level.ADVANCED, (20, 19, 18, 17, 16, 14, 12)),
    ],
)
def test_r10_a_level_caps_the_speed_by_slope_and_a_bound_belongs_to_the_gentler_band(
    level: Level, caps: tuple[float | None, ...]
) -> None:
    bounds = (-2, -4, -6, -8, -10, -12, -15)
    steeper = (-1.9, -2.1, -4.1, -6.1, -8.1, -10.1, -12.1)
    assert tuple(level_cap_kmh(level, bound) for bound in bounds) == caps
    assert tuple(level_cap_kmh(level, incline) for incline in steeper) == caps


@pytest.mark.parametrize("level", list(Level))
def test_r10_level_ground_and_uphill_are_capped_like_the_gentlest_slope(level: Level) -> None:
    assert level_cap_kmh(level, 0) == level_cap_kmh(level, -2)
    assert level_cap_kmh(level, 10) == level_cap_kmh(level, -2)


@pytest.mark.parametrize("level", list(Level))
def test_r10_nobody_runs_down_more_than_15_percent(level: Level) -> None:
    assert level_cap_kmh(level, -15.1) is None


@pytest.mark.parametrize(
    ("level", "steepest"),
    [
        (Level.NOVICE, 8),
        (Level.BEGINNER, 8),
        (Level.INTERMEDIATE, 12),
        (Level.ADVANCED, 15),
    ],
)
def test_a_levels_steepest_slope_is_its_last_open_band(level: Level, steepest: float) -> None:
    assert steepest_pct(level) == steepest


@pytest.mark.parametrize(
    ("level", "cap"),
    [
        (Level.NOVICE, 2),
        (Level.BEGINNER, 2),
        (Level.INTERMEDIATE, 4),
        (Level.ADVANCED, 6),
    ],
)
def test_r16_backward_is_capped_at_2_4_and_6_kmh(level: Level, cap: float) -> None:
    assert backward_cap_kmh(level) == cap


@pytest.mark.parametrize(
    ("level", "own", "incline", "ceiling"),
    [
        (Level.BEGINNER, None, -4, 10),  # the level's cap
        (Level.ADVANCED, None, -2, 15),  # the machine's maximum less 1 km/h
        (Level.ADVANCED, 11, -2, 11),  # the runner's own maximum
    ],
)
def test_r10_the_lowest_of_all_caps_is_the_ceiling(
    level: Level, own: float | None, incline: float, ceiling: float
) -> None:
    runner = Runner(name="Kim", level=level, max_speed_kmh=own)
    assert ceiling_kmh(runner, MACHINE, incline) == ceiling


def test_a_locked_slope_has_no_ceiling() -> None:
    with pytest.raises(ValueError, match="-9 % is locked for beginner"):
        ceiling_kmh(Runner(name="Kim", level=Level.BEGINNER), MACHINE, -9)
