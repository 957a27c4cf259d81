"""Kinds of machines that users met, each over both links: what the driver makes of it, in sessions.

What is held against all drivers is in ``test_contract.py``; machines of these kinds are among them.
"""

from __future__ import annotations

import pytest

from custom_components.descent.training.events import Reason, State
from custom_components.descent.training.model import Phase
from tests.machines.profiles import KMH_PER_MPH, PROFILES
from tests.training import plans
from tests.treadmills.rig_session import MakeLinkedSession

TYPICAL = PROFILES["typical"]
STEADY = plans.step(Phase.STEADY, 6, 0, 20)
DESCENT = plans.step(Phase.DESCENT, 8, -3, 20, rep=1, reps=1)
DOWNHILL = plans.of(STEADY, DESCENT, STEADY)


# ---- every speed in miles (qdomyos-zwift #4210)


async def test_a_machine_of_miles_runs_a_descent_at_true_speeds(
    make_linked_session: MakeLinkedSession,
) -> None:
    rig = await make_linked_session(PROFILES["miles"], speed_unit="mph")
    await rig.set_up()
    await rig.arm(DOWNHILL)
    await rig.until(lambda rig: rig.speed_kmh > 7.7)
    assert rig.machine.commands[-1] == b"\x02\xea\x01"  # 4.9 mph: the step below 8 km/h
    await rig.run(5.0)
    assert rig.view.telemetry is not None
    assert rig.view.telemetry.speed_kmh == pytest.approx(4.9 * KMH_PER_MPH, abs=0.01)
    await rig.finish()
    assert rig.view.reason is Reason.COMPLETED
    assert {State.PAUSED, State.SUSPENDED}.isdisjoint(rig.states)
