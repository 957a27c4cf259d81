"""A first look at an FTMS machine that somebody wants to add: it moves and controls nothing.

If its belt moves while it is looked at, it is listened to until the way it covers tells what its
speeds are in.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import suppress
import logging

from ..training.model import STEEPEST_PCT
from ..training.rules import MOVING_KMH
from .base import NoAnswerError, NoTreadmillError, TreadmillError
from .clock import Clock
from .ftms_codec import (
    TargetFeature,
    decode_features,
    decode_incline_range,
    decode_speed_range,
    decode_treadmill_data,
)
from .ftms_options import LARGEST_FACTOR, FtmsOptions, SpeedUnit
from .ftms_speed_check import SpeedCheck
from .gatt import (
    CONTROL_POINT,
    FEATURE,
    FIRMWARE,
    HARDWARE,
    INCLINE_RANGE,
    MANUFACTURER,
    MODEL,
    SERIAL,
    SPEED_RANGE,
    TREADMILL_DATA,
    GattLink,
    Property,
)
from .kind import Found

LOOK_S = 26.0  # seconds the whole look may take, contact not counted: eight answers of 3 s
FIRST_S = 1.5  # seconds until one that measures once a second has measured
LISTEN_S = 60.0  # a walk of 3 mph tells after 45 s
LONGEST_TEXT = 60  # of what a machine says about itself

# In this order: without ranges somebody has to type them, the rest is nice to have.
_READ = (SPEED_RANGE, INCLINE_RANGE, FEATURE, MANUFACTURER, MODEL, SERIAL, HARDWARE, FIRMWARE)

_LOGGER = logging.getLogger(__name__)


async def probe(link: GattLink, clock: Clock) -> Found:
    """Connect, read what the machine says about itself, and let go again, whatever happens.

    What it does not answer in time stays unknown. Raises ``ContactError`` if it cannot be connected
    to or is no treadmill, and ``NoAnswerError`` if it answers nothing at all.
    """
    answers: dict[int, bytes] = {}
    offered: Mapping[int, Property] = {}
    heard = _Heard(clock)
    try:
        await link.open(_do_nothing)
        offered = link.characteristics
        if TREADMILL_DATA not in offered:
            raise NoTreadmillError
        async with clock.limit(LOOK_S):
            await _read(link, offered, answers)
        await _listen(link, clock, heard)
    except TimeoutError as error:
        if not answers:
            raise NoAnswerError("it did not answer") from error
    finally:
        await link.close()
    speed = decode_speed_range(answers.get(SPEED_RANGE, b""))
    if speed is not None and heard.counts_miles:
        speed = FtmsOptions(speed_unit=SpeedUnit.MPH).true_speed_range(speed)
    incline = decode_incline_range(answers.get(INCLINE_RANGE, b""))
    odd = decode_incline_range(answers.get(INCLINE_RANGE, b""), STEEPEST_PCT * LARGEST_FACTOR)
    return Found(
        manufacturer=_text(answers.get(MANUFACTURER)),
        model=_text(answers.get(MODEL)),
        serial=_text(answers.get(SERIAL)),
        hardware=_text(answers.get(HARDWARE)),
        firmware=_text(answers.get(FIRMWARE)),
        speed=speed,
        incline=incline,
        odd_incline=odd if incline is None else None,
        controllable=bool(offered.get(CONTROL_POINT, Property(0)) & Property.WRITE),
        incline_only=_is_incline_only(answers.get(FEATURE, b"")),
        measured_speed=heard.speed,
        counts_miles=heard.counts_miles,
    )


async def _read(link: GattLink, offered: Mapping[int, Property], answers: dict[int, bytes]) -> None:
    """Read what is wanted of what is offered, into ``answers``.

    Raises ``TreadmillError`` if contact is lost, or nothing is answered.
    """
    asked = [number for number in _READ if offered.get(number, Property(0)) & Property.READ]
    last: TreadmillError | None = None
    for number in asked:
        try:
            answers[number] = await link.read(number)
        except TreadmillError as error:
            _LOGGER.debug("%04x could not be read: %s", number, error)
            if not link.is_open:
                raise
            last = error
    if not answers and isinstance(last, NoAnswerError):
        raise last


class _Heard:
    """What a machine measured while it was looked at."""

    def __init__(self, clock: Clock) -> None:
        self.something: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.speed: float | None = None  # of a belt that moves
        self._clock = clock
        self._check = SpeedCheck()

    @property
    def counts_miles(self) -> bool | None:
        found = self._check.found
        return None if found is None else found is SpeedUnit.MPH

    def take(self, value: bytes) -> None:
        data = decode_treadmill_data(value)
        self._check.take(data, self._clock.now())
        if data.speed_kmh is None:
            return
        self.speed = data.speed_kmh if data.speed_kmh > MOVING_KMH else None
        if not self.something.done():
            self.something.set_result(None)


async def _listen(link: GattLink, clock: Clock, heard: _Heard) -> None:
    """Listen as long as there is something to find out. Nothing has to come of it."""
    with suppress(TreadmillError, TimeoutError):
        async with clock.limit(LISTEN_S):
            await link.subscribe(TREADMILL_DATA, heard.take)
            async with clock.limit(FIRST_S):
                await heard.something
            while link.is_open and heard.speed is not None and heard.counts_miles is None:
                await clock.sleep(FIRST_S)


def _is_incline_only(value: bytes) -> bool:
    """Whether a machine says so. One that names neither speed nor incline is not believed.

    NordicFTMS names nothing, and takes both.
    """
    features = decode_features(value)
    if features is None:
        return False
    either = features.target & (TargetFeature.SPEED | TargetFeature.INCLINATION)
    return either == TargetFeature.INCLINATION


def _text(value: bytes | None) -> str | None:
    """Make a short printable text of what a machine sent, which may be anything."""
    if value is None:
        return None
    text = value.decode("utf-8", errors="replace").replace("\ufffd", "")
    printable = "".join(letter if letter.isprintable() else " " for letter in text)
    return " ".join(printable.split())[:LONGEST_TEXT].rstrip() or None


def _do_nothing() -> None:
    """Contact was lost: the next read raises."""
