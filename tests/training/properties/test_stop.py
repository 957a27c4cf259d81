"""However people, machines and links behave, Stop stops, and nothing moves afterwards (rule R4)."""

from __future__ import annotations

from hypothesis import given, strategies as st
import pytest

from custom_components.descent.training.events import Command, CommandKind, Effect, State, Stop
from custom_components.descent.training.model import Machine
from tests.training.random_rides import (
    RandomEvent,
    Setup,
    console,
    event_lists,
    machine_trouble,
    passing,
    setups,
)

# Thousands of sessions in CI, on whatever computer that is.
pytestmark = pytest.mark.timeout(900)


def movements(effects: list[tuple[float, Effect]], machine: Machine) -> list[Effect]:
    """Return everything that moves the machine, but for what comes nearest to a stop."""
    slowest = None if machine.can_stop else machine.speed.minimum
    return [
        effect
        for _, effect in effects
        if isinstance(effect, Command)
        and effect.kind not in (CommandKind.STOP_BELT, CommandKind.RELEASE)
        and (effect.kind, effect.value) != (CommandKind.SET_SPEED, slowest)
    ]


@given(setups(), event_lists, st.lists(st.one_of(passing, console, machine_trouble), max_size=8))
def test_r4_stop_stops_at_once_and_nothing_moves_afterwards(
    setup: Setup, events: list[RandomEvent], afterwards: list[RandomEvent]
) -> None:
    ride = setup.ride().ride_undisturbed().go_through(events)
    effects = ride.ask(Stop())
    assert isinstance(effects[0], Command)
    assert effects[0].kind is CommandKind.STOP_BELT
    assert ride.engine.state in (State.IDLE, State.FINISHED)
    stopped = len(ride.effects)
    ride.helpful = False
    ride.go_through(afterwards)
    assert movements(ride.effects[stopped:], setup.machine) == []
    again = ride.ask(Stop())
    assert isinstance(again[0], Command)
    assert again[0].kind is CommandKind.STOP_BELT
