"""A stop under way (rule R4): repeated as a stop until telemetry says that the belt stands."""

from __future__ import annotations

from collections.abc import Iterator
import math

from ..rules import (
    CONFIRM_S,
    MOVED_KMH,
    MOVING_KMH,
    REST_SAMPLES,
    STARTED_AGAIN_KMH,
    STOP_GIVE_UP_S,
    STOP_REPEAT_S,
)


class Stopping:
    """What became of the stops the belt was sent; only those somebody asked for are repeated."""

    def __init__(self) -> None:
        """No stop is under way."""
        self.asked = False
        self.halting = False  # one was sent, and the belt was not measured at rest since
        self.runaway = False  # it is stopped because it went the wrong way
        self.sent_at = -math.inf
        self._asked_at = -math.inf
        self._failed = False  # one of it was refused, or could not be sent
        self._slowed_at = -math.inf
        self._lowest = math.inf
        self._rests = 0

    def ask(self, now: float, *, runaway: bool = False) -> None:
        """Somebody wants the belt stopped; asking again does not start the waiting anew."""
        if not self.asked:
            self._slowed_at, self._failed = now, False
        self.runaway |= runaway
        self.asked, self._asked_at = True, now

    def sent(self, now: float) -> None:
        """Note a stop that was sent."""
        self.sent_at = now

    def refused(self) -> None:
        """The machine takes no stop: nothing brings the belt to rest, and a zero is no rest yet."""
        self.halting &= self.asked

    def fails(self) -> bool:
        """Note that a stop somebody asked for did not reach the machine; whether that is news."""
        news = self.asked and not self._failed
        self._failed = True
        return news

    def halt(self, speed_kmh: float) -> None:
        """A moving belt is coming to rest."""
        if not self.halting:
            self.halting, self._lowest = True, speed_kmh

    def observe(self, speed_kmh: float, now: float) -> None:
        """Look whether a moving belt obeys."""
        if self.asked:
            self.halt(speed_kmh)
        self._rests = 0 if speed_kmh > MOVING_KMH else self._rests + 1
        if self._rests >= REST_SAMPLES:
            self.over()
        elif not self._rests and speed_kmh <= self._lowest - MOVED_KMH:
            self._lowest, self._slowed_at = speed_kmh, now
        elif not self.asked and speed_kmh >= self._lowest + STARTED_AGAIN_KMH:
            self.over()  # it gains speed, and nobody here told it to

    def over(self) -> None:
        """The belt stands, or the runner has started it again at the console."""
        self.asked = self.halting = self.runaway = False

    @property
    def _given_up_at(self) -> float:
        return self._asked_at + STOP_GIVE_UP_S

    def repeats(self, now: float) -> bool:
        """Whether it is time to send the stop again."""
        return self.asked and self.sent_at + STOP_REPEAT_S <= now < self._given_up_at

    def overdue(self, now: float) -> bool:
        """Whether the belt has shown no sign of slowing down for too long; once each time."""
        if not self.asked or now < self._slowed_at + CONFIRM_S or now >= self._given_up_at:
            return False
        self._slowed_at = now
        return True

    def times(self) -> Iterator[float]:
        """When something is due, as long as a stop is asked for."""
        due = (self.sent_at + STOP_REPEAT_S, self._slowed_at + CONFIRM_S)
        yield from (at for at in due if self.asked and at < self._given_up_at)
