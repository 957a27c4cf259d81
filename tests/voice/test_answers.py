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
from tests.home import coordinator_of
from tests.voice.room import Room, furnish

LANGUAGES = load_languages()
NO_SESSION = "component.descent.exceptions.no_session.message"


@pytest.fixture(name="room")
async def room_fixture(hass: HomeAssistant, tmp_path: Path) -> AsyncIterator[Room]:
    """Furnish a room."""
    room = await furnish(hass, tmp_path)
    yield room
    await hass.config_entries.async_unload(room.treadmill.entry_id)


def start_belt(room: Room) -> None:
    """Allow Home Assistant to start the belt."""
    options = dict(room.treadmill.options) | {"start_belt": True}
    room.hass.config_entries.async_update_entry(room.treadmill, options=options)


async def test_the_last_step_has_no_next_one(room: Room) -> None:
    await room.arm()
    await room.run()
    said = [await room.say("skip") for _ in range(6)]
    assert said[-1] == "Skipped. Now: descent 1 of 1 at 5 km/h, 1 percent down."
    assert await room.say("what's next") == "This is the last step."
    assert await room.say("skip") == "Skipped. That was the last step."


async def test_r2_a_session_goes_on_by_itself_where_the_belt_may_be_started(room: Room) -> None:
    start_belt(room)
    await room.arm()
    await room.say("pause")
    answer = await room.say("resume")
    assert answer.startswith("The session goes on. 121 minutes are left. Clip on the safety key")


async def test_a_session_that_runs_has_nothing_to_resume(room: Room) -> None:
    await room.arm()
    await room.run()
    assert await room.say("continue") == "There is nothing to resume."


async def test_without_contact_no_session_is_armed(room: Room) -> None:
    await coordinator_of(room.treadmill).async_release()
    answer = await room.say("start sunrise loop")
    assert answer.startswith("There is no contact with the treadmill")


async def test_a_treadmill_that_is_not_set_up_is_said(room: Room) -> None:
    await room.hass.config_entries.async_unload(room.treadmill.entry_id)
    answer = await room.say("start sunrise loop")
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
