"""A runner, a short session and a treadmill, in a Home Assistant that has the blueprints."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
import pytest

from tests import flow_entries
from tests.blueprints import stand_ins


@pytest.fixture(name="runner")
async def runner_fixture(hass: HomeAssistant, tmp_path: Path) -> ConfigEntry[Any]:
    """Add the reference runner."""
    stand_ins.use_folder_of(hass, tmp_path)
    assert await async_setup_component(hass, "homeassistant", {})
    return await flow_entries.add_runner(hass)


@pytest.fixture(name="device")
def device_fixture(hass: HomeAssistant, treadmill: ConfigEntry[Any]) -> str:
    """Return the device of the treadmill: what the blueprints are told."""
    return flow_entries.device(hass, treadmill).id


@pytest.fixture(name="actors")
def actors_fixture(hass: HomeAssistant) -> stand_ins.Actors:
    """Return stand-ins for the devices beside the treadmill."""
    return stand_ins.Actors(hass)
