"""The first decline in whole rides: what the runner is told, and what a wrong way means (R12)."""

from __future__ import annotations

import pytest

from custom_components.descent.training.engine import Engine
from custom_components.descent.training.events import (
    Aim,
    Arm,
    Command,
    CommandKind,
    DeclineTested,
    Fault,
    Reason,
    Resume,
    State,
    Stop,
)
from custom_components.descent.training.model import DeclineCheck, Level, Phase, Range
from custom_components.descent.treadmills.faults import SimulatedFault
from tests.training import plans
from tests.training.observed_engine import ObservedRide
from tests.training.plans import UNTRIED
from tests.training.ride import ALLOWED, Ride
from tests.training.rule_judge import broken
from tests.training.session_rides import keys, refused, stands

INCLINE = CommandKind.SET_INCLINE
SPRINT = plans.step(Phase.DESCENT, 12, -6, 30, distance_m=100.0, rep=1, reps=1)
STEADY = plans.step(Phase.STEADY, 10, 0, 60)


def moving(speed: float = 3.0) -> ObservedRide:
    """Return a belt that moves without a session, its deck never seen below level."""
    ride = ObservedRide(machine=UNTRIED)
    ride.press_start()
    ride.until(lambda r: r.speed > 0.9)
    ride.physics.console_speed(speed - ride.speed, ride.now)
    ride.run(20)
    return ride


def inclines(ride: Ride) -> list[float | None]:
    return [command.value for _, command in ride.commands if command.kind is INCLINE]


def found(ride: Ride) -> list[DeclineCheck]:
    return [e.decline for _, e in ride.effects if isinstance(e, DeclineTested)]


def fooled(ride: Ride) -> Ride:
    """Let every decline drive the deck up to its highest."""
    truly = ride.physics.set_incline

    def set_incline(incline_pct: float, now: float) -> None:
        truly(ride.machine.incline.maximum if incline_pct < 0 else incline_pct, now)

    ride.physics.set_incline = set_incline  # type: ignore[method-assign]  # as one model did
    return ride


# ---- the step


def test_a_standing_belt_is_slow_enough() -> None:
    ride = ObservedRide(machine=UNTRIED)
    ride.ask(Aim(None, -6))
    ride.run(40)
    assert inclines(ride) == [-1, -6]
    assert ride.engine.decline is DeclineCheck.CONFIRMED


# ---- what is said


def test_what_is_about_to_happen_and_what_came_of_it_is_said_once() -> None:
    ride = moving(6.0)
    ride.ask(Aim(None, -4))
    ride.run(60)
    assert keys(ride) == ["decline_check", "decline_confirmed"]
    assert found(ride) == [DeclineCheck.CONFIRMED]
    assert ride.incline == pytest.approx(-4)
    assert broken(ride.moments, ride.machine, ALLOWED) == []


def test_r9_a_deck_that_is_levelled_first_takes_its_step_only_when_the_runner_was_told() -> None:
    ride = ObservedRide(machine=UNTRIED, interval_s=0.5, helpful=False)
    ride.arm(plans.of(SPRINT)).run(3)
    ride.physics.console_incline(0.5, ride.now)
    ride.run(2)
    ride.press_start()
    ride.until(lambda r: found(r) == [DeclineCheck.CONFIRMED])
    levelled, stepped = [at for at, order in ride.commands if order.kind is INCLINE][:2]
    assert inclines(ride)[:2] == [0, -1]
    assert stepped - levelled == pytest.approx(5, abs=0.5)
    assert broken(ride.moments, ride.machine, ALLOWED) == []


def test_r9_a_session_says_so_three_seconds_before_it_slows_down_for_it() -> None:
    ride = ObservedRide(machine=UNTRIED).arm(plans.of(STEADY, SPRINT))
    ride.until(lambda r: "decline_check" in keys(r))
    said, sent = ride.now, len(ride.commands)
    ride.until(lambda r: bool(inclines(r)))
    assert ride.commands[sent][0] >= said + 3
    ride.finish()
    assert broken(ride.moments, ride.machine, ALLOWED) == []


# ---- the other way


def test_r12_a_deck_that_goes_up_is_known_and_the_belt_slows_down() -> None:
    ride = moving(3.0)
    ride.physics.faults.add(SimulatedFault.WRONG_WAY)
    ride.ask(Aim(None, -6))
    ride.run(30)
    assert ride.engine.decline is DeclineCheck.WRONG_WAY
    assert found(ride) == [DeclineCheck.WRONG_WAY]
    assert inclines(ride) == [-1]
    assert keys(ride) == ["decline_check", "decline_wrong_way", "fault_wrong_way"]
    assert [effect for _, effect in ride.all(Fault)] == [Fault(Reason.WRONG_WAY)]
    assert ride.view.target == Aim()


def test_r10_after_that_no_decline_is_wished_or_planned() -> None:
    ride = moving()
    ride.engine = Engine(UNTRIED, permissions=ALLOWED, decline=DeclineCheck.WRONG_WAY)
    ride.run(3)
    assert ride.engine.machine.incline == Range(minimum=0, maximum=15, step=0.5)
    assert refused(ride, Aim(None, -1)) == "decline_wrong_way"
    assert refused(ride, Arm(plans.of(SPRINT))) == "decline_wrong_way"
    ride.ask(Aim(None, 2))
    assert plans.real(machine=ride.engine.machine).fidelity_descent == 0


def test_r12_a_session_under_way_is_suspended_and_cannot_go_on() -> None:
    ride = fooled(Ride(machine=UNTRIED).arm(plans.real()))
    ride.until(lambda r: r.engine.state is State.SUSPENDED)
    assert stands(ride) == (State.SUSPENDED, Reason.WRONG_WAY)
    assert ride.incline < 3
    assert {"decline_wrong_way", "fault_wrong_way"} <= set(keys(ride))
    ride.run(60)
    assert refused(ride, Resume()) == "decline_wrong_way"
    assert min(inclines(ride), key=lambda value: value or 0) == -1
    ride.ask(Stop())
    ride.until(lambda r: r.speed == 0)
    planned = plans.real(machine=ride.engine.machine)
    ride.arm(planned).finish()
    assert stands(ride) == (State.FINISHED, Reason.COMPLETED)
    assert planned.notes[0] == "no_decline"


def test_a_session_with_no_way_down_left_goes_on() -> None:
    ride = Ride(machine=UNTRIED).arm(plans.of(SPRINT, STEADY))
    ride.until(lambda r: r.view.step is not None and r.view.step.index == 1)
    ride.run(10)
    stored = ride.engine.to_dict(ride.now)
    assert stored is not None
    wrong_way = DeclineCheck.WRONG_WAY
    ride.engine = Engine(UNTRIED, permissions=ALLOWED, level=ride.engine.level, decline=wrong_way)
    ride.engine.restore(stored, ride.now)
    ride.run(3)
    ride.ask(Resume())
    assert ride.engine.state is State.RUNNING


def test_the_user_may_let_it_be_tried_again() -> None:
    ride = moving()
    ride.engine.forget_decline()
    assert ride.engine.decline is DeclineCheck.UNTESTED
    ride.physics.faults.add(SimulatedFault.WRONG_WAY)
    ride.ask(Aim(None, -6))
    ride.run(10)
    ride.physics.faults.clear()
    ride.ask(Aim(None, 0))
    ride.run(20)
    ride.engine.forget_decline()
    ride.ask(Aim(None, -6))
    ride.run(40)
    assert found(ride) == [DeclineCheck.WRONG_WAY, DeclineCheck.CONFIRMED]
    assert ride.incline == pytest.approx(-6)


# ---- neither this way nor that


@pytest.mark.parametrize(
    "fault",
    [
        SimulatedFault.IGNORE,
        SimulatedFault.DECK_STUCK,
        SimulatedFault.REJECT,
        SimulatedFault.NO_ANSWER,
    ],
)
def test_r6_a_step_that_shows_nothing_leaves_it_untested(fault: SimulatedFault) -> None:
    ride = moving()
    ride.physics.faults.add(fault)
    ride.ask(Aim(None, -6))
    ride.run(30)
    assert ride.engine.decline is DeclineCheck.UNTESTED
    assert inclines(ride) == [-1]
    assert ride.view.target == Aim()


# ---- sessions


@pytest.mark.parametrize("session", ["descending_sprints", "rolling_descent", "descent_walk"])
def test_a_whole_session_runs_on_a_deck_that_was_never_seen_below_level(session: str) -> None:
    level = Level.ADVANCED
    plan = plans.real(session, level=level)
    known = Ride(level=level).arm(plan).finish()
    ride = ObservedRide(machine=UNTRIED, level=level).arm(plan).finish()
    assert stands(ride) == (State.FINISHED, Reason.COMPLETED)
    assert found(ride) == [DeclineCheck.CONFIRMED]
    assert broken(ride.moments, ride.machine, ALLOWED, level) == []
    assert descent_m(ride) == pytest.approx(descent_m(known), rel=0.01)


def descent_m(ride: Ride) -> float:
    """Return the metres down at target."""
    assert ride.view.summary is not None
    return ride.view.summary.descent_at_target_m


def test_a_session_after_the_first_one_tries_nothing() -> None:
    ride = Ride(machine=UNTRIED).arm(plans.real()).finish()
    begun = len(ride.effects)
    ride.run(30)
    ride.arm(plans.real()).finish()
    again = [effect for _, effect in ride.effects[begun:]]
    assert not any(isinstance(effect, DeclineTested) for effect in again)
    told = [e.value for e in again if isinstance(e, Command) and e.kind is CommandKind.SET_INCLINE]
    assert -1 not in told
