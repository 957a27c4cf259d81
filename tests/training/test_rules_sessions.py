"""Whole sessions on every machine, checked against the rules R1 to R15."""

from __future__ import annotations

from dataclasses import replace

import pytest

from custom_components.descent.training.events import CommandKind, Reason, State
from custom_components.descent.training.model import Level, Machine, Range
from custom_components.descent.training.rules import Permissions
from custom_components.descent.treadmills.faults import SimulatedFault
from custom_components.descent.treadmills.physics import Preset
from tests.training import plans
from tests.training.observed_engine import GuidedRide, ObservedRide
from tests.training.ride import ALLOWED
from tests.training.rule_judge import broken
from tests.training.runners import library

STARTS = Permissions(control=True, start_belt=True)
LIMITED = Permissions(control=True, max_speed_kmh=9.0)


def verdict(ride: ObservedRide, permissions: Permissions = ALLOWED) -> list[str]:
    """Return the rules that a ride broke."""
    return broken(ride.moments, ride.machine, permissions, ride.planned.level)


def completed(ride: ObservedRide) -> bool:
    """Whether the session came to its planned end, the belt at rest and the deck level."""
    done = ride.engine.state is State.FINISHED and ride.view.reason is Reason.COMPLETED
    return done and ride.speed < 0.3 and abs(ride.incline) <= 0.5


@pytest.mark.parametrize("preset", Preset)
@pytest.mark.parametrize("session", sorted(library()))
def test_every_session_keeps_r1_to_r15(session: str, preset: Preset) -> None:
    plan = plans.real(session, preset.machine())
    ride = ObservedRide(preset=preset, level=plan.level).arm(plan).finish()
    assert completed(ride)
    assert verdict(ride) == []


@pytest.mark.parametrize("preset", Preset)
@pytest.mark.parametrize("interval_s", [1.0, 0.5, 0.25])
@pytest.mark.parametrize(
    "faults",
    [
        {SimulatedFault.NOISE},
        {SimulatedFault.DELAYED_ANSWER},
        {SimulatedFault.TRANSIENT_ZERO},
        {SimulatedFault.NOISE, SimulatedFault.DELAYED_ANSWER},
    ],
)
def test_noise_and_slow_answers_keep_r1_to_r15(
    faults: set[SimulatedFault], interval_s: float, preset: Preset
) -> None:
    plan = plans.real(machine=preset.machine())
    ride = ObservedRide(preset=preset, level=plan.level, interval_s=interval_s)
    ride.physics.faults |= faults
    ride.arm(plan).finish()
    assert completed(ride)
    assert verdict(ride) == []


@pytest.mark.parametrize("preset", Preset)
@pytest.mark.parametrize("level", Level)
def test_every_level_keeps_r1_to_r15(level: Level, preset: Preset) -> None:
    ride = (
        ObservedRide(preset=preset, level=level).arm(plans.short(preset.machine(), level)).finish()
    )
    assert completed(ride)
    assert verdict(ride) == []


@pytest.mark.parametrize(
    "machine",
    [
        Preset.TYPICAL.machine(min_incline_pct=-3),
        Preset.TYPICAL.machine(min_incline_pct=0),
        Preset.TYPICAL.machine(max_speed_kmh=10),
        replace(plans.TYPICAL, incline=Range(minimum=-6, maximum=15, step=1)),
        replace(plans.TYPICAL, speed=Range(minimum=1.0, maximum=20, step=0.5)),
    ],
    ids=["clamped", "no decline", "slow", "whole percents", "half km/h"],
)
def test_every_machine_keeps_r1_to_r15(machine: Machine) -> None:
    plan = plans.real(machine=machine)
    ride = ObservedRide(machine=machine, level=plan.level).arm(plan).finish()
    assert completed(ride)
    assert verdict(ride) == []


def test_a_machine_that_takes_no_stop_keeps_r1_to_r15() -> None:
    machine = replace(plans.TYPICAL, can_stop=False)
    ride = ObservedRide(machine=machine).arm(plans.flat()).finish()
    assert ride.view.reason is Reason.COMPLETED
    assert ride.speed <= 3.0
    assert ride.cues[-2][1].key == "press_stop"
    assert verdict(ride) == []


@pytest.mark.parametrize("permissions", [STARTS, LIMITED])
def test_every_permission_keeps_r1_to_r15(permissions: Permissions) -> None:
    plan = plans.real()
    ride = ObservedRide(permissions=permissions, helpful=True).arm(plan).finish()
    assert ride.view.reason is Reason.COMPLETED
    assert verdict(ride, permissions) == []


@pytest.mark.parametrize("session", sorted(library()))
def test_r1_without_acknowledgement_the_runner_is_guided_and_nothing_is_sent(session: str) -> None:
    guided = Permissions()
    ride = GuidedRide(permissions=guided).arm(plans.real(session)).finish()
    assert ride.view.reason is Reason.COMPLETED
    assert [
        command for _, command in ride.commands if command.kind is not CommandKind.RELEASE
    ] == []
    assert verdict(ride, guided) == []
