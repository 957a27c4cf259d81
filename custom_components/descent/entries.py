"""The config entries of Descent: of which types they are, and when what belongs to them works."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from homeassistant.config_entries import ConfigEntryState

if TYPE_CHECKING:
    from .coordinator import TreadmillConfigEntry
    from .runner_coordinator import RunnerConfigEntry

type DescentConfigEntry = TreadmillConfigEntry | RunnerConfigEntry

# Set up, and to be asked for everything. Home Assistant keeps an entry in the second state from a
# failed unload until it is restarted: nothing of it has ended.
WORKING: Final = frozenset({ConfigEntryState.LOADED, ConfigEntryState.FAILED_UNLOAD})
