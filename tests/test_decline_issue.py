"""A deck that has to be tried below level: what is shown, kept, refused, and put right."""

from __future__ import annotations

from dataclasses import replace
from http import HTTPStatus
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er, issue_registry as ir
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.descent.const import DOMAIN
from custom_components.descent.runtime.journal import Record
from custom_components.descent.training.model import DeclineCheck, Machine
from custom_components.descent.treadmills.faults import SimulatedFault
from custom_components.descent.treadmills.virtual import VirtualTreadmill
from tests.flow_entries import act, ask, refused, shown
from tests.mock_entries import (
    console_of,
    coordinator_of,
    is_faster_than,
    set_up,
    treadmill_entry,
    until,
)


@pytest.fixture(autouse=True)
def _untried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make a virtual treadmill one that nobody has seen below level, like any real one."""

    def machine(treadmill: VirtualTreadmill) -> Machine:
        return replace(treadmill.belt_and_deck.machine, decline_known=False)

    monkeypatch.setattr(VirtualTreadmill, "machine", property(machine))


async def ready(hass: HomeAssistant, **data: Any) -> MockConfigEntry:
    """Return a treadmill that has reported."""
    entry = await set_up(hass, treadmill_entry(**data))
    await until(entry, is_faster_than(-1))
    return entry


def is_tested(record: Record) -> bool:
    return bool(record["type"] == "decline")


async def wronged(hass: HomeAssistant) -> MockConfigEntry:
    """Return a treadmill whose deck went up when it was told to go down."""
    entry = await ready(hass)
    console_of(entry).faults = {SimulatedFault.WRONG_WAY}
    await act(hass, "set_target", decline=4)
    assert (await until(entry, is_tested))["decline"] == "wrong_way"
    console_of(entry).faults = set()
    await hass.async_block_till_done()
    return entry


def issue(hass: HomeAssistant, entry: MockConfigEntry) -> ir.IssueEntry | None:
    return ir.async_get(hass).async_get_issue(DOMAIN, f"decline_wrong_way_{entry.entry_id}")


async def confirm(
    hass: HomeAssistant, hass_client: ClientSessionGenerator, entry: MockConfigEntry
) -> None:
    """Open the repair of the issue and confirm it."""
    assert await async_setup_component(hass, "repairs", {})
    client = await hass_client()
    handler = {"handler": DOMAIN, "issue_id": f"decline_wrong_way_{entry.entry_id}"}
    begun = await client.post("/api/repairs/issues/fix", json=handler)
    assert begun.status == HTTPStatus.OK
    form = await begun.json()
    assert (form["type"], form["step_id"]) == ("form", "confirm")
    assert form["description_placeholders"] == {"name": "Belt"}
    done = await client.post(f"/api/repairs/issues/fix/{form['flow_id']}", json={})
    assert (await done.json())["type"] == "create_entry"


async def test_a_deck_that_goes_down_as_asked_is_shown_and_kept(
    hass: HomeAssistant, hass_storage: dict[str, Any]
) -> None:
    entry = await ready(hass)
    assert shown(hass, entry, "sensor", "decline_check").state == "untested"
    await act(hass, "set_target", decline=4)
    await until(entry, is_tested)
    await hass.async_block_till_done()
    assert shown(hass, entry, "sensor", "decline_check").state == "confirmed"
    assert hass_storage[f"{DOMAIN}.{entry.entry_id}"]["data"]["decline"] == "confirmed"
    assert await hass.config_entries.async_reload(entry.entry_id)
    assert coordinator_of(entry).view().decline is DeclineCheck.CONFIRMED


async def test_a_deck_that_goes_up_is_refused_any_decline_and_becomes_an_issue(
    hass: HomeAssistant,
) -> None:
    entry = await wronged(hass)
    assert shown(hass, entry, "sensor", "decline_check").state == "wrong_way"
    assert issue(hass, entry) is not None
    key, message = await refused(hass, "set_target", decline=2)
    assert key == "decline_wrong_way"
    assert "Repairs" in message
    plan = await ask(hass, "preview_session", session="descent_walk")
    assert plan["notes"] == ["no_decline"]
    assert plan["fidelity_descent"] == 0


async def test_the_issue_is_there_again_after_a_restart_and_gone_without_the_treadmill(
    hass: HomeAssistant,
) -> None:
    entry = await wronged(hass)
    assert await hass.config_entries.async_unload(entry.entry_id)
    assert issue(hass, entry) is None
    assert await hass.config_entries.async_setup(entry.entry_id)
    assert issue(hass, entry) is not None


async def test_confirming_that_it_is_put_right_has_it_tried_again(
    hass: HomeAssistant, hass_client: ClientSessionGenerator, hass_storage: dict[str, Any]
) -> None:
    entry = await wronged(hass)
    await confirm(hass, hass_client, entry)
    await hass.async_block_till_done()
    assert issue(hass, entry) is None
    assert shown(hass, entry, "sensor", "decline_check").state == "untested"
    assert hass_storage[f"{DOMAIN}.{entry.entry_id}"]["data"]["decline"] == "untested"
    await act(hass, "set_target", decline=4)
    await until(entry, lambda record: is_tested(record) and record["decline"] == "confirmed")


async def test_confirming_for_a_treadmill_that_is_gone_changes_nothing(
    hass: HomeAssistant, hass_client: ClientSessionGenerator
) -> None:
    assert await async_setup_component(hass, "repairs", {})
    entry = await wronged(hass)
    client = await hass_client()
    handler = {"handler": DOMAIN, "issue_id": f"decline_wrong_way_{entry.entry_id}"}
    begun = await (await client.post("/api/repairs/issues/fix", json=handler)).json()
    assert await hass.config_entries.async_unload(entry.entry_id)
    done = await client.post(f"/api/repairs/issues/fix/{begun['flow_id']}", json={})
    assert (await done.json())["type"] == "create_entry"
    assert await hass.config_entries.async_setup(entry.entry_id)
    assert issue(hass, entry) is not None


async def test_a_treadmill_that_does_not_decline_has_nothing_to_check(hass: HomeAssistant) -> None:
    entry = await ready(hass, min_incline=0)
    known = er.async_get(hass).async_get_entity_id(
        "sensor", DOMAIN, f"{entry.entry_id}_decline_check"
    )
    assert known is None
