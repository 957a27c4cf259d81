"""Refusals in words: what a user reads."""

from __future__ import annotations

from homeassistant.core import HomeAssistant
from homeassistant.util.unit_system import US_CUSTOMARY_SYSTEM
import pytest

from custom_components.descent.errors import refusal
from custom_components.descent.training.events import Refused

TOO_FAST = Refused("speed_out_of_range", maximum=22.0)
TOO_SLOW = Refused("machine_too_fast", minimum="4.8", allowed="3.2")


@pytest.mark.usefixtures("hass")
def test_a_refusal_names_speeds_in_kilometres() -> None:
    assert refusal(TOO_FAST).translation_placeholders == {"maximum": "22", "unit": "km/h"}


def test_an_american_reads_miles_that_may_be_asked_for(hass: HomeAssistant) -> None:
    hass.config.units = US_CUSTOMARY_SYSTEM
    assert refusal(TOO_FAST).translation_placeholders == {"maximum": "13.6", "unit": "mph"}
    assert refusal(TOO_SLOW).translation_placeholders == {
        "minimum": "3",
        "allowed": "2",
        "unit": "mph",
    }
