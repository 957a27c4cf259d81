"""Where a session stands, and what people may do there."""

from __future__ import annotations

import pytest

from custom_components.descent.training.actuators import Actuators
from custom_components.descent.training.events import (
    Aim,
    Arm,
    Command,
    CommandKind,
    Event,
    Finished,
    Link,
    Pause,
    Reason,
    Resume,
    Skip,
    State,
    StateChanged,
    Stop,
)
from custom_components.descent.training.gate import Gate, Limits
from custom_components.descent.training.model import Level, Rates
from custom_components.descent.training.rules import Permissions
from custom_components.descent.training.session import Session
from custom_components.descent.training.session.session import TRANSITIONS
from tests.training.plans import TYPICAL, flat, short
from tests.training.ride import ALLOWED, Ride
from tests.training.session_rides import at_rest, keys, refused, running, stands, told, waiting

MAY_START = Permissions(control=True, start_belt=True)


# ---- the table


def test_no_state_is_a_dead_end_but_the_last() -> None:
    assert {state for state, ways in TRANSITIONS.items() if not ways} == {State.FINISHED}


def test_only_arming_and_coming_back_leave_the_beginning() -> None:
    assert TRANSITIONS[State.IDLE] == {State.ARMED, State.PAUSED}


def test_r14_an_end_under_way_leads_to_the_end_or_is_left_with_home_assistant() -> None:
    assert TRANSITIONS[State.ENDING] == {State.FINISHED, State.PAUSED}


def test_a_way_that_is_not_in_the_table_is_an_error_of_the_program() -> None:
    gate = Gate(Limits(machine=TYPICAL, permissions=ALLOWED, level=Level.BEGINNER))
    with pytest.raises(RuntimeError, match="no way from idle to running"):
        Session(flat(), gate, Actuators(Rates()))._to(State.RUNNING)


# ---- starting


def test_r2_starting_a_session_arms_it_and_moves_nothing() -> None:
    ride = Ride(helpful=False).arm(flat())
    ride.run(100)
    assert stands(ride) == (State.ARMED, None)
    assert keys(ride) == ["arm_press_start"]
    assert ride.commands == []


def test_r2_the_session_runs_once_the_runner_has_started_the_belt() -> None:
    ride = Ride().arm(flat()).until(lambda r: r.engine.state is State.RUNNING)
    assert keys(ride)[1:3] == ["session_start", "step_steady"]
    assert ride.cues[1][1].values == {"name": "Test", "minutes": "10"}


def test_r2_arming_expires_after_two_minutes() -> None:
    ride = Ride(helpful=False).arm(flat())
    ride.run(121)
    assert stands(ride) == (State.FINISHED, Reason.EXPIRED)
    assert keys(ride)[-1] == "end_expired"
    assert ride.view.elapsed_s == 0


def test_r2_where_allowed_the_belt_is_started_after_a_countdown_once() -> None:
    ride = Ride(helpful=False, permissions=MAY_START).arm(flat())
    ride.until(lambda r: r.engine.state is State.RUNNING)
    assert keys(ride)[0] == "arm_countdown"
    assert [at for at, command in ride.commands if command.kind is CommandKind.START_BELT] == [13]


def test_r2_a_start_command_without_effect_is_not_repeated() -> None:
    ride = Ride(helpful=False, permissions=MAY_START)
    ride.physics.start = lambda now: None  # type: ignore[method-assign] # the belt does nothing
    ride.arm(flat())
    ride.run(121)
    assert told(ride, CommandKind.START_BELT) == 1
    assert stands(ride) == (State.FINISHED, Reason.EXPIRED)


def test_r15_a_second_session_is_refused_while_one_is_under_way() -> None:
    assert refused(running(), Arm(flat())) == "session_active"


# ---- pausing and resuming


def test_a_pause_brings_the_belt_to_rest_and_keeps_the_place() -> None:
    ride = running()
    ride.ask(Pause())
    left = ride.view.step_left_s
    ride.run(60)
    assert stands(ride) == (State.PAUSED, Reason.RUNNER)
    assert at_rest(ride)
    assert ride.view.step_left_s == left
    assert keys(ride)[-1] == "paused"


def test_pausing_twice_is_pausing_once() -> None:
    ride = running()
    ride.ask(Pause())
    assert ride.ask(Pause()) == ()
    assert stands(ride) == (State.PAUSED, Reason.RUNNER)


def test_an_armed_session_can_be_paused() -> None:
    ride = Ride(helpful=False).arm(flat())
    ride.ask(Pause())
    ride.run(200)
    assert stands(ride) == (State.PAUSED, Reason.RUNNER)


def test_resuming_on_a_standing_belt_waits_for_start_again() -> None:
    ride = running(helpful=False)
    ride.ask(Pause())
    ride.run(30)
    ride.ask(Resume())
    assert stands(ride) == (State.ARMED, None)
    ride.later(1, ride.press_start)
    ride.until(lambda r: r.engine.state is State.RUNNING)
    assert keys(ride)[-1] == "resumed"


def test_resuming_on_a_moving_belt_goes_on_at_once() -> None:
    ride = running()
    ride.ask(Pause())
    ride.run(1)
    ride.ask(Resume())
    assert stands(ride) == (State.RUNNING, None)
    ride.until(lambda r: r.speed > 7.9)


def test_armed_again_after_a_pause_the_session_is_kept_if_nobody_starts_the_belt() -> None:
    ride = running(helpful=False)
    ride.ask(Pause())
    ride.run(30)
    ride.ask(Resume())
    ride.run(121)
    assert stands(ride) == (State.PAUSED, Reason.NOT_STARTED)
    assert keys(ride)[-1] == "paused_not_started"


@pytest.mark.parametrize("event", [Resume(), Skip(), Aim(speed_kmh=8)])
def test_what_makes_no_sense_while_armed_is_refused(event: Event) -> None:
    assert refused(Ride(helpful=False).arm(flat()), event) in (
        "nothing_to_resume",
        "nothing_to_skip",
        "not_running",
    )


def test_a_running_session_cannot_be_resumed() -> None:
    assert refused(running(), Resume()) == "nothing_to_resume"


def test_r5_resuming_needs_fresh_telemetry() -> None:
    ride = running()
    ride.ask(Pause())
    ride.now += 3
    assert refused(ride, Resume()) == "no_contact"


def test_a_session_is_not_resumed_without_the_safety_key() -> None:
    ride = running()
    ride.pull_key()
    ride.run(10)
    assert refused(ride, Resume()) == "safety_key_out"


def test_a_session_paused_before_its_first_step_begins_with_it() -> None:
    ride = Ride(helpful=False).arm(flat())
    ride.ask(Pause())
    ride.ask(Resume())
    ride.later(1, ride.press_start)
    ride.until(lambda r: r.engine.state is State.RUNNING)
    assert keys(ride)[-2:] == ["session_start", "step_steady"]


# ---- stopping


def paused() -> Ride:
    ride = running()
    ride.ask(Pause())
    return ride


def suspended() -> Ride:
    ride = running()
    ride.ask(Link(up=False))
    return ride


STANDS = {
    State.ARMED: lambda: Ride(helpful=False).arm(flat()),
    State.RUNNING: running,
    State.WAITING: waiting,
    State.PAUSED: paused,
    State.SUSPENDED: suspended,
}


@pytest.mark.parametrize("state", STANDS)
def test_r4_stop_works_in_every_state(state: State) -> None:
    ride = STANDS[state]()
    assert ride.engine.state is state
    effects = ride.ask(Stop())
    assert isinstance(effects[0], Command)
    assert effects[0].kind is CommandKind.STOP_BELT
    assert stands(ride) == (State.FINISHED, Reason.STOPPED)
    assert isinstance(effects[-1], Finished)


def test_r4_stop_after_the_end_is_a_stop_again() -> None:
    ride = running()
    ride.ask(Stop())
    (again,) = ride.ask(Stop())
    assert isinstance(again, Command)
    assert again.kind is CommandKind.STOP_BELT


def test_after_a_stop_only_a_new_session_goes_on() -> None:
    ride = running()
    ride.ask(Stop())
    ride.run(20)
    assert refused(ride, Resume()) == "no_session"
    ride.ask(Arm(flat()))
    assert ride.engine.state is State.ARMED


def test_a_target_of_zero_is_a_pause() -> None:
    ride = running()
    ride.ask(Aim(speed_kmh=0))
    ride.run(30)
    assert stands(ride) == (State.PAUSED, Reason.RUNNER)
    assert at_rest(ride)


def test_every_change_of_state_is_told_once() -> None:
    ride = Ride().arm(short()).finish()
    states = [
        change.state for _, change in ride.all(StateChanged) if isinstance(change, StateChanged)
    ]
    assert states == [
        State.ARMED,
        State.RUNNING,
        State.WAITING,
        State.ARMED,
        State.RUNNING,
        State.WAITING,
        State.ARMED,
        State.RUNNING,
        State.WAITING,
        State.FINISHED,
    ]
