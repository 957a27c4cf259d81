"""A treadmill in the network, from its discovery to the last byte: nothing in between is replaced.

The machine is a simulated one behind real TCP on loopback.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

from homeassistant.config_entries import SOURCE_RECONFIGURE, ConfigEntry, ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers import entity_registry as er
import pytest

from custom_components.descent.const import DOMAIN
from custom_components.descent.identity import identity
from custom_components.descent.treadmills.clock import Clock
from tests import flow_entries
from tests.flows.test_config_flow import answer, suggested
from tests.flows.unknown_machines import announced, announcement, machine_answers
from tests.machines.dircon_server import LOOPBACK, DirconServer
from tests.machines.ftms import FtmsMachine
from tests.machines.profiles import PROFILES
from tests.machines.quirks import WireFault

MAC = "00:11:22:aa:bb:cc"
CONTROL = {"acknowledge": True, "start_belt": False}
SCALE = 20  # seconds of the machine in one: nobody waits for its belt


@pytest.fixture(name="server")
async def server_fixture(hass: HomeAssistant, socket_enabled: None) -> AsyncIterator[DirconServer]:
    """Switch a treadmill on."""
    clock = Clock(hass.loop, SCALE)
    server = DirconServer(clock, FtmsMachine(clock, PROFILES["kickr"]))
    await server.listen()
    yield server
    await server.close()


@pytest.fixture(autouse=True)
def hurried_fixture(monkeypatch: pytest.MonkeyPatch) -> None:
    """Publish measurements as they come."""
    flow_entries.hurry(monkeypatch)


def connections(server: DirconServer) -> int:
    return len(server._clients)


async def until_left_alone(server: DirconServer) -> None:
    """Wait until the machine has noticed that everybody hung up."""
    async with asyncio.timeout(flow_entries.PATIENCE_S):
        await asyncio.gather(*(client.closed for client in server._clients))


async def shown_next(hass: HomeAssistant, flow: str) -> Any:
    """Wait until a look is over; returns the form it led to."""
    await hass.async_block_till_done()
    return await hass.config_entries.flow.async_configure(flow)


async def typed_in(hass: HomeAssistant, port: int) -> Any:
    """Add a treadmill by its address; returns the form that a look leads to."""
    flow = await flow_entries.begin(hass, "ftms_network")
    progress = await answer(hass, flow, {"host": LOOPBACK, "port": port})
    assert progress["type"] is FlowResultType.SHOW_PROGRESS
    return await shown_next(hass, flow)


async def added(hass: HomeAssistant, form: Any) -> ConfigEntry[Any]:
    """Accept what the form about the machine shows, and allow control."""
    shown = suggested(form)
    folded = machine_answers()["more"]
    answers = {key: value for key, value in shown.items() if key not in folded}
    more = {key: shown[key] for key in folded}
    await answer(hass, form["flow_id"], answers | {"more": more})
    done = await answer(hass, form["flow_id"], CONTROL)
    assert done["type"] is FlowResultType.CREATE_ENTRY
    await hass.async_block_till_done()
    entry: ConfigEntry[Any] = done["result"]
    return entry


async def test_a_treadmill_on_the_network_is_found_added_and_measured(
    hass: HomeAssistant, server: DirconServer
) -> None:
    offer = await announced(hass, announcement(host=LOOPBACK, port=server.port, mac_address=MAC))
    await answer(hass, offer["flow_id"], {})
    form = await shown_next(hass, offer["flow_id"])
    await until_left_alone(server)
    assert form["description_placeholders"]["found"].splitlines() == [
        "- It calls itself `Simulated KICKR RUN`.",
        "- It says that it runs at 0.8 to 24 km/h.",
        "- It says that its incline goes from -3 to 15 %.",
        "- So it goes down to -3 %.",
    ]
    entry = await added(hass, form)
    assert (entry.title, entry.unique_id, entry.state) == (
        "KICKR RUN 1A2B",
        f"{MAC}_kickr run 1a2b",
        ConfigEntryState.LOADED,
    )
    await flow_entries.until_state(hass, entry, "sensor", "speed", "0.0")
    await flow_entries.until_state(hass, entry, "sensor", "contact", "connected")
    server.machine.press_start()
    await flow_entries.until_state(hass, entry, "binary_sensor", "belt_moving", "on")
    await hass.config_entries.async_unload(entry.entry_id)
    await until_left_alone(server)


async def test_a_real_treadmill_has_what_a_virtual_one_has_not_and_no_console(
    hass: HomeAssistant, server: DirconServer
) -> None:
    entry = await added(hass, await typed_in(hass, server.port))
    device = flow_entries.device(hass, entry)
    assert (device.manufacturer, device.model) == ("Simulated", "KICKR RUN")
    keys = {
        known.unique_id.removeprefix(f"{identity(entry)}_")
        for known in er.async_entries_for_config_entry(er.async_get(hass), entry.entry_id)
    }
    assert {"contact", "keep_connected", "speed", "stop"} <= keys
    assert not {key for key in keys if key.startswith("console")}
    assert not {"safety_key", "simulated_fault", "heart_rate"} & keys
    await hass.config_entries.async_unload(entry.entry_id)


async def test_heart_rate_and_energy_appear_when_the_machine_reports_them_and_stay(
    hass: HomeAssistant, server: DirconServer
) -> None:
    entry = await added(hass, await typed_in(hass, server.port))
    await flow_entries.until_state(hass, entry, "sensor", "speed", "0.0")
    registry = er.async_get(hass)
    assert not registry.async_get_entity_id("sensor", DOMAIN, f"{identity(entry)}_heart_rate")
    server.machine.heart_rate_bpm = 151
    appeared = f"sensor.{entry.title.lower().replace(' ', '_')}_heart_rate"
    await flow_entries.until(hass, appeared, lambda state: state.state == "151")
    server.machine.heart_rate_bpm = None
    await hass.config_entries.async_reload(entry.entry_id)
    await flow_entries.until_state(hass, entry, "sensor", "heart_rate", "unknown")
    await hass.config_entries.async_unload(entry.entry_id)


async def test_keep_connected_lets_another_app_have_it_and_takes_it_back(
    hass: HomeAssistant, server: DirconServer
) -> None:
    entry = await added(hass, await typed_in(hass, server.port))
    switch = flow_entries.entity_id(hass, entry, "switch", "keep_connected")
    await flow_entries.until_state(hass, entry, "switch", "keep_connected", "on")
    await hass.services.async_call("switch", "turn_off", {"entity_id": switch}, blocking=True)
    await flow_entries.until_state(hass, entry, "sensor", "contact", "released")
    assert flow_entries.shown(hass, entry, "switch", "keep_connected").state == "off"
    await until_left_alone(server)
    server.machine.connected(lambda number, value: None)
    server.machine.disconnected()
    await hass.services.async_call("switch", "turn_on", {"entity_id": switch}, blocking=True)
    await flow_entries.until_state(hass, entry, "sensor", "contact", "connected")
    await hass.config_entries.async_unload(entry.entry_id)


async def test_a_treadmill_that_moved_is_connected_to_where_it_is_now(
    hass: HomeAssistant, server: DirconServer
) -> None:
    offer = await announced(hass, announcement(host=LOOPBACK, port=server.port, mac_address=MAC))
    await answer(hass, offer["flow_id"], {})
    entry = await added(hass, await shown_next(hass, offer["flow_id"]))
    coordinator = entry.runtime_data
    await flow_entries.until_state(hass, entry, "sensor", "contact", "connected")
    other = DirconServer(server.clock, server.machine)
    await server.close()
    await flow_entries.until(
        hass,
        flow_entries.entity_id(hass, entry, "sensor", "contact"),
        lambda state: state.state != "connected",
    )
    await other.listen()
    moved = await announced(hass, announcement(host=LOOPBACK, port=other.port, mac_address=MAC))
    assert moved["reason"] == "already_configured"
    await flow_entries.until_state(hass, entry, "sensor", "contact", "connected")
    assert entry.runtime_data is coordinator
    await hass.config_entries.async_unload(entry.entry_id)
    await other.close()


async def test_who_a_treadmill_is_may_be_learned_later_and_costs_neither_device_nor_history(
    hass: HomeAssistant, server: DirconServer
) -> None:
    entry = await added(hass, await typed_in(hass, server.port))
    coordinator = entry.runtime_data
    await flow_entries.until_state(hass, entry, "sensor", "contact", "connected")
    assert entry.unique_id == "24-0815"
    known = (
        flow_entries.device(hass, entry).id,
        flow_entries.entity_id(hass, entry, "sensor", "speed"),
    )
    offer = await announced(hass, announcement(host=LOOPBACK, port=server.port, mac_address=MAC))
    assert offer["reason"] == "already_configured"
    await hass.async_block_till_done()
    assert (entry.unique_id, entry.runtime_data) == (f"{MAC}_kickr run 1a2b", coordinator)
    await hass.config_entries.async_reload(entry.entry_id)
    assert known == (
        flow_entries.device(hass, entry).id,
        flow_entries.entity_id(hass, entry, "sensor", "speed"),
    )
    await flow_entries.until_state(hass, entry, "sensor", "speed", "0.0")
    device = flow_entries.device(hass, entry)
    assert (device.serial_number, device.hw_version, device.sw_version) == ("24-0815", "B", "1.4.2")
    assert device.connections == set()  # the address may be that of several machines
    await hass.config_entries.async_unload(entry.entry_id)


async def test_another_name_or_address_does_not_interrupt_anything(
    hass: HomeAssistant, server: DirconServer
) -> None:
    entry = await added(hass, await typed_in(hass, server.port))
    coordinator = entry.runtime_data
    await flow_entries.until_state(hass, entry, "sensor", "contact", "connected")
    hass.config_entries.async_update_entry(
        entry, title="Run", data={**entry.data, "name": "Run", "host": "127.0.0.9", "port": 1}
    )
    await hass.async_block_till_done()
    assert entry.runtime_data is coordinator
    assert connections(server) == 1
    assert flow_entries.device(hass, entry).name == "Run"
    await hass.config_entries.async_unload(entry.entry_id)


async def test_other_ranges_are_another_machine(hass: HomeAssistant, server: DirconServer) -> None:
    entry = await added(hass, await typed_in(hass, server.port))
    coordinator = entry.runtime_data
    form: Any = await hass.config_entries.flow.async_init(
        DOMAIN, context={"source": SOURCE_RECONFIGURE, "entry_id": entry.entry_id}
    )
    where: dict[str, Any] = {"host": LOOPBACK, "port": server.port}
    await answer(hass, form["flow_id"], machine_answers(min_incline=-2, max_incline=10, **where))
    await hass.async_block_till_done()
    assert entry.runtime_data is not coordinator
    assert entry.runtime_data.machine.incline.minimum == -2.0
    await hass.config_entries.async_unload(entry.entry_id)


async def test_r10_what_a_treadmill_says_is_not_widened_when_it_is_changed(
    hass: HomeAssistant, server: DirconServer
) -> None:
    entry = await added(hass, await typed_in(hass, server.port))
    earlier = {key: value for key, value in entry.data.items() if key != "offered"}
    hass.config_entries.async_update_entry(entry, data=earlier)  # it kept nothing of that
    await hass.async_block_till_done()
    await flow_entries.until_state(hass, entry, "sensor", "contact", "connected")
    form: Any = await hass.config_entries.flow.async_init(
        DOMAIN, context={"source": SOURCE_RECONFIGURE, "entry_id": entry.entry_id}
    )
    where: dict[str, Any] = {"host": LOOPBACK, "port": server.port}
    wider = machine_answers(min_incline=-6, max_incline=15, max_speed=24.5, **where)
    form = await answer(hass, form["flow_id"], wider)
    assert form["errors"] == {
        "min_incline": "incline_not_offered",
        "max_speed": "speed_not_offered",
    }
    texts = form["description_placeholders"]
    assert (texts["incline_offered"], texts["speed_offered"]) == ("-3 … 15 %", "0.8 … 24 km/h")
    await hass.config_entries.async_unload(entry.entry_id)


# ---- when it does not work


async def test_a_treadmill_that_is_off_says_so_and_nothing_is_left(
    hass: HomeAssistant, server: DirconServer
) -> None:
    await server.close()
    form = await typed_in(hass, server.port)
    assert (form["step_id"], form["errors"]) == ("ftms_network", {"base": "unreachable"})
    assert hass.config_entries.async_entries(DOMAIN) == []
    await server.listen(server.port)
    await answer(hass, form["flow_id"], {"host": LOOPBACK, "port": server.port})
    form = await shown_next(hass, form["flow_id"])
    assert (form["step_id"], form["errors"]) == ("machine", {})


async def test_a_treadmill_that_somebody_else_has_is_taken(
    hass: HomeAssistant, server: DirconServer
) -> None:
    server.machine.wire_faults = frozenset({WireFault.TAKEN})
    form = await typed_in(hass, server.port)
    assert (form["step_id"], form["errors"]) == ("ftms_network", {"base": "taken"})
    await until_left_alone(server)


async def test_a_treadmill_that_answers_nothing_leaves_nothing_behind(
    hass: HomeAssistant, server: DirconServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("custom_components.descent.treadmills.dircon_connection.ANSWER_S", 0.1)
    server.machine.wire_faults = frozenset({WireFault.BLACKOUT})
    form = await typed_in(hass, server.port)
    assert (form["step_id"], form["errors"]) == ("ftms_network", {"base": "unreachable"})
    assert hass.config_entries.async_entries(DOMAIN) == []
    assert not [task for task in asyncio.all_tasks() if "looks at" in task.get_name()]
