"""Session and gate joined: what the conductor holds, and what the entities read."""

from __future__ import annotations

from dataclasses import replace

import pytest

from custom_components.descent.training.engine import Engine
from custom_components.descent.training.events import (
    Aim,
    Arm,
    CommandKind,
    Effect,
    Fault,
    Finished,
    Link,
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
from custom_components.descent.training.model import Level, Phase, Rates, Telemetry
from custom_components.descent.training.rules import Permissions
from custom_components.descent.treadmills.faults import SimulatedFault
from custom_components.descent.treadmills.physics import Preset
from tests.training.plans import TYPICAL, flat, of, short, step
from tests.training.ride import ALLOWED, Ride
from tests.training.session_rides import DRILLS, STEADY, keys, refused, running, waiting

SPRINT = step(Phase.DESCENT, 12, -6, 30, distance_m=100.0, rep=1, reps=1, lead_s=25.0)


def sample(at: float, speed: float = 0, incline: float = 0, *, key_out: bool = False) -> Telemetry:
    return Telemetry(at=at, speed_kmh=speed, incline_pct=incline, safety_key_out=key_out)


def engine(permissions: Permissions = ALLOWED) -> Engine:
    return Engine(TYPICAL, permissions=permissions, level=Level.INTERMEDIATE)


def measured(*samples: Telemetry, permissions: Permissions = ALLOWED) -> Engine:
    """Return a control without a session that has heard these."""
    made = engine(permissions)
    for one in samples:
        made.handle(one, one.at)
    return made


def moving() -> Ride:
    """Return a ride without a session, on a belt that the runner has started."""
    ride = Ride()
    ride.press_start()
    return ride.until(lambda r: r.speed > 0.9)


# ---- without a session


def test_without_a_session_there_is_nothing_to_show() -> None:
    made = engine()
    shown = made.view(0)
    assert (made.state, shown.state) == (State.IDLE, State.IDLE)
    assert (shown.reason, shown.plan, shown.step, shown.next_step, shown.summary) == (None,) * 5
    assert (shown.telemetry, made.wakes_at, shown.progress) == (None, None, None)
    assert (shown.step_left_s, shown.session_left_s) == (None, None)
    assert shown.elapsed_s == 0
    assert made.to_dict(0) is None
    assert not shown.fresh
    assert shown.belt_moving is None


@pytest.mark.parametrize("event", [Pause(), Resume(), Skip()])
def test_without_a_session_there_is_nothing_to_pause_resume_or_skip(event: Pause) -> None:
    with pytest.raises(Refused, match="no_session"):
        engine().handle(event, 0)


def test_r4_without_a_session_stop_stops_the_belt() -> None:
    (command,) = moving().ask(Stop())
    assert getattr(command, "kind", None) is CommandKind.STOP_BELT


def test_a_slider_moves_belt_and_deck_of_a_running_treadmill() -> None:
    ride = moving()
    ride.ask(Aim(speed_kmh=6, incline_pct=3))
    ride.run(30)
    assert ride.speed == pytest.approx(6, abs=0.1)
    assert ride.incline == pytest.approx(3, abs=0.1)


def test_one_slider_leaves_what_the_other_asked_for() -> None:
    ride = moving()
    ride.ask(Aim(speed_kmh=6))
    ride.ask(Aim(incline_pct=3))
    assert ride.view.target == Aim(6, 3)
    ride.ask(Aim(speed_kmh=5))
    assert ride.view.target == Aim(5, 3)


def test_the_deck_of_a_standing_belt_can_be_moved() -> None:
    ride = Ride()
    ride.ask(Aim(incline_pct=3))
    ride.run(15)
    assert ride.incline == pytest.approx(3, abs=0.1)


def test_r1_without_permission_sliders_do_nothing() -> None:
    made = measured(sample(0, 3), permissions=Permissions())
    with pytest.raises(Refused, match="not_acknowledged"):
        made.handle(Aim(speed_kmh=5), 0)


def test_r2_a_slider_does_not_start_a_belt() -> None:
    with pytest.raises(Refused, match="belt_not_moving"):
        measured(sample(0)).handle(Aim(speed_kmh=5), 0)


def test_r5_sliders_need_fresh_telemetry() -> None:
    with pytest.raises(Refused, match="no_contact"):
        measured(sample(0, 3)).handle(Aim(speed_kmh=5), 3)


def test_r4_a_slider_does_not_take_back_a_stop() -> None:
    ride = moving()
    ride.ask(Stop())
    ride.run(0.5)
    assert refused(ride, Aim(speed_kmh=5)) == "belt_still_moving"


def test_r11_turning_the_consoles_knob_ends_what_a_slider_wanted_without_a_word() -> None:
    ride = moving()
    ride.ask(Aim(speed_kmh=6))
    ride.run(15)
    ride.physics.console_speed(-2, ride.now)
    ride.run(5)
    assert ride.view.target == Aim()
    assert ride.cues == []


def test_a_slider_that_the_machine_does_not_obey_is_a_fault() -> None:
    ride = moving()
    ride.physics.faults.add(SimulatedFault.IGNORE)
    ride.ask(Aim(speed_kmh=6))
    ride.run(10)
    assert [effect for _, effect in ride.all(Fault)] == [Fault(Reason.NOT_CONFIRMED)]
    assert keys(ride) == ["fault_use_safety_key"]


def test_a_link_and_a_status_concern_nobody_without_a_session() -> None:
    made = measured(sample(0, 3))
    assert made.handle(Link(up=False), 1) == ()
    assert made.handle(Link(up=True), 1) == ()
    assert made.handle(Status(StatusKind.STOPPED), 1) == ()


def test_manual_wishes_have_the_caps_of_the_level() -> None:
    made = measured(sample(0, 3))
    made.level = Level.BEGINNER
    assert made.level is Level.BEGINNER
    made.level = Level.NOVICE
    with pytest.raises(Refused, match="incline_locked"):
        replace_machine(made).handle(Aim(incline_pct=-9), 0)


def replace_machine(made: Engine) -> Engine:
    """Give it a deck that goes far down."""
    made.machine = replace(TYPICAL, incline=replace(TYPICAL.incline, minimum=-15.0))
    return made


def test_the_level_of_a_session_holds_until_its_end() -> None:
    ride = running()
    ride.engine.level = Level.NOVICE
    assert held(ride) is Level.INTERMEDIATE
    ride.ask(Stop())
    ride.until(lambda r: r.speed == 0)
    ride.press_start()
    ride.until(lambda r: r.speed > 0.9)
    ride.ask(Aim(speed_kmh=2))
    assert held(ride) is Level.NOVICE


def held(ride: Ride) -> Level:
    """Return whose caps hold."""
    return ride.engine.gate.limits.level


def test_without_a_wish_time_passes_and_nothing_happens() -> None:
    assert measured(sample(0, 3)).advance(60) == ()


def test_permissions_can_be_given_and_taken() -> None:
    made = engine()
    made.permissions = Permissions()
    assert made.permissions == Permissions()


# ---- starting


def test_r5_a_session_is_not_started_without_fresh_telemetry() -> None:
    with pytest.raises(Refused, match="no_contact"):
        measured(sample(0)).handle(Arm(flat()), 3)


def test_a_session_is_not_started_without_the_safety_key() -> None:
    with pytest.raises(Refused, match="safety_key_out"):
        measured(sample(0, key_out=True)).handle(Arm(flat()), 0)


# ---- measurements


@pytest.mark.parametrize("at", [1, 2])
def test_a_measurement_no_younger_than_the_last_is_no_news(at: float) -> None:
    made = measured(sample(0, 3), sample(2, 5))
    assert made.handle(sample(at, 4), 2.5) == ()
    assert made.view(2.5).telemetry == sample(2, 5)


def test_before_the_first_session_the_belt_is_metered_too() -> None:
    made = measured(sample(0, 3.6, -6), sample(5, 3.6, -6))
    assert made.view(5).distance_m == pytest.approx(5)
    assert made.view(5).descent_m == pytest.approx(5 * 0.0598923)


def test_a_session_meters_from_zero_and_keeps_its_metres_when_it_is_over() -> None:
    ride = moving()
    ride.run(30)
    before = ride.view.distance_m
    assert before > 5
    ride.arm(flat(seconds=20)).until(lambda r: r.engine.state is State.RUNNING)
    assert ride.view.distance_m < before
    ride.finish()
    done = ride.view.distance_m
    assert ride.view.summary is not None
    assert done == ride.view.summary.distance_m
    ride.press_start()
    ride.run(30)
    assert ride.view.distance_m == done


def test_a_zero_that_is_not_believed_yet_is_no_measurement() -> None:
    ride = running()
    before = ride.view.distance_m
    ride.now += 0.5
    ride.ask(sample(ride.now, 0))
    assert ride.view.distance_m == before
    assert ride.engine.state is State.RUNNING


def test_rates_are_learned_from_commanded_moves_only() -> None:
    ride = Ride(preset=Preset.FAST)
    seeds = ride.engine.rates
    ride.press_start()
    ride.run(20)
    ride.physics.console_speed(5, ride.now)
    ride.physics.console_incline(5, ride.now)
    ride.run(20)
    assert ride.engine.rates == seeds
    ride.ask(Aim(2, -3))
    ride.run(30)
    assert ride.engine.rates.deck_pct_s > seeds.deck_pct_s
    assert ride.engine.rates.belt_kmh_s > seeds.belt_kmh_s


def test_learned_rates_are_where_the_next_one_starts() -> None:
    rates = Rates(belt_kmh_s=1.1, deck_pct_s=0.9)
    assert Engine(TYPICAL, permissions=ALLOWED, rates=rates).rates == rates


# ---- what is left, what is done


def test_what_is_left_of_a_session_includes_the_ramps_to_come() -> None:
    ride = Ride(helpful=False).arm(of(STEADY, SPRINT))
    assert ride.view.session_left_s == 60 + 30 + 25
    assert ride.view.step_left_s is None
    assert ride.view.next_step == ride.view.plan.steps[0] if ride.view.plan else False


def test_what_is_left_gets_less_by_a_second_a_second() -> None:
    ride = running()
    left = ride.view.session_left_s
    ride.run(10)
    assert left is not None
    assert ride.view.session_left_s == pytest.approx(left - 10)
    assert ride.view.step_left_s == pytest.approx(left - 10)


def test_while_paused_nothing_gets_less() -> None:
    ride = running()
    ride.ask(Pause())
    then = (ride.view.session_left_s, ride.view.progress)
    ride.run(100)
    assert (ride.view.session_left_s, ride.view.progress) == then


def test_time_off_the_belt_counts_once_the_belt_stands() -> None:
    ride = waiting()
    left = ride.view.session_left_s
    ride.run(4)
    assert left is not None
    assert ride.view.session_left_s == pytest.approx(left - 4)
    ride.run(60)
    assert ride.view.step_left_s == 0


def test_after_the_end_nothing_is_left_and_nothing_comes() -> None:
    ride = Ride().arm(flat(seconds=20)).finish()
    assert ride.view.session_left_s is None
    assert ride.view.step_left_s is None
    assert ride.view.next_step is None
    assert ride.view.step is None


def test_progress_is_the_share_of_the_plans_time_that_is_done() -> None:
    ride = Ride().arm(of(STEADY, DRILLS, STEADY))
    assert ride.view.progress == 0
    ride.until(lambda r: r.view.step_left_s == 30)
    assert ride.view.progress == pytest.approx(30 / 130, abs=0.01)
    ride.until(lambda r: len(r.laps) == 2)
    ride.until(lambda r: r.view.step is not None and r.view.step.index == 2)
    assert ride.view.progress == pytest.approx(70 / 130, abs=0.01)


def test_progress_in_a_distance_is_the_share_of_its_metres() -> None:
    ride = Ride().arm(of(SPRINT)).in_descent()
    ride.run(10)
    underway = ride.engine.session.steps.underway if ride.engine.session else None
    assert underway is not None
    assert ride.view.progress == pytest.approx(underway.meter.at_target_m / 100, abs=0.01)


def test_progress_never_goes_back_when_the_runner_slows_down() -> None:
    ride = Ride().arm(of(SPRINT)).in_descent()
    ride.run(5)
    before = ride.view.progress
    ride.ask(Aim(speed_kmh=9))
    assert before is not None
    assert (ride.view.progress or 0) >= before


@pytest.mark.parametrize(("seconds", "progress"), [(20, 1), (600, None)])
def test_a_session_done_is_complete_and_one_stopped_has_no_progress(
    seconds: float, progress: float | None
) -> None:
    ride = Ride().arm(flat(seconds=seconds))
    ride.run(60)
    ride.ask(Stop()) if ride.engine.state is not State.FINISHED else None
    ride.finish()
    assert ride.view.progress == progress


def test_elapsed_time_starts_with_the_belt_and_ends_with_the_session() -> None:
    ride = Ride(helpful=False).arm(flat(seconds=20))
    ride.run(60)
    assert ride.view.elapsed_s == 0
    ride.press_start()
    ride.until(lambda r: r.engine.state is State.RUNNING)
    ride.run(7)
    assert ride.view.elapsed_s == pytest.approx(7)
    ride.finish()
    over = ride.view.elapsed_s
    assert ride.engine.view(ride.now + 1000).elapsed_s == over


def test_a_whole_session_in_one_object() -> None:
    ride = Ride().arm(short()).finish()
    finished = [effect for _, effect in ride.all(Finished)]
    assert ride.view.summary is not None
    assert finished == [Finished(ride.view.summary)]
    assert ride.view.reason is Reason.COMPLETED


# ---- leaving


def test_r3_leaving_without_a_session_does_nothing() -> None:
    assert engine().leave(0) == ()


def test_r3_leaving_while_paused_says_nothing() -> None:
    ride = running()
    ride.ask(Pause())
    ride.run(30)
    effects: tuple[Effect, ...] = ride.engine.leave(ride.now)
    assert "leaving" not in [getattr(effect, "key", "") for effect in effects]
    assert ride.engine.state is State.PAUSED
