"""A treadmill that counts miles and is believed to count kilometres: what is said, and done."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from http import HTTPStatus
from typing import Any

from homeassistant.core import Event, HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.descent.const import DOMAIN
from custom_components.descent.treadmills.clock import Clock
from tests.flows.unknown_machines import ENTRY
from tests.machines.dircon_server import LOOPBACK, DirconServer
from tests.machines.ftms import FtmsMachine, set_running
from tests.machines.profiles import KMH_PER_MPH, PROFILES
from tests.mock_entries import set_up

QUICK = 60.0  # seconds of the machine in one
PATIENCE_S = 20.0


@pytest.fixture(name="server")
async def server_fixture(hass: HomeAssistant, socket_enabled: None) -> AsyncIterator[DirconServer]:
    """Switch on a treadmill of miles whose belt moves."""
    clock = Clock(hass.loop, QUICK)
    server = DirconServer(clock, FtmsMachine(clock, PROFILES["miles"]))
    await server.listen()
    await set_running(clock, server.machine, 5.0 * KMH_PER_MPH)
    yield server
    await server.close()


def issue(hass: HomeAssistant, entry: MockConfigEntry) -> ir.IssueEntry | None:
    return ir.async_get(hass).async_get_issue(DOMAIN, f"speed_unit_{entry.entry_id}")


async def until_known(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    """Wait for the issue of an entry."""
    known: asyncio.Future[None] = hass.loop.create_future()

    @callback
    def changed(event: Event[Any]) -> None:
        if event.data["issue_id"] == f"speed_unit_{entry.entry_id}" and not known.done():
            known.set_result(None)

    unlisten = hass.bus.async_listen(ir.EVENT_REPAIRS_ISSUE_REGISTRY_UPDATED, changed)
    async with asyncio.timeout(PATIENCE_S):
        await known
    unlisten()


async def added(hass: HomeAssistant, server: DirconServer, **data: Any) -> MockConfigEntry:
    """Add the treadmill."""
    where = {"host": LOOPBACK, "port": server.port}
    answers = ENTRY | where | {"min_speed": 0.5, "max_speed": 12.0, "min_incline": 0.0} | data
    return await set_up(hass, MockConfigEntry(domain=DOMAIN, title="Run", data=answers))


async def begun(client: Any, entry: MockConfigEntry) -> Any:
    """Open the repair of the issue; returns its form."""
    handler = {"handler": DOMAIN, "issue_id": f"speed_unit_{entry.entry_id}"}
    response = await client.post("/api/repairs/issues/fix", json=handler)
    assert response.status == HTTPStatus.OK
    return await response.json()


async def choose_miles(client: Any, form: Any) -> None:
    """Answer the repair."""
    where = f"/api/repairs/issues/fix/{form['flow_id']}"
    done = await client.post(where, json={"speed_unit": "mph"})
    assert (await done.json())["type"] == "create_entry"


async def test_speeds_that_contradict_the_way_become_an_issue_that_goes_with_the_entry(
    hass: HomeAssistant, server: DirconServer
) -> None:
    entry = await added(hass, server)
    await until_known(hass, entry)
    assert issue(hass, entry) is not None
    assert await hass.config_entries.async_unload(entry.entry_id)
    assert issue(hass, entry) is None


async def test_choosing_miles_puts_it_right(
    hass: HomeAssistant, server: DirconServer, hass_client: ClientSessionGenerator
) -> None:
    assert await async_setup_component(hass, "repairs", {})
    entry = await added(hass, server)
    await until_known(hass, entry)
    client = await hass_client()
    form = await begun(client, entry)
    assert (form["step_id"], form["description_placeholders"]) == ("unit", {"name": "Run"})
    (field,) = form["data_schema"]
    assert field["description"] == {"suggested_value": "mph"}
    await choose_miles(client, form)
    await hass.async_block_till_done()
    assert (entry.data["speed_unit"], entry.data["max_speed"]) == (
        "mph",
        pytest.approx(12 * KMH_PER_MPH),
    )
    assert issue(hass, entry) is None
    assert entry.runtime_data.machine.speed.maximum == pytest.approx(12 * KMH_PER_MPH)
    await hass.config_entries.async_unload(entry.entry_id)


async def test_a_machine_of_miles_that_is_known_as_one_has_no_issue(
    hass: HomeAssistant, server: DirconServer
) -> None:
    entry = await added(hass, server, speed_unit="mph")
    heard: asyncio.Future[None] = hass.loop.create_future()
    hearing = entry.runtime_data.treadmill._hearing
    unlisten = entry.runtime_data.treadmill.listen(
        lambda _: heard.set_result(None) if hearing.speeds_are_in and not heard.done() else None
    )
    async with asyncio.timeout(PATIENCE_S):
        await heard
    unlisten()
    assert issue(hass, entry) is None
    await hass.config_entries.async_unload(entry.entry_id)


async def test_a_repair_for_a_treadmill_that_is_gone_has_nothing_to_ask(
    hass: HomeAssistant, server: DirconServer, hass_client: ClientSessionGenerator
) -> None:
    assert await async_setup_component(hass, "repairs", {})
    entry = await added(hass, server)
    await until_known(hass, entry)
    client = await hass_client()
    form = await begun(client, entry)
    assert await hass.config_entries.async_remove(entry.entry_id)
    await choose_miles(client, form)
    assert issue(hass, entry) is None
