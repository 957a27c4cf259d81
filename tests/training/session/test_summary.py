"""From measurements to metres, and from laps to a summary."""

from __future__ import annotations

import math
from typing import Any

import pytest

from custom_components.descent.training.events import Lap, Reason
from custom_components.descent.training.model import Phase, Plan, Telemetry
from custom_components.descent.training.session.summary import (
    Meter,
    at_target,
    deck_there,
    summarise,
)
from tests.training.plans import of, step

DESCENT = step(Phase.DESCENT, 14.4, -6, 30, distance_m=120.0)


def sample(at: float, speed: float, incline: float) -> Telemetry:
    return Telemetry(at=at, speed_kmh=speed, incline_pct=incline)


@pytest.mark.parametrize(
    ("speed", "incline", "there"),
    [
        (14.4, -6.0, True),
        (13.68, -6.0, True),  # 95 %
        (13.67, -6.0, False),
        (20.0, -6.0, True),
        (14.4, -5.5, True),
        (14.4, -6.5, True),
        (14.4, -5.4, False),
        (14.4, -6.6, False),
    ],
)
def test_at_target_is_95_percent_of_the_speed_within_half_a_percent_of_the_slope(
    speed: float, incline: float, there: bool
) -> None:
    assert at_target(sample(0, speed, incline), DESCENT) is there


def test_a_deck_can_be_there_before_the_belt_is() -> None:
    assert deck_there(sample(0, 3, -6), DESCENT)
    assert not at_target(sample(0, 3, -6), DESCENT)


def test_a_kilometre_an_hour_for_an_hour_is_a_kilometre() -> None:
    meter = Meter()
    meter.add(1, 0, 3600, counts=False)
    assert meter.distance_m == pytest.approx(1000)
    assert meter.descent_m == 0
    assert meter.at_target_m == 0


def test_metres_down_are_metres_of_belt_times_the_sine_of_the_slope() -> None:
    meter = Meter()
    meter.add(14.4, -6, 30, counts=True)
    assert meter.at_target_m == pytest.approx(120)
    assert meter.descent_m == meter.descent_at_target_m == pytest.approx(7.18707)


@pytest.mark.parametrize(("incline", "down"), [(-0.5, 0), (-0.6, 0.6), (6, 0)])
def test_only_what_is_steeper_than_half_a_percent_leads_down(incline: float, down: float) -> None:
    meter = Meter()
    meter.add(36, incline, 10, counts=False)
    assert meter.descent_m == pytest.approx(down, abs=1e-3)


def test_metres_between_two_measurements_are_run_at_their_mean() -> None:
    meter = Meter()
    meter.between(sample(0, 10, 0), sample(2, 8, -4), counts=False)
    assert meter.distance_m == pytest.approx(5)
    assert meter.mean_incline_pct == pytest.approx(-2)


def test_the_highest_speed_is_one_that_was_measured() -> None:
    meter = Meter()
    meter.between(sample(0, 8, 0), sample(1, 10, 0), counts=False)
    assert meter.max_speed_kmh == 10


@pytest.mark.parametrize(("gap", "metres"), [(5, 50), (5.1, 0)])
def test_r5_nothing_is_made_up_for_a_time_without_contact(gap: float, metres: float) -> None:
    meter = Meter()
    meter.between(sample(0, 36, 0), sample(gap, 36, 0), counts=True)
    assert meter.at_target_m == pytest.approx(metres)


def test_the_mean_incline_is_weighted_with_the_distance() -> None:
    meter = Meter()
    meter.add(10, -6, 30, counts=False)
    meter.add(5, 6, 30, counts=False)
    assert meter.mean_incline_pct == pytest.approx(-2)


def test_the_mean_incline_of_nothing_is_level() -> None:
    assert Meter().mean_incline_pct == 0


@pytest.mark.parametrize("value", ["10", None, math.nan, math.inf, [1]])
def test_stored_metres_are_numbers(value: Any) -> None:
    with pytest.raises((ValueError, TypeError)):
        Meter.from_dict({"distance_m": value})


def test_stored_metres_have_known_names() -> None:
    with pytest.raises(TypeError):
        Meter.from_dict({"miles": 1.0})


def lap(index: int, phase: Phase, down: float, **more: Any) -> Lap:
    return Lap(
        index=index,
        phase=phase,
        rep=0,
        duration_s=0,
        approach_s=0,
        distance_m=0,
        at_target_m=0,
        descent_m=0,
        descent_at_target_m=down,
        max_speed_kmh=0,
        mean_incline_pct=0,
        **more,
    )


def test_fidelity_compares_metres_down_at_target_with_those_prescribed() -> None:
    laps = (lap(0, Phase.DESCENT, 3), lap(1, Phase.RECOVERY, 0), lap(2, Phase.DESCENT, 4))
    summary = summarise(plan(prescribed=10), laps, Meter(), 100, Reason.COMPLETED)
    assert summary.descent_at_target_m == 7
    assert summary.fidelity_descent == pytest.approx(0.7)


def test_a_session_without_a_descent_has_no_fidelity() -> None:
    summary = summarise(plan(prescribed=0), (), Meter(), 0, Reason.STOPPED)
    assert summary.fidelity_descent is None


def test_only_descents_run_to_their_end_count_as_completed() -> None:
    laps = (
        lap(0, Phase.DESCENT, 3),
        lap(1, Phase.RECOVERY, 0),
        lap(2, Phase.DESCENT, 3, skipped=True),
        lap(3, Phase.DESCENT, 3, capped=True),
    )
    summary = summarise(plan(prescribed=10), laps, Meter(), 100, Reason.COMPLETED)
    assert summary.reps_completed == 1
    assert summary.reps_planned == 2
    assert summary.laps == laps


def test_the_distance_of_a_session_is_what_its_meter_saw() -> None:
    meter = Meter()
    meter.add(36, -6, 10, counts=False)
    summary = summarise(plan(prescribed=10), (), meter, 12, Reason.ENDED_EARLY)
    assert summary.distance_m == pytest.approx(100)
    assert summary.descent_m == pytest.approx(5.98923)
    assert summary.duration_s == 12
    assert summary.result is Reason.ENDED_EARLY


def plan(prescribed: float) -> Plan:
    steps = of(DESCENT, step(Phase.RECOVERY, 3, 6, 60), DESCENT).steps
    return Plan(
        session="x",
        name="X",
        runner="Kim",
        level=of(DESCENT).level,
        steps=steps,
        prescribed_descent_m=prescribed,
        fidelity_grade=0.5,
    )
