"""What Home Assistant's Bluetooth knows of one machine: its adapters and proxies, all together."""

from __future__ import annotations

from collections.abc import Callable
import math

from bleak.backends.device import BLEDevice
from homeassistant.components import bluetooth
from homeassistant.core import HomeAssistant, callback


class HomeRadio:
    """One address, as a ``Radio`` of treadmills/ble.py."""

    def __init__(self, hass: HomeAssistant, address: str) -> None:
        """Listen to nothing yet; ``address`` is written as Bluetooth's in Home Assistant."""
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
        """Say how it stands with reaching it, for the log."""
        return bluetooth.async_address_reachability_diagnostics(
            self._hass, self._address, bluetooth.BluetoothReachabilityIntent.CONNECTION
        )

    def watch(self, appeared: Callable[[], None]) -> Callable[[], None]:
        """Call ``appeared`` at every advertisement that can be answered by connecting.

        At every one, not at every change as the usual callback has it: a machine that was switched
        off and on again says the same as before.
        """

        @callback
        def heard(info: bluetooth.BluetoothServiceInfoBleak) -> None:
            if info.connectable:
                appeared()

        return bluetooth.async_register_advertisement_callback(self._hass, heard, self._address)
