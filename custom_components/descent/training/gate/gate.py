"""The gate: wishes in, permitted commands out; the only source of commands there is.

Session, slider, voice and action say where belt and deck should be (``aim``). From that wish, the
telemetry and the time the gate releases the next permitted command, one small step after the other
(motion.py), and judges what came of it. It never sleeps and never retries; ``wakes_at`` says when
it wants to be asked again.

    R2  one start                                   R11 the console wins: let go
    R4  stop() pre-empts everything                 R12 a wrong way is slowed down, or stopped
    R6  accepted and moved, else let go             R13 heart rate is not an input
"""

from __future__ import annotations

import math

from ..events import Aim, Answer, CommandKind, Cue, Effect, LetGo, Outcome, Reason, StatusKind
from ..model import DeclineCheck, Level, Machine, Telemetry
from ..rules import IN_DESCENT_PCT, NEAR, SMALL_KMH, SMALL_PCT, SPACING_S, WALKING_KMH, Permissions
from .axis import Axis
from .limits import check
from .motion import Motion


class Gate(Motion):
    """Motion controller of one treadmill."""

    def __init__(
        self,
        machine: Machine,
        permissions: Permissions,
        level: Level,
        decline: DeclineCheck = DeclineCheck.CONFIRMED,
    ) -> None:
        """Start without a wish and without a measurement."""
        super().__init__(machine, permissions, level, decline)
        self.by_hand = False  # nobody but the runner starts the belt, whatever is permitted
        self._wake: float | None = None
        self._now = -math.inf

    def reach(self, now: float) -> float:
        """Return the present.

        A session does late things as of when they were due; what is sent and said is sent now.
        """
        self._now = max(self._now, now)
        return self._now

    # ---- wishes

    def aim(self, aim: Aim, now: float, *, of_session: bool) -> tuple[Effect, ...]:
        """Wish for a speed (km/h, 0 stops the belt), an incline (%), or both.

        ``None`` leaves the axis alone. A session's wishes obey rule R9. Raises ``Refused`` for what
        no gate could permit: nothing has changed then.
        """
        self.trial.check(aim.incline_pct)
        check(aim, self.machine, self.level)
        now = self.reach(now)
        self._of_session = of_session
        if self.watch.sample is not None:
            self.notices.keep_for(aim, self.wish, self.watch.sample)
        self.wish = aim
        return self.advance(now)

    def announce(self, aim: Aim, now: float) -> None:
        """Note that the runner has just been told of this change (rule R9)."""
        self.notices.tell(aim, self.reach(now))
        self._schedule(self._now)

    def unheard(self, cue: Cue, now: float) -> tuple[Effect, ...]:
        """Hold back what is still to come of a change that the runner was not told of (rule R9).

        Belt and deck stay as they are, but nobody is kept at speed by a broken speaker: a slower
        belt is not held back, and a belt that is held on a descent slows to walking pace.
        """
        sample = self.watch.sample
        if sample is None or not self.permissions.control or not self._comes(cue, sample):
            return ()
        effects: tuple[Effect, ...] = ()
        if sample.incline_pct < IN_DESCENT_PCT:
            effects = self.slow_down(now)
        else:
            self.let_go()
        self._schedule(self.reach(now))
        return (LetGo(Reason.UNHEARD), *effects)

    def _comes(self, cue: Cue, sample: Telemetry) -> bool:
        """Whether a change that rule R9 wants announced is ahead, and would be worse unheard."""
        speed, incline = self.belt.commanded, self.deck.commanded
        speed = sample.speed_kmh if speed is None else speed
        incline = sample.incline_pct if incline is None else incline
        to_kmh = speed if cue.speed_kmh is None else cue.speed_kmh
        to_pct = incline if cue.incline_pct is None else cue.incline_pct
        if to_kmh < speed - NEAR:  # slower: only a deck that goes further from level can wait
            return abs(to_pct) > abs(incline) + SMALL_PCT + NEAR
        return to_kmh > speed + SMALL_KMH + NEAR or abs(to_pct - incline) > SMALL_PCT + NEAR

    def let_go(self) -> None:
        """Forget wishes and expectations: belt and deck belong to the console."""
        self.wish = Aim()
        self.notices.clear()
        self.belt.forget()
        self.deck.forget()
        self.trial.over()
        self.asks.clear()
        self._wake = min(self.stopping.times(), default=None)

    def slow_down(self, now: float) -> tuple[Effect, ...]:
        """One command to walking pace, by the machine's own ramp, the deck left alone (R3, R12)."""
        self.let_go()
        now, sample = self.reach(now), self.watch.sample
        if sample is None or sample.speed_kmh <= WALKING_KMH or self.stopping.halting:
            return ()
        if not self.permissions.control:
            return ()
        if not self.machine.sets_speed:
            return tuple(self.asks.slower(WALKING_KMH, now))
        pace = self._orders.speed(self.machine.speed.floor(WALKING_KMH), now)
        return (pace, *self._schedule(now))

    def stop(self, now: float, *, runaway: bool = False) -> tuple[Effect, ...]:
        """Stop the belt now, whatever was going on; never touches the deck (rule R4).

        A ``runaway`` belt gets no speed any more.
        """
        self.let_go()
        now = self.reach(now)
        self.stopping.ask(now, runaway=runaway)
        return (*self._stop_belt(now), *self._schedule(now))

    @property
    def starts_belt(self) -> bool:
        """Whether the belt may be started from here, once the runner was counted down to it."""
        may = self.permissions
        allowed = may.control and may.start_belt and self.machine.can_start
        return allowed and not self.by_hand

    def start(self, now: float) -> tuple[Effect, ...]:
        """Start a standing belt once (rule R2); nothing where that is not permitted."""
        if not self.starts_belt or self.watch.moving or not self.watch.fresh(now):
            return ()
        return (self._orders.start(),)

    # ---- what the machine says

    def observe(self, sample: Telemetry) -> tuple[Effect, ...]:
        """Take in a measurement: judge, then release what it permits."""
        now = self.reach(sample.at)
        if not self.watch.see(sample, zero_expected=self.stopping.halting):
            return self._schedule(now)
        effects: list[Effect] = []
        halting = self.stopping.halting
        self.stopping.observe(sample.speed_kmh, now)
        if halting and not self.stopping.halting:
            self.belt.forget()
        if self.wish.speed_kmh == 0 and self.watch.at_rest:
            self.belt.forget()
            if self._deck_goal(sample) is None or self.deck.settled:
                self.let_go()
        for axis, value in ((self.belt, sample.speed_kmh), (self.deck, sample.incline_pct)):
            verdicts, reason = axis.observe(value, now)
            effects += verdicts
            if reason is not None:
                return (*effects, *self._judged(reason, axis, now))
        effects += self.trial.observe(self.deck)
        return (*effects, *self.advance(now))

    def hear(self, kind: StatusKind) -> None:
        """Note what somebody did at the console; the belt comes to rest, or was started there."""
        if kind is StatusKind.STARTED:
            self.stopping.over()
        elif kind is not StatusKind.CONTROL_LOST:
            if self.wish.speed_kmh != 0:
                self.let_go()
            elif not self.stopping.halting:
                self.belt.forget()  # stopped by somebody else, and that is as good
            if self.watch.moving and self.watch.sample is not None:
                self.stopping.halt(self.watch.sample.speed_kmh)
            self.watch.believe_zero(key_out=kind is StatusKind.SAFETY_KEY)
        self._schedule(self._now)

    def answer(self, answer: Answer, now: float) -> tuple[Effect, ...]:
        """Take in the machine's own answer to a command."""
        for axis in (self.belt, self.deck):
            verdict = axis.answer(answer.command, answer.outcome)
            if verdict is not None:
                rejected = verdict.outcome is Outcome.REJECTED
                if verdict.command.kind is CommandKind.STOP_BELT:
                    if rejected:
                        self.stopping.refused()
                    return (verdict, *self._schedule(now))  # repeated as a stop all the same
                reason = Reason.REJECTED if rejected else Reason.NOT_CONFIRMED
                return (verdict, *self._judged(reason, axis, now))
        return ()

    def lost_link(self, now: float) -> tuple[Effect, ...]:
        """Contact is gone: nothing in flight will be repeated but a stop (rules R2, R4 to R6)."""
        self.let_go()
        self.watch.lose()
        return self._schedule(now)

    # ---- time

    @property
    def wakes_at(self) -> float | None:
        """When ``advance`` should be called next, if nothing happens before."""
        return self._wake

    @property
    def deadline(self) -> float | None:
        """When silence of belt or deck becomes a judgement."""
        times = (self.belt.deadline, self.deck.deadline)
        return min((at for at in times if at is not None), default=None)

    def judge(self, now: float) -> tuple[Effect, ...]:
        """Judge the silence up to ``now``, which may be past."""
        effects: list[Effect] = []
        for axis in (self.belt, self.deck):
            if axis.deadline is not None and now >= axis.deadline:
                effects += axis.expire(now)
                effects += self._judged(Reason.NOT_CONFIRMED, axis, self.reach(now))
        return tuple(effects)

    def advance(self, now: float) -> tuple[Effect, ...]:
        """Judge the time that passed and release what it permits."""
        now = self.reach(now)
        effects = [*self.judge(now)]
        if self.stopping.asked:
            effects += [LetGo(Reason.NOT_CONFIRMED)] if self.stopping.overdue(now) else []
            effects += self._stop_belt(now) if self.stopping.repeats(now) else []
            return (*effects, *self._schedule(now))
        effects += self._release(now)
        return (*effects, *self._schedule(now))

    def _schedule(self, now: float) -> tuple[Effect, ...]:
        """Set the next wake-up; effects for convenience of the callers: none."""
        times = [] if self.deadline is None else [self.deadline]
        if self.stopping.asked:
            times.extend(self.stopping.times())
        elif self.wish != Aim():
            if self._orders.belt_at + SPACING_S > now:
                times.append(self._orders.belt_at + SPACING_S)
            times.extend((*self.notices.times(now), *self.asks.times(now)))
        self._wake = min(times, default=None)
        return ()

    # ---- judging

    def _judged(self, reason: Reason, axis: Axis, now: float) -> tuple[Effect, ...]:
        """An axis does not do what it was told: let go; a wrong way also slows down (rule R12)."""
        if self.stopping.asked and axis is self.belt:
            self.belt.forget()  # whether a stop was obeyed is judged in gate/stopping.py
            return self._schedule(now)
        resting = self.wish.speed_kmh == 0 and self.watch.at_rest
        if resting and axis is self.deck and reason is Reason.NOT_CONFIRMED:
            self.let_go()  # a stop at the console halts the deck too
            return self._schedule(now)
        told, sample = self.belt.commanded, self.watch.sample
        slower = axis is self.belt and bool(told and sample and sample.speed_kmh < told)
        found = self.trial.judged(reason, axis) if axis is self.deck else []
        effects: tuple[Effect, ...] = ()
        if reason in (Reason.WRONG_WAY, Reason.OVERSHOOT):
            # A belt that runs away from its target cannot be trusted with another one.
            runaway = axis is self.belt and reason is Reason.WRONG_WAY
            effects = self.stop(now, runaway=True) if runaway else self.slow_down(now)
        else:
            self.let_go()
        self._schedule(now)
        return (LetGo(reason, slower), *effects, *found)

    def release_control(self) -> list[Effect]:
        """Give control back to the console (rule R14), where there is any (rule R1)."""
        self.let_go()
        return [self._orders.release()] if self.permissions.control else []
