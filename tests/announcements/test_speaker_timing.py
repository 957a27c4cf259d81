"""When a speaker is sent what is known ahead, by a clock and an engine that stand still."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, cast, override

from homeassistant.core import HomeAssistant, ServiceCall
from homeassistant.exceptions import HomeAssistantError
from pytest_homeassistant_custom_component.common import async_mock_service

from custom_components.descent.announcements.speaker import Speaker, SpeakerOptions
from custom_components.descent.runtime.conductor import Conductor
from custom_components.descent.training.engine import Engine
from custom_components.descent.training.events import Cue, CueKind, Event, Upcoming
from custom_components.descent.training.model import Level
from custom_components.descent.training.rules import Permissions
from custom_components.descent.training.view import View
from custom_components.descent.treadmills.clock import Clock
from custom_components.descent.treadmills.physics import Preset

RECOVERY = Cue(kind=CueKind.RECOVERY, key="recovery", step=2)
PHONE = SpeakerOptions(entity="notify.phone", latency_s=2.0)
OTHER = SpeakerOptions(entity="notify.other", latency_s=0.0)


class StandingClock(Clock):
    """Shows what it is told to, and notes what it is to call."""

    shown = 0.0

    def __init__(self, loop: asyncio.AbstractEventLoop, scale: float) -> None:
        """Call nothing by itself within a test."""
        super().__init__(loop, scale)
        self._of = loop
        self.calls: list[tuple[float, Callable[[], None], asyncio.TimerHandle]] = []

    @override
    def now(self) -> float:
        return self.shown

    @override
    def call_at(self, when: float, action: Callable[[], None]) -> asyncio.TimerHandle:
        handle = self._of.call_later(3600, action)
        self.calls.append((when, action, handle))
        return handle


class ConductorRig:
    """What a speaker sees of a conductor."""

    def __init__(self, hass: HomeAssistant, scale: float) -> None:
        """Have heard nothing yet."""
        self.clock = StandingClock(hass.loop, scale)
        self.fed: list[Event] = []

    def now(self) -> float:
        """Return what the clock shows."""
        return self.clock.now()

    def upcoming(self) -> tuple[Upcoming, ...]:
        """Know of one recovery to come."""
        return (Upcoming(100.0, RECOVERY),)

    def view(self) -> View:
        """Show an idle treadmill."""
        allowed = Permissions(control=True)
        engine = Engine(Preset.TYPICAL.machine(), permissions=allowed, level=Level.NOVICE)
        return engine.view(self.now())

    def feed(self, event: Event) -> None:
        """Note an event."""
        self.fed.append(event)


def timed_speaker(hass: HomeAssistant, scale: float = 1.0) -> tuple[ConductorRig, Speaker]:
    """Return a speaker and all that it knows of the world."""

    def spawn(coroutine: Coroutine[Any, Any, None], name: str) -> asyncio.Task[None]:
        return hass.async_create_background_task(coroutine, name)

    rig = ConductorRig(hass, scale)
    speaker = Speaker(
        hass, cast("Conductor", rig), name="Belt", render=lambda cue: cue.key, spawn=spawn
    )
    for voice in (PHONE, OTHER):
        hass.states.async_set(voice.entity, "idle")
    speaker.use(PHONE)
    return rig, speaker


async def test_a_cue_is_sent_by_a_timer_of_its_own_and_ahead_in_real_seconds(
    hass: HomeAssistant,
) -> None:
    sent = async_mock_service(hass, "notify", "send_message")
    rig, speaker = timed_speaker(hass, scale=10.0)
    speaker.follow(())
    (when, action, _) = rig.clock.calls[-1]
    assert when == 80.0
    rig.clock.shown = when
    action()
    await hass.async_block_till_done(wait_background_tasks=True)
    assert [call.data["message"] for call in sent] == ["recovery"]
    speaker.end()


async def test_at_the_end_nothing_is_said_any_more(hass: HomeAssistant) -> None:
    sent = async_mock_service(hass, "notify", "send_message")
    rig, speaker = timed_speaker(hass)
    speaker.follow(())
    speaker.end()
    assert rig.clock.calls[-1][2].cancelled()
    rig.clock.shown = 200.0
    speaker.follow((RECOVERY,))
    await hass.async_block_till_done(wait_background_tasks=True)
    assert sent == []


async def test_r9_the_failure_of_a_speaker_that_was_replaced_holds_nothing_back(
    hass: HomeAssistant,
) -> None:
    broken: asyncio.Future[None] = hass.loop.create_future()

    async def fail(call: ServiceCall) -> None:
        await broken

    hass.services.async_register("notify", "send_message", fail)
    rig, speaker = timed_speaker(hass)
    speaker.follow((RECOVERY,))
    speaker.use(OTHER)
    broken.set_exception(HomeAssistantError("gone"))
    await hass.async_block_till_done(wait_background_tasks=True)
    assert rig.fed == []
    speaker.end()
