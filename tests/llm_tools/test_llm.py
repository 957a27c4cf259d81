"""Tools for language models: which there are, what they tell, and how wrong questions end."""

from __future__ import annotations

from typing import Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import Event, HomeAssistant, callback
from homeassistant.helpers import area_registry as ar, device_registry as dr, llm
import probatio as vol
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, MockUser

from custom_components.descent.llm import async_get_tools
from tests import flow_entries
from tests.llm_tools.assistant import assistant, offered, refused, run, session_state, use

READING = {"status", "list_sessions", "preview_session"}
CALMING = {"pause", "stop"}
MOVING = {"start_session", "resume", "skip", "set_target"}


async def put_into_gym(
    hass: HomeAssistant, entry: ConfigEntry[Any], room: str = "Gym"
) -> dr.DeviceEntry:
    """Put a treadmill into a room; return a speaker that is there."""
    devices = dr.async_get(hass)
    area = ar.async_get(hass).async_get_or_create(room)
    devices.async_update_device(flow_entries.device(hass, entry).id, area_id=area.id)
    owner = MockConfigEntry(domain="test")
    owner.add_to_hass(hass)
    speaker = devices.async_get_or_create(
        config_entry_id=owner.entry_id, identifiers={("test", "speaker")}
    )
    moved = devices.async_update_device(speaker.id, area_id=area.id)
    assert moved is not None
    return moved


# ---- what is offered


async def test_an_assistant_is_offered_each_tool_with_its_owner_and_a_text(
    hass: HomeAssistant, treadmill: ConfigEntry[Any]
) -> None:
    tools = await offered(hass)
    assert set(tools) == READING | CALMING | MOVING
    assert [tool.name for tool in tools.values() if not (tool.title and tool.description)] == []
    assert "descent__stop" in (await assistant(hass)).api_prompt


async def test_without_a_treadmill_there_are_no_tools(
    hass: HomeAssistant, runner: ConfigEntry[Any]
) -> None:
    assert await offered(hass) == {}
    assert "Descent" not in (await assistant(hass)).api_prompt


async def test_with_no_treadmill_set_up_there_are_no_tools(
    hass: HomeAssistant, treadmill: ConfigEntry[Any]
) -> None:
    await hass.config_entries.async_unload(treadmill.entry_id)
    assert await offered(hass) == {}


async def test_tools_belong_to_assist_alone(
    hass: HomeAssistant, treadmill: ConfigEntry[Any]
) -> None:
    context = llm.LLMContext("test", None, None, "conversation", None)
    assert async_get_tools(hass, context, "other") is None


async def test_only_what_tells_is_marked_as_reading_and_only_what_calms_as_harmless(
    hass: HomeAssistant, treadmill: ConfigEntry[Any]
) -> None:
    tools = await offered(hass)
    assert {name for name, tool in tools.items() if tool.annotations.read_only} == READING
    assert {name for name, tool in tools.items() if tool.annotations.destructive} == MOVING


async def test_every_tool_can_be_described_to_a_model(
    hass: HomeAssistant, treadmill: ConfigEntry[Any]
) -> None:
    schemas = {
        name: vol.to_openapi(tool.parameters, custom_serializer=llm.selector_serializer)
        for name, tool in (await offered(hass)).items()
    }
    assert set(schemas["set_target"]["properties"]) == {
        "treadmill",
        "speed",
        "nudge_speed",
        "incline",
        "decline",
        "nudge_incline",
        "speed_unit",
    }
    assert schemas["set_target"]["properties"]["speed_unit"]["enum"] == ["km/h", "mph"]
    assert schemas["stop"]["properties"]["treadmill"] == {
        "type": "string",
        "description": "Name of the treadmill: Treadmill. By default the nearest",
    }
    assert "reps" in schemas["start_session"]["properties"]["overrides"]["properties"]


# ---- reading


async def test_list_sessions_tells_what_each_amounts_to_or_why_it_is_locked(
    hass: HomeAssistant, treadmill: ConfigEntry[Any]
) -> None:
    sessions = {found["id"]: found for found in (await use(hass, "list_sessions"))["sessions"]}
    assert len(sessions) == 15
    assert sessions["descending_sprints"] == {
        "id": "descending_sprints",
        "name": "Descending sprints",
        "level": "intermediate",
        "minutes": 48.0,
        "descent_m": pytest.approx(43.1),
        "reps": 6,
        "locked": None,
    }
    assert "advanced" in sessions["long_reps"]["locked"]


async def test_preview_session_tells_the_parts_and_what_can_be_changed(
    hass: HomeAssistant, treadmill: ConfigEntry[Any]
) -> None:
    told = await use(
        hass, "preview_session", session="Descending Sprints", overrides={"reps": 4}, runner="ada"
    )
    assert (told["name"], told["runner"], told["reps"]) == ("Descending sprints", "Ada", 4)
    assert told["parameters"]["reps"] == {"value": 4, "unit": "", "allowed": "3 to 10"}
    parts = {part["phase"]: part for part in told["parts"]}
    assert next(iter(parts)) == "warm_up"
    assert parts["descent"]["steps"] == 4
    assert parts["descent"]["incline_pct"]["lowest"] < 0
    assert parts["stretch"]["distance_m"] is None
    assert "steps" not in told
    assert session_state(hass, treadmill) == "idle"


async def test_status_of_a_treadmill_at_rest_says_what_can_be_done(
    hass: HomeAssistant, treadmill: ConfigEntry[Any]
) -> None:
    (told,) = (await use(hass, "status"))["treadmills"]
    assert (told["treadmill"], told["connection"], told["state"]) == (
        "Treadmill",
        "connected",
        "idle",
    )
    assert told["what_next"] == "Nothing is under way. A session can be started."
    assert told["measured"]["speed_kmh"] == 0
    assert told["target"] == {"speed_kmh": None, "incline_pct": None}
    assert "session" not in told


async def test_status_of_a_session_keeps_measured_and_wished_apart_and_tells_what_is_left(
    hass: HomeAssistant, treadmill: ConfigEntry[Any]
) -> None:
    await run(hass, treadmill)
    (told,) = (await use(hass, "status", treadmill="treadmill"))["treadmills"]
    assert (told["state"], told["reason"], told["session"]) == (
        "running",
        None,
        "Easy flat (recovery window)",
    )
    assert told["measured"]["belt_moving"] is True
    assert told["measured"]["speed_kmh"] < told["target"]["speed_kmh"]
    assert told["step"]["phase"] == "steady"
    assert told["step_seconds_left"] > 0
    assert told["session_seconds_left"] >= told["step_seconds_left"]


async def test_status_of_a_repetition_counts_it_as_announced(
    hass: HomeAssistant, treadmill: ConfigEntry[Any]
) -> None:
    await run(hass, treadmill, "descending_sprints")
    (told,) = (await use(hass, "status"))["treadmills"]
    assert (told["step"]["rep"], told["step"]["reps"]) == (None, None)
    assert told["next_step"]["phase"] == "drills"


async def test_status_after_a_session_tells_what_it_amounted_to(
    hass: HomeAssistant, treadmill: ConfigEntry[Any]
) -> None:
    await run(hass, treadmill)
    await use(hass, "stop")
    (told,) = (await use(hass, "status"))["treadmills"]
    assert told["state"] == "finished"
    assert told["last_session"]["session"] == "Easy flat (recovery window)"
    assert told["last_session"]["result"] == "stopped"


async def test_who_may_read_only_is_told(
    hass: HomeAssistant, treadmill: ConfigEntry[Any], hass_read_only_user: MockUser
) -> None:
    for tool in sorted(READING):
        assert await use(hass, tool, user_id=hass_read_only_user.id)


# ---- which treadmill, and what is asked wrongly


async def test_one_of_several_treadmills_has_to_be_named(
    hass: HomeAssistant, treadmill: ConfigEntry[Any], second: ConfigEntry[Any]
) -> None:
    key, text = await refused(hass, "start_session", session="easy_recovery")
    assert key == "several_treadmills"
    assert "Treadmill, Second" in text
    told = (await use(hass, "status"))["treadmills"]
    assert [one["treadmill"] for one in told] == ["Treadmill", "Second"]


async def test_of_several_treadmills_the_one_in_the_room_of_who_asks_is_meant(
    hass: HomeAssistant, treadmill: ConfigEntry[Any], second: ConfigEntry[Any]
) -> None:
    speaker = await put_into_gym(hass, second)
    told = await use(hass, "start_session", session="easy_recovery", device_id=speaker.id)
    assert told["treadmill"] == "Second"
    assert (session_state(hass, treadmill), session_state(hass, second)) == ("idle", "armed")


async def test_two_treadmills_in_one_room_have_to_be_named(
    hass: HomeAssistant, treadmill: ConfigEntry[Any], second: ConfigEntry[Any]
) -> None:
    speaker = await put_into_gym(hass, second)
    await put_into_gym(hass, treadmill)
    assert (await refused(hass, "pause", device_id=speaker.id))[0] == "several_treadmills"


async def test_what_is_about_a_session_means_the_treadmill_with_one(
    hass: HomeAssistant, treadmill: ConfigEntry[Any], second: ConfigEntry[Any]
) -> None:
    await flow_entries.act(hass, "start_session", treadmill="Second", session="easy_recovery")
    assert (await use(hass, "pause"))["treadmill"] == "Second"
    assert (await refused(hass, "start_session"))[0] == "several_treadmills"


@pytest.mark.parametrize("device_id", ["gone", None])
async def test_who_asks_from_nowhere_has_to_name_one_of_several(
    hass: HomeAssistant,
    treadmill: ConfigEntry[Any],
    second: ConfigEntry[Any],
    device_id: str | None,
) -> None:
    await put_into_gym(hass, second)
    assert (await refused(hass, "pause", device_id=device_id))[0] == "several_treadmills"


async def test_the_only_treadmill_is_meant_from_any_room(
    hass: HomeAssistant, treadmill: ConfigEntry[Any]
) -> None:
    speaker = await put_into_gym(hass, treadmill)
    devices = dr.async_get(hass)
    devices.async_update_device(flow_entries.device(hass, treadmill).id, area_id=None)
    told = await use(hass, "start_session", session="easy_recovery", device_id=speaker.id)
    assert told["state"] == "armed"


@pytest.mark.parametrize(
    ("tool", "arguments", "key", "said"),
    [
        ("pause", {"treadmill": "Bike"}, "no_such_treadmill", "There are: Treadmill"),
        ("status", {"treadmill": "Bike"}, "no_such_treadmill", "There are: Treadmill"),
        ("start_session", {"session": "sprinty"}, "unknown_session", "descending_sprints"),
        ("start_session", {"runner": "Grace"}, "no_such_runner", "There are: Ada"),
        ("start_session", {"session": "long_reps"}, "session_locked_level", "advanced"),
        (
            "start_session",
            {"session": "short_reps", "overrides": {"reps": 99}},
            "parameter_out_of_range",
            "Allowed: 8 to 20",
        ),
        ("start_session", {"overrides": "many"}, "invalid", "overrides"),
        ("preview_session", {"session": "long_reps"}, "session_locked_level", "advanced"),
        ("list_sessions", {"runner": "{x} 🙂"}, "no_such_runner", "{x} 🙂"),
        ("pause", {}, "no_session", "No session is under way"),
        ("resume", {}, "no_session", "No session is under way"),
        ("skip", {}, "no_session", "No session is under way"),
        ("status", {"wings": 2}, "invalid", "wings"),
    ],
)
async def test_what_cannot_be_done_is_answered_with_why(
    hass: HomeAssistant,
    treadmill: ConfigEntry[Any],
    tool: str,
    arguments: dict[str, Any],
    key: str,
    said: str,
) -> None:
    found, text = await refused(hass, tool, **arguments)
    assert found == key
    assert said in text
    assert session_state(hass, treadmill) == "idle"


@pytest.mark.parametrize(
    "arguments",
    [
        {"session": "x" * 50_000},
        {"runner": "x" * 50_000},
        {"treadmill": "x" * 50_000},
        {"session": "short_reps", "overrides": {"reps": "x" * 50_000}},
        {"session": "short_reps", "overrides": {"x" * 50_000: 1}},
        {"x" * 50_000: 1},
    ],
)
async def test_what_was_asked_for_is_not_said_back_at_length(
    hass: HomeAssistant, treadmill: ConfigEntry[Any], arguments: dict[str, Any]
) -> None:
    _, text = await refused(hass, "start_session", **arguments)
    assert len(text) <= 1000
    assert session_state(hass, treadmill) == "idle"


async def test_blank_arguments_are_as_good_as_none(
    hass: HomeAssistant, treadmill: ConfigEntry[Any]
) -> None:
    told = await use(
        hass, "start_session", session="easy_recovery", treadmill="", runner=None, overrides=None
    )
    assert told["state"] == "armed"


async def test_r5_a_session_does_not_start_without_contact(
    hass: HomeAssistant, treadmill: ConfigEntry[Any]
) -> None:
    treadmill.runtime_data.conductor.treadmill.faults = frozenset({"link_lost"})
    assert (await refused(hass, "start_session", session="easy_recovery"))[0] == "no_contact"
    (told,) = (await use(hass, "status"))["treadmills"]
    assert told["connection"] != "connected"
    assert told["measured"]["speed_kmh"] is None


async def test_an_action_knows_who_asked_for_it(
    hass: HomeAssistant, treadmill: ConfigEntry[Any], hass_admin_user: MockUser
) -> None:
    calls: list[Event[Any]] = []

    @callback
    def called(event: Event[Any]) -> None:  # a plain append would run in a thread, some time
        calls.append(event)

    hass.bus.async_listen("call_service", called)
    await use(hass, "start_session", user_id=hass_admin_user.id, session="easy_recovery")
    assert [(call.data["service"], call.context.user_id) for call in calls] == [
        ("start_session", hass_admin_user.id)
    ]
