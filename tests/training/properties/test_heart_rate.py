"""A heart rate is shown and kept, and commands nothing (rule R13)."""

from __future__ import annotations

from hypothesis import given
import pytest

from tests.training.disturbed_engines import HeartRateEngine
from tests.training.random_rides import RandomEvent, Setup, event_lists, setups

# Thousands of sessions in CI, on whatever computer that is.
pytestmark = pytest.mark.timeout(900)


@given(setups(), event_lists)
def test_r13_heart_rate_changes_no_command(setup: Setup, events: list[RandomEvent]) -> None:
    calm = setup.ride().ride_undisturbed().go_through(events)
    measured = setup.ride(HeartRateEngine).ride_undisturbed().go_through(events)
    assert measured.effects == calm.effects
