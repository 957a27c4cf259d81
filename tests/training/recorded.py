"""A ride that writes down what goes into the engine, what comes out of it, and how it stands."""

from __future__ import annotations

from collections.abc import Callable
import math

from custom_components.descent.training.events import (
    Arm,
    Cue,
    CueKind,
    Effect,
    Event,
    Refused,
    Resume,
    State,
    StepStarted,
)
from custom_components.descent.training.model import Telemetry
from custom_components.descent.treadmills.faults import SimulatedFault
from tests.training import effect_texts, random_rides
from tests.training.random_rides import RandomRide

READ_EVERY_S = 5.0
_HALTED = (State.PAUSED, State.SUSPENDED)


class Recorded(RandomRide):
    """A ride with a record. Its runner waits for what the engine says before pressing Start."""

    armings = 0  # how often the session was begun
    step_at = 0.0  # when the step under way began
    _next_reading = 0.0

    def __init__(self, **details: object) -> None:
        """Stand beside a standing treadmill, nothing written yet."""
        self.lines: list[str] = []
        self._read: dict[str, str] = {}
        super().__init__(**details)  # type: ignore[arg-type] # the names are those of Ride

    # ---- the record

    def write(self, line: str) -> None:
        """Write a line with its time."""
        self.lines.append(f"{effect_texts.number(self.now)} {line}")

    def wind(self, what: str) -> None:
        """Write down what happens to the ride from outside."""
        self.write(f"> {what}")

    def ask(self, event: Event) -> tuple[Effect, ...]:
        """Write down what is asked, and whether it is refused."""
        if not isinstance(event, Telemetry):
            self.wind(effect_texts.event(event))
        try:
            return super().ask(event)
        except Refused as error:
            self.write(effect_texts.refusal(error))
            raise

    def take(self, effects: tuple[Effect, ...]) -> None:
        """Write down what the engine says."""
        for effect in effects:
            if isinstance(effect, StepStarted):
                self.step_at = self.now
            for line in effect_texts.effect(effect):
                self.write(line)
        super().take(effects)

    def run(self, seconds: float, until: Callable[[], bool] = lambda: False) -> None:
        """Let time pass, and write down every few seconds what of the engine has changed."""
        end = self.now + seconds
        while self.now < end and not until():
            super().run(min(end, max(self._next_reading, self.now)) - self.now, until)
            if self.now >= self._next_reading:
                self._next_reading = READ_EVERY_S * (math.floor(self.now / READ_EVERY_S) + 1)
                self._reads()

    def _reads(self) -> None:
        reading = effect_texts.reading(self)
        changed = [
            f"{name}: {value}" for name, value in reading.items() if self._read.get(name) != value
        ]
        self._read = reading
        self.write("reads " + " | ".join(changed))

    # ---- the runner

    def _help(self, effect: Effect) -> None:
        match effect:
            case Cue(key="arm_press_start"):
                self.later(4.0, lambda: random_rides._press(self, "press_start"))
            case Cue(kind=CueKind.CONFIRM):
                self.later(2.0, lambda: self.wish(Resume()))
            case Cue(kind=CueKind.GUIDE):
                self.later(2.0, lambda: self.set_console(effect))
            case _:
                pass

    def go_on(self, seconds: float, until: Callable[[], bool] = lambda: False) -> None:
        """Let time pass with a runner who wants to go on with the session."""
        end = self.now + seconds
        while self.now < end and not until():
            self.run(min(20.0, end - self.now), until)
            if not until():
                self.mend()

    def mend(self) -> None:
        """Put right what is broken, and go on with the session."""
        self.helpful = True
        if SimulatedFault.LINK_LOST in self.physics.faults:
            self.wind("link found")
            random_rides._toggle(self, SimulatedFault.LINK_LOST)
        self.physics.faults.clear()
        self.physics.replace_safety_key(self.now)
        self.run(3.0)
        state, engine = self.engine.state, self.engine
        if engine.decline == "wrong_way":
            self.wind("forget_decline")
            engine.forget_decline()
        if state in _HALTED or (
            state is State.WAITING and self.now - self.step_at > step_length_s(self)
        ):
            self.wish(Resume())
        elif state is State.ARMED:
            random_rides._press(self, "press_start")
        elif state in (State.IDLE, State.FINISHED) and self.armings < 3:
            self.begin()

    def begin(self) -> None:
        """Begin the session."""
        self.armings += 1
        self.wish(Arm(self.plan))


def step_length_s(ride: Recorded) -> float:
    """Return how long the step under way is meant to last, with time to confirm."""
    step = ride.view.step
    return 0.0 if step is None else step.nominal_s + 15
