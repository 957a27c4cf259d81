"""A treadmill that is to be controlled and takes no commands: what is said, and diagnosed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.components.diagnostics import (
    get_diagnostics_for_config_entry,
)
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.descent.const import ACKNOWLEDGEMENT_VERSION, DOMAIN
from custom_components.descent.treadmills import gatt
from custom_components.descent.treadmills.clock import Clock
from tests.flows.unknown_machines import ENTRY
from tests.machines.dircon_server import LOOPBACK, DirconServer
from tests.machines.ftms import FtmsMachine
from tests.machines.profiles import PROFILES, Failing
from tests.mock_entries import set_up

PATIENCE_S = 20.0
FAILING = {
    gatt.CONTROL_POINT: Failing.REFUSED,
    gatt.MACHINE_STATUS: Failing.REFUSED,
    gatt.INCLINE_RANGE: Failing.EMPTY,
}
ALLOWED = {"acknowledged": ACKNOWLEDGEMENT_VERSION}


@pytest.fixture(name="server")
async def server_fixture(hass: HomeAssistant, socket_enabled: None) -> AsyncIterator[DirconServer]:
    """Switch on a treadmill whose control point lets nobody hear its answers."""
    clock = Clock(hass.loop)
    profile = replace(PROFILES["typical"], failing=FAILING)
    server = DirconServer(clock, FtmsMachine(clock, profile))
    await server.listen()
    yield server
    await server.close()


def issue(hass: HomeAssistant, entry: MockConfigEntry) -> ir.IssueEntry | None:
    return ir.async_get(hass).async_get_issue(DOMAIN, f"no_commands_{entry.entry_id}")


async def added(hass: HomeAssistant, server: DirconServer, **options: Any) -> MockConfigEntry:
    """Add the treadmill."""
    data = ENTRY | {"host": LOOPBACK, "port": server.port}
    return await set_up(
        hass, MockConfigEntry(domain=DOMAIN, title="Run", data=data, options=options)
    )


async def until_connected(entry: MockConfigEntry, connected: bool) -> None:
    """Wait for contact, or for its end."""
    treadmill = entry.runtime_data.treadmill
    changed = asyncio.Event()
    unlisten = treadmill.on_contact(changed.set)
    async with asyncio.timeout(PATIENCE_S):
        while treadmill.connected is not connected:
            await changed.wait()
            changed.clear()
    unlisten()


async def test_a_treadmill_that_may_be_controlled_and_takes_no_commands_is_an_issue(
    hass: HomeAssistant, server: DirconServer
) -> None:
    entry = await added(hass, server, **ALLOWED)
    await until_connected(entry, connected=True)
    said = issue(hass, entry)
    assert said is not None
    assert said.translation_placeholders == {"name": "Run"}
    assert await hass.config_entries.async_unload(entry.entry_id)
    assert issue(hass, entry) is None


async def test_commands_that_nobody_allowed_are_no_issue_and_allowing_them_makes_it_one(
    hass: HomeAssistant, server: DirconServer
) -> None:
    entry = await added(hass, server)
    await until_connected(entry, connected=True)
    issues = [issue(hass, entry)]
    hass.config_entries.async_update_entry(entry, options=ALLOWED)
    await hass.async_block_till_done()
    assert issue(hass, entry) is not None
    hass.config_entries.async_update_entry(entry, options={})
    await hass.async_block_till_done()
    assert [*issues, issue(hass, entry)] == [None, None]
    await hass.config_entries.async_unload(entry.entry_id)


async def test_the_issue_stays_without_contact_and_goes_when_commands_are_taken(
    hass: HomeAssistant, server: DirconServer
) -> None:
    entry = await added(hass, server, **ALLOWED)
    await until_connected(entry, connected=True)
    server.machine.profile = PROFILES["typical"]
    server.machine.hang_up()
    await until_connected(entry, connected=False)
    stayed = issue(hass, entry)
    await until_connected(entry, connected=True)
    assert (stayed is not None, issue(hass, entry)) == (True, None)
    await hass.config_entries.async_unload(entry.entry_id)


async def test_r18_the_diagnostics_name_every_part_that_fails_and_how(
    hass: HomeAssistant, server: DirconServer, hass_client: ClientSessionGenerator
) -> None:
    entry = await added(hass, server, **ALLOWED)
    await until_connected(entry, connected=True)
    told: Any = await get_diagnostics_for_config_entry(hass, hass_client, entry)
    assert told["failing"] == {
        "commands": "refused",
        "status": "refused",
        "incline_range": "unreadable",
    }
    assert (told["machine"]["sets_speed"], told["machine"]["sets_incline"]) == (False, False)
    assert any("not subscribed 2ad9" in line for line in told["wire"])
    await hass.config_entries.async_unload(entry.entry_id)
