"""The session files of the user beside those of Descent."""

from __future__ import annotations

from pathlib import Path

from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
import pytest

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
