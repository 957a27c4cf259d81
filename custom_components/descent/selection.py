"""What triggers and conditions select: treadmills by a target, values from a list.

A treadmill is targeted when its device or any of its entities is. Runners are no treadmills.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import CONF_TARGET
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import (
    config_validation as cv,
    entity_registry as er,
)
from homeassistant.helpers.target import TargetSelection, async_extract_referenced_entity_ids
import probatio as vol

from .coordinator import TreadmillConfigEntry, TreadmillCoordinator
from .identity import device_of
from .snapshot import Snapshot
from .targets import treadmills

_SET_UP = frozenset(
    {
        ConfigEntryState.SETUP_IN_PROGRESS,
        ConfigEntryState.LOADED,
        ConfigEntryState.UNLOAD_IN_PROGRESS,
        ConfigEntryState.FAILED_UNLOAD,  # its entities and its Stop still work
    }
)


def some_of(values: Iterable[str]) -> vol.All[Any]:
    """Accept one or several of ``values``; an empty list selects nothing in particular."""
    return vol.All(cv.ensure_list, [vol.In([str(value) for value in values])])


def target_required() -> dict[vol.Marker, Any]:
    """Return the part of a schema that asks for a target."""
    return {vol.Required(CONF_TARGET): vol.All(cv.TARGET_FIELDS, _something)}


def device_id(hass: HomeAssistant, entry: TreadmillConfigEntry) -> str | None:
    """Return the device of a treadmill."""
    device = device_of(hass, entry)
    return None if device is None else device.id


@callback
def targeted(
    hass: HomeAssistant,
    selection: TargetSelection,
    among: Iterable[TreadmillConfigEntry] | None = None,
) -> list[TreadmillConfigEntry]:
    """Return the treadmills of a target as it resolves now, or those ``among`` some.

    What is not there, or belongs to somebody else, is no treadmill, and no error: it may come.
    """
    selected = async_extract_referenced_entity_ids(hass, selection, expand_group=False)
    entities = er.async_get(hass).entities
    owners = {
        entity.config_entry_id
        for entity_id in selected.referenced | selected.indirectly_referenced
        if (entity := entities.get(entity_id)) is not None
    }
    return [
        entry
        for entry in (treadmills(hass) if among is None else among)
        if entry.entry_id in owners or device_id(hass, entry) in selected.referenced_devices
    ]


def snapshot_of(entry: TreadmillConfigEntry) -> Snapshot | None:
    """Return the newest snapshot of a treadmill; ``None`` unless it is set up.

    What comes back with a restart is told while the setup ends, what is left behind while it is
    undone: both count.
    """
    coordinator: TreadmillCoordinator | None = getattr(entry, "runtime_data", None)
    return None if coordinator is None or entry.state not in _SET_UP else coordinator.data


def _something(target: dict[str, Any]) -> dict[str, Any]:
    if not TargetSelection(target).has_any_target:
        raise vol.Invalid("choose a treadmill: a device, an entity, an area, a floor or a label")
    return target
