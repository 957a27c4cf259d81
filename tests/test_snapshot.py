"""One moment as a value, and which of its changes are worth a row of history."""

from __future__ import annotations

from copy import replace
from datetime import timedelta
import json

from freezegun.api import FrozenDateTimeFactory
from homeassistant.util import dt as dt_util
import pytest

from custom_components.descent.as_dict import plan_as_dict, snapshot_as_dict
from custom_components.descent.snapshot import (
    Snapshot,
    take,
    unmoved,
    unmoved_ends,
)
from custom_components.descent.training.events import Reason, State
from custom_components.descent.training.model import Phase, Telemetry
from custom_components.descent.treadmills.base import Contact
from tests.runtime.scripted_engine import ScriptedEngine, sample
from tests.runtime.test_journal import PLAN


@pytest.fixture
def engine() -> ScriptedEngine:
    made = ScriptedEngine()
    made.telemetry = sample(0.0, speed_kmh=14.36, incline_pct=-6.04)
    made.plan, made.step = PLAN, PLAN.steps[0]
    made.step_left_s, made.session_left_s = 60.0, 600.0
    made.distance_m, made.descent_m, made.progress = 12.34, 1.26, 0.1234
    return made


def of(engine: ScriptedEngine, now: float = 0.0, scale: float = 1.0) -> Snapshot:
    return take(engine.view(now), contact=Contact.CONNECTED, scale=scale)


def thinned(new: Snapshot, old: Snapshot, now: Telemetry, before: Telemetry | None) -> Snapshot:
    """Return a moment as history gets it."""
    return replace(new, **{name: getattr(old, name) for name in unmoved(new, old, now, before)})


def test_measured_values_come_in_tenths(engine: ScriptedEngine) -> None:
    shown = of(engine)
    assert (shown.speed_kmh, shown.incline_pct) == (14.4, -6.0)
    assert (shown.distance_m, shown.descent_m, shown.progress) == (12, 1.3, 0.12)
    assert shown.belt_moving is True
    assert shown.phase is Phase.WARM_UP


@pytest.mark.parametrize(
    ("contact", "now"),
    [(Contact.CONNECTING, 0.0), (Contact.TAKEN, 0.0), (Contact.CONNECTED, 2.1)],
)
def test_r5_old_values_are_unknown(engine: ScriptedEngine, contact: Contact, now: float) -> None:
    shown = take(engine.view(now), contact=contact)
    assert (shown.speed_kmh, shown.incline_pct, shown.belt_moving) == (None, None, None)


def test_ends_are_times_of_the_wall_clock(
    engine: ScriptedEngine, freezer: FrozenDateTimeFactory
) -> None:
    shown = of(engine, scale=60)
    assert shown.step_ends == dt_util.utcnow() + timedelta(seconds=1)
    assert shown.session_ends == dt_util.utcnow() + timedelta(seconds=10)


@pytest.mark.parametrize("state", [State.ARMED, State.PAUSED, State.SUSPENDED, State.FINISHED])
def test_nothing_ends_while_nothing_runs_down(engine: ScriptedEngine, state: State) -> None:
    engine.state = state
    assert (of(engine).step_ends, of(engine).session_ends) == (None, None)


def test_an_end_that_wobbles_stays_where_it_is(engine: ScriptedEngine) -> None:
    old = of(engine)
    engine.step_left_s, engine.session_left_s = 61.5, 602.5
    assert unmoved_ends(of(engine), old) == {"step_ends"}


def test_another_step_has_an_end_of_its_own(engine: ScriptedEngine) -> None:
    old = of(engine)
    engine.step, engine.step_left_s = replace(PLAN.steps[0], speed_kmh=6.0), 61.0
    assert "step_ends" not in unmoved_ends(of(engine), old)


@pytest.mark.parametrize(
    ("speed_kmh", "rate_kmh_s", "shown_kmh"),
    [
        (5.5, 0.5, 5.0),  # under way: by coarse steps
        (5.7, 0.5, 5.7),
        (5.1, 0.05, 5.1),  # still: exactly
    ],
)
def test_a_ramp_is_shown_in_steps_and_its_end_exactly(
    engine: ScriptedEngine, speed_kmh: float, rate_kmh_s: float, shown_kmh: float
) -> None:
    before = sample(0.0, speed_kmh=speed_kmh - rate_kmh_s)
    now = sample(1.0, speed_kmh=speed_kmh)
    engine.telemetry = now
    old = replace(of(engine, 1.0), speed_kmh=5.0)
    assert thinned(of(engine, 1.0), old, now, before).speed_kmh == shown_kmh


@pytest.mark.parametrize(
    ("incline_pct", "rate_pct_s", "shown_pct"),
    [(-3.5, 0.5, -3.0), (-4.0, 0.5, -4.0), (-3.5, 0.0, -3.5)],
)
def test_the_deck_likewise(
    engine: ScriptedEngine, incline_pct: float, rate_pct_s: float, shown_pct: float
) -> None:
    before = sample(0.0, incline_pct=incline_pct + rate_pct_s)
    now = sample(1.0, incline_pct=incline_pct)
    engine.telemetry = now
    old = replace(of(engine, 1.0), incline_pct=-3.0)
    assert thinned(of(engine, 1.0), old, now, before).incline_pct == shown_pct


def test_that_the_belt_moves_is_never_kept_back(engine: ScriptedEngine) -> None:
    before, now = sample(0.0, speed_kmh=0.0), sample(1.0, speed_kmh=0.5)
    engine.telemetry = now
    old = replace(of(engine, 1.0), speed_kmh=0.0, belt_moving=False)
    assert thinned(of(engine, 1.0), old, now, before).speed_kmh == 0.5


def test_metres_and_heart_beats_are_shown_in_steps(engine: ScriptedEngine) -> None:
    now = replace(sample(0.0), heart_rate_bpm=141)
    engine.telemetry = now
    old = replace(of(engine), distance_m=0.0, descent_m=0.5, heart_rate_bpm=140)
    shown = thinned(of(engine), old, now, None)
    assert (shown.distance_m, shown.descent_m, shown.heart_rate_bpm) == (0.0, 0.5, 140)
    engine.distance_m, engine.descent_m = 20.0, 1.5
    shown = thinned(of(engine), old, now, None)
    assert (shown.distance_m, shown.descent_m) == (20.0, 1.5)


def test_what_was_unknown_is_shown_as_soon_as_it_is_known(engine: ScriptedEngine) -> None:
    before, now = sample(0.0, speed_kmh=4.0), sample(1.0, speed_kmh=4.5)
    engine.telemetry = now
    assert thinned(of(engine, 1.0), Snapshot(), now, before).speed_kmh == 4.5


def test_a_suspended_moment_has_no_ends(engine: ScriptedEngine) -> None:
    shown = of(engine).suspended(Reason.CONTROL_LOST)
    assert (shown.state, shown.reason, shown.step_ends) == (
        State.SUSPENDED,
        Reason.CONTROL_LOST,
        None,
    )


def test_a_moment_is_json(engine: ScriptedEngine) -> None:
    engine.next_step = PLAN.steps[0]
    data = snapshot_as_dict(of(engine))
    assert json.loads(json.dumps(data)) == data
    assert data["plan"]["steps"][0] == data["step"] == data["next_step"]
    assert snapshot_as_dict(Snapshot())["plan"] is None


def test_a_plan_tells_apart_what_ramps_will_add() -> None:
    steps = (
        replace(PLAN.steps[0], lead_s=20.04, ramp_descent_m=2.06),
        replace(PLAN.steps[0], index=1, lead_s=10.0, ramp_descent_m=1.0),
    )
    told = plan_as_dict(replace(PLAN, steps=steps))
    assert (told["ramps_s"], told["ramps_descent_m"]) == (30.0, 3.1)
    assert told["descent_m"] == round(sum(step.descent_m for step in steps), 1)
    assert told["steps"][0]["ramp_descent_m"] == 2.1
