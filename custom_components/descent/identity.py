"""Who a treadmill or a runner is: what its device and its entities are known by.

A machine is what tells it from all others (flows/machine_identity.py): the config flow made that
the unique id of its entry. Removed and added again, it is the same device with the same history.
What has none (a virtual treadmill, a runner, a machine that says nothing of itself) is its entry.
"""

from __future__ import annotations

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import device_registry as dr, entity_registry as er

from .const import DOMAIN
from .entries import DescentConfigEntry


def identity(entry: DescentConfigEntry) -> str:
    """Return what tells the treadmill or the runner of an entry from all others."""
    return entry.unique_id or entry.entry_id


def device_of(hass: HomeAssistant, entry: DescentConfigEntry) -> dr.DeviceEntry | None:
    """Return the one device of an entry, once it has one."""
    return next(iter(dr.async_entries_for_config_entry(dr.async_get(hass), entry.entry_id)), None)


@callback
def async_follow_identity(hass: HomeAssistant, entry: DescentConfigEntry) -> None:
    """Have device and entities go on under an identity that was learned after they were made.

    A machine that was typed in by its host is its entry, until a discovery tells who it is. To be
    called before anything of the entry is set up.
    """
    if (device := device_of(hass, entry)) is None:
        return
    now = identity(entry)
    before = next((known for domain, known in device.identifiers if domain == DOMAIN), now)
    if before == now:
        return
    dr.async_get(hass).async_update_device(device.id, new_identifiers={(DOMAIN, now)})
    registry = er.async_get(hass)
    for entity in er.async_entries_for_config_entry(registry, entry.entry_id):
        key = entity.unique_id.removeprefix(f"{before}_")
        registry.async_update_entity(entity.entity_id, new_unique_id=f"{now}_{key}")
