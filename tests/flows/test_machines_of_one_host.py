"""Machines that one host announces, with one MAC address and a port each: which is which.

A program that bridges machines to the network does that (qdomyos-zwift: a bike and a treadmill).
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

from homeassistant.config_entries import SOURCE_IGNORE, ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.descent.const import DOMAIN
from custom_components.descent.identity import device_of
from custom_components.descent.treadmills.clock import Clock
from tests import flow_entries
from tests.flows.test_config_flow import answer, suggested
from tests.flows.unknown_machines import announced, announcement, machine_answers
from tests.machines.dircon_server import LOOPBACK, DirconServer
from tests.machines.ftms import FtmsMachine
from tests.machines.profiles import PROFILES, Profile, Quirk

MAC = "00:11:22:aa:bb:cc"
TREADMILL = PROFILES["typical"]
BIKE = TREADMILL.having(Quirk.PEDALLED)
CONTROL = {"acknowledge": True, "start_belt": False}
SCALE = 20  # seconds of the machines in one
# As each announces itself: by serial numbers that tell machines apart, and by such that do not.
SERIALS = pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"serial_number": "QZ-0815"}, {"serial_number": "QZ-0816"}),
        ({"serial_number": "3"}, {"serial_number": "0"}),
        ({}, {}),
    ],
    ids=["serial numbers", "numbers of a series", "names"],
)

type SwitchOn = Callable[[Profile], Awaitable[DirconServer]]


@pytest.fixture(name="switch_on")
async def switch_on_fixture(
    hass: HomeAssistant, socket_enabled: None, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[SwitchOn]:
    """Return what puts machines on loopback, each at a port of its own."""
    flow_entries.hurry(monkeypatch)
    servers: list[DirconServer] = []

    async def switch_on(profile: Profile) -> DirconServer:
        clock = Clock(hass.loop, SCALE)
        servers.append(DirconServer(clock, FtmsMachine(clock, profile)))
        await servers[-1].listen()
        return servers[-1]

    yield switch_on
    for server in servers:
        await server.close()


@pytest.fixture(name="no_setup")
def no_setup_fixture(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep entries from being set up."""

    async def setup(hass: HomeAssistant, entry: ConfigEntry[Any]) -> bool:
        return True

    monkeypatch.setattr("custom_components.descent.async_setup_entry", setup)


async def announces(
    hass: HomeAssistant, name: str, port: int, host: str = LOOPBACK, **said: Any
) -> Any:
    """Let the host announce one of its machines; returns what that leads to."""
    info = announcement(name, host, port, mac_address=MAC, ble_service_uuids="1826", **said)
    return await announced(hass, info)


async def looked_at(hass: HomeAssistant, offer: Any) -> Any:
    """Accept an offer; returns what a look leads to."""
    assert offer["step_id"] == "confirm"
    await answer(hass, offer["flow_id"], {})
    await hass.async_block_till_done()
    return await hass.config_entries.flow.async_configure(offer["flow_id"])


async def added(hass: HomeAssistant, offer: Any) -> ConfigEntry[Any]:
    """Add what is offered, as it says it is."""
    form = await looked_at(hass, offer)
    shown = suggested(form)
    more = {key: shown.pop(key) for key in machine_answers()["more"]}
    await answer(hass, form["flow_id"], shown | {"more": more})
    done = await answer(hass, form["flow_id"], CONTROL)
    assert done["type"] is FlowResultType.CREATE_ENTRY
    await hass.async_block_till_done()
    entry: ConfigEntry[Any] = done["result"]
    return entry


def place(entry: ConfigEntry[Any]) -> tuple[str, int]:
    return entry.data["host"], entry.data["port"]


# ---- over real TCP, down to the belt


@SERIALS
async def test_two_treadmills_of_one_host_are_two_entries_each_with_its_own_belt(
    hass: HomeAssistant, switch_on: SwitchOn, one: dict[str, Any], other: dict[str, Any]
) -> None:
    servers = [await switch_on(TREADMILL), await switch_on(TREADMILL)]
    entries = [
        await added(hass, await announces(hass, name, server.port, **said))
        for name, server, said in zip(("TREAD 1", "TREAD 2"), servers, (one, other), strict=True)
    ]
    assert len({entry.unique_id for entry in entries}) == 2
    devices = [device_of(hass, entry) for entry in entries]
    assert len({device.id for device in devices if device is not None}) == 2
    assert [device.connections for device in devices if device is not None] == [set(), set()]
    for entry in entries:
        await flow_entries.until_state(hass, entry, "sensor", "contact", "connected")
    servers[1].machine.press_start()
    await flow_entries.until_state(hass, entries[1], "binary_sensor", "belt_moving", "on")
    assert flow_entries.shown(hass, entries[0], "binary_sensor", "belt_moving").state == "off"
    for name, server, said in zip(("TREAD 1", "TREAD 2"), servers, (one, other), strict=True):
        again = await announces(hass, name, server.port, **said)
        assert again["reason"] == "already_configured"
    assert [place(entry)[1] for entry in entries] == [server.port for server in servers]
    for entry in entries:
        await hass.config_entries.async_unload(entry.entry_id)


@SERIALS
async def test_a_bike_of_the_host_is_no_treadmill_and_moves_no_entry(
    hass: HomeAssistant, switch_on: SwitchOn, one: dict[str, Any], other: dict[str, Any]
) -> None:
    treadmill, bike = await switch_on(TREADMILL), await switch_on(BIKE)
    entry = await added(hass, await announces(hass, "TREAD", treadmill.port, **one))
    await flow_entries.until_state(hass, entry, "sensor", "contact", "connected")
    done = await looked_at(hass, await announces(hass, "KICKR", bike.port, **other))
    assert (done["type"], done["reason"]) == (FlowResultType.ABORT, "not_a_treadmill")
    again = await announces(hass, "KICKR", bike.port, **other)
    assert (again["type"], again["reason"]) == (FlowResultType.ABORT, "not_a_treadmill")
    assert hass.config_entries.flow.async_progress_by_handler(DOMAIN) == []
    assert hass.config_entries.async_entries(DOMAIN) == [entry]
    assert place(entry) == (LOOPBACK, treadmill.port)
    assert flow_entries.shown(hass, entry, "sensor", "contact").state == "connected"
    await hass.config_entries.async_unload(entry.entry_id)


async def test_a_bike_that_was_typed_in_can_be_corrected(
    hass: HomeAssistant, switch_on: SwitchOn
) -> None:
    bike, treadmill = await switch_on(BIKE), await switch_on(TREADMILL)
    flow = await flow_entries.begin(hass, "ftms_network")
    await answer(hass, flow, {"host": LOOPBACK, "port": bike.port})
    await hass.async_block_till_done()
    form = await hass.config_entries.flow.async_configure(flow)
    assert (form["step_id"], form["errors"]) == ("ftms_network", {"base": "unsuitable"})
    await answer(hass, flow, {"host": LOOPBACK, "port": treadmill.port})
    await hass.async_block_till_done()
    form = await hass.config_entries.flow.async_configure(flow)
    assert form["step_id"] == "machine"


@SERIALS
async def test_each_is_found_again_when_the_host_moves(
    hass: HomeAssistant, switch_on: SwitchOn, one: dict[str, Any], other: dict[str, Any]
) -> None:
    servers = [await switch_on(TREADMILL), await switch_on(TREADMILL)]
    first = await added(hass, await announces(hass, "TREAD 1", servers[0].port, **one))
    second = await added(hass, await announces(hass, "TREAD 2", servers[1].port, **other))
    # Other ports too: the first one's is what the second one's was.
    await announces(hass, "TREAD 1", servers[1].port, "127.0.0.9", **one)
    await announces(hass, "TREAD 2", servers[0].port, "127.0.0.9", **other)
    assert place(first) == ("127.0.0.9", servers[1].port)
    assert place(second) == ("127.0.0.9", servers[0].port)
    for entry in (first, second):
        await hass.config_entries.async_unload(entry.entry_id)


# ---- entries of an earlier version, which knew a machine by its MAC address or serial number alone


def earlier(hass: HomeAssistant, unique_id: str | None, **identity: str) -> MockConfigEntry:
    """Add an entry of a treadmill at port 4813, as an earlier version made them."""
    where = {"kind": "ftms_network", "name": "Mine", "host": "127.0.0.1", "port": 4813}
    entry = MockConfigEntry(domain=DOMAIN, title="Mine", unique_id=unique_id, data=where | identity)
    entry.add_to_hass(hass)
    return entry


@pytest.mark.usefixtures("no_setup")
async def test_an_earlier_entry_is_not_moved_to_another_service_of_its_host(
    hass: HomeAssistant,
) -> None:
    entry = earlier(hass, MAC, mac=MAC)
    before = dict(entry.data)
    for host in ("127.0.0.1", "127.0.0.9"):
        offer = await announces(hass, f"KICKR at {host}", 4810, host, serial_number="0")
        assert offer["step_id"] == "confirm"
    assert (dict(entry.data), entry.unique_id) == (before, MAC)


@pytest.mark.usefixtures("no_setup")
@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.9"])
async def test_an_earlier_entry_is_found_again_at_its_port_and_learns_which_machine_it_is(
    hass: HomeAssistant, host: str
) -> None:
    entry = earlier(hass, MAC, mac=MAC)
    done = await announces(hass, "TREAD", 4813, host, serial_number="QZ-0815")
    assert done["reason"] == "already_configured"
    assert (entry.unique_id, place(entry)) == (f"{MAC}_qz-0815", (host, 4813))
    assert (entry.data["serial"], entry.data["service"]) == ("QZ-0815", "TREAD")
    await announces(hass, "TREAD", 4900, "127.0.0.5", serial_number="QZ-0815")
    assert place(entry) == ("127.0.0.5", 4900)


@pytest.mark.usefixtures("no_setup")
@pytest.mark.parametrize("unique_id", [MAC, "qz-0815"])
async def test_an_earlier_entry_that_knows_its_serial_number_is_found_wherever_it_is(
    hass: HomeAssistant, unique_id: str
) -> None:
    identity = {"serial": "QZ-0815"} | ({"mac": MAC} if unique_id == MAC else {})
    entry = earlier(hass, unique_id, **identity)
    other = await announces(hass, "KICKR", 4813, serial_number="QZ-0816")
    assert (other["step_id"], entry.unique_id) == ("confirm", unique_id)
    done = await announces(hass, "TREAD", 4900, "127.0.0.9", serial_number="QZ-0815")
    assert done["reason"] == "already_configured"
    assert (entry.unique_id, place(entry)) == (f"{MAC}_qz-0815", ("127.0.0.9", 4900))


@pytest.mark.usefixtures("no_setup")
async def test_an_entry_at_the_same_place_is_not_taken_for_one_that_is_known_to_be_the_machine(
    hass: HomeAssistant,
) -> None:
    nameless = earlier(hass, None)
    known = earlier(hass, f"{MAC}_tread", mac=MAC, service="TREAD")
    hass.config_entries.async_update_entry(known, data={**known.data, "host": "127.0.0.2"})
    await announces(hass, "TREAD", 4813, "127.0.0.1")
    assert (nameless.unique_id, "mac" in nameless.data) == (None, False)
    assert place(known) == ("127.0.0.1", 4813)


@pytest.mark.usefixtures("no_setup")
async def test_what_was_ignored_by_its_mac_stays_ignored(hass: HomeAssistant) -> None:
    MockConfigEntry(domain=DOMAIN, unique_id=MAC, source=SOURCE_IGNORE).add_to_hass(hass)
    done = await announces(hass, "TREAD", 4813)
    assert done["reason"] == "already_configured"


@pytest.mark.usefixtures("no_setup")
async def test_ignoring_one_machine_of_a_host_does_not_ignore_the_other(
    hass: HomeAssistant,
) -> None:
    ignored = MockConfigEntry(domain=DOMAIN, unique_id=f"{MAC}_tread 1", source=SOURCE_IGNORE)
    ignored.add_to_hass(hass)
    assert (await announces(hass, "TREAD 1", 4813))["reason"] == "already_configured"
    assert (await announces(hass, "TREAD 2", 4814))["step_id"] == "confirm"
