"""The options of a treadmill: control, and who speaks; each page keeps what the others chose."""

from __future__ import annotations

from typing import Any

from homeassistant.config_entries import ConfigEntry, ConfigFlowResult
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.descent.const import ACKNOWLEDGEMENT_VERSION
from tests import mock_entries

PLAYER = {"entity": "media_player.gym", "tts": "tts.piper", "verbosity": "coach", "latency_s": 2.5}


@pytest.fixture(autouse=True)
def no_setup(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep entries from being set up: only their options are looked at."""

    async def setup(hass: HomeAssistant, entry: ConfigEntry[Any]) -> bool:
        return True

    monkeypatch.setattr("custom_components.descent.async_setup_entry", setup)


def treadmill(hass: HomeAssistant, **options: Any) -> MockConfigEntry:
    chosen = {"acknowledged": 0, "start_belt": False, "max_speed": None} | options
    entry = mock_entries.treadmill_entry(chosen)
    entry.add_to_hass(hass)
    return entry


def shown(form: Any) -> dict[str, Any]:
    """Return what a form shows in its fields."""
    return {
        str(key): (key.description or {}).get("suggested_value")
        for key in form["data_schema"].schema
    }


async def change(hass: HomeAssistant, entry: ConfigEntry[Any], what: str) -> ConfigFlowResult:
    """Open a page of a treadmill's options."""
    menu = await hass.config_entries.options.async_init(entry.entry_id)
    assert menu["type"] is FlowResultType.MENU
    assert what in menu["menu_options"]
    return await hass.config_entries.options.async_configure(
        menu["flow_id"], {"next_step_id": what}
    )


async def test_control_is_chosen_again_in_the_options(hass: HomeAssistant) -> None:
    entry = treadmill(hass)
    form = await change(hass, entry, "control")
    assert shown(form) == {"acknowledge": False, "start_belt": False, "max_speed": None}
    wrong = await hass.config_entries.options.async_configure(
        form["flow_id"], {"acknowledge": True, "start_belt": False, "max_speed": 99}
    )
    assert wrong["errors"] == {"max_speed": "max_speed_out_of_range"}
    done = await hass.config_entries.options.async_configure(
        form["flow_id"], {"acknowledge": True, "start_belt": True, "max_speed": 14}
    )
    assert done["type"] is FlowResultType.CREATE_ENTRY
    assert dict(entry.options) == {
        "acknowledged": ACKNOWLEDGEMENT_VERSION,
        "start_belt": True,
        "max_speed": 14.0,
    }


async def test_r1_an_acknowledgement_of_an_older_text_has_to_be_given_again(
    hass: HomeAssistant,
) -> None:
    entry = treadmill(hass, acknowledged=ACKNOWLEDGEMENT_VERSION - 1, start_belt=True)
    form = await change(hass, entry, "control")
    assert (shown(form)["acknowledge"], shown(form)["start_belt"]) == (False, True)


async def test_a_current_acknowledgement_is_shown_as_given(hass: HomeAssistant) -> None:
    entry = treadmill(hass, acknowledged=ACKNOWLEDGEMENT_VERSION, max_speed=12.5)
    form = await change(hass, entry, "control")
    assert shown(form) == {"acknowledge": True, "start_belt": False, "max_speed": 12.5}


async def test_nobody_speaks_until_somebody_is_chosen(hass: HomeAssistant) -> None:
    form = await change(hass, treadmill(hass), "announcements")
    assert shown(form) == {"entity": None, "tts": None, "verbosity": "short", "latency_s": 1.0}


async def test_a_voice_is_chosen_in_the_options_and_control_stays_as_it_was(
    hass: HomeAssistant,
) -> None:
    entry = treadmill(hass, acknowledged=ACKNOWLEDGEMENT_VERSION, max_speed=12.5)
    form = await change(hass, entry, "announcements")
    done = await hass.config_entries.options.async_configure(form["flow_id"], PLAYER)
    assert done["type"] is FlowResultType.CREATE_ENTRY
    assert dict(entry.options) == {
        "acknowledged": ACKNOWLEDGEMENT_VERSION,
        "start_belt": False,
        "max_speed": 12.5,
        "announcements": PLAYER,
    }
    again = await change(hass, entry, "announcements")
    assert shown(again) == PLAYER


async def test_control_is_changed_and_the_voice_stays(hass: HomeAssistant) -> None:
    entry = treadmill(hass, announcements=PLAYER)
    form = await change(hass, entry, "control")
    await hass.config_entries.options.async_configure(
        form["flow_id"], {"acknowledge": True, "start_belt": False}
    )
    assert entry.options["announcements"] == PLAYER


async def test_a_voice_is_taken_away_again(hass: HomeAssistant) -> None:
    entry = treadmill(hass, announcements=PLAYER)
    form = await change(hass, entry, "announcements")
    await hass.config_entries.options.async_configure(
        form["flow_id"], {"verbosity": "short", "latency_s": 1}
    )
    assert entry.options["announcements"] is None


@pytest.mark.parametrize("speaker", ["assist_satellite.hall", "notify.phone"])
async def test_only_a_media_player_needs_something_that_makes_speech(
    hass: HomeAssistant, speaker: str
) -> None:
    entry = treadmill(hass)
    form = await change(hass, entry, "announcements")
    answers = {"entity": speaker, "verbosity": "beeps", "latency_s": 0}
    done = await hass.config_entries.options.async_configure(form["flow_id"], answers)
    assert done["data"]["announcements"] == answers


async def test_a_media_player_without_a_voice_is_asked_for_one(hass: HomeAssistant) -> None:
    form = await change(hass, treadmill(hass), "announcements")
    again = await hass.config_entries.options.async_configure(
        form["flow_id"], {"entity": "media_player.gym", "verbosity": "short", "latency_s": 1}
    )
    assert again["errors"] == {"tts": "tts_missing"}
    assert shown(again)["entity"] == "media_player.gym"


@pytest.mark.parametrize("latency_s", [-0.1, 10.1, 1e9])
async def test_a_delay_nobody_has_is_refused(hass: HomeAssistant, latency_s: float) -> None:
    form = await change(hass, treadmill(hass), "announcements")
    again = await hass.config_entries.options.async_configure(
        form["flow_id"], PLAYER | {"latency_s": latency_s}
    )
    assert again["errors"] == {"latency_s": "latency_s_out_of_range"}
    assert again["description_placeholders"] == {"latency_s_range": "0 … 10 s"}
