"""Rigs that need more than a line to be made."""

from __future__ import annotations

from collections.abc import AsyncIterator

from homeassistant.core import HomeAssistant
import pytest

from tests.bluetooth import set_up_bluetooth
from tests.treadmills.rig_ble import BleRig


@pytest.fixture
async def ble_rig(hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[BleRig]:
    await set_up_bluetooth(hass, monkeypatch)
    made = BleRig(hass)
    await made.power_on()
    yield made
    await made.close()
