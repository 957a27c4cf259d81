"""Where belt and deck are to be, and the next command that is permitted on the way there.

    R1  none without permission                     R8  deck first, slowly; then the belt
    R2  no speed for a standing belt                R9  a session's changes are announced
    R5  old telemetry: no increases                 R10 machine range, level cap, user's maximum
    R7  small steps                                 R14 slow, level, stopped: in this order

Where the machine takes no command, the runner is asked to do it (prompts.py); a deck that never
went below level is tried first (decline_trial.py). What came of a command is judged elsewhere.
"""

from __future__ import annotations

from collections import deque

from ..events import NO_WISH, Aim, Cue, Effect
from ..model import Telemetry
from ..rules import (
    CONFIRM_S,
    COUNTS_AS_ONE_S,
    DECK_SAMPLES,
    DECREASE_KMH,
    IN_DESCENT_PCT,
    LOST_S,
    MARGIN_KMH,
    NEAR,
    READING_KMH,
    SMALL_KMH,
    SMALL_PCT,
    SPACING_S,
    WALKING_KMH,
    WOBBLE_KMH,
)
from .axis import BELT, DECK
from .commands import Commands
from .decline_trial import DeclineTrial
from .limits import Limits
from .notices import Notices
from .prompts import Prompts
from .stopping import Stopping
from .telemetry_watch import TelemetryWatch


class Motion:
    """What belt and deck are wished to do, and what of it they may be told now."""

    def __init__(
        self,
        limits: Limits,
        watch: TelemetryWatch,
        commands: Commands,
        stopping: Stopping,
        trial: DeclineTrial,
        notices: Notices,
        prompts: Prompts,
    ) -> None:
        """Start without a wish; the other parts are the gate's."""
        self.limits = limits
        self.wish = NO_WISH
        self.of_session = False  # a session's wishes are announced first (rule R9)
        self._watch = watch
        self._commands = commands
        self._belt, self._deck = commands.belt, commands.deck
        self._stopping = stopping
        self._trial = trial
        self._notices = notices
        self._prompts = prompts
        self._deck_moves = DeckMoves()

    # ---- what is ahead

    def times(self, now: float) -> list[float]:
        """When something may be permitted that is not yet."""
        if self.wish == NO_WISH:
            return []
        times = [*self._notices.times(now), *self._prompts.times(now)]
        if self._commands.belt_at + SPACING_S > now:
            times.append(self._commands.belt_at + SPACING_S)
        return times

    def comes(self, cue: Cue, sample: Telemetry) -> bool:
        """Whether a change that rule R9 wants announced is ahead, and would be worse unheard."""
        speed, incline = self._belt.commanded, self._deck.commanded
        speed = sample.speed_kmh if speed is None else speed
        incline = self.limits.slope_of(sample) if incline is None else incline
        to_kmh = speed if cue.speed_kmh is None else cue.speed_kmh
        to_pct = incline if cue.incline_pct is None else cue.incline_pct
        if to_kmh < speed - NEAR:  # slower: only a deck that goes further from level can wait
            return abs(to_pct) > abs(incline) + SMALL_PCT + NEAR
        return to_kmh > speed + SMALL_KMH + NEAR or abs(to_pct - incline) > SMALL_PCT + NEAR

    def deck_goal(self, sample: Telemetry) -> float | None:
        """Return the incline to be reached, in the machine's steps; None if the deck may stay.

        It is to stay where no measurement would show what becomes of it.
        """
        machine, here = self.limits.machine, sample.incline_pct
        if self.wish.incline_pct is None or here is None or not machine.sets_incline:
            return None
        goal = machine.incline.floor(self.wish.incline_pct)
        if self._deck.commanded is None and abs(here - goal) <= DECK.same:
            self._deck.hold(goal)
        return goal

    # ---- what is permitted

    def release(self, now: float) -> list[Effect]:
        """Return the commands that are permitted right now, at most one per axis."""
        sample = self._watch.sample
        if sample is None or self.wish == NO_WISH or not self.limits.control:
            return []
        if now - sample.at > LOST_S or self._watch.doubtful:
            return []
        if self._stopping.halting:
            return []  # a speed could set the belt going again
        wished = goal = self.deck_goal(sample)
        if self.of_session and self._above_cap(sample):
            return self._slow_to(self._cap_kmh(sample), sample, now)
        effects: list[Effect] = []
        if wished is not None:
            here = self.limits.slope_of(sample)
            goal = self._trial.goal(wished, here, self._deck, self.limits.machine)
            if self._deck.commanded != goal:
                effects += self._toward_deck(goal, wished, sample, now)
            if self._deck.commanded != goal:
                return effects
        deck_there = goal is None or (goal == wished and self._deck_rests)
        if not deck_there and self.limits.slope_of(sample) < IN_DESCENT_PCT:
            return effects  # rule R8: one axis at a time in a descent
        return effects + self._toward_speed(sample, now, increase=deck_there)

    def stop_belt(self, now: float) -> list[Effect]:
        """Stop the belt; one that takes no stop is slowed as far as it goes (rule R4)."""
        stop = self._commands.stop(now)
        return [stop] if self.limits.machine.can_stop else [stop, *self._creep(now)]

    def send_to_rest(self, now: float) -> list[Effect]:
        """Stop the belt by one command; one that takes no stop is slowed as far as it goes."""
        return [self._commands.stop(now)] if self.limits.machine.can_stop else self._creep(now)

    def _creep(self, now: float) -> list[Effect]:
        """Slow a belt down as far as it goes, and leave the rest to the runner."""
        machine, sample = self.limits.machine, self._watch.sample
        effects: list[Effect] = []
        slowest = machine.speed.minimum
        may = self.limits.control and machine.sets_speed and not self._stopping.runaway
        if may and sample is not None and sample.speed_kmh > slowest + READING_KMH:
            effects.append(self._commands.speed(slowest, now))
        return effects + self._prompts.stop(now)

    def _toward_deck(
        self, goal: float, wished: float, sample: Telemetry, now: float
    ) -> list[Effect]:
        """Slow down as far as rule R8 asks, then move the deck.

        Its ``goal`` is on the way to what is ``wished``, as the runner was told.
        """
        effects: list[Effect] = []
        here, moved = self.limits.slope_of(sample), self._deck_moves.recent(now)
        tried, swing = self._trial.concerns(goal), self._deck.swing(goal, here)
        if self._trial.concerns(wished) and (cue := self._trial.announcement()):
            self._notices.tell(Aim(cue.speed_kmh), now)
            effects.append(cue)
        top = WALKING_KMH if tried else self.limits.deck_top_kmh(here, goal, swing + moved)
        limit = self.limits.end_kmh
        if self.wish.speed_kmh != 0:
            limit = max(top, self.limits.machine.speed.minimum)
        if max(sample.speed_kmh, self._belt.commanded or 0.0) > limit + READING_KMH:
            expected = self.wish.speed_kmh != 0 and not tried
            deck_told = expected and self._notices.deck_told(wished, now)
            goal_kmh = limit - MARGIN_KMH
            noticed = deck_told or self._told(sample, now, speed=goal_kmh)
            return effects + (self._slow_to(goal_kmh, sample, now) if noticed else [])
        told = not self.of_session or self._notices.permit_incline(goal, here, now, moved)
        if not told or self._deck.unconfirmed or not self._watch.fresh(now):
            return effects
        if self.of_session and self._deck.yields:
            return effects  # how far it is from there is not known yet
        settled = self._belt.there and not (self.of_session and self._belt.yields)
        if self._belt.unconfirmed or (not settled and here < IN_DESCENT_PCT):
            return effects
        shows = self._trial.begin(goal, here, self._deck)
        self._deck_moves.note(swing, now)
        return [*effects, self._commands.incline(goal, here, now, must_move=shows)]

    def _toward_speed(self, sample: Telemetry, now: float, *, increase: bool) -> list[Effect]:
        """Take the next step of the belt toward the wish."""
        wish, machine = self.wish.speed_kmh, self.limits.machine
        if wish is None or not self._watch.moving:
            return []
        if wish == 0:
            return self._toward_stop(sample, now, deck_there=increase)
        if not machine.sets_speed:
            return []
        cap = self.limits.belt_cap_kmh(self.limits.slope_of(sample), self.wish.incline_pct)
        goal = machine.speed.floor(min(wish, cap))
        by_hand = self._belt.yields if self.of_session else 0.0
        if self._belt.commanded is None and abs(sample.speed_kmh - goal) <= BELT.same:
            if by_hand:
                return []  # it may go on, to where the console has sent it
            self._belt.hold(goal)
        base = sample.speed_kmh if self._belt.commanded is None else self._belt.commanded
        if goal < base - NEAR:
            told = cap < wish or self._told(sample, now, speed=goal)  # a cap waits for no cue
            return self._slow_to(goal, sample, now) if told else []
        permitted = increase and self._watch.fresh(now) and self._told(sample, now, speed=goal)
        if goal <= base + NEAR or not permitted:
            return []
        if by_hand or not self._belt.follows or now < self._commands.belt_at + SPACING_S:
            return []
        next_kmh = min(goal, base + self.limits.increase_kmh, sample.speed_kmh + self._belt.reach)
        value = machine.speed.floor(next_kmh)
        return [self._commands.speed(value, now)] if value > base + NEAR else []

    def _toward_stop(self, sample: Telemetry, now: float, *, deck_there: bool) -> list[Effect]:
        """Slow to the speed from which the belt may be stopped, then stop it (rule R14).

        Not before the deck is where it is to be: a stop also halts the deck where it is.
        """
        limit = self.limits.end_kmh
        if not self._told(sample, now, speed=0.0):
            return []
        if sample.speed_kmh > limit + READING_KMH:
            return self._slow_to(limit - MARGIN_KMH, sample, now)
        if not deck_there or now < self._stopping.sent_at + CONFIRM_S:
            return []
        stops = self.limits.machine.can_stop
        return [self._commands.stop(now)] if stops else self._prompts.stop(now)

    def _cap_kmh(self, sample: Telemetry) -> float:
        """Return the highest speed for where the deck is, and is going (rule R10)."""
        return self.limits.belt_cap_kmh(self.limits.slope_of(sample), self._deck.commanded)

    def _above_cap(self, sample: Telemetry) -> bool:
        """Whether the belt is faster than that: slower waits for no cue and no deck (R10)."""
        told, cap = self._belt.commanded, self._cap_kmh(sample)
        fast = sample.speed_kmh > cap + WOBBLE_KMH if told is None else told > cap + NEAR
        return self.limits.machine.sets_speed and fast

    @property
    def _deck_rests(self) -> bool:
        """Whether the deck stands where it was told to be (rule R8)."""
        return self._deck.arrived >= DECK_SAMPLES and self._deck.rests

    def _slow_to(self, goal: float, sample: Telemetry, now: float) -> list[Effect]:
        """Take the next decrease: any size, at 2 km/h a second (rule R7)."""
        machine = self.limits.machine
        if not machine.sets_speed:
            return self._prompts.slower(goal, now)
        if self.of_session and self._belt.past:
            return []  # somebody else may have set it; a runner's own wish waits for nothing
        if self._belt.yields < 0 and (self.of_session or self.wish.speed_kmh == 0):
            return []  # nor does it bring back up what is on its way down already
        base = sample.speed_kmh if self._belt.commanded is None else self._belt.commanded
        if now < self._commands.belt_at + SPACING_S:
            return []
        step = machine.speed.step - NEAR  # rounded down, it would be more than permitted
        value = machine.speed.floor(max(goal, base - DECREASE_KMH + step))
        return [self._commands.speed(value, now)] if value < base - NEAR else []

    def _told(self, sample: Telemetry, now: float, *, speed: float) -> bool:
        """Whether rule R9 permits this speed now; the runner's own wishes need no notice."""
        here = sample.speed_kmh if self._belt.commanded is None else self._belt.commanded
        return not self.of_session or self._notices.permit_speed(speed, here, now)


class DeckMoves:
    """The latest moves of the deck: several small ones count as one (rule R8)."""

    def __init__(self) -> None:
        """Start with none."""
        self._moves: deque[tuple[float, float]] = deque(maxlen=32)

    def note(self, swing_pct: float, now: float) -> None:
        """Remember a move."""
        self._moves.append((now, swing_pct))

    def recent(self, now: float) -> float:
        """How far the deck was moved within the time that counts as one."""
        return sum(size for at, size in self._moves if at > now - COUNTS_AS_ONE_S)
