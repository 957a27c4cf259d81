"""Built-in announcements: what a speaker is sent, and what happens when it does not get it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

from homeassistant.core import HomeAssistant, ServiceCall
from homeassistant.exceptions import HomeAssistantError
import pytest

from custom_components.descent.announcements.speaker import speaker_options
from custom_components.descent.const import DOMAIN
from custom_components.descent.training.voice_timing import Verbosity
from tests.announcements.speakers import PHONE, PLAYER, SATELLITE, armed, running, speaks
from tests.mock_entries import (
    OPTIONS,
    coordinator_of,
    is_faster_than,
    set_up,
    treadmill_entry,
    until,
)


@pytest.fixture
def sent(hass: HomeAssistant) -> dict[str, list[ServiceCall]]:
    """Return what the speakers were sent, by action."""
    return speaks(hass)


@pytest.fixture
async def ended(hass: HomeAssistant) -> AsyncIterator[None]:
    """End what a test has begun."""
    yield
    await hass.services.async_call(DOMAIN, "stop", {}, blocking=True)
    await hass.async_block_till_done(wait_background_tasks=True)


# ---- what is sent


async def test_a_media_player_says_it_by_its_voice(
    hass: HomeAssistant, sent: dict[str, list[ServiceCall]]
) -> None:
    await armed(hass, PLAYER)
    (call,) = sent["tts.speak"]
    assert call.data["entity_id"] == "tts.voice"
    assert call.data["media_player_entity_id"] == "media_player.gym"
    assert call.data["message"].endswith("press Start on the treadmill when you are ready.")


async def test_a_satellite_announces_it_without_a_chime(
    hass: HomeAssistant, sent: dict[str, list[ServiceCall]]
) -> None:
    await armed(hass, SATELLITE)
    (call,) = sent["assist_satellite.announce"]
    assert call.data["preannounce"] is False
    assert "press Start" in call.data["message"]


async def test_a_phone_gets_it_as_a_message_of_the_treadmill(
    hass: HomeAssistant, sent: dict[str, list[ServiceCall]]
) -> None:
    await armed(hass, PHONE)
    (call,) = sent["notify.send_message"]
    assert call.data["title"] == "Belt"
    assert "press Start" in call.data["message"]


async def test_nobody_speaks_where_no_speaker_was_chosen(
    hass: HomeAssistant, sent: dict[str, list[ServiceCall]]
) -> None:
    entry = await set_up(hass, treadmill_entry())
    await until(entry, is_faster_than(-1))
    await coordinator_of(entry).async_start_session("descent_walk", None, {})
    await hass.async_block_till_done()
    assert [calls for calls in sent.values() if calls] == []


@pytest.mark.usefixtures("ended")
async def test_a_countdown_is_played_as_one_sound(
    hass: HomeAssistant, sent: dict[str, list[ServiceCall]]
) -> None:
    entry = await running(hass, PLAYER, "rolling_descent")
    await until(entry, lambda record: record["type"] == "cue" and record["kind"] == "go")
    played = [call.data for call in sent["media_player.play_media"]]
    assert played[0]["entity_id"] == "media_player.gym"
    assert played[0]["media_content_id"].startswith(
        "http://home-assistant.test:8123/api/descent/tone/"
    )
    assert played[0]["announce"] is True


@pytest.mark.usefixtures("ended")
async def test_a_satellite_plays_the_countdown_too(
    hass: HomeAssistant, sent: dict[str, list[ServiceCall]]
) -> None:
    entry = await running(hass, SATELLITE, "rolling_descent")
    await until(entry, lambda record: record["type"] == "cue" and record["kind"] == "go")
    sounds = [call for call in sent["assist_satellite.announce"] if "media_id" in call.data]
    assert len(sounds) >= 1


async def test_another_speaker_is_used_from_the_moment_it_is_chosen(
    hass: HomeAssistant, sent: dict[str, list[ServiceCall]]
) -> None:
    entry = await armed(hass, PLAYER)
    hass.config_entries.async_update_entry(entry, options=OPTIONS | {"announcements": PHONE})
    await hass.async_block_till_done()
    await hass.services.async_call(DOMAIN, "stop", {}, blocking=True)
    await hass.async_block_till_done()
    assert len(sent["tts.speak"]) == 1
    (call,) = sent["notify.send_message"]
    assert call.data["message"].startswith("Stopping.")


@pytest.fixture
def made(hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the sentences that were made ahead."""
    sentences: list[str] = []

    async def make(hass: HomeAssistant, source: str) -> tuple[str, bytes]:
        sentences.append(source)
        return "mp3", b""

    hass.config.components.add("tts")
    monkeypatch.setattr(
        "homeassistant.components.tts.media_source.generate_media_source_id",
        lambda hass, text, engine: f"{engine}: {text}",
    )
    monkeypatch.setattr("homeassistant.components.tts.async_get_media_source_audio", make)
    return sentences


async def test_the_sentences_of_a_session_are_made_when_it_is_armed(
    hass: HomeAssistant, sent: dict[str, list[ServiceCall]], made: list[str]
) -> None:
    await armed(hass, PLAYER)
    await hass.async_block_till_done(wait_background_tasks=True)
    assert "tts.voice: Walk back, 2 and a half minutes. 5 to go." in made
    assert len(made) == len(set(made)) > 20


async def test_a_voice_that_cannot_prepare_is_asked_again_when_it_is_needed(
    hass: HomeAssistant,
    sent: dict[str, list[ServiceCall]],
    made: list[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def fail(hass: HomeAssistant, source: str) -> tuple[str, bytes]:
        raise HomeAssistantError("no engine")

    monkeypatch.setattr("homeassistant.components.tts.async_get_media_source_audio", fail)
    await armed(hass, PLAYER)
    await hass.async_block_till_done(wait_background_tasks=True)
    assert len(sent["tts.speak"]) == 1


# ---- options


@pytest.mark.parametrize("options", [{}, {"announcements": None}, {"announcements": {}}])
def test_options_without_a_speaker_are_nobody(options: dict[str, Any]) -> None:
    assert speaker_options(options) is None


def test_a_speaker_is_short_and_a_second_late_unless_told_otherwise() -> None:
    voice = speaker_options({"announcements": {"entity": "notify.phone"}})
    assert voice is not None
    assert (voice.verbosity, voice.latency_s, voice.sounds) == (Verbosity.SHORT, 1.0, False)
