"""What telemetry lets one believe (rules R2 and R5)."""

from __future__ import annotations

import pytest

from custom_components.descent.training.gate.telemetry_watch import TelemetryWatch
from custom_components.descent.training.model import Telemetry


def see(watch: TelemetryWatch, at: float, speed: float, *, zero_expected: bool = False) -> bool:
    sample = Telemetry(at=at, speed_kmh=speed, incline_pct=0)
    return watch.see(sample, zero_expected=zero_expected)


@pytest.fixture
def watch() -> TelemetryWatch:
    return TelemetryWatch()


@pytest.fixture
def running(watch: TelemetryWatch) -> TelemetryWatch:
    assert see(watch, 0, 10)
    return watch


def test_nothing_is_known_before_the_first_measurement(watch: TelemetryWatch) -> None:
    assert not watch.fresh(0)
    assert not watch.moving
    assert not watch.at_rest


@pytest.mark.parametrize(("age", "fresh"), [(0, True), (2, True), (2.1, False)])
def test_r5_a_measurement_is_fresh_for_two_seconds(
    running: TelemetryWatch, age: float, fresh: bool
) -> None:
    assert running.fresh(age) is fresh


@pytest.mark.parametrize(("speed", "moving"), [(0.3, False), (0.31, True)])
def test_r2_a_belt_moves_above_a_third_of_a_kilometre_an_hour(
    watch: TelemetryWatch, speed: float, moving: bool
) -> None:
    assert see(watch, 0, speed)
    assert watch.moving is moving
    assert watch.at_rest is not moving


def test_r5_samples_are_counted_from_the_moment_contact_is_made(watch: TelemetryWatch) -> None:
    see(watch, 0, 0)
    see(watch, 1, 0)
    assert watch.fresh_samples == 2
    watch.lose()
    assert watch.fresh_samples == 0
    see(watch, 9, 0)
    assert watch.fresh_samples == 1


def test_r5_after_a_silence_samples_are_counted_anew(running: TelemetryWatch) -> None:
    see(running, 5, 10)
    assert running.fresh_samples == 2
    see(running, 10.1, 10)
    assert running.fresh_samples == 1


def test_a_sample_with_the_key_out_is_believed_whatever_it_says(running: TelemetryWatch) -> None:
    out = Telemetry(at=1, speed_kmh=0, incline_pct=0, safety_key_out=True)
    assert running.see(out, zero_expected=False)
    assert running.key_out
    see(running, 2, 0)
    assert not running.key_out


def test_a_key_heard_to_be_pulled_is_out(running: TelemetryWatch) -> None:
    running.believe_zero(key_out=True)
    running.believe_zero()
    assert running.key_out


def test_a_single_zero_from_a_running_belt_is_not_believed(running: TelemetryWatch) -> None:
    assert not see(running, 1, 0)
    assert running.moving
    assert not running.at_rest
    assert see(running, 2, 10)
    assert not running.doubtful


def test_a_sudden_zero_is_believed_after_three_seconds(running: TelemetryWatch) -> None:
    assert not see(running, 1, 0)
    assert not see(running, 3.9, 0)
    assert see(running, 4, 0)
    assert running.at_rest


def test_a_zero_that_is_doubtful_stays_so_even_if_it_is_asked_for_meanwhile(
    running: TelemetryWatch,
) -> None:
    assert not see(running, 1, 0)
    assert not see(running, 2, 0, zero_expected=True)


def test_a_zero_is_believed_at_once_when_a_status_says_stopped(running: TelemetryWatch) -> None:
    assert not see(running, 1, 0)
    running.believe_zero()
    assert running.at_rest
    assert see(running, 2, 0)


@pytest.mark.parametrize(("before", "believed"), [(4.0, True), (5.0, False)])
def test_a_belt_asked_to_stop_may_stand_a_sample_after_it_was_slow(
    watch: TelemetryWatch, before: float, believed: bool
) -> None:
    see(watch, 0, before)
    assert see(watch, 1, 0, zero_expected=True) is believed


def test_a_belt_that_stood_already_stands(watch: TelemetryWatch) -> None:
    assert see(watch, 0, 0)
    assert see(watch, 1, 0)
    assert watch.at_rest


# ---- machines that measure nothing at rest


def test_r2_a_machine_that_answers_and_measured_nothing_yet_may_stand(
    watch: TelemetryWatch,
) -> None:
    assert not watch.stands_in_silence(0)
    watch.answered(5)
    assert watch.stands_in_silence(7)
    assert not watch.stands_in_silence(7.1)
    assert not watch.moving
    assert not watch.at_rest


def test_r2_a_machine_that_was_last_measured_at_rest_may_stand(running: TelemetryWatch) -> None:
    see(running, 1, 0.2)
    see(running, 5, 0.2)
    running.answered(60)
    assert running.stands_in_silence(60)


def test_r5_a_machine_that_was_last_measured_to_move_does_not_stand(
    running: TelemetryWatch,
) -> None:
    running.answered(60)
    assert not running.stands_in_silence(60)


def test_a_machine_that_has_said_that_it_was_stopped_may_stand_without_measuring_it(
    running: TelemetryWatch,
) -> None:
    running.believe_zero()
    running.answered(60)
    assert running.stands_in_silence(60)


def test_a_belt_that_moves_after_it_was_stopped_was_started_again(running: TelemetryWatch) -> None:
    running.believe_zero()
    see(running, 1, 10)
    running.answered(60)
    assert not running.stands_in_silence(60)


def test_r5_what_was_measured_before_contact_was_lost_says_nothing_about_now(
    running: TelemetryWatch,
) -> None:
    running.answered(1)
    running.lose()
    assert not running.stands_in_silence(1)
    running.answered(60)
    assert running.stands_in_silence(60)


@pytest.mark.parametrize(("asked_at", "believed"), [(3.9, False), (4.0, True)])
def test_a_sudden_zero_that_nothing_contradicts_is_believed_when_the_machine_is_there(
    running: TelemetryWatch, asked_at: float, believed: bool
) -> None:
    see(running, 1, 0)
    running.answered(asked_at)
    assert running.doubtful is not believed
    assert running.stands_in_silence(asked_at) is believed


def test_lost_contact_forgets_a_doubt(running: TelemetryWatch) -> None:
    see(running, 1, 0)
    running.lose()
    assert not running.doubtful
