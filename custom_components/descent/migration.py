"""Brings the data of entries that an earlier version made to what they are now.

1.2  what a machine counts its speeds in, in place of whether it wants miles in commands
1.3  how long it needs between two commands
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from homeassistant.core import HomeAssistant, callback

from .entries import DescentConfigEntry

VERSION: Final = 1
MINOR_VERSION: Final = 3


@callback
def async_migrate(hass: HomeAssistant, entry: DescentConfigEntry) -> bool:
    """Update an entry in place; returns whether it can be used."""
    if entry.version > VERSION:
        return False  # made by a later version, which was replaced by this one
    data = dict(entry.data)
    if entry.minor_version < 2:  # noqa: PLR2004  (the version that changed it)
        data = _with_speed_unit(data)
    if entry.minor_version < 3 and "request_control" in data:  # noqa: PLR2004  (likewise)
        data = {"command_gap": 0.0, **data}
    hass.config_entries.async_update_entry(
        entry, data=data, minor_version=max(entry.minor_version, MINOR_VERSION)
    )
    return True


def _with_speed_unit(data: Mapping[str, Any]) -> dict[str, Any]:
    if "speed_in_mph" not in data:
        return dict(data)
    rest = {key: value for key, value in data.items() if key != "speed_in_mph"}
    return {**rest, "speed_unit": "mph_commands" if data["speed_in_mph"] else "kmh"}
