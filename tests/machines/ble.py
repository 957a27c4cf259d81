"""A simulated treadmill in reach of a Home Assistant's own Bluetooth, and no hardware.

The machine's radio and the adapter's are bumble's (``ble_air.py``). The adapter is offered to Home
Assistant as a scanner that can connect, with a bleak backend of its own (``ble_client.py``), and
advertisements go in as the bytes they are. So discovery, the choice of an adapter, its slots and
every retry are those of a real installation.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Final, cast

from bleak.backends.client import BaseBleakClient
from habluetooth import BaseHaRemoteScanner, HaBluetoothConnector
from homeassistant.components import bluetooth
from homeassistant.core import HomeAssistant

from custom_components.descent.treadmills.clock import Clock

from .ble_air import ADAPTER_ADDRESS, MACHINE_ADDRESS, Air, MachineRadio, advertisement
from .ble_client import Adapter, BumbleClient
from .ftms import FtmsMachine
from .quirks import WireFault

ADVERTISING_S: Final = 0.5
RSSI: Final = -60  # dBm, a treadmill in the same room


class NearbyTreadmill:
    """One machine and one adapter of a Home Assistant, a few metres apart."""

    def __init__(self, hass: HomeAssistant, clock: Clock, machine: FtmsMachine) -> None:
        """Have everything off. Home Assistant's Bluetooth has to be set up by now."""
        air = Air()
        self.address = MACHINE_ADDRESS
        self.machine = machine
        self.radio = MachineRadio(clock, machine, air)
        self.adapter = Adapter(clock, machine, self.radio, air)
        self._hass = hass
        self._clock = clock
        self._advertising: asyncio.TimerHandle | None = None
        self._leave: list[Callable[[], None]] = []

    async def power_on(self) -> None:
        """Switch adapter and machine on: it advertises from now on."""
        await self.adapter.power_on()
        await self.radio.power_on()
        connector = HaBluetoothConnector(
            client=cast("type[BaseBleakClient]", partial(BumbleClient, adapter=self.adapter)),
            source=ADAPTER_ADDRESS,
            can_connect=lambda: WireFault.NO_SLOT not in self.machine.wire_faults,
        )
        self.scanner = BaseHaRemoteScanner(ADAPTER_ADDRESS, "adapter", connector, connectable=True)
        self._leave = [
            self.scanner.async_setup(),
            bluetooth.async_register_scanner(self._hass, self.scanner),
        ]
        self._advertise()

    async def power_off(self) -> None:
        """Switch everything off."""
        if self._advertising is not None:
            self._advertising.cancel()
        for leave in reversed(self._leave):
            leave()
        self._leave.clear()
        await self.radio.power_off()
        await self.adapter.power_off()

    def advertise(self) -> None:
        """Have the adapter hear the machine once, if it can be heard."""
        if self.radio.is_advertising:
            self.scanner._async_on_raw_advertisement(
                self.address,
                RSSI,
                advertisement(self.machine.profile),
                {},
                bluetooth.MONOTONIC_TIME(),
            )

    def _advertise(self) -> None:
        self.advertise()
        self._advertising = self._clock.call_at(self._clock.now() + ADVERTISING_S, self._advertise)
