"""A session as the entities tell it: states, steps, cues, and which buttons make sense when."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import Event, EventStateChangedData, HomeAssistant, callback
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers.event import async_track_state_change_event
from homeassistant.util import dt as dt_util
import pytest

from tests import flow_entries

BUTTONS = ("start", "pause", "resume", "skip", "stop")

pytestmark = pytest.mark.usefixtures("hurried")


@pytest.fixture(name="treadmill")
async def treadmill_fixture(hass: HomeAssistant, tmp_path: Path) -> AsyncIterator[ConfigEntry[Any]]:
    """Add a runner, a session and a treadmill a minute of which passes in two seconds."""
    flow_entries.add_sessions(hass, tmp_path, quick=flow_entries.QUICK)
    await flow_entries.add_runner(hass)
    entry = await flow_entries.add_treadmill(hass, time_scale=30)
    await flow_entries.until_state(hass, entry, "sensor", "speed", "0.0")
    await flow_entries.choose(hass, entry, "session", "Quick descents")
    yield entry
    await hass.config_entries.async_unload(entry.entry_id)


def offered(hass: HomeAssistant, entry: ConfigEntry[Any]) -> set[str]:
    """Return the session's buttons that can be pressed."""
    return {
        key
        for key in BUTTONS
        if flow_entries.shown(hass, entry, "button", key).state != "unavailable"
    }


async def start(hass: HomeAssistant, entry: ConfigEntry[Any]) -> None:
    await flow_entries.press(hass, entry, "start")
    await flow_entries.press(hass, entry, "console_start")
    await flow_entries.until_state(hass, entry, "sensor", "session_state", "running")


async def test_a_whole_session_is_told_by_states_and_cues(
    hass: HomeAssistant, treadmill: ConfigEntry[Any]
) -> None:
    cue_entity = flow_entries.entity_id(hass, treadmill, "event", "cue")
    phase_entity = flow_entries.entity_id(hass, treadmill, "sensor", "phase")
    kinds: list[str] = []
    keys: list[str] = []
    phases: list[str] = []

    @callback
    def note_cue(event: Event[EventStateChangedData]) -> None:
        state = event.data["new_state"]
        assert state is not None
        kinds.append(state.attributes["event_type"])
        keys.append(state.attributes["key"])

    @callback
    def note_phase(event: Event[EventStateChangedData]) -> None:
        state = event.data["new_state"]
        assert state is not None
        phases.append(state.state)

    unsubscribe_cues = async_track_state_change_event(hass, cue_entity, note_cue)
    unsubscribe_phases = async_track_state_change_event(hass, phase_entity, note_phase)
    await start(hass, treadmill)
    await flow_entries.until_state(hass, treadmill, "sensor", "session_state", "finished")
    unsubscribe_cues()
    unsubscribe_phases()

    once = [phase for i, phase in enumerate(phases) if i == 0 or phase != phases[i - 1]]
    told = ["warm_up", *["descent", "recovery"] * 2, "cool_down", "stretch"]
    assert once[: len(told)] == told
    assert keys[0] == "arm_press_start"
    assert "preview_descent_deck" in keys
    assert keys.count("recovery_easy") == 1
    assert keys[-1] == "end_completed"
    assert {"arm", "start", "step", "preview", "form", "countdown", "go", "ease"} <= set(kinds)
    state = flow_entries.shown(hass, treadmill, "sensor", "session_state")
    assert (state.attributes["reason"], state.attributes["session"]) == (
        "completed",
        "quick",
    )
    assert int(flow_entries.shown(hass, treadmill, "sensor", "descent").state) >= 1
    assert flow_entries.shown(hass, treadmill, "sensor", "progress").state == "100"


async def test_a_cue_comes_after_the_states_it_is_about(
    hass: HomeAssistant, treadmill: ConfigEntry[Any]
) -> None:
    seen: list[tuple[str, str]] = []

    @callback
    def note(event: Event[EventStateChangedData]) -> None:
        state = event.data["new_state"]
        assert state is not None
        session = flow_entries.shown(hass, treadmill, "sensor", "session_state")
        seen.append((state.attributes["key"], session.state))

    cue_entity = flow_entries.entity_id(hass, treadmill, "event", "cue")
    unsubscribe = async_track_state_change_event(hass, cue_entity, note)
    await start(hass, treadmill)
    await flow_entries.press(hass, treadmill, "pause")
    unsubscribe()
    assert seen[0] == ("arm_press_start", "armed")
    assert ("session_start", "running") in seen
    assert seen[-1] == ("paused", "paused")


async def test_a_cue_carries_its_text_and_data(
    hass: HomeAssistant, treadmill: ConfigEntry[Any]
) -> None:
    await start(hass, treadmill)
    cue = await flow_entries.until(
        hass,
        flow_entries.entity_id(hass, treadmill, "event", "cue"),
        lambda state: state.attributes["key"] == "preview_descent_deck",
    )
    assert cue.attributes["text"] == (
        "Next: descent 2 of 2, minus 2 percent, 5. Deck is moving down now."
    )
    assert cue.attributes["event_type"] == "preview"
    assert (cue.attributes["step"], cue.attributes["target_incline_pct"]) == (3, -2.0)
    assert cue.attributes["target_speed_kmh"] == 5.0
    assert cue.attributes["seconds_to_change"] >= 5


async def test_r4_only_buttons_that_make_sense_are_offered_and_stop_always_is(
    hass: HomeAssistant, treadmill: ConfigEntry[Any]
) -> None:
    assert offered(hass, treadmill) == {"start", "stop"}
    await flow_entries.press(hass, treadmill, "start")
    assert offered(hass, treadmill) == {"pause", "stop"}
    await flow_entries.press(hass, treadmill, "console_start")
    await flow_entries.until_state(hass, treadmill, "sensor", "session_state", "running")
    assert offered(hass, treadmill) == {"pause", "skip", "stop"}
    await flow_entries.press(hass, treadmill, "pause")
    assert offered(hass, treadmill) == {"resume", "stop"}
    await flow_entries.press(hass, treadmill, "stop")
    assert offered(hass, treadmill) == {"start", "stop"}
    assert flow_entries.shown(hass, treadmill, "sensor", "session_state").state == "finished"
    await flow_entries.until_state(hass, treadmill, "binary_sensor", "belt_moving", "off")


async def test_r4_stop_can_be_pressed_again_and_again(
    hass: HomeAssistant, treadmill: ConfigEntry[Any]
) -> None:
    await start(hass, treadmill)
    await flow_entries.press(hass, treadmill, "stop")
    await flow_entries.press(hass, treadmill, "stop")
    await flow_entries.until_state(hass, treadmill, "binary_sensor", "belt_moving", "off")


async def test_s1_17_skip_leaves_an_unfinished_warm_up_only_when_confirmed(
    hass: HomeAssistant, treadmill: ConfigEntry[Any]
) -> None:
    await start(hass, treadmill)
    with pytest.raises(ServiceValidationError, match="is done, and 80 percent is needed"):
        await flow_entries.press(hass, treadmill, "skip")
    assert flow_entries.shown(hass, treadmill, "sensor", "phase").state == "warm_up"
    await flow_entries.act(hass, "skip", confirm=True)
    await flow_entries.until_state(hass, treadmill, "sensor", "phase", "descent")


async def test_a_step_is_told_by_phase_and_rep_with_its_end(
    hass: HomeAssistant, treadmill: ConfigEntry[Any]
) -> None:
    await start(hass, treadmill)
    assert flow_entries.shown(hass, treadmill, "sensor", "phase").state == "warm_up"
    following = flow_entries.shown(hass, treadmill, "sensor", "next_step")
    assert following.state == "descent"
    assert (following.attributes["rep"], following.attributes["reps"]) == (1, 2)
    await flow_entries.until_state(hass, treadmill, "sensor", "phase", "recovery")
    assert flow_entries.shown(hass, treadmill, "sensor", "rep").state == "1"
    assert flow_entries.shown(hass, treadmill, "sensor", "rep").attributes["reps"] == 2
    step_ends = dt_util.parse_datetime(
        flow_entries.shown(hass, treadmill, "sensor", "step_ends").state
    )
    session_ends = dt_util.parse_datetime(
        flow_entries.shown(hass, treadmill, "sensor", "session_ends").state
    )
    assert step_ends is not None
    assert session_ends is not None
    assert step_ends <= session_ends


async def test_r11_a_key_pressed_at_the_console_suspends_the_session(
    hass: HomeAssistant, treadmill: ConfigEntry[Any]
) -> None:
    await start(hass, treadmill)
    await flow_entries.until_state(hass, treadmill, "sensor", "speed", "4.5")
    await flow_entries.press(hass, treadmill, "console_slower")
    state = await flow_entries.until_state(hass, treadmill, "sensor", "session_state", "suspended")
    assert state.attributes["reason"] == "console_change"
    assert offered(hass, treadmill) == {"pause", "resume", "stop"}
    await flow_entries.press(hass, treadmill, "resume")
    assert flow_entries.shown(hass, treadmill, "sensor", "session_state").state == "running"


async def test_start_explains_why_a_session_is_locked(
    hass: HomeAssistant, treadmill: ConfigEntry[Any]
) -> None:
    await flow_entries.choose(hass, treadmill, "session", "long_reps")
    with pytest.raises(ServiceValidationError) as refused:
        await flow_entries.press(hass, treadmill, "start")
    assert refused.value.translation_key == "session_locked_level"
    assert "Descending sprints" in str(refused.value)
    assert flow_entries.shown(hass, treadmill, "sensor", "session_state").state == "idle"
