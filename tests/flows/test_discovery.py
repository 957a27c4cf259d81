"""Machines that make themselves known, over the air and on the network: which are offered."""

from __future__ import annotations

from typing import Any

from homeassistant.config_entries import (
    SOURCE_IGNORE,
    ConfigEntry,
    ConfigEntryState,
)
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers import issue_registry as ir
from homeassistant.loader import async_get_zeroconf
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.descent.const import DOMAIN
from tests.flows.unknown_machines import (
    ADDRESS,
    BIKE_DATA,
    FTMS,
    MAC,
    SERVICE,
    TREADMILL_DATA,
    advertisement,
    announced,
    announcement,
    heard,
    meet,
    shown_next,
)

MAC_ID = "00:11:22:aa:bb:cc"
# A machine that tells no serial number is known by the name of its service too.
MAC_AND_NAME = f"{MAC_ID}_kickr run 1a2b"


@pytest.fixture(autouse=True)
def no_setup(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep entries from being set up."""

    async def setup(hass: HomeAssistant, entry: ConfigEntry[Any]) -> bool:
        return True

    monkeypatch.setattr("custom_components.descent.async_setup_entry", setup)


def entry_of(hass: HomeAssistant, unique_id: str | None = None, **data: Any) -> MockConfigEntry:
    """Add an entry that nobody sets up."""
    entry = MockConfigEntry(domain=DOMAIN, title="Mine", unique_id=unique_id, data=data)
    entry.add_to_hass(hass)
    return entry


def network_entry(hass: HomeAssistant, host: str, **identity: str) -> MockConfigEntry:
    """Add an entry of a machine on the network, with what is known of who it is."""
    where = {"host": host, "port": 36866}
    unique_id = identity.get("mac", identity.get("serial"))
    return entry_of(hass, unique_id, kind="ftms_network", name="Mine", **where, **identity)


def pending(hass: HomeAssistant) -> list[str]:
    """Return what is offered under "Discovered"."""
    return sorted(
        str(flow["context"]["title_placeholders"]["name"])
        for flow in hass.config_entries.flow.async_progress_by_handler(DOMAIN)
    )


# ---- over the air


@pytest.mark.parametrize(
    "info",
    [
        advertisement(),
        advertisement(uuids=(), data={FTMS: TREADMILL_DATA}),
        advertisement(data={FTMS: TREADMILL_DATA}),
        advertisement(data={FTMS: b"\x01\x21\x00"}),  # it folds into a bike
        advertisement(data={FTMS: b"\x01\x00\x00"}),
        advertisement(data={FTMS: b""}),
    ],
    ids=["uuid", "data", "both", "more than a treadmill", "nothing in particular", "empty data"],
)
async def test_a_machine_that_may_be_a_treadmill_is_offered_by_its_name(
    hass: HomeAssistant, info: Any
) -> None:
    form = await heard(hass, info)
    assert (form["type"], form["step_id"]) == (FlowResultType.FORM, "confirm")
    assert form["description_placeholders"] == {"name": "T-800"}
    assert pending(hass) == ["T-800"]


@pytest.mark.parametrize(
    "info",
    [
        advertisement(uuids=()),
        advertisement(data={FTMS: BIKE_DATA}),
        advertisement(uuids=("0000180d-0000-1000-8000-00805f9b34fb",)),
    ],
    ids=["no fitness machine", "a bike", "a heart rate strap"],
)
async def test_what_says_that_it_is_no_treadmill_is_not_offered(
    hass: HomeAssistant, info: Any
) -> None:
    done = await heard(hass, info)
    assert (done["type"], done["reason"]) == (FlowResultType.ABORT, "not_a_treadmill")
    assert pending(hass) == []


async def test_a_machine_is_not_connected_to_before_somebody_says_so(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    unknown = meet(hass, monkeypatch)
    await heard(hass, advertisement())
    await hass.async_block_till_done()
    assert unknown.link.opened == 0


async def test_an_added_machine_is_not_offered_again(hass: HomeAssistant) -> None:
    entry_of(hass, ADDRESS.lower(), kind="ftms_bluetooth", address=ADDRESS)
    done = await heard(hass, advertisement())
    assert done["reason"] == "already_configured"


async def test_a_machine_is_offered_once_and_each_of_two_by_itself(hass: HomeAssistant) -> None:
    await heard(hass, advertisement())
    again = await heard(hass, advertisement())
    assert again["reason"] == "already_in_progress"
    await heard(hass, advertisement("F85", "C0:FF:EE:00:00:02"))
    assert pending(hass) == ["F85", "T-800"]


async def test_an_ignored_machine_stays_ignored_and_is_no_treadmill_of_ours(
    hass: HomeAssistant,
) -> None:
    entry = MockConfigEntry(domain=DOMAIN, unique_id=ADDRESS.lower(), source=SOURCE_IGNORE)
    entry.add_to_hass(hass)
    done = await heard(hass, advertisement())
    assert done["reason"] == "already_configured"
    assert not entry.supports_options
    assert await hass.config_entries.async_remove(entry.entry_id)
    assert not ir.async_get(hass).issues


@pytest.mark.parametrize(
    ("name", "legible"),
    [
        ("  Tread \t\n mill ", "Tread mill"),
        ("<b>Tread</b> **mill** [x](http://there)", "<b>Tread</b> **mill** [x](http://there)"),
        ("`Tread` mill", "Tread mill"),
        ("\x00\x1b[31mTread\u202emill\u200b", "[31mTreadmill"),
        ("\U0001f3c3 Läufer", "\U0001f3c3 Läufer"),
        ("x" * 200, "x" * 50),
        ("\u202e\x07", ADDRESS),
        (ADDRESS, ADDRESS),
        ("", ADDRESS),
    ],
)
async def test_whatever_a_machine_calls_itself_can_be_read(
    hass: HomeAssistant, name: str, legible: str
) -> None:
    form = await heard(hass, advertisement(name))
    assert form["description_placeholders"]["name"] == legible
    assert pending(hass) == [legible]


# ---- on the network


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"ble_service_uuids": "0x1826"},
        {"ble_service_uuids": "1818,1826"},
        {"ble_service_uuids": "1826,0x1814,1816"},  # it can be pedalled too
        {"ble_service_uuids": f"0000180A-0000-1000-8000-00805F9B34FB, {FTMS.upper()}"},
        {"ble_service_uuids": None},
    ],
)
async def test_a_machine_on_the_network_is_offered_if_it_may_be_a_treadmill(
    hass: HomeAssistant, said: dict[str, Any]
) -> None:
    form = await announced(hass, announcement(mac_address=MAC, **said))
    assert form["step_id"] == "confirm"
    assert pending(hass) == ["KICKR RUN 1A2B"]


@pytest.mark.parametrize(
    "uuids", ["", "0x1818", "1818,180d", "garbage \x00 1826x", "0x1826,0x1818,0x1816"]
)
async def test_a_machine_on_the_network_that_says_it_is_no_treadmill_is_not_offered(
    hass: HomeAssistant, uuids: str
) -> None:
    done = await announced(hass, announcement(mac_address=MAC, ble_service_uuids=uuids))
    assert (done["type"], done["reason"]) == (FlowResultType.ABORT, "not_a_treadmill")


@pytest.mark.parametrize(
    ("said", "unique_id"),
    [
        ({"mac_address": MAC, "serial_number": "S-0815"}, f"{MAC_ID}_s-0815"),
        ({"mac_address": MAC, "serial_number": "3"}, MAC_AND_NAME),
        ({"mac_address": "001122aabbcc"}, MAC_AND_NAME),
        ({"mac_address": " ", "serial_number": "S-0815"}, "s-0815"),
        ({"mac_address": "no address", "serial_number": "S-0815"}, "s-0815"),
        ({"serial_number": "\x00S`-" + "0815" * 50}, "s-" + "0815" * 12),
        ({"serial_number": "0000000"}, None),
        ({"mac_address": None, "serial_number": None}, None),
        ({}, None),
    ],
)
async def test_a_machine_on_the_network_is_known_by_its_hardware_and_never_by_its_name_alone(
    hass: HomeAssistant, said: dict[str, Any], unique_id: str | None
) -> None:
    await announced(hass, announcement(**said))
    (flow,) = hass.config_entries.flow.async_progress_by_handler(DOMAIN)
    assert flow["context"].get("unique_id") == unique_id


async def test_home_assistant_listens_for_machines_on_the_network(hass: HomeAssistant) -> None:
    listeners = (await async_get_zeroconf(hass))[SERVICE]
    assert DOMAIN in {listener["domain"] for listener in listeners}


async def test_a_machine_that_moved_is_found_again_without_a_reload(hass: HomeAssistant) -> None:
    entry = network_entry(hass, "127.0.0.1", mac=MAC_ID, service="KICKR RUN 1A2B")
    await hass.config_entries.async_setup(entry.entry_id)
    setups: list[ConfigEntryState] = []
    entry.async_on_state_change(lambda: setups.append(entry.state))
    done = await announced(
        hass, announcement(host="127.0.0.9", port=40000, mac_address="00:11:22:AA:BB:CC")
    )
    await hass.async_block_till_done()
    assert done["reason"] == "already_configured"
    assert (entry.data["host"], entry.data["port"]) == ("127.0.0.9", 40000)
    assert setups == []


async def test_a_machine_that_does_not_name_its_port_is_at_the_usual_one(
    hass: HomeAssistant,
) -> None:
    entry = network_entry(hass, "127.0.0.1", mac=MAC_ID)
    await announced(hass, announcement(host="127.0.0.9", port=None, mac_address=MAC))
    assert (entry.data["host"], entry.data["port"]) == ("127.0.0.9", 36866)


async def test_a_machine_that_was_typed_in_learns_who_it_is(hass: HomeAssistant) -> None:
    entry = network_entry(hass, "127.0.0.7")
    done = await announced(hass, announcement(mac_address=MAC))
    assert done["reason"] == "already_configured"
    assert (entry.unique_id, entry.data["mac"]) == (MAC_AND_NAME, MAC_ID)
    assert entry.data["service"] == "KICKR RUN 1A2B"
    assert entry.title == "Mine"


async def test_a_machine_that_is_known_by_its_serial_number_learns_its_mac(
    hass: HomeAssistant,
) -> None:
    entry = network_entry(hass, "127.0.0.7", serial="S-0815")
    done = await announced(hass, announcement(mac_address=MAC))
    assert done["reason"] == "already_configured"
    assert entry.unique_id == MAC_AND_NAME
    assert (entry.data["mac"], entry.data["serial"]) == (MAC_ID, "S-0815")


async def test_a_machine_that_moved_is_found_again_by_its_serial_number(
    hass: HomeAssistant,
) -> None:
    entry = network_entry(hass, "127.0.0.1", serial="S-0815")
    done = await announced(hass, announcement(mac_address=MAC, serial_number="s-0815"))
    assert done["reason"] == "already_configured"
    assert (entry.data["host"], entry.unique_id) == ("127.0.0.7", f"{MAC_ID}_s-0815")


async def test_who_a_machine_is_can_be_learned_without_a_reload(hass: HomeAssistant) -> None:
    entry = network_entry(hass, "127.0.0.7")
    await hass.config_entries.async_setup(entry.entry_id)
    setups: list[ConfigEntryState] = []
    entry.async_on_state_change(lambda: setups.append(entry.state))
    await announced(hass, announcement(mac_address=MAC, serial_number="S-0815"))
    await hass.async_block_till_done()
    assert (entry.data["mac"], entry.data["serial"], setups) == (MAC_ID, "S-0815", [])


async def test_a_machine_nobody_can_tell_from_others_is_offered_once_at_each_place(
    hass: HomeAssistant,
) -> None:
    await announced(hass, announcement())
    again = await announced(hass, announcement())
    assert again["reason"] == "already_in_progress"
    await announced(hass, announcement(host="127.0.0.8"))
    assert pending(hass) == ["KICKR RUN 1A2B", "KICKR RUN 1A2B"]
    network_entry(hass, "127.0.0.9")
    added = await announced(hass, announcement(host="127.0.0.9"))
    assert added["reason"] == "already_configured"


async def test_another_machine_at_an_address_that_is_out_of_date_is_offered(
    hass: HomeAssistant,
) -> None:
    network_entry(hass, "127.0.0.7", mac="66:55:44:33:22:11")
    form = await announced(hass, announcement(mac_address=MAC))
    assert form["step_id"] == "confirm"


async def test_a_machine_that_was_added_meanwhile_is_not_looked_at(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    unknown = meet(hass, monkeypatch, "kickr")
    form = await announced(hass, announcement(mac_address=MAC))
    entry = network_entry(hass, "127.0.0.7")
    done = await hass.config_entries.flow.async_configure(form["flow_id"], {})
    assert done["reason"] == "already_configured"
    assert entry.unique_id == MAC_AND_NAME
    assert unknown.link.opened == 0


# ---- from the offer to the entry


async def test_an_offered_bluetooth_treadmill_is_added(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    unknown = meet(hass, monkeypatch)
    form = await heard(hass, advertisement())
    await hass.config_entries.flow.async_configure(form["flow_id"], {})
    found = await shown_next(hass, form)
    assert found["step_id"] == "machine"
    assert unknown.asked == [{"kind": "ftms_bluetooth", "address": ADDRESS}]
    assert unknown.left_alone


async def test_an_offered_network_treadmill_is_looked_at_where_it_is(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    unknown = meet(hass, monkeypatch, "kickr")
    form = await announced(hass, announcement(mac_address=MAC))
    await hass.config_entries.flow.async_configure(form["flow_id"], {})
    found = await shown_next(hass, form)
    assert found["step_id"] == "machine"
    assert unknown.asked == [{"kind": "ftms_network", "host": "127.0.0.7", "port": 36866}]
    assert unknown.left_alone
