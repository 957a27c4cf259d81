"""What outlives a restart, and what becomes of a file that is damaged."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
import pytest

from custom_components.descent.const import DOMAIN, STORAGE_MINOR_VERSION
from custom_components.descent.runtime import store
from custom_components.descent.runtime.store import Kept, TreadmillStore
from custom_components.descent.training.model import DeclineCheck, Rates
from tests.runtime.scripted_engine import settle

KEPT = Kept(
    session={"plan": {}},
    rates=Rates(belt_kmh_s=1.2, deck_pct_s=0.4),
    selected_session="descending_sprints",
    selected_runner="abc",
)
EMPTY = {"session": None, "rates": None, "selected_session": None, "selected_runner": None}


@pytest.fixture
def hass_config_dir(tmp_path: Path) -> str:
    (tmp_path / ".storage").mkdir()
    return str(tmp_path)


@pytest.fixture
def hass_storage() -> dict[str, Any]:
    """Let files be real: the test package would keep them in memory."""
    return {}


@pytest.fixture
def path(hass: HomeAssistant) -> Path:
    return Path(hass.config.path(".storage", "descent.e1"))


def files(path: Path) -> list[str]:
    return sorted(file.name for file in path.parent.glob("descent.*"))


def put(path: Path, content: str | bytes) -> None:
    path.write_bytes(content if isinstance(content, bytes) else content.encode())


def put_folder(path: Path) -> None:
    path.mkdir()


def text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def of(hass: HomeAssistant) -> TreadmillStore:
    return TreadmillStore(hass, "e1", "Belt")


def written(data: Any, version: int = 1, minor_version: int = 1) -> str:
    return json.dumps(
        {"version": version, "minor_version": minor_version, "key": "descent.e1", "data": data}
    )


def test_content_survives_being_written_and_read() -> None:
    assert Kept.from_dict(json.loads(json.dumps(KEPT.as_dict()))) == KEPT
    assert Kept.from_dict(Kept().as_dict()) == Kept()


async def test_a_new_treadmill_has_nothing(hass: HomeAssistant) -> None:
    assert await of(hass).async_load() == Kept()


async def test_what_was_saved_is_there_after_a_restart(hass: HomeAssistant, path: Path) -> None:
    await of(hass).async_save(KEPT)
    assert files(path) == ["descent.e1"]
    assert await of(hass).async_load() == KEPT


async def test_saving_soon_writes_what_is_true_by_then(hass: HomeAssistant) -> None:
    kept = Kept()
    of(hass).save_soon(lambda: kept)
    kept = KEPT
    await settle()
    await hass.async_block_till_done()
    assert await of(hass).async_load() == KEPT


@pytest.mark.parametrize(
    "content",
    [
        "[]",
        '"text"',
        "17",
        '{"data": {}}',
        written([]),
        written({}),
        written(EMPTY | {"session": "text"}),
        written(EMPTY | {"rates": {"belt_kmh_s": -1, "deck_pct_s": 1}}),
        written(EMPTY | {"rates": {"belt_kmh_s": "fast", "deck_pct_s": 1}}),
        written(EMPTY | {"selected_session": 5}),
        written(EMPTY | {"surprise": 5}),
    ],
)
async def test_content_that_is_none_is_kept_aside_and_reported(
    hass: HomeAssistant, path: Path, content: str, caplog: pytest.LogCaptureFixture
) -> None:
    put(path, content)
    stored = of(hass)
    assert await stored.async_load() == Kept()
    (aside,) = files(path)
    assert aside.startswith("descent.e1.corrupt.")
    assert text(path.with_name(aside)) == content
    issue = ir.async_get(hass).async_get_issue(DOMAIN, "corrupt_storage_e1")
    assert issue is not None
    assert issue.translation_placeholders is not None
    assert issue.translation_placeholders["path"].endswith(aside)
    await stored.async_save(KEPT)
    assert await of(hass).async_load() == KEPT


@pytest.mark.parametrize(
    ("before", "then"),
    [
        (EMPTY, Kept()),
        (EMPTY | {"selected_session": "long_reps"}, Kept(selected_session="long_reps")),
        (EMPTY | {"released": True}, Kept(released=True)),
        (EMPTY | {"decline": "confirmed"}, Kept(decline=DeclineCheck.CONFIRMED)),
    ],
)
async def test_a_file_of_the_first_version_is_brought_to_this_one_and_written(
    hass: HomeAssistant, path: Path, before: dict[str, Any], then: Kept
) -> None:
    put(path, written(before))
    assert await of(hass).async_load() == then
    there = json.loads(text(path))
    assert (there["version"], there["minor_version"]) == (1, STORAGE_MINOR_VERSION)
    assert there["data"] == then.as_dict()
    assert files(path) == ["descent.e1"]


@pytest.mark.parametrize(
    "content",
    [
        written(EMPTY, version=2),
        written({"things": []}, version=99),
        written(EMPTY | {"surprise": 5}, minor_version=STORAGE_MINOR_VERSION + 1),
    ],
)
async def test_a_file_of_a_newer_version_is_left_alone_and_that_is_said(
    hass: HomeAssistant, path: Path, content: str, caplog: pytest.LogCaptureFixture
) -> None:
    put(path, content)
    stored = of(hass)
    assert await stored.async_load() == Kept()
    await stored.async_save(KEPT)
    stored.save_soon(lambda: KEPT)
    await settle()
    await hass.async_block_till_done()
    assert (files(path), text(path)) == (["descent.e1"], content)
    assert "newer version of Descent" in caplog.text
    issues = ir.async_get(hass)
    issue = issues.async_get_issue(DOMAIN, "newer_storage_e1")
    assert issue is not None
    assert issue.translation_placeholders == {"name": "Belt", "path": str(path)}
    assert issues.async_get_issue(DOMAIN, "corrupt_storage_e1") is None
    put(path, written(EMPTY))
    await of(hass).async_load()
    assert issues.async_get_issue(DOMAIN, "newer_storage_e1") is None


@pytest.mark.parametrize("content", [b"{", b"", b"\xff\xfe\x00"])
async def test_a_damaged_file_is_kept_aside_by_home_assistant_which_reports_it_itself(
    hass: HomeAssistant, path: Path, content: bytes
) -> None:
    hass.config.components.add(DOMAIN)
    put(path, content)
    assert await of(hass).async_load() == Kept()
    (aside,) = files(path)
    assert aside.startswith("descent.e1.corrupt.")
    (issue,) = ir.async_get(hass).issues.values()
    assert (issue.translation_key, issue.issue_domain) == ("storage_corruption", DOMAIN)


async def test_a_file_that_cannot_be_read_or_moved_keeps_nobody_from_starting(
    hass: HomeAssistant, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_folder(path)

    def refuse(*_: object) -> None:
        raise PermissionError

    monkeypatch.setattr("custom_components.descent.runtime.store.os.replace", refuse)
    assert await of(hass).async_load() == Kept()
    assert ir.async_get(hass).async_get_issue(DOMAIN, "corrupt_storage_e1") is not None


async def test_removal_leaves_no_file(hass: HomeAssistant, path: Path) -> None:
    stored = of(hass)
    put(path, "[]")
    await stored.async_load()
    await stored.async_save(KEPT)
    await TreadmillStore(hass, "e2", "Other").async_save(KEPT)
    assert len(files(path)) == 3
    await store.async_remove(hass, "e1")
    assert files(path) == ["descent.e2"]


async def test_what_cannot_be_removed_is_said_and_keeps_no_other_file(
    hass: HomeAssistant, path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path.with_name(f"{path.name}.corrupt.1").mkdir(parents=True)
    put(path.with_name(f"{path.name}.corrupt.2"), "[]")
    await store.async_remove(hass, "e1")
    assert files(path) == ["descent.e1.corrupt.1"]
    assert "Could not remove" in caplog.text
