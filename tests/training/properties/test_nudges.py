"""Many small changes of the slope in a row are held together as one."""

from __future__ import annotations

from hypothesis import given, strategies as st
import pytest

from custom_components.descent.training.events import Aim
from tests.training.random_rides import Setup, setups
from tests.training.rule_judge import broken

# Thousands of sessions in CI, on whatever computer that is.
pytestmark = pytest.mark.timeout(900)


@given(setups(control=True), st.integers(0, 250), st.lists(st.integers(-3, 3), max_size=6))
def test_small_nudges_in_a_row_are_one_change(
    setup: Setup, undisturbed_s: int, nudges: list[int]
) -> None:
    ride = setup.ride()
    ride.undisturbed_s = undisturbed_s
    ride.ride_undisturbed()
    for nudge in nudges:
        wished = ride.view.target.incline_pct or 0.0
        ride.wish(Aim(None, wished + nudge / 2))
        ride.run(1.5)
    ride.run(20)
    assert broken(ride.moments, setup.machine, setup.permissions, setup.level) == []
