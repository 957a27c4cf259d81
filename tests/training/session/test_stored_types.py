"""Stored values of a type that they cannot have are refused, whatever they stand for."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest

from custom_components.descent.training.events import Reason, State
from tests.training.ride import Ride
from tests.training.session_rides import running, stands


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (("underway", "going"), 1),
        (("underway", "going"), None),
        (("underway", "to_target_s"), "soon"),
        (("plan", "session"), 7),
        (("plan", "name"), None),
        (("plan", "steps", 0, "speed_kmh"), [8]),
        (("plan", "steps", 0, "speed_kmh"), True),
        (("plan", "steps", 0, "guided"), "yes"),
    ],
)
def test_a_stored_value_of_another_type_is_refused_whole(
    place: tuple[Any, ...], value: Any
) -> None:
    ride = running()
    data: Any = json.loads(json.dumps(ride.engine.to_dict(ride.now)))
    changed = copy.deepcopy(data)
    at = changed
    for key in place[:-1]:
        at = at[key]
    assert place[-1] in at
    at[place[-1]] = value
    fresh = Ride()
    with pytest.raises(ValueError, match=r"."):
        fresh.engine.restore(changed, fresh.now)
    assert stands(fresh) == (State.IDLE, None)
    fresh.take(fresh.engine.restore(data, fresh.now))  # it was that value, and nothing else
    assert stands(fresh) == (State.PAUSED, Reason.RESTART)
