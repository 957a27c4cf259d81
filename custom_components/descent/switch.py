"""The safety key of a virtual treadmill."""

from __future__ import annotations

from typing import Any, override

from homeassistant.components.switch import SwitchEntity, SwitchEntityDescription
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .console import ConsoleEntity, console_of
from .coordinator import TreadmillConfigEntry

PARALLEL_UPDATES = 0  # nobody waits for a safety key

SAFETY_KEY = SwitchEntityDescription(key="safety_key")


async def async_setup_entry(
    hass: HomeAssistant,
    entry: TreadmillConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the safety key of a virtual treadmill; nobody pulls a real one from here."""
    coordinator = entry.runtime_data
    if (console := console_of(coordinator)) is not None:
        async_add_entities([SafetyKeyEntity(coordinator, SAFETY_KEY, console)])


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
