"""The way through a plan's steps: which is under way, when it ends, what it asks of the gate.

Knows nothing of pausing, arming and faults (session.py). Every time it is asked, it says which
effects follow.

    a descent:    approach (approach.py) -> go -> end
    a recovery:   holds to the second; the approach to the next descent begins in it
    off the belt: belt to a standstill -> items -> over
"""

from __future__ import annotations

from dataclasses import replace

from .. import cues
from ..actuators import Actuators
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
from ..model import Phase, Plan, Step, Telemetry, earliest
from ..rules import NEAR
from .adjustments import Adjustments, aimed, within
from .approach import Approach
from .relay import Relay
from .summary import Meter, summarise
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
        self.adjustments = Adjustments()
        self.meter = Meter()  # of the whole session, between its steps too
        self._last: Telemetry | None = None
        self.approach = self._new_approach()  # to the descent under way, or to the next one

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
    def inclines(self) -> list[float]:
        """The slopes of the step under way and of those to come, in signed percent."""
        ahead = self.plan.steps[max(0, self.index) :]
        return [self._target(step).incline_pct for step in ahead]

    # ---- going on

    def begin(self, now: float) -> list[Effect]:
        """Begin the next step."""
        self.index += 1
        planned = self.plan.steps[self.index]
        if planned.rep == 0:
            self.adjustments.clear()
        underway = self.set_out(self._target(planned))
        sample = self.gate.sample
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
        step = underway.step = within(underway.step, self.gate.limits.machine)
        if step.phase is Phase.DESCENT:
            told = self._announced(step)
            return self.approach.enter(underway, now, told=told, greeting=greeting)
        # After a pause the runner is told again of what follows, and the deck sent ahead again.
        self.approach = self._new_approach()
        if step.phase.off_belt:
            rest = Aim(0.0, 0.0)
            effects = self._relay.say(cues.begins(step), now)
            return [*effects, *self.guide(rest, now), *self._aim(rest, now)]
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
        self.gate.limits.check_settable(wish)
        speed = step.speed_kmh if wish.speed_kmh is None else wish.speed_kmh
        incline = step.incline_pct if wish.incline_pct is None else wish.incline_pct
        target = Aim(speed if underway.going else None, incline)
        effects = self.gate.aim(target, now, of_session=False)
        if incline != step.incline_pct:
            self.approach.retarget(underway)
        underway.step = aimed(step, wish)
        self.adjustments.wish(self.plan.steps[self.index], wish)
        return list(effects)

    def lower(self, ceiling_kmh: float) -> None:
        """Take a lower speed, set at the console, as the ceiling for the rest of the set."""
        underway = self._now()
        ceiling = min(underway.step.speed_kmh, ceiling_kmh)
        underway.step = aimed(underway.step, Aim(ceiling))
        self.adjustments.lower(underway.step.phase, ceiling)

    def hold_to(self, ceiling_kmh: float, now: float) -> list[Effect]:
        """Take it while the step is under way: what was wished may be more."""
        self.lower(ceiling_kmh)
        underway = self._now()
        if not underway.going or underway.step.phase.off_belt:
            return []
        underway.ramp_kmh = underway.ramp_target(now)
        return self._aim(Aim(underway.ramp_kmh, underway.step.incline_pct), now)

    # ---- measurements

    def measure(self, sample: Telemetry) -> None:
        """Count what the belt does, whatever the session's state."""
        last, self._last = self._last, sample
        if last is not None:
            self.meter.between(last, sample, counts=False)
        if self.underway is not None:
            self.underway.measure(sample)
            ahead = self.next_step if self.approach.deck_sent else None
            self.approach.measure(sample, ahead or self.underway.step)

    def observe(self, sample: Telemetry) -> list[Effect]:
        """Follow a running step with a measurement: approach, deck sent ahead, ramps."""
        underway = self._now()
        now = sample.at
        if not underway.going:
            return self.approach.follow(underway, sample, now)
        step = underway.step
        if step.ramp_s and (target := underway.ramp_target(now)) != underway.ramp_kmh:
            underway.ramp_kmh = target
            guided = self._relay.guide_ramp(target, step, now)
            return [*guided, *self._aim(Aim(target, step.incline_pct), now)]
        if step.phase is Phase.DESCENT or not self.plan.descends_after(step):
            return []
        following = self._target(self.plan.steps[step.index + 1])
        return self.approach.look_ahead(underway, following, sample, now)

    def at_rest(self, now: float) -> list[Effect]:
        """The belt stands in an off-belt step: its clock may run."""
        underway = self._now()
        if not underway.going:
            underway.go(now, self.actuators.rates, 0.0)
            if not self.belt_needed:
                return self.gate.release_control()
        return []

    # ---- time

    @property
    def due_at(self) -> float | None:
        """When something of the step under way is due next, as things are."""
        underway = self._now()
        moment, end = underway.moments.upcoming, underway.ends_at
        return earliest(
            None if moment is None else underway.when(moment),
            None if underway.asked else end,
            self.approach.countdown_due(underway, end),
            self.approach.go_due(underway),
        )

    def advance(self, now: float) -> list[Effect]:
        """Do what is due in the step under way, but for its end."""
        underway = self._now()
        if not underway.going:
            return self.approach.advance(underway, now)
        effects: list[Effect] = []
        while (moment := underway.moments.due(underway.position(now))) is not None:
            effects += self._relay.say(moment.cue, now)
        return effects + self.approach.count_down(underway, self.next_step, now)

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

    # ---- inside

    def _announced(self, step: Step) -> bool:
        """Whether the step before has told the runner of this one."""
        if step.index == 0 or not self.laps or self.laps[-1].skipped:
            return False
        return not self.plan.steps[step.index - 1].phase.off_belt

    def guide(self, target: Aim, now: float) -> list[Effect]:
        """Tell the runner what to set, where Descent may not (rules R1, R16) or cannot."""
        return self._relay.guide(target, self.step, now)

    def _aim(self, target: Aim, now: float) -> list[Effect]:
        """Wish for what the step under way asks."""
        return self._relay.aim(target, self._now().step, now)

    def _new_approach(self) -> Approach:
        return Approach(self.plan, self.gate, self.actuators, self._relay)

    def _target(self, planned: Step) -> Step:
        """Return a step as it is to be run: as the runner wants it, on the machine there is."""
        return within(self.adjustments.target(planned), self.gate.limits.machine)

    def _now(self) -> Underway:
        if self.underway is None:
            msg = "no step is under way"
            raise RuntimeError(msg)
        return self.underway

    # ---- sums

    def summary(self, duration_s: float, result: Reason) -> Summary:
        """Sum up what was done so far."""
        return summarise(self.plan, tuple(self.laps), self.meter, duration_s, result)
