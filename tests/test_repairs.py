"""What a user can do about an issue from within Home Assistant."""

from __future__ import annotations

from http import HTTPStatus

from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
from homeassistant.setup import async_setup_component
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.descent.const import DOMAIN
from custom_components.descent.issues import forget_corrupt_storage, report_corrupt_storage
from tests.mock_entries import set_up, treadmill_entry


async def test_reading_about_damaged_storage_ends_the_issue(
    hass: HomeAssistant, hass_client: ClientSessionGenerator
) -> None:
    assert await async_setup_component(hass, "repairs", {})
    entry = await set_up(hass, treadmill_entry())
    report_corrupt_storage(hass, entry.entry_id, "Belt", "/there")
    issue = f"corrupt_storage_{entry.entry_id}"
    client = await hass_client()
    begun = await client.post(
        "/api/repairs/issues/fix", json={"handler": DOMAIN, "issue_id": issue}
    )
    assert begun.status == HTTPStatus.OK
    form = await begun.json()
    assert (form["type"], form["step_id"]) == ("form", "confirm")
    assert form["description_placeholders"] == {
        "name": "Belt",
        "path": "/there",
    }
    done = await client.post(f"/api/repairs/issues/fix/{form['flow_id']}", json={})
    assert (await done.json())["type"] == "create_entry"
    assert ir.async_get(hass).async_get_issue(DOMAIN, issue) is None


async def test_an_issue_about_storage_can_be_taken_back(hass: HomeAssistant) -> None:
    report_corrupt_storage(hass, "e1", "Belt", "/there")
    forget_corrupt_storage(hass, "e1")
    assert ir.async_get(hass).issues == {}
