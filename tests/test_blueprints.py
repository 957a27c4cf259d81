"""Blueprints are imported through Home Assistant's importer, and never over somebody's copy."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from aiohttp import ClientError
from homeassistant.config_entries import ConfigEntry, ConfigFlowResult
from homeassistant.core import Context, HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.exceptions import HomeAssistantError, Unauthorized
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockUser
from pytest_homeassistant_custom_component.test_util.aiohttp import AiohttpClientMocker

from custom_components.descent.blueprints import PUBLISHED, Published
from custom_components.descent.const import DOMAIN
from tests import flow_entries

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
        page(web, published, text=(ROOT / path).read_text(encoding="utf-8"))


def page(web: AiohttpClientMocker, published: Published, **answer: Any) -> None:
    """Put something where a blueprint is fetched from."""
    web.get(raw(published), **answer)  # type: ignore[no-untyped-call] # untyped in the test package


def copy_of(folder: Path, published: Published) -> Path:
    """Return where Home Assistant keeps it."""
    return folder / "blueprints" / published.domain / "descent-ha" / f"{published.name}.yaml"


@pytest.fixture(name="folder")
def folder_fixture(hass: HomeAssistant, tmp_path: Path) -> Path:
    """Let Home Assistant live in a folder of its own."""
    hass.config.config_dir = str(tmp_path)
    return tmp_path


@pytest.fixture(name="treadmill", autouse=True)
async def treadmill_fixture(hass: HomeAssistant, folder: Path) -> AsyncIterator[ConfigEntry[Any]]:
    """Add a treadmill, automations and scripts."""
    assert await async_setup_component(hass, "automation", {})
    assert await async_setup_component(hass, "script", {})
    entry = await flow_entries.add_treadmill(hass)
    yield entry
    await hass.config_entries.async_unload(entry.entry_id)


async def test_all_blueprints_are_imported(
    hass: HomeAssistant, folder: Path, aioclient_mock: AiohttpClientMocker
) -> None:
    publish(aioclient_mock)
    answer = await flow_entries.ask(hass, "import_blueprints")
    assert answer["imported"] == NAMES
    assert answer["report"] == f"Imported: {', '.join(NAMES)}."
    assert all(copy_of(folder, published).is_file() for published in PUBLISHED)


async def test_a_second_time_changes_nothing(
    hass: HomeAssistant, folder: Path, aioclient_mock: AiohttpClientMocker
) -> None:
    publish(aioclient_mock)
    await flow_entries.act(hass, "import_blueprints")
    before = copy_of(folder, FAN).stat().st_mtime_ns
    answer = await flow_entries.ask(hass, "import_blueprints")
    assert (answer["imported"], answer["unchanged"]) == ([], NAMES)
    assert copy_of(folder, FAN).stat().st_mtime_ns == before


async def test_an_edited_copy_is_kept(
    hass: HomeAssistant, folder: Path, aioclient_mock: AiohttpClientMocker
) -> None:
    publish(aioclient_mock)
    mine = copy_of(folder, FAN)
    mine.parent.mkdir(parents=True)
    mine.write_text("# mine\n", encoding="utf-8")
    answer = await flow_entries.ask(hass, "import_blueprints")
    assert (answer["kept"], answer["imported"]) == ([str(FAN)], REST)
    assert "since you have changed them" in answer["report"]
    assert mine.read_text(encoding="utf-8") == "# mine\n"


@pytest.mark.parametrize(
    "content",
    ["<html>Log in to this network</html>", "just words", "blueprint: {name: Nothing}", "a: [", ""],
)
async def test_a_page_that_is_no_blueprint_fails_alone(
    hass: HomeAssistant, folder: Path, aioclient_mock: AiohttpClientMocker, content: str
) -> None:
    publish(aioclient_mock, FAN)
    page(aioclient_mock, FAN, text=content)
    answer = await flow_entries.ask(hass, "import_blueprints")
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
    page(aioclient_mock, FAN, text=text.replace(old, new, 1))
    assert (await flow_entries.ask(hass, "import_blueprints"))["failed"] == [str(FAN)]
    assert not copy_of(folder, FAN).exists()


async def test_what_is_missing_is_an_error_for_who_asks_for_no_answer(
    hass: HomeAssistant, aioclient_mock: AiohttpClientMocker
) -> None:
    publish(aioclient_mock, FAN)
    page(aioclient_mock, FAN, status=404)
    with pytest.raises(HomeAssistantError, match=f"Not imported: {FAN}") as error:
        await flow_entries.act(hass, "import_blueprints")
    assert error.value.translation_key == "blueprints_not_imported"


@pytest.mark.parametrize("problem", [ClientError("no route"), TimeoutError()])
async def test_no_network_is_one_clear_error(
    hass: HomeAssistant, folder: Path, aioclient_mock: AiohttpClientMocker, problem: Exception
) -> None:
    for published in PUBLISHED:
        page(aioclient_mock, published, exc=problem)
    with pytest.raises(HomeAssistantError, match="could not be fetched") as error:
        await flow_entries.ask(hass, "import_blueprints")
    assert error.value.translation_key == "blueprints_unreachable"
    assert not (folder / "blueprints" / "automation" / "descent-ha").exists()


async def test_only_administrators_import(hass: HomeAssistant) -> None:
    user = MockUser(is_owner=False).add_to_hass(hass)
    with pytest.raises(Unauthorized):
        await hass.services.async_call(
            DOMAIN, "import_blueprints", blocking=True, context=Context(user_id=user.id)
        )


async def open_step(hass: HomeAssistant, entry: ConfigEntry[Any]) -> ConfigFlowResult:
    """Choose the blueprints in the options of a treadmill."""
    menu = await hass.config_entries.options.async_init(entry.entry_id)
    return await answer(hass, menu, {"next_step_id": "blueprints"})


async def answer(
    hass: HomeAssistant, shown: ConfigFlowResult, said: dict[str, Any]
) -> ConfigFlowResult:
    """Go on in the options."""
    return await hass.config_entries.options.async_configure(shown["flow_id"], said)


async def test_the_options_of_a_treadmill_ask_first_and_then_report(
    hass: HomeAssistant, treadmill: ConfigEntry[Any], aioclient_mock: AiohttpClientMocker
) -> None:
    publish(aioclient_mock)
    options = dict(treadmill.options)
    form = await open_step(hass, treadmill)
    assert (form["type"], form["step_id"]) == (FlowResultType.FORM, "blueprints")
    assert form["description_placeholders"] == {"count": str(len(PUBLISHED))}
    assert aioclient_mock.call_count == 0
    done = await answer(hass, form, {})
    assert (done["type"], done["reason"]) == (FlowResultType.ABORT, "blueprints_imported")
    assert done["description_placeholders"] == {"report": f"Imported: {', '.join(NAMES)}."}
    assert dict(treadmill.options) == options


async def test_the_options_of_a_treadmill_can_try_again(
    hass: HomeAssistant, treadmill: ConfigEntry[Any], aioclient_mock: AiohttpClientMocker
) -> None:
    for published in PUBLISHED:
        page(aioclient_mock, published, exc=ClientError("no route"))
    failed = await answer(hass, await open_step(hass, treadmill), {})
    assert failed["errors"] == {"base": "blueprints_unreachable"}
    aioclient_mock.clear_requests()  # type: ignore[no-untyped-call] # untyped in the test package
    publish(aioclient_mock)
    done = await answer(hass, failed, {})
    assert done["reason"] == "blueprints_imported"
