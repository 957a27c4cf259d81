"""Session and gate joined: one way in, one way out, one wake-up. What the conductor holds.

Without a session the gate alone carries out what sliders and actions wish, under the same rules.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from . import cues
from .actuators import Actuators
from .events import (
    OVER,
    Aim,
    Answer,
    Answered,
    Arm,
    Cue,
    CueKind,
    Effect,
    Event,
    Fault,
    LetGo,
    Link,
    Reason,
    Refused,
    Resume,
    Skip,
    State,
    Status,
    Stop,
    Unheard,
    Upcoming,
    UserEvent,
)
from .gate import Gate, Limits
from .model import DeclineCheck, Level, Machine, Plan, Rates, Telemetry, earliest
from .rules import Permissions
from .session import Session, stored
from .session.summary import Meter
from .session.upcoming import upcoming
from .view import Confirmation, View

_FAILED = {Reason.REJECTED: Confirmation.REJECTED, Reason.NOT_CONFIRMED: Confirmation.UNKNOWN}


class Engine:
    """Everything that decides about one treadmill.

    Synchronous, total, without a clock of its own.
    """

    def __init__(
        self,
        machine: Machine,
        *,
        permissions: Permissions,
        level: Level = Level.BEGINNER,
        rates: Rates | None = None,
        decline: DeclineCheck | None = None,
    ) -> None:
        """Start idle; ``level`` caps manual wishes while no session runs.

        ``decline`` is what is known of the deck from before. One of a known machine need not be
        tried, unless something has been wrong with it.
        """
        known = decline or DeclineCheck.UNTESTED
        if machine.decline_known and decline is not DeclineCheck.WRONG_WAY:
            known = DeclineCheck.CONFIRMED
        limits = Limits(machine=machine, level=level, permissions=permissions)
        self.gate = Gate(limits, known)
        self.session: Session | None = None
        self._machine = machine
        self._level = level
        self._actuators = Actuators(rates or machine.rates)
        self._before = Meter()  # what the belt did before the first session

    # ---- in

    def handle(self, event: Event, now: float) -> tuple[Effect, ...]:
        """Take in an event.

        Raises ``Refused`` for a wish that cannot be granted; then nothing has changed.
        """
        self.gate.reach(now)
        match event:
            case Telemetry():
                return self._measured(event)
            case Answer():
                said = [] if self.session is None else self.session.answered(event)
                return (*self._settle(self.gate.answer(event, now), now), *said)
            case Link(up):
                effects = () if up else self.gate.lost_link(now)
                return self._to_session(event, now, effects)
            case Status():
                return self._to_session(event, now, self._settle(self.gate.hear(event), now))
            case Answered():
                self.gate.answered(now)
                return ()
            case Unheard(cue):
                held = () if self.session is None else self.session.unheard(cue, now)
                return self._settle(held, now)
            case _:
                return self._asked(event, now)

    def _asked(self, event: UserEvent, now: float) -> tuple[Effect, ...]:
        """Take in what a person asks for."""
        before = self.gate.limits.by_hand
        if isinstance(event, Arm | Resume | Skip):
            self.gate.limits = replace(self.gate.limits, by_hand=event.by_hand)
        try:
            return self._granted(event, now)
        except Refused:
            self.gate.limits = replace(self.gate.limits, by_hand=before)
            raise

    def _granted(self, event: UserEvent, now: float) -> tuple[Effect, ...]:
        match event:
            case Arm(plan):
                return self._arm(plan, now)
            case Stop() if not self._active:
                return self.gate.stop(now)
            case Aim() if not self._active:
                return self._manual(event, now)
            case _:
                if self.session is None or not self._active:
                    raise Refused("no_session")
                return self._settle(tuple(self.session.handle(event, now)), now)

    def advance(self, now: float) -> tuple[Effect, ...]:
        """Do what has become due by ``now``."""
        effects: list[Effect] = []
        self.gate.reach(now)
        while (due := self.gate.deadline) is not None and due <= now:
            effects += self._session_due(due)
            effects += self._settle(self.gate.judge(due), due)
        effects += self._session_due(now)
        return (*effects, *self._settle(self.gate.advance(now), now))

    @property
    def wakes_at(self) -> float | None:
        """When ``advance`` should be called next, if nothing happens before."""
        session = self.session
        return earliest(self.gate.wakes_at, None if session is None else session.wakes_at)

    def upcoming(self, now: float) -> tuple[Upcoming, ...]:
        """Return the cues that are sure to come if nothing happens, for voices that need time."""
        return () if self.session is None else upcoming(self.session, now)

    def leave(self, now: float) -> tuple[Effect, ...]:
        """Say goodbye in an orderly shutdown, slow down by one command, and pause (rule R3).

        To walking pace; to rest if the belt was on its way there: what the runner was told comes
        true.
        """
        rests = self.gate.coming_to_rest
        slow = self.gate.send_to_rest(now) if rests else ()
        if self.session is None or not self._active:
            return slow
        running = self.session.state not in (State.PAUSED, State.SUSPENDED)
        slow = slow if rests else self.gate.slow_down(now)
        said = (Cue(kind=CueKind.PAUSED, key="leaving_stops" if rests else "leaving"),)
        return (*(said if running or (slow and not rests) else ()), *slow, *self.session.leave(now))

    # ---- what is

    @property
    def permissions(self) -> Permissions:
        """What the user allows; a change counts from the next command on."""
        return self.gate.limits.permissions

    @permissions.setter
    def permissions(self, permissions: Permissions) -> None:
        self.gate.limits = replace(self.gate.limits, permissions=permissions)

    @property
    def machine(self) -> Machine:
        """What the treadmill can be used for, as far as is known: sessions are planned for it.

        One that turns out to be another machine (a driver learns while it talks to it) is taken
        over at once, but for its ranges while a session is under way: its plan stands.
        """
        return self.gate.usable(self._machine)

    @machine.setter
    def machine(self, machine: Machine) -> None:
        if machine != self._machine:
            self._machine = machine
        held = self.gate.limits.machine
        if not self._active:
            held = self._machine
        elif (held.can_start, held.can_stop) != (machine.can_start, machine.can_stop):
            held = replace(held, can_start=machine.can_start, can_stop=machine.can_stop)
        self.gate.limits = self.gate.limits.on(held)

    @property
    def decline(self) -> DeclineCheck:
        """What is known of the deck below level."""
        return self.gate.decline

    def forget_decline(self) -> None:
        """Try the deck below level again: the user has put right what was wrong with it."""
        self.gate.forget_decline()

    @property
    def level(self) -> Level:
        """Whose caps hold for manual wishes; a session brings its own."""
        return self._level

    @level.setter
    def level(self, level: Level) -> None:
        self._level = level
        if not self._active:
            self.gate.limits = replace(self.gate.limits, level=level)

    @property
    def _own_limits(self) -> Limits:
        """What holds as long as no session brings its own."""
        return replace(self.gate.limits, machine=self._machine, level=self._level)

    @property
    def _active(self) -> bool:
        return self.session is not None and self.session.state not in OVER

    @property
    def state(self) -> State:
        """Where the session stands."""
        return State.IDLE if self.session is None else self.session.state

    @property
    def rates(self) -> Rates:
        """What was learned about the actuators."""
        return self._actuators.rates

    def view(self, now: float) -> View:
        """Say everything anybody may know at ``now``."""
        gate, session, active = self.gate, self.session, self._active
        sample = gate.sample
        meter = self._before if session is None else session.steps.meter
        arming = None if session is None else session.arming
        starts_at = None if arming is None else arming.starts_at
        underway = None if session is None else session.steps.underway
        step_left_s = None if underway is None else underway.remaining_s(now)
        return View(
            at=now,
            telemetry=sample,
            fresh=gate.fresh(now),
            belt_moving=None if sample is None else gate.belt_moving,
            distance_m=meter.distance_m,
            descent_m=meter.descent_m,
            target=gate.wish,
            confirmation=self._confirmation,
            stopping=gate.stopping,
            limits=gate.limits.on(self.machine),
            rates=self.rates,
            decline=self.decline,
            state=self.state,
            reason=None if session is None else session.reason_now(now),
            plan=None if session is None else session.plan,
            step=None if session is None else session.steps.step,
            next_step=session.steps.next_step if session is not None and active else None,
            elapsed_s=0.0 if session is None else session.elapsed_s(now),
            step_left_s=step_left_s,
            step_left_m=None if underway is None else underway.remaining_m(now),
            session_left_s=session.after_step_s + (step_left_s or 0.0)
            if session is not None and active
            else None,
            progress=None if session is None else session.progress,
            arming_left_s=None if arming is None else max(0.0, arming.expires_at - now),
            belt_starts_in_s=None if starts_at is None else max(0.0, starts_at - now),
            summary=None if session is None else session.summary,
        )

    @property
    def _confirmation(self) -> Confirmation | None:
        """Whether belt and deck do what they were told; None when nothing is asked of them."""
        confirmed = self.gate.confirmed
        if confirmed is not None:
            return Confirmation.CONFIRMED if confirmed else Confirmation.PENDING
        reason = None if self.session is None else self.session.reason
        return None if reason is None else _FAILED.get(reason)

    # ---- storing

    def to_dict(self, now: float) -> dict[str, Any] | None:
        """Return the unfinished session as JSON-able data; ``None`` without one."""
        return (
            stored.to_dict(self.session, now) if self.session is not None and self._active else None
        )

    def restore(self, data: dict[str, Any], now: float) -> tuple[Effect, ...]:
        """Bring an unfinished session back, paused.

        Raises ``ValueError`` on rubbish; then nothing has changed.
        """
        if self._active:
            raise Refused("session_active")
        self.session, effects = stored.restore(data, self.gate, self._actuators, now)
        self.gate.limits = replace(self.gate.limits, level=self.session.plan.level)
        return tuple(effects)

    # ---- inside

    def _measured(self, sample: Telemetry) -> tuple[Effect, ...]:
        last = self.gate.sample
        if last is not None and sample.at <= last.at:
            return ()  # late or twice: an older truth is no news
        ramped, moved = self.gate.belt_ramps, self.gate.deck_moves
        effects = self._settle(self.gate.observe(sample), sample.at)
        ramped, moved = ramped and self.gate.belt_ramps, moved and self.gate.deck_moves
        self._actuators.observe(sample, belt_ramps=ramped, deck_moves=moved)
        if self.gate.doubtful:
            return effects  # a zero that is not believed yet is no measurement
        if self.session is not None and self._active:
            return (*effects, *self._settle(tuple(self.session.measure(sample)), sample.at))
        if last is not None and self.session is None:
            self._before.between(last, sample, counts=False)
        return effects

    def _session_due(self, now: float) -> tuple[Effect, ...]:
        """Do what was due in the session by ``now``."""
        if self.session is None:
            return ()
        return self._settle(tuple(self.session.advance(now)), now)

    def _settle(self, effects: tuple[Effect, ...], now: float) -> tuple[Effect, ...]:
        """Let the session know what the gate has given up; without one, say what must be said."""
        let_go = [effect for effect in effects if isinstance(effect, LetGo)]
        if not let_go:
            return effects
        gone = let_go[0]
        if self.session is not None:
            return (*effects, *self.session.handle(gone, now))
        if gone.reason is Reason.CONSOLE_CHANGE:
            return effects
        key = "fault_use_safety_key"
        if gone.reason in (Reason.WRONG_WAY, Reason.OVERSHOOT):
            key = cues.SUSPENDED[gone.reason]
        return (*effects, Fault(gone.reason), Cue(kind=CueKind.FAULT, key=key))

    def _to_session(
        self, event: Link | Status, now: float, effects: tuple[Effect, ...] = ()
    ) -> tuple[Effect, ...]:
        if self.session is None or not self._active:
            return effects
        return (*effects, *self.session.handle(event, now))

    def _arm(self, plan: Plan, now: float) -> tuple[Effect, ...]:
        if self._active:
            raise Refused("session_active")
        if not (self.gate.fresh(now) or self.gate.stands_in_silence(now)):
            raise Refused("no_contact")
        if self.gate.key_out:
            raise Refused("safety_key_out")
        inclines = [step.incline_pct for step in plan.steps]
        self.gate.check_decline(min(inclines))
        self.gate.check_incline(inclines)
        self.gate.let_go()
        self.gate.limits = replace(self._own_limits, level=plan.level)
        self.session = Session(plan, self.gate, self._actuators)
        return tuple(self.session.arm(now))

    def _manual(self, aim: Aim, now: float) -> tuple[Effect, ...]:
        """Carry out a slider's wish, only for a belt that moves and where control is allowed."""
        limits = self._own_limits
        if not limits.control:
            raise Refused("not_acknowledged")
        if not self.gate.fresh(now):
            raise Refused("no_contact")
        if self.gate.halting:
            raise Refused("belt_still_moving")
        if aim.speed_kmh and not self.gate.belt_moving:
            raise Refused("belt_not_moving")
        limits.check_settable(aim)
        self.gate.limits = limits
        wish = self.gate.wish
        speed = wish.speed_kmh if aim.speed_kmh is None else aim.speed_kmh
        incline = wish.incline_pct if aim.incline_pct is None else aim.incline_pct
        return self._settle(self.gate.aim(Aim(speed, incline), now, of_session=False), now)
