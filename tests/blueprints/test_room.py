"""The blueprint that gets a room ready before a session."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import async_fire_time_changed

from tests import flow_entries
from tests.blueprints import stand_ins
from tests.runtime.scripted_engine import settle

ACTORS = {"climates": ["climate.room"], "fans": ["fan.room"], "lights": ["light.room"]}
READY = ["scene.create", "light.turn_on", "fan.turn_on", "climate.set_temperature"]


@pytest.fixture(autouse=True)
async def room_fixture(hass: HomeAssistant, runner: object, actors: stand_ins.Actors) -> None:
    """Put things into the room, and what remembers how they were."""
    assert await async_setup_component(hass, "scene", {})
    actors.remember_scenes()
    actors.play("fan.turn_on", "fan.turn_off", "light.turn_on", "climate.set_temperature")


def services(actors: stand_ins.Actors) -> list[str]:
    return [service for service, _ in actors.calls]


async def test_the_room_is_ready_before_the_belt_moves_and_afterwards_as_before(
    hass: HomeAssistant, treadmill: ConfigEntry[Any], device: str, actors: stand_ins.Actors
) -> None:
    await stand_ins.automate(hass, "room_ready", treadmill=device, temperature=17, **ACTORS)
    await stand_ins.arm(hass, treadmill)
    await actors.until(lambda calls: len(calls) == len(READY))
    assert services(actors) == READY
    assert actors.values("climate.set_temperature", "temperature") == [17]
    assert actors.values("fan.turn_on", "percentage") == [30]
    assert actors.values("scene.create", "snapshot_entities") == [
        ["climate.room", "fan.room", "light.room"]
    ]
    await stand_ins.run(hass, treadmill)
    await stand_ins.over(hass, treadmill)
    await actors.until(stand_ins.restored)
    assert services(actors) == [*READY, "scene.turn_on", "scene.delete"]


async def test_a_session_that_never_starts_gives_the_room_back(
    hass: HomeAssistant, treadmill: ConfigEntry[Any], device: str, actors: stand_ins.Actors
) -> None:
    await stand_ins.automate(hass, "room_ready", treadmill=device, **ACTORS)
    await stand_ins.arm(hass, treadmill)
    await actors.until(lambda calls: len(calls) == len(READY))
    await flow_entries.act(hass, "stop", treadmill=device)
    await actors.until(stand_ins.restored)


async def test_what_is_not_there_is_not_called(
    hass: HomeAssistant, treadmill: ConfigEntry[Any], device: str, actors: stand_ins.Actors
) -> None:
    await stand_ins.automate(hass, "room_ready", treadmill=device, fans=["fan.room"])
    await stand_ins.whole_session(hass, treadmill)
    await actors.until(stand_ins.restored)
    assert services(actors) == ["scene.create", "fan.turn_on", "scene.turn_on", "scene.delete"]


async def test_a_pause_is_borne_for_a_while_and_going_on_keeps_the_room(
    hass: HomeAssistant, treadmill: ConfigEntry[Any], device: str, actors: stand_ins.Actors
) -> None:
    await stand_ins.automate(hass, "room_ready", treadmill=device, **ACTORS)
    await stand_ins.arm(hass, treadmill)
    await stand_ins.run(hass, treadmill)
    await flow_entries.act(hass, "pause", treadmill=device)
    await flow_entries.until_belt_stands(hass, treadmill)
    await flow_entries.act(hass, "resume", treadmill=device)
    await flow_entries.press(hass, treadmill, "console_start")
    await flow_entries.until_state(hass, treadmill, "sensor", "session_state", "running")
    await stand_ins.over(hass, treadmill)
    await actors.until(stand_ins.restored)
    assert services(actors) == [*READY, "scene.turn_on", "scene.delete"]


async def test_a_session_that_stays_paused_after_a_restart_leaves_no_fan_on(
    hass: HomeAssistant, treadmill: ConfigEntry[Any], device: str, actors: stand_ins.Actors
) -> None:
    await stand_ins.arm(hass, treadmill)
    await stand_ins.run(hass, treadmill)
    await hass.config_entries.async_reload(treadmill.entry_id)
    await stand_ins.automate_at_start(
        hass, "room_ready", treadmill=device, patience=10, temperature_after=21, **ACTORS
    )
    await settle()
    assert actors.calls == []
    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(minutes=10, seconds=1))
    await actors.until(lambda calls: len(calls) == 2)
    assert services(actors) == ["fan.turn_off", "climate.set_temperature"]
    assert actors.values("climate.set_temperature", "temperature") == [21]
