"""Who may run which session, and which rule says no.

The rules are the sources' own (S1-12, S1-13 in the tests' names) and the level caps of pace.py.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from ..model import Level, Phase, Runner
from ..pace import RACES_KM, Rule, level_cap_kmh, race_factor, steepest_pct
from ..rules import NEAR
from ..script import Script
from ..script.model import Pace, every_step
from .parameters import Settings, settle

GENTLE_PCT = 4.0  # what still counts as a gentle slope for somebody with joint issues [H]
_NOTHING: Mapping[str, float | str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Lock:
    """One rule that keeps a session from a runner; ``key`` is its translation key."""

    key: str
    values: Mapping[str, str] = field(default_factory=dict)


def why_locked(
    script: Script, runner: Runner, overrides: Mapping[str, float | str] = _NOTHING
) -> tuple[Lock, ...]:
    """Return every rule that keeps this session, with these parameters, from this runner.

    Slopes are judged as prescribed, whatever the machine makes of them: a session meant for -10 %
    does not become a beginner's because the deck stops at -3 %.

    Raises:
        PlanError: the overrides do not fit the script.
    """
    settings = settle(script, overrides)
    level, locks = runner.level, []
    if script.level is not None and level.rank < script.level.rank:
        locks.append(
            Lock("session_locked_level", {"level": level.value, "needed": script.level.value})
        )
    if script.needs_hill_experience and not runner.hill_experience:
        locks.append(Lock("session_locked_hill_experience"))
    if runner.joint_issues and not _gentle(script, settings):
        locks.append(Lock("session_locked_joint_issues"))
    steepest = max((slope for slope, _ in _descents(script, settings)), default=0.0)
    if level_cap_kmh(level, -steepest) is None:
        limits = {"decline": f"{steepest:g}", "allowed": f"{steepest_pct(level):g}"}
        locks.append(Lock("session_locked_grade", {"level": level.value, **limits}))
    return tuple(locks)


def alternatives(scripts: Mapping[str, Script], runner: Runner) -> tuple[str, ...]:
    """Return the ids of the sessions this runner may run, those nearest to their level first."""
    open_to = [script for script in scripts.values() if not why_locked(script, runner)]
    return tuple(script.id for script in sorted(open_to, key=_rank, reverse=True))


def _rank(script: Script) -> int:
    return -1 if script.level is None else script.level.rank


def _gentle(script: Script, settings: Settings) -> bool:
    """Whether joint issues leave a session open: nothing fast, nothing steep."""
    if script.needs_sound_joints or _rank(script) > Level.BEGINNER.rank:
        return False
    return all(
        slope <= GENTLE_PCT and not _fast(pace, settings)
        for slope, pace in _descents(script, settings)
    )


def _fast(pace: Pace, settings: Settings) -> bool:
    """Whether a pace is a sprint, or faster than the runner's 5 km."""
    efforts = [settings.get(effort).value for effort in pace.efforts]
    if pace.rule is Rule.FIXED:
        return False
    most = max(efforts, default=0.0) / 100 * race_factor(RACES_KM.get(pace.rule, 5.0))
    return pace.rule is Rule.SPRINT or most > 1 + NEAR


def _descents(script: Script, settings: Settings) -> list[tuple[float, Pace]]:
    """List decline and pace of every descent as written."""
    return [
        (settings.get(step.slope).value, settings.get(step.pace))
        for step in every_step(script.steps)
        if step.phase is Phase.DESCENT and step.slope is not None and step.pace is not None
    ]
