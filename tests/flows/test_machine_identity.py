"""Which machine is which: what tells one from all others, and what does not."""

from __future__ import annotations

from typing import Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
import pytest

from custom_components.descent.const import DOMAIN
from custom_components.descent.flows.machine_identity import (
    MachineIdentity,
    identifying_mac,
    identifying_serial,
)
from custom_components.descent.training.model import Range
from custom_components.descent.treadmills import Found
from tests import flow_entries
from tests.flows.test_config_flow import answer
from tests.flows.unknown_machines import HERE, machine_answers, shown_next

MAC = "00:11:22:aa:bb:cc"
NOT_ACKNOWLEDGED = {"acknowledge": False, "start_belt": False}


@pytest.fixture(autouse=True)
def no_setup(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep entries from being set up."""

    async def setup(hass: HomeAssistant, entry: ConfigEntry[Any]) -> bool:
        return True

    monkeypatch.setattr("custom_components.descent.async_setup_entry", setup)


@pytest.mark.parametrize(
    ("said", "mac"),
    [
        ("00:11:22:AA:BB:CC", MAC),
        ("00-11-22-aa-bb-cc", MAC),
        ("0011.22AA.BBCC", MAC),
        (" 001122aabbcc ", MAC),
        ("00:00:00:00:00:00", ""),
        ("FFFFFFFFFFFF", ""),
        ("00:11:22:AA:BB", ""),
        ("treadmill_12", ""),
        ("\u0660" * 12, ""),
        ("", ""),
    ],
)
def test_a_mac_is_spelled_in_one_way_and_what_is_none_is_dropped(said: str, mac: str) -> None:
    assert identifying_mac(said) == mac


@pytest.mark.parametrize("said", ["24-0815", "S1 2b", "\u540d1234567", "AB3"])
def test_a_serial_number_tells_a_machine_from_others(said: str) -> None:
    assert identifying_serial(said) == said


@pytest.mark.parametrize(
    "said",
    ["", "0", "0000-0000", "1.1", "n/a", "Serial Number", "unknown", "12345678", "0123456789"],
)
def test_what_a_whole_series_is_sold_with_tells_nothing(said: str) -> None:
    assert identifying_serial(said) == ""


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        (MachineIdentity(MAC, "A1B2"), MachineIdentity(MAC, "C3D4"), False),
        (MachineIdentity(MAC, "A1B2"), MachineIdentity("x", "A1B2"), False),
        (MachineIdentity(MAC, "A1B2"), MachineIdentity(serial="a1b2"), True),
        (MachineIdentity(MAC, "A1B2", "Tread"), MachineIdentity(MAC, "a1b2", "Tread (2)"), True),
        (MachineIdentity(MAC, None, "Tread"), MachineIdentity(MAC, None, "TREAD"), True),
        (MachineIdentity(MAC, None, "Tread"), MachineIdentity(MAC, "A1B2", "Bike"), False),
        (MachineIdentity(None, None, "Tread"), MachineIdentity(None, None, "Tread"), None),
        (MachineIdentity(MAC, None, "Tread"), MachineIdentity(None, None, "Tread"), None),
        (MachineIdentity(serial="A1B2"), MachineIdentity(serial="C3D4"), False),
        (MachineIdentity(MAC, "A1B2"), MachineIdentity(MAC), None),
        (MachineIdentity(MAC), MachineIdentity(serial="A1B2"), None),
        (MachineIdentity(MAC), MachineIdentity(MAC), None),
        (MachineIdentity(), MachineIdentity(mac=MAC), None),
        (MachineIdentity(), MachineIdentity(), None),
    ],
)
def test_a_mac_tells_hosts_apart_and_a_serial_number_or_a_name_the_machines_of_one(
    one: MachineIdentity, other: MachineIdentity, is_same: bool | None
) -> None:
    assert one.is_same(other) is other.is_same(one) is is_same


@pytest.mark.parametrize(
    ("known", "unique_id"),
    [
        (MachineIdentity(MAC, "A1B2", "Tread"), f"{MAC}_a1b2"),
        (MachineIdentity(MAC, None, "Tread"), f"{MAC}_tread"),
        (MachineIdentity(MAC), MAC),
        (MachineIdentity(None, "A1B2", "Tread"), "a1b2"),
        (MachineIdentity(None, None, "Tread"), None),
    ],
)
def test_a_machine_is_known_by_all_that_tells_it_from_others(
    known: MachineIdentity, unique_id: str | None
) -> None:
    assert known.unique_id == unique_id


# ---- machines that were typed in


def answering(monkeypatch: pytest.MonkeyPatch, serial: str | None) -> None:
    """Let every machine that is looked at have this serial number."""

    async def look(*_: object) -> Found:
        speed, incline = (
            Range(minimum=1, maximum=20, step=0.5),
            Range(minimum=-6, maximum=40, step=1),
        )
        return Found(model="Run", serial=serial, speed=speed, incline=incline)

    monkeypatch.setattr("custom_components.descent.flows.treadmills.look", look)


async def typed_in(hass: HomeAssistant, host: str) -> Any:
    """Look at a machine at a host; returns what that leads to."""
    flow = await flow_entries.begin(hass, "ftms_network")
    return await shown_next(hass, await answer(hass, flow, HERE | {"host": host}))


async def added(hass: HomeAssistant, host: str, name: str) -> Any:
    """Add the machine at a host; returns its entry."""
    form = await typed_in(hass, host)
    await answer(hass, form["flow_id"], machine_answers(name=name))
    done = await answer(hass, form["flow_id"], NOT_ACKNOWLEDGED)
    assert done["type"] is FlowResultType.CREATE_ENTRY
    return done["result"]


async def test_a_machine_that_was_typed_in_is_known_by_its_serial_number(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    answering(monkeypatch, "AB-0815")
    entry = await added(hass, "127.0.0.1", "One")
    assert (entry.unique_id, entry.data["serial"]) == ("ab-0815", "AB-0815")
    assert "mac" not in entry.data


async def test_a_machine_that_moved_is_found_again_when_it_is_typed_in_anew(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    answering(monkeypatch, "AB-0815")
    entry = await added(hass, "127.0.0.1", "One")
    done = await typed_in(hass, "127.0.0.2")
    assert (done["type"], done["reason"]) == (FlowResultType.ABORT, "already_configured")
    assert (entry.data["host"], entry.unique_id) == ("127.0.0.2", "ab-0815")


@pytest.mark.parametrize("serial", [None, "00000000"])
async def test_two_machines_of_one_model_that_nothing_tells_apart_can_both_be_added(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch, serial: str | None
) -> None:
    answering(monkeypatch, serial)
    entries = [await added(hass, "127.0.0.1", "One"), await added(hass, "127.0.0.2", "Two")]
    assert [entry.unique_id for entry in entries] == [None, None]
    assert not any({"mac", "serial"} & set(entry.data) for entry in entries)
    assert len(hass.config_entries.async_entries(DOMAIN)) == 2
