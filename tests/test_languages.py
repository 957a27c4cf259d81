"""The texts in all languages: complete, and the same as English in what they carry."""

from __future__ import annotations

from collections.abc import Iterator
import json
import re
from string import Formatter
from typing import Any

import pytest

from custom_components.descent.training.script import builtin
from custom_components.descent.wording import length_text
from tests import imports

FOLDER = imports.DESCENT / "translations"
ALL = sorted(path.stem for path in FOLDER.iterdir())
LANGUAGES = tuple(code for code in ALL if code != "en")
# Texts that are the same in English; texts without words of their own need not be here.
SAME = {
    "de": {
        "Blueprints",
        "Countdown",
        "Descent",
        "Host",
        "Name",
        "Pause",
        "Phase",
        "Port",
        "Start",
        "Text",
        "minus {value}",
        "{minutes} min",
    },
    "es": {"Control", "Descent", "Host", "{minutes} min"},
    "fr": {
        "1 minute",
        "Blueprints",
        "Descent",
        "Distance",
        "Effort",
        "Novice",
        "Phase",
        "Port",
        "coordination",
        "endurance",
        "technique",
        "{minutes} min",
        "{minutes} minutes",
        "{name}, {minutes} minutes.",
    },
    "it": {"Descent", "Host", "Stretching", "{minutes} min"},
    "nl": {
        "Beginner",
        "Blueprints",
        "Console start",
        "Console stop",
        "Descent",
        "Host",
        "Start",
        "Stop",
        "{minutes} min",
    },
}
# How long a cue may be beside what is filled in; the longest in English has 98 characters.
LONGEST_CUE = 140


def tree(language: str, **how: Any) -> dict[str, Any]:
    texts: dict[str, Any] = json.loads(
        (FOLDER / f"{language}.json").read_text(encoding="utf-8"), **how
    )
    return texts


def leaves(branch: Any, path: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(branch, dict):
        for key, below in branch.items():
            yield from leaves(below, f"{path}.{key}".removeprefix("."))
    else:
        yield path, branch


def placeholders(text: str) -> list[str]:
    """Return the names in braces, and what would make an error of the text."""
    return sorted(
        f"{name}{form}{conversion or ''}"
        for _, name, form, conversion in Formatter().parse(text)
        if name is not None
    )


def bare(text: str) -> str:
    """Return a text without its placeholders."""
    return re.sub(r"\{\w+\}", "", text)


TREES = {language: tree(language) for language in ALL}
TEXTS = {language: dict(leaves(TREES[language])) for language in ALL}
ENGLISH = TEXTS["en"]


def below(language: str, prefix: str) -> dict[str, str]:
    return {key: text for key, text in TEXTS[language].items() if key.startswith(prefix)}


def unlike(language: str, pattern: str) -> dict[str, str]:
    return {key: text for key, text in TEXTS[language].items() if re.search(pattern, text)}


def test_there_is_a_file_for_every_language_and_no_other() -> None:
    assert {path.name for path in FOLDER.iterdir()} == {f"{language}.json" for language in ALL}


@pytest.mark.parametrize("language", ALL)
def test_no_key_occurs_twice(language: str) -> None:
    twice: list[str] = []

    def look(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        keys = [key for key, _ in pairs]
        twice.extend(sorted(key for key in set(keys) if keys.count(key) > 1))
        return dict(pairs)

    tree(language, object_pairs_hook=look)
    assert twice == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_language_has_all_texts_in_the_order_of_english(language: str) -> None:
    assert list(TEXTS[language]) == list(ENGLISH)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_text_carries_what_the_english_one_carries(language: str) -> None:
    texts = TEXTS[language]
    assert {key: placeholders(text) for key, text in texts.items()} == {
        key: placeholders(text) for key, text in ENGLISH.items()
    }
    assert {key: text.count("`") for key, text in texts.items()} == {
        key: text.count("`") for key, text in ENGLISH.items()
    }
    assert {key: text.count("\n") for key, text in texts.items()} == {
        key: text.count("\n") for key, text in ENGLISH.items()
    }


@pytest.mark.parametrize("language", ALL)
@pytest.mark.parametrize(
    "pattern",
    [
        pytest.param(r"^\s|\s$|^$", id="empty or with space at an edge"),
        pytest.param(r"[ \t]{2}|\t", id="double space"),
        pytest.param(r"[<>]", id="html"),
        pytest.param(r"(?i)https?:|www\.", id="url"),
        # Whoever reads it in a browser would read the name in braces, not what it stands for.
        pytest.param(r"'[{}]", id="quoted placeholder"),
        pytest.param(r"\[%key", id="reference"),
        pytest.param("\u2014|\u2013", id="dash"),
    ],
)
def test_a_text_is_fit_to_be_shown(language: str, pattern: str) -> None:
    assert unlike(language, pattern) == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_the_same_as_in_english_is_meant_to_be(language: str) -> None:
    same = {text for key, text in TEXTS[language].items() if text == ENGLISH[key]}
    assert {text for text in same if re.search(r"[^\W\d_]", bare(text))} == SAME.get(
        language, set()
    )


@pytest.mark.parametrize("language", ALL)
def test_the_options_say_the_same_as_the_config_flow(language: str) -> None:
    texts = TREES[language]
    assert texts["options"]["step"]["control"] == texts["config"]["step"]["control"]


@pytest.mark.parametrize("language", ALL)
def test_a_cue_is_short_enough_to_be_heard_in_a_run(language: str) -> None:
    cues = below(language, "selector.cue.")
    lengths = {key: len(bare(text)) for key, text in cues.items()}
    assert {key: length for key, length in lengths.items() if length > LONGEST_CUE} == {}


def test_no_number_is_read_as_an_ordinal_in_german() -> None:
    # "Noch 3." is heard as "noch dritte".
    spoken = below("de", "selector.cue.")
    assert {
        key
        for key, text in spoken.items()
        if any(name not in {"length", "item"} for name in re.findall(r"\{(\w+)\}\.", text))
    } == set()


@pytest.mark.parametrize("language", ALL)
def test_all_states_of_an_entity_can_be_told_apart(language: str) -> None:
    groups: dict[str, list[str]] = {}
    for key, text in below(language, "entity.").items():
        groups.setdefault(key.rpartition(".")[0], []).append(text)
    states = {key: texts for key, texts in groups.items() if key.endswith(".state")}
    assert {key for key, texts in states.items() if len(set(texts)) < len(texts)} == set()


@pytest.mark.parametrize("language", ALL)
def test_all_sessions_can_be_told_apart_by_name(language: str) -> None:
    names = below(language, "selector.session_name.")
    assert len({name.casefold() for name in names.values()}) == len(builtin())


@pytest.mark.parametrize("language", ALL)
def test_a_session_has_one_name_whoever_shows_it(language: str) -> None:
    select = below(language, "entity.select.session.state.")
    names = below(language, "selector.session_name.options.")
    assert [*select.values()] == [*names.values()]
    assert [key.rpartition(".")[2] for key in select] == [key.rpartition(".")[2] for key in names]


@pytest.mark.parametrize("part", ["name", "description", "why"])
def test_the_words_of_a_built_in_session_are_those_of_its_file(part: str) -> None:
    assert TREES["en"]["selector"][f"session_{part}"]["options"] == {
        session: getattr(script, part) for session, script in builtin().items()
    }


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("de", ["45 Sekunden", "1 Minute", "2 Minuten", "2 einhalb Minuten"]),
        ("es", ["45 segundos", "1 minuto", "2 minutos", "2 minutos y medio"]),
        ("fr", ["45 secondes", "1 minute", "2 minutes", "2 minutes et demie"]),
        ("it", ["45 secondi", "1 minuto", "2 minuti", "2 minuti e mezzo"]),
        ("nl", ["45 seconden", "1 minuut", "2 minuten", "2 en een halve minuut"]),
    ],
)
def test_how_long_something_takes_is_said_in_words(language: str, words: list[str]) -> None:
    forms = TREES[language]["selector"]["length"]["options"]
    assert [length_text(forms, seconds) for seconds in (45, 60, 120, 150)] == words


@pytest.mark.parametrize("language", ALL)
def test_no_two_entities_have_one_name(language: str) -> None:
    texts = json.loads((FOLDER / f"{language}.json").read_text(encoding="utf-8"))
    names = [
        described["name"]
        for platform in texts["entity"].values()
        for described in platform.values()
    ]
    assert sorted(names) == sorted(set(names))
