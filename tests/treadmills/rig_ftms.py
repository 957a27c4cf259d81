"""What the rigs of FTMS machines share: driver, simulated machine, console, time of both."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

from custom_components.descent.treadmills.faults import SimulatedFault
from custom_components.descent.treadmills.ftms import FtmsTreadmill
from custom_components.descent.treadmills.gatt import GattLink
from tests.machines.ftms import FtmsMachine
from tests.machines.profiles import Profile
from tests.machines.quirks import SLOW_START_S
from tests.treadmills.manual_loop import ManualLoop

STEP_S = 0.25


def answers(profile: Profile, **quirks: Any) -> dict[str, Any]:
    """Describe a machine as its owner would who knows all about it, as a config entry does."""
    machine = profile.machine
    return {
        "min_speed": machine.speed.minimum,
        "max_speed": machine.speed.maximum,
        "speed_step": machine.speed.step,
        "min_incline": profile.wire_incline(machine.incline.minimum),
        "max_incline": profile.wire_incline(machine.incline.maximum),
        "incline_step": machine.incline.step,
        "incline_offset": profile.incline_offset_pct,
        "incline_factor": profile.incline_factor,
        "sets_speed": machine.sets_speed,
        "can_start": machine.can_start,
        "can_stop": machine.can_stop,
    } | quirks


class FtmsRig(ABC):
    """A driver and its simulated machine, for any profile. A subclass is the link between them."""

    link: GattLink

    def __init__(self, profile: Profile, **quirks: Any) -> None:
        self.loop = ManualLoop()
        self.clock = self.loop.clock()
        self.machine = FtmsMachine(self.clock, profile)
        data, link = answers(profile, **quirks), self.join()
        self.treadmill = FtmsTreadmill.from_data(data, self.clock, link)
        self.belt_and_deck = self.machine.belt_and_deck
        self.press_start = self.machine.press_start
        self.press_stop = self.machine.press_stop
        self.pull_safety_key = self.machine.pull_safety_key
        self.replace_safety_key = self.machine.replace_safety_key
        self.console_speed = self.machine.console_speed
        self.console_incline = self.machine.console_incline

    @abstractmethod
    def join(self) -> GattLink:
        """Put a link to the machine together; called once."""

    @abstractmethod
    async def settle(self) -> None:
        """Let everything go on, at the time it is, until nothing is left to do."""

    async def run(self, seconds: float) -> None:
        """Move the manual clock in small steps, and let everything go on after each."""
        await self.settle()
        left = seconds
        while left > 0:
            self.loop.run(min(left, STEP_S))
            left -= STEP_S
            await self.settle()

    def fault(self, *faults: SimulatedFault) -> None:
        """Make exactly these faults so."""
        self.machine.faults = set(faults)

    @property
    def told(self) -> list[str]:
        """What the machine was told, in hex, since ``forget``."""
        return [command.hex() for command in self.machine.commands]

    def forget(self) -> None:
        """Begin anew with what it is told."""
        self.machine.commands.clear()

    @property
    def speed_kmh(self) -> float:
        """The true speed of the belt."""
        return self.belt_and_deck.speed_kmh(self.machine.time())

    @property
    def incline_pct(self) -> float:
        """The true incline of the deck."""
        return self.belt_and_deck.incline_pct(self.machine.time())

    async def start(self, kmh: float) -> None:
        """Have the runner start the belt and set a speed, with nobody hearing of the latter."""
        self.press_start()
        await self.run(SLOW_START_S + 1.0)
        self.belt_and_deck.console_speed(kmh - self.speed_kmh, self.machine.time())
        await self.run(kmh / self.belt_and_deck.rates.belt_kmh_s + 4.0)

    async def close(self) -> None:
        """Let go."""
        await self.treadmill.disconnect()
