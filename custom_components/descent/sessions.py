"""The session files: Descent's, and the user's own in ``<config>/descent/sessions``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from homeassistant.core import HomeAssistant, callback
from homeassistant.util.hass_dict import HassKey

from .const import DOMAIN, SESSIONS_FOLDER
from .issues import report_session_files
from .training.script import Script, ScriptError, builtin, load_folder


class SessionLibrary:
    """All sessions there are, by id. One for the whole Home Assistant."""

    def __init__(self, hass: HomeAssistant) -> None:
        """Know none yet."""
        self._hass = hass
        self._listeners: list[Callable[[], None]] = []
        self.scripts: Mapping[str, Script] = {}
        self.errors: tuple[ScriptError, ...] = ()

    async def async_load(self) -> None:
        """Read all files again. A file that is wrong becomes a repair issue and hides no other."""
        folder = Path(self._hass.config.path(SESSIONS_FOLDER))
        self.scripts, self.errors = await self._hass.async_add_executor_job(_load, folder)
        report_session_files(self._hass, self.errors)
        for listener in tuple(self._listeners):
            listener()

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
