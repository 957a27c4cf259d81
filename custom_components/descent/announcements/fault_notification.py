"""Faults reach the runner on every channel: beside the voice, as a notification in Home Assistant.

It goes away by itself when what it says is over: the belt stands, contact is back, the session runs
again, or another one begins.
"""

from __future__ import annotations

from collections.abc import Callable

from homeassistant.components import persistent_notification
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.dispatcher import async_dispatcher_connect

from ..const import DOMAIN
from ..coordinator import TreadmillCoordinator
from ..runtime.broadcast import Told, happened_on
from ..training.cues import SUSPENDED
from ..training.events import Cue, CueKind, Reason, State, StateChanged

_OVER = frozenset({State.ARMED, State.RUNNING})


@callback
def async_watch_faults(coordinator: TreadmillCoordinator) -> Callable[[], None]:
    """Show the faults of a treadmill; returns a function that ends it."""
    hass, entry = coordinator.hass, coordinator.config_entry
    notification = _notification(entry.entry_id)
    lost_contact = False  # is what is shown

    @callback
    def happened(told: Told) -> None:
        nonlocal lost_contact
        match told.what:
            case Cue(kind=CueKind.FAULT, key=key):
                lost_contact = key == SUSPENDED[Reason.LOST_CONTACT]
                persistent_notification.async_create(hass, told.text, entry.title, notification)
            case StateChanged(state) if state in _OVER:
                persistent_notification.async_dismiss(hass, notification)

    @callback
    def measured() -> None:
        moving = coordinator.data.belt_moving
        if moving is False or (moving and lost_contact):
            persistent_notification.async_dismiss(hass, notification)

    ends = (
        async_dispatcher_connect(hass, happened_on(entry.entry_id), happened),
        coordinator.async_add_listener(measured, frozenset({"belt_moving"})),
    )

    @callback
    def end() -> None:
        for each in ends:
            each()

    return end


@callback
def async_forget_faults(hass: HomeAssistant, entry_id: str) -> None:
    """Take away what is shown of a treadmill that is removed."""
    persistent_notification.async_dismiss(hass, _notification(entry_id))


def _notification(entry_id: str) -> str:
    return f"{DOMAIN}_fault_{entry_id}"
