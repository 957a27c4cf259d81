"""The virtual treadmill's own: its grid of measurements, its keys, its late answers."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
import math
from typing import Any

import pytest

from custom_components.descent.training.events import StatusKind
from custom_components.descent.treadmills.base import NoAnswerError
from custom_components.descent.treadmills.faults import ANSWER_DELAY_S, SimulatedFault
from custom_components.descent.treadmills.physics import Preset
from custom_components.descent.treadmills.virtual import KEY_KMH, KEY_PCT, VirtualTreadmill
from tests.treadmills.contract import Ear, VirtualRig, set_running
from tests.treadmills.manual_loop import ManualLoop

DATA = {"preset": "slow", "min_incline": -3, "max_incline": 12, "max_speed": 20}


@pytest.fixture
async def rig() -> AsyncIterator[VirtualRig]:
    made = VirtualRig()
    await made.treadmill.connect()
    yield made
    await made.close()


@pytest.fixture
def ear(rig: VirtualRig) -> Ear:
    return Ear(rig.treadmill)


# ---- measurements


async def test_measurements_come_once_a_second_from_the_moment_of_connecting(
    rig: VirtualRig, ear: Ear
) -> None:
    await rig.run(3.0)
    assert [sample.at for sample in ear.samples] == pytest.approx([0.0, 1.0, 2.0, 3.0])


async def test_measurements_do_not_drift_in_an_hour(rig: VirtualRig, ear: Ear) -> None:
    await rig.run(3600.0)
    assert [sample.at for sample in ear.samples] == pytest.approx(range(3601), abs=1e-6)


async def test_a_blocked_loop_leaves_measurements_out_and_keeps_the_grid(
    rig: VirtualRig, ear: Ear
) -> None:
    await rig.run(1.5)
    rig.loop.block(10.0)
    await rig.run(1.0)
    assert [sample.at for sample in ear.samples] == pytest.approx([0.0, 1.0, 11.5, 12.0])


@pytest.mark.parametrize("scale", [1.0, 60.0])
async def test_a_faster_clock_makes_a_faster_world(scale: float) -> None:
    rig = VirtualRig(scale=scale)
    ear = Ear(rig.treadmill)
    await rig.treadmill.connect()
    await set_running(rig, 6.0)
    ear.forget()
    rig.loop.run(10.0 / scale)
    assert len(ear.samples) == 10
    assert ear.samples[-1].speed_kmh == 6.0


async def test_the_interval_can_be_chosen() -> None:
    loop = ManualLoop()
    treadmill = VirtualTreadmill(loop.clock(), Preset.FAST.machine(), telemetry_s=0.25)
    ear = Ear(treadmill)
    await treadmill.connect()
    loop.run(1.0)
    assert [sample.at for sample in ear.samples] == [0.0, 0.25, 0.5, 0.75, 1.0]


async def test_disconnecting_leaves_no_timer(rig: VirtualRig) -> None:
    await rig.treadmill.disconnect()
    assert rig.loop.waiting == 0


async def test_a_listener_that_fails_does_not_end_the_measurements(
    rig: VirtualRig, ear: Ear
) -> None:
    def fail(_: object) -> None:
        message = "a listener failed"
        raise RuntimeError(message)

    unlisten = rig.treadmill.listen(fail)
    with pytest.raises(RuntimeError, match="a listener failed"):
        rig.loop.run(0.5)
    unlisten()
    await rig.run(2.0)
    assert len(ear.samples) == 3


# ---- the console


async def test_the_console_works_without_contact_and_is_not_heard(
    rig: VirtualRig, ear: Ear
) -> None:
    await rig.treadmill.disconnect()
    ear.forget()
    rig.press_start()
    await rig.run(10.0)
    assert ear.reports == []
    assert rig.belt_and_deck.speed_kmh(rig.clock.now()) == 1.0


async def test_what_happens_at_a_silent_machine_is_not_heard(rig: VirtualRig, ear: Ear) -> None:
    rig.fault(SimulatedFault.SILENCE)
    rig.press_start()
    rig.pull_safety_key()
    assert ear.reports == []


async def test_console_actions_are_reported_at_once(rig: VirtualRig, ear: Ear) -> None:
    rig.press_start()
    rig.press_stop()
    rig.pull_safety_key()
    assert ear.statuses == [StatusKind.STARTED, StatusKind.STOPPED, StatusKind.SAFETY_KEY]


async def test_the_keys_step_speed_and_incline(rig: VirtualRig, ear: Ear) -> None:
    await set_running(rig, 6.0)
    rig.treadmill.press_faster()
    rig.treadmill.press_faster()
    rig.treadmill.press_slower()
    rig.treadmill.press_down()
    rig.treadmill.press_down()
    rig.treadmill.press_up()
    await rig.run(10.0)
    last = ear.samples[-1]
    assert (last.speed_kmh, last.incline_pct) == (6.0 + KEY_KMH, -KEY_PCT)


async def test_one_key_is_more_than_rule_r11_takes_for_noise() -> None:
    assert KEY_KMH > 0.3
    assert KEY_PCT > 0.5


async def test_the_safety_key_can_be_seen(rig: VirtualRig, ear: Ear) -> None:
    rig.pull_safety_key()
    await rig.run(1.0)
    assert (rig.treadmill.safety_key_out, ear.samples[-1].safety_key_out) == (True, True)
    rig.replace_safety_key()
    await rig.run(1.0)
    assert (rig.treadmill.safety_key_out, ear.samples[-1].safety_key_out) == (False, False)


async def test_it_takes_a_start_command_once(rig: VirtualRig, ear: Ear) -> None:
    await rig.treadmill.start_belt()
    await rig.treadmill.start_belt()
    await rig.run(10.0)
    assert (ear.samples[-1].speed_kmh, ear.statuses) == (1.0, [])


# ---- answers


async def test_a_late_answer_comes_when_the_clock_says_so(rig: VirtualRig) -> None:
    rig.fault(SimulatedFault.DELAYED_ANSWER)
    asked = asyncio.ensure_future(rig.treadmill.set_incline(-2.0))
    await rig.run(0.0)
    await rig.run(ANSWER_DELAY_S - 0.1)
    assert not asked.done()
    await rig.run(0.2)
    assert asked.done()
    await asked


@pytest.mark.parametrize("lose", ["link", "interest"])
async def test_who_waits_for_an_answer_when_contact_is_lost_learns_that_none_came(
    rig: VirtualRig, lose: str
) -> None:
    rig.fault(SimulatedFault.DELAYED_ANSWER)
    asked = asyncio.ensure_future(rig.treadmill.set_incline(-2.0))
    await rig.run(0.5)
    await {"link": _lose_link, "interest": _disconnect}[lose](rig)
    with pytest.raises(NoAnswerError):
        await asked
    await rig.run(ANSWER_DELAY_S)


async def _lose_link(rig: VirtualRig) -> None:
    rig.fault(SimulatedFault.LINK_LOST)


async def _disconnect(rig: VirtualRig) -> None:
    await rig.treadmill.disconnect()


async def test_a_cancelled_command_leaves_no_timer(rig: VirtualRig) -> None:
    rig.fault(SimulatedFault.DELAYED_ANSWER)
    timers = rig.loop.waiting
    asked = asyncio.ensure_future(rig.treadmill.set_incline(-2.0))
    await rig.run(0.5)
    asked.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asked
    await rig.treadmill.disconnect()
    assert rig.loop.waiting == timers - 1


async def test_an_answer_that_has_come_is_not_lost_with_the_link(rig: VirtualRig) -> None:
    rig.fault(SimulatedFault.DELAYED_ANSWER)
    asked = asyncio.ensure_future(rig.treadmill.set_incline(-2.0))
    await rig.run(0.5)
    rig.loop.run(ANSWER_DELAY_S)
    rig.fault(SimulatedFault.LINK_LOST)
    await asked


async def test_an_answer_to_a_command_just_cancelled_is_dropped(rig: VirtualRig) -> None:
    rig.fault(SimulatedFault.DELAYED_ANSWER)
    asked = asyncio.ensure_future(rig.treadmill.set_incline(-2.0))
    await rig.run(0.5)
    asked.cancel()
    rig.loop.run(ANSWER_DELAY_S)
    with pytest.raises(asyncio.CancelledError):
        await asked


async def test_a_busy_moment_of_a_faster_world_leaves_no_measurement_out() -> None:
    rig = VirtualRig(scale=60.0)
    ear = Ear(rig.treadmill)
    await rig.treadmill.connect()
    await rig.run(2.0)
    rig.loop.block(0.1)
    assert [sample.at for sample in ear.samples] == pytest.approx(range(9))
    await rig.close()


async def test_faults_are_shown_and_changed_only_as_a_whole(rig: VirtualRig, ear: Ear) -> None:
    rig.treadmill.faults = {SimulatedFault.NOISE, SimulatedFault.LINK_LOST}
    rig.treadmill.faults = {SimulatedFault.LINK_LOST}
    assert rig.treadmill.faults == frozenset({SimulatedFault.LINK_LOST})
    assert ear.links == [False]


# ---- from a config entry


def test_a_config_entry_describes_the_machine() -> None:
    treadmill = VirtualTreadmill.from_data(DATA, ManualLoop().clock())
    told = treadmill.machine
    assert (told.speed.maximum, told.speed.minimum, told.speed.step) == (20.0, 0.8, 0.1)
    assert (told.incline.minimum, told.incline.maximum, told.incline.step) == (-3.0, 12.0, 1.0)
    assert (told.can_start, told.can_stop, told.sets_speed, told.sets_incline) == (True,) * 4
    assert treadmill.belt_and_deck.rates == Preset.SLOW.rates


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("preset", "ludicrous"),
        ("preset", None),
        ("min_incline", 13),
        ("min_incline", "steep"),
        ("max_incline", math.nan),
        ("max_speed", math.inf),
        ("max_speed", 0.5),
        ("max_speed", None),
    ],
)
def test_a_machine_that_cannot_be_is_one_clear_error(key: str, value: object) -> None:
    data: dict[str, Any] = DATA | {key: value}
    with pytest.raises(ValueError, match="no such virtual treadmill"):
        VirtualTreadmill.from_data(data, ManualLoop().clock())


@pytest.mark.parametrize("key", DATA)
def test_a_missing_answer_of_the_user_is_one_clear_error(key: str) -> None:
    data = {name: value for name, value in DATA.items() if name != key}
    with pytest.raises(ValueError, match=key):
        VirtualTreadmill.from_data(data, ManualLoop().clock())
