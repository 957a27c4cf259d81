"""How the readings of belt or deck have been moving lately, whatever it was told.

Readings may wobble by a tenth to either side, and come once a second or four times. So a movement
is looked for over a while, not from one reading to the next.
"""

from __future__ import annotations

from collections import deque
import math

from ..rules import NEAR, PACE_S, STILL_S, VISIBLE


class Movement:
    """The readings of the last two seconds."""

    def __init__(self) -> None:
        """Nothing was measured yet."""
        self._past: deque[tuple[float, float]] = deque()

    def see(self, measured: float, now: float) -> None:
        """Take in a reading: km/h or percent, and when it was taken."""
        past = self._past
        past.append((now, measured))
        while len(past) > 1 and past[1][0] <= now - STILL_S:
            past.popleft()

    def forget(self) -> None:
        """Contact was lost: what was measured before says nothing about a movement now."""
        self._past.clear()

    @property
    def seen_since(self) -> float:
        """When the readings of it begin that say whether it is still."""
        return self._past[0][0] if self._past else math.inf

    @property
    def still(self) -> bool:
        """Whether it stands, seen for long enough to say so."""
        past = self._past
        if not past or past[-1][0] - past[0][0] < STILL_S:
            return False
        readings = [measured for _, measured in past]
        return max(readings) - min(readings) <= VISIBLE + NEAR

    @property
    def direction(self) -> float:
        """1 if it goes up, -1 if it goes down, 0 where neither can be seen."""
        gone = self._past[-1][1] - self._past[0][1] if self._past else 0.0
        return 0.0 if abs(gone) <= VISIBLE + NEAR else 1.0 if gone > 0 else -1.0

    @property
    def lately(self) -> tuple[float, float] | None:
        """How far it went over the last second or so, and in how many; None if not seen so long."""
        now, measured = self._past[-1] if self._past else (0.0, 0.0)
        for at, before in reversed(self._past):
            if at <= now - PACE_S:
                return measured - before, now - at
        return None
