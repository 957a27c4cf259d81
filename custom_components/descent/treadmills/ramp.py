"""One move of an actuator as a formula of time, so that nothing has to step through it."""

from __future__ import annotations

import math

DEAD_BAND = 0.025  # closer to the target than this counts as there; friction holds a belt that slow


class Ramp:
    """Hold, then a constant rate, then (with ``settle_s``) an exponential approach to the target.

    The rate limit meets the exponential where both have the same slope: ``rate * settle_s`` before
    the target. The approach ends within ``DEAD_BAND``. Without ``settle_s`` the move is linear to
    its end. ``starts`` and ``ends`` are the times of motion; values are in the actuator's own unit.
    """

    __slots__ = (
        "_approach_s",
        "_error",
        "_knee_s",
        "_settle_s",
        "_since",
        "_slope",
        "_start",
        "ends",
        "rate",
        "starts",
        "target",
    )

    def __init__(
        self,
        since: float,
        start: float,
        target: float,
        rate: float,
        *,
        delay_s: float = 0.0,
        settle_s: float = 0.0,
    ) -> None:
        """Order, at ``since``, a move from ``start`` to ``target`` at ``rate`` units a second."""
        distance = abs(target - start)
        knee = min(distance, rate * settle_s)
        self.target = target
        self.rate = rate
        self._since = since
        self._start = start
        self._settle_s = settle_s
        self._slope = math.copysign(rate, target - start)
        self._knee_s = (distance - knee) / rate
        self._error = math.copysign(knee, start - target)
        self._approach_s = settle_s * math.log(knee / DEAD_BAND) if knee > DEAD_BAND else 0.0
        self.starts = since + delay_s
        self.ends = self.starts + self._knee_s + self._approach_s

    def at(self, now: float) -> float:
        """Return the value at ``now``, which is not before the order."""
        moved = now - self.starts
        if moved <= 0:
            return self._start
        if now >= self.ends:
            return self.target
        if moved <= self._knee_s:
            return self._start + self._slope * moved
        return self.target + self._error * math.exp((self._knee_s - moved) / self._settle_s)

    def integral(self, now: float) -> float:
        """Return the exact integral of the value from the order to ``now``."""
        area = self._start * (min(now, self.starts) - self._since)
        moved = now - self.starts
        if moved <= 0:
            return area
        straight = min(moved, self._knee_s)
        area += straight * (self._start + self._slope * straight / 2)
        if moved <= self._knee_s:
            return area
        area += self.target * (moved - self._knee_s)
        if self._approach_s:
            curved = min(moved - self._knee_s, self._approach_s)
            area -= self._error * self._settle_s * math.expm1(-curved / self._settle_s)
        return area
