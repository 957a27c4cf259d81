"""Has Assist hand over the sentences that are Descent's, and answers them. Loaded with Assist.

Requests are made out by ``hearing``, and Stop in whatever words by ``stop_hearing``: Assist asks
about every sentence. Besides, it is given the few sentences of ``stop_sentences`` for good, so that
Stop is heard where it cannot be asked. They follow the names of treadmills. Short ones are a
trigger of their own, there only while a session is under way.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
import logging
from typing import Any, cast

from homeassistant.components.conversation import ConversationInput
from homeassistant.config_entries import (
    SIGNAL_CONFIG_ENTRY_CHANGED,
    ConfigEntryChange,
)
from homeassistant.core import (
    CALLBACK_TYPE,
    Context,
    Event,
    HassJob,
    HomeAssistant,
    callback,
)
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers.dispatcher import async_dispatcher_connect
from homeassistant.helpers.event import async_call_later
from homeassistant.helpers.script import ScriptRunResult
from homeassistant.helpers.translation import async_get_translations
from homeassistant.helpers.trigger import (
    async_initialize_triggers,
    async_validate_trigger_config,
)
from homeassistant.helpers.typing import ConfigType

from ..const import CONF_KIND, DOMAIN, KIND_RUNNER
from ..coordinator import TreadmillCoordinator
from ..entries import WORKING, DescentConfigEntry
from ..session_library import LIBRARY
from ..targets import SeveralTreadmillsError, names_of, runners, treadmills
from ..training.events import OVER
from . import session_intents, target_intents
from .answers import AnswerWording
from .ask_first import OWN_SENTENCE
from .hearing import Heard, Hearing, session_names
from .language import Language, load_languages
from .stop_hearing import StopHearing
from .stop_sentences import StopSentences, sentence
from .vocabulary import Named, Names

_LOGGER = logging.getLogger(__name__)

INTENTS = {
    "start": session_intents.start,
    "stop": session_intents.stop,
    "pause": session_intents.pause,
    "resume": session_intents.resume,
    "skip": session_intents.skip,
    "left": session_intents.left,
    "next": session_intents.following,
    "down": session_intents.down,
    "status": session_intents.status,
    "speed_now": session_intents.speed_now,
    "slope_now": session_intents.slope_now,
    "moving": session_intents.speed_now,
    "sessions": session_intents.sessions,
    "steeper": target_intents.steeper,
    "flatter": target_intents.flatter,
    "downhill": target_intents.downhill,
    "uphill": target_intents.uphill,
    "faster": target_intents.faster,
    "slower": target_intents.slower,
    "decline": target_intents.decline,
    "incline": target_intents.incline,
    "speed": target_intents.speed,
}
_SESSION_NAMES = f"component.{DOMAIN}.selector.session_name.options."

# Seconds after a change until Assist is made to read all templates again, which takes it a tenth
# of a second: not while a session is armed or stopped, and before the next sentence waits for it.
REREAD_S = 1.0

type Known = tuple[tuple[Named, ...], tuple[Named, ...], tuple[Named, ...]]


async def async_setup(hass: HomeAssistant) -> None:
    """Understand sentences from now on."""
    sentences = await hass.async_add_executor_job(_read, hass)
    await sentences.async_prepare()
    async_dispatcher_connect(hass, SIGNAL_CONFIG_ENTRY_CHANGED, sentences.entry_changed)
    hass.bus.async_listen(dr.EVENT_DEVICE_REGISTRY_UPDATED, sentences.device_changed)
    hass.data[LIBRARY].listen(sentences.changed)
    for entry in treadmills(hass):
        sentences.follow(entry)
    sentences.changed()


def _read(hass: HomeAssistant) -> AssistSentences:
    languages = load_languages()
    return AssistSentences(hass, languages)


class AssistSentences:
    """The sentences that Assist listens for, registered anew when something else can be said."""

    def __init__(self, hass: HomeAssistant, languages: Mapping[str, Language]) -> None:
        """Read the words of all languages, which takes a while; register nothing yet."""
        self._hass = hass
        self._languages = languages
        self._hearing = Hearing(languages)
        self._stops = StopHearing(hass, languages)
        self._stop_sentences = StopSentences(languages)
        self._followed: dict[str, CALLBACK_TYPE] = {}
        self._stale = True  # names may be others than those the sentences were written for
        self._known: Known | None = None  # these
        self._under_way: set[str] = set()  # entry ids of treadmills with a session
        self._shown: dict[str, Mapping[str, str]] = {}  # names of sessions by language
        self._short_words: list[ConfigType] = []
        self._unregister: CALLBACK_TYPE | None = None
        self._unregister_short: CALLBACK_TYPE | None = None
        self._short = False  # whether the short words were registered last
        self._registering = False
        self._answering: Mapping[str, Any] | None = None
        self._reread = HassJob(
            self._async_reread, "descent reread sentences", cancel_on_shutdown=True
        )
        self._cancel_reread: CALLBACK_TYPE | None = None

    async def async_prepare(self) -> None:
        """Be asked by Assist, and check the short words, which have no names in them, for good."""
        self._stops.async_listen(self._is_request)
        self._short_words = await self._async_checked(
            sentence(language, language.under_way["stop"], ())
            for language in self._languages.values()
        )

    # ---- hearing of changes ----------------------------------------------------------------------

    @callback
    def entry_changed(self, change: ConfigEntryChange, entry: DescentConfigEntry) -> None:
        """Take in a treadmill or a runner that was added, removed, renamed or set up."""
        if entry.domain != DOMAIN:
            return
        self.follow(entry)
        self.changed()

    @callback
    def device_changed(self, event: Event[dr.EventDeviceRegistryUpdatedData]) -> None:
        """Take in a device that was given a name by the user."""
        if event.data["action"] == "update" and "name_by_user" in event.data["changes"]:
            self.changed()

    @callback
    def follow(self, entry: DescentConfigEntry) -> None:
        """Hear of the sessions of a treadmill for as long as it is set up."""
        entry_id = entry.entry_id
        is_up = entry.state in WORKING and entry.data[CONF_KIND] != KIND_RUNNER
        if is_up and entry_id not in self._followed:
            coordinator = cast("TreadmillCoordinator", entry.runtime_data)

            @callback
            def look() -> None:
                self._session_changed(entry_id, is_over=coordinator.data.state in OVER)

            leave = coordinator.async_add_listener(look, frozenset({"state"}))
            self._followed[entry_id] = leave
            look()
        elif not is_up and entry_id in self._followed:
            self._followed.pop(entry_id)()
            self._session_changed(entry_id, is_over=True)

    @callback
    def changed(self) -> None:
        """Take in that something may have another name now."""
        self._stale = True
        self._catch_up()

    def _session_changed(self, entry_id: str, *, is_over: bool) -> None:
        if is_over:
            self._under_way.discard(entry_id)
        else:
            self._under_way.add(entry_id)
        self._catch_up()

    # ---- registering -----------------------------------------------------------------------------

    def _catch_up(self) -> None:
        """Register again if something else can be said now; once for what changes together."""
        if not self._registering and self._is_outdated:
            self._registering = True
            self._hass.async_create_task(
                self._async_register(), "descent register sentences", eager_start=False
            )

    @property
    def _is_outdated(self) -> bool:
        return self._stale or bool(self._under_way) is not self._short

    def _names(self) -> Known:
        """Return the names that the sentences depend on."""
        known = treadmills(self._hass)
        scripts = self._hass.data[LIBRARY].scripts.values() if known else ()
        return (
            tuple((script.name, script.id) for script in scripts),
            tuple(self._names_of(runners(self._hass))),
            tuple(self._names_of(known)),
        )

    def _names_of(self, entries: Iterable[DescentConfigEntry]) -> Iterable[Named]:
        """Return the name of an entry, and that which the user gave its device."""
        for entry in entries:
            for name in names_of(self._hass, entry):
                yield name, entry.entry_id

    async def _async_register(self) -> None:
        registered = False
        try:
            while self._is_outdated:
                if self._stale:
                    self._stale, known = False, self._names()
                    if known != self._known:
                        self._known, registered = known, True
                        await self._async_register_names(known)
                if bool(self._under_way) is not self._short:
                    registered = True
                    await self._async_register_short_words()
        finally:
            self._registering = False
        if not registered:
            return
        if self._cancel_reread is not None:
            self._cancel_reread()
        self._cancel_reread = async_call_later(self._hass, REREAD_S, self._reread)

    async def _async_reread(self, now: datetime) -> None:
        """Have Assist read the templates: it does with the first sentence, and this is one."""
        self._cancel_reread = None
        # Not documented: without it the first sentence waits, and that is all.
        from homeassistant.components.conversation import async_get_agent  # noqa: PLC0415

        recognize = getattr(async_get_agent(self._hass), "async_recognize_sentence_trigger", None)
        if recognize is not None:
            await recognize(
                ConversationInput(
                    text="",
                    context=Context(),
                    conversation_id=None,
                    device_id=None,
                    satellite_id=None,
                    language=self._hass.config.language,
                    agent_id=DOMAIN,
                )
            )

    async def _async_register_names(self, known: Known) -> None:
        scripts, running, belts = known
        shown: dict[str, Mapping[str, str]] = {}
        names: dict[str, Names] = {}
        for code, language in self._languages.items():
            shown[code] = await _async_session_names(self._hass, code, scripts)
            own = session_names(shown[code], language)
            names[code] = Names(session=own, runner=running, treadmill=belts)
        checked = await self._async_checked(
            (
                OWN_SENTENCE,
                *(
                    sentence(language, language.always["stop"], belts)
                    for language in self._languages.values()
                ),
            )
        )
        if self._unregister is not None:
            self._unregister()
            self._unregister = None
        self._shown = shown
        self._hearing.learn(names)
        self._stop_sentences.learn(belts)
        self._stops.learn({name for every in shown.values() for name in every.values()})
        if belts:
            self._unregister = await self._async_listen_for(checked)

    async def _async_register_short_words(self) -> None:
        unregister, self._unregister_short = self._unregister_short, None
        if unregister is not None:
            unregister()
        self._short = bool(self._under_way)
        if self._short:
            self._unregister_short = await self._async_listen_for(self._short_words)

    async def _async_checked(self, commands: Iterable[str]) -> list[ConfigType]:
        return await async_validate_trigger_config(
            self._hass, [{"platform": "conversation", "command": list(commands)}]
        )

    async def _async_listen_for(self, checked: list[ConfigType]) -> CALLBACK_TYPE | None:
        return await async_initialize_triggers(
            self._hass, checked, self._async_answer, DOMAIN, "voice", _LOGGER.log
        )

    # ---- answering -------------------------------------------------------------------------------

    def _is_request(self, text: str, spoken: str) -> bool:
        try:
            return self._request(text, spoken) is not None
        except Exception:  # all that is said to Assist comes through here
            _LOGGER.exception("Unexpected error while listening for requests")
            return False

    def _request(self, text: str, spoken: str) -> Heard | None:
        return self._hearing.hear(
            text,
            spoken,
            under_way=bool(self._under_way),
            is_others=self._stops.is_others,
        )

    async def _async_answer(self, variables: Mapping[str, Any], *_: object) -> ScriptRunResult:
        trigger = variables["trigger"]
        said = trigger["user_input"]
        if said == self._answering:  # it is a sentence of both triggers, and is done once
            return ScriptRunResult(None, None, {})
        self._answering = said
        self._hass.loop.call_soon(self._answered)
        spoken = said["language"] or self._hass.config.language
        text = trigger["sentence"]
        heard = (
            self._stops.hear(text, spoken)
            or self._request(text, spoken)
            or self._stop_sentences.hear(text, spoken)
        )
        response = None
        if heard is not None:  # a change of names may come in between
            texts = await _async_texts(self._hass, heard.language)
            asked = session_intents.Asked(
                hass=self._hass,
                heard=heard,
                device_id=trigger["device_id"],
                context=Context(**said["context"]),
                wording=AnswerWording(self._hass, self._languages[heard.language], texts),
                sessions=self._shown[heard.language],
            )
            response = await _async_answer_to(asked)
        return ScriptRunResult(response, None, {})

    @callback
    def _answered(self) -> None:
        """Take the next sentence: both triggers have been called, as they are in one turn."""
        self._answering = None


async def _async_answer_to(asked: session_intents.Asked) -> str:
    try:
        return await INTENTS[asked.heard.intent](asked)
    except SeveralTreadmillsError as unclear:
        return asked.wording.say("which", names=asked.wording.names(unclear.choices, "or"))
    except HomeAssistantError as error:
        return asked.wording.error(error)


async def _async_session_names(
    hass: HomeAssistant, code: str, scripts: Iterable[Named]
) -> dict[str, str]:
    """Return the names of the sessions in a language; a user's own has one in all of them."""
    texts = await async_get_translations(hass, code, "selector", {DOMAIN})
    return {session: texts.get(_SESSION_NAMES + session, name) for name, session in scripts}


async def _async_texts(hass: HomeAssistant, code: str) -> dict[str, str]:
    """Return what else an answer is made of: refusals, and the decimal sign."""
    refusals = await async_get_translations(hass, code, "exceptions", {DOMAIN})
    return refusals | await async_get_translations(hass, code, "selector", {DOMAIN})
