"""Built-in announcements: what the user's speaker says of a treadmill's cues, without a blueprint.

When and in which words is decided in ``training/speech.py``. Here it is sent, and what does not
get through is told to the engine, which then holds the change back (rule R9). Nothing here delays a
command: commands are sent before cues are shown.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
import logging
from typing import Any

from homeassistant.const import STATE_UNAVAILABLE, Platform
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.network import get_url
import probatio as vol

from . import tones
from .conductor import Conductor
from .const import DELIVERY_LIMIT_S, DOMAIN
from .training.cues import foreseen
from .training.events import Cue, Effect, State, StateChanged, Unheard
from .training.model import Plan
from .training.speech import Say, Speech, Verbosity, words_s

_LOGGER = logging.getLogger(__name__)

type Spawn = Callable[[Coroutine[Any, Any, None], str], object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """Who speaks for a treadmill, as its options say."""

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


def voice_from(options: Mapping[str, Any]) -> Voice | None:
    """Read the options of a treadmill; ``None`` where nobody speaks."""
    said = options.get("announcements") or {}
    if not said.get("entity"):
        return None
    return Voice(
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
        self._voice: Voice | None = None
        self._speech: Speech | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._reached = True  # what was sent last was delivered

    def use(self, voice: Voice | None) -> None:
        """Speak by another voice from now on, or by none."""
        if voice == self._voice:
            return
        self._voice, self._reached = voice, True
        self._speech = None
        if voice is not None:
            self._speech = Speech(
                self._render,
                verbosity=voice.verbosity,
                latency_s=voice.latency_s * self._conductor.clock.scale,
                sounds=voice.sounds,
            )
        self._wait()

    def end(self) -> None:
        """Say nothing more."""
        self.use(None)

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
        self._speech.foresee(self._conductor.control.ahead(now))
        self._go_on()

    # ---- inside

    def _go_on(self) -> None:
        if self._speech is None or self._voice is None:
            return
        for say in self._speech.advance(self._conductor.now()):
            self._spawn(self._async_send(self._voice, say), f"descent announce by {self._name}")
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

    async def _async_send(self, voice: Voice, say: Say) -> None:
        """Deliver one thing; whoever cannot be reached is told of, and changes wait (rule R9)."""
        try:
            # A satellite answers when it has spoken.
            async with asyncio.timeout(DELIVERY_LIMIT_S + words_s(say.text) + say.tones):
                await _async_deliver(self._hass, voice, say, self._name)
        except (HomeAssistantError, vol.Invalid, TimeoutError) as error:
            self._unheard(voice, say, error)
        except Exception as error:
            _LOGGER.exception("Announcing by %s failed", voice.entity)
            self._unheard(voice, say, error)
        else:
            if not self._reached:
                _LOGGER.info("Announcements reach %s again", voice.entity)
            self._reached = True

    def _unheard(self, voice: Voice, say: Say, error: Exception) -> None:
        if self._reached:
            _LOGGER.warning(
                "Announcements of %s do not reach %s: %s", self._name, voice.entity, error
            )
        self._reached = False
        if voice == self._voice:
            for cue in say.cues:
                self._conductor.feed(Unheard(cue))

    def _prepare(self) -> None:
        """Have the session's sentences made before they are needed: a cloud voice is slow."""
        voice, plan = self._voice, self._conductor.control.plan
        if voice is not None and voice.domain == Platform.MEDIA_PLAYER and voice.tts and plan:
            self._spawn(self._async_prepare(voice.tts, plan), f"descent prepare {self._name}")

    async def _async_prepare(self, engine: str, plan: Plan) -> None:
        if "tts" not in self._hass.config.components:
            return
        # Imported where there is speech only: it needs what Home Assistant installs for it.
        from homeassistant.components import tts  # noqa: PLC0415 - see above
        from homeassistant.components.tts.media_source import (  # noqa: PLC0415 - see above
            generate_media_source_id,
        )

        texts = dict.fromkeys(self._render(cue) for cue in foreseen(plan))
        try:
            for text in texts:
                source = generate_media_source_id(self._hass, text, engine=engine)
                await tts.async_get_media_source_audio(self._hass, source)
        except HomeAssistantError as error:
            _LOGGER.debug("Sentences are made when they are needed: %s", error)


async def _async_deliver(hass: HomeAssistant, voice: Voice, say: Say, title: str) -> None:
    """Send something to a voice. Raises ``HomeAssistantError`` where that cannot be."""
    state = hass.states.get(voice.entity)
    if state is None or state.state == STATE_UNAVAILABLE:
        raise HomeAssistantError(
            translation_domain=DOMAIN,
            translation_key="speaker_unavailable",
            translation_placeholders={"entity": voice.entity},
        )
    action, data = _order(hass, voice, say, title)
    domain, _, service = action.partition(".")
    await hass.services.async_call(domain, service, data, blocking=True)


def _order(hass: HomeAssistant, voice: Voice, say: Say, title: str) -> tuple[str, dict[str, Any]]:
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
