"""Voice: answers at the edges of a session, and what they are made of."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.util.unit_system import US_CUSTOMARY_SYSTEM
import pytest

from custom_components.descent.targets import invalid
from custom_components.descent.training.model import Phase, Step
from custom_components.descent.voice.answers import AnswerWording
from custom_components.descent.voice.language import load_languages
from tests.mock_entries import coordinator_of
from tests.voice.speaking import VoiceRig, set_up_rig

LANGUAGES = load_languages()
NO_SESSION = "component.descent.exceptions.no_session.message"


@pytest.fixture(name="rig")
async def rig_fixture(hass: HomeAssistant, tmp_path: Path) -> AsyncIterator[VoiceRig]:
    """Set up Assist, runners and a treadmill."""
    rig = await set_up_rig(hass, tmp_path)
    yield rig
    await hass.config_entries.async_unload(rig.treadmill.entry_id)


def start_belt(rig: VoiceRig) -> None:
    """Allow Home Assistant to start the belt."""
    options = dict(rig.treadmill.options) | {"start_belt": True}
    rig.hass.config_entries.async_update_entry(rig.treadmill, options=options)


async def test_the_last_step_has_no_next_one(rig: VoiceRig) -> None:
    await rig.arm()
    await rig.run()
    said = [await rig.say("skip") for _ in range(6)]
    assert said[-1] == "Skipped. Now: descent 1 of 1 at 5 km/h, 1 percent down."
    assert await rig.say("what's next") == "This is the last step."
    assert await rig.say("skip") == "Skipped. That was the last step."


async def test_r2_a_session_goes_on_by_itself_where_the_belt_may_be_started(rig: VoiceRig) -> None:
    start_belt(rig)
    await rig.arm()
    await rig.say("pause")
    answer = await rig.say("resume")
    assert answer.startswith("The session goes on. 121 minutes are left. Clip on the safety key")


async def test_a_session_that_runs_has_nothing_to_resume(rig: VoiceRig) -> None:
    await rig.arm()
    await rig.run()
    assert await rig.say("continue") == "There is nothing to resume."


async def test_without_contact_no_session_is_armed(rig: VoiceRig) -> None:
    await coordinator_of(rig.treadmill).async_release()
    answer = await rig.say("start sunrise loop")
    assert answer.startswith("There is no contact with the treadmill")


async def test_a_treadmill_that_is_not_set_up_is_said(rig: VoiceRig) -> None:
    await rig.hass.config_entries.async_unload(rig.treadmill.entry_id)
    answer = await rig.say("start sunrise loop")
    assert answer == "The treadmill Belt upstairs is not set up at the moment."


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (-3, "0 seconds"),
        (1, "1 second"),
        (59.6, "1 minute"),
        (80, "1 minute and 20 seconds"),
        (120, "2 minutes"),
        (599.9, "10 minutes"),
        (3601, "60 minutes"),
    ],
)
async def test_a_length_is_said(hass: HomeAssistant, seconds: float, said: str) -> None:
    assert AnswerWording(hass, LANGUAGES["en"], {}).length(seconds) == said


async def test_a_height_is_said_in_the_units_of_the_user(hass: HomeAssistant) -> None:
    assert AnswerWording(hass, LANGUAGES["de"], {}).height(1.2) == "1 Meter"
    hass.config.units = US_CUSTOMARY_SYSTEM
    assert AnswerWording(hass, LANGUAGES["nl"], {}).height(10) == "33 voet"


async def test_a_step_beside_the_belt_has_neither_speed_nor_slope(hass: HomeAssistant) -> None:
    step = Step(
        index=0, phase=Phase.STRETCH, speed_kmh=0, incline_pct=0, nominal_s=20, duration_s=20
    )
    assert AnswerWording(hass, LANGUAGES["it"], {}).step(step) == "stretching"


@pytest.mark.parametrize(
    ("error", "texts"),
    [
        (invalid("no_session"), {NO_SESSION: "{slip}"}),
        (invalid("no_session"), {NO_SESSION: "{"}),
        (invalid("no_session"), {}),
        (HomeAssistantError("not ours"), {}),
    ],
)
async def test_an_error_without_a_text_is_said_all_the_same(
    hass: HomeAssistant, error: HomeAssistantError, texts: dict[str, str]
) -> None:
    assert AnswerWording(hass, LANGUAGES["en"], texts).error(error) == "Sorry, that did not work."
