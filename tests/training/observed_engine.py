"""An engine that remembers everything it was told and said, and a ride that has one.

What rule_judge.py reads: in the order of the events, with the time of each.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

from custom_components.descent.training.cues import OFF_BELT_S
from custom_components.descent.training.engine import Engine
from custom_components.descent.training.events import (
    Command,
    Cue,
    CueKind,
    Effect,
    Event,
    Refused,
    State,
    StateChanged,
)
from custom_components.descent.training.model import Plan
from tests.training.ride import Ride


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """One call into the engine. ``cause`` is the event, or the name of the method."""

    at: float
    cause: Event | str
    effects: tuple[Effect, ...]
    before: State
    after: State
    refused: bool = False


class ObservedEngine(Engine):
    """The engine, with a memory."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Start with an empty memory."""
        super().__init__(*args, **kwargs)
        self.moments: list[Moment] = []

    def handle(self, event: Event, now: float) -> tuple[Effect, ...]:
        """Remember an event, refused or not."""
        before = self.state
        try:
            effects = super().handle(event, now)
        except Refused:
            self._remember(now, event, (), before, refused=True)
            raise
        return self._remember(now, event, effects, before)

    def advance(self, now: float) -> tuple[Effect, ...]:
        """Remember what time brought."""
        before = self.state
        return self._remember(now, "advance", super().advance(now), before)

    def leave(self, now: float) -> tuple[Effect, ...]:
        """Remember an orderly leave."""
        before = self.state
        return self._remember(now, "leave", super().leave(now), before)

    def forget_decline(self) -> None:
        """Remember that the deck is to be tried again."""
        super().forget_decline()
        self._remember(self.moments[-1].at, "forget_decline", (), self.state)

    def restore(self, data: dict[str, Any], now: float) -> tuple[Effect, ...]:
        """Remember a restart."""
        before = self.state
        return self._remember(now, "restore", super().restore(data, now), before)

    def _remember(
        self,
        now: float,
        cause: Event | str,
        effects: tuple[Effect, ...],
        before: State,
        *,
        refused: bool = False,
    ) -> tuple[Effect, ...]:
        self.moments.append(
            Moment(
                at=now,
                cause=cause,
                effects=effects,
                before=before,
                after=self.state,
                refused=refused,
            )
        )
        return effects


class ObservedRide(Ride):
    """A ride whose engine remembers."""

    engine_type = ObservedEngine

    @property
    def moments(self) -> list[Moment]:
        """Everything that went into the engine and came out."""
        return cast("ObservedEngine", self.engine).moments

    @property
    def planned(self) -> Plan:
        """The plan of the session."""
        assert self.view.plan is not None
        return self.view.plan


class GuidedRide(ObservedRide):
    """A ride whose runner sets the machine as the guide says, a moment later (rule R1)."""

    def take(self, effects: tuple[Effect, ...]) -> None:
        """Do at the console what is asked for."""
        super().take(effects)
        for effect in effects:
            assert not isinstance(effect, Command) or effect.value is None, effect
            if isinstance(effect, Cue) and effect.kind is CueKind.GUIDE:
                self.later(1.0, lambda cue=effect: self._obey(cue))  # type: ignore[misc] # bound now
            last = isinstance(effect, Cue) and effect.key == "preview_end"
            if last or (isinstance(effect, StateChanged) and effect.state is State.WAITING):
                self.later(OFF_BELT_S + 1 if last else 1.0, self.press_stop)

    def _obey(self, cue: Cue) -> None:
        physics, now = self.physics, self.now
        if cue.speed_kmh is not None:
            physics.console_speed(cue.speed_kmh - self.speed, now)
        if cue.incline_pct is not None:
            physics.console_incline(cue.incline_pct - self.incline, now)
