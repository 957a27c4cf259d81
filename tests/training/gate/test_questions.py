"""What may be asked of the gate, and what it answers."""

from __future__ import annotations

from dataclasses import replace

import pytest

from custom_components.descent.training.events import (
    Aim,
    Answer,
    Command,
    Outcome,
    Status,
    StatusKind,
)
from custom_components.descent.training.gate import Permissions
from custom_components.descent.training.model import Telemetry
from tests.training.gate.gate_rig import GateRig, only
from tests.training.plans import TYPICAL

CONSOLE_ONLY = replace(TYPICAL, sets_speed=False, sets_incline=False)


def after(seconds: float, rig: GateRig, speed: float, incline: float = 0.0) -> None:
    """Measure some time later."""
    rig.now += seconds
    rig.see(speed, incline)


# ---- what is measured


def test_r5_contact_is_proven_by_two_measurements_the_newest_of_them_fresh() -> None:
    rig = GateRig()
    assert not rig.gate.contact_proven(0)
    after(1, rig, 5)
    assert rig.gate.contact_proven(1)
    assert not rig.gate.contact_proven(3.1)


def test_r5_lost_contact_is_to_be_proven_anew() -> None:
    rig = GateRig()
    after(1, rig, 5)
    rig.gate.lost_link(2)
    after(2, rig, 5)
    assert not rig.gate.contact_proven(3)


def test_r5_a_sudden_zero_is_doubtful_and_the_belt_believed_to_move() -> None:
    rig = GateRig(10)
    after(1, rig, 0)
    assert (rig.gate.doubtful, rig.gate.belt_moving, rig.gate.at_rest) == (True, True, False)
    after(3, rig, 0)
    assert (rig.gate.doubtful, rig.gate.belt_moving, rig.gate.at_rest) == (False, False, True)


def test_r2_a_belt_runs_as_long_as_fresh_measurements_say_so() -> None:
    rig = GateRig(5)
    assert rig.gate.belt_runs
    rig.gate.reach(2.1)
    assert not rig.gate.belt_runs


def test_r2_a_belt_that_is_being_stopped_does_not_run() -> None:
    rig = GateRig(5)
    rig.gate.hear(Status(StatusKind.STOPPED))
    assert (rig.gate.belt_moving, rig.gate.belt_runs, rig.gate.halting) == (True, False, True)


def test_r2_measurements_of_a_moving_belt_are_counted_in_a_row() -> None:
    rig = GateRig(5)
    after(1, rig, 5)
    assert rig.gate.moving_samples == 2
    after(1, rig, 0)
    assert rig.gate.moving_samples == 0
    assert not rig.gate.belt_runs


def test_a_key_is_out_if_a_measurement_or_a_status_says_so() -> None:
    rig = GateRig(5)
    seen = [rig.gate.key_out]
    rig.gate.hear(Status(StatusKind.SAFETY_KEY))
    seen.append(rig.gate.key_out)
    rig.gate.observe(Telemetry(at=1, speed_kmh=0, incline_pct=0, safety_key_out=False))
    assert [*seen, rig.gate.key_out] == [False, True, False]


# ---- what is under way


def test_r6_nothing_is_confirmed_of_what_was_not_told() -> None:
    assert GateRig().gate.confirmed is None


def test_r6_a_speed_is_confirmed_once_the_belt_is_there() -> None:
    rig = GateRig(5)
    rig.aim(6)
    assert (rig.gate.confirmed, rig.gate.belt_ramps) == (False, True)
    after(0.5, rig, 5.3)
    assert (rig.gate.confirmed, rig.gate.belt_ramps) == (False, True)
    after(0.5, rig, 6)
    assert (rig.gate.confirmed, rig.gate.belt_ramps) == (True, False)


def test_r6_a_belt_that_is_near_before_the_machine_has_answered_is_not_confirmed() -> None:
    rig = GateRig(5)
    command = only(rig.gate.aim(Aim(6), 0, of_session=False))
    rig.gate.observe(Telemetry(at=1, speed_kmh=6, incline_pct=0))
    assert rig.gate.confirmed is False
    rig.gate.answer(Answer(command.id, Outcome.ACCEPTED), 1.1)
    rig.gate.observe(Telemetry(at=2, speed_kmh=6, incline_pct=0))
    assert rig.gate.confirmed is True


def test_the_deck_moves_until_it_is_there() -> None:
    rig = GateRig(5)
    rig.aim(None, 3)
    assert (rig.gate.deck_moves, rig.gate.belt_ramps) == (True, False)
    after(1, rig, 5, 1)
    assert rig.gate.deck_moves
    after(1, rig, 5, 3)
    assert not rig.gate.deck_moves


def test_a_belt_that_comes_to_rest_does_not_ramp() -> None:
    rig = GateRig(5)
    rig.gate.stop(0)
    assert not rig.gate.belt_ramps
    assert rig.gate.confirmed is False


@pytest.mark.parametrize(("told", "rest"), [(Aim(0.0, 0.0), True), (Aim(3.0, 0.0), False)])
def test_r9_it_is_known_whether_the_runner_expects_the_belt_to_stop(
    told: Aim, *, rest: bool
) -> None:
    rig = GateRig()
    rig.gate.announce(told, 0)
    assert rig.gate.rest_told is rest


# ---- what is left to the runner


def test_r1_without_permission_all_of_a_target_is_left_to_the_runner() -> None:
    assert GateRig(permissions=Permissions()).gate.left_to_runner(Aim(5, 0)) == Aim(5, 0)


def test_what_can_be_commanded_is_not_left_to_the_runner() -> None:
    assert GateRig().gate.left_to_runner(Aim(8, 3)) == Aim()


def test_what_no_command_can_set_is_left_to_the_runner_unless_it_is_so_already() -> None:
    gate = GateRig(5, 1, machine=CONSOLE_ONLY).gate
    assert gate.left_to_runner(Aim(8, 3)) == Aim(8, 3)
    assert gate.left_to_runner(Aim(5.2, 3)) == Aim(None, 3)
    assert gate.left_to_runner(Aim(8, 1.4)) == Aim(8)


def test_what_the_runner_was_asked_is_known_until_the_gate_lets_go() -> None:
    gate = GateRig().gate
    asked = [gate.asked_kmh]
    gate.note_asked(7.5, 0)
    asked.append(gate.asked_kmh)
    gate.let_go()
    assert [*asked, gate.asked_kmh] == [None, 7.5, None]


def test_the_stop_button_is_asked_for_once_at_a_time() -> None:
    gate = GateRig().gate
    assert len(gate.ask_to_stop(0)) == 1
    assert gate.ask_to_stop(1) == []


# ---- limits


def test_r10_another_limit_counts_for_the_next_command() -> None:
    rig = GateRig(5)
    rig.aim(10)
    rig.follow(2)
    slower = replace(rig.gate.limits.permissions, max_speed_kmh=6.0)
    rig.gate.limits = replace(rig.gate.limits, permissions=slower)
    rig.follow(8)
    commands = [effect for effect in rig.effects if isinstance(effect, Command)]
    assert commands[-1].value == 6
