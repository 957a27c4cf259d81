"""Entries of treadmills and runners, added by the real config flow; using their entities."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

from homeassistant.config_entries import SOURCE_USER, ConfigEntry
from homeassistant.core import Event, EventStateChangedData, HomeAssistant, State, callback
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.helpers.event import async_track_state_change_event
import pytest

from custom_components.descent.const import DOMAIN, SESSIONS_FOLDER
from custom_components.descent.identity import device_of, identity
from custom_components.descent.treadmills.physics import Belt

TREADMILL = {
    "name": "Treadmill",
    "preset": "typical",
    "min_incline": -6,
    "max_incline": 15,
    "max_speed": 22,
}
CONTROL = {"acknowledge": True, "start_belt": False}
# The reference runner of the session tables: 5 km in 25:00.
RUNNER = {
    "name": "Ada",
    "level": "intermediate",
    "five_k": {"hours": 0, "minutes": 25, "seconds": 0},
    "hill_experience": True,
    "joint_issues": False,
}
WALK = {"walk_kmh": 5}
# Everything a session has, in four minutes.
QUICK = """
name: Quick descents
level: any
steps:
  - warm_up: {for: 40 s, pace: 4.5 km/h}
  - repeat: 2
    steps:
      - descent:  {for: 30 s, decline: 2, pace: walk}
      - recovery: {for: 45 s, pace: 4.0 km/h}
  - cool_down: {for: 30 s, pace: 4.0 km/h}
  - stretch: {for: 20 s, items: [quads]}
"""
PATIENCE_S = 20  # real seconds; only a test that fails waits that long


async def begin(hass: HomeAssistant, kind: str) -> str:
    """Open the config flow at the form of a kind; returns the flow's id."""
    flow = await hass.config_entries.flow.async_init(DOMAIN, context={"source": SOURCE_USER})
    assert flow["type"] is FlowResultType.MENU
    form = await hass.config_entries.flow.async_configure(flow["flow_id"], {"next_step_id": kind})
    assert (form["type"], form["step_id"]) == (FlowResultType.FORM, kind)
    return str(flow["flow_id"])


async def add_treadmill(
    hass: HomeAssistant,
    *,
    time_scale: float = 1,
    control: dict[str, Any] | None = None,
    **answers: Any,
) -> ConfigEntry[Any]:
    """Add a virtual treadmill."""
    flow = await begin(hass, "virtual_treadmill")
    await hass.config_entries.flow.async_configure(
        flow, TREADMILL | answers | {"more": {"time_scale": time_scale}}
    )
    done = await hass.config_entries.flow.async_configure(flow, CONTROL | (control or {}))
    assert done["type"] is FlowResultType.CREATE_ENTRY
    await hass.async_block_till_done()
    return done["result"]


async def add_runner(
    hass: HomeAssistant, *, more: dict[str, Any] | None = None, **answers: Any
) -> ConfigEntry[Any]:
    """Add a runner."""
    flow = await begin(hass, "runner")
    done = await hass.config_entries.flow.async_configure(
        flow, RUNNER | answers | {"more": WALK | (more or {})}
    )
    assert done["type"] is FlowResultType.CREATE_ENTRY
    await hass.async_block_till_done()
    return done["result"]


def add_sessions(hass: HomeAssistant, folder: Path, **files: str) -> None:
    """Put session files into a configuration folder of their own."""
    hass.config.config_dir = str(folder)
    sessions = folder / SESSIONS_FOLDER
    sessions.mkdir(parents=True)
    for name, text in files.items():
        (sessions / f"{name}.yaml").write_text(text, encoding="utf-8")


def entity_id(hass: HomeAssistant, entry: ConfigEntry[Any], platform: str, key: str) -> str:
    """Find the entity of an entry by its key."""
    own = f"{identity(entry)}_{key}"
    found = er.async_get(hass).async_get_entity_id(platform, DOMAIN, own)
    assert found is not None, f"{platform} {key} is not there"
    return found


def device(hass: HomeAssistant, entry: ConfigEntry[Any]) -> dr.DeviceEntry:
    """Find the device of an entry."""
    found = device_of(hass, entry)
    assert found is not None
    return found


def hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let measurements be published as they come, so that tests need not wait a second for each."""
    monkeypatch.setattr("custom_components.descent.coordinator.PUBLISH_S", 0.02)


def shown(hass: HomeAssistant, entry: ConfigEntry[Any], platform: str, key: str) -> State:
    """Return the state of an entity of an entry."""
    state = hass.states.get(entity_id(hass, entry, platform, key))
    assert state is not None, f"{platform} {key} has no state"
    return state


async def press(hass: HomeAssistant, entry: ConfigEntry[Any], key: str) -> None:
    """Press a button of an entry."""
    await hass.services.async_call(
        "button", "press", {"entity_id": entity_id(hass, entry, "button", key)}, blocking=True
    )


async def choose(hass: HomeAssistant, entry: ConfigEntry[Any], key: str, option: str) -> None:
    """Choose an option of a select of an entry."""
    data = {"entity_id": entity_id(hass, entry, "select", key), "option": option}
    await hass.services.async_call("select", "select_option", data, blocking=True)


async def set_number(hass: HomeAssistant, entry: ConfigEntry[Any], key: str, value: float) -> None:
    """Set a number of an entry."""
    data = {"entity_id": entity_id(hass, entry, "number", key), "value": value}
    await hass.services.async_call("number", "set_value", data, blocking=True)


async def act(hass: HomeAssistant, action: str, **data: Any) -> None:
    """Perform an action of Descent."""
    await hass.services.async_call(DOMAIN, action, data, blocking=True)


async def ask(hass: HomeAssistant, action: str, **data: Any) -> Any:
    """Perform an action of Descent and return its response."""
    return await hass.services.async_call(DOMAIN, action, data, blocking=True, return_response=True)


async def refused(hass: HomeAssistant, action: str, **data: Any) -> tuple[str | None, str]:
    """Perform an action that must fail; return the key and the message of its error."""
    returns = hass.services.supports_response(DOMAIN, action).value == "only"
    with pytest.raises(ServiceValidationError) as error:
        await hass.services.async_call(DOMAIN, action, data, blocking=True, return_response=returns)
    return error.value.translation_key, str(error.value)


async def until(hass: HomeAssistant, entity: str, holds: Callable[[State], bool]) -> State:
    """Wait for a state of an entity: for the event of its change, not for time."""
    arrived: asyncio.Future[State] = hass.loop.create_future()

    @callback
    def look(state: State | None) -> None:
        if state is not None and not arrived.done() and holds(state):
            arrived.set_result(state)

    @callback
    def changed(event: Event[EventStateChangedData]) -> None:
        look(event.data["new_state"])

    unsubscribe = async_track_state_change_event(hass, entity, changed)
    try:
        look(hass.states.get(entity))
        async with asyncio.timeout(PATIENCE_S):
            return await arrived
    finally:
        unsubscribe()


async def until_state(
    hass: HomeAssistant, entry: ConfigEntry[Any], platform: str, key: str, wanted: str
) -> State:
    """Wait until an entity of an entry is in a state."""
    return await until(
        hass, entity_id(hass, entry, platform, key), lambda state: state.state == wanted
    )


async def until_belt_stands(hass: HomeAssistant, entry: ConfigEntry[Any]) -> None:
    """Wait until a virtual belt truly stands: a shown 0.0 km/h may still be its last centimetres.

    Its console ignores Start until then, like any other.
    """
    conductor = entry.runtime_data.conductor
    treadmill, clock = conductor.treadmill, conductor.clock
    stands: asyncio.Future[None] = hass.loop.create_future()

    @callback
    def look(_: object) -> None:
        standing = treadmill.belt_and_deck.belt(clock.now()) is Belt.STANDING
        if standing and not stands.done():
            stands.set_result(None)

    unlisten = treadmill.listen(look)
    try:
        async with asyncio.timeout(PATIENCE_S):
            await stands
    finally:
        unlisten()
