"""An FTMS machine without a wire: driver and machine in one process, and nothing in between."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from custom_components.descent.treadmills.gatt import CONTROL_POINT
from tests.machines.profiles import PROFILES, Profile
from tests.machines.quirks import SLOW_START_S
from tests.treadmills.memory_link import MemoryLink
from tests.treadmills.rig_ftms import FtmsRig, answers

__all__ = ["MakeRig", "MemoryRig", "answers"]

WRITES = f" write {CONTROL_POINT:04x} "  # in a trace
TURNS = 8  # of the event loop until everybody has done what there was to do

type MakeRig = Callable[..., Awaitable[MemoryRig]]  # see the fixture of that name


class MemoryRig(FtmsRig):
    """Driver and machine without a wire, for any profile."""

    link: MemoryLink

    def __init__(self, profile: Profile = PROFILES["typical"], **quirks: Any) -> None:
        super().__init__(profile, **quirks)

    def join(self) -> MemoryLink:
        """Join both in memory."""
        self.link = MemoryLink(self.machine)
        return self.link

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

    async def settle(self) -> None:
        """Let tasks go on, at the time it is."""
        for _ in range(TURNS):
            await asyncio.sleep(0)
