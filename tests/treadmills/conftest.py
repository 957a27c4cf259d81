"""The rigs of all drivers, and what each needs."""

from __future__ import annotations

from collections.abc import AsyncIterator

from homeassistant.core import HomeAssistant
import pytest

from tests.bluetooth import set_up_bluetooth
from tests.treadmills.contract import VirtualRig
from tests.treadmills.rig_ble import BleRig
from tests.treadmills.rig_dircon import DirconRig


@pytest.fixture
async def virtual_rig() -> AsyncIterator[VirtualRig]:
    made = VirtualRig()
    yield made
    await made.close()


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
