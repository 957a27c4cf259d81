"""Finds out that a belt stands although its machine goes on telling the speed it had.

Some repeat their last measurement while they are paused (qdomyos-zwift #2781, #3404, #509), without
a status: the same speed, and way and time that do not go on. One field is not believed against the
others then. A speed that changes is alive, whatever they say: many stop their time at once and tell
how the belt slows down.
"""

from __future__ import annotations

from collections import deque
from enum import Enum, auto
from typing import Final

from ..training.rules import MOVING_KMH
from .ftms_codec import TreadmillData

# Seconds that a number of whole seconds may stand, for each second it goes on by.
TIME_S: Final = 1.5
# The way may stand this many times as long as its finest step takes at the speed that is told, or
# as long as it lately stood at most.
TIMES: Final = 1.5
SHORTEST_S: Final = 1.5
# From these shares of that on, a measurement is neither believed nor contradicted.
UNSURE_OF_TIME: Final = 0.6
UNSURE_OF_WAY: Final = 0.8
# What one packet can prove: those that waited somewhere come all at once, and late.
ONE_PACKET_S: Final = 1.25
FEWEST_STEPS: Final = 2  # until it is known that a number goes on with the belt
REMEMBERED: Final = 5  # steps
_FULL_M: Final = (1 << 24) - 1  # what is sent for "not known"
_FULL_S: Final = (1 << 16) - 1


class Belief(Enum):
    """What a speed that was told is worth."""

    AS_TOLD = auto()
    UNSURE = auto()
    STANDS = auto()


class _Count:
    """A number that goes on as long as the belt moves."""

    def __init__(self) -> None:
        """Know nothing of it."""
        self.value: int | None = None
        self.finest: int | None = None  # the smallest step so far
        self.steps = 0  # at most as many as it takes to know that it counts
        self.grew = False  # since somebody looked
        self.heard = False
        self.still_s = 0.0  # since it changed, or the speed did
        self._gaps: deque[float] = deque(maxlen=REMEMBERED)

    @property
    def counts(self) -> bool:
        """Whether it was seen to go on."""
        return self.steps >= FEWEST_STEPS

    @property
    def longest_gap_s(self) -> float:
        """How long it lately stood at most, between two steps."""
        return max(self._gaps, default=0.0)

    def take(self, value: int | None, full: int) -> None:
        """Take in what it is now; ``full`` stands for nothing."""
        if value is None or value == full:
            return
        before, self.value, self.heard = self.value, value, True
        if before is None or value == before:
            return
        if value > before:
            self.grew = True
            self.steps = min(self.steps + 1, FEWEST_STEPS)
            step = value - before
            self.finest = step if self.finest is None else min(self.finest, step)
            self._gaps.append(self.still_s)
        self.still_s = 0.0

    def pass_on(self, seconds: float) -> None:
        """Note that it was looked at, ``seconds`` after the time before."""
        if self.heard:
            self.still_s += seconds

    def looked_at(self) -> None:
        """Begin anew with what somebody looks for."""
        self.grew = self.heard = False


class Standing:
    """Judges the speeds of one machine by the way and the time it tells with them."""

    def __init__(self) -> None:
        """Know nothing yet."""
        self._way, self._time = _Count(), _Count()
        self._speed: float | None = None
        self._looked_at = 0.0
        self._stood: tuple[_Count, ...] = ()  # what it was that stood, as long as the belt does

    def begin(self) -> None:
        """Begin anew, with a new connection; what is known of the machine stays."""
        self._speed, self._stood = None, ()
        self._way.value = self._time.value = None
        self._still()

    def take(self, data: TreadmillData, now: float) -> Belief:
        """Take in a measurement in the machine's own numbers; it counts if it has a speed."""
        self._way.take(data.distance_m, _FULL_M)
        self._time.take(data.elapsed_s, _FULL_S)
        if data.speed_kmh is None:
            return Belief.AS_TOLD  # some tell way and time in packets of their own
        since, self._looked_at = min(now - self._looked_at, ONE_PACKET_S), now
        alive = data.speed_kmh != self._speed or data.speed_kmh <= MOVING_KMH
        self._speed = data.speed_kmh
        if alive:
            self._stood = ()
            self._still()
        elif any(count.grew for count in self._stood):
            self._stood = ()
        for count in (self._way, self._time):
            count.pass_on(0.0 if alive or count.grew else since)
        belief = Belief.AS_TOLD if alive else self._judge(data.speed_kmh)
        for count in (self._way, self._time):
            count.looked_at()
        return belief

    def _still(self) -> None:
        for count in (self._way, self._time):
            count.still_s = 0.0

    def _judge(self, speed_kmh: float) -> Belief:
        if self._stood:
            return Belief.STANDS
        by_time, by_way = self._share_of_time, self._share_of_way(speed_kmh)
        if by_time >= 1 or by_way >= 1:
            self._stood = tuple(count for count in (self._way, self._time) if count.still_s)
            return Belief.STANDS
        unsure = by_time >= UNSURE_OF_TIME or by_way >= UNSURE_OF_WAY
        return Belief.UNSURE if unsure else Belief.AS_TOLD

    @property
    def _share_of_time(self) -> float:
        """How much of the time has passed that the time of a moving belt may stand.

        Before it begins to count it says nothing. As long as the way goes on, it is the time that
        is wrong.
        """
        way, time = self._way, self._time
        # Whoever was paused before we came has both, and got there somehow.
        got_there = bool(way.value and time.value) and not (way.steps or time.steps)
        if not time.value or not (time.counts or got_there):
            return 0.0
        still_s = time.still_s if way.value is None else min(time.still_s, way.still_s)
        return still_s / (TIME_S * (time.finest or 1))

    def _share_of_way(self, speed_kmh: float) -> float:
        """How much of the time has passed that the way of a moving belt may stand."""
        way = self._way
        if not way.value or not way.counts or way.finest is None:
            return 0.0
        step_s = (way.finest + 1) / (speed_kmh / 3.6)
        return way.still_s / max(SHORTEST_S, TIMES * max(step_s, way.longest_gap_s))
