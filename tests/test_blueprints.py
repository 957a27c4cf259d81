"""Blueprints are imported through Home Assistant's importer, and never over somebody's copy."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from unittest.mock import Mock

from aiohttp import ClientError
from homeassistant.core import Context, HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.exceptions import HomeAssistantError, Unauthorized
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockUser
from pytest_homeassistant_custom_component.test_util.aiohttp import AiohttpClientMocker

from custom_components.descent.blueprints import PUBLISHED, Published
from custom_components.descent.const import DOMAIN
from custom_components.descent.flow_blueprints import BlueprintsStep
from tests import household as home

ROOT = Path(__file__).parents[1]
NAMES = [str(published) for published in PUBLISHED]
FAN = Published("automation", "fan_by_phase")
REST = [name for name in NAMES if name != str(FAN)]


def raw(published: Published) -> str:
    """Return where Home Assistant's importer fetches it from."""
    return published.url.replace("github.com", "raw.githubusercontent.com").replace("/blob/", "/")


def publish(web: AiohttpClientMocker, *but: Published) -> None:
    """Put the blueprints of this repository on the web, with a few exceptions."""
    for published in (known for known in PUBLISHED if known not in but):
        path = published.url.partition("/blob/main/")[2]
        web.get(raw(published), text=(ROOT / path).read_text(encoding="utf-8"))


def copy_of(folder: Path, published: Published) -> Path:
    """Return where Home Assistant keeps it."""
    return folder / "blueprints" / published.domain / "descent-ha" / f"{published.name}.yaml"


@pytest.fixture(name="folder", autouse=True)
async def folder_fixture(hass: HomeAssistant, tmp_path: Path) -> AsyncIterator[Path]:
    """Let Home Assistant live in a folder of its own, with automations and scripts."""
    hass.config.config_dir = str(tmp_path)
    assert await async_setup_component(hass, "automation", {})
    assert await async_setup_component(hass, "script", {})
    entry = await home.add_treadmill(hass)
    yield tmp_path
    await hass.config_entries.async_unload(entry.entry_id)


async def test_all_blueprints_are_imported(
    hass: HomeAssistant, folder: Path, aioclient_mock: AiohttpClientMocker
) -> None:
    publish(aioclient_mock)
    answer = await home.ask(hass, "import_blueprints")
    assert answer["imported"] == NAMES
    assert answer["report"] == f"Imported: {', '.join(NAMES)}."
    assert all(copy_of(folder, published).is_file() for published in PUBLISHED)


async def test_a_second_time_changes_nothing(
    hass: HomeAssistant, folder: Path, aioclient_mock: AiohttpClientMocker
) -> None:
    publish(aioclient_mock)
    await home.act(hass, "import_blueprints")
    before = copy_of(folder, FAN).stat().st_mtime_ns
    answer = await home.ask(hass, "import_blueprints")
    assert (answer["imported"], answer["unchanged"]) == ([], NAMES)
    assert copy_of(folder, FAN).stat().st_mtime_ns == before


async def test_an_edited_copy_is_kept(
    hass: HomeAssistant, folder: Path, aioclient_mock: AiohttpClientMocker
) -> None:
    publish(aioclient_mock)
    mine = copy_of(folder, FAN)
    mine.parent.mkdir(parents=True)
    mine.write_text("# mine\n", encoding="utf-8")
    answer = await home.ask(hass, "import_blueprints")
    assert (answer["kept"], answer["imported"]) == ([str(FAN)], REST)
    assert "since you have changed them" in answer["report"]
    assert mine.read_text(encoding="utf-8") == "# mine\n"


@pytest.mark.parametrize(
    "page",
    ["<html>Log in to this network</html>", "just words", "blueprint: {name: Nothing}", "a: [", ""],
)
async def test_a_page_that_is_no_blueprint_fails_alone(
    hass: HomeAssistant, folder: Path, aioclient_mock: AiohttpClientMocker, page: str
) -> None:
    publish(aioclient_mock, FAN)
    aioclient_mock.get(raw(FAN), text=page)
    answer = await home.ask(hass, "import_blueprints")
    assert (answer["failed"], answer["imported"]) == ([str(FAN)], REST)
    assert set(answer["errors"]) == {str(FAN)}
    assert not copy_of(folder, FAN).exists()


@pytest.mark.parametrize(
    ("old", "new"), [("2026.10.0", "2099.1.0"), ("domain: automation", "domain: script")]
)
async def test_a_blueprint_for_something_else_is_not_imported(
    hass: HomeAssistant, folder: Path, aioclient_mock: AiohttpClientMocker, old: str, new: str
) -> None:
    publish(aioclient_mock, FAN)
    text = (ROOT / "blueprints/automation/descent/fan_by_phase.yaml").read_text(encoding="utf-8")
    aioclient_mock.get(raw(FAN), text=text.replace(old, new, 1))
    assert (await home.ask(hass, "import_blueprints"))["failed"] == [str(FAN)]
    assert not copy_of(folder, FAN).exists()


async def test_what_is_missing_is_an_error_for_who_asks_for_no_answer(
    hass: HomeAssistant, aioclient_mock: AiohttpClientMocker
) -> None:
    publish(aioclient_mock, FAN)
    aioclient_mock.get(raw(FAN), status=404)
    with pytest.raises(HomeAssistantError, match=f"Not imported: {FAN}") as error:
        await home.act(hass, "import_blueprints")
    assert error.value.translation_key == "blueprints_not_imported"


@pytest.mark.parametrize("problem", [ClientError("no route"), TimeoutError()])
async def test_no_network_is_one_clear_error(
    hass: HomeAssistant, folder: Path, aioclient_mock: AiohttpClientMocker, problem: Exception
) -> None:
    for published in PUBLISHED:
        aioclient_mock.get(raw(published), exc=problem)
    with pytest.raises(HomeAssistantError, match="could not be fetched") as error:
        await home.ask(hass, "import_blueprints")
    assert error.value.translation_key == "blueprints_unreachable"
    assert not (folder / "blueprints" / "automation" / "descent-ha").exists()


async def test_only_administrators_import(hass: HomeAssistant) -> None:
    user = MockUser(is_owner=False).add_to_hass(hass)
    with pytest.raises(Unauthorized):
        await hass.services.async_call(
            DOMAIN, "import_blueprints", blocking=True, context=Context(user_id=user.id)
        )


def step(hass: HomeAssistant) -> BlueprintsStep:
    """Return the step as a flow would have it."""
    flow = BlueprintsStep()
    flow.hass = hass
    flow.handler = "entry"
    flow.flow_id = "flow"
    flow.context = Mock()
    return flow


async def test_the_step_of_the_options_asks_first_and_then_reports(
    hass: HomeAssistant, aioclient_mock: AiohttpClientMocker
) -> None:
    publish(aioclient_mock)
    flow = step(hass)
    form: Any = await flow.async_step_blueprints()
    assert (form["type"], form["step_id"]) == (FlowResultType.FORM, "blueprints")
    assert form["description_placeholders"]["count"] == str(len(PUBLISHED))
    assert aioclient_mock.call_count == 0
    done: Any = await flow.async_step_blueprints({})
    assert (done["type"], done["reason"]) == (FlowResultType.ABORT, "blueprints_imported")
    assert done["description_placeholders"]["report"].startswith("Imported: automation/")


async def test_the_step_of_the_options_can_be_tried_again(
    hass: HomeAssistant, aioclient_mock: AiohttpClientMocker
) -> None:
    for published in PUBLISHED:
        aioclient_mock.get(raw(published), exc=ClientError("no route"))
    form: Any = await step(hass).async_step_blueprints({})
    assert form["errors"] == {"base": "blueprints_unreachable"}
    assert form["description_placeholders"]["error"] == "no route"
