"""Machines that do not take every command: the runner is asked, and the rules hold all the same."""

from __future__ import annotations

from dataclasses import replace

import pytest

from custom_components.descent.training.events import (
    Aim,
    Command,
    CommandKind,
    Cue,
    CueKind,
    Pause,
    Reason,
    Resume,
    Skip,
    State,
    Stop,
)
from custom_components.descent.training.gate.prompts import Prompts
from custom_components.descent.training.model import Level, Machine, Phase
from custom_components.descent.training.rules import ASK_AGAIN_S, ASK_TIMES, Permissions
from custom_components.descent.treadmills.faults import SimulatedFault
from tests.training import plans
from tests.training.gate.gate_rig import INCLINE, SPEED, GateRig
from tests.training.observed_engine import ObservedRide
from tests.training.plans import TYPICAL
from tests.training.ride import ALLOWED, Ride
from tests.training.rule_judge import broken
from tests.training.session_rides import at_rest, keys, refused, stands

STOP = CommandKind.STOP_BELT
INCLINE_ONLY = replace(TYPICAL, sets_speed=False)  # the runner sets the speed, as on a Sole F85
CONSOLE_STOPS = replace(TYPICAL, can_stop=False)  # start and stop at the console, as NordicFTMS
INCLINE_ALONE = replace(INCLINE_ONLY, can_stop=False, can_start=False)
SPEED_ONLY = replace(TYPICAL, sets_incline=False)
DESCENT = plans.step(Phase.DESCENT, 12, -6, 30, distance_m=100.0, rep=1, reps=1)
STEADY = plans.step(Phase.STEADY, 10, 0, 60)
DRILLS = plans.step(Phase.DRILLS, 0, 0, 10)


def asked(ride: Ride, key: str) -> list[float | None]:
    """Return the speeds the runner was asked for."""
    return [cue.speed_kmh for _, cue in ride.cues if cue.key == key]


def kinds(ride: Ride) -> set[CommandKind]:
    return {command.kind for _, command in ride.commands}


def at_speed(machine: Machine, speed: float, *, helpful: bool = False) -> ObservedRide:
    """Return a runner who is at speed in a steady step."""
    ride = ObservedRide(machine=machine).arm(plans.flat(speed))
    ride.until(lambda r: abs(r.speed - speed) < 0.1)
    ride.run(5)
    ride.helpful = helpful
    return ride


# ---- whole sessions


@pytest.mark.parametrize("machine", [INCLINE_ONLY, INCLINE_ALONE, CONSOLE_STOPS, SPEED_ONLY])
@pytest.mark.parametrize("session", ["descending_sprints", "rolling_descent", "backward_drills"])
def test_a_whole_session_works(session: str, machine: Machine) -> None:
    level = Level.ADVANCED
    plan = plans.real(session, machine, level)
    ride = ObservedRide(machine=machine, level=level).arm(plan).finish()
    assert stands(ride) == (State.FINISHED, Reason.COMPLETED)
    assert broken(ride.moments, machine, ALLOWED, level) == []
    assert {State.SUSPENDED, State.PAUSED}.isdisjoint(states(ride))
    assert [lap.capped for lap in ride.laps_of("descent")] == [False] * plan.reps
    assert ride.speed == 0


def states(ride: ObservedRide) -> set[State]:
    return {moment.after for moment in ride.moments}


def test_metres_at_target_are_counted_by_what_the_belt_does() -> None:
    ride = Ride(machine=INCLINE_ONLY).arm(plans.real()).finish()
    assert [round(lap.at_target_m) for lap in ride.laps_of("descent")] == [120] * 6
    assert SPEED not in kinds(ride)
    assert INCLINE in kinds(ride)


# ---- the speed


def test_the_runner_is_told_which_speed_to_set_in_each_step() -> None:
    ride = Ride(machine=INCLINE_ONLY).arm(plans.of(STEADY, DESCENT)).finish()
    assert asked(ride, "guided_set_speed") == [10, 12]
    cue = next(cue for _, cue in ride.cues if cue.key == "guided_set_speed")
    assert (cue.kind, cue.incline_pct, cue.values["speed"]) == (CueKind.GUIDE, None, "10")


def test_a_speed_that_the_belt_has_already_is_not_asked_for() -> None:
    steps = (STEADY, plans.step(Phase.STEADY, 10, 2, 60))
    ride = Ride(machine=INCLINE_ONLY).arm(plans.of(*steps)).finish()
    assert asked(ride, "guided_set_speed") == [10]


def test_a_ramp_is_told_in_whole_steps() -> None:
    ramp = plans.step(Phase.WARM_UP, 8.6, 0, 300, ramp_from_kmh=4.3, ramp_s=120.0)
    ride = Ride(machine=INCLINE_ONLY).arm(plans.of(ramp)).finish()
    assert asked(ride, "guided_set_speed") == [4.3, 5.3, 6.3, 7.3, 8.3]


def test_a_change_of_speed_at_the_console_is_no_override() -> None:
    ride = at_speed(INCLINE_ONLY, 10)
    ride.physics.console_speed(-3, ride.now)
    ride.run(30)
    assert stands(ride) == (State.RUNNING, None)


def test_r11_a_change_of_the_deck_at_the_console_is_one() -> None:
    ride = at_speed(INCLINE_ONLY, 6)
    ride.physics.console_incline(3, ride.now)
    ride.run(30)
    assert stands(ride) == (State.SUSPENDED, Reason.CONSOLE_CHANGE)


@pytest.mark.parametrize(
    ("machine", "aim", "key"),
    [
        (INCLINE_ONLY, Aim(speed_kmh=6), "speed_not_settable"),
        (SPEED_ONLY, Aim(incline_pct=2), "incline_not_settable"),
    ],
)
def test_a_wish_that_only_the_console_can_carry_out_is_refused(
    machine: Machine, aim: Aim, key: str
) -> None:
    ride = at_speed(machine, 6)
    assert refused(ride, aim) == key
    ride.ask(Stop())
    ride.until(lambda r: r.speed == 0)
    ride.press_start()
    ride.until(lambda r: r.speed > 0.9)
    assert refused(ride, aim) == key


# ---- R8


def test_r8_the_deck_waits_until_the_runner_has_slowed_down() -> None:
    ride = ObservedRide(machine=INCLINE_ONLY).arm(plans.of(STEADY, DESCENT))
    ride.until(lambda r: r.speed > 9.9)
    ride.helpful = False
    ride.until(lambda r: r.view.step is not None and r.view.step.index == 1)
    ride.run(40)
    assert asked(ride, "guided_slow") == [7.5, 7.5, 7.5]
    assert kinds(ride) == set()
    ride.physics.console_speed(-2.5, ride.now)
    ride.until(lambda r: r.incline < -5.9)
    assert broken(ride.moments, ride.machine, ALLOWED) == []


def test_r8_a_small_change_needs_no_slowing_down() -> None:
    rig = GateRig(11, machine=INCLINE_ONLY)
    rig.aim(None, -1)
    assert rig.told(INCLINE) == [-1]


def test_r8_leaving_a_descent_the_deck_waits_for_the_speed_that_was_asked_for() -> None:
    recovery = plans.step(Phase.RECOVERY, 4, 2, 120, rep=1, reps=1)
    ride = ObservedRide(machine=INCLINE_ONLY).arm(plans.of(DESCENT, recovery)).in_descent()
    ride.until(lambda r: "recovery_walk_last" in keys(r))
    assert asked(ride, "guided_set_speed")[-1] == 4
    ride.until(lambda r: r.incline > 1.9)
    assert asked(ride, "guided_slow") == []
    assert broken(ride.moments, ride.machine, ALLOWED) == []


def test_r10_the_first_step_down_waits_for_a_walking_runner_too() -> None:
    machine = replace(INCLINE_ONLY, decline_known=False)
    ride = ObservedRide(machine=machine).arm(plans.of(STEADY, DESCENT)).finish()
    assert asked(ride, "guided_slow")[:2] == [3.5, 2.5]
    assert broken(ride.moments, machine, ALLOWED) == []
    assert stands(ride) == (State.FINISHED, Reason.COMPLETED)


# ---- stopping


@pytest.mark.parametrize("machine", [INCLINE_ONLY, INCLINE_ALONE, CONSOLE_STOPS])
def test_r4_stop_is_sent_whatever_the_machine_is_said_to_take(machine: Machine) -> None:
    ride = at_speed(machine, 8)
    effects = ride.ask(Stop())
    assert isinstance(effects[0], Command)
    assert effects[0].kind is STOP
    assert stands(ride) == (State.FINISHED, Reason.STOPPED)
    assert broken(ride.moments, machine, ALLOWED) == []


def test_r4_a_belt_that_takes_no_stop_is_slowed_as_far_as_it_goes_and_the_runner_asked() -> None:
    ride = at_speed(CONSOLE_STOPS, 12)
    effects = ride.ask(Stop())
    assert [e.value for e in effects if isinstance(e, Command)] == [None, 0.8]
    assert [e.key for e in effects if isinstance(e, Cue)] == ["press_stop", "stop", "end_stopped"]
    ride.run(30)
    assert ride.speed == pytest.approx(0.8)
    ride.press_stop()
    ride.run(10)
    assert ride.speed == 0
    sent = len(ride.commands)
    ride.run(60)
    assert len(ride.commands) == sent
    assert broken(ride.moments, CONSOLE_STOPS, ALLOWED) == []


def test_r1_a_belt_that_takes_no_stop_gets_no_speed_without_permission() -> None:
    rig = GateRig(8, machine=CONSOLE_STOPS, permissions=Permissions())
    effects = rig.gate.stop(0)
    assert [e.kind for e in effects if isinstance(e, Command)] == [STOP]


def test_r12_a_belt_that_runs_away_gets_no_speed_any_more() -> None:
    rig = GateRig(6, machine=CONSOLE_STOPS)
    rig.aim(3)
    rig.now = 1.0
    rig.see(7.5)
    rig.now = 3.0
    rig.see(7.5)
    assert rig.told(SPEED) == [4]
    assert rig.told(STOP) == [None, None]


def test_a_stop_that_turns_out_not_to_be_taken_slows_the_belt_with_the_next_one() -> None:
    ride = at_speed(replace(CONSOLE_STOPS, can_stop=True), 12)
    ride.machine = CONSOLE_STOPS
    ride.ask(Stop())
    ride.run(1)
    ride.engine.machine = CONSOLE_STOPS
    ride.run(1.5)
    assert [command.value for _, command in ride.commands[-2:]] == [None, 0.8]
    assert keys(ride)[-1] == "press_stop"


def test_pausing_slows_down_and_then_asks_for_the_stop_button() -> None:
    ride = at_speed(CONSOLE_STOPS, 8, helpful=True)
    ride.ask(Pause())
    ride.until(at_rest, 60)
    assert STOP not in kinds(ride)
    assert keys(ride)[-2:] == ["paused", "press_stop"]
    assert stands(ride) == (State.PAUSED, Reason.RUNNER)
    assert stopped_from(ride) <= 3.05


def stopped_from(ride: Ride) -> float:
    """Return how fast the belt was when the runner was asked to stop it."""
    at = next(at for at, cue in ride.cues if cue.key == "press_stop")
    return next(speed for t, speed, _ in reversed(ride.samples) if t <= at)


def test_pausing_where_the_speed_is_the_runners_asks_for_less_and_then_stops() -> None:
    ride = at_speed(INCLINE_ONLY, 8, helpful=True)
    ride.ask(Pause())
    ride.until(at_rest, 60)
    assert asked(ride, "guided_slow") == [2.5]
    assert kinds(ride) == {STOP}


def test_a_pause_nobody_helps_with_is_asked_for_three_times() -> None:
    ride = at_speed(INCLINE_ONLY, 8)
    ride.ask(Pause())
    ride.run(300)
    assert asked(ride, "guided_slow") == [2.5] * ASK_TIMES
    ride.ask(Resume())
    assert stands(ride) == (State.RUNNING, None)


def test_r1_a_guided_pause_asks_for_the_stop_button() -> None:
    ride = Ride(permissions=Permissions()).arm(plans.flat(8)).until(lambda r: r.speed > 7.9)
    ride.ask(Pause())
    ride.until(at_rest, 60)
    assert keys(ride)[-2:] == ["paused", "press_stop"]


@pytest.mark.parametrize("machine", [INCLINE_ALONE, CONSOLE_STOPS])
def test_off_the_belt_the_runner_stops_it(machine: Machine) -> None:
    ride = ObservedRide(machine=machine).arm(plans.of(STEADY, DRILLS, STEADY))
    ride.until(lambda r: r.engine.state is State.WAITING)
    ride.until(at_rest, 60)
    assert keys(ride)[-1] == "press_stop"
    ride.finish()
    assert stands(ride) == (State.FINISHED, Reason.COMPLETED)
    assert broken(ride.moments, machine, ALLOWED) == []


def test_a_stop_at_the_console_while_the_deck_still_levels_is_no_fault() -> None:
    uphill = plans.step(Phase.STEADY, 6, 6, 60)
    ride = ObservedRide(machine=CONSOLE_STOPS).arm(plans.of(uphill, DRILLS, STEADY))
    ride.until(lambda r: r.engine.state is State.WAITING and 1 < r.incline < 5)
    ride.press_stop()
    ride.until(lambda r: "confirm_off_belt" in keys(r))
    assert [cue.key for _, cue in ride.cues if cue.kind is CueKind.FAULT] == []
    assert broken(ride.moments, ride.machine, ALLOWED) == []


@pytest.mark.parametrize("machine", [INCLINE_ALONE, CONSOLE_STOPS, INCLINE_ONLY])
def test_r14_the_end_is_the_same_by_hand(machine: Machine) -> None:
    uphill = plans.step(Phase.STEADY, 8, 4, 60)
    ride = ObservedRide(machine=machine).arm(plans.of(uphill)).until(lambda r: r.incline > 3.9)
    ride.run(20)
    ride.ask(Skip())
    ride.finish()
    ride.run(20)
    assert stands(ride) == (State.FINISHED, Reason.ENDED_EARLY)
    assert ride.speed == 0
    assert ride.incline == pytest.approx(0, abs=0.3)
    assert broken(ride.moments, machine, ALLOWED) == []


def test_r14_a_belt_that_nobody_slows_is_left_to_the_runner_who_is_told() -> None:
    ride = at_speed(INCLINE_ALONE, 8)
    ride.ask(Skip())
    ride.finish()
    assert stands(ride) == (State.FINISHED, Reason.ENDED_EARLY)
    assert keys(ride)[-2:] == ["press_stop", "end_early"]
    assert CueKind.FAULT not in [cue.kind for _, cue in ride.cues]


# ---- slowing down for other reasons


def test_r3_leaving_asks_for_walking_pace() -> None:
    ride = at_speed(INCLINE_ONLY, 8)
    ride.take(ride.engine.leave(ride.now))
    assert keys(ride)[-2:] == ["leaving", "guided_slow"]
    assert asked(ride, "guided_slow") == [4]
    assert SPEED not in kinds(ride)


def test_r12_a_deck_that_goes_the_wrong_way_asks_for_walking_pace() -> None:
    ride = at_speed(INCLINE_ONLY, 8)
    ride.physics.faults.add(SimulatedFault.WRONG_WAY)
    ride.ask(Aim(incline_pct=-3))
    ride.run(20)
    assert stands(ride) == (State.SUSPENDED, Reason.WRONG_WAY)
    assert asked(ride, "guided_slow") == [4]
    assert SPEED not in kinds(ride)


# ---- asking


def test_the_gate_wakes_to_ask_again() -> None:
    rig = GateRig(11, machine=INCLINE_ONLY)
    rig.aim(None, -3)
    assert rig.gate.wakes_at == ASK_AGAIN_S


def test_what_was_asked_is_asked_again_a_few_times() -> None:
    asks = Prompts()
    times = [at for at in range(100) if asks.stop(at)]
    assert times == [0, ASK_AGAIN_S, 2 * ASK_AGAIN_S]


def test_another_question_is_a_new_one() -> None:
    asks = Prompts()
    assert asks.slower(7.8, 0)
    assert asks.slower(5.8, 1)
    assert asks.stop(2)
    assert asks.slower(5.8, 3)


def test_who_was_asked_for_less_has_been_asked() -> None:
    asks = Prompts()
    asks.told(4, 0)
    assert asks.slower(5.8, 1) == []
    (again,) = asks.slower(5.8, ASK_AGAIN_S)
    assert isinstance(again, Cue)
    assert again.speed_kmh == 4


def test_what_is_forgotten_is_asked_anew() -> None:
    asks = Prompts()
    asks.stop(0)
    asks.clear()
    assert asks.stop(1)
