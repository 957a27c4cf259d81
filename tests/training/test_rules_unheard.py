"""Rules R2 and R9: what the runner cannot hear of is held back."""

from __future__ import annotations

import pytest

from custom_components.descent.training.events import (
    CommandKind,
    Cue,
    CueKind,
    Fault,
    Reason,
    Resume,
    State,
    Unheard,
)
from custom_components.descent.training.model import Phase
from custom_components.descent.training.rules import START_COUNTDOWN_S, Permissions
from tests.training.plans import flat, of, real, step
from tests.training.ride import Ride
from tests.training.session_rides import keys, running, stands, told


def last(ride: Ride, key: str) -> Cue:
    """Return the newest cue of a kind."""
    return [cue for _, cue in ride.cues if cue.key == key][-1]


def before_a_descent() -> Ride:
    """Return a ride in the walk-back after the first descent, the second just announced."""
    ride = Ride().arm(real()).in_descent(1)
    return ride.until(lambda r: keys(r).count("preview_descent_deck") == 2)


def test_r9_an_unheard_descent_is_held_back_and_said_to_be() -> None:
    ride = before_a_descent()
    speed, incline = ride.speed, ride.incline
    ride.ask(Unheard(last(ride, "preview_descent_deck")))
    assert stands(ride) == (State.SUSPENDED, Reason.UNHEARD)
    assert keys(ride)[-1] == "suspended_unheard"
    assert ride.all(Fault)[-1][1] == Fault(Reason.UNHEARD)
    commands = len(ride.commands)
    ride.run(120)
    assert len(ride.commands) == commands
    assert ride.speed == pytest.approx(speed)
    assert ride.incline == pytest.approx(incline)


def test_r9_the_runner_goes_on_from_there_and_the_descent_is_announced_again() -> None:
    ride = before_a_descent()
    ride.ask(Unheard(last(ride, "preview_descent_deck")))
    ride.run(10)
    ride.ask(Resume())
    ride.finish()
    assert ride.view.summary is not None
    assert ride.view.summary.reps_completed == 6
    assert keys(ride).count("preview_descent_deck") >= 7


def test_r9_a_slower_belt_is_never_held_back() -> None:
    ride = Ride().arm(real()).in_descent(1)
    ride.until(lambda r: "ease" in keys(r))
    ride.ask(Unheard(last(ride, "ease")))
    assert ride.engine.state is State.RUNNING
    ride.until(lambda r: r.speed < 6.1, limit_s=20)


def test_r9_a_faster_step_is_held_back() -> None:
    steps = (step(Phase.STEADY, 6, 0, 60), step(Phase.STEADY, 9, 0, 60))
    ride = Ride().arm(of(*steps)).until(lambda r: "preview_steady" in keys(r))
    ride.ask(Unheard(last(ride, "preview_steady")))
    assert stands(ride) == (State.SUSPENDED, Reason.UNHEARD)


@pytest.mark.parametrize("kind", [CueKind.FORM, CueKind.HALF_WAY, CueKind.END])
def test_a_cue_that_announces_no_change_holds_nothing_back(kind: CueKind) -> None:
    ride = running()
    assert ride.ask(Unheard(Cue(kind=kind, key="form_tall"))) == ()
    assert ride.engine.state is State.RUNNING


def test_an_unheard_cue_of_a_session_that_does_not_run_holds_nothing_back() -> None:
    ride = before_a_descent()
    cue = last(ride, "preview_descent_deck")
    ride.ask(Unheard(cue))
    assert ride.ask(Unheard(cue)) == ()
    assert Ride().ask(Unheard(cue)) == ()


@pytest.mark.parametrize("unheard", ["arm_countdown", "countdown"])
def test_r2_a_belt_is_not_started_by_a_countdown_that_nobody_hears(unheard: str) -> None:
    allowed = Permissions(control=True, start_belt=True)
    ride = Ride(permissions=allowed, helpful=False).arm(flat())
    ride.until(lambda r: unheard in keys(r), limit_s=9)
    ride.ask(Unheard(last(ride, unheard)))
    assert keys(ride)[-1] == "arm_press_start"
    ride.run(START_COUNTDOWN_S + 5)
    assert told(ride, CommandKind.START_BELT) == 0
    assert ride.engine.state is State.ARMED


def test_r2_an_unheard_request_to_press_start_changes_nothing() -> None:
    ride = Ride(helpful=False).arm(flat())
    assert ride.ask(Unheard(last(ride, "arm_press_start"))) == ()
    assert ride.engine.state is State.ARMED


def test_r9_nobody_is_kept_at_speed_by_an_unheard_recovery_that_has_begun() -> None:
    ride = Ride().arm(real()).in_descent(1)
    ride.until(lambda r: "recovery_walk" in keys(r))
    assert ride.speed > 12
    ride.ask(Unheard(last(ride, "recovery_walk")))
    assert ride.engine.state is State.RUNNING
    ride.until(lambda r: r.speed < 6.1, limit_s=20)


def test_r9_a_change_that_was_made_already_is_not_held_back_too_late() -> None:
    ride = Ride().arm(real()).in_descent(1)
    ride.until(lambda r: r.speed > 14.3, limit_s=10)
    assert ride.ask(Unheard(last(ride, "go"))) == ()
    ride.finish()
    assert ride.view.summary is not None
    assert ride.view.summary.reps_completed == 6


def test_r9_what_is_held_back_on_a_descent_slows_to_walking_pace() -> None:
    ride = Ride().arm(real())
    ride.until(lambda r: "go" in keys(r) and r.speed > 9)
    ride.ask(Unheard(last(ride, "countdown")))
    assert stands(ride) == (State.SUSPENDED, Reason.UNHEARD)
    ride.run(30)
    assert ride.speed == pytest.approx(4.0)
    assert ride.incline == pytest.approx(-6.0)


def test_r9_a_steeper_deck_is_held_back_even_where_the_belt_becomes_slower() -> None:
    steps = (step(Phase.STEADY, 9, 0, 60), step(Phase.DESCENT, 8, -4, 60))
    ride = Ride().arm(of(*steps)).until(lambda r: "preview_descent" in keys(r))
    ride.ask(Unheard(last(ride, "preview_descent")))
    assert stands(ride) == (State.SUSPENDED, Reason.UNHEARD)
    ride.run(60)
    assert (ride.speed, ride.incline) == pytest.approx((9.0, 0.0))


def test_r9_an_unheard_cue_of_a_step_that_is_over_holds_nothing_back() -> None:
    ride = before_a_descent()
    cue = last(ride, "preview_descent_deck")
    ride.until(lambda r: len(r.laps_of("descent")) == 2)
    assert ride.ask(Unheard(cue)) == ()


def test_nothing_is_held_back_where_the_runner_sets_the_machine() -> None:
    ride = Ride(permissions=Permissions(control=False)).arm(real())
    ride.until(lambda r: "preview_descent_deck" in keys(r))
    assert ride.ask(Unheard(last(ride, "preview_descent_deck"))) == ()
    assert ride.engine.state is State.RUNNING
