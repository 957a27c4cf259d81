"""One runner for entities and treadmills: the newest answers, and one way to change them."""

from __future__ import annotations

from collections.abc import Mapping
import logging
from typing import Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.update_coordinator import DataUpdateCoordinator

from .identity import identity
from .training.model import Level, Runner

_LOGGER = logging.getLogger(__name__)

type RunnerConfigEntry = ConfigEntry[RunnerCoordinator]

_MAY_BE_UNKNOWN = (
    "five_k_s",
    "controlled_top_kmh",
    "walk_kmh",
    "max_speed_kmh",
    "body_mass_kg",
)


def runner_from(data: Mapping[str, Any]) -> Runner:
    """Build a runner from an entry's data.

    Raises ``ValueError``, ``TypeError`` or ``LookupError`` for answers nobody could give.
    """
    answers = {key: data[key] for key in _MAY_BE_UNKNOWN if data.get(key) is not None}
    return Runner(
        name=str(data["name"]),
        level=Level(data["level"]),
        hill_experience=bool(data["hill_experience"]),
        joint_issues=bool(data["joint_issues"]),
        **answers,
    )


class RunnerCoordinator(DataUpdateCoordinator[Runner]):
    """Pushes a runner whenever somebody has changed an answer."""

    config_entry: RunnerConfigEntry

    def __init__(self, hass: HomeAssistant, entry: RunnerConfigEntry) -> None:
        """Read the answers in ``entry``. Raises what ``runner_from`` raises."""
        super().__init__(hass, _LOGGER, config_entry=entry, name=entry.title)
        self.identity = identity(entry)
        self.data = runner_from(entry.data)

    @callback
    def async_apply(self) -> None:
        """Take over what was changed in the entry. Raises what ``runner_from`` raises."""
        self.async_set_updated_data(runner_from(self.config_entry.data))

    @callback
    def async_answer(self, **answers: Any) -> None:
        """Keep other answers, by their keys in the entry; they are taken over like any edit."""
        data = {**self.config_entry.data, **answers}
        self.hass.config_entries.async_update_entry(self.config_entry, data=data)
