"""What a driver is: the few things Descent asks of a treadmill, whatever it speaks.

A driver has no opinion. It carries out what it is told, reports what it hears, and never decides,
retries, smooths or remembers a wish: the gate (training/gate) does that. No entities and no
config entries in this room.
"""

from __future__ import annotations

import asyncio
from asyncio import AbstractEventLoop, TimerHandle
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from heapq import heappop, heappush
from itertools import count
from typing import Protocol

from ..training.events import Link, Status
from ..training.model import Machine, Telemetry

type Report = Telemetry | Status | Link
type Listener = Callable[[Report], None]


class TreadmillError(Exception):
    """Base of everything a driver raises on purpose."""


class NotConnectedError(TreadmillError):
    """There is no contact with the machine; the command was not sent."""


class Contact(StrEnum):
    """How it stands with contact to a machine, and if there is none, why."""

    CONNECTED = "connected"
    CONNECTING = "connecting"
    NOT_FOUND = "not_found"  # nobody hears it: off, out of reach, or connected to something else
    NO_SLOT = "no_slot"  # heard, but no adapter or proxy has a connection to spare
    TAKEN = "taken"  # it is there, and lets nobody in: something else is connected to it
    UNREACHABLE = "unreachable"  # it is there, and connecting fails
    UNSUITABLE = "unsuitable"  # connected, and it is no treadmill that can be understood
    RELEASED = "released"  # let go on purpose


class ContactError(NotConnectedError):
    """Contact could not be made; ``contact`` says why."""

    def __init__(self, contact: Contact, message: str) -> None:
        """Keep the reason; ``message`` is for the log."""
        super().__init__(message)
        self.contact = contact


class RejectedError(TreadmillError):
    """The machine answered, and the answer was no."""


class NoAnswerError(TreadmillError):
    """The command went out, no answer came in time: its outcome is unknown (rule R6, no retry)."""


@dataclass(order=True, slots=True)
class _Due:
    """A timer of a scaled clock."""

    when: float
    order: int  # of asking, among those due at the same time
    handle: TimerHandle | None = field(default=None, compare=False)

    @property
    def over(self) -> bool:
        """Whether it was called, or never will be."""
        return self.handle is None or self.handle.cancelled()


class Clock:
    """Monotonic seconds of one treadmill's world.

    Real treadmills live at scale 1. The virtual treadmill may run faster: its physics, the engine
    and every timer of that entry read this clock, so that nothing else has to know.

    A faster clock is a simulation, and never shows a time past a timer that is still to be called:
    where Home Assistant is busy for a tenth of a second, that world waits, instead of losing
    contact for six seconds.
    """

    def __init__(self, loop: AbstractEventLoop, scale: float = 1.0) -> None:
        """Start at 0 now; ``scale`` seconds pass per real second."""
        self._loop = loop
        self.scale = scale
        self._origin = loop.time()
        self._shown = 0.0
        self._held = False  # while a timer's action runs: it sees the time it was due
        self._due: list[_Due] = []
        self._timers = count()

    def now(self) -> float:
        """Seconds since the clock was made."""
        if self._held:
            return self._shown
        shown = (self._loop.time() - self._origin) * self.scale
        if self.scale != 1:
            first = self._first()
            if first is not None:
                shown = min(shown, first.when)
        self._shown = max(self._shown, shown)
        return self._shown

    def call_at(self, when: float, action: Callable[[], None]) -> TimerHandle:
        """Call ``action`` when this clock shows ``when``; an absolute time, so nothing drifts."""
        due = self._origin + when / self.scale
        if self.scale == 1:
            return self._loop.call_at(due, action)
        timer = _Due(when, next(self._timers))
        timer.handle = self._loop.call_at(due, self._run, timer, action)
        heappush(self._due, timer)
        return timer.handle

    @asynccontextmanager
    async def limit(self, seconds: float) -> AsyncIterator[None]:
        """Raise ``TimeoutError`` unless what is inside ends within ``seconds`` of this clock."""
        async with asyncio.timeout(None) as limit:
            # Its seconds may be shorter than the event loop's.
            timer = self.call_at(
                self.now() + seconds,
                lambda: limit.reschedule(asyncio.get_running_loop().time()),
            )
            try:
                yield
            finally:
                timer.cancel()

    async def sleep(self, seconds: float) -> None:
        """Return when ``seconds`` of this clock have passed."""
        over: asyncio.Future[None] = asyncio.get_running_loop().create_future()

        def end() -> None:
            if not over.done():
                over.set_result(None)

        timer = self.call_at(self.now() + seconds, end)
        try:
            await over
        finally:
            timer.cancel()

    def real_seconds(self, seconds: float) -> float:
        """Convert a span of this clock to real seconds."""
        return seconds / self.scale

    def _first(self) -> _Due | None:
        while self._due and self._due[0].over:
            heappop(self._due)
        return self._due[0] if self._due else None

    def _run(self, timer: _Due, action: Callable[[], None]) -> None:
        if timer.over:
            return
        if timer is not self._first():
            # The loop calls what is due in one go, even if an earlier timer was armed meanwhile.
            self._loop.call_at(self._loop.time(), self._run, timer, action)
            return
        timer.handle = None
        self._shown = max(self._shown, timer.when)
        self._held = True
        try:
            action()
        finally:
            self._held = False


class Treadmill(Protocol):
    """One machine. Reports arrive through the listener, in the event loop, as they happen."""

    @property
    def machine(self) -> Machine:
        """What it can do. Known from the start for a virtual one, after connecting for others."""

    @property
    def connected(self) -> bool:
        """Whether there is contact right now."""

    @property
    def contact(self) -> Contact:
        """How it stands with contact."""

    def on_contact(self, changed: Callable[[], None]) -> Callable[[], None]:
        """Call ``changed`` whenever ``contact`` or ``machine`` changed; returns a function to end.

        A change of ``connected`` is reported as a ``Link`` first.
        """

    def trace(self) -> list[str]:
        """Return what lately went over the wire, oldest first; nothing where there is none."""

    def listen(self, listener: Listener) -> Callable[[], None]:
        """Send every report to ``listener`` from now on; returns a function that ends it."""

    async def connect(self) -> None:
        """Make contact and keep it, reconnecting by itself, until ``disconnect``.

        Raises ``TreadmillError`` if the first try fails; further tries follow all the same.
        """

    async def disconnect(self) -> None:
        """Let go. Idempotent, never raises."""

    async def set_speed(self, speed_kmh: float) -> None:
        """Ask for a belt speed in km/h.

        Returns once the machine accepted; raises ``TreadmillError`` otherwise.
        """

    async def set_incline(self, incline_pct: float) -> None:
        """Ask for a deck angle in signed percent.

        Returns once the machine accepted; raises ``TreadmillError`` otherwise.
        """

    async def start_belt(self) -> None:
        """Start the belt (rule R2: only ever sent once, by the gate). Raises ``TreadmillError``."""

    async def stop_belt(self) -> None:
        """Stop the belt.

        Raises ``TreadmillError``; the caller repeats it only as a stop (rule R4).
        """

    async def release_control(self) -> None:
        """Give control back to the console. Never raises for machines that have no such thing."""
