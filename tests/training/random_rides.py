"""Random rides: what people do at a treadmill and in the app, what machines and links do to them.

A random ride goes through a list of random events; each is a function of the ride. Refused wishes
are checked on the way: they change nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import chain
import json
from typing import Any, NamedTuple

from hypothesis import strategies as st

from custom_components.descent.training.engine import Engine
from custom_components.descent.training.events import (
    Aim,
    Answer,
    Arm,
    Cue,
    CueKind,
    Effect,
    Event,
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
)
from custom_components.descent.training.model import Level, Machine, Plan, Telemetry
from custom_components.descent.training.rules import Permissions
from custom_components.descent.treadmills.faults import SimulatedFault
from custom_components.descent.treadmills.physics import Preset
from tests.training import plans
from tests.training.observed_engine import Moment, ObservedEngine, ObservedRide


class RandomEvent(NamedTuple):
    """One thing that happens."""

    do: Callable[..., None]
    arguments: tuple[Any, ...] = ()

    def __repr__(self) -> str:
        return f"{self.do.__name__}{self.arguments}"


INFORMATIVE = [fault for fault in SimulatedFault if fault is not SimulatedFault.INCLINE_OFFSET]


class RandomRide(ObservedRide):
    """A ride that survives its runner."""

    plan: Plan
    undisturbed_s: float

    def wish(self, event: Event) -> None:
        """Ask for something that may be refused; then nothing has changed."""
        before = self.snapshot()
        try:
            self.ask(event)
        except Refused:
            assert self.snapshot() == before
            assert not isinstance(event, Stop)

    def snapshot(self) -> tuple[object, ...]:
        """Return what a refused wish must leave alone."""
        engine, view = self.engine, self.view
        stored = json.dumps(engine.to_dict(self.now))
        return stored, view.state, view.reason, engine.wakes_at, view.target

    def restart(self) -> None:
        """Kill Home Assistant and start it again: only what was stored comes back."""
        stored = json.dumps(self.engine.to_dict(self.now))
        moments, old = self.moments, self.engine
        self.engine = self.engine_type(
            self.machine,
            permissions=old.permissions,
            level=old.level,
            rates=old.rates,
            decline=old.decline,
        )
        self.engine.moments = moments
        self._later.clear()
        data = json.loads(stored)
        if data is None:
            gone = Moment(
                at=self.now, cause="gone", effects=(), before=State.IDLE, after=State.IDLE
            )
            moments.append(gone)
            return
        self.take(self.engine.restore(data, self.now))
        assert self.engine.state is State.PAUSED
        assert json.loads(json.dumps(self.engine.to_dict(self.now))) == data

    def go_through(self, events: list[RandomEvent]) -> RandomRide:
        """Let events happen, one after the other."""
        for event in events:
            event.do(self, *event.arguments)
        return self

    def ride_undisturbed(self) -> RandomRide:
        """Arm and run the session for a while in which nothing happens."""
        self.helpful, helpful = True, self.helpful
        self.wish(Arm(self.plan))
        self.run(self.undisturbed_s)
        self.helpful = helpful
        return self

    def _help(self, effect: Effect) -> None:
        match effect:
            case StateChanged(State.ARMED):
                self.later(4.0, lambda: _press(self, "press_start"))
            case Cue(kind=CueKind.CONFIRM):
                self.later(2.0, lambda: self.wish(Resume()))
            case Cue(kind=CueKind.GUIDE):
                self.later(2.0, lambda: self.set_console(effect))
            case _:
                pass


@dataclass(frozen=True, slots=True, kw_only=True)
class Setup:
    """The machine, the permissions, the level and the link of a random ride."""

    preset: Preset
    machine: Machine
    permissions: Permissions
    level: Level
    interval_s: float
    latency_s: float
    helpful: bool
    echoes: bool
    undisturbed_s: float

    def ride(self, engine: type[Engine] = ObservedEngine) -> RandomRide:
        """Stand beside the treadmill."""
        kind = (
            RandomRide
            if engine is ObservedEngine
            else type("Other", (RandomRide,), {"engine_type": engine})
        )
        ride: RandomRide = kind(
            preset=self.preset,
            machine=self.machine,
            permissions=self.permissions,
            level=self.level,
            interval_s=self.interval_s,
            latency_s=self.latency_s,
            helpful=self.helpful,
        )
        ride.echoes = self.echoes
        ride.plan, ride.undisturbed_s = plans.short(self.machine, self.level), self.undisturbed_s
        return ride


_TARGETS = {
    "console_speed": StatusKind.TARGET_SPEED,
    "console_incline": StatusKind.TARGET_INCLINE,
}


def _press(ride: RandomRide, button: str, *values: float) -> None:
    result = getattr(ride.physics, button)(*values, ride.now)
    if result is None or not ride.physics.heard:
        return
    if button not in _TARGETS:
        ride._status(result)
    elif ride.echoes:
        ride.ask(Status(_TARGETS[button], result))


def _toggle(ride: RandomRide, fault: SimulatedFault) -> None:
    ride.physics.faults ^= {fault}
    if fault is SimulatedFault.LINK_LOST:
        ride.ask(Link(up=fault not in ride.physics.faults))


def _old_sample(ride: RandomRide, age: float, speed: float) -> None:
    if ride.view.telemetry is not None:
        at = max(0.0, ride.view.telemetry.at - age)
        ride.ask(Telemetry(at=at, speed_kmh=speed, incline_pct=0.0))


def _repeat_sample(ride: RandomRide) -> None:
    if ride.view.telemetry is not None:
        ride.ask(ride.view.telemetry)


def _answer(ride: RandomRide, back: int, outcome: Outcome) -> None:
    count = len(ride.commands)
    command = ride.commands[-1 - back % count][1].id if count else back
    ride.ask(Answer(command, outcome))


def _hang(ride: RandomRide, seconds: float) -> None:
    """Block the loop: nothing is heard, nothing is done, then everything is late."""
    ride.now += seconds
    ride._next_sample = max(ride._next_sample, ride.now)


def _until(ride: RandomRide, states: tuple[State, ...]) -> None:
    ride.run(60, lambda: ride.engine.state in states)


def _descend(ride: RandomRide) -> None:
    ride.run(120, lambda: ride.incline < -1)


def _wish(ride: RandomRide, event: Event) -> None:
    ride.wish(event)


def _arm(ride: RandomRide) -> None:
    ride.wish(Arm(ride.plan))


def _run(ride: RandomRide, seconds: float) -> None:
    ride.run(seconds)


def _forget_decline(ride: RandomRide) -> None:
    ride.engine.forget_decline()


def _restart(ride: RandomRide) -> None:
    ride.restart()


def _leave(ride: RandomRide) -> None:
    ride.take(ride.engine.leave(ride.now))


def _events(
    do: Callable[..., None], *arguments: st.SearchStrategy[Any]
) -> st.SearchStrategy[RandomEvent]:
    return st.tuples(*arguments).map(lambda values: RandomEvent(do, values))


def _seconds(low: float, high: float) -> st.SearchStrategy[float]:
    return st.floats(low, high).map(lambda value: round(value, 2))


_BUTTONS = ["press_start", "press_stop", "pull_safety_key", "replace_safety_key"]
_HALVES = st.integers(-6, 6).map(lambda n: n / 2)
_AIMS = st.builds(
    Aim,
    st.none() | st.integers(0, 44).map(lambda n: n / 2),
    st.none() | st.integers(-16, 32).map(lambda n: n / 2),
)
_WISHES = [Pause(), Resume(), Skip(), Skip(confirmed=True), Stop()]
_BAD = [Outcome.ACCEPTED, Outcome.REJECTED, Outcome.UNKNOWN]
wishes = st.one_of(
    _events(_wish, st.sampled_from(_WISHES)),
    _events(_wish, _AIMS),
    _events(_wish, _AIMS),
    _events(_arm),
)
console = st.one_of(
    _events(_press, st.sampled_from(_BUTTONS)),
    _events(_press, st.sampled_from(["console_speed", "console_incline"]), _HALVES),
)
machine_trouble = st.one_of(
    _events(_toggle, st.sampled_from(INFORMATIVE)),
    _events(_old_sample, _seconds(0, 9), st.sampled_from([0.0, 3.0, 9.0])),
    _events(_repeat_sample),
    _events(_answer, st.integers(0, 5), st.sampled_from(_BAD)),
    _events(_hang, _seconds(0.1, 8)),
)
trouble = machine_trouble | _events(_restart) | _events(_leave) | _events(_forget_decline)
passing = st.one_of(
    _events(_run, _seconds(0.05, 3)),
    _events(_run, _seconds(3, 30)),
    _events(_until, st.sampled_from([(State.RUNNING,), (State.WAITING, State.PAUSED)])),
    _events(_descend),
)
_event = st.one_of(passing, wishes, passing, console, passing, trouble)
# Three lists, because one is short on average and would rarely do much.
event_lists = st.tuples(*[st.lists(_event, max_size=20)] * 3).map(lambda parts: [*chain(*parts)])


@st.composite
def setups(draw: st.DrawFn, *, control: bool | None = None) -> Setup:
    """Draw a machine, a runner, a user and a link."""
    preset = draw(st.sampled_from(Preset))
    allowed = draw(st.sampled_from([True, True, True, False])) if control is None else control
    machine = preset.machine(
        min_incline_pct=draw(st.sampled_from([-6.0, -6.0, -3.0, 0.0, -12.0])),
        max_speed_kmh=draw(st.sampled_from([22.0, 22.0, 10.0])),
    )
    return Setup(
        preset=preset,
        machine=replace(
            machine,
            decline_known=draw(st.booleans()),
            sets_speed=draw(st.sampled_from([True, True, True, False])),
            can_stop=draw(st.sampled_from([True, True, True, False])),
            can_start=draw(st.booleans()),
        ),
        permissions=Permissions(
            control=allowed,
            start_belt=draw(st.booleans()),
            max_speed_kmh=draw(st.sampled_from([None, None, 9.0])),
        ),
        level=draw(st.sampled_from(Level)),
        interval_s=draw(st.sampled_from([1.0, 0.5, 0.25])),
        latency_s=draw(st.sampled_from([0.05, 0.4, 1.2])),
        helpful=draw(st.sampled_from([True, True, False])),
        echoes=draw(st.booleans()),
        undisturbed_s=draw(st.integers(0, 250)),
    )
