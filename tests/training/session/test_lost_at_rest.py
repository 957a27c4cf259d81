"""Contact that is lost while nothing of the session moves the belt: nothing to do or to say."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from custom_components.descent.training.events import Link, Pause
from tests.training.ride import Ride
from tests.training.session_rides import at_rest, running, stands, waiting


def paused() -> Ride:
    """Return a ride that is paused, and whose belt stands."""
    ride = running()
    ride.ask(Pause())
    return ride.until(at_rest)


@pytest.mark.parametrize("at_ease", [waiting, paused])
def test_r5_without_contact_to_a_belt_that_stands_the_session_stays_as_it_is(
    at_ease: Callable[[], Ride],
) -> None:
    ride = at_ease()
    before = stands(ride)
    assert ride.ask(Link(up=False)) == ()
    said = len(ride.effects)
    ride.run(5)
    assert (ride.effects[said:], stands(ride)) == ([], before)
