"""Cues in words."""

from __future__ import annotations

from homeassistant.core import HomeAssistant
import pytest

from custom_components.descent.announce import Announcer
from custom_components.descent.training.cues import KEYS
from custom_components.descent.training.events import Cue, CueKind


def cue(key: str, **values: object) -> Cue:
    return Cue(kind=CueKind.STEP, key=key, values=values)


@pytest.fixture
async def announcer(hass: HomeAssistant) -> Announcer:
    made = Announcer(hass)
    await made.async_load()
    return made


async def test_every_cue_has_a_text(announcer: Announcer) -> None:
    assert set(announcer._texts) >= KEYS


async def test_placeholders_are_filled(announcer: Announcer) -> None:
    text = announcer.render(cue("preview_descent", rep="2", reps="6", decline=6.0, speed=14.4))
    assert text == "Next: descent 2 of 6, minus 6 percent, 14.4."


async def test_a_missing_value_leaves_a_gap_instead_of_an_error(announcer: Announcer) -> None:
    assert announcer.render(cue("time_left")) == "seconds left."


async def test_an_unknown_cue_is_said_as_it_is_called(announcer: Announcer) -> None:
    assert announcer.render(cue("something_new")) == "Something new"


@pytest.mark.parametrize("template", ["{", "{seconds", "{seconds.real}", "{0[}", "{seconds!z}"])
async def test_a_slip_in_a_translation_never_raises(announcer: Announcer, template: str) -> None:
    announcer._texts = {"time_left": template}
    assert isinstance(announcer.render(cue("time_left", seconds="30")), str)


async def test_a_language_without_texts_speaks_english(hass: HomeAssistant) -> None:
    hass.config.language = "sv"
    announcer = Announcer(hass)
    await announcer.async_load()
    assert announcer.render(cue("go")) == "Go."
    assert announcer.render(cue("resumed", speed="14.4")) == "Going on, 14.4."


async def test_a_number_is_said_as_the_language_writes_it(hass: HomeAssistant) -> None:
    hass.config.language = "nl"
    announcer = Announcer(hass)
    await announcer.async_load()
    assert announcer.render(cue("resumed", speed="14.4")) == "We gaan verder, tempo 14,4."
    assert announcer.render(cue("guided_slow", speed=8.5)) == "Vertraag tot 8,5."
    assert announcer.render(cue("session_start", name="Zone 2.5", minutes="30")) == (
        "Zone 2.5, 30 minuten."
    )
