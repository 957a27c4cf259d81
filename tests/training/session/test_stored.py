"""An unfinished session survives a restart, paused (rule R3); rubbish is refused whole."""

from __future__ import annotations

import copy
import json
import math
from typing import Any

from hypothesis import given, strategies as st
import pytest

from custom_components.descent.training.events import (
    Aim,
    Arm,
    Cue,
    Pause,
    Reason,
    Refused,
    Resume,
    State,
    StateChanged,
)
from custom_components.descent.training.model import Phase
from custom_components.descent.training.session.stored import plan_from_dict
from custom_components.descent.treadmills.physics import Preset
from tests.training.plans import flat, of, real, step
from tests.training.ride import Ride
from tests.training.session_rides import DRILLS, STEADY, keys, running, stands, waiting

SPRINT = step(Phase.DESCENT, 12, -6, 30, distance_m=100.0, rep=1, reps=2)
RECOVERY = step(Phase.RECOVERY, 4, 2, 60, rep=1, reps=2)
AGAIN = step(Phase.DESCENT, 12, -6, 30, distance_m=100.0, rep=2, reps=2)


def stored(ride: Ride) -> dict[str, Any]:
    """Return what the disk would give back."""
    data = ride.engine.to_dict(ride.now)
    assert data is not None
    return json.loads(json.dumps(data))  # type: ignore[no-any-return] # it was a dict before


def restarted(ride: Ride) -> Ride:
    """Return a new ride whose engine has taken the session over, beside the same treadmill."""
    data = stored(ride)
    new = Ride(helpful=ride.helpful)
    new.take(new.engine.restore(data, new.now))
    return new


def in_descent() -> Ride:
    ride = Ride().arm(of(SPRINT, RECOVERY, AGAIN)).in_descent()
    ride.run(10)
    return ride


# ---- plans


@pytest.mark.parametrize("session", ["descending_sprints", "backward_drills", "short_builds"])
def test_a_plan_survives_storage(session: str) -> None:
    plan = real(session)
    assert plan_from_dict(json.loads(json.dumps(plan.data))) == plan


# ---- coming back


def test_r3_a_session_comes_back_paused() -> None:
    ride = restarted(in_descent())
    assert stands(ride) == (State.PAUSED, Reason.RESTART)
    assert [effect for _, effect in ride.effects] == [
        StateChanged(State.PAUSED, Reason.RESTART),
        Cue(kind=ride.cues[0][1].kind, key="paused_restart"),
    ]
    ride.run(300)
    assert stands(ride) == (State.PAUSED, Reason.RESTART)
    assert ride.commands == []


def test_a_session_comes_back_where_it_was() -> None:
    before = in_descent()
    after = restarted(before)
    assert after.view.step == before.view.step
    assert after.view.distance_m == before.view.distance_m
    assert after.view.descent_m == before.view.descent_m
    assert after.view.elapsed_s == pytest.approx(before.view.elapsed_s)
    # Before, the position goes on between samples; after, it stands at the last one.
    assert after.view.step_left_s == pytest.approx(before.view.step_left_s, abs=3.5)


def test_a_session_that_came_back_is_run_to_its_end() -> None:
    ride = restarted(in_descent())
    ride.run(3)
    ride.ask(Resume())
    ride.finish()
    assert stands(ride) == (State.FINISHED, Reason.COMPLETED)
    assert ride.view.summary is not None
    assert [round(lap.at_target_m) for lap in ride.view.summary.laps] == [100, 0, 100]
    assert ride.view.summary.reps_completed == 2


def test_a_session_comes_back_to_a_machine_that_is_not_as_fast_and_steep_any_more() -> None:
    data = stored(in_descent())
    ride = Ride(machine=Preset.TYPICAL.machine(min_incline_pct=-3, max_speed_kmh=10))
    ride.take(ride.engine.restore(data, ride.now))
    ride.run(3)
    ride.ask(Resume())
    ride.finish()
    assert stands(ride) == (State.FINISHED, Reason.COMPLETED)
    assert ride.view.summary is not None
    assert [round(lap.at_target_m) for lap in ride.view.summary.laps] == [100, 0, 100]
    assert min(incline for _, _, incline in ride.samples) == -3


def test_what_was_done_before_the_restart_counts() -> None:
    ride = Ride().arm(of(SPRINT, RECOVERY, AGAIN)).in_descent(2)
    after = restarted(ride)
    after.run(3)
    after.ask(Resume())
    after.finish()
    assert after.view.summary is not None
    assert after.view.summary.laps[:2] == tuple(ride.laps)
    assert after.view.summary.distance_m > ride.view.distance_m


def test_what_the_runner_has_adjusted_comes_back() -> None:
    ride = in_descent()
    ride.ask(Aim(speed_kmh=10))
    after = restarted(ride)
    assert after.view.step is not None
    assert after.view.step.speed_kmh == 10
    after.run(3)
    after.ask(Resume())
    after.until(lambda r: r.view.step is not None and r.view.step.index == 2)
    assert after.view.step.speed_kmh == 10


def test_a_session_armed_and_never_started_comes_back_before_its_first_step() -> None:
    ride = restarted(Ride(helpful=False).arm(flat()))
    ride.helpful = True
    assert ride.view.step is None
    assert ride.view.elapsed_s == 0
    ride.run(3)
    ride.ask(Resume())
    ride.finish()
    assert keys(ride)[1:4] == ["arm_press_start", "session_start", "step_steady"]


def test_off_the_belt_a_session_comes_back_to_its_exercises() -> None:
    ride = restarted(waiting())
    ride.run(3)
    ride.ask(Resume())
    assert stands(ride) == (State.WAITING, None)
    ride.run(20)
    assert keys(ride)[-1] == "confirm_off_belt"


def test_off_the_belt_with_the_belt_still_moving_the_exercises_wait() -> None:
    ride = Ride().arm(of(STEADY, DRILLS, STEADY)).until(lambda r: r.engine.state is State.WAITING)
    ride.take(ride.engine.leave(ride.now))
    ride.run(1)
    ride.ask(Resume())
    assert stands(ride) == (State.WAITING, None)
    left = ride.view.step_left_s
    ride.run(1)
    assert ride.view.step_left_s == left
    ride.until(lambda r: r.engine.gate.at_rest)
    ride.until(lambda r: keys(r)[-1] == "confirm_off_belt")


def test_storing_twice_is_storing_once() -> None:
    ride = in_descent()
    ride.ask(Pause())
    assert stored(restarted(ride)) == stored(ride)


def test_a_session_under_way_is_not_replaced_by_a_stored_one() -> None:
    ride = running()
    data = stored(ride)
    with pytest.raises(Refused, match="session_active"):
        ride.engine.restore(data, ride.now)


def test_a_finished_session_is_not_stored() -> None:
    ride = Ride().arm(flat(seconds=20)).finish()
    assert ride.engine.to_dict(ride.now) is None


# ---- rubbish


DATA = stored(in_descent())


def changed(place: tuple[Any, ...], value: Any) -> dict[str, Any]:
    """Return stored data with one value changed."""
    data = copy.deepcopy(DATA)
    at: Any = data
    for key in place[:-1]:
        at = at[key]
    at[place[-1]] = value
    return data


def refuses(data: Any) -> None:
    """Expect that nothing comes of ``data``, and that the engine is as it was."""
    ride = Ride()
    with pytest.raises(ValueError, match=r"."):
        ride.engine.restore(data, ride.now)
    assert ride.engine.state is State.IDLE
    ride.engine.handle(Arm(flat()), ride.now)


@pytest.mark.parametrize("key", sorted(DATA))
def test_a_stored_session_must_be_complete(key: str) -> None:
    refuses({name: value for name, value in DATA.items() if name != key})


@pytest.mark.parametrize("data", [{}, [], "session", 7, None])
def test_what_is_no_stored_session_is_refused(data: Any) -> None:
    refuses(data)


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (("index",), 3),
        (("index",), -1),  # before the first step, yet with one under way
        (("index",), "first"),
        (("elapsed_s",), -1),
        (("elapsed_s",), math.nan),
        (("elapsed_s",), "long"),
        (("underway", "speed_kmh"), 10**400),  # no float holds it
        (("laps",), [{}]),
        (("laps",), 7),
        (("meter",), {"distance_m": "far"}),
        (("underway",), []),
        (("adjusted",), None),
        (("plan", "level"), "olympic"),
        (("plan", "steps"), []),
        (("plan", "steps"), DATA["plan"]["steps"][::-1]),
        (("plan", "tempo"), 1),
        (("plan", "parameters"), [1]),
        (("plan", "steps", 0, "phase"), "nap"),
        (("plan", "steps", 0, "speed_kmh"), 99),
        (("plan", "steps", 0, "speed_kmh"), "fast"),
        (("plan", "steps", 0, "ramp_s"), "long"),
        (("plan", "steps", 0, "lead_s"), None),
        (("plan", "steps", 0, "rep"), math.inf),
    ],
)
def test_a_stored_session_that_could_not_have_been_is_refused(
    place: tuple[Any, ...], value: Any
) -> None:
    refuses(changed(place, value))


def test_nothing_comes_before_the_first_step() -> None:
    refuses(stored(Ride(helpful=False).arm(flat())) | {"index": -2})


def test_a_stored_lap_is_made_of_numbers() -> None:
    ride = Ride().arm(of(SPRINT, RECOVERY, AGAIN)).in_descent(2)
    data = stored(ride)
    data["laps"][0]["distance_m"] = "far"
    refuses(data)


def places(data: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Return the way to every value in stored data."""
    items = data.items() if isinstance(data, dict) else enumerate(data)
    return [
        place
        for key, value in items
        for place in (
            (*path, key),
            *(places(value, (*path, key)) if isinstance(value, (dict, list)) else ()),
        )
    ]


RUBBISH: st.SearchStrategy[Any] = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=3) | st.just([])
)


@given(place=st.sampled_from(places(DATA)), value=RUBBISH)
def test_one_wrong_value_is_refused_or_leads_to_a_session_that_runs(
    place: tuple[Any, ...], value: Any
) -> None:
    ride = Ride()
    try:
        ride.take(ride.engine.restore(changed(place, value), ride.now))
    except ValueError:
        assert ride.engine.state is State.IDLE
    else:
        ride.run(3)
        ride.engine.to_dict(ride.now)
        ride.ask(Resume())
        ride.run(120)
