"""Leaving the belt, coming back to it, and leaving a step."""

from __future__ import annotations

import pytest

from custom_components.descent.training.events import (
    CommandKind,
    Pause,
    Reason,
    Refused,
    Resume,
    Skip,
    State,
)
from custom_components.descent.training.model import Phase
from tests.training.plans import of, step
from tests.training.ride import Ride
from tests.training.session_rides import (
    DRILLS,
    STEADY,
    STRETCH,
    at_rest,
    keys,
    refused,
    running,
    stands,
    told,
    waiting,
)

WARM_UP = step(Phase.WARM_UP, 8, 0, 60)


# ---- off the belt


def test_off_the_belt_the_session_waits_for_the_runner() -> None:
    ride = waiting()
    ride.run(300)
    assert stands(ride) == (State.WAITING, None)
    assert keys(ride).count("confirm_off_belt") == 1


def test_the_runner_confirms_and_starts_the_belt() -> None:
    ride = waiting()
    ride.run(12)
    ride.ask(Resume())
    assert stands(ride) == (State.ARMED, None)
    ride.later(1, ride.press_start)
    ride.until(lambda r: r.engine.state is State.RUNNING)
    assert ride.view.step is not None
    assert ride.view.step.index == 2
    assert not ride.laps[-1].skipped


def test_exercises_cut_short_count_as_skipped() -> None:
    ride = waiting()
    ride.run(3)
    ride.ask(Skip())
    assert stands(ride) == (State.ARMED, None)
    assert ride.laps[-1].skipped


def test_nobody_goes_on_while_the_belt_still_moves() -> None:
    ride = Ride().arm(of(STEADY, DRILLS, STEADY)).until(lambda r: r.engine.state is State.WAITING)
    assert refused(ride, Resume()) == "belt_still_moving"


def test_r16_turning_around_takes_its_time() -> None:
    ride = waiting(Phase.TURN_AROUND)
    assert refused(ride, Skip()) == "too_early"
    ride.run(10)
    ride.ask(Skip())
    assert stands(ride) == (State.ARMED, None)


def test_one_off_belt_step_may_follow_another() -> None:
    ride = Ride().arm(of(STEADY, DRILLS, STRETCH)).finish()
    assert [lap.index for lap in ride.laps] == [0, 1, 2]
    assert stands(ride) == (State.FINISHED, Reason.COMPLETED)


def test_exercises_can_be_left_for_the_next_ones() -> None:
    ride = Ride().arm(of(STEADY, DRILLS, STRETCH))
    ride.until(lambda r: r.engine.state is State.WAITING and at_rest(r))
    ride.run(1)
    ride.ask(Skip())
    assert stands(ride) == (State.WAITING, None)
    assert ride.view.step is not None
    assert ride.view.step.phase is Phase.STRETCH


def test_the_last_stretch_can_be_ended_early() -> None:
    ride = Ride().arm(of(STEADY, STRETCH))
    ride.until(lambda r: r.engine.state is State.WAITING and at_rest(r))
    ride.run(2)
    ride.ask(Skip())
    assert stands(ride) == (State.FINISHED, Reason.COMPLETED)


def test_pausing_off_the_belt_changes_nothing() -> None:
    ride = waiting()
    assert ride.ask(Pause()) == ()
    assert stands(ride) == (State.WAITING, None)


# ---- skipping


def test_skipping_leaves_a_step_and_says_so_in_its_lap() -> None:
    ride = Ride().arm(of(STEADY, STEADY)).until(lambda r: r.speed > 7.9)
    ride.ask(Skip())
    assert ride.laps[0].skipped
    assert ride.view.step is not None
    assert ride.view.step.index == 1


def test_a_warm_up_is_not_skipped_by_mistake() -> None:
    ride = Ride().arm(of(WARM_UP, STEADY)).until(lambda r: r.speed > 7.9)
    with pytest.raises(Refused) as error:
        ride.ask(Skip())
    assert error.value.key == "warm_up_unfinished"
    assert error.value.values["needed"] == "80"


def test_a_warm_up_can_be_skipped_on_purpose() -> None:
    ride = Ride().arm(of(WARM_UP, STEADY)).until(lambda r: r.speed > 7.9)
    ride.ask(Skip(confirmed=True))
    assert ride.laps[0].skipped


def test_a_warm_up_nearly_over_can_be_skipped() -> None:
    ride = Ride().arm(of(WARM_UP, STEADY))
    ride.until(lambda r: (r.view.step_left_s or 60) <= 12)
    ride.ask(Skip())
    assert ride.laps[0].skipped


def test_r14_skipping_the_last_step_ends_the_session_in_good_order() -> None:
    ride = running()
    ride.ask(Skip())
    ride.finish()
    assert stands(ride) == (State.FINISHED, Reason.ENDED_EARLY)
    assert keys(ride)[-2:] == ["preview_end", "end_early"]
    assert told(ride, CommandKind.STOP_BELT) == 1
    assert ride.commands[-1][1].kind is CommandKind.RELEASE
