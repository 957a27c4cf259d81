"""From a config entry to the driver of its treadmill, and the clock it lives by."""

from __future__ import annotations

from typing import Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ConfigEntryError

from .const import CONF_TIME_SCALE, DOMAIN, FASTEST_TIME_SCALE
from .treadmills import create
from .treadmills.base import Clock, Treadmill


def connect(hass: HomeAssistant, entry: ConfigEntry[Any]) -> tuple[Clock, Treadmill]:
    """Make the driver of an entry and its clock; contact is made by ``Treadmill.connect``.

    Raises ``ConfigEntryError`` for an entry that describes no treadmill: a second try would not
    help.
    """
    try:
        clock = Clock(hass.loop, _time_scale(entry.data.get(CONF_TIME_SCALE, 1)))
        return clock, create(entry.data, clock)
    except (ValueError, TypeError) as error:
        raise ConfigEntryError(
            translation_domain=DOMAIN,
            translation_key="invalid_entry",
            translation_placeholders={"name": entry.title, "error": str(error)},
        ) from error


def _time_scale(value: Any) -> float:
    scale = float(value)
    if not 0 < scale <= FASTEST_TIME_SCALE:
        raise ValueError(f"no time scale: {value!r}")
    return scale
