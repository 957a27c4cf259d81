"""What a screen shows of a session beyond its states."""

from __future__ import annotations

import pytest

from custom_components.descent.training.display import Confirmation, Display, display
from custom_components.descent.training.events import Aim, Pause
from custom_components.descent.training.model import Phase
from custom_components.descent.training.rules import Permissions
from custom_components.descent.treadmills.faults import SimulatedFault
from tests.training.plans import of, short, step
from tests.training.ride import Ride


def shown(ride: Ride) -> Display:
    return display(ride.engine, ride.now)


def test_nothing_is_shown_without_a_session() -> None:
    assert shown(Ride()) == Display()


def test_an_armed_session_shows_how_long_it_waits_for_the_runner() -> None:
    ride = Ride(helpful=False).arm(short())
    ride.run(20)
    assert shown(ride).arming_left_s == pytest.approx(100)
    assert shown(ride).plan_s == 0


def test_a_belt_that_is_about_to_be_started_shows_when() -> None:
    ride = Ride(permissions=Permissions(control=True, start_belt=True), helpful=False)
    ride.arm(short()).run(4)
    assert shown(ride).belt_starts_in_s == pytest.approx(6)


def test_no_start_is_shown_once_the_belt_has_been_started() -> None:
    ride = Ride(permissions=Permissions(control=True, start_belt=True), helpful=False)
    ride.arm(short()).run(10.5)
    assert shown(ride).belt_starts_in_s is None


def test_the_position_is_in_seconds_of_the_plan() -> None:
    ride = Ride().arm(of(step(Phase.STEADY, 8, 0, 60), step(Phase.STEADY, 8, 0, 60)))
    ride.until(lambda ride: ride.engine.step is not None and ride.engine.step.index == 1)
    ride.run(12)
    assert shown(ride).plan_s == pytest.approx(72, abs=1)


def test_a_step_by_distance_shows_the_metres_that_are_left() -> None:
    ride = Ride().arm(short()).in_descent()
    before = shown(ride).step_left_m
    assert before is not None
    ride.run(2)
    assert shown(ride).step_left_m == pytest.approx(before - 2 * 12 / 3.6, abs=1)


def test_a_step_by_time_shows_no_metres() -> None:
    ride = Ride().arm(short())
    ride.until(lambda ride: ride.engine.step is not None)
    assert shown(ride).step_left_m is None


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
    ride.until(lambda ride: ride.engine.step is not None and ride.speed > 5.8)
    ride.physics.faults.add(fault)
    ride.until(lambda ride: ride.engine.state == "suspended")
    assert shown(ride).confirmation is confirmation


def test_a_pause_by_the_runner_shows_no_failure() -> None:
    ride = Ride().arm(short())
    ride.until(lambda ride: ride.speed > 5)
    ride.ask(Pause())
    ride.run(20)
    assert shown(ride).confirmation is None
