"""Actions: what they do, what they return, and one clear error for whatever cannot be done."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import Context, HomeAssistant
from homeassistant.exceptions import HomeAssistantError, Unauthorized
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockUser

from custom_components.descent.const import DOMAIN
from custom_components.descent.training.events import Stop
from tests import flow_entries
from tests.flow_entries import refused

pytestmark = pytest.mark.usefixtures("hurried")


def session_state(hass: HomeAssistant, entry: ConfigEntry[Any]) -> str:
    return flow_entries.shown(hass, entry, "sensor", "session_state").state


# ---- sessions


async def test_start_session_arms_and_returns_the_plan(
    hass: HomeAssistant, treadmill: ConfigEntry[Any]
) -> None:
    plan = await flow_entries.ask(
        hass, "start_session", session="descending_sprints", overrides={"reps": 4}
    )
    assert session_state(hass, treadmill) == "armed"
    assert (plan["session"], plan["runner"]) == ("descending_sprints", "Ada")
    assert [step["phase"] for step in plan["steps"]].count("descent") == 4


async def test_start_session_needs_no_response_and_takes_what_is_selected(
    hass: HomeAssistant, treadmill: ConfigEntry[Any]
) -> None:
    await flow_entries.choose(hass, treadmill, "session", "rolling_descent")
    await flow_entries.act(hass, "start_session")
    assert session_state(hass, treadmill) == "armed"
    state = flow_entries.shown(hass, treadmill, "sensor", "session_state")
    assert state.attributes["session"] == "rolling_descent"


async def test_preview_session_starts_nothing_and_tells_the_fidelity(
    hass: HomeAssistant, runner: ConfigEntry[Any]
) -> None:
    entry = await flow_entries.add_treadmill(hass, min_incline=-3)
    plan = await flow_entries.ask(hass, "preview_session", session="Descending Sprints")
    assert plan["fidelity_descent"] == pytest.approx(0.75, abs=0.01)
    assert [step["phase"] for step in plan["steps"]].count("descent") == 9
    assert session_state(hass, entry) == "idle"
    await hass.config_entries.async_unload(entry.entry_id)


async def test_a_second_session_is_refused_while_one_is_under_way(
    hass: HomeAssistant, treadmill: ConfigEntry[Any]
) -> None:
    await flow_entries.act(hass, "start_session", session="easy_recovery")
    key, message = await refused(hass, "start_session", session="grade_primer")
    assert (key, message) == ("session_active", "A session is under way already. Stop it first")
    state = flow_entries.shown(hass, treadmill, "sensor", "session_state")
    assert state.attributes["session"] == "easy_recovery"


async def test_an_unknown_session_is_answered_with_those_there_are(
    hass: HomeAssistant, treadmill: ConfigEntry[Any]
) -> None:
    key, message = await refused(hass, "start_session", session="descending_spirits")
    assert key == "unknown_session"
    assert message.startswith('There is no session "descending_spirits". There are:')
    assert "descending_sprints" in message


async def test_what_was_asked_for_is_not_said_back_at_length(
    hass: HomeAssistant, treadmill: ConfigEntry[Any]
) -> None:
    for field in ("session", "treadmill", "runner"):
        _, message = await refused(hass, "start_session", **{field: "x" * 5000})
        assert "x" * 50 in message
        assert "x" * 51 not in message


@pytest.mark.parametrize(
    ("overrides", "key", "said"),
    [
        ({"reps": 99}, "parameter_out_of_range", "reps of Descending sprints cannot be 99."),
        ({"reps": 4.5}, "parameter_not_whole", "reps"),
        ({"reps": "many"}, "parameter_not_a_number", "many"),
        ({"reps": True}, "parameter_not_a_number", "True"),
        ({"wings": 2}, "unknown_parameter", "Descending sprints has no parameter wings"),
    ],
)
async def test_a_wrong_override_is_answered_with_what_is_allowed(
    hass: HomeAssistant,
    treadmill: ConfigEntry[Any],
    overrides: dict[str, Any],
    key: str,
    said: str,
) -> None:
    found, message = await refused(
        hass, "preview_session", session="descending_sprints", overrides=overrides
    )
    assert found == key
    assert said in message


async def test_a_locked_session_names_the_rule_and_the_alternatives(
    hass: HomeAssistant, treadmill: ConfigEntry[Any]
) -> None:
    await flow_entries.add_runner(hass, name="Grace", level="beginner")
    key, message = await refused(
        hass, "start_session", session="descending_sprints", runner="Grace"
    )
    assert key == "session_locked_level"
    assert "intermediate" in message
    assert "Short build-ups" in message
    assert session_state(hass, treadmill) == "idle"


async def test_a_guest_runs_with_the_caps_of_a_beginner(
    hass: HomeAssistant, treadmill: ConfigEntry[Any]
) -> None:
    plan = await flow_entries.ask(hass, "preview_session", session="short_builds", runner="none")
    assert (plan["runner"], plan["level"]) == ("", "beginner")


async def test_list_sessions_tells_what_each_amounts_to_or_why_it_is_locked(
    hass: HomeAssistant, treadmill: ConfigEntry[Any]
) -> None:
    response = await flow_entries.ask(hass, "list_sessions")
    sessions = {session["id"]: session for session in response["sessions"]}
    assert len(sessions) == 15
    sprints = sessions["descending_sprints"]
    assert (sprints["name"], sprints["level"], sprints["locked"], sprints["reps"]) == (
        "Descending sprints",
        "intermediate",
        None,
        6,
    )
    assert sprints["minutes"] == 48.0
    assert sprints["descent_m"] == pytest.approx(43.1)
    assert sessions["long_reps"]["reason"] == "session_locked_level"
    assert "advanced" in sessions["long_reps"]["locked"]
    assert sessions["backward_drills"]["level"] is None


async def test_pause_resume_skip_and_stop_reach_the_session(
    hass: HomeAssistant, treadmill: ConfigEntry[Any]
) -> None:
    await flow_entries.act(hass, "start_session", session="easy_recovery")
    await flow_entries.press(hass, treadmill, "console_start")
    await flow_entries.until_state(hass, treadmill, "sensor", "session_state", "running")
    await flow_entries.act(hass, "pause")
    assert session_state(hass, treadmill) == "paused"
    await flow_entries.until_state(hass, treadmill, "binary_sensor", "belt_moving", "off")
    await flow_entries.act(hass, "resume")
    assert session_state(hass, treadmill) == "armed"
    await flow_entries.until_belt_stands(hass, treadmill)
    await flow_entries.press(hass, treadmill, "console_start")
    await flow_entries.until_state(hass, treadmill, "sensor", "session_state", "running")
    await flow_entries.act(hass, "skip", confirm=True)
    await flow_entries.act(hass, "stop")
    assert session_state(hass, treadmill) == "finished"


@pytest.mark.parametrize("action", ["pause", "resume", "skip"])
async def test_without_a_session_there_is_nothing_to_do(
    hass: HomeAssistant, treadmill: ConfigEntry[Any], action: str
) -> None:
    assert await refused(hass, action) == ("no_session", "No session is under way")


async def test_r5_a_session_does_not_start_without_contact(
    hass: HomeAssistant, treadmill: ConfigEntry[Any]
) -> None:
    treadmill.runtime_data.conductor.treadmill.faults = frozenset({"link_lost"})
    key, _ = await refused(hass, "start_session", session="easy_recovery")
    assert key == "no_contact"
    assert session_state(hass, treadmill) == "idle"


async def test_r4_a_stop_that_cannot_be_sent_to_a_moving_belt_says_so_at_once(
    hass: HomeAssistant, treadmill: ConfigEntry[Any]
) -> None:
    console = treadmill.runtime_data.conductor.treadmill
    console.press_start()
    await flow_entries.until_state(hass, treadmill, "binary_sensor", "belt_moving", "on")
    console.faults = frozenset({"link_lost"})
    with pytest.raises(HomeAssistantError) as error:
        await flow_entries.act(hass, "stop")
    assert error.value.translation_key == "stop_failed"
    assert "Use the safety key" in str(error.value)
    assert treadmill.runtime_data.data.stopping


async def test_a_stop_for_a_belt_that_stood_when_contact_was_lost_is_quiet(
    hass: HomeAssistant, treadmill: ConfigEntry[Any]
) -> None:
    treadmill.runtime_data.conductor.treadmill.faults = frozenset({"link_lost"})
    await flow_entries.act(hass, "stop")
    assert session_state(hass, treadmill) == "idle"


# ---- which treadmill, which runner


@pytest.mark.parametrize("action", ["pause", "list_sessions", "stop"])
async def test_without_a_treadmill_an_action_says_so(hass: HomeAssistant, action: str) -> None:
    await async_setup_component(hass, DOMAIN, {})
    key, _ = await refused(hass, action)
    assert key == "no_treadmill"


async def test_one_of_several_treadmills_has_to_be_named(
    hass: HomeAssistant, treadmill: ConfigEntry[Any], second: ConfigEntry[Any]
) -> None:
    key, message = await refused(hass, "start_session", session="easy_recovery")
    assert key == "several_treadmills"
    assert "Treadmill, Second" in message


async def test_a_treadmill_is_named_by_device_entry_or_name(
    hass: HomeAssistant, treadmill: ConfigEntry[Any], second: ConfigEntry[Any]
) -> None:
    await flow_entries.act(
        hass,
        "start_session",
        treadmill=flow_entries.device(hass, second).id,
        session="easy_recovery",
    )
    assert (session_state(hass, treadmill), session_state(hass, second)) == ("idle", "armed")
    await flow_entries.act(hass, "pause", treadmill="second")
    assert session_state(hass, second) == "paused"
    await flow_entries.act(hass, "stop", treadmill=second.entry_id)
    assert session_state(hass, second) == "finished"


async def test_a_runner_is_no_treadmill(
    hass: HomeAssistant, treadmill: ConfigEntry[Any], runner: ConfigEntry[Any]
) -> None:
    key, message = await refused(hass, "pause", treadmill=flow_entries.device(hass, runner).id)
    assert key == "no_such_treadmill"
    assert "There are: Treadmill" in message


async def test_a_treadmill_that_is_not_set_up_is_named(
    hass: HomeAssistant, treadmill: ConfigEntry[Any]
) -> None:
    await hass.config_entries.async_unload(treadmill.entry_id)
    assert await refused(hass, "pause") == (
        "treadmill_not_loaded",
        "The treadmill Treadmill is not set up at the moment",
    )


@pytest.mark.parametrize("named", ["Grace", "nonsense", ""])
async def test_an_unknown_runner_is_answered_with_those_there_are(
    hass: HomeAssistant, treadmill: ConfigEntry[Any], named: str
) -> None:
    key, message = await refused(hass, "list_sessions", runner=named)
    assert key == "no_such_runner"
    assert message.endswith("There are: Ada")


async def test_a_runner_is_named_by_device_entry_or_name(
    hass: HomeAssistant, treadmill: ConfigEntry[Any]
) -> None:
    grace = await flow_entries.add_runner(hass, name="Grace", level="advanced")
    by_device = await flow_entries.ask(
        hass, "preview_session", session="long_reps", runner=flow_entries.device(hass, grace).id
    )
    by_entry = await flow_entries.ask(
        hass, "preview_session", session="long_reps", runner=grace.entry_id
    )
    by_name = await flow_entries.ask(hass, "preview_session", session="long_reps", runner=" grace ")
    assert by_device == by_entry == by_name
    assert by_name["runner"] == "Grace"


# ---- stop


async def test_r4_stop_without_a_treadmill_stops_them_all(
    hass: HomeAssistant, treadmill: ConfigEntry[Any], second: ConfigEntry[Any]
) -> None:
    for entry in (treadmill, second):
        await flow_entries.act(
            hass, "start_session", treadmill=entry.entry_id, session="easy_recovery"
        )
    await flow_entries.act(hass, "stop")
    assert session_state(hass, treadmill) == session_state(hass, second) == "finished"


async def test_r4_stop_that_fails_on_one_treadmill_still_stops_the_others_and_says_so(
    hass: HomeAssistant,
    treadmill: ConfigEntry[Any],
    second: ConfigEntry[Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    await flow_entries.act(hass, "start_session", treadmill="Second", session="easy_recovery")

    async def fail(event: Stop) -> None:
        raise HomeAssistantError("no")

    monkeypatch.setattr(treadmill.runtime_data, "async_request", fail)
    with pytest.raises(HomeAssistantError, match="did not get through to Treadmill") as error:
        await flow_entries.act(hass, "stop")
    assert error.value.translation_key == "stop_failed"
    assert session_state(hass, second) == "finished"


# ---- reload


async def test_reload_reads_the_users_sessions_again_and_names_what_is_wrong(
    hass: HomeAssistant, treadmill: ConfigEntry[Any], tmp_path: Path
) -> None:
    flow_entries.add_sessions(hass, tmp_path, quick=flow_entries.QUICK, broken="name: [")
    answer = await flow_entries.ask(hass, "reload")
    assert "quick" in answer["sessions"]
    assert len(answer["errors"]) == 1
    assert "broken.yaml" in answer["errors"][0]
    options = flow_entries.shown(hass, treadmill, "select", "session").attributes["options"]
    assert "Quick descents" in options


async def test_reload_is_for_administrators(
    hass: HomeAssistant, treadmill: ConfigEntry[Any], hass_read_only_user: MockUser
) -> None:
    with pytest.raises(Unauthorized):
        await hass.services.async_call(
            DOMAIN, "reload", blocking=True, context=Context(user_id=hass_read_only_user.id)
        )
