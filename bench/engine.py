"""Engine, gate and physics in one process, on a made-up clock: CPU time."""

from __future__ import annotations

from collections.abc import Callable
from statistics import median, quantiles
import time
from typing import Any, override

from custom_components.descent.training.engine import Engine
from custom_components.descent.training.events import Effect, Event
from custom_components.descent.training.model import Level, Plan, Runner, Telemetry
from custom_components.descent.training.planner import plan
from custom_components.descent.training.script import builtin
from custom_components.descent.treadmills.physics import Preset
from tests.training.ride import Ride

from .options import Options
from .part import Say

SESSION = "descending_sprints"
REFERENCE = Runner(
    name="Reference",
    level=Level.INTERMEDIATE,
    hill_experience=True,
    five_k_s=1500,
    walk_kmh=5.0,
)


def measure(options: Options, say: Say) -> None:
    """Time a session, its planning, and one decision."""
    rounds = 3 if options.quick else 10
    scripts = builtin()
    machine = Preset.TYPICAL.machine()
    planned = plan(scripts[SESSION], REFERENCE, machine)
    say(
        "session",
        **_cpu_ms(lambda: _ride(planned), rounds),
        session=SESSION,
        planned_min=round(planned.duration_s / 60, 1),
    )
    say("plan", **_cpu_ms(lambda: plan(scripts[SESSION], REFERENCE, machine), 10 * rounds))
    say("library", **_cpu_ms(builtin, rounds), files=len(scripts))
    times = _decisions(planned)
    cuts = quantiles(times, n=100, method="inclusive")
    say("decide", round(cuts[49], 1), decisions=len(times))
    say("decide_p99", round(cuts[98], 1), worst=round(max(times), 1))


def _ride(planned: Plan) -> Ride:
    return Ride(preset=Preset.TYPICAL).arm(planned).finish()


def _cpu_ms(work: Callable[[], object], rounds: int) -> dict[str, float]:
    """Time ``work`` in CPU milliseconds, after one round that fills caches."""
    work()
    times = []
    for _ in range(rounds):
        began = time.process_time()
        work()
        times.append((time.process_time() - began) * 1000)
    # The best: whatever else a computer does only adds to it.
    return {"value": round(min(times), 2), "median": round(median(times), 2)}


class _Timed(Engine):
    """An engine that remembers how long each measurement took it, in microseconds."""

    @override
    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.times: list[float] = []

    @override
    def handle(self, event: Event, now: float) -> tuple[Effect, ...]:
        if not isinstance(event, Telemetry):
            return super().handle(event, now)
        began = time.process_time()
        effects = super().handle(event, now)
        self.times.append((time.process_time() - began) * 1e6)
        return effects


class _TimedRide(Ride):
    engine_type = _Timed


def _decisions(planned: Plan) -> list[float]:
    engine = _TimedRide(preset=Preset.TYPICAL).arm(planned).finish().engine
    assert isinstance(engine, _Timed)  # noqa: S101  (for the type checker)
    return engine.times
