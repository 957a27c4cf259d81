"""What happens on a treadmill, told to whoever listens: the event entity, notifications, triggers.

Each thing is told after the states were written: an automation that begins on it reads states that
know of it already. What happens while entities are still being made is told once they are there.

Who belongs to one treadmill listens to that one, and hears of no other. Triggers look for their
treadmills when something happens; each listens to what it is about.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.dispatcher import async_dispatcher_send
from homeassistant.util.signal_type import SignalType

from ..const import DOMAIN
from ..training.events import (
    Cue,
    Effect,
    Fault,
    Finished,
    RepCompleted,
    StateChanged,
    StepFinished,
    StepStarted,
)

type Happening = Cue | Fault | Finished | RepCompleted | StateChanged | StepFinished | StepStarted
_TOLD = (Cue, Fault, Finished, RepCompleted, StateChanged, StepFinished, StepStarted)


@dataclass(frozen=True, slots=True)
class Told:
    """One thing that happened on the treadmill of a config entry; a cue also in words.

    ``together`` is all that happened in the same moment, in order, itself included.
    """

    entry_id: str
    what: Happening
    text: str = ""
    together: tuple[Happening, ...] = ()


def happened_on(entry_id: str) -> SignalType[Told]:
    """Return the signal of everything that happens on one treadmill."""
    return SignalType(f"{DOMAIN}_happened_on_{entry_id}")


def happened_anywhere(what: type[Happening]) -> SignalType[Told]:
    """Return the signal of one kind of thing, on whichever treadmill it happens."""
    return SignalType(f"{DOMAIN}_happened_{what.__name__}")


@callback
def async_tell(hass: HomeAssistant, told: Told) -> None:
    """Tell who belongs to the treadmill first: its event entity is a state, too."""
    async_dispatcher_send(hass, happened_on(told.entry_id), told)
    async_dispatcher_send(hass, happened_anywhere(type(told.what)), told)


class Broadcast:
    """Tells of one treadmill."""

    def __init__(self, hass: HomeAssistant, entry_id: str, render: Callable[[Cue], str]) -> None:
        """Hold everything back until ``begin``."""
        self._hass = hass
        self._entry_id = entry_id
        self._render = render
        self._held: list[tuple[Happening, ...]] | None = []

    @callback
    def begin(self) -> None:
        """Tell what was held back, and everything from now on."""
        held, self._held = self._held or [], None
        for together in held:
            self._send(together)

    @callback
    def tell(self, effects: tuple[Effect, ...]) -> None:
        """Tell what among ``effects`` is of interest to others."""
        together = tuple(effect for effect in effects if isinstance(effect, _TOLD))
        if self._held is None:
            self._send(together)
        else:
            self._held.append(together)

    def _send(self, together: tuple[Happening, ...]) -> None:
        for what in together:
            text = self._render(what) if isinstance(what, Cue) else ""
            async_tell(self._hass, Told(self._entry_id, what, text, together))
