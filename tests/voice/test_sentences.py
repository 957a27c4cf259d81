"""Everything that can be said, in all languages, through Assist: what it does and is answered.

The sentences are in tests/sentences, a file a language.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
import re
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.helpers.translation import async_get_translations
import pytest
import yaml

from custom_components.descent.const import DOMAIN
from tests import household as home, imports
from tests.voice.room import Room, furnish

LANGUAGES = sorted(path.stem for path in (imports.DESCENT / "sentences").iterdir())
FOLDER = Path(__file__).parent / "sentences"
SPOKEN: dict[str, Any] = {
    code: yaml.safe_load((FOLDER / f"{code}.yaml").read_text("utf-8")) for code in LANGUAGES
}
ENGLISH = {"descending_sprints": "Descending sprints", "descent_walk": "First descents (walk)"}
SESSIONS = {
    "{sprint": "descending_sprints",
    "{walk": "descent_walk",
    "{own": "loop",
    "{primer": "grade_primer",
}
MINIMUM = 40


@pytest.fixture(name="room", params=LANGUAGES)
async def room_fixture(
    request: pytest.FixtureRequest, hass: HomeAssistant, tmp_path: Path
) -> AsyncIterator[Room]:
    """Furnish a room in which each of the languages is spoken."""
    room = await furnish(hass, tmp_path)
    room.language = request.param
    yield room
    await hass.config_entries.async_unload(room.treadmill.entry_id)


@pytest.fixture(name="patient_room", params=LANGUAGES)
async def patient_room_fixture(
    request: pytest.FixtureRequest, hass: HomeAssistant, tmp_path: Path
) -> AsyncIterator[Room]:
    """Furnish a room in which an armed session waits its two minutes for real."""
    room = await furnish(hass, tmp_path, 1)
    room.language = request.param
    yield room
    await hass.config_entries.async_unload(room.treadmill.entry_id)


async def names(room: Room) -> dict[str, str]:
    """Return what the sessions are called in the language of the room."""
    texts = await async_get_translations(room.hass, room.language, "selector", {DOMAIN})
    prefix = f"component.{DOMAIN}.selector.session_name.options."
    sprints, walk = (texts.get(prefix + session, name) for session, name in ENGLISH.items())
    return {
        "sprints": sprints,
        "sprint": re.sub(r"(?<=\w\w\w)s\b", "", sprints),
        "walk": re.sub(r" *\(.*\)", "", walk),
        "own": "sunrise loop",
        "primer": "Grade-primer",
    }


def session_in(template: str) -> str:
    """Return the session that a sentence starts."""
    found = [session for slot, session in SESSIONS.items() if slot in template]
    return found[0]


def runner_in(template: str) -> str:
    """Return the runner a sentence names, or else the selected one."""
    return "Ben" if "Ben" in template else "Ada"


async def adjusted(room: Room, intent: str, axis: str) -> list[tuple[str, list[Any], str]]:
    """Say all sentences of an intent; return what each asked of the engine and was answered."""
    said = []
    for sentence in SPOKEN[room.language][intent]:
        answer = await room.say(sentence)
        said.append((sentence, [wish.get(axis) for wish in room.asked], answer))
    return said


def expected(
    said: list[tuple[str, list[Any], str]], values: list[float], room: Room
) -> list[tuple[str, list[float], str]]:
    """Write what should have come of it: one wish each, and its number in the answer."""
    point = "." if room.language == "en" else ","
    return [
        (sentence, [value], answer)
        for (sentence, _, answer), value in zip(said, values, strict=True)
        if value == 0 or f"{abs(value):g}".replace(".", point) in re.findall(r"\d+[.,]?\d*", answer)
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_there_are_enough_sentences_to_say(language: str) -> None:
    spoken = dict(SPOKEN[language])
    refused = spoken.pop("refused")
    assert sum(map(len, spoken.values())) + sum(map(len, refused.values())) >= MINIMUM


async def test_sessions_are_armed_paused_resumed_and_stopped(patient_room: Room) -> None:
    room = patient_room
    called = await names(room)
    said = {}
    for template in SPOKEN[room.language]["start"]:
        await home.act(room.hass, "stop")
        await room.choose_runner("Ada")
        answer = await room.say(template.format(**called))
        plan = room.treadmill.runtime_data.data.plan
        said[template] = (plan and plan.session, plan and plan.runner, room.state(), answer)
    assert said == {
        template: (session_in(template), runner_in(template), "armed", answer)
        for template, (*_, answer) in said.items()
        if "120" in answer and runner_in(template) in answer
    }
    for intent, first, state, number in (
        ("pause", "reload", "paused", "121"),
        ("resume", "pause", "armed", "120"),
        ("stop", "pause", "finished", "Belt upstairs"),
    ):
        done = {}
        for sentence in SPOKEN[room.language][intent]:
            await room.arm()
            await home.act(room.hass, first)
            answer = await room.say(sentence)
            done[sentence] = ([wish["what"] for wish in room.asked], room.state(), answer)
        assert done == {
            sentence: ([intent], state, answer)
            for sentence, (*_, answer) in done.items()
            if number in answer
        }


async def test_a_session_under_way_is_adjusted_asked_about_and_skipped_through(
    room: Room,
) -> None:
    await room.arm()
    await room.run()
    await adjust(room)
    await refuse(room)
    await inquire(room)
    await skip(room)


async def adjust(room: Room) -> None:
    """Speed and slope follow the words."""
    for intent, axis, first, by in (
        ("steeper", "incline_pct", -1, -1),
        ("flatter", "incline_pct", None, 1),
        ("faster", "speed_kmh", 8.5, 0.5),
        ("slower", "speed_kmh", None, -0.5),
        ("decline", "incline_pct", -4, 0),
        ("incline", "incline_pct", -4, 0),
        ("speed", "speed_kmh", 8, 0),
    ):
        shown = room.treadmill.runtime_data.data
        now = {"incline_pct": shown.target_incline_pct, "speed_kmh": shown.target_speed_kmh}[axis]
        begin = now + by if first is None else first
        said = await adjusted(room, intent, axis)
        assert said == expected(said, [begin + by * i for i in range(len(said))], room)


async def refuse(room: Room) -> None:
    """A number that cannot be is kindly refused, with the range, and nothing is asked for."""
    decimal = "." if room.language == "en" else ","
    ranges = {"decline": ["0", "6"], "incline": ["6", "15"], "speed": [f"0{decimal}8"]}
    for intent, numbers in ranges.items():
        for sentence in SPOKEN[room.language]["refused"][intent]:
            answer = await room.say(sentence)
            found = re.findall(r"\d+[.,]?\d*", answer)
            assert (sentence, room.asked, found[: len(numbers)]) == (sentence, [], numbers)


async def inquire(room: Room) -> None:
    """Questions are answered with numbers, and ask nothing of the treadmill."""
    spoken = SPOKEN[room.language]
    answers = {
        question: (await room.say(question), list(room.asked))
        for question in (*spoken["left"], *spoken["next"], *spoken["down"])
    }
    assert answers == {
        question: (answer, [])
        for question, (answer, _) in answers.items()
        if re.search(r"\d", answer)
    }


async def skip(room: Room) -> None:
    """Each sentence skips one step."""
    skipped = {}
    for sentence in SPOKEN[room.language]["skip"]:
        before = room.treadmill.runtime_data.data.step.index
        answer = await room.say(sentence)
        skipped[sentence] = (room.treadmill.runtime_data.data.step.index - before, answer)
    assert skipped == {
        sentence: (1, answer) for sentence, (_, answer) in skipped.items() if "8 km/" in answer
    }
