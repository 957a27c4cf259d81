"""The way through the steps: the deck sent ahead, the countdown, what the runner adjusts."""

from __future__ import annotations

from dataclasses import replace

import pytest

from custom_components.descent.training.actuators import Actuators
from custom_components.descent.training.events import (
    Aim,
    CommandKind,
    Pause,
    Resume,
    Skip,
    State,
    StepStarted,
)
from custom_components.descent.training.gate import Gate, Limits
from custom_components.descent.training.model import Level, Phase, Plan, Range, Rates
from custom_components.descent.training.session.steps import Steps
from custom_components.descent.treadmills.faults import SimulatedFault
from custom_components.descent.treadmills.physics import Preset
from tests.training.plans import TYPICAL, flat, of, step
from tests.training.ride import ALLOWED, Ride
from tests.training.session_rides import DRILLS, STEADY, keys, refused

FIRST = step(Phase.DESCENT, 12, -6, 20, rep=1, reps=2)
RECOVERY = step(Phase.RECOVERY, 4, 2, 90, rep=1, reps=2)
SECOND = step(Phase.DESCENT, 12, -6, 20, rep=2, reps=2)
SPRINT = step(Phase.DESCENT, 14.4, -6, 30, distance_m=120.0, rep=1, reps=1)
TWICE = of(FIRST, RECOVERY, SECOND, STEADY)
LIMITS = Limits(machine=TYPICAL, permissions=ALLOWED, level=Level.BEGINNER)


def at_step(ride: Ride, index: int) -> Ride:
    return ride.until(lambda r: r.view.step is not None and r.view.step.index == index)


def when(ride: Ride, key: str) -> list[float]:
    return [at for at, cue in ride.cues if cue.key == key]


def inclines(ride: Ride) -> list[tuple[float, float | None]]:
    """Return when the deck was told to go where."""
    return [(at, c.value) for at, c in ride.commands if c.kind is CommandKind.SET_INCLINE]


def targets(ride: Ride) -> list[tuple[float, float]]:
    """Return the targets of the steps that were begun."""
    begun = [effect.step for _, effect in ride.effects if isinstance(effect, StepStarted)]
    return [(step.speed_kmh, step.incline_pct) for step in begun]


# ---- the first descent


def test_a_descent_that_comes_first_waits_for_its_deck_then_counts_down_then_goes() -> None:
    ride = Ride().arm(of(FIRST)).in_descent()
    told, counted, go = (when(ride, key)[0] for key in ("preview_descent_deck", "countdown", "go"))
    ((sent, _),) = inclines(ride)
    assert sent == told + 5
    assert go == counted + 5
    assert ride.incline == pytest.approx(-6, abs=0.1)


def test_time_spent_waiting_for_the_deck_is_no_time_of_the_descent() -> None:
    ride = Ride().arm(of(FIRST)).finish()
    (lap,) = ride.laps
    assert lap.duration_s == pytest.approx(20)
    assert lap.approach_s == when(ride, "go")[0] - when(ride, "preview_descent_deck")[0]


def test_a_descent_the_deck_is_in_place_for_goes_at_once() -> None:
    ride = Ride().arm(of(FIRST, SECOND)).finish()
    assert [lap.approach_s > 0 for lap in ride.laps] == [True, False]
    assert len(when(ride, "countdown")) == 1


def test_the_belt_stays_where_it_is_until_go() -> None:
    ride = Ride().arm(of(STEADY, FIRST))
    at_step(ride, 1)
    ride.until(lambda r: "go" in keys(r))
    between = [
        speed for at, speed, _ in ride.samples if when(ride, "countdown")[-1] < at <= ride.now
    ]
    assert max(between) <= 8.05


def test_a_deck_that_stops_short_of_the_slope_does_not_let_the_belt_go() -> None:
    ride = Ride().arm(of(STEADY, FIRST))
    at_step(ride, 1)
    ride.run(2)
    ride.physics.faults.add(SimulatedFault.DECK_STUCK)
    ride.run(60)
    assert "go" not in keys(ride)
    assert ride.engine.state is State.SUSPENDED


def test_the_predicted_end_of_a_descent_stays_where_it_is_while_its_ramps_last() -> None:
    ride = Ride().arm(of(replace(SPRINT, lead_s=34.0)))
    at_step(ride, 0)
    ends = []
    for _ in range(60):
        ride.run(1)
        ends.append(ride.now + (ride.view.step_left_s or 0))
    assert ride.view.step is not None
    assert max(ends) - min(ends) < 5


# ---- from a recovery into a descent


def test_the_deck_is_sent_ahead_so_that_it_is_in_place_when_the_recovery_ends() -> None:
    ride = Ride().arm(TWICE)
    at_step(ride, 2)
    preview, go = when(ride, "preview_descent_deck")[-1], when(ride, "go")[-1]
    sent = inclines(ride)[-1][0]
    arrived = next(at for at, _, incline in ride.samples if at > sent and incline <= -5.9)
    assert preview + 5 <= sent
    assert 5 <= go - arrived <= 12
    assert ride.laps[1].duration_s == pytest.approx(90)


def test_a_slow_deck_is_sent_earlier_than_a_fast_one() -> None:
    rides = [at_step(Ride(preset=preset).arm(TWICE), 2) for preset in (Preset.SLOW, Preset.FAST)]
    slow, fast = (when(ride, "go")[-1] - inclines(ride)[-1][0] for ride in rides)
    assert slow > fast + 10


def test_a_descent_on_the_slope_of_the_recovery_is_previewed_twenty_seconds_ahead() -> None:
    level = replace(RECOVERY, incline_pct=-6.0)
    ride = Ride().arm(of(FIRST, level, SECOND))
    at_step(ride, 2)
    assert when(ride, "go")[-1] - when(ride, "preview_descent")[-1] == pytest.approx(20, abs=1.01)


def test_without_its_deck_in_place_a_descent_counts_down_later_and_only_once() -> None:
    ride = Ride().arm(of(STEADY, FIRST)).in_descent()
    assert len(when(ride, "countdown")) == 1
    assert when(ride, "countdown")[0] > when(ride, "preview_descent")[0] + 20


@pytest.mark.parametrize("seconds", [15.0, 40.0])
def test_a_recovery_too_short_for_the_deck_ends_on_time_and_the_descent_is_counted_down(
    seconds: float,
) -> None:
    brief = replace(RECOVERY, incline_pct=6.0, duration_s=seconds, nominal_s=seconds)
    ride = Ride(preset=Preset.SLOW).arm(of(FIRST, brief, SECOND)).finish()
    assert ride.laps[1].duration_s == pytest.approx(seconds)
    assert ride.laps[2].approach_s >= 5
    assert ride.laps[2].duration_s == pytest.approx(20)
    assert [go - at for at, go in zip(when(ride, "countdown"), when(ride, "go"), strict=True)] == [
        5,
        5,
    ]


@pytest.mark.parametrize("left", [30, 12, 3])
def test_after_a_pause_late_in_a_recovery_the_descent_is_announced_again(left: float) -> None:
    ride = Ride().arm(TWICE)
    at_step(ride, 1)
    ride.until(lambda r: (r.view.step_left_s or 99) <= left)
    ride.ask(Pause())
    ride.run(30)
    ride.ask(Resume())
    ride.in_descent(2)
    resumed = when(ride, "resumed")[0]
    again = [cue for at, cue in ride.cues if at >= resumed and cue.kind == "preview"]
    assert len(again) == 1
    assert when(ride, "go")[-1] - when(ride, "countdown")[-1] == pytest.approx(5)
    assert ride.laps[1].duration_s == pytest.approx(90)


def test_a_descent_after_a_step_by_distance_is_counted_down() -> None:
    run = step(Phase.STEADY, 8, -6, 90, distance_m=200.0)
    ride = Ride().arm(of(FIRST, run, SECOND)).in_descent(2)
    assert when(ride, "go")[-1] - when(ride, "countdown")[-1] == pytest.approx(5)


def test_a_descent_reached_by_skipping_is_announced_anew() -> None:
    ride = Ride().arm(TWICE)
    at_step(ride, 1)
    ride.run(20)
    ride.ask(Skip())
    assert keys(ride)[-1] == "preview_descent_deck"
    ride.in_descent(2)
    assert when(ride, "go")[-1] > when(ride, "preview_descent_deck")[-1] + 5


def test_a_descent_after_exercises_is_announced_when_the_belt_runs_again() -> None:
    ride = Ride().arm(of(STEADY, DRILLS, FIRST)).in_descent()
    assert keys(ride).count("preview_descent_deck") == 1


# ---- pausing in a descent


def test_a_descent_goes_on_after_a_pause_with_what_is_left_of_it() -> None:
    ride = Ride().arm(of(SPRINT)).in_descent()
    ride.run(10)
    ride.ask(Pause())
    ride.run(60)
    done = ride.view.progress
    ride.ask(Resume())
    ride.finish()
    (lap,) = ride.laps
    assert done is not None
    assert 0.3 < done < 0.7
    assert lap.at_target_m == pytest.approx(120, abs=0.5)
    assert keys(ride).count("go") == 2


# ---- time limits


def test_a_distance_that_is_never_reached_ends_by_its_time_limit() -> None:
    ride = Ride(permissions=replace(ALLOWED, max_speed_kmh=10.0)).arm(of(SPRINT, STEADY))
    at_step(ride, 1)
    (lap,) = ride.laps
    assert lap.capped
    assert lap.at_target_m == 0
    assert lap.distance_m > 120
    limit = (14.4 - 1) / 0.8 + 2 * 30
    assert lap.duration_s == pytest.approx(limit, abs=0.5)


def test_a_capped_descent_is_no_completed_one() -> None:
    ride = Ride(permissions=replace(ALLOWED, max_speed_kmh=10.0)).arm(of(SPRINT)).finish()
    assert ride.view.summary is not None
    assert ride.view.summary.reps_completed == 0


# ---- what the runner adjusts


def test_a_target_holds_for_this_descent_and_the_next_of_the_set() -> None:
    ride = Ride().arm(TWICE).in_descent()
    ride.ask(Aim(speed_kmh=10, incline_pct=-5))
    ride.in_descent(2)
    assert targets(ride) == [(12, -6), (4, 2), (10, -5)]
    assert ride.speed == pytest.approx(10, abs=0.1)
    assert ride.incline == pytest.approx(-5, abs=0.1)


def test_a_raised_target_is_announced_as_such_and_reached() -> None:
    ride = Ride().arm(TWICE).in_descent()
    ride.ask(Aim(speed_kmh=13))
    at_step(ride, 2)
    ride.until(lambda r: r.speed > 12.9)
    previews = [cue for _, cue in ride.cues if cue.key == "preview_descent_deck"]
    assert previews[-1].values["speed"] == "13"


def test_a_target_is_over_with_the_set() -> None:
    again = of(FIRST, STEADY, SECOND)
    ride = Ride().arm(again).in_descent()
    ride.ask(Aim(speed_kmh=10))
    ride.in_descent(2)
    assert targets(ride)[2] == (12, -6)


def test_a_target_for_the_recovery_leaves_the_descents_as_planned() -> None:
    ride = Ride().arm(TWICE)
    at_step(ride, 1)
    ride.ask(Aim(speed_kmh=5))
    ride.in_descent(2)
    assert targets(ride)[2] == (12, -6)


def test_while_the_deck_moves_a_target_for_the_belt_waits_for_go() -> None:
    ride = Ride().arm(of(FIRST))
    at_step(ride, 0)
    ride.ask(Aim(speed_kmh=11))
    assert ride.view.target == Aim(None, -6)
    ride.in_descent()
    ride.run(5)
    assert ride.speed == pytest.approx(11, abs=0.1)


def test_another_slope_while_the_deck_moves_is_counted_down_to_anew() -> None:
    ride = Ride().arm(of(FIRST)).until(lambda r: "countdown" in keys(r))
    ride.ask(Aim(incline_pct=-3))
    ride.in_descent()
    assert ride.incline == pytest.approx(-3, abs=0.1)
    assert len(when(ride, "countdown")) == 2
    assert when(ride, "go")[0] == pytest.approx(when(ride, "countdown")[1] + 5)


def test_another_slope_in_the_middle_of_a_descent_moves_the_deck() -> None:
    ride = Ride().arm(of(replace(FIRST, duration_s=120.0))).in_descent()
    ride.ask(Aim(incline_pct=-5))
    ride.run(40)
    assert ride.incline == pytest.approx(-5, abs=0.1)
    assert keys(ride).count("go") == 1


@pytest.mark.parametrize(
    "wish",
    [Aim(speed_kmh=99), Aim(speed_kmh=-1), Aim(incline_pct=-7), Aim(incline_pct=float("nan"))],
)
def test_a_target_out_of_range_is_refused_and_changes_nothing(wish: Aim) -> None:
    ride = Ride().arm(flat()).until(lambda r: r.speed > 7.9)
    assert refused(ride, wish) in ("speed_out_of_range", "incline_out_of_range")


def test_r16_in_a_guided_step_the_runner_sets_the_machine() -> None:
    ride = Ride().arm(of(step(Phase.BACKWARD, 2, 0, 60, guided=True), STEADY))
    at_step(ride, 0)
    assert refused(ride, Aim(speed_kmh=3)) == "guided_step"
    ride.run(40)
    assert ride.commands == []
    assert ride.speed == pytest.approx(2, abs=0.1)


# ---- a plan older than the machine's limits


def test_a_plan_that_asks_for_more_than_the_machine_has_gets_what_there_is() -> None:
    ride = Ride()
    gentler = replace(
        TYPICAL,
        incline=Range(minimum=-3, maximum=1, step=0.5),
        speed=Range(minimum=0.8, maximum=10, step=0.1),
    )
    ride.engine.machine = gentler
    ride.arm(of(STEADY, replace(RECOVERY, incline_pct=4.0, speed_kmh=12.0)))
    at_step(ride, 1)
    assert ride.view.target == Aim(10, 1)


def test_a_descent_steeper_than_the_machine_has_become_is_clamped() -> None:
    ride = Ride()
    ride.engine.machine = replace(TYPICAL, incline=Range(minimum=-3, maximum=1, step=0.5))
    ride.arm(of(FIRST))
    at_step(ride, 0)
    assert ride.view.target == Aim(None, -3)


# ---- where


def plan() -> Plan:
    return of(STEADY, DRILLS)


def test_before_the_first_step_nothing_is_under_way() -> None:
    steps = Steps(plan(), Gate(LIMITS), Actuators(Rates()))
    assert steps.step is None
    assert steps.next_step == steps.plan.steps[0]
    with pytest.raises(RuntimeError, match="no step is under way"):
        steps.finish(0)


def test_the_belt_is_needed_as_long_as_a_step_on_it_is_to_come() -> None:
    steps = Steps(plan(), Gate(LIMITS), Actuators(Rates()))
    assert steps.belt_needed
    steps.begin(0)
    assert not steps.belt_needed


def test_control_goes_back_to_the_console_before_the_last_stretch() -> None:
    ride = Ride().arm(of(STEADY, step(Phase.STRETCH, 0, 0, 60, items=("quads",))))
    ride.until(lambda r: "item_quads" in keys(r))
    assert ride.commands[-1][1].kind is CommandKind.RELEASE
