"""A first look at an FTMS machine that somebody wants to add: it moves and controls nothing.

If its belt moves while it is looked at, it is listened to until the way it covers tells what its
speeds are in.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any, Final

from ..training.model import STEEPEST_PCT, Range
from ..training.rules import MOVING_KMH
from .base import Contact, ContactError, NoAnswerError, Part
from .clock import Clock
from .ftms_codec import (
    Features,
    TargetFeature,
    decode_features,
    decode_incline_range,
    decode_speed_range,
    decode_treadmill_data,
)
from .ftms_options import LARGEST_FACTOR, FtmsOptions, SpeedUnit
from .ftms_parts import Parts
from .ftms_speed_check import SpeedCheck
from .gatt import (
    CONTROL_POINT,
    FEATURE,
    FIRMWARE,
    HARDWARE,
    INCLINE_RANGE,
    MACHINE_STATUS,
    MANUFACTURER,
    MODEL,
    SERIAL,
    SPEED_RANGE,
    GattLink,
)
from .kind import Found

MOST_UNANSWERED = 3  # contacts that break off: whoever leaves more without an answer is not there
FIRST_S = 1.5  # seconds until one that measures once a second has measured
LISTEN_S = 60.0  # a walk of 3 mph tells after 45 s
LONGEST_TEXT = 60  # of what a machine says about itself


async def probe(link: GattLink, clock: Clock) -> Found:
    """Connect, read what the machine says about itself, and let go again, whatever happens.

    What it does not say, or not so that it can be read, is in ``Found.failing``. Raises
    ``ContactError`` if it cannot be connected to or does not measure what a treadmill does, and
    ``NoAnswerError`` if it answers nothing at all.
    """
    heard = _Heard(clock)
    parts = Parts(clock, link, heard.take)
    said: dict[int, Any] = {}
    try:
        await link.open(_do_nothing)
        await _ask(link, parts, said)
        await _listen(link, clock, heard)
    finally:
        await link.close()
    speed, incline = said.get(SPEED_RANGE), said.get(INCLINE_RANGE)
    if speed is not None and heard.counts_miles:
        speed = FtmsOptions(speed_unit=SpeedUnit.MPH).true_speed_range(speed)
    odd = incline is not None and max(-incline.minimum, incline.maximum) > STEEPEST_PCT
    return Found(
        manufacturer=said.get(MANUFACTURER),
        model=said.get(MODEL),
        serial=said.get(SERIAL),
        hardware=said.get(HARDWARE),
        firmware=said.get(FIRMWARE),
        speed=speed,
        incline=None if odd else incline,
        odd_incline=incline if odd else None,
        controllable=Part.COMMANDS not in parts.failing,
        incline_only=_is_incline_only(said.get(FEATURE)),
        measured_speed=heard.speed,
        counts_miles=heard.counts_miles,
        failing=parts.failing,
    )


async def _ask(link: GattLink, parts: Parts, said: dict[int, Any]) -> None:
    """Ask for everything, and put what was understood into ``said``. Raises ``TreadmillError``.

    A part that is not answered may block whatever is asked after it: contact is made anew then.
    """
    for _ in range(MOST_UNANSWERED):
        parts.begin()
        try:
            await _ask_once(parts, said)
        except NoAnswerError:
            if not link.is_open:
                raise
        else:
            return
        await link.close()
        try:
            await link.open(_do_nothing)
        except ContactError:
            if not said:
                raise
            return  # what is known by now has to do
    parts.begin()
    try:
        await parts.need()
    except NoAnswerError as error:
        if not said:
            raise
        raise ContactError(Contact.UNSUITABLE, f"it answers, but {error}") from error


async def _ask_once(parts: Parts, said: dict[int, Any]) -> None:
    """Ask for what is not known yet. Raises ``TreadmillError``."""
    for number in _RANGES:
        await _read(parts, number, said)
    # Nothing comes of it: whether they let themselves be heard is what is to be known.
    for number in (CONTROL_POINT, MACHINE_STATUS):
        await parts.listen(number, _ignore)
    for number in _MAKE:
        await _read(parts, number, said)
    await parts.need()


async def _read(parts: Parts, number: int, said: dict[int, Any]) -> None:
    if number not in said and (value := await parts.read(number, _DECODE[number])) is not None:
        said[number] = value


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
    with suppress(TimeoutError):
        async with clock.limit(LISTEN_S):
            async with clock.limit(FIRST_S):
                await heard.something
            while link.is_open and heard.speed is not None and heard.counts_miles is None:
                await clock.sleep(FIRST_S)


def _inclines(value: bytes) -> Range | None:
    """Read a range of inclines, or of what a machine calls so, which may be a multiple."""
    return decode_incline_range(value, STEEPEST_PCT * LARGEST_FACTOR)


def _is_incline_only(features: Features | None) -> bool:
    """Whether a machine says so. One that names neither speed nor incline is not believed.

    NordicFTMS names nothing, and takes both.
    """
    if features is None:
        return False
    either = features.target & (TargetFeature.SPEED | TargetFeature.INCLINATION)
    return either == TargetFeature.INCLINATION


def _text(value: bytes) -> str | None:
    """Make a short printable text of what a machine sent, which may be anything."""
    text = value.decode("utf-8", errors="replace").replace("\ufffd", "")
    printable = "".join(letter if letter.isprintable() else " " for letter in text)
    return " ".join(printable.split())[:LONGEST_TEXT].rstrip() or None


def _do_nothing() -> None:
    """Contact was lost: the next read raises."""


def _ignore(_: bytes) -> None:
    """Nothing is asked that would be answered here."""


# In this order, ranges first: without them somebody has to type them, the rest is nice to have.
_RANGES: Final = (SPEED_RANGE, INCLINE_RANGE)
_MAKE: Final = (FEATURE, MANUFACTURER, MODEL, SERIAL, HARDWARE, FIRMWARE)
_DECODE: Final[Mapping[int, Callable[[bytes], Any]]] = {
    SPEED_RANGE: decode_speed_range,
    INCLINE_RANGE: _inclines,
    FEATURE: decode_features,
    **dict.fromkeys((MANUFACTURER, MODEL, SERIAL, HARDWARE, FIRMWARE), _text),
}
