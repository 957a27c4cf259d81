"""Rule R11 where it is easily missed: what is set by hand before, between and after commands."""

from __future__ import annotations

import pytest

from custom_components.descent.training.events import (
    CommandKind,
    Link,
    Reason,
    State,
)
from custom_components.descent.training.model import Phase
from tests.training import plans
from tests.training.ride import Ride

SPEED, INCLINE = CommandKind.SET_SPEED, CommandKind.SET_INCLINE
STOP = CommandKind.STOP_BELT


def running(speed: float = 10.0, interval_s: float = 1.0) -> Ride:
    """Return a runner who has been at speed on the level for a while."""
    ride = Ride(interval_s=interval_s).arm(plans.flat(speed)).until(lambda r: r.speed > speed - 0.1)
    ride.run(6)
    return ride


def suspended(ride: Ride) -> bool:
    """Whether somebody has taken belt and deck over."""
    return ride.engine.state is State.SUSPENDED


def told(ride: Ride, kind: CommandKind, since: float) -> list[float]:
    """Return what one axis was told since a time."""
    orders = [(at, command) for at, command in ride.commands if command.kind is kind]
    return [command.value or 0.0 for at, command in orders if at > since]


def lose_contact(ride: Ride) -> None:
    ride.ask(Link(up=False))
    ride.run(3)


# ---- after the end


def test_r14_control_that_was_given_back_is_not_taken_again_at_the_end() -> None:
    steps = (plans.step(Phase.STEADY, 8, 0, 40), plans.step(Phase.STRETCH, 0, 0, 60))
    ride = Ride().arm(plans.of(*steps))
    ride.until(lambda r: r.commands[-1:] != [] and r.commands[-1][1].kind is CommandKind.RELEASE)
    given_back = ride.now
    ride.run(10)
    ride.press_start()
    ride.physics.console_incline(-2, ride.now)
    ride.until(lambda r: r.engine.state is State.FINISHED)
    ride.run(60)
    assert ride.view.reason is Reason.COMPLETED
    assert ride.speed == pytest.approx(1.0)
    kinds = [command.kind for at, command in ride.commands if at > given_back]
    assert set(kinds) <= {CommandKind.RELEASE}


# ---- R3


def test_r3_leaving_while_the_belt_is_on_its_way_past_walking_pace_slows_it_down() -> None:
    ride = Ride(interval_s=2.0).arm(plans.flat(9.0))
    ride.until(lambda r: r.physics._belt.target > 4)
    assert ride.samples[-1][1] <= 4.0
    ride.take(ride.engine.leave(ride.now))
    ride.now += 30
    assert ride.speed <= 4.0


def test_r3_leaving_a_suspended_session_says_so_too() -> None:
    ride = running()
    lose_contact(ride)
    ride.take(ride.engine.leave(ride.now))
    assert ride.commands[-1][1].value == 4.0
    assert ride.cues[-1][1].key == "leaving"


def test_r3_leaving_a_suspended_session_whose_belt_walks_says_nothing() -> None:
    ride = running(4.0)
    lose_contact(ride)
    cues, commands = len(ride.cues), len(ride.commands)
    ride.take(ride.engine.leave(ride.now))
    assert (len(ride.cues), len(ride.commands)) == (cues, commands)
