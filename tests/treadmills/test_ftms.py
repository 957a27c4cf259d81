"""The driver of FTMS machines: how contact is made, what may be asked, and what is learned."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from hypothesis import given, strategies as st
import pytest

from custom_components.descent.training.events import Link
from custom_components.descent.training.model import Machine, Range, Telemetry
from custom_components.descent.treadmills.base import (
    Contact,
    ContactError,
    Failure,
    NoAnswerError,
    NotConnectedError,
    Offered,
    Part,
    RejectedError,
)
from custom_components.descent.treadmills.ftms import FtmsTreadmill
from custom_components.descent.treadmills.gatt import (
    CONTROL_POINT,
    FITNESS_MACHINE,
    INCLINE_RANGE,
    MACHINE_STATUS,
    SPEED_RANGE,
    TREADMILL_DATA,
    Property,
)
from tests.machines import wire
from tests.machines.profiles import PROFILES, Failing, WireFault
from tests.treadmills.contract import Ear, ask
from tests.treadmills.manual_loop import ManualLoop
from tests.treadmills.memory_link import MemoryLink
from tests.treadmills.rig_memory import MakeRig, MemoryRig, answers

TYPICAL = PROFILES["typical"]
DATA = answers(TYPICAL)


@pytest.fixture
async def rig(make_rig: MakeRig) -> MemoryRig:
    """Return a machine whose belt runs at 6 km/h."""
    return await make_rig(kmh=6.0)


def driver(data: Mapping[str, Any]) -> FtmsTreadmill:
    """Make a driver of a machine that nobody will look for."""
    rig = MemoryRig()
    return FtmsTreadmill.from_data(data, rig.clock, rig.link)


def says(rig: MemoryRig, number: int, value: bytes) -> None:
    """Have the machine say something else of itself."""
    rig.machine._values = {**rig.machine._values, number: value}


# ---- an entry


def test_a_driver_knows_before_contact_what_its_entry_says() -> None:
    treadmill = driver(DATA | {"can_start": True, "sets_speed": False})
    assert treadmill.machine == Machine(
        speed=TYPICAL.machine.speed,
        incline=TYPICAL.machine.incline,
        can_start=True,
        can_stop=True,
        sets_speed=False,
        decline_known=False,
        senses_key=False,
    )
    assert (treadmill.contact, treadmill.trace()) == (Contact.RELEASED, [])


def test_r2_a_machine_is_not_started_unless_its_entry_says_so() -> None:
    ranges = {key: value for key, value in DATA.items() if "speed" in key or "incline" in key}
    del ranges["sets_speed"]
    machine = driver(ranges).machine
    assert (machine.can_start, machine.can_stop, machine.sets_speed) == (False, True, True)


def test_a_deck_that_does_not_move_is_not_told_to() -> None:
    machine = driver(DATA | {"min_incline": 0, "max_incline": 0}).machine
    assert (machine.sets_incline, machine.declines) == (False, False)


@pytest.mark.parametrize(
    "nonsense",
    [
        {"min_speed": None},
        {"max_speed": "fast"},
        {"max_speed": 400},
        {"min_incline": 20},
        {"incline_step": 0},
        {"incline_offset": 100},
        {"request_control": "sometimes"},
    ],
    ids=str,
)
def test_an_entry_that_describes_no_treadmill_is_an_error(nonsense: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="no such treadmill"):
        driver(DATA | nonsense)


@pytest.mark.parametrize("key", ["min_speed", "speed_step", "max_incline"])
def test_an_entry_without_ranges_is_an_error(key: str) -> None:
    with pytest.raises(ValueError, match=key):
        driver({name: value for name, value in DATA.items() if name != key})


# ---- ranges


@pytest.mark.parametrize(
    ("says_pct", "entry", "true"),
    [
        ((-3, 10, 0.5), (-6, 15, 0.5), (-3, 10, 0.5)),
        ((-6, 15, 0.1), (-3, 12, 1.0), (-3, 12, 1.0)),
        ((-6, 10, 1.0), (-3, 15, 0.5), (-3, 10, 1.0)),
        ((0, 15, 0.5), (-6, 15, 0.5), (0, 15, 0.5)),
        ((5, 15, 0.5), (-6, 0, 0.5), (-6, 0, 0.5)),
        ((0, 0, 0), (-6, 15, 0.5), (-6, 15, 0.5)),
    ],
)
async def test_r10_a_range_is_what_both_entry_and_machine_allow(
    make_rig: MakeRig,
    says_pct: tuple[float, float, float],
    entry: tuple[float, float, float],
    true: tuple[float, float, float],
) -> None:
    low, high, step = entry
    rig = await make_rig(min_incline=low, max_incline=high, incline_step=step)
    says(rig, INCLINE_RANGE, wire.incline_range(*says_pct))
    rig.link.lose()
    await rig.run(1.0)
    minimum, maximum, step = true
    expected = Range(minimum=minimum, maximum=maximum, step=step)
    assert rig.treadmill.machine.incline == expected


async def test_r10_a_machine_that_comes_back_slower_is_asked_for_less(rig: MemoryRig) -> None:
    tops: list[float] = []
    rig.treadmill.on_contact(lambda: tops.append(rig.treadmill.machine.speed.maximum))
    says(rig, SPEED_RANGE, wire.speed_range(1.0, 12.0, 0.1))
    rig.link.lose()
    await rig.run(1.0)
    assert tops == [22.0, 12.0, 12.0]
    says(rig, SPEED_RANGE, wire.speed_range(0.8, 30.0, 0.1))
    rig.link.lose()
    await rig.run(2.0)
    assert rig.treadmill.machine.speed == TYPICAL.machine.speed


async def test_r10_what_a_machine_said_once_counts_when_it_cannot_be_read(rig: MemoryRig) -> None:
    says(rig, SPEED_RANGE, wire.speed_range(1.0, 12.0, 0.1))
    says(rig, INCLINE_RANGE, bytes.fromhex("0000 9600 0500"))
    rig.link.lose()
    await rig.run(1.0)
    for number in (SPEED_RANGE, INCLINE_RANGE):
        says(rig, number, b"")
    rig.link.lose()
    await rig.run(2.0)
    machine = rig.treadmill.machine
    assert (machine.speed.maximum, machine.incline.minimum) == (12.0, 0.0)
    assert rig.treadmill.offered == Offered(
        speed=Range(minimum=1.0, maximum=12.0, step=0.1),
        incline=Range(minimum=0.0, maximum=15.0, step=0.5),
    )


@pytest.mark.parametrize(
    ("number", "said", "able"),
    [
        (INCLINE_RANGE, wire.incline_range(20, 30, 0.5), (True, False)),
        (INCLINE_RANGE, wire.incline_range(-30, -20, 0.5), (True, False)),
        (SPEED_RANGE, wire.speed_range(30.0, 35.0, 0.1), (False, True)),
    ],
)
async def test_r10_nothing_is_asked_of_a_machine_that_says_it_can_do_nothing_of_it(
    rig: MemoryRig, number: int, said: bytes, able: tuple[bool, bool]
) -> None:
    says(rig, number, said)
    rig.link.lose()
    await rig.run(1.0)
    machine = rig.treadmill.machine
    assert (machine.sets_speed, machine.sets_incline) == able
    says(rig, number, bytes(6))  # it says no more, and said so all the same
    rig.link.lose()
    await rig.run(2.0)
    assert (rig.treadmill.machine.sets_speed, rig.treadmill.machine.sets_incline) == able


async def test_r10_inclines_that_no_deck_can_have_are_not_asked_for() -> None:
    rig = MemoryRig(incline_offset=20.0, incline_factor=0.2, min_incline=-10, max_incline=15)
    says(rig, INCLINE_RANGE, wire.incline_range(-10, 10, 0.5))
    await rig.treadmill.connect()
    assert not rig.treadmill.machine.sets_incline
    await rig.close()


async def test_ranges_that_cannot_be_read_are_those_of_the_entry() -> None:
    class Unreadable(MemoryLink):
        async def read(self, number: int) -> bytes:
            raise RejectedError("not today")

    rig = MemoryRig()
    link = Unreadable(rig.machine)
    treadmill = FtmsTreadmill.from_data(DATA, rig.clock, link)
    await treadmill.connect()
    assert treadmill.machine.incline == TYPICAL.machine.incline
    await treadmill.disconnect()


async def test_contact_lost_while_ranges_are_read_is_no_contact() -> None:
    class Losing(MemoryLink):
        async def read(self, number: int) -> bytes:
            self.lose()
            return await super().read(number)

    rig = MemoryRig()
    treadmill = FtmsTreadmill.from_data(DATA, rig.clock, Losing(rig.machine))
    with pytest.raises(NotConnectedError):
        await treadmill.connect()
    assert treadmill.contact is Contact.UNREACHABLE
    await treadmill.disconnect()


words = st.binary(min_size=6, max_size=6) | st.builds(
    wire.incline_range,
    st.integers(-45, 45),
    st.integers(-45, 45),
    st.floats(0.1, 10),
)


@given(speed=words, incline=words, offset=st.integers(-6, 6), factor=st.floats(0.2, 5))
async def test_r10_whatever_a_machine_says_of_itself_contact_is_made_and_nothing_more_is_asked(
    speed: bytes, incline: bytes, offset: int, factor: float
) -> None:
    rig = MemoryRig(incline_offset=offset, incline_factor=factor)
    asked = rig.treadmill.machine
    says(rig, SPEED_RANGE, speed)
    says(rig, INCLINE_RANGE, incline)
    await rig.treadmill.connect()
    found = rig.treadmill.machine
    assert asked.speed.minimum <= found.speed.minimum <= found.speed.maximum <= asked.speed.maximum
    assert asked.incline.minimum <= found.incline.minimum
    assert found.incline.maximum <= asked.incline.maximum
    await rig.close()


# ---- contact


async def test_making_contact_is_reported_once_it_is_good_for_something() -> None:
    rig = MemoryRig()
    ear = Ear(rig.treadmill)
    seen: list[tuple[Contact, int]] = []
    rig.treadmill.on_contact(lambda: seen.append((rig.treadmill.contact, len(ear.links))))
    await rig.treadmill.connect()
    assert ear.reports == [Link(up=True)]
    assert seen == [(Contact.CONNECTING, 0), (Contact.CONNECTED, 1)]
    assert rig.machine._subscribed == {CONTROL_POINT, MACHINE_STATUS, TREADMILL_DATA}
    await rig.close()


async def test_who_left_hears_no_more_of_contact(rig: MemoryRig) -> None:
    seen: list[Contact] = []
    forget = rig.treadmill.on_contact(lambda: seen.append(rig.treadmill.contact))
    rig.link.lose()
    forget()
    forget()
    await rig.run(2.0)
    assert seen == [Contact.CONNECTING]


async def test_a_machine_that_measures_nothing_is_no_treadmill() -> None:
    rig = MemoryRig()
    rig.machine.services = {FITNESS_MACHINE: {CONTROL_POINT: Property.WRITE}}
    with pytest.raises(ContactError) as caught:
        await rig.treadmill.connect()
    assert caught.value.contact is Contact.UNSUITABLE
    assert (rig.treadmill.contact, rig.machine.is_connected) == (Contact.UNSUITABLE, False)
    await rig.close()


async def test_a_machine_without_control_point_is_measured_and_takes_no_order() -> None:
    rig = MemoryRig()
    rig.machine.services = {FITNESS_MACHINE: {TREADMILL_DATA: Property.NOTIFY}}
    ear = Ear(rig.treadmill)
    await rig.treadmill.connect()
    await rig.run(3.0)
    with pytest.raises(RejectedError):
        await ask(rig, rig.treadmill.set_incline(1.0))
    assert len(ear.samples) == 3
    machine = rig.treadmill.machine
    able = (machine.sets_speed, machine.sets_incline, machine.can_start, machine.can_stop)
    assert able == (False, False, False, False)
    await rig.close()


async def test_a_control_point_that_is_there_again_is_commanded_again() -> None:
    rig = MemoryRig(replace(TYPICAL, failing={CONTROL_POINT: Failing.REFUSED}))
    await rig.treadmill.connect()
    able = [rig.treadmill.machine.can_start]
    rig.machine.profile = TYPICAL
    rig.link.lose()
    await rig.run(2.0)
    able.append(rig.treadmill.machine.can_start)
    assert able == [False, True]
    await rig.close()


async def test_a_status_that_says_nothing_is_a_part_that_fails(rig: MemoryRig) -> None:
    assert rig.treadmill.failing == {}
    rig.machine._notify(MACHINE_STATUS, b"")
    assert rig.treadmill.failing == {Part.STATUS: Failure.UNREADABLE}


async def test_nothing_is_measured_as_long_as_parts_are_asked_for() -> None:
    rig = MemoryRig(replace(TYPICAL, failing={MACHINE_STATUS: Failing.UNANSWERED}))
    rig.link.hanging = {CONTROL_POINT}
    ear = Ear(rig.treadmill)
    connecting = asyncio.ensure_future(rig.treadmill.connect())
    await rig.run(7.0)
    assert (rig.machine._subscribed, ear.reports) == ({TREADMILL_DATA}, [])
    await rig.run(3.0)
    await connecting
    assert (ear.reports[0], len(ear.samples) > 0) == (Link(up=True), True)
    assert rig.treadmill.failing == {
        Part.COMMANDS: Failure.UNANSWERED,
        Part.STATUS: Failure.UNANSWERED,
    }
    await rig.close()


async def test_what_was_not_answered_is_asked_for_again_after_letting_go() -> None:
    rig = MemoryRig()
    rig.link.hanging = {SPEED_RANGE, TREADMILL_DATA}
    with pytest.raises(NoAnswerError):
        await ask(rig, rig.treadmill.connect())
    await rig.treadmill.disconnect()
    rig.link.hanging = set()
    await rig.treadmill.connect()
    assert rig.treadmill.failing == {}
    await rig.close()


async def test_what_never_notifies_is_not_subscribed_to() -> None:
    rig = MemoryRig()
    offered = dict(rig.machine.services[FITNESS_MACHINE])
    offered[MACHINE_STATUS] = Property.READ
    rig.machine.services = {FITNESS_MACHINE: offered}
    await rig.treadmill.connect()
    assert rig.machine._subscribed == {CONTROL_POINT, TREADMILL_DATA}
    await rig.close()


async def test_a_machine_that_takes_no_subscription_is_tried_again() -> None:
    rig = MemoryRig()
    rig.machine.wire_faults = {WireFault.ATT_ERROR}
    with pytest.raises(ContactError):
        await rig.treadmill.connect()
    assert (rig.treadmill.contact, rig.link.is_open) == (Contact.UNSUITABLE, False)
    rig.machine.wire_faults = set()
    await rig.run(1.0)
    assert rig.treadmill.connected
    await rig.close()


async def test_orders_are_refused_with_the_reason_why_there_is_no_contact() -> None:
    rig = MemoryRig()
    rig.machine.wire_faults = {WireFault.TAKEN}
    with pytest.raises(ContactError):
        await rig.treadmill.connect()
    with pytest.raises(ContactError) as caught:
        await rig.treadmill.stop_belt()
    assert caught.value.contact is Contact.TAKEN
    await rig.close()


async def test_what_went_over_the_link_is_remembered(rig: MemoryRig) -> None:
    await ask(rig, rig.treadmill.set_incline(-4.0))
    trace = rig.treadmill.trace()
    assert any(line.endswith("write 2ad9 03d8ff") for line in trace)
    assert any(line.endswith("heard 2ad9 800301") for line in trace)


# ---- silence


async def test_r5_a_moving_machine_that_fell_silent_is_connected_to_anew(rig: MemoryRig) -> None:
    await rig.run(1.0)
    ear = Ear(rig.treadmill)
    rig.machine.wire_faults = {WireFault.SILENT}
    await rig.run(19.0)
    assert ear.reports == []
    await rig.run(1.0)
    assert ear.links == [False]
    rig.machine.wire_faults = set()
    await rig.run(3.0)
    assert ear.links == [False, True]
    assert ear.samples[-1].speed_kmh == 6.0


async def test_a_standing_machine_may_be_silent_for_long(make_rig: MakeRig) -> None:
    rig = await make_rig()
    await rig.run(1.0)
    ear = Ear(rig.treadmill)
    rig.machine.wire_faults = {WireFault.SILENT}
    await rig.run(120.0)
    assert (ear.reports, rig.treadmill.connected) == ([], True)


async def test_nothing_is_left_after_letting_go() -> None:
    before = asyncio.all_tasks()
    rig = MemoryRig()
    await rig.treadmill.connect()
    await rig.run(2.0)
    await rig.close()
    await rig.settle()
    assert (asyncio.all_tasks() - before, rig.loop.waiting) == (set(), 0)


# ---- what is set at the console


async def test_what_was_told_and_is_confirmed_is_no_change_at_the_console(rig: MemoryRig) -> None:
    await ask(rig, rig.treadmill.set_speed(7.0))
    await rig.run(2.0)
    rig.link.say(MACHINE_STATUS, wire.speed_changed(7.05))
    await ask(rig, rig.treadmill.set_speed(8.0))
    assert rig.told == ["00", "02bc02", "022003"]


async def test_r2_a_machine_that_does_not_answer_does_not_prove_contact(make_rig: MakeRig) -> None:
    rig = await make_rig()
    rig.link.hanging = set(rig.link.characteristics)
    with pytest.raises(NoAnswerError):
        await ask(rig, rig.treadmill.prove_contact())


async def test_a_change_at_the_console_has_control_asked_for_again(rig: MemoryRig) -> None:
    await ask(rig, rig.treadmill.set_speed(7.0))
    rig.console_speed(0.5)
    await ask(rig, rig.treadmill.set_speed(8.0))
    assert rig.told == ["00", "02bc02", "00", "022003"]


async def test_a_change_of_what_was_never_told_takes_no_control_away(rig: MemoryRig) -> None:
    await ask(rig, rig.treadmill.set_speed(7.0))
    rig.console_incline(1.0)
    await ask(rig, rig.treadmill.set_speed(8.0))
    assert rig.told == ["00", "02bc02", "022003"]


async def test_a_speed_confirmed_in_miles_is_no_change_at_the_console(make_rig: MakeRig) -> None:
    rig = await make_rig(PROFILES["imperial"], kmh=6.0, speed_unit="mph_commands")
    await ask(rig, rig.treadmill.set_speed(8.0))
    rig.link.say(MACHINE_STATUS, b"\x05" + rig.machine.commands[-1][1:])
    await ask(rig, rig.treadmill.set_speed(7.0))
    assert [command[:2] for command in rig.told] == ["00", "02", "02"]


async def test_what_was_told_in_an_earlier_contact_is_no_measure(rig: MemoryRig) -> None:
    await ask(rig, rig.treadmill.set_speed(7.0))
    rig.link.lose()
    await rig.run(2.0)
    await ask(rig, rig.treadmill.set_incline(1.0))
    rig.console_speed(0.5)
    rig.forget()
    await ask(rig, rig.treadmill.set_incline(2.0))
    assert rig.told == ["031400"]


# ---- listeners


async def test_everybody_who_listens_hears_everything(rig: MemoryRig) -> None:
    ears = [Ear(rig.treadmill), Ear(rig.treadmill)]
    await rig.run(3.0)
    assert ears[0].reports == ears[1].reports
    assert len(ears[0].samples) == 3
    assert isinstance(ears[0].reports[0], Telemetry)


def test_a_clock_is_all_the_time_there_is() -> None:
    """Nothing is armed before contact is wanted."""
    loop = ManualLoop()
    rig = MemoryRig()
    FtmsTreadmill.from_data(DATA, loop.clock(), rig.link)
    assert loop.waiting == 0
