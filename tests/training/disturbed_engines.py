"""Engines that are asked more often, or told more, than has to be, and must do the same."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from custom_components.descent.training.events import Effect, Event
from custom_components.descent.training.model import Telemetry
from tests.training.observed_engine import ObservedEngine


class OftenAskedEngine(ObservedEngine):
    """Is advanced between its wake-ups, and hears every measurement twice and older ones too."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Have been asked nothing."""
        super().__init__(*args, **kwargs)
        self.last = 0.0
        self.elapsed = 0.0
        self.known: object = None

    def handle(self, event: Event, now: float) -> tuple[Effect, ...]:
        """Be asked once between the wake-ups, then take in the event."""
        self._ask_between(now)
        effects = super().handle(event, now)
        if isinstance(event, Telemetry):
            assert super().handle(event, now) == ()
            junk = replace(event, at=max(0.0, event.at - 0.7), speed_kmh=33.0, incline_pct=-9.0)
            assert super().handle(junk, now) == ()
        return effects

    def advance(self, now: float) -> tuple[Effect, ...]:
        """Be asked once between the wake-ups, then do what is due."""
        self._ask_between(now)
        effects = super().advance(now)
        assert super().advance(now) == ()
        return effects

    def leave(self, now: float) -> tuple[Effect, ...]:
        """Leave; what lies before is asked no more."""
        self.last = max(self.last, now)
        return super().leave(now)

    def _ask_between(self, now: float) -> None:
        wake = self.wakes_at
        middle = (self.last + now) / 2
        if middle > self.last and (wake is None or middle < wake):
            assert super().advance(middle) == ()
        self.last = max(self.last, now)
        if self.session is not self.known:
            self.known, self.elapsed = self.session, 0.0
        view = self.view(now)
        if view.summary is None:
            elapsed = view.elapsed_s
            assert elapsed >= self.elapsed
            self.elapsed = elapsed


class HeartRateEngine(ObservedEngine):
    """Hears of a heart that beats ever faster (rule R13)."""

    def handle(self, event: Event, now: float) -> tuple[Effect, ...]:
        """Add a heart rate to every measurement."""
        if isinstance(event, Telemetry):
            event = replace(event, heart_rate_bpm=60 + int(now * 7) % 150, energy_kcal=int(now))
        return super().handle(event, now)
