"""Many small changes of the slope in a row are held together as one."""

from __future__ import annotations

from hypothesis import given, strategies as st
import pytest

from custom_components.descent.training.events import Aim
from tests.training.invariants import broken
from tests.training.storm import Scene, scenes

# Thousands of sessions in CI, on whatever computer that is.
pytestmark = pytest.mark.timeout(900)


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
