"""An FTMS machine in the network: driver and machine in one process, real TCP in between.

Time is moved by hand on both sides; only bytes take as long as they take, on loopback.
"""

from __future__ import annotations

import asyncio
from typing import Any, override

from custom_components.descent.treadmills.dircon import DirconLink
from tests.machines.dircon_server import LOOPBACK, DirconServer
from tests.machines.profiles import PROFILES, Profile
from tests.treadmills.rig_ftms import FtmsRig

# Turns of the event loop without a byte on the wire until it counts as quiet. A byte that was sent
# on loopback is there already: what is waited for is the tasks that lead to the next one.
QUIET_TURNS = 12


class DirconRig(FtmsRig):
    """Driver and machine over TCP, for any profile."""

    link: DirconLink
    server: DirconServer

    def __init__(self, profile: Profile = PROFILES["typical"], **quirks: Any) -> None:
        super().__init__(profile, **quirks)

    def join(self) -> DirconLink:
        """Have the machine listen on loopback."""
        self.server = DirconServer(self.clock, self.machine)
        port = self.server.open()
        self.link = DirconLink(self.clock, lambda: (LOOPBACK, port))
        return self.link

    async def settle(self) -> None:
        """Let bytes and tasks go on, at the time it is, until the wire is quiet."""
        seen, quiet = self.server.traffic, 0
        while quiet < QUIET_TURNS:
            await asyncio.sleep(0)
            quiet = quiet + 1 if self.server.traffic == seen else 0
            seen = self.server.traffic

    @override
    async def close(self) -> None:
        """Let go."""
        await super().close()
        await self.server.close()
