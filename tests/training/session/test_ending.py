"""When a session that ends is over (rule R14)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from custom_components.descent.training.events import Reason
from custom_components.descent.training.model import Machine, Telemetry
from custom_components.descent.training.rules import Permissions
from custom_components.descent.training.session.ending import Ending
from custom_components.descent.treadmills.faults import SimulatedFault
from tests.training.gate.gate_rig import GateRig
from tests.training.plans import TYPICAL, flat
from tests.training.ride import ALLOWED, Ride

UNSTOPPABLE = replace(TYPICAL, can_stop=False)
FAST_AT_LEAST = replace(UNSTOPPABLE, speed=replace(TYPICAL.speed, minimum=5.0))


@pytest.mark.parametrize(
    ("machine", "permissions", "speed", "done"),
    [
        (TYPICAL, ALLOWED, 0.3, True),
        (TYPICAL, ALLOWED, 0.4, False),
        (TYPICAL, ALLOWED, 3.0, False),
        (TYPICAL, Permissions(), 3.1, True),
        (TYPICAL, Permissions(), 3.2, False),
        (UNSTOPPABLE, ALLOWED, 3.1, True),
        (UNSTOPPABLE, ALLOWED, 3.2, False),
        (FAST_AT_LEAST, ALLOWED, 5.1, True),
        (FAST_AT_LEAST, ALLOWED, 5.2, False),
    ],
)
def test_a_belt_is_to_stand_or_to_creep_where_only_the_runner_can_stop_it(
    machine: Machine, permissions: Permissions, speed: float, done: bool
) -> None:
    rig = GateRig(speed, machine=machine, permissions=permissions)
    ending = Ending(rig.gate, Reason.COMPLETED, 0)
    ending.done(Telemetry(at=0, speed_kmh=speed, incline_pct=0))
    assert ending.done(Telemetry(at=1, speed_kmh=speed, incline_pct=0)) is done


def test_one_zero_alone_is_no_belt_that_stands() -> None:
    ending = Ending(GateRig(0.0).gate, Reason.COMPLETED, 0)
    rest = Telemetry(at=0, speed_kmh=0, incline_pct=0)
    assert (ending.done(rest), ending.done(rest)) == (False, True)


def test_a_belt_that_ignores_the_stop_and_shows_zeros_is_left_to_the_runner() -> None:
    ride = Ride().arm(flat()).until(lambda r: r.speed > 4)
    ride.physics.faults |= {SimulatedFault.STOP_IGNORED, SimulatedFault.TRANSIENT_ZERO}
    ride.run(900)
    keys = [cue.key for _, cue in ride.cues]
    assert (ride.speed > 2, keys[-2:]) == (True, ["press_stop", "end_completed"])


def test_an_end_takes_two_minutes_at_most() -> None:
    assert Ending(GateRig().gate, Reason.COMPLETED, 100).expires_at == 220
