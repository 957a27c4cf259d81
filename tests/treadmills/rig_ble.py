"""An FTMS machine in reach of Home Assistant's Bluetooth: driver and machine, real packets between.

Time is moved by hand on both sides. After each step everything happens that follows from it, down
to the last packet, and it takes no time at all.
"""

from __future__ import annotations

from typing import Any, override

from homeassistant.core import HomeAssistant

from custom_components.descent.runtime.connection import HomeRadio
from custom_components.descent.treadmills.ble import BleLink
from tests.bluetooth import until_quiet
from tests.machines.ble import NearbyTreadmill
from tests.machines.profiles import PROFILES, Profile
from tests.machines.quirks import Quirk
from tests.treadmills.rig_ftms import FtmsRig

GIVE_UP_S = 5.0  # of the adapter: three tries are over before a test's patience is


class BleRig(FtmsRig):
    """Driver and machine over Bluetooth, for any profile.

    Home Assistant knows the machine by nothing but its address, so it discovers nothing.
    """

    link: BleLink
    near: NearbyTreadmill
    radio: HomeRadio

    def __init__(
        self, hass: HomeAssistant, profile: Profile = PROFILES["typical"], **quirks: Any
    ) -> None:
        """Have everything off; ``hass`` has Bluetooth (``tests/bluetooth.py``)."""
        self._hass = hass
        super().__init__(profile.having(Quirk.ADVERTISES_NAME_ONLY), **quirks)
        self.near.adapter.give_up_s = GIVE_UP_S

    def join(self) -> BleLink:
        """Put the machine in reach of Home Assistant's Bluetooth."""
        self.near = NearbyTreadmill(self._hass, self.clock, self.machine)
        self.radio = HomeRadio(self._hass, self.near.address)
        self.link = BleLink(self.clock, self.radio)
        return self.link

    async def power_on(self) -> None:
        """Switch the machine on: it advertises from now on."""
        await self.near.power_on()

    async def settle(self) -> None:
        """Let everything go on, down to the last packet; it takes no time at all."""
        await until_quiet()

    def say(self, number: int, value: bytes) -> None:
        """Have the machine's radio send something that the machine never said."""
        self.near.radio.send(number, value)

    @override
    async def close(self) -> None:
        """Let go, and switch everything off."""
        await super().close()
        await self.link.close()
        await self.near.power_off()
