"""The card's files, and the one Lovelace resource that loads them."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path
from typing import Any

from homeassistant.components.frontend import DATA_EXTRA_MODULE_URL
from homeassistant.components.lovelace.const import LOVELACE_DATA
from homeassistant.components.lovelace.resources import ResourceStorageCollection
from homeassistant.config_entries import ConfigEntryDisabler, ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.descent.dashboard.resource import CARD, DashboardResource, _version
from tests.mock_entries import runner_entry, set_up, treadmill_entry


@pytest.fixture
async def lovelace(hass: HomeAssistant) -> None:
    assert await async_setup_component(hass, "frontend", {})


@pytest.fixture
async def lovelace_in_yaml(hass: HomeAssistant) -> None:
    assert await async_setup_component(hass, "frontend", {"lovelace": {"resource_mode": "yaml"}})


def stored(hass: HomeAssistant) -> list[tuple[str, str]]:
    """Return types and addresses of all resources."""
    items = hass.data[LOVELACE_DATA].resources.async_items()
    return [(item["type"], item["url"]) for item in items]


async def create(hass: HomeAssistant, url: str) -> None:
    resources: Any = hass.data[LOVELACE_DATA].resources
    await resources.async_create_item({"res_type": "module", "url": url})


@pytest.mark.usefixtures("lovelace")
async def test_a_treadmill_brings_one_resource(hass: HomeAssistant) -> None:
    await set_up(hass, treadmill_entry())
    assert stored(hass) == [("module", hass.data[CARD].url)]


@pytest.mark.usefixtures("lovelace")
async def test_more_entries_bring_no_more_resources(hass: HomeAssistant) -> None:
    await set_up(hass, treadmill_entry())
    await set_up(hass, treadmill_entry(title="Second"))
    await set_up(hass, runner_entry())
    assert stored(hass) == [("module", hass.data[CARD].url)]


@pytest.mark.usefixtures("lovelace")
async def test_entries_that_start_at_the_same_time_bring_one_resource(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    create = ResourceStorageCollection.async_create_item

    async def create_later(resources: ResourceStorageCollection, data: dict[str, Any]) -> Any:
        await asyncio.sleep(0)  # others have a turn, as while a real disk is read
        return await create(resources, data)

    monkeypatch.setattr(ResourceStorageCollection, "async_create_item", create_later)
    treadmill_entry().add_to_hass(hass)
    card = DashboardResource(hass, "0123")
    await asyncio.gather(card.async_fit(), card.async_fit())
    assert stored(hass) == [("module", "/descent_static/0123/descent-card.js")]


async def test_dashboards_that_are_set_up_later_get_the_resource_then(hass: HomeAssistant) -> None:
    await set_up(hass, treadmill_entry())
    assert await async_setup_component(hass, "frontend", {})
    await hass.async_block_till_done()
    assert stored(hass) == [("module", hass.data[CARD].url)]


@pytest.mark.usefixtures("lovelace")
async def test_an_upgrade_changes_the_resource_and_removes_what_was_there_twice(
    hass: HomeAssistant,
) -> None:
    await create(hass, "/local/other-card.js")
    await create(hass, "/descent_static/0123/descent-card.js")
    await create(hass, "/descent_static/4567/descent-card.js")
    await set_up(hass, treadmill_entry())
    assert stored(hass) == [
        ("module", "/local/other-card.js"),
        ("module", hass.data[CARD].url),
    ]


@pytest.mark.usefixtures("lovelace")
async def test_the_resource_stays_while_entries_are_only_unloaded(hass: HomeAssistant) -> None:
    entry = await set_up(hass, treadmill_entry())
    await hass.config_entries.async_unload(entry.entry_id)
    assert stored(hass) == [("module", hass.data[CARD].url)]


@pytest.mark.usefixtures("lovelace")
async def test_the_resource_goes_with_the_last_entry_and_others_stay(hass: HomeAssistant) -> None:
    await create(hass, "/local/other-card.js")
    treadmill = await set_up(hass, treadmill_entry())
    runner = await set_up(hass, runner_entry())
    await hass.config_entries.async_remove(treadmill.entry_id)
    assert ("module", hass.data[CARD].url) in stored(hass)
    await hass.config_entries.async_remove(runner.entry_id)
    assert stored(hass) == [("module", "/local/other-card.js")]


@pytest.mark.usefixtures("lovelace")
async def test_the_resource_goes_with_the_last_entry_that_was_disabled_since_the_start(
    hass: HomeAssistant,
) -> None:
    await create(hass, "/local/other-card.js")
    await create(hass, "/descent_static/0123/descent-card.js")
    first = MockConfigEntry(domain="descent", disabled_by=ConfigEntryDisabler.USER)
    second = MockConfigEntry(domain="descent", disabled_by=ConfigEntryDisabler.USER)
    first.add_to_hass(hass)
    second.add_to_hass(hass)
    await hass.config_entries.async_remove(first.entry_id)
    await hass.config_entries.async_remove(second.entry_id)
    assert stored(hass) == [("module", "/local/other-card.js")]


@pytest.mark.usefixtures("lovelace_in_yaml")
async def test_where_resources_are_in_yaml_the_frontend_loads_the_card_by_itself(
    hass: HomeAssistant, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "custom_components.descent.dashboard.resource")
    treadmill = await set_up(hass, treadmill_entry())
    assert list(hass.data[DATA_EXTRA_MODULE_URL].urls) == [hass.data[CARD].url]
    assert "Resources are in YAML" in caplog.text
    await hass.config_entries.async_remove(treadmill.entry_id)
    assert list(hass.data[DATA_EXTRA_MODULE_URL].urls) == []


@pytest.mark.usefixtures("lovelace")
async def test_a_treadmill_works_whatever_is_wrong_with_the_resources(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.delattr(type(hass.data[LOVELACE_DATA].resources), "async_get_info")
    entry = await set_up(hass, treadmill_entry())
    assert entry.state is ConfigEntryState.LOADED
    assert "could not be added to the dashboards' resources" in caplog.text


async def test_the_files_are_served_to_be_kept(
    hass: HomeAssistant, hass_client_no_auth: ClientSessionGenerator
) -> None:
    await set_up(hass, treadmill_entry())
    client = await hass_client_no_auth()
    answer = await client.get(hass.data[CARD].url)
    assert answer.status == 200
    assert answer.content_type in {"text/javascript", "application/javascript"}
    assert "max-age" in answer.headers["Cache-Control"]


def test_another_content_or_another_file_is_another_version(tmp_path: Path) -> None:
    (tmp_path / "a.js").write_text("1")
    first = _version(tmp_path)
    (tmp_path / "a.js").write_text("2")
    changed = _version(tmp_path)
    (tmp_path / "b.js").write_text("")
    added = _version(tmp_path)
    assert len({first, changed, added}) == 3


def test_a_folder_among_the_files_does_no_harm(tmp_path: Path) -> None:
    (tmp_path / "a.js").write_text("1")
    before = _version(tmp_path)
    (tmp_path / "folder").mkdir()
    assert _version(tmp_path) == before


async def test_an_entry_of_a_treadmill_that_never_worked_can_be_removed(
    hass: HomeAssistant,
) -> None:
    entry = treadmill_entry()
    entry.add_to_hass(hass)
    await hass.config_entries.async_remove(entry.entry_id)
    assert hass.config_entries.async_entries("descent") == []
