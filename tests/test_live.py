"""The WebSocket commands."""

from __future__ import annotations

import json
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import MockHAClientWebSocket, WebSocketGenerator

from custom_components.descent.const import DOMAIN
from tests.home import console_of, coordinator_of, runner_entry, set_up, treadmill_entry

# Real time: what comes over the wire is what the test does, not what the belt does meanwhile.
SLOWLY = 1


@pytest.fixture
async def entry(hass: HomeAssistant) -> MockConfigEntry:
    return await set_up(hass, treadmill_entry(time_scale=SLOWLY))


async def received(client: MockHAClientWebSocket, kind: str) -> dict[str, Any]:
    """Wait for a record of that type; samples and the like come in between."""
    record: dict[str, Any] = (await client.receive_json())["event"]
    return record if record["type"] == kind else await received(client, kind)


async def test_live_sends_a_snapshot_first_and_then_what_happens(
    hass: HomeAssistant, entry: MockConfigEntry, hass_ws_client: WebSocketGenerator
) -> None:
    client = await hass_ws_client(hass)
    await client.send_json_auto_id({"type": "descent/live", "entry_id": entry.entry_id})
    assert (await client.receive_json())["success"]
    snapshot = (await client.receive_json())["event"]
    assert (snapshot["type"], snapshot["state"], snapshot["connected"]) == (
        "snapshot",
        "idle",
        True,
    )
    console_of(entry).press_start()
    assert await received(client, "status") == {"type": "status", "t": 0.0, "kind": "started"}


async def test_live_finds_a_treadmill_by_its_device(
    hass: HomeAssistant, entry: MockConfigEntry, hass_ws_client: WebSocketGenerator
) -> None:
    devices = dr.async_get(hass)
    device = devices.async_get_device_by_identifier((DOMAIN, entry.entry_id), entry.entry_id)
    assert device is not None
    client = await hass_ws_client(hass)
    await client.send_json_auto_id({"type": "descent/live", "device_id": device.id})
    assert (await client.receive_json())["success"]
    assert (await client.receive_json())["event"]["type"] == "snapshot"


async def test_live_ends_cleanly(
    hass: HomeAssistant, entry: MockConfigEntry, hass_ws_client: WebSocketGenerator
) -> None:
    client = await hass_ws_client(hass)
    await client.send_json_auto_id({"type": "descent/live", "entry_id": entry.entry_id})
    subscription = (await client.receive_json())["id"]
    await client.receive_json()
    await client.send_json_auto_id({"type": "unsubscribe_events", "subscription": subscription})
    assert (await client.receive_json())["success"]
    assert coordinator_of(entry).journal._subscribers == []


async def test_live_says_when_the_treadmill_is_gone(
    hass: HomeAssistant, entry: MockConfigEntry, hass_ws_client: WebSocketGenerator
) -> None:
    client = await hass_ws_client(hass)
    await client.send_json_auto_id({"type": "descent/live", "entry_id": entry.entry_id})
    await client.receive_json()
    await client.receive_json()
    await hass.config_entries.async_unload(entry.entry_id)
    assert await received(client, "closed") == {"type": "closed"}
    await client.send_json_auto_id({"type": "descent/live", "entry_id": entry.entry_id})
    error = (await client.receive_json())["error"]
    assert error["translation_key"] == "treadmill_not_loaded"


@pytest.mark.parametrize("whose", [{}, {"entry_id": "none"}, {"device_id": "none"}])
async def test_live_of_no_treadmill_is_a_translated_error(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    hass_ws_client: WebSocketGenerator,
    whose: dict[str, Any],
) -> None:
    client = await hass_ws_client(hass)
    await client.send_json_auto_id({"type": "descent/live"} | whose)
    error = (await client.receive_json())["error"]
    assert error["translation_key"] == "no_such_treadmill"
    assert "Belt" in error["message"]


async def test_live_of_a_runner_is_a_translated_error(
    hass: HomeAssistant, entry: MockConfigEntry, hass_ws_client: WebSocketGenerator
) -> None:
    runner = await set_up(hass, runner_entry())
    client = await hass_ws_client(hass)
    await client.send_json_auto_id({"type": "descent/live", "entry_id": runner.entry_id})
    assert (await client.receive_json())["error"]["translation_key"] == "no_such_treadmill"


async def test_a_plan_comes_without_being_started(
    hass: HomeAssistant, entry: MockConfigEntry, hass_ws_client: WebSocketGenerator
) -> None:
    runner = await set_up(hass, runner_entry())
    client = await hass_ws_client(hass)
    await client.send_json_auto_id(
        {
            "type": "descent/plan",
            "entry_id": entry.entry_id,
            "session": "descending_sprints",
            "runner": runner.entry_id,
            "overrides": {"reps": 4},
        }
    )
    plan = (await client.receive_json())["result"]
    assert (plan["session"], plan["runner"], plan["reps"]) == ("descending_sprints", "Ada", 4)
    assert [step["phase"] for step in plan["steps"]][:3] == ["warm_up", "drills", "descent"]
    assert plan["steps"][2]["speed_kmh"] == 14.4
    assert coordinator_of(entry).data.state.value == "idle"


@pytest.mark.parametrize(
    ("asked", "key"),
    [
        ({"session": "nonsense"}, "unknown_session"),
        ({"session": "descending_sprints", "runner": "nobody"}, "unknown_runner"),
        ({"session": "descending_sprints", "runner": None}, "session_locked_level"),
    ],
)
async def test_a_plan_that_cannot_be_is_a_translated_error(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    hass_ws_client: WebSocketGenerator,
    asked: dict[str, Any],
    key: str,
) -> None:
    client = await hass_ws_client(hass)
    await client.send_json_auto_id({"type": "descent/plan", "entry_id": entry.entry_id} | asked)
    error = (await client.receive_json())["error"]
    assert error["translation_key"] == key
    assert error["message"] != key


async def test_a_running_session_shows_as_json(
    hass: HomeAssistant, entry: MockConfigEntry, hass_ws_client: WebSocketGenerator
) -> None:
    runner = await set_up(hass, runner_entry())
    await coordinator_of(entry).async_start_session("descent_walk", runner.entry_id, {})
    client = await hass_ws_client(hass)
    await client.send_json_auto_id({"type": "descent/live", "entry_id": entry.entry_id})
    await client.receive_json()
    snapshot = (await client.receive_json())["event"]
    assert snapshot["state"] == "armed"
    assert snapshot["plan"]["session"] == "descent_walk"
    assert json.loads(json.dumps(snapshot)) == snapshot
