"""What people say in their own words: which request it is, with which number, and whose it is not.

The sentences are in ``natural/``, a file a language: by what they ask for, with the value that was
said. They are nobody's templates: the words in them are heard, in whatever order.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from custom_components.descent.voice.hearing import Heard, Hearing, session_names
from custom_components.descent.voice.language import load_languages
from custom_components.descent.voice.vocabulary import Names
from tests import imports

LANGUAGES = load_languages()
FOLDER = Path(__file__).parent
NATURAL: dict[str, Any] = {
    code: yaml.safe_load((FOLDER / "natural" / f"{code}.yaml").read_text("utf-8"))
    for code in LANGUAGES
}
STOPS: dict[str, Any] = {
    code: yaml.safe_load((FOLDER / "stop_phrases" / f"{code}.yaml").read_text("utf-8"))
    for code in LANGUAGES
}
INTENTS = {
    "set_speed": {"speed"},
    "change_speed": {"faster", "slower"},
    "set_incline": {"incline", "decline"},
    "change_incline": {"steeper", "flatter", "downhill", "uphill"},
    "start_session": {"start"},
    "pause": {"pause"},
    "resume": {"resume"},
    "skip": {"skip"},
    "status": {"status", "left", "next"},
    "ask_speed": {"speed_now"},
    "ask_incline": {"slope_now"},
    "ask_running": {"moving"},
    "ask_sessions": {"sessions"},
    "ask_descent": {"down"},
}
LESS = {"slower", "flatter", "decline"}  # intents whose number is said without its sign


def names(code: str) -> Names:
    """Return the included sessions in a language, two runners and a treadmill."""
    text = (imports.DESCENT / "translations" / f"{code}.json").read_text("utf-8")
    shown = json.loads(text)["selector"]["session_name"]["options"]
    return Names(
        session=session_names(shown, LANGUAGES[code]),
        runner=[("Anna", "anna"), ("Ben", "ben")],
        treadmill=[("Belt upstairs", "belt")],
    )


@pytest.fixture(name="hearing", scope="module")
def hearing_fixture() -> Hearing:
    """Hear in all languages."""
    hearing = Hearing(LANGUAGES)
    hearing.learn({code: names(code) for code in LANGUAGES})
    return hearing


def told(kind: str, heard: Heard | None) -> Any:
    """Write what was heard as the files write it: a session, a number, or none."""
    if heard is None or heard.intent not in INTENTS[kind]:
        return heard
    if kind == "start_session":
        return "".join(heard.session)
    if heard.number is None:
        return None
    value = heard.number.value * (-1 if heard.intent in LESS else 1) + 0.0
    return f"{value:g} mph" if heard.number.unit == "mph" else value


@pytest.mark.parametrize("code", LANGUAGES)
@pytest.mark.parametrize("kind", INTENTS)
def test_natural_sentences_are_heard(hearing: Hearing, code: str, kind: str) -> None:
    said = NATURAL[code][kind]
    heard = {each: told(kind, hearing.hear(each, code, under_way=True)) for each in said}
    assert heard == said


@pytest.mark.parametrize("under_way", [False, True])
@pytest.mark.parametrize("code", LANGUAGES)
def test_what_belongs_to_others_is_never_heard(
    hearing: Hearing, code: str, under_way: bool
) -> None:
    others = [*NATURAL[code]["others"], *STOPS[code]["others"]]
    assert [each for each in others if hearing.hear(each, code, under_way=under_way)] == []


@pytest.mark.parametrize("code", LANGUAGES)
def test_r4_without_a_session_no_stop_is_taken_for_another_request(
    hearing: Hearing, code: str
) -> None:
    said = STOPS[code]["stop"]
    assert [each for each in said if hearing.hear(each, code, under_way=False)] == []


@pytest.mark.parametrize("said", ["pause", "faster", "set the speed to 8", "how fast am I", "skip"])
def test_without_a_session_what_names_nothing_of_descent_is_left_to_others(
    hearing: Hearing, said: str
) -> None:
    assert hearing.hear(said, "en", under_way=False) is None
    assert hearing.hear(said, "en", under_way=True) is not None


@pytest.mark.parametrize(
    ("said", "intent"),
    [
        ("set the incline to 4 percent", "incline"),
        ("decline minus four", "decline"),
        ("pause the tread mill", "pause"),
        ("is the treadmill running", "moving"),
        ("what sessions are there", "sessions"),
        ("make Belt upstairs faster", "faster"),
    ],
)
def test_without_a_session_the_treadmill_a_slope_or_sessions_are_named(
    hearing: Hearing, said: str, intent: str
) -> None:
    heard = hearing.hear(said, "en", under_way=False)
    assert heard is not None
    assert heard.intent == intent


@pytest.mark.parametrize(
    ("said", "session"),
    [
        ("start decending sprints", "descending_sprints"),
        ("start descnding sprints", "descending_sprints"),
        ("gentle decents", "gentle_descents"),
        ("starte Bergabsprintz", "descending_sprints"),
        ("lance les repetision longues", "long_reps"),
    ],
)
def test_a_slip_of_speech_recognition_is_forgiven_in_a_name(
    hearing: Hearing, said: str, session: str
) -> None:
    heard = hearing.hear(said, "en", under_way=False)
    assert heard is not None
    assert heard.session == {session}


def test_a_word_that_names_something_else_in_this_home_is_no_slip(hearing: Hearing) -> None:
    said = "start decending sprints"
    heard = hearing.hear(
        said, "en", under_way=True, is_others=lambda word: word.startswith("decend")
    )
    assert heard is None


def test_a_question_about_a_change_changes_nothing(hearing: Hearing) -> None:
    assert hearing.hear("is it faster", "en", under_way=True) is None


def test_a_level_is_heard_with_a_session(hearing: Hearing) -> None:
    heard = hearing.hear("start the length ladder, intermediate", "en", under_way=False)
    assert heard is not None
    assert (heard.session, heard.level) == ({"length_ladder"}, "intermediate")


def test_what_is_as_long_as_a_story_is_not_listened_to(hearing: Hearing) -> None:
    assert hearing.hear("please " * 70 + "faster", "en", under_way=True) is None
    assert hearing.hear("a " * 90 + "faster", "en", under_way=True) is None


def test_more_downhill_and_more_uphill_are_directions(hearing: Hearing) -> None:
    said = ("two percent more downhill", "one percent more uphill", "less uphill")
    heard = [hearing.hear(each, "en", under_way=True) for each in said]
    assert [(each.intent, each.number and each.number.value) for each in heard if each] == [
        ("downhill", 2),
        ("uphill", 1),
        ("flatter", None),
    ]
