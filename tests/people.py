"""Users of Home Assistant with different permissions, and who asks without being one."""

from __future__ import annotations

from homeassistant.auth.const import GROUP_ID_ADMIN, GROUP_ID_READ_ONLY, GROUP_ID_USER
from homeassistant.auth.models import Group, User
from homeassistant.auth.permissions.models import PermissionLookup
from homeassistant.auth.permissions.types import PolicyType
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import Context, HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er
from pytest_homeassistant_custom_component.common import CLIENT_ID

from tests import flow_entries

UNKNOWN_ID = "0123456789abcdef0123456789abcdef"  # as of a user who was removed
NOBODY = Context()  # an automation, a device in a room


async def user(hass: HomeAssistant, name: str, group: str) -> User:
    """Add a user to a group. The first user of all is the owner."""
    return await hass.auth.async_create_user(name, group_ids=[group])


async def user_with(hass: HomeAssistant, name: str, policy: PolicyType) -> User:
    """Add a user with a policy of their own."""
    # As the store does when it is loaded, which the test package skips.
    hass.auth._store._perm_lookup = PermissionLookup(er.async_get(hass), dr.async_get(hass))
    hass.auth._store._groups[name] = Group(name, policy, id=name)
    return await user(hass, name, name)


async def user_of(hass: HomeAssistant, name: str, entry: ConfigEntry[object]) -> User:
    """Add a user who may do everything with the device of one entry, and see nothing else."""
    device = flow_entries.device(hass, entry)
    return await user_with(hass, name, {"entities": {"device_ids": {device.id: True}}})


async def household(
    hass: HomeAssistant, this: ConfigEntry[object], other: ConfigEntry[object]
) -> dict[str, User]:
    """Add a user of each kind there is; ``this`` and ``other`` are two treadmills."""
    return {
        "admin": await user(hass, "admin", GROUP_ID_ADMIN),
        "user": await user(hass, "user", GROUP_ID_USER),
        "read_only": await user(hass, "read_only", GROUP_ID_READ_ONLY),
        "this_only": await user_of(hass, "this_only", this),
        "other_only": await user_of(hass, "other_only", other),
    }


async def access_token(hass: HomeAssistant, account: User) -> str:
    """Log a user in."""
    refresh_token = await hass.auth.async_create_refresh_token(account, CLIENT_ID)
    return hass.auth.async_create_access_token(refresh_token)
