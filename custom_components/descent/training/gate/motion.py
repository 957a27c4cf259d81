"""Where belt and deck are to be, and the next command that is permitted on the way there.

    R1  none without permission                     R8  deck first, slowly; then the belt
    R2  no speed for a standing belt                R9  a session's changes are announced
    R5  old telemetry: no increases                 R10 machine range, level cap, user's maximum
    R7  small steps                                 R14 slow, level, stopped: in this order

Where the machine takes no command, the runner is asked to do it (prompts.py); a deck that never
went below level is tried first (decline_trial.py).
"""

from __future__ import annotations

from ..events import Aim, Effect
from ..model import DeclineCheck, Level, Machine, Telemetry
from ..rules import (
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
from .axis import BELT, DECK, Axis
from .commands import Commands
from .decline_trial import DeclineTrial
from .limits import DeckMoves, belt_cap_kmh
from .notices import Notices
from .prompts import Prompts
from .stopping import Stopping
from .telemetry_watch import TelemetryWatch


class Motion:
    """Belt and deck of one treadmill, and what they are wished to do."""

    def __init__(
        self,
        machine: Machine,
        permissions: Permissions,
        level: Level,
        decline: DeclineCheck = DeclineCheck.CONFIRMED,
    ) -> None:
        """Start without a wish and without a measurement."""
        self.machine = machine
        self.permissions = permissions
        self.level = level
        self.wish = Aim()
        self.belt = Axis(BELT)
        self.deck = Axis(DECK)
        self.watch = TelemetryWatch()
        self.stopping = Stopping()
        self.trial = DeclineTrial(decline)
        self.notices = Notices()
        self.asks = Prompts()
        self._orders = Commands(self.belt, self.deck, self.stopping, self.watch)
        self._of_session = False
        self._deck_moves = DeckMoves()

    @property
    def usable(self) -> Machine:
        """What of the machine can be wished for, as far as is known."""
        return self.trial.usable(self.machine)

    def _release(self, now: float) -> list[Effect]:
        """Return the commands that are permitted right now, at most one per axis."""
        sample = self.watch.sample
        if sample is None or self.wish == Aim() or not self.permissions.control:
            return []
        if now - sample.at > LOST_S or self.watch.doubtful_since is not None:
            return []
        if self.stopping.halting:
            return []  # a speed could set the belt going again
        wished = goal = self._deck_goal(sample)
        effects: list[Effect] = []
        if wished is not None:
            goal = self.trial.goal(wished, sample, self.deck, self.machine)
            if self.deck.commanded != goal:
                effects += self._toward_deck(goal, wished, sample, now)
            if self.deck.commanded != goal:
                return effects
        deck_there = goal is None or (goal == wished and self.deck.arrived >= DECK_SAMPLES)
        if not deck_there and sample.incline_pct < IN_DESCENT_PCT:
            return effects  # rule R8: one axis at a time in a descent
        return effects + self._toward_speed(sample, now, increase=deck_there)

    def _deck_goal(self, sample: Telemetry) -> float | None:
        """Return the incline to be reached, in the machine's steps; None if the deck may stay."""
        if self.wish.incline_pct is None or not self.machine.sets_incline:
            return None
        goal = self.machine.incline.floor(self.wish.incline_pct)
        if self.deck.commanded is None and abs(sample.incline_pct - goal) <= DECK.same:
            self.deck.hold(goal)
        return goal

    def _toward_deck(
        self, goal: float, wished: float, sample: Telemetry, now: float
    ) -> list[Effect]:
        """Slow down as far as rule R8 asks, then move the deck.

        Its ``goal`` is on the way to what is ``wished``, as the runner was told.
        """
        effects: list[Effect] = []
        tried, swing = self.trial.concerns(goal), self.deck.swing(goal, sample.incline_pct)
        if self.trial.concerns(wished) and (cue := self.trial.announcement()):
            self.notices.tell(Aim(cue.speed_kmh), now)
            effects.append(cue)
        limit = self._deck_moves.top_kmh(sample.incline_pct, goal, swing, self.level, now)
        limit = WALKING_KMH if tried else limit
        limit = max(END_KMH if self.wish.speed_kmh == 0 else limit, self.machine.speed.minimum)
        if max(sample.speed_kmh, self.belt.commanded or 0.0) > limit + READING_KMH:
            expected = self.wish.speed_kmh != 0 and not tried
            deck_told = expected and self.notices.deck_told(wished, now)
            goal_kmh = limit - MARGIN_KMH
            noticed = deck_told or self._told(sample, now, speed=goal_kmh)
            return effects + (self._slow_to(goal_kmh, sample, now) if noticed else [])
        here, moved = sample.incline_pct, self._deck_moves.recent(now)
        told = not self._of_session or self.notices.permit_incline(goal, here, now, moved)
        if not told or self.deck.unconfirmed or not self.watch.fresh(now):
            return effects
        if self.belt.unconfirmed or (not self.belt.there and sample.incline_pct < IN_DESCENT_PCT):
            return effects
        shows = self.trial.begin(goal, sample, self.deck)
        self._deck_moves.note(swing, now)
        return [*effects, self._orders.incline(goal, sample.incline_pct, now, must_move=shows)]

    def _toward_speed(self, sample: Telemetry, now: float, *, increase: bool) -> list[Effect]:
        """Take the next step of the belt toward the wish."""
        wish = self.wish.speed_kmh
        if wish is None or not self.watch.moving:
            return []
        if wish == 0:
            return self._toward_stop(sample, now, deck_there=increase)
        if not self.machine.sets_speed:
            return []
        cap = belt_cap_kmh(
            sample.incline_pct,
            self.wish.incline_pct,
            machine=self.machine,
            permissions=self.permissions,
            level=self.level,
        )
        goal = self.machine.speed.floor(min(wish, cap))
        if self.belt.commanded is None and abs(sample.speed_kmh - goal) <= BELT.same:
            self.belt.hold(goal)
        base = sample.speed_kmh if self.belt.commanded is None else self.belt.commanded
        if goal < base - NEAR:
            told = cap < wish or self._told(sample, now, speed=goal)  # a cap waits for no cue
            return self._slow_to(goal, sample, now) if told else []
        permitted = increase and self.watch.fresh(now) and self._told(sample, now, speed=goal)
        if goal <= base + NEAR or not permitted:
            return []
        if self.belt.unconfirmed and now < self._orders.belt_at + SPACING_S:
            return []
        careful = self.level in (Level.NOVICE, Level.BEGINNER)
        largest = INCREASE_CAREFUL_KMH if careful else INCREASE_KMH
        value = self.machine.speed.floor(min(goal, base + largest, sample.speed_kmh + AHEAD_KMH))
        return [self._orders.speed(value, now)] if value > base + NEAR else []

    def _toward_stop(self, sample: Telemetry, now: float, *, deck_there: bool) -> list[Effect]:
        """Slow to the speed from which the belt may be stopped, then stop it (rule R14).

        Not before the deck is where it is to be: a stop also halts the deck where it is.
        """
        limit = max(END_KMH, self.machine.speed.minimum)
        if not self._told(sample, now, speed=0.0):
            return []
        if sample.speed_kmh > limit + READING_KMH:
            return self._slow_to(limit - MARGIN_KMH, sample, now)
        if not deck_there or now < self.stopping.sent_at + CONFIRM_S:
            return []
        return [self._orders.stop(now)] if self.machine.can_stop else self.asks.stop(now)

    def _slow_to(self, goal: float, sample: Telemetry, now: float) -> list[Effect]:
        """Take the next decrease: any size, at 2 km/h a second (rule R7)."""
        if not self.machine.sets_speed:
            return self.asks.slower(goal, now)
        base = sample.speed_kmh if self.belt.commanded is None else self.belt.commanded
        if now < self._orders.belt_at + SPACING_S:
            return []
        step = self.machine.speed.step - NEAR  # rounded down, it would be more than permitted
        value = self.machine.speed.floor(max(goal, base - DECREASE_KMH + step))
        return [self._orders.speed(value, now)] if value < base - NEAR else []

    def _told(self, sample: Telemetry, now: float, *, speed: float) -> bool:
        """Whether rule R9 permits this speed now; the runner's own wishes need no notice."""
        here = sample.speed_kmh if self.belt.commanded is None else self.belt.commanded
        return not self._of_session or self.notices.permit_speed(speed, here, now)

    def _stop_belt(self, now: float) -> list[Effect]:
        """Stop the belt; one that takes no stop is slowed as far as it goes (rule R4)."""
        effects: list[Effect] = [self._orders.stop(now)]
        if self.machine.can_stop:
            return effects
        sample, slowest = self.watch.sample, self.machine.speed.minimum
        may = self.permissions.control and self.machine.sets_speed and not self.stopping.runaway
        if may and sample is not None and sample.speed_kmh > slowest + READING_KMH:
            effects.append(self._orders.speed(slowest, now))
        return effects + self.asks.stop(now)
