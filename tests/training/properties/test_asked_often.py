"""An engine that is asked more often than it has to be does the same."""

from __future__ import annotations

from hypothesis import given
import pytest

from tests.training.disturbed_engines import OftenAskedEngine
from tests.training.random_rides import RandomEvent, Setup, event_lists, setups

# Thousands of sessions in CI, on whatever computer that is.
pytestmark = pytest.mark.timeout(900)


@given(setups(), event_lists)
def test_asking_too_often_and_hearing_twice_changes_nothing(
    setup: Setup, events: list[RandomEvent]
) -> None:
    setup.ride(OftenAskedEngine).ride_undisturbed().go_through(events)
