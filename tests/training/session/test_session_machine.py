"""What the machine does to a session: keys, faults, silence, and the end."""

from __future__ import annotations

from dataclasses import replace

import pytest

from custom_components.descent.training.events import (
    Aim,
    CommandKind,
    Fault,
    LetGo,
    Link,
    Pause,
    Reason,
    Resume,
    Skip,
    State,
    Status,
    StatusKind,
    Stop,
)
from custom_components.descent.training.model import Phase, Telemetry
from custom_components.descent.training.rules import Permissions
from custom_components.descent.treadmills.faults import SimulatedFault
from tests.training.plans import TYPICAL, flat, of, real, step
from tests.training.ride import Ride
from tests.training.session_rides import STEADY, keys, running, stands, told, waiting

SPRINT = step(Phase.DESCENT, 12, -6, 60, rep=1, reps=2)
RECOVERY = step(Phase.RECOVERY, 4, 2, 60, rep=1, reps=2)
SECOND = step(Phase.DESCENT, 12, -6, 60, rep=2, reps=2)


def ending() -> Ride:
    """Return a ride that slows down for good."""
    ride = Ride().arm(of(STEADY)).until(lambda r: r.speed > 7.9)
    ride.ask(Skip())
    return ride


# ---- the console


@pytest.mark.parametrize("status", [StatusKind.STOPPED, StatusKind.PAUSED])
def test_stopping_at_the_console_pauses_the_session(status: StatusKind) -> None:
    ride = running()
    ride.ask(Status(status))
    assert stands(ride) == (State.PAUSED, Reason.CONSOLE_STOP)
    assert keys(ride)[-1] == "paused_console"


def test_a_belt_that_nobody_here_stopped_is_first_seen_to_get_slower() -> None:
    ride = running()
    ride.physics.press_stop(ride.now)
    ride.run(10)
    assert stands(ride) == (State.SUSPENDED, Reason.CONSOLE_CHANGE)


def test_a_belt_that_stands_from_one_sample_to_the_next_is_believed_after_three_seconds() -> None:
    ride = running()
    since = ride.now
    ride.physics.measure = lambda now: Telemetry(at=now, speed_kmh=0, incline_pct=0)  # type: ignore[method-assign] # all it says from now on
    ride.until(lambda r: r.engine.state is not State.RUNNING, 10)
    assert stands(ride) == (State.PAUSED, Reason.CONSOLE_STOP)
    assert 3 <= ride.now - since <= 5


def test_a_belt_that_nobody_here_moves_pauses_the_session_when_it_stands() -> None:
    ride = Ride(permissions=Permissions()).arm(flat())
    ride.until(lambda r: r.engine.state is State.RUNNING)
    ride.physics.press_stop(ride.now)
    ride.until(lambda r: r.engine.state is not State.RUNNING, 30)
    assert stands(ride) == (State.PAUSED, Reason.CONSOLE_STOP)


@pytest.mark.parametrize("status", [StatusKind.STARTED, StatusKind.STOPPED])
def test_a_status_off_the_belt_changes_nothing(status: StatusKind) -> None:
    ride = waiting()
    assert ride.ask(Status(status)) == ()
    assert ride.engine.state is State.WAITING


def test_a_status_that_the_belt_was_started_changes_nothing() -> None:
    ride = running()
    assert ride.ask(Status(StatusKind.STARTED)) == ()


def test_r11_a_change_at_the_console_suspends_the_session() -> None:
    ride = running()
    ride.physics.console_speed(-2, ride.now)
    ride.until(lambda r: r.engine.state is State.SUSPENDED, 10)
    assert stands(ride)[1] is Reason.CONSOLE_CHANGE
    assert keys(ride)[-1] == "suspended_console_change"
    assert ride.all(Fault) == []
    ride.run(20)
    assert ride.speed == pytest.approx(6, abs=0.1)


def test_r11_a_lower_speed_is_the_ceiling_for_the_rest_of_the_set() -> None:
    ride = Ride().arm(of(SPRINT, RECOVERY, SECOND, STEADY)).in_descent()
    ride.physics.console_speed(-3, ride.now)
    ride.until(lambda r: r.engine.state is State.SUSPENDED, 10)
    ride.run(6)
    ride.ask(Resume())
    assert ride.view.step is not None
    assert ride.view.step.speed_kmh == pytest.approx(9, abs=0.1)
    ride.in_descent(2).run(5)
    assert ride.speed == pytest.approx(9, abs=0.2)
    ride.until(lambda r: r.view.step is not None and r.view.step.index == 3)
    ride.until(lambda r: r.speed > 7.9)


def test_r11_a_higher_speed_is_no_target_for_the_session() -> None:
    ride = Ride().arm(of(SPRINT)).in_descent()
    ride.physics.console_speed(1, ride.now)
    ride.until(lambda r: r.engine.state is State.SUSPENDED, 10)
    ride.run(5)
    ride.ask(Resume())
    assert ride.view.step is not None
    assert ride.view.step.speed_kmh == 12


def test_r11_a_lower_speed_before_the_descent_has_begun_is_a_ceiling_too() -> None:
    ride = Ride().arm(of(STEADY, SPRINT))
    ride.until(lambda r: r.view.step is not None and r.view.step.index == 1)
    ride.run(1.5)
    ride.physics.console_speed(-3, ride.now)
    ride.until(lambda r: r.engine.state is State.SUSPENDED, 10)
    ride.run(6)
    ride.ask(Resume())
    assert ride.view.step is not None
    assert ride.view.step.speed_kmh == 5


# ---- the safety key, the link, control


def test_pulling_the_safety_key_suspends_the_session() -> None:
    ride = running()
    ride.pull_key()
    assert stands(ride) == (State.SUSPENDED, Reason.SAFETY_KEY)
    assert keys(ride)[-1] == "suspended_safety_key"


def test_a_key_seen_to_be_out_in_telemetry_suspends_too() -> None:
    ride = running()
    ride.physics.pull_safety_key(ride.now)
    ride.run(1.5)
    assert stands(ride) == (State.SUSPENDED, Reason.SAFETY_KEY)


def test_a_key_seen_to_be_out_suspends_a_guided_session_too() -> None:
    ride = Ride(permissions=Permissions()).arm(flat())
    ride.until(lambda r: r.engine.state is State.RUNNING)
    ride.physics.pull_safety_key(ride.now)
    ride.run(1.5)
    assert stands(ride) == (State.SUSPENDED, Reason.SAFETY_KEY)


def test_losing_control_to_somebody_else_suspends_the_session() -> None:
    ride = running()
    ride.ask(Status(StatusKind.CONTROL_LOST))
    assert stands(ride) == (State.SUSPENDED, Reason.CONTROL_LOST)
    assert keys(ride)[-1] == "suspended_control_lost"


def test_r5_a_lost_link_suspends_the_session_and_says_so_as_a_fault() -> None:
    ride = running()
    ride.ask(Link(up=False))
    assert stands(ride) == (State.SUSPENDED, Reason.LOST_CONTACT)
    assert [effect for _, effect in ride.all(Fault)] == [Fault(Reason.LOST_CONTACT)]


def test_r5_silence_of_five_seconds_suspends_the_session() -> None:
    ride = running()
    last = ride.samples[-1][0]
    ride.physics.faults.add(SimulatedFault.SILENCE)
    ride.until(lambda r: r.engine.state is State.SUSPENDED, 10)
    assert ride.now == last + 5
    assert stands(ride)[1] is Reason.LOST_CONTACT


def test_r5_after_reconnecting_two_samples_and_the_runners_word_are_needed() -> None:
    ride = running()
    ride.ask(Link(up=False))
    ride.ask(Link(up=True))
    ride.run(30)
    assert stands(ride) == (State.SUSPENDED, Reason.CONTACT_BACK)
    ride.ask(Resume())
    assert stands(ride) == (State.RUNNING, None)


def test_r5_a_lost_link_leaves_a_paused_session_as_it_is() -> None:
    ride = running()
    ride.ask(Pause())
    ride.ask(Link(up=False))
    assert stands(ride) == (State.PAUSED, Reason.RUNNER)


def test_a_suspended_session_can_be_paused() -> None:
    ride = running()
    ride.ask(Link(up=False))
    ride.ask(Pause())
    assert stands(ride) == (State.PAUSED, Reason.RUNNER)


# ---- faults of the machine


@pytest.mark.parametrize(
    ("fault", "reason", "key"),
    [
        (SimulatedFault.REJECT, Reason.REJECTED, "suspended_rejected"),
        (SimulatedFault.IGNORE, Reason.NOT_CONFIRMED, "suspended_not_confirmed"),
        (SimulatedFault.NO_ANSWER, Reason.NOT_CONFIRMED, "suspended_not_confirmed"),
        (SimulatedFault.WRONG_WAY, Reason.WRONG_WAY, "fault_wrong_way"),
    ],
)
def test_a_machine_that_does_not_obey_suspends_the_session(
    fault: SimulatedFault, reason: Reason, key: str
) -> None:
    ride = running()
    ride.physics.faults.add(fault)
    ride.ask(Aim(speed_kmh=6))
    ride.until(lambda r: r.engine.state is State.SUSPENDED, 20)
    assert stands(ride)[1] is reason
    assert key in keys(ride)
    assert Fault(reason) in [effect for _, effect in ride.all(Fault)]


def test_a_belt_that_runs_faster_than_it_was_told_suspends_the_session() -> None:
    ride = running()
    ride.physics.faults.add(SimulatedFault.OVERSHOOT)
    ride.ask(Aim(speed_kmh=9))
    ride.until(lambda r: r.engine.state is State.SUSPENDED, 20)
    assert stands(ride)[1] is Reason.OVERSHOOT
    assert "fault_overshoot" in keys(ride)
    assert Fault(Reason.OVERSHOOT) in [effect for _, effect in ride.all(Fault)]


def test_a_fault_while_nothing_runs_is_told_but_changes_no_state() -> None:
    ride = running()
    ride.ask(Pause())
    before = stands(ride)
    assert ride.engine.session is not None
    effects = ride.engine.session.handle(LetGo(Reason.NOT_CONFIRMED), ride.now)
    assert stands(ride) == before
    assert effects[0] == Fault(Reason.NOT_CONFIRMED)
    assert ride.engine.session.handle(LetGo(Reason.CONSOLE_CHANGE), ride.now) == []


# ---- the end


def test_r14_at_the_end_the_belt_slows_down_the_deck_levels_and_the_belt_stops() -> None:
    ride = Ride().arm(of(step(Phase.STEADY, 8, 2, 30))).finish()
    kinds = [command.kind for _, command in ride.commands]
    last_speed = max(i for i, kind in enumerate(kinds) if kind is CommandKind.SET_SPEED)
    assert kinds[last_speed + 1 :] == [
        CommandKind.SET_INCLINE,
        CommandKind.STOP_BELT,
        CommandKind.RELEASE,
    ]
    assert stands(ride) == (State.FINISHED, Reason.COMPLETED)


def test_pausing_cannot_hold_up_the_end() -> None:
    ride = ending()
    assert ride.ask(Pause()) == ()
    ride.finish()
    assert stands(ride) == (State.FINISHED, Reason.ENDED_EARLY)


def test_stop_cuts_the_end_short() -> None:
    ride = ending()
    ride.ask(Stop())
    assert stands(ride) == (State.FINISHED, Reason.STOPPED)


def test_a_status_during_the_end_changes_nothing() -> None:
    ride = ending()
    assert ride.ask(Status(StatusKind.CONTROL_LOST)) == ()


def test_a_link_lost_during_the_end_finishes_with_a_fault() -> None:
    ride = ending()
    ride.ask(Link(up=False))
    assert stands(ride) == (State.FINISHED, Reason.ENDED_EARLY)
    assert [effect for _, effect in ride.all(Fault)] == [Fault(Reason.LOST_CONTACT)]
    assert keys(ride)[-2:] == ["press_stop", "end_early"]


def test_a_belt_that_does_not_obey_at_the_end_finishes_with_a_fault() -> None:
    ride = ending()
    ride.physics.faults.add(SimulatedFault.REJECT)
    ride.finish()
    assert stands(ride) == (State.FINISHED, Reason.ENDED_EARLY)
    assert "fault_use_safety_key" in keys(ride)
    assert keys(ride)[-2:] == ["press_stop", "end_early"]


def test_a_belt_that_nobody_here_may_stop_is_left_to_the_runner() -> None:
    ride = Ride(permissions=Permissions(), helpful=False).arm(of(STEADY))
    ride.later(1, ride.press_start)
    ride.later(30, lambda: ride.set_speed(5))
    ride.finish()
    assert stands(ride) == (State.FINISHED, Reason.COMPLETED)
    assert ride.view.elapsed_s == pytest.approx(60 + 120)
    assert keys(ride)[-2:] == ["press_stop", "end_completed"]
    assert told(ride, CommandKind.STOP_BELT) == 0


def test_a_belt_that_creeps_where_it_cannot_be_stopped_is_the_end() -> None:
    ride = Ride(machine=replace(TYPICAL, can_stop=False)).arm(of(STEADY)).finish()
    assert stands(ride) == (State.FINISHED, Reason.COMPLETED)
    assert 0 < ride.speed <= 3.1
    assert keys(ride)[-2:] == ["press_stop", "end_completed"]


# ---- why it stands where it does


def test_a_safety_key_that_is_back_is_no_reason_any_more() -> None:
    ride = running()
    ride.pull_key()
    ride.run(20)
    assert stands(ride) == (State.SUSPENDED, Reason.SAFETY_KEY)
    ride.physics.replace_safety_key(ride.now)
    ride.run(1.5)
    assert stands(ride) == (State.SUSPENDED, Reason.SAFETY_KEY_BACK)


def test_a_machine_that_never_says_that_its_key_is_back_leaves_the_reason_as_it_was() -> None:
    ride = Ride(machine=replace(TYPICAL, senses_key=False)).arm(of(STEADY))
    ride.until(lambda r: r.speed > 5)
    ride.ask(Status(StatusKind.SAFETY_KEY))
    ride.run(20)
    assert stands(ride) == (State.SUSPENDED, Reason.SAFETY_KEY)


def test_contact_that_is_back_is_no_reason_any_more() -> None:
    ride = running()
    ride.physics.faults.add(SimulatedFault.SILENCE)
    ride.run(8)
    assert stands(ride) == (State.SUSPENDED, Reason.LOST_CONTACT)
    ride.physics.faults.clear()
    ride.run(2.5)
    assert stands(ride) == (State.SUSPENDED, Reason.CONTACT_BACK)
    ride.physics.faults.add(SimulatedFault.SILENCE)
    ride.run(3)
    assert stands(ride) == (State.SUSPENDED, Reason.LOST_CONTACT)


# ---- leaving


def test_r3_leaving_says_so_slows_down_once_and_pauses() -> None:
    ride = running()
    ride.take(ride.engine.leave(ride.now))
    ride.run(20)
    assert stands(ride) == (State.PAUSED, Reason.RESTART)
    assert keys(ride)[-1] == "leaving"
    assert ride.commands[-1][1].value == 4
    assert ride.speed == pytest.approx(4, abs=0.1)


def test_r3_a_session_left_while_it_ended_comes_to_its_end_when_resumed() -> None:
    ride = ending()
    ride.take(ride.engine.leave(ride.now))
    ride.run(5)
    ride.ask(Resume())
    ride.finish()
    assert stands(ride) == (State.FINISHED, Reason.COMPLETED)


def test_real_sessions_know_these_rules_too() -> None:
    ride = Ride().arm(real()).in_descent(2)
    ride.pull_key()
    ride.run(10)
    assert stands(ride) == (State.SUSPENDED, Reason.SAFETY_KEY)
    ride.physics.replace_safety_key(ride.now)
    ride.run(3)
    ride.ask(Resume())
    ride.finish()
    assert stands(ride) == (State.FINISHED, Reason.COMPLETED)
    assert [round(lap.at_target_m) for lap in ride.laps_of("descent")] == [120] * 6
