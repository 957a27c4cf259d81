"""Silence: when a machine is asked whether it is there, and when contact is made anew."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace

import pytest

from custom_components.descent.treadmills.gatt import FEATURE, Property
from custom_components.descent.treadmills.silence import Silence
from tests.machines.ftms import FtmsMachine
from tests.machines.profiles import PROFILES, Failing, Profile, WireFault
from tests.treadmills.manual_loop import ManualLoop
from tests.treadmills.memory_link import MemoryLink

STEP_S = 0.5


class AskedLink(MemoryLink):
    """A link that counts what is read, and may have nothing to read."""

    def __init__(self, machine: FtmsMachine) -> None:
        super().__init__(machine)
        self.reads = 0
        self.able: Property | None = None

    @property
    def characteristics(self) -> Mapping[int, Property]:
        everything = super().characteristics
        able = self.able
        return everything if able is None else dict.fromkeys(everything, able)

    async def read(self, number: int) -> bytes:
        self.reads += 1
        return await super().read(number)


class Rig:
    """A watch over a link, and when it had enough."""

    def __init__(self, profile: Profile = PROFILES["typical"]) -> None:
        self.loop = ManualLoop()
        self.clock = self.loop.clock()
        self.machine = FtmsMachine(self.clock, profile)
        self.link = AskedLink(self.machine)
        self.moving = False
        self.drops: list[float] = []
        self.silence = Silence(
            self.clock, self.link, is_moving=lambda: self.moving, drop=self._drop
        )

    async def _drop(self) -> None:
        self.silence.end()  # contact is over, as the driver would hear at once
        await self.link.close()
        self.drops.append(self.clock.now())

    async def run(self, seconds: float) -> None:
        """Let time pass in small steps."""
        for _ in range(round(seconds / STEP_S)):
            self.loop.run(STEP_S)
            for _ in range(4):
                await asyncio.sleep(0)


@pytest.fixture
async def rig() -> AsyncIterator[Rig]:
    made = Rig()
    await made.link.open(lambda: None)
    made.silence.watch()
    yield made
    made.silence.end()
    await made.link.close()


async def test_a_machine_that_talks_is_not_asked_whether_it_is_there(rig: Rig) -> None:
    for _ in range(60):
        await rig.run(1.0)
        rig.silence.heard()
    assert (rig.link.reads, rig.drops) == (0, [])


async def test_a_silent_machine_that_answers_is_asked_again_and_again_and_kept(
    rig: Rig,
) -> None:
    await rig.run(9.5)
    assert rig.link.reads == 0
    await rig.run(0.5)
    assert rig.link.reads == 1
    await rig.run(590.0)
    assert (rig.link.reads, rig.drops) == (60, [])


async def test_silence_is_counted_from_what_was_heard_last(rig: Rig) -> None:
    await rig.run(15.0)
    rig.silence.heard()
    await rig.run(9.5)
    assert rig.link.reads == 1
    await rig.run(0.5)
    assert rig.link.reads == 2


async def test_a_machine_that_answers_nothing_is_dropped_after_five_more_seconds(
    rig: Rig,
) -> None:
    rig.link.hanging = {FEATURE}
    await rig.run(60.0)
    assert rig.drops == [15.0]


async def test_a_question_that_is_not_answered_is_not_asked_again_in_a_new_contact(
    rig: Rig,
) -> None:
    rig.link.hanging = {FEATURE}
    await rig.run(20.0)
    await rig.link.open(lambda: None)
    rig.silence.watch()
    await rig.run(60.0)
    assert rig.drops == [15.0]


async def test_a_question_that_was_answered_before_is_a_good_one_to_ask(rig: Rig) -> None:
    await rig.run(10.0)
    rig.link.hanging = {FEATURE}
    for dropped_at in (25.0, 40.0):
        await rig.run(15.0)
        assert rig.drops[-1] == dropped_at
        await rig.link.open(lambda: None)
        rig.silence.watch()
    assert rig.link.reads == 3


async def test_one_question_that_is_refused_does_not_speak_for_the_others() -> None:
    rig = Rig(replace(PROFILES["typical"], failing={FEATURE: Failing.REFUSED}))
    await rig.link.open(lambda: None)
    rig.silence.watch()
    await rig.run(60.0)
    assert (rig.drops, rig.link.reads) == ([], 7)  # once in vain, and six times another one
    rig.silence.end()
    await rig.link.close()


async def test_all_are_asked_again_when_none_was_answered(rig: Rig) -> None:
    rig.machine.wire_faults = {WireFault.ATT_ERROR}
    await rig.run(20.0)
    rig.machine.wire_faults = set()
    await rig.link.open(lambda: None)
    rig.silence.watch()
    await rig.run(60.0)
    assert rig.drops == [10.0]


async def test_a_machine_that_answers_with_errors_is_dropped(rig: Rig) -> None:
    rig.machine.wire_faults = {WireFault.ATT_ERROR}
    await rig.run(60.0)
    assert rig.drops == [10.0]


async def test_r5_a_moving_belt_nobody_hears_of_is_no_contact_whatever_it_answers(
    rig: Rig,
) -> None:
    rig.moving = True
    await rig.run(60.0)
    assert (rig.link.reads, rig.drops) == (1, [20.0])


async def test_a_machine_that_can_be_asked_nothing_is_kept(rig: Rig) -> None:
    rig.link.able = Property.NOTIFY
    await rig.run(60.0)
    assert (rig.link.reads, rig.drops) == (0, [])


async def test_nobody_is_asked_after_the_end(rig: Rig) -> None:
    rig.silence.end()
    rig.silence.end()
    await rig.run(60.0)
    assert (rig.link.reads, rig.drops) == (0, [])


async def test_the_end_takes_back_a_question_under_way(rig: Rig) -> None:
    before = asyncio.all_tasks()
    rig.link.hanging = {FEATURE}
    await rig.run(12.0)
    asked = asyncio.all_tasks() - before
    rig.silence.end()
    await rig.run(60.0)
    assert (len(asked), asyncio.all_tasks() - before, rig.drops) == (1, set(), [])


async def test_nothing_is_left_of_a_watch_that_dropped_contact(rig: Rig) -> None:
    before = asyncio.all_tasks()
    rig.moving = True
    await rig.run(30.0)
    assert (asyncio.all_tasks() - before, rig.loop.waiting) == (set(), 0)
