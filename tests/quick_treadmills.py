"""Fixtures: a runner, and virtual treadmills a minute of which passes in a second.

A folder or a file that needs them otherwise defines them once more, under the same names.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
import pytest

from tests import flow_entries


@pytest.fixture(name="hurried")
def hurried_fixture(monkeypatch: pytest.MonkeyPatch) -> None:
    """Publish measurements as they come."""
    flow_entries.hurry(monkeypatch)


@pytest.fixture(name="runner")
async def runner_fixture(hass: HomeAssistant) -> ConfigEntry[Any]:
    """Add the reference runner."""
    return await flow_entries.add_runner(hass)


@asynccontextmanager
async def reporting(hass: HomeAssistant, **answers: Any) -> AsyncIterator[ConfigEntry[Any]]:
    """Add a treadmill, wait until it reports, and unload it in the end."""
    entry = await flow_entries.add_treadmill(hass, time_scale=60, **answers)
    await flow_entries.until_state(hass, entry, "sensor", "speed", "0.0")
    yield entry
    await hass.config_entries.async_unload(entry.entry_id)


@pytest.fixture(name="treadmill")
async def treadmill_fixture(
    hass: HomeAssistant, runner: ConfigEntry[Any]
) -> AsyncIterator[ConfigEntry[Any]]:
    """Add a treadmill."""
    async with reporting(hass) as entry:
        yield entry


@pytest.fixture(name="second")
async def second_fixture(
    hass: HomeAssistant, treadmill: ConfigEntry[Any]
) -> AsyncIterator[ConfigEntry[Any]]:
    """Add another treadmill."""
    async with reporting(hass, name="Second") as entry:
        yield entry


@pytest.fixture(name="starting")
async def starting_fixture(
    hass: HomeAssistant, runner: ConfigEntry[Any]
) -> AsyncIterator[ConfigEntry[Any]]:
    """Add a treadmill whose belt Home Assistant may start."""
    async with reporting(hass, control={"start_belt": True}) as entry:
        yield entry
