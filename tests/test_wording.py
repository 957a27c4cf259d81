"""Cues and durations in words."""

from __future__ import annotations

import json

from homeassistant.core import HomeAssistant
from homeassistant.util.unit_system import US_CUSTOMARY_SYSTEM
import pytest

from custom_components.descent.training.cues import KEYS
from custom_components.descent.training.events import Cue, CueKind
from custom_components.descent.wording import CueWording, length_text
from tests import imports

FORMS = json.loads((imports.DESCENT / "translations" / "en.json").read_text(encoding="utf-8"))[
    "selector"
]["length"]["options"]


def cue(key: str, **values: object) -> Cue:
    return Cue(kind=CueKind.STEP, key=key, values=values)


@pytest.fixture
async def announcer(hass: HomeAssistant) -> CueWording:
    made = CueWording(hass)
    await made.async_load()
    return made


async def test_every_cue_has_a_text(announcer: CueWording) -> None:
    assert set(announcer._texts) >= KEYS


async def test_placeholders_are_filled(announcer: CueWording) -> None:
    text = announcer.render(cue("preview_descent", rep="2", reps="6", decline=6.0, speed=14.4))
    assert text == "Next: descent 2 of 6, minus 6 percent, 14.4."


async def test_a_missing_value_leaves_a_gap_instead_of_an_error(announcer: CueWording) -> None:
    assert announcer.render(cue("time_left")) == "seconds left."


async def test_an_unknown_cue_is_said_as_it_is_called(announcer: CueWording) -> None:
    assert announcer.render(cue("something_new")) == "Something new"


@pytest.mark.parametrize("template", ["{", "{seconds", "{seconds.real}", "{0[}", "{seconds!z}"])
async def test_a_slip_in_a_translation_never_raises(announcer: CueWording, template: str) -> None:
    announcer._texts = {"time_left": template}
    assert isinstance(announcer.render(cue("time_left", seconds="30")), str)


async def test_a_language_without_texts_speaks_english(hass: HomeAssistant) -> None:
    hass.config.language = "sv"
    announcer = CueWording(hass)
    await announcer.async_load()
    assert announcer.render(cue("go")) == "Go."


async def test_a_language_is_said_with_its_own_decimal_sign(hass: HomeAssistant) -> None:
    hass.config.language = "nl"
    announcer = CueWording(hass)
    await announcer.async_load()
    assert announcer.render(cue("resumed", speed="14.4")) == "We gaan verder, tempo 14,4."
    assert announcer.render(cue("guided_set_incline", incline="-2.5")) == "Stel min 2,5 procent in."


async def test_an_american_hears_miles_and_feet(hass: HomeAssistant) -> None:
    hass.config.units = US_CUSTOMARY_SYSTEM
    announcer = CueWording(hass)
    await announcer.async_load()
    assert announcer.render(cue("preview_steady", speed="14.5")) == "Next: steady, 9."
    assert announcer.render(cue("guided_set", speed="10", incline="-6")) == (
        "Set 6.2 and minus 6 percent."
    )
    assert announcer.render(cue("end_completed", descent="43", distance="2920")) == (
        "Done. 141 feet down, 1.81 miles in all."
    )


async def test_everybody_else_hears_kilometres_and_metres(announcer: CueWording) -> None:
    assert announcer.render(cue("preview_steady", speed="14.5")) == "Next: steady, 14.5."
    assert announcer.render(cue("end_completed", descent="43", distance="2920")) == (
        "Done. 43 metres down, 2920 metres in all."
    )


async def test_a_name_that_is_a_number_stays_a_name(announcer: CueWording) -> None:
    said = announcer.render(cue("session_start", name="007", minutes="48"))
    assert said == "007, 48 minutes."


@pytest.mark.parametrize(("language", "said"), [("en", "14.5"), ("de", "14,5"), ("sv", "14.5")])
async def test_a_number_has_the_decimal_sign_of_the_text_around_it(
    hass: HomeAssistant, language: str, said: str
) -> None:
    hass.config.language = language
    announcer = CueWording(hass)
    await announcer.async_load()
    assert said in announcer.render(cue("preview_steady", speed="14.5"))


# ---- durations


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0.4, "0 seconds"),
        (45, "45 seconds"),
        (59.6, "1 minute"),
        (60, "1 minute"),
        (90, "90 seconds"),
        (119, "119 seconds"),
        (120, "2 minutes"),
        (150, "2 and a half minutes"),
        (320, "5 minutes 20 seconds"),
        (600, "10 minutes"),
    ],
)
def test_a_length_is_said_as_a_coach_says_it(seconds: float, words: str) -> None:
    assert length_text(FORMS, seconds) == words


def test_a_language_without_forms_says_nothing() -> None:
    assert length_text({}, 60) == ""
