"""The rigs of all drivers, and what each needs."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

from homeassistant.core import HomeAssistant
import pytest

from custom_components.descent.training.rules import Permissions
from custom_components.descent.treadmills import gatt
from custom_components.descent.treadmills.dircon import DirconLink
from tests.bluetooth import set_up_bluetooth
from tests.machines.profiles import PROFILES, Failing, Profile, Quirk
from tests.treadmills.contract import VirtualRig
from tests.treadmills.manual_loop import ManualLoop
from tests.treadmills.peer import Losses, Peer
from tests.treadmills.rig_ble import BleRig
from tests.treadmills.rig_dircon import DirconRig
from tests.treadmills.rig_memory import MakeRig, MemoryRig
from tests.treadmills.rig_session import (
    ALLOWED,
    BleSession,
    DirconSession,
    LinkedSession,
    MakeLinkedSession,
    MakeSession,
    SessionRig,
)


@pytest.fixture
async def virtual_rig() -> AsyncIterator[VirtualRig]:
    made = VirtualRig()
    yield made
    await made.close()


@pytest.fixture
async def ftms_rig() -> AsyncIterator[MemoryRig]:
    made = MemoryRig()
    yield made
    await made.close()


@pytest.fixture
async def make_rig() -> AsyncIterator[MakeRig]:
    """Return what makes connected rigs of any profile, with the belt at ``kmh`` if that is given.

    The options of the driver are those that fit the profile, unless named otherwise.
    """
    made: list[MemoryRig] = []

    async def make(
        profile: Profile = PROFILES["typical"], *, kmh: float = 0.0, **quirks: Any
    ) -> MemoryRig:
        rig = MemoryRig(profile, **quirks)
        made.append(rig)
        await rig.treadmill.connect()
        if kmh:
            await rig.start(kmh)
        return rig

    yield make
    for rig in made:
        await rig.close()


@pytest.fixture
async def make_session() -> AsyncIterator[MakeSession]:
    """Return what makes treadmills under Descent's control, each with a runner who helps.

    The options of the driver are those that fit the profile, unless named otherwise.
    """
    made: list[SessionRig] = []

    async def make(
        profile: Profile, permissions: Permissions = ALLOWED, **quirks: Any
    ) -> SessionRig:
        rig = SessionRig(profile, permissions, **quirks)
        made.append(rig)
        return await rig.set_up()

    yield make
    for rig in made:
        await rig.close()


# ---- machines of a kind, over real links


@pytest.fixture
async def make_dircon_session(socket_enabled: None) -> AsyncIterator[MakeLinkedSession]:
    made: list[LinkedSession] = []

    async def make(
        profile: Profile, permissions: Permissions = ALLOWED, **quirks: Any
    ) -> LinkedSession:
        rig = DirconSession(profile, permissions, **quirks)
        made.append(rig)
        return rig

    yield make
    for rig in made:
        await rig.close()


@pytest.fixture
async def make_ble_session(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[MakeLinkedSession]:
    await set_up_bluetooth(hass, monkeypatch)
    made: list[LinkedSession] = []

    async def make(
        profile: Profile, permissions: Permissions = ALLOWED, **quirks: Any
    ) -> LinkedSession:
        rig = BleSession(hass, profile, permissions, **quirks)
        made.append(rig)
        await rig.power_on()
        return rig

    yield make
    for rig in made:
        await rig.close()


@pytest.fixture(params=["dircon", "ble"])
def make_linked_session(request: pytest.FixtureRequest) -> MakeLinkedSession:
    """Return what makes a treadmill of any profile under Descent's control, over a real link.

    Nobody is connected yet: ``set_up`` does that. Each test that asks for it runs over both links.
    """
    make: MakeLinkedSession = request.getfixturevalue(f"make_{request.param}_session")
    return make


@pytest.fixture
async def dircon_rig(socket_enabled: None) -> AsyncIterator[DirconRig]:
    made = DirconRig()
    yield made
    await made.close()


@pytest.fixture
async def miles_rig(socket_enabled: None) -> AsyncIterator[DirconRig]:
    made = DirconRig(PROFILES["typical"].having(Quirk.MILES_EVERYWHERE), speed_unit="mph")
    yield made
    await made.close()


@pytest.fixture
async def spaced_rig(socket_enabled: None) -> AsyncIterator[DirconRig]:
    made = DirconRig(PROFILES["typical"].having(Quirk.NEEDS_A_SECOND), command_gap=1.0)
    yield made
    await made.close()


@pytest.fixture
async def counting_rig(socket_enabled: None) -> AsyncIterator[DirconRig]:
    made = DirconRig(PROFILES["typical"].having(Quirk.COUNTS_OVER, Quirk.RESETS_ON_STOP))
    yield made
    await made.close()


@pytest.fixture
async def bare_rig(hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[BleRig]:
    """Return a machine that refuses all a session can do without."""
    refused = dict.fromkeys(
        (
            gatt.FEATURE,
            gatt.TRAINING_STATUS,
            gatt.SPEED_RANGE,
            gatt.INCLINE_RANGE,
            gatt.MACHINE_STATUS,
            gatt.MANUFACTURER,
            gatt.MODEL,
        ),
        Failing.REFUSED,
    )
    await set_up_bluetooth(hass, monkeypatch)
    made = BleRig(hass, replace(PROFILES["typical"], failing=refused))
    await made.power_on()
    yield made
    await made.close()


@pytest.fixture
async def silent_rig(socket_enabled: None) -> AsyncIterator[DirconRig]:
    made = DirconRig(PROFILES["typical"].having(Quirk.SILENT_AT_REST))
    yield made
    await made.close()


@pytest.fixture
async def frozen_rig(hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[BleRig]:
    await set_up_bluetooth(hass, monkeypatch)
    made = BleRig(hass, PROFILES["typical"].having(Quirk.FREEZES))
    await made.power_on()
    yield made
    await made.close()


@pytest.fixture
async def ble_rig(hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[BleRig]:
    await set_up_bluetooth(hass, monkeypatch)
    made = BleRig(hass)
    await made.power_on()
    yield made
    await made.close()


# ---- the other end of the link over TCP, played word by word


@pytest.fixture
async def peer(socket_enabled: None) -> AsyncIterator[Peer]:
    made = Peer()
    await made.listen()
    yield made
    await made.close()


@pytest.fixture
def time() -> ManualLoop:
    return ManualLoop()


@pytest.fixture
async def link(peer: Peer, time: ManualLoop) -> AsyncIterator[DirconLink]:
    made = peer.link(time.clock())
    yield made
    await made.close()


@pytest.fixture
def lost() -> Losses:
    return Losses()


@pytest.fixture
async def opened(link: DirconLink, peer: Peer, lost: Losses) -> DirconLink:
    await asyncio.gather(link.open(lost), peer.be_looked_at())
    return link
