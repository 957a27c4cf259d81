"""What holds in every ride, however people, machines and links behave."""

from __future__ import annotations

from hypothesis import given, strategies as st
import pytest

from custom_components.descent.training.events import (
    Aim,
    Command,
    CommandKind,
    Effect,
    Pause,
    Refused,
    Resume,
    State,
    Stop,
)
from custom_components.descent.training.model import Machine
from tests.training.invariants import broken
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
    assert ride.engine.state in (State.IDLE, State.FINISHED)
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


@given(scenes(control=True), st.integers(0, 250), st.lists(st.integers(-3, 3), max_size=6))
def test_small_nudges_in_a_row_are_one_change(scene: Scene, fair_s: int, nudges: list[int]) -> None:
    ride = scene.storm()
    ride.fair_s = fair_s
    ride.set_out()
    for nudge in nudges:
        wished = ride.view.target.incline_pct or 0.0
        ride.wish(Aim(None, wished + nudge / 2))
        ride.run(1.5)
    ride.run(20)
    assert broken(ride.moments, scene.machine, scene.permissions, scene.level) == []
