"""The session files: Descent's, and the user's own in ``<config>/descent/sessions``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from homeassistant.core import HomeAssistant, callback
from homeassistant.util.hass_dict import HassKey

from .const import DOMAIN, SESSIONS_FOLDER
from .errors import refusal
from .issues import report_session_files
from .training.events import Refused
from .training.model import Machine, Plan, Runner
from .training.planner import alternatives, plan
from .training.script import Script, ScriptError, builtin, load_folder


class SessionLibrary:
    """All sessions there are, by id. One for the whole Home Assistant."""

    def __init__(self, hass: HomeAssistant) -> None:
        """Know none yet."""
        self._hass = hass
        self._listeners: list[Callable[[], None]] = []
        self.scripts: Mapping[str, Script] = {}
        self.errors: tuple[ScriptError, ...] = ()
        self._first: tuple[Mapping[str, Script], Runner | None, str] = ({}, None, "")

    async def async_load(self) -> None:
        """Read all files again. A file that is wrong becomes a repair issue and hides no other."""
        folder = Path(self._hass.config.path(SESSIONS_FOLDER))
        self.scripts, self.errors = await self._hass.async_add_executor_job(_load, folder)
        report_session_files(self._hass, self.errors)
        for listener in tuple(self._listeners):
            listener()

    def script(self, session: str) -> Script:
        """Return a session by id. Raises ``ServiceValidationError`` for an unknown one."""
        if (script := self.scripts.get(session)) is None:
            raise refusal(
                Refused("unknown_session", session=session, known=", ".join(self.scripts))
            )
        return script

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
    hass.data[LIBRARY] = SessionLibrary(hass)
    await hass.data[LIBRARY].async_load()


async def async_reload_sessions(hass: HomeAssistant) -> tuple[ScriptError, ...]:
    """Read the session files again; returns what is wrong with them."""
    await hass.data[LIBRARY].async_load()
    return hass.data[LIBRARY].errors


def _load(folder: Path) -> tuple[dict[str, Script], tuple[ScriptError, ...]]:
    own, errors = load_folder(folder)
    try:
        return builtin() | own, errors
    except ScriptError as damaged:
        return own, (damaged, *errors)
