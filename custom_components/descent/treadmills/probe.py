"""A first look at an FTMS machine that somebody wants to add: it moves and controls nothing."""

from __future__ import annotations

from dataclasses import dataclass
import logging

from ..training.model import Range
from .base import Contact, ContactError, NoAnswerError, TreadmillError
from .clock import Clock
from .ftms_codec import TargetFeature, decode_features, decode_incline_range, decode_speed_range
from .gatt import (
    CONTROL_POINT,
    FEATURE,
    INCLINE_RANGE,
    MANUFACTURER,
    MODEL,
    SPEED_RANGE,
    TREADMILL_DATA,
    GattLink,
    Property,
)

LOOK_S = 20.0  # seconds the whole look may take, contact not counted: six answers of 3 s
LONGEST_TEXT = 60  # of what a machine says about itself

_LOGGER = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a machine says about itself. Ranges are in its own numbers, as its console shows them.

    ``speed`` is in km/h, ``incline`` in signed percent; ``None`` if it did not say, or nonsense.
    """

    manufacturer: str | None
    model: str | None
    speed: Range | None
    incline: Range | None
    controllable: bool  # it has a control point
    incline_only: bool = False  # it says that its incline can be set, and does not say so of speed


async def probe(link: GattLink, clock: Clock) -> Found:
    """Make contact, look, and let go again, whatever happens.

    Raises ``ContactError`` if there is no contact or the machine is no treadmill, and
    ``NoAnswerError`` if it answers nothing.
    """
    try:
        await link.open(_nobody_cares)
        async with clock.limit(LOOK_S):
            return await _look(link)
    except TimeoutError as error:
        raise NoAnswerError("it did not answer") from error
    finally:
        await link.close()


async def _look(link: GattLink) -> Found:
    offered = link.characteristics
    if TREADMILL_DATA not in offered:
        raise ContactError(Contact.UNSUITABLE, "it measures nothing that a treadmill does")
    asked = [
        number
        for number in (SPEED_RANGE, INCLINE_RANGE, FEATURE, MANUFACTURER, MODEL)
        if offered.get(number, Property(0)) & Property.READ
    ]
    answers: dict[int, bytes] = {}
    silent: TreadmillError | None = None
    for number in asked:
        try:
            answers[number] = await link.read(number)
        except TreadmillError as error:
            _LOGGER.debug("%04x could not be read: %s", number, error)
            if not link.is_open:
                raise
            silent = error
    if asked and not answers and isinstance(silent, NoAnswerError):
        raise silent
    return Found(
        manufacturer=_text(answers.get(MANUFACTURER)),
        model=_text(answers.get(MODEL)),
        speed=decode_speed_range(answers.get(SPEED_RANGE, b"")),
        incline=decode_incline_range(answers.get(INCLINE_RANGE, b"")),
        controllable=bool(offered.get(CONTROL_POINT, Property(0)) & Property.WRITE),
        incline_only=_is_incline_only(answers.get(FEATURE, b"")),
    )


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
    """Return printable text of what a machine says; hostile until checked, like everything."""
    if value is None:
        return None
    text = value.decode("utf-8", errors="replace").replace("\ufffd", "")
    printable = "".join(letter if letter.isprintable() else " " for letter in text)
    return " ".join(printable.split())[:LONGEST_TEXT].rstrip() or None


def _nobody_cares() -> None:
    """Contact was lost: whoever reads next will notice."""
