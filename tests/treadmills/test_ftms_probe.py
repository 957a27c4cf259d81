"""A first look at a machine: what it says of itself, and that it is let go of whatever happens."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import replace

from hypothesis import given, strategies as st
import pytest

from custom_components.descent.training.model import Range
from custom_components.descent.treadmills.base import (
    Contact,
    ContactError,
    Failure,
    NoAnswerError,
    NotConnectedError,
    Part,
)
from custom_components.descent.treadmills.ftms_probe import (
    LONGEST_TEXT,
    MOST_UNANSWERED,
    probe,
)
from custom_components.descent.treadmills.gatt import (
    CONTROL_POINT,
    DEVICE_INFORMATION,
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
from custom_components.descent.treadmills.kind import Found
from tests.machines.ftms import FtmsMachine
from tests.machines.profiles import PROFILES, Failing, Profile, WireFault
from tests.treadmills.manual_loop import ManualLoop
from tests.treadmills.memory_link import MemoryLink

ASKED = (SPEED_RANGE, INCLINE_RANGE, MANUFACTURER, MODEL)
# What is asked for, each with what is known by it.
EVERYTHING: dict[int, set[str]] = {
    SPEED_RANGE: {"speed"},
    INCLINE_RANGE: {"incline"},
    CONTROL_POINT: {"controllable"},
    MACHINE_STATUS: set(),
    FEATURE: set(),
    MANUFACTURER: {"manufacturer"},
    MODEL: {"model"},
    SERIAL: {"serial"},
    HARDWARE: {"hardware"},
    FIRMWARE: {"firmware"},
}
# What a machine says of its inclines that is not what its deck can do, by family.
SAYS = {
    "t800": Range(minimum=-6, maximum=40, step=0.1),
    "f85": Range(minimum=-5, maximum=15, step=0.1),
    "no_range": None,
    "zero_range": None,
    "offset": Range(minimum=0, maximum=15, step=0.5),
    "levels": None,
}
# What a family has not, or what says nothing.
FAILS = {
    "no_range": {Part.INCLINE_RANGE: Failure.MISSING, Part.NAMES: Failure.MISSING},
    "zero_range": {Part.INCLINE_RANGE: Failure.UNREADABLE},
}
# What no deck has: levels of 6.67 percent each.
SAYS_ODDLY = {"levels": Range(minimum=0, maximum=80, step=6.7)}
# Nobody knows yet that these are miles: its belt stands.
SAYS_SPEED = {"miles": Range(minimum=0.5, maximum=12.0, step=0.1)}


class Blocking(MemoryLink):
    """A link over which nothing is answered any more after what was not, as over the air."""

    blocked = False

    async def open(self, on_lost: Callable[[], None]) -> None:
        self.blocked = False
        await super().open(on_lost)

    async def _hang(self, number: int) -> None:
        self.blocked |= number in self.hanging
        if self.blocked:
            await self._never()
        await super()._hang(number)


class Rig:
    """A machine nobody has seen before."""

    def __init__(self, profile: Profile = PROFILES["typical"]) -> None:
        self.loop = ManualLoop()
        self.clock = self.loop.clock()
        self.machine = FtmsMachine(self.clock, profile)
        self.link: MemoryLink = MemoryLink(self.machine)

    async def look(self, seconds: float = 30.0) -> Found:
        """Look at it, and let time pass meanwhile."""
        task = asyncio.ensure_future(probe(self.link, self.clock))
        for _ in range(round(seconds)):
            await asyncio.sleep(0)
            await asyncio.sleep(0)
            self.loop.run(1.0)
        return await task

    @property
    def is_let_go(self) -> bool:
        """Whether nothing is left of the look."""
        return not self.link.is_open and not self.machine.is_connected and not self.loop.waiting

    def offer(self, fitness_machine: Mapping[int, Property]) -> None:
        """Have the machine offer other characteristics."""
        names = self.machine.services[DEVICE_INFORMATION]
        self.machine.services = {FITNESS_MACHINE: fitness_machine, DEVICE_INFORMATION: names}


@pytest.fixture
def rig() -> Rig:
    return Rig()


@pytest.mark.parametrize("name", PROFILES)
async def test_every_family_says_what_it_can_and_is_let_go_of(name: str) -> None:
    rig = Rig(PROFILES[name])
    found = await rig.look()
    named = DEVICE_INFORMATION in rig.machine.services
    assert found == Found(
        manufacturer="Simulated" if named else None,
        model=rig.machine.profile.advertised if named else None,
        serial="24-0815" if named else None,
        hardware="B" if named else None,
        firmware="1.4.2" if named else None,
        speed=SAYS_SPEED.get(name, rig.machine.profile.machine.speed),
        incline=SAYS.get(name, rig.machine.profile.machine.incline),
        odd_incline=SAYS_ODDLY.get(name),
        controllable=True,
        incline_only=not rig.machine.profile.machine.sets_speed,
        failing=FAILS.get(name, {}),
    )
    assert rig.is_let_go


async def test_a_machine_that_does_not_know_its_serial_number_is_not_asked_for_it() -> None:
    rig = Rig(replace(PROFILES["typical"], serial="", hardware="", firmware=""))
    found = await rig.look()
    assert (found.serial, found.hardware, found.firmware) == (None, None, None)
    assert found.model == "Treadmill"


@pytest.mark.parametrize("number", EVERYTHING)
async def test_what_is_not_answered_in_time_costs_itself_and_is_named(
    rig: Rig, number: int
) -> None:
    whole = await Rig().look()
    rig.link.hanging = {number}
    found = await rig.look()
    differing = {name for name in Found.__slots__ if getattr(found, name) != getattr(whole, name)}
    assert differing == {*EVERYTHING[number], "failing"}
    assert list(found.failing.values()) == [Failure.UNANSWERED]
    assert (rig.link.opened, rig.is_let_go) == (1, True)


@pytest.mark.parametrize("number", EVERYTHING)
async def test_what_is_not_answered_and_blocks_the_rest_costs_one_contact_and_itself(
    rig: Rig, number: int
) -> None:
    whole = await Rig().look()
    rig.link = Blocking(rig.machine)
    rig.link.hanging = {number}
    found = await rig.look()
    differing = {name for name in Found.__slots__ if getattr(found, name) != getattr(whole, name)}
    assert differing == {*EVERYTHING[number], "failing"}
    assert (rig.link.opened, rig.is_let_go) == (2, True)


async def test_a_machine_that_is_not_back_after_a_question_is_known_as_far_as_it_was(
    rig: Rig,
) -> None:
    class Away(Blocking):
        async def read(self, number: int) -> bytes:
            self.failure = ContactError(Contact.NOT_FOUND, "gone") if number == MODEL else None
            return await super().read(number)

    rig.link = Away(rig.machine)
    rig.link.hanging = {MODEL}
    found = await rig.look()
    assert (found.speed, found.manufacturer) == (PROFILES["typical"].machine.speed, "Simulated")
    assert (found.model, found.serial) == (None, None)
    assert rig.is_let_go


async def test_a_machine_that_leaves_one_question_after_the_other_is_not_asked_for_ever(
    rig: Rig,
) -> None:
    rig.link = Blocking(rig.machine)
    rig.link.hanging = set(EVERYTHING)
    found = await rig.look(60.0)
    assert (found.speed, found.model, found.controllable) == (None, None, False)
    assert (rig.link.opened, rig.is_let_go) == (1 + MOST_UNANSWERED, True)


async def test_a_machine_that_is_gone_before_it_said_anything_is_not_there(rig: Rig) -> None:
    class Away(Blocking):
        async def read(self, number: int) -> bytes:
            self.failure = ContactError(Contact.NOT_FOUND, "gone")
            return await super().read(number)

    rig.link = Away(rig.machine)
    rig.link.hanging = {SPEED_RANGE}
    with pytest.raises(ContactError, match="gone"):
        await rig.look()
    assert rig.is_let_go


async def test_looking_at_a_machine_tells_it_nothing(rig: Rig) -> None:
    await rig.look()
    assert (list(rig.machine.commands), rig.machine.has_control) == ([], False)


async def test_a_machine_without_control_point_is_only_read(rig: Rig) -> None:
    rig.offer({TREADMILL_DATA: Property.NOTIFY})
    found = await rig.look()
    assert (found.controllable, found.speed, found.incline) == (False, None, None)


async def test_a_control_point_that_cannot_be_written_is_none(rig: Rig) -> None:
    rig.offer({TREADMILL_DATA: Property.NOTIFY, CONTROL_POINT: Property.INDICATE})
    assert not (await rig.look()).controllable


# ---- what goes wrong


async def test_another_fitness_machine_is_no_treadmill(rig: Rig) -> None:
    rig.offer({CONTROL_POINT: Property.WRITE, SPEED_RANGE: Property.READ})
    with pytest.raises(ContactError, match="nothing that a treadmill does") as caught:
        await rig.look()
    assert (caught.value.contact, rig.is_let_go) == (Contact.UNSUITABLE, True)


async def test_a_machine_that_is_not_there_says_why(rig: Rig) -> None:
    rig.machine.wire_faults = {WireFault.TAKEN}
    with pytest.raises(ContactError) as caught:
        await rig.look()
    assert (caught.value.contact, rig.is_let_go) == (Contact.TAKEN, True)


async def test_a_machine_that_answers_nothing_is_given_up(rig: Rig) -> None:
    rig.link.hanging = {*EVERYTHING, TREADMILL_DATA}
    with pytest.raises(NoAnswerError, match="it said nothing"):
        await rig.look(60.0)
    assert rig.is_let_go


async def test_a_machine_whose_link_hears_nothing_is_given_up_likewise(rig: Rig) -> None:
    class Silent(MemoryLink):
        async def read(self, number: int) -> bytes:
            raise NoAnswerError(f"{number:04x} was not answered")

    rig.link = Silent(rig.machine)
    rig.link.hanging = {TREADMILL_DATA}
    with pytest.raises(NoAnswerError, match="it said nothing"):
        await rig.look(60.0)
    assert rig.is_let_go


async def test_a_machine_that_answers_something_is_not_given_up(rig: Rig) -> None:
    class HalfSilent(MemoryLink):
        async def read(self, number: int) -> bytes:
            if number != SPEED_RANGE:
                raise NoAnswerError("it was not answered")
            return await super().read(number)

    rig.link = HalfSilent(rig.machine)
    found = await rig.look()
    assert (found.speed, found.incline) == (PROFILES["typical"].machine.speed, None)


@pytest.mark.parametrize("how", [how for how in Failing if how is not Failing.CUT_SHORT])
async def test_a_machine_of_which_only_the_measurements_can_be_had_is_one(how: Failing) -> None:
    rig = Rig(replace(PROFILES["typical"], failing=dict.fromkeys(EVERYTHING, how)))
    found = await rig.look(60.0)
    assert (found.manufacturer, found.model, found.speed, found.incline) == (None,) * 4
    silent = {Part.SPEED_RANGE, Part.INCLINE_RANGE, Part.FEATURES, Part.NAMES}
    deaf = set() if how is Failing.EMPTY else {Part.COMMANDS, Part.STATUS}
    assert found.failing.keys() == silent | deaf
    assert (found.controllable, rig.is_let_go) == (not deaf, True)


async def test_a_machine_that_refuses_its_measurements_is_of_no_use(rig: Rig) -> None:
    rig.machine.wire_faults = {WireFault.ATT_ERROR}
    with pytest.raises(ContactError, match="be heard") as caught:
        await rig.look()
    assert (caught.value.contact, rig.is_let_go) == (Contact.UNSUITABLE, True)


async def test_a_machine_that_says_all_but_what_it_measures_is_of_no_use(rig: Rig) -> None:
    rig.link.hanging = {TREADMILL_DATA}
    with pytest.raises(ContactError, match="it answers, but") as caught:
        await rig.look(60.0)
    assert (caught.value.contact, rig.is_let_go) == (Contact.UNSUITABLE, True)


async def test_contact_that_is_lost_in_the_middle_is_an_error(rig: Rig) -> None:
    rig.machine.wire_faults = {WireFault.HANG_UP}
    with pytest.raises(NotConnectedError):
        await rig.look()
    assert rig.is_let_go


async def test_contact_that_is_lost_while_a_question_waits_is_an_error(rig: Rig) -> None:
    rig.link.hanging = {MODEL}
    task = asyncio.ensure_future(probe(rig.link, rig.clock))
    await asyncio.sleep(0)
    rig.link.lose()
    with pytest.raises(NoAnswerError, match="contact ended"):
        await task
    assert rig.is_let_go


async def test_who_gives_up_looking_leaves_nothing_behind(rig: Rig) -> None:
    rig.link.hanging = set(ASKED)
    task = asyncio.ensure_future(probe(rig.link, rig.clock))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert rig.is_let_go


# ---- what it says of itself is hostile until checked


@pytest.mark.parametrize(
    ("sent", "understood"),
    [
        (b"", None),
        (b"\x00\x00\x00", None),
        (b"   \r\n\t ", None),
        (b"Sole\x00\x00\x00", "Sole"),
        (b" Sole \n Fitness ", "Sole Fitness"),
        (b"\xff\xfeSole", "Sole"),
        ("Läufer 走".encode(), "Läufer 走"),
        ("\u202eeloS\u2066".encode(), "eloS"),
        (b"\x1b[31mSole", "[31mSole"),
        (b"x" * 400, "x" * LONGEST_TEXT),
        (b"x" * (LONGEST_TEXT - 1) + b" yz", "x" * (LONGEST_TEXT - 1)),
    ],
)
async def test_a_text_is_printable_and_short(rig: Rig, sent: bytes, understood: str | None) -> None:
    rig.machine._values = {**rig.machine._values, MODEL: sent}
    assert (await rig.look()).model == understood


@pytest.mark.parametrize(
    ("settable", "incline_only"),
    [
        ("02000000", True),
        ("01000000", False),
        ("03000000", False),
        ("00000000", False),
        ("", False),
    ],
)
async def test_only_a_machine_that_names_its_incline_and_not_its_speed_is_believed(
    rig: Rig, settable: str, incline_only: bool
) -> None:
    rig.machine._values = {**rig.machine._values, FEATURE: bytes(4) + bytes.fromhex(settable)}
    assert (await rig.look()).incline_only is incline_only


@given(
    speed=st.binary(max_size=8),
    incline=st.binary(max_size=8),
    features=st.binary(max_size=10),
    text=st.binary(max_size=90),
)
async def test_no_bytes_make_a_look_fail(
    speed: bytes, incline: bytes, features: bytes, text: bytes
) -> None:
    rig = Rig()
    ranges = {SPEED_RANGE: speed, INCLINE_RANGE: incline}
    texts = dict.fromkeys((MANUFACTURER, MODEL, SERIAL, HARDWARE, FIRMWARE), text)
    rig.machine._values = {FEATURE: features} | ranges | texts
    found = await rig.look(seconds=2)
    assert found.model is None or found.model.isprintable()
    assert {found.manufacturer, found.serial, found.hardware, found.firmware} == {found.model}
    assert len(found.model or "") <= LONGEST_TEXT
    assert rig.is_let_go
