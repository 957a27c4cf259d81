"""Built-in announcements: what the user's speaker says of a treadmill's cues, without a blueprint.

When and in which words is decided in ``training/voice_timing.py``. Here it is sent, and what does
not get through is told to the engine, which then holds the change back (rule R9). Nothing here
delays a command: commands are sent before cues are shown.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from dataclasses import dataclass
import logging
from typing import Any

from homeassistant.const import STATE_UNAVAILABLE, Platform
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.network import get_url
import probatio as vol

from ..const import DELIVERY_LIMIT_S, DOMAIN, LEAVE_LIMIT_S
from ..runtime.conductor import Conductor
from ..runtime.performer import Spawn
from ..training.cues import foreseen
from ..training.events import Cue, CueKind, Effect, State, StateChanged, Unheard
from ..training.model import Plan
from ..training.voice_timing import URGENT, Say, Verbosity, VoiceTiming, words_s
from . import tones

_LOGGER = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeakerOptions:
    """What the options of a treadmill say of its speaker: who speaks, how much, how late it is."""

    entity: str  # a media player, an Assist satellite or a notify entity
    tts: str | None = None  # what makes speech for a media player
    verbosity: Verbosity = Verbosity.SHORT
    latency_s: float = 1.0  # real seconds from sending to hearing

    @property
    def domain(self) -> str:
        """What kind of entity it is."""
        return self.entity.partition(".")[0]

    @property
    def sounds(self) -> bool:
        """Whether it can play a sound."""
        return self.domain != Platform.NOTIFY

    @property
    def waits(self) -> bool:
        """Whether sending ends when all is said, and nothing else can be said meanwhile."""
        return self.domain == Platform.ASSIST_SATELLITE


def speaker_options(options: Mapping[str, Any]) -> SpeakerOptions | None:
    """Read the options of a treadmill; ``None`` where nobody speaks."""
    said = options.get("announcements") or {}
    if not said.get("entity"):
        return None
    return SpeakerOptions(
        entity=said["entity"],
        tts=said.get("tts"),
        verbosity=Verbosity(said.get("verbosity", Verbosity.SHORT)),
        latency_s=float(said.get("latency_s", 1.0)),
    )


class Speaker:
    """Sends the cues of one treadmill to its voice, if it has one."""

    def __init__(
        self,
        hass: HomeAssistant,
        conductor: Conductor,
        *,
        name: str,
        render: Callable[[Cue], str],
        spawn: Spawn,
    ) -> None:
        """Be silent until ``use`` names a voice."""
        self._hass = hass
        self._conductor = conductor
        self._name = name
        self._render = render
        self._spawn = spawn
        self._voice: SpeakerOptions | None = None
        self._speech: VoiceTiming | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._reached = True  # what was sent last was delivered
        self._sending: set[asyncio.Task[None]] = set()
        self._turn = asyncio.Lock()  # a satellite refuses to speak while it speaks

    def use(self, voice: SpeakerOptions | None) -> None:
        """Speak by another voice from now on, or by none."""
        if voice == self._voice:
            return
        self._voice, self._reached = voice, True
        self._speech = None
        if voice is not None:
            self._speech = VoiceTiming(
                self._render,
                verbosity=voice.verbosity,
                latency_s=voice.latency_s * self._conductor.clock.scale,
                sounds=voice.sounds,
            )
        self._wait()

    def end(self) -> None:
        """Say nothing more."""
        self.use(None)

    async def async_settle(self) -> None:
        """Wait until what is being said has been sent, but ``LEAVE_LIMIT_S`` at most."""
        if self._sending:
            await asyncio.wait(tuple(self._sending), timeout=LEAVE_LIMIT_S)

    def follow(self, effects: tuple[Effect, ...]) -> None:
        """Take in what happened, and say what is due; called with every event of the engine."""
        if self._speech is None:
            return
        now = self._conductor.now()
        for effect in effects:
            match effect:
                case StateChanged(state, _):
                    self._speech.forget()
                    if state is State.ARMED:
                        self._prepare()
                case Cue():
                    self._speech.tell(effect, now)
        self._speech.foresee(self._conductor.upcoming())
        self._go_on()

    # ---- inside

    def _go_on(self) -> None:
        if self._speech is None or self._voice is None:
            return
        for say in self._speech.advance(self._conductor.now()):
            self._send(self._voice, say)
        self._wait()
        unheard, self._speech.unheard = self._speech.unheard, deque()
        for cue in unheard:
            self._conductor.feed(Unheard(cue))

    def _wait(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._speech is not None and (due := self._speech.wakes_at) is not None:
            clock = self._conductor.clock
            self._timer = clock.call_at(max(due, clock.now()), self._go_on)

    def _send(self, voice: SpeakerOptions, say: Say) -> None:
        if voice.waits and any(cue.kind in URGENT for cue in say.cues):
            for task in self._sending:
                task.cancel()
        sending = self._async_send(voice, say, self._conductor.view().plan)
        task = self._spawn(sending, f"descent announce by {self._name}")
        if not task.done():
            self._sending.add(task)
            task.add_done_callback(self._sending.discard)

    async def _async_send(self, voice: SpeakerOptions, say: Say, plan: Plan | None) -> None:
        """Deliver one thing; whoever cannot be reached is told of, and changes wait (rule R9)."""
        turn = self._turn if voice.waits and say.tone is None else nullcontext()
        try:
            async with asyncio.timeout(self._limit_s(say)), turn:
                await _async_deliver(self._hass, voice, say, self._name)
        except (HomeAssistantError, vol.Invalid, TimeoutError) as error:
            self._unheard(voice, say, plan, error)
        except Exception as error:
            _LOGGER.exception("Announcing by %s failed", voice.entity)
            self._unheard(voice, say, plan, error)
        else:
            if not self._reached:
                _LOGGER.info("Announcements reach %s again", voice.entity)
            self._reached = True

    def _limit_s(self, say: Say) -> float:
        """Return how long it may take: a satellite answers when it has spoken.

        Whether a countdown to the start of the belt is heard is known before it starts (rule R2).
        """
        limit_s = DELIVERY_LIMIT_S + words_s(say.text) + say.tones
        for cue in say.cues:
            if cue.kind is CueKind.ARM and cue.seconds_to_change is not None:
                left_s = self._conductor.clock.real_seconds(cue.seconds_to_change - 1.0)
                limit_s = min(limit_s, left_s)
        return limit_s

    def _unheard(
        self, voice: SpeakerOptions, say: Say, plan: Plan | None, error: Exception
    ) -> None:
        if self._reached:
            _LOGGER.warning(
                "Announcements of %s do not reach %s: %s", self._name, voice.entity, error
            )
        self._reached = False
        if voice == self._voice and plan is self._conductor.view().plan:
            for cue in say.cues:
                self._conductor.feed(Unheard(cue))

    def _prepare(self) -> None:
        """Have the session's sentences made before they are needed: a cloud voice is slow."""
        voice, plan = self._voice, self._conductor.view().plan
        if voice is not None and voice.domain == Platform.MEDIA_PLAYER and voice.tts and plan:
            self._spawn(self._async_prepare(voice.tts, plan), f"descent prepare {self._name}")

    async def _async_prepare(self, engine: str, plan: Plan) -> None:
        if "tts" not in self._hass.config.components:
            return
        texts = dict.fromkeys(self._render(cue) for cue in foreseen(plan))
        try:
            # Imported where there is speech only: it needs what Home Assistant installs for it. It
            # is private, and may have moved.
            from homeassistant.components.tts import (  # noqa: PLC0415 - see above
                async_get_media_source_audio,
            )
            from homeassistant.components.tts.media_source import (  # noqa: PLC0415 - see above
                generate_media_source_id,
            )

            for text in texts:
                source = generate_media_source_id(self._hass, text, engine=engine)
                await async_get_media_source_audio(self._hass, source)
        except (HomeAssistantError, ImportError) as error:
            _LOGGER.debug("Sentences are made when they are needed: %s", error)


async def _async_deliver(hass: HomeAssistant, voice: SpeakerOptions, say: Say, title: str) -> None:
    """Send something to a voice. Raises ``HomeAssistantError`` where that cannot be."""
    needed = [voice.entity]
    if voice.tts is not None and say.tone is None and voice.domain == Platform.MEDIA_PLAYER:
        needed.append(voice.tts)  # Home Assistant does not fail for one that is not there
    for entity in needed:
        state = hass.states.get(entity)
        if state is None or state.state == STATE_UNAVAILABLE:
            raise HomeAssistantError(
                translation_domain=DOMAIN,
                translation_key="speaker_unavailable",
                translation_placeholders={"entity": entity},
            )
    action, data = _order(hass, voice, say, title)
    domain, _, service = action.partition(".")
    await hass.services.async_call(domain, service, data, blocking=True)


def _order(
    hass: HomeAssistant, voice: SpeakerOptions, say: Say, title: str
) -> tuple[str, dict[str, Any]]:
    """Return the action that makes a voice say something, and its data."""
    target = {"entity_id": voice.entity}
    match voice.domain:
        case Platform.NOTIFY:
            return "notify.send_message", target | {"message": say.text, "title": title}
        case Platform.ASSIST_SATELLITE:
            what = {"message": say.text} if say.tone is None else {"media_id": _url(hass, say)}
            return "assist_satellite.announce", target | what | {"preannounce": False}
    if say.tone is None:
        spoken = {"entity_id": voice.tts, "media_player_entity_id": voice.entity}
        return "tts.speak", spoken | {"message": say.text, "cache": True}
    return "media_player.play_media", target | {
        "media_content_id": _url(hass, say),
        "media_content_type": "music",
        "announce": True,
    }


def _url(hass: HomeAssistant, say: Say) -> str:
    """Return the address of a sound, as speakers see it. Raises ``HomeAssistantError``."""
    if say.tone is None:
        return ""
    return get_url(hass) + tones.path(tones.name(say.tone, say.tones))
