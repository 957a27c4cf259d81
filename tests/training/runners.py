"""Runners and machines that sessions are planned for in tests."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

from custom_components.descent.training.model import Level, Machine, Phase, Plan, Range, Runner
from custom_components.descent.training.planner import plan
from custom_components.descent.training.script import Script, builtin, parse

SPEED = Range(minimum=0.5, maximum=22, step=0.1)
MACHINES = {
    "A": Machine(speed=SPEED, incline=Range(minimum=-3, maximum=12, step=0.5)),
    "B": Machine(speed=SPEED, incline=Range(minimum=-6, maximum=15, step=0.5)),
    "C": Machine(speed=SPEED, incline=Range(minimum=-40, maximum=40, step=0.5)),
}
FLAT = Machine(speed=SPEED, incline=Range(minimum=0, maximum=12, step=0.5))

# The reference runner of the session tables: 5 km in 25 minutes, walks at 5 km/h.
REFERENCE = Runner(name="Kim", level=Level.ADVANCED, hill_experience=True, five_k_s=1500)


@cache
def library() -> dict[str, Script]:
    """Read the built-in sessions once."""
    return builtin()


def reference(level: Level | None) -> Runner:
    """Return the reference runner at a session's level ("any" is a beginner's)."""
    return replace(REFERENCE, level=level or Level.BEGINNER)


def session(steps: str, parameters: str = "", level: str = "any") -> Script:
    """Read a session with these steps, written the way a user would."""
    head = f"name: Test\nlevel: {level}\nno_warm_up: true\n"
    if parameters:
        head += "parameters:\n" + indented(parameters)
    return parse(head + "steps:\n" + indented(steps), "test.yaml")


def indented(text: str) -> str:
    """Return lines as the content of a key."""
    return "".join(f"  {line}\n" for line in text.strip().splitlines())


def planned(
    steps: str,
    machine: Machine = MACHINES["B"],
    runner: Runner = REFERENCE,
    parameters: str = "",
    overrides: dict[str, float | str] | None = None,
) -> Plan:
    """Plan a session with these steps."""
    return plan(session(steps, parameters), runner, machine, overrides or {})


def descents_m(done: Plan) -> float:
    """Metres of belt in a plan's descents."""
    descents = [step for step in done.steps if step.phase is Phase.DESCENT]
    return sum(step.distance_m or step.speed_kmh / 3.6 * step.nominal_s for step in descents)
