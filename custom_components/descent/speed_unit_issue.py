"""A treadmill whose speeds seem to be in another unit than its owner says: its issue, and its end.

As long as it lasts, the driver goes by the faster of the two speeds (treadmills/ftms.py).
"""

from __future__ import annotations

from collections.abc import Callable

from homeassistant.core import HomeAssistant, callback

from .coordinator import TreadmillCoordinator
from .entries import DescentConfigEntry
from .issues import SPEED_UNIT, forget_speed_unit, report_speed_unit
from .treadmills import Choice, Doubt, kind_of


@callback
def async_watch_speed_unit(coordinator: TreadmillCoordinator) -> Callable[[], None]:
    """Have an issue as long as its measurements contradict the entry; returns what ends that."""
    hass, entry_id = coordinator.hass, coordinator.config_entry.entry_id

    @callback
    def look() -> None:
        if Doubt.SPEED_UNIT in coordinator.treadmill.doubts:
            report_speed_unit(hass, entry_id, coordinator.name)
        else:
            forget_speed_unit(hass, entry_id)

    unlisten = coordinator.treadmill.on_contact(look)

    @callback
    def end() -> None:
        unlisten()
        forget_speed_unit(hass, entry_id)

    return end


def units(entry: DescentConfigEntry) -> tuple[str, ...]:
    """Return what the speeds of a treadmill may be in."""
    questions = kind_of(entry.data).questions
    return next(
        question.options
        for question in questions
        if isinstance(question, Choice) and question.key == SPEED_UNIT
    )


def measured_unit(entry: DescentConfigEntry) -> str:
    """Return what they are in by its measurements, which contradict the entry."""
    return "kmh" if entry.data[SPEED_UNIT] == "mph" else "mph"


@callback
def async_choose(hass: HomeAssistant, entry: DescentConfigEntry, unit: str) -> None:
    """Take over what the owner says; what is known of its speeds is converted with it."""
    answer = {SPEED_UNIT: unit}
    known = kind_of(entry.data).known_after(entry.data, answer)
    hass.config_entries.async_update_entry(entry, data={**known, **answer})
