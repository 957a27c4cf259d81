"""Entries that an earlier version made: what becomes of them."""

from __future__ import annotations

from typing import Any

from homeassistant.config_entries import ConfigEntry, ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.descent.const import DOMAIN
from custom_components.descent.migration import MINOR_VERSION, VERSION, async_migrate
from custom_components.descent.treadmills.clock import Clock
from custom_components.descent.treadmills.ftms import FtmsTreadmill
from tests.flows.unknown_machines import ENTRY
from tests.mock_entries import runner_entry, treadmill_entry
from tests.treadmills.rig_memory import MemoryRig


@pytest.fixture(autouse=True)
def no_setup(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep entries from being set up."""

    async def setup(hass: HomeAssistant, entry: ConfigEntry[Any]) -> bool:
        return True

    monkeypatch.setattr("custom_components.descent.async_setup_entry", setup)


async def migrated(
    hass: HomeAssistant, minor_version: int, data: dict[str, Any]
) -> MockConfigEntry:
    """Return an entry of an earlier version, set up by this one."""
    entry = MockConfigEntry(
        domain=DOMAIN, title="Run", version=1, minor_version=minor_version, data=data
    )
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    assert (entry.version, entry.minor_version) == (VERSION, MINOR_VERSION)
    return entry


@pytest.mark.parametrize(("in_mph", "unit"), [(True, "mph_commands"), (False, "kmh")])
async def test_a_treadmill_that_wanted_miles_wants_them_in_commands_still(
    hass: HomeAssistant, in_mph: bool, unit: str
) -> None:
    before = {key: value for key, value in ENTRY.items() if key != "speed_unit"}
    entry = await migrated(hass, 1, before | {"speed_in_mph": in_mph})
    assert entry.data == before | {"speed_unit": unit}
    rig = MemoryRig()
    assert FtmsTreadmill.from_data(entry.data, Clock(hass.loop), rig.link).machine.can_start


async def test_a_treadmill_that_was_added_before_needs_no_pause_between_commands(
    hass: HomeAssistant,
) -> None:
    before = {key: value for key, value in ENTRY.items() if key != "command_gap"}
    entry = await migrated(hass, 2, before)
    assert entry.data == before | {"command_gap": 0.0}
    entry = await migrated(hass, 2, before | {"command_gap": 1.0})
    assert entry.data["command_gap"] == 1.0


async def test_an_entry_that_knows_nothing_of_units_learns_nothing_of_them(
    hass: HomeAssistant,
) -> None:
    for known in (dict(treadmill_entry().data), dict(runner_entry().data)):
        assert (await migrated(hass, 1, known)).data == known


async def test_an_entry_of_this_version_stays_as_it_is(hass: HomeAssistant) -> None:
    known = ENTRY | {"speed_unit": "mph"}
    assert (await migrated(hass, MINOR_VERSION, known)).data == known


async def test_an_entry_of_a_later_version_is_left_alone_and_that_is_said(
    hass: HomeAssistant, caplog: pytest.LogCaptureFixture
) -> None:
    entry = MockConfigEntry(domain=DOMAIN, title="Run", version=VERSION + 1, data=ENTRY)
    entry.add_to_hass(hass)
    assert not await hass.config_entries.async_setup(entry.entry_id)
    assert entry.state is ConfigEntryState.MIGRATION_ERROR
    assert entry.data == ENTRY
    assert entry.version == VERSION + 1
    assert "higher than the current version" in caplog.text
    issues = ir.async_get(hass)
    issue = issues.async_get_issue(DOMAIN, f"newer_entry_{entry.entry_id}")
    assert issue is not None
    assert issue.translation_placeholders == {"name": "Run"}
    assert not async_migrate(hass, entry)
    await hass.config_entries.async_remove(entry.entry_id)
    assert issues.async_get_issue(DOMAIN, f"newer_entry_{entry.entry_id}") is None


async def test_an_entry_of_a_later_minor_version_is_used_and_keeps_all_it_says(
    hass: HomeAssistant,
) -> None:
    known = dict(treadmill_entry().data) | {"colour": "red"}
    entry = MockConfigEntry(
        domain=DOMAIN, version=VERSION, minor_version=MINOR_VERSION + 1, data=known
    )
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    assert entry.data == known
    assert entry.minor_version == MINOR_VERSION + 1
