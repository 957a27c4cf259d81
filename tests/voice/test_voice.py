"""Voice: which treadmill, which session and which language is meant, and what follows a change."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
import re
from typing import Any

from homeassistant.components.conversation.agent_manager import async_get_agent
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.helpers import area_registry as ar, device_registry as dr
from homeassistant.util import dt as dt_util
from homeassistant.util.unit_system import US_CUSTOMARY_SYSTEM
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_fire_time_changed,
)

from custom_components.descent.voice import assist
from custom_components.descent.voice.assist import REREAD_S
from tests import flow_entries
from tests.mock_entries import coordinator_of, runner_entry, set_up, treadmill_entry
from tests.voice.speaking import LOOP, VoiceRig, is_taken, set_up_rig


def named(name: str) -> str:
    """Write a session file with another name."""
    return LOOP.replace("Sunrise loop", name)


ODD = {
    "braces": named("'Hills {5} [x] <y> | (z'"),
    "emoji": named("'🏃🏔️'"),
    "long": named("Very long " * 5 + "hill road"),
    "twin": named("Twin hills"),
    "twin_2": named("Twin hill"),
}


@pytest.fixture(name="rig")
async def rig_fixture(hass: HomeAssistant, tmp_path: Path) -> AsyncIterator[VoiceRig]:
    """Set up Assist, with sessions of odd names."""
    rig = await set_up_rig(hass, tmp_path, **ODD)
    yield rig
    await hass.config_entries.async_unload(rig.treadmill.entry_id)


@pytest.fixture(name="second")
async def second_fixture(hass: HomeAssistant, rig: VoiceRig) -> AsyncIterator[MockConfigEntry]:
    """Add another treadmill."""
    entry = await set_up(hass, treadmill_entry(title="Second", time_scale=60))
    await flow_entries.until_state(hass, entry, "sensor", "speed", "0.0")
    yield entry
    await hass.config_entries.async_unload(entry.entry_id)


def heard_in(hass: HomeAssistant, entry: MockConfigEntry, area: str) -> str:
    """Put a treadmill and a satellite into an area; returns the satellite's device."""
    place = ar.async_get(hass).async_get_or_create(area)
    devices = dr.async_get(hass)
    devices.async_update_device(flow_entries.device(hass, entry).id, area_id=place.id)
    owner = MockConfigEntry(domain="satellite")
    owner.add_to_hass(hass)
    satellite = devices.async_get_or_create(
        config_entry_id=owner.entry_id, identifiers={("satellite", area)}
    )
    devices.async_update_device(satellite.id, area_id=place.id)
    return satellite.id


def states(*entries: MockConfigEntry) -> list[str]:
    """Return the states of the sessions of treadmills."""
    return [coordinator_of(entry).data.state.value for entry in entries]


# ---- which treadmill


async def test_with_several_treadmills_it_asks(rig: VoiceRig, second: MockConfigEntry) -> None:
    assert await rig.say("start sunrise loop") == "Which treadmill: Belt upstairs or Second?"
    assert states(rig.treadmill, second) == ["idle", "idle"]


async def test_a_treadmill_can_be_named(rig: VoiceRig, second: MockConfigEntry) -> None:
    answer = await rig.say("start sunrise loop for Ben on Second")
    assert answer.startswith("Sunrise loop for Ben, 121 minutes, 1 descent. Press Start")
    assert states(rig.treadmill, second) == ["idle", "armed"]


async def test_the_treadmill_of_the_room_is_meant(rig: VoiceRig, second: MockConfigEntry) -> None:
    satellite = heard_in(rig.hass, second, "Gym")
    await rig.say("start sunrise loop for Ada", satellite)
    assert states(rig.treadmill, second) == ["idle", "armed"]


async def test_the_treadmill_with_a_session_is_meant(
    rig: VoiceRig, second: MockConfigEntry
) -> None:
    await rig.arm()
    await rig.say("pause")
    assert states(rig.treadmill, second) == ["paused", "idle"]


async def test_r4_stop_stops_all_that_run_a_session_and_asks_nobody(
    rig: VoiceRig, second: MockConfigEntry
) -> None:
    await rig.arm()
    await rig.say("start sunrise loop on Second for Ada")
    assert await rig.say("stop") == "Stopping Belt upstairs and Second."
    assert states(rig.treadmill, second) == ["finished", "finished"]


async def test_r4_stop_is_passed_on_without_a_session(rig: VoiceRig) -> None:
    assert await rig.say("stop the treadmill") == "Stopping Belt upstairs."
    assert [wish["what"] for wish in rig.asked] == ["stop"]


async def test_r4_only_the_named_treadmill_is_stopped(
    rig: VoiceRig, second: MockConfigEntry
) -> None:
    await rig.arm()
    await rig.say("start sunrise loop on Second for Ada")
    assert await rig.say("stop Second") == "Stopping Second."
    assert states(rig.treadmill, second) == ["armed", "finished"]


# ---- which session, which runner


async def test_braces_and_brackets_in_a_name_do_no_harm(rig: VoiceRig) -> None:
    answer = await rig.say("start hills 5 x y z")
    assert answer.startswith("Hills {5} [x] <y> | (z for Ada, 121 minutes")


async def test_the_longest_name_of_a_session_can_be_said(rig: VoiceRig) -> None:
    await rig.say("start the " + "very long " * 5 + "hill road")
    assert states(rig.treadmill) == ["armed"]


async def test_a_treadmill_of_two_hundred_odd_characters_can_be_said(rig: VoiceRig) -> None:
    title = "[Mill] {x} <y> | (z 🏃, " + "very long " * 18
    rig.hass.config_entries.async_update_entry(rig.treadmill, title=title)
    await rig.hass.async_block_till_done()
    await rig.say("stop the mill x y z " + "very long " * 18)
    assert [wish["what"] for wish in rig.asked] == ["stop"]


async def test_of_two_sessions_with_one_name_none_is_started(rig: VoiceRig) -> None:
    answer = await rig.say("start twin hills")
    assert re.fullmatch(r"There are 2 sessions called Twin hills?, so I start none. .*", answer)
    assert states(rig.treadmill) == ["idle"]


async def test_of_two_runners_with_one_name_nobody_is_taken(rig: VoiceRig) -> None:
    await set_up(rig.hass, runner_entry(name="Ben"))
    answer = await rig.say("start sunrise loop for Ben")
    assert answer.startswith("There are 2 runners called Ben, so I start nothing.")
    assert states(rig.treadmill) == ["idle"]


async def test_a_session_is_started_by_its_id_too_in_english(rig: VoiceRig) -> None:
    await rig.say("start short reps for Ada")
    plan = coordinator_of(rig.treadmill).data.plan
    assert plan is not None
    assert plan.session == "short_reps"


# ---- changes


async def test_a_renamed_treadmill_is_called_by_its_new_name(rig: VoiceRig) -> None:
    rig.hass.config_entries.async_update_entry(rig.treadmill, title="Cellar mill")
    await rig.hass.async_block_till_done()
    assert not await is_taken(rig.hass, "stop the belt upstairs")
    assert await rig.say("stop the cellar mill") == "Stopping Cellar mill."


async def test_a_treadmill_is_also_called_what_its_device_is_called(rig: VoiceRig) -> None:
    devices = dr.async_get(rig.hass)
    device = flow_entries.device(rig.hass, rig.treadmill)
    devices.async_update_device(device.id, name_by_user="Big Bertha")
    await rig.hass.async_block_till_done()
    assert await rig.say("stop big bertha") == "Stopping Belt upstairs."


async def test_a_session_that_is_read_anew_can_be_started(rig: VoiceRig, tmp_path: Path) -> None:
    assert not await is_taken(rig.hass, "start moonlight loop")
    file = tmp_path / "descent" / "sessions" / "moon.yaml"
    file.write_text(named("Moonlight loop"), encoding="utf-8")
    await flow_entries.act(rig.hass, "reload")
    await rig.hass.async_block_till_done()
    assert (await rig.say("start moonlight loop")).startswith("Moonlight loop for Ada")


async def test_a_runner_who_is_added_can_be_named(rig: VoiceRig) -> None:
    assert not await is_taken(rig.hass, "start sunrise loop for Cleo")
    await set_up(rig.hass, runner_entry(name="Cleo"))
    assert (await rig.say("start sunrise loop for Cleo")).startswith("Sunrise loop for Cleo")


async def test_assist_has_read_the_sentences_before_the_next_one_is_said(rig: VoiceRig) -> None:
    agent: Any = async_get_agent(rig.hass)
    await rig.arm()
    assert agent._trigger_intents is None
    async_fire_time_changed(rig.hass, dt_util.utcnow() + timedelta(seconds=REREAD_S))
    await rig.hass.async_block_till_done()
    assert agent._trigger_intents is not None


async def test_a_sentence_that_names_and_is_short_is_done_once(rig: VoiceRig) -> None:
    rig.hass.config_entries.async_update_entry(rig.treadmill, title="it")
    await rig.hass.async_block_till_done()
    await rig.arm()
    assert await rig.say("pause it") == "The session is paused. 121 minutes are left."
    assert [wish["what"] for wish in rig.asked] == ["pause"]


# ---- language, units, refusals


async def test_a_word_of_several_languages_is_done_once_and_answered_in_that_of_assist(
    rig: VoiceRig,
) -> None:
    await rig.arm()
    rig.language = "it-IT"
    assert (await rig.say("pausa")).startswith("La sessione è in pausa. Tempo rimanente: 121")
    assert [wish["what"] for wish in rig.asked] == ["pause"]


async def test_any_language_is_understood_and_answered_in(rig: VoiceRig) -> None:
    await rig.arm()
    assert (await rig.say("wie lange noch")).startswith("Die Einheit läuft gerade nicht.")


async def test_miles_and_feet_are_spoken_to_whom_they_belong(rig: VoiceRig) -> None:
    rig.hass.config.units = US_CUSTOMARY_SYSTEM
    await rig.arm()
    await rig.run()
    assert await rig.say("set the speed to 5") == "The belt goes to 5 mph."
    assert rig.asked[0]["speed_kmh"] == pytest.approx(8.05, abs=0.01)
    assert await rig.say("faster") == "0.3 mph faster: now 5.3 mph."
    assert await rig.say("set the speed to 8 km/h") == "The belt goes to 8 km/h."
    assert await rig.say("set the speed to 80") == (
        "Sorry, the speed can be set from 0.5 mph to 10.5 mph. It stays as it is."
    )


async def test_what_descent_refuses_is_said(rig: VoiceRig) -> None:
    assert await rig.say("pause the treadmill") == "No session is under way."
    assert await rig.say("how long is left on the treadmill") == "No session is under way."
    await rig.arm()
    assert await rig.say("start sunrise loop") == ("A session is under way already. Stop it first.")


async def test_at_the_end_of_the_range_it_says_so(rig: VoiceRig) -> None:
    await rig.arm()
    await rig.run()
    assert await rig.say("flatter") == "It stays as it is: level is as far as it goes."
    await rig.say("set the decline to 6")
    answer = await rig.say("steeper")
    assert answer == "It stays as it is: 6 percent down is as far as it goes."
    await rig.say("set the incline to 3")
    assert await rig.say("steeper") == "1 percent steeper: now 4 percent up."


async def test_r2_where_home_assistant_may_start_the_belt_it_counts_down(rig: VoiceRig) -> None:
    options = dict(rig.treadmill.options) | {"start_belt": True}
    rig.hass.config_entries.async_update_entry(rig.treadmill, options=options)
    await rig.hass.async_block_till_done()
    answer = await rig.say("start sunrise loop")
    assert re.search(r"hands free: the belt starts in \d+ seconds", answer)


async def test_a_belt_that_moves_is_taken_over(rig: VoiceRig) -> None:
    await flow_entries.press(rig.hass, rig.treadmill, "console_start")
    await flow_entries.until_state(rig.hass, rig.treadmill, "sensor", "speed", "1.0")
    answer = await rig.say("start sunrise loop")
    assert answer.endswith("The belt is moving, so the session takes over in a moment.")


async def test_short_words_that_assist_does_not_take_are_no_endless_loop(
    rig: VoiceRig, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries: list[object] = []

    async def refuse(*arguments: object) -> None:
        tries.append(arguments)
        assert len(tries) < 5

    monkeypatch.setattr(assist, "async_initialize_triggers", refuse)
    await rig.arm()
    assert len(tries) == 1


async def test_r4_stop_reaches_a_treadmill_that_could_not_be_unloaded(rig: VoiceRig) -> None:
    await rig.arm()
    await rig.run()
    rig.treadmill.mock_state(rig.hass, ConfigEntryState.FAILED_UNLOAD)
    await rig.say("stop the treadmill")
    rig.treadmill.mock_state(rig.hass, ConfigEntryState.LOADED)
    assert rig.asked[0]["what"] == "stop"


# ---- what a runner may run, and what is true now


async def test_a_locked_session_is_answered_with_three_others_in_the_language_spoken(
    rig: VoiceRig,
) -> None:
    await set_up(rig.hass, runner_entry(name="Cleo", level="novice"))
    rig.language = "de"
    answer = await rig.say("starte Bergabsprints für Cleo")
    assert answer.startswith("Diese Trainingseinheit ist für das Niveau Geübt")
    alternatives = re.split(r", | oder ", answer.partition("Möglich sind: ")[2].rstrip("."))
    assert len(alternatives) == 3
    assert "descents" not in answer
    assert states(rig.treadmill) == ["idle"]


async def test_a_session_for_another_level_is_not_started(rig: VoiceRig) -> None:
    answer = await rig.say("start sunrise loop for Ben at novice level")
    assert answer.startswith("A session follows the level of whoever runs, which is ")
    assert states(rig.treadmill) == ["idle"]


async def test_it_tells_what_is_true_now(rig: VoiceRig) -> None:
    assert re.match(r"There are \d+ sessions", await rig.say("what sessions are there"))
    assert await rig.say("is the treadmill running") == "The belt stands still."
    await rig.arm()
    await rig.run()
    assert (await rig.say("which rep am I on")).startswith("Now: steady running")
    assert re.fullmatch(r"The belt runs at [\d.]+ km/h\.", await rig.say("what is my speed"))
    assert await rig.say("how steep is it") == "The deck is at level."
    assert rig.asked == []


async def test_a_change_is_as_large_as_it_is_said(rig: VoiceRig) -> None:
    await rig.arm()
    await rig.run()
    said = {}
    for sentence in ("half a kilometre an hour faster", "two percent steeper", "1 % more uphill"):
        await rig.say(sentence)
        said[sentence] = [(wish["speed_kmh"], wish["incline_pct"]) for wish in rig.asked]
    assert said == {
        "half a kilometre an hour faster": [(8.5, None)],
        "two percent steeper": [(None, -2)],
        "1 % more uphill": [(None, -1)],
    }
