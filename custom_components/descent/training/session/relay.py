"""What a session passes on: to the runner what is said, to the gate what is wished."""

from __future__ import annotations

from .. import cues
from ..events import NO_WISH, Aim, Cue, Effect
from ..gate import Gate
from ..model import Step
from ..rules import NEAR, TOLD_RAMP_KMH


class Relay:
    """Between the steps of a session and the gate."""

    def __init__(self, gate: Gate) -> None:
        """Pass on to ``gate``."""
        self._gate = gate

    def say(self, cue: Cue, now: float) -> list[Effect]:
        """Announce; the gate notes what the runner was told."""
        if cue.speed_kmh is not None or cue.incline_pct is not None:
            self._gate.announce(Aim(cue.speed_kmh, cue.incline_pct), now)
        return [cue]

    def guide(self, target: Aim, step: Step | None, now: float) -> list[Effect]:
        """Tell the runner what to set, where Descent may not (rules R1, R16) or cannot."""
        if not (step and step.guided):
            target = self._gate.left_to_runner(target)
        if target == NO_WISH:
            return []
        if target.speed_kmh:
            self._gate.note_asked(target.speed_kmh, now)
        return [cues.guide(target, step)]

    def guide_ramp(self, speed_kmh: float, step: Step, now: float) -> list[Effect]:
        """Tell the runner of the next speed of a ramp, not more often than one can follow."""
        told = self._gate.asked_kmh
        ends = speed_kmh in (step.speed_kmh, step.ramp_to_kmh)
        if told is not None and not ends and abs(speed_kmh - told) < TOLD_RAMP_KMH - NEAR:
            return []
        return self.guide(Aim(speed_kmh), step, now)

    def aim(self, target: Aim, step: Step, now: float) -> list[Effect]:
        """Wish, within what the machine has now.

        A stored plan may be older than the machine's limits.
        """
        if step.guided:
            return []
        machine = self._gate.usable(self._gate.limits.machine)
        speed, incline = target.speed_kmh, target.incline_pct
        within = Aim(
            None if speed is None else min(speed, machine.speed.maximum),
            None if incline is None else machine.incline.clamp(incline),
        )
        return list(self._gate.aim(within, now, of_session=True))
