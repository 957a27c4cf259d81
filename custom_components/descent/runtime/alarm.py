"""A timer that is put off with every measurement, which costs next to nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from ..const import LATE_S
from ..treadmills.clock import Clock


class Alarm:
    """Calls something once, at a time of a treadmill's clock that may be moved until then.

    A timer of the event loop is left where it is when the time moves further away: it finds that
    out when it is called, and is set anew. So whatever else is due at the same time, and was asked
    for before the time was last moved, is called before.
    """

    def __init__(
        self, loop: asyncio.AbstractEventLoop, clock: Clock, ring: Callable[[float], None]
    ) -> None:
        """Be silent; ``ring`` is called with the time that was set."""
        self._loop = loop
        self._clock = clock
        self._ring = ring
        self._timer: asyncio.Handle | None = None
        self._due = 0.0
        self._timed_for = 0.0
        self._moved = False  # since the timer was set

    def set(self, due: float) -> None:
        """Ring at ``due``, and not when it was to ring before."""
        self._due = due
        if self._timer is not None and due >= self._timed_for:
            self._moved = True
            return
        self.cancel()
        self._start()

    def cancel(self) -> None:
        """Do not ring."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _start(self) -> None:
        self._moved, self._timed_for = False, self._due
        self._timer = self._clock.call_at(self._due, self._look)

    def _look(self) -> None:
        late_s = self._clock.real_seconds(self._clock.now() - self._due)
        if late_s > LATE_S and not self._moved:
            # The loop was blocked. Reports that came in meanwhile are queued right behind this
            # call.
            self._timer = self._loop.call_soon(self._end)
        else:
            self._end()

    def _end(self) -> None:
        self._timer = None
        if self._moved:
            self._start()
        else:
            self._ring(self._due)
