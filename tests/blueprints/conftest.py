"""A runner, a short session and a treadmill, in a Home Assistant that has the blueprints."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
import pytest

from tests import household as home
from tests.blueprints import room


@pytest.fixture(name="runner")
async def runner_fixture(hass: HomeAssistant, tmp_path: Path) -> ConfigEntry[Any]:
    """Add the reference runner."""
    room.move_in(hass, tmp_path)
    assert await async_setup_component(hass, "homeassistant", {})
    return await home.add_runner(hass)


@pytest.fixture(name="device")
def device_fixture(hass: HomeAssistant, treadmill: ConfigEntry[Any]) -> str:
    """Return the device of the treadmill: what the blueprints are told."""
    return home.device(hass, treadmill).id


@pytest.fixture(name="actors")
def actors_fixture(hass: HomeAssistant) -> room.Actors:
    """Return stand-ins for what is in the room."""
    return room.Actors(hass)
