"""Script, runner and machine to a plan: every number decided before the belt moves.

What a machine is not steep enough for is clamped and made up for with repetitions, never speed:
equal braking power at -3 % instead of -8 % would take 37 km/h. Both fidelities say what is left;
descent metres on a gentler slope are not the same stimulus, as impact and braking peaks grow with
the slope. Times are without ramps; what belt and deck add is predicted in each descent.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from ..model import Machine, Phase, Plan, Range, Runner, Step
from ..script import Script
from .layout import Layout, too_long
from .locks import Lock, alternatives, why_locked
from .parameters import PlanError, Settings, settle
from .predicted import predict

__all__ = ["Lock", "PlanError", "alternatives", "plan", "why_locked"]

_NOTHING: Mapping[str, float | str] = MappingProxyType({})
_ANY_SLOPE = Range(minimum=-45, maximum=45, step=0.001)
# A clamped session never counts as done in full, however many repetitions were added (training.md,
# 5.3).
_MOST_WHEN_CLAMPED = 0.99


def plan(
    script: Script,
    runner: Runner,
    machine: Machine,
    overrides: Mapping[str, float | str] = _NOTHING,
) -> Plan:
    """Work a session out for one runner on one machine.

    Args:
        script: the session.
        runner: who runs it.
        machine: what it runs on, its learned rates included.
        overrides: parameter values that differ from the session's defaults.

    Raises:
        PlanError: locked for this runner (``session_locked_*``), a parameter that does not exist or
            is out of range, a plan too long, or a belt that cannot run slowly enough.
    """
    settings = settle(script, overrides)
    for lock in why_locked(script, runner, overrides):
        raise PlanError(lock.key, session=script.name, **lock.values)
    prescribed = _laid(script, settings, runner, replace(machine, incline=_ANY_SLOPE))
    wanted_m = prescribed.descent_m
    layout = _laid(script, settings, runner, machine)
    clamped = any(step.incline_pct != step.prescribed_incline_pct for step in layout.steps)
    if clamped:
        # Again from the start: a repetition changes what follows it.
        layout = _laid(script, settings, runner, machine, wanted_m - layout.descent_m)
    if not layout.fits:
        raise too_long()
    return Plan(
        session=script.id,
        name=script.name,
        runner=runner.name,
        level=runner.level,
        steps=_finished(numbered(layout.steps), runner, machine),
        parameters=tuple(settings.values.items()),
        prescribed_descent_m=wanted_m,
        fidelity_descent=_fidelity(layout.descent_m, wanted_m, clamped=clamped),
        fidelity_grade=_fidelity(
            _steepest(layout.steps), _steepest(prescribed.steps), clamped=clamped
        ),
        added_reps=layout.added_reps,
        notes=_notes(layout, machine, clamped=clamped),
    )


def _laid(
    script: Script,
    settings: Settings,
    runner: Runner,
    machine: Machine,
    budget_m: float | None = None,
) -> Layout:
    layout = Layout(settings, runner, machine, budget_m)
    layout.lay(script.steps)
    return layout


def numbered(steps: Sequence[Step]) -> list[Step]:
    """Number the repetitions: descents through the whole session, a recovery like the one before.

    This is the only count there is: what is announced, shown, told and stored is ``Step.rep``.
    """
    reps = sum(step.phase is Phase.DESCENT for step in steps)
    rep, counted = 0, []
    for step in steps:
        rep += step.phase is Phase.DESCENT
        belongs = step.phase in {Phase.DESCENT, Phase.RECOVERY}
        counted.append(replace(step, rep=rep, reps=reps) if belongs else step)
    return counted


def _finished(steps: list[Step], runner: Runner, machine: Machine) -> tuple[Step, ...]:
    """Add the predicted ramps to the descents."""
    finished = []
    for i, step in enumerate(steps):
        if step.phase is not Phase.DESCENT:
            finished.append(step)
            continue
        before = steps[i - 1] if i else None
        after = steps[i + 1] if i + 1 < len(steps) else None
        lead_s, down_m = predict(step, before, after, machine.rates, runner.walk_kmh)
        finished.append(replace(step, lead_s=lead_s, ramp_descent_m=down_m))
    return tuple(finished)


def _steepest(steps: list[Step]) -> float:
    return max((abs(step.incline_pct) for step in steps if step.phase is Phase.DESCENT), default=0)


def _fidelity(achieved: float, prescribed: float, *, clamped: bool) -> float | None:
    if not prescribed:
        return None
    return min(achieved / prescribed, _MOST_WHEN_CLAMPED if clamped else 1.0)


def _notes(layout: Layout, machine: Machine, *, clamped: bool) -> tuple[str, ...]:
    """Keys of what the runner should know before starting."""
    notes = []
    if clamped:
        notes.append("clamped" if machine.declines else "no_decline")
    if layout.added_reps:
        notes.append("reps_added")
    return (*notes, *layout.notes)
