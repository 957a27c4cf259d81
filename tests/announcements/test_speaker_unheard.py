"""What happens when a speaker does not get what it is sent, or cannot say it now."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Any
from unittest.mock import patch

from homeassistant.core import HomeAssistant, ServiceCall
from homeassistant.exceptions import HomeAssistantError
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_mock_service

from custom_components.descent.announcements import speaker as module
from custom_components.descent.const import DOMAIN
from custom_components.descent.training.events import Cue, CueKind, Reason, State, Unheard
from tests.announcements.speakers import PHONE, PLAYER, SATELLITE, SPEAKERS, armed, running, speaks
from tests.mock_entries import (
    OPTIONS,
    console_of,
    coordinator_of,
    is_faster_than,
    is_state,
    runner_entry,
    set_up,
    treadmill_entry,
    until,
)


@dataclass
class Speaking:
    """What a satellite does that speaks for as long as a test wants."""

    over: asyncio.Event = field(default_factory=asyncio.Event)
    begun: list[str] = field(default_factory=list)
    refused: int = 0
    busy: bool = False

    async def announce(self, call: ServiceCall) -> None:
        """Speak, or refuse to while speaking, as satellites do."""
        if self.busy:
            self.refused += 1
            raise HomeAssistantError("busy")
        self.busy = True
        self.begun.append(call.data["message"])
        try:
            await self.over.wait()
        finally:
            self.busy = False


def busy_satellite(hass: HomeAssistant) -> Speaking:
    """Let the satellite speak for as long as a test wants."""
    speaking = Speaking()
    hass.services.async_register("assist_satellite", "announce", speaking.announce)
    return speaking


@pytest.fixture
def sent(hass: HomeAssistant) -> dict[str, list[ServiceCall]]:
    """Return what the speakers were sent, by action."""
    return speaks(hass)


@pytest.fixture
async def ended(hass: HomeAssistant) -> AsyncIterator[None]:
    """End what a test has begun."""
    yield
    await hass.services.async_call(DOMAIN, "stop", {}, blocking=True)
    await hass.async_block_till_done(wait_background_tasks=True)


# ---- what does not get through


def _is_removed(hass: HomeAssistant) -> None:
    hass.states.async_remove("tts.voice")


def _is_unavailable(hass: HomeAssistant) -> None:
    hass.states.async_set("tts.voice", "unavailable")


async def held_back(entry: MockConfigEntry) -> None:
    """Wait until a change is held back, and see that it is for this reason."""
    await until(entry, is_state("suspended"))
    data = coordinator_of(entry).data
    assert (data.state, data.reason) == (State.SUSPENDED, Reason.UNHEARD)


@pytest.mark.usefixtures("ended")
@pytest.mark.parametrize("voice", SPEAKERS, ids=lambda voice: str(voice["entity"]))
async def test_r9_a_speaker_that_is_gone_holds_the_next_faster_step_back(
    hass: HomeAssistant,
    sent: dict[str, list[ServiceCall]],
    caplog: pytest.LogCaptureFixture,
    voice: dict[str, Any],
) -> None:
    entry = await running(hass, voice)
    hass.states.async_set(voice["entity"], "unavailable")
    await held_back(entry)
    warnings = [
        r for r in caplog.records if r.levelname == "WARNING" and voice["entity"] in r.msg % r.args
    ]
    assert len(warnings) == 1


@pytest.mark.usefixtures("ended")
async def test_r9_a_voice_that_fails_holds_the_next_faster_step_back(hass: HomeAssistant) -> None:
    speaks(hass)
    entry = await running(hass, PLAYER)
    async_mock_service(hass, "tts", "speak", raise_exception=HomeAssistantError("no engine"))
    await held_back(entry)


@pytest.mark.usefixtures("ended")
async def test_r9_an_integration_that_breaks_holds_the_next_faster_step_back(
    hass: HomeAssistant,
) -> None:
    speaks(hass)
    entry = await running(hass, PLAYER)
    async_mock_service(hass, "tts", "speak", raise_exception=ZeroDivisionError())
    await held_back(entry)


@pytest.mark.usefixtures("ended")
async def test_r9_a_voice_that_never_answers_holds_the_next_faster_step_back(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    speaks(hass)
    monkeypatch.setattr(module, "DELIVERY_LIMIT_S", 0.01)
    monkeypatch.setattr(module, "words_s", lambda text: 0.0)
    entry = await running(hass, PLAYER)

    async def hang(call: ServiceCall) -> None:
        await hass.loop.create_future()

    hass.services.async_register("tts", "speak", hang)
    await held_back(entry)


async def test_a_sentence_without_an_address_for_its_sounds_is_no_crash(
    hass: HomeAssistant, sent: dict[str, list[ServiceCall]]
) -> None:
    entry = await armed(hass, PLAYER | {"verbosity": "beeps"})
    hass.config.internal_url = None
    hass.config.api = None
    console_of(entry).press_start()
    await held_back(entry)


@pytest.mark.usefixtures("ended")
@pytest.mark.parametrize("goes", [_is_removed, _is_unavailable])
async def test_r9_a_voice_that_is_gone_holds_the_next_faster_step_back(
    hass: HomeAssistant,
    sent: dict[str, list[ServiceCall]],
    goes: Callable[[HomeAssistant], None],
) -> None:
    entry = await running(hass, PLAYER)
    goes(hass)
    await held_back(entry)


async def test_r9_what_did_not_arrive_in_another_session_holds_nothing_back(
    hass: HomeAssistant, sent: dict[str, list[ServiceCall]]
) -> None:
    entry = await armed(hass, SATELLITE)
    fail: asyncio.Future[None] = hass.loop.create_future()

    async def break_down(call: ServiceCall) -> None:
        await fail

    hass.services.async_register("assist_satellite", "announce", break_down)
    conductor = coordinator_of(entry).conductor
    cue = Cue(kind=CueKind.PREVIEW, key="preview_steady", speed_kmh=20.0)
    coordinator_of(entry).speaker.follow((cue,))
    await hass.services.async_call(DOMAIN, "stop", {}, blocking=True)
    await coordinator_of(entry).async_start_session("descent_walk", None, {})
    events: list[object] = []
    with patch.object(conductor, "feed", events.append):
        fail.set_exception(HomeAssistantError("broken"))
        await hass.async_block_till_done(wait_background_tasks=True)
    assert [event for event in events if isinstance(event, Unheard) and event.cue is cue] == []


async def test_a_satellite_that_still_speaks_is_waited_for(
    hass: HomeAssistant, sent: dict[str, list[ServiceCall]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "custom_components.descent.training.voice_timing.words_s", lambda text: -1e3
    )
    speaking = busy_satellite(hass)
    entry = await armed(hass, SATELLITE)
    check = Cue(kind=CueKind.CHECK, key="decline_confirmed")
    coordinator_of(entry).speaker.follow((check,))
    await hass.async_block_till_done()
    assert len(speaking.begun) == 1
    speaking.over.set()
    await hass.async_block_till_done(wait_background_tasks=True)
    assert (len(speaking.begun), speaking.refused) == (2, 0)


async def test_r4_a_stop_interrupts_a_satellite(
    hass: HomeAssistant, sent: dict[str, list[ServiceCall]]
) -> None:
    speaking = busy_satellite(hass)
    await armed(hass, SATELLITE)
    await hass.services.async_call(DOMAIN, "stop", {}, blocking=True)
    await hass.async_block_till_done()
    assert speaking.refused == 0
    assert speaking.begun[-1].startswith("Stopping.")
    speaking.over.set()


async def test_r3_leaving_is_said_before_the_treadmill_is_gone(
    hass: HomeAssistant, sent: dict[str, list[ServiceCall]]
) -> None:
    entry = await running(hass, PHONE)
    said: list[str] = []

    async def send(call: ServiceCall) -> None:
        await asyncio.sleep(0.05)
        said.append(call.data["message"])

    hass.services.async_register("notify", "send_message", send)
    await hass.config_entries.async_unload(entry.entry_id)
    assert any(message.startswith("Descent is shutting down") for message in said)


async def test_what_is_wrong_with_a_listener_does_not_silence_the_speaker(
    hass: HomeAssistant, sent: dict[str, list[ServiceCall]]
) -> None:
    entry = await armed(hass, PHONE)

    def fail() -> None:
        raise ZeroDivisionError

    coordinator_of(entry).async_add_listener(fail)
    await hass.services.async_call(DOMAIN, "stop", {}, blocking=True)
    await hass.async_block_till_done()
    assert sent["notify.send_message"][-1].data["message"].startswith("Stopping.")


async def test_r2_a_belt_is_not_started_by_a_countdown_that_takes_too_long_to_say(
    hass: HomeAssistant, sent: dict[str, list[ServiceCall]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "words_s", lambda text: 20.0)
    runner = await set_up(hass, runner_entry())
    options = OPTIONS | {"start_belt": True, "announcements": PHONE}
    entry = await set_up(hass, treadmill_entry(options, time_scale=10))
    await until(entry, is_faster_than(-1))

    async def hang(call: ServiceCall) -> None:
        await hass.loop.create_future()

    hass.services.async_register("notify", "send_message", hang)
    await coordinator_of(entry).async_start_session("descent_walk", runner.entry_id, {})
    pressed = await until(
        entry, lambda record: record["type"] == "cue" and record["key"] == "arm_press_start"
    )
    assert pressed
    commands = [r for r in coordinator_of(entry).journal.records() if r["type"] == "command"]
    assert [r for r in commands if r["kind"] == "start_belt"] == []
