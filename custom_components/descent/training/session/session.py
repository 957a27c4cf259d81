"""A session from arming to its end: who may do what when, and what follows.

    IDLE --arm--> ARMED --belt moves (3 samples)--> RUNNING --last step done--> ENDING
    ENDING --belt stands--> FINISHED
    RUNNING --off-belt step--> WAITING --runner confirms--> ARMED
    RUNNING, ARMED, WAITING --pause, console stop--> PAUSED
    any but FINISHED --Home Assistant goes away, or comes back--> PAUSED
    RUNNING, ARMED --console change, fault, lost contact--> SUSPENDED
    PAUSED, SUSPENDED --resume--> RUNNING (belt moves) | ARMED (it stands) | WAITING (off-belt)
    any --stop--> FINISHED

Invariants:
    only a moving belt takes a session from ARMED to RUNNING (R2)
    nothing but the runner's Resume leaves PAUSED and SUSPENDED (R3, R5, R11)
    no movement effect after FINISHED but a repeated stop (R4)
    a refused wish changes nothing
"""

from __future__ import annotations

import math

from .. import cues
from ..actuators import Actuators
from ..events import (
    Aim,
    Answer,
    Cue,
    CueKind,
    Effect,
    Fault,
    Finished,
    LetGo,
    Link,
    Pause,
    Reason,
    Refused,
    Resume,
    Skip,
    State,
    StateChanged,
    Status,
    StatusKind,
    Stop,
    Summary,
)
from ..gate import Gate
from ..model import Plan, Telemetry, earliest
from ..rules import LOST_S, NEAR
from .arming import Arming
from .ending import Ending, let_go
from .set_by_hand import SetByHand
from .steps import Steps

_S = State
TRANSITIONS: dict[State, frozenset[State]] = {
    _S.IDLE: frozenset({_S.ARMED, _S.PAUSED}),
    _S.ARMED: frozenset({_S.RUNNING, _S.WAITING, _S.PAUSED, _S.SUSPENDED, _S.FINISHED}),
    _S.RUNNING: frozenset({_S.WAITING, _S.ENDING, _S.PAUSED, _S.SUSPENDED, _S.FINISHED}),
    _S.WAITING: frozenset({_S.ARMED, _S.ENDING, _S.PAUSED, _S.SUSPENDED, _S.FINISHED}),
    _S.ENDING: frozenset({_S.PAUSED, _S.FINISHED}),
    _S.PAUSED: frozenset({_S.ARMED, _S.RUNNING, _S.WAITING, _S.PAUSED, _S.FINISHED}),
    _S.SUSPENDED: frozenset({_S.ARMED, _S.RUNNING, _S.WAITING, _S.PAUSED, _S.FINISHED}),
    _S.FINISHED: frozenset(),
}


class Session:
    """One session on one treadmill."""

    def __init__(self, plan: Plan, gate: Gate, actuators: Actuators) -> None:
        """Stand ready; ``arm`` sets out."""
        self.plan = plan
        self.gate = gate
        self.steps = Steps(plan, gate, actuators)
        self.state = State.IDLE
        self.reason: Reason | None = None
        self.summary: Summary | None = None
        self.started_at: float | None = None
        self.arming: Arming | None = None
        self._by_hand = SetByHand(gate)
        self._ending: Ending | None = None

    # ---- in

    def arm(self, now: float) -> list[Effect]:
        """Wait for the runner to start the belt (rule R2)."""
        self.arming = Arming(self.gate, now)
        return [*self._to(State.ARMED), self.arming.cue(self.plan.name)]

    def handle(
        self, event: Pause | Resume | Skip | Stop | Aim | Status | Link | LetGo, now: float
    ) -> list[Effect]:
        """Take in anything but a measurement. Raises ``Refused``; then nothing has changed."""
        match event:
            case Stop():
                return self._stop(now)
            case Pause():
                return self._pause(now)
            case Resume():
                return self._resume(now)
            case Skip(confirmed):
                return self._skip(now, confirmed=confirmed)
            case Aim():
                if self.state is not State.RUNNING or self.steps.underway is None:
                    raise Refused("not_running")
                # A target of 0 would also hold for the repetitions to come.
                return self._pause(now) if event.speed_kmh == 0 else self.steps.adjust(event, now)
            case Status(kind):
                return self._status(kind, now)
            case Link(up):
                return [] if up else self._lost(now)
            case _:
                return self._let_go(event.reason, now, slower=event.slower)

    def measure(self, sample: Telemetry) -> list[Effect]:
        """Take in a measurement (the gate has it already)."""
        now = sample.at
        self.steps.measure(sample)
        if sample.safety_key_out and (self._moves_belt or self.state is State.ARMED):
            return self._suspend(Reason.SAFETY_KEY, now)
        effects: list[Effect] = []
        if self.arming is not None:
            if self.arming.counting and not self.gate.contact_proven(now):
                return self._lost(now)  # a silence that nobody was awake for
            if self.arming.taken_over():
                effects = self._take_over(now)
        elif self._ending is not None:
            if self._ending.done(sample):
                effects = self._close(self._ending.result, now)
        elif self.state is State.RUNNING:
            effects = self._follow(sample, now)
        elif self.state is State.SUSPENDED:
            self._by_hand.see(sample)
        elif self.state is State.WAITING and self.gate.at_rest:
            effects = self.steps.at_rest(now)
        return effects + self.advance(now)

    def _follow(self, sample: Telemetry, now: float) -> list[Effect]:
        """Go on with the step under way, unless the belt was stopped or nobody sees the deck."""
        if self.gate.at_rest:
            return self._console_stopped(now)
        if sample.incline_pct is None and any(self.steps.inclines):
            return self._suspend(Reason.INCLINE_UNKNOWN, now)
        effects: list[Effect] = []
        if (ceiling := self._by_hand.take()) is not None:
            effects = self.steps.hold_to(ceiling, now)
        return effects + self.steps.observe(sample)

    # ---- time

    @property
    def wakes_at(self) -> float | None:
        """When ``advance`` should be called next, if nothing happens before."""
        due = lost = None
        if self.arming is not None:
            due = self.arming.wakes_at
        elif self._ending is not None:
            due = self._ending.expires_at
        elif self.state in (State.RUNNING, State.WAITING):
            due = self.steps.due_at
        sample = self.gate.sample
        if sample is not None and self._needs_contact:
            lost = sample.at + LOST_S
        return earliest(due, lost)

    def answered(self, answer: Answer) -> list[Effect]:
        """Take in what the machine answered to a command."""
        return [] if self.arming is None else self.arming.answered(answer, self.plan.name)

    def unheard(self, cue: Cue, now: float) -> tuple[Effect, ...]:
        """Hold back what the runner could not hear of (rules R2, R9)."""
        if self.arming is not None:
            return self.arming.unheard(cue, self.plan.name)
        over = cue.step is not None and cue.step < self.steps.index
        return self.gate.unheard(cue, now) if self.state is State.RUNNING and not over else ()

    def advance(self, now: float) -> list[Effect]:
        """Do what has become due by ``now``, each thing as of the moment it was due."""
        effects: list[Effect] = []
        happened, before = effects, None
        # Over when one time comes up twice and nothing happens: no error may make this endless.
        while (due := self.wakes_at) is not None and due <= now and (happened or due != before):
            happened, before = self._due(due), due
            effects += happened
        return effects

    def _due(self, now: float) -> list[Effect]:
        sample = self.gate.sample
        if self._needs_contact and sample is not None and now >= sample.at + LOST_S:
            return self._suspend(Reason.LOST_CONTACT, now)
        if self.arming is not None:
            if now < self.arming.expires_at:
                return self.arming.start_belt(now, self.plan.name)
            if self.started_at is None:
                return self._close(Reason.EXPIRED, now)
            return self._to(State.PAUSED, Reason.NOT_STARTED, say=True)
        if self._ending is not None:
            return self._close(self._ending.result, now)
        effects = self.steps.advance(now)
        return effects + self._step_over(now) if self.steps.over(now) else effects

    # ---- how it stands

    def reason_now(self, now: float) -> Reason | None:
        """Why it stands where it does, as far as that is still so at ``now``."""
        if self.state is not State.SUSPENDED:
            return self.reason
        seen = self.gate.limits.machine.senses_key and self.gate.fresh(now)
        if self.reason is Reason.SAFETY_KEY and seen and not self.gate.key_out:
            return Reason.SAFETY_KEY_BACK
        if self.reason is Reason.LOST_CONTACT and self.gate.contact_proven(now):
            return Reason.CONTACT_BACK
        return self.reason

    def elapsed_s(self, now: float) -> float:
        """Seconds since the belt first moved for this session; its whole length once it is over."""
        if self.started_at is None:
            return 0.0
        return now - self.started_at if self.summary is None else self.summary.duration_s

    @property
    def after_step_s(self) -> float:
        """Predicted seconds from the end of the step under way to that of the session."""
        return self.plan.from_s[self.steps.index + 1]

    @property
    def progress(self) -> float | None:
        """Share of the plan's nominal time that is done, 0 to 1; None when it was not completed."""
        if self.state is State.FINISHED:
            return 1.0 if self.reason is Reason.COMPLETED else None
        index, underway, sample = self.steps.index, self.steps.underway, self.gate.sample
        done = self.plan.before_s[max(0, index)]
        if underway is not None and sample is not None:
            share = min(1.0, underway.position(sample.at) / underway.length)
            done += self.plan.steps[index].nominal_s * share
        return min(1.0, done / self.plan.duration_s)

    # ---- steps

    def _step_over(self, now: float) -> list[Effect]:
        """Go on after a step has reached its end; an off-belt step waits for the runner's word."""
        underway, following = self.steps.underway, self.steps.next_step
        back_on_belt = following is not None and not following.phase.off_belt
        if self.state is State.WAITING and underway is not None and back_on_belt:
            underway.asked = True
            return [cues.confirm(underway.step)]
        capped = self.steps.capped(now)
        return self.steps.finish(now, capped=capped) + self._begin(now)

    def _begin(self, now: float) -> list[Effect]:
        """Begin the next step, or end."""
        following = self.steps.next_step
        if following is None:
            return self._end(Reason.COMPLETED, now)
        effects = self.steps.begin(now)
        if following.phase.off_belt and self.state is State.RUNNING:
            effects += self._to(State.WAITING)
        return effects

    def _take_over(self, now: float) -> list[Effect]:
        """The runner has started the belt."""
        effects = self._to(State.RUNNING)
        if self.started_at is None:
            self.started_at = now
            effects += cues.starts(self.plan, self.gate.limits.machine.incline.minimum)
        begun = self.steps.underway is not None
        return effects + (self.steps.enter(now, "resumed") if begun else self._begin(now))

    # ---- the runner

    def _pause(self, now: float) -> list[Effect]:
        """Bring the belt to rest gently; a session that stands already stays as it is."""
        if self.state not in (State.RUNNING, State.ARMED, State.SUSPENDED):
            return []
        self.steps.halt(now)
        effects = self._to(State.PAUSED, Reason.RUNNER, say=True)
        if self.gate.belt_moving and not self.gate.limits.control:
            effects += self.gate.ask_to_stop(now)
        return [*effects, *self.gate.aim(Aim(speed_kmh=0.0), now, of_session=False)]

    def _resume(self, now: float) -> list[Effect]:
        """Go on where the session stands; in an off-belt step this is the runner's confirmation."""
        if self.state is State.WAITING:
            return self._confirm(now)
        if self.state not in (State.PAUSED, State.SUSPENDED):
            raise Refused("nothing_to_resume")
        silent = self.gate.stands_in_silence(now)
        if not (self.gate.contact_proven(now) or silent):
            raise Refused("no_contact")
        if self.gate.key_out:
            raise Refused("safety_key_out")
        self.gate.check_decline(min(self.steps.inclines))
        self.gate.check_incline(self.steps.inclines)
        underway = self.steps.underway
        if underway is not None and underway.step.phase.off_belt:
            underway.going = False
            effects = self._to(State.WAITING) + self.steps.enter(now)
            effects += self.steps.at_rest(now) if self.gate.at_rest or silent else []
            over = underway.going and underway.confirmed_in_s(now, skips=False) <= NEAR
            return effects + self._confirm(now) if over else effects
        if (ceiling := self._by_hand.take()) is not None and underway is not None:
            self.steps.lower(ceiling)  # between two steps it is that of none
        if not self.gate.belt_moving or self.gate.halting or silent:
            self.gate.let_go()
            return self.arm(now)
        return self._take_over(now)

    def _confirm(self, now: float, *, skips: bool = False) -> list[Effect]:
        """The runner is ready to go back on the belt; early only by skipping, never by Resume."""
        underway = self.steps.underway
        if underway is None or not underway.going:
            raise Refused("belt_still_moving")
        if (left := underway.confirmed_in_s(now, skips=skips)) > NEAR:
            raise Refused("too_early", seconds=math.ceil(left))
        following = self.steps.next_step
        seen = self.gate.contact_proven(now) or self.gate.stands_in_silence(now)
        if following is not None and not following.phase.off_belt and not seen:
            raise Refused("no_contact")  # it is armed next (rule R2)
        effects = self.steps.finish(now, skipped=not underway.asked)
        if following is None or following.phase.off_belt:
            return effects + self._begin(now)
        return effects + self.arm(now)

    def _skip(self, now: float, *, confirmed: bool) -> list[Effect]:
        """Leave the step under way."""
        if self.state is State.WAITING:
            return self._confirm(now, skips=True)
        underway = self.steps.underway
        if self.state is not State.RUNNING or underway is None:
            raise Refused("nothing_to_skip")
        if not confirmed:
            underway.check_warm(now)
        effects = self.steps.finish(now, skipped=True)
        if self.steps.next_step is None:
            return effects + self._end(Reason.ENDED_EARLY, now)
        return effects + self._begin(now)

    def _stop(self, now: float) -> list[Effect]:
        """Stop the belt now (rule R4)."""
        cue = Cue(kind=CueKind.STOP, key="stop")
        return [*self.gate.stop(now), cue, *self._close(Reason.STOPPED, now)]

    # ---- the machine

    @property
    def _moves_belt(self) -> bool:
        """Whether the belt moves because of this session: losing sight of it is to be said."""
        return self.state in (State.RUNNING, State.ENDING) or (
            self.state is State.WAITING and self.gate.belt_moving
        )

    @property
    def _needs_contact(self) -> bool:
        """Whether silence is lost contact: the belt moves, or is about to be started."""
        counting = self.arming is not None and self.arming.counting
        return self._moves_belt or counting

    def _lost(self, now: float) -> list[Effect]:
        """Contact is gone, which is no stop (rule R5)."""
        if self._moves_belt or self.state is State.ARMED:
            return self._suspend(Reason.LOST_CONTACT, now)
        if self.state is not State.PAUSED or not self.gate.belt_moving:
            return []
        key = cues.SUSPENDED[Reason.LOST_CONTACT]  # the belt was about to be stopped
        return [Fault(Reason.LOST_CONTACT), Cue(kind=CueKind.FAULT, key=key)]

    def _status(self, kind: StatusKind, now: float) -> list[Effect]:
        if self.state is State.ENDING or not (self._moves_belt or self.state is State.ARMED):
            return []
        if kind is StatusKind.SAFETY_KEY:
            return self._suspend(Reason.SAFETY_KEY, now)
        if kind is StatusKind.CONTROL_LOST:
            return self._suspend(Reason.CONTROL_LOST, now)
        if kind is StatusKind.STARTED and self.arming is not None:
            self.arming.started_by_hand()
        stops = kind in (StatusKind.STOPPED, StatusKind.PAUSED)
        counting = self.arming is not None and self.arming.counting
        if stops and (counting or self.state is State.RUNNING):
            return self._console_stopped(now)
        return []

    def _console_stopped(self, now: float) -> list[Effect]:
        """The runner stopped the belt at the machine."""
        self.gate.let_go()
        self.steps.halt(now)
        return self._to(State.PAUSED, Reason.CONSOLE_STOP, say=True)

    def _let_go(self, reason: Reason, now: float, *, slower: bool) -> list[Effect]:
        """The gate has given up: a session that moves the belt is suspended."""
        if self._moves_belt and self.state is not State.ENDING:
            if self.gate.key_out:  # what the belt does then is nobody's wish
                return self._suspend(Reason.SAFETY_KEY, now)
            return self._suspend(reason, now, slower=slower and reason is Reason.CONSOLE_CHANGE)
        if reason is Reason.CONSOLE_CHANGE:
            return []
        fault: list[Effect] = [Fault(reason), Cue(kind=CueKind.FAULT, key="fault_use_safety_key")]
        if self._ending is not None:
            return fault + self._close(self._ending.result, now)
        return fault

    def _suspend(self, reason: Reason, now: float, *, slower: bool = False) -> list[Effect]:
        """Let go of belt and deck, and say so."""
        if reason not in (Reason.WRONG_WAY, Reason.OVERSHOOT, Reason.UNHEARD):
            self.gate.let_go()  # in these cases the gate has, and may be slowing down (R9, R12)
        self.steps.halt(now)
        if self._ending is not None:
            return [Fault(reason), *self._close(self._ending.result, now)]
        obeyed = reason not in (Reason.REJECTED, Reason.NOT_CONFIRMED)
        self._by_hand.begin(slower=slower, obeyed=obeyed)
        effects = self._to(State.SUSPENDED, reason)
        key = cues.SUSPENDED[reason]
        if reason in (Reason.CONSOLE_CHANGE, Reason.SAFETY_KEY):  # the runner's own doing
            return [*effects, Cue(kind=CueKind.SUSPENDED, key=key)]
        return [*effects, Fault(reason), Cue(kind=CueKind.FAULT, key=key)]

    # ---- the end

    def _end(self, result: Reason, now: float) -> list[Effect]:
        """Ramp down, flatten, stop, confirm, release (rule R14)."""
        # Off the belt control was given back: whoever has started it since then wants it to run.
        if self.gate.at_rest or self.state is State.WAITING:
            return self._close(result, now)
        self._ending = Ending(self.gate, result, now)
        return [*self._to(State.ENDING, result), *self._ending.begin(self.steps, now)]

    def _close(self, result: Reason, now: float) -> list[Effect]:
        """Sum up and be finished."""
        effects: list[Effect] = []
        if self.steps.underway is not None:
            effects += self.steps.finish(now, skipped=True)
        if result is not Reason.STOPPED:
            effects += let_go(self.gate, result, now)
        duration = 0.0 if self.started_at is None else now - self.started_at
        self.summary = self.steps.summary(duration, result)
        effects += self._to(State.FINISHED, result)
        return [*effects, cues.ended(self.summary), Finished(self.summary)]

    # ---- transitions

    def _to(self, state: State, reason: Reason | None = None, *, say: bool = False) -> list[Effect]:
        if state not in TRANSITIONS[self.state]:
            msg = f"no way from {self.state} to {state}"
            raise RuntimeError(msg)
        self.state, self.reason = state, reason
        if state is not State.ARMED:
            self.arming = None
        if state is not State.ENDING:
            self._ending = None
        if state is State.PAUSED:
            self._by_hand.forget()  # the belt slows down because the session wants it to
        effects: list[Effect] = [StateChanged(state, reason)]
        if say and reason is not None:
            effects.append(Cue(kind=CueKind.PAUSED, key=cues.PAUSED[reason]))
        return effects

    def leave(self, now: float) -> list[Effect]:
        """Be paused because Home Assistant goes away in an orderly way (rule R3)."""
        self.steps.halt(now)
        return self._to(State.PAUSED, Reason.RESTART)

    def come_back(self, now: float, elapsed_s: float | None) -> list[Effect]:
        """Be paused after a restart (rule R3); its steps have been restored before."""
        self.started_at = None if elapsed_s is None else now - elapsed_s
        return self._to(State.PAUSED, Reason.RESTART, say=True)
