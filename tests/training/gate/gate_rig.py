"""A gate by itself: one measurement after the other, and what it does about them."""

from __future__ import annotations

from custom_components.descent.training.events import (
    Aim,
    Answer,
    Command,
    CommandKind,
    Effect,
    LetGo,
    Outcome,
    Reason,
)
from custom_components.descent.training.gate import Gate, Limits
from custom_components.descent.training.model import DeclineCheck, Level, Machine, Telemetry
from custom_components.descent.training.rules import Permissions
from tests.training.plans import TYPICAL
from tests.training.ride import ALLOWED

SPEED, INCLINE = CommandKind.SET_SPEED, CommandKind.SET_INCLINE


class GateRig:
    """A gate, and a machine that does what it is told from one sample to the next."""

    def __init__(
        self,
        speed: float = 5,
        incline: float = 0,
        *,
        machine: Machine = TYPICAL,
        permissions: Permissions = ALLOWED,
        level: Level = Level.INTERMEDIATE,
        decline: DeclineCheck = DeclineCheck.CONFIRMED,
    ) -> None:
        """Stand at second 0, measured once."""
        limits = Limits(machine=machine, permissions=permissions, level=level)
        self.gate = Gate(limits, decline)
        self.now = 0.0
        self.speed, self.incline = speed, incline
        self.effects: list[Effect] = []
        self.see()

    def see(self, speed: float | None = None, incline: float | None = None) -> tuple[Effect, ...]:
        """Measure, now."""
        self.speed = self.speed if speed is None else speed
        self.incline = self.incline if incline is None else incline
        sample = Telemetry(at=self.now, speed_kmh=self.speed, incline_pct=self.incline)
        return self._note(self.gate.observe(sample))

    def aim(self, *wish: float | None, of_session: bool = False) -> tuple[Effect, ...]:
        """Wish for a speed and an incline."""
        return self._note(self.gate.aim(Aim(*wish), self.now, of_session=of_session))

    def follow(self, seconds: int) -> GateRig:
        """Do all that is told, a second at a time: accepted at once, there by the next sample."""
        for _ in range(seconds):
            self.now += 1
            self.see()
        return self

    def _note(self, effects: tuple[Effect, ...]) -> tuple[Effect, ...]:
        self.effects += effects
        for effect in effects:
            if isinstance(effect, Command):
                self.gate.answer(Answer(effect.id, Outcome.ACCEPTED), self.now)
                if effect.kind is SPEED:
                    self.speed = effect.value or 0.0
                elif effect.kind is INCLINE:
                    self.incline = effect.value or 0.0
                elif effect.kind is CommandKind.STOP_BELT:
                    self.speed = 0.0
        return effects

    def told(self, kind: CommandKind) -> list[float | None]:
        """Return the values of all commands of a kind."""
        commands = [effect for effect in self.effects if isinstance(effect, Command)]
        return [command.value for command in commands if command.kind is kind]


def only(effects: tuple[Effect, ...]) -> Command:
    """Return the only effect, which is a command."""
    (command,) = effects
    assert isinstance(command, Command)
    return command


def gone(effects: tuple[Effect, ...]) -> Reason:
    """Return why the gate let go."""
    (reason,) = (effect.reason for effect in effects if isinstance(effect, LetGo))
    return reason
