"""Limits that move while somebody runs."""

from __future__ import annotations

import pytest

from custom_components.descent.training.events import State
from custom_components.descent.training.rules import Permissions
from tests.training.plans import real
from tests.training.ride import Ride


@pytest.mark.parametrize("slower_kmh", [12.0, 9.5])
def test_r10_a_lowered_maximum_slows_a_running_descent_without_waiting_for_a_cue(
    slower_kmh: float,
) -> None:
    ride = Ride().arm(real("descending_sprints")).in_descent()
    ride.engine.permissions = Permissions(control=True, max_speed_kmh=slower_kmh)
    ride.run(9.0)
    assert ride.engine.state is State.RUNNING
    assert ride.speed == pytest.approx(slower_kmh, abs=0.1)
