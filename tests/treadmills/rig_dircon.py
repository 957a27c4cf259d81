"""An FTMS machine in the network: driver and machine in one process, real TCP in between.

Time is moved by hand on both sides; only bytes take as long as they take, on loopback.
"""

from __future__ import annotations

import asyncio
from typing import Any

from custom_components.descent.treadmills.dircon import DirconLink
from custom_components.descent.treadmills.faults import Fault
from custom_components.descent.treadmills.ftms import FtmsTreadmill
from tests.machines.dircon_server import LOOPBACK, DirconServer
from tests.machines.ftms import FtmsMachine
from tests.machines.profiles import PROFILES, Profile
from tests.treadmills.manual_loop import ManualLoop
from tests.treadmills.rig_memory import answers

STEP_S = 0.25
# Turns of the event loop without a byte on the wire until it counts as quiet. A byte that was sent
# on loopback is there already: what is waited for is the tasks that lead to the next one.
QUIET_TURNS = 12


class DirconRig:
    """A driver, its simulated machine and the time of both, for any profile."""

    def __init__(self, profile: Profile = PROFILES["typical"], **quirks: Any) -> None:
        self.loop = ManualLoop()
        self.clock = self.loop.clock()
        self.machine = FtmsMachine(self.clock, profile)
        self.server = DirconServer(self.clock, self.machine)
        port = self.server.open()
        self.link = DirconLink(self.clock, lambda: (LOOPBACK, port))
        self.treadmill = FtmsTreadmill.from_data(answers(profile, **quirks), self.clock, self.link)
        self.belt_and_deck = self.machine.belt_and_deck
        self.press_start = self.machine.press_start
        self.press_stop = self.machine.press_stop
        self.pull_safety_key = self.machine.pull_safety_key
        self.replace_safety_key = self.machine.replace_safety_key
        self.console_speed = self.machine.console_speed
        self.console_incline = self.machine.console_incline

    async def run(self, seconds: float) -> None:
        """Move the manual clock in small steps, and let bytes and tasks go on after each."""
        await self.settle()
        left = seconds
        while left > 0:
            self.loop.run(min(left, STEP_S))
            left -= STEP_S
            await self.settle()

    async def settle(self) -> None:
        """Let bytes and tasks go on, at the time it is, until the wire is quiet."""
        seen, quiet = self.server.traffic, 0
        while quiet < QUIET_TURNS:
            await asyncio.sleep(0)
            quiet = quiet + 1 if self.server.traffic == seen else 0
            seen = self.server.traffic

    def fault(self, *faults: Fault) -> None:
        """Make exactly these faults so."""
        self.machine.faults = set(faults)

    async def close(self) -> None:
        """Let go."""
        await self.treadmill.disconnect()
        await self.server.close()
