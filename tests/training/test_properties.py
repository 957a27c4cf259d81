"""What holds in every ride, however people, machines and links behave."""

from __future__ import annotations

from copy import deepcopy

from hypothesis import given, strategies as st
import pytest

from custom_components.descent.training.events import (
    Aim,
    Command,
    CommandKind,
    Cue,
    DeclineTested,
    Effect,
    LetGo,
    Pause,
    Refused,
    Resume,
    State,
    Stop,
    Verdict,
)
from custom_components.descent.training.model import Machine
from tests.training.invariants import broken
from tests.training.restless import Restless, Worried
from tests.training.storm import (
    Gust,
    Scene,
    console,
    machine_trouble,
    passing,
    scenes,
    storms,
)

# Thousands of sessions in CI, on whatever computer that is.
pytestmark = pytest.mark.timeout(900)


def movements(effects: list[tuple[float, Effect]], machine: Machine) -> list[Effect]:
    """Return everything sent to the machine but stops, and what comes nearest to one."""
    slowest = None if machine.can_stop else machine.speed.minimum
    return [
        effect
        for _, effect in effects
        if isinstance(effect, Command)
        and effect.kind is not CommandKind.STOP_BELT
        and (effect.kind, effect.value) != (CommandKind.SET_SPEED, slowest)
    ]


@given(scenes(), storms)
def test_no_storm_breaks_a_rule(scene: Scene, gusts: list[Gust]) -> None:
    ride = scene.storm().set_out().weather(gusts)
    ride.run(6)
    assert broken(ride.moments, scene.machine, scene.permissions, scene.level) == []


@given(scenes(), storms, st.lists(st.one_of(passing, console, machine_trouble), max_size=8))
def test_r4_stop_stops_at_once_and_nothing_moves_afterwards(
    scene: Scene, gusts: list[Gust], afterwards: list[Gust]
) -> None:
    ride = scene.storm().set_out().weather(gusts)
    effects = ride.ask(Stop())
    assert isinstance(effects[0], Command)
    assert effects[0].kind is CommandKind.STOP_BELT
    assert ride.control.state in (State.IDLE, State.FINISHED)
    stopped = len(ride.effects)
    ride.helpful = False
    ride.weather(afterwards)
    assert movements(ride.effects[stopped:], scene.machine) == []
    again = ride.ask(Stop())
    assert isinstance(again[0], Command)
    assert again[0].kind is CommandKind.STOP_BELT


@given(scenes(), storms)
def test_pause_and_resume_are_idempotent(scene: Scene, gusts: list[Gust]) -> None:
    ride = scene.storm().set_out().weather(gusts)
    for wish in (Pause(), Resume()):
        ride.wish(wish)
        before = ride.snapshot()
        try:
            effects = ride.ask(wish)
        except Refused:
            effects = ()
        assert effects == ()
        assert ride.snapshot() == before


@given(scenes(), storms)
def test_asking_too_often_and_hearing_twice_changes_nothing(
    scene: Scene, gusts: list[Gust]
) -> None:
    scene.storm(Restless).set_out().weather(gusts)


@given(scenes(), storms)
def test_r13_heart_rate_changes_no_command(scene: Scene, gusts: list[Gust]) -> None:
    calm = scene.storm().set_out().weather(gusts)
    worried = scene.storm(Worried).set_out().weather(gusts)
    assert worried.effects == calm.effects


# Shorter than a confirmation: what the gate releases late is also judged late.
@given(scenes(), storms, st.floats(0.1, 4.9))
def test_one_late_advance_equals_many_on_time(
    scene: Scene, gusts: list[Gust], seconds: float
) -> None:
    ride = scene.storm().set_out().weather(gusts)
    late, punctual = deepcopy(ride.control), deepcopy(ride.control)
    end = ride.now + seconds
    once: list[Effect] = list(late.advance(end))
    often: list[Effect] = []
    while (wake := punctual.wakes_at) is not None and wake < end:
        often += punctual.advance(max(wake, ride.now))
    often += punctual.advance(end)
    assert told(once) == told(often)
    assert late.state is punctual.state
    assert late.to_dict(end) == punctual.to_dict(end)


def told(effects: list[Effect]) -> list[str]:
    """Leave out what the gate does when there is time, and how often a warning is repeated."""
    gates = Command | Verdict | LetGo | DeclineTested
    said = [repr(e) for e in effects if not isinstance(e, gates) and not asked_by_gate(e)]
    return list(dict.fromkeys(said))


def asked_by_gate(effect: Effect) -> bool:
    """Whether the gate speaks, and not the session."""
    return isinstance(effect, Cue) and effect.key in {
        *("guided_slow", "press_stop"),
        *("decline_check", "decline_confirmed", "decline_wrong_way"),
    }


@given(scenes(control=True), st.integers(0, 250), st.lists(st.integers(-3, 3), max_size=6))
def test_small_nudges_in_a_row_are_one_change(scene: Scene, fair_s: int, nudges: list[int]) -> None:
    ride = scene.storm()
    ride.fair_s = fair_s
    ride.set_out()
    for nudge in nudges:
        wished = ride.control.target.incline_pct or 0.0
        ride.wish(Aim(None, wished + nudge / 2))
        ride.run(1.5)
    ride.run(20)
    assert broken(ride.moments, scene.machine, scene.permissions, scene.level) == []
