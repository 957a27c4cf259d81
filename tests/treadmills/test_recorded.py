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


class Rig:
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
async def rig() -> AsyncIterator[Rig]:
    made = Rig()
    await made.open()
    yield made
    await made.link.close()


def test_nothing_is_remembered_before_anything_happened() -> None:
    assert Rig().link.trace() == []


async def test_what_was_offered_is_remembered(rig: Rig) -> None:
    line = rig.link.trace()[0]
    assert line.startswith("0.000 opened ")
    assert "2ad9=10" in line


async def test_a_value_that_was_read_is_remembered(rig: Rig) -> None:
    value = await rig.link.read(INCLINE_RANGE)
    assert rig.link.trace()[-1] == f"0.000 read 2ad5 {value.hex()}"


async def test_a_read_that_was_refused_is_remembered_and_still_an_error(rig: Rig) -> None:
    rig.machine.wire_faults = {WireFault.ATT_ERROR}
    with pytest.raises(RejectedError):
        await rig.link.read(INCLINE_RANGE)
    assert rig.link.trace()[-1] == "0.000 not read 2ad5 ATT error 0x0e"


async def test_what_was_written_and_heard_is_remembered_in_order(rig: Rig) -> None:
    await rig.link.subscribe(CONTROL_POINT, rig.heard.append)
    await rig.link.write(CONTROL_POINT, b"\x00")
    rig.loop.run(0.5)
    assert rig.link.trace()[-2:] == ["0.000 write 2ad9 00", "0.020 heard 2ad9 800001"]
    assert rig.heard == [b"\x80\x00\x01"]


async def test_a_write_that_was_refused_is_remembered_and_still_an_error(rig: Rig) -> None:
    with pytest.raises(RejectedError):
        await rig.link.write(CONTROL_POINT, b"\x00")
    assert rig.link.trace()[-1] == "0.000 not written 2ad9 ATT error 0xfd"


async def test_a_loss_is_remembered_and_told(rig: Rig) -> None:
    rig.wire.lose()
    assert (rig.link.trace()[-1], rig.losses) == ("0.000 lost", [None])


async def test_closing_is_remembered_once(rig: Rig) -> None:
    await rig.link.close()
    await rig.link.close()
    assert [line for line in rig.link.trace() if "closed" in line] == ["0.000 closed"]


async def test_why_there_was_no_contact_is_remembered(rig: Rig) -> None:
    await rig.link.close()
    rig.wire.failure = ContactError(Contact.NO_SLOT, "no slot is free")
    with pytest.raises(ContactError):
        await rig.open()
    assert rig.link.trace()[-1] == "0.000 not opened no slot is free"


async def test_a_flood_does_not_fill_memory(rig: Rig) -> None:
    await rig.link.subscribe(TREADMILL_DATA, rig.heard.append)
    for _ in range(2 * KEPT):
        rig.wire.say(TREADMILL_DATA, b"\x00\x00")
    assert len(rig.link.trace()) == KEPT
