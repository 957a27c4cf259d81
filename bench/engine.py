"""Engine, gate and physics in one process, on a made-up clock: CPU time, and metres at target."""

from __future__ import annotations

from collections.abc import Callable
from importlib.resources import files
from statistics import fmean, median
import time
from typing import Any

from custom_components.descent.training.model import Level, Plan, Runner
from custom_components.descent.training.planner import plan
from custom_components.descent.training.script import builtin
from custom_components.descent.treadmills.physics import Preset
from tests.training.ride import Ride

type Figures = dict[str, Any]

SESSION = "descending_sprints"
REFERENCE = Runner(
    name="Reference",
    level=Level.INTERMEDIATE,
    hill_experience=True,
    five_k_s=1500,
    walk_kmh=5.0,
)


def measure(rounds: int) -> Figures:
    """Return the figures of this room, each timed ``rounds`` times."""
    scripts = builtin()
    machine = Preset.TYPICAL.machine()
    planned = plan(scripts[SESSION], REFERENCE, machine)
    return {
        "session": {
            "session": SESSION,
            "planned_min": round(planned.duration_s / 60, 1),
            "cpu_ms": _cpu_ms(lambda: _ride(Preset.TYPICAL, planned), rounds),
            "goal_ms": 100,
        },
        "planning": {
            "cpu_ms": _cpu_ms(lambda: plan(scripts[SESSION], REFERENCE, machine), 10 * rounds),
            "goal_ms": 5,
        },
        "library": {
            "files": len(list(_library())),
            "cpu_ms": _cpu_ms(builtin, rounds),
            "goal_ms": 50,
        },
        "at_target": {preset.value: _at_target(preset) for preset in Preset},
    }


def _library() -> list[str]:
    folder = files("custom_components.descent.training") / "library"
    return [file.name for file in folder.iterdir() if file.name.endswith(".yaml")]


def _ride(preset: Preset, planned: Plan) -> Ride:
    return Ride(preset=preset).arm(planned).finish()


def _cpu_ms(work: Callable[[], object], rounds: int) -> Figures:
    """Time ``work`` in CPU milliseconds, after one round that fills caches."""
    work()
    times = []
    for _ in range(rounds):
        began = time.process_time()
        work()
        times.append((time.process_time() - began) * 1000)
    return {"median": round(median(times), 2), "best": round(min(times), 2)}


def _at_target(preset: Preset) -> Figures:
    """Say how much of the descents was at target, and how soon: metres of belt, seconds from go."""
    planned = plan(builtin()[SESSION], REFERENCE, preset.machine())
    laps = _ride(preset, planned).laps_of("descent")
    at_target, run = sum(lap.at_target_m for lap in laps), sum(lap.distance_m for lap in laps)
    seconds = [lap.to_target_s for lap in laps if lap.to_target_s is not None]
    return {
        "descents": len(laps),
        "at_target_m": round(at_target, 1),
        "run_m": round(run, 1),
        "share": round(at_target / run, 3),
        "go_to_target_s": {"mean": round(fmean(seconds), 1), "worst": round(max(seconds), 1)},
    }
