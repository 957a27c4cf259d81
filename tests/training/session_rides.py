"""Rides in a certain state of the session, and what tests ask of them."""

from __future__ import annotations

import pytest

from custom_components.descent.training.events import CommandKind, Event, Reason, Refused, State
from custom_components.descent.training.model import Phase
from tests.training.plans import flat, of, step
from tests.training.ride import Ride

STEADY = step(Phase.STEADY, 8, 0, 60)
DRILLS = step(Phase.DRILLS, 0, 0, 10)
TURN_AROUND = step(Phase.TURN_AROUND, 0, 0, 15, minimum_s=10.0)
STRETCH = step(Phase.STRETCH, 0, 0, 30)


def running(*, helpful: bool = True) -> Ride:
    """Return a ride in the middle of a steady step."""
    ride = Ride(helpful=helpful).arm(flat())
    ride.later(3, ride.press_start)
    return ride.until(lambda r: r.engine.state is State.RUNNING and r.speed > 7.9)


def waiting(off_belt: Phase = Phase.DRILLS) -> Ride:
    """Return a ride whose belt stands, in an off-belt step between two on the belt."""
    between = {Phase.DRILLS: DRILLS, Phase.TURN_AROUND: TURN_AROUND}[off_belt]
    ride = Ride(helpful=False).arm(of(STEADY, between, STEADY))
    ride.later(3, ride.press_start)
    return ride.until(lambda r: r.engine.state is State.WAITING and at_rest(r))


def at_rest(ride: Ride) -> bool:
    return ride.engine.gate.at_rest


def refused(ride: Ride, event: Event) -> str:
    """Return why a wish is turned down, which must not change anything."""
    before = (ride.engine.state, ride.view.target, ride.engine.to_dict(ride.now))
    with pytest.raises(Refused) as error:
        ride.ask(event)
    assert (ride.engine.state, ride.view.target, ride.engine.to_dict(ride.now)) == before
    return error.value.key


def stands(ride: Ride) -> tuple[State, Reason | None]:
    return ride.engine.state, ride.view.reason


def keys(ride: Ride) -> list[str]:
    return [cue.key for _, cue in ride.cues]


def told(ride: Ride, kind: CommandKind) -> int:
    return sum(command.kind is kind for _, command in ride.commands)
