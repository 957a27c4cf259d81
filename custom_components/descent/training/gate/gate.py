"""The gate: wishes in, permitted commands out; the only source of commands there is.

Session, slider, voice and action say where belt and deck should be (``aim``). From that wish, the
telemetry and the time the gate releases the next permitted command, one small step after the other,
and judges what came of it. It never sleeps and never retries; ``wakes_at`` says when it wants to be
asked again. Its parts are its own: whoever wants to know something asks the gate.

    R2  one start                                   R11 the console wins: let go
    R4  stop() pre-empts everything                 R12 a wrong way is slowed down, or stopped
    R6  accepted and moved, else let go             R13 heart rate is not an input
"""

from __future__ import annotations

from collections.abc import Iterable
import math

from ..events import (
    NO_WISH,
    Aim,
    Answer,
    CommandKind,
    Cue,
    Effect,
    LetGo,
    Outcome,
    Reason,
    Refused,
    Status,
    StatusKind,
)
from ..model import DeclineCheck, Machine, Telemetry, earliest
from ..rules import IN_DESCENT_PCT, RESUME_SAMPLES, WALKING_KMH
from .axis import Axis
from .commands import Commands
from .decline_trial import DeclineTrial
from .limits import Limits
from .motion import Motion
from .notices import Notices
from .prompts import Prompts, by_hand
from .stopping import Stopping
from .telemetry_watch import TelemetryWatch


class Gate:
    """Motion controller of one treadmill."""

    def __init__(self, limits: Limits, decline: DeclineCheck = DeclineCheck.CONFIRMED) -> None:
        """Start without a wish and without a measurement."""
        self._watch = TelemetryWatch()
        self._stopping = Stopping()
        self._trial = DeclineTrial(decline)
        self._notices = Notices()
        self._prompts = Prompts()
        self._commands = Commands(self._watch, self._stopping)
        self._motion = Motion(
            limits,
            self._watch,
            self._commands,
            self._stopping,
            self._trial,
            self._notices,
            self._prompts,
        )
        self._left_kmh: float | None = None  # how fast the belt was to be when it was let go
        self._wake: float | None = None
        self._now = -math.inf

    def reach(self, now: float) -> float:
        """Return the present.

        A session does late things as of when they were due; what is sent and said is sent now.
        """
        self._now = max(self._now, now)
        return self._now

    # ---- what may be wished

    @property
    def limits(self) -> Limits:
        """What machine, runner and user leave to it; another value counts from then on."""
        return self._motion.limits

    @limits.setter
    def limits(self, limits: Limits) -> None:
        self._motion.limits = limits

    @property
    def decline(self) -> DeclineCheck:
        """What is known of the deck below level."""
        return self._trial.decline

    def forget_decline(self) -> None:
        """Try the deck below level again: the user has put right what was wrong with it."""
        self._trial.forget()

    def check_decline(self, lowest_pct: float) -> None:
        """Raise ``Refused`` for a slope below level where the deck went up instead (rule R12)."""
        self._trial.check(lowest_pct)

    def check_incline(self, inclines: Iterable[float]) -> None:
        """Raise ``Refused`` for slopes that no measurement would show: level is the only one."""
        if self._watch.deck_unseen and any(inclines):
            raise Refused("incline_unknown")

    def usable(self, machine: Machine) -> Machine:
        """Return what of a machine can be counted on: no decline where the deck went up instead."""
        return self._trial.usable(machine)

    # ---- what is measured

    @property
    def sample(self) -> Telemetry | None:
        """The newest measurement."""
        return self._watch.sample

    def fresh(self, now: float) -> bool:
        """Whether it is young enough to act on (rule R5)."""
        return self._watch.fresh(now)

    def contact_proven(self, now: float) -> bool:
        """Whether there were enough measurements since contact was made, and a fresh one (R5)."""
        return self._watch.fresh(now) and self._watch.fresh_samples >= RESUME_SAMPLES

    def stands_in_silence(self, now: float) -> bool:
        """Whether the machine has just said that it is there, and the belt may be at rest (R2).

        Nothing is sent for that; it is enough to wait for a belt that is seen to move.
        """
        return self._watch.stands_in_silence(now)

    @property
    def doubtful(self) -> bool:
        """Whether the newest measurement says that the belt stands, and is not believed yet."""
        return self._watch.doubtful

    @property
    def belt_moving(self) -> bool:
        """Whether the belt is believed to move; a single zero from a running one is not."""
        return self._watch.moving

    @property
    def at_rest(self) -> bool:
        """Whether telemetry says that the belt stands, and is believed."""
        return self._watch.at_rest

    @property
    def belt_runs(self) -> bool:
        """Whether a fresh measurement says that the belt moves, and it is not being stopped."""
        moves = self._watch.moving_samples > 0 and not self._stopping.halting
        return moves and self._watch.fresh(self._now)

    @property
    def moving_samples(self) -> int:
        """How many measurements in a row say that the belt moves."""
        return self._watch.moving_samples

    @property
    def key_out(self) -> bool:
        """Whether the safety key is known to be pulled."""
        return self._watch.key_out

    # ---- what is under way

    @property
    def wish(self) -> Aim:
        """Where belt and deck are to be."""
        return self._motion.wish

    @property
    def coming_to_rest(self) -> bool:
        """Whether the belt is on its way to a standstill, or was asked to be."""
        return self.wish.speed_kmh == 0 or self._stopping.asked

    @property
    def stopping(self) -> bool:
        """Whether a Stop was asked for, and no measurement has shown that the belt stands since."""
        return self._stopping.asked

    @property
    def halting(self) -> bool:
        """Whether the belt is coming to rest; until it does it is told no speed."""
        return self._stopping.halting

    @property
    def belt_ramps(self) -> bool:
        """Whether the belt is on its way to a speed it was told; coming to rest is no ramp."""
        belt = self._commands.belt
        return bool(belt.commanded) and belt.under_way

    @property
    def belt_coasts(self) -> float:
        """In which direction it is on its way to where it was set at the console; 0 if there."""
        return self._commands.belt.coasts

    @property
    def belt_still(self) -> bool:
        """Whether it runs evenly, or stands."""
        return self._commands.belt.movement.still

    @property
    def left_kmh(self) -> float | None:
        """How fast a belt was to be that was let go; None if it was told nothing before."""
        slowed = self._commands.belt.commanded
        return self._left_kmh if slowed is None else slowed

    @property
    def deck_moves(self) -> bool:
        """Whether the deck is on its way to where it was told."""
        return self._commands.deck.under_way

    @property
    def deck_still(self) -> bool:
        """Whether the deck stands, wherever that is (rule R8)."""
        return self._commands.deck.rests

    @property
    def confirmed(self) -> bool | None:
        """Whether belt and deck do what they were told (rule R6).

        False as long as they are on their way, ``None`` if they were told nothing.
        """
        return self._commands.done

    @property
    def rest_told(self) -> bool:
        """Whether the runner was told that the belt will stop."""
        return self._notices.rest_told

    # ---- wishes

    def aim(self, aim: Aim, now: float, *, of_session: bool) -> tuple[Effect, ...]:
        """Wish for a speed (km/h, 0 stops the belt), an incline (%), or both.

        ``None`` leaves the axis alone. A session's wishes obey rule R9. Raises ``Refused`` for what
        no gate could permit: nothing has changed then.
        """
        self._trial.check(aim.incline_pct)
        sample = self._watch.sample
        if not of_session and aim.incline_pct and sample is not None and sample.incline_pct is None:
            raise Refused("incline_unknown")
        self.limits.check(aim)
        now = self.reach(now)
        self._left_kmh = None
        self._motion.of_session = of_session
        if self._watch.sample is not None:
            self._notices.keep_for(aim, self.wish, self._watch.sample)
        self._motion.wish = aim
        if of_session and self.limits.control:
            self._commands.leave(self.limits.machine)
        return self.advance(now)

    def let_go(self) -> None:
        """Forget wishes and expectations: belt and deck belong to the console."""
        if self._commands.belt.expected is not None:
            self._left_kmh = self._commands.belt.expected
        self._motion.wish = NO_WISH
        self._notices.clear()
        self._commands.forget()
        self._trial.over()
        self._prompts.clear()
        self._wake = min(self._stopping.times(), default=None)

    def send_to_rest(self, now: float) -> tuple[Effect, ...]:
        """One command that brings the belt to rest by the machine's own ramp (rule R3)."""
        told = self._stopping.halting and not self._stopping.asked
        self.let_go()
        now = self.reach(now)
        if told or not self._watch.moving or not self.limits.control:
            return ()
        return (*self._motion.send_to_rest(now), *self._schedule(now))

    def slow_down(self, now: float) -> tuple[Effect, ...]:
        """One command to walking pace, by the machine's own ramp, the deck left alone (R3, R12)."""
        told = self._commands.belt.commanded or 0.0  # it may still be on its way up there
        self.let_go()
        now, sample, machine = self.reach(now), self._watch.sample, self.limits.machine
        if sample is None or not self._watch.moving or self._stopping.halting:
            return ()
        if max(sample.speed_kmh, told) <= WALKING_KMH:
            return ()
        if not self.limits.control:
            return ()
        if not machine.sets_speed:
            return tuple(self._prompts.slower(WALKING_KMH, now))
        pace = self._commands.speed(machine.speed.floor(WALKING_KMH), now)
        return (pace, *self._schedule(now))

    def stop(self, now: float, *, runaway: bool = False) -> tuple[Effect, ...]:
        """Stop the belt now, whatever was going on; never touches the deck (rule R4).

        A ``runaway`` belt gets no speed any more.
        """
        self.let_go()
        now = self.reach(now)
        self._stopping.ask(now, runaway=runaway)
        return (*self._motion.stop_belt(now), *self._schedule(now))

    def start(self, now: float) -> tuple[Effect, ...]:
        """Start a standing belt once (rule R2); nothing where that is not permitted."""
        if not self.limits.starts_belt or self._watch.moving or not self.contact_proven(now):
            return ()
        return (self._commands.start(),)

    def release_control(self) -> list[Effect]:
        """Give control back to the console (rule R14), where there is any (rule R1)."""
        self.let_go()
        return [self._commands.release()] if self.limits.control else []

    # ---- what the runner is told

    def announce(self, aim: Aim, now: float) -> None:
        """Note that the runner has just been told of this change (rule R9)."""
        self._notices.tell(aim, self.reach(now))
        self._schedule(self._now)

    def unheard(self, cue: Cue, now: float) -> tuple[Effect, ...]:
        """Hold back what is still to come of a change that the runner was not told of (rule R9).

        Belt and deck stay as they are, but nobody is kept at speed by a broken speaker: a slower
        belt is not held back, and a belt that is held on a descent slows to walking pace.
        """
        sample = self._watch.sample
        if sample is None or not self.limits.control or not self._motion.comes(cue, sample):
            return ()
        effects: tuple[Effect, ...] = ()
        if self.limits.slope_of(sample) < IN_DESCENT_PCT:
            effects = self.slow_down(now)
        else:
            self.let_go()
        self._schedule(self.reach(now))
        return (LetGo(Reason.UNHEARD), *effects)

    def left_to_runner(self, target: Aim) -> Aim:
        """Return what of a target the runner has to set, as nothing is commanded there."""
        if not self.limits.control:
            return target
        return by_hand(target, self.limits.machine, self._watch.sample)

    @property
    def asked_kmh(self) -> float | None:
        """The speed that the runner was last asked to set, of what is still to be done."""
        return self._prompts.speed_kmh

    def note_asked(self, speed_kmh: float, now: float) -> None:
        """Note that the runner has just been asked to set a speed."""
        self._prompts.told(speed_kmh, now)

    def ask_to_stop(self, now: float) -> list[Effect]:
        """Ask for the console's Stop button, unless that was asked for a moment ago."""
        return self._prompts.stop(now)

    # ---- what the machine says

    def observe(self, sample: Telemetry) -> tuple[Effect, ...]:
        """Take in a measurement: judge, then release what it permits."""
        now = self.reach(sample.at)
        belt, deck, halting = self._commands.belt, self._commands.deck, self._stopping.halting
        moved = self._watch.moving
        if not self._watch.see(sample, zero_expected=halting):
            return self._schedule(now)
        if moved and self._watch.at_rest and not halting and self.wish.speed_kmh != 0:
            self.let_go()  # somebody has stopped it at the console
        effects: list[Effect] = []
        stopped = self._stopping.asked and not self._stopping.runaway
        self._stopping.observe(sample.speed_kmh, now)
        if halting and not self._stopping.halting:
            belt.forget()
        if stopped and not self._stopping.asked and self._watch.at_rest and self.limits.control:
            effects.append(self._commands.release())  # it is confirmed, and over (rule R14)
        if self.wish.speed_kmh == 0 and self._watch.at_rest:
            belt.forget()
            if self._motion.deck_goal(sample) is None or deck.settled:
                self.let_go()
        for axis, value in ((belt, sample.speed_kmh), (deck, sample.incline_pct)):
            if value is None:
                continue
            verdicts, reason = axis.observe(value, now)
            effects += verdicts
            if reason is not None:
                return (*effects, *self._judged(reason, axis, now))
        effects += self._trial.observe(deck)
        return (*effects, *self.advance(now))

    def hear(self, status: Status) -> tuple[Effect, ...]:
        """Take in what the machine says that somebody did at its console."""
        match status.kind:
            case StatusKind.STARTED:
                self._stopping.over()
            case StatusKind.STOPPED | StatusKind.PAUSED | StatusKind.SAFETY_KEY:
                self._stopped_by_hand(key_out=status.kind is StatusKind.SAFETY_KEY)
            case StatusKind.TARGET_SPEED | StatusKind.TARGET_INCLINE:
                return self._target_named(status)
        return self._schedule(self._now)

    def _stopped_by_hand(self, *, key_out: bool) -> None:
        """The belt comes to rest, and nobody here has told it to."""
        if self.wish.speed_kmh != 0:
            self.let_go()
        elif not self._stopping.halting:
            self._commands.belt.forget()  # stopped by somebody else, and that is as good
        if self._watch.moving and self._watch.sample is not None:
            self._stopping.halt(self._watch.sample.speed_kmh)
        self._watch.believe_zero(key_out=key_out)

    def _target_named(self, status: Status) -> tuple[Effect, ...]:
        """The machine names the target it has now: ours, or one that was set at the console."""
        sample, target = self._watch.sample, status.value
        if sample is None or target is None or self._stopping.halting:
            return ()
        of_belt = status.kind is StatusKind.TARGET_SPEED
        axis = self._commands.belt if of_belt else self._commands.deck
        measured, expected = sample.speed_kmh if of_belt else sample.incline_pct, axis.expected
        if measured is None or not axis.named(target, measured, self._now):
            return ()
        self.let_go()
        slower = of_belt and expected is not None and target < expected
        return (LetGo(Reason.CONSOLE_CHANGE, slower),)

    def answered(self, now: float) -> None:
        """Note that a machine that measures nothing is there."""
        self._watch.answered(self.reach(now))

    def answer(self, answer: Answer, now: float) -> tuple[Effect, ...]:
        """Take in the machine's own answer to a command."""
        for axis in (self._commands.belt, self._commands.deck):
            verdict = axis.answer(answer.command, answer.outcome)
            if verdict is not None:
                rejected = verdict.outcome is Outcome.REJECTED
                if verdict.command.kind is CommandKind.STOP_BELT:
                    return (verdict, *self._stop_failed(now, rejected=rejected))
                reason = Reason.REJECTED if rejected else Reason.NOT_CONFIRMED
                return (verdict, *self._judged(reason, axis, now))
        return ()

    def _stop_failed(self, now: float, *, rejected: bool) -> tuple[Effect, ...]:
        """It is repeated all the same; one that was not even taken is said at once."""
        effects: list[Effect] = []
        if rejected:
            self._stopping.refused()
            if self._stopping.fails() and self.limits.machine.can_stop:
                effects.append(LetGo(Reason.NOT_CONFIRMED))
        self._schedule(now)
        return tuple(effects)

    def lost_link(self, now: float) -> tuple[Effect, ...]:
        """Contact is gone: nothing in flight will be repeated but a stop (rules R2, R4 to R6)."""
        self.let_go()
        self._watch.lose()
        self._commands.lose()
        return self._schedule(now)

    # ---- time

    @property
    def wakes_at(self) -> float | None:
        """When ``advance`` should be called next, if nothing happens before."""
        return self._wake

    @property
    def deadline(self) -> float | None:
        """When silence of belt or deck becomes a judgement."""
        return self._commands.deadline

    def judge(self, now: float) -> tuple[Effect, ...]:
        """Judge the silence up to ``now``, which may be past."""
        effects: list[Effect] = []
        for axis in (self._commands.belt, self._commands.deck):
            if (deadline := axis.deadline) is not None and now >= deadline:
                verdicts, reason = axis.expire(now)
                effects += verdicts
                effects += self._judged(reason, axis, self.reach(now))
        return tuple(effects)

    def advance(self, now: float) -> tuple[Effect, ...]:
        """Judge the time that passed and release what it permits."""
        now = self.reach(now)
        effects = [*self.judge(now)]
        if self._stopping.asked:
            effects += [LetGo(Reason.NOT_CONFIRMED)] if self._stopping.overdue(now) else []
            effects += self._motion.stop_belt(now) if self._stopping.repeats(now) else []
            return (*effects, *self._schedule(now))
        effects += self._motion.release(now)
        return (*effects, *self._schedule(now))

    def _schedule(self, now: float) -> tuple[Effect, ...]:
        """Set the next wake-up; effects for convenience of the callers: none."""
        stopping = self._stopping.asked
        times = self._stopping.times() if stopping else self._motion.times(now)
        self._wake = earliest(self.deadline, *times)
        return ()

    # ---- judging

    def _judged(self, reason: Reason, axis: Axis, now: float) -> tuple[Effect, ...]:
        """An axis does not do what it was told: let go; a wrong way also slows down (rule R12)."""
        belt, deck = self._commands.belt, self._commands.deck
        if self._stopping.asked and axis is belt:
            belt.forget()  # whether a stop was obeyed is judged in stopping.py
            return self._schedule(now)
        resting = self.wish.speed_kmh == 0 and self._watch.at_rest
        if resting and axis is deck and reason is Reason.NOT_CONFIRMED:
            self.let_go()  # a stop at the console halts the deck too
            return self._schedule(now)
        told, sample = belt.expected, self._watch.sample
        slower = axis is belt and bool(told and sample and sample.speed_kmh < told)
        found = self._trial.judged(reason) if axis is deck else []
        effects: tuple[Effect, ...] = ()
        if reason in (Reason.WRONG_WAY, Reason.OVERSHOOT):
            # A belt that runs away from its target cannot be trusted with another one.
            runaway = axis is belt and reason is Reason.WRONG_WAY
            effects = self.stop(now, runaway=True) if runaway else self.slow_down(now)
        else:
            self.let_go()
        self._schedule(now)
        return (LetGo(reason, slower), *effects, *found)
