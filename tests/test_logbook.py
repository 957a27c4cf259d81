"""What of a session is a line in the logbook."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from homeassistant.core import Event, HomeAssistant, callback
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_capture_events

from custom_components.descent import logbook
from custom_components.descent.const import DOMAIN, EVENT_CUE
from custom_components.descent.runtime.broadcast import Told, async_tell
from custom_components.descent.training.events import Cue, CueKind
from tests.mock_entries import coordinator_of, set_up, treadmill_entry


@pytest.fixture
async def entry(hass: HomeAssistant) -> MockConfigEntry:
    return await set_up(hass, treadmill_entry())


def lines(hass: HomeAssistant, events: Iterable[Event[Any]]) -> list[dict[str, str]]:
    """Return what the logbook makes of events."""
    known: dict[tuple[str, str], logbook.Describe] = {}

    @callback
    def describe(domain: str, event_type: str, described: logbook.Describe) -> None:
        known[domain, event_type] = described

    logbook.async_describe_events(hass, describe)
    return [known[DOMAIN, EVENT_CUE](event) for event in events]


async def test_an_announcement_is_a_line_with_its_words(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    events = async_capture_events(hass, EVENT_CUE)
    await coordinator_of(entry).async_start_session("easy_recovery", None, {})
    await hass.async_block_till_done()
    (line,) = lines(hass, events)
    assert line["name"] == "Belt"
    assert line["message"].startswith("Easy flat (recovery window) is ready")
    assert line["entity_id"] == "event.belt_cue"


@pytest.mark.parametrize("kind", CueKind)
async def test_every_kind_of_announcement_is_a_line_but_the_numbers_of_a_countdown(
    hass: HomeAssistant, entry: MockConfigEntry, kind: CueKind
) -> None:
    events = async_capture_events(hass, EVENT_CUE)
    async_tell(hass, Told(entry.entry_id, Cue(kind=kind, key="go"), "Go."))
    await hass.async_block_till_done()
    told = [line["message"] for line in lines(hass, events)]
    assert told == ["Go."] * (kind is not CueKind.COUNTDOWN)
