"""Who runs: runner entries, and what a runner and a user allow the gate of a treadmill."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from homeassistant.core import HomeAssistant
from homeassistant.util.signal_type import SignalType

from .const import ACKNOWLEDGEMENT_VERSION, CONF_KIND, DOMAIN, KIND_RUNNER
from .entries import WORKING
from .errors import refusal
from .runner_coordinator import RunnerConfigEntry
from .training.events import Refused
from .training.model import Level, Runner
from .training.rules import Permissions

if TYPE_CHECKING:
    from .coordinator import TreadmillConfigEntry

# Sent when a runner comes, goes, or has other answers.
RUNNERS_CHANGED: SignalType[()] = SignalType(f"{DOMAIN}_runners_changed")

# Who runs when nobody was added: the beginner caps, and no advantage of any kind.
NOBODY = Runner(name="", level=Level.BEGINNER)


def runner_entries(hass: HomeAssistant) -> dict[str, RunnerConfigEntry]:
    """All runners that are set up, by entry id, in the order they were added."""
    return {
        entry.entry_id: entry
        for entry in hass.config_entries.async_entries(DOMAIN)
        if entry.state in WORKING and entry.data[CONF_KIND] == KIND_RUNNER
    }


def runner_by(hass: HomeAssistant, entry_id: str | None) -> Runner:
    """Return a runner by entry id; a beginner without a name for ``None``.

    Raises ``ServiceValidationError`` for an unknown one.
    """
    if entry_id is None:
        return NOBODY
    entry = runner_entries(hass).get(entry_id)
    if entry is None:
        raise refusal(Refused("unknown_runner", runner=entry_id))
    return entry.runtime_data.data


def lowered(hass: HomeAssistant, planned: Runner, entry_id: str | None) -> Runner:
    """Return the runner that a session was planned for, with a maximum lowered since (rule R10).

    A higher one counts from the next session on.
    """
    entry = None if entry_id is None else runner_entries(hass).get(entry_id)
    now = None if entry is None else entry.runtime_data.data.max_speed_kmh
    maxima = [speed for speed in (planned.max_speed_kmh, now) if speed is not None]
    return replace(planned, max_speed_kmh=min(maxima, default=None))


def permissions(treadmill: TreadmillConfigEntry, runner: Runner) -> Permissions:
    """What the user allows on a treadmill (rules R1, R2); the lower absolute maximum (rule R10)."""
    options = treadmill.options
    maxima = [
        speed for speed in (options.get("max_speed"), runner.max_speed_kmh) if speed is not None
    ]
    return Permissions(
        control=options.get("acknowledged") == ACKNOWLEDGEMENT_VERSION,
        start_belt=options.get("start_belt") is True,
        max_speed_kmh=min(maxima, default=None),
    )
