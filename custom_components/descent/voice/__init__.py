"""Voice without YAML: sentences that Assist hands to Descent, and what it says to them.

Set up when Assist is, and not at all without it: only then is the library there that matches
sentences. ``assist`` registers, ``hearing`` makes out what was said, ``session_intents`` and
``target_intents`` do it, ``answers`` puts the answer into words. ``stop_hearing`` makes out a Stop
in whatever words. The sentences themselves are in ``sentences/``, a file a language.
"""

from __future__ import annotations

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.importlib import async_import_module
from homeassistant.setup import async_when_setup

_NEEDS_ASSIST = f"{__name__}.assist"


@callback
def async_setup_voice(hass: HomeAssistant) -> None:
    """Understand sentences from when Assist is there."""

    async def set_up(hass: HomeAssistant, component: str) -> None:
        assist = await async_import_module(hass, _NEEDS_ASSIST)
        await assist.async_setup(hass)

    async_when_setup(hass, "conversation", set_up)
