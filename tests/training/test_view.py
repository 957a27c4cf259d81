"""What the engine lets anybody know."""

from __future__ import annotations

from dataclasses import replace

import pytest

from custom_components.descent.training.engine import Engine
from custom_components.descent.training.events import Aim, Pause
from custom_components.descent.training.model import DeclineCheck, Level, Phase, Range, Telemetry
from custom_components.descent.training.rules import Permissions
from custom_components.descent.training.view import Confirmation, View
from custom_components.descent.treadmills.faults import SimulatedFault
from tests.training.plans import TYPICAL, UNTRIED, of, short, step
from tests.training.ride import Ride


def shown(ride: Ride) -> View:
    return ride.view


def test_an_armed_session_shows_how_long_it_waits_for_the_runner() -> None:
    ride = Ride(helpful=False).arm(short())
    ride.run(20)
    assert ride.view.arming_left_s == pytest.approx(100)
    assert ride.view.plan_s == 0


def test_a_belt_that_is_about_to_be_started_shows_when() -> None:
    ride = Ride(permissions=Permissions(control=True, start_belt=True), helpful=False)
    ride.arm(short()).run(4)
    assert ride.view.belt_starts_in_s == pytest.approx(6)


def test_no_start_is_shown_once_the_belt_has_been_started() -> None:
    ride = Ride(permissions=Permissions(control=True, start_belt=True), helpful=False)
    ride.arm(short()).run(10.5)
    assert ride.view.belt_starts_in_s is None


def test_the_position_is_in_seconds_of_the_plan() -> None:
    ride = Ride().arm(of(step(Phase.STEADY, 8, 0, 60), step(Phase.STEADY, 8, 0, 60)))
    ride.until(lambda ride: ride.view.step is not None and ride.view.step.index == 1)
    ride.run(12)
    assert ride.view.plan_s == pytest.approx(72, abs=1)


def test_a_step_by_distance_shows_the_metres_that_are_left() -> None:
    ride = Ride().arm(short()).in_descent()
    before = ride.view.step_left_m
    assert before is not None
    ride.run(2)
    assert ride.view.step_left_m == pytest.approx(before - 2 * 12 / 3.6, abs=1)


def test_a_step_by_time_shows_no_metres() -> None:
    ride = Ride().arm(short())
    ride.until(lambda ride: ride.view.step is not None)
    assert ride.view.step_left_m is None


def test_a_change_is_pending_until_it_is_measured() -> None:
    ride = Ride()
    ride.press_start()
    ride.run(10)
    assert shown(ride).confirmation is None
    ride.ask(Aim(speed_kmh=4.0))
    assert shown(ride).confirmation is Confirmation.PENDING
    ride.run(10)
    assert shown(ride).confirmation is Confirmation.CONFIRMED


@pytest.mark.parametrize(
    ("fault", "confirmation"),
    [
        (SimulatedFault.REJECT, Confirmation.REJECTED),
        (SimulatedFault.IGNORE, Confirmation.UNKNOWN),
    ],
)
def test_a_change_that_did_not_come_is_shown_as_what_became_of_it(
    fault: SimulatedFault, confirmation: Confirmation
) -> None:
    ride = Ride().arm(of(step(Phase.STEADY, 6, 0, 60), step(Phase.STEADY, 9, 0, 60)))
    ride.until(lambda ride: ride.view.step is not None and ride.speed > 5.8)
    ride.physics.faults.add(fault)
    ride.until(lambda ride: ride.engine.state == "suspended")
    assert shown(ride).confirmation is confirmation


def test_a_pause_by_the_runner_shows_no_failure() -> None:
    ride = Ride().arm(short())
    ride.until(lambda ride: ride.speed > 5)
    ride.ask(Pause())
    ride.run(20)
    assert shown(ride).confirmation is None


def samples(*speeds_kmh: float) -> View:
    engine = Ride().engine
    for at, speed_kmh in enumerate(speeds_kmh, start=10):
        engine.handle(Telemetry(at=at, speed_kmh=speed_kmh, incline_pct=0), at)
    return engine.view(10 + len(speeds_kmh) - 1)


def test_r5_a_single_zero_of_a_running_belt_is_not_believed() -> None:
    shown = samples(10, 10, 10, 10, 10, 0)
    assert shown.telemetry is not None
    assert (shown.telemetry.speed_kmh, shown.belt_moving) == (0, True)


def test_r5_zeros_for_three_seconds_are_believed() -> None:
    assert samples(10, 10, 0, 0, 0).belt_moving is True
    assert samples(10, 10, 0, 0, 0, 0).belt_moving is False


@pytest.mark.parametrize(
    ("level", "incline_pct", "highest_kmh"),
    [(Level.BEGINNER, -3.0, 10.0), (Level.ADVANCED, -3.0, 19.0), (Level.ADVANCED, 0.0, 20.0)],
)
def test_r10_the_range_of_speeds_ends_at_the_cap_of_the_slope(
    level: Level, incline_pct: float, highest_kmh: float
) -> None:
    engine = Ride(level=level).engine
    engine.handle(Telemetry(at=10, speed_kmh=5, incline_pct=incline_pct), 10)
    assert engine.view(10).speed_range.maximum == highest_kmh


def test_r10_the_range_of_speeds_follows_the_slope_that_is_wished() -> None:
    ride = Ride(level=Level.BEGINNER)
    ride.press_start()
    ride.run(10)
    ride.ask(Aim(incline_pct=-4.0))
    assert ride.view.speed_range.maximum == 10


def test_before_the_first_measurement_the_range_of_speeds_is_that_on_the_level() -> None:
    engine = Engine(TYPICAL, permissions=Permissions(), level=Level.BEGINNER)
    assert engine.view(0).speed_range.maximum == 12


def test_r10_the_slopes_offered_are_those_the_level_is_not_locked_out_of() -> None:
    steep = replace(TYPICAL, incline=Range(minimum=-15, maximum=12, step=0.5))
    view = Engine(steep, permissions=Permissions(), level=Level.BEGINNER).view(0)
    assert view.incline_range == Range(minimum=-8, maximum=12, step=0.5)
    assert view.decline_range == Range(minimum=0, maximum=8, step=0.5)


def test_a_session_brings_the_limits_of_its_plan() -> None:
    ride = Ride(level=Level.NOVICE).arm(short())
    assert ride.view.level is Level.INTERMEDIATE
    ride.engine.level = Level.BEGINNER
    assert ride.view.level is Level.INTERMEDIATE


def test_a_deck_that_went_up_instead_is_not_offered_below_level() -> None:
    engine = Engine(UNTRIED, permissions=Permissions(), decline=DeclineCheck.WRONG_WAY)
    assert engine.view(0).machine.incline.minimum == 0
    assert engine.view(0).decline_range.maximum == 0


def test_what_the_user_allows_is_shown() -> None:
    may = Permissions(control=True, start_belt=True)
    view = Engine(replace(TYPICAL, can_start=True), permissions=may).view(0)
    assert (view.permissions, view.starts_belt) == (may, True)


def test_without_a_session_there_is_no_position_in_one() -> None:
    assert Ride().view.plan_s is None
