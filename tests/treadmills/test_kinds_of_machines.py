"""Kinds of machines that users met, each over both links: what the driver makes of it, in sessions.

What is held against all drivers is in ``test_contract.py``; machines of these kinds are among them.
"""

from __future__ import annotations

import pytest

from custom_components.descent.training.events import Reason, Resume, State, Stop
from custom_components.descent.training.model import Phase
from custom_components.descent.treadmills.gatt import TREADMILL_DATA
from tests.machines.profiles import KMH_PER_MPH, PROFILES, Quirk
from tests.training import plans
from tests.treadmills.rig_session import LinkedSession, MakeLinkedSession

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


# ---- a speed that freezes when the belt is paused (qdomyos-zwift #2781, #3404, #509)

FROZEN = TYPICAL.having(Quirk.FREEZES)
LONG = plans.of(plans.step(Phase.STEADY, 8, 0, 600))


async def at_speed(make: MakeLinkedSession) -> LinkedSession:
    """Return a session on a machine that freezes, with the belt at 8 km/h for a while."""
    rig = await make(FROZEN)
    await rig.set_up()
    await rig.arm(LONG)
    await rig.until(lambda rig: rig.speed_kmh > 7.9)
    await rig.run(10.0)
    return rig


async def test_a_pause_at_the_console_is_noticed_although_the_speed_stays(
    make_linked_session: MakeLinkedSession,
) -> None:
    rig = await at_speed(make_linked_session)
    before_m = rig.view.distance_m
    rig.machine.press_pause()
    await rig.run(3.0)
    assert (rig.state, rig.view.reason) == (State.PAUSED, Reason.CONSOLE_STOP)
    assert rig.view.belt_moving is False
    await rig.run(60.0)
    assert rig.view.distance_m - before_m < 3.4  # in a line down from 8 km/h, for 3 s
    rig.forget()
    await rig.ask(Resume())
    await rig.until(lambda rig: rig.state is State.RUNNING)
    await rig.until(lambda rig: rig.speed_kmh > 7.9)
    assert rig.view.telemetry is not None
    assert rig.view.telemetry.speed_kmh == pytest.approx(8.0, abs=0.1)


async def test_r4_a_stop_from_here_is_confirmed_although_the_speed_stays(
    make_linked_session: MakeLinkedSession,
) -> None:
    rig = await at_speed(make_linked_session)
    await rig.ask(Stop())
    await rig.run(30.0)
    assert "fault_use_safety_key" not in rig.cues
    assert (rig.state, rig.view.belt_moving) == (State.FINISHED, False)
    assert len(rig.sent(0x08)) <= 3


async def test_r2_a_belt_that_was_paused_before_we_came_is_not_taken_over(
    make_linked_session: MakeLinkedSession,
) -> None:
    rig = await make_linked_session(FROZEN)
    await rig.start(8.0)
    heard: list[bytes] = []
    rig.machine.connected(lambda _number, value: heard.append(value))
    rig.machine.subscribe(TREADMILL_DATA, on=True)
    await rig.run(2.0)
    rig.machine.press_pause()
    await rig.run(30.0)
    assert heard[-1] == heard[-20]
    rig.machine.disconnected()
    await rig.set_up()
    rig.helpful = False
    await rig.arm(DOWNHILL)
    await rig.run(20.0)
    assert (rig.state, rig.told) == (State.ARMED, [])
