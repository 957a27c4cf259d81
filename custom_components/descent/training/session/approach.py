"""The way into a descent: told of, deck sent, counted down to, gone into.

    in the step before   preview -> in a recovery the deck is sent ahead -> countdown; then "go"
    in the descent       the deck is not there: it is sent -> about to arrive: countdown -> "go"

An approach begins with the step before a descent and ends when the belt is released for it. Its
clock, and whether the belt was released, are the step's own (underway.py): they are part of a lap.
"""

from __future__ import annotations

from .. import cues
from ..actuators import Actuators, deck_lead_s
from ..events import Aim, CueKind, Effect
from ..gate import Gate
from ..model import Phase, Plan, Step, Telemetry
from ..rules import DECK_SAMPLES, DECK_THERE_PCT, SETTLE_S
from .relay import Relay
from .summary import deck_there
from .underway import Underway


class Approach:
    """One way into a descent."""

    def __init__(self, plan: Plan, gate: Gate, actuators: Actuators, relay: Relay) -> None:
        """Nothing was told and nothing sent yet."""
        self._plan = plan
        self._gate = gate
        self._actuators = actuators
        self._relay = relay
        self.previewed = False  # the runner was told of the descent
        self.deck_sent = False  # ahead of it, in the step before
        self._deck_samples = 0  # in a row with the deck where it is to be
        self._counted_at: float | None = None  # when it was time to count down
        self._counted_down = False  # the step before did: its end is "go"

    # ---- measurements

    def measure(self, sample: Telemetry, wanted: Step) -> None:
        """Count how long the deck has been where the step wants it that it was sent for."""
        self._deck_samples = self._deck_samples + 1 if deck_there(sample, wanted) else 0

    @property
    def deck_arrived(self) -> bool:
        """Whether the deck is seen to stand where the descent to come needs it (rule R8)."""
        return self._deck_samples >= DECK_SAMPLES and self._gate.deck_still

    def retarget(self, underway: Underway) -> None:
        """Have another incline to wait for: the runner has set one."""
        self._deck_samples = 0
        if not underway.going:
            self._counted_at = None

    # ---- in the step before

    def look_ahead(
        self, underway: Underway, following: Step, sample: Telemetry, now: float
    ) -> list[Effect]:
        """Announce the next descent and send the deck ahead, timed backwards from its start."""
        left, lead = underway.remaining_s(now), self.deck_lead_s(underway, following, sample)
        effects: list[Effect] = []
        if not self.previewed and left <= max(cues.PREVIEW_S, lead + cues.NOTICE_S):
            self.previewed = True
            cue = cues.preview(following, left, deck=lead > 0)
            effects += self._relay.say(cue, now)
        if lead and not self.deck_sent and left <= lead:
            self.deck_sent = True
            target = Aim(underway.step.speed_kmh, following.incline_pct)
            effects += self._relay.guide(target, underway.step, now)
            effects += self._relay.aim(target, underway.step, now)
        return effects

    def deck_lead_s(self, underway: Underway, following: Step, sample: Telemetry) -> float:
        """How long before the next descent its deck is sent ahead; 0 where it need not be."""
        change = following.incline_pct - self._gate.limits.slope_of(sample)
        if underway.step.phase is not Phase.RECOVERY or abs(change) <= DECK_THERE_PCT:
            return 0.0
        return deck_lead_s(self._actuators.rates, change)

    def countdown_due(self, underway: Underway, end: float | None) -> float | None:
        """When to count down to the descent after the step under way, which ends at ``end``."""
        counted = self._counted_at is not None
        if counted or underway.step.phase.off_belt or underway.step.phase is Phase.DESCENT:
            return None
        if end is None or not self._plan.descends_after(underway.step):
            return None
        return max(end - cues.COUNTDOWN_S, underway.clock.since or end)

    def count_down(self, underway: Underway, following: Step | None, now: float) -> list[Effect]:
        """Count down at the end of the step before, where the deck is there already."""
        due = self.countdown_due(underway, underway.ends_at)
        if following is None or due is None or now < due:
            return []
        self._counted_at = now
        sample = self._gate.sample
        if sample is None or not deck_there(sample, following) or not self.deck_arrived:
            return []  # it is counted down to once the deck arrives
        self._counted_down = True
        return self._relay.say(cues.count_down_to(following), now)

    # ---- in the descent

    def enter(
        self, underway: Underway, now: float, *, told: bool, greeting: str | None
    ) -> list[Effect]:
        """Bring the deck to the descent's incline, or go at once if it is there.

        ``told`` says that the step before has told the runner of it; ``greeting`` is the key of
        the cue that says where the session goes on after a pause.
        """
        sample, step = self._gate.sample, underway.step
        self.deck_sent, self._deck_samples, self._counted_at = False, 0, None
        there = sample is not None and deck_there(sample, step)
        if there and greeting is None and told and self._ready(step):
            self._deck_samples = DECK_SAMPLES
            return self._go(underway, now)
        underway.going = False
        underway.clock.halt(now)
        underway.approach.start(now)
        effects: list[Effect] = []
        if greeting is not None:
            effects += self._relay.say(cues.announce(greeting, CueKind.RESUMED, step), now)
        elif not told:
            effects += self._relay.say(cues.preview(step, 0.0, deck=True), now)
        target = Aim(None, step.incline_pct)
        effects += self._relay.guide(target, step, now)
        return effects + self._relay.aim(target, step, now)

    def follow(self, underway: Underway, sample: Telemetry, now: float) -> list[Effect]:
        """Count down as the deck is about to arrive; go when that is over."""
        if self._counted_at is None and sample.incline_pct is not None:
            change = abs(sample.incline_pct - underway.step.incline_pct)
            left = change / self._actuators.rates.deck_pct_s
            if left + SETTLE_S <= cues.COUNTDOWN_S:
                self._counted_at = now
                return self._relay.say(cues.count_down_to(underway.step), now)
        return self.advance(underway, now)

    def advance(self, underway: Underway, now: float) -> list[Effect]:
        """Go, if it is time."""
        due = self.go_due(underway)
        return [] if due is None or now < due else self._go(underway, now)

    def go_due(self, underway: Underway) -> float | None:
        """When a descent begins that is being counted down to."""
        if underway.going or self._counted_at is None or not self.deck_arrived:
            return None
        return self._counted_at + cues.COUNTDOWN_S

    def _ready(self, step: Step) -> bool:
        """Whether it was counted down to, or follows a descent whose belt runs already."""
        return self._counted_down or self._plan.steps[step.index - 1].phase is Phase.DESCENT

    def _go(self, underway: Underway, now: float) -> list[Effect]:
        """Release the belt for the descent."""
        sample, step = self._gate.sample, underway.step
        underway.go(now, self._actuators.rates, sample.speed_kmh if sample is not None else 0.0)
        target = Aim(step.speed_kmh, step.incline_pct)
        return [
            *self._relay.say(cues.go(step), now),
            *self._relay.guide(target, step, now),
            *self._relay.aim(target, step, now),
        ]
