"""What all entities have in common: the device, the snapshot, and one way to ask for something."""

from __future__ import annotations

from typing import override

from homeassistant.helpers.device_registry import DeviceInfo
from homeassistant.helpers.entity import EntityDescription
from homeassistant.helpers.update_coordinator import CoordinatorEntity

from .const import DOMAIN
from .coordinator import TreadmillCoordinator
from .snapshot import Snapshot


class TreadmillEntity(CoordinatorEntity[TreadmillCoordinator]):
    """An entity of a treadmill. It reads the newest snapshot, and nothing else."""

    _attr_has_entity_name = True

    def __init__(self, coordinator: TreadmillCoordinator, description: EntityDescription) -> None:
        """Belong to the treadmill of ``coordinator``."""
        super().__init__(coordinator)
        entry = coordinator.config_entry
        self.entity_description = description
        self._attr_translation_key = description.translation_key or description.key
        self._attr_unique_id = f"{entry.entry_id}_{description.key}"
        self._attr_device_info = DeviceInfo(
            identifiers={(DOMAIN, entry.entry_id)},
            name=entry.title,
            manufacturer="Descent",
            model="Virtual treadmill",
        )

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
