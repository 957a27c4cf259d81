"""A ride whose machine keeps a log, with a link that takes its time.

Measurements and commands are on their way for a while. What the gate gives up, or a Stop overtakes,
does not go out late; nothing is sent after an orderly leave but a Stop.
"""

from __future__ import annotations

from dataclasses import replace
import json
from random import Random
from typing import Self, override

from custom_components.descent.training.events import (
    Aim,
    Arm,
    Command,
    CommandKind,
    Cue,
    CueKind,
    Effect,
    Event,
    LetGo,
    Link,
    Outcome,
    Pause,
    Refused,
    Resume,
    Skip,
    State,
    StateChanged,
    Status,
    StatusKind,
    Stop,
    Unheard,
)
from custom_components.descent.training.model import Level, Machine, Plan, Rates
from custom_components.descent.training.rules import Permissions
from custom_components.descent.treadmills.faults import SimulatedFault
from custom_components.descent.treadmills.physics import BeltAndDeck, Preset
from custom_components.descent.treadmills.ramp import Ramp
from tests.training.machine_log import (
    Asked,
    Contact,
    Facts,
    MachineLog,
    Measured,
    Moved,
    PlannedStep,
    Pressed,
    Said,
    Told,
)
from tests.training.ride import Ride

_KINDS = {
    CommandKind.SET_SPEED: "speed",
    CommandKind.SET_INCLINE: "incline",
    CommandKind.START_BELT: "start",
    CommandKind.STOP_BELT: "stop",
    CommandKind.RELEASE: "release",
}
_OUTCOMES = {
    Outcome.ACCEPTED: "taken",
    Outcome.REJECTED: "refused",
    Outcome.UNKNOWN: "unanswered",
}
_TARGETS = {"speed": StatusKind.TARGET_SPEED, "incline": StatusKind.TARGET_INCLINE}


class LoggedMachine(BeltAndDeck):
    """A machine that writes down each move of its belt and deck."""

    def __init__(self, machine: Machine, rates: Rates, log: MachineLog) -> None:
        """Stand still."""
        self.log = log
        self.by = "itself"
        self._moves: dict[str, Ramp] = {}
        super().__init__(machine, rates)

    @property
    def _belt(self) -> Ramp:
        return self._moves["belt"]

    @_belt.setter
    def _belt(self, ramp: Ramp) -> None:
        self._note("belt", ramp)

    @property
    def _deck(self) -> Ramp:
        return self._moves["deck"]

    @_deck.setter
    def _deck(self, ramp: Ramp) -> None:
        self._note("deck", ramp)

    def _note(self, axis: str, ramp: Ramp) -> None:
        self._moves[axis] = ramp
        self.log.write(Moved(max(0.0, self._time), axis, ramp, self.by))

    @property
    def _time(self) -> float:
        return getattr(self, "_now", 0.0)

    @property
    def heading(self) -> tuple[float, float]:
        """Where belt and deck are going, or are."""
        return self._belt.target, self._deck.target


class LoggedRide(Ride):
    """One treadmill with a log, one engine, one runner."""

    plan: Plan
    patience_s = 4.0  # until the runner presses Start

    def __init__(
        self,
        *,
        machine: Machine,
        rates: Rates,
        facts: Facts,
        permissions: Permissions,
        latency_s: float = 0.05,
        helpful: bool = True,
    ) -> None:
        """Stand beside a standing treadmill."""
        self.log = MachineLog(facts)
        self._jitter = Random(0)
        self._rates = rates
        self._stored: str | None = None  # while Home Assistant is gone: the session
        self._generation = 0  # of commands: what is given up does not go out
        super().__init__(
            machine=machine,
            permissions=permissions,
            level=Level(facts.level),
            interval_s=facts.interval_s - facts.jitter_s,
            latency_s=latency_s,
            helpful=helpful,
        )
        self.echoes = facts.names_targets

    @override
    def _physics(self, preset: Preset) -> BeltAndDeck:
        return LoggedMachine(self.machine, self._rates, self.log)

    # ---- the link

    @override
    def _one(self, wake: float | None) -> None:
        due = self._next_sample <= self.now and not (self._later and self._later[0][0] <= self.now)
        if not due:
            super()._one(wake)
            return
        self._next_sample += self.interval_s + self._jitter.random() * self.log.facts.jitter_s
        if not self.physics.heard:
            self.physics.advance(self.now)
            return
        sample = self.physics.measure(self.now)
        assert sample.incline_pct is not None  # this machine always measures it
        self.log.write(
            Measured(self.now, sample.speed_kmh, sample.incline_pct, sample.safety_key_out)
        )
        delay = self.log.facts.heard_after_s

        def hear() -> None:
            if self._arrives:
                self.take(self.engine.handle(replace(sample, at=self.now), self.now))

        if delay:
            self.later(delay, hear)
        else:
            hear()

    @property
    def _arrives(self) -> bool:
        """Whether what was sent before arrives now: one that falls silent sends no more."""
        return self._stored is None and SimulatedFault.LINK_LOST not in self.physics.faults

    @override
    def _status(self, kind: object) -> None:
        if isinstance(kind, StatusKind):
            self._say(Status(kind))

    def _say(self, status: Status) -> None:
        if not self.physics.heard:
            return

        def hear() -> None:
            if self._arrives:
                self.take(self.engine.handle(status, self.now))

        delay = self.log.facts.heard_after_s
        if delay:
            self.later(delay, hear)
        else:
            hear()

    @override
    def take(self, effects: tuple[Effect, ...]) -> None:
        if any(isinstance(effect, LetGo) or _stops(effect) for effect in effects):
            self._generation += 1
        for effect in effects:
            if isinstance(effect, Cue):
                self.log.write(
                    Said(
                        self.now,
                        effect.kind,
                        effect.key,
                        effect.step,
                        effect.speed_kmh,
                        effect.incline_pct,
                    )
                )
        super().take(effects)

    @override
    def _perform(self, command: Command) -> None:
        generation, perform = self._generation, super()._perform
        delay = self.log.facts.sent_before_s
        if not delay or command.kind is CommandKind.STOP_BELT:
            perform(command)
            return

        def arrive() -> None:
            if generation == self._generation:
                perform(command)

        self.later(delay, arrive)

    @override
    def _carry_out(self, command: Command) -> Outcome:
        lost = SimulatedFault.LINK_LOST in self.physics.faults
        self.logged.by = "command"
        outcome = super()._carry_out(command)
        self.logged.by = "itself"
        told = "unreached" if lost else _OUTCOMES[outcome]
        known_at = self.now + self.latency_s
        self.log.write(Told(self.now, _KINDS[command.kind], command.value, told, known_at))
        return outcome

    @property
    def logged(self) -> LoggedMachine:
        """The machine."""
        assert isinstance(self.physics, LoggedMachine)
        return self.physics

    # ---- the console

    def press(self, key: str, change: float | None = None) -> None:
        """Press a key; the machine says so, if it does."""
        physics = self.logged
        physics.by = "key"
        target: float | None = None
        kind: StatusKind | None = None
        match key:
            case "start":
                kind = physics.press_start(self.now)
            case "stop":
                kind = physics.press_stop(self.now)
            case "key_out":
                kind = physics.pull_safety_key(self.now)
            case "key_in":
                physics.replace_safety_key(self.now)
            case "speed":
                target = physics.console_speed(change or 0.0, self.now)
            case _:
                target = physics.console_incline(change or 0.0, self.now)
        physics.by = "itself"
        if target is not None and self.echoes:
            kind = _TARGETS[key]
        said = kind is not None and physics.heard
        self.log.write(Pressed(self.now, key, target, said))
        if kind is not None:
            self._say(Status(kind, target))

    @override
    def press_start(self) -> None:
        self.press("start")

    @override
    def press_stop(self) -> None:
        self.press("stop")

    @override
    def set_console(self, cue: Cue) -> None:
        speed, incline = self.logged.heading
        if cue.key == "press_stop":
            self.press("stop")
            return
        if cue.speed_kmh is not None:
            self.press("speed", cue.speed_kmh - speed)
        if cue.incline_pct is not None:
            self.press("incline", cue.incline_pct - incline)

    # ---- the runner

    def wish(self, event: Event) -> bool:
        """Ask for something; returns whether it was granted."""
        if self._stored is not None:
            return False
        try:
            effects = self.engine.handle(event, self.now)
        except Refused:
            return False
        self.log.write(_asked(event, self.now))
        self.take(effects)
        return True

    @override
    def _help(self, effect: Effect) -> None:
        match effect:
            case StateChanged(State.ARMED):
                self.later(self.patience_s, self.press_start)
            case Cue(kind=CueKind.CONFIRM):
                self.later(2.0, self.confirm)
            case Cue(kind=CueKind.GUIDE):
                self.later(2.0, lambda: self.set_console(effect))
            case _:
                pass

    def confirm(self) -> None:
        """Say that the session may go on."""
        self.wish(Resume())

    # ---- Home Assistant

    def link(self, *, up: bool) -> None:
        """Lose contact, or make it again."""
        self.log.write(Contact(self.now, up))
        if up:
            self.physics.faults.discard(SimulatedFault.LINK_LOST)
        else:
            self.physics.faults.add(SimulatedFault.LINK_LOST)
        self._generation += 1
        if self._stored is None:
            self.take(self.engine.handle(Link(up=up), self.now))

    def allow(self, permissions: Permissions) -> None:
        """Allow more, or less."""
        self.engine.permissions = permissions
        self.log.write(
            Asked(
                at=self.now,
                what="allow",
                control=permissions.control,
                max_kmh=permissions.max_speed_kmh,
            )
        )

    def put_right(self) -> None:
        """Say that the deck was repaired."""
        self.engine.forget_decline()
        self.log.write(Asked(at=self.now, what="put_right"))

    def leave(self) -> None:
        """Leave in order: nothing is sent afterwards."""
        if self._stored is None:
            self.log.write(Asked(at=self.now, what="leave"))
            self.take(self.engine.leave(self.now))
            self._go()

    def come_back(self, after_s: float) -> None:
        """Start again from what was stored, after a while in which nobody listened."""
        if self._stored is None:
            self._generation += 1
            self.log.write(Asked(at=self.now, what="gone"))
            self._go()
        self.run(after_s)
        self.log.write(Asked(at=self.now, what="back"))
        self._later.clear()
        data, self._stored = json.loads(self._stored or "null"), None
        if data is not None:
            self.take(self.engine.restore(data, self.now))

    def _go(self) -> None:
        """Home Assistant is gone; what is left is what comes back, and knows nothing yet."""
        self._stored = json.dumps(self.engine.to_dict(self.now))
        old = self.engine
        self.engine = self.engine_type(
            self.machine,
            permissions=old.permissions,
            level=old.level,
            rates=old.rates,
            decline=old.decline,
        )

    def go(self, plan: Plan) -> Self:
        """Ask for a session."""
        self.wish(Arm(plan))
        return self


def _stops(effect: Effect) -> bool:
    return isinstance(effect, Command) and effect.kind is CommandKind.STOP_BELT


def _asked(event: Event, at: float) -> Asked:
    match event:
        case Arm(plan):
            steps = tuple(
                PlannedStep(s.phase, s.rep, s.guided, s.speed_kmh, s.incline_pct)
                for s in plan.steps
            )
            return Asked(at=at, what="arm", steps=steps, level=plan.level)
        case Aim(speed, incline):
            return Asked(at=at, what="aim", speed_kmh=speed, incline_pct=incline)
        case Pause():
            return Asked(at=at, what="pause")
        case Resume():
            return Asked(at=at, what="resume")
        case Skip():
            return Asked(at=at, what="skip")
        case Stop():
            return Asked(at=at, what="stop")
        case Unheard():
            return Asked(at=at, what="unheard")
        case _:
            raise AssertionError(event)
