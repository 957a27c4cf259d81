"""What a runner sets at the console of a belt that a suspended session has let go (rule R11).

A slower speed is the ceiling for the rest of the set, whatever the session was suspended for. It is
the one at which the belt stands in the end; a belt that is stopped and started again has none.
"""

from __future__ import annotations

import math

from ..gate import Gate
from ..model import Telemetry
from ..rules import DRIFT_KMH


class SetByHand:
    """The speed that was set by hand while nobody here held the belt."""

    def __init__(self, gate: Gate) -> None:
        """Nothing was set."""
        self._gate = gate
        self._slower = False
        self._over = True
        self._left_kmh = -math.inf
        self._kmh: float | None = None

    def begin(self, *, slower: bool, obeyed: bool) -> None:
        """The session is suspended; ``slower`` if because somebody has slowed the belt down.

        One that has not ``obeyed`` is not on its way to what it was told.
        """
        gate, left = self._gate, self._gate.left_kmh
        self._slower, self._over, self._kmh = slower, False, None
        self._left_kmh = -math.inf if left is None else left
        if gate.sample is not None and not obeyed:
            self._left_kmh = min(self._left_kmh, gate.sample.speed_kmh)

    def forget(self) -> None:
        """What the belt does from now on is no hand's doing."""
        self._over, self._kmh = True, None

    def see(self, sample: Telemetry) -> None:
        """Look at a measurement of the suspended session."""
        gate = self._gate
        self._over = self._over or gate.halting or not gate.belt_moving
        if self._over or not gate.belt_still:
            return
        self._slower = self._slower or sample.speed_kmh < self._left_kmh - DRIFT_KMH
        self._kmh = sample.speed_kmh if self._slower else None

    def take(self) -> float | None:
        """Return the ceiling in km/h; None if there is none, or none any more.

        To be asked until the belt is where it was set: on its way down that is lower each time.
        """
        sample, way = self._gate.sample, self._gate.belt_coasts
        if not self._over and sample is not None:
            if way > 0:
                return None
            self._over = not way
            slower = self._slower or sample.speed_kmh < self._left_kmh - DRIFT_KMH
            return sample.speed_kmh if slower else None
        kmh, self._kmh = self._kmh, None
        return kmh
