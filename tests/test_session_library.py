"""The session files of the user beside those of Descent."""

from __future__ import annotations

import json
import os
from pathlib import Path

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import issue_registry as ir
from homeassistant.helpers.json import json_bytes
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from custom_components.descent.const import DOMAIN
from custom_components.descent.session_library import (
    LIBRARY,
    async_reload_sessions,
    async_setup_sessions,
)
from custom_components.descent.training.script.problems import say
from custom_components.descent.training.script.text import whole

GOOD = """\
name: Hill day
level: any
steps:
  - steady: {for: 20 min, incline: 1, pace: easy}
"""
WRONG = """\
name: Wrong
level: any
steps:
  - steady: {for: 20 parsecs, incline: 1, pace: easy}
"""


@pytest.fixture
def hass_config_dir(tmp_path: Path) -> str:
    return str(tmp_path)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "descent" / "sessions"
    made.mkdir(parents=True)
    return made


def put(folder: Path, name: bytes, content: str) -> str:
    """Write a file whose name need not be text; returns its path."""
    file = folder / os.fsdecode(name)
    file.write_text(content, encoding="utf-8")
    return str(file)


def remove(file: str) -> None:
    Path(file).unlink()


def issues(hass: HomeAssistant) -> list[ir.IssueEntry]:
    return [issue for issue in ir.async_get(hass).issues.values() if issue.domain == DOMAIN]


async def test_without_files_of_the_user_there_are_the_built_in_sessions(
    hass: HomeAssistant,
) -> None:
    await async_setup_sessions(hass)
    assert len(hass.data[LIBRARY].scripts) == 15
    assert issues(hass) == []


async def test_files_of_the_user_join_them_and_a_wrong_one_hides_nothing(
    hass: HomeAssistant, folder: Path
) -> None:
    (folder / "hill_day.yaml").write_text(GOOD, encoding="utf-8")
    (folder / "wrong.yaml").write_text(WRONG, encoding="utf-8")
    await async_setup_sessions(hass)
    assert hass.data[LIBRARY].scripts["hill_day"].name == "Hill day"
    assert len(hass.data[LIBRARY].scripts) == 16
    (issue,) = issues(hass)
    assert (issue.issue_id, issue.translation_key) == ("session_file_wrong.yaml", "session_file")
    assert issue.translation_placeholders is not None
    assert issue.translation_placeholders["file"] == "wrong.yaml"
    assert issue.translation_placeholders["problems"].startswith("- line 4, steps")
    assert "parsecs" in issue.translation_placeholders["problems"]


async def test_reading_again_takes_the_issue_back_and_tells_who_listens(
    hass: HomeAssistant, folder: Path
) -> None:
    (folder / "wrong.yaml").write_text(WRONG, encoding="utf-8")
    await async_setup_sessions(hass)
    told: list[int] = []
    leave = hass.data[LIBRARY].listen(lambda: told.append(len(hass.data[LIBRARY].scripts)))
    (folder / "wrong.yaml").write_text(GOOD, encoding="utf-8")
    assert await async_reload_sessions(hass) == ()
    assert issues(hass) == []
    assert told == [16]
    leave()
    await async_reload_sessions(hass)
    assert told == [16]


async def test_reading_again_says_what_is_wrong(hass: HomeAssistant, folder: Path) -> None:
    await async_setup_sessions(hass)
    (folder / "wrong.yaml").write_bytes(b"\xff\xfe")
    (error,) = await async_reload_sessions(hass)
    assert error.source == "wrong.yaml"
    assert len(issues(hass)) == 1


async def test_a_damaged_installation_still_has_the_sessions_of_the_user(
    hass: HomeAssistant, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def damaged() -> None:
        raise whole("long_reps.yaml", say("empty_file"), say("a_session"))

    monkeypatch.setattr("custom_components.descent.session_library.builtin", damaged)
    (folder / "hill_day.yaml").write_text(GOOD, encoding="utf-8")
    await async_setup_sessions(hass)
    assert list(hass.data[LIBRARY].scripts) == ["hill_day"]
    assert [issue.issue_id for issue in issues(hass)] == ["session_file_long_reps.yaml"]


async def test_the_built_in_sessions_are_named_in_the_language_of_home_assistant(
    hass: HomeAssistant, folder: Path
) -> None:
    (folder / "hill_day.yaml").write_text(GOOD, encoding="utf-8")
    hass.config.language = "de"
    await async_setup_sessions(hass)
    sprints = hass.data[LIBRARY].scripts["descending_sprints"]
    assert sprints.name == "Bergabsprints"
    assert sprints.description.startswith("Kontrollierte Sprints")
    assert sprints.why.startswith("Schnelle Beine")
    assert hass.data[LIBRARY].scripts["hill_day"].name == "Hill day"


async def test_another_language_names_them_anew_and_tells_who_listens(hass: HomeAssistant) -> None:
    await async_setup_sessions(hass)
    library = hass.data[LIBRARY]
    told: list[str] = []
    library.listen(lambda: told.append(library.scripts["long_reps"].name))
    await hass.config.async_update(language="nl")
    await hass.async_block_till_done()
    assert told == ["Lange herhalingen"]


async def test_a_change_of_anything_else_reads_nothing_again(hass: HomeAssistant) -> None:
    await async_setup_sessions(hass)
    library = hass.data[LIBRARY]
    before = library.scripts
    await hass.config.async_update(location_name="Home")
    await hass.async_block_till_done()
    assert library.scripts is before


async def test_a_language_without_texts_names_them_in_english(hass: HomeAssistant) -> None:
    hass.config.language = "sv"
    await async_setup_sessions(hass)
    assert hass.data[LIBRARY].scripts["long_reps"].name == "Long reps"


@pytest.mark.parametrize(
    "name", ["long_reps", "Lange Wiederholungen", " lange wiederholungen ", "Long reps"]
)
async def test_a_session_is_found_by_id_by_name_and_by_its_name_in_english(
    hass: HomeAssistant, name: str
) -> None:
    hass.config.language = "de"
    await async_setup_sessions(hass)
    assert hass.data[LIBRARY].named(name) == "long_reps"


async def test_a_session_of_the_user_comes_before_an_english_name(
    hass: HomeAssistant, folder: Path
) -> None:
    (folder / "mine.yaml").write_text(GOOD.replace("Hill day", "Long reps"), encoding="utf-8")
    hass.config.language = "de"
    await async_setup_sessions(hass)
    assert hass.data[LIBRARY].named("Long reps") == "mine"
    assert hass.data[LIBRARY].named("No such session") is None


# Names of files that are no text, or would not be shown as what they are.
ODD_NAMES = [
    b"bad\xff\xfe.yaml",
    b"\xed\xa0\x80.yaml",
    b"half\xc3.yml",
    b"two\nlines.yaml",
    b"bell\x07.yaml",
    "turned\u202elmay.yaml".encode(),
]


@pytest.mark.parametrize("name", ODD_NAMES)
async def test_a_file_name_that_is_no_text_takes_no_list_down(
    hass: HomeAssistant,
    folder: Path,
    hass_ws_client: WebSocketGenerator,
    caplog: pytest.LogCaptureFixture,
    name: bytes,
) -> None:
    file = put(folder, name, WRONG)
    (folder / "wrong.yaml").write_text(WRONG, encoding="utf-8")
    assert await async_setup_component(hass, "repairs", {})
    await async_setup_sessions(hass)
    client = await hass_ws_client(hass)
    await client.send_json_auto_id({"type": "repairs/list_issues"})
    listed = (await client.receive_json())["result"]["issues"]
    assert len([issue for issue in listed if issue["domain"] == DOMAIN]) == 2
    for issue in issues(hass):
        assert fit(f"{issue.issue_id}{issue.translation_placeholders}")
    errors = hass.data[LIBRARY].errors
    assert all(fit(f"{error}{vars(error)}") for error in errors)
    assert fit(caplog.text)
    remove(file)
    await async_reload_sessions(hass)
    assert [issue.issue_id for issue in issues(hass)] == ["session_file_wrong.yaml"]


def fit(text: str) -> bool:
    """Whether JSON and log files take a text."""
    return json.loads(json_bytes(text)) == text and "\x07" not in text and "\u202e" not in text


async def test_two_file_names_that_are_no_text_are_two_issues(
    hass: HomeAssistant, folder: Path
) -> None:
    for name in (b"bad\xff.yaml", b"bad\xfe.yaml"):
        put(folder, name, WRONG)
    await async_setup_sessions(hass)
    assert {issue.issue_id for issue in issues(hass)} == {
        r"session_file_bad\xff.yaml",
        r"session_file_bad\xfe.yaml",
    }


@pytest.mark.parametrize("text", [r"\ud800", r"\udcff", "\x07", r"\udfff\ud800"])
async def test_half_a_character_in_a_session_file_is_refused(
    hass: HomeAssistant, folder: Path, text: str
) -> None:
    (folder / "half.yaml").write_text(GOOD.replace("Hill day", f'"{text}"'), encoding="utf-8")
    await async_setup_sessions(hass)
    (issue,) = issues(hass)
    assert fit(str(issue.translation_placeholders))
    assert "half" not in hass.data[LIBRARY].scripts


@pytest.mark.parametrize("asked", ["\ud800", "bad\udcff"])
async def test_what_was_asked_for_is_no_text_and_the_refusal_is(
    hass: HomeAssistant, asked: str
) -> None:
    await async_setup_sessions(hass)
    with pytest.raises(ServiceValidationError) as refused:
        hass.data[LIBRARY].script(asked)
    assert fit(str(refused.value.translation_placeholders))


async def test_a_link_out_of_the_folder_is_not_followed_and_one_inside_is(
    hass: HomeAssistant, folder: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    secret = tmp_path / "secrets.yaml"
    secret.write_text("password: hunter2\n", encoding="utf-8")
    outside = tmp_path / "outside.yaml"
    outside.write_text(GOOD, encoding="utf-8")
    (folder / "hill_day.yml").write_text(GOOD, encoding="utf-8")
    (folder / "inside.yaml").symlink_to(folder / "hill_day.yml")
    (folder / "out.yaml").symlink_to(outside)
    (folder / "up.yaml").symlink_to("../../secrets.yaml")
    (folder / "chain.yaml").symlink_to(folder / "up.yaml")
    (folder / "loop.yaml").symlink_to(folder / "loop.yaml")
    (folder / "nowhere.yaml").symlink_to(tmp_path / "nothing.yaml")
    await async_setup_sessions(hass)
    own = set(hass.data[LIBRARY].scripts) & {"hill_day", "inside", "out", "up", "chain", "loop"}
    assert own == {"hill_day", "inside"}
    assert issues(hass) == []
    assert "hunter2" not in caplog.text
    assert [name for name in ("out", "up", "chain") if f"{name}.yaml is a link" in caplog.text] == [
        "out",
        "up",
        "chain",
    ]


async def test_a_folder_of_sessions_may_be_a_link_itself(
    hass: HomeAssistant, tmp_path: Path
) -> None:
    elsewhere = tmp_path / "share"
    elsewhere.mkdir()
    (elsewhere / "hill_day.yaml").write_text(GOOD, encoding="utf-8")
    (tmp_path / "descent").mkdir()
    (tmp_path / "descent" / "sessions").symlink_to(elsewhere)
    await async_setup_sessions(hass)
    assert "hill_day" in hass.data[LIBRARY].scripts
