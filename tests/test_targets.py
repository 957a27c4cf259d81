"""Which treadmill is meant: one rule in one order, whoever asks."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

from homeassistant.config_entries import ConfigEntry, ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.helpers import area_registry as ar, device_registry as dr
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.descent.targets import (
    SeveralTreadmillsError,
    treadmill_meant,
    treadmills_named,
)
from tests import flow_entries
from tests.flow_entries import refused
from tests.mock_entries import runner_entry, set_up, treadmill_entry

TITLES = ("Attic", "Bedroom", "Cellar")


@pytest.fixture(name="entries")
async def entries_fixture(hass: HomeAssistant) -> AsyncIterator[dict[str, MockConfigEntry]]:
    """Set up three treadmills, two of them in the gym; attic and cellar have a session."""
    await set_up(hass, runner_entry())
    entries = {title: await set_up(hass, treadmill_entry(title=title)) for title in TITLES}
    for title in ("Bedroom", "Cellar"):
        put_into_gym(hass, flow_entries.device(hass, entries[title]))
    for title in ("Attic", "Cellar"):
        await flow_entries.until_state(hass, entries[title], "sensor", "speed", "0.0")
        await flow_entries.act(hass, "start_session", treadmill=title, session="easy_recovery")
    yield entries
    for entry in entries.values():
        await hass.config_entries.async_unload(entry.entry_id)


def put_into_gym(hass: HomeAssistant, device: dr.DeviceEntry) -> None:
    """Put a device into an area."""
    gym = ar.async_get(hass).async_get_or_create("Gym")
    dr.async_get(hass).async_update_device(device.id, area_id=gym.id)


def speaker_in_gym(hass: HomeAssistant) -> str:
    """Return a device in the gym that somebody speaks to."""
    owner = MockConfigEntry(domain="test")
    owner.add_to_hass(hass)
    speaker = dr.async_get(hass).async_get_or_create(
        config_entry_id=owner.entry_id, identifiers={("test", "speaker")}
    )
    put_into_gym(hass, speaker)
    return speaker.id


def states(entries: dict[str, MockConfigEntry]) -> list[str]:
    """Return the states of the sessions."""
    return [entry.runtime_data.data.state.value for entry in entries.values()]


async def test_the_name_comes_before_the_area_and_the_area_before_the_session(
    hass: HomeAssistant, entries: dict[str, MockConfigEntry]
) -> None:
    gym = speaker_in_gym(hass)
    attic, bedroom = treadmills_named(hass, "attic"), treadmills_named(hass, "Bedroom")
    assert treadmill_meant(hass, attic, gym, of_session=True).name == "Attic"
    assert treadmill_meant(hass, bedroom, of_session=True).name == "Bedroom"
    assert treadmill_meant(hass, None, gym, of_session=True).name == "Cellar"


@pytest.mark.parametrize(
    ("in_gym", "of_session", "choices"),
    [
        (True, False, ["Bedroom", "Cellar"]),
        (False, True, ["Attic", "Cellar"]),
        (False, False, ["Attic", "Bedroom", "Cellar"]),
    ],
)
async def test_who_is_asked_which_may_choose_from_those_that_are_left(
    hass: HomeAssistant,
    entries: dict[str, MockConfigEntry],
    in_gym: bool,
    of_session: bool,
    choices: list[str],
) -> None:
    asking = {True: speaker_in_gym(hass), False: "gone"}[in_gym]
    with pytest.raises(SeveralTreadmillsError) as unclear:
        treadmill_meant(hass, None, asking, of_session=of_session)
    assert unclear.value.choices == choices


async def test_an_action_about_a_session_means_the_only_treadmill_that_has_one(
    hass: HomeAssistant, entries: dict[str, MockConfigEntry]
) -> None:
    await flow_entries.act(hass, "stop", treadmill="Attic")
    assert (await refused(hass, "start_session", session="easy_recovery"))[0] == (
        "several_treadmills"
    )
    await flow_entries.act(hass, "pause")
    assert states(entries) == ["finished", "idle", "paused"]


async def test_of_two_treadmills_with_one_name_none_is_taken_but_stop_stops_both(
    hass: HomeAssistant, entries: dict[str, MockConfigEntry]
) -> None:
    hass.config_entries.async_update_entry(entries["Cellar"], title="Attic")
    key, message = await refused(hass, "pause", treadmill="attic")
    assert (key, "Attic, Attic" in message) == ("several_treadmills", True)
    await flow_entries.act(hass, "stop", treadmill="attic")
    assert states(entries) == ["finished", "idle", "finished"]


async def test_a_treadmill_is_also_named_as_the_user_has_named_its_device(
    hass: HomeAssistant, entries: dict[str, MockConfigEntry]
) -> None:
    device = flow_entries.device(hass, entries["Cellar"])
    dr.async_get(hass).async_update_device(device.id, name_by_user="The long one")
    await flow_entries.act(hass, "pause", treadmill="the long one")
    assert states(entries) == ["armed", "idle", "paused"]


async def test_r4_stop_by_name_reaches_a_treadmill_that_could_not_be_unloaded(
    hass: HomeAssistant, entries: dict[str, MockConfigEntry]
) -> None:
    entries["Cellar"].mock_state(hass, ConfigEntryState.FAILED_UNLOAD)
    await flow_entries.act(hass, "stop", treadmill="Cellar")
    assert states(entries) == ["armed", "idle", "finished"]
    entries["Cellar"].mock_state(hass, ConfigEntryState.LOADED)


async def test_stop_says_of_a_named_treadmill_that_it_is_not_set_up(
    hass: HomeAssistant, entries: dict[str, ConfigEntry[Any]]
) -> None:
    await hass.config_entries.async_unload(entries["Bedroom"].entry_id)
    key, message = await refused(hass, "stop", treadmill="Bedroom")
    assert (key, "Bedroom" in message) == ("treadmill_not_loaded", True)
