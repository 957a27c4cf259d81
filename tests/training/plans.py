"""The sessions that tests of the engine ride: those of the library, and a short one to fuzz."""

from __future__ import annotations

from dataclasses import replace

from custom_components.descent.training.model import Level, Machine, Phase, Plan, Step
from custom_components.descent.training.planner import plan
from custom_components.descent.treadmills.physics import Preset
from tests.training.runners import library, reference

TYPICAL = Preset.TYPICAL.machine()
UNTRIED = replace(TYPICAL, decline_known=False)  # nobody has seen its deck below level


def real(
    session: str = "descending_sprints",
    machine: Machine = TYPICAL,
    level: Level | None = None,
    **overrides: float | str,
) -> Plan:
    """Plan a session of the library for the reference runner, at its own level or another one."""
    script = library()[session]
    return plan(script, reference(level or script.level), machine, overrides)


def short(machine: Machine = TYPICAL, level: Level = Level.INTERMEDIATE) -> Plan:
    """Return a plan with every kind of step in a few minutes, for this machine and level.

    Two descents, one by distance and one by time, an off-belt step before, between and after.
    """
    careful = level in (Level.NOVICE, Level.BEGINNER)
    steepest = max(-6.0, machine.incline.minimum)
    fast = min({Level.NOVICE: 5.0, Level.BEGINNER: 8.5}.get(level, 12.0), machine.speed.maximum)
    easy = 5.0 if level is Level.NOVICE else 8.0
    uphill = min(3.0, machine.incline.maximum)
    steps = (
        step(Phase.WARM_UP, easy, 0, 30, ramp_from_kmh=4.0, ramp_s=20),
        step(Phase.DRILLS, 0, 0, 10, items=("leg_swings", "high_knees")),
        step(Phase.DESCENT, fast, steepest, 30 / fast * 3.6, distance_m=30, rep=1, reps=2),
        step(Phase.RECOVERY, 4.0, uphill, 40, rep=1, reps=2),
        step(Phase.DESCENT, easy if careful else 10.0, steepest / 2, 20, rep=2, reps=2),
        step(Phase.TURN_AROUND, 0, 0, 15, minimum_s=5),
        step(Phase.BACKWARD, 2.0, 0, 10, guided=True),
        step(Phase.COOL_DOWN, 6.0 if easy > 5 else 5.0, 0, 20, ramp_to_kmh=4.0, ramp_s=15),
        step(Phase.STRETCH, 0, 0, 10, items=("calves",)),
    )
    numbered = tuple(replace(one, index=index) for index, one in enumerate(steps))
    return Plan(
        session="short",
        name="Short",
        runner="Kim",
        level=level,
        steps=numbered,
        prescribed_descent_m=sum(one.descent_m for one in numbered),
    )


def of(*steps: Step, level: Level = Level.INTERMEDIATE) -> Plan:
    """Return a plan of these steps."""
    numbered = tuple(replace(one, index=index) for index, one in enumerate(steps))
    return Plan(session="test", name="Test", runner="Kim", level=level, steps=numbered)


def flat(speed_kmh: float = 8.0, seconds: float = 600, level: Level = Level.INTERMEDIATE) -> Plan:
    """Return one steady step on the level."""
    return of(step(Phase.STEADY, speed_kmh, 0, seconds), level=level)


def step(phase: Phase, speed: float, incline: float, seconds: float, **more: object) -> Step:
    duration = None if "distance_m" in more else float(seconds)
    return Step(
        index=0,
        phase=phase,
        speed_kmh=speed,
        incline_pct=float(incline),
        prescribed_incline_pct=float(incline),
        nominal_s=float(seconds),
        duration_s=duration,
        **more,  # type: ignore[arg-type]  # the names are those of Step
    )
