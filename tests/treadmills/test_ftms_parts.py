"""Parts of a machine that are asked for: what fails costs itself, and what blocks is left out."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Mapping
from dataclasses import replace

import pytest

from custom_components.descent.treadmills.base import (
    Contact,
    ContactError,
    Failure,
    NoAnswerError,
    NotConnectedError,
    NoTreadmillError,
    Part,
)
from custom_components.descent.treadmills.ftms_parts import PART_S, Parts
from custom_components.descent.treadmills.gatt import (
    CONTROL_POINT,
    FEATURE,
    FIRMWARE,
    FITNESS_MACHINE,
    HARDWARE,
    INCLINE_RANGE,
    MACHINE_STATUS,
    MANUFACTURER,
    MODEL,
    SERIAL,
    SPEED_RANGE,
    TREADMILL_DATA,
    Property,
)
from tests.machines.ftms import FtmsMachine
from tests.machines.profiles import PROFILES, Failing
from tests.treadmills.manual_loop import ManualLoop
from tests.treadmills.memory_link import MemoryLink

STEP_S = 0.5
SHORT = 4  # bytes: half of what there is to be read


class Rig:
    """Somebody who asks for parts over a link without a wire."""

    def __init__(self, how: Failing | None = None, *parts: int) -> None:
        self.loop = ManualLoop()
        clock = self.loop.clock()
        failing = {} if how is None else dict.fromkeys(parts, how)
        profile = replace(PROFILES["typical"], failing=failing)
        self.machine = FtmsMachine(clock, profile)
        self.link = MemoryLink(self.machine)
        self.parts = Parts(clock, self.link, heard)

    async def open(self) -> None:
        """Make contact, once more if there was one."""
        await self.link.close()
        await self.link.open(lambda: None)
        self.parts.begin()

    async def wait[T](self, asked: Awaitable[T]) -> T:
        """Let time pass until there is an answer."""
        task = asyncio.ensure_future(asked)
        while not task.done():
            for _ in range(4):
                await asyncio.sleep(0)
            self.loop.run(STEP_S)
        return await task

    async def read(self, *numbers: int) -> list[bool]:
        """Ask for values one after the other; returns which there were."""
        return [await self.wait(self.parts.read(number, long)) is not None for number in numbers]

    async def close(self) -> None:
        """Let go."""
        await self.link.close()


def heard(_: bytes) -> None:
    """Hear something."""


def long(value: bytes) -> bytes | None:
    """Understand what is long enough."""
    return value if len(value) > SHORT else None


@pytest.mark.parametrize(
    ("how", "failing"),
    [
        (None, {}),
        (Failing.EMPTY, {Part.SPEED_RANGE: Failure.UNREADABLE}),
        (Failing.CUT_SHORT, {Part.SPEED_RANGE: Failure.UNREADABLE}),
        (Failing.MISSING, {Part.SPEED_RANGE: Failure.MISSING}),
        (Failing.REFUSED, {Part.SPEED_RANGE: Failure.REFUSED}),
        (Failing.UNANSWERED, {Part.SPEED_RANGE: Failure.UNANSWERED}),
    ],
)
async def test_a_value_that_is_not_to_be_had_costs_itself_and_is_named(
    how: Failing | None, failing: Mapping[Part, Failure]
) -> None:
    rig = Rig(how, SPEED_RANGE)
    await rig.open()
    assert await rig.read(SPEED_RANGE, INCLINE_RANGE, MODEL) == [not failing, True, True]
    assert rig.parts.failing == failing
    await rig.close()


@pytest.mark.parametrize("how", [Failing.MISSING, Failing.REFUSED, Failing.UNANSWERED])
async def test_what_will_not_speak_costs_itself(how: Failing) -> None:
    rig = Rig(how, MACHINE_STATUS)
    await rig.open()
    speak = [
        await rig.wait(rig.parts.listen(number, heard))
        for number in (MACHINE_STATUS, CONTROL_POINT, TREADMILL_DATA)
    ]
    assert speak == [False, True, True]
    assert rig.parts.failing == {Part.STATUS: Failure(how.value)}
    await rig.close()


@pytest.mark.parametrize("number", [SPEED_RANGE, FEATURE])
async def test_what_does_not_speak_is_not_listened_to_and_what_cannot_be_read_not_read(
    number: int,
) -> None:
    rig = Rig()
    await rig.open()
    assert not await rig.parts.listen(number, heard)
    assert await rig.parts.read(CONTROL_POINT, long) is None
    await rig.close()


@pytest.mark.parametrize("able", [Property.WRITE, Property.INDICATE, Property.READ])
async def test_a_control_point_takes_commands_and_answers_them_or_is_none(able: Property) -> None:
    rig = Rig()
    offered = rig.machine.services[FITNESS_MACHINE]
    rig.machine.services = {FITNESS_MACHINE: {**offered, CONTROL_POINT: able}}
    await rig.open()
    assert not await rig.parts.listen(CONTROL_POINT, heard)
    assert rig.parts.failing == {Part.COMMANDS: Failure.MISSING}
    await rig.close()


@pytest.mark.parametrize("number", [SERIAL, HARDWARE, FIRMWARE])
@pytest.mark.parametrize(
    ("how", "failing"),
    [
        (Failing.MISSING, {}),
        (Failing.EMPTY, {}),
        (Failing.REFUSED, {Part.NAMES: Failure.REFUSED}),
        (Failing.UNANSWERED, {Part.NAMES: Failure.UNANSWERED}),
    ],
)
async def test_what_many_machines_leave_out_is_nothing_that_fails(
    number: int, how: Failing, failing: Mapping[Part, Failure]
) -> None:
    rig = Rig(how, number)
    await rig.open()
    await rig.read(MANUFACTURER, number)
    assert rig.parts.failing == failing
    await rig.close()


async def test_a_part_that_works_again_fails_no_more() -> None:
    rig = Rig(Failing.REFUSED, SPEED_RANGE)
    await rig.open()
    await rig.read(SPEED_RANGE)
    rig.machine.profile = PROFILES["typical"]
    await rig.open()
    assert rig.parts.failing == {Part.SPEED_RANGE: Failure.REFUSED}
    await rig.read(SPEED_RANGE)
    assert rig.parts.failing == {}
    await rig.close()


async def test_a_part_that_blocks_the_link_is_left_out_of_the_next_contact() -> None:
    rig = Rig()
    await rig.open()
    rig.link.hanging = {SPEED_RANGE, INCLINE_RANGE, MODEL, TREADMILL_DATA}
    with pytest.raises(NoAnswerError, match="it said nothing"):
        await rig.read(SPEED_RANGE)
    await rig.open()
    rig.link.hanging = {SPEED_RANGE}  # it was the one that blocked the others
    began = rig.loop.time()
    assert await rig.read(SPEED_RANGE, INCLINE_RANGE, MODEL) == [False, True, True]
    assert rig.loop.time() - began < PART_S
    await rig.close()


async def test_parts_that_are_not_answered_and_block_nothing_cost_one_contact_in_all() -> None:
    rig = Rig(Failing.UNANSWERED, SPEED_RANGE, INCLINE_RANGE, MODEL)
    await rig.open()
    assert await rig.read(SPEED_RANGE, INCLINE_RANGE, MODEL, FEATURE) == [False, False, False, True]
    assert rig.link.opened == 1
    await rig.close()


async def test_what_is_needed_is_asked_for_once() -> None:
    rig = Rig(Failing.UNANSWERED, SPEED_RANGE)
    await rig.open()
    await rig.read(SPEED_RANGE)
    rig.link.hanging = {TREADMILL_DATA}
    await rig.parts.need()
    assert rig.machine._subscribed == {TREADMILL_DATA}
    await rig.open()
    rig.link.hanging = set()
    await rig.parts.need()
    assert rig.machine._subscribed == {TREADMILL_DATA}
    await rig.close()


async def test_what_is_needed_and_refused_is_an_error() -> None:
    rig = Rig(Failing.REFUSED, TREADMILL_DATA)
    await rig.open()
    with pytest.raises(ContactError, match="be heard") as caught:
        await rig.parts.need()
    assert caught.value.contact is Contact.UNSUITABLE
    await rig.close()


async def test_what_is_needed_and_not_there_makes_no_treadmill() -> None:
    rig = Rig(Failing.MISSING, TREADMILL_DATA)
    with pytest.raises(NoTreadmillError):
        await rig.open()
    await rig.close()


async def test_what_was_left_out_is_asked_for_again_once_it_is_forgotten() -> None:
    rig = Rig()
    await rig.open()
    rig.link.hanging = {SPEED_RANGE}
    assert await rig.read(SPEED_RANGE) == [False]
    rig.link.hanging = set()
    await rig.open()
    assert await rig.read(SPEED_RANGE) == [False]
    rig.parts.forget()
    await rig.open()
    assert await rig.read(SPEED_RANGE) == [True]
    await rig.close()


async def test_contact_that_is_lost_meanwhile_is_no_part_that_fails() -> None:
    rig = Rig()
    await rig.open()
    rig.link.hanging = {SPEED_RANGE}
    asking = asyncio.ensure_future(rig.parts.read(SPEED_RANGE, long))
    await asyncio.sleep(0)
    rig.link.lose()
    with pytest.raises(NoAnswerError, match="contact ended"):
        await asking
    with pytest.raises(NotConnectedError):
        await rig.parts.read(INCLINE_RANGE, long)
    rig.link.hanging = set()
    await rig.open()
    assert await rig.read(SPEED_RANGE) == [True]
    await rig.close()
