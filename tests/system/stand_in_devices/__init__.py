"""Simulated loudspeakers, a voice and a phone, without network or hardware: an integration.

Tests put this custom integration beside Descent. A loudspeaker fetches what it is to announce, as a
real one does, and tells the event bus what came through (``HEARD``); so does the phone (``READ``).
"""

from __future__ import annotations

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import Platform
from homeassistant.core import HomeAssistant

PLATFORMS = [Platform.MEDIA_PLAYER, Platform.NOTIFY, Platform.TTS]


async def async_setup_entry(hass: HomeAssistant, entry: ConfigEntry) -> bool:
    """Add the devices."""
    await hass.config_entries.async_forward_entry_setups(entry, PLATFORMS)
    return True
