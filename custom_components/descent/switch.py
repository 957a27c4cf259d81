"""Switches: whether a real treadmill is held on to, and the safety key of a virtual one."""

from __future__ import annotations

from typing import Any, override

from homeassistant.components.switch import SwitchEntity, SwitchEntityDescription
from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .coordinator import TreadmillConfigEntry
from .entity import TreadmillEntity
from .virtual_console import ConsoleEntity, console_of

PARALLEL_UPDATES = 0  # nobody waits for a safety key, and letting go is done at once

KEEP_CONNECTED = SwitchEntityDescription(
    key="keep_connected", entity_category=EntityCategory.CONFIG
)
SAFETY_KEY = SwitchEntityDescription(key="safety_key")


async def async_setup_entry(
    hass: HomeAssistant,
    entry: TreadmillConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the switch of a real treadmill, or of a virtual one.

    Nobody pulls a real safety key from here, and no other app wants a virtual treadmill.
    """
    coordinator = entry.runtime_data
    if (console := console_of(coordinator)) is not None:
        async_add_entities([SafetyKeyEntity(coordinator, SAFETY_KEY, console, ["safety_key_out"])])
    else:
        async_add_entities([KeepConnectedEntity(coordinator, KEEP_CONNECTED, ["keeps_connected"])])


class KeepConnectedEntity(TreadmillEntity, SwitchEntity):
    """Off lets another app have the treadmill: most let in one at a time."""

    @property
    @override
    def is_on(self) -> bool:
        """Whether contact is kept, or looked for."""
        return self.choices.keeps_connected

    @override
    async def async_turn_on(self, **kwargs: Any) -> None:
        """Look for the treadmill again."""
        await self.coordinator.async_reconnect()

    @override
    async def async_turn_off(self, **kwargs: Any) -> None:
        """Let go of it; refused while a session is under way."""
        await self.coordinator.async_release()


class SafetyKeyEntity(ConsoleEntity, SwitchEntity):
    """On is in place, off is pulled."""

    @property
    @override
    def is_on(self) -> bool:
        """Whether the key is in place."""
        return not self.console.safety_key_out

    @override
    async def async_turn_on(self, **kwargs: Any) -> None:
        """Put the key back. That moves nothing."""
        self.console.replace_safety_key()
        self.async_write_ha_state()

    @override
    async def async_turn_off(self, **kwargs: Any) -> None:
        """Pull the key."""
        self.console.pull_safety_key()
        self.async_write_ha_state()
