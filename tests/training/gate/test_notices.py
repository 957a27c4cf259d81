"""No large change without having been told of it (rule R9)."""

from __future__ import annotations

import pytest

from custom_components.descent.training.events import Aim
from custom_components.descent.training.gate.notices import Notices
from custom_components.descent.training.model import Telemetry


@pytest.fixture
def notices() -> Notices:
    return Notices()


def sample(speed: float, incline: float = 0) -> Telemetry:
    return Telemetry(at=0, speed_kmh=speed, incline_pct=incline)


@pytest.mark.parametrize(
    ("wanted", "permitted"), [(8.5, True), (8.6, False), (7.5, True), (7.4, False)]
)
def test_half_a_kilometre_an_hour_needs_no_notice(
    notices: Notices, wanted: float, permitted: bool
) -> None:
    assert notices.permit_speed(wanted, 8, 0) is permitted


@pytest.mark.parametrize(
    ("wanted", "permitted"), [(-1, True), (-1.5, False), (1, True), (1.5, False)]
)
def test_one_percent_needs_no_notice(notices: Notices, wanted: float, permitted: bool) -> None:
    assert notices.permit_incline(wanted, 0, 0) is permitted


@pytest.mark.parametrize(("moved", "permitted"), [(0.5, True), (0.6, False)])
def test_small_changes_of_the_deck_in_a_row_are_a_large_one(
    notices: Notices, moved: float, permitted: bool
) -> None:
    assert notices.permit_incline(-0.5, 0, 0, moved) is permitted


@pytest.mark.parametrize(("now", "permitted"), [(14.9, False), (15, True)])
def test_speeding_up_waits_five_seconds_after_the_notice(
    notices: Notices, now: float, permitted: bool
) -> None:
    notices.tell(Aim(speed_kmh=14.4), 10)
    assert notices.permit_speed(14.4, 3, now) is permitted


@pytest.mark.parametrize(("now", "permitted"), [(12.9, False), (13, True)])
def test_slowing_down_waits_three_seconds_after_the_notice(
    notices: Notices, now: float, permitted: bool
) -> None:
    notices.tell(Aim(speed_kmh=3), 10)
    assert notices.permit_speed(3, 14.4, now) is permitted


@pytest.mark.parametrize("wanted", [-6.0, 6.0])
@pytest.mark.parametrize(("now", "permitted"), [(14.9, False), (15, True)])
def test_the_deck_waits_five_seconds_in_both_directions(
    notices: Notices, wanted: float, now: float, permitted: bool
) -> None:
    notices.tell(Aim(incline_pct=wanted), 10)
    assert notices.permit_incline(wanted, 0, now) is permitted


def test_a_notice_covers_what_goes_less_far_but_not_further(notices: Notices) -> None:
    notices.tell(Aim(12, -4), 0)
    assert notices.permit_speed(11, 8, 5)
    assert not notices.permit_speed(13, 8, 5)
    assert notices.permit_incline(-3, 0, 5)
    assert not notices.permit_incline(-5, 0, 5)


def test_a_notice_of_one_axis_says_nothing_about_the_other(notices: Notices) -> None:
    notices.tell(Aim(speed_kmh=12), 0)
    assert not notices.permit_incline(-6, 0, 5)
    notices.tell(Aim(incline_pct=-6), 5)
    assert not notices.permit_speed(14, 12, 10)


@pytest.mark.parametrize(
    ("wanted", "now", "told"), [(-6, 12.9, False), (-6, 13, True), (-5, 13, False)]
)
def test_the_belt_may_slow_down_for_a_deck_that_was_announced(
    notices: Notices, wanted: float, now: float, told: bool
) -> None:
    notices.tell(Aim(14, -6), 10)
    assert notices.deck_told(wanted, now) is told


@pytest.mark.parametrize(("speed", "told"), [(0.0, True), (3.0, False), (None, False)])
def test_it_is_known_whether_a_stop_was_announced(
    notices: Notices, speed: float | None, told: bool
) -> None:
    notices.tell(Aim(speed, 0), 0)
    assert notices.rest_told is told


def test_only_the_latest_notices_are_remembered(notices: Notices) -> None:
    notices.tell(Aim(14, -6), 0)
    for at in range(1, 7):
        notices.tell(Aim(8, 0), at)
    assert not notices.permit_speed(14, 8, 20)
    assert not notices.permit_incline(-6, 0, 20)


def test_it_is_known_when_notices_begin_to_permit_something(notices: Notices) -> None:
    notices.tell(Aim(14, None), 10)
    notices.tell(Aim(None, -6), 11)
    assert sorted(notices.times(10)) == [13, 14, 15, 16]
    assert sorted(notices.times(14)) == [15, 16]


def test_everything_told_can_be_forgotten(notices: Notices) -> None:
    notices.tell(Aim(14, -6), 0)
    notices.clear()
    assert not notices.permit_speed(14, 8, 10)
    assert not notices.permit_incline(-6, 0, 10)
    assert list(notices.times(0)) == []


def test_a_new_wish_drops_the_notice_of_a_change_that_is_over(notices: Notices) -> None:
    notices.tell(Aim(14, -6), 0)
    notices.keep_for(Aim(3, 6), Aim(14, -6), sample(14, -6))
    notices.tell(Aim(3, 6), 10)
    assert not notices.permit_speed(14, 3, 20)
    assert not notices.permit_incline(-6, 6, 20)


def test_a_new_wish_keeps_the_notice_it_was_announced_with(notices: Notices) -> None:
    notices.tell(Aim(14, -6), 0)
    notices.keep_for(Aim(14, -6), Aim(3, 6), sample(3, 6))
    assert notices.permit_speed(14, 3, 5)
    assert notices.permit_incline(-6, 6, 5)


def test_a_wish_that_is_reached_already_drops_nothing(notices: Notices) -> None:
    notices.tell(Aim(14, -6), 0)
    notices.keep_for(Aim(3, 6), Aim(4, 5), sample(3, 6))
    assert notices.permit_speed(14, 3, 5)
    assert notices.permit_incline(-6, 6, 5)


@pytest.mark.parametrize("wish", [Aim(), Aim(14, -6)])
def test_the_same_wish_again_drops_nothing(notices: Notices, wish: Aim) -> None:
    notices.tell(Aim(3, 6), 0)
    notices.keep_for(wish, Aim(14, -6), sample(8, 0))
    assert notices.permit_speed(3, 14, 5)
    assert notices.permit_incline(6, -6, 5)
