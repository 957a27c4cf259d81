"""A Bluetooth treadmill, from its advertisement to the last byte: nothing in between is replaced.

The machine and the adapter are simulated down to their radio packets (``tests/machines/ble.py``).
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

from homeassistant.config_entries import ConfigEntry, ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers.device_registry import CONNECTION_BLUETOOTH
import pytest

from custom_components.descent.const import DOMAIN
from custom_components.descent.treadmills import gatt
from custom_components.descent.treadmills.clock import Clock
from tests import flow_entries
from tests.bluetooth import set_up_bluetooth, until_quiet
from tests.flows.test_config_flow import answer, suggested
from tests.flows.unknown_machines import machine_answers
from tests.machines.ble import NearbyTreadmill
from tests.machines.ftms import FtmsMachine
from tests.machines.profiles import PROFILES
from tests.machines.quirks import Failing, Quirk, WireFault

CONTROL = {"acknowledge": True, "start_belt": False}


@pytest.fixture(autouse=True)
def hurried_fixture(monkeypatch: pytest.MonkeyPatch) -> None:
    """Publish measurements as they come."""
    flow_entries.hurry(monkeypatch)


@pytest.fixture(name="near")
async def near_fixture(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> AsyncIterator[NearbyTreadmill]:
    """Switch a treadmill on, a few metres from an adapter."""
    await set_up_bluetooth(hass, monkeypatch)
    clock = Clock(hass.loop)
    profile = PROFILES["t800"].having(*getattr(request, "param", ()))
    near = NearbyTreadmill(hass, clock, FtmsMachine(clock, profile))
    near.adapter.give_up_s = 0.2
    await near.power_on()
    await hass.async_block_till_done(wait_background_tasks=True)  # discovery is one
    yield near
    await near.power_off()


def offered(hass: HomeAssistant) -> Any:
    """Return what Home Assistant offers by itself: the one treadmill there is."""
    (flow,) = hass.config_entries.flow.async_progress_by_handler(DOMAIN)
    return flow


async def looked_at(hass: HomeAssistant, flow: str, answers: dict[str, Any]) -> Any:
    """Answer the question before a look; returns the form that the look leads to."""
    progress = await answer(hass, flow, answers)
    assert progress["type"] is FlowResultType.SHOW_PROGRESS
    await hass.async_block_till_done()
    return await hass.config_entries.flow.async_configure(flow)


async def added(hass: HomeAssistant, form: Any) -> ConfigEntry[Any]:
    await answer(hass, form["flow_id"], machine_answers(name="Mine"))
    done = await answer(hass, form["flow_id"], CONTROL)
    assert done["type"] is FlowResultType.CREATE_ENTRY
    await hass.async_block_till_done()
    entry: ConfigEntry[Any] = done["result"]
    return entry


def incline_told(machine: FtmsMachine) -> asyncio.Future[str]:
    """Return what the machine will have heard and answered when it is told an incline."""
    told: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    def happened(event: str) -> None:
        if event.startswith("command 03") and not told.done():
            told.set_result(event)

    machine.on_event = happened
    return told


@pytest.mark.parametrize(
    "near", [(), (Quirk.ADVERTISES_UUID_ONLY,)], indirect=True, ids=["data", "uuid"]
)
async def test_a_treadmill_that_advertises_is_found_added_and_measured(
    hass: HomeAssistant, near: NearbyTreadmill
) -> None:
    offer = offered(hass)
    assert offer["context"]["title_placeholders"] == {"name": "T-800"}
    form = await looked_at(hass, offer["flow_id"], {})
    assert form["step_id"] == "machine"
    assert not near.machine.is_connected
    assert form["description_placeholders"]["found"].splitlines()[-1] == (
        "- So it goes down to -6 %."
    )
    entry = await added(hass, form)
    assert (entry.state, entry.unique_id) == (ConfigEntryState.LOADED, near.address.lower())
    await flow_entries.until_state(hass, entry, "sensor", "speed", "0.0")
    assert flow_entries.shown(hass, entry, "sensor", "contact").state == "connected"
    assert flow_entries.device(hass, entry).connections == {(CONNECTION_BLUETOOTH, near.address)}
    told = incline_told(near.machine)
    await flow_entries.set_number(hass, entry, "target_incline", 2)
    assert await asyncio.wait_for(told, flow_entries.PATIENCE_S) == "command 03 14 00: answered 01"
    await hass.config_entries.async_unload(entry.entry_id)
    await until_quiet()
    assert not near.machine.is_connected


async def test_a_treadmill_can_be_picked_from_what_is_in_reach(
    hass: HomeAssistant, near: NearbyTreadmill
) -> None:
    flow = await flow_entries.begin(hass, "ftms_bluetooth")
    form = await looked_at(hass, flow, {"address": near.address})
    assert (form["step_id"], suggested(form)["name"]) == ("machine", "T-800")
    await added(hass, form)
    assert hass.config_entries.flow.async_progress_by_handler(DOMAIN) == []
    await hass.config_entries.async_unload(hass.config_entries.async_entries(DOMAIN)[0].entry_id)


@pytest.mark.parametrize("near", [(Quirk.ADVERTISES_NAME_ONLY,)], indirect=True)
async def test_a_treadmill_that_advertises_no_service_is_not_heard(
    hass: HomeAssistant, near: NearbyTreadmill
) -> None:
    assert hass.config_entries.flow.async_progress_by_handler(DOMAIN) == []
    flow = await flow_entries.begin(hass, "ftms_bluetooth")
    form = await answer(hass, flow, {})
    assert form["errors"] == {"base": "nothing_heard"}


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        (WireFault.NO_SLOT, "no_slot"),
        (WireFault.HANG_UP, "taken"),
        (WireFault.REFUSE_CONNECTION, "taken"),
        (WireFault.BLACKOUT, "unreachable"),
    ],
)
async def test_a_treadmill_that_lets_nobody_in_says_why_and_nothing_is_left(
    hass: HomeAssistant, near: NearbyTreadmill, fault: WireFault, reason: str
) -> None:
    offer = offered(hass)
    near.machine.wire_faults = frozenset({fault})
    form = await looked_at(hass, offer["flow_id"], {})
    assert (form["step_id"], form["errors"]) == ("confirm", {"base": reason})
    assert not near.machine.is_connected
    assert hass.config_entries.async_entries(DOMAIN) == []
    near.machine.wire_faults = frozenset()
    near.advertise()
    form = await looked_at(hass, offer["flow_id"], {})
    assert (form["step_id"], form["errors"]) == ("machine", {})


async def test_what_a_treadmill_refuses_to_say_is_asked(
    hass: HomeAssistant, near: NearbyTreadmill
) -> None:
    offer = offered(hass)
    refused = dict.fromkeys((gatt.INCLINE_RANGE, gatt.MACHINE_STATUS), Failing.REFUSED)
    near.machine.profile = replace(near.machine.profile, failing=refused)
    form = await looked_at(hass, offer["flow_id"], {})
    assert (form["step_id"], suggested(form)["min_incline"]) == ("machine", None)
    found = form["description_placeholders"]["found"]
    assert "It does not tell what is pressed at its console" in found
    assert not near.machine.is_connected


async def test_a_treadmill_that_refuses_even_its_measurements_is_not_added(
    hass: HomeAssistant, near: NearbyTreadmill
) -> None:
    offer = offered(hass)
    near.machine.wire_faults = frozenset({WireFault.ATT_ERROR})
    form = await looked_at(hass, offer["flow_id"], {})
    assert (form["step_id"], form["errors"]) == ("confirm", {"base": "unsuitable"})
    assert not near.machine.is_connected


async def test_an_added_treadmill_is_not_offered_again(
    hass: HomeAssistant, near: NearbyTreadmill
) -> None:
    offer = offered(hass)
    entry = await added(hass, await looked_at(hass, offer["flow_id"], {}))
    await hass.config_entries.async_unload(entry.entry_id)
    near.advertise()
    await hass.async_block_till_done(wait_background_tasks=True)
    assert hass.config_entries.flow.async_progress_by_handler(DOMAIN) == []
