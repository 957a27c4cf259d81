"""An unfinished session survives being stored at any moment, and no rubbish passes for one."""

from __future__ import annotations

from functools import cache
import json
import math
from typing import Any

from hypothesis import given, strategies as st
import pytest

from custom_components.descent.training.engine import Engine
from custom_components.descent.training.events import Pause, Resume, Skip, State, Stop
from tests.training import plans
from tests.training.observed_engine import ObservedRide
from tests.training.random_rides import RandomEvent, RandomRide, Setup, event_lists, setups
from tests.training.ride import ALLOWED

# Thousands of sessions in CI, on whatever computer that is.
pytestmark = pytest.mark.timeout(900)

MOMENTS = (5, 20, 40, 50, 80, 90, 100, 130, 160, 170, 190, 220, 240)


@cache
def stored(second: int) -> str:
    """Return a session stored after so many seconds, as text."""
    ride = ObservedRide().arm(plans.short())
    ride.run(second)
    return json.dumps(ride.engine.to_dict(ride.now))


def idle_engine() -> Engine:
    """Return an engine that knows nothing."""
    return Engine(plans.TYPICAL, permissions=ALLOWED)


@given(setups(), event_lists)
def test_a_session_stored_at_any_moment_comes_back_paused_with_all_it_knew(
    setup: Setup, events: list[RandomEvent]
) -> None:
    ride = setup.ride().ride_undisturbed().go_through(events)
    before = ride.engine.to_dict(ride.now)
    if before is None:
        return
    old, now = ride.engine, 1000.0
    fresh = Engine(ride.machine, permissions=ALLOWED)
    fresh.restore(json.loads(json.dumps(before, allow_nan=False)), now)
    assert fresh.state is State.PAUSED
    new, known = fresh.view(now), old.view(ride.now)
    assert new.plan == known.plan
    assert new.step == known.step
    assert new.next_step == known.next_step
    assert new.distance_m == pytest.approx(known.distance_m)
    assert new.descent_m == pytest.approx(known.descent_m)
    assert new.elapsed_s == pytest.approx(known.elapsed_s)
    again = json.loads(json.dumps(fresh.to_dict(now)))
    assert again | {"elapsed_s": 0} == json.loads(json.dumps(before)) | {"elapsed_s": 0}


def paths(data: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Return where anything is in nested data."""
    found = [path] if path else []
    if isinstance(data, dict):
        items: Any = data.items()
    else:
        items = enumerate(data) if isinstance(data, list) else ()
    for key, value in items:
        found += paths(value, (*path, key))
    return found


GONE = object()
RUBBISH = st.sampled_from(
    [
        *(None, True, "", "x", "12", [], {}, [1], {"a": 1}, GONE),
        *(math.nan, math.inf, -math.inf, -1, -0.5, 1e300, 10**400, 1e9, 99999, 0.5),
    ]
)


@given(st.sampled_from(MOMENTS), st.data())
def test_no_rubbish_passes_for_a_stored_session(second: int, data: st.DataObject) -> None:
    session = json.loads(stored(second))
    path = data.draw(st.sampled_from(paths(session)))
    rubbish = data.draw(RUBBISH)
    inner = session
    for key in path[:-1]:
        inner = inner[key]
    if rubbish is GONE:
        del inner[path[-1]]
    else:
        inner[path[-1]] = rubbish
    engine = idle_engine()
    try:
        engine.restore(session, 7.0)
    except ValueError:
        assert engine.state is State.IDLE
        assert engine.to_dict(7.0) is None
        return
    assert engine.state is State.PAUSED
    kept = engine.to_dict(7.0)
    json.dumps(kept, allow_nan=False)
    assert absurd(kept) == []
    rides_on(engine)


def absurd(data: Any) -> list[tuple[Any, ...]]:
    """Return what could not have been measured or planned."""
    wrong = []
    for path in paths(data):
        value = data
        for key in path:
            value = value[key]
        signed = any(str(key).endswith("incline_pct") or key == "incline_metres" for key in path)
        number = isinstance(value, int | float) and not isinstance(value, bool)
        if number and not (-1e6 if signed else 0) <= value <= 1e6 and path[-1] != "index":
            wrong.append(path)
    return wrong


def rides_on(engine: Engine) -> None:
    """Ride what came back to its end; nothing in it may break the engine."""
    ride = RandomRide()
    session = engine.to_dict(7.0)
    assert session is not None
    ride.engine.restore(session, ride.now)
    ride.run(3)
    ride.wish(Resume())
    for wish in (Skip(confirmed=True), Pause(), Resume(), Skip(), Skip()):
        ride.run(12)
        ride.wish(wish)
    ride.ask(Stop())
    assert ride.engine.state is State.FINISHED


@pytest.mark.parametrize(
    "rubbish", [{}, {"plan": None}, {"plan": {}}, {"index": 0}, {"plan": [], "index": math.nan}]
)
def test_nothing_that_is_no_session_is_restored(rubbish: dict[str, Any]) -> None:
    engine = idle_engine()
    with pytest.raises(ValueError, match=r"."):
        engine.restore(rubbish, 0.0)
    assert engine.state is State.IDLE
