"""A stop that the machine never answers is sent again until the belt stands (rule R4)."""

from __future__ import annotations

from custom_components.descent.training.events import CommandKind, Outcome, Stop, Verdict
from custom_components.descent.treadmills.faults import SimulatedFault
from tests.training.ride import Ride
from tests.training.session_rides import at_rest, running, told


def verdicts(ride: Ride, kind: CommandKind) -> set[Outcome]:
    """Return how the commands of a kind were answered."""
    found = (effect for _, effect in ride.effects if isinstance(effect, Verdict))
    return {verdict.outcome for verdict in found if verdict.command.kind is kind}


def test_r4_a_stop_without_an_answer_is_repeated_as_long_as_the_belt_moves() -> None:
    ride = running()
    ride.physics.faults = {SimulatedFault.NO_ANSWER, SimulatedFault.STOP_IGNORED}
    ride.ask(Stop())
    ride.run(9)
    assert verdicts(ride, CommandKind.STOP_BELT) == {Outcome.UNKNOWN}
    repeated = told(ride, CommandKind.STOP_BELT)
    assert repeated >= 3
    ride.physics.faults = {SimulatedFault.NO_ANSWER}
    ride.until(at_rest)
    stopped = told(ride, CommandKind.STOP_BELT)
    ride.run(30)
    assert told(ride, CommandKind.STOP_BELT) == stopped > repeated
