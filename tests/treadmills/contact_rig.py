"""Contact kept over a link that is as slow as a test wants it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from custom_components.descent.treadmills.base import Contact, ContactError, TreadmillError
from custom_components.descent.treadmills.reconnect import Reconnector
from tests.machines.ftms import FtmsMachine
from tests.machines.profiles import PROFILES
from tests.treadmills.manual_loop import ManualLoop
from tests.treadmills.memory_link import MemoryLink

STEP_S = 0.25
NOT_FOUND = ContactError(Contact.NOT_FOUND, "nobody is there")
NO_SLOT = ContactError(Contact.NO_SLOT, "every connection is in use")


async def open_gate() -> None:
    """Let everybody through at once."""


class SlowLink(MemoryLink):
    """A link that opens and closes no faster than a test lets it."""

    def __init__(self, machine: FtmsMachine, now: Callable[[], float]) -> None:
        super().__init__(machine)
        self.tries: list[float] = []  # when
        self.opening: Callable[[], Awaitable[object]] = open_gate
        self.closing: Callable[[], Awaitable[object]] = open_gate
        self._now = now

    async def open(self, on_lost: Callable[[], None]) -> None:
        self.tries.append(self._now())
        await self.opening()
        await super().open(on_lost)

    async def close(self) -> None:
        await super().close()
        await self.closing()


class Rig:
    """Contact, the link it is kept over, and everything that was told of it."""

    def __init__(self) -> None:
        self.loop = ManualLoop()
        self.clock = self.loop.clock()
        self.machine = FtmsMachine(self.clock, PROFILES["typical"])
        self.link = SlowLink(self.machine, self.clock.now)
        self.preparing: Callable[[], Awaitable[object]] = open_gate
        self.told: list[str] = []
        self.contact = Reconnector(
            self.clock,
            self.link,
            prepare=self._prepare,
            up=lambda: self.told.append("up"),
            down=lambda: self.told.append("down"),
            changed=lambda: self.told.append(self.contact.contact.value),
        )

    async def _prepare(self) -> None:
        await self.preparing()

    async def run(self, seconds: float) -> None:
        """Let time pass in small steps."""
        await self.settle()
        for _ in range(round(seconds / STEP_S)):
            self.loop.run(STEP_S)
            await self.settle()

    async def settle(self) -> None:
        """Let tasks go on, at the time it is."""
        for _ in range(8):
            await asyncio.sleep(0)

    def begin(self) -> asyncio.Task[None]:
        """Want contact, and wait for nothing."""
        return asyncio.create_task(self.contact.start())

    async def fail(self, error: TreadmillError, seconds: float) -> None:
        """Want contact that cannot be made, for some time."""
        self.link.failure = error
        with pytest.raises(type(error)):
            await self.contact.start()
        await self.run(seconds)


async def forever() -> None:
    """Wait for what never comes."""
    await asyncio.get_running_loop().create_future()
