"""A short session on every family of treadmills, down to the bytes, with a runner who helps."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from custom_components.descent.training.events import Reason, State
from custom_components.descent.training.model import Phase, Plan
from tests.machines.profiles import PROFILES, Profile
from tests.training import plans
from tests.treadmills.rig_session import ALLOWED, SessionRig

# How each wants to be talked to, where the usual way does not do.
HABITS: dict[str, dict[str, Any]] = {
    "imperial": {"speed_unit": "mph_commands"},
    "miles": {"speed_unit": "mph"},
}


def short(profile: Profile) -> Plan:
    """Return a session with every kind of step that this machine has."""
    steepest = max(-3.0, profile.machine.incline.minimum)
    down = {"rep": 1, "reps": 1}
    return plans.of(
        plans.step(Phase.WARM_UP, 6, 0, 40, ramp_from_kmh=4.0, ramp_s=20.0),
        plans.step(Phase.DRILLS, 0, 0, 10),
        plans.step(Phase.DESCENT, 9, steepest, 20, distance_m=40.0, **down),
        plans.step(Phase.RECOVERY, 4, 2, 60, **down),
        plans.step(Phase.COOL_DOWN, 6, 0, 30),
        plans.step(Phase.STRETCH, 0, 0, 10),
    )


@pytest.fixture(params=PROFILES)
async def rig(request: pytest.FixtureRequest) -> AsyncIterator[SessionRig]:
    made = SessionRig(PROFILES[request.param], ALLOWED, **HABITS.get(request.param, {}))
    yield await made.set_up()
    await made.close()


async def test_a_whole_session_runs(rig: SessionRig) -> None:
    await rig.arm(short(rig.machine.profile))
    await rig.finish()
    assert rig.view.reason is Reason.COMPLETED
    assert {State.PAUSED, State.SUSPENDED}.isdisjoint(rig.states)
    assert rig.speed_kmh == 0
    assert rig.view.summary is not None
    (lap,) = (lap for lap in rig.view.summary.laps if lap.phase is Phase.DESCENT)
    assert lap.at_target_m == pytest.approx(40, abs=0.5)
    assert not lap.capped
