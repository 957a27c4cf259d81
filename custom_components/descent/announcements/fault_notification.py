"""Faults reach the runner on every channel: beside the voice, as a notification in Home Assistant.

It goes away by itself when the session runs again, or another one begins.
"""

from __future__ import annotations

from collections.abc import Callable

from homeassistant.components import persistent_notification
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.dispatcher import async_dispatcher_connect

from ..const import DOMAIN
from ..runtime.broadcast import Told, happened_on
from ..training.events import Cue, CueKind, State, StateChanged

_OVER = frozenset({State.ARMED, State.RUNNING})


@callback
def async_watch_faults(hass: HomeAssistant, entry_id: str, title: str) -> Callable[[], None]:
    """Show the faults of a treadmill; returns a function that ends it."""
    notification = _notification(entry_id)

    @callback
    def happened(told: Told) -> None:
        match told.what:
            case Cue(kind=CueKind.FAULT):
                persistent_notification.async_create(hass, told.text, title, notification)
            case StateChanged(state) if state in _OVER:
                persistent_notification.async_dismiss(hass, notification)

    return async_dispatcher_connect(hass, happened_on(entry_id), happened)


@callback
def async_forget_faults(hass: HomeAssistant, entry_id: str) -> None:
    """Take away what is shown of a treadmill that is removed."""
    persistent_notification.async_dismiss(hass, _notification(entry_id))


def _notification(entry_id: str) -> str:
    return f"{DOMAIN}_fault_{entry_id}"
