"""Selects: which session, who runs; a runner's level; what is wrong with a simulated machine."""

from __future__ import annotations

from collections.abc import Iterable
from typing import cast, override

from homeassistant.components.select import SelectEntity, SelectEntityDescription
from homeassistant.config_entries import SIGNAL_CONFIG_ENTRY_CHANGED, ConfigEntry, ConfigEntryChange
from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.device_registry import DeviceEntryType, DeviceInfo
from homeassistant.helpers.dispatcher import async_dispatcher_connect
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .const import CONF_KIND, DOMAIN, KIND_RUNNER
from .coordinator import TreadmillConfigEntry, TreadmillCoordinator
from .entity import TreadmillEntity
from .runners import RunnerConfigEntry, runner_entries
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
    entry: TreadmillConfigEntry | RunnerConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the selects of a treadmill or of a runner."""
    if entry.data[CONF_KIND] == KIND_RUNNER:
        async_add_entities([LevelEntity(cast("RunnerConfigEntry", entry))])
        return
    coordinator = cast("TreadmillCoordinator", entry.runtime_data)
    async_add_entities([SessionSelect(coordinator, SESSION), RunnerSelect(coordinator, RUNNER)])
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
        """The names of all sessions."""
        return list(self._sessions)

    @property
    @override
    def current_option(self) -> str | None:
        """The name of the selected session."""
        return _label(self._sessions, self.coordinator.selected_session)

    @override
    async def async_select_option(self, option: str) -> None:
        """Select a session; a running one goes on."""
        await self.coordinator.async_select_session(self._sessions[option])

    @property
    def _sessions(self) -> dict[str, str]:
        scripts = self.coordinator.scripts
        return labelled((script.id, script.name) for script in scripts.values())


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
        return _label(self._runners, self.coordinator.selected_runner) or NONE

    @override
    async def async_select_option(self, option: str) -> None:
        """Select a runner; a running session keeps its own."""
        await self.coordinator.async_select_runner(self._runners.get(option))

    @property
    def _runners(self) -> dict[str, str]:
        known = runner_entries(self.hass).values()
        return labelled((entry.entry_id, entry.title) for entry in known)


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


class LevelEntity(SelectEntity):
    """How experienced a runner is downhill; kept with the runner's other answers."""

    _attr_has_entity_name = True
    entity_description = LEVEL

    def __init__(self, entry: RunnerConfigEntry) -> None:
        """Belong to the runner of ``entry``."""
        self._entry = entry
        self._attr_translation_key = LEVEL.key
        self._attr_unique_id = f"{entry.entry_id}_{LEVEL.key}"
        self._attr_device_info = DeviceInfo(
            identifiers={(DOMAIN, entry.entry_id)},
            name=entry.title,
            manufacturer="Descent",
            model="Runner",
            entry_type=DeviceEntryType.SERVICE,
        )

    @override
    async def async_added_to_hass(self) -> None:
        """Follow edits made elsewhere."""
        self.async_on_remove(
            async_dispatcher_connect(self.hass, SIGNAL_CONFIG_ENTRY_CHANGED, self._entry_changed)
        )

    @callback
    def _entry_changed(self, change: ConfigEntryChange, entry: ConfigEntry) -> None:
        if entry is self._entry:
            self.async_write_ha_state()

    @property
    @override
    def current_option(self) -> str | None:
        """The level."""
        return str(self._entry.data["level"])

    @override
    async def async_select_option(self, option: str) -> None:
        """Change the level; plans made from now on follow it."""
        self.hass.config_entries.async_update_entry(
            self._entry, data={**self._entry.data, "level": option}
        )
