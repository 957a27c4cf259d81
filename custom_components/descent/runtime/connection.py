"""From a config entry to the driver of its treadmill, the clock it lives by, and the link to it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ConfigEntryError

from ..const import CONF_TIME_SCALE, DOMAIN, FASTEST_TIME_SCALE, KIND_VIRTUAL_TREADMILL
from ..treadmills import create
from ..treadmills.base import Treadmill
from ..treadmills.ble import BleLink
from ..treadmills.clock import Clock
from ..treadmills.dircon import DirconLink
from ..treadmills.gatt import GattLink
from .radio import HomeRadio


def connect(hass: HomeAssistant, entry: ConfigEntry[Any]) -> tuple[Clock, Treadmill]:
    """Make the driver of an entry and its clock; contact is made by ``Treadmill.connect``.

    Raises ``ConfigEntryError`` for an entry that describes no treadmill: a second try would not
    help.
    """
    try:
        clock = Clock(hass.loop, _time_scale(entry.data))
        link = lambda: link_to(hass, clock, lambda: entry.data)  # noqa: E731  (made only if needed)
        return clock, create(entry.data, clock, link)
    except (ValueError, TypeError) as error:
        raise ConfigEntryError(
            translation_domain=DOMAIN,
            translation_key="invalid_entry",
            translation_placeholders={"name": entry.title, "error": str(error)},
        ) from error


def link_to(hass: HomeAssistant, clock: Clock, data: Callable[[], Mapping[str, Any]]) -> GattLink:
    """Make the link to a machine.

    ``data`` is read again whenever contact is made: a machine in the network may have moved. Raises
    ``ValueError`` for data that leads nowhere.
    """
    where = data()
    try:
        if "address" in where:
            return BleLink(clock, HomeRadio(hass, str(where["address"])))
        _network_address(where)
    except KeyError as error:
        raise ValueError(f"there is no {error} to connect to") from error
    return DirconLink(clock, lambda: _network_address(data()))


def _network_address(data: Mapping[str, Any]) -> tuple[str, int]:
    return str(data["host"]), int(data["port"])


def _time_scale(data: Mapping[str, Any]) -> float:
    """Return how fast time passes: a real belt knows one pace only."""
    if data.get("kind") != KIND_VIRTUAL_TREADMILL:
        return 1.0
    scale = float(data.get(CONF_TIME_SCALE, 1))
    if not 0 < scale <= FASTEST_TIME_SCALE:
        raise ValueError(f"no time scale: {scale!r}")
    return scale
