"""The diagnostics download: what it takes to find out why a belt did what it did (rule R18)."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any, Final

from homeassistant.components.diagnostics import async_redact_data
from homeassistant.core import HomeAssistant

from .as_dict import snapshot_as_dict
from .entries import DescentConfigEntry
from .runner_coordinator import RunnerCoordinator

# Who somebody is, and what their body is like, is nobody's business in a bug report. Level, 5 km
# time and the flags stay: every speed and every cap follows from them.
_OF_A_RUNNER: Final = {"name", "title", "body_mass_kg"}
# Nor which treadmill it is, or where; what it says on the wire holds nothing of that.
_OF_A_TREADMILL: Final = {
    *("runner", "runner_entry_id", "title"),
    *("address", "host", "mac", "serial", "service"),
}


async def async_get_config_entry_diagnostics(
    hass: HomeAssistant, entry: DescentConfigEntry
) -> dict[str, Any]:
    """Return the last minutes of a treadmill, or what is known of a runner."""
    known = {"title": entry.title, "data": dict(entry.data), "options": dict(entry.options)}
    coordinator = entry.runtime_data
    if isinstance(coordinator, RunnerCoordinator):
        return async_redact_data(known, _OF_A_RUNNER)
    treadmill, view = coordinator.treadmill, coordinator.view()
    return async_redact_data(
        {
            "entry": known,
            "contact": treadmill.contact.value,
            "machine": asdict(treadmill.machine),
            "permissions": asdict(view.permissions),
            "level": view.level.value,
            "rates": asdict(view.rates),
            "selected_session": coordinator.selected_session,
            "clock": {"now": view.at, "scale": coordinator.clock.scale},
            "snapshot": snapshot_as_dict(coordinator.snapshot()),
            "journal": coordinator.journal.records(),
            "wire": treadmill.trace(),
        },
        _OF_A_TREADMILL,
    )
