"""However people, machines and links behave, no rule is broken."""

from __future__ import annotations

from hypothesis import given
import pytest

from tests.training.random_rides import RandomEvent, Setup, event_lists, setups
from tests.training.rule_judge import broken

# Thousands of sessions in CI, on whatever computer that is.
pytestmark = pytest.mark.timeout(900)


@given(setups(), event_lists)
def test_no_random_ride_breaks_a_rule(setup: Setup, events: list[RandomEvent]) -> None:
    ride = setup.ride().ride_undisturbed().go_through(events)
    ride.run(6)
    assert broken(ride.moments, setup.machine, setup.permissions, setup.level) == []
