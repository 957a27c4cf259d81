"""Turns what an FTMS machine says into reports: measurements and status, and nothing made up.

An all-zero packet is a standing belt, and so is one that only repeats the speed the belt had
(ftms_standing.py). What a packet does not hold is left out, or where it was last; garbage is
dropped, and logged once a connection.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
import logging
from typing import Final

from ..training.events import Status, StatusKind
from ..training.model import HIGHEST_SPEED_KMH, STEEPEST_PCT, Telemetry
from ..training.rules import LOST_S, MOVING_KMH
from .base import Report
from .clock import Clock
from .ftms_codec import (
    MachineStatus,
    StatusCode,
    TreadmillData,
    decode_status,
    decode_treadmill_data,
)
from .ftms_options import FtmsOptions, SpeedUnit
from .ftms_speed_check import SpeedCheck
from .ftms_standing import Belief, Standing

INCLINE_KEPT_S: Final = LOST_S  # a measured incline stands in for packets that were cut off
# A machine says "stopped" of a stop from here too: no news from the console, for this long at most.
STOP_ECHO_S: Final = 15.0
# No heart beats slower or faster; machines send 0 or 255 while nobody wears a strap.
SLOWEST_HEART_BPM: Final = 25
FASTEST_HEART_BPM: Final = 240

_LOGGER = logging.getLogger(__name__)

_STATUS: Final[Mapping[int, StatusKind]] = {
    StatusCode.RESET: StatusKind.CONTROL_LOST,
    StatusCode.SAFETY_KEY: StatusKind.SAFETY_KEY,
    StatusCode.STARTED: StatusKind.STARTED,
    StatusCode.CONTROL_LOST: StatusKind.CONTROL_LOST,
}


class FtmsHearing:
    """Turns notifications of one machine into reports."""

    def __init__(
        self, clock: Clock, options: FtmsOptions, report: Callable[[Report], None]
    ) -> None:
        """Know nothing yet; ``report`` gets what was understood."""
        self.options = options  # another value counts from the next measurement on
        self.has_deck = True  # it can be anything but level
        self._clock = clock
        self._speed_check = SpeedCheck()
        self._standing = Standing()
        self._report = report
        self._incline: tuple[float, float] | None = None  # when, and the true percent
        self._speed_kmh = 0.0
        self._stop_sent_at: float | None = None
        self._complained = False

    def begin(self) -> None:
        """Forget what an earlier connection has told."""
        self._incline, self._stop_sent_at = None, None
        self._speed_kmh = 0.0
        self._speed_check.begin()
        self._standing.begin()
        self._complained = False

    @property
    def speeds_are_in(self) -> SpeedUnit | None:
        """What it measures speeds in, by way and time: KMH or MPH; None: nobody knows yet."""
        return self._speed_check.found

    @property
    def is_moving(self) -> bool:
        """Whether the belt was last measured to move."""
        return self._speed_kmh > MOVING_KMH

    def stop_sent(self) -> None:
        """Expect the machine to say that it was stopped."""
        self._stop_sent_at = self._clock.now()

    def stop_refused(self) -> None:
        """Expect nothing of the kind: a stop that is heard of now is the console's."""
        self._stop_sent_at = None

    def data(self, value: bytes) -> None:
        """Take in Treadmill Data."""
        now = self._clock.now()
        data = decode_treadmill_data(value)
        if data.missing:
            self.complain("a measurement cut short", value)
        data = self._possible(data, value)
        self._speed_check.take(data, now)
        belief = self._standing.take(data, now)
        incline = self._incline_of(data, now)
        if data.speed_kmh is None:
            return  # it comes in another packet, or was cut off
        if belief is Belief.UNSURE:
            return  # the next packet tells
        speed = round(self.options.true_speed(data.speed_kmh), 2)
        moved = self.is_moving
        self._speed_kmh = 0.0 if belief is Belief.STANDS else speed
        if not self.is_moving:
            self._stop_sent_at = None
        self._report(
            Telemetry(
                at=now,
                speed_kmh=self._speed_kmh,
                incline_pct=incline,
                heart_rate_bpm=data.heart_rate_bpm,
                energy_kcal=data.energy_kcal,
            )
        )
        if moved and belief is Belief.STANDS:
            # No machine has said so. But this zero is no stray one, and need not be waited for.
            self._report(Status(StatusKind.PAUSED))

    def status(self, value: bytes) -> MachineStatus | None:
        """Take in Fitness Machine Status; returns what it says."""
        status = decode_status(value)
        if status is None:
            self.complain("a status", value)
            return None
        kind = _STATUS.get(status.code)
        if status.code == StatusCode.STOPPED_OR_PAUSED and not self._is_echo:
            kind = StatusKind.PAUSED if status.paused else StatusKind.STOPPED
        if kind is not None:
            self._report(Status(kind))
        return status

    def complain(self, what: str, value: bytes) -> None:
        """Log what could not be understood: once a connection, not once a packet."""
        if not self._complained:
            self._complained = True
            _LOGGER.warning(
                "The treadmill sent %s: %s. No more of the kind is logged until it reconnects",
                what,
                value[:40].hex() or "nothing",
            )

    def _possible(self, data: TreadmillData, value: bytes) -> TreadmillData:
        """Return a packet without the numbers that cannot be; the others are none the worse.

        Some send levels of their own in place of percents (qdomyos-zwift #2511).
        """
        speed, incline, rate = data.speed_kmh, data.incline_pct, data.heart_rate_bpm
        if speed is not None and self.options.true_speed(speed) > HIGHEST_SPEED_KMH:
            self.complain("a speed that cannot be", value)
            data = data._replace(speed_kmh=None)
        if incline is not None and abs(self.options.true_incline(incline)) > STEEPEST_PCT:
            self.complain("an incline that cannot be", value)
            data = data._replace(incline_pct=None, missing=(*data.missing, "incline_pct"))
        if rate is not None and not SLOWEST_HEART_BPM <= rate <= FASTEST_HEART_BPM:
            data = data._replace(heart_rate_bpm=None)  # 0 and 255 are nobody's
        return data

    @property
    def _is_echo(self) -> bool:
        sent_at = self._stop_sent_at
        return sent_at is not None and self._clock.now() - sent_at < STOP_ECHO_S

    def _incline_of(self, data: TreadmillData, now: float) -> float | None:
        """Return the true incline that belongs to a packet, None where it is not known.

        A packet may leave it out: then the deck is where it was last. One that was cut off is not
        guessed for long. A deck that was never measured may be anywhere, if there is one.
        """
        if data.incline_pct is not None:
            true = round(self.options.true_incline(data.incline_pct), 2) + 0.0
            self._incline = (now, true)
            return true
        if self._incline is None:
            return None if self.has_deck else 0.0
        at, true = self._incline
        cut_off = "incline_pct" in data.missing
        return None if cut_off and now - at > INCLINE_KEPT_S else true
