"""A treadmill that is to be controlled and takes no commands: its issue, and its end."""

from __future__ import annotations

from collections.abc import Callable

from homeassistant.core import HomeAssistant, callback

from .coordinator import TreadmillConfigEntry, TreadmillCoordinator
from .issues import forget_no_commands, report_no_commands
from .runners import permissions
from .treadmills import Part


@callback
def async_watch_commands(coordinator: TreadmillCoordinator) -> Callable[[], None]:
    """Have an issue as long as commands are allowed and fail; returns what ends that.

    Where contact is lost, it stays until the next contact tells.
    """
    hass, entry, treadmill = coordinator.hass, coordinator.config_entry, coordinator.treadmill

    @callback
    def look() -> None:
        if not treadmill.connected:
            return
        wanted = permissions(entry, coordinator.runner).control
        if wanted and Part.COMMANDS in treadmill.failing:
            report_no_commands(hass, entry.entry_id, coordinator.name)
        else:
            forget_no_commands(hass, entry.entry_id)

    async def edited(_: HomeAssistant, __: TreadmillConfigEntry) -> None:
        look()

    endings = [treadmill.on_contact(look), entry.add_update_listener(edited)]
    look()

    @callback
    def end() -> None:
        for stop in endings:
            stop()
        forget_no_commands(hass, entry.entry_id)

    return end
