"""Descent in the Home Assistant of this process: entries, links in our hands, actions, states.

The one place of the parts that run in such a Home Assistant where the integration is imported.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Any
from unittest.mock import patch

from homeassistant.config_entries import SOURCE_USER, ConfigEntry, ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er

from custom_components.descent.const import (
    ACKNOWLEDGEMENT_VERSION,
    DOMAIN,
    KIND_RUNNER,
    KIND_VIRTUAL_TREADMILL,
)
from custom_components.descent.treadmills.gatt import GattLink

# Where the integration makes the link of an entry.
_LINK_TO = "custom_components.descent.treadmills.ftms_kinds.network_link"
_VIRTUAL = {
    "kind": KIND_VIRTUAL_TREADMILL,
    "preset": "typical",
    "min_incline": -6.0,
    "max_incline": 15.0,
    "max_speed": 20.0,
    "time_scale": 1,
}
_NETWORK = {
    "kind": "ftms_network",
    "host": "127.0.0.1",
    "port": 36866,
    "min_speed": 0.8,
    "max_speed": 22.0,
    "speed_step": 0.1,
    "min_incline": -6.0,
    "max_incline": 15.0,
    "incline_step": 0.5,
}
_OPTIONS = {"acknowledged": ACKNOWLEDGEMENT_VERSION}
_RUNNER = {
    "kind": KIND_RUNNER,
    "level": "intermediate",
    "hill_experience": True,
    "joint_issues": False,
    "five_k_s": 1500.0,
    "walk_kmh": 5.0,
}


async def async_add_treadmill(
    hass: HomeAssistant, name: str, link: GattLink | None = None
) -> Treadmill:
    """Add a treadmill at the other end of ``link``, or a virtual one."""
    data = _VIRTUAL if link is None else _NETWORK
    with patch(_LINK_TO, return_value=link):
        entry = await _async_add(hass, data | {"name": name}, _OPTIONS)
        await hass.async_block_till_done()
    return Treadmill(hass, entry)


async def async_add_treadmills(
    hass: HomeAssistant, names: Iterable[str], make_link: Callable[[], GattLink]
) -> None:
    """Add many at once, each at the other end of a link of its own, and let go of all of them."""
    with patch(_LINK_TO, side_effect=lambda *_: make_link()):
        entries = await asyncio.gather(
            *(_async_add(hass, _NETWORK | {"name": name}, _OPTIONS) for name in names)
        )
        await hass.async_block_till_done()
    switches = [Treadmill(hass, entry).entities["switch.keep_connected"] for entry in entries]
    await hass.services.async_call("switch", "turn_off", {"entity_id": switches}, blocking=True)


async def async_add_runners(hass: HomeAssistant, *names: str) -> None:
    """Add runners who may run every session of the library."""
    await asyncio.gather(*(_async_add(hass, _RUNNER | {"name": name}, {}) for name in names))
    await hass.async_block_till_done()


async def _async_add(
    hass: HomeAssistant, data: Mapping[str, Any], options: Mapping[str, Any]
) -> ConfigEntry[Any]:
    entry: ConfigEntry[Any] = ConfigEntry(
        data=dict(data),
        discovery_keys=MappingProxyType({}),
        domain=DOMAIN,
        minor_version=1,
        options=dict(options),
        source=SOURCE_USER,
        subentries_data=None,
        title=data["name"],
        unique_id=None,
        version=1,
    )
    await hass.config_entries.async_add(entry)
    if entry.state is not ConfigEntryState.LOADED:
        raise RuntimeError(f"{entry.title} is not set up: {entry.state}, {entry.reason}")
    return entry


class Treadmill:
    """One treadmill as automations have it: entities and actions."""

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry[Any]) -> None:
        """Belong to ``entry``."""
        self.entry = entry
        self.entities = {
            f"{entity.domain}.{entity.unique_id.removeprefix(f'{entry.entry_id}_')}": (
                entity.entity_id
            )
            for entity in er.async_entries_for_config_entry(er.async_get(hass), entry.entry_id)
        }
        self._hass = hass

    def state(self, key: str) -> str:
        """Return the state of an entity by platform and key, like ``sensor.phase``."""
        state = self._hass.states.get(self.entities[key])
        return "" if state is None else state.state

    @property
    def newest_cue(self) -> str:
        """Return the kind of the newest announcement; empty before the first."""
        state = self._hass.states.get(self.entities["event.cue"])
        return "" if state is None else str(state.attributes.get("event_type", ""))

    async def async_act(self, action: str, **data: object) -> None:
        """Perform an action of Descent on it."""
        wish = {"treadmill": self.entry.title} | data
        await self._hass.services.async_call(DOMAIN, action, wish, blocking=True)
