"""Machines that nobody has added yet: their advertisements, and one that a flow can probe."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from ipaddress import ip_address
from typing import Any

from bleak.backends.device import BLEDevice
from bleak.backends.scanner import AdvertisementData
from homeassistant.components.bluetooth import BluetoothServiceInfoBleak
from homeassistant.config_entries import SOURCE_BLUETOOTH, SOURCE_ZEROCONF
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers.service_info.zeroconf import ZeroconfServiceInfo
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.descent.const import DOMAIN
from custom_components.descent.treadmills import Clock, Means
from tests import flow_entries
from tests.machines.ftms import FtmsMachine
from tests.machines.profiles import PROFILES, Profile
from tests.treadmills.memory_link import MemoryLink

ADDRESS = "C0:FF:EE:00:00:01"
FTMS = "00001826-0000-1000-8000-00805f9b34fb"
TREADMILL_DATA = b"\x01\x01\x00"  # of the service, in an advertisement: available, a treadmill
BIKE_DATA = b"\x01\x20\x00"
SERVICE = "_wahoo-fitness-tnp._tcp.local."
MAC = "00-11-22-AA-BB-CC"
HERE = {"host": "127.0.0.7", "port": 36866}
FOLDED = {
    "incline_step": 0.5,
    "speed_step": 0.1,
    "incline_offset": 0,
    "incline_factor": 1,
    "request_control": "once",
    "sets_speed": True,
    "can_start": True,
    "can_stop": True,
    "whole_percent": False,
}
UNFOLDED = {"speed_unit": "kmh"}
RANGES = {"min_incline": -6, "max_incline": 40, "min_speed": 1, "max_speed": 20}
ENTRY = {
    "kind": "ftms_network",
    "name": "Run",
    "manufacturer": "Wahoo",
    "model": "KICKR RUN",
    **HERE,
    **UNFOLDED,
    **FOLDED,
    "min_incline": -3.0,
    "max_incline": 15.0,
    "min_speed": 0.8,
    "max_speed": 24.0,
}


def advertisement(
    name: str = "T-800",
    address: str = ADDRESS,
    *,
    uuids: tuple[str, ...] = (FTMS,),
    data: Mapping[str, bytes] | None = None,
    rssi: int = -60,
) -> BluetoothServiceInfoBleak:
    """Describe what Home Assistant hands on of an advertisement."""
    said = dict(data or {})
    return BluetoothServiceInfoBleak(
        name=name,
        address=address,
        rssi=rssi,
        manufacturer_data={},
        service_data=said,
        service_uuids=list(uuids),
        source="local",
        device=BLEDevice(address, name, {}),
        advertisement=AdvertisementData(name, {}, said, list(uuids), None, rssi, ()),
        connectable=True,
        time=0.0,
        tx_power=None,
    )


def announcement(
    name: str = "KICKR RUN 1A2B",
    host: str = "127.0.0.7",
    port: int | None = 36866,
    **said: Any,
) -> ZeroconfServiceInfo:
    """Describe a machine that announces itself; underscores in the keys of ``said`` are hyphens."""
    address = ip_address(host)
    return ZeroconfServiceInfo(
        ip_address=address,
        ip_addresses=[address],
        port=port,
        hostname="kickr.local.",
        type=SERVICE,
        name=f"{name}.{SERVICE}",
        properties={key.replace("_", "-"): value for key, value in said.items()},
    )


async def heard(hass: HomeAssistant, info: BluetoothServiceInfoBleak) -> Any:
    """Let Home Assistant discover a machine over the air."""
    return await hass.config_entries.flow.async_init(
        DOMAIN, context={"source": SOURCE_BLUETOOTH}, data=info
    )


async def announced(hass: HomeAssistant, info: ZeroconfServiceInfo) -> Any:
    """Let Home Assistant discover a machine on the network."""
    return await hass.config_entries.flow.async_init(
        DOMAIN, context={"source": SOURCE_ZEROCONF}, data=info
    )


class UnknownMachine:
    """A machine at the other end of whatever link the flow asks for, and where that led."""

    def __init__(self, hass: HomeAssistant, profile: Profile) -> None:
        """Stand there; a test may take the link apart."""
        self.machine = FtmsMachine(Clock(hass.loop), profile)
        self.link = MemoryLink(self.machine)
        self.asked: list[Mapping[str, Any]] = []

    def link_to(self, means: Means) -> MemoryLink:
        """Note where somebody goes, and lead there."""
        self.asked.append(dict(means.data()))
        return self.link

    @property
    def left_alone(self) -> bool:
        """Whether nobody is connected, and no look is going on."""
        looks = [task for task in asyncio.all_tasks() if "looks at" in task.get_name()]
        return not self.machine.is_connected and not looks


def meet(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch, profile: str | Profile = "t800"
) -> UnknownMachine:
    """Put a machine where the flow looks."""
    known = PROFILES[profile] if isinstance(profile, str) else profile
    unknown = UnknownMachine(hass, known)
    for link in ("bluetooth_link", "network_link"):
        where = f"custom_components.descent.treadmills.ftms_kinds.{link}"
        monkeypatch.setattr(where, unknown.link_to)
    # Nobody waits for the first measurement of a belt that stands.
    monkeypatch.setattr("custom_components.descent.treadmills.ftms_probe.FIRST_S", 0.0)
    return unknown


async def shown_next(hass: HomeAssistant, flow: Any) -> Any:
    """Wait until a look is over; returns the form it led to."""
    await hass.async_block_till_done()
    return await hass.config_entries.flow.async_configure(flow["flow_id"])


def machine_answers(more: dict[str, Any] | None = None, **changes: Any) -> dict[str, Any]:
    """Answer the form about a machine; ``more`` is in the folded section."""
    return {"name": "Mine", **RANGES, **UNFOLDED, **changes, "more": FOLDED | (more or {})}


async def looked_at(hass: HomeAssistant) -> Any:
    """Let a machine on the network be found by its address; returns the form about it."""
    flow = await flow_entries.begin(hass, "ftms_network")
    progress = await hass.config_entries.flow.async_configure(flow, HERE)
    assert (progress["type"], progress["step_id"]) == (FlowResultType.SHOW_PROGRESS, "look")
    return await shown_next(hass, progress)


def network_entry(hass: HomeAssistant, **changes: Any) -> MockConfigEntry:
    """Add an entry of a treadmill on the network; nobody sets it up."""
    data = ENTRY | changes
    entry = MockConfigEntry(domain=DOMAIN, title=data["name"], data=data)
    entry.add_to_hass(hass)
    return entry
