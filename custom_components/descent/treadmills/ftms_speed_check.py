"""Finds out what a machine counts its speeds in, by the way and the time in the same packets.

Some count in miles an hour and say so nowhere (qdomyos-zwift #4210): a belt that is told to be at
8 km/h is at 12.9 then. Metres are metres all the same. So a stretch of way, divided by the time it
took, is either the speed that was told meanwhile or 1.6 times as much.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from ..training.rules import LOST_S, MOVING_KMH
from .ftms_codec import TreadmillData
from .ftms_options import SpeedUnit

# A stretch is long enough to be judged when neither its way nor its time can be wrong by more than
# a few percent: both are told in whole units, and the way by some machines in steps of many metres.
SHORTEST_M: Final = 30
SHORTEST_S: Final = 15.0
FEWEST_STEPS: Final = 10
STRETCHES: Final = 2  # in a row that have to say the same
# What way and time say, as a share of the speed that was told. In between lies nothing known.
_SHARES: Final = {SpeedUnit.KMH: (0.8, 1.25), SpeedUnit.MPH: (1.45, 1.78)}


@dataclass(slots=True)
class _Stretch:
    """Some way of a belt that moves all the time."""

    began_at: float
    metres: int  # at its beginning
    elapsed_s: int
    told: float = 0.0  # sum of the speeds since
    packets: int = 0


class SpeedCheck:
    """Listens to the measurements of one machine."""

    def __init__(self) -> None:
        """Know nothing yet."""
        # What the speeds are in that it measures: KMH or MPH; None as long as nobody can know.
        self.found: SpeedUnit | None = None
        self._metres: int | None = None
        self._elapsed_s = 0  # for ever, if the machine does not count it
        self._finest_m: int | None = None  # the smallest step of the way so far
        self._heard_at = 0.0
        self._zeros = 0  # in a row
        self._stretch: _Stretch | None = None
        self._last: SpeedUnit | None = None  # what the stretch before said
        self._same = 0  # how many stretches in a row have said it

    def begin(self) -> None:
        """Begin anew, with a new connection; what was found out stays."""
        self._metres, self._elapsed_s, self._stretch = None, 0, None

    def take(self, data: TreadmillData, now: float) -> None:
        """Take in a measurement, in the machine's own numbers."""
        if data.elapsed_s is not None:
            self._elapsed_s = data.elapsed_s
        if data.distance_m is not None:
            self._step(data.distance_m)
        if data.speed_kmh is None or self._metres is None:
            return  # some machines tell speed and way in packets of their own
        silent_s, self._heard_at = now - self._heard_at, now
        if data.speed_kmh <= MOVING_KMH:
            self._zeros += 1
            if self._zeros > 1:  # a single one comes from running belts too (Merach)
                self._stretch = None
            return
        self._zeros = 0
        stretch = self._stretch
        if stretch is None or silent_s > LOST_S or self._began_anew(stretch):
            self._stretch = _Stretch(now, self._metres, self._elapsed_s)
            return
        stretch.told += data.speed_kmh
        stretch.packets += 1
        # One that does not count the time leaves it to our clock.
        seconds = self._elapsed_s - stretch.elapsed_s or now - stretch.began_at
        metres = self._metres - stretch.metres
        if metres >= max(SHORTEST_M, FEWEST_STEPS * (self._finest_m or 1)) and (
            seconds >= SHORTEST_S
        ):
            self._judge(metres / seconds * 3.6 / (stretch.told / stretch.packets))
            self._stretch = _Stretch(now, self._metres, self._elapsed_s)

    def _step(self, metres: int) -> None:
        step = 0 if self._metres is None else metres - self._metres
        if step > 0:
            self._finest_m = step if self._finest_m is None else min(self._finest_m, step)
        self._metres = metres

    def _began_anew(self, stretch: _Stretch) -> bool:
        """Whether way or time are counted from nothing again: a stop, or a number that was full."""
        return (self._metres or 0) < stretch.metres or self._elapsed_s < stretch.elapsed_s

    def _judge(self, share: float) -> None:
        """Take in what a stretch says."""
        says = next((unit for unit, (low, high) in _SHARES.items() if low <= share <= high), None)
        self._same = self._same + 1 if says is self._last else 1
        self._last = says
        if says is not None and self._same >= STRETCHES:
            self.found = says
