"""Rules R11, R12 and R14: the console wins, a wrong way ends it, and every end is the same."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from custom_components.descent.training.events import (
    Aim,
    Command,
    CommandKind,
    Fault,
    LetGo,
    Pause,
    Reason,
    Refused,
    Resume,
    Skip,
    State,
    Status,
    StatusKind,
    Stop,
)
from custom_components.descent.training.model import DeclineCheck, Phase, Rates
from custom_components.descent.treadmills.faults import SimulatedFault
from custom_components.descent.treadmills.physics import Preset
from custom_components.descent.treadmills.ramp import Ramp
from tests.training import plans
from tests.training.ride import Ride

SPEED, INCLINE = CommandKind.SET_SPEED, CommandKind.SET_INCLINE
STOP, RELEASE = CommandKind.STOP_BELT, CommandKind.RELEASE


def running(speed: float = 10.0) -> Ride:
    """Return a runner who has been at speed on the level for a while."""
    ride = Ride().arm(plans.flat(speed)).until(lambda r: r.speed > speed - 0.01)
    ride.run(6)
    return ride


def stands(ride: Ride) -> tuple[State, Reason | None]:
    """Return where the session stands, and why."""
    return ride.engine.state, ride.view.reason


def sent(ride: Ride, count: int) -> list[tuple[CommandKind, float | None]]:
    """Return the commands after the first ``count``."""
    return [(command.kind, command.value) for _, command in ride.commands[count:]]


# ---- R11


@pytest.mark.parametrize(
    ("button", "change"),
    [
        ("console_speed", 0.4),
        ("console_speed", -0.4),
        ("console_speed", 3),
        ("console_incline", 1),
        ("console_incline", -1),
    ],
)
def test_r11_a_change_at_the_console_suspends_and_nothing_fights_it(
    button: str, change: float
) -> None:
    ride = running()
    before = len(ride.commands)
    getattr(ride.physics, button)(change, ride.now)
    ride.run(10)
    assert stands(ride) == (State.SUSPENDED, Reason.CONSOLE_CHANGE)
    assert ride.cues[-1][1].key == "suspended_console_change"
    ride.run(300)
    assert len(ride.commands) == before


@pytest.mark.parametrize(("button", "change"), [("console_speed", 0.3), ("console_speed", -0.3)])
def test_r11_a_wobble_is_no_change(button: str, change: float) -> None:
    ride = running()
    getattr(ride.physics, button)(change, ride.now)
    ride.run(60)
    assert stands(ride) == (State.RUNNING, None)


def test_r11_a_press_while_the_belt_ramps_suspends_too() -> None:
    ride = Ride().arm(plans.flat(14.0)).until(lambda r: r.speed > 6)
    ride.physics.console_speed(-4, ride.now)
    ride.run(6)
    assert ride.engine.state is State.SUSPENDED
    before = len(ride.commands)
    ride.run(60)
    assert len(ride.commands) == before


def test_r11_a_lower_manual_speed_is_the_ceiling_for_the_rest_of_the_set() -> None:
    ride = Ride().arm(plans.real()).in_descent()
    ride.run(6)
    ride.physics.console_speed(-2.4, ride.now)
    ride.until(lambda r: r.engine.state is State.SUSPENDED)
    ride.run(8)
    ride.ask(Resume())
    resumed = ride.now
    ride.until(lambda r: len(r.laps_of("descent")) == 3)
    fastest = max(speed for at, speed, _ in ride.samples if at > resumed + 5)
    assert fastest == pytest.approx(12.0, abs=0.1)


def test_r11_a_higher_manual_speed_is_no_ceiling() -> None:
    ride = running()
    ride.physics.console_speed(2, ride.now)
    ride.until(lambda r: r.engine.state is State.SUSPENDED)
    ride.run(6)
    ride.ask(Resume())
    ride.run(30)
    assert ride.speed == pytest.approx(10.0, abs=0.1)


def test_r11_stop_at_the_console_pauses() -> None:
    ride = running()
    before = len(ride.commands)
    ride.press_stop()
    assert stands(ride) == (State.PAUSED, Reason.CONSOLE_STOP)
    ride.run(60)
    assert len(ride.commands) == before
    assert ride.speed == 0


def test_r11_a_stop_that_only_telemetry_shows_pauses_too() -> None:
    ride = running(4.0)
    ride.physics.press_stop(ride.now)
    ride.run(15)
    assert ride.engine.state in (State.PAUSED, State.SUSPENDED)


def test_r11_the_safety_key_suspends_whatever_was_going_on() -> None:
    ride = running()
    ride.pull_key()
    assert stands(ride) == (State.SUSPENDED, Reason.SAFETY_KEY)
    before = len(ride.commands)
    ride.run(30)
    assert len(ride.commands) == before


def test_r11_another_app_that_takes_control_suspends() -> None:
    ride = running()
    ride.ask(Status(StatusKind.CONTROL_LOST))
    assert stands(ride) == (State.SUSPENDED, Reason.CONTROL_LOST)


# ---- R11, at every moment

WAYS = [
    pytest.param(lambda ride, change: ride.physics.console_speed(change, ride.now), id="reading"),
    pytest.param(lambda ride, change: ride.press_speed(change), id="status"),
]


def told_after(ride: Ride, at: float) -> list[tuple[CommandKind, float | None]]:
    """Return the commands after a time."""
    return [(command.kind, command.value) for when, command in ride.commands if when > at]


@pytest.mark.parametrize("press", WAYS)
@pytest.mark.parametrize("change", [-2.0, -0.5, 0.5, 2.0])
def test_r11_between_resume_and_go_the_console_is_not_overridden(
    press: Callable[[Ride, float], None], change: float
) -> None:
    ride = Ride().arm(plans.real()).in_descent()
    ride.physics.console_speed(-6, ride.now)
    ride.until(lambda r: r.engine.state is State.SUSPENDED).run(12)
    ride.physics.console_incline(4, ride.now)
    ride.run(12)
    ride.ask(Resume())
    ride.run(2)
    assert ride.view.step_left_m == pytest.approx(120, abs=40)
    before, pressed = ride.speed, ride.now
    press(ride, change)
    ride.run(60)
    assert stands(ride) == (State.SUSPENDED, Reason.CONSOLE_CHANGE)
    assert SPEED not in [kind for kind, _ in told_after(ride, pressed)]
    assert ride.speed == pytest.approx(before + change, abs=0.05)


@pytest.mark.parametrize("preset", list(Preset))
@pytest.mark.parametrize("press", WAYS)
@pytest.mark.parametrize("at_kmh", [5.0, 8.3, 11.0])
@pytest.mark.parametrize("below_told_kmh", [0.6, 1.6, 2.5])
def test_r11_a_hand_in_the_middle_of_our_own_ramp_is_not_overridden(
    press: Callable[[Ride, float], None], at_kmh: float, below_told_kmh: float, preset: Preset
) -> None:
    ride = Ride(preset=preset).arm(plans.flat(13.0)).until(lambda r: r.speed > at_kmh)
    ride.run(0.5)
    set_kmh = (ride.commands[-1][1].value or 0) - below_told_kmh
    press(ride, -below_told_kmh)
    ride.run(2)
    told_then = len(ride.commands)
    ride.run(60)
    assert stands(ride) == (State.SUSPENDED, Reason.CONSOLE_CHANGE)
    assert len(ride.commands) == told_then
    assert ride.speed == pytest.approx(set_kmh, abs=0.05)


def test_r11_what_was_set_by_hand_in_a_ramp_is_the_ceiling_of_the_step() -> None:
    ride = Ride().arm(plans.flat(13.0)).until(lambda r: r.speed > 8.3)
    ride.press_speed(-2)
    ride.run(10)
    set_kmh = ride.speed
    ride.ask(Resume())
    ride.run(30)
    assert ride.speed == pytest.approx(set_kmh, abs=0.1)


@pytest.mark.parametrize("preset", list(Preset))
def test_r11_a_belt_slowed_down_by_hand_in_a_ramp_is_no_wrong_way(preset: Preset) -> None:
    ride = Ride(preset=preset).arm(plans.flat(14.0)).until(lambda r: r.speed > 8)
    before = len(ride.commands)
    ride.physics.console_speed(-5, ride.now)
    ride.run(20)
    assert stands(ride) == (State.SUSPENDED, Reason.CONSOLE_CHANGE)
    assert STOP not in [kind for kind, _ in sent(ride, before)]
    assert not ride.all(Fault)


@pytest.mark.parametrize("press", WAYS)
def test_r11_while_a_change_waits_for_its_announcement_the_console_is_seen(
    press: Callable[[Ride, float], None],
) -> None:
    ride = Ride().arm(plans.flat(9.0)).until(lambda r: r.engine.state is State.RUNNING)
    ride.run(3)
    assert not ride.commands
    press(ride, 2)
    ride.run(60)
    assert stands(ride) == (State.SUSPENDED, Reason.CONSOLE_CHANGE)
    assert not ride.commands


@pytest.mark.parametrize(
    ("kind", "target"),
    [
        (StatusKind.TARGET_SPEED, 9.5),
        (StatusKind.TARGET_SPEED, 12.0),
        (StatusKind.TARGET_INCLINE, -1.0),
        (StatusKind.TARGET_INCLINE, 2.0),
    ],
)
def test_r11_a_target_that_nobody_here_has_told_suspends_at_once(
    kind: StatusKind, target: float
) -> None:
    ride = running()
    ride.ask(Status(kind, target))
    assert stands(ride) == (State.SUSPENDED, Reason.CONSOLE_CHANGE)


def test_r11_a_machine_that_names_our_own_targets_is_no_hand_at_the_console() -> None:
    ride = Ride().arm(plans.real())
    ride.echoes = True
    ride.until(lambda r: len(r.laps_of("descent")) == 2)
    assert not ride.all(LetGo)


def test_r11_a_target_named_where_nothing_is_asked_of_the_belt_is_nobodys_business() -> None:
    ride = Ride()
    assert ride.ask(Status(StatusKind.TARGET_SPEED, 9.5)) == ()
    ride.arm(plans.flat())
    assert ride.ask(Status(StatusKind.TARGET_INCLINE, 3)) == ()
    assert ride.engine.state is State.ARMED


def test_r11_in_the_tick_in_which_zeros_are_believed_nothing_goes_out() -> None:
    ride = running(6.0)
    ride.ask(Aim(None, -3.0))
    before = len(ride.commands)
    ride.physics.faults.add(SimulatedFault.BELT_STUCK)
    ride.run(0.5)
    ride.physics._belt = Ramp(ride.now, 0.0, 0.0, 1.0)  # from one reading to the next
    ride.until(lambda r: r.engine.state is not State.RUNNING)
    assert stands(ride) == (State.PAUSED, Reason.CONSOLE_STOP)
    ride.run(60)
    assert sent(ride, before) == []


# ---- R12


def test_r12_a_belt_that_goes_the_wrong_way_is_stopped() -> None:
    ride = running(6.0)
    ride.physics.faults.add(SimulatedFault.WRONG_WAY)
    before = len(ride.commands)
    ride.ask(Pause())
    ride.run(20)
    assert (STOP, None) in sent(ride, before)
    assert Fault(Reason.WRONG_WAY) in [effect for _, effect in ride.effects]


def test_r12_an_accelerating_belt_that_should_slow_down_stops_within_seconds() -> None:
    steps = (plans.step(Phase.STEADY, 10, 0, 40), plans.step(Phase.COOL_DOWN, 5, 0, 300))
    ride = Ride().arm(plans.of(*steps)).until(lambda r: r.speed > 9.9)
    ride.physics.faults.add(SimulatedFault.WRONG_WAY)
    ride.until(lambda r: r.engine.state is State.SUSPENDED)
    assert ride.view.reason is Reason.WRONG_WAY
    assert ride.commands[-1][1].kind is STOP
    assert ride.speed < 12.5
    assert ride.cues[-1][1].key == "fault_wrong_way"


def test_r12_a_deck_that_goes_the_wrong_way_gets_one_command_to_walking_pace() -> None:
    ride = running(6.0)
    ride.physics.faults.add(SimulatedFault.WRONG_WAY)
    before = len(ride.commands)
    ride.ask(Aim(None, -3.0))
    ride.physics.faults.discard(SimulatedFault.WRONG_WAY)
    ride.run(30)
    assert stands(ride) == (State.SUSPENDED, Reason.WRONG_WAY)
    assert sent(ride, before) == [(INCLINE, -3.0), (SPEED, 4.0)]
    assert ride.speed == pytest.approx(4.0)


@pytest.mark.parametrize("rate_pct_s", [0.2, 0.3, 0.5, 1.0])
def test_r12_a_deck_that_runs_on_past_its_target_is_judged_however_slow_it_is(
    rate_pct_s: float,
) -> None:
    ride = running(6.0)
    ride.physics.rates = Rates(belt_kmh_s=0.8, deck_pct_s=rate_pct_s)
    ride.physics.faults.add(SimulatedFault.OVERSHOOT)
    before = len(ride.commands)
    ride.ask(Aim(None, -3.0))
    ride.run(60)
    assert stands(ride) == (State.SUSPENDED, Reason.OVERSHOOT)
    assert sent(ride, before) == [(INCLINE, -3.0), (SPEED, 4.0)]


@pytest.mark.parametrize("wished", [-3.0, 3.0])
def test_r12_after_a_wrong_way_no_decline_is_asked_for_until_it_is_put_right(
    wished: float,
) -> None:
    ride = running(6.0)
    ride.physics.faults.add(SimulatedFault.WRONG_WAY)
    ride.ask(Aim(None, wished))
    ride.run(30)
    ride.physics.faults.clear()
    assert stands(ride) == (State.SUSPENDED, Reason.WRONG_WAY)
    assert ride.view.decline is DeclineCheck.WRONG_WAY
    ride.ask(Resume())
    ride.run(60)
    with pytest.raises(Refused, match="decline_wrong_way"):
        ride.ask(Aim(None, -1.0))
    ride.ask(Stop())
    ride.run(30)
    with pytest.raises(Refused, match="decline_wrong_way"):
        ride.arm(plans.real())
    ride.engine.forget_decline()
    ride.arm(plans.real())
    assert ride.engine.state is State.ARMED


def test_r12_an_overshooting_belt_is_slowed_to_walking_pace() -> None:
    ride = Ride().arm(plans.flat(8.0)).until(lambda r: r.speed > 3.9)
    ride.physics.faults.add(SimulatedFault.OVERSHOOT)
    ride.until(lambda r: r.engine.state is State.SUSPENDED)
    assert ride.view.reason is Reason.OVERSHOOT
    assert sent(ride, -1) == [(SPEED, 4.0)]
    assert LetGo in [type(effect) for _, effect in ride.effects]


# ---- R14


def skipped() -> Ride:
    ride = running()
    ride.ask(Skip())
    return ride


def completed() -> Ride:
    return Ride().arm(plans.flat(10.0, 60)).until(lambda r: bool(r.laps))


def tilted() -> Ride:
    plan = plans.of(plans.step(Phase.STEADY, 8, -4, 90))
    return Ride().arm(plan).until(lambda r: bool(r.laps))


@pytest.mark.parametrize(
    ("end", "result"),
    [
        (skipped, Reason.ENDED_EARLY),
        (completed, Reason.COMPLETED),
        (tilted, Reason.COMPLETED),
    ],
)
def test_r14_every_end_ramps_down_flattens_stops_confirms_and_releases(
    end: Callable[[], Ride], result: Reason
) -> None:
    ride = end()
    before = len(ride.commands)
    ride.finish()
    assert stands(ride) == (State.FINISHED, result)
    told = sent(ride, before - 1)
    assert told[-2:] == [(STOP, None), (RELEASE, None)]
    stopped = ride.commands[-2][0]
    at_stop = next(speed for at, speed, _ in reversed(ride.samples) if at <= stopped)
    assert at_stop <= 3.05
    assert ride.speed < 0.3
    assert ride.incline == pytest.approx(0, abs=0.5)


def test_r14_the_deck_levels_at_3_km_h_and_before_the_stop() -> None:
    ride = tilted()
    begun = ride.now
    ride.finish()
    ((levelled, speed),) = [
        (at, next(s for t, s, _ in reversed(ride.samples) if t <= at))
        for at, command in ride.commands
        if command.kind is INCLINE and at > begun
    ]
    assert speed <= 3.05
    assert levelled < ride.commands[-2][0]


def test_r14_the_end_of_a_session_that_is_off_the_belt_releases_control() -> None:
    ride = Ride().arm(plans.short()).finish()
    assert ride.commands[-1][1].kind is RELEASE
    assert ride.view.reason is Reason.COMPLETED


def test_r14_no_stop_where_the_machine_takes_none() -> None:
    machine = replace(plans.TYPICAL, can_stop=False)
    ride = Ride(machine=machine).arm(plans.flat(8.0, 60)).finish()
    assert STOP not in [command.kind for _, command in ride.commands]
    assert ride.cues[-2][1].key == "press_stop"


def test_r14_an_end_that_cannot_be_confirmed_says_so() -> None:
    ride = Ride().arm(plans.flat(8.0, 60)).until(lambda r: bool(r.laps))
    ride.physics.faults.add(SimulatedFault.STOP_IGNORED)
    ride.finish()
    assert stands(ride) == (State.FINISHED, Reason.COMPLETED)
    keys = [cue.key for _, cue in ride.cues[-4:]]
    assert "fault_use_safety_key" in keys
    assert "press_stop" in keys


def test_r14_stop_in_the_end_still_stops_at_once() -> None:
    ride = completed()
    effects = ride.ask(Stop())
    assert isinstance(effects[0], Command)
    assert effects[0].kind is STOP
    assert stands(ride) == (State.FINISHED, Reason.STOPPED)
