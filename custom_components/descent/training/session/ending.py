"""The end of a session: completed, skipped to the end, aborted, all on one path (rule R14)."""

from __future__ import annotations

from .. import cues
from ..events import Aim, Cue, CueKind, Effect, Reason
from ..gate import Gate
from ..model import Telemetry
from ..rules import DECK_THERE_PCT, ENDING_TAKES_S, REST_SAMPLES, WOBBLE_KMH
from .steps import Steps


class Ending:
    """The belt slows down, the deck levels, the belt stops; until telemetry says so."""

    def __init__(self, gate: Gate, result: Reason, now: float) -> None:
        """Begin to end with a result."""
        self._gate = gate
        self.result = result
        self.expires_at = now + ENDING_TAKES_S
        self._rests = 0  # samples in a row

    def begin(self, steps: Steps, now: float) -> list[Effect]:
        """Say so, unless the runner was told, and set out to rest."""
        rest = Aim(0.0, 0.0)
        effects = steps.guide(rest, now)
        if not self._gate.rest_told:  # skipped, or over by its time limit
            effects.append(cues.ending(cues.EASE_S))
            self._gate.announce(rest, now)
        return [*effects, *self._gate.aim(rest, now, of_session=True)]

    def done(self, sample: Telemetry) -> bool:
        """Whether the belt stands, or creeps where nobody but the runner can stop it."""
        limits = self._gate.limits
        self._rests = self._rests + 1 if self._gate.at_rest else 0
        if self._rests:
            return self._rests >= REST_SAMPLES
        if limits.stops_belt:
            return False
        incline = 0.0 if sample.incline_pct is None else sample.incline_pct
        level = abs(incline) <= DECK_THERE_PCT or not limits.moves_deck
        return level and sample.speed_kmh <= limits.end_kmh + WOBBLE_KMH


def let_go(gate: Gate, result: Reason, now: float) -> list[Effect]:
    """Give control back; a belt that still moves is left to the runner, who is told so."""
    said: list[Effect] = []
    if gate.belt_moving and result is not Reason.EXPIRED:
        ours = gate.limits.stops_belt
        said = [Cue(kind=CueKind.FAULT, key="press_stop")] if ours else gate.ask_to_stop(now)
    return [*gate.release_control(), *said]
