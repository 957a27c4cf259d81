"""What all entities have in common: the device, what they read, and when their state is written."""

from __future__ import annotations

from collections.abc import Iterable
from typing import override

from homeassistant.const import CONF_ADDRESS
from homeassistant.helpers.device_registry import (
    CONNECTION_BLUETOOTH,
    CONNECTION_NETWORK_MAC,
    DeviceEntryType,
    DeviceInfo,
)
from homeassistant.helpers.entity import EntityDescription
from homeassistant.helpers.update_coordinator import CoordinatorEntity

from .choices import Choices
from .const import CONF_KIND, DOMAIN, KIND_VIRTUAL_TREADMILL
from .coordinator import TreadmillCoordinator
from .runner_coordinator import RunnerCoordinator
from .snapshot import Snapshot
from .training.model import Runner


def unique_id(coordinator: TreadmillCoordinator | RunnerCoordinator, key: str) -> str:
    """Return what tells an entity of a treadmill or of a runner from all others."""
    return f"{coordinator.identity}_{key}"


def treadmill_device(coordinator: TreadmillCoordinator) -> DeviceInfo:
    """Describe a treadmill: a real one in its own words, as far as it said any."""
    entry, data = coordinator.config_entry, coordinator.config_entry.data
    virtual = data[CONF_KIND] == KIND_VIRTUAL_TREADMILL
    info = DeviceInfo(
        identifiers={(DOMAIN, coordinator.identity)},
        name=entry.title,
        manufacturer="Descent" if virtual else data.get("manufacturer"),
        model="Virtual treadmill" if virtual else data.get("model"),
        model_id=data.get("model_id"),
        serial_number=data.get("serial"),
        hw_version=data.get("hardware"),
        sw_version=data.get("firmware"),
    )
    if CONF_ADDRESS in data:
        info["connections"] = {(CONNECTION_BLUETOOTH, data[CONF_ADDRESS])}
    elif data.get("mac") == coordinator.identity:
        # Where more is needed to tell the machine, the address is that of a host, which may be
        # several machines: what has one connection belongs together for Home Assistant.
        info["connections"] = {(CONNECTION_NETWORK_MAC, data["mac"])}
    return info


def runner_device(coordinator: RunnerCoordinator) -> DeviceInfo:
    """Describe a runner."""
    return DeviceInfo(
        identifiers={(DOMAIN, coordinator.identity)},
        name=coordinator.config_entry.title,
        manufacturer="Descent",
        model="Runner",
        entry_type=DeviceEntryType.SERVICE,
    )


class TreadmillEntity(CoordinatorEntity[TreadmillCoordinator]):
    """An entity of a treadmill. It reads the newest snapshot and choices, and nothing else."""

    _attr_has_entity_name = True

    def __init__(
        self,
        coordinator: TreadmillCoordinator,
        description: EntityDescription,
        reads: Iterable[str] = (),
    ) -> None:
        """Belong to the treadmill of ``coordinator``.

        ``reads`` names the fields of ``Snapshot`` and ``Choices`` that the state is made of: it is
        written when one of them has changed, and only then.
        """
        super().__init__(coordinator, frozenset(reads))
        self.entity_description = description
        self._attr_translation_key = description.translation_key or description.key
        self._attr_unique_id = unique_id(coordinator, description.key)
        self._attr_device_info = treadmill_device(coordinator)

    @property
    def snapshot(self) -> Snapshot:
        """What is true right now."""
        return self.coordinator.data

    @property
    def choices(self) -> Choices:
        """What is chosen right now, and what there is to choose from."""
        return self.coordinator.choices

    @property
    @override
    def available(self) -> bool:
        """Sessions outlive a lost link, so most of their entities do too."""
        return True


class MachineEntity(TreadmillEntity):
    """An entity that says nothing, or can do nothing, without contact to the machine."""

    def __init__(
        self,
        coordinator: TreadmillCoordinator,
        description: EntityDescription,
        reads: Iterable[str] = (),
    ) -> None:
        """Read whether there is contact, too."""
        super().__init__(coordinator, description, {"contact", *reads})

    @property
    @override
    def available(self) -> bool:
        """Whether there is contact."""
        return self.snapshot.connected


class RunnerEntity(CoordinatorEntity[RunnerCoordinator]):
    """An entity of a runner. It reads the newest answers, and nothing else."""

    _attr_has_entity_name = True

    def __init__(self, coordinator: RunnerCoordinator, description: EntityDescription) -> None:
        """Belong to the runner of ``coordinator``."""
        super().__init__(coordinator)
        self.entity_description = description
        self._attr_translation_key = description.translation_key or description.key
        self._attr_unique_id = unique_id(coordinator, description.key)
        self._attr_device_info = runner_device(coordinator)

    @property
    def runner(self) -> Runner:
        """Who it is."""
        return self.coordinator.data
