"""The end of a session: completed, skipped to the end, aborted, all on one path (rule R14)."""

from __future__ import annotations

from .events import Reason
from .gate import Gate
from .model import Telemetry
from .rules import END_KMH, ENDING_TAKES_S


class Ending:
    """The belt slows down, the deck levels, the belt stops; until telemetry says so."""

    def __init__(self, gate: Gate, result: Reason, now: float) -> None:
        """Begin to end with a result."""
        self._gate = gate
        self.result = result
        self.expires_at = now + ENDING_TAKES_S

    def done(self, sample: Telemetry) -> bool:
        """Whether the belt stands, or creeps where nobody but the runner can stop it."""
        if self._gate.watch.at_rest:
            return True
        if self._gate.machine.can_stop and self._gate.permissions.control:
            return False
        return sample.speed_kmh <= max(END_KMH, self._gate.machine.speed.minimum) + 0.1
