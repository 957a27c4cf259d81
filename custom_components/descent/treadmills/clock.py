"""The time one treadmill lives by: a clock that may run faster than ours, and its timers."""

from __future__ import annotations

import asyncio
from asyncio import AbstractEventLoop, TimerHandle
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from heapq import heappop, heappush
from itertools import count


@dataclass(order=True, slots=True)
class _Timer:
    """Something to be called at a time of a clock that is faster than the event loop's."""

    when: float
    order: int  # in which they were asked for, among those due at the same time
    handle: TimerHandle | None = field(default=None, compare=False)

    @property
    def over(self) -> bool:
        """Whether it was called, or never will be."""
        return self.handle is None or self.handle.cancelled()


class Clock:
    """Monotonic seconds of one treadmill: its driver, the engine and all their timers read it.

    A real treadmill's clock runs at scale 1. A simulated one may run faster, and nothing else has
    to know.

    A faster clock never shows a time past a timer that is still to be called. If Home Assistant is
    busy for a tenth of a second, the simulation waits for it; it does not lose contact for six of
    its own seconds.
    """

    def __init__(self, loop: AbstractEventLoop, scale: float = 1.0) -> None:
        """Start at 0 now; ``scale`` seconds pass per real second."""
        self._loop = loop
        self.scale = scale
        self._origin = loop.time()
        self._shown = 0.0
        self._held = False  # while a timer's action runs: it sees the time it was due
        self._due: list[_Timer] = []
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
        timer = _Timer(when, next(self._timers))
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

    def _first(self) -> _Timer | None:
        while self._due and self._due[0].over:
            heappop(self._due)
        return self._due[0] if self._due else None

    def _run(self, timer: _Timer, action: Callable[[], None]) -> None:
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
