"""Simulated speakers that note what they are sent, and sessions that they announce."""

from __future__ import annotations

from typing import Any

from homeassistant.core import HomeAssistant, ServiceCall
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_mock_service

from tests.mock_entries import (
    OPTIONS,
    console_of,
    coordinator_of,
    is_faster_than,
    is_state,
    runner_entry,
    set_up,
    treadmill_entry,
    until,
)

PLAYER = {"entity": "media_player.gym", "tts": "tts.voice", "verbosity": "coach", "latency_s": 0.0}
SATELLITE = {"entity": "assist_satellite.hall", "verbosity": "coach", "latency_s": 0.0}
PHONE = {"entity": "notify.phone", "verbosity": "coach", "latency_s": 0.0}
SPEAKERS = (PLAYER, SATELLITE, PHONE)


def speaks(hass: HomeAssistant) -> dict[str, list[ServiceCall]]:
    """Let every speaker be there, and note what each is sent."""
    hass.config.internal_url = "http://home-assistant.test:8123"
    for voice in SPEAKERS:
        hass.states.async_set(str(voice["entity"]), "idle")
    hass.states.async_set("tts.voice", "unknown")
    actions = (
        ("tts", "speak"),
        ("media_player", "play_media"),
        ("assist_satellite", "announce"),
        ("notify", "send_message"),
    )
    return {
        f"{domain}.{action}": async_mock_service(hass, domain, action) for domain, action in actions
    }


async def armed(
    hass: HomeAssistant, voice: dict[str, Any], session: str = "descending_sprints"
) -> MockConfigEntry:
    """Arm a session on a treadmill that speaks."""
    runner = await set_up(hass, runner_entry())
    entry = await set_up(hass, treadmill_entry(OPTIONS | {"announcements": voice}))
    await until(entry, is_faster_than(-1))
    await coordinator_of(entry).async_start_session(session, runner.entry_id, {})
    await hass.async_block_till_done()
    return entry


async def running(
    hass: HomeAssistant, voice: dict[str, Any], session: str = "descending_sprints"
) -> MockConfigEntry:
    """Run a session on a treadmill that speaks."""
    entry = await armed(hass, voice, session)
    console_of(entry).press_start()
    await until(entry, is_state("running"))
    return entry
