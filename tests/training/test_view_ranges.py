"""The ranges of targets that are offered, and what there is to see without a session."""

from __future__ import annotations

import pytest

from custom_components.descent.training.events import Aim
from custom_components.descent.training.model import Level
from custom_components.descent.treadmills.physics import Preset
from tests.training.ride import Ride


def test_without_a_session_there_is_no_position_in_a_plan() -> None:
    assert Ride().view.plan_s is None


def test_r10_the_range_of_speeds_follows_the_slope_that_is_asked_for() -> None:
    ride = Ride(level=Level.BEGINNER)
    level = ride.view.speed_range.maximum
    ride.ask(Aim(incline_pct=-3.0))
    assert ride.view.speed_range.maximum == 10.0 < level


@pytest.mark.parametrize(
    ("lowest_of_machine", "level", "lowest", "steepest_decline"),
    [
        (-6.0, Level.INTERMEDIATE, -6.0, 6.0),
        (-12.0, Level.NOVICE, -8.0, 8.0),  # it is locked out of what is steeper
        (0.0, Level.INTERMEDIATE, 0.0, 0.0),
    ],
)
def test_r10_slopes_end_where_machine_and_level_do(
    lowest_of_machine: float, level: Level, lowest: float, steepest_decline: float
) -> None:
    machine = Preset.TYPICAL.machine(min_incline_pct=lowest_of_machine)
    view = Ride(machine=machine, level=level).view
    assert (view.incline_range.minimum, view.incline_range.maximum) == (lowest, 15.0)
    assert (view.decline_range.minimum, view.decline_range.maximum) == (0.0, steepest_decline)
