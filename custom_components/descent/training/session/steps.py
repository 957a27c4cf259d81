"""The way through a plan's steps: which is under way, when it ends, what it asks of the gate.

Knows nothing of pausing, arming and faults (session.py). Every time it is asked, it says which
effects follow.

    a descent:   deck there (sent ahead in the recovery, or approach) -> countdown -> go -> end
    a recovery:  holds to the second; the deck is sent ahead with the learned lead time
    off the belt: belt to a standstill -> items -> over
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from .. import cues
from ..actuators import SETTLE_S, Actuators, deck_lead_s
from ..events import (
    Aim,
    CueKind,
    Effect,
    Lap,
    Reason,
    Refused,
    RepCompleted,
    StepFinished,
    StepStarted,
    Summary,
)
from ..gate import Gate
from ..gate.limits import settable
from ..model import Phase, Plan, Step, Telemetry
from ..rules import DECK_SAMPLES, DECK_THERE_PCT, NEAR
from .adjustments import Adjustments, aimed, within
from .relay import Relay
from .summary import Meter, deck_there, summarise
from .underway import Moments, Underway


class Steps:
    """Steps of one plan, from the first to the last."""

    def __init__(self, plan: Plan, gate: Gate, actuators: Actuators) -> None:
        """Stand before the first step."""
        self.plan = plan
        self.gate = gate
        self.actuators = actuators
        self._relay = Relay(gate)
        self.index = -1
        self.underway: Underway | None = None
        self.laps: list[Lap] = []
        self.adjusted = Adjustments()
        self.meter = Meter()  # of the whole session, between its steps too
        self._last: Telemetry | None = None
        self._deck_samples = 0
        self._counted_down = False  # to the descent that follows the step under way

    # ---- where

    @property
    def step(self) -> Step | None:
        """The step under way."""
        return None if self.underway is None else self.underway.step

    @property
    def next_step(self) -> Step | None:
        """The step after it (the first one before the start), as the runner has adjusted it."""
        following = self.index + 1
        if following == len(self.plan.steps):
            return None
        return self._target(self.plan.steps[following])

    @property
    def belt_needed(self) -> bool:
        """Whether any step still to come is on the belt."""
        return any(not step.phase.off_belt for step in self.plan.steps[self.index + 1 :])

    @property
    def lowest_pct(self) -> float:
        """The furthest down that the step under way and those to come go."""
        ahead = self.plan.steps[max(0, self.index) :]
        return min(self._target(step).incline_pct for step in ahead)

    # ---- going on

    def begin(self, now: float) -> list[Effect]:
        """Begin the next step."""
        self.index += 1
        planned = self.plan.steps[self.index]
        if planned.rep == 0:
            self.adjusted.clear()
        underway = self.set_out(self._target(planned))
        sample = self.gate.watch.sample
        underway.last = None if sample is None else replace(sample, at=now)
        return [StepStarted(underway.step), *self.enter(now)]

    def set_out(self, step: Step) -> Underway:
        """Have a step under way, nothing of it done."""
        moments = cues.schedule(step, self.next_step)
        self.underway = Underway(step, Moments(moments))
        return self.underway

    def enter(self, now: float, greeting: str | None = None) -> list[Effect]:
        """Set out on the step under way.

        At its start or after a pause (then ``greeting`` is the cue's key).
        """
        underway = self._now()
        step = underway.step = within(underway.step, self.gate.machine)
        self._deck_samples = 0
        if step.phase.off_belt:
            rest = Aim(0.0, 0.0)
            effects = self._relay.say(cues.begins(step), now)
            return [*effects, *self.guide(rest, now), *self._aim(rest, now)]
        if step.phase is Phase.DESCENT:
            return self._approach(underway, now, greeting)
        # After a pause the runner is told again of what follows, and the deck sent ahead again.
        underway.previewed = underway.deck_sent = self._counted_down = False
        underway.countdown_at = None
        cue = cues.begins(step)
        if greeting is not None:
            cue = cues.announce(greeting, CueKind.RESUMED, step)
        effects = self._relay.say(cue, now)
        underway.go(now, self.actuators.rates, 0.0)
        underway.ramp_kmh = underway.ramp_target(now)
        if step.guided:
            self.gate.let_go()
        target = Aim(underway.ramp_kmh, step.incline_pct)
        return [*effects, *self.guide(target, now), *self._aim(target, now)]

    def halt(self, now: float) -> None:
        """Let the clocks of the step stand."""
        if self.underway is not None:
            self.underway.clock.halt(now)
            self.underway.approach.halt(now)

    def finish(self, now: float, *, skipped: bool = False, capped: bool = False) -> list[Effect]:
        """Close the step under way."""
        underway = self._now()
        lap = underway.finish(now, skipped=skipped, capped=capped)
        self.laps.append(lap)
        self.underway = None
        effects: list[Effect] = [StepFinished(underway.step, lap)]
        if lap.phase is Phase.DESCENT and not skipped:
            effects.append(RepCompleted(underway.step.rep, underway.step.reps))
        return effects

    def adjust(self, wish: Aim, now: float) -> list[Effect]:
        """Take the runner's own target for this step and its like in the rest of the set.

        Raises ``Refused`` where the gate cannot permit it, and in a guided step (rule R16).
        """
        underway = self._now()
        step = underway.step
        if step.guided:
            raise Refused("guided_step")
        settable(wish, self.gate.machine)
        speed = step.speed_kmh if wish.speed_kmh is None else wish.speed_kmh
        incline = step.incline_pct if wish.incline_pct is None else wish.incline_pct
        target = Aim(speed if underway.going else None, incline)
        effects = self.gate.aim(target, now, of_session=False)
        if incline != step.incline_pct:
            self._deck_samples = 0  # counted for another incline
            underway.countdown_at = underway.countdown_at if underway.going else None
        underway.step = aimed(step, wish)
        self.adjusted.wish(self.plan.steps[self.index], wish)
        return list(effects)

    def lower(self, ceiling_kmh: float) -> None:
        """Take a lower speed, set at the console, as the ceiling for the rest of the set."""
        underway = self.underway
        if underway is None or not underway.going:
            return
        ceiling = min(underway.step.speed_kmh, ceiling_kmh)
        underway.step = aimed(underway.step, Aim(ceiling))
        self.adjusted.lower(underway.step.phase, ceiling)

    # ---- measurements

    def measure(self, sample: Telemetry) -> None:
        """Count what the belt does, whatever the session's state."""
        last, self._last = self._last, sample
        if last is not None:
            self.meter.between(last, sample, counts=False)
        if self.underway is not None:
            self.underway.measure(sample)
            ahead = self.next_step if self.underway.deck_sent else None
            there = deck_there(sample, ahead or self.underway.step)
            self._deck_samples = self._deck_samples + 1 if there else 0

    def observe(self, sample: Telemetry) -> list[Effect]:
        """Follow a running step with a measurement: approach, deck sent ahead, ramps."""
        underway = self._now()
        now = sample.at
        if not underway.going:
            return self._approaching(underway, sample, now)
        step = underway.step
        if step.ramp_s and (target := underway.ramp_target(now)) != underway.ramp_kmh:
            underway.ramp_kmh = target
            guided = self._relay.guide_ramp(target, step, now)
            return [*guided, *self._aim(Aim(target, step.incline_pct), now)]
        following = None if step.phase is Phase.DESCENT else self.next_step
        if following is not None and following.phase is Phase.DESCENT:
            return self._look_ahead(underway, following, sample, now)
        return []

    def at_rest(self, now: float) -> list[Effect]:
        """The belt stands in an off-belt step: its clock may run."""
        underway = self._now()
        if not underway.going:
            underway.go(now, self.actuators.rates, 0.0)
            if not self.belt_needed:
                return self.gate.release_control()
        return []

    # ---- time

    def due_times(self) -> Iterator[float]:
        """When something of the step under way is due, as things are."""
        underway = self._now()
        moment = underway.moments.upcoming
        times = (
            None if moment is None else underway.when(moment),
            None if underway.asked else underway.ends_at,
            self.countdown_due(underway),
            self.go_due(underway),
        )
        yield from (at for at in times if at is not None)

    def advance(self, now: float) -> list[Effect]:
        """Do what is due in the step under way, but for its end."""
        underway = self._now()
        if not underway.going:
            go = self.go_due(underway)
            return [] if go is None or now < go else self._go(underway, now)
        effects: list[Effect] = []
        while (moment := underway.moments.due(underway.position(now))) is not None:
            effects += self._relay.say(moment.cue, now)
        countdown = self.countdown_due(underway)
        if countdown is not None and now >= countdown and (following := self.next_step) is not None:
            underway.countdown_at = now
            sample = self.gate.watch.sample
            there = sample is not None and deck_there(sample, following)
            if there and self.deck_arrived:  # else counted down in the approach
                self._counted_down = True
                effects += self._relay.say(cues.count_down_to(following), now)
        return effects

    def over(self, now: float) -> bool:
        """Whether the step under way has reached its end."""
        underway = self._now()
        end = None if underway.asked else underway.ends_at
        return end is not None and now >= end - NEAR

    def capped(self, now: float) -> bool:
        """Whether it ends by its time limit, its distance not done."""
        underway = self._now()
        return (
            underway.step.distance_m is not None and underway.position(now) < underway.length - 0.05
        )

    # ---- descents

    def _approach(self, underway: Underway, now: float, greeting: str | None) -> list[Effect]:
        """Bring the deck to a descent's incline, or go at once if it is there."""
        sample = self.gate.watch.sample
        step = underway.step
        there = sample is not None and deck_there(sample, step)
        if there and greeting is None and self._announced(step) and self._ready(step):
            self._deck_samples = DECK_SAMPLES
            return self._go(underway, now)
        underway.going = False
        underway.countdown_at = None
        underway.clock.halt(now)
        underway.approach.start(now)
        effects: list[Effect] = []
        if greeting is not None:
            effects += self._relay.say(cues.announce(greeting, CueKind.RESUMED, step), now)
        elif not self._announced(step):
            effects += self._relay.say(cues.preview(step, 0.0, deck=True), now)
        target = Aim(None, step.incline_pct)
        return [*effects, *self.guide(target, now), *self._aim(target, now)]

    def _announced(self, step: Step) -> bool:
        """Whether the step before has told the runner of this one."""
        if step.index == 0 or not self.laps or self.laps[-1].skipped:
            return False
        return not self.plan.steps[step.index - 1].phase.off_belt

    def _ready(self, step: Step) -> bool:
        """Whether it was counted down to, or follows a descent whose belt runs already."""
        return self._counted_down or self.plan.steps[step.index - 1].phase is Phase.DESCENT

    def _approaching(self, underway: Underway, sample: Telemetry, now: float) -> list[Effect]:
        """Count down as the deck is about to arrive."""
        if underway.countdown_at is None:
            change = abs(sample.incline_pct - underway.step.incline_pct)
            left = change / self.actuators.rates.deck_pct_s
            if left + SETTLE_S <= cues.COUNTDOWN_S:
                underway.countdown_at = now
                return self._relay.say(cues.count_down_to(underway.step), now)
        return self.advance(now)

    def _go(self, underway: Underway, now: float) -> list[Effect]:
        """Release the belt for a descent."""
        sample = self.gate.watch.sample
        underway.go(now, self.actuators.rates, sample.speed_kmh if sample is not None else 0.0)
        step = underway.step
        target = Aim(step.speed_kmh, step.incline_pct)
        return [
            *self._relay.say(cues.go(step), now),
            *self.guide(target, now),
            *self._aim(target, now),
        ]

    def _look_ahead(
        self, underway: Underway, following: Step, sample: Telemetry, now: float
    ) -> list[Effect]:
        """Announce the next descent and send the deck ahead, timed backwards from its start."""
        left, lead = underway.remaining_s(now), self.deck_lead_s(underway, following, sample)
        effects: list[Effect] = []
        if not underway.previewed and left <= max(cues.PREVIEW_S, lead + cues.NOTICE_S):
            underway.previewed = True
            cue = cues.preview(following, left, deck=lead > 0)
            effects += self._relay.say(cue, now)
        if lead and not underway.deck_sent and left <= lead:
            underway.deck_sent = True
            target = Aim(underway.step.speed_kmh, following.incline_pct)
            effects += [*self.guide(target, now), *self._aim(target, now)]
        return effects

    def deck_lead_s(self, underway: Underway, following: Step, sample: Telemetry) -> float:
        """How long before the next descent its deck is sent ahead; 0 where it need not be."""
        change = following.incline_pct - sample.incline_pct
        if underway.step.phase is not Phase.RECOVERY or abs(change) <= DECK_THERE_PCT:
            return 0.0
        return deck_lead_s(self.actuators.rates, change)

    @property
    def deck_arrived(self) -> bool:
        """Whether the deck is seen to be where the descent to come needs it (rule R8)."""
        return self._deck_samples >= DECK_SAMPLES

    def countdown_due(self, underway: Underway) -> float | None:
        """When to count down to the descent after the step under way, as its end is predicted."""
        counted = underway.countdown_at is not None
        if counted or underway.step.phase.off_belt or underway.step.phase is Phase.DESCENT:
            return None
        following, end = self.next_step, underway.ends_at
        if following is None or following.phase is not Phase.DESCENT or end is None:
            return None
        return max(end - cues.COUNTDOWN_S, underway.clock.since or end)

    def go_due(self, underway: Underway) -> float | None:
        """When a descent begins that is being counted down to."""
        counted = underway.countdown_at
        if underway.going or counted is None or not self.deck_arrived:
            return None
        return counted + cues.COUNTDOWN_S

    def guide(self, target: Aim, now: float) -> list[Effect]:
        """Tell the runner what to set, where Descent may not (rules R1, R16) or cannot."""
        return self._relay.guide(target, self.step, now)

    def _aim(self, target: Aim, now: float) -> list[Effect]:
        """Wish for what the step under way asks."""
        return self._relay.aim(target, self._now().step, now)

    def _target(self, planned: Step) -> Step:
        """Return a step as it is to be run: as the runner wants it, on the machine there is."""
        return within(self.adjusted.target(planned), self.gate.machine)

    def _now(self) -> Underway:
        if self.underway is None:
            msg = "no step is under way"
            raise RuntimeError(msg)
        return self.underway

    # ---- sums

    def summary(self, duration_s: float, result: Reason) -> Summary:
        """Sum up what was done so far."""
        return summarise(self.plan, tuple(self.laps), self.meter, duration_s, result)
