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

from collections import deque
import math

from .axis import BELT, DECK, Axis
from .events import Aim, Answer, Command, CommandKind, Effect, LetGo, Outcome, Reason, Refused
from .model import Level, Machine, Telemetry
from .notices import Notices
from .pace import level_cap_kmh
from .rules import (
    AHEAD_KMH,
    CONFIRM_S,
    COUNTS_AS_ONE_S,
    DECK_MOVES_KMH,
    DECK_SAMPLES,
    DECREASE_KMH,
    END_KMH,
    IN_DESCENT_PCT,
    INCREASE_CAREFUL_KMH,
    INCREASE_KMH,
    LEAVE_DESCENT_KMH,
    LOST_S,
    MARGIN_KMH,
    NEAR,
    READING_KMH,
    SMALL_PCT,
    SPACING_S,
    STOP_GIVE_UP_S,
    STOP_REPEAT_S,
    WALKING_KMH,
    ZERO_DEBOUNCE_S,
    Permissions,
)
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
        self._notices = Notices()
        self._deck_moves: deque[tuple[float, float]] = deque(maxlen=32)
        self._belt_sent_at = -math.inf
        self._stop_sent_at = -math.inf
        self._stop_asked_at: float | None = None
        self._next_id = 1
        self._wake: float | None = None

    # ---- wishes

    def aim(self, aim: Aim, now: float, *, of_session: bool) -> tuple[Effect, ...]:
        """Wish for a speed (km/h, 0 stops the belt), an incline (%), or both.

        ``None`` leaves the axis alone. A session's wishes obey rule R9. Raises ``Refused`` for what
        no gate could permit: nothing has changed then.
        """
        speed, incline = aim.speed_kmh, aim.incline_pct
        if incline is not None and not self.machine.incline.holds(incline):
            limits = self.machine.incline
            raise Refused("incline_out_of_range", minimum=limits.minimum, maximum=limits.maximum)
        if incline is not None and level_cap_kmh(self.level, incline) is None:
            raise Refused("incline_locked", incline=f"{incline:g}", level=self.level)
        if speed is not None and not 0 <= speed <= self.machine.speed.maximum:
            raise Refused("speed_out_of_range", maximum=self.machine.speed.maximum)
        self._stop_asked_at = None if speed else self._stop_asked_at
        self._of_session = of_session
        if self.watch.sample is not None:
            self._notices.keep_for(aim, self.wish, self.watch.sample)
        self.wish = aim
        return self.advance(now)

    def announce(self, aim: Aim, now: float) -> None:
        """Note that the runner has just been told of this change (rule R9)."""
        self._notices.tell(aim, now)

    def let_go(self) -> None:
        """Forget wishes and expectations: belt and deck belong to the console."""
        self.wish = Aim()
        self._notices.clear()
        self.belt.forget()
        self.deck.forget()
        self._wake = None

    def slow_down(self, now: float) -> tuple[Effect, ...]:
        """One command to walking pace.

        The machine's own ramp, the deck left alone (rules R3, R12).
        """
        self.let_go()
        if (
            self.watch.sample is None
            or self.watch.sample.speed_kmh <= WALKING_KMH
            or not self.permissions.control
        ):
            return ()
        return (self._tell_belt(self.machine.speed.floor(WALKING_KMH), now),)

    def stop(self, now: float) -> tuple[Effect, ...]:
        """Stop the belt now, whatever was going on; never touches the deck (rule R4)."""
        self.let_go()
        self._stop_asked_at = now
        return (self._tell_stop(now),)

    def start(self, now: float) -> tuple[Effect, ...]:
        """Start a standing belt once (rule R2); nothing where that is not permitted."""
        allowed = (
            self.permissions.control and self.permissions.start_belt and self.machine.can_start
        )
        if not allowed or self.watch.moving or not self.watch.fresh(now):
            return ()
        return (self._command(CommandKind.START_BELT),)

    # ---- what the machine says

    def observe(self, sample: Telemetry) -> tuple[Effect, ...]:
        """Take in a measurement: judge, then release what it permits."""
        now = sample.at
        stopping = self._stop_asked_at is not None or self.wish.speed_kmh == 0
        if not self.watch.see(sample, zero_expected=stopping):
            return self._schedule(now)
        effects: list[Effect] = []
        if self._stop_asked_at is not None and self.watch.at_rest:
            self._stop_asked_at = None
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

    def answer(self, answer: Answer, now: float) -> tuple[Effect, ...]:
        """Take in the machine's own answer to a command."""
        for axis in (self.belt, self.deck):
            verdict = axis.answer(answer.command, answer.outcome)
            if verdict is not None:
                if verdict.command.kind is CommandKind.STOP_BELT:
                    return (
                        verdict,
                        *self._schedule(now),
                    )  # repeated as a stop, never given up for a refusal
                rejected = verdict.outcome is Outcome.REJECTED
                reason = Reason.REJECTED if rejected else Reason.NOT_CONFIRMED
                return (verdict, *self._judged(reason, axis, now))
        return ()

    def lost_link(self) -> tuple[Effect, ...]:
        """Contact is gone: nothing in flight will be repeated (rules R2, R5, R6)."""
        self.let_go()
        self.watch.lose()
        return ()

    # ---- time

    @property
    def wakes_at(self) -> float | None:
        """When ``advance`` should be called next, if nothing happens before."""
        return self._wake

    def advance(self, now: float) -> tuple[Effect, ...]:
        """Judge the time that passed and release what it permits."""
        effects: list[Effect] = []
        for axis in (self.belt, self.deck):
            if axis.deadline is not None and now >= axis.deadline:
                verdicts, reason = axis.expire(now)
                effects += verdicts
                if reason is not None:
                    return (*effects, *self._judged(reason, axis, now))
        if self._stop_asked_at is not None:
            if (
                now >= self._stop_sent_at + STOP_REPEAT_S
                and now < self._stop_asked_at + STOP_GIVE_UP_S
            ):
                effects.append(self._tell_stop(now))
            return (*effects, *self._schedule(now))
        effects += self._release(now)
        return (*effects, *self._schedule(now))

    def _schedule(self, now: float) -> tuple[Effect, ...]:
        """Set the next wake-up; effects for convenience of the callers: none."""
        times = [t for t in (self.belt.deadline, self.deck.deadline) if t is not None]
        if self._stop_asked_at is not None and now < self._stop_asked_at + STOP_GIVE_UP_S:
            times.append(self._stop_sent_at + STOP_REPEAT_S)
        elif self.wish != Aim():
            if self._belt_sent_at + SPACING_S > now:
                times.append(self._belt_sent_at + SPACING_S)
            times.extend(self._notices.times(now))
        if self.watch.doubtful_since is not None:
            times.append(self.watch.doubtful_since + ZERO_DEBOUNCE_S)
        self._wake = min(times, default=None)
        return ()

    # ---- judging

    def _judged(self, reason: Reason, axis: Axis, now: float) -> tuple[Effect, ...]:
        """An axis does not do what it was told: let go; a wrong way also slows down (rule R12)."""
        if self._stop_asked_at is not None and axis is self.belt:
            self.belt.forget()
            return (LetGo(Reason.NOT_CONFIRMED), *self._schedule(now))
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
        goal = self._deck_goal(sample)
        if goal is not None and self.deck.commanded != goal:
            return self._toward_deck(goal, sample, now)
        deck_there = goal is None or self.deck.arrived >= DECK_SAMPLES
        descending = (
            min(sample.incline_pct, sample.incline_pct if goal is None else goal) < IN_DESCENT_PCT
        )
        if not deck_there and sample.incline_pct < IN_DESCENT_PCT and descending:
            return []  # rule R8: one axis at a time in a descent
        return self._toward_speed(sample, now, increase=deck_there)

    def _deck_goal(self, sample: Telemetry) -> float | None:
        """Return the incline to be reached, in the machine's steps.

        None when the deck need not move.
        """
        if self.wish.incline_pct is None or not self.machine.sets_incline:
            return None
        goal = self.machine.incline.floor(self.wish.incline_pct)
        if (
            self.deck.commanded is None
            and abs(sample.incline_pct - goal) <= self.machine.incline.step / 2
        ):
            return None
        return goal

    def _toward_deck(self, goal: float, sample: Telemetry, now: float) -> list[Effect]:
        """Slow down as far as rule R8 asks, then move the deck."""
        change = goal - sample.incline_pct
        told = not self._of_session or self._notices.permit_incline(goal, sample.incline_pct, now)
        limit = self._deck_speed(goal, change, now)
        if sample.speed_kmh > limit + READING_KMH:
            noticed = told or self._told(sample, now, speed=limit)
            return self._slow_to(limit - MARGIN_KMH, sample, now) if noticed else []
        if not told or self.deck.unconfirmed or not self.watch.fresh(now):
            return []
        if self.belt.unconfirmed or (not self.belt.settled and sample.incline_pct < IN_DESCENT_PCT):
            return []
        command = self._command(CommandKind.SET_INCLINE, goal)
        self._deck_moves.append((now, abs(change)))
        self.deck.send(command, goal, sample.incline_pct, now)
        return [command]

    def _deck_speed(self, goal: float, change: float, now: float) -> float:
        """Return the speed at or below which the deck may make this change (rules R8, R14)."""
        recent = sum(size for at, size in self._deck_moves if at > now - COUNTS_AS_ONE_S)
        limit = math.inf
        if abs(change) + recent > SMALL_PCT + NEAR:
            limit = DECK_MOVES_KMH
            if (
                self.watch.sample is not None
                and self.watch.sample.incline_pct < IN_DESCENT_PCT <= goal
            ):
                limit = LEAVE_DESCENT_KMH
        if self.wish.speed_kmh == 0:
            limit = END_KMH
        return max(limit, self.machine.speed.minimum)

    def _toward_speed(self, sample: Telemetry, now: float, *, increase: bool) -> list[Effect]:
        """Take the next step of the belt toward the wish."""
        wish = self.wish.speed_kmh
        if wish is None or not self.watch.moving or not self.machine.sets_speed:
            return []
        if wish == 0:
            return self._toward_stop(sample, now, deck_there=increase)
        goal = self.machine.speed.floor(min(wish, self._cap(sample)))
        base = sample.speed_kmh if self.belt.commanded is None else self.belt.commanded
        if goal < base - NEAR:
            return self._slow_to(goal, sample, now) if self._told(sample, now, speed=goal) else []
        if goal <= base + NEAR or not increase or not self.watch.fresh(now):
            return []
        if not self._told(sample, now, speed=goal):
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
        if sample.speed_kmh > limit + READING_KMH:
            return self._slow_to(limit - MARGIN_KMH, sample, now)
        if not (deck_there and self.machine.can_stop) or now < self._stop_sent_at + CONFIRM_S:
            return []
        return [self._tell_stop(now)]

    def _slow_to(self, goal: float, sample: Telemetry, now: float) -> list[Effect]:
        """Take the next decrease: any size, at 2 km/h a second (rule R7)."""
        base = sample.speed_kmh if self.belt.commanded is None else self.belt.commanded
        if now < self._belt_sent_at + SPACING_S or not self.machine.sets_speed:
            return []
        value = self.machine.speed.floor(max(goal, base - DECREASE_KMH))
        return [self._tell_belt(value, now)] if value < base - NEAR else []

    def _cap(self, sample: Telemetry) -> float:
        """Return the highest speed for the steeper of present and wished slope (rule R10)."""
        incline = sample.incline_pct
        wished = self.wish.incline_pct
        if wished is not None and abs(incline - wished) > DECK.drift:
            incline = min(incline, wished)
        elif wished is not None:
            incline = wished  # a reading a tenth steeper than asked is not another slope
        cap = level_cap_kmh(self.level, incline)
        limits = [self.machine.speed.maximum, WALKING_KMH if cap is None else cap]
        if self.permissions.max_speed_kmh is not None:
            limits.append(self.permissions.max_speed_kmh)
        return min(limits)

    def _told(self, sample: Telemetry, now: float, *, speed: float) -> bool:
        """Whether rule R9 permits this speed now; the runner's own wishes need no notice."""
        here = sample.speed_kmh if self.belt.commanded is None else self.belt.commanded
        return not self._of_session or self._notices.permit_speed(speed, here, now)

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
        self.belt.send(command, 0.0, self.watch.sample.speed_kmh if self.watch.sample else 0.0, now)
        self._stop_sent_at = self._belt_sent_at = now
        return command

    def release_control(self) -> list[Effect]:
        """Give control back to the console (rule R14), where there is any (rule R1)."""
        self.let_go()
        return [self._command(CommandKind.RELEASE)] if self.permissions.control else []
