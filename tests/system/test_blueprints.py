"""Every blueprint, and the built-in announcements, in a real Home Assistant with other devices.

The sessions are run once (blueprint_session.py); the tests look at what happened.
"""

from __future__ import annotations

import asyncio
from itertools import groupby, pairwise
from pathlib import Path
import subprocess
from typing import Any

import pytest
import pytest_socket

from demo.client import Json
from tests.system import blueprint_session
from tests.system.blueprint_session import BlueprintSession
from tests.system.stand_in_devices.const import VOLUME

ROOT = Path(__file__).parents[2]

pytestmark = [pytest.mark.system, pytest.mark.timeout(600)]

# What the lights' blueprint has by default, as hue and saturation.
EASY, DESCENT, RECOVERY = (31.1, 33.3), (14.1, 100.0), (218.8, 100.0)
COUNTDOWN, OFF_BELT, FOUND = (0.0, 100.0), (120.0, 52.9), (40.0, 30.0)
READY = (
    "Brief is ready. Clip on the safety key, and press Start on the treadmill when you are ready."
)


@pytest.fixture(name="session", scope="module")
def session_fixture(tmp_path_factory: pytest.TempPathFactory) -> BlueprintSession:
    """Run the sessions; the environment is made where there is none yet."""
    subprocess.run([ROOT / "scripts" / "setup", "demo"], check=True)
    pytest_socket.enable_socket()
    return asyncio.run(
        blueprint_session.async_blueprint_session(tmp_path_factory.mktemp("blueprints"))
    )


def became(
    session: BlueprintSession, key: str, what: str, since: str, to: str | None = None
) -> list[Any]:
    """Return the values that an attribute took, each once in a row."""
    values = [change.attributes.get(what) for change in session.changes(key, since, to)]
    return [value for value, _ in groupby(values)]


def states(session: BlueprintSession, key: str, since: str, to: str | None = None) -> list[str]:
    """Return the states that an entity took, each once in a row."""
    return [state for state, _ in groupby(c.state for c in session.changes(key, since, to))]


def texts(heard: list[Json]) -> list[str]:
    """Return the sentences among what was heard."""
    return [data["text"] for data in heard if data["text"]]


def test_the_sessions_ended_as_they_were_meant_to(session: BlueprintSession) -> None:
    assert states(session, "sensor.session_state", "tag", "descending_sprints") == [
        *("armed", "running", "waiting", "finished"),
        *("armed", "running", "finished"),
    ]
    ends = [c.attributes["reason"] for c in session.changes("sensor.session_state", "tag", "end")]
    assert [reason for reason in ends if reason] == ["completed", *["stopped"] * 3]


def test_the_log_has_no_complaint_of_ours(session: BlueprintSession) -> None:
    assert session.complaints == []


def test_no_template_of_a_blueprint_is_at_a_loss(session: BlueprintSession) -> None:
    assert "emplate variable" not in session.log
    assert "rror rendering" not in session.log


# ---- blueprints of automations


def test_a_tag_arms_and_moves_nothing(session: BlueprintSession) -> None:
    assert states(session, "sensor.session_state", "tag", "start") == ["armed"]
    assert session.changes("sensor.speed", "tag", "start") == []
    assert session.changes("binary_sensor.belt_moving", "tag", "start") == []


def test_fans_follow_the_phases_and_go_off(session: BlueprintSession) -> None:
    levels = became(session, blueprint_session.ROOM_FAN, "percentage", "start", "sentence")
    assert levels == [20, 88, 50, 88, 50, 40, 20]
    assert states(session, blueprint_session.ROOM_FAN, "start", "sentence") == ["on", "off"]


def test_lights_follow_the_phases_blink_and_are_what_they_were(session: BlueprintSession) -> None:
    found = became(session, blueprint_session.WALL_LIGHT, "hs_color", "start", "sentence")
    colours = [tuple(colour) for colour in found]
    phases = [colour for colour in colours if colour != COUNTDOWN]
    assert [phase for phase, _ in groupby(phases)] == [
        *(EASY, DESCENT, RECOVERY, DESCENT, RECOVERY, EASY, OFF_BELT, FOUND)
    ]
    assert colours.count(COUNTDOWN) == 2
    assert [now for now, then in pairwise(colours) if then == RECOVERY] == [DESCENT] * 2
    changes = session.changes(blueprint_session.WALL_LIGHT, "start", "sentence")
    assert changes[-1].attributes["brightness"] == 50


def test_lights_are_bright_and_dim_in_turn_at_the_countdown(session: BlueprintSession) -> None:
    changes = session.changes(blueprint_session.WALL_LIGHT, "start", "sentence")
    red = [c for c in changes if tuple(c.attributes["hs_color"]) == COUNTDOWN]
    assert {c.attributes["brightness"] for c in red} == {255, 51}


def test_announcements_are_heard_in_their_order_and_the_rest_is_read(
    session: BlueprintSession,
) -> None:
    assert texts(session.heard(blueprint_session.HALL, "tag", "sentence")) == [
        READY,
        "Brief, 3 minutes.",
        "Next: descent 1 of 2, minus 4 percent, 10.",
        "Go.",
        "Easy, 40 seconds. 1 to go.",
        "Next: descent 2 of 2, minus 4 percent, 10. Deck is moving down now.",
        "Go.",
        "Easy, 40 seconds. That was the last one.",
        "Next: cool down.",
        "Next: off the belt. It stops soon.",
        "Done. 9 metres down, 339 metres in all.",
    ]
    assert session.read("tag", "sentence") == [READY, "Done. 9 metres down, 339 metres in all."]


def test_the_volume_is_raised_for_each_session_and_restored(session: BlueprintSession) -> None:
    assert became(session, blueprint_session.HALL, "volume_level", "tag", "sentence") == [
        0.6,
        VOLUME,
    ]
    assert became(session, blueprint_session.HALL, "volume_level", "sentence") == [0.6, VOLUME]


def test_music_and_its_volume_change_with_the_phase_and_are_restored(
    session: BlueprintSession,
) -> None:
    played = became(session, blueprint_session.STEREO, "media_content_id", "start", "sentence")
    assert played == ["easy", "fast", "slow", "fast", "slow"]
    levels = became(session, blueprint_session.STEREO, "volume_level", "start", "sentence")
    assert levels == [VOLUME, 0.3, 0.5, 0.35, 0.5, 0.35, 0.3, VOLUME]
    assert states(session, blueprint_session.STEREO, "start", "sentence") == ["playing", "paused"]


def test_the_room_is_made_ready_on_arming_and_is_what_it_was(session: BlueprintSession) -> None:
    assert states(session, blueprint_session.CEILING_FAN, "tag", "start") == ["on"]
    assert became(session, blueprint_session.CEILING_LIGHT, "brightness", "tag", "start") == [204]
    assert became(session, blueprint_session.HEATING, "temperature", "tag", "start") == [18]
    assert states(session, blueprint_session.CEILING_FAN, "start", "sentence") == ["off"]
    assert became(session, blueprint_session.CEILING_LIGHT, "brightness", "start", "sentence") == [
        60
    ]
    assert became(session, blueprint_session.HEATING, "temperature", "start", "sentence") == [21]


def test_a_sentence_of_ones_own_is_answered(session: BlueprintSession) -> None:
    answer = session.answers[0]["response"]
    assert answer["response_type"] == "action_done"
    assert answer["speech"]["plain"]["speech"] == (
        "Ready. Clip on the safety key, and press Start on the treadmill."
    )


def test_an_open_door_stops_at_once_and_then_tells_of_it(session: BlueprintSession) -> None:
    (opened,) = session.changes(blueprint_session.DOOR, "door", "descending_sprints")
    (stopped,) = session.changes("sensor.session_state", "door", "descending_sprints")
    assert (stopped.state, stopped.attributes["reason"]) == ("finished", "stopped")
    assert stopped.at - opened.at < 1
    assert session.changes("sensor.speed", "door", "descending_sprints")[-1].state == "0.0"
    told = session.read("door", "descending_sprints")
    assert "The treadmill was stopped by Home Assistant. Is everything all right?" in told
    assert states(session, blueprint_session.ROOM_FAN, "door", "descending_sprints")[-1] == "off"


# ---- blueprints of scripts


def test_sprints_are_armed_with_the_fields_of_the_script(session: BlueprintSession) -> None:
    plan = session.plans["descending_sprints"]
    assert (plan["session"], plan["runner"], plan["reps"]) == ("descending_sprints", "Alex", 4)
    assert blueprint_session.SPRINTS.items() <= plan["parameters"].items()


def test_any_session_is_armed_with_the_fields_of_the_script(session: BlueprintSession) -> None:
    plan = session.plans["any_session"]
    assert (plan["session"], plan["runner"], plan["reps"]) == ("gentle_descents", "Alex", 4)


def test_scripts_do_what_is_wanted_before_and_after(session: BlueprintSession) -> None:
    assert len(session.watch.fired("before_it")) == 2
    assert session.watch.fired("after_it") == [{"reason": "stopped"}] * 2


# ---- built-in announcements


def test_the_speaker_of_the_options_says_it_by_its_voice(session: BlueprintSession) -> None:
    said = " ".join(texts(session.heard(blueprint_session.BUILT_IN, "tag", "sentence")))
    assert said.startswith(f"{READY} Brief, 3 minutes.")
    assert "Next: descent 1 of 2, minus 4 percent, 10." in said
    assert "Easy, 40 seconds. That was the last one." in said
    assert said.endswith("Done. 9 metres down, 339 metres in all.")
    assert (
        "Stopping. Hold the rails." in texts(session.heard(blueprint_session.BUILT_IN, "door"))[0]
    )


def test_its_countdown_is_a_sound_that_speakers_can_fetch(session: BlueprintSession) -> None:
    sounds = [
        data
        for data in session.heard(blueprint_session.BUILT_IN, "tag", "sentence")
        if not data["text"]
    ]
    assert len(sounds) == 2
    assert all("/api/descent/tone/countdown_" in data["url"] for data in sounds)
    assert {data["content_type"] for data in sounds} == {"audio/wav"}
    assert all(data["seconds"] > 1 for data in sounds)
