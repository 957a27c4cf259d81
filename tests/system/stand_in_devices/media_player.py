"""Loudspeakers."""

from __future__ import annotations

from http import HTTPStatus
import io
from typing import Any, override
import wave

from homeassistant.components import media_source
from homeassistant.components.media_player import MediaPlayerEntity
from homeassistant.components.media_player.browse_media import async_process_play_media_url
from homeassistant.components.media_player.const import (
    MediaPlayerEntityFeature,
    MediaPlayerState,
    MediaType,
)
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.helpers.aiohttp_client import async_get_clientsession
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .const import HEARD, SPEAKERS, VOICE_HZ, VOLUME


async def async_setup_entry(
    hass: HomeAssistant,
    entry: ConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Put them up."""
    async_add_entities([Loudspeaker(name) for name in SPEAKERS])


class Loudspeaker(MediaPlayerEntity):
    """Plays what it is told, and announces over it."""

    _attr_should_poll = False
    _attr_state = MediaPlayerState.IDLE
    _attr_volume_level = VOLUME
    _attr_supported_features = (
        MediaPlayerEntityFeature.MEDIA_ANNOUNCE
        | MediaPlayerEntityFeature.PAUSE
        | MediaPlayerEntityFeature.PLAY
        | MediaPlayerEntityFeature.PLAY_MEDIA
        | MediaPlayerEntityFeature.STOP
        | MediaPlayerEntityFeature.VOLUME_SET
    )

    def __init__(self, name: str) -> None:
        """Be silent."""
        self._attr_name = name

    @override
    async def async_play_media(
        self, media_type: MediaType | str, media_id: str, **kwargs: Any
    ) -> None:
        """Play music, or announce something over it."""
        if kwargs.get("announce"):
            await self._async_announce(media_id)
        else:
            self._attr_media_content_id = media_id
            self._show(MediaPlayerState.PLAYING)

    @override
    async def async_media_pause(self) -> None:
        """Pause."""
        self._show(MediaPlayerState.PAUSED)

    @override
    async def async_media_play(self) -> None:
        """Go on."""
        self._show(MediaPlayerState.PLAYING)

    @override
    async def async_media_stop(self) -> None:
        """Stop."""
        self._show(MediaPlayerState.IDLE)

    @override
    async def async_set_volume_level(self, volume: float) -> None:
        """Be louder or quieter."""
        self._attr_volume_level = volume
        self.async_write_ha_state()

    def _show(self, state: MediaPlayerState) -> None:
        self._attr_state = state
        self.async_write_ha_state()

    async def _async_announce(self, media_id: str) -> None:
        """Fetch a sound, without logging in, and say what it is."""
        if media_source.is_media_source_id(media_id):
            media_id = (
                await media_source.async_resolve_media(self.hass, media_id, self.entity_id)
            ).url
        url = async_process_play_media_url(self.hass, media_id)
        async with async_get_clientsession(self.hass).get(url) as answer:
            body = await answer.read()
        heard: dict[str, Any] = {
            "entity_id": self.entity_id,
            "url": url,
            "content_type": answer.content_type,
            "text": "",
            "seconds": 0.0,
        }
        if answer.status == HTTPStatus.OK:
            with wave.open(io.BytesIO(body)) as sound:
                frames, rate = sound.readframes(sound.getnframes()), sound.getframerate()
            heard["seconds"] = len(frames) / sound.getsampwidth() / rate
            if rate == VOICE_HZ:
                heard["text"] = frames.decode("utf-8").rstrip()
        self.hass.bus.async_fire(HEARD, heard)
