"""The step under way: its clocks, its metres, its end."""

from __future__ import annotations

from dataclasses import replace
import json
import math
from typing import Any

import pytest

from custom_components.descent.training import cues
from custom_components.descent.training.model import Phase, Rates, Step, Telemetry
from custom_components.descent.training.session.underway import Moments, Stopwatch, Underway
from tests.training.plans import step

RATES = Rates(belt_kmh_s=0.8, deck_pct_s=0.5)
SPRINT = step(Phase.DESCENT, 14.4, -6, 30, distance_m=120.0)
TIMED = step(Phase.DESCENT, 14.4, -6, 30)
RECOVERY = step(Phase.RECOVERY, 3, 6, 150)


def underway(one: Step) -> Underway:
    return Underway(one, Moments(cues.schedule(one, None)))


def going(one: Step, now: float = 0, speed: float | None = None) -> Underway:
    """Return a step that set out at ``now`` from a speed, its own if none is given."""
    under = underway(one)
    start = one.speed_kmh if speed is None else speed
    under.measure(sample(now, start, one.incline_pct))
    under.go(now, RATES, start)
    return under


def sample(at: float, speed: float, incline: float) -> Telemetry:
    return Telemetry(at=at, speed_kmh=speed, incline_pct=incline)


# ---- clocks


def test_a_stopwatch_adds_up_what_is_between_starts_and_halts() -> None:
    watch = Stopwatch()
    watch.start(10)
    watch.halt(15)
    watch.start(20)
    assert watch.read(22) == 7


def test_starting_a_running_stopwatch_and_halting_a_standing_one_changes_nothing() -> None:
    watch = Stopwatch()
    watch.halt(5)
    watch.start(10)
    watch.start(12)
    assert watch.read(15) == 5
    watch.halt(15)
    watch.halt(20)
    assert watch.read(30) == 5


def test_moments_are_taken_in_order_once_their_position_is_reached() -> None:
    moments = underway(step(Phase.STEADY, 8, 0, 120)).moments
    assert moments.upcoming == 60
    assert moments.due(59.9) is None
    half = moments.due(60)
    assert half is not None
    assert half.cue.key == "half_way"
    assert moments.due(60) is None
    assert moments.upcoming == 90


def test_after_the_last_moment_there_is_none() -> None:
    moments = Moments((), 0)
    assert moments.upcoming is None
    assert moments.due(1e9) is None


# ---- position


def test_before_go_a_step_has_no_position_and_no_end() -> None:
    under = underway(TIMED)
    under.approach.start(0)
    assert under.position(5) == 0
    assert under.when(10) is None
    assert under.ends_at is None


def test_the_clock_of_a_step_runs_from_go() -> None:
    under = underway(TIMED)
    under.approach.start(0)
    under.go(8, RATES, 3)
    assert under.position(10) == 2
    assert under.ends_at == 38
    assert under.approach.read(20) == 8


def test_a_halted_clock_stands_and_knows_no_end() -> None:
    under = going(RECOVERY)
    under.clock.halt(50)
    assert under.position(60) == 50
    assert under.ends_at is None
    assert under.remaining_s(60) == 100


def test_a_distance_counts_metres_at_target_only() -> None:
    under = going(SPRINT, speed=3)
    under.measure(sample(4, 3, -6))
    under.measure(sample(5, 14.4, -6))
    assert under.position(5) == 0
    under.measure(sample(6, 14.4, -6))
    assert under.position(6) == pytest.approx(4)
    assert under.meter.distance_m == pytest.approx((3 * 4 + 8.7 + 14.4) / 3.6)


def test_between_two_samples_the_position_goes_on_at_the_last_speed() -> None:
    under = going(SPRINT)
    under.measure(sample(1, 14.4, -6))
    assert under.position(1.5) == pytest.approx(6)


def test_the_end_of_a_distance_is_predicted_from_the_present_speed() -> None:
    under = going(SPRINT)
    under.measure(sample(1, 18, -6))
    assert under.ends_at == pytest.approx(1 + (120 - 4.5) / 5)


def test_a_distance_that_does_not_count_right_now_ends_at_its_limit() -> None:
    under = going(SPRINT, now=100, speed=3)
    under.measure(sample(101, 3, -6))
    assert under.when(120) is None
    assert under.ends_at == 100 + 11.4 / 0.8 + 2 * 30


def test_a_distance_without_a_measurement_ends_at_its_limit() -> None:
    under = underway(SPRINT)
    under.go(0, RATES, 14.4)
    assert under.position(10) == 0
    assert under.ends_at == 60


def test_after_a_pause_the_limit_is_for_what_is_left_of_the_distance() -> None:
    under = going(SPRINT)
    under.measure(sample(5, 14.4, -6))
    under.measure(sample(10, 14.4, -6))
    under.clock.halt(10)
    under.measure(sample(100, 0, -6))
    under.go(100, RATES, 0)
    assert under.ends_at == 100 + 14.4 / 0.8 + 2 * 20


def test_a_distance_in_any_other_phase_counts_every_metre() -> None:
    under = going(step(Phase.STEADY, 9.6, 1, 150, distance_m=400.0))
    under.measure(sample(2, 5.4, 0))
    assert under.position(2) == pytest.approx((9.6 + 5.4) / 2 / 3.6 * 2)


def test_what_is_left_of_a_distance_takes_its_nominal_time() -> None:
    under = going(SPRINT)
    under.measure(sample(1, 14.4, -6))
    assert under.remaining_s(1) == pytest.approx(29)


def test_the_ramps_of_a_distance_are_part_of_what_is_left_until_it_is_at_target() -> None:
    under = underway(replace(SPRINT, lead_s=25.0))
    assert under.remaining_s(0) == 55
    under.approach.start(0)
    assert under.remaining_s(10) == 45
    under.measure(sample(15, 3, -6))
    under.go(15, RATES, 3)
    assert under.remaining_s(20) == 35
    assert under.remaining_s(60) == 30
    under.measure(sample(61, 14.4, -6))
    assert under.remaining_s(61) == 30


def test_a_timed_descent_has_its_ramp_inside_its_time() -> None:
    under = underway(replace(TIMED, lead_s=10.0))
    under.approach.start(0)
    assert under.remaining_s(4) == 36
    under.go(8, RATES, 3)
    assert under.remaining_s(9) == 29


def test_what_is_left_is_never_negative() -> None:
    assert going(RECOVERY).remaining_s(200) == 0


def test_metres_run_before_go_do_not_count() -> None:
    under = underway(SPRINT)
    under.measure(sample(0, 14.4, -6))
    under.measure(sample(1, 14.4, -6))
    assert under.meter.at_target_m == 0
    assert under.meter.distance_m == pytest.approx(4)
    assert under.to_target_s is None


# ---- what was done


def test_the_time_to_target_is_counted_from_go() -> None:
    under = going(SPRINT, now=10, speed=3)
    under.measure(sample(20, 13, -6))
    assert under.to_target_s is None
    under.measure(sample(24, 14, -6))
    under.measure(sample(25, 14.4, -6))
    assert under.to_target_s == 14


def test_a_lap_holds_what_was_measured_up_to_its_end() -> None:
    under = going(SPRINT)
    under.measure(sample(4, 14.4, -6))
    lap = under.finish(4.5, skipped=False, capped=True)
    assert lap.duration_s == 4.5
    assert lap.distance_m == lap.at_target_m == pytest.approx(18)
    assert lap.descent_m == lap.descent_at_target_m == pytest.approx(1.07806, abs=1e-5)
    assert lap.max_speed_kmh == 14.4
    assert lap.mean_incline_pct == pytest.approx(-6)
    assert (lap.skipped, lap.capped) == (False, True)


def test_a_lap_that_ends_with_a_sample_carries_nothing_on() -> None:
    under = going(SPRINT)
    under.measure(sample(4, 14.4, -6))
    assert under.finish(4, skipped=True, capped=False).distance_m == pytest.approx(16)


def test_a_lap_without_a_measurement_is_empty() -> None:
    lap = underway(RECOVERY).finish(3, skipped=True, capped=False)
    assert lap.distance_m == 0


def test_only_a_descent_has_metres_at_target() -> None:
    under = going(step(Phase.STEADY, 8, -2, 60))
    under.measure(sample(5, 8, -2))
    lap = under.finish(5, skipped=False, capped=False)
    assert lap.at_target_m == 0
    assert lap.descent_at_target_m == 0
    assert lap.descent_m > 0


# ---- ramps


@pytest.mark.parametrize(
    ("at", "speed"),
    [(0, 5.0), (15, 5.0), (16.7, 5.5), (60, 6.5), (119.9, 8.5), (120, 8.6), (400, 8.6)],
)
def test_a_warm_up_gets_faster_in_halves_of_a_kilometre_an_hour(at: float, speed: float) -> None:
    warm_up = step(Phase.WARM_UP, 8.6, 0, 600, ramp_from_kmh=5.0, ramp_s=120.0)
    assert going(warm_up).ramp_target(at) == pytest.approx(speed)


@pytest.mark.parametrize(
    ("at", "speed"), [(0, 7.8), (480, 7.8), (520, 7.3), (599, 5.3), (600, 5.0), (700, 5.0)]
)
def test_a_cool_down_gets_slower_in_halves_of_a_kilometre_an_hour(at: float, speed: float) -> None:
    cool_down = step(Phase.COOL_DOWN, 7.8, 0, 600, ramp_to_kmh=5.0, ramp_s=120.0)
    assert going(cool_down).ramp_target(at) == pytest.approx(speed, abs=0.31)


def test_a_warm_up_slower_than_its_ramp_begins_is_run_at_its_own_speed() -> None:
    warm_up = step(Phase.WARM_UP, 4.0, 0, 600, ramp_from_kmh=5.0, ramp_s=120.0)
    assert going(warm_up).ramp_target(60) == 4.0


def test_a_step_without_ramps_has_one_speed() -> None:
    assert going(RECOVERY).ramp_target(75) == 3


# ---- storing


def stored(**changes: Any) -> dict[str, Any]:
    under = going(SPRINT, speed=3)
    under.approach.held_s = 12
    under.measure(sample(10, 14.4, -6))
    under.measure(sample(14, 14.4, -6))
    data: dict[str, Any] = json.loads(json.dumps(under.to_dict(14)))
    return data | changes


def test_a_step_comes_back_where_it_was_with_its_clocks_standing() -> None:
    back = underway(SPRINT)
    back.restore(stored())
    assert back.position(1000) == pytest.approx(16)
    assert back.clock.read(1000) == 14
    assert back.approach.read(1000) == 12
    assert back.limit_s == 11.4 / 0.8 + 60
    assert back.to_target_s == 10
    assert back.going
    assert back.when(120) is None
    assert back.step == SPRINT


def test_a_step_comes_back_with_the_target_the_runner_had_set() -> None:
    back = underway(SPRINT)
    back.restore(stored(speed_kmh=12.0, incline_pct=-5.0))
    assert (back.step.speed_kmh, back.step.incline_pct) == (12, -5)
    assert back.step.nominal_s == pytest.approx(36)


def test_a_step_that_never_reached_its_target_says_so_again() -> None:
    back = underway(SPRINT)
    back.restore(stored(to_target_s=None, limit_s=None))
    assert back.to_target_s is None
    assert back.limit_s is None


@pytest.mark.parametrize(
    "change",
    [
        {"clock_s": -1},
        {"clock_s": math.nan},
        {"approach_s": "long"},
        {"moments_given": -1},
        {"moments_given": 99},
        {"speed_kmh": 99},
        {"incline_pct": math.nan},
        {"meter": {"miles": 1}},
        {"to_target_s": -1},
        {"limit_s": math.inf},
    ],
)
def test_a_stored_step_that_could_not_have_been_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises((ValueError, TypeError)):
        underway(SPRINT).restore(stored(**change))


@pytest.mark.parametrize("missing", sorted(stored()))
def test_a_stored_step_must_be_complete(missing: str) -> None:
    data = stored()
    del data[missing]
    with pytest.raises(KeyError):
        underway(SPRINT).restore(data)
