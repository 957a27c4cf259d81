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
from tests import household
from tests.home import coordinator_of, runner_entry, set_up, treadmill_entry
from tests.voice.room import LOOP, Room, furnish, is_taken


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


@pytest.fixture(name="room")
async def room_fixture(hass: HomeAssistant, tmp_path: Path) -> AsyncIterator[Room]:
    """Furnish a room with sessions of odd names."""
    room = await furnish(hass, tmp_path, **ODD)
    yield room
    await hass.config_entries.async_unload(room.treadmill.entry_id)


@pytest.fixture(name="second")
async def second_fixture(hass: HomeAssistant, room: Room) -> AsyncIterator[MockConfigEntry]:
    """Add another treadmill."""
    entry = await set_up(hass, treadmill_entry(title="Second", time_scale=60))
    await household.until_state(hass, entry, "sensor", "speed", "0.0")
    yield entry
    await hass.config_entries.async_unload(entry.entry_id)


def heard_in(hass: HomeAssistant, entry: MockConfigEntry, area: str) -> str:
    """Put a treadmill and a satellite into an area; returns the satellite's device."""
    place = ar.async_get(hass).async_get_or_create(area)
    devices = dr.async_get(hass)
    devices.async_update_device(household.device(hass, entry).id, area_id=place.id)
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


async def test_with_several_treadmills_it_asks(room: Room, second: MockConfigEntry) -> None:
    assert await room.say("start sunrise loop") == "Which treadmill: Belt upstairs or Second?"
    assert states(room.treadmill, second) == ["idle", "idle"]


async def test_a_treadmill_can_be_named(room: Room, second: MockConfigEntry) -> None:
    answer = await room.say("start sunrise loop for Ben on Second")
    assert answer.startswith("Sunrise loop for Ben, 121 minutes, 1 descent. Press Start")
    assert states(room.treadmill, second) == ["idle", "armed"]


async def test_the_treadmill_of_the_room_is_meant(room: Room, second: MockConfigEntry) -> None:
    satellite = heard_in(room.hass, second, "Gym")
    await room.say("start sunrise loop for Ada", satellite)
    assert states(room.treadmill, second) == ["idle", "armed"]


async def test_the_treadmill_with_a_session_is_meant(room: Room, second: MockConfigEntry) -> None:
    await room.arm()
    await room.say("pause")
    assert states(room.treadmill, second) == ["paused", "idle"]


async def test_r4_stop_stops_all_that_run_a_session_and_asks_nobody(
    room: Room, second: MockConfigEntry
) -> None:
    await room.arm()
    await room.say("start sunrise loop on Second for Ada")
    assert await room.say("stop") == "Stopping Belt upstairs and Second."
    assert states(room.treadmill, second) == ["finished", "finished"]


async def test_r4_stop_is_passed_on_without_a_session(room: Room) -> None:
    assert await room.say("stop the treadmill") == "Stopping Belt upstairs."
    assert [wish["what"] for wish in room.asked] == ["stop"]


async def test_r4_only_the_named_treadmill_is_stopped(room: Room, second: MockConfigEntry) -> None:
    await room.arm()
    await room.say("start sunrise loop on Second for Ada")
    assert await room.say("stop Second") == "Stopping Second."
    assert states(room.treadmill, second) == ["armed", "finished"]


# ---- which session, which runner


async def test_braces_and_brackets_in_a_name_do_no_harm(room: Room) -> None:
    answer = await room.say("start hills 5 x y z")
    assert answer.startswith("Hills {5} [x] <y> | (z for Ada, 121 minutes")


async def test_the_longest_name_of_a_session_can_be_said(room: Room) -> None:
    await room.say("start the " + "very long " * 5 + "hill road")
    assert states(room.treadmill) == ["armed"]


async def test_a_treadmill_of_two_hundred_odd_characters_can_be_said(room: Room) -> None:
    title = "[Mill] {x} <y> | (z 🏃, " + "very long " * 18
    room.hass.config_entries.async_update_entry(room.treadmill, title=title)
    await room.hass.async_block_till_done()
    await room.say("stop the mill x y z " + "very long " * 18)
    assert [wish["what"] for wish in room.asked] == ["stop"]


async def test_of_two_sessions_with_one_name_none_is_started(room: Room) -> None:
    answer = await room.say("start twin hills")
    assert re.fullmatch(r"There are 2 sessions called Twin hills?, so I start none. .*", answer)
    assert states(room.treadmill) == ["idle"]


async def test_of_two_runners_with_one_name_nobody_is_taken(room: Room) -> None:
    await set_up(room.hass, runner_entry(name="Ben"))
    answer = await room.say("start sunrise loop for Ben")
    assert answer.startswith("There are 2 runners called Ben, so I start nothing.")
    assert states(room.treadmill) == ["idle"]


async def test_a_session_is_started_by_its_id_too_in_english(room: Room) -> None:
    await room.say("start short reps for Ada")
    plan = coordinator_of(room.treadmill).data.plan
    assert plan is not None
    assert plan.session == "short_reps"


# ---- changes


async def test_a_renamed_treadmill_is_called_by_its_new_name(room: Room) -> None:
    room.hass.config_entries.async_update_entry(room.treadmill, title="Cellar mill")
    await room.hass.async_block_till_done()
    assert not await is_taken(room.hass, "stop the belt upstairs")
    assert await room.say("stop the cellar mill") == "Stopping Cellar mill."


async def test_a_treadmill_is_also_called_what_its_device_is_called(room: Room) -> None:
    devices = dr.async_get(room.hass)
    device = household.device(room.hass, room.treadmill)
    devices.async_update_device(device.id, name_by_user="Big Bertha")
    await room.hass.async_block_till_done()
    assert await room.say("stop big bertha") == "Stopping Belt upstairs."


async def test_a_session_that_is_read_anew_can_be_started(room: Room, tmp_path: Path) -> None:
    assert not await is_taken(room.hass, "start moonlight loop")
    file = tmp_path / "descent" / "sessions" / "moon.yaml"
    file.write_text(named("Moonlight loop"), encoding="utf-8")
    await household.act(room.hass, "reload")
    await room.hass.async_block_till_done()
    assert (await room.say("start moonlight loop")).startswith("Moonlight loop for Ada")


async def test_a_runner_who_is_added_can_be_named(room: Room) -> None:
    assert not await is_taken(room.hass, "start sunrise loop for Cleo")
    await set_up(room.hass, runner_entry(name="Cleo"))
    assert (await room.say("start sunrise loop for Cleo")).startswith("Sunrise loop for Cleo")


async def test_assist_has_read_the_sentences_before_the_next_one_is_said(room: Room) -> None:
    agent: Any = async_get_agent(room.hass)
    await room.arm()
    assert agent._trigger_intents is None
    async_fire_time_changed(room.hass, dt_util.utcnow() + timedelta(seconds=REREAD_S))
    await room.hass.async_block_till_done()
    assert agent._trigger_intents is not None


async def test_a_sentence_that_names_and_is_short_is_done_once(room: Room) -> None:
    room.hass.config_entries.async_update_entry(room.treadmill, title="it")
    await room.hass.async_block_till_done()
    await room.arm()
    assert await room.say("pause it") == "The session is paused. 121 minutes are left."
    assert [wish["what"] for wish in room.asked] == ["pause"]


# ---- language, units, refusals


async def test_a_word_of_several_languages_is_done_once_and_answered_in_that_of_assist(
    room: Room,
) -> None:
    await room.arm()
    room.language = "it-IT"
    assert (await room.say("pausa")).startswith("La sessione è in pausa. Tempo rimanente: 121")
    assert [wish["what"] for wish in room.asked] == ["pause"]


async def test_any_language_is_understood_and_answered_in(room: Room) -> None:
    await room.arm()
    assert (await room.say("wie lange noch")).startswith("Die Einheit läuft gerade nicht.")


async def test_miles_and_feet_are_spoken_to_whom_they_belong(room: Room) -> None:
    room.hass.config.units = US_CUSTOMARY_SYSTEM
    await room.arm()
    await room.run()
    assert await room.say("set the speed to 5") == "The belt goes to 5 mph."
    assert room.asked[0]["speed_kmh"] == pytest.approx(8.05, abs=0.01)
    assert await room.say("faster") == "0.3 mph faster: now 5.3 mph."
    assert await room.say("set the speed to 8 km/h") == "The belt goes to 8 km/h."
    assert await room.say("set the speed to 80") == (
        "Sorry, the speed can be set from 0.5 mph to 10.5 mph. It stays as it is."
    )


async def test_what_descent_refuses_is_said(room: Room) -> None:
    assert await room.say("pause the treadmill") == "No session is under way."
    assert await room.say("how long is left on the treadmill") == "No session is under way."
    await room.arm()
    assert await room.say("start sunrise loop") == (
        "A session is under way already. Stop it first."
    )


async def test_at_the_end_of_the_range_it_says_so(room: Room) -> None:
    await room.arm()
    await room.run()
    assert await room.say("flatter") == "It stays as it is: level is as far as it goes."
    await room.say("set the decline to 6")
    answer = await room.say("steeper")
    assert answer == "It stays as it is: 6 percent down is as far as it goes."
    await room.say("set the incline to 3")
    assert await room.say("steeper") == "1 percent steeper: now 4 percent up."


async def test_r2_where_home_assistant_may_start_the_belt_it_counts_down(room: Room) -> None:
    options = dict(room.treadmill.options) | {"start_belt": True}
    room.hass.config_entries.async_update_entry(room.treadmill, options=options)
    await room.hass.async_block_till_done()
    answer = await room.say("start sunrise loop")
    assert re.search(r"hands free: the belt starts in \d+ seconds", answer)


async def test_a_belt_that_moves_is_taken_over(room: Room) -> None:
    await household.press(room.hass, room.treadmill, "console_start")
    await household.until_state(room.hass, room.treadmill, "sensor", "speed", "1.0")
    answer = await room.say("start sunrise loop")
    assert answer.endswith("The belt is moving, so the session takes over in a moment.")


async def test_short_words_that_assist_does_not_take_are_no_endless_loop(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries: list[object] = []

    async def refuse(*arguments: object) -> None:
        tries.append(arguments)
        assert len(tries) < 5

    monkeypatch.setattr(assist, "async_initialize_triggers", refuse)
    await room.arm()
    assert len(tries) == 1


async def test_r4_stop_reaches_a_treadmill_that_could_not_be_unloaded(room: Room) -> None:
    await room.arm()
    await room.run()
    room.treadmill.mock_state(room.hass, ConfigEntryState.FAILED_UNLOAD)
    await room.say("stop the treadmill")
    room.treadmill.mock_state(room.hass, ConfigEntryState.LOADED)
    assert room.asked[0]["what"] == "stop"
