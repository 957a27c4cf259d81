"""An engine that answers as a test says, a driver that waits when told to, a conductor for both."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from custom_components.descent.runtime.conductor import Conductor
from custom_components.descent.runtime.journal import Journal, Record
from custom_components.descent.training.engine import Engine
from custom_components.descent.training.events import (
    Aim,
    Command,
    CommandKind,
    Cue,
    CueKind,
    Effect,
    Event,
    Reason,
    State,
)
from custom_components.descent.training.gate import Limits, Permissions
from custom_components.descent.training.model import (
    DeclineCheck,
    Level,
    Machine,
    Plan,
    Range,
    Rates,
    Step,
    Telemetry,
)
from custom_components.descent.training.view import View
from custom_components.descent.treadmills.base import (
    Contact,
    Doubt,
    Failure,
    Listener,
    Offered,
    Part,
    Report,
    TreadmillError,
)
from tests.treadmills.manual_loop import ManualLoop

MACHINE = Machine(
    speed=Range(minimum=0.8, maximum=20, step=0.1),
    incline=Range(minimum=-6, maximum=15, step=0.5),
)
FASTER = Command(1, CommandKind.SET_SPEED, 6.0)
FASTER_STILL = Command(2, CommandKind.SET_SPEED, 7.0)
STEEPER = Command(3, CommandKind.SET_INCLINE, -3.0)
START = Command(4, CommandKind.START_BELT)
STOP_BELT = Command(5, CommandKind.STOP_BELT)
STOP_AGAIN = Command(6, CommandKind.STOP_BELT)
RELEASE = Command(7, CommandKind.RELEASE)
CUE = Cue(kind=CueKind.GO, key="go")


def sample(at: float, speed_kmh: float = 5.0, incline_pct: float = 0.0) -> Telemetry:
    """Make a measurement."""
    return Telemetry(at=at, speed_kmh=speed_kmh, incline_pct=incline_pct)


class FakeTreadmill:
    """A driver that notes what it is told, and answers when a test lets it."""

    def __init__(self, machine: Machine = MACHINE) -> None:
        self.machine = machine
        self.connected = True
        self.told: list[tuple[str, float | None]] = []
        self.began: list[str] = []
        self.errors: dict[str, Exception] = {}
        self.hanging: dict[str, asyncio.Event] = {}
        self.listeners: list[Listener] = []

    def hang(self, *orders: str) -> None:
        """Let these orders wait for ``go_on``."""
        self.hanging |= {order: asyncio.Event() for order in orders}

    def go_on(self, order: str) -> None:
        """Answer an order that hangs."""
        self.hanging.pop(order).set()

    def report(self, report: Report) -> None:
        """Say something."""
        for listener in tuple(self.listeners):
            listener(report)

    def listen(self, listener: Listener) -> Callable[[], None]:
        """Keep a listener."""
        self.listeners.append(listener)
        return lambda: self.listeners.remove(listener)

    @property
    def contact(self) -> Contact:
        """Say how it stands with contact."""
        return Contact.CONNECTED if self.connected else Contact.RELEASED

    @property
    def offered(self) -> Offered:
        """Say nothing of ranges."""
        return Offered()

    @property
    def doubts(self) -> frozenset[Doubt]:
        """Doubt nothing."""
        return frozenset()

    @property
    def failing(self) -> Mapping[Part, Failure]:
        """Let nothing fail."""
        return {}

    def on_contact(self, changed: Callable[[], None]) -> Callable[[], None]:
        """Keep nobody: contact changes by reports here."""
        return lambda: None

    def trace(self) -> list[str]:
        """Say that there is no wire."""
        return []

    async def connect(self) -> None:
        """Make contact."""
        await self._obey("connect", None)
        self.connected = True

    async def prove_contact(self) -> None:
        """Answer."""
        await self._obey("prove_contact", None)

    async def disconnect(self) -> None:
        """Let go."""
        self.connected = False

    async def set_speed(self, speed_kmh: float) -> None:
        """Take a speed."""
        await self._obey("set_speed", speed_kmh)

    async def set_incline(self, incline_pct: float) -> None:
        """Take an incline."""
        await self._obey("set_incline", incline_pct)

    async def start_belt(self) -> None:
        """Take a start."""
        await self._obey("start_belt", None)

    async def stop_belt(self) -> None:
        """Take a stop."""
        await self._obey("stop_belt", None)

    async def release_control(self) -> None:
        """Take control back."""
        await self._obey("release_control", None)

    async def _obey(self, order: str, value: float | None) -> None:
        self.began.append(order)
        if order in self.hanging:
            await self.hanging[order].wait()
        if order in self.errors:
            raise self.errors[order]
        self.told.append((order, value))


@dataclass
class ScriptedEngine:
    """An engine without opinions: it answers each kind of event with what the test put there."""

    answers: dict[type[Any], tuple[Effect, ...] | Exception] = field(default_factory=dict)
    on_wake: Callable[[float], tuple[Effect, ...]] = lambda _: ()
    leaving: tuple[Effect, ...] = ()
    stored: dict[str, Any] | None = None
    wakes_at: float | None = None
    state: State = State.RUNNING
    reason: Reason | None = None
    plan: Plan | None = None
    step: Step | None = None
    next_step: Step | None = None
    telemetry: Telemetry | None = None
    target: Aim = field(default_factory=Aim)
    rates: Rates = field(default_factory=Rates)
    decline: DeclineCheck = DeclineCheck.CONFIRMED
    distance_m: float = 0.0
    descent_m: float = 0.0
    summary: None = None
    progress: float | None = None
    step_left_s: float | None = None
    session_left_s: float | None = None
    heard: list[tuple[Event, float]] = field(default_factory=list)
    woken: list[float] = field(default_factory=list)

    def handle(self, event: Event, now: float) -> tuple[Effect, ...]:
        """Note an event and answer it."""
        self.heard.append((event, now))
        if isinstance(event, Telemetry):
            self.telemetry = event
        answer = self.answers.get(type(event), ())
        if isinstance(answer, Exception):
            raise answer
        return answer

    def advance(self, now: float) -> tuple[Effect, ...]:
        """Note the time."""
        self.woken.append(now)
        self.wakes_at = None
        return self.on_wake(now)

    def leave(self, now: float) -> tuple[Effect, ...]:
        """Say goodbye."""
        return self.leaving

    def restore(self, data: dict[str, Any], now: float) -> tuple[Effect, ...]:
        """Take data back."""
        self.stored = data
        return (CUE,)

    def to_dict(self, now: float) -> dict[str, Any] | None:
        """Return what a test put there."""
        return self.stored

    def view(self, now: float) -> View:
        """Return what a test put there; the session has run since 0 of the clock."""
        measured = self.telemetry
        return View(
            at=now,
            telemetry=measured,
            fresh=measured is not None and now - measured.at <= 2,
            belt_moving=None if measured is None else measured.speed_kmh > 0.3,
            distance_m=self.distance_m,
            descent_m=self.descent_m,
            target=self.target,
            stopping=False,
            confirmation=None,
            limits=Limits(machine=MACHINE, level=Level.BEGINNER, permissions=Permissions()),
            rates=self.rates,
            decline=self.decline,
            state=self.state,
            reason=self.reason,
            plan=self.plan,
            step=self.step,
            next_step=self.next_step,
            elapsed_s=now,
            step_left_s=self.step_left_s,
            step_left_m=None,
            session_left_s=self.session_left_s,
            progress=self.progress,
            arming_left_s=None,
            belt_starts_in_s=None,
            summary=self.summary,
        )


class ConductorRig:
    """A conductor with a scripted engine, a waiting driver, and a clock that only a test moves."""

    def __init__(self, *, scale: float = 1.0) -> None:
        self.time = ManualLoop()
        self.clock = self.time.clock(scale)
        self.treadmill = FakeTreadmill()
        self.engine = ScriptedEngine()
        self.journal = Journal()
        self.shown: list[tuple[tuple[Effect, ...], Event | None]] = []
        self.conductor = Conductor(
            self.clock,
            self.treadmill,
            cast("Engine", self.engine),
            journal=self.journal,
            render=lambda cue: f"<{cue.key}>",
            spawn=self._spawn,
            on_change=lambda effects, event: self.shown.append((effects, event)),
        )
        self.tasks: list[asyncio.Task[None]] = []

    def _spawn(self, coroutine: Coroutine[Any, Any, None], name: str) -> asyncio.Task[None]:
        task = asyncio.Task(coroutine, name=name, eager_start=True)
        self.tasks.append(task)
        return task

    def records(self, kind: str) -> list[Record]:
        """Return the records of one type."""
        return [record for record in self.journal.records() if record["type"] == kind]

    @property
    def unfinished(self) -> int:
        """How many tasks still run."""
        return sum(not task.done() for task in self.tasks)


async def settle() -> None:
    """Let every task do what it can do without time passing."""
    for _ in range(10):
        await asyncio.sleep(0)


def failing(error: TreadmillError, *orders: str) -> dict[str, Exception]:
    """Let orders fail."""
    return dict.fromkeys(orders, error)
