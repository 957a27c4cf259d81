"""The second judge: random sessions break no rule, and a gate that breaks one is found out."""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from custom_components.descent.training.events import Aim, Stop
from custom_components.descent.training.model import Level, Phase
from custom_components.descent.training.rules import Permissions
from custom_components.descent.treadmills.faults import SimulatedFault
from custom_components.descent.treadmills.physics import Preset
from tests.training import machine_judge, machine_log, plans, storms
from tests.training.logged_ride import LoggedRide

SESSIONS = 60  # in CI; `scripts/storm 5000` rides through thousands
# Where a number of the rules is used, another one, and the rule that the judge then names.
BROKEN = [
    ("session.arming", "TAKEOVER_SAMPLES", 1, "R2"),
    ("gate.limits", "INCREASE_KMH", 1.5, "R7"),
    ("gate.motion", "DECREASE_KMH", 4.0, "R7"),
    ("gate.limits", "DECK_MOVES_KMH", 10.0, "R8"),
    ("gate.limits", "LEAVE_DESCENT_KMH", 8.0, "R8"),
    ("gate.notices", "SMALL_KMH", 99.0, "R9"),
    ("gate.limits", "END_KMH", 6.0, "R14"),
]


def leaves(ride: LoggedRide) -> None:
    ride.leave()
    ride.come_back(60)


def asks_for_more_in_silence(ride: LoggedRide) -> None:
    ride.physics.faults.add(SimulatedFault.SILENCE)
    ride.run(3.5)
    ride.wish(Aim(speed_kmh=11))
    ride.run(3)


def overshoots(ride: LoggedRide) -> None:
    ride.physics.faults.add(SimulatedFault.OVERSHOOT)
    ride.wish(Aim(speed_kmh=11))
    ride.run(90)


def is_set_by_hand(ride: LoggedRide) -> None:
    ride.press("speed", 2)
    ride.run(90)


def is_not_stopped(ride: LoggedRide) -> None:
    ride.physics.faults.add(SimulatedFault.STOP_IGNORED)
    ride.wish(Stop())
    ride.run(20)


def goes_on(ride: LoggedRide) -> None:
    ride.run(200)


def any_cap(_level: Level, _incline_pct: float) -> float:
    return 22.0


# The same, for a moment that random sessions seldom come upon.
BROKEN_IN: list[tuple[Callable[[LoggedRide], None], str, str, Callable[[Any], object], str]] = [
    (leaves, "gate.gate", "WALKING_KMH", lambda _: 8.0, "R3"),
    (is_not_stopped, "gate.stopping", "CONFIRM_S", lambda _: 99.0, "R4"),
    (asks_for_more_in_silence, "gate.telemetry_watch", "FRESH_S", lambda _: 5.0, "R5"),
    (goes_on, "gate.limits", "level_cap_kmh", lambda _: any_cap, "R10"),
    (is_set_by_hand, "gate.commands", "BELT", lambda belt: replace(belt, drift=99.0), "R11"),
    (overshoots, "gate.commands", "BELT", lambda b: replace(b, drift=99, overshoot=99), "R12"),
]
TWO_STEPS = (
    plans.step(Phase.STEADY, 10, 0, 60),
    plans.step(Phase.DESCENT, 18, -6, 60, rep=1, reps=1),
)


def judged_ride(happens: Callable[[LoggedRide], None]) -> list[str]:
    """Run at 10 km/h, have something happen, and return the rules that were broken."""
    machine, permissions = Preset.TYPICAL.machine(), Permissions(control=True)
    ride = LoggedRide(
        machine=machine,
        rates=Preset.TYPICAL.rates,
        facts=storms.facts_of(machine, permissions, Level.INTERMEDIATE),
        permissions=permissions,
    )
    ride.go(plans.of(*TWO_STEPS)).until(lambda r: r.speed > 9.9).run(6)
    happens(ride)
    return [flag.rule for flag in machine_judge.judged(ride.log)]


@pytest.mark.parametrize("seed", range(SESSIONS))
def test_no_random_session_breaks_a_rule_at_the_machine(seed: int) -> None:
    assert storms.storm(seed).flags == []


@pytest.mark.parametrize(("module", "name", "value", "rule"), BROKEN)
def test_a_gate_with_another_number_is_found_out(
    monkeypatch: pytest.MonkeyPatch, module: str, name: str, value: float, rule: str
) -> None:
    room = import_module(f"custom_components.descent.training.{module}")
    monkeypatch.setattr(room, name, value)
    named = (flag.rule for seed in range(SESSIONS) for flag in storms.storm(seed).flags)
    assert any(rule in one for one in named)


@pytest.mark.parametrize(("happens", "module", "name", "broken", "rule"), BROKEN_IN)
def test_a_gate_with_another_number_is_found_out_where_it_matters(
    monkeypatch: pytest.MonkeyPatch,
    happens: Callable[[LoggedRide], None],
    module: str,
    name: str,
    broken: Callable[[Any], object],
    rule: str,
) -> None:
    assert judged_ride(happens) == []
    room = import_module(f"custom_components.descent.training.{module}")
    monkeypatch.setattr(room, name, broken(getattr(room, name)))
    assert rule in judged_ride(happens)


@pytest.mark.parametrize("module", [machine_judge, machine_log])
def test_the_judge_shares_no_code_with_what_it_judges(module: object) -> None:
    source = Path(str(getattr(module, "__file__", "")))
    tree = ast.parse(source.read_text())
    froms = {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    whole = {n.name for node in ast.walk(tree) if isinstance(node, ast.Import) for n in node.names}
    assert not [name for name in froms | whole if name.startswith("custom_components")]
