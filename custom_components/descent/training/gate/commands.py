"""Commands: each with an identity of its own, and with what belt or deck is expected to do for it.

The gate decides when there is one (motion.py); nobody else makes any.
"""

from __future__ import annotations

import math

from ..events import Command, CommandKind
from ..model import Machine, earliest
from .axis import BELT, DECK, Axis
from .stopping import Stopping
from .telemetry_watch import TelemetryWatch


class Commands:
    """What belt and deck are told, and whether they do it."""

    def __init__(self, watch: TelemetryWatch, stopping: Stopping) -> None:
        """Start with none: belt and deck belong to the console."""
        self.belt = Axis(BELT)
        self.deck = Axis(DECK)
        self.belt_at = -math.inf  # when the belt was last told anything
        self._watch = watch
        self._stopping = stopping
        self._next_id = 1

    # ---- what is told

    def speed(self, value: float, now: float) -> Command:
        """Ask for a speed in km/h."""
        command = self._command(CommandKind.SET_SPEED, value)
        sample = self._watch.sample
        self.belt.send(command, value, value if sample is None else sample.speed_kmh, now)
        self.belt_at = now
        return command

    def incline(
        self, value: float, measured_pct: float, now: float, *, must_move: bool = False
    ) -> Command:
        """Ask for an incline in percent; with ``must_move`` only movement confirms it."""
        command = self._command(CommandKind.SET_INCLINE, value)
        self.deck.send(command, value, measured_pct, now, must_move=must_move)
        return command

    def start(self) -> Command:
        """Start the belt."""
        return self._command(CommandKind.START_BELT)

    def stop(self, now: float) -> Command:
        """Stop the belt."""
        command = self._command(CommandKind.STOP_BELT)
        sample = self._watch.sample
        speed = 0.0 if sample is None else sample.speed_kmh
        self.belt.send(command, 0.0, speed, now)
        self._stopping.sent(now)
        if self._watch.moving:
            self._stopping.halt(speed)
        self.belt_at = now
        return command

    def release(self) -> Command:
        """Give control back to the console."""
        return self._command(CommandKind.RELEASE)

    # ---- what comes of it

    def lose(self) -> None:
        """Contact is gone: how belt and deck moved before says nothing about now."""
        self.belt.movement.forget()
        self.deck.movement.forget()

    def forget(self) -> None:
        """Expect nothing any more."""
        self.belt.forget()
        self.deck.forget()

    def leave(self, machine: Machine) -> None:
        """Expect nobody to move what was told nothing, where it is not the runner who moves it."""
        sample = self._watch.sample
        if sample is not None and machine.sets_speed:
            self.belt.leave(sample.speed_kmh)
        if sample is not None and sample.incline_pct is not None and machine.sets_incline:
            self.deck.leave(sample.incline_pct)

    @property
    def done(self) -> bool | None:
        """Whether belt and deck do what they were told, and are there; None if told nothing."""
        if self.belt.commanded is None and self.deck.commanded is None:
            return None
        awaited = self.belt.unconfirmed or self.deck.unconfirmed
        return not (awaited or self.belt.under_way or self.deck.under_way)

    @property
    def deadline(self) -> float | None:
        """When the silence of one of them becomes a judgement."""
        return earliest(self.belt.deadline, self.deck.deadline)

    # ---- inside

    def _command(self, kind: CommandKind, value: float | None = None) -> Command:
        command = Command(self._next_id, kind, value)
        self._next_id += 1
        return command
