"""Rule R11 where it is easily missed: what is set by hand before, between and after commands."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from custom_components.descent.training.events import (
    Aim,
    CommandKind,
    Fault,
    Link,
    Pause,
    Reason,
    Resume,
    Skip,
    State,
    Stop,
)
from custom_components.descent.training.model import Level, Phase, Rates, Step
from custom_components.descent.training.rules import Permissions
from custom_components.descent.treadmills.faults import SimulatedFault
from custom_components.descent.treadmills.physics import Preset
from tests.training import plans
from tests.training.ride import Ride

SPEED, INCLINE = CommandKind.SET_SPEED, CommandKind.SET_INCLINE
STOP = CommandKind.STOP_BELT


def running(speed: float = 10.0, interval_s: float = 1.0) -> Ride:
    """Return a runner who has been at speed on the level for a while."""
    ride = Ride(interval_s=interval_s).arm(plans.flat(speed)).until(lambda r: r.speed > speed - 0.1)
    ride.run(6)
    return ride


def suspended(ride: Ride) -> bool:
    """Whether somebody has taken belt and deck over."""
    return ride.engine.state is State.SUSPENDED


def told(ride: Ride, kind: CommandKind, since: float) -> list[float]:
    """Return what one axis was told since a time."""
    orders = [(at, command) for at, command in ride.commands if command.kind is kind]
    return [command.value or 0.0 for at, command in orders if at > since]


def lose_contact(ride: Ride) -> None:
    ride.ask(Link(up=False))
    ride.run(3)


# ---- a slower speed, set while the session is suspended


def be_told_nothing(ride: Ride) -> None:
    ride.ask(Aim(None, 2.0))
    ride.physics.faults.add(SimulatedFault.DECK_STUCK)
    ride.until(suspended).run(3)
    ride.physics.faults.clear()


def run_faster_by_hand(ride: Ride) -> None:
    ride.physics.console_speed(2, ride.now)
    ride.until(suspended).run(3)


def tilt_by_hand(ride: Ride) -> None:
    ride.physics.console_incline(2, ride.now)
    ride.until(suspended).run(3)


SUSPENSIONS = [lose_contact, be_told_nothing, run_faster_by_hand, tilt_by_hand]


@pytest.mark.parametrize("suspend", SUSPENSIONS)
def test_r11_whatever_it_was_suspended_for_a_slower_speed_set_by_hand_is_the_ceiling(
    suspend: Callable[[Ride], None],
) -> None:
    ride = running()
    suspend(ride)
    assert suspended(ride)
    ride.physics.console_speed(7.0 - ride.speed, ride.now)
    ride.run(12)
    ride.ask(Resume())
    resumed = ride.now
    ride.run(60)
    assert ride.engine.state is State.RUNNING
    assert max(speed for at, speed, _ in ride.samples if at > resumed + 3) <= 7.05


@pytest.mark.parametrize("suspend", SUSPENSIONS)
def test_r11_a_speed_that_nobody_has_lowered_is_no_ceiling(suspend: Callable[[Ride], None]) -> None:
    ride = running()
    suspend(ride)
    ride.run(12)
    ride.ask(Resume())
    ride.run(30)
    assert ride.speed == pytest.approx(10.0, abs=0.1)


def test_r11_resuming_while_the_hand_is_still_slowing_the_belt_waits_for_where_it_stands() -> None:
    ride = running()
    ride.physics.console_speed(-5, ride.now)
    ride.until(suspended)
    ride.run(2)
    assert ride.speed > 7
    ride.ask(Resume())
    ride.run(60)
    assert ride.engine.state is State.RUNNING
    assert ride.speed == pytest.approx(5.0, abs=0.1)


def test_r11_resuming_while_the_hand_is_still_slowing_a_descent_waits_too() -> None:
    ride = Ride().arm(plans.real()).in_descent()
    ride.run(2)
    ride.physics.console_speed(-9, ride.now)
    ride.until(suspended)
    ride.ask(Resume())
    resumed = ride.now
    ride.run(40)
    assert max(speed for at, speed, _ in ride.samples if at > resumed + 20) <= 5.6


def test_r11_a_hand_that_lowers_and_raises_again_has_said_the_last_word() -> None:
    ride = running()
    ride.physics.console_speed(-4, ride.now)
    ride.until(suspended).run(10)
    ride.physics.console_speed(3, ride.now)
    ride.run(1)
    ride.ask(Resume())
    ride.run(60)
    assert ride.speed == pytest.approx(9.0, abs=0.1)


def test_r11_a_belt_that_was_stopped_and_started_again_has_the_ceiling_it_had_before() -> None:
    ride = running()
    ride.physics.console_speed(-3, ride.now)
    ride.until(suspended).run(12)
    ride.press_stop()
    ride.run(20)
    ride.ask(Resume())
    ride.press_start()
    ride.run(60)
    assert ride.engine.state is State.RUNNING
    assert ride.speed == pytest.approx(7.0, abs=0.1)


def test_r11_a_belt_that_a_pause_has_slowed_down_has_no_ceiling() -> None:
    ride = running()
    lose_contact(ride)
    ride.ask(Pause())
    ride.until(lambda r: r.speed < 8)
    ride.ask(Resume())
    ride.run(60)
    assert ride.speed == pytest.approx(10.0, abs=0.1)


def test_r11_the_speed_of_a_belt_that_has_just_been_started_is_no_ceiling() -> None:
    ride = running()
    lose_contact(ride)
    ride.press_stop()
    ride.run(20)
    ride.press_start()
    ride.run(20)
    ride.ask(Resume())
    ride.run(60)
    assert ride.speed == pytest.approx(10.0, abs=0.1)


def test_r11_a_runner_who_brings_the_belt_to_speed_at_the_start_is_let_finish() -> None:
    ride = Ride(interval_s=0.5).arm(plans.flat(8.0))
    ride.until(lambda r: r.engine.state is State.RUNNING)
    ride.physics.console_speed(5, ride.now)
    ride.run(5.5)
    assert not told(ride, SPEED, 0)
    ride.run(30)
    assert ride.speed == pytest.approx(8.0, abs=0.1)


def test_r11_a_deck_that_a_hand_is_moving_is_told_nothing_before_it_stands() -> None:
    ride = Ride().arm(plans.flat(10.0)).until(lambda r: r.speed > 9.9)
    ride.run(6)
    ride.physics.console_incline(-5, ride.now)
    ride.until(suspended)
    ride.ask(Resume())
    resumed = ride.now
    ride.until(lambda r: bool(told(r, INCLINE, resumed)))
    assert abs(ride.incline + 5) < 0.01


def test_r11_a_cool_down_does_not_end_faster_than_the_hand_has_set_it() -> None:
    cool_down = plans.step(Phase.COOL_DOWN, 8, 0, 300, ramp_to_kmh=6.0, ramp_s=200)
    ride = Ride().arm(plans.of(cool_down)).until(lambda r: r.speed > 7.9)
    ride.run(8)
    ride.physics.console_speed(-4, ride.now)
    ride.until(suspended).run(12)
    ride.ask(Resume())
    ride.until(lambda r: (r.view.step_left_s or 99) < 5)
    assert ride.speed == pytest.approx(4.0, abs=0.1)


# ---- past what was told


def quick(*steps: Step) -> Ride:
    """Return a runner whose belt is where it was told before it is told more."""
    ride = Ride(interval_s=0.25)
    ride.physics.rates = Rates(belt_kmh_s=6.0, deck_pct_s=0.5)
    return ride.arm(plans.of(*steps))


def just_told(ride: Ride, value: float) -> Ride:
    """Run until a moment after the belt was told a speed."""
    ride.until(lambda r: [c.value for _, c in r.commands][-1:] == [value])
    ride.run(0.1)
    return ride


def test_r11_a_belt_set_above_what_it_was_told_in_a_ramp_is_told_no_more() -> None:
    ride = just_told(quick(plans.step(Phase.STEADY, 13, 0, 300)), 7.0)
    pressed = ride.now
    ride.physics.console_speed(0.7, ride.now)
    ride.until(suspended).run(30)
    assert told(ride, SPEED, pressed) == []
    assert ride.speed == pytest.approx(7.7, abs=0.05)


def test_r11_a_belt_set_below_what_it_was_told_on_its_way_down_is_told_no_more() -> None:
    steps = (plans.step(Phase.STEADY, 10, 0, 40), plans.step(Phase.STEADY, 4, 0, 300))
    ride = just_told(quick(*steps).until(lambda r: r.speed > 9.9), 6.0)
    pressed = ride.now
    ride.physics.console_speed(-0.8, ride.now)
    ride.until(suspended).run(30)
    assert told(ride, SPEED, pressed) == []
    assert ride.speed == pytest.approx(5.2, abs=0.05)


@pytest.mark.parametrize("below_kmh", [1.5, 3.0])
def test_r11_a_belt_that_slows_down_further_than_it_was_told_is_no_fault(below_kmh: float) -> None:
    steps = (plans.step(Phase.STEADY, 10, 0, 40), plans.step(Phase.STEADY, 7, 0, 300))
    ride = Ride().arm(plans.of(*steps)).until(lambda r: r.speed > 9.9)
    ride.until(lambda r: r.speed < 7.6)
    before = ride.now
    ride.physics.console_speed(-below_kmh, ride.now)
    set_kmh = ride.physics._belt.target
    ride.run(30)
    assert (ride.engine.state, ride.view.reason) == (State.SUSPENDED, Reason.CONSOLE_CHANGE)
    assert not ride.all(Fault)
    assert told(ride, SPEED, before) == []
    assert ride.speed == pytest.approx(set_kmh, abs=0.05)


def test_r11_a_pause_slows_a_belt_down_wherever_a_hand_has_set_it() -> None:
    ride = just_told(quick(plans.step(Phase.STEADY, 13, 0, 300)), 7.0)
    ride.physics.console_speed(0.7, ride.now)
    ride.until(lambda r: r.speed > 7.5)
    ride.ask(Pause())
    ride.run(20)
    assert ride.engine.state is State.PAUSED
    assert ride.speed == 0


def test_r11_the_speed_of_the_session_before_makes_no_ceiling_before_the_first_step() -> None:
    ride = running()
    ride.press_stop()
    ride.ask(Stop())
    ride.run(20)
    ride.helpful = False
    ride.arm(plans.flat(8.0))
    ride.run(4)
    ride.press_start()
    ride.physics.faults.add(SimulatedFault.SILENCE)
    ride.ask(Link(up=False))
    ride.run(10)
    ride.physics.faults.clear()
    ride.ask(Link(up=True))
    ride.run(2)
    assert suspended(ride)
    ride.ask(Resume())
    ride.run(30)
    assert ride.engine.state is State.RUNNING
    assert ride.speed == pytest.approx(8.0, abs=0.1)


def test_r5_a_pause_tells_nothing_before_a_new_contact_has_measured_the_belt() -> None:
    ride = running()
    ride.run(0.5)
    ride.ask(Link(up=False))
    ride.physics.console_speed(-6, ride.now)
    ride.now += 3.0
    ride._next_sample = ride.now + 0.5
    ride.ask(Link(up=True))
    back = ride.now
    ride.ask(Pause())
    ride.run(0.4)
    assert told(ride, SPEED, back - 0.01) == []
    ride.run(20)
    assert (ride.engine.state, ride.speed) == (State.PAUSED, 0.0)


@pytest.mark.parametrize("wait_s", [8.0, 8.5, 9.0, 9.5, 10.0, 10.5, 11.0])
def test_r11_a_pause_brings_nothing_back_up_that_a_hand_is_slowing_down(wait_s: float) -> None:
    machine = replace(Preset.SLOW.machine(), can_stop=False)
    ride = Ride(preset=Preset.SLOW, machine=machine).arm(plans.flat(8.0))
    ride.until(lambda r: r.speed > 7.9).run(6)
    ride.helpful = False
    ride.physics.console_speed(-7.2, ride.now)
    ride.until(suspended).run(wait_s)
    ride.ask(Pause())
    paused, here = ride.now, ride.physics.measure(ride.now).speed_kmh
    ride.run(20)
    assert [kmh for kmh in told(ride, SPEED, paused - 0.01) if kmh > here] == []
    assert ride.speed == pytest.approx(0.8, abs=0.05)


@pytest.mark.parametrize("further_pct", [0.75, 1.0, 1.25])
def test_r11_a_deck_that_passes_its_value_and_stands_elsewhere_was_set_by_hand(
    further_pct: float,
) -> None:
    steps = (plans.step(Phase.STEADY, 5, 0, 40), plans.step(Phase.STEADY, 5, 3, 300))
    ride = Ride(interval_s=0.5).arm(plans.of(*steps)).until(lambda r: r.incline > 1.4)
    ride.physics._move_deck(3.0 + further_pct, ride.now)
    ride.until(lambda r: r.incline > 2.9 + further_pct).run(3)
    assert (ride.engine.state, ride.view.reason) == (State.SUSPENDED, Reason.CONSOLE_CHANGE)


# ---- after the end


def test_r14_control_that_was_given_back_is_not_taken_again_at_the_end() -> None:
    steps = (plans.step(Phase.STEADY, 8, 0, 40), plans.step(Phase.STRETCH, 0, 0, 60))
    ride = Ride().arm(plans.of(*steps))
    ride.until(lambda r: r.commands[-1:] != [] and r.commands[-1][1].kind is CommandKind.RELEASE)
    given_back = ride.now
    ride.run(10)
    ride.press_start()
    ride.physics.console_incline(-2, ride.now)
    ride.until(lambda r: r.engine.state is State.FINISHED)
    ride.run(60)
    assert ride.view.reason is Reason.COMPLETED
    assert ride.speed == pytest.approx(1.0)
    kinds = [command.kind for at, command in ride.commands if at > given_back]
    assert set(kinds) <= {CommandKind.RELEASE}


# ---- R10: a maximum that is lowered meanwhile


def lower(ride: Ride, top_kmh: float) -> None:
    ride.engine.permissions = Permissions(control=True, max_speed_kmh=top_kmh)


def test_r10_a_lowered_maximum_does_not_wait_for_the_deck_of_a_descent_that_ends() -> None:
    ride = Ride().arm(plans.real()).in_descent()
    ride.ask(Skip())
    lower(ride, 5.0)
    ride.run(2.5)
    assert told(ride, SPEED, ride.now - 2.5)[0] < ride.speed + 2
    ride.until(lambda r: bool(told(r, INCLINE, ride.now - 60)))
    ride.run(20)
    assert ride.speed <= 5.0


def test_r10_a_lowered_maximum_counts_while_a_descent_waits_for_its_deck() -> None:
    ride = Ride().arm(plans.real()).in_descent()
    ride.physics.console_speed(-6, ride.now)
    ride.until(suspended).run(12)
    ride.ask(Resume())
    ride.run(1)
    assert ride.view.target.speed_kmh is None
    lower(ride, 7.0)
    ride.run(4)
    assert ride.speed <= 7.05


def test_r10_a_belt_that_a_hand_has_set_above_the_cap_is_slowed_to_the_cap_of_the_slope() -> None:
    level = Level.NOVICE
    steps = (
        plans.step(Phase.DESCENT, 5, -6, 60, rep=1, reps=1),
        plans.step(Phase.RECOVERY, 4.0, 0, 60, rep=1, reps=1),
    )
    ride = Ride(level=level).arm(plans.of(*steps, level=level))
    ride.until(lambda r: r.incline < -5.9 and r.speed > 4.9).run(6)
    ride.physics.console_speed(3, ride.now)
    ride.until(suspended).run(8)
    ride.ask(Resume())
    ride.ask(Skip())
    skipped = ride.now
    ride.until(lambda r: bool(told(r, INCLINE, skipped)))
    assert min(told(ride, SPEED, skipped)) <= 5.5


def test_r10_a_belt_above_the_cap_of_its_slope_waits_for_no_word_of_the_next_step() -> None:
    level = Level.BEGINNER
    steps = (
        plans.step(Phase.DESCENT, 8.5, -3, 60, rep=1, reps=1),
        plans.step(Phase.RECOVERY, 4.0, 3, 60, rep=1, reps=1),
    )
    ride = Ride(level=level).arm(plans.of(*steps, level=level))
    ride.until(lambda r: r.incline < -2.9 and r.speed > 8.4).run(6)
    ride.physics.console_speed(7, ride.now)
    ride.until(suspended).run(12)
    ride.ask(Resume())
    ride.ask(Skip())
    ride.until(lambda r: (r.view.target.speed_kmh or 0) == 4.0)
    began = ride.now
    ride.run(4.5)
    assert told(ride, SPEED, began)[-1] <= 10.0


# ---- R8: a deck that looks still


@pytest.mark.parametrize("rate_pct_s", [0.2, 0.5])
def test_r8_a_deck_that_turns_round_is_not_taken_for_one_that_stands(rate_pct_s: float) -> None:
    ride = running(6.0, interval_s=0.25)
    ride.physics.rates = replace(ride.physics.rates, deck_pct_s=rate_pct_s)
    ride.ask(Aim(6.0, -3.0))
    ride.until(lambda r: abs(r.incline + 3) < 0.01).run(5)
    ride.ask(Aim(6.0, 0.0))
    ride.until(lambda r: r.incline > -2.45)
    ride.ask(Aim(7.0, -3.0))
    ride.until(lambda r: r.commands[-1][1].kind is SPEED)
    assert abs(ride.incline + 3) < 0.1


def test_r8_a_deck_that_has_not_begun_to_move_is_not_taken_for_one_that_stands() -> None:
    ride = running(6.0, interval_s=0.25)
    ride.ask(Aim(7.0, -0.5))
    ride.until(lambda r: r.commands[-1][1].kind is SPEED)
    assert abs(ride.incline + 0.5) < 0.01


# ---- R3


def test_r3_leaving_while_the_belt_is_on_its_way_past_walking_pace_slows_it_down() -> None:
    ride = Ride(interval_s=2.0).arm(plans.flat(9.0))
    ride.until(lambda r: r.physics._belt.target > 4)
    assert ride.samples[-1][1] <= 4.0
    ride.take(ride.engine.leave(ride.now))
    ride.now += 30
    assert ride.speed <= 4.0


def test_r3_leaving_a_suspended_session_says_so_too() -> None:
    ride = running()
    lose_contact(ride)
    ride.take(ride.engine.leave(ride.now))
    assert ride.commands[-1][1].value == 4.0
    assert ride.cues[-1][1].key == "leaving"


def test_r3_leaving_a_suspended_session_whose_belt_walks_says_nothing() -> None:
    ride = running(4.0)
    lose_contact(ride)
    cues, commands = len(ride.cues), len(ride.commands)
    ride.take(ride.engine.leave(ride.now))
    assert (len(ride.cues), len(ride.commands)) == (cues, commands)


def test_r10_no_belt_is_left_a_tenth_above_the_cap_of_its_slope() -> None:
    descent = plans.step(Phase.DESCENT, 5, -3, 120, rep=1, reps=1)
    ride = Ride(level=Level.NOVICE, interval_s=0.5).arm(plans.of(descent, level=Level.NOVICE))
    ride.until(lambda r: r.incline < -2.9 and r.speed > 4.9).run(6)
    ride.physics.console_speed(8.1 - ride.speed, ride.now)
    ride.until(suspended).run(10)
    ride.ask(Resume())
    resumed = ride.now
    ride.run(4)
    assert told(ride, SPEED, resumed - 0.01)[:2] == [6.1, 6.0]
