"""Rules R4, R5 and R6: stopping, losing sight of the machine, and what became of a command."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from custom_components.descent.training.engine import Engine
from custom_components.descent.training.events import (
    Aim,
    Answer,
    Arm,
    Command,
    CommandKind,
    Cue,
    Effect,
    Fault,
    LetGo,
    Link,
    Outcome,
    Pause,
    Reason,
    Refused,
    Resume,
    State,
    Stop,
    Verdict,
)
from custom_components.descent.treadmills.faults import SimulatedFault
from tests.training import plans
from tests.training.ride import ALLOWED, Ride

STOP, RELEASE = CommandKind.STOP_BELT, CommandKind.RELEASE
SAFETY_KEY = "fault_use_safety_key"


def running(fault: SimulatedFault | None = None, speed: float = 12.0) -> Ride:
    """Return a runner at speed on the level; then something goes wrong."""
    ride = Ride().arm(plans.flat(speed)).until(lambda r: r.speed > speed - 0.01)
    if fault is not None:
        ride.physics.faults.add(fault)
    return ride


def stands(ride: Ride) -> tuple[State, Reason | None]:
    """Return where the session stands, and why."""
    return ride.engine.state, ride.view.reason


def since(ride: Ride, count: int) -> list[CommandKind]:
    """Return the kinds of the commands after the first ``count``."""
    return [command.kind for _, command in ride.commands[count:]]


def warned_at(ride: Ride, key: str) -> list[float]:
    """Return when a cue was given."""
    return [at for at, cue in ride.cues if cue.key == key]


def refused(ride: Ride, event: Aim | Resume | Arm) -> str:
    """Return why an event is refused."""
    with pytest.raises(Refused) as why:
        ride.ask(event)
    return why.value.key


# ---- R4


def idle() -> Ride:
    return Ride()


def armed() -> Ride:
    return Ride(helpful=False).arm(plans.flat())


def waiting() -> Ride:
    return Ride().arm(plans.short()).until(lambda r: r.engine.state is State.WAITING)


def paused() -> Ride:
    ride = running()
    ride.ask(Pause())
    return ride


def suspended() -> Ride:
    ride = running()
    ride.physics.console_speed(-2, ride.now)
    return ride.until(lambda r: r.engine.state is State.SUSPENDED)


def finished() -> Ride:
    ride = running()
    ride.ask(Stop())
    return ride


def ending() -> Ride:
    return Ride().arm(plans.flat(8.0, 60)).until(lambda r: r.view.step is None and bool(r.laps))


def in_descent() -> Ride:
    return Ride().arm(plans.real()).in_descent()


def deck_moving() -> Ride:
    return Ride().arm(plans.real()).until(lambda r: -5 < r.incline < -1)


EVERYWHERE = [idle, armed, running, waiting, paused, suspended, finished, ending, in_descent]


@pytest.mark.parametrize("place", [*EVERYWHERE, deck_moving])
def test_r4_stop_works_in_any_state_at_once_and_twice(place: Callable[[], Ride]) -> None:
    ride = place()
    sent = len(ride.commands)
    for _ in range(2):
        effects = ride.ask(Stop())
        assert isinstance(effects[0], Command)
        assert effects[0].kind is STOP
    ride.run(60)
    assert ride.speed == 0
    *stops, last = since(ride, sent)
    assert set(stops) == {STOP}
    assert last is RELEASE
    assert ride.engine.state in (State.IDLE, State.FINISHED)


def test_r4_stop_without_permission_and_without_any_measurement() -> None:
    engine = Engine(plans.TYPICAL, permissions=ALLOWED)
    effects = engine.handle(Stop(), 0.0)
    assert [e.kind for e in effects if isinstance(e, Command)] == [STOP]


def test_r14_control_is_given_back_once_the_belt_is_seen_to_stand_and_not_before() -> None:
    ride = in_descent()
    ride.ask(Stop())
    ride.until(lambda r: r.commands[-1][1].kind is RELEASE)
    assert [speed for _, speed, _ in ride.samples[-3:]] == [
        pytest.approx(0.65, abs=0.34),
        *[pytest.approx(0.15, abs=0.15)] * 2,
    ]


@pytest.mark.parametrize("fault", [SimulatedFault.REJECT, SimulatedFault.LINK_LOST])
def test_r4_a_stop_that_is_not_taken_is_said_at_once_and_not_with_every_repetition(
    fault: SimulatedFault,
) -> None:
    ride = running(fault)
    asked = ride.now
    ride.ask(Stop())
    ride.run(4.9)
    assert warned_at(ride, SAFETY_KEY) == [pytest.approx(asked, abs=0.1)]
    assert Fault(Reason.NOT_CONFIRMED) in [effect for _, effect in ride.effects]
    ride.run(0.2)
    assert warned_at(ride, SAFETY_KEY)[1:] == [asked + 5]
    assert ride.view.stopping


def test_r4_a_stop_is_under_way_until_the_belt_is_seen_to_stand() -> None:
    ride = running()
    stopping = [ride.view.stopping]
    ride.ask(Stop())
    stopping.append(ride.view.stopping)
    ride.until(lambda r: r.commands[-1][1].kind is RELEASE)
    assert [*stopping, ride.view.stopping] == [False, True, False]


def test_r14_a_belt_that_ignores_the_stop_is_not_given_back() -> None:
    ride = in_descent()
    ride.physics.faults.add(SimulatedFault.STOP_IGNORED)
    ride.ask(Stop())
    ride.run(120)
    assert RELEASE not in [command.kind for _, command in ride.commands]


def test_r4_stop_never_moves_the_deck() -> None:
    ride = in_descent()
    ride.ask(Stop())
    ride.run(60)
    assert ride.incline == pytest.approx(-6, abs=0.1)


def test_r4_stop_preempts_a_pause_that_is_slowing_down() -> None:
    ride = paused()
    ride.run(1.5)
    sent = len(ride.commands)
    ride.ask(Stop())
    ride.run(60)
    assert set(since(ride, sent)) == {STOP, RELEASE}


def test_r4_stop_is_repeated_only_as_stop_until_the_belt_stands() -> None:
    ride = running(SimulatedFault.STOP_IGNORED)
    sent, begun = len(ride.commands), ride.now
    ride.ask(Stop())
    ride.run(20)
    assert set(since(ride, sent)) == {STOP}
    assert len(ride.commands) - sent == 11
    ride.physics.faults.clear()
    ride.run(2.1)
    ride.until(lambda r: r.speed == 0)
    ride.run(3)
    sent = len(ride.commands)
    ride.run(30)
    assert len(ride.commands) == sent
    assert ride.now > begun


@pytest.mark.parametrize("fault", [SimulatedFault.STOP_IGNORED, SimulatedFault.SILENCE])
def test_r4_a_stop_not_confirmed_in_5_s_warns_on_every_channel(fault: SimulatedFault) -> None:
    ride = running(fault)
    begun = ride.now
    ride.ask(Stop())
    ride.run(4.9)
    assert warned_at(ride, SAFETY_KEY) == []
    ride.run(0.2)
    assert warned_at(ride, SAFETY_KEY) == [begun + 5]
    assert Fault(Reason.NOT_CONFIRMED) in [effect for _, effect in ride.effects]


def test_r4_a_link_that_drops_after_stop_still_warns_and_repeats() -> None:
    ride = running()
    ride.ask(Stop())
    ride.physics.faults.add(SimulatedFault.LINK_LOST)
    begun, sent = ride.now, len(ride.commands)
    ride.ask(Link(up=False))
    ride.run(5.1)
    refused = begun + 2 + ride.latency_s  # the repeated one
    assert warned_at(ride, SAFETY_KEY) == [pytest.approx(refused), begun + 5]
    assert since(ride, sent) == [STOP, STOP]


def test_r4_stop_when_nothing_was_ever_measured_warns_too() -> None:
    engine = Engine(plans.TYPICAL, permissions=ALLOWED)
    engine.handle(Stop(), 0.0)
    effects: list[Effect] = []
    while engine.wakes_at is not None and engine.wakes_at <= 5:
        effects += engine.advance(engine.wakes_at)
    assert SAFETY_KEY in [effect.key for effect in effects if isinstance(effect, Cue)]


def test_r4_a_single_frame_of_zeros_does_not_confirm_a_stop() -> None:
    ride = running(SimulatedFault.STOP_IGNORED)
    ride.physics.faults.add(SimulatedFault.TRANSIENT_ZERO)
    ride.ask(Stop())
    ride.run(6)
    assert warned_at(ride, SAFETY_KEY)


def test_r4_a_belt_that_slows_down_needs_no_warning() -> None:
    ride = running(speed=14.0)
    ride.ask(Stop())
    ride.until(lambda r: r.speed == 0)
    assert warned_at(ride, SAFETY_KEY) == []


def test_r4_nobody_speeds_up_a_belt_that_was_told_to_stop() -> None:
    ride = running()
    ride.ask(Stop())
    ride.run(2)
    assert refused(ride, Aim(10.0)) == "belt_still_moving"
    assert refused(ride, Aim(None, -3.0)) == "belt_still_moving"
    assert refused(ride, Resume()) == "no_session"


# ---- R5


def test_r5_telemetry_older_than_2_s_permits_no_increase() -> None:
    ride = Ride().arm(plans.flat(12.0)).until(lambda r: r.speed > 3)
    ride.physics.faults.add(SimulatedFault.SILENCE)
    heard = ride.samples[-1][0]
    ride.run(10)
    ups = [at for at, command in ride.commands if command.kind is CommandKind.SET_SPEED]
    assert ups[-1] <= heard + 2


def test_r5_telemetry_older_than_5_s_suspends_the_session_with_a_fault() -> None:
    ride = running(SimulatedFault.SILENCE)
    heard = ride.samples[-1][0]
    ride.until(lambda r: r.engine.state is State.SUSPENDED)
    assert ride.now == heard + 5
    assert ride.view.reason is Reason.LOST_CONTACT
    assert warned_at(ride, "suspended_lost_contact") == [ride.now]


def test_r5_a_lost_link_is_no_stop() -> None:
    ride = running()
    sent = len(ride.commands)
    ride.ask(Link(up=False))
    assert stands(ride) == (State.SUSPENDED, Reason.LOST_CONTACT)
    assert len(ride.commands) == sent
    assert ride.view.summary is None


def test_r5_losing_a_belt_that_still_runs_off_an_exercise_is_said() -> None:
    ride = waiting()
    assert ride.speed > 3
    ride.ask(Link(up=False))
    assert stands(ride) == (State.SUSPENDED, Reason.LOST_CONTACT)


def test_r5_losing_a_belt_that_a_pause_slows_down_is_said() -> None:
    ride = paused()
    ride.ask(Link(up=False))
    assert Fault(Reason.LOST_CONTACT) in [effect for _, effect in ride.effects]


def test_r5_after_a_reconnection_two_fresh_samples_then_the_runner_resumes() -> None:
    ride = running()
    ride.ask(Link(up=False))
    ride.ask(Link(up=True))
    assert refused(ride, Resume()) == "no_contact"
    ride.run(1)
    assert refused(ride, Resume()) == "no_contact"
    ride.run(1)
    ride.ask(Resume())
    assert stands(ride) == (State.RUNNING, None)


def test_r5_after_a_silence_two_fresh_samples_too() -> None:
    ride = running(SimulatedFault.SILENCE)
    ride.until(lambda r: r.engine.state is State.SUSPENDED)
    ride.physics.faults.clear()
    ride.until(lambda r: r.samples[-1][0] == r.now)
    assert refused(ride, Resume()) == "no_contact"
    ride.run(1)
    ride.ask(Resume())
    assert stands(ride) == (State.RUNNING, None)


def test_r5_a_session_that_ends_blindly_never_says_that_the_belt_stands() -> None:
    ride = ending()
    ride.physics.faults.add(SimulatedFault.LINK_LOST)
    ride.ask(Link(up=False))
    assert ride.engine.state is State.FINISHED
    assert warned_at(ride, "press_stop") == [ride.now]


# ---- R6


def test_r6_confirmed_means_accepted_and_moved() -> None:
    ride = Ride().arm(plans.flat(3.0, 60)).until(lambda r: r.speed > 2.9)
    verdicts = [effect for _, effect in ride.effects if isinstance(effect, Verdict)]
    assert {verdict.outcome for verdict in verdicts} == {Outcome.CONFIRMED}
    first = ride.commands[0][1]
    answered = next(at for at, e in ride.effects if e == Verdict(first, Outcome.CONFIRMED))
    assert ride.commands[0][0] < answered <= ride.commands[0][0] + 5


@pytest.mark.parametrize("fault", [SimulatedFault.BELT_STUCK, SimulatedFault.IGNORE])
def test_r6_accepted_but_not_moved_is_unknown_and_never_retried(fault: SimulatedFault) -> None:
    ride = Ride()
    ride.physics.faults.add(fault)
    ride.arm(plans.flat(8.0))
    ride.physics.faults.clear()
    ride.until(lambda r: r.engine.state is State.RUNNING)
    ride.physics.faults.add(fault)
    ride.until(lambda r: r.engine.state is State.SUSPENDED)
    assert ride.view.reason is Reason.NOT_CONFIRMED
    sent = len(ride.commands)
    outcomes = [effect.outcome for _, effect in ride.effects if isinstance(effect, Verdict)]
    assert outcomes[-1] is Outcome.UNKNOWN
    ride.run(60)
    assert len(ride.commands) == sent


def test_r6_a_refused_command_suspends_and_is_not_retried() -> None:
    ride = Ride().arm(plans.flat(8.0)).until(lambda r: r.engine.state is State.RUNNING)
    ride.physics.faults.add(SimulatedFault.REJECT)
    ride.until(lambda r: r.engine.state is State.SUSPENDED)
    assert ride.view.reason is Reason.REJECTED
    assert len(ride.commands) == 1


def test_r6_a_stale_answer_changes_nothing() -> None:
    ride = running()
    old = ride.commands[0][1].id
    for outcome in (Outcome.REJECTED, Outcome.UNKNOWN, Outcome.ACCEPTED):
        assert ride.ask(Answer(old, outcome)) == ()
        assert ride.ask(Answer(9999, outcome)) == ()
    assert stands(ride) == (State.RUNNING, None)


def test_r6_what_the_gate_gives_up_on_a_runners_own_wish_reaches_the_session() -> None:
    ride = running(SimulatedFault.BELT_STUCK)
    ride.ask(Aim(9.0))
    ride.run(10)
    assert LetGo in [type(effect) for _, effect in ride.effects]
    assert stands(ride) == (State.SUSPENDED, Reason.NOT_CONFIRMED)
