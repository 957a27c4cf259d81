"""The simulated proxy, with Home Assistant's own ESPHome integration at the other end."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Any, Self

from aioesphomeapi.client import APIClient
from aioesphomeapi.core import APIConnectionError
from bleak.backends.device import BLEDevice
from bleak.exc import BleakCharacteristicNotFoundError, BleakError
from habluetooth import HaBleakClientWrapper, get_manager
from homeassistant.config_entries import ConfigEntryState, ConfigFlowResult
from homeassistant.core import HomeAssistant
import pytest

from custom_components.descent.const import DOMAIN
from custom_components.descent.treadmills import gatt
from custom_components.descent.treadmills.clock import Clock
from custom_components.descent.treadmills.faults import SimulatedFault
from custom_components.descent.treadmills.gatt import uuid_of
from tests.machines.ftms import FtmsMachine
from tests.machines.profiles import PROFILES, WireFault
from tests.machines.proxied import ADDRESS, PATIENCE_S, add_proxy, seen
from tests.machines.proxy_server import BLUETOOTH_MAC, HOST, Proxy

SCALE = 20  # seconds of the machine and its proxy in one: nobody waits for time limits


class Central:
    """Somebody who connects to the treadmill, once."""

    def __init__(self, device: BLEDevice) -> None:
        self.gone = asyncio.Event()
        self.heard: asyncio.Queue[bytes] = asyncio.Queue()
        self.client = HaBleakClientWrapper(device, disconnected_callback=lambda _: self.gone.set())

    async def connect(self) -> Self:
        await self.client.connect()
        return self

    async def read(self, number: int) -> bytes:
        return bytes(await self.client.read_gatt_char(uuid_of(number)))

    async def write(self, number: int, value: bytes) -> None:
        await self.client.write_gatt_char(uuid_of(number), value, response=True)

    async def subscribe(self, number: int) -> None:
        await self.client.start_notify(
            uuid_of(number), lambda _, value: self.heard.put_nowait(bytes(value))
        )

    async def hear(self) -> bytes:
        return await asyncio.wait_for(self.heard.get(), PATIENCE_S)

    async def miss(self) -> None:
        """Wait until the connection is over."""
        await asyncio.wait_for(self.gone.wait(), PATIENCE_S)


@pytest.fixture(name="machine")
def machine_fixture(hass: HomeAssistant) -> FtmsMachine:
    return FtmsMachine(Clock(hass.loop, SCALE), PROFILES["t800"])


@pytest.fixture(name="proxy")
async def proxy_fixture(
    hass: HomeAssistant, machine: FtmsMachine, socket_enabled: None
) -> AsyncIterator[Proxy]:
    proxy = Proxy(Clock(hass.loop, SCALE), machine)
    await proxy.listen()
    yield proxy
    await proxy.close()


@pytest.fixture(name="device")
async def device_fixture(
    hass: HomeAssistant, proxy: Proxy, mock_bluetooth: None, mock_async_zeroconf: None
) -> AsyncIterator[BLEDevice]:
    entry = await add_proxy(hass, proxy)
    yield await seen(hass)
    await hass.config_entries.async_unload(entry.entry_id)
    await hass.async_block_till_done()


@pytest.fixture(name="central")
async def central_fixture(device: BLEDevice) -> AsyncIterator[Central]:
    central = await Central(device).connect()
    yield central
    with suppress(BleakError):  # a proxy that is lost cannot be told
        await central.client.disconnect()


async def test_home_assistant_takes_it_for_a_proxy_with_three_connections(
    hass: HomeAssistant, device: BLEDevice
) -> None:
    entry = hass.config_entries.async_entries("esphome")[0]
    assert entry.state is ConfigEntryState.LOADED
    assert slots() == (3, [])


async def test_the_treadmill_behind_it_is_discovered(
    hass: HomeAssistant, device: BLEDevice
) -> None:
    flows = await discovered(hass)
    assert [(flow["context"]["source"], device.name) for flow in flows] == [("bluetooth", "T-800")]


async def discovered(hass: HomeAssistant) -> list[ConfigFlowResult]:
    """Return the flows that discovery has begun, once there is one: it takes a task of its own."""
    begun = asyncio.Event()
    leave = hass.config_entries.flow.async_subscribe_flow(lambda change, flow_id: begun.set())
    flows = hass.config_entries.flow.async_progress_by_handler(DOMAIN)
    if not flows:
        await asyncio.wait_for(begun.wait(), PATIENCE_S)
        flows = hass.config_entries.flow.async_progress_by_handler(DOMAIN)
    leave()
    return flows


async def test_what_the_machine_says_of_itself_is_read(central: Central) -> None:
    assert await central.read(gatt.INCLINE_RANGE) == bytes.fromhex("c4ff 9001 0100")
    assert await central.read(gatt.MANUFACTURER) == b"Simulated"


async def test_a_command_is_answered_by_an_indication(central: Central) -> None:
    await central.subscribe(gatt.CONTROL_POINT)
    await central.write(gatt.CONTROL_POINT, b"\x00")
    assert await central.hear() == b"\x80\x00\x01"


async def test_measurements_are_notified(central: Central, machine: FtmsMachine) -> None:
    machine.press_start()
    await central.subscribe(gatt.TREADMILL_DATA)
    assert len(await central.hear()) > 4


async def test_a_connection_takes_one_of_the_slots(central: Central) -> None:
    assert slots() == (2, [ADDRESS])


async def test_the_second_connection_needs_no_list_of_services(
    central: Central, device: BLEDevice
) -> None:
    await central.client.disconnect()
    again = await Central(device).connect()
    assert await again.read(gatt.MODEL) == b"T-800"
    await again.client.disconnect()


async def test_disconnecting_lets_the_machine_go(central: Central, machine: FtmsMachine) -> None:
    assert machine.is_connected
    await central.client.disconnect()
    assert not machine.is_connected


async def look(hass: HomeAssistant) -> Any:
    """Let the config flow look at the treadmill that was discovered; returns its next form."""
    await hass.async_block_till_done(wait_background_tasks=True)  # discovery is one
    (flow,) = hass.config_entries.flow.async_progress_by_handler(DOMAIN)
    await hass.config_entries.flow.async_configure(flow["flow_id"], {})
    await hass.async_block_till_done()
    return await hass.config_entries.flow.async_configure(flow["flow_id"])


async def test_the_config_flow_reads_what_the_machine_can_do(
    hass: HomeAssistant, device: BLEDevice, machine: FtmsMachine
) -> None:
    form = await look(hass)
    assert form["step_id"] == "machine"
    assert "-6 %" in form["description_placeholders"]["found"]
    assert not machine.is_connected


# ---- what goes wrong


async def test_the_config_flow_tells_of_a_machine_that_another_app_has(
    hass: HomeAssistant, device: BLEDevice, machine: FtmsMachine
) -> None:
    make_faulty(machine, WireFault.TAKEN)
    form = await look(hass)
    assert (form["step_id"], form["errors"]) == ("confirm", {"base": "taken"})


@pytest.mark.parametrize("fault", [SimulatedFault.LINK_LOST, WireFault.HANG_UP])
async def test_a_lost_link_is_reported(central: Central, machine: FtmsMachine, fault: str) -> None:
    make_faulty(machine, fault)
    await central.miss()
    assert not central.client.is_connected


async def test_a_machine_that_hangs_up_is_missed(central: Central, machine: FtmsMachine) -> None:
    machine.hang_up()
    await central.miss()
    assert not machine.is_connected


@pytest.mark.parametrize("fault", [WireFault.BLACKOUT, WireFault.HALF_OPEN])
async def test_silence_is_missed_after_a_while_and_nothing_answers_until_then(
    central: Central, machine: FtmsMachine, fault: str
) -> None:
    make_faulty(machine, fault)
    with pytest.raises(BleakError, match="changed connection status"):
        await central.read(gatt.MODEL)
    await central.miss()


async def test_what_the_machine_turns_down_is_a_plain_error(
    central: Central, machine: FtmsMachine
) -> None:
    make_faulty(machine, WireFault.ATT_ERROR)
    with pytest.raises(BleakError, match="GATT Error") as error:
        await central.read(gatt.MODEL)
    assert type(error.value) is BleakError


async def test_after_a_disconnection_no_characteristic_is_found(
    central: Central, machine: FtmsMachine
) -> None:
    machine.hang_up()
    await central.miss()
    with pytest.raises(BleakCharacteristicNotFoundError):
        await central.read(gatt.MODEL)


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        (WireFault.TAKEN, "ESP_GATT_CONN_TERMINATE_PEER_USER"),
        (WireFault.REFUSE_CONNECTION, "ESP_GATT_CONN_FAIL_ESTABLISH"),
        (WireFault.BLACKOUT, "ESP_GATT_ERROR"),
    ],
)
async def test_a_connection_that_cannot_be_made_says_why(
    device: BLEDevice, machine: FtmsMachine, fault: str, reason: str
) -> None:
    make_faulty(machine, fault)
    with pytest.raises(BleakError, match=reason):
        await Central(device).connect()


async def test_without_a_free_slot_no_connection_is_tried(
    device: BLEDevice, machine: FtmsMachine
) -> None:
    told = asyncio.Event()
    leave = get_manager().async_register_allocation_callback(lambda _: told.set(), BLUETOOTH_MAC)
    make_faulty(machine, WireFault.NO_SLOT)
    await asyncio.wait_for(told.wait(), PATIENCE_S)
    leave()
    with pytest.raises(BleakError, match="No backend with an available connection slot"):
        await Central(device).connect()
    assert slots()[0] == 0


async def test_a_lost_proxy_takes_the_machine_with_it(
    hass: HomeAssistant, central: Central, machine: FtmsMachine
) -> None:
    make_faulty(machine, WireFault.PROXY_LOST)
    await central.miss()
    assert not machine.is_connected
    assert get_manager().async_scanner_by_source(BLUETOOTH_MAC) is None


async def test_a_proxy_lets_somebody_in_again_once_it_is_back(
    proxy: Proxy, machine: FtmsMachine
) -> None:
    client = APIClient(HOST, proxy.port, None)
    make_faulty(machine, WireFault.PROXY_LOST)
    with pytest.raises(APIConnectionError):
        await client.connect()
    machine.wire_faults = set()
    await client.connect()
    assert (await client.device_info()).name == "treadmill-proxy"
    await client.disconnect()


async def test_encryption_is_not_spoken(proxy: Proxy) -> None:
    reader, writer = await asyncio.open_connection(HOST, proxy.port)
    writer.write(b"\x01\x00\x00")
    assert await asyncio.wait_for(reader.read(), PATIENCE_S) == b""
    writer.close()
    await writer.wait_closed()


def slots() -> tuple[int, list[str]]:
    """Return how many connections the proxy has left, and to whom it has one."""
    found = get_manager().async_current_allocations(BLUETOOTH_MAC)
    assert found is not None
    (allocations,) = found
    return allocations.free, allocations.allocated


def make_faulty(machine: FtmsMachine, fault: str) -> None:
    """Let a machine have one fault, of whichever kind."""
    machine.faults = (
        {SimulatedFault(fault)} & set(SimulatedFault) if fault in set(SimulatedFault) else set()
    )
    machine.wire_faults = {WireFault(fault)} if fault in set(WireFault) else set()
