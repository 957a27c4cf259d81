"""Every built-in session, ridden from arming to its end on simulated treadmills."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import pytest

from custom_components.descent.training import cues
from custom_components.descent.training.events import (
    Fault,
    Lap,
    Reason,
    RepCompleted,
    State,
    Summary,
)
from custom_components.descent.training.model import Phase, Step, slope_sine
from custom_components.descent.training.rules import DECK_THERE_PCT, MOVING_KMH, Permissions
from custom_components.descent.treadmills.physics import Preset
from tests.training.plans import real
from tests.training.ride import Ride
from tests.training.runners import library


class Rig(NamedTuple):
    """A kind of treadmill."""

    preset: Preset
    min_incline_pct: float

    def __str__(self) -> str:
        """Name the test after it."""
        return f"{self.preset}{self.min_incline_pct:g}"


RIGS = (
    Rig(Preset.TYPICAL, -6),
    Rig(Preset.SLOW, -6),
    Rig(Preset.FAST, -6),
    Rig(Preset.TYPICAL, -3),
)
SESSIONS = sorted(library())
every_session = pytest.mark.parametrize("session", SESSIONS)
every_rig = pytest.mark.parametrize("rig", RIGS, ids=str)


@cache
def ridden(session: str, rig: Rig) -> Ride:
    """Return a ride that is over; shared by the tests, which only look."""
    machine = rig.preset.machine(min_incline_pct=rig.min_incline_pct)
    plan = real(session, machine)
    return Ride(preset=rig.preset, machine=machine, level=plan.level).arm(plan).finish()


def summary(ride: Ride) -> Summary:
    assert ride.view.summary is not None
    return ride.view.summary


def steps(ride: Ride) -> tuple[Step, ...]:
    assert ride.view.plan is not None
    return ride.view.plan.steps


def done(ride: Ride, phase: Phase) -> list[tuple[Step, Lap]]:
    """Return the steps of one phase with what was done in them."""
    return [(steps(ride)[lap.index], lap) for lap in ride.laps if lap.phase is phase]


def test_there_are_fifteen_sessions() -> None:
    assert len(SESSIONS) == 15


@every_rig
@every_session
def test_a_session_runs_to_its_end_without_a_fault(session: str, rig: Rig) -> None:
    ride = ridden(session, rig)
    assert ride.engine.state is State.FINISHED
    assert summary(ride).result is Reason.COMPLETED
    assert ride.all(Fault) == []
    assert ride.speed <= MOVING_KMH
    assert ride.incline == pytest.approx(0, abs=DECK_THERE_PCT)


@every_rig
@every_session
def test_every_step_of_the_plan_is_run_in_its_order(session: str, rig: Rig) -> None:
    ride = ridden(session, rig)
    assert [lap.index for lap in ride.laps] == [step.index for step in steps(ride)]
    assert not any(lap.skipped or lap.capped for lap in ride.laps)
    assert summary(ride).laps == tuple(ride.laps)


@every_rig
@every_session
def test_every_recovery_takes_its_time_to_the_second(session: str, rig: Rig) -> None:
    taken = [
        (lap.duration_s, step.duration_s)
        for step, lap in done(ridden(session, rig), Phase.RECOVERY)
    ]
    assert all(seconds == pytest.approx(prescribed, abs=0.05) for seconds, prescribed in taken)


@every_rig
@every_session
def test_every_descent_by_distance_is_run_at_target_to_the_half_metre(
    session: str, rig: Rig
) -> None:
    run = [
        (lap.at_target_m, step.distance_m)
        for step, lap in done(ridden(session, rig), Phase.DESCENT)
        if step.distance_m is not None
    ]
    assert all(metres == pytest.approx(prescribed, abs=0.5) for metres, prescribed in run)


@every_rig
@every_session
def test_every_descent_by_time_lasts_that_long_from_go(session: str, rig: Rig) -> None:
    taken = [
        (lap.duration_s, step.duration_s)
        for step, lap in done(ridden(session, rig), Phase.DESCENT)
        if step.duration_s is not None
    ]
    assert all(seconds == pytest.approx(prescribed, abs=0.05) for seconds, prescribed in taken)


@every_rig
@every_session
def test_fidelity_is_metres_down_at_target_by_metres_prescribed(session: str, rig: Rig) -> None:
    ride = ridden(session, rig)
    plan, told = ride.view.plan, summary(ride)
    down = sum(
        -lap.at_target_m * slope_sine(step.incline_pct) for step, lap in done(ride, Phase.DESCENT)
    )
    assert plan is not None
    assert told.prescribed_descent_m == plan.prescribed_descent_m
    assert (told.fidelity_descent or 0) * plan.prescribed_descent_m == pytest.approx(
        down, rel=0.02
    )  # the deck may be half a percent off and still count
    assert told.fidelity_grade == plan.fidelity_grade
    assert told.reps_completed == told.reps_planned == plan.reps


@every_rig
@every_session
def test_the_distance_is_that_of_the_belt(session: str, rig: Rig) -> None:
    ride = ridden(session, rig)
    assert summary(ride).distance_m == pytest.approx(ride.physics.distance_m(ride.now), rel=0.001)
    assert ride.view.distance_m == summary(ride).distance_m
    assert ride.view.descent_m == summary(ride).descent_m


@every_rig
@every_session
def test_every_cue_has_a_text(session: str, rig: Rig) -> None:
    assert {cue.key for _, cue in ridden(session, rig).cues} <= cues.KEYS


@every_session
def test_r1_a_guided_session_runs_to_its_end_without_a_single_command(session: str) -> None:
    plan = real(session)
    ride = Ride(level=plan.level, permissions=Permissions()).arm(plan).finish()
    assert summary(ride).result is Reason.COMPLETED
    assert [lap.index for lap in ride.laps] == [step.index for step in plan.steps]
    assert ride.commands == []
    assert ride.all(Fault) == []


# ---- the reference session


def test_the_reference_session_is_six_sprints_of_120_metres_at_minus_six() -> None:
    ride = ridden("descending_sprints", RIGS[0])
    sprints = done(ride, Phase.DESCENT)
    assert [(step.speed_kmh, step.incline_pct) for step, _ in sprints] == [(14.4, -6)] * 6
    assert [round(lap.at_target_m, 1) for _, lap in sprints] == [120] * 6
    assert [round(lap.duration_s, 1) for _, lap in done(ride, Phase.RECOVERY)] == [150] * 6
    assert summary(ride).fidelity_descent == pytest.approx(1, abs=0.005)
    assert summary(ride).descent_at_target_m == pytest.approx(43.1, abs=0.2)


def test_on_a_gentle_machine_it_is_nine_sprints_and_three_quarters_of_the_descent() -> None:
    ride = ridden("descending_sprints", RIGS[3])
    sprints = done(ride, Phase.DESCENT)
    assert [(step.speed_kmh, step.incline_pct) for step, _ in sprints] == [(14.2, -3)] * 9
    assert [round(lap.at_target_m, 1) for _, lap in sprints] == [120] * 9
    assert summary(ride).fidelity_descent == pytest.approx(0.75, abs=0.005)
    assert summary(ride).fidelity_grade == 0.5


def test_its_descents_are_counted_as_they_are_completed() -> None:
    reps = [effect for _, effect in ridden("descending_sprints", RIGS[0]).all(RepCompleted)]
    assert reps == [RepCompleted(rep, 6) for rep in range(1, 7)]


def test_its_deck_is_in_place_when_the_recovery_ends() -> None:
    ride = ridden("descending_sprints", RIGS[0])
    assert [lap.approach_s > 0 for lap in ride.laps_of("descent")] == [True] + [False] * 5


def test_its_first_repetition_tells_the_runner_everything_in_order() -> None:
    ride = ridden("descending_sprints", RIGS[0])
    first = next(at for at, cue in ride.cues if cue.kind == "recovery")
    said = [cue.kind for at, cue in ride.cues if at >= first]
    assert said[:7] == ["recovery", "preview", "form", "countdown", "go", "ease", "recovery"]


def test_its_countdown_is_five_seconds_before_go() -> None:
    ride = ridden("descending_sprints", RIGS[0])
    countdowns = [at for at, cue in ride.cues if cue.key == "countdown"]
    goes = [at for at, cue in ride.cues if cue.key == "go"]
    assert [go - at for at, go in zip(countdowns, goes, strict=True)] == pytest.approx([5] * 6)


def test_its_last_repetition_is_announced_as_the_last() -> None:
    keys = [cue.key for _, cue in ridden("descending_sprints", RIGS[0]).cues]
    assert keys.count("last_rep") == 1
    assert keys.index("last_rep") < len(keys) - keys[::-1].index("go")
    assert keys.count("recovery_walk_last") == 1


def test_its_clamp_is_told_once_at_the_start() -> None:
    told = [cue for _, cue in ridden("descending_sprints", RIGS[3]).cues if cue.kind == "clamp"]
    assert [cue.values for cue in told] == [{"minimum": "3", "added": "3", "fidelity": "75"}]


@pytest.mark.parametrize("preset", list(Preset))
def test_rates_are_learned_on_the_way(preset: Preset) -> None:
    rates = ridden("descending_sprints", Rig(preset, -6)).engine.rates
    assert rates.deck_pct_s == pytest.approx(preset.rates.deck_pct_s, rel=0.15)
    assert rates.belt_kmh_s == pytest.approx(min(1.0, preset.rates.belt_kmh_s), rel=0.25)
