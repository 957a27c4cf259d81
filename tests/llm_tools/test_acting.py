"""Tools for language models that ask something of a treadmill, and what they may not do."""

from __future__ import annotations

from typing import Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
import pytest
from pytest_homeassistant_custom_component.common import MockUser

from tests import flow_entries
from tests.llm_tools.assistant import refused, run, session_state, use


async def suspend(hass: HomeAssistant, entry: ConfigEntry[Any]) -> None:
    """Run a session, and let the runner change the slope at the console."""
    await run(hass, entry)
    await flow_entries.press(hass, entry, "console_incline_up")
    await flow_entries.until_state(hass, entry, "sensor", "session_state", "suspended")


# ---- arming


async def test_r2_start_session_arms_and_says_what_the_runner_has_to_do(
    hass: HomeAssistant, treadmill: ConfigEntry[Any]
) -> None:
    told = await use(hass, "start_session", session="short_reps", overrides={"reps": 8})
    assert told["state"] == "armed"
    assert "presses Start on the treadmill, within 120 seconds" in told["what_next"]
    assert told["plan"]["parameters"]["reps"]["value"] == 8
    assert told["measured"]["belt_moving"] is False
    records = treadmill.runtime_data.journal.records()
    assert [record for record in records if record["type"] == "command"] == []


async def test_r2_an_assistant_never_starts_a_belt_that_people_may_start(
    hass: HomeAssistant, starting: ConfigEntry[Any]
) -> None:
    told = await use(hass, "start_session", session="easy_recovery")
    assert told["state"] == "armed"
    assert told["what_next"].startswith("The runner presses Start on the treadmill")
    cues = [record for record in starting.runtime_data.journal.records() if record["type"] == "cue"]
    assert [cue["key"] for cue in cues] == ["arm_press_start"]


async def test_r2_a_person_may_have_the_belt_started_and_the_assistant_knows_of_it(
    hass: HomeAssistant, starting: ConfigEntry[Any]
) -> None:
    await flow_entries.act(hass, "start_session", session="easy_recovery")
    (told,) = (await use(hass, "status"))["treadmills"]
    assert told["what_next"].startswith("The belt starts by itself after a spoken countdown of 10")


async def test_r2_an_assistant_resumes_to_the_start_button_too(
    hass: HomeAssistant, starting: ConfigEntry[Any]
) -> None:
    await flow_entries.act(hass, "start_session", session="easy_recovery")
    await use(hass, "pause")
    told = await use(hass, "resume")
    assert told["what_next"].startswith("The runner presses Start on the treadmill")


async def test_start_session_does_not_take_over_a_belt_that_moves(
    hass: HomeAssistant, treadmill: ConfigEntry[Any]
) -> None:
    await flow_entries.press(hass, treadmill, "console_start")
    await flow_entries.until_state(hass, treadmill, "binary_sensor", "belt_moving", "on")
    key, text = await refused(hass, "start_session", session="easy_recovery")
    assert key == "belt_moves"
    assert "an assistant never takes over a moving belt" in text
    assert session_state(hass, treadmill) == "idle"


async def test_r11_a_session_that_the_console_suspended_is_not_resumed_while_the_belt_moves(
    hass: HomeAssistant, treadmill: ConfigEntry[Any]
) -> None:
    await suspend(hass, treadmill)
    assert (await refused(hass, "resume"))[0] == "belt_moves"
    (told,) = (await use(hass, "status"))["treadmills"]
    assert (told["state"], told["reason"]) == ("suspended", "console_change")
    assert "so the runner has the controls" in told["what_next"]


async def test_resume_after_a_pause_arms_again(
    hass: HomeAssistant, treadmill: ConfigEntry[Any]
) -> None:
    await run(hass, treadmill)
    assert (await use(hass, "pause"))["state"] == "paused"
    assert (await refused(hass, "resume"))[0] == "belt_moves"
    await flow_entries.until_belt_stands(hass, treadmill)
    await flow_entries.until_state(hass, treadmill, "sensor", "speed", "0.0")
    told = await use(hass, "resume")
    assert told["state"] == "armed"
    assert told["measured"]["belt_moving"] is False


# ---- what is under way


async def test_skip_leaves_a_step_and_a_warm_up_only_when_that_is_confirmed(
    hass: HomeAssistant, treadmill: ConfigEntry[Any]
) -> None:
    await run(hass, treadmill, "descending_sprints")
    assert (await refused(hass, "skip"))[0] == "warm_up_unfinished"
    told = await use(hass, "skip", confirm=True)
    assert (told["state"], told["step"]["phase"]) == ("waiting", "drills")
    assert "beside the standing belt" in told["what_next"]


async def test_r2_a_skip_from_beside_the_belt_leads_to_the_start_button(
    hass: HomeAssistant, starting: ConfigEntry[Any]
) -> None:
    await run(hass, starting, "descending_sprints")
    await flow_entries.act(hass, "skip", confirm=True)
    await flow_entries.until_belt_stands(hass, starting)
    await flow_entries.until_state(hass, starting, "sensor", "speed", "0.0")
    told = await use(hass, "skip")
    assert told["state"] == "armed"
    assert told["what_next"].startswith("The runner presses Start on the treadmill")


async def test_r2_a_skip_from_beside_the_belt_takes_over_no_belt_that_moves(
    hass: HomeAssistant, treadmill: ConfigEntry[Any]
) -> None:
    await run(hass, treadmill, "descending_sprints")
    await flow_entries.act(hass, "skip", confirm=True)
    await flow_entries.until_belt_stands(hass, treadmill)
    await flow_entries.press(hass, treadmill, "console_start")
    await flow_entries.until_state(hass, treadmill, "sensor", "speed", "1.0")
    assert (await refused(hass, "skip"))[0] == "belt_moves"
    assert session_state(hass, treadmill) == "waiting"


async def test_set_target_asks_for_speed_and_slope(
    hass: HomeAssistant, treadmill: ConfigEntry[Any]
) -> None:
    await flow_entries.press(hass, treadmill, "console_start")
    await flow_entries.until_state(hass, treadmill, "sensor", "speed", "1.0")
    told = await use(hass, "set_target", speed=5, decline=2)
    assert told["target"] == {"speed_kmh": 5.0, "incline_pct": -2.0}
    told = await use(hass, "set_target", nudge_speed=-0.5)
    assert told["target"]["speed_kmh"] == 4.5


async def test_r2_set_target_starts_no_belt(
    hass: HomeAssistant, treadmill: ConfigEntry[Any]
) -> None:
    key, text = await refused(hass, "set_target", speed=5)
    assert (key, text) == (
        "belt_not_moving",
        "The belt does not move. Press Start on the treadmill first",
    )


@pytest.mark.parametrize(
    ("arguments", "key"),
    [
        ({}, "nothing_to_set"),
        ({"speed": 99}, "speed_out_of_range"),
        ({"incline": -50}, "incline_out_of_range"),
        ({"decline": -50}, "decline_negative"),
        ({"speed": 5, "nudge_speed": 1}, "contradiction"),
        ({"speed": float("nan")}, "invalid"),
        ({"speed": float("inf")}, "invalid"),
        ({"speed": True}, "invalid"),
        ({"speed": "fast"}, "invalid"),
        ({"wings": 2}, "invalid"),
    ],
)
async def test_a_target_that_makes_no_sense_changes_nothing(
    hass: HomeAssistant, treadmill: ConfigEntry[Any], arguments: dict[str, Any], key: str
) -> None:
    await flow_entries.press(hass, treadmill, "console_start")
    await flow_entries.until_state(hass, treadmill, "sensor", "speed", "1.0")
    assert (await refused(hass, "set_target", **arguments))[0] == key
    assert flow_entries.shown(hass, treadmill, "number", "target_speed").state == "unknown"
    assert flow_entries.shown(hass, treadmill, "number", "target_incline").state == "unknown"


# ---- stop


async def test_r4_stop_ends_a_session(hass: HomeAssistant, treadmill: ConfigEntry[Any]) -> None:
    await run(hass, treadmill)
    (told,) = (await use(hass, "stop"))["treadmills"]
    assert (told["state"], told["reason"]) == ("finished", "stopped")


@pytest.mark.parametrize(
    "arguments", [{}, {"treadmill": "Tread mill"}, {"treadmill": 7, "why": "x"}, {"treadmill": ""}]
)
async def test_r4_stop_that_names_no_treadmill_there_is_stops_them_all(
    hass: HomeAssistant,
    treadmill: ConfigEntry[Any],
    second: ConfigEntry[Any],
    arguments: dict[str, Any],
) -> None:
    for entry in (treadmill, second):
        await flow_entries.act(
            hass, "start_session", treadmill=entry.entry_id, session="easy_recovery"
        )
    told = (await use(hass, "stop", **arguments))["treadmills"]
    assert [(one["treadmill"], one["state"]) for one in told] == [
        ("Treadmill", "finished"),
        ("Second", "finished"),
    ]


async def test_stop_with_a_name_leaves_the_others_alone(
    hass: HomeAssistant, treadmill: ConfigEntry[Any], second: ConfigEntry[Any]
) -> None:
    for entry in (treadmill, second):
        await flow_entries.act(
            hass, "start_session", treadmill=entry.entry_id, session="easy_recovery"
        )
    (told,) = (await use(hass, "stop", treadmill="second"))["treadmills"]
    assert told["treadmill"] == "Second"
    assert (session_state(hass, treadmill), session_state(hass, second)) == ("armed", "finished")


async def test_r4_stop_that_does_not_get_through_says_what_to_do(
    hass: HomeAssistant, treadmill: ConfigEntry[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(event: object) -> None:
        raise HomeAssistantError("no")

    monkeypatch.setattr(treadmill.runtime_data, "async_request", fail)
    key, text = await refused(hass, "stop")
    assert (key, text) == (
        "stop_failed",
        "Stop did not get through to Treadmill. Use the safety key",
    )


# ---- who may


@pytest.mark.parametrize("tool", ["pause", "resume", "set_target", "skip", "start_session"])
async def test_a_user_who_may_control_nothing_moves_nothing(
    hass: HomeAssistant,
    treadmill: ConfigEntry[Any],
    hass_read_only_user: MockUser,
    tool: str,
) -> None:
    key, text = await refused(hass, tool, user_id=hass_read_only_user.id)
    assert (key, text) == ("not_allowed", "This user may not control the treadmill Treadmill")
    assert session_state(hass, treadmill) == "idle"


async def test_a_user_that_does_not_exist_moves_nothing(
    hass: HomeAssistant, treadmill: ConfigEntry[Any]
) -> None:
    assert (await refused(hass, "start_session", user_id="gone"))[0] == "not_allowed"


async def test_r4_whoever_asks_may_stop(
    hass: HomeAssistant, treadmill: ConfigEntry[Any], hass_read_only_user: MockUser
) -> None:
    await flow_entries.act(hass, "start_session", session="easy_recovery")
    await use(hass, "stop", user_id=hass_read_only_user.id)
    assert session_state(hass, treadmill) == "finished"


async def test_a_user_of_the_house_may_start(
    hass: HomeAssistant, treadmill: ConfigEntry[Any], hass_admin_user: MockUser
) -> None:
    told = await use(hass, "start_session", user_id=hass_admin_user.id, session="easy_recovery")
    assert told["state"] == "armed"
