"""What telemetry lets one believe: whether it is fresh, and whether the belt moves (rules R2, R5).

Some machines send single zero-speed frames while the belt runs. A sudden zero is believed after 3
s, or at once when a status says that the belt was stopped; meanwhile the belt counts as moving.
Others send nothing while the belt stands: then it has to be asked whether the machine is there.
"""

from __future__ import annotations

import math

from ..model import Telemetry
from ..rules import FRESH_S, LOST_S, MOVING_KMH, SUDDEN_KMH, ZERO_DEBOUNCE_S


class TelemetryWatch:
    """The newest measurement and what it is worth."""

    def __init__(self) -> None:
        """Start without a measurement."""
        self.sample: Telemetry | None = None
        self.fresh_samples = 0  # consecutive, since contact was made
        self._doubtful_since: float | None = None
        self.key_out = False
        self.moving_samples = 0  # consecutive, doubtful zeros between them not forgiven
        # The deck is not measured. Some machines leave it out as long as the belt stands.
        self.deck_unseen = False
        self._answered_at = -math.inf  # when the machine was asked, for want of a measurement
        self._stop_told = False  # by a status, and no measurement of a moving belt since

    def see(self, sample: Telemetry, *, zero_expected: bool) -> bool:
        """Take in a measurement; returns whether it is to be believed."""
        last, self.sample = self.sample, sample
        silent = last is not None and sample.at > last.at + LOST_S
        self.fresh_samples = 1 if silent else self.fresh_samples + 1
        self.key_out = sample.safety_key_out
        if sample.incline_pct is not None or sample.speed_kmh > MOVING_KMH:
            self.deck_unseen = sample.incline_pct is None
        self.moving_samples = self.moving_samples + 1 if sample.speed_kmh > MOVING_KMH else 0
        self._stop_told &= sample.speed_kmh <= MOVING_KMH
        if sample.speed_kmh > MOVING_KMH or self.key_out:
            self._doubtful_since = None
            return True
        before = 0.0 if last is None else last.speed_kmh
        could = SUDDEN_KMH * (0.0 if last is None else sample.at - last.at)
        expected = before <= MOVING_KMH or (zero_expected and before <= could)
        if self._doubtful_since is None and not expected:
            self._doubtful_since = sample.at
        if self._doubtful_since is not None and sample.at - self._doubtful_since >= ZERO_DEBOUNCE_S:
            self._doubtful_since = None
        return not self.doubtful

    def believe_zero(self, *, key_out: bool = False) -> None:
        """A status says that the belt was stopped, and whether by the safety key."""
        self._doubtful_since = None
        self._stop_told = True
        self.key_out |= key_out

    def answered(self, now: float) -> None:
        """The machine is there, and measures nothing.

        So a zero that was the last it measured has not been contradicted since.
        """
        self._answered_at = now
        if self._doubtful_since is not None and now - self._doubtful_since >= ZERO_DEBOUNCE_S:
            self._doubtful_since = None

    def lose(self) -> None:
        """Contact is gone: what was measured before says nothing about now."""
        self.fresh_samples = 0
        self._doubtful_since = None
        self._answered_at, self._stop_told = -math.inf, False

    def fresh(self, now: float) -> bool:
        """Whether there is telemetry young enough to act on, of the contact there is now."""
        if self.sample is None or not self.fresh_samples:
            return False
        return now - self.sample.at <= FRESH_S

    def stands_in_silence(self, now: float) -> bool:
        """Whether the machine is there and measures nothing, which some do while the belt stands.

        Not if the last thing it told is that the belt moves.
        """
        moved = self.fresh_samples > 0 and self.moving and not self._stop_told
        return not moved and now - self._answered_at <= FRESH_S

    @property
    def doubtful(self) -> bool:
        """Whether the newest measurement is a zero that is not believed yet."""
        return self._doubtful_since is not None

    @property
    def moving(self) -> bool:
        """Whether the belt was last measured to move."""
        if self.doubtful:
            return True
        return self.sample is not None and self.sample.speed_kmh > MOVING_KMH

    @property
    def at_rest(self) -> bool:
        """Whether telemetry says that the belt stands."""
        return self.sample is not None and not self.moving
