"""An event loop's clock that stands still until a test moves it. No waiting, no tolerances."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from heapq import heappop, heappush
from itertools import count
from typing import cast

from custom_components.descent.treadmills.clock import Clock


class ManualLoop:
    """The few methods of an event loop that a ``Clock`` and its timers need."""

    def __init__(self) -> None:
        self._now = 1000.0  # no code may count on a clock that starts at 0
        self._timers: list[tuple[float, int, asyncio.TimerHandle]] = []
        self._order = count()

    def time(self) -> float:
        """Show the time."""
        return self._now

    def call_at(
        self, when: float, callback: Callable[..., object], *args: object
    ) -> asyncio.TimerHandle:
        """Keep a timer until the time is moved past it."""
        handle = asyncio.TimerHandle(when, callback, args, cast("asyncio.AbstractEventLoop", self))
        heappush(self._timers, (when, next(self._order), handle))
        return handle

    def call_soon(self, callback: Callable[..., object], *args: object) -> asyncio.Handle:
        """Call it behind everything that is due by now."""
        return self.call_at(self._now, callback, *args)

    def get_debug(self) -> bool:
        """Answer what a handle asks."""
        return False

    def _timer_handle_cancelled(self, handle: asyncio.TimerHandle) -> None:
        """Take note of a cancelled handle, which stays where it is."""

    def call_exception_handler(self, context: dict[str, object]) -> None:
        """Let an error in a timer fail the test."""
        raise cast("Exception", context["exception"])

    @property
    def waiting(self) -> int:
        """How many timers are still to be called."""
        return sum(not handle.cancelled() for _, _, handle in self._timers)

    def run(self, seconds: float) -> None:
        """Move the time on, calling every timer when it is due."""
        end = self._now + seconds
        while self._timers and self._timers[0][0] <= end:
            when, _, handle = heappop(self._timers)
            self._now = max(self._now, when)
            if not handle.cancelled():
                handle._run()
        self._now = end

    def stall(self, seconds: float) -> None:
        """Move the time on and call nothing: the loop is still blocked."""
        self._now += seconds

    def block(self, seconds: float) -> None:
        """Move the time on as a blocked loop does: timers are called when it is over."""
        self.stall(seconds)
        self.run(0)

    def clock(self, scale: float = 1.0) -> Clock:
        """Make a treadmill's clock that reads this loop."""
        return Clock(cast("asyncio.AbstractEventLoop", self), scale)
