"""A treadmill in the network is driven in spite of how it speaks, and of what happens to it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable

import pytest

from custom_components.descent.treadmills.base import (
    Contact,
    ContactError,
    NoAnswerError,
    NotConnectedError,
    RejectedError,
)
from custom_components.descent.treadmills.dircon import DirconLink
from tests.machines.dircon_server import LOOPBACK
from tests.machines.profiles import PROFILES, WireFault
from tests.machines.quirks import Quirk
from tests.treadmills.contract import Ear, ask, set_running
from tests.treadmills.rig_dircon import DirconRig

type MakeRig = Callable[..., DirconRig]

TYPICAL = PROFILES["typical"]


@pytest.fixture
async def make_rig(socket_enabled: None) -> AsyncIterator[MakeRig]:
    made: list[DirconRig] = []

    def make(*quirks: Quirk) -> DirconRig:
        made.append(DirconRig(TYPICAL.having(*quirks)))
        return made[-1]

    yield make
    for rig in made:
        await rig.close()


@pytest.fixture
async def running(make_rig: MakeRig) -> DirconRig:
    rig = make_rig()
    await ask(rig, rig.treadmill.connect())
    await set_running(rig, 6.0)
    return rig


def fail(rig: DirconRig, *faults: WireFault) -> None:
    """Make exactly these faults so."""
    rig.machine.wire_faults = set(faults)


def contact(rig: DirconRig) -> Contact:
    """Return how it stands with contact."""
    return rig.treadmill.contact


def somebody_is_in(rig: DirconRig) -> bool:
    """Whether the machine has a client."""
    return rig.machine.is_connected


# ---- how machines speak


@pytest.mark.parametrize(
    "quirk",
    [
        Quirk.REPLIES_TO_WRITES,
        Quirk.COUNTS_FOR_ITSELF,
        Quirk.NOTIFIES_UNASKED,
        Quirk.SAYS_NOTIFY,
        Quirk.BYTE_BY_BYTE,
        Quirk.SEVERAL_AT_ONCE,
        Quirk.ANSWERS_EARLY,
    ],
)
async def test_a_treadmill_is_driven_however_it_speaks(make_rig: MakeRig, quirk: Quirk) -> None:
    rig = make_rig(quirk)
    ear = Ear(rig.treadmill)
    await ask(rig, rig.treadmill.connect())
    await set_running(rig, 6.0)
    await ask(rig, rig.treadmill.set_incline(-4.0))
    await rig.run(10.0)
    assert (ear.samples[-1].speed_kmh, ear.samples[-1].incline_pct) == (6.0, -4.0)
    await ask(rig, rig.treadmill.stop_belt())
    await rig.run(10.0)
    assert (ear.samples[-1].speed_kmh, ear.links) == (0.0, [True])
    # Every command went out once, however it was answered.
    assert [command.hex() for command in rig.machine.commands] == ["00", "025802", "03d8ff", "0801"]


# ---- what happens to them


async def test_contact_returns_after_the_machine_hung_up(running: DirconRig) -> None:
    ear = Ear(running.treadmill)
    running.machine.hang_up()
    await running.run(5.0)
    assert ear.links == [False, True]
    assert ear.samples[-1].speed_kmh == 6.0


async def test_a_connection_the_machine_forgot_is_noticed_and_made_anew(running: DirconRig) -> None:
    ear = Ear(running.treadmill)
    fail(running, WireFault.HALF_OPEN)
    await running.run(30.0)
    assert ear.links == [False, True]
    assert ear.samples[-1].speed_kmh == 6.0


async def test_a_command_in_a_blackout_has_an_unknown_outcome(running: DirconRig) -> None:
    fail(running, WireFault.BLACKOUT)
    with pytest.raises(NoAnswerError):
        await ask(running, running.treadmill.set_speed(8.0))
    await running.run(10.0)
    assert running.belt_and_deck.speed_kmh(running.clock.now()) == 6.0


async def test_a_blackout_is_noticed_and_contact_returns_after_it(running: DirconRig) -> None:
    ear = Ear(running.treadmill)
    fail(running, WireFault.BLACKOUT)
    await running.run(30.0)
    assert (ear.links, contact(running)) == ([False], Contact.UNREACHABLE)
    with pytest.raises(NotConnectedError):
        await ask(running, running.treadmill.stop_belt())
    fail(running)
    await running.run(45.0)
    assert ear.links == [False, True]


async def test_a_machine_that_lets_nobody_in_is_unreachable_until_it_does(
    running: DirconRig,
) -> None:
    fail(running, WireFault.REFUSE_CONNECTION)
    running.machine.hang_up()
    await running.run(5.0)
    assert contact(running) is Contact.UNREACHABLE
    fail(running)
    await running.run(30.0)
    assert contact(running) is Contact.CONNECTED


async def test_a_machine_that_another_app_took_is_taken(make_rig: MakeRig) -> None:
    rig = make_rig()
    fail(rig, WireFault.TAKEN)
    with pytest.raises(ContactError) as raised:
        await ask(rig, rig.treadmill.connect())
    assert raised.value.contact is Contact.TAKEN


async def test_a_second_client_is_turned_away_and_the_first_one_stays(running: DirconRig) -> None:
    ear = Ear(running.treadmill)
    second = DirconLink(running.clock, lambda: (LOOPBACK, running.server.port))
    with pytest.raises(ContactError) as raised:
        await ask(running, second.open(lambda: None))
    assert raised.value.contact is Contact.TAKEN
    await running.run(3.0)
    assert (len(ear.samples), ear.links) == (3, [])


async def test_a_machine_that_hangs_up_on_everybody_is_taken_as_far_as_anybody_can_tell(
    running: DirconRig,
) -> None:
    fail(running, WireFault.HANG_UP)
    await running.run(10.0)
    assert contact(running) is Contact.TAKEN


@pytest.mark.parametrize("fault", [WireFault.ATT_ERROR, WireFault.REFUSE_04])
async def test_what_the_machine_refuses_is_refused(running: DirconRig, fault: WireFault) -> None:
    fail(running, fault)
    with pytest.raises(RejectedError):
        await ask(running, running.treadmill.set_speed(8.0))
    assert running.treadmill.connected


async def test_letting_go_lets_another_app_in(running: DirconRig) -> None:
    await running.treadmill.disconnect()
    await running.settle()
    assert not somebody_is_in(running)
    other = DirconLink(running.clock, lambda: (LOOPBACK, running.server.port))
    await ask(running, other.open(lambda: None))
    assert somebody_is_in(running)
    await other.close()
