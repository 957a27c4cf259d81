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
from tests import flow_entries, imports
from tests.voice.speaking import VoiceRig, set_up_rig

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


@pytest.fixture(name="rig", params=LANGUAGES)
async def rig_fixture(
    request: pytest.FixtureRequest, hass: HomeAssistant, tmp_path: Path
) -> AsyncIterator[VoiceRig]:
    """Set up Assist, spoken to in each of the languages."""
    rig = await set_up_rig(hass, tmp_path)
    rig.language = request.param
    yield rig
    await hass.config_entries.async_unload(rig.treadmill.entry_id)


@pytest.fixture(name="patient_rig", params=LANGUAGES)
async def patient_rig_fixture(
    request: pytest.FixtureRequest, hass: HomeAssistant, tmp_path: Path
) -> AsyncIterator[VoiceRig]:
    """Set up Assist, with a treadmill at which an armed session waits for half a minute.

    Not for two minutes: only a clock faster than the event loop's waits for a busy computer, and
    contact with the machine would be lost.
    """
    rig = await set_up_rig(hass, tmp_path, 5)
    rig.language = request.param
    yield rig
    await hass.config_entries.async_unload(rig.treadmill.entry_id)


async def names(rig: VoiceRig) -> dict[str, str]:
    """Return what the sessions are called in the language that is spoken."""
    texts = await async_get_translations(rig.hass, rig.language, "selector", {DOMAIN})
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


async def adjusted(rig: VoiceRig, intent: str, axis: str) -> list[tuple[str, list[Any], str]]:
    """Say all sentences of an intent; return what each asked of the engine and was answered."""
    said = []
    for sentence in SPOKEN[rig.language][intent]:
        answer = await rig.say(sentence)
        said.append((sentence, [wish.get(axis) for wish in rig.asked], answer))
    return said


def expected(
    said: list[tuple[str, list[Any], str]], values: list[float], rig: VoiceRig
) -> list[tuple[str, list[float], str]]:
    """Write what should have come of it: one wish each, and its number in the answer."""
    point = "." if rig.language == "en" else ","
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


async def test_sessions_are_armed_paused_resumed_and_stopped(patient_rig: VoiceRig) -> None:
    rig = patient_rig
    called = await names(rig)
    said = {}
    for template in SPOKEN[rig.language]["start"]:
        await flow_entries.act(rig.hass, "stop")
        await rig.choose_runner("Ada")
        answer = await rig.say(template.format(**called))
        plan = rig.treadmill.runtime_data.data.plan
        said[template] = (plan and plan.session, plan and plan.runner, rig.state(), answer)
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
        for sentence in SPOKEN[rig.language][intent]:
            await rig.arm()
            await flow_entries.act(rig.hass, first)
            answer = await rig.say(sentence)
            done[sentence] = ([wish["what"] for wish in rig.asked], rig.state(), answer)
        assert done == {
            sentence: ([intent], state, answer)
            for sentence, (*_, answer) in done.items()
            if number in answer
        }


async def test_a_session_under_way_is_adjusted_asked_about_and_skipped_through(
    rig: VoiceRig,
) -> None:
    await rig.arm()
    await rig.run()
    await adjust(rig)
    await refuse(rig)
    await inquire(rig)
    await skip(rig)


async def adjust(rig: VoiceRig) -> None:
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
        shown = rig.treadmill.runtime_data.data
        now = {"incline_pct": shown.target_incline_pct, "speed_kmh": shown.target_speed_kmh}[axis]
        begin = now + by if first is None else first
        said = await adjusted(rig, intent, axis)
        assert said == expected(said, [begin + by * i for i in range(len(said))], rig)


async def refuse(rig: VoiceRig) -> None:
    """A number that cannot be is kindly refused, with the range, and nothing is asked for."""
    decimal = "." if rig.language == "en" else ","
    ranges = {"decline": ["0", "6"], "incline": ["6", "15"], "speed": [f"0{decimal}8"]}
    for intent, numbers in ranges.items():
        for sentence in SPOKEN[rig.language]["refused"][intent]:
            answer = await rig.say(sentence)
            found = re.findall(r"\d+[.,]?\d*", answer)
            assert (sentence, rig.asked, found[: len(numbers)]) == (sentence, [], numbers)


async def inquire(rig: VoiceRig) -> None:
    """Questions are answered with numbers, and ask nothing of the treadmill."""
    spoken = SPOKEN[rig.language]
    answers = {
        question: (await rig.say(question), list(rig.asked))
        for question in (*spoken["left"], *spoken["next"], *spoken["down"])
    }
    assert answers == {
        question: (answer, [])
        for question, (answer, _) in answers.items()
        if re.search(r"\d", answer)
    }


async def skip(rig: VoiceRig) -> None:
    """Each sentence skips one step."""
    skipped = {}
    for sentence in SPOKEN[rig.language]["skip"]:
        before = rig.treadmill.runtime_data.data.step.index
        answer = await rig.say(sentence)
        skipped[sentence] = (rig.treadmill.runtime_data.data.step.index - before, answer)
    assert skipped == {
        sentence: (1, answer) for sentence, (_, answer) in skipped.items() if "8 km/" in answer
    }
