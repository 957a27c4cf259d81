"""The one place where a refusal or a failing machine becomes a translated error."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from homeassistant.exceptions import HomeAssistantError, ServiceValidationError

from .const import DOMAIN
from .training.events import Refused
from .treadmills.base import TreadmillError


def refusal(refused: Refused, **more: str) -> ServiceValidationError:
    """Make the error of a refusal; ``more`` are placeholders its text may use."""
    return ServiceValidationError(
        translation_domain=DOMAIN,
        translation_key=refused.key,
        translation_placeholders=refused.values | more,
    )


@contextmanager
def translated() -> Iterator[None]:
    """Turn what the engine and the driver raise into errors that Home Assistant shows."""
    try:
        yield
    except Refused as refused:
        raise refusal(refused) from refused
    except TreadmillError as error:
        raise HomeAssistantError(
            translation_domain=DOMAIN,
            translation_key="treadmill_failed",
            translation_placeholders={"error": str(error)},
        ) from error
