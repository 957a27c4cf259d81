"""The first decline of a machine: one small step down at walking pace, and judged (R10, R12).

A negative incline sent to a deck that cannot decline drove one model to +15 %, and a setting with
the wrong sign does the same to any. So the first way below level begins with a step that is large
enough to be seen in telemetry (rule R6) and small enough to stand on, whatever it does.

    UNTESTED --the step was seen to go down, and is there--> CONFIRMED
    UNTESTED --refused, not seen, given up on the way-------> UNTESTED
    any ------the deck goes the wrong way-------------------> WRONG_WAY
    WRONG_WAY --the user has put it right-------------------> UNTESTED

A motor, a sensor or a setting may be at fault later as well as at first: whatever was known of a
deck before, once it went the wrong way it is asked for no decline.
"""

from __future__ import annotations

from dataclasses import replace
import math

from ..events import Cue, CueKind, DeclineTested, Effect, Reason, Refused
from ..model import DeclineCheck, Machine
from ..rules import (
    DECK_SAMPLES,
    MARGIN_KMH,
    NEAR,
    TRIAL_PCT,
    TRIAL_SHOWN_PCT,
    WALKING_KMH,
)
from .axis import DECK, Axis

_LOW_KMH = WALKING_KMH - MARGIN_KMH  # what the belt is slowed down to


class DeclineTrial:
    """What is known of the deck below level, and how it is found out."""

    def __init__(self, decline: DeclineCheck) -> None:
        """Start with what is known."""
        self.decline = decline
        self._step: float | None = None  # the incline of the step under way
        self._shows = False  # it is large enough to be judged
        self._announced = False

    # ---- what may be wished

    def usable(self, machine: Machine) -> Machine:
        """Return what sessions can count on: no decline where the deck went up instead."""
        if self.decline is not DeclineCheck.WRONG_WAY or not machine.declines:
            return machine
        return replace(machine, incline=replace(machine.incline, minimum=0.0))

    def check(self, incline_pct: float | None) -> None:
        """Raise ``Refused`` for a slope below level where the deck went up instead."""
        if self.decline is DeclineCheck.WRONG_WAY and incline_pct is not None and incline_pct < 0:
            raise Refused("decline_wrong_way")

    # ---- the way there

    def concerns(self, incline_pct: float) -> bool:
        """Whether nobody knows yet what a command for this incline does."""
        return self.decline is DeclineCheck.UNTESTED and incline_pct < 0

    def goal(self, wished: float, here: float, deck: Axis, machine: Machine) -> float:
        """Return what the deck is to go to first: level, then one step, then what is wished."""
        if not self.concerns(wished) or deck.commanded == wished:
            return wished
        step = max(wished, first_step(machine))
        if deck.commanded == step:
            return step
        level = machine.incline.clamp(0.0)
        there = deck.commanded == level and deck.arrived >= DECK_SAMPLES
        return step if there or abs(here - level) <= DECK.same else level

    def announcement(self) -> Cue | None:
        """Return what the runner is told before the first step (rule R9); once."""
        if self._announced:
            return None
        self._announced = True
        return Cue(kind=CueKind.CHECK, key="decline_check", speed_kmh=_LOW_KMH)

    def begin(self, goal: float, here: float, deck: Axis) -> bool:
        """Note that the deck is about to be told; returns whether this is to show something."""
        if not self.concerns(goal):
            return False
        start = here if deck.commanded is None else deck.commanded
        self._step, self._shows = goal, start - goal >= TRIAL_SHOWN_PCT - NEAR
        return self._shows

    # ---- what came of it

    def observe(self, deck: Axis) -> list[Effect]:
        """Look whether the step is done, after the deck was measured."""
        if not self._under_way(deck) or not self._shows or deck.unconfirmed:
            return []
        return self._found(DeclineCheck.CONFIRMED) if deck.arrived >= DECK_SAMPLES else []

    def judged(self, reason: Reason) -> list[Effect]:
        """Take in what is wrong with the deck."""
        return self._found(DeclineCheck.WRONG_WAY) if reason is Reason.WRONG_WAY else []

    def forget(self) -> None:
        """Try again: the user has put right what was wrong."""
        if self.decline is DeclineCheck.WRONG_WAY:
            self.decline = DeclineCheck.UNTESTED

    def over(self) -> None:
        """Give the step under way up; what is known stays."""
        self._step, self._announced = None, False

    def _under_way(self, deck: Axis) -> bool:
        return self._step is not None and deck.commanded == self._step

    def _found(self, decline: DeclineCheck) -> list[Effect]:
        self.decline = decline
        self.over()
        key, kind = _RESULTS[decline]
        return [DeclineTested(decline), Cue(kind=kind, key=key)]


_RESULTS = {
    DeclineCheck.CONFIRMED: ("decline_confirmed", CueKind.CHECK),
    DeclineCheck.WRONG_WAY: ("decline_wrong_way", CueKind.FAULT),
}


def first_step(machine: Machine) -> float:
    """Return the incline of the first step: whole steps of the machine, 1 % at least."""
    limits = machine.incline
    steps = math.ceil(TRIAL_PCT / limits.step - NEAR)
    return limits.clamp(round(-steps * limits.step, 3))
