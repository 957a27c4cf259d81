"""Sentences said to Assist in a Home Assistant with a treadmill and two runners."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from homeassistant.components.conversation import ConversationInput, async_converse
from homeassistant.components.conversation.agent_manager import async_get_agent
from homeassistant.core import Context, HomeAssistant
from homeassistant.setup import async_setup_component
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.descent.const import DOMAIN
from custom_components.descent.runtime.journal import Record
from tests import flow_entries
from tests.flow_entries import add_sessions
from tests.mock_entries import coordinator_of, runner_entry, treadmill_entry

# Long steps that ask for nothing steep: time to talk.
LOOP = """
name: Sunrise loop
level: any
steps:
  - warm_up: {for: 20 s, pace: 6 km/h}
  - repeat: 6
    steps:
      - steady: {for: 20 min, pace: 8 km/h}
  - descent: {for: 30 s, decline: 1, pace: walk}
"""


@dataclass
class VoiceRig:
    """Where sentences are said, and what came of them."""

    hass: HomeAssistant
    treadmill: MockConfigEntry
    language: str = "en"
    asked: list[Record] = field(default_factory=list)  # of the engine, since the last sentence

    def keep(self, record: Record) -> None:
        """Keep a record of the journal if it is a wish."""
        if record["type"] == "intent":
            self.asked.append(record)

    async def say(self, sentence: str, device_id: str | None = None) -> str:
        """Say something to Assist; returns its answer."""
        self.asked.clear()
        result = await async_converse(
            self.hass, sentence, None, Context(), language=self.language, device_id=device_id
        )
        await self.hass.async_block_till_done()
        return str(result.response.speech["plain"]["speech"])

    async def arm(self, session: str = "loop") -> None:
        """Stop whatever runs, and arm a session without saying anything."""
        await flow_entries.act(self.hass, "stop")
        await flow_entries.act(
            self.hass, "start_session", treadmill=self.treadmill.title, session=session
        )
        await self.hass.async_block_till_done()

    async def choose_runner(self, name: str) -> None:
        """Select who runs."""
        await flow_entries.choose(self.hass, self.treadmill, "runner", name)

    async def run(self) -> None:
        """Start the belt of an armed session, and wait for its first long step."""
        await flow_entries.press(self.hass, self.treadmill, "console_start")
        await flow_entries.until_state(self.hass, self.treadmill, "sensor", "phase", "steady")

    def state(self, key: str = "session_state") -> str:
        """Return the state of a sensor."""
        return flow_entries.shown(self.hass, self.treadmill, "sensor", key).state


async def is_taken(hass: HomeAssistant, sentence: str) -> bool:
    """Tell whether Assist would hand a sentence to a trigger; there are none but Descent's."""
    agent: Any = async_get_agent(hass)
    said = ConversationInput(
        text=sentence,
        context=Context(),
        conversation_id=None,
        device_id=None,
        satellite_id=None,
        language="en",
        agent_id="conversation.home_assistant",
    )
    return await agent.async_recognize_sentence_trigger(said) is not None


async def set_up_rig(
    hass: HomeAssistant, folder: Path, time_scale: float = 60, /, **files: str
) -> VoiceRig:
    """Set up Assist, two runners, a treadmill and session files."""
    add_sessions(hass, folder, loop=LOOP, **files)
    entries = [runner_entry(), runner_entry(name="Ben")]
    treadmill = treadmill_entry(title="Belt upstairs", time_scale=time_scale)
    for entry in (*entries, treadmill):
        entry.add_to_hass(hass)
    assert await async_setup_component(hass, "homeassistant", {})
    assert await async_setup_component(hass, "conversation", {})
    assert await async_setup_component(hass, DOMAIN, {})
    await hass.async_block_till_done()
    rig = VoiceRig(hass, treadmill)
    await rig.choose_runner("Ada")
    await flow_entries.until_state(hass, treadmill, "sensor", "speed", "0.0")
    coordinator_of(treadmill).journal.subscribe(rig.keep)
    return rig
