"""An FTMS machine in reach of Home Assistant's Bluetooth: driver and machine, real packets between.

Time is moved by hand on both sides. After each step everything happens that follows from it, down
to the last packet, and it takes no time at all.
"""

from __future__ import annotations

from typing import Any

from homeassistant.core import HomeAssistant

from custom_components.descent.radio import HomeRadio
from custom_components.descent.treadmills.ble import BleLink
from custom_components.descent.treadmills.faults import Fault
from custom_components.descent.treadmills.ftms import FtmsTreadmill
from tests.bluetooth import until_quiet
from tests.machines.ble import NearbyTreadmill
from tests.machines.ftms import FtmsMachine
from tests.machines.profiles import PROFILES, Profile
from tests.machines.quirks import Quirk
from tests.treadmills.manual_loop import ManualLoop
from tests.treadmills.rig_memory import answers

STEP_S = 0.25
GIVE_UP_S = 5.0  # of the adapter: three tries are over before a test's patience is


class BleRig:
    """A driver, its simulated machine and the time of both, for any profile.

    Home Assistant knows the machine by nothing but its address, so it discovers nothing.
    """

    def __init__(
        self, hass: HomeAssistant, profile: Profile = PROFILES["typical"], **quirks: Any
    ) -> None:
        """Have everything off; ``hass`` has Bluetooth (``tests/bluetooth.py``)."""
        profile = profile.having(Quirk.ADVERTISES_NAME_ONLY)
        self.loop = ManualLoop()
        self.clock = self.loop.clock()
        self.machine = FtmsMachine(self.clock, profile)
        self.near = NearbyTreadmill(hass, self.clock, self.machine)
        self.radio = HomeRadio(hass, self.near.address)
        self.link = BleLink(self.clock, self.radio)
        self.treadmill = FtmsTreadmill.from_data(answers(profile, **quirks), self.clock, self.link)
        self.belt_and_deck = self.machine.belt_and_deck
        self.press_start = self.machine.press_start
        self.press_stop = self.machine.press_stop
        self.pull_safety_key = self.machine.pull_safety_key
        self.replace_safety_key = self.machine.replace_safety_key
        self.console_speed = self.machine.console_speed
        self.console_incline = self.machine.console_incline
        self.near.adapter.give_up_s = GIVE_UP_S

    async def power_on(self) -> None:
        """Switch the machine on: it advertises from now on."""
        await self.near.power_on()

    async def run(self, seconds: float) -> None:
        """Move the manual clock in small steps, and let everything go on after each."""
        await until_quiet()
        left = seconds
        while left > 0:
            self.loop.run(min(left, STEP_S))
            left -= STEP_S
            await until_quiet()

    def say(self, number: int, value: bytes) -> None:
        """Have the machine's radio send something that the machine never said."""
        self.near.radio.send(number, value)

    def fault(self, *faults: Fault) -> None:
        """Make exactly these faults so."""
        self.machine.faults = set(faults)

    async def close(self) -> None:
        """Let go, and switch everything off."""
        await self.treadmill.disconnect()
        await self.link.close()
        await self.near.power_off()
