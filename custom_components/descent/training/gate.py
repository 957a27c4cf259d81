"""The gate: wishes in, permitted commands out; the only source of commands there is.

Session, slider, voice and action say where belt and deck should be (``aim``). From that wish, the
telemetry and the time the gate releases the next permitted command, one small step after the other,
and judges what came of it. It never sleeps and never retries; ``wakes_at`` says when it wants to be
asked again.

    R2  no speed for a standing belt; one start     R8  deck first, slowly; then the belt
    R4  stop() pre-empts everything                 R9  a session's changes are announced
    R5  old telemetry: no increases                 R10 machine range, level cap, user's maximum
    R6  accepted and moved, else let go             R11 R12 judged by axis.py
    R7  small steps                                 R13 heart rate is not an input
"""

from __future__ import annotations

import math

from .axis import BELT, DECK, Axis
from .events import (
    Aim,
    Answer,
    Command,
    CommandKind,
    Effect,
    LetGo,
    Outcome,
    Reason,
    StatusKind,
)
from .limits import DeckMoves, belt_cap_kmh, check
from .model import Level, Machine, Telemetry
from .notices import Notices
from .rules import (
    AHEAD_KMH,
    CONFIRM_S,
    DECK_SAMPLES,
    DECREASE_KMH,
    END_KMH,
    IN_DESCENT_PCT,
    INCREASE_CAREFUL_KMH,
    INCREASE_KMH,
    LOST_S,
    MARGIN_KMH,
    NEAR,
    READING_KMH,
    SPACING_S,
    WALKING_KMH,
    Permissions,
)
from .stopping import Stopping
from .watch import Watch


class Gate:
    """Motion controller of one treadmill."""

    def __init__(self, machine: Machine, permissions: Permissions, level: Level) -> None:
        """Start without a wish and without a measurement."""
        self.machine = machine
        self.permissions = permissions
        self.level = level
        self.wish = Aim()
        self.belt = Axis(BELT)
        self.deck = Axis(DECK)
        self.watch = Watch()
        self._of_session = False
        self.notices = Notices()
        self._deck_moves = DeckMoves()
        self._belt_sent_at = -math.inf
        self.stopping = Stopping()
        self._next_id = 1
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

    def let_go(self) -> None:
        """Forget wishes and expectations: belt and deck belong to the console."""
        self.wish = Aim()
        self.notices.clear()
        self.belt.forget()
        self.deck.forget()
        self._wake = min(self.stopping.times(), default=None)

    def slow_down(self, now: float) -> tuple[Effect, ...]:
        """One command to walking pace, by the machine's own ramp, the deck left alone (R3, R12)."""
        self.let_go()
        now, sample = self.reach(now), self.watch.sample
        if sample is None or sample.speed_kmh <= WALKING_KMH or self.stopping.halting:
            return ()
        if not self.permissions.control:
            return ()
        pace = self._tell_belt(self.machine.speed.floor(WALKING_KMH), now)
        return (pace, *self._schedule(now))

    def stop(self, now: float) -> tuple[Effect, ...]:
        """Stop the belt now, whatever was going on; never touches the deck (rule R4)."""
        self.let_go()
        now = self.reach(now)
        self.stopping.ask(now)
        return (self._tell_stop(now), *self._schedule(now))

    def start(self, now: float) -> tuple[Effect, ...]:
        """Start a standing belt once (rule R2); nothing where that is not permitted."""
        may = self.permissions
        allowed = may.control and may.start_belt and self.machine.can_start
        if not allowed or self.watch.moving or not self.watch.fresh(now):
            return ()
        return (self._command(CommandKind.START_BELT),)

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
                if verdict.command.kind is CommandKind.STOP_BELT:
                    return (verdict, *self._schedule(now))  # repeated as a stop all the same
                rejected = verdict.outcome is Outcome.REJECTED
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
            effects += [self._tell_stop(now)] if self.stopping.repeats(now) else []
            return (*effects, *self._schedule(now))
        effects += self._release(now)
        return (*effects, *self._schedule(now))

    def _schedule(self, now: float) -> tuple[Effect, ...]:
        """Set the next wake-up; effects for convenience of the callers: none."""
        times = [] if self.deadline is None else [self.deadline]
        if self.stopping.asked:
            times.extend(self.stopping.times())
        elif self.wish != Aim():
            if self._belt_sent_at + SPACING_S > now:
                times.append(self._belt_sent_at + SPACING_S)
            times.extend(self.notices.times(now))
        self._wake = min(times, default=None)
        return ()

    # ---- judging

    def _judged(self, reason: Reason, axis: Axis, now: float) -> tuple[Effect, ...]:
        """An axis does not do what it was told: let go; a wrong way also slows down (rule R12)."""
        if self.stopping.asked and axis is self.belt:
            self.belt.forget()  # whether a stop was obeyed is judged in stopping.py
            return self._schedule(now)
        told, sample = self.belt.commanded, self.watch.sample
        slower = axis is self.belt and bool(told and sample and sample.speed_kmh < told)
        effects: tuple[Effect, ...] = ()
        if reason in (Reason.WRONG_WAY, Reason.OVERSHOOT):
            # A belt that runs away from its target cannot be trusted with another one.
            runaway = axis is self.belt and reason is Reason.WRONG_WAY
            effects = self.stop(now) if runaway else self.slow_down(now)
        else:
            self.let_go()
        self._schedule(now)
        return (LetGo(reason, slower), *effects)

    # ---- releasing

    def _release(self, now: float) -> list[Effect]:
        """Return the commands that are permitted right now, at most one per axis."""
        sample = self.watch.sample
        if sample is None or self.wish == Aim() or not self.permissions.control:
            return []
        if now - sample.at > LOST_S or self.watch.doubtful_since is not None:
            return []
        if self.stopping.halting:
            return []  # a speed could set the belt going again
        goal = self._deck_goal(sample)
        effects: list[Effect] = []
        if goal is not None and self.deck.commanded != goal:
            effects += self._toward_deck(goal, sample, now)
            if self.deck.commanded != goal:
                return effects
        deck_there = goal is None or self.deck.arrived >= DECK_SAMPLES
        if not deck_there and sample.incline_pct < IN_DESCENT_PCT:
            return effects  # rule R8: one axis at a time in a descent
        return effects + self._toward_speed(sample, now, increase=deck_there)

    def _deck_goal(self, sample: Telemetry) -> float | None:
        """Return the incline to be reached, in the machine's steps; None if the deck may stay."""
        if self.wish.incline_pct is None or not self.machine.sets_incline:
            return None
        goal = self.machine.incline.floor(self.wish.incline_pct)
        if self.deck.commanded is None and abs(sample.incline_pct - goal) <= DECK.drift / 2:
            self.deck.hold(goal)
        return goal

    def _toward_deck(self, goal: float, sample: Telemetry, now: float) -> list[Effect]:
        """Slow down as far as rule R8 asks, then move the deck."""
        told = not self._of_session or self.notices.permit_incline(goal, sample.incline_pct, now)
        swing = self.deck.swing(goal, sample.incline_pct)
        limit = self._deck_moves.top_kmh(sample.incline_pct, goal, swing, self.level, now)
        limit = max(END_KMH if self.wish.speed_kmh == 0 else limit, self.machine.speed.minimum)
        if max(sample.speed_kmh, self.belt.commanded or 0.0) > limit + READING_KMH:
            deck_told = self.wish.speed_kmh != 0 and self.notices.deck_told(goal, now)
            goal_kmh = limit - MARGIN_KMH
            noticed = deck_told or self._told(sample, now, speed=goal_kmh)
            return self._slow_to(goal_kmh, sample, now) if noticed else []
        if not told or self.deck.unconfirmed or not self.watch.fresh(now):
            return []
        if self.belt.unconfirmed or (not self.belt.there and sample.incline_pct < IN_DESCENT_PCT):
            return []
        command = self._command(CommandKind.SET_INCLINE, goal)
        self._deck_moves.note(swing, now)
        self.deck.send(command, goal, sample.incline_pct, now)
        return [command]

    def _toward_speed(self, sample: Telemetry, now: float, *, increase: bool) -> list[Effect]:
        """Take the next step of the belt toward the wish."""
        wish = self.wish.speed_kmh
        if wish is None or not self.watch.moving or not self.machine.sets_speed:
            return []
        if wish == 0:
            return self._toward_stop(sample, now, deck_there=increase)
        cap = belt_cap_kmh(
            sample.incline_pct,
            self.wish.incline_pct,
            machine=self.machine,
            permissions=self.permissions,
            level=self.level,
        )
        goal = self.machine.speed.floor(min(wish, cap))
        if self.belt.commanded is None and abs(sample.speed_kmh - goal) <= BELT.drift / 2:
            self.belt.hold(goal)
        base = sample.speed_kmh if self.belt.commanded is None else self.belt.commanded
        if goal < base - NEAR:
            told = cap < wish or self._told(sample, now, speed=goal)  # a cap waits for no cue
            return self._slow_to(goal, sample, now) if told else []
        permitted = increase and self.watch.fresh(now) and self._told(sample, now, speed=goal)
        if goal <= base + NEAR or not permitted:
            return []
        if self.belt.unconfirmed and now < self._belt_sent_at + SPACING_S:
            return []
        careful = self.level in (Level.NOVICE, Level.BEGINNER)
        largest = INCREASE_CAREFUL_KMH if careful else INCREASE_KMH
        value = self.machine.speed.floor(min(goal, base + largest, sample.speed_kmh + AHEAD_KMH))
        return [self._tell_belt(value, now)] if value > base + NEAR else []

    def _toward_stop(self, sample: Telemetry, now: float, *, deck_there: bool) -> list[Effect]:
        """Slow to the speed from which the belt may be stopped, then stop it (rule R14).

        Not before the deck is where it is to be: a stop also halts the deck where it is.
        """
        limit = max(END_KMH, self.machine.speed.minimum)
        if not self._told(sample, now, speed=0.0):
            return []
        if sample.speed_kmh > limit + READING_KMH:
            return self._slow_to(limit - MARGIN_KMH, sample, now)
        if not (deck_there and self.machine.can_stop) or now < self.stopping.sent_at + CONFIRM_S:
            return []
        return [self._tell_stop(now)]

    def _slow_to(self, goal: float, sample: Telemetry, now: float) -> list[Effect]:
        """Take the next decrease: any size, at 2 km/h a second (rule R7)."""
        base = sample.speed_kmh if self.belt.commanded is None else self.belt.commanded
        if now < self._belt_sent_at + SPACING_S or not self.machine.sets_speed:
            return []
        step = self.machine.speed.step - NEAR  # rounded down, it would be more than permitted
        value = self.machine.speed.floor(max(goal, base - DECREASE_KMH + step))
        return [self._tell_belt(value, now)] if value < base - NEAR else []

    def _told(self, sample: Telemetry, now: float, *, speed: float) -> bool:
        """Whether rule R9 permits this speed now; the runner's own wishes need no notice."""
        here = sample.speed_kmh if self.belt.commanded is None else self.belt.commanded
        return not self._of_session or self.notices.permit_speed(speed, here, now)

    # ---- telling

    def _command(self, kind: CommandKind, value: float | None = None) -> Command:
        """Make a command with an identity of its own."""
        command = Command(self._next_id, kind, value)
        self._next_id += 1
        return command

    def _tell_belt(self, value: float, now: float) -> Command:
        """Release a speed."""
        command = self._command(CommandKind.SET_SPEED, value)
        self.belt.send(
            command, value, self.watch.sample.speed_kmh if self.watch.sample else value, now
        )
        self._belt_sent_at = now
        return command

    def _tell_stop(self, now: float) -> Command:
        """Release a stop."""
        command = self._command(CommandKind.STOP_BELT)
        speed = self.watch.sample.speed_kmh if self.watch.sample else 0.0
        self.belt.send(command, 0.0, speed, now)
        self.stopping.sent(now)
        if self.watch.moving:
            self.stopping.halt(speed)
        self._belt_sent_at = now
        return command

    def release_control(self) -> list[Effect]:
        """Give control back to the console (rule R14), where there is any (rule R1)."""
        self.let_go()
        return [self._command(CommandKind.RELEASE)] if self.permissions.control else []
