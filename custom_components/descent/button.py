"""Buttons: the session's, and those of the virtual console."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import override

from homeassistant.components.button import ButtonEntity, ButtonEntityDescription
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .coordinator import TreadmillConfigEntry, TreadmillCoordinator
from .entity import TreadmillEntity
from .snapshot import Snapshot
from .training.events import OVER, Pause, Resume, Skip, State, Stop
from .virtual_console import Console, ConsoleEntity, console_of

PARALLEL_UPDATES = 0  # Stop never waits for another button (rule R4)


@dataclass(frozen=True, kw_only=True)
class SessionButton(ButtonEntityDescription):
    """Something to ask of the session, and when it makes sense.

    ``reads`` are the fields that ``available_fn`` looks at.
    """

    press_fn: Callable[[TreadmillCoordinator], Awaitable[object]]
    reads: tuple[str, ...]
    available_fn: Callable[[Snapshot], bool]


@dataclass(frozen=True, kw_only=True)
class ConsoleButton(ButtonEntityDescription):
    """A key of the virtual console."""

    press_fn: Callable[[Console], None]


BUTTONS: tuple[SessionButton, ...] = (
    SessionButton(
        key="start",
        press_fn=lambda coordinator: coordinator.async_start_session(
            coordinator.selected_session, coordinator.selected_runner, {}
        ),
        reads=("contact", "state"),
        available_fn=lambda snapshot: snapshot.connected and snapshot.state in OVER,
    ),
    SessionButton(
        key="pause",
        press_fn=lambda coordinator: coordinator.async_request(Pause()),
        reads=("state",),
        available_fn=lambda snapshot: (
            snapshot.state in {State.ARMED, State.RUNNING, State.SUSPENDED}
        ),
    ),
    SessionButton(
        key="resume",
        press_fn=lambda coordinator: coordinator.async_request(Resume()),
        reads=("state",),
        available_fn=lambda snapshot: (
            snapshot.state in {State.PAUSED, State.SUSPENDED, State.WAITING}
        ),
    ),
    SessionButton(
        key="skip",
        press_fn=lambda coordinator: coordinator.async_request(Skip()),
        reads=("state",),
        available_fn=lambda snapshot: snapshot.state in {State.RUNNING, State.WAITING},
    ),
    SessionButton(
        key="stop",
        press_fn=lambda coordinator: coordinator.async_request(Stop()),
        reads=(),
        available_fn=lambda _: True,  # rule R4: in any state, with or without contact
    ),
)

CONSOLE: tuple[ConsoleButton, ...] = (
    ConsoleButton(key="console_start", press_fn=lambda console: console.press_start()),
    ConsoleButton(key="console_stop", press_fn=lambda console: console.press_stop()),
    ConsoleButton(key="console_faster", press_fn=lambda console: console.press_faster()),
    ConsoleButton(key="console_slower", press_fn=lambda console: console.press_slower()),
    ConsoleButton(key="console_incline_up", press_fn=lambda console: console.press_up()),
    ConsoleButton(key="console_incline_down", press_fn=lambda console: console.press_down()),
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: TreadmillConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the buttons of a treadmill."""
    coordinator = entry.runtime_data
    async_add_entities(SessionButtonEntity(coordinator, button, button.reads) for button in BUTTONS)
    if (console := console_of(coordinator)) is not None:
        async_add_entities(ConsoleButtonEntity(coordinator, key, console) for key in CONSOLE)


class SessionButtonEntity(TreadmillEntity, ButtonEntity):
    """Asks something of the session."""

    entity_description: SessionButton

    @property
    @override
    def available(self) -> bool:
        """Whether pressing it makes sense now."""
        return self.entity_description.available_fn(self.snapshot)

    @override
    async def async_press(self) -> None:
        """Ask."""
        await self.entity_description.press_fn(self.coordinator)


class ConsoleButtonEntity(ConsoleEntity, ButtonEntity):
    """Presses a key at the virtual treadmill, as the runner on it would."""

    entity_description: ConsoleButton

    @override
    async def async_press(self) -> None:
        """Press the key."""
        self.entity_description.press_fn(self.console)
