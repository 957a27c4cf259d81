"""What the runner is asked to do at the console, where the machine takes no command for it.

Some machines let nobody set the speed, others nobody stop the belt. The rules hold there too: the
gate waits until the runner has done it, and says so.
"""

from __future__ import annotations

from collections.abc import Iterator
import math

from ..events import Aim, Cue, CueKind, Effect
from ..model import Machine, Telemetry
from ..rules import ASK_AGAIN_S, ASK_TIMES
from .axis import BELT, DECK


class Prompts:
    """What was asked, and when: once, and again if nothing comes of it."""

    def __init__(self) -> None:
        """Start with nothing asked."""
        self._asked: float | None = None  # the speed; 0 for a stop
        self._at = -math.inf
        self._left = ASK_TIMES

    @property
    def speed_kmh(self) -> float | None:
        """The speed the runner was last asked for."""
        return self._asked or None

    def clear(self) -> None:
        """Nothing is expected of the runner any more."""
        self._asked = None

    def told(self, speed_kmh: float, now: float) -> None:
        """Note that the runner has just been asked for a speed by somebody else."""
        self._asked, self._at, self._left = speed_kmh, now, ASK_TIMES

    def slower(self, limit_kmh: float, now: float) -> list[Effect]:
        """Ask for a speed no higher than ``limit_kmh``, as nobody else can set it."""
        asked = self._asked or math.inf
        speed_kmh = asked if asked <= limit_kmh else math.floor(limit_kmh * 2) / 2
        if not self._due(speed_kmh, now):
            return []
        values = {"speed": f"{speed_kmh:g}"}
        return [Cue(kind=CueKind.GUIDE, key="guided_slow", values=values, speed_kmh=speed_kmh)]

    def stop(self, now: float) -> list[Effect]:
        """Ask for the Stop button of the console, as nobody else can stop the belt."""
        if not self._due(0.0, now):
            return []
        return [Cue(kind=CueKind.GUIDE, key="press_stop", speed_kmh=0.0)]

    def times(self, now: float) -> Iterator[float]:
        """When it is time to ask again."""
        again = self._at + ASK_AGAIN_S
        if self._asked is not None and self._left > 1 and again > now:
            yield again

    def _due(self, speed_kmh: float, now: float) -> bool:
        if speed_kmh != self._asked:
            self.told(speed_kmh, now)
            return True
        if now < self._at + ASK_AGAIN_S or self._left <= 1:
            return False
        self._at, self._left = now, self._left - 1
        return True


def by_hand(target: Aim, machine: Machine, sample: Telemetry | None) -> Aim:
    """Return what of a target the machine takes no command for, and is not so already.

    To stop the belt the gate asks by itself, when it is time.
    """
    speed, incline = target.speed_kmh or None, target.incline_pct
    if machine.sets_speed or (sample and _there(speed, sample.speed_kmh, BELT.drift)):
        speed = None
    if machine.sets_incline or (sample and _there(incline, sample.incline_pct, DECK.drift)):
        incline = None
    return Aim(speed, incline)


def _there(wanted: float | None, measured: float | None, drift: float) -> bool:
    return wanted is not None and measured is not None and abs(measured - wanted) <= drift
