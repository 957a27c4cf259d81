"""An incline that is not measured is unknown, which is not level (rules R8, R10 and R12)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from custom_components.descent.training.events import (
    Aim,
    CommandKind,
    Fault,
    Reason,
    Refused,
    Resume,
    State,
)
from custom_components.descent.training.model import Level, Phase, Range
from tests.training import plans
from tests.training.ride import Ride

SPEED, INCLINE = CommandKind.SET_SPEED, CommandKind.SET_INCLINE
FLAT = replace(plans.TYPICAL, incline=Range(minimum=0.0, maximum=0.0, step=0.5))


def blind(level: Level = Level.INTERMEDIATE) -> Ride:
    """Stand beside a treadmill whose deck may be anywhere between -6 and 15 %, and says nothing."""
    ride = Ride(level=level)
    ride.measures_incline = False
    ride.run(3)
    return ride


def told(ride: Ride, kind: CommandKind) -> list[float | None]:
    """Return what one axis was told."""
    return [command.value for _, command in ride.commands if command.kind is kind]


def test_what_is_not_measured_is_unknown() -> None:
    ride = blind()
    assert ride.view.telemetry is not None
    assert ride.view.telemetry.incline_pct is None


@pytest.mark.parametrize("incline", [-3.0, -0.5, 2.0])
def test_no_slope_is_asked_of_a_deck_that_nobody_sees(incline: float) -> None:
    ride = blind()
    ride.press_start()
    ride.until(lambda r: r.speed > 0.99)
    with pytest.raises(Refused, match="incline_unknown"):
        ride.ask(Aim(None, incline))
    with pytest.raises(Refused, match="incline_unknown"):
        ride.arm(plans.of(plans.step(Phase.STEADY, 5, incline, 60)))
    assert told(ride, INCLINE) == []
    assert ride.engine.state is State.IDLE


@pytest.mark.parametrize(
    ("level", "cap"), [(Level.NOVICE, 5.5), (Level.BEGINNER, 9.0), (Level.INTERMEDIATE, 15.0)]
)
def test_r10_speeds_are_capped_for_the_steepest_that_the_deck_may_be(
    level: Level, cap: float
) -> None:
    ride = blind(level)
    plan = replace(plans.of(plans.step(Phase.STEADY, 18, 0, 200)), level=level)
    ride.arm(plan).until(lambda r: r.engine.state is State.RUNNING)
    ride.run(100)
    assert ride.view.speed_range.maximum >= cap
    assert ride.speed == pytest.approx(cap, abs=0.1)
    assert told(ride, INCLINE) == []
    ride.finish()
    assert ride.view.reason is Reason.COMPLETED


def test_a_deck_that_is_measured_once_the_belt_moves_is_waited_for() -> None:
    ride = blind().arm(plans.real())
    assert ride.engine.state is State.ARMED
    with pytest.raises(Refused, match="incline_unknown"):
        ride.engine.gate.aim(Aim(None, -1.0), ride.now, of_session=False)
    ride.press_start()
    ride.run(3)
    ride.measures_incline = True
    ride.in_descent()


def test_a_treadmill_without_a_deck_needs_no_measurement() -> None:
    ride = Ride(machine=FLAT)
    ride.measures_incline = False
    ride.arm(plans.flat(17.0)).until(lambda r: r.speed > 16.9)


def test_metres_on_an_unknown_slope_count_as_no_descent() -> None:
    ride = blind()
    ride.physics.console_incline(-6, ride.now)
    ride.arm(plans.flat(8.0, 60)).finish()
    assert ride.view.distance_m > 60
    assert ride.view.descent_m == 0


@pytest.mark.parametrize("place", ["descent", "warm_up"])
def test_a_session_with_slopes_is_suspended_once_nobody_sees_the_deck(place: str) -> None:
    ride = Ride().arm(plans.real())
    ride.until(lambda r: r.view.step is not None and r.view.step.phase == place)
    ride.measures_incline = False
    ride.run(3)
    before = len(ride.commands)
    assert (ride.engine.state, ride.view.reason) == (State.SUSPENDED, Reason.INCLINE_UNKNOWN)
    assert Fault(Reason.INCLINE_UNKNOWN) in [effect for _, effect in ride.effects]
    assert ride.cues[-1][1].key == "suspended_incline_unknown"
    ride.run(60)
    assert len(ride.commands) == before
    with pytest.raises(Refused, match="incline_unknown"):
        ride.ask(Resume())
    ride.measures_incline = True
    ride.run(3)
    ride.ask(Resume())
    ride.until(lambda r: len(r.laps_of("descent")) == 2)


def test_a_session_is_not_suspended_for_slopes_that_are_behind_it() -> None:
    plan = plans.of(plans.step(Phase.STEADY, 6, -3, 60), plans.step(Phase.COOL_DOWN, 5, 0, 60))
    ride = Ride().arm(plan).until(lambda r: len(r.laps) == 1)
    ride.until(lambda r: abs(r.incline) < 0.1)
    ride.run(5)
    ride.measures_incline = False
    ride.finish()
    assert ride.view.reason is Reason.COMPLETED
