"""The one place where a refusal or a failing machine becomes a translated error."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
import logging
import math

from homeassistant.core import async_get_hass
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError

from .const import DOMAIN
from .readable import readable_values
from .training.events import Refused
from .training.rules import NEAR
from .treadmills.base import NoAnswerError, NotConnectedError, RejectedError, TreadmillError
from .units import units_of

_LOGGER = logging.getLogger(__name__)

# Refusals that name speeds, in km/h; their texts say them in the user's unit.
_SPEEDS = {
    "speed_out_of_range": ("maximum",),
    "speed_not_permitted": ("maximum",),
    "machine_too_fast": ("minimum", "allowed"),
}


def refusal(refused: Refused, **more: str) -> ServiceValidationError:
    """Make the error of a refusal; ``more`` are placeholders its text may use."""
    return ServiceValidationError(
        translation_domain=DOMAIN,
        translation_key=refused.key,
        translation_placeholders=readable_values(refused.values | _speeds(refused) | more),
    )


def stop_failed(names: str) -> HomeAssistantError:
    """Make the error of a Stop that did not reach treadmills.

    It is repeated for a minute, contact or not; whoever asked for it must not wait for that.
    """
    return HomeAssistantError(
        translation_domain=DOMAIN,
        translation_key="stop_failed",
        translation_placeholders={"names": names},
    )


def _speeds(refused: Refused) -> dict[str, str]:
    """Return the speeds of a refusal in the unit of this Home Assistant, and the unit."""
    names = _SPEEDS.get(refused.key)
    if names is None:
        return {}
    unit = units_of(async_get_hass()).speed
    speeds = {name: unit.of(float(refused.values[name])) for name in names}
    return {name: f"{_tenths(name, speed):g}" for name, speed in speeds.items()} | {
        "unit": unit.symbol
    }


def _tenths(name: str, speed: float) -> float:
    """Round a speed; a maximum down, for who asks for it next must not be refused again."""
    return math.floor(speed * 10 + NEAR) / 10 if name == "maximum" else round(speed, 1)


@contextmanager
def translated() -> Iterator[None]:
    """Turn what the engine and the driver raise into errors that Home Assistant shows."""
    try:
        yield
    except Refused as refused:
        raise refusal(refused) from refused
    except TreadmillError as error:
        _LOGGER.warning("The treadmill did not do it: %s", error)
        raise _failure(error) from error


def _failure(error: TreadmillError) -> HomeAssistantError:
    """Return what a driver raises as a text; what exactly it was is for the log."""
    match error:
        case NotConnectedError():
            return HomeAssistantError(
                translation_domain=DOMAIN, translation_key="treadmill_not_connected"
            )
        case RejectedError():
            return HomeAssistantError(
                translation_domain=DOMAIN, translation_key="treadmill_refused"
            )
        case NoAnswerError():
            return HomeAssistantError(translation_domain=DOMAIN, translation_key="treadmill_silent")
    return HomeAssistantError(translation_domain=DOMAIN, translation_key="treadmill_failed")
