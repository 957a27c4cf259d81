"""A deck that went up when it was told to go down: its issue, and the way back."""

from __future__ import annotations

from collections.abc import Callable

from homeassistant.core import callback

from .coordinator import TreadmillCoordinator
from .issues import forget_decline, report_decline
from .training.model import DeclineCheck


@callback
def async_watch_decline(coordinator: TreadmillCoordinator) -> Callable[[], None]:
    """Have an issue as long as the deck is known to go the wrong way.

    Returns a function that ends it.
    """
    hass, entry_id = coordinator.hass, coordinator.config_entry.entry_id
    shown = DeclineCheck.UNTESTED

    @callback
    def look() -> None:
        nonlocal shown
        if coordinator.data.decline is shown:
            return
        shown = coordinator.data.decline
        if shown is DeclineCheck.WRONG_WAY:
            report_decline(hass, entry_id, coordinator.name)
        else:
            forget_decline(hass, entry_id)

    unlisten = coordinator.async_add_listener(look, frozenset({"decline"}))
    look()

    @callback
    def end() -> None:
        unlisten()
        forget_decline(hass, entry_id)

    return end


@callback
def async_try_again(coordinator: TreadmillCoordinator) -> None:
    """Have the deck tried once more, now that the user has put it right."""
    coordinator.async_try_decline_again()
