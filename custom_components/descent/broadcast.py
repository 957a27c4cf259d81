"""What happens on a treadmill, told to whoever listens: cues as events, triggers, the speaker.

Each thing is told after the states were written: an automation that begins on it reads states that
know of it already. What happens while entities are still being made is told once they are there.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.dispatcher import async_dispatcher_send
from homeassistant.util.signal_type import SignalType

from .const import DOMAIN
from .training.events import (
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
    """One thing that happened on the treadmill of a config entry; a cue also in words."""

    entry_id: str
    what: Happening
    text: str = ""


HAPPENED: SignalType[Told] = SignalType(f"{DOMAIN}_happened")


class Broadcast:
    """Tells of one treadmill."""

    def __init__(self, hass: HomeAssistant, entry_id: str, render: Callable[[Cue], str]) -> None:
        """Hold everything back until ``begin``."""
        self._hass = hass
        self._entry_id = entry_id
        self._render = render
        self._held: list[Happening] | None = []

    @callback
    def begin(self) -> None:
        """Tell what was held back, and everything from now on."""
        held, self._held = self._held or [], None
        for what in held:
            self._send(what)

    @callback
    def tell(self, effects: tuple[Effect, ...]) -> None:
        """Tell what among ``effects`` is of interest to others."""
        for effect in effects:
            if not isinstance(effect, _TOLD):
                continue
            if self._held is None:
                self._send(effect)
            else:
                self._held.append(effect)

    def _send(self, what: Happening) -> None:
        text = self._render(what) if isinstance(what, Cue) else ""
        async_dispatcher_send(self._hass, HAPPENED, Told(self._entry_id, what, text))
