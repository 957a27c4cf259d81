"""What all entities have in common: the device, the snapshot, and one way to ask for something."""

from __future__ import annotations

from typing import Any, override

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import CONF_ADDRESS
from homeassistant.helpers.device_registry import CONNECTION_BLUETOOTH, DeviceInfo
from homeassistant.helpers.entity import EntityDescription
from homeassistant.helpers.update_coordinator import CoordinatorEntity

from .const import CONF_KIND, DOMAIN, KIND_VIRTUAL_TREADMILL
from .coordinator import TreadmillCoordinator
from .snapshot import Snapshot


def unique_id(entry: ConfigEntry[Any], description: EntityDescription) -> str:
    """Return what tells an entity of an entry from all others."""
    return f"{entry.entry_id}_{description.key}"


def _device(entry: ConfigEntry[Any]) -> DeviceInfo:
    """Describe the treadmill of an entry: a real one in its own words, as far as it said any."""
    data = entry.data
    virtual = data[CONF_KIND] == KIND_VIRTUAL_TREADMILL
    info = DeviceInfo(
        identifiers={(DOMAIN, entry.entry_id)},
        name=entry.title,
        manufacturer="Descent" if virtual else data.get("manufacturer"),
        model="Virtual treadmill" if virtual else data.get("model"),
    )
    if CONF_ADDRESS in data:
        info["connections"] = {(CONNECTION_BLUETOOTH, data[CONF_ADDRESS])}
    return info


class TreadmillEntity(CoordinatorEntity[TreadmillCoordinator]):
    """An entity of a treadmill. It reads the newest snapshot, and nothing else."""

    _attr_has_entity_name = True

    def __init__(self, coordinator: TreadmillCoordinator, description: EntityDescription) -> None:
        """Belong to the treadmill of ``coordinator``."""
        super().__init__(coordinator)
        entry = coordinator.config_entry
        self.entity_description = description
        self._attr_translation_key = description.translation_key or description.key
        self._attr_unique_id = unique_id(entry, description)
        self._attr_device_info = _device(entry)

    @property
    def snapshot(self) -> Snapshot:
        """What is true right now."""
        return self.coordinator.data

    @property
    @override
    def available(self) -> bool:
        """Sessions outlive a lost link, so most of their entities do too."""
        return True


class MachineEntity(TreadmillEntity):
    """An entity that says nothing, or can do nothing, without contact to the machine."""

    @property
    @override
    def available(self) -> bool:
        """Whether there is contact."""
        return self.snapshot.connected
