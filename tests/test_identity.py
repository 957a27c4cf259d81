"""Who a treadmill or a runner is to Home Assistant, and what becomes of it when that is learned."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.descent.const import DOMAIN
from custom_components.descent.coordinator import TreadmillCoordinator
from custom_components.descent.entity import treadmill_device
from custom_components.descent.identity import device_of, identity
from tests.mock_entries import (
    OPTIONS,
    TREADMILL,
    coordinator_of,
    runner_entry,
    set_up,
    treadmill_entry,
)

MAC = "00:11:22:aa:bb:cc"
SAID = {
    "kind": "ftms_network",
    "manufacturer": "Simulated",
    "model": "KICKR RUN",
    "model_id": "WFRUN1",
    "serial": "231100042",
    "hardware": "7",
    "firmware": "1.2.3",
}


def known_as(unique_id: str | None) -> MockConfigEntry:
    """Describe a treadmill whose config flow learned who it is."""
    return MockConfigEntry(
        domain=DOMAIN, title="Belt", data=TREADMILL, options=OPTIONS, unique_id=unique_id
    )


def described(**data: Any) -> dr.DeviceInfo:
    """Return how a treadmill with such an entry is described."""
    entry = MockConfigEntry(domain=DOMAIN, title="Belt", data=data)
    coordinator = SimpleNamespace(config_entry=entry, identity=MAC)
    return treadmill_device(cast("TreadmillCoordinator", coordinator))


def ids(hass: HomeAssistant, entry: MockConfigEntry) -> dict[str, str]:
    """Return the unique ids of an entry's entities, by entity id."""
    known = er.async_entries_for_config_entry(er.async_get(hass), entry.entry_id)
    return {entity.entity_id: entity.unique_id for entity in known}


@pytest.mark.parametrize(
    ("entry", "own"),
    [(known_as(MAC), MAC), (treadmill_entry(), None), (runner_entry(), None)],
)
async def test_device_and_entities_are_known_by_what_the_machine_is_or_else_by_the_entry(
    hass: HomeAssistant, entry: MockConfigEntry, own: str | None
) -> None:
    await set_up(hass, entry)
    own = own or entry.entry_id
    device = device_of(hass, entry)
    assert device is not None
    assert (identity(entry), device.identifiers) == (own, {(DOMAIN, own)})
    unique_ids = ids(hass, entry).values()
    assert unique_ids
    assert all(unique_id.startswith(f"{own}_") for unique_id in unique_ids)


async def test_a_machine_that_is_added_again_is_the_same_device_with_the_same_entities(
    hass: HomeAssistant,
) -> None:
    entry = await set_up(hass, known_as(MAC))
    before, device = ids(hass, entry), device_of(hass, entry)
    assert device is not None
    dr.async_get(hass).async_update_device(device.id, name_by_user="Downhill")
    await hass.config_entries.async_remove(entry.entry_id)
    again = await set_up(hass, known_as(MAC))
    found = device_of(hass, again)
    assert found is not None
    assert (found.id, found.name_by_user) == (device.id, "Downhill")
    assert ids(hass, again) == before


async def test_device_and_entities_stay_when_it_is_learned_who_the_machine_is(
    hass: HomeAssistant,
) -> None:
    entry = await set_up(hass, known_as(None))
    device, entities = device_of(hass, entry), set(ids(hass, entry))
    assert device is not None
    hass.config_entries.async_update_entry(entry, unique_id=MAC)
    await hass.async_block_till_done()
    assert coordinator_of(entry).identity == entry.entry_id  # until the next setup
    assert await hass.config_entries.async_reload(entry.entry_id)
    found = device_of(hass, entry)
    assert found is not None
    assert (found.id, found.identifiers) == (device.id, {(DOMAIN, MAC)})
    assert set(ids(hass, entry)) == entities
    assert ids(hass, entry)["sensor.belt_speed"] == f"{MAC}_speed"


def test_a_real_treadmill_is_described_in_its_own_words() -> None:
    assert described(**SAID, mac=MAC) == {
        "identifiers": {(DOMAIN, MAC)},
        "connections": {(dr.CONNECTION_NETWORK_MAC, MAC)},
        "name": "Belt",
        "manufacturer": "Simulated",
        "model": "KICKR RUN",
        "model_id": "WFRUN1",
        "serial_number": "231100042",
        "hw_version": "7",
        "sw_version": "1.2.3",
    }


def test_the_address_of_a_host_is_no_connection_of_one_of_its_machines() -> None:
    entry = MockConfigEntry(domain=DOMAIN, title="Belt", data={**SAID, "mac": MAC})
    coordinator = SimpleNamespace(config_entry=entry, identity=f"{MAC}_231100042")
    assert "connections" not in treadmill_device(cast("TreadmillCoordinator", coordinator))


def test_a_bluetooth_address_is_a_connection_of_its_own_kind() -> None:
    said = described(kind="ftms_bluetooth", address="C0:FF:EE:00:00:01", mac="c0:ff:ee:00:00:01")
    assert said["connections"] == {(dr.CONNECTION_BLUETOOTH, "C0:FF:EE:00:00:01")}


def test_what_a_treadmill_does_not_say_is_not_made_up() -> None:
    said = described(kind="ftms_network", host="10.0.0.7")
    assert "connections" not in said
    assert {said["manufacturer"], said["model"], said["serial_number"]} == {None}


async def test_what_is_learned_of_a_machine_is_shown_without_a_reload(hass: HomeAssistant) -> None:
    entry = await set_up(hass, known_as(MAC))
    coordinator = coordinator_of(entry)
    hass.config_entries.async_update_entry(entry, data={**entry.data, "firmware": "1.2.4"})
    await hass.async_block_till_done()
    device = device_of(hass, entry)
    assert device is not None
    assert device.sw_version == "1.2.4"
    assert coordinator_of(entry) is coordinator
