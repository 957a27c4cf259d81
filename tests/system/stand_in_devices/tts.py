"""A voice."""

from __future__ import annotations

import io
from typing import Any, override
import wave

from homeassistant.components.tts import (
    ATTR_PREFERRED_FORMAT,
    TextToSpeechEntity,
    TtsAudioType,
)
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .const import VOICE_HZ


async def async_setup_entry(
    hass: HomeAssistant,
    entry: ConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Let it speak."""
    async_add_entities([Voice()])


class Voice(TextToSpeechEntity):
    """Makes a sound file whose samples are the letters, so that a loudspeaker can read them."""

    _attr_name = "Voice"
    _attr_unique_id = "stand_in_voice"
    _attr_default_language = "en"
    _attr_supported_languages = ["en"]  # noqa: RUF012 - how Home Assistant declares it
    # Home Assistant would convert anything else to MP3, with a program the machine may not have.
    _attr_supported_options = [ATTR_PREFERRED_FORMAT]  # noqa: RUF012 - the same
    _attr_default_options = {ATTR_PREFERRED_FORMAT: "wav"}  # noqa: RUF012 - the same

    @override
    def get_tts_audio(self, message: str, language: str, options: dict[str, Any]) -> TtsAudioType:
        """Speak."""
        letters = message.encode()
        file = io.BytesIO()
        with wave.open(file, "wb") as sound:
            sound.setnchannels(1)
            sound.setsampwidth(2)
            sound.setframerate(VOICE_HZ)
            sound.writeframes(letters + b" " * (len(letters) % 2))
        return "wav", file.getvalue()
