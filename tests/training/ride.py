"""A whole ride without Home Assistant: engine, gate and the virtual treadmill's physics.

They share one made-up clock. The ride plays everything outside the engine: the machine (telemetry,
answers) and, when told to, the runner.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
import heapq
from typing import Self

from custom_components.descent.training.engine import Engine
from custom_components.descent.training.events import (
    Answer,
    Arm,
    Command,
    CommandKind,
    Cue,
    CueKind,
    Effect,
    Event,
    Lap,
    Outcome,
    Resume,
    State,
    StateChanged,
    Status,
    StatusKind,
    StepFinished,
)
from custom_components.descent.training.model import Level, Machine, Plan
from custom_components.descent.training.rules import Permissions
from custom_components.descent.training.view import View
from custom_components.descent.treadmills.base import NoAnswerError, RejectedError, TreadmillError
from custom_components.descent.treadmills.faults import SimulatedFault
from custom_components.descent.treadmills.physics import BeltAndDeck, Preset

_TARGETS = {
    CommandKind.SET_SPEED: StatusKind.TARGET_SPEED,
    CommandKind.SET_INCLINE: StatusKind.TARGET_INCLINE,
}

ALLOWED = Permissions(control=True)


class Ride:
    """One treadmill, one engine, one runner, one clock that only moves when told to."""

    engine_type: type[Engine] = Engine  # a subclass may use one that remembers

    def __init__(
        self,
        *,
        preset: Preset = Preset.TYPICAL,
        machine: Machine | None = None,
        permissions: Permissions = ALLOWED,
        level: Level = Level.INTERMEDIATE,
        interval_s: float = 1.0,
        latency_s: float = 0.05,
        helpful: bool = True,
    ) -> None:
        """Stand beside a standing treadmill.

        A ``helpful`` runner presses Start and confirms when asked.
        """
        self.machine = machine or preset.machine()
        self.physics = self._physics(preset)
        self.engine = self.engine_type(self.machine, permissions=permissions, level=level)
        self.helpful = helpful
        self.measures_incline = True
        self.echoes = False  # whether the machine names each target it was told
        self.now = 0.0
        self.latency_s = latency_s
        self.interval_s = interval_s
        self.effects: list[tuple[float, Effect]] = []
        self.samples: list[tuple[float, float, float]] = []
        self._next_sample = 0.0
        self._later: list[tuple[float, int, Callable[[], None]]] = []
        self._count = 0
        self.run(3.0)

    def _physics(self, preset: Preset) -> BeltAndDeck:
        return BeltAndDeck(self.machine, preset.rates)

    # ---- the clock

    def run(self, seconds: float, until: Callable[[], bool] = lambda: False) -> None:
        """Let time pass, at most ``seconds``, until ``until`` is true."""
        end = self.now + seconds
        while not until():
            wake = self.engine.wakes_at
            times = [
                self._next_sample,
                *(at for at, _, _ in self._later[:1]),
                *([] if wake is None else [wake]),
            ]
            at = max(self.now, min(times))
            if at > end:
                break
            self.now = at
            self._one(wake)
        self.now = max(self.now, min(end, self.now)) if until() else end

    def _one(self, wake: float | None) -> None:
        if self._later and self._later[0][0] <= self.now:
            heapq.heappop(self._later)[2]()
        elif self._next_sample <= self.now:
            self._next_sample += self.interval_s
            if self.physics.heard:
                sample = self.physics.measure(self.now)
                self.samples.append((self.now, sample.speed_kmh, sample.incline_pct or 0.0))
                if not self.measures_incline:
                    sample = replace(sample, incline_pct=None)
                self.take(self.engine.handle(sample, self.now))
        elif wake is not None and wake <= self.now:
            self.take(self.engine.advance(self.now))
            assert (
                self.engine.wakes_at is None
                or self.engine.wakes_at > self.now
                or self.engine.wakes_at != wake
            )

    def later(self, delay_s: float, action: Callable[[], None]) -> None:
        """Do something in ``delay_s`` seconds."""
        self._count += 1
        heapq.heappush(self._later, (self.now + delay_s, self._count, action))

    # ---- the runner

    def ask(self, event: Event) -> tuple[Effect, ...]:
        """Send a wish or an event into the engine."""
        effects = self.engine.handle(event, self.now)
        self.take(effects)
        return effects

    def arm(self, plan: Plan) -> Self:
        """Start a session."""
        self.ask(Arm(plan))
        return self

    def press_start(self) -> None:
        """Press Start at the console."""
        self._status(self.physics.press_start(self.now))

    def set_speed(self, change_kmh: float) -> None:
        """Press speed + or - at a console that says nothing of it."""
        self.physics.console_speed(change_kmh, self.now)

    def press_speed(self, change_kmh: float) -> None:
        """Press speed + or - at a console that says so."""
        target = self.physics.console_speed(change_kmh, self.now)
        self.ask(Status(StatusKind.TARGET_SPEED, target))

    def press_stop(self) -> None:
        """Press Stop at the console."""
        self._status(self.physics.press_stop(self.now))

    def pull_key(self) -> None:
        """Pull the safety key."""
        self._status(self.physics.pull_safety_key(self.now))

    def _status(self, kind: object) -> None:
        if kind is not None:
            self.ask(Status(kind))  # type: ignore[arg-type] # the physics returns StatusKind

    def finish(self, limit_s: float = 4 * 3600) -> Self:
        """Run until the session is over and the belt stands."""
        self.run(limit_s, lambda: self.engine.state is State.FINISHED)
        return self

    def until(self, condition: Callable[[Ride], bool], limit_s: float = 3600) -> Self:
        """Run until something is so; fails if it never is."""
        self.run(limit_s, lambda: condition(self))
        assert condition(self), (
            f"never happened within {limit_s} s, now {self.engine.state} at {self.now:.1f}"
        )
        return self

    def in_descent(self, number: int = 1) -> Self:
        """Run until descent ``number`` is at target."""
        return self.until(
            lambda ride: (
                (step := ride.view.step) is not None
                and step.phase == "descent"
                and len(ride.laps_of("descent")) == number - 1
                and ride.speed >= 0.97 * step.speed_kmh
                and abs(ride.incline - step.incline_pct) < 0.3
            )
        )

    # ---- the machine

    def take(self, effects: tuple[Effect, ...]) -> None:
        """Perform effects as the conductor does."""
        for effect in effects:
            self.effects.append((self.now, effect))
            if isinstance(effect, Command):
                self._perform(effect)
            elif self.helpful:
                self._help(effect)

    def _help(self, effect: Effect) -> None:
        match effect:
            case StateChanged(State.ARMED):
                self.later(4.0, self.press_start)
            case Cue(kind=CueKind.CONFIRM):
                self.later(2.0, lambda: self.take(self.engine.handle(Resume(), self.now)))
            case Cue(kind=CueKind.GUIDE):
                self.later(2.0, lambda: self.set_console(effect))
            case _:
                pass

    def set_console(self, cue: Cue) -> None:
        """Set at the console what a cue asks for."""
        if cue.key == "press_stop":
            self.press_stop()
            return
        if cue.speed_kmh is not None:
            self.physics.console_speed(cue.speed_kmh - self.physics._belt.target, self.now)
        if cue.incline_pct is not None:
            self.physics.console_incline(cue.incline_pct - self.physics._deck.target, self.now)

    def _perform(self, command: Command) -> None:
        outcome = self._carry_out(command)
        if self.echoes and command.kind in _TARGETS and outcome is Outcome.ACCEPTED:
            status = Status(_TARGETS[command.kind], command.value)
            self.later(2 * self.latency_s, lambda: self.take(self.engine.handle(status, self.now)))
        answer = Answer(command.id, outcome)
        delay = self.latency_s + (
            1.5 if SimulatedFault.DELAYED_ANSWER in self.physics.faults else 0.0
        )
        self.later(delay, lambda: self.take(self.engine.handle(answer, self.now)))

    def _carry_out(self, command: Command) -> Outcome:
        try:
            self._admit(command.kind)
            match command.kind:
                case CommandKind.SET_SPEED:
                    self.physics.set_speed(command.value or 0.0, self.now)
                case CommandKind.SET_INCLINE:
                    self.physics.set_incline(command.value or 0.0, self.now)
                case CommandKind.START_BELT:
                    self.physics.start(self.now)
                case CommandKind.STOP_BELT:
                    self.physics.stop(self.now)
                case CommandKind.RELEASE:
                    pass
        except NoAnswerError:
            return Outcome.UNKNOWN
        except TreadmillError:
            return Outcome.REJECTED
        return Outcome.ACCEPTED

    def _admit(self, kind: CommandKind) -> None:
        machine = self.machine
        takes = {
            CommandKind.SET_SPEED: machine.sets_speed,
            CommandKind.SET_INCLINE: machine.sets_incline,
            CommandKind.START_BELT: machine.can_start,
            CommandKind.STOP_BELT: machine.can_stop,
        }
        if not takes.get(kind, True):
            raise RejectedError(f"no {kind} here")

    # ---- what happened

    @property
    def view(self) -> View:
        """Everything anybody may know now."""
        return self.engine.view(self.now)

    @property
    def speed(self) -> float:
        """True belt speed in km/h."""
        return self.physics.speed_kmh(self.now)

    @property
    def incline(self) -> float:
        """True deck angle in percent."""
        return self.physics.incline_pct(self.now)

    def all(self, kind: type) -> list[tuple[float, Effect]]:
        """Return the effects of one type with their times."""
        return [(at, effect) for at, effect in self.effects if isinstance(effect, kind)]

    @property
    def commands(self) -> list[tuple[float, Command]]:
        """Everything the machine was told."""
        return [(at, effect) for at, effect in self.effects if isinstance(effect, Command)]

    @property
    def cues(self) -> list[tuple[float, Cue]]:
        """Everything the runner was told."""
        return [(at, effect) for at, effect in self.effects if isinstance(effect, Cue)]

    @property
    def laps(self) -> list[Lap]:
        """Steps that are over."""
        return [effect.lap for _, effect in self.effects if isinstance(effect, StepFinished)]

    def laps_of(self, phase: str) -> list[Lap]:
        """Steps of one phase that are over."""
        return [lap for lap in self.laps if lap.phase == phase]
