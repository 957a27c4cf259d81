"""An FTMS machine without a wire: driver and machine in one process, and nothing in between."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from custom_components.descent.treadmills.faults import Fault
from custom_components.descent.treadmills.ftms import FtmsTreadmill
from custom_components.descent.treadmills.gatt import CONTROL_POINT
from tests.machines.ftms import FtmsMachine
from tests.machines.profiles import PROFILES, Profile
from tests.machines.quirks import SLOW_START_S
from tests.treadmills.manual_loop import ManualLoop
from tests.treadmills.memory_link import MemoryLink

STEP_S = 0.25
WRITES = f" write {CONTROL_POINT:04x} "  # in a trace
TURNS = 8  # of the event loop until everybody has done what there was to do

type MakeRig = Callable[..., Awaitable[MemoryRig]]  # see the fixture of that name


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


class MemoryRig:
    """A driver, its simulated machine and the time of both, for any profile."""

    def __init__(self, profile: Profile = PROFILES["typical"], **quirks: Any) -> None:
        self.loop = ManualLoop()
        self.clock = self.loop.clock()
        self.machine = FtmsMachine(self.clock, profile)
        self.link = MemoryLink(self.machine)
        data = answers(profile, **quirks)
        self.treadmill = FtmsTreadmill.from_data(data, self.clock, self.link)
        self.belt_and_deck = self.machine.belt_and_deck
        self.press_start = self.machine.press_start
        self.press_stop = self.machine.press_stop
        self.pull_safety_key = self.machine.pull_safety_key
        self.replace_safety_key = self.machine.replace_safety_key
        self.console_speed = self.machine.console_speed
        self.console_incline = self.machine.console_incline

    @property
    def told(self) -> list[str]:
        """What the machine was told, in hex, since ``forget``."""
        return [command.hex() for command in self.machine.commands]

    @property
    def written(self) -> list[str]:
        """What the driver lately wrote to the control point, in hex, taken or not."""
        return [line.split()[-1] for line in self.treadmill.trace() if WRITES in line]

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

    async def run(self, seconds: float) -> None:
        """Move the manual clock in small steps, and let tasks go on after each."""
        await self.settle()
        left = seconds
        while left > 0:
            self.loop.run(min(left, STEP_S))
            left -= STEP_S
            await self.settle()

    async def settle(self) -> None:
        """Let tasks go on, at the time it is."""
        for _ in range(TURNS):
            await asyncio.sleep(0)

    def fault(self, *faults: Fault) -> None:
        """Make exactly these faults so."""
        self.machine.faults = set(faults)

    async def close(self) -> None:
        """Let go."""
        await self.treadmill.disconnect()
