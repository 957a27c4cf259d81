"""Wishes in, permitted commands out: the gate by itself, measurement by measurement."""

from __future__ import annotations

from dataclasses import replace

import pytest

from custom_components.descent.training.events import Aim, Command, Refused
from custom_components.descent.training.model import Level, Range
from custom_components.descent.training.rules import Permissions
from tests.training.gate.gate_rig import INCLINE, SPEED, GateRig, only
from tests.training.plans import TYPICAL
from tests.training.ride import ALLOWED

STEEP = replace(TYPICAL, incline=Range(minimum=-15, maximum=15, step=0.5))


# ---- what no gate permits


@pytest.mark.parametrize(
    ("wish", "key"),
    [
        ((None, -6.5), "incline_out_of_range"),
        ((None, 15.5), "incline_out_of_range"),
        ((22.1, None), "speed_out_of_range"),
        ((-0.1, None), "speed_out_of_range"),
    ],
)
def test_r10_a_wish_beyond_the_machine_is_refused(wish: tuple[float | None, ...], key: str) -> None:
    rig = GateRig()
    rig.aim(6)
    with pytest.raises(Refused, match=key):
        rig.aim(*wish)
    assert rig.gate.wish == Aim(6)


def test_r10_a_slope_locked_for_the_level_is_refused() -> None:
    with pytest.raises(Refused, match="incline_locked"):
        GateRig(machine=STEEP, level=Level.BEGINNER).aim(None, -9)


def test_r1_without_permission_nothing_is_sent() -> None:
    rig = GateRig(permissions=Permissions())
    rig.aim(8, 2)
    rig.follow(10)
    rig.gate.slow_down(rig.now)
    assert rig.gate.release_control() == []
    assert [effect for effect in rig.effects if isinstance(effect, Command)] == []


# ---- speeding up and slowing down


@pytest.mark.parametrize(
    ("level", "steps"),
    [
        (Level.ADVANCED, [6, 7, 7.4]),
        (Level.INTERMEDIATE, [6, 7, 7.4]),
        (Level.BEGINNER, [5.5, 6, 6.5, 7, 7.4]),
    ],
)
def test_r7_the_belt_speeds_up_in_small_steps(level: Level, steps: list[float]) -> None:
    rig = GateRig(level=level)
    rig.aim(7.45)
    rig.follow(8)
    assert rig.told(SPEED) == steps


def test_r7_the_next_step_comes_after_a_second_even_if_the_belt_is_there_sooner() -> None:
    rig = GateRig()
    rig.aim(8)
    rig.now = 0.5
    rig.see(6.0)
    assert rig.told(SPEED) == [6]
    rig.now = 1.0
    rig.see(6.0)
    assert rig.told(SPEED) == [6, 7]


def test_r7_and_r11_a_slow_belt_is_told_hardly_more_than_it_can_do_in_a_second() -> None:
    rig = GateRig()
    rig.aim(12)
    ahead = []
    for half_seconds in range(1, 9):
        rig.now += 1
        rig.see(5 + half_seconds / 2)
        ahead.append((rig.told(SPEED)[-1] or 0) - 5 - half_seconds / 2)
    assert max(ahead[2:]) == pytest.approx(0.8)


def test_r7_and_r11_a_belt_that_stands_where_nobody_here_has_told_it_to_be_is_told_no_more() -> (
    None
):
    rig = GateRig()
    rig.aim(12)
    for speed in (5.8, 6.6, 7.2, 7.2, 7.2):
        rig.now += 1
        rig.see(speed)
    assert rig.told(SPEED) == [6, 6.9, 7.7]


def test_r7_the_belt_slows_down_by_two_a_second() -> None:
    rig = GateRig(10)
    rig.aim(3)
    rig.follow(6)
    assert rig.told(SPEED) == [8, 6, 4, 3]


def test_r10_no_faster_than_the_level_may_on_the_present_slope() -> None:
    rig = GateRig(5, -6)
    rig.aim(20)
    rig.follow(20)
    assert rig.told(SPEED)[-1] == 15


def test_r10_no_faster_than_the_user_allows() -> None:
    rig = GateRig(permissions=replace(ALLOWED, max_speed_kmh=6.5))
    rig.aim(20)
    rig.follow(5)
    assert rig.told(SPEED)[-1] == 6.5


def test_r2_a_speed_starts_no_standing_belt() -> None:
    rig = GateRig(0)
    rig.aim(8)
    rig.follow(5)
    assert rig.told(SPEED) == []


def test_a_machine_whose_speed_nobody_can_set_gets_only_inclines() -> None:
    rig = GateRig(5, machine=replace(TYPICAL, sets_speed=False))
    rig.aim(8, 2)
    rig.follow(8)
    assert (rig.told(SPEED), rig.told(INCLINE)) == ([], [2])


def test_a_machine_whose_deck_nobody_can_set_gets_only_speeds() -> None:
    rig = GateRig(5, machine=replace(TYPICAL, sets_incline=False))
    rig.aim(6, 2)
    rig.follow(5)
    assert (rig.told(SPEED), rig.told(INCLINE)) == ([6], [])


def test_r5_old_telemetry_permits_no_increase() -> None:
    rig = GateRig()
    rig.now = 2.5
    assert rig.aim(8) == ()


def test_r5_very_old_telemetry_permits_nothing() -> None:
    rig = GateRig(12)
    rig.now = 5.5
    assert rig.aim(8) == ()


# ---- the deck


def test_r8_the_belt_slows_down_before_the_deck_moves_far() -> None:
    rig = GateRig(11)
    rig.aim(11, -3)
    rig.follow(12)
    first = rig.told(SPEED)[:2]
    assert first == [9, 7.8]
    assert rig.told(INCLINE) == [-3]
    kinds = [effect.kind for effect in rig.effects if isinstance(effect, Command)]
    assert kinds.index(INCLINE) == 2


def test_r8_a_small_change_needs_no_slowing_down() -> None:
    rig = GateRig(11)
    assert only(rig.aim(11, -1)).kind is INCLINE


def test_r8_small_changes_within_ten_seconds_count_as_one() -> None:
    rig = GateRig(11)
    rig.aim(11, -1)
    rig.follow(4)
    rig.aim(11, -2)
    assert rig.told(INCLINE) == [-1]
    rig.follow(3)
    assert rig.told(SPEED) == [9, 7.8]
    assert rig.told(INCLINE) == [-1, -2]


def test_r8_the_belt_speeds_up_once_the_deck_was_there_for_two_samples_and_stands() -> None:
    rig = GateRig(5)
    rig.aim(8, -3)
    assert rig.told(INCLINE) == [-3]
    for incline, told in ((-2.2, []), (-2.6, []), (-3.0, []), (-3.0, []), (-3.0, [6])):
        rig.now += 1
        rig.see(incline=incline)
        assert rig.told(SPEED) == told


def test_r8_in_a_descent_only_one_axis_moves_at_a_time() -> None:
    rig = GateRig(5, -3)
    rig.aim(3, -5)
    assert rig.told(INCLINE) == [-5]
    assert rig.told(SPEED) == []
    rig.follow(3)
    assert rig.told(SPEED) == [3]


def test_r8_a_descent_is_left_slowly() -> None:
    rig = GateRig(7, -6)
    rig.aim(7, 2)
    rig.follow(10)
    assert rig.told(SPEED)[0] == 5.8
    assert rig.told(INCLINE) == [2]


def test_a_deck_that_is_where_it_should_be_is_left_alone() -> None:
    rig = GateRig(5, 0.2)
    rig.aim(6, 0)
    rig.follow(3)
    assert rig.told(INCLINE) == []
    assert rig.told(SPEED) == [6]


# ---- R9, announced first


def test_r9_a_session_speeds_up_five_seconds_after_saying_so() -> None:
    rig = GateRig()
    rig.gate.announce(Aim(8), rig.now)
    rig.aim(8, of_session=True)
    rig.follow(4)
    assert rig.told(SPEED) == []
    rig.follow(1)
    assert rig.told(SPEED) == [6]


def test_r9_unannounced_nothing_large_happens() -> None:
    rig = GateRig()
    rig.aim(8, -3, of_session=True)
    rig.follow(20)
    rig.aim(3, of_session=True)
    rig.follow(20)
    assert rig.effects == []


def test_r9_the_runners_own_wish_needs_no_announcement() -> None:
    assert only(GateRig().aim(8)).value == 6
