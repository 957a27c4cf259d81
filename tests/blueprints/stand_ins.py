"""Blueprints in use, stand-ins for the devices that they control, and a session to run."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
import shutil
from typing import Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import CoreState, HomeAssistant, ServiceCall, callback
from homeassistant.setup import async_setup_component

from tests import flow_entries

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "blueprints"
OWNER = "descent-ha"  # where Home Assistant's importer puts them
AUTOMATION = "automation.under_test"
SCRIPT = "under_test"

type Call = tuple[str, dict[str, Any]]


def files() -> list[Path]:
    """Return all blueprints."""
    return sorted(FOLDER.glob("*/descent/*.yaml"))


def use_folder_of(hass: HomeAssistant, folder: Path) -> None:
    """Let Home Assistant live in a folder that has the blueprints and a short session."""
    flow_entries.add_sessions(hass, folder, quick=flow_entries.QUICK)
    for path in files():
        shelf = folder / "blueprints" / path.parent.parent.name / OWNER
        shelf.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, shelf / path.name)


async def automate(hass: HomeAssistant, blueprint: str, **inputs: Any) -> None:
    """Make an automation of a blueprint."""
    use = {"path": f"{OWNER}/{blueprint}.yaml", "input": inputs}
    config = {"automation": [{"id": "under_test", "alias": "Under test", "use_blueprint": use}]}
    assert await async_setup_component(hass, "automation", config)
    state = hass.states.get(AUTOMATION)
    assert state is not None
    assert state.state == "on"


async def automate_at_start(hass: HomeAssistant, blueprint: str, **inputs: Any) -> None:
    """Let an automation be there already when Home Assistant starts."""
    hass.set_state(CoreState.not_running)
    await automate(hass, blueprint, **inputs)
    await hass.async_start()


async def script(hass: HomeAssistant, blueprint: str, **inputs: Any) -> None:
    """Make a script of a blueprint."""
    use = {"path": f"{OWNER}/{blueprint}.yaml", "input": inputs}
    assert await async_setup_component(hass, "script", {"script": {SCRIPT: {"use_blueprint": use}}})
    state = hass.states.get(f"script.{SCRIPT}")
    assert state is not None
    assert state.state == "off"


class Actors:
    """Takes the calls that the devices would get, in their order, and remembers them."""

    def __init__(self, hass: HomeAssistant) -> None:
        """Have been called by nobody yet."""
        self._hass = hass
        self._news = asyncio.Event()
        self.calls: list[Call] = []

    def play(self, *services: str, does: Callable[[ServiceCall], object] | None = None) -> None:
        """Stand in for services, which do something if they are told to."""

        @callback
        def take(call: ServiceCall) -> None:
            self.calls.append((f"{call.domain}.{call.service}", dict(call.data)))
            self._news.set()
            if does is not None:
                does(call)

        for service in services:
            domain, _, name = service.partition(".")
            self._hass.services.async_register(domain, name, take)

    def remember_scenes(self) -> None:
        """Stand in for scenes made on the spot: those that are made are there until deleted."""

        def create(call: ServiceCall) -> None:
            self._hass.states.async_set(f"scene.{call.data['scene_id']}", "unknown")

        def delete(call: ServiceCall) -> None:
            self._hass.states.async_remove(call.data["entity_id"][0])

        self.play("scene.create", does=create)
        self.play("scene.delete", does=delete)
        self.play("scene.turn_on")

    def of(self, *services: str) -> list[dict[str, Any]]:
        """Return what these were called with."""
        return [data for service, data in self.calls if service in services]

    def values(self, service: str, key: str) -> list[Any]:
        """Return one value of each call of a service."""
        return [data.get(key) for data in self.of(service)]

    async def times(self, number: int) -> None:
        """Wait for that many calls."""
        await self.until(lambda calls: len(calls) >= number)

    async def until(self, holds: Callable[[list[Call]], object]) -> None:
        """Wait until the calls are as wanted: for calls, not for time."""
        async with asyncio.timeout(flow_entries.PATIENCE_S):
            while not holds(self.calls):
                self._news.clear()
                await self._news.wait()


def restored(calls: list[Call]) -> bool:
    """Whether the newest calls bring back what was remembered, and forget it."""
    return [service for service, _ in calls[-2:]] == ["scene.turn_on", "scene.delete"]


async def arm(hass: HomeAssistant, treadmill: ConfigEntry[Any]) -> None:
    """Arm the short session."""
    await flow_entries.act(hass, "start_session", treadmill=treadmill.entry_id, session="quick")


async def run(hass: HomeAssistant, treadmill: ConfigEntry[Any]) -> None:
    """Start the belt of an armed session."""
    await flow_entries.press(hass, treadmill, "console_start")
    await flow_entries.until_state(hass, treadmill, "sensor", "session_state", "running")


async def over(hass: HomeAssistant, treadmill: ConfigEntry[Any]) -> None:
    """Wait for the end of the session."""
    await flow_entries.until_state(hass, treadmill, "sensor", "session_state", "finished")


async def in_phase(hass: HomeAssistant, treadmill: ConfigEntry[Any], phase: str) -> None:
    """Wait for a phase."""
    await flow_entries.until_state(hass, treadmill, "sensor", "phase", phase)


async def whole_session(hass: HomeAssistant, treadmill: ConfigEntry[Any]) -> None:
    """Arm the short session and run it to its end."""
    await arm(hass, treadmill)
    await run(hass, treadmill)
    await over(hass, treadmill)


async def stop(hass: HomeAssistant, treadmill: ConfigEntry[Any]) -> None:
    """Stop the session."""
    await flow_entries.act(hass, "stop", treadmill=treadmill.entry_id)
