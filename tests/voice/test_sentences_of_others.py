"""Sentences that belong to others: none is ever taken, with or without a session."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

from homeassistant.core import HomeAssistant
import pytest
import yaml

from tests.voice.speaking import VoiceRig, is_taken, set_up_rig

OTHERS: list[str] = yaml.safe_load(
    (Path(__file__).parent / "sentences" / "others.yaml").read_text("utf-8")
)
SHORT = ["stop", "pause", "weiter", "salta", "plus vite", "hoe lang nog", "what's next", "basta"]


@pytest.fixture(name="rig")
async def rig_fixture(hass: HomeAssistant, tmp_path: Path) -> AsyncIterator[VoiceRig]:
    """Set up Assist, runners and a treadmill."""
    rig = await set_up_rig(hass, tmp_path)
    yield rig
    await hass.config_entries.async_unload(rig.treadmill.entry_id)


async def taken(hass: HomeAssistant, sentences: list[str]) -> list[str]:
    """Return the sentences that Assist would hand to Descent."""
    return [sentence for sentence in sentences if await is_taken(hass, sentence)]


def test_there_are_enough_of_them() -> None:
    assert len(set(OTHERS)) >= 60


async def test_without_a_session_none_is_taken(hass: HomeAssistant, rig: VoiceRig) -> None:
    assert await taken(hass, [*OTHERS, *SHORT]) == []


async def test_with_a_session_under_way_none_is_taken_but_the_short_words(
    hass: HomeAssistant, rig: VoiceRig
) -> None:
    await rig.arm()
    assert await taken(hass, [*OTHERS, *SHORT]) == SHORT


async def test_short_words_belong_to_others_again_once_the_session_is_over(
    hass: HomeAssistant, rig: VoiceRig
) -> None:
    await rig.arm()
    await rig.say("stop")
    assert await taken(hass, SHORT) == []


async def test_without_a_treadmill_nothing_is_taken(hass: HomeAssistant, tmp_path: Path) -> None:
    rig = await set_up_rig(hass, tmp_path)
    assert await is_taken(hass, "start descending sprints")
    await hass.config_entries.async_remove(rig.treadmill.entry_id)
    await hass.async_block_till_done()
    said = ["start descending sprints", "stop the treadmill", "set the decline to 4 percent"]
    assert await taken(hass, said) == []


async def test_a_sentence_of_others_is_answered_by_assist(rig: VoiceRig) -> None:
    await rig.arm()
    answer = await rig.say("start the vacuum")
    assert (rig.asked, "vacuum" in answer) == ([], True)
