"""The WebSocket commands."""

from __future__ import annotations

import json
import time
from typing import Any

from homeassistant.auth.const import GROUP_ID_ADMIN, GROUP_ID_READ_ONLY
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import device_registry as dr
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import MockHAClientWebSocket, WebSocketGenerator

from custom_components.descent.const import DOMAIN
from custom_components.descent.training.events import Pause, Stop
from tests import people
from tests.mock_entries import (
    console_of,
    coordinator_of,
    is_faster_than,
    is_state,
    runner_entry,
    set_up,
    treadmill_entry,
    until,
)

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
    coordinator = coordinator_of(entry)
    before = list(coordinator.journal._subscribers), len(coordinator._listeners)
    client = await hass_ws_client(hass)
    await client.send_json_auto_id({"type": "descent/live", "entry_id": entry.entry_id})
    subscription = (await client.receive_json())["id"]
    await client.receive_json()
    await client.send_json_auto_id({"type": "unsubscribe_events", "subscription": subscription})
    assert (await client.receive_json())["success"]
    assert (list(coordinator.journal._subscribers), len(coordinator._listeners)) == before


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
    caplog: pytest.LogCaptureFixture,
) -> None:
    client = await hass_ws_client(hass)
    await client.send_json_auto_id({"type": "descent/live"} | whose)
    error = (await client.receive_json())["error"]
    assert (error["translation_domain"], error["translation_key"]) == (
        "descent",
        "no_such_treadmill",
    )
    assert "Belt" in error["message"]
    assert "Error handling message" not in caplog.text


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


async def followed(
    hass: HomeAssistant, hass_ws_client: WebSocketGenerator, entry: MockConfigEntry
) -> tuple[MockHAClientWebSocket, dict[str, Any]]:
    """Subscribe, and return the first snapshot."""
    client = await hass_ws_client(hass)
    await client.send_json_auto_id({"type": "descent/live", "entry_id": entry.entry_id})
    assert (await client.receive_json())["success"]
    return client, (await client.receive_json())["event"]


async def test_the_first_snapshot_has_everything_a_screen_needs(
    hass: HomeAssistant, entry: MockConfigEntry, hass_ws_client: WebSocketGenerator
) -> None:
    _, first = await followed(hass, hass_ws_client, entry)
    assert (first["entry_id"], first["name"]) == (entry.entry_id, "Belt")
    assert first["sent"] == pytest.approx(time.time(), abs=5)
    assert (first["scale"], first["controls"], first["cue"]) == (1, True, None)
    assert (first["plan"], first["summary"], first["trace"]) == (None, None, [])


async def test_a_change_brings_a_new_snapshot_and_a_plan_comes_once(
    hass: HomeAssistant, entry: MockConfigEntry, hass_ws_client: WebSocketGenerator
) -> None:
    client, _ = await followed(hass, hass_ws_client, entry)
    coordinator = coordinator_of(entry)
    await coordinator.async_start_session("descent_walk", None, {})
    armed = await received(client, "snapshot")
    assert (armed["state"], armed["plan"]["session"]) == ("armed", "descent_walk")
    assert armed["cue"]["key"] == "arm_press_start"
    wait = dt_util.parse_datetime(armed["arming_ends"], raise_on_error=True).timestamp()
    assert wait - armed["sent"] == pytest.approx(120, abs=2)
    await coordinator.async_request(Pause())
    paused = await received(client, "snapshot")
    assert paused["state"] == "paused"
    assert paused.keys().isdisjoint({"plan", "summary", "trace"})


async def test_another_runner_changes_what_there_is_to_run_and_a_measurement_does_not(
    hass: HomeAssistant, entry: MockConfigEntry, hass_ws_client: WebSocketGenerator
) -> None:
    client, first = await followed(hass, hass_ws_client, entry)
    await set_up(hass, runner_entry())
    changed = await received(client, "snapshot")
    console_of(entry).press_start()
    moving = await received(client, "snapshot")
    assert [shot.get("offers_changed") for shot in (first, changed, moving)] == [None, True, None]


async def test_a_session_that_is_over_is_summed_up_with_its_laps(
    hass: HomeAssistant, hass_ws_client: WebSocketGenerator
) -> None:
    entry = await set_up(hass, treadmill_entry())
    coordinator = coordinator_of(entry)
    await coordinator.async_start_session("easy_recovery", None, {})
    console_of(entry).press_start()
    await until(entry, is_faster_than(4))
    await coordinator.async_request(Stop())
    await until(entry, is_state("finished"))
    _, first = await followed(hass, hass_ws_client, entry)
    summary = first["summary"]
    assert (summary["name"], summary["result"]) == ("Easy flat (recovery window)", "stopped")
    assert [lap["phase"] for lap in summary["laps"]] == ["steady"]
    assert summary["laps"][0]["distance_m"] > 0
    assert first["trace"][-1][1] > 0


async def test_what_there_is_to_run_comes_with_who_can_run_it(
    hass: HomeAssistant, entry: MockConfigEntry, hass_ws_client: WebSocketGenerator
) -> None:
    ada = await set_up(hass, runner_entry())
    client = await hass_ws_client(hass)
    await client.send_json_auto_id({"type": "descent/sessions", "entry_id": entry.entry_id})
    offer = (await client.receive_json())["result"]
    assert offer["runner"] == ada.entry_id
    assert offer["runners"] == [{"entry_id": ada.entry_id, "name": "Ada", "level": "intermediate"}]
    assert offer["session"] in {session["id"] for session in offer["sessions"]}
    sprints = by_id(offer)["descending_sprints"]
    assert (sprints["locked"], sprints["minutes"], sprints["reps"]) == (None, 48.0, 6)
    assert sprints["why"]
    assert sprints["parameters"][1] == {
        "name": "distance",
        "default": 120,
        "minimum": 100,
        "maximum": 150,
        "step": 5.0,
        "unit": "m",
        "options": [],
    }
    assert sprints["parameters"][5]["options"] == ["uphill", "flat", "jog"]


async def test_a_locked_session_says_why_in_a_form_that_can_be_translated(
    hass: HomeAssistant, entry: MockConfigEntry, hass_ws_client: WebSocketGenerator
) -> None:
    await set_up(hass, runner_entry())
    client = await hass_ws_client(hass)
    await client.send_json_auto_id(
        {"type": "descent/sessions", "entry_id": entry.entry_id, "runner": None}
    )
    offer = (await client.receive_json())["result"]
    assert offer["runner"] is None
    locked = by_id(offer)["descending_sprints"]["locked"]
    assert locked["key"] == "session_locked_level"
    assert (locked["placeholders"]["needed"], locked["placeholders"]["level"]) == (
        "intermediate",
        "beginner",
    )
    assert "minutes" not in by_id(offer)["descending_sprints"]


async def test_sessions_for_somebody_unknown_are_all_locked(
    hass: HomeAssistant, entry: MockConfigEntry, hass_ws_client: WebSocketGenerator
) -> None:
    client = await hass_ws_client(hass)
    await client.send_json_auto_id(
        {"type": "descent/sessions", "entry_id": entry.entry_id, "runner": "nobody"}
    )
    offer = (await client.receive_json())["result"]
    assert {session["locked"]["key"] for session in offer["sessions"]} == {"unknown_runner"}


async def test_every_slider_reaches_its_ends_and_its_default(
    hass: HomeAssistant, entry: MockConfigEntry, hass_ws_client: WebSocketGenerator
) -> None:
    client = await hass_ws_client(hass)
    await client.send_json_auto_id({"type": "descent/sessions", "entry_id": entry.entry_id})
    offer = (await client.receive_json())["result"]
    sliders = [
        parameter
        for session in offer["sessions"]
        for parameter in session["parameters"]
        if parameter["step"] is not None
    ]
    assert len(sliders) > 20
    off = [
        slider["name"]
        for slider in sliders
        if (slider["maximum"] - slider["minimum"]) % slider["step"]
        or (slider["default"] - slider["minimum"]) % slider["step"]
    ]
    assert off == []


def by_id(offer: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the sessions of an offer by their ids."""
    return {session["id"]: session for session in offer["sessions"]}


# ---- acting, and what is refused


async def acted(client: MockHAClientWebSocket, action: str, **data: Any) -> dict[str, Any]:
    """Ask for an action as the card does; return the answer."""
    await client.send_json_auto_id({"type": "descent/act", "action": action, "data": data})
    answer: dict[str, Any] = await client.receive_json()
    return answer


def errors(caplog: pytest.LogCaptureFixture) -> list[str]:
    """Return what was logged as an error, or with a traceback."""
    return [
        record.getMessage()
        for record in caplog.records
        if record.levelname in {"ERROR", "CRITICAL"} or record.exc_info
    ]


async def test_the_card_acts_for_its_user(
    hass: HomeAssistant, entry: MockConfigEntry, hass_ws_client: WebSocketGenerator
) -> None:
    client = await hass_ws_client(hass)
    answer = await acted(client, "start_session", treadmill=entry.entry_id, session="descent_walk")
    assert (answer["success"], answer["result"]) == (True, None)
    assert coordinator_of(entry).data.state.value == "armed"


@pytest.mark.parametrize(
    ("action", "data", "refusal"),
    [
        ("skip", {}, "no_session"),
        ("set_target", {"speed": 5}, "belt_not_moving"),
        ("set_target", {"incline": 99}, "incline_out_of_range"),
        ("start_session", {"session": "descending_sprints"}, "session_locked_level"),
        ("start_session", {"overrides": {"wings": 2}}, "unknown_parameter"),
        ("stop", {"treadmill": "nowhere"}, "no_such_treadmill"),
        ("pause", {"nonsense": True}, "invalid_format"),
        ("set_target", {"speed": "fast"}, "invalid_format"),
    ],
)
async def test_a_refusal_is_told_to_the_card_and_no_error_in_the_log(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    hass_ws_client: WebSocketGenerator,
    caplog: pytest.LogCaptureFixture,
    action: str,
    data: dict[str, Any],
    refusal: str,
) -> None:
    error = (await acted(await hass_ws_client(hass), action, **data))["error"]
    assert error.get("translation_key", error["code"]) == refusal
    assert errors(caplog) == []


async def test_who_may_only_read_is_told_so_by_the_card_and_no_error_in_the_log(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    hass_ws_client: WebSocketGenerator,
    caplog: pytest.LogCaptureFixture,
) -> None:
    await people.user(hass, "owner", GROUP_ID_ADMIN)
    reader = await people.user(hass, "reader", GROUP_ID_READ_ONLY)
    client = await hass_ws_client(hass, await people.access_token(hass, reader))
    answer = await acted(client, "start_session", treadmill=entry.entry_id)
    assert answer["error"] == {
        "code": "unauthorized",
        "message": "This user may not control the treadmill Belt",
        "translation_domain": "descent",
        "translation_key": "may_not_control",
        "translation_placeholders": {"treadmill": "Belt"},
    }
    assert errors(caplog) == []


async def test_what_fails_is_told_to_the_card_and_logged(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    hass_ws_client: WebSocketGenerator,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def fail(event: object) -> None:
        raise HomeAssistantError("no")

    monkeypatch.setattr(coordinator_of(entry), "async_request", fail)
    answer = await acted(await hass_ws_client(hass), "stop")
    assert answer["error"]["translation_key"] == "stop_failed"
    assert len(errors(caplog)) == 1


async def test_the_card_performs_no_other_action(
    hass: HomeAssistant, entry: MockConfigEntry, hass_ws_client: WebSocketGenerator
) -> None:
    answer = await acted(await hass_ws_client(hass), "import_blueprints")
    assert answer["error"]["code"] == "invalid_format"


async def test_live_ends_when_its_user_may_not_read_any_more(
    hass: HomeAssistant, entry: MockConfigEntry, hass_ws_client: WebSocketGenerator
) -> None:
    await people.user(hass, "owner", GROUP_ID_ADMIN)
    reader = await people.user(hass, "reader", GROUP_ID_READ_ONLY)
    blind = await people.user_with(hass, "blind", {})
    coordinator = coordinator_of(entry)
    before = list(coordinator.journal._subscribers), len(coordinator._listeners)
    client = await hass_ws_client(hass, await people.access_token(hass, reader))
    await client.send_json_auto_id({"type": "descent/live", "entry_id": entry.entry_id})
    assert (await client.receive_json())["success"]
    await hass.auth.async_update_user(reader, group_ids=[blind.groups[0].id])
    console_of(entry).press_start()
    assert await received(client, "closed") == {"type": "closed"}
    assert (list(coordinator.journal._subscribers), len(coordinator._listeners)) == before
    await client.send_json_auto_id({"type": "descent/live", "entry_id": entry.entry_id})
    error = (await client.receive_json())["error"]
    assert (error["code"], error["translation_key"]) == ("unauthorized", "may_not_read")
