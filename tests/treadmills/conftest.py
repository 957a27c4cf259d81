"""The rigs of all drivers, and what each needs."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

from homeassistant.core import HomeAssistant
import pytest

from custom_components.descent.training.rules import Permissions
from tests.bluetooth import set_up_bluetooth
from tests.machines.profiles import PROFILES, Profile
from tests.treadmills.contract import VirtualRig
from tests.treadmills.rig_ble import BleRig
from tests.treadmills.rig_dircon import DirconRig
from tests.treadmills.rig_memory import MakeRig, MemoryRig
from tests.treadmills.rig_session import ALLOWED, MakeSession, SessionRig


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


@pytest.fixture
async def dircon_rig(socket_enabled: None) -> AsyncIterator[DirconRig]:
    made = DirconRig()
    yield made
    await made.close()


@pytest.fixture
async def ble_rig(hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[BleRig]:
    await set_up_bluetooth(hass, monkeypatch)
    made = BleRig(hass)
    await made.power_on()
    yield made
    await made.close()
