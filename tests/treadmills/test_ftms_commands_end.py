"""Commands to an FTMS machine that end early: overtaken by a stop, given up, or cut off."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine

import pytest

from custom_components.descent.treadmills.base import (
    NoAnswerError,
    NotConnectedError,
    RejectedError,
)
from custom_components.descent.treadmills.faults import SimulatedFault
from custom_components.descent.treadmills.ftms import FtmsTreadmill
from custom_components.descent.treadmills.ftms_control import NotSupportedError
from custom_components.descent.treadmills.gatt import CONTROL_POINT
from tests.machines.profiles import PROFILES, Profile, Quirk, WireFault
from tests.treadmills.contract import ask
from tests.treadmills.rig_memory import MakeRig, MemoryRig

MUTE = PROFILES["typical"].having(Quirk.SILENT_ABOUT_COMMANDS)  # only an indication answers
BUSY = MUTE.having(Quirk.ONE_AT_A_TIME)

type Command = Callable[[FtmsTreadmill], Coroutine[None, None, None]]

COMMANDS = pytest.mark.parametrize(
    "command",
    [
        lambda treadmill: treadmill.set_speed(8.0),
        lambda treadmill: treadmill.set_incline(-4.0),
        lambda treadmill: treadmill.start_belt(),
        lambda treadmill: treadmill.stop_belt(),
    ],
    ids=["set_speed", "set_incline", "start", "stop"],
)


async def commanded(make_rig: MakeRig, profile: Profile) -> MemoryRig:
    """Return a machine of that kind that runs at 6 km/h and has given control away."""
    rig = await make_rig(profile, kmh=6.0)
    await ask(rig, rig.treadmill.set_speed(6.0))
    rig.forget()
    return rig


@pytest.fixture
async def rig(make_rig: MakeRig) -> MemoryRig:
    """Return a machine that runs at 6 km/h under control; only indications answer."""
    return await commanded(make_rig, MUTE)


async def begin(rig: MemoryRig, command: Coroutine[None, None, None]) -> asyncio.Task[None]:
    """Send a command, and wait for nothing."""
    task = asyncio.ensure_future(command)
    await rig.settle()
    return task


def written(rig: MemoryRig) -> list[str]:
    """Return what was written to the control point, whether the machine took it or not."""
    return [line.split()[-1] for line in rig.treadmill.trace() if " write 2ad9 " in line]


# ---- a stop overtakes everything


async def test_r4_a_stop_overtakes_an_order_that_is_not_answered(rig: MemoryRig) -> None:
    rig.machine.wire_faults = {WireFault.NO_INDICATION}
    hanging = await begin(rig, rig.treadmill.set_speed(8.0))
    waiting = await begin(rig, rig.treadmill.set_incline(-1.0))
    await rig.run(1.0)
    rig.machine.wire_faults = set()
    await ask(rig, rig.treadmill.stop_belt())
    assert (hanging.done(), waiting.done()) == (False, False)
    assert rig.told == ["022003", "0801"]
    hanging.cancel()
    waiting.cancel()


async def test_r4_a_stop_overtakes_a_write_that_hangs(rig: MemoryRig) -> None:
    rig.link.hanging = {CONTROL_POINT}
    hanging = await begin(rig, rig.treadmill.set_speed(8.0))
    rig.link.hanging = set()
    began = rig.clock.now()
    await ask(rig, rig.treadmill.stop_belt())
    assert rig.told == ["0801"]
    assert rig.clock.now() - began <= 0.25
    await rig.run(4.0)
    assert isinstance(hanging.exception(), NoAnswerError)


async def test_r4_a_stop_waits_half_a_second_for_control_at_most(make_rig: MakeRig) -> None:
    rig = await make_rig(MUTE.having(Quirk.CONTROL_FAILS), kmh=6.0)
    rig.machine.wire_faults = {WireFault.NO_INDICATION}
    stopping = await begin(rig, rig.treadmill.stop_belt())
    assert rig.told == ["00"]
    await rig.run(0.5)
    assert rig.told == ["00", "0801"]
    rig.machine.wire_faults = set()
    await rig.run(0.5)
    await stopping


async def test_r4_a_stop_does_not_wait_for_control_that_an_order_is_asking_for(
    make_rig: MakeRig,
) -> None:
    rig = await make_rig(MUTE, kmh=6.0)
    rig.machine.wire_faults = {WireFault.NO_INDICATION}
    ordering = await begin(rig, rig.treadmill.set_speed(8.0))
    await rig.run(0.5)
    stopping = await begin(rig, rig.treadmill.stop_belt())
    await rig.run(0.5)
    assert (rig.told, ordering.done()) == (["00", "00", "0801"], False)
    ordering.cancel()
    stopping.cancel()


async def test_r4_two_stops_at_once_are_both_answered(rig: MemoryRig) -> None:
    first = await begin(rig, rig.treadmill.stop_belt())
    second = await begin(rig, rig.treadmill.stop_belt())
    await rig.run(1.0)
    assert (first.done(), second.done()) == (True, True)
    await asyncio.gather(first, second)


async def test_r4_a_busy_machine_is_asked_to_stop_until_it_can(make_rig: MakeRig) -> None:
    rig = await commanded(make_rig, BUSY)
    rig.fault(SimulatedFault.DELAYED_ANSWER)
    command = await begin(rig, rig.treadmill.set_speed(8.0))
    rig.fault()
    await ask(rig, rig.treadmill.stop_belt())
    await rig.run(12.0)
    assert (rig.told, rig.speed_kmh) == (["022003", "0801"], 0.0)
    assert set(written(rig)[3:]) == {"0801"}
    await command


async def test_r4_a_machine_that_never_takes_a_stop_is_not_asked_for_ever(
    rig: MemoryRig,
) -> None:
    rig.machine.wire_faults = {WireFault.ATT_ERROR}
    began = rig.clock.now()
    with pytest.raises(NoAnswerError, match="took no stop in time"):
        await ask(rig, rig.treadmill.stop_belt())
    assert rig.clock.now() - began < 5.0
    stops = written(rig)[2:]
    assert (set(stops), len(stops)) == ({"0801"}, 12)
    await rig.run(10.0)
    assert written(rig)[2:] == stops


async def test_r4_a_stop_refused_for_lack_of_control_is_sent_again_with_it(
    rig: MemoryRig,
) -> None:
    rig.machine._control_point.forget()
    await ask(rig, rig.treadmill.stop_belt())
    await rig.run(12.0)
    assert (rig.told, rig.speed_kmh) == (["0801", "00", "0801"], 0.0)


@pytest.mark.parametrize("fault", [WireFault.REFUSE_03, WireFault.REFUSE_04, WireFault.REFUSE_05])
async def test_a_stop_that_is_refused_is_an_error(rig: MemoryRig, fault: WireFault) -> None:
    rig.machine.wire_faults = {fault}
    with pytest.raises(RejectedError, match="refused 0801"):
        await ask(rig, rig.treadmill.stop_belt())


async def test_a_stop_without_an_answer_has_an_unknown_outcome_in_less_than_five_seconds(
    make_rig: MakeRig,
) -> None:
    rig = await make_rig(MUTE, kmh=6.0)
    rig.machine.wire_faults = {WireFault.NO_INDICATION}
    began = rig.clock.now()
    with pytest.raises(NoAnswerError):
        await ask(rig, rig.treadmill.stop_belt())
    assert rig.clock.now() - began == pytest.approx(3.5, abs=0.25)


# ---- what a machine turns out not to know


async def test_a_machine_that_knows_no_stop_is_learned_as_one(rig: MemoryRig) -> None:
    changes: list[bool] = []
    rig.treadmill.on_contact(lambda: changes.append(rig.treadmill.machine.can_stop))
    rig.machine.wire_faults = {WireFault.REFUSE_02}
    with pytest.raises(NotSupportedError, match="stop_or_pause"):
        await ask(rig, rig.treadmill.stop_belt())
    with pytest.raises(NotSupportedError):
        await ask(rig, rig.treadmill.stop_belt())
    assert (rig.treadmill.machine.can_stop, changes) == (False, [False])
    assert rig.treadmill.machine.can_start


async def test_a_machine_that_knows_no_start_is_learned_as_one(make_rig: MakeRig) -> None:
    rig = await make_rig(MUTE)
    rig.machine.wire_faults = {WireFault.REFUSE_02}
    with pytest.raises(NotSupportedError, match="start"):
        await ask(rig, rig.treadmill.start_belt())
    assert (rig.treadmill.machine.can_start, rig.treadmill.machine.can_stop) == (False, True)


# ---- contact ends


@COMMANDS
async def test_an_order_under_way_when_contact_is_lost_has_an_unknown_outcome(
    rig: MemoryRig, command: Command
) -> None:
    rig.machine.wire_faults = {WireFault.NO_INDICATION}
    task = await begin(rig, command(rig.treadmill))
    rig.forget()
    rig.link.lose()
    await rig.settle()
    assert isinstance(task.exception(), NoAnswerError)
    await rig.run(40.0)
    assert (rig.treadmill.connected, rig.told) == (True, [])


@COMMANDS
async def test_r3_an_order_that_still_asks_for_control_when_contact_is_lost_is_never_sent(
    make_rig: MakeRig, command: Command
) -> None:
    rig = await make_rig(MUTE, kmh=6.0)
    rig.machine.wire_faults = {WireFault.NO_INDICATION}
    task = await begin(rig, command(rig.treadmill))
    rig.link.lose()
    await rig.settle()
    assert isinstance(task.exception(), NotConnectedError)
    await rig.run(40.0)
    assert (rig.treadmill.connected, rig.told) == (True, ["00"])


async def test_r3_an_order_that_waits_for_its_turn_when_contact_is_lost_is_never_sent(
    rig: MemoryRig,
) -> None:
    rig.machine.wire_faults = {WireFault.NO_INDICATION}
    first = await begin(rig, rig.treadmill.set_speed(8.0))
    second = await begin(rig, rig.treadmill.set_incline(-1.0))
    rig.link.lose()
    await rig.run(40.0)
    assert isinstance(first.exception(), NoAnswerError)
    assert isinstance(second.exception(), NotConnectedError)
    assert (rig.treadmill.connected, rig.told) == (True, ["022003"])


async def test_r3_a_stop_that_a_busy_machine_did_not_take_ends_with_contact(
    make_rig: MakeRig,
) -> None:
    rig = await commanded(make_rig, BUSY)
    rig.fault(SimulatedFault.DELAYED_ANSWER)
    command = await begin(rig, rig.treadmill.set_speed(8.0))
    task = await begin(rig, rig.treadmill.stop_belt())
    rig.link.lose()
    await rig.run(10.0)
    assert isinstance(task.exception(), NotConnectedError)
    assert isinstance(command.exception(), NoAnswerError)
    assert (rig.treadmill.connected, rig.told) == (True, ["022003"])


@COMMANDS
async def test_nothing_is_sent_once_the_machine_is_let_go_of(
    make_rig: MakeRig, command: Command
) -> None:
    rig = await make_rig(MUTE, kmh=6.0)
    rig.machine.wire_faults = {WireFault.NO_INDICATION}
    tasks = [await begin(rig, command(rig.treadmill)) for _ in range(3)]
    before = written(rig)
    await rig.treadmill.disconnect()
    await rig.run(10.0)
    assert written(rig) == before
    assert {type(task.exception()) for task in tasks} == {NotConnectedError}


async def test_permission_of_an_earlier_contact_is_worth_nothing(make_rig: MakeRig) -> None:
    rig = await make_rig(MUTE)
    rig.machine.wire_faults = {WireFault.NO_INDICATION}
    task = await begin(rig, rig.treadmill.set_incline(-1.0))
    rig.link.lose()
    rig.machine.wire_faults = set()
    await rig.run(2.0)
    rig.forget()
    await ask(rig, rig.treadmill.start_belt())
    assert rig.told == ["00", "07"]
    assert isinstance(task.exception(), NotConnectedError)


# ---- giving up


@COMMANDS
@pytest.mark.parametrize("after_s", [0.0, 1.0, 2.0])
async def test_an_order_that_is_given_up_leaves_nothing_behind(
    make_rig: MakeRig, command: Command, after_s: float
) -> None:
    rig = await make_rig(MUTE, kmh=6.0)
    rig.machine.wire_faults = {WireFault.NO_INDICATION}
    tasks = [await begin(rig, command(rig.treadmill)) for _ in range(3)]
    await rig.run(after_s)
    for task in tasks:
        task.cancel()
    await rig.settle()
    sent = rig.told
    assert {task.cancelled() for task in tasks} == {True}
    assert (rig.treadmill._control._waiting, rig.treadmill._control._turn.locked()) == ([], False)
    await rig.run(10.0)
    assert rig.told == sent


async def test_an_answer_to_an_order_that_was_given_up_is_for_nobody(rig: MemoryRig) -> None:
    rig.fault(SimulatedFault.DELAYED_ANSWER)
    task = await begin(rig, rig.treadmill.set_speed(8.0))
    task.cancel()
    await rig.run(2.0)
    rig.fault()
    await ask(rig, rig.treadmill.set_speed(7.0))
    assert rig.told == ["022003", "02bc02"]


async def test_an_order_given_up_at_the_moment_of_its_answer_is_not_sent_again(
    rig: MemoryRig,
) -> None:
    rig.machine.wire_faults = {WireFault.REFUSE_05}
    task = await begin(rig, rig.treadmill.set_speed(8.0))
    rig.loop.run(0.25)  # the refusal is there, and the command has not seen it yet
    task.cancel()
    await rig.run(5.0)
    assert (task.cancelled(), rig.told) == (True, ["022003"])


async def test_contact_lost_after_an_order_was_given_up_hurts_nobody(rig: MemoryRig) -> None:
    rig.machine.wire_faults = {WireFault.NO_INDICATION}
    task = await begin(rig, rig.treadmill.set_speed(8.0))
    task.cancel()
    rig.link.lose()
    await rig.settle()
    assert task.cancelled()
