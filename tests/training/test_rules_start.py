"""Rules R1, R2, R3 and R15: who may set the belt going, and when."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
import json

import pytest

from custom_components.descent.training.engine import Engine
from custom_components.descent.training.events import (
    Aim,
    Answered,
    Arm,
    Command,
    CommandKind,
    Cue,
    CueKind,
    Link,
    Pause,
    Reason,
    Refused,
    Resume,
    State,
    StateChanged,
    Status,
    StatusKind,
    Stop,
)
from custom_components.descent.training.model import Phase, Telemetry
from custom_components.descent.training.rules import Permissions
from custom_components.descent.treadmills.faults import SimulatedFault
from tests.training import plans
from tests.training.ride import ALLOWED, Ride

STARTS = Permissions(control=True, start_belt=True)
START = CommandKind.START_BELT


def armed(permissions: Permissions = ALLOWED) -> Ride:
    """Return a session that waits for its runner, who lets it wait."""
    return Ride(helpful=False, permissions=permissions).arm(plans.flat())


def standing(ride: Ride, event: Arm | Resume | Aim | Pause) -> str:
    """Return why an event is refused."""
    with pytest.raises(Refused) as refused:
        ride.ask(event)
    return refused.value.key


def stands(ride: Ride) -> tuple[State, Reason | None]:
    """Return where the session stands, and why."""
    return ride.engine.state, ride.view.reason


def kinds(ride: Ride) -> list[CommandKind]:
    """Return the kinds of everything that was sent."""
    return [command.kind for _, command in ride.commands]


# ---- R1


def test_r1_a_slider_moves_nothing_without_acknowledgement() -> None:
    ride = Ride(permissions=Permissions(start_belt=True))
    ride.press_start()
    ride.run(10)
    assert standing(ride, Aim(5.0)) == "not_acknowledged"
    assert ride.commands == []


def test_r1_a_withdrawn_acknowledgement_counts_from_the_next_command_on() -> None:
    ride = Ride().arm(plans.flat(12.0)).until(lambda r: r.speed > 4)
    ride.engine.permissions = Permissions()
    sent = len(ride.commands)
    ride.run(30)
    assert len(ride.commands) == sent


# ---- R2


def test_r2_arming_sends_nothing_and_asks_the_runner_to_press_start() -> None:
    ride = armed()
    ride.run(60)
    assert ride.commands == []
    assert [cue.key for _, cue in ride.cues] == ["arm_press_start"]


def test_r2_the_session_takes_over_after_three_moving_samples() -> None:
    ride = armed()
    ride.press_start()
    ride.until(lambda r: r.engine.state is State.RUNNING)
    moving = [at for at, speed, _ in ride.samples if speed > 0.3]
    assert len(moving) == 3
    assert moving[-1] == ride.now


def test_r2_a_belt_that_stops_between_does_not_count() -> None:
    ride = armed()
    for second, speed in enumerate((0.5, 0.5, 0.0, 0.5, 0.5, 0.0, 0.5, 0.5), start=10):
        ride.engine.handle(Telemetry(at=second, speed_kmh=speed, incline_pct=0), second)
    assert ride.engine.state is State.ARMED


def test_r2_stale_samples_do_not_count() -> None:
    ride = armed()
    for at in (10.0, 11.0, 12.0):
        ride.engine.handle(Telemetry(at=at, speed_kmh=2.0, incline_pct=0), 20.0)
    assert ride.engine.state is State.ARMED


def test_r2_arming_expires_after_120_s() -> None:
    ride = armed()
    ride.run(119.9)
    assert stands(ride) == (State.ARMED, None)
    ride.run(0.2)
    assert stands(ride) == (State.FINISHED, Reason.EXPIRED)


def test_r2_a_session_armed_again_that_expires_is_paused() -> None:
    ride = Ride().arm(plans.flat()).until(lambda r: r.speed > 7)
    ride.helpful = False
    ride.ask(Pause())
    ride.until(lambda r: r.speed == 0)
    ride.run(3)
    ride.ask(Resume())
    assert ride.engine.state is State.ARMED
    ride.run(121)
    assert (ride.engine.state, ride.view.reason) == (State.PAUSED, Reason.NOT_STARTED)


def test_r2_home_assistant_starts_the_belt_once_after_a_spoken_countdown() -> None:
    ride = armed(STARTS)
    assert ride.cues[0][1].values == {"seconds": "10"}
    ride.run(60)
    assert [at for at, command in ride.commands if command.kind is START] == [13.0]
    assert ride.engine.state is State.RUNNING


@pytest.mark.parametrize(
    "fault",
    [
        SimulatedFault.REJECT,
        SimulatedFault.NO_ANSWER,
        SimulatedFault.IGNORE,
        SimulatedFault.BELT_STUCK,
    ],
)
def test_r2_a_failed_start_is_never_repeated(fault: SimulatedFault) -> None:
    ride = armed(STARTS)
    ride.physics.faults.add(fault)
    ride.run(119)
    assert kinds(ride).count(START) == 1


def test_r2_a_start_is_not_replayed_after_a_reconnection() -> None:
    ride = armed(STARTS)
    ride.run(5)
    ride.ask(Link(up=False))
    ride.ask(Link(up=True))
    ride.run(100)
    assert START not in kinds(ride)
    assert ride.engine.state is State.SUSPENDED


def lose_link(ride: Ride) -> None:
    ride.ask(Link(up=False))
    ride.run(2)
    ride.ask(Link(up=True))


def lose_notifications(ride: Ride) -> None:
    ride.physics.faults.add(SimulatedFault.SILENCE)
    ride.run(5.5)
    ride.physics.faults.clear()


def miss_a_silence(ride: Ride) -> None:
    """Have the computer stand still: nothing measured, and nobody woken at its end."""
    ride.now += 5.3
    ride._next_sample = ride.now


@pytest.mark.parametrize("lose", [lose_link, lose_notifications, miss_a_silence])
@pytest.mark.parametrize("into_s", [0.0, 3.0])
def test_r2_contact_lost_in_the_countdown_ends_it_until_the_runner_asks_again(
    lose: Callable[[Ride], None], into_s: float
) -> None:
    ride = armed(STARTS)
    ride.run(into_s)
    lose(ride)
    ride.run(60)
    assert stands(ride) == (State.SUSPENDED, Reason.CONTACT_BACK)
    assert kinds(ride) == []
    ride.ask(Resume())
    ride.run(11)
    assert kinds(ride) == [START]


@pytest.mark.parametrize("lose", [lose_link, lose_notifications])
def test_r2_beside_the_belt_nothing_is_armed_without_contact(lose: Callable[[Ride], None]) -> None:
    drills = plans.step(Phase.DRILLS, 0, 0, 20)
    ride = Ride(helpful=False).arm(plans.of(drills, plans.step(Phase.STEADY, 6, 0, 60)))
    ride.physics.press_start(ride.now)
    ride.until(lambda r: r.engine.state is State.WAITING)
    ride.until(lambda r: "confirm_off_belt" in [cue.key for _, cue in r.cues])
    ride.physics.faults.add(SimulatedFault.SILENCE)
    ride.ask(Link(up=False))
    assert standing(ride, Resume()) == "no_contact"
    states = [ride.engine.state]
    lose(ride)
    ride.physics.faults.clear()
    ride.run(3)
    ride.ask(Resume())
    assert [*states, ride.engine.state] == [State.WAITING, State.ARMED]


def test_r2_a_session_that_waits_for_its_runner_waits_through_a_silence() -> None:
    ride = armed()
    lose_notifications(ride)
    ride.run(10)
    assert ride.engine.state is State.ARMED


def silent(permissions: Permissions = ALLOWED, *, answers: bool = True) -> Ride:
    """Return a treadmill that measures nothing while the belt stands, after a silence."""
    ride = Ride(helpful=False, permissions=permissions)
    ride.physics.faults.add(SimulatedFault.SILENCE)
    ride.run(30)
    ride.take(ride.engine.handle(Answered(), ride.now) if answers else ())
    return ride


def test_r2_a_machine_that_is_silent_at_rest_and_answers_can_be_armed() -> None:
    ride = silent().arm(plans.flat())
    assert stands(ride) == (State.ARMED, None)
    ride.physics.faults.clear()
    ride.physics.press_start(ride.now)
    ride.until(lambda r: r.engine.state is State.RUNNING)
    moving = [speed for at, speed, _ in ride.samples if speed > 0.3]
    assert len(moving) == 3


def test_r2_a_silent_machine_that_does_not_answer_cannot_be_armed() -> None:
    assert standing(silent(answers=False), Arm(plans.flat())) == "no_contact"


def test_r2_an_answer_is_worth_no_more_than_a_measurement_of_its_age() -> None:
    ride = silent()
    ride.run(2.1)
    assert standing(ride, Arm(plans.flat())) == "no_contact"


def test_r2_no_countdown_starts_a_belt_that_nobody_sees() -> None:
    ride = silent(STARTS).arm(plans.flat())
    ride.run(60)
    assert stands(ride) == (State.ARMED, None)
    assert kinds(ride) == []
    assert [cue.key for _, cue in ride.cues] == ["arm_press_start"]


def test_r2_a_slider_needs_a_measurement_and_no_mere_answer() -> None:
    assert standing(silent(), Aim(incline_pct=1)) == "no_contact"


def test_r2_resuming_on_a_silent_machine_waits_for_a_belt_that_moves() -> None:
    ride = armed()
    ride.physics.press_start(ride.now)
    ride.until(lambda r: r.engine.state is State.RUNNING)
    ride.physics.press_stop(ride.now)
    ride.ask(Pause())
    ride.run(20)
    ride.physics.faults.add(SimulatedFault.SILENCE)
    ride.run(30)
    assert standing(ride, Resume()) == "no_contact"
    ride.take(ride.engine.handle(Answered(), ride.now))
    ride.ask(Resume())
    assert stands(ride) == (State.ARMED, None)


def test_r3_after_a_reconnection_a_silent_machine_is_resumed_to_wait_for_its_belt() -> None:
    ride = armed()
    ride.physics.press_start(ride.now)
    ride.until(lambda r: r.engine.state is State.RUNNING)
    ride.physics.faults.add(SimulatedFault.SILENCE)
    ride.take(ride.engine.handle(Link(up=False), ride.now))
    ride.run(30)
    ride.take(ride.engine.handle(Link(up=True), ride.now))
    ride.take(ride.engine.handle(Answered(), ride.now))
    ride.ask(Resume())
    assert stands(ride) == (State.ARMED, None)
    ride.run(5)
    assert kinds(ride)[-1:] != [CommandKind.SET_SPEED]


def test_an_off_belt_step_is_confirmed_on_a_silent_machine_that_came_back() -> None:
    drills = plans.step(Phase.DRILLS, 0, 0, 20)
    before = Ride(helpful=False).arm(plans.of(drills, plans.step(Phase.STEADY, 6, 0, 60)))
    before.physics.press_start(before.now)
    before.until(lambda r: r.engine.state is State.WAITING)
    stored = before.engine.to_dict(before.now)
    assert stored is not None
    engine = Engine(before.machine, permissions=ALLOWED)
    engine.restore(json.loads(json.dumps(stored)), 0.0)
    engine.handle(Link(up=True), 1.0)
    engine.handle(Answered(), 2.0)
    states = []
    for at in (2.0, 30.0):
        engine.advance(at)
        engine.handle(Answered(), at)
        engine.handle(Resume(), at)
        states.append(engine.state)
    assert states == [State.WAITING, State.ARMED]


@pytest.mark.parametrize("said", [True, False])
def test_r2_a_runner_who_starts_the_belt_in_the_countdown_takes_its_place(*, said: bool) -> None:
    ride = armed(STARTS)
    ride.run(1)
    ride.physics.press_start(ride.now)
    ride.take(ride.engine.handle(Status(StatusKind.STARTED), ride.now) if said else ())
    ride.until(lambda r: r.engine.state is State.RUNNING)
    assert START not in kinds(ride)


def test_r2_a_belt_that_was_started_and_stopped_by_hand_in_the_countdown_is_left_alone() -> None:
    ride = armed(STARTS)
    ride.ask(Status(StatusKind.STARTED))
    ride.run(60)
    assert ride.engine.state is State.ARMED
    assert kinds(ride) == []


def test_r2_the_runner_who_presses_stop_in_the_countdown_is_not_started() -> None:
    ride = armed(STARTS)
    ride.run(5)
    ride.ask(Status(StatusKind.STOPPED))
    ride.run(60)
    assert START not in kinds(ride)
    assert (ride.engine.state, ride.view.reason) == (State.PAUSED, Reason.CONSOLE_STOP)


def test_r2_stop_in_the_countdown_cancels_the_start() -> None:
    ride = armed(STARTS)
    ride.run(5)
    ride.ask(Stop())
    ride.run(60)
    assert START not in kinds(ride)


def test_r2_no_speed_is_sent_to_a_standing_belt() -> None:
    ride = Ride()
    assert standing(ride, Aim(5.0)) == "belt_not_moving"
    ride.run(10)
    assert ride.commands == []


def test_r2_a_belt_on_its_way_to_rest_is_not_taken_over() -> None:
    ride = Ride(helpful=False).arm(plans.flat(12.0))
    ride.press_start()
    ride.until(lambda r: r.speed > 11)
    ride.ask(Stop())
    ride.run(1)
    ride.arm(plans.flat())
    ride.run(20)
    assert ride.engine.state is State.ARMED
    assert ride.speed == 0


def test_r2_resuming_while_the_belt_stops_waits_for_the_runner() -> None:
    ride = Ride(helpful=False).arm(plans.flat())
    ride.press_start()
    ride.until(lambda r: r.speed > 7)
    ride.ask(Pause())
    ride.until(lambda r: r.commands[-1][1].kind is CommandKind.STOP_BELT)
    ride.ask(Resume())
    assert ride.engine.state is State.ARMED
    ride.run(20)
    assert ride.engine.state is State.ARMED
    assert ride.speed == 0


# ---- R3


def test_r3_a_restart_comes_back_paused_and_only_the_runner_resumes() -> None:
    ride = Ride().arm(plans.real()).in_descent(2)
    stored = json.loads(json.dumps(ride.engine.to_dict(ride.now)))
    laps, metres = ride.laps, ride.view.distance_m
    ride.engine = Engine(ride.machine, permissions=ALLOWED)
    ride.take(ride.engine.restore(stored, ride.now))
    sent = len(ride.commands)
    ride.run(60)
    assert (ride.engine.state, ride.view.reason) == (State.PAUSED, Reason.RESTART)
    assert len(ride.commands) == sent
    assert ride.view.step is not None
    assert ride.view.step.rep == 2
    assert ride.engine.session is not None
    assert ride.engine.session.steps.laps == laps
    assert ride.view.distance_m == pytest.approx(metres, rel=0.2)
    ride.ask(Resume())
    assert ride.engine.state is State.RUNNING


def test_r3_an_orderly_leave_says_so_and_slows_to_walking_pace_with_one_command() -> None:
    ride = Ride().arm(plans.real()).in_descent()
    effects = ride.engine.leave(ride.now)
    assert [effect.key for effect in effects if isinstance(effect, Cue)] == ["leaving"]
    commands = [effect for effect in effects if isinstance(effect, Command)]
    assert [(command.kind, command.value) for command in commands] == [(CommandKind.SET_SPEED, 4.0)]
    assert effects[-1] == StateChanged(State.PAUSED, Reason.RESTART)


def coming_to_rest(wish: Pause | Aim | None) -> Ride:
    """Return a runner at 7 to 9 km/h whose belt is on its way to a standstill."""
    plan = plans.of(plans.step(Phase.STEADY, 10, 0, 40 if wish is None else 600))
    ride = Ride().arm(plan).until(lambda r: r.speed > 9.9)
    if wish is not None:
        ride.run(3)
        ride.ask(wish)
    return ride.until(lambda r: r.speed < 8.5)


def by_slider() -> Ride:
    """Return a runner without a session who has set the belt to 0."""
    ride = Ride()
    ride.press_start()
    ride.until(lambda r: r.speed > 0.99)
    ride.ask(Aim(8.0))
    ride.until(lambda r: r.speed > 7.9).run(3)
    ride.ask(Aim(0.0))
    return ride.until(lambda r: r.speed < 7)


@pytest.mark.parametrize(
    ("made", "said"),
    [
        (lambda: coming_to_rest(Pause()), []),
        (lambda: coming_to_rest(Aim(0.0)), []),
        (lambda: coming_to_rest(None), ["leaving_stops"]),
        (by_slider, []),
    ],
    ids=["paused", "slider to 0", "the end", "no session"],
)
def test_r3_leaving_a_belt_on_its_way_to_rest_sends_it_to_rest(
    made: Callable[[], Ride], said: list[str]
) -> None:
    ride = made()
    before = len(ride.commands)
    effects = ride.engine.leave(ride.now)
    ride.take(effects)
    assert [effect.key for effect in effects if isinstance(effect, Cue)] == said
    assert [command.kind for _, command in ride.commands[before:]] == [CommandKind.STOP_BELT]
    assert [e for e in ride.engine.leave(ride.now) if isinstance(e, Command)] == []
    ride.now += 60  # nobody is here any more
    assert ride.speed == 0


def test_r3_leaving_a_belt_that_takes_no_stop_slows_it_as_far_as_it_goes() -> None:
    machine = replace(plans.TYPICAL, can_stop=False)
    ride = Ride(machine=machine).arm(plans.flat(8.0)).until(lambda r: r.speed > 7.9)
    ride.ask(Pause())
    ride.run(1.2)
    effects = ride.engine.leave(ride.now)
    ride.take(effects)
    assert [effect.value for effect in effects if isinstance(effect, Command)] == [0.8]
    assert [effect.key for effect in effects if isinstance(effect, Cue)] == ["press_stop"]


def test_r3_leaving_sends_a_stop_that_nobody_has_seen_obeyed_once_more() -> None:
    ride = Ride().arm(plans.flat(8.0)).until(lambda r: r.speed > 7.9)
    ride.physics.faults.add(SimulatedFault.STOP_IGNORED)
    ride.ask(Stop())
    ride.run(1)
    commands = [e.kind for e in ride.engine.leave(ride.now) if isinstance(e, Command)]
    assert commands == [CommandKind.STOP_BELT]


def test_r3_leaving_tells_a_belt_that_is_stopping_nothing_more() -> None:
    ride = Ride().arm(plans.flat(8.0, 60)).until(lambda r: r.view.state is State.ENDING)
    ride.until(lambda r: r.commands[-1][1].kind is CommandKind.STOP_BELT)
    assert [e for e in ride.engine.leave(ride.now) if isinstance(e, Command)] == []


def test_r3_leaving_speeds_nobody_up() -> None:
    ride = Ride().arm(plans.flat(3.0)).until(lambda r: r.speed > 2.9)
    assert [e for e in ride.engine.leave(ride.now) if isinstance(e, Command)] == []


# ---- R15


def test_r15_a_second_session_is_refused_and_changes_nothing() -> None:
    ride = Ride().arm(plans.flat()).until(lambda r: r.speed > 7)
    before = ride.engine.to_dict(ride.now)
    assert standing(ride, Arm(plans.real())) == "session_active"
    assert ride.engine.to_dict(ride.now) == before


def test_r15_a_slider_in_a_session_goes_through_the_session() -> None:
    ride = Ride().arm(plans.flat()).until(lambda r: r.speed > 7.9)
    ride.ask(Aim(6.0))
    ride.run(10)
    assert ride.speed == pytest.approx(6.0, abs=0.1)
    assert ride.engine.state is State.RUNNING
    assert ride.view.step is not None
    assert ride.view.step.phase is Phase.STEADY
    assert ride.view.step.speed_kmh == 6.0
    assert CueKind.FAULT not in [cue.kind for _, cue in ride.cues]


def test_r2_a_machine_that_refuses_to_start_is_started_by_the_runner_and_never_asked_again() -> (
    None
):
    ride = armed(STARTS)
    ride.physics.faults.add(SimulatedFault.REJECT)
    ride.run(60)
    assert kinds(ride) == [START]
    assert [cue.key for _, cue in ride.cues] == ["arm_countdown", "countdown", "arm_press_start"]
    ride.physics.faults.clear()
    ride.press_start()
    ride.until(lambda r: r.engine.state is State.RUNNING)


# ---- R2: by hand, whatever is permitted


def test_r2_a_session_armed_by_hand_never_starts_the_belt() -> None:
    ride = Ride(helpful=False, permissions=STARTS)
    ride.ask(Arm(plans.flat(), by_hand=True))
    assert [cue.key for _, cue in ride.cues] == ["arm_press_start"]
    ride.run(130)
    assert START not in kinds(ride)
    assert stands(ride) == (State.FINISHED, Reason.EXPIRED)


@pytest.mark.parametrize(("by_hand", "starts"), [(True, 0), (False, 1)])
def test_r2_whoever_resumes_decides_how_the_belt_is_started(by_hand: bool, starts: int) -> None:
    ride = Ride(helpful=False, permissions=STARTS)
    ride.ask(Arm(plans.flat(), by_hand=not by_hand))
    ride.ask(Pause())
    ride.ask(Resume(by_hand=by_hand))
    ride.run(30)
    assert kinds(ride).count(START) == starts


def test_r2_a_refused_wish_does_not_change_how_the_belt_is_started() -> None:
    ride = Ride(permissions=STARTS, helpful=False)
    ride.ask(Arm(plans.flat(), by_hand=True))
    with pytest.raises(Refused):
        ride.ask(Arm(plans.flat(), by_hand=False))
    assert not ride.engine.gate.limits.starts_belt
