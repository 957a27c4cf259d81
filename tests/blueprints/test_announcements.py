"""The blueprint that speaks what Descent announces."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, ServiceCall
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import async_fire_time_changed

from tests import flow_entries
from tests.blueprints import stand_ins

PLAYER = "media_player.room"
VOICE = "tts.piper"
CHANNELS = {
    "player": PLAYER,
    "voice": VOICE,
    "satellites": ["assist_satellite.room"],
    "notify": ["notify.phone"],
}
DONE = "metres down"  # in the last words of a session
ALL_DAY = {"quiet_from": "00:00:00", "quiet_to": "23:59:59"}


@pytest.fixture(autouse=True)
def channels_fixture(hass: HomeAssistant, actors: stand_ins.Actors) -> None:
    """Put a player, a satellite and a phone into the room."""
    hass.states.async_set(PLAYER, "idle", {"volume_level": 0.2})
    actors.play("tts.speak", "assist_satellite.announce", "notify.send_message")
    actors.play("media_player.volume_set")


def said(actors: stand_ins.Actors, service: str) -> str:
    return " | ".join(actors.values(service, "message"))


async def test_every_channel_tells_what_is_meant_for_it(
    hass: HomeAssistant, treadmill: ConfigEntry[Any], device: str, actors: stand_ins.Actors
) -> None:
    await stand_ins.automate(hass, "announcements", treadmill=device, **CHANNELS)
    await stand_ins.whole_session(hass, treadmill)
    await actors.until(lambda _: DONE in said(actors, "notify.send_message"))

    spoken = said(actors, "tts.speak")
    assert spoken == said(actors, "assist_satellite.announce")
    assert "Quick descents is ready." in spoken
    assert "Next: descent 1 of 2" in spoken
    assert "Go." in spoken
    assert "| 3 |" not in spoken  # no countdown, unless it is chosen
    assert len(actors.of("notify.send_message")) == 2
    assert actors.of("tts.speak")[0] == {
        "entity_id": [VOICE],
        "media_player_entity_id": PLAYER,
        "message": actors.values("notify.send_message", "message")[0],
    }
    assert actors.of("media_player.volume_set") == []


async def test_only_chosen_kinds_are_spoken(
    hass: HomeAssistant, treadmill: ConfigEntry[Any], device: str, actors: stand_ins.Actors
) -> None:
    await stand_ins.automate(
        hass, "announcements", treadmill=device, player=PLAYER, voice=VOICE, spoken=["end"]
    )
    await stand_ins.whole_session(hass, treadmill)
    await actors.until(lambda _: DONE in said(actors, "tts.speak"))
    assert len(actors.calls) == 1


async def test_quiet_hours_leave_only_warnings(
    hass: HomeAssistant, treadmill: ConfigEntry[Any], device: str, actors: stand_ins.Actors
) -> None:
    await stand_ins.automate(hass, "announcements", treadmill=device, **CHANNELS, **ALL_DAY)
    await stand_ins.arm(hass, treadmill)
    await stand_ins.run(hass, treadmill)
    await flow_entries.act(hass, "stop", treadmill=device)
    await actors.until(lambda _: actors.of("assist_satellite.announce"))
    assert said(actors, "tts.speak") == "Stopping. Hold the rails."


async def test_the_volume_is_restored_after_the_last_words(
    hass: HomeAssistant, treadmill: ConfigEntry[Any], device: str, actors: stand_ins.Actors
) -> None:
    await stand_ins.automate(
        hass, "announcements", treadmill=device, player=PLAYER, voice=VOICE, volume=60
    )
    await stand_ins.whole_session(hass, treadmill)
    await actors.until(lambda _: DONE in said(actors, "tts.speak"))
    assert actors.values("media_player.volume_set", "volume_level") == [0.6]
    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(seconds=11))
    await actors.until(lambda _: len(actors.of("media_player.volume_set")) == 2)
    assert actors.values("media_player.volume_set", "volume_level") == [0.6, 0.2]


async def test_a_session_armed_while_the_last_words_are_spoken_keeps_the_volume_to_its_own_end(
    hass: HomeAssistant, treadmill: ConfigEntry[Any], device: str, actors: stand_ins.Actors
) -> None:
    turned: list[tuple[float, str]] = []

    def turn(call: ServiceCall) -> None:
        level = call.data["volume_level"]
        turned.append((level, flow_entries.shown(hass, treadmill, "sensor", "session_state").state))
        hass.states.async_set(PLAYER, "idle", {"volume_level": level})

    actors.play("media_player.volume_set", does=turn)
    await stand_ins.automate(
        hass, "announcements", treadmill=device, player=PLAYER, voice=VOICE, volume=60
    )
    await stand_ins.arm(hass, treadmill)
    await actors.until(lambda _: turned)
    await stand_ins.stop(hass, treadmill)
    await stand_ins.arm(hass, treadmill)
    await stand_ins.run(hass, treadmill)
    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(seconds=11))
    await stand_ins.in_phase(hass, treadmill, "descent")
    await stand_ins.stop(hass, treadmill)
    await actors.until(lambda _: "Session stopped." in said(actors, "tts.speak"))
    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(seconds=11))
    await actors.until(lambda _: len(turned) > 1)
    assert turned == [(0.6, "armed"), (0.2, "finished")]


async def test_a_treadmill_that_reloads_is_still_announced(
    hass: HomeAssistant, treadmill: ConfigEntry[Any], device: str, actors: stand_ins.Actors
) -> None:
    await stand_ins.automate(hass, "announcements", treadmill=device, player=PLAYER, voice=VOICE)
    await hass.config_entries.async_reload(treadmill.entry_id)
    await flow_entries.until_state(hass, treadmill, "sensor", "speed", "0.0")
    await stand_ins.arm(hass, treadmill)
    await actors.until(lambda _: "Quick descents is ready." in said(actors, "tts.speak"))
