"""Selects: which session, who runs; a runner's level; what is wrong with a simulated machine."""

from __future__ import annotations

from collections.abc import Iterable
from typing import override

from homeassistant.components.select import SelectEntity, SelectEntityDescription
from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .entity import RunnerEntity, TreadmillEntity
from .entries import DescentConfigEntry
from .runner_coordinator import RunnerCoordinator
from .targets import NONE
from .training.model import Level
from .virtual_console import FAULTS, ConsoleEntity, console_of

PARALLEL_UPDATES = 0  # nothing is polled

SESSION = SelectEntityDescription(key="session")
RUNNER = SelectEntityDescription(key="runner")
FAULT = SelectEntityDescription(
    key="simulated_fault",
    entity_category=EntityCategory.DIAGNOSTIC,
    entity_registry_enabled_default=False,
    options=[NONE, *FAULTS],
)
LEVEL = SelectEntityDescription(
    key="level",
    entity_category=EntityCategory.CONFIG,
    options=[level.value for level in Level],
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: DescentConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the selects of a treadmill or of a runner."""
    coordinator = entry.runtime_data
    if isinstance(coordinator, RunnerCoordinator):
        async_add_entities([LevelEntity(coordinator, LEVEL)])
        return
    async_add_entities(
        [
            SessionSelect(coordinator, SESSION, ["scripts", "selected_session"]),
            RunnerSelect(coordinator, RUNNER, ["runners", "selected_runner"]),
        ]
    )
    if (console := console_of(coordinator)) is not None:
        async_add_entities([FaultSelect(coordinator, FAULT, console)])


def labelled(names: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Map names to the keys they stand for; a name that occurs again gets its key in brackets."""
    labels: dict[str, str] = {}
    for key, name in names:
        labels[f"{name} ({key})" if name in labels else name] = key
    return labels


def _label(labels: dict[str, str], wanted: str | None) -> str | None:
    return next((name for name, key in labels.items() if key == wanted), None)


class SessionSelect(TreadmillEntity, SelectEntity):
    """The session that Start arms."""

    @property
    @override
    def options(self) -> list[str]:
        """Descent's sessions by id, for their names depend on the language; a user's by name."""
        return list(self._sessions)

    @property
    @override
    def current_option(self) -> str | None:
        """The selected session."""
        return _label(self._sessions, self.choices.selected_session)

    @override
    async def async_select_option(self, option: str) -> None:
        """Select a session; a running one goes on."""
        await self.coordinator.async_select_session(self._sessions[option])

    @property
    def _sessions(self) -> dict[str, str]:
        scripts = self.choices.scripts.values()
        return labelled(
            (script.id, script.id if script.built_in else script.name) for script in scripts
        )


class RunnerSelect(TreadmillEntity, SelectEntity):
    """Who runs."""

    @property
    @override
    def options(self) -> list[str]:
        """Nobody, and the names of all runners."""
        return [NONE, *self._runners]

    @property
    @override
    def current_option(self) -> str | None:
        """The name of the selected runner."""
        return _label(self._runners, self.choices.selected_runner) or NONE

    @override
    async def async_select_option(self, option: str) -> None:
        """Select a runner; a running session keeps its own."""
        await self.coordinator.async_select_runner(self._runners.get(option))

    @property
    def _runners(self) -> dict[str, str]:
        return labelled((known.entry_id, known.name) for known in self.choices.runners)


class FaultSelect(ConsoleEntity, SelectEntity):
    """What is wrong with a virtual treadmill, to see what Descent makes of it."""

    @property
    @override
    def current_option(self) -> str | None:
        """The fault that is switched on."""
        return self.fault or NONE

    @override
    async def async_select_option(self, option: str) -> None:
        """Switch one fault on and all others off."""
        self.fault = None if option == NONE else option
        self.async_write_ha_state()


class LevelEntity(RunnerEntity, SelectEntity):
    """How experienced a runner is downhill; kept with the runner's other answers."""

    @property
    @override
    def current_option(self) -> str:
        """The level."""
        return self.runner.level.value

    @override
    async def async_select_option(self, option: str) -> None:
        """Change the level; plans made from now on follow it."""
        self.coordinator.async_answer(level=option)
