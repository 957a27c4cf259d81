"""Binary sensors: contact, belt, safety key."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import override

from homeassistant.components.binary_sensor import (
    BinarySensorDeviceClass,
    BinarySensorEntity,
    BinarySensorEntityDescription,
)
from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .coordinator import TreadmillConfigEntry
from .entity import MachineEntity, TreadmillEntity
from .snapshot import Snapshot

PARALLEL_UPDATES = 0  # nothing is polled


@dataclass(frozen=True, kw_only=True)
class Flag(BinarySensorEntityDescription):
    """Something that is or is not; ``None`` while nobody knows.

    ``reads`` are the fields that ``value_fn`` looks at.
    """

    reads: tuple[str, ...]
    value_fn: Callable[[Snapshot], bool | None]


CONNECTED = Flag(
    key="connected",
    device_class=BinarySensorDeviceClass.CONNECTIVITY,
    entity_category=EntityCategory.DIAGNOSTIC,
    reads=("contact",),
    value_fn=lambda snapshot: snapshot.connected,
)
BELT_MOVING = Flag(
    key="belt_moving",
    device_class=BinarySensorDeviceClass.MOVING,
    reads=("belt_moving",),
    value_fn=lambda snapshot: snapshot.belt_moving,
)
# Only for machines that say where the key is; FTMS tells that it was pulled, and nothing after it.
SAFETY_KEY = Flag(
    key="safety_key",
    device_class=BinarySensorDeviceClass.SAFETY,  # on is unsafe: the key is out
    reads=("safety_key_out",),
    value_fn=lambda snapshot: snapshot.safety_key_out,
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: TreadmillConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the binary sensors of a treadmill."""
    coordinator = entry.runtime_data
    async_add_entities([ConnectedEntity(coordinator, CONNECTED, CONNECTED.reads)])
    flags = [BELT_MOVING, SAFETY_KEY] if coordinator.machine.senses_key else [BELT_MOVING]
    async_add_entities(FlagEntity(coordinator, flag, flag.reads) for flag in flags)


class ConnectedEntity(TreadmillEntity, BinarySensorEntity):
    """Whether there is contact; the one binary sensor that knows without it."""

    entity_description: Flag

    @property
    @override
    def is_on(self) -> bool | None:
        """Whether there is contact."""
        return self.entity_description.value_fn(self.snapshot)


class FlagEntity(MachineEntity, BinarySensorEntity):
    """What the machine reports."""

    entity_description: Flag

    @property
    @override
    def is_on(self) -> bool | None:
        """What was reported last; ``None`` without a fresh measurement."""
        return self.entity_description.value_fn(self.snapshot)
