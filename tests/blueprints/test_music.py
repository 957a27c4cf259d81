"""The blueprint that lets music follow the session."""

from __future__ import annotations

from typing import Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, ServiceCall
import pytest

from tests import flow_entries
from tests.blueprints import stand_ins

PLAYER = "media_player.room"


def media(name: str) -> dict[str, Any]:
    return {"entity_id": PLAYER, "media_content_id": name, "media_content_type": "playlist"}


@pytest.fixture(autouse=True)
def player_fixture(hass: HomeAssistant, actors: stand_ins.Actors) -> None:
    """Put a player into the room that plays, at 20 %."""
    hass.states.async_set(PLAYER, "playing", {"volume_level": 0.2})

    def become(state: str) -> Any:
        return lambda _: hass.states.async_set(PLAYER, state, {"volume_level": 0.2})

    def loud(call: ServiceCall) -> None:
        hass.states.async_set(PLAYER, "playing", {"volume_level": call.data["volume_level"]})

    actors.play("media_player.volume_set", does=loud)
    actors.play("media_player.media_pause", does=become("paused"))
    actors.play("media_player.media_stop", does=become("idle"))
    actors.play("media_player.media_play", "media_player.play_media", does=become("playing"))


async def test_playlists_and_volume_follow_every_phase_and_the_volume_is_restored(
    hass: HomeAssistant, treadmill: ConfigEntry[Any], device: str, actors: stand_ins.Actors
) -> None:
    await stand_ins.automate(
        hass,
        "music_by_phase",
        treadmill=device,
        player=PLAYER,
        playlist=media("calm"),
        playlist_descent=media("fast"),
        end="stop",
    )
    await stand_ins.whole_session(hass, treadmill)
    await actors.until(lambda calls: len(calls) == 12)
    assert actors.values("media_player.volume_set", "volume_level") == [
        *(0.3, 0.5, 0.35, 0.5, 0.35, 0.3, 0.3),
        0.2,
    ]
    assert actors.values("media_player.play_media", "media_content_id") == ["calm", "fast", "fast"]
    assert len(actors.of("media_player.media_stop")) == 1


async def test_the_music_pauses_and_goes_on_with_the_session(
    hass: HomeAssistant, treadmill: ConfigEntry[Any], device: str, actors: stand_ins.Actors
) -> None:
    await stand_ins.automate(hass, "music_by_phase", treadmill=device, player=PLAYER)
    await stand_ins.arm(hass, treadmill)
    await stand_ins.run(hass, treadmill)
    await flow_entries.act(hass, "pause", treadmill=device)
    await actors.until(lambda calls: calls[-1][0] == "media_player.media_pause")
    await flow_entries.until_belt_stands(hass, treadmill)
    await flow_entries.act(hass, "resume", treadmill=device)
    await flow_entries.press(hass, treadmill, "console_start")
    await actors.until(lambda calls: calls[-1][0] == "media_player.media_play")


async def test_a_stopped_session_pauses_the_music_and_restores_the_volume(
    hass: HomeAssistant, treadmill: ConfigEntry[Any], device: str, actors: stand_ins.Actors
) -> None:
    await stand_ins.automate(hass, "music_by_phase", treadmill=device, player=PLAYER)
    await stand_ins.arm(hass, treadmill)
    await stand_ins.run(hass, treadmill)
    await stand_ins.in_phase(hass, treadmill, "descent")
    await flow_entries.act(hass, "stop", treadmill=device)
    await actors.until(lambda _: actors.of("media_player.media_pause"))
    await actors.until(
        lambda _: actors.values("media_player.volume_set", "volume_level")[-1] == 0.2
    )


async def test_without_playlists_and_volumes_nothing_is_played_or_changed(
    hass: HomeAssistant, treadmill: ConfigEntry[Any], device: str, actors: stand_ins.Actors
) -> None:
    silent = dict.fromkeys(("volume_easy", "volume_descent", "volume_recovery"), 0)
    await stand_ins.automate(
        hass, "music_by_phase", treadmill=device, player=PLAYER, end="play", **silent
    )
    await stand_ins.whole_session(hass, treadmill)
    await hass.async_block_till_done()
    assert [data["volume_level"] for data in actors.of("media_player.volume_set")] == [0.2]
    assert len(actors.calls) == 1
