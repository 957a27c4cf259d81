"""A treadmill that is left to another app, and taken back."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ServiceValidationError
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.descent.training.model import Range
from custom_components.descent.treadmills.base import Contact
from custom_components.descent.treadmills.faults import SimulatedFault
from tests.mock_entries import console_of, coordinator_of, set_up, treadmill_entry


@pytest.fixture
async def entry(hass: HomeAssistant) -> MockConfigEntry:
    return await set_up(hass, treadmill_entry())


async def test_releasing_lets_go_of_the_treadmill(entry: MockConfigEntry) -> None:
    coordinator = coordinator_of(entry)
    await coordinator.async_release()
    assert console_of(entry).contact is Contact.RELEASED
    assert (coordinator.keeps_connected, coordinator.data.connected) == (False, False)


async def test_taking_it_back_makes_contact(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    coordinator = coordinator_of(entry)
    await coordinator.async_release()
    await coordinator.async_reconnect()
    await hass.async_block_till_done(wait_background_tasks=True)
    assert console_of(entry).contact is Contact.CONNECTED
    assert (coordinator.keeps_connected, coordinator.data.connected) == (True, True)


async def test_taking_back_one_that_is_gone_is_no_error(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    coordinator = coordinator_of(entry)
    await coordinator.async_release()
    console_of(entry).faults = {SimulatedFault.LINK_LOST}
    await coordinator.async_reconnect()
    await hass.async_block_till_done(wait_background_tasks=True)
    assert console_of(entry).contact is Contact.NOT_FOUND


async def test_it_stays_released_over_a_restart(
    hass: HomeAssistant, entry: MockConfigEntry, hass_storage: dict[str, Any]
) -> None:
    await coordinator_of(entry).async_release()
    await hass.config_entries.async_reload(entry.entry_id)
    await hass.async_block_till_done()
    assert console_of(entry).contact is Contact.RELEASED
    assert not coordinator_of(entry).keeps_connected


async def test_a_session_under_way_keeps_its_treadmill(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    coordinator = coordinator_of(entry)
    await coordinator.async_start_session("descent_walk", None, {})
    with pytest.raises(ServiceValidationError) as refused:
        await coordinator.async_release()
    assert refused.value.translation_key == "session_active"
    assert coordinator.data.connected


async def test_what_a_machine_says_of_itself_later_is_what_counts(
    entry: MockConfigEntry,
) -> None:
    coordinator, console = coordinator_of(entry), console_of(entry)
    narrower = Range(minimum=-3, maximum=10, step=0.5)
    machine = console.belt_and_deck.machine
    console.belt_and_deck.machine = replace(machine, incline=narrower)
    console.faults = {SimulatedFault.LINK_LOST}
    console.faults = set()
    assert coordinator.view().machine.incline == narrower
