"""What a link remembers of what went over it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from custom_components.descent.treadmills.base import Contact, ContactError, RejectedError
from custom_components.descent.treadmills.gatt import CONTROL_POINT, INCLINE_RANGE, TREADMILL_DATA
from custom_components.descent.treadmills.recorded import KEPT, RecordedLink
from tests.machines.ftms import FtmsMachine
from tests.machines.profiles import PROFILES, WireFault
from tests.treadmills.manual_loop import ManualLoop
from tests.treadmills.memory_link import MemoryLink


class Scene:
    """A machine, its link, and the link that remembers."""

    def __init__(self) -> None:
        self.loop = ManualLoop()
        clock = self.loop.clock()
        self.machine = FtmsMachine(clock, PROFILES["typical"])
        self.wire = MemoryLink(self.machine)
        self.link = RecordedLink(clock, self.wire)
        self.heard: list[bytes] = []
        self.losses: list[None] = []

    async def open(self) -> None:
        """Make contact."""
        await self.link.open(lambda: self.losses.append(None))


@pytest.fixture
async def scene() -> AsyncIterator[Scene]:
    made = Scene()
    await made.open()
    yield made
    await made.link.close()


def test_nothing_is_remembered_before_anything_happened() -> None:
    assert Scene().link.trace() == []


async def test_what_was_offered_is_remembered(scene: Scene) -> None:
    line = scene.link.trace()[0]
    assert line.startswith("0.000 opened ")
    assert "2ad9=10" in line


async def test_a_value_that_was_read_is_remembered(scene: Scene) -> None:
    value = await scene.link.read(INCLINE_RANGE)
    assert scene.link.trace()[-1] == f"0.000 read 2ad5 {value.hex()}"


async def test_a_read_that_was_refused_is_remembered_and_still_an_error(scene: Scene) -> None:
    scene.machine.wire_faults = {WireFault.ATT_ERROR}
    with pytest.raises(RejectedError):
        await scene.link.read(INCLINE_RANGE)
    assert scene.link.trace()[-1] == "0.000 not read 2ad5 ATT error 0x0e"


async def test_what_was_written_and_heard_is_remembered_in_order(scene: Scene) -> None:
    await scene.link.subscribe(CONTROL_POINT, scene.heard.append)
    await scene.link.write(CONTROL_POINT, b"\x00")
    scene.loop.run(0.5)
    assert scene.link.trace()[-2:] == ["0.000 write 2ad9 00", "0.020 heard 2ad9 800001"]
    assert scene.heard == [b"\x80\x00\x01"]


async def test_a_write_that_was_refused_is_remembered_and_still_an_error(scene: Scene) -> None:
    with pytest.raises(RejectedError):
        await scene.link.write(CONTROL_POINT, b"\x00")
    assert scene.link.trace()[-1] == "0.000 not written 2ad9 ATT error 0xfd"


async def test_a_loss_is_remembered_and_told(scene: Scene) -> None:
    scene.wire.lose()
    assert (scene.link.trace()[-1], scene.losses) == ("0.000 lost", [None])


async def test_closing_is_remembered_once(scene: Scene) -> None:
    await scene.link.close()
    await scene.link.close()
    assert [line for line in scene.link.trace() if "closed" in line] == ["0.000 closed"]


async def test_why_there_was_no_contact_is_remembered(scene: Scene) -> None:
    await scene.link.close()
    scene.wire.failure = ContactError(Contact.NO_SLOT, "no slot is free")
    with pytest.raises(ContactError):
        await scene.open()
    assert scene.link.trace()[-1] == "0.000 not opened no slot is free"


async def test_a_flood_does_not_fill_memory(scene: Scene) -> None:
    await scene.link.subscribe(TREADMILL_DATA, scene.heard.append)
    for _ in range(2 * KEPT):
        scene.wire.say(TREADMILL_DATA, b"\x00\x00")
    assert len(scene.link.trace()) == KEPT
