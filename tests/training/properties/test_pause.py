"""To pause what is paused, or to resume what is resumed, is to do nothing."""

from __future__ import annotations

from hypothesis import given
import pytest

from custom_components.descent.training.events import Pause, Refused, Resume
from tests.training.random_rides import RandomEvent, Setup, event_lists, setups

# Thousands of sessions in CI, on whatever computer that is.
pytestmark = pytest.mark.timeout(900)


@given(setups(), event_lists)
def test_pause_and_resume_are_idempotent(setup: Setup, events: list[RandomEvent]) -> None:
    ride = setup.ride().ride_undisturbed().go_through(events)
    for wish in (Pause(), Resume()):
        ride.wish(wish)
        before = ride.snapshot()
        try:
            effects = ride.ask(wish)
        except Refused:
            effects = ()
        assert effects == ()
        assert ride.snapshot() == before
