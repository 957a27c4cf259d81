"""An FTMS machine without a wire: driver and machine in one process, and nothing in between."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from custom_components.descent.treadmills.gatt import CONTROL_POINT
from tests.machines.profiles import PROFILES, Profile
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
    def written(self) -> list[str]:
        """What the driver lately wrote to the control point, in hex, taken or not."""
        return [line.split()[-1] for line in self.treadmill.trace() if WRITES in line]

    async def settle(self) -> None:
        """Let tasks go on, at the time it is."""
        for _ in range(TURNS):
            await asyncio.sleep(0)
