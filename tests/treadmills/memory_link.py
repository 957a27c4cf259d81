"""A link without a wire: a simulated machine in the same process, at the other end of nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping

from custom_components.descent.treadmills.base import (
    Contact,
    ContactError,
    NoAnswerError,
    NotConnectedError,
    RejectedError,
)
from custom_components.descent.treadmills.gatt import Heard, Property
from tests.machines.ftms import AttError, FtmsMachine, NoReply, Taken
from tests.machines.profiles import WireFault


class MemoryLink:
    """Joins a driver to a simulated machine. What a test sets here happens at the next call."""

    def __init__(self, machine: FtmsMachine) -> None:
        self.machine = machine
        self.opened = 0
        self.closed = 0
        self.failure: Exception | None = None  # of the next tries to open
        self.hanging: set[int] = set()  # numbers whose reads and writes never return
        self.appeared: Callable[[], None] = lambda: None
        self.is_open = False
        self._on_lost: Callable[[], None] = lambda: None
        self._heard: dict[int, Heard] = {}
        self._forgotten = False  # by the machine, which did not say so
        self._unanswered: set[asyncio.Future[None]] = set()

    @property
    def characteristics(self) -> Mapping[int, Property]:
        """Everything that all services offer."""
        return {
            number: able
            for service in self.machine.services.values()
            for number, able in service.items()
        }

    async def open(self, on_lost: Callable[[], None]) -> None:
        """Connect to the machine, unless it lets nobody in or the test has other plans."""
        self.opened += 1
        if self.failure is not None:
            raise self.failure
        if self.machine.dark:
            raise ContactError(Contact.NOT_FOUND, "nobody is there")
        if WireFault.REFUSE_CONNECTION in self.machine.wire_faults:
            raise ContactError(Contact.UNREACHABLE, "it refuses to be connected to")
        try:
            self.machine.connected(self._carry)
        except Taken as error:
            raise ContactError(Contact.TAKEN, "somebody else is connected") from error
        self.is_open, self._forgotten = True, False
        self._on_lost = on_lost
        self.machine.on_hang_up = self.lose
        self.machine.on_faults = self._look
        if WireFault.HANG_UP in self.machine.wire_faults:
            self.lose()

    async def close(self) -> None:
        """Let go."""
        self.closed += 1
        self._end()

    async def read(self, number: int) -> bytes:
        """Read from the machine."""
        await self._hang(number)
        try:
            return self.machine.read(number)
        except AttError as error:
            raise RejectedError(str(error)) from error
        except NoReply:
            await self._never()
            raise

    async def write(self, number: int, value: bytes) -> None:
        """Write to the machine."""
        await self._hang(number)
        try:
            self.machine.write(number, value)
        except AttError as error:
            raise RejectedError(str(error)) from error

    async def subscribe(self, number: int, heard: Heard) -> None:
        """Listen to the machine."""
        await self._hang(number)
        self._heard[number] = heard
        try:
            self.machine.subscribe(number, on=True)
        except AttError as error:
            raise RejectedError(str(error)) from error
        except NoReply:
            await self._never()

    def watch(self, appeared: Callable[[], None]) -> Callable[[], None]:
        """Keep who wants to know that the machine shows itself; a test calls ``appeared``."""
        self.appeared = appeared

        def end() -> None:
            self.appeared = lambda: None

        return end

    def say(self, number: int, value: bytes) -> None:
        """Have the driver hear something that no machine said."""
        self._heard[number](value)

    def lose(self) -> None:
        """Lose contact, as the other side or the air between would."""
        if self.is_open:
            self._end()
            self._on_lost()

    def _carry(self, number: int, value: bytes) -> None:
        if number in self._heard:
            self._heard[number](value)

    def _look(self) -> None:
        faults = self.machine.wire_faults
        if self.machine.dark or WireFault.HANG_UP in faults:
            self.lose()
        elif WireFault.HALF_OPEN in faults:
            self._forgotten = True
            self.machine.disconnected()

    def _end(self) -> None:
        self.is_open = False
        self._heard.clear()
        self.machine.disconnected()
        for waiting in tuple(self._unanswered):
            if not waiting.done():
                waiting.set_exception(NoAnswerError("contact ended before the answer came"))

    async def _hang(self, number: int) -> None:
        if not self.is_open:
            raise NotConnectedError("the link is closed")
        if number in self.hanging or self._forgotten:
            await self._never()

    async def _never(self) -> None:
        waiting: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._unanswered.add(waiting)
        try:
            await waiting
        finally:
            self._unanswered.discard(waiting)
