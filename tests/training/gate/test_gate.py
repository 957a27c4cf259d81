"""Wishes in, permitted commands out: the gate by itself, measurement by measurement."""

from __future__ import annotations

from dataclasses import replace

import pytest

from custom_components.descent.training.events import Aim, Command, Refused
from custom_components.descent.training.model import Level, Range
from custom_components.descent.training.rules import Permissions
from tests.training.bench import INCLINE, SPEED, Bench, only
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
    bench = Bench()
    bench.aim(6)
    with pytest.raises(Refused, match=key):
        bench.aim(*wish)
    assert bench.gate.wish == Aim(6)


def test_r10_a_slope_locked_for_the_level_is_refused() -> None:
    with pytest.raises(Refused, match="incline_locked"):
        Bench(machine=STEEP, level=Level.BEGINNER).aim(None, -9)


def test_r1_without_permission_nothing_is_sent() -> None:
    bench = Bench(permissions=Permissions())
    bench.aim(8, 2)
    bench.follow(10)
    bench.gate.slow_down(bench.now)
    assert bench.gate.release_control() == []
    assert [effect for effect in bench.effects if isinstance(effect, Command)] == []


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
    bench = Bench(level=level)
    bench.aim(7.45)
    bench.follow(8)
    assert bench.told(SPEED) == steps


def test_r7_the_next_step_comes_after_confirmation_or_a_second() -> None:
    bench = Bench()
    bench.aim(8)
    bench.now = 0.5
    assert bench.see(5.0) == ()
    bench.now = 1.0
    assert len(bench.see(5.0)) == 1


def test_r7_a_belt_that_lags_is_not_told_more_than_two_above_its_speed() -> None:
    bench = Bench()
    bench.aim(12)
    for _ in range(4):
        bench.now += 1
        bench.see(5.0)
    assert bench.told(SPEED) == [6, 7]


def test_r7_the_belt_slows_down_by_two_a_second() -> None:
    bench = Bench(10)
    bench.aim(3)
    bench.follow(6)
    assert bench.told(SPEED) == [8, 6, 4, 3]


def test_r10_no_faster_than_the_level_may_on_the_present_slope() -> None:
    bench = Bench(5, -6)
    bench.aim(20)
    bench.follow(20)
    assert bench.told(SPEED)[-1] == 15


def test_r10_no_faster_than_the_user_allows() -> None:
    bench = Bench(permissions=replace(ALLOWED, max_speed_kmh=6.5))
    bench.aim(20)
    bench.follow(5)
    assert bench.told(SPEED)[-1] == 6.5


def test_r2_a_speed_starts_no_standing_belt() -> None:
    bench = Bench(0)
    bench.aim(8)
    bench.follow(5)
    assert bench.told(SPEED) == []


def test_a_machine_whose_speed_nobody_can_set_gets_only_inclines() -> None:
    bench = Bench(5, machine=replace(TYPICAL, sets_speed=False))
    bench.aim(8, 2)
    bench.follow(8)
    assert (bench.told(SPEED), bench.told(INCLINE)) == ([], [2])


def test_a_machine_whose_deck_nobody_can_set_gets_only_speeds() -> None:
    bench = Bench(5, machine=replace(TYPICAL, sets_incline=False))
    bench.aim(6, 2)
    bench.follow(5)
    assert (bench.told(SPEED), bench.told(INCLINE)) == ([6], [])


def test_r5_old_telemetry_permits_no_increase() -> None:
    bench = Bench()
    bench.now = 2.5
    assert bench.aim(8) == ()


def test_r5_very_old_telemetry_permits_nothing() -> None:
    bench = Bench(12)
    bench.now = 5.5
    assert bench.aim(8) == ()


# ---- the deck


def test_r8_the_belt_slows_down_before_the_deck_moves_far() -> None:
    bench = Bench(11)
    bench.aim(11, -3)
    bench.follow(12)
    first = bench.told(SPEED)[:2]
    assert first == [9, 7.8]
    assert bench.told(INCLINE) == [-3]
    kinds = [effect.kind for effect in bench.effects if isinstance(effect, Command)]
    assert kinds.index(INCLINE) == 2


def test_r8_a_small_change_needs_no_slowing_down() -> None:
    bench = Bench(11)
    assert only(bench.aim(11, -1)).kind is INCLINE


def test_r8_small_changes_within_ten_seconds_count_as_one() -> None:
    bench = Bench(11)
    bench.aim(11, -1)
    bench.follow(4)
    bench.aim(11, -2)
    assert bench.told(INCLINE) == [-1]
    bench.follow(3)
    assert bench.told(SPEED) == [9, 7.8]
    assert bench.told(INCLINE) == [-1, -2]


def test_r8_the_belt_speeds_up_once_the_deck_was_there_for_two_samples() -> None:
    bench = Bench(5)
    bench.aim(8, -3)
    assert bench.told(INCLINE) == [-3]
    bench.follow(1)
    assert bench.told(SPEED) == []
    bench.follow(1)
    assert bench.told(SPEED) == [6]


def test_r8_in_a_descent_only_one_axis_moves_at_a_time() -> None:
    bench = Bench(5, -3)
    bench.aim(3, -5)
    assert bench.told(INCLINE) == [-5]
    assert bench.told(SPEED) == []
    bench.follow(3)
    assert bench.told(SPEED) == [3]


def test_r8_a_descent_is_left_slowly() -> None:
    bench = Bench(7, -6)
    bench.aim(7, 2)
    bench.follow(10)
    assert bench.told(SPEED)[0] == 5.8
    assert bench.told(INCLINE) == [2]


def test_a_deck_that_is_where_it_should_be_is_left_alone() -> None:
    bench = Bench(5, 0.2)
    bench.aim(6, 0)
    bench.follow(3)
    assert bench.told(INCLINE) == []
    assert bench.told(SPEED) == [6]


# ---- R9, announced first


def test_r9_a_session_speeds_up_five_seconds_after_saying_so() -> None:
    bench = Bench()
    bench.gate.announce(Aim(8), bench.now)
    bench.aim(8, of_session=True)
    bench.follow(4)
    assert bench.told(SPEED) == []
    bench.follow(1)
    assert bench.told(SPEED) == [6]


def test_r9_unannounced_nothing_large_happens() -> None:
    bench = Bench()
    bench.aim(8, -3, of_session=True)
    bench.follow(20)
    bench.aim(3, of_session=True)
    bench.follow(20)
    assert bench.effects == []


def test_r9_the_runners_own_wish_needs_no_announcement() -> None:
    assert only(Bench().aim(8)).value == 6
