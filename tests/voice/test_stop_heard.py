"""Stop through Assist: heard while a session is under way or a belt moves, and never else."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from homeassistant.components.conversation import (
    AssistantContent,
    ConversationInput,
    UserContent,
    async_get_chat_log,
    async_handle_sentence_triggers,
)
from homeassistant.components.conversation.agent_manager import (
    async_get_agent,
    get_agent_manager,
)
from homeassistant.components.homeassistant.exposed_entities import async_expose_entity
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import Context, HomeAssistant
from homeassistant.helpers import (
    area_registry as ar,
    chat_session,
    device_registry as dr,
    entity_registry as er,
    floor_registry as fr,
)
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
import yaml

from custom_components.descent.voice.language import load_languages
from custom_components.descent.voice.stop_hearing import StopHearing
from custom_components.descent.voice.stop_rule import StopRule
from tests import flow_entries
from tests.mock_entries import set_up, treadmill_entry
from tests.voice.speaking import LOOP, VoiceRig, is_taken, set_up_rig

LANGUAGES = sorted(load_languages())
FOLDER = Path(__file__).parent / "stop_phrases"
PHRASES: dict[str, Any] = {
    code: yaml.safe_load((FOLDER / f"{code}.yaml").read_text("utf-8")) for code in LANGUAGES
}
HEARD = 0.95
ANSWERS = {
    "en": "Stopping Belt upstairs.",
    "de": "Ich stoppe Belt upstairs.",
    "fr": "Arr\u00eat de Belt upstairs.",
    "es": "Deteniendo Belt upstairs.",
    "it": "Sto fermando Belt upstairs.",
    "nl": "Ik stop Belt upstairs.",
}
# What the templates have always understood: these say the treadmill.
NAMING = {
    "en": ["treadmill"],
    "de": ["laufband"],
    "fr": ["tapis"],
    "es": ["cinta"],
    "it": ["tapis"],
    "nl": ["loopband"],
}


@pytest.fixture(name="rig")
async def rig_fixture(hass: HomeAssistant, tmp_path: Path) -> AsyncIterator[VoiceRig]:
    """Set up Assist, runners and a treadmill."""
    rig = await set_up_rig(hass, tmp_path)
    yield rig
    await hass.config_entries.async_unload(rig.treadmill.entry_id)


@pytest.fixture(name="second")
async def second_fixture(hass: HomeAssistant, rig: VoiceRig) -> AsyncIterator[MockConfigEntry]:
    """Add another treadmill."""
    entry = await set_up(hass, treadmill_entry(title="Second", time_scale=60))
    await flow_entries.until_state(hass, entry, "sensor", "speed", "0.0")
    yield entry
    await hass.config_entries.async_unload(entry.entry_id)


async def taken(hass: HomeAssistant, sentences: list[str]) -> list[str]:
    """Return the sentences that Assist would hand to Descent."""
    return [sentence for sentence in sentences if await is_taken(hass, sentence)]


async def move(rig: VoiceRig, entry: MockConfigEntry) -> None:
    """Start a belt at its console, without a session."""
    await flow_entries.press(rig.hass, entry, "console_start")
    await flow_entries.until_state(rig.hass, entry, "binary_sensor", "belt_moving", "on")


def wishes(rig: VoiceRig) -> list[Any]:
    """Return what was asked of the first treadmill by the last sentence."""
    return [wish["what"] for wish in rig.asked]


# ---- when


@pytest.mark.parametrize("code", LANGUAGES)
async def test_r4_while_a_session_is_under_way_any_stop_is_heard_and_nothing_of_others(
    rig: VoiceRig, code: str
) -> None:
    await rig.arm()
    said = PHRASES[code]["stop"]
    assert len(await taken(rig.hass, said)) >= HEARD * len(said)
    assert await taken(rig.hass, PHRASES[code]["others"]) == []


@pytest.mark.parametrize("code", LANGUAGES)
async def test_without_a_session_and_with_a_belt_at_rest_none_is_taken_that_does_not_name_it(
    rig: VoiceRig, code: str
) -> None:
    heard = await taken(rig.hass, PHRASES[code]["stop"])
    assert [
        sentence for sentence in heard if not any(n in sentence.casefold() for n in NAMING[code])
    ] == []
    assert await taken(rig.hass, PHRASES[code]["others"]) == []


SAID = {
    "en": ["stop immediately", "emergency stop", "I want to stop", "turn off the treadmill"],
    "de": ["stopp sofort", "halt an", "h\u00f6r auf", "Notaus", "Laufband aus"],
    "fr": ["arr\u00eate tout de suite", "arr\u00eate la bande", "je veux arr\u00eater"],
    "es": ["para ya", "para ahora mismo", "p\u00e1rate", "apaga la cinta"],
    "it": ["ferma tutto", "fermati subito", "basta cos\u00ec"],
    "nl": ["stop meteen", "stop maar", "hou op", "zet de loopband uit"],
}


@pytest.mark.parametrize("code", LANGUAGES)
async def test_r4_stop_stops_and_is_answered(rig: VoiceRig, code: str) -> None:
    rig.language = code
    done = {}
    for said in SAID[code]:
        await rig.arm()
        answer = await rig.say(said)
        done[said] = (answer, wishes(rig), rig.state())
    assert done == dict.fromkeys(SAID[code], (ANSWERS[code], ["stop"], "finished"))


async def test_r4_a_belt_that_moves_without_a_session_is_stopped(rig: VoiceRig) -> None:
    await move(rig, rig.treadmill)
    assert await rig.say("oh god stop") == ANSWERS["en"]
    assert wishes(rig) == ["stop"]
    await flow_entries.until_state(rig.hass, rig.treadmill, "binary_sensor", "belt_moving", "off")
    assert not await is_taken(rig.hass, "oh god stop")


async def test_r4_stop_in_another_language_than_that_of_assist_is_heard_and_answered_in_it(
    rig: VoiceRig,
) -> None:
    await rig.arm()
    assert await rig.say("h\u00f6r sofort auf") == ANSWERS["de"]
    await rig.arm()
    rig.language = "fr-CA"
    assert await rig.say("stop immediately") == ANSWERS["fr"]


async def test_a_sentence_in_which_other_words_of_descent_stand_too_is_a_stop(
    rig: VoiceRig,
) -> None:
    await rig.arm()
    await rig.say("skip this and stop")
    assert wishes(rig) == ["stop"]


async def test_a_session_with_a_stop_word_in_its_name_can_be_started(
    hass: HomeAssistant, tmp_path: Path
) -> None:
    rig = await set_up_rig(hass, tmp_path, go=LOOP.replace("Sunrise loop", "Stop and go"))
    await move(rig, rig.treadmill)
    assert (await rig.say("start stop and go")).startswith("Stop and go for Ada")
    await hass.config_entries.async_unload(rig.treadmill.entry_id)


# ---- which treadmill


async def test_r4_of_two_treadmills_the_one_that_moves_is_stopped(
    rig: VoiceRig, second: MockConfigEntry
) -> None:
    await move(rig, second)
    assert await rig.say("please stop right now") == "Stopping Second."


async def test_r4_all_that_move_or_run_a_session_are_stopped(
    rig: VoiceRig, second: MockConfigEntry
) -> None:
    await rig.arm()
    await move(rig, second)
    assert await rig.say("make it stop") == "Stopping Belt upstairs and Second."


async def test_r4_of_two_under_way_only_the_named_one_is_stopped(
    rig: VoiceRig, second: MockConfigEntry
) -> None:
    await rig.arm()
    await move(rig, second)
    assert await rig.say("I want to stop Second") == "Stopping Second."


async def test_r4_a_named_treadmill_that_stands_is_not_all_that_is_stopped(
    rig: VoiceRig, second: MockConfigEntry
) -> None:
    await rig.arm()
    assert await rig.say("stop Second please") == "Stopping Second and Belt upstairs."
    assert wishes(rig) == ["stop"]


# ---- what has a name in the home


def other_entity(hass: HomeAssistant, name: str, **told: Any) -> er.RegistryEntry:
    """Add a switch of somebody else."""
    entity = er.async_get(hass).async_get_or_create(
        "switch", "other", name, original_name=name, **told
    )
    hass.states.async_set(entity.entity_id, "on", {"friendly_name": name})
    return entity


async def test_what_is_exposed_to_assist_is_not_stopped(rig: VoiceRig) -> None:
    await rig.arm()
    assert await is_taken(rig.hass, "stop zora now")
    entity = other_entity(rig.hass, "Zora")
    assert not await is_taken(rig.hass, "stop zora now")
    async_expose_entity(rig.hass, "conversation", entity.entity_id, should_expose=False)
    assert await is_taken(rig.hass, "stop zora now")


async def test_aliases_devices_areas_and_floors_count_too_as_soon_as_they_are_there(
    rig: VoiceRig,
) -> None:
    await rig.arm()
    said = ["stop quux now", "stop frotz now", "stop in plugh", "stop in plover"]
    assert await taken(rig.hass, said) == said
    owner = MockConfigEntry(domain="other")
    owner.add_to_hass(rig.hass)
    device = dr.async_get(rig.hass).async_get_or_create(
        config_entry_id=owner.entry_id, identifiers={("other", "x")}, name="Frotz"
    )
    entity = other_entity(rig.hass, "Zora", device_id=device.id, config_entry=owner)
    er.async_get(rig.hass).async_update_entity(entity.entity_id, aliases=["Quux"])
    ar.async_get(rig.hass).async_create("Plugh")
    fr.async_get(rig.hass).async_create("Plover")
    assert await taken(rig.hass, said) == []


async def test_a_state_without_an_entry_counts_too(rig: VoiceRig) -> None:
    await rig.arm()
    assert await is_taken(rig.hass, "stop zora now")
    rig.hass.states.async_set("light.zora", "on", {"friendly_name": "Zora"})
    assert not await is_taken(rig.hass, "stop zora now")


async def test_the_room_of_the_treadmill_and_its_own_entities_are_no_obstacle(
    rig: VoiceRig,
) -> None:
    await rig.arm()
    floors, areas = fr.async_get(rig.hass), ar.async_get(rig.hass)
    floor = floors.async_create("Plover")
    area = areas.async_create("Plugh", floor_id=floor.floor_id)
    device = flow_entries.device(rig.hass, rig.treadmill)
    dr.async_get(rig.hass).async_update_device(device.id, area_id=area.id)
    own = flow_entries.shown(rig.hass, rig.treadmill, "sensor", "session_state").entity_id
    er.async_get(rig.hass).async_update_entity(own, aliases=["Zora"])
    async_expose_entity(rig.hass, "conversation", own, should_expose=True)
    said = ["stop in plugh", "stop in plover", "stop zora now"]
    assert await taken(rig.hass, said) == said


async def test_r4_a_plug_that_is_called_treadmill_does_not_take_stop_away(rig: VoiceRig) -> None:
    await rig.arm()
    other_entity(rig.hass, "Treadmill")
    other_entity(rig.hass, "Emergency stop")
    assert await is_taken(rig.hass, "turn off the treadmill")
    assert await is_taken(rig.hass, "emergency stop")


# ---- Assist


async def test_r4_an_assistant_with_a_language_model_is_not_asked_first(rig: VoiceRig) -> None:
    await rig.arm()
    rig.asked.clear()
    said = ConversationInput(
        text="get me off this thing, stop",
        context=Context(),
        conversation_id=None,
        device_id=None,
        satellite_id=None,
        language="en",
        agent_id="conversation.model",
    )
    with (
        chat_session.async_get_chat_session(rig.hass) as session,
        async_get_chat_log(rig.hass, session) as log,
    ):
        log.async_add_user_content(UserContent(content=said.text))
        assert await async_handle_sentence_triggers(rig.hass, said, log) == ANSWERS["en"]
    assert wishes(rig) == ["stop"]


async def test_what_somebody_else_registered_for_the_sentence_is_done_too(rig: VoiceRig) -> None:
    heard: list[str] = []

    async def hear(said: ConversationInput, _: object) -> None:
        heard.append(said.text)

    get_agent_manager(rig.hass).register_trigger(["emergency stop"], hear)
    await rig.arm()
    assert await rig.say("emergency stop") == ANSWERS["en"]
    assert (heard, wishes(rig)) == (["emergency stop"], ["stop"])
    heard.clear()
    await rig.say("emergency stop")
    assert (heard, wishes(rig)) == (["emergency stop"], [])


async def test_a_slip_of_the_rule_does_not_silence_assist(
    rig: VoiceRig, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    await rig.arm()

    def slip(*_: object) -> None:
        raise ValueError

    monkeypatch.setattr(StopRule, "languages", slip)
    answer = await rig.say("turn on the vacuum")
    assert "vacuum" in answer
    assert "Unexpected error while listening for Stop" in caplog.text
    caplog.clear()


async def test_without_the_agent_that_is_asked_through_it_is_said(
    rig: VoiceRig, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(get_agent_manager(rig.hass), "default_agent", object())
    StopHearing(rig.hass, load_languages()).async_listen(lambda *_: False)
    assert "only short ones mean Stop" in caplog.text


@pytest.mark.parametrize(
    ("said", "wished"), [("oh no stop now", ["stop"]), ("stop the music", []), ("yes", [])]
)
async def test_r4_stop_is_heard_by_the_way_by_an_agent_that_answers_without_asking_others(
    rig: VoiceRig, said: str, wished: list[str]
) -> None:
    await rig.arm()
    rig.asked.clear()
    with (
        chat_session.async_get_chat_session(rig.hass) as session,
        async_get_chat_log(rig.hass, session) as log,
    ):
        log.async_add_user_content(UserContent(content=said))
        log.async_add_assistant_content_without_tools(
            AssistantContent(agent_id="conversation.model", content="Stop!")
        )
        await rig.hass.async_block_till_done()
    assert wishes(rig) == wished


async def test_r4_the_short_words_remain_where_assist_cannot_be_asked_first(
    rig: VoiceRig,
) -> None:
    await rig.arm()
    agent: Any = async_get_agent(rig.hass)
    del agent.async_recognize_sentence_trigger
    assert not await is_taken(rig.hass, "oh god stop")
    assert await rig.say("stop now") == ANSWERS["en"]
    assert rig.state() == "finished"


async def test_r4_any_stop_reaches_a_treadmill_that_could_not_be_unloaded(rig: VoiceRig) -> None:
    await move(rig, rig.treadmill)
    rig.treadmill.mock_state(rig.hass, ConfigEntryState.FAILED_UNLOAD)
    await rig.say("stop immediately")
    rig.treadmill.mock_state(rig.hass, ConfigEntryState.LOADED)
    assert wishes(rig) == ["stop"]
