"""The session files: Descent's, and the user's own in ``<config>/descent/sessions``.

The words of Descent's own sessions are in Home Assistant's language; a user's file keeps its own.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import replace
import logging
from pathlib import Path

from homeassistant.const import EVENT_CORE_CONFIG_UPDATE
from homeassistant.core import Event, HomeAssistant, callback
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers.translation import async_get_translations
from homeassistant.util.hass_dict import HassKey

from .const import DOMAIN, SESSIONS_FOLDER
from .errors import refusal
from .issues import report_session_files
from .readable import readable, readable_name
from .session_problems import problem_lines
from .training.events import Refused
from .training.model import Machine, Plan, Runner
from .training.planner import alternatives, plan
from .training.script import (
    Script,
    ScriptError,
    builtin,
    links_out,
    load_folder,
    session_id,
)

_LOGGER = logging.getLogger(__name__)


class SessionLibrary:
    """All sessions there are, by id. One for the whole Home Assistant."""

    def __init__(self, hass: HomeAssistant) -> None:
        """Know none yet."""
        self._hass = hass
        self._listeners: list[Callable[[], None]] = []
        self._loading = asyncio.Lock()
        self._language = ""
        self._english: Mapping[str, str] = {}
        self.scripts: Mapping[str, Script] = {}
        self.errors: tuple[ScriptError, ...] = ()
        self._first: tuple[Mapping[str, Script], Runner | None, str] = ({}, None, "")

    async def async_load(self) -> None:
        """Read all files again. A file that is wrong becomes a repair issue and hides no other."""
        folder = Path(self._hass.config.path(SESSIONS_FOLDER))
        async with self._loading:  # so that the newest language comes last
            self._language = self._hass.config.language
            shipped, own, self.errors = await self._hass.async_add_executor_job(_load, folder)
            words = await async_get_translations(self._hass, self._language, "selector", {DOMAIN})
            self._english = {script.name.casefold(): script.id for script in shipped.values()}
            self.scripts = {
                script.id: _in_words(script, words) for script in shipped.values()
            } | own
        report_session_files(self._hass, self.errors)
        for listener in tuple(self._listeners):
            listener()

    async def async_speak(self, event: Event) -> None:
        """Read everything again when Home Assistant's language is another one."""
        if self._hass.config.language != self._language:
            await self.async_load()

    def named(self, name: str) -> str | None:
        """Return the id of a session by id or name; the names in English are valid everywhere."""
        if name in self.scripts:
            return name
        wanted = name.strip().casefold()
        for script in self.scripts.values():
            if script.name.casefold() == wanted:
                return script.id
        return self._english.get(wanted)

    def script(self, session: str) -> Script:
        """Return a session by id.

        Raises ``ServiceValidationError`` for an unknown one, and for one whose file is wrong.
        """
        if (script := self.scripts.get(session)) is None:
            raise self.unknown(session)
        return script

    def unknown(self, session: str) -> ServiceValidationError:
        """Return the error that says why there is no such session: none at all, or a wrong file."""
        for wrong in self.errors:
            if session_id(wrong.source) == session_id(session):
                problems = "\n".join(f"- {line}" for line in problem_lines(self._hass, wrong))
                file = wrong.source
                return refusal(
                    Refused("session_file_wrong", session=session, file=file, problems=problems)
                )
        return refusal(Refused("unknown_session", session=session, known=", ".join(self.scripts)))

    def first_for(self, runner: Runner) -> str:
        """Return the session nearest to the level of ``runner``; asked for with every state."""
        scripts, known, first = self._first
        if scripts is not self.scripts or known != runner:
            first = next(iter(alternatives(self.scripts, runner) or self.scripts), "")
            self._first = (self.scripts, runner, first)
        return first

    def plan(
        self, session: str, runner: Runner, machine: Machine, overrides: Mapping[str, float | str]
    ) -> Plan:
        """Work out a session. Raises ``ServiceValidationError`` for what cannot be planned."""
        script = self.script(session)
        try:
            return plan(script, runner, machine, overrides)
        except Refused as refused:
            names = [self.scripts[other].name for other in alternatives(self.scripts, runner)]
            raise refusal(refused, alternatives=", ".join(names) or "-") from refused

    @callback
    def listen(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Call ``listener`` when sessions were read again; returns a function that ends it."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)


LIBRARY: HassKey[SessionLibrary] = HassKey(f"{DOMAIN}_sessions")


async def async_setup_sessions(hass: HomeAssistant) -> None:
    """Read the session files for the first time."""
    library = hass.data[LIBRARY] = SessionLibrary(hass)
    await library.async_load()
    hass.bus.async_listen(EVENT_CORE_CONFIG_UPDATE, library.async_speak)


async def async_reload_sessions(hass: HomeAssistant) -> tuple[ScriptError, ...]:
    """Read the session files again; returns what is wrong with them."""
    await hass.data[LIBRARY].async_load()
    return hass.data[LIBRARY].errors


def _load(
    folder: Path,
) -> tuple[dict[str, Script], dict[str, Script], tuple[ScriptError, ...]]:
    own, errors = load_folder(folder)
    for error in errors:
        _make_readable(error)
    for link in links_out(folder):
        _LOGGER.warning(
            "%s is a link that leads out of %s: it is not read", readable_name(link.name), folder
        )
    try:
        return builtin(), own, errors
    except ScriptError as damaged:
        return {}, own, (damaged, *errors)


def _make_readable(error: ScriptError) -> None:
    """Write out what is no text in the name of a file, wherever the error tells it."""
    error.source = readable_name(error.source)
    error.args = tuple(readable(str(part)) for part in error.args)


def _in_words(script: Script, words: Mapping[str, str]) -> Script:
    """Return a built-in session in the words of a language, or in its own where it has none."""

    def word(part: str, own: str) -> str:
        return words.get(f"component.{DOMAIN}.selector.session_{part}.options.{script.id}", own)

    return replace(
        script,
        name=word("name", script.name),
        description=word("description", script.description),
        why=word("why", script.why),
        built_in=True,
    )
