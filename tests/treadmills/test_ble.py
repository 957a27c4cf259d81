"""The link over Bluetooth LE: through Home Assistant's manager, over virtual controllers."""

from __future__ import annotations

import asyncio

from habluetooth.usage import HaBleakClientWithServiceCache
from homeassistant.core import HomeAssistant
import pytest

from custom_components.descent.runtime.connection import HomeRadio
from custom_components.descent.treadmills import ble, gatt
from custom_components.descent.treadmills.base import (
    Contact,
    ContactError,
    NoAnswerError,
    NotConnectedError,
    RejectedError,
)
from custom_components.descent.treadmills.ble import BleLink
from custom_components.descent.treadmills.gatt import Property
from tests.bluetooth import until_quiet
from tests.machines import wire
from tests.machines.quirks import WireFault
from tests.treadmills.rig_ble import BleRig

LONG_S = 30.0  # longer than any try of the adapter's, or any wait for an answer


class Losses(list[None]):
    """Every time that the link said it was lost."""

    def count_one(self) -> None:
        """Take note."""
        self.append(None)


@pytest.fixture
def losses() -> Losses:
    return Losses()


@pytest.fixture
def link(ble_rig: BleRig) -> BleLink:
    return ble_rig.link


@pytest.fixture
async def opened(link: BleLink, losses: Losses) -> BleLink:
    await link.open(losses.count_one)
    return link


async def reason(link: BleLink) -> Contact:
    """Fail to open, and tell why."""
    with pytest.raises(ContactError) as raised:
        await link.open(lambda: None)
    return raised.value.contact


async def reason_in_time(rig: BleRig) -> Contact:
    """Fail to open a link to a machine that keeps one waiting, and tell why."""
    failing = asyncio.ensure_future(reason(rig.link))
    await rig.run(LONG_S)
    return await failing


# ---- opening


async def test_opening_finds_what_the_machine_offers(opened: BleLink) -> None:
    offered = opened.characteristics
    assert offered[gatt.TREADMILL_DATA] == Property.NOTIFY
    assert offered[gatt.CONTROL_POINT] == Property.WRITE | Property.INDICATE
    assert offered[gatt.TRAINING_STATUS] == Property.READ | Property.NOTIFY
    assert offered[gatt.MODEL] == Property.READ


async def test_it_is_home_assistants_own_client_that_connects(opened: BleLink) -> None:
    assert isinstance(opened._client, HaBleakClientWithServiceCache)


async def test_a_link_that_is_open_is_not_opened_again(ble_rig: BleRig, opened: BleLink) -> None:
    assert await reason(opened) is Contact.UNREACHABLE
    assert (opened.is_open, ble_rig.near.adapter.connections) == (True, 1)


async def test_a_closed_link_can_be_opened_again(opened: BleLink, losses: Losses) -> None:
    await opened.close()
    await opened.open(losses.count_one)
    assert await opened.read(gatt.SPEED_RANGE) == wire.speed_range(0.8, 22.0, 0.1)


async def test_closing_twice_is_no_loss_and_lets_the_machine_go(
    ble_rig: BleRig, opened: BleLink, losses: Losses
) -> None:
    await opened.close()
    await opened.close()
    await until_quiet()
    assert (opened.is_open, losses, ble_rig.machine.is_connected) == (False, [], False)


async def test_closing_a_link_that_was_never_open_does_nothing(link: BleLink) -> None:
    await link.close()
    assert not link.is_open


async def test_a_try_that_is_given_up_leaves_nothing_behind(ble_rig: BleRig, link: BleLink) -> None:
    opening = asyncio.ensure_future(link.open(lambda: None))
    await asyncio.sleep(0)
    opening.cancel()
    with pytest.raises(asyncio.CancelledError):
        await opening
    await until_quiet()
    assert (link.is_open, ble_rig.machine.is_connected) == (False, False)
    await link.open(lambda: None)
    assert link.is_open


# ---- why there is no contact


async def test_a_machine_that_nobody_ever_heard_is_not_found(
    hass: HomeAssistant, ble_rig: BleRig
) -> None:
    elsewhere = BleLink(ble_rig.clock, HomeRadio(hass, "C2:00:00:00:00:99"))
    with pytest.raises(ContactError, match="never seen by any scanner") as raised:
        await elsewhere.open(lambda: None)
    assert raised.value.contact is Contact.NOT_FOUND


async def test_a_machine_that_was_just_heard_and_does_not_react_is_unreachable(
    ble_rig: BleRig,
) -> None:
    ble_rig.machine.wire_faults = {WireFault.BLACKOUT}
    assert await reason_in_time(ble_rig) is Contact.UNREACHABLE


async def test_a_machine_that_has_been_silent_for_long_is_not_found(
    ble_rig: BleRig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(HomeRadio, "silent_s", ble.HEARD_S + 1)
    ble_rig.machine.wire_faults = {WireFault.BLACKOUT}
    assert await reason_in_time(ble_rig) is Contact.NOT_FOUND


@pytest.mark.parametrize(
    ("fault", "contact"),
    [
        (WireFault.TAKEN, Contact.TAKEN),
        (WireFault.HANG_UP, Contact.TAKEN),
        (WireFault.REFUSE_CONNECTION, Contact.TAKEN),
        (WireFault.NO_SLOT, Contact.NO_SLOT),
    ],
)
async def test_why_there_is_no_contact_is_told(
    ble_rig: BleRig, fault: WireFault, contact: Contact
) -> None:
    ble_rig.machine.wire_faults = {fault}
    assert await reason(ble_rig.link) is contact
    ble_rig.machine.wire_faults = set()
    await ble_rig.link.open(lambda: None)
    assert ble_rig.link.is_open


async def test_connecting_ends_after_a_while_whatever_hangs(
    ble_rig: BleRig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ble, "CONNECT_S", 0.0)
    ble_rig.machine.wire_faults = {WireFault.BLACKOUT}
    assert await reason(ble_rig.link) is Contact.UNREACHABLE
    assert not ble_rig.link.is_open


async def test_what_is_no_fitness_machine_is_unsuitable_and_let_go(ble_rig: BleRig) -> None:
    ble_rig.near.radio.take_away(gatt.FITNESS_MACHINE)
    assert await reason(ble_rig.link) is Contact.UNSUITABLE
    await until_quiet()
    assert not ble_rig.machine.is_connected


# ---- services that are remembered


async def test_services_are_not_asked_for_twice(ble_rig: BleRig, opened: BleLink) -> None:
    remembered = ble_rig.near.adapter.remembered
    await opened.close()
    await opened.open(lambda: None)
    assert ble_rig.near.adapter.remembered is remembered


async def test_remembered_services_that_lack_something_are_asked_for_anew(
    ble_rig: BleRig, opened: BleLink
) -> None:
    await opened.close()
    adapter = ble_rig.near.adapter
    adapter.remembered = [
        found for found in adapter.remembered if found.uuid != gatt.uuid_of(gatt.CONTROL_POINT)
    ]
    await opened.open(lambda: None)
    assert gatt.CONTROL_POINT in opened.characteristics


async def test_a_machine_that_really_lacks_something_is_not_asked_again_and_again(
    ble_rig: BleRig, link: BleLink
) -> None:
    ble_rig.near.radio.take_away(gatt.CONTROL_POINT)
    await link.open(lambda: None)
    assert (gatt.CONTROL_POINT in link.characteristics, ble_rig.near.adapter.connections) == (
        False,
        2,
    )
    await link.close()
    await link.open(lambda: None)
    assert ble_rig.near.adapter.connections == 3


async def test_services_that_cannot_be_forgotten_are_no_reason_to_give_up(
    ble_rig: BleRig, link: BleLink, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fails(*_: object) -> bool:
        raise RuntimeError

    monkeypatch.setattr("tests.machines.ble_client.BumbleClient.clear_cache", fails)
    ble_rig.near.radio.take_away(gatt.CONTROL_POINT)
    await link.open(lambda: None)
    assert link.is_open


# ---- losing contact


async def test_a_machine_that_hangs_up_is_a_loss_told_once(
    ble_rig: BleRig, opened: BleLink, losses: Losses
) -> None:
    ble_rig.machine.hang_up()
    await until_quiet()
    assert (opened.is_open, len(losses)) == (False, 1)
    with pytest.raises(NotConnectedError):
        await opened.write(gatt.CONTROL_POINT, b"\x00")
    await opened.close()
    assert len(losses) == 1


async def test_nothing_is_lost_until_nothing_was_heard_for_a_while(
    ble_rig: BleRig, opened: BleLink, losses: Losses
) -> None:
    ble_rig.machine.wire_faults = {WireFault.BLACKOUT}
    await ble_rig.run(3.0)
    assert (opened.is_open, losses) == (True, [])
    await ble_rig.run(3.0)
    assert (opened.is_open, len(losses)) == (False, 1)


@pytest.mark.parametrize("fault", [WireFault.BLACKOUT, WireFault.HALF_OPEN])
async def test_what_becomes_of_a_write_when_contact_is_lost_is_unknown(
    ble_rig: BleRig, opened: BleLink, losses: Losses, fault: WireFault
) -> None:
    ble_rig.machine.wire_faults = {fault}
    writing = asyncio.ensure_future(opened.write(gatt.CONTROL_POINT, b"\x00"))
    await ble_rig.run(3.0)
    assert not writing.done()
    await ble_rig.run(3.0)
    with pytest.raises(NoAnswerError, match="contact was lost"):
        await writing
    assert len(losses) == 1


async def test_a_machine_that_comes_back_can_be_opened_again(
    ble_rig: BleRig, opened: BleLink, losses: Losses
) -> None:
    ble_rig.machine.wire_faults = {WireFault.BLACKOUT}
    await ble_rig.run(6.0)
    ble_rig.machine.wire_faults = set()
    await opened.open(losses.count_one)
    assert await opened.read(gatt.SPEED_RANGE) == wire.speed_range(0.8, 22.0, 0.1)


# ---- showing itself


async def test_every_advertisement_is_told_until_nobody_wants_to_know(ble_rig: BleRig) -> None:
    appeared = Losses()
    end = ble_rig.link.watch(appeared.count_one)
    await ble_rig.run(2.0)
    assert len(appeared) == 4
    end()
    await ble_rig.run(2.0)
    assert len(appeared) == 4


async def test_a_connected_machine_does_not_advertise(ble_rig: BleRig, opened: BleLink) -> None:
    appeared = Losses()
    opened.watch(appeared.count_one)
    await ble_rig.run(2.0)
    assert appeared == []


# ---- reading and writing


async def test_what_the_machine_refuses_is_rejected(ble_rig: BleRig, opened: BleLink) -> None:
    ble_rig.machine.wire_faults = {WireFault.ATT_ERROR}
    for refused in (
        opened.read(gatt.SPEED_RANGE),
        opened.write(gatt.CONTROL_POINT, b"\x00"),
        opened.subscribe(gatt.CONTROL_POINT, lambda _: None),
    ):
        with pytest.raises(RejectedError):
            await refused


async def test_what_the_machine_does_not_have_is_rejected(opened: BleLink) -> None:
    with pytest.raises(RejectedError, match="2a37"):
        await opened.read(0x2A37)
