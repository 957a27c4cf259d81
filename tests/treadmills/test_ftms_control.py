"""Commands to an FTMS machine: permission, answers of every kind, and commands in turn."""

from __future__ import annotations

import asyncio
import logging

import pytest

from custom_components.descent.treadmills.base import NoAnswerError, RejectedError
from custom_components.descent.treadmills.faults import SimulatedFault
from custom_components.descent.treadmills.ftms_control import NotSupportedError
from custom_components.descent.treadmills.gatt import CONTROL_POINT, MACHINE_STATUS
from tests.machines import wire
from tests.machines.profiles import PROFILES, Profile, Quirk, WireFault
from tests.treadmills.contract import ask
from tests.treadmills.rig_memory import MakeRig, MemoryRig

TYPICAL = PROFILES["typical"]
MUTE = TYPICAL.having(Quirk.SILENT_ABOUT_COMMANDS)  # only an indication answers


@pytest.fixture
async def rig(make_rig: MakeRig) -> MemoryRig:
    """Return a machine that runs at 6 km/h under control; only indications answer."""
    return await commanded(make_rig, MUTE)


async def commanded(make_rig: MakeRig, profile: Profile) -> MemoryRig:
    """Return a machine of that kind that runs at 6 km/h and has given control away."""
    rig = await make_rig(profile, kmh=6.0)
    await ask(rig, rig.treadmill.set_speed(6.0))
    rig.forget()
    return rig


# ---- permission


async def test_control_is_not_asked_for_before_something_is_to_be_told(make_rig: MakeRig) -> None:
    rig = await make_rig(TYPICAL)
    await rig.run(10.0)
    assert rig.told == []


@pytest.mark.parametrize(
    ("when", "sent"),
    [
        ("once", ["00", "025802", "03d8ff"]),
        ("each", ["00", "025802", "00", "03d8ff"]),
        ("never", ["025802", "03d8ff"]),
    ],
)
async def test_control_is_asked_for_as_often_as_the_machine_wants(
    make_rig: MakeRig, when: str, sent: list[str]
) -> None:
    rig = await make_rig(MUTE.having(Quirk.CONTROL_FAILS), request_control=when)
    rig.press_start()
    await rig.run(6.0)
    await ask(rig, rig.treadmill.set_speed(6.0))
    await ask(rig, rig.treadmill.set_incline(-4.0))
    assert rig.told == sent


@pytest.mark.parametrize("refusal", [Quirk.CONTROL_FAILS, Quirk.CONTROL_DENIED])
async def test_a_machine_that_refuses_control_may_obey_all_the_same(
    make_rig: MakeRig, refusal: Quirk
) -> None:
    rig = await commanded(make_rig, MUTE.having(refusal))
    await ask(rig, rig.treadmill.set_speed(8.0))
    await rig.run(6.0)
    assert rig.belt_and_deck.speed_kmh(rig.clock.now()) == 8.0


async def test_control_is_asked_for_again_in_a_new_contact(rig: MemoryRig) -> None:
    rig.link.lose()
    await rig.run(2.0)
    await ask(rig, rig.treadmill.set_speed(7.0))
    assert rig.told == ["00", "02bc02"]


@pytest.mark.parametrize("said", [wire.CONTROL_LOST, wire.RESET], ids=["lost", "reset"])
async def test_control_is_asked_for_again_once_the_machine_says_it_is_lost(
    rig: MemoryRig, said: bytes
) -> None:
    rig.machine._control_point.forget()
    rig.link.say(MACHINE_STATUS, said)
    await ask(rig, rig.treadmill.set_speed(7.0))
    assert rig.told == ["00", "02bc02"]


async def test_control_is_asked_for_again_after_it_was_given_back(rig: MemoryRig) -> None:
    await ask(rig, rig.treadmill.release_control())
    await ask(rig, rig.treadmill.set_speed(7.0))
    assert rig.told == ["00", "02bc02"]


async def test_an_order_refused_for_lack_of_control_is_sent_once_more_with_it(
    rig: MemoryRig,
) -> None:
    rig.machine._control_point.forget()
    await ask(rig, rig.treadmill.set_speed(7.0))
    assert rig.told == ["02bc02", "00", "02bc02"]


async def test_an_order_refused_for_lack_of_control_twice_is_refused(rig: MemoryRig) -> None:
    rig.machine.wire_faults = {WireFault.REFUSE_05}
    with pytest.raises(RejectedError, match="not permitted"):
        await ask(rig, rig.treadmill.set_speed(7.0))
    await rig.run(10.0)
    assert rig.told == ["02bc02", "00", "02bc02"]


async def test_r2_a_start_is_never_sent_twice_not_even_for_lack_of_control(
    make_rig: MakeRig,
) -> None:
    rig = await make_rig(MUTE)
    await ask(rig, rig.treadmill.set_incline(-1.0))
    rig.machine._control_point.forget()
    with pytest.raises(RejectedError, match="not permitted"):
        await ask(rig, rig.treadmill.start_belt())
    await rig.run(20.0)
    assert rig.told == ["00", "03f6ff", "07"]


async def test_a_start_asks_for_control_if_the_last_one_lacked_it(make_rig: MakeRig) -> None:
    rig = await make_rig(MUTE)
    await ask(rig, rig.treadmill.set_incline(-1.0))
    rig.machine._control_point.forget()
    with pytest.raises(RejectedError):
        await ask(rig, rig.treadmill.start_belt())
    rig.forget()
    await ask(rig, rig.treadmill.start_belt())
    assert rig.told[-2:] == ["00", "07"]


# ---- answers


@pytest.mark.parametrize("quirk", [Quirk.ANSWERS_EARLY, Quirk.ONE_AT_A_TIME])
async def test_an_answer_counts_however_early_it_comes(make_rig: MakeRig, quirk: Quirk) -> None:
    rig = await commanded(make_rig, MUTE.having(quirk))
    began = rig.clock.now()
    await ask(rig, rig.treadmill.set_speed(7.0))
    assert rig.told == ["02bc02"]
    assert rig.clock.now() - began <= 0.25


async def test_an_answer_that_nobody_waits_for_is_for_nobody(rig: MemoryRig) -> None:
    rig.link.say(CONTROL_POINT, wire.answer(2, 4))
    await ask(rig, rig.treadmill.set_speed(7.0))
    rig.link.say(CONTROL_POINT, wire.answer(2, 4))
    await ask(rig, rig.treadmill.set_speed(8.0))


async def test_of_two_answers_the_first_counts(rig: MemoryRig) -> None:
    rig.fault(SimulatedFault.DELAYED_ANSWER)
    task = asyncio.ensure_future(rig.treadmill.set_speed(7.0))
    await rig.settle()
    rig.link.say(CONTROL_POINT, wire.answer(2, 1))
    rig.link.say(CONTROL_POINT, wire.answer(2, 4))
    await ask(rig, rig.treadmill.set_incline(1.0))
    await task


async def test_an_answer_to_another_order_is_not_taken_for_ones_own(rig: MemoryRig) -> None:
    rig.fault(SimulatedFault.DELAYED_ANSWER)
    task = asyncio.ensure_future(rig.treadmill.set_speed(7.0))
    await rig.settle()
    rig.link.say(CONTROL_POINT, wire.answer(3, 4))
    await rig.run(0.5)
    assert not task.done()
    await rig.run(1.5)
    await task


@pytest.mark.parametrize("garbage", [b"", b"\x80", b"\x80\x02", b"\x02\x02\x04"])
async def test_an_answer_that_is_none_is_logged_and_counts_for_nothing(
    rig: MemoryRig, caplog: pytest.LogCaptureFixture, garbage: bytes
) -> None:
    rig.fault(SimulatedFault.DELAYED_ANSWER)
    task = asyncio.ensure_future(rig.treadmill.set_speed(7.0))
    await rig.settle()
    rig.link.say(CONTROL_POINT, garbage)
    rig.link.say(CONTROL_POINT, garbage)
    await rig.run(2.0)
    await task
    warnings = [record for record in caplog.records if record.levelno == logging.WARNING]
    assert ["an answer that is none" in record.message for record in warnings] == [True]


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        (WireFault.REFUSE_02, "does not know set_speed"),
        (WireFault.REFUSE_03, "refused 02bc02: invalid"),
        (WireFault.REFUSE_04, "refused 02bc02: failed"),
        (WireFault.REFUSE_05, "refused 02bc02: not permitted"),
        (WireFault.ATT_ERROR, "ATT error 0x0e"),
    ],
)
async def test_a_refusal_says_why(rig: MemoryRig, fault: WireFault, reason: str) -> None:
    rig.machine.wire_faults = {fault}
    with pytest.raises(RejectedError, match=reason):
        await ask(rig, rig.treadmill.set_speed(7.0))


async def test_a_result_nobody_knows_is_a_refusal(rig: MemoryRig) -> None:
    rig.fault(SimulatedFault.DELAYED_ANSWER)
    task = asyncio.ensure_future(rig.treadmill.set_speed(7.0))
    await rig.settle()
    rig.link.say(CONTROL_POINT, wire.answer(2, 0x7F))
    with pytest.raises(RejectedError, match="result 7f"):
        await task


async def test_r6_an_order_without_an_answer_has_an_unknown_outcome_after_three_seconds(
    rig: MemoryRig,
) -> None:
    rig.machine.wire_faults = {WireFault.NO_INDICATION}
    began = rig.clock.now()
    with pytest.raises(NoAnswerError, match="no answer to 02bc02 within 3 s"):
        await ask(rig, rig.treadmill.set_speed(7.0))
    await rig.run(10.0)
    assert rig.told == ["02bc02"]
    assert rig.clock.now() - began == pytest.approx(13.0, abs=0.25)


@pytest.mark.parametrize("command", ["set_speed", "set_incline"])
async def test_r6_the_outcome_is_unknown_before_the_gate_gives_up(
    make_rig: MakeRig, command: str
) -> None:
    rig = await make_rig(MUTE)
    rig.machine.wire_faults = {WireFault.NO_INDICATION}
    began = rig.clock.now()
    with pytest.raises(NoAnswerError):
        await ask(rig, getattr(rig.treadmill, command)(2.0))
    assert rig.clock.now() - began < 5.0


async def test_a_machine_that_is_busy_refuses_an_order_once_and_for_all(make_rig: MakeRig) -> None:
    rig = await commanded(make_rig, MUTE.having(Quirk.ONE_AT_A_TIME))
    rig.fault(SimulatedFault.DELAYED_ANSWER)
    rig.machine.write(CONTROL_POINT, b"\x00")
    with pytest.raises(RejectedError, match="0xfe"):
        await ask(rig, rig.treadmill.set_speed(7.0))
    assert tries(rig, "02bc02") == 1


# ---- answers by status


async def test_a_status_that_tells_of_the_order_is_an_answer(make_rig: MakeRig) -> None:
    rig = await commanded(make_rig, TYPICAL.having(Quirk.STATUS_ANSWERS))
    await ask(rig, rig.treadmill.set_speed(7.0))
    await ask(rig, rig.treadmill.set_incline(-4.0))
    await ask(rig, rig.treadmill.stop_belt())
    assert rig.told == ["02bc02", "03d8ff", "0801"]


async def test_a_status_that_tells_of_a_start_is_an_answer(make_rig: MakeRig) -> None:
    rig = await make_rig(TYPICAL.having(Quirk.STATUS_ANSWERS))
    await ask(rig, rig.treadmill.start_belt())
    assert rig.told == ["00", "07"]


@pytest.mark.parametrize(
    "said",
    [wire.speed_changed(6.5), wire.incline_changed(7.0), wire.STARTED, b"\x05", b"\x05\x00"],
    ids=["another_speed", "an_incline", "a_start", "no_speed", "cut_short"],
)
async def test_a_status_that_tells_of_something_else_is_none(rig: MemoryRig, said: bytes) -> None:
    rig.machine.wire_faults = {WireFault.NO_INDICATION}
    task = asyncio.ensure_future(rig.treadmill.set_speed(7.0))
    await rig.settle()
    rig.link.say(MACHINE_STATUS, said)
    await rig.run(2.0)
    assert not task.done()
    await rig.run(2.0)
    assert isinstance(task.exception(), NoAnswerError)


async def test_an_answer_after_the_status_is_for_nobody(rig: MemoryRig) -> None:
    rig.fault(SimulatedFault.DELAYED_ANSWER)
    task = asyncio.ensure_future(rig.treadmill.set_speed(7.0))
    await rig.settle()
    rig.link.say(MACHINE_STATUS, wire.speed_changed(7.0))
    rig.link.say(MACHINE_STATUS, wire.speed_changed(7.0))
    rig.link.say(CONTROL_POINT, wire.answer(2, 4))
    await task


# ---- commands in turn


async def test_orders_are_sent_one_after_the_other(rig: MemoryRig) -> None:
    rig.fault(SimulatedFault.DELAYED_ANSWER)
    first = asyncio.ensure_future(rig.treadmill.set_speed(7.0))
    second = asyncio.ensure_future(rig.treadmill.set_incline(-1.0))
    await rig.run(1.0)
    assert rig.told == ["02bc02"]
    await rig.run(1.0)
    assert rig.told == ["02bc02", "03f6ff"]
    await rig.run(2.0)
    await asyncio.gather(first, second)


async def test_what_a_machine_does_not_know_is_told_from_what_it_will_not_do(
    rig: MemoryRig,
) -> None:
    rig.machine.wire_faults = {WireFault.REFUSE_02}
    with pytest.raises(NotSupportedError):
        await ask(rig, rig.treadmill.set_incline(1.0))


def tries(rig: MemoryRig, opcode: str) -> int:
    """Count what was written to the control point, whether the machine took it or not."""
    return sum(f" write 2ad9 {opcode}" in line for line in rig.treadmill.trace())
