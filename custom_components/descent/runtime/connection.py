"""From a config entry to the driver of its treadmill, and the clock and the radio it is given."""

from __future__ import annotations

from collections.abc import Callable, Mapping
import logging
import math
from typing import Any

from bleak.backends.device import BLEDevice
from homeassistant.components import bluetooth
from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import ConfigEntryError

from ..const import CONF_TIME_SCALE, DOMAIN, FASTEST_TIME_SCALE
from ..entries import DescentConfigEntry
from ..treadmills import Clock, Found, Means, Treadmill, create, kind_of

_LOGGER = logging.getLogger(__name__)


def connect(hass: HomeAssistant, entry: DescentConfigEntry) -> tuple[Clock, Treadmill]:
    """Make the driver of an entry and its clock; contact is made by ``Treadmill.connect``.

    Raises ``ConfigEntryError`` for an entry that describes no treadmill: a second try would not
    help.
    """
    try:
        clock = Clock(hass.loop, _time_scale(entry.data))
        return clock, create(_means(hass, clock, lambda: entry.data))
    except (ValueError, TypeError) as error:
        _LOGGER.error("What is stored about %s makes no sense: %s", entry.title, error)  # noqa: TRY400  (no trace: nothing is wrong in here)
        raise ConfigEntryError(
            translation_domain=DOMAIN,
            translation_key="invalid_entry",
            translation_placeholders={"name": entry.title},
        ) from error


async def look(hass: HomeAssistant, where: Mapping[str, Any]) -> Found:
    """Ask a machine that is to be added what it is; ``where`` is its kind, and how it is reached.

    Raises ``TreadmillError``, and ``ValueError`` for a kind or place that is none.
    """
    probe = kind_of(where).probe
    if probe is None:
        return Found()
    return await probe(_means(hass, Clock(hass.loop), lambda: where))


def _means(hass: HomeAssistant, clock: Clock, data: Callable[[], Mapping[str, Any]]) -> Means:
    return Means(data=data, clock=clock, radio=lambda address: HomeRadio(hass, address), hass=hass)


def _time_scale(data: Mapping[str, Any]) -> float:
    """Return how fast time passes: for a belt that really moves, as fast as for everybody."""
    if not kind_of(data).simulated:
        return 1.0
    scale = float(data.get(CONF_TIME_SCALE, 1))
    if not 0 < scale <= FASTEST_TIME_SCALE:
        raise ValueError(f"no time scale: {scale!r}")
    return scale


class HomeRadio:
    """What Home Assistant's Bluetooth knows of the machine at one address.

    All its adapters and proxies together are a ``Radio`` of treadmills/ble.py.
    """

    def __init__(self, hass: HomeAssistant, address: str) -> None:
        """Listen to nothing yet; ``address`` is spelled as Home Assistant's Bluetooth does."""
        self._hass = hass
        self._address = address

    @property
    def device(self) -> BLEDevice | None:
        """The machine as heard last by an adapter or proxy that can connect."""
        return bluetooth.async_ble_device_from_address(self._hass, self._address, connectable=True)

    @property
    def silent_s(self) -> float:
        """Seconds since it was heard last; infinite if it never was."""
        heard = bluetooth.async_last_service_info(self._hass, self._address, connectable=True)
        return math.inf if heard is None else bluetooth.MONOTONIC_TIME() - heard.time

    def explain(self) -> str:
        """Say for the log which adapters and proxies hear it, and what they could do."""
        return bluetooth.async_address_reachability_diagnostics(
            self._hass, self._address, bluetooth.BluetoothReachabilityIntent.CONNECTION
        )

    def watch(self, appeared: Callable[[], None]) -> Callable[[], None]:
        """Call ``appeared`` at every advertisement that can be answered by connecting.

        At every one, not at every change as the usual callback has it: a machine that was switched
        off and on again says the same as before. Returns a function that ends it.
        """

        @callback
        def heard(info: bluetooth.BluetoothServiceInfoBleak) -> None:
            if info.connectable:
                appeared()

        return bluetooth.async_register_advertisement_callback(self._hass, heard, self._address)
