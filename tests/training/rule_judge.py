"""Reads what went into the engine and came out, and names every broken safety rule.

Written from the text of the rules, with none of the engine's own code for them: what is permitted
is worked out again, from the measurements, cues and commands alone. Where the engine is stricter
than the rules, the judge is not.
"""

from __future__ import annotations

from collections.abc import Iterable
import math

from custom_components.descent.training.events import (
    Command,
    CommandKind,
    Cue,
    DeclineTested,
    Fault,
    LetGo,
    Outcome,
    Reason,
    Resume,
    State,
    StateChanged,
    StepStarted,
    Stop,
    Verdict,
)
from custom_components.descent.training.model import DeclineCheck, Level, Machine, Range, Telemetry
from custom_components.descent.training.rules import Permissions
from custom_components.descent.training.session.session import TRANSITIONS
from tests.training.observed_engine import Moment
from tests.training.ride_record import RideRecord

# Readings come in hundredths of km/h and tenths of %: a belt at 8 km/h reads 8.05 at times.
KMH = 0.05 + 1e-6
PCT = 0.1 + 1e-6
S = 1e-6
# The table of training.md, section 4: bounds of the slope, caps in km/h, None is locked.
BOUNDS = (2, 4, 6, 8, 10, 12, 15)
CAPS: dict[Level, tuple[float | None, ...]] = {
    Level.NOVICE: (6.5, 6.0, 5.5, 5.0, None, None, None),
    Level.BEGINNER: (12, 10, 9, 7, None, None, None),
    Level.INTERMEDIATE: (17, 16, 15, 14, 13, 11, None),
    Level.ADVANCED: (20, 19, 18, 17, 16, 14, 12),
}


def broken(
    moments: Iterable[Moment],
    machine: Machine,
    permissions: Permissions,
    level: Level = Level.INTERMEDIATE,
) -> list[str]:
    """Return every broken rule, with its time: empty for a ride as it should be."""
    judge = RuleJudge(machine=machine, permissions=permissions, level=level)
    for moment in moments:
        judge.hear(moment)
    return judge.verdicts


def cap_kmh(level: Level, incline_pct: float) -> float | None:
    """Look a cap up."""
    rows = zip(BOUNDS, CAPS[level], strict=True)
    return next((cap for bound, cap in rows if -incline_pct <= bound + 1e-6), None)


def settable(limits: Range, value: float | None) -> bool:
    """Whether the machine has this setting."""
    if value is None or not limits.minimum - 1e-6 <= value <= limits.maximum + 1e-6:
        return False
    ends = limits.minimum, limits.maximum
    return value in ends or abs(value / limits.step - round(value / limits.step)) < 1e-6


class RuleJudge(RideRecord):
    """Names what should not have been."""

    # ---- hearing

    def hear(self, moment: Moment) -> None:
        """Judge one call."""
        if moment.at < self.now - S:
            self.breaks("clock", f"a call at {moment.at}")
        self.now = max(self.now, moment.at)
        if not moment.refused:
            self._caused(moment)
        elif moment.before is not moment.after:
            self.breaks("refused", "a refused wish changed the state")
        for effect in moment.effects:
            self._effect(effect, moment)
        if moment.after is not self.state:
            self.breaks("state", f"{moment.after} was never reported")
        fresh = isinstance(moment.cause, Telemetry) and moment.cause.at > self.now - S
        if moment.cause == "advance" or fresh:
            if self.state is State.RUNNING and self.now > self.heard_at + 5 + S:
                self.breaks("R5", "running blind")
            self._stop_confirmed()

    def breaks(self, rule: str, what: str) -> None:
        """Note a broken rule."""
        self.verdicts.append(f"{rule} at {self.now:.2f}: {what}")

    def _caused(self, moment: Moment) -> None:
        self.take_in(moment)
        if isinstance(moment.cause, Stop) and not any(
            _is(effect, CommandKind.STOP_BELT) for effect in moment.effects
        ):
            self.breaks("R4", "no stop at once")

    def _effect(self, effect: object, moment: Moment) -> None:
        match effect:
            case Command():
                self._command(effect, moment)
            case StateChanged():
                self._state(effect, moment)
            case StepStarted(step):
                self.step, self.asked = step.index, None
                if step.guided:
                    self.forget()
            case Cue():
                self.cues.append((self.now, effect))
            case Verdict(command, Outcome.CONFIRMED) if command.id == self.unconfirmed:
                self.unconfirmed = None
            case LetGo():
                self.forget()
                self.gave_up = True
            case Fault():
                self.warned = True
            case DeclineTested(decline):
                self._tested(decline)
            case _:
                pass

    # ---- the session

    def _state(self, change: StateChanged, moment: Moment) -> None:
        before = self.state
        state = self.state = change.state
        new = before is State.FINISHED and state is State.ARMED
        if not new and state not in TRANSITIONS[before] and moment.cause not in _ANYWHERE:
            self.breaks("state", f"from {before} to {state}")
        if before in (State.PAUSED, State.SUSPENDED):
            self._left_alone(state, moment)
        if state in (State.SUSPENDED, State.ARMED) or change.reason is Reason.CONSOLE_STOP:
            self.forget()
        if state is State.ARMED:
            self.armed_at, self.starts, self.moving = self.now, 0, 0
        if state is State.RUNNING:
            self.cues.clear()
            self.asked = None
            self._taken_over(before)

    def _left_alone(self, state: State, moment: Moment) -> None:
        """Nothing but the runner leaves a pause or a suspension, and not without contact."""
        if state not in (State.RUNNING, State.ARMED, State.WAITING):
            return
        if not isinstance(moment.cause, Resume):
            self.breaks("R3 R5 R11", f"{state} without the runner")
        if self.contact < 2 or self.now > self.heard_at + 2 + S:
            self.breaks("R5", "resumed without contact")

    def _taken_over(self, before: State) -> None:
        if self.halting:
            self.breaks("R2", "took over a belt that was told to stop")
        if before is State.ARMED and self.moving < 3:
            self.breaks("R2", f"took over after {self.moving} samples")
        if before is State.ARMED and self.now > self.armed_at + 120 + S:
            self.breaks("R2", "took over after 120 s")

    def _stop_confirmed(self) -> None:
        if self.stopped_at is None or self.now <= self.stopped_at + 5.001 or self.warned:
            return
        if not self.samples or self.heard_at < self.stopped_at or self._not_slowing():
            self.breaks("R4", "not confirmed after 5 s, and nobody was told")
        self.warned = True

    def _not_slowing(self) -> bool:
        return self.speed > 0.3 and self.speed > self.stopped_from - 0.15

    # ---- commands

    def _command(self, command: Command, moment: Moment) -> None:
        match command.kind:
            case CommandKind.STOP_BELT:
                self._stops(moment)
                self.stop_sent = command.id
            case CommandKind.START_BELT:
                self._starts()
            case CommandKind.RELEASE:
                self.forget()
            case CommandKind.SET_SPEED | CommandKind.SET_INCLINE:
                self._moves(command, moment)

    def _stops(self, moment: Moment) -> None:
        pressed = self.stopped_at is not None or self.now < self.pressed_at + 10
        left = moment.cause == "leave" and moment.before in _COMES_TO_REST
        asked = pressed or _gives_up(moment) or left
        self.stop_asked = asked or (self.stop_asked and self.halting)
        emergency = asked or self.halting
        if not emergency and not self.permissions.control:
            self.breaks("R1", "a stop nobody asked for")
        if not emergency and self.speed > max(3.0, self.machine.speed.minimum) + KMH:
            self.breaks("R14", f"stopped at {self.speed}")
        if not emergency and not self.machine.can_stop:
            self.breaks("R14", "stopped a belt that does not take it")
        self.slowest = self.slowest if self.halting else self.speed
        self.belt, self.halting = None, self.speed > 0.3

    def _starts(self) -> None:
        self.starts += 1
        allowed = self.permissions.control and self.permissions.start_belt
        if not allowed or not self.machine.can_start:
            self.breaks("R2", "started without permission")
        if self.state is not State.ARMED or self.now < self.armed_at + 10 - S:
            self.breaks("R2", "started without a countdown")
        if self.starts > 1 or self.speed > 0.3 or self.now > self.heard_at + 2 + S:
            self.breaks("R2", "started twice, blindly, or a moving belt")

    def _moves(self, command: Command, moment: Moment) -> None:
        value = command.value or 0.0
        speeds = command.kind is CommandKind.SET_SPEED
        self._possible(command)
        stops = any(_is(effect, CommandKind.STOP_BELT) for effect in moment.effects)
        stops = stops or (moment.cause == "leave" and moment.before in _COMES_TO_REST)
        if stops and speeds and not self.machine.can_stop and value <= self.machine.speed.minimum:
            self.belt, self.belt_at = value, self.now  # as near to a stop as it goes
            return
        if self.stopped_at is not None:
            self.breaks("R4", f"{command} after Stop")
        if moment.cause == "leave" or (self.gave_up and _gives_up(moment)):
            # Who leaves slows down one on its way up by less than it was told.
            told = self.left_on if moment.cause == "leave" else None
            if not speeds or value > min(4.0, max(self.speed, told or 0.0)):
                self.breaks("R3 R12", f"{command} is not slowing down")
            self.belt = value
            return
        if self.gave_up:
            self.breaks("R6 R11 R12", f"{command} after letting go")
        if self.state is State.ARMED:
            self.breaks("R2", f"{command} before the runner started")
        if speeds:
            self._speeds(command, value)
        else:
            self._inclines(value)

    def _possible(self, command: Command) -> None:
        speeds = command.kind is CommandKind.SET_SPEED
        if not self.permissions.control:
            self.breaks("R1", f"{command}")
        if speeds and not self.machine.sets_speed:
            self.breaks("R10", f"{command} to a machine that takes none")
        if not settable(self.machine.speed if speeds else self.machine.incline, command.value):
            self.breaks("R10", f"{command} is no setting")
        if not self.samples:
            self.breaks("R5", f"{command} blind")

    def _speeds(self, command: Command, value: float) -> None:
        base = self.speed if self.belt is None else self.belt
        if self.speed <= 0.3 and self.zeros_since is None:
            self.breaks("R2", f"{value} km/h to a standing belt")
        if value > base:
            self._faster(value, base)
        elif value < base:
            if value < min(base, self.speed) - 2 - KMH or self.now < self.belt_at + 1 - S:
                self.breaks("R7", f"down to {value} from {base}")
            if self.state is not State.PAUSED:
                self._announced(command.kind, value, base)
        self.belt, self.belt_at = value, self.now
        self.unconfirmed = command.id if value > base else None

    def _faster(self, value: float, base: float) -> None:
        careful = self.level in (Level.NOVICE, Level.BEGINNER)
        if self.now > self.heard_at + 2 + S:
            self.breaks("R5", f"up to {value} with old telemetry")
        if value > base + (0.5 if careful else 1.0) + S or value > self.speed + 2 + KMH:
            self.breaks("R7", f"up to {value} from {base}, reading {self.speed}")
        if self.unconfirmed is not None and self.now < self.belt_at + 1 - S:
            self.breaks("R7", f"up to {value} before the last one was confirmed")
        if self.deck is not None and any(
            abs(self.slope_of(sample) - self.deck) > 0.5 + S for sample in self.samples
        ):
            self.breaks("R8", f"up to {value} before the deck is at {self.deck}")
        here = self.incline + 0.5
        cap = cap_kmh(self.level, here if self.deck is None else min(here, self.deck))
        limits = (4.0 if cap is None else cap, self.permissions.max_speed_kmh or math.inf)
        if value > min(limits) + S:
            self.breaks("R10", f"up to {value}, allowed is {min(limits)}")
        self._announced(CommandKind.SET_SPEED, value, base)

    def _inclines(self, value: float) -> None:
        fast = max(self.speed, self.belt or 0.0)
        recent = [before for at, before in self.deck_moves if at > self.now - 10]
        size = max(abs(value - before) for before in [self.incline, *recent])
        if self.now > self.heard_at + 2 + S:
            self.breaks("R5", f"deck to {value} with old telemetry")
        if fast > 8 + KMH and size > 1 + PCT:
            self.breaks("R7 R8", f"deck from {self.incline} to {value} at {fast}")
        if self.incline < -0.5 - PCT and value >= -0.5 and fast > 6 + KMH:
            self.breaks("R8", f"out of a descent at {fast}")
        if self.incline < -0.5 - PCT and abs(self.speed - (self.belt or self.speed)) > 0.3 + KMH:
            self.breaks("R8", "both axes at once in a descent")
        cap = cap_kmh(self.level, value)
        if cap is None:
            self.breaks("R10", f"deck to {value}, locked")
        elif value < self.incline and fast > cap + KMH:
            self.breaks("R10", f"deck to {value} at {fast}, allowed is {cap}")
        self._announced(CommandKind.SET_INCLINE, value, self.incline)
        self.tried = None
        if value < 0:
            self._below_level(value, fast)
        self.deck = value
        self.deck_moves.append((self.now, self.incline))

    # ---- the deck below level

    def _below_level(self, value: float, fast: float) -> None:
        """Judge the first way down: one small step from level, at walking pace."""
        if self.decline is DeclineCheck.WRONG_WAY:
            self.breaks("R10 R12", f"deck to {value}, after it went up instead")
        if self.decline is not DeclineCheck.UNTESTED:
            return
        self.tried = value, self.incline
        if value < -max(1.0, self.machine.incline.step) - S:
            self.breaks("R10", f"deck to {value}, never seen below level")
        if abs(self.incline) > 0.5 + PCT:
            self.breaks("R10", f"deck tried from {self.incline}")
        if fast > max(4.0, self.machine.speed.minimum) + KMH:
            self.breaks("R10", f"deck tried at {fast}")

    def _tested(self, decline: DeclineCheck) -> None:
        self.decline = decline
        if decline is DeclineCheck.WRONG_WAY and self.tried is None:
            return  # a deck may go wrong at any time, told up as well as down
        if self.tried is None:
            self.breaks("R12", f"{decline} without a trial")
            return
        value, before = self.tried
        there = all(abs(self.slope_of(sample) - value) <= 0.5 + PCT for sample in self.samples)
        fell = self.incline <= before - 0.5 + PCT
        if decline is DeclineCheck.CONFIRMED and not (there and fell and len(self.samples) > 1):
            self.breaks("R6", f"deck confirmed at {self.incline}, told {value} at {before}")
        if decline is DeclineCheck.WRONG_WAY and fell:
            self.breaks("R12", f"deck wronged at {self.incline}, told {value} at {before}")

    # ---- announcements

    def _announced(self, kind: CommandKind, value: float, here: float) -> None:
        """Rule R9; small changes in a row are a large one."""
        if self.state not in (State.RUNNING, State.WAITING) or self.asked is not None:
            return
        speeds = kind is CommandKind.SET_SPEED
        lead = 3.0 if speeds and value < here else 5.0
        given = (cue for at, cue in self.cues if at <= self.now - lead + S)
        if any(self._covers(cue, speeds, value, here) for cue in given):
            return
        self.small = [one for one in self.small if one[0] > self.now - 2 and one[1] is kind]
        self.small.append((self.now, kind, here))
        size = abs(value - self.small[0][2])
        if size > (0.5 if speeds else 1.0) + PCT:
            self.breaks("R9", f"{kind} from {here} to {value} without a cue")

    def _covers(self, cue: Cue, speeds: bool, value: float, here: float) -> bool:
        """Whether a cue tells of this change, or of a deck that the belt slows down for."""
        if cue.step is not None and cue.step < self.step - 1:
            return False  # of a change that is long over
        deck_told = cue.incline_pct is not None and abs(cue.incline_pct - self.incline) > 0.5
        if speeds and deck_told and here > value > 5:
            return True
        told = cue.speed_kmh if speeds else cue.incline_pct
        if told is None:
            return False
        return told >= value - S if value > here else told <= value + S


# Where the runner may have been told that the belt will stop, or has set it to.
_COMES_TO_REST = (State.ENDING, State.WAITING, State.PAUSED, State.IDLE, State.FINISHED)
_ANYWHERE = ("leave", "restore")


def _is(effect: object, kind: CommandKind) -> bool:
    return isinstance(effect, Command) and effect.kind is kind


def _gives_up(moment: Moment) -> bool:
    reasons = (Reason.WRONG_WAY, Reason.OVERSHOOT)
    return any(isinstance(e, LetGo) and e.reason in reasons for e in moment.effects)
