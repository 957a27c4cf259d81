"""When a session that ends is over (rule R14)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from custom_components.descent.training.ending import Ending
from custom_components.descent.training.events import Reason
from custom_components.descent.training.model import Machine, Telemetry
from custom_components.descent.training.rules import Permissions
from tests.training.bench import Bench
from tests.training.plans import TYPICAL
from tests.training.ride import ALLOWED

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
    bench = Bench(speed, machine=machine, permissions=permissions)
    ending = Ending(bench.gate, Reason.COMPLETED, 0)
    assert ending.done(Telemetry(at=0, speed_kmh=speed, incline_pct=0)) is done


def test_an_end_takes_two_minutes_at_most() -> None:
    assert Ending(Bench().gate, Reason.COMPLETED, 100).expires_at == 220
