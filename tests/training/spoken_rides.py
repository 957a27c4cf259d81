"""A ride with a speaker: what it is sent, and when the runner hears it."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple, override

from custom_components.descent.training.events import Cue, Effect, StateChanged, Unheard
from custom_components.descent.training.voice_timing import (
    TONE_S,
    Say,
    Verbosity,
    VoiceTiming,
    words_s,
)
from tests.training.ride import Ride

TEXTS = {"go": "Go.", "ease": "Three, two, one, ease."}


class Heard(NamedTuple):
    """One thing the runner heard, from ``at`` to ``until`` of the ride's clock."""

    at: float
    until: float
    say: Say


def text_of(cue: Cue) -> str:
    """Return a sentence of a usual length for a cue."""
    return TEXTS.get(cue.key, f"This is what {cue.key} sounds like.")


class SpokenRide(Ride):
    """Sends every cue to a speaker that is late by ``speaker_s``."""

    def __init__(
        self, *, verbosity: Verbosity = Verbosity.COACH, speaker_s: float = 1.0, sounds: bool = True
    ) -> None:
        """Stand beside a standing treadmill, within earshot."""
        self.speaker_s = speaker_s
        self.heard: list[Heard] = []
        self.unheard: list[Cue] = []
        self.speech = VoiceTiming(text_of, verbosity=verbosity, latency_s=speaker_s, sounds=sounds)
        super().__init__()

    @override
    def take(self, effects: tuple[Effect, ...]) -> None:
        super().take(effects)
        for effect in effects:
            match effect:
                case StateChanged():
                    self.speech.forget()
                case Cue():
                    self.speech.tell(effect, self.now)
        self._speak()

    def _speak(self) -> None:
        self.speech.foresee(self.engine.upcoming(self.now))
        for say in self.speech.advance(self.now):
            at = self.now + self.speaker_s
            lasts = say.tones + TONE_S if say.tone else words_s(say.text)
            self.heard.append(Heard(at, at + lasts, say))
        while self.speech.unheard:
            cue = self.speech.unheard.popleft()
            self.unheard.append(cue)
            self.take(self.engine.handle(Unheard(cue), self.now))
        wake = self.speech.wakes_at
        if wake is not None:
            self.later(max(0.0, wake - self.now), self._once(wake))

    def _once(self, wake: float) -> Callable[[], None]:
        def action() -> None:
            if self.speech.wakes_at == wake:
                self._speak()

        return action

    def of(self, key: str) -> list[Heard]:
        """Return what was heard of one cue."""
        return [heard for heard in self.heard if any(cue.key == key for cue in heard.say.cues)]
