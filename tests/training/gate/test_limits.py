"""How far belt and deck may go, and who may move them."""

from __future__ import annotations

from dataclasses import replace
import math

import pytest

from custom_components.descent.training.events import Aim, Refused, State
from custom_components.descent.training.gate import Limits, Permissions
from custom_components.descent.training.model import Level, Machine, Range
from tests.training.plans import TYPICAL, real
from tests.training.ride import ALLOWED, Ride

STEEP = replace(TYPICAL, incline=Range(minimum=-15, maximum=15, step=0.5))
LIMITS = Limits(machine=STEEP, level=Level.BEGINNER, permissions=ALLOWED)
STARTS = replace(LIMITS, permissions=Permissions(control=True, start_belt=True))
NONE = Permissions()


def of_level(level: Level) -> Limits:
    """Return the limits of a runner on a steep machine."""
    return replace(LIMITS, level=level)


def up_to(speed_kmh: float) -> Permissions:
    """Return what is allowed by a user with a maximum."""
    return replace(ALLOWED, max_speed_kmh=speed_kmh)


# ---- who moves what


def test_r2_the_belt_is_started_from_here_only_if_machine_and_user_allow_it() -> None:
    assert STARTS.starts_belt
    assert not replace(STARTS, machine=replace(TYPICAL, can_start=False)).starts_belt
    assert not replace(STARTS, permissions=ALLOWED).starts_belt
    assert not replace(STARTS, permissions=Permissions(start_belt=True)).starts_belt


def test_r2_what_is_armed_by_hand_is_started_by_hand() -> None:
    assert not replace(STARTS, by_hand=True).starts_belt


@pytest.mark.parametrize(
    ("permissions", "machine", "stops"),
    [
        (ALLOWED, TYPICAL, True),
        (NONE, TYPICAL, False),
        (ALLOWED, replace(TYPICAL, can_stop=False), False),
    ],
)
def test_the_belt_is_stopped_from_here_where_user_and_machine_allow_it(
    permissions: Permissions, machine: Machine, *, stops: bool
) -> None:
    assert replace(LIMITS, permissions=permissions, machine=machine).stops_belt is stops


@pytest.mark.parametrize(
    ("permissions", "machine", "moves"),
    [
        (ALLOWED, TYPICAL, True),
        (NONE, TYPICAL, False),
        (ALLOWED, replace(TYPICAL, sets_incline=False), False),
    ],
)
def test_the_deck_is_moved_from_here_where_user_and_machine_allow_it(
    permissions: Permissions, machine: Machine, *, moves: bool
) -> None:
    assert replace(LIMITS, permissions=permissions, machine=machine).moves_deck is moves


# ---- what is refused


@pytest.mark.parametrize(
    ("wish", "key"),
    [
        (Aim(None, -15.5), "incline_out_of_range"),
        (Aim(None, 15.5), "incline_out_of_range"),
        (Aim(None, -9), "incline_locked"),
        (Aim(22.1), "speed_out_of_range"),
        (Aim(-0.1), "speed_out_of_range"),
    ],
)
def test_r10_what_machine_or_level_do_not_have_is_refused(wish: Aim, key: str) -> None:
    with pytest.raises(Refused, match=key):
        LIMITS.check(wish)


@pytest.mark.parametrize("wish", [Aim(), Aim(22), Aim(0, -8), Aim(None, 15)])
def test_r10_what_machine_and_level_have_is_not_refused(wish: Aim) -> None:
    LIMITS.check(wish)


def test_what_only_the_console_can_set_is_refused() -> None:
    fixed = replace(LIMITS, machine=replace(TYPICAL, sets_speed=False, sets_incline=False))
    with pytest.raises(Refused, match="speed_not_settable"):
        fixed.check_settable(Aim(8))
    with pytest.raises(Refused, match="incline_not_settable"):
        fixed.check_settable(Aim(None, 0))
    fixed.check_settable(Aim(0))
    LIMITS.check_settable(Aim(8, 2))


# ---- how fast


@pytest.mark.parametrize(
    ("level", "step_kmh"),
    [
        (Level.NOVICE, 0.5),
        (Level.BEGINNER, 0.5),
        (Level.INTERMEDIATE, 1.0),
        (Level.ADVANCED, 1.0),
    ],
)
def test_r7_who_begins_is_sped_up_in_smaller_steps(level: Level, step_kmh: float) -> None:
    assert of_level(level).increase_kmh == step_kmh


@pytest.mark.parametrize(("slowest", "end_kmh"), [(0.8, 3.0), (5.0, 5.0)])
def test_r14_the_belt_is_stopped_when_it_is_slow(slowest: float, end_kmh: float) -> None:
    machine = replace(TYPICAL, speed=replace(TYPICAL.speed, minimum=slowest))
    assert replace(LIMITS, machine=machine).end_kmh == end_kmh


@pytest.mark.parametrize(
    ("incline", "wished", "cap_kmh"),
    [
        (0, None, 12),
        (0, -6, 9),  # the steeper of both
        (-6, 0, 9),
        (-6.3, -6, 9),  # a reading a little steeper is no other slope
        (-9, None, 4),  # locked: walking pace
    ],
)
def test_r10_the_cap_is_that_of_the_steeper_slope(
    incline: float, wished: float | None, cap_kmh: float
) -> None:
    assert LIMITS.belt_cap_kmh(incline, wished) == cap_kmh


def test_r10_the_lowest_of_machine_user_and_level_is_the_cap() -> None:
    slow = replace(TYPICAL, speed=replace(TYPICAL.speed, maximum=11))
    assert replace(LIMITS, machine=slow).belt_cap_kmh(0, None) == 11
    assert replace(LIMITS, permissions=up_to(8.5)).belt_cap_kmh(0, None) == 8.5
    assert replace(LIMITS, permissions=up_to(3)).belt_cap_kmh(-9, None) == 3


@pytest.mark.parametrize(
    ("here", "goal", "moved", "top_kmh"),
    [
        (0, 1, 1.0, math.inf),
        (0, 2, 2.0, 8),
        (1, 0.5, 1.1, 8),  # small moves in a row
        (-6, 0, 6.0, 6),
        (-6, -0.5, 5.5, 6),
        (-6, -3, 3.0, 8),
        (0, -1, 1.0, 12),  # no faster than the level may there
        (0, -8, 8.0, 7),
        (0, -9, 9.0, 8),
    ],
)
def test_r8_how_fast_the_belt_may_be_while_the_deck_moves(
    here: float, goal: float, moved: float, top_kmh: float
) -> None:
    assert LIMITS.deck_top_kmh(here, goal, moved) == top_kmh


@pytest.mark.parametrize("slower_kmh", [12.0, 9.5])
def test_r10_a_lowered_maximum_slows_a_running_descent_without_waiting_for_a_cue(
    slower_kmh: float,
) -> None:
    ride = Ride().arm(real("descending_sprints")).in_descent()
    ride.engine.permissions = Permissions(control=True, max_speed_kmh=slower_kmh)
    ride.run(9.0)
    assert ride.engine.state is State.RUNNING
    assert ride.speed == pytest.approx(slower_kmh, abs=0.1)


# ---- what can be offered


@pytest.mark.parametrize(
    ("level", "incline", "highest"),
    [
        (Level.BEGINNER, 0, 12),
        (Level.BEGINNER, -6, 9),
        (Level.ADVANCED, -6, 18),
        (Level.BEGINNER, -9, 22),  # locked: the gate slows down by itself
    ],
)
def test_r10_speeds_are_offered_as_the_level_may_at_the_slope(
    level: Level, incline: float, highest: float
) -> None:
    assert of_level(level).speed_range(incline) == Range(minimum=0.8, maximum=highest, step=0.1)


def test_r10_speeds_are_offered_up_to_the_users_maximum_in_the_machines_steps() -> None:
    halves = replace(TYPICAL, speed=Range(minimum=1, maximum=20, step=0.5))
    limits = replace(LIMITS, machine=halves, permissions=up_to(8.7))
    assert limits.speed_range(0) == Range(minimum=1, maximum=8.5, step=0.5)


def test_a_maximum_below_the_slowest_speed_leaves_the_slowest() -> None:
    assert replace(LIMITS, permissions=up_to(0.5)).speed_range(0).maximum == 0.8


@pytest.mark.parametrize(
    ("level", "lowest"),
    [
        (Level.NOVICE, -8),
        (Level.BEGINNER, -8),
        (Level.INTERMEDIATE, -12),
        (Level.ADVANCED, -15),
    ],
)
def test_r10_slopes_are_offered_that_the_level_is_not_locked_out_of(
    level: Level, lowest: float
) -> None:
    assert of_level(level).incline_range() == Range(minimum=lowest, maximum=15, step=0.5)


def test_a_deck_that_stays_level_offers_what_it_has() -> None:
    flat = replace(TYPICAL, incline=Range(minimum=0, maximum=10, step=1))
    assert replace(LIMITS, machine=flat).incline_range() == flat.incline
