"""An engine that is woken late does what it would have done in time."""

from __future__ import annotations

from copy import deepcopy
from typing import cast

from hypothesis import given, strategies as st
import pytest

from custom_components.descent.training.engine import Engine
from custom_components.descent.training.events import (
    Command,
    Cue,
    DeclineTested,
    Effect,
    LetGo,
    Verdict,
)
from tests.training.observed_engine import ObservedEngine
from tests.training.random_rides import RandomEvent, RandomRide, Setup, event_lists, setups

# Thousands of sessions in CI, on whatever computer that is.
pytestmark = pytest.mark.timeout(900)


# Shorter than a confirmation: what the gate releases late is also judged late.
@given(setups(), event_lists, st.floats(0.1, 4.9))
def test_one_late_advance_equals_many_on_time(
    setup: Setup, events: list[RandomEvent], seconds: float
) -> None:
    ride = setup.ride().ride_undisturbed().go_through(events)
    late, punctual = twin(ride), twin(ride)
    end = ride.now + seconds
    once: list[Effect] = list(late.advance(end))
    often: list[Effect] = []
    while (wake := punctual.wakes_at) is not None and wake < end:
        often += punctual.advance(max(wake, ride.now))
    often += punctual.advance(end)
    assert told(once) == told(often)
    assert late.state is punctual.state
    assert late.to_dict(end) == punctual.to_dict(end)


def twin(ride: RandomRide) -> Engine:
    """Copy the engine as it stands, without the memory of the ride, which nobody asks of it."""
    engine = cast("ObservedEngine", ride.engine)
    return deepcopy(engine, {id(engine.moments): []})


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
