"""What is wrong with a session file is told as a list, in the language of Home Assistant."""

from __future__ import annotations

import ast
import json
from pathlib import Path
import re
from string import Formatter

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import issue_registry as ir
import pytest

from custom_components.descent.const import DOMAIN
from custom_components.descent.session_library import LIBRARY, async_setup_sessions
from custom_components.descent.session_problems import problem_lines, problem_list
from custom_components.descent.training.script import ENGLISH, ScriptError, parse
from custom_components.descent.training.script.phrases import ENGLISH as PHRASES
from tests import imports

SCRIPT = imports.DESCENT / "training" / "script"
TRANSLATIONS = imports.DESCENT / "translations"
LANGUAGES = sorted(path.stem for path in TRANSLATIONS.glob("*.json"))
WRONG = """\
name: Mine
level: any
steps:
  - steady: {for: 20 parsecs, pace: easy}
  - steady: {time: 20 min, pace: 6:30}
  - descent: {for: 100 m, decline: -6 %, pace: tempo}
"""


@pytest.fixture
def hass_config_dir(tmp_path: Path) -> str:
    return str(tmp_path)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "descent" / "sessions"
    made.mkdir(parents=True)
    return made


def error_of(text: str) -> ScriptError:
    with pytest.raises(ScriptError) as caught:
        parse(text, "mine.yaml")
    return caught.value


def texts_of(language: str) -> dict[str, str]:
    data = json.loads((TRANSLATIONS / f"{language}.json").read_text(encoding="utf-8"))
    texts: dict[str, str] = data["selector"]["session_file"]["options"]
    return texts


def said_in_the_source() -> set[str]:
    """Every text that the source writes out, whatever it is for."""
    return {
        node.value
        for path in (*SCRIPT.glob("*.py"), imports.DESCENT / "session_problems.py")
        if path.name != "phrases.py"
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def said_as_phrases() -> set[str]:
    """Every key of a phrase that the source writes out."""
    return {
        node.args[0].value
        for path in (*SCRIPT.glob("*.py"), imports.DESCENT / "session_problems.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and getattr(node.func, "id", "") == "say"
        and isinstance(node.args[0], ast.Constant)
        and isinstance(node.args[0].value, str)
    }


def test_every_phrase_of_the_source_has_a_text_and_no_text_is_left_over() -> None:
    assert said_as_phrases() <= PHRASES.keys()
    assert PHRASES.keys() <= said_in_the_source()


def test_the_english_texts_are_those_of_the_source() -> None:
    assert texts_of("en") == dict(PHRASES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_every_text_with_its_placeholders(language: str) -> None:
    texts = texts_of(language)
    assert texts.keys() == PHRASES.keys()
    assert {key: names(text) for key, text in texts.items()} == {
        key: names(text) for key, text in PHRASES.items()
    }


def names(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


@pytest.mark.parametrize("language", [name for name in LANGUAGES if name != "en"])
def test_no_english_is_left_in_the_problems_of_another_language(language: str) -> None:
    texts = texts_of(language)
    words = re.compile(r"\b(found|allowed|write|the|with|did|from 20|between)\b", re.IGNORECASE)
    told = [problem.text(texts) for problem in error_of(WRONG).problems]
    unquoted = [re.sub(r"'[^']*'|\"\w+\"", "", line) for line in told]
    assert [line for line in unquoted if words.search(line)] == []


async def test_all_problems_are_a_list_in_the_language_of_home_assistant(
    hass: HomeAssistant, folder: Path
) -> None:
    (folder / "mine.yaml").write_text(WRONG, encoding="utf-8")
    hass.config.language = "de"
    await async_setup_sessions(hass)
    (issue,) = (found for found in ir.async_get(hass).issues.values() if found.domain == DOMAIN)
    placeholders = issue.translation_placeholders or {}
    lines = placeholders["problems"].split("\n")
    assert [line.partition(",")[0] for line in lines] == [
        *("- Zeile 4", "- Zeile 5", "- Zeile 5", "- Zeile 6", "- Zeile 6"),
    ]
    assert all("gefunden" in line and "erlaubt" in line for line in lines)


async def test_a_long_list_is_cut_and_says_how_much_is_left(
    hass: HomeAssistant, folder: Path
) -> None:
    await async_setup_sessions(hass)
    steps = "".join("  - steady: {for: 1 parsec, pace: easy}\n" for _ in range(25))
    lines = problem_lines(hass, error_of(f"name: x\nlevel: any\nsteps:\n{steps}"))
    assert (len(lines), lines[-1]) == (21, "and 5 more")


async def test_what_stands_in_a_file_is_never_markdown(hass: HomeAssistant, folder: Path) -> None:
    await async_setup_sessions(hass)
    text = 'name: x\nlevel: "[click](http://bad) <b> `code` *"\nsteps: []\n'
    told = problem_list(hass, error_of(text))
    assert r"\[click\](http://bad) \<b\> \`code\` \*" in told


async def test_a_session_whose_file_is_wrong_is_refused_with_all_that_is_wrong(
    hass: HomeAssistant, folder: Path
) -> None:
    (folder / "mine.yaml").write_text(WRONG, encoding="utf-8")
    await async_setup_sessions(hass)
    with pytest.raises(ServiceValidationError) as caught:
        hass.data[LIBRARY].script("mine")
    assert caught.value.translation_key == "session_file_wrong"
    placeholders = caught.value.translation_placeholders or {}
    assert placeholders["problems"].count("- line ") == 5


def test_the_texts_of_the_facade_are_the_english_ones() -> None:
    assert ENGLISH is PHRASES
