"""The belt and the deck: how fast, how far, and what they refuse."""

from __future__ import annotations

import math

import pytest

from custom_components.descent.training.events import StatusKind
from custom_components.descent.training.model import Machine, Range
from custom_components.descent.treadmills.base import RejectedError
from custom_components.descent.treadmills.physics import (
    COUNTDOWN_S,
    DECK_DEAD_TIME_S,
    SPIN_UP_S,
    Belt,
    BeltAndDeck,
    Preset,
)

MOVES_S = COUNTDOWN_S + SPIN_UP_S
PRESETS = pytest.mark.parametrize("preset", Preset)


def made(preset: Preset = Preset.TYPICAL) -> BeltAndDeck:
    return BeltAndDeck(preset.machine(), preset.rates)


def running(kmh: float, preset: Preset = Preset.TYPICAL) -> BeltAndDeck:
    """Return a machine that has run at ``kmh`` for some time, at second 100."""
    treadmill = made(preset)
    treadmill.press_start(0.0)
    treadmill.set_speed(kmh, 10.0)
    treadmill.advance(100.0)
    return treadmill


def first(treadmill: BeltAndDeck, since: float, low: float, high: float) -> float:
    """Return the seconds after ``since`` until the speed lies in a band, to the centisecond."""
    return next(
        step / 100
        for step in range(100_000)
        if low <= treadmill.speed_kmh(since + step / 100) <= high
    )


# ---- rates and times


@PRESETS
def test_starting_takes_as_long_as_was_measured_in_the_field(preset: Preset) -> None:
    treadmill = made(preset)
    treadmill.press_start(0.0)
    assert 4.4 <= first(treadmill, 0.0, 0.8, 22) <= 6.2


@PRESETS
def test_stopping_from_a_crawl_takes_as_long_as_was_measured_in_the_field(preset: Preset) -> None:
    treadmill = running(1.0, preset)
    treadmill.stop(100.0)
    assert first(treadmill, 100.0, 0, 0) == pytest.approx(1.8, abs=0.1)


@pytest.mark.parametrize(
    ("preset", "seconds"), [(Preset.SLOW, 23.4), (Preset.TYPICAL, 14.6), (Preset.FAST, 7.8)]
)
def test_the_belt_speeds_up_at_the_rate_of_its_preset(preset: Preset, seconds: float) -> None:
    treadmill = running(2.0, preset)
    treadmill.set_speed(14.4, 100.0)
    assert first(treadmill, 100.0, 0.95 * 14.4, 22) == pytest.approx(seconds, abs=0.1)


@pytest.mark.parametrize(
    ("preset", "seconds"), [(Preset.SLOW, 20.0), (Preset.TYPICAL, 12.0), (Preset.FAST, 6.0)]
)
def test_the_deck_moves_at_the_rate_of_its_preset(preset: Preset, seconds: float) -> None:
    treadmill = made(preset)
    treadmill.set_incline(-6.0, 0.0)
    arrived = seconds + DECK_DEAD_TIME_S
    assert treadmill.incline_pct(arrived - 0.1) > -6.0
    assert treadmill.incline_pct(arrived) == pytest.approx(-6.0)


def test_a_deck_that_reverses_pauses_and_one_that_goes_on_does_not() -> None:
    treadmill = made()
    treadmill.set_incline(4.0, 0.0)
    treadmill.set_incline(6.0, 2.4)
    assert treadmill.incline_pct(4.4) == pytest.approx(2.0)
    treadmill.set_incline(0.0, 4.4)
    assert treadmill.incline_pct(4.4 + DECK_DEAD_TIME_S) == pytest.approx(2.0)
    assert treadmill.incline_pct(6.4 + DECK_DEAD_TIME_S) == pytest.approx(1.0)


def test_repeated_orders_do_not_put_off_the_deck() -> None:
    treadmill = made()
    for tenth in range(5):
        treadmill.set_incline(4.0, tenth / 10)
    assert treadmill.incline_pct(DECK_DEAD_TIME_S + 2.0) == pytest.approx(1.0)


def test_distance_is_speed_times_time() -> None:
    treadmill = running(9.0)
    assert treadmill.distance_m(400.0) - treadmill.distance_m(100.0) == pytest.approx(750.0)


def test_an_odometer_that_reads_once_a_second_is_right_to_a_metre() -> None:
    treadmill = running(2.0)
    treadmill.set_speed(14.4, 100.0)
    speeds = [treadmill.measure(100.0 + second).speed_kmh for second in range(61)]
    metres = (sum(speeds) - (speeds[0] + speeds[-1]) / 2) / 3.6
    assert metres == pytest.approx(treadmill.distance_m(160.0) - treadmill.distance_m(100.0), abs=1)


@PRESETS
def test_a_preset_does_not_give_its_rates_away(preset: Preset) -> None:
    assert preset.machine().rates == Preset.TYPICAL.rates


@pytest.mark.parametrize(("preset", "step"), zip(Preset, (1.0, 0.5, 0.5), strict=True))
def test_a_preset_has_its_incline_step(preset: Preset, step: float) -> None:
    assert preset.machine().incline == Range(minimum=-6.0, maximum=15.0, step=step)


# ---- settings


@pytest.mark.parametrize(("wish", "speed"), [(14.49, 14.4), (0.1, 0.8), (-3.0, 0.8), (99.0, 22.0)])
def test_a_speed_is_rounded_down_to_a_step_and_put_into_the_range(
    wish: float, speed: float
) -> None:
    treadmill = running(2.0)
    treadmill.set_speed(wish, 100.0)
    assert treadmill.speed_kmh(200.0) == pytest.approx(speed)


@pytest.mark.parametrize(
    ("wish", "incline"), [(-2.9, -2.5), (2.9, 2.5), (-40.0, -6.0), (40.0, 15.0), (-0.4, 0.0)]
)
def test_an_incline_is_rounded_towards_level_and_put_into_the_range(
    wish: float, incline: float
) -> None:
    treadmill = made()
    treadmill.set_incline(wish, 0.0)
    assert treadmill.incline_pct(200.0) == pytest.approx(incline)


@pytest.mark.parametrize("wish", [math.nan, math.inf, -math.inf])
def test_what_is_no_number_is_refused(wish: float) -> None:
    treadmill = running(6.0)
    with pytest.raises(RejectedError, match="not a setting"):
        treadmill.set_speed(wish, 100.0)
    with pytest.raises(RejectedError, match="not a setting"):
        treadmill.set_incline(wish, 100.0)
    assert (treadmill.speed_kmh(200.0), treadmill.incline_pct(200.0)) == (6.0, 0.0)


def test_a_deck_that_cannot_decline_does_not() -> None:
    treadmill = BeltAndDeck(Preset.TYPICAL.machine(min_incline_pct=0.0))
    treadmill.set_incline(-3.0, 0.0)
    assert treadmill.incline_pct(200.0) == 0.0


def test_a_deck_that_cannot_be_level_stands_where_it_is_nearest_to_it() -> None:
    incline = Range(minimum=1.0, maximum=10.0, step=0.5)
    treadmill = BeltAndDeck(Machine(speed=Preset.FAST.machine().speed, incline=incline))
    assert treadmill.measure(0.0).incline_pct == 1.0


# ---- what the belt does


def test_the_belt_counts_down_runs_stops_and_stands() -> None:
    treadmill = made()
    phases = [treadmill.belt(0.0)]
    treadmill.start(0.0)
    phases += [treadmill.belt(MOVES_S - 0.1), treadmill.belt(MOVES_S)]
    treadmill.stop(20.0)
    phases += [treadmill.belt(20.0), treadmill.belt(30.0)]
    assert phases == [
        Belt.STANDING,
        Belt.COUNTDOWN,
        Belt.RUNNING,
        Belt.STOPPING,
        Belt.STANDING,
    ]


def test_a_standing_belt_takes_no_speed() -> None:
    with pytest.raises(RejectedError, match="not running"):
        made().set_speed(8.0, 0.0)


def test_a_belt_that_counts_down_takes_no_speed() -> None:
    treadmill = made()
    treadmill.press_start(0.0)
    with pytest.raises(RejectedError, match="not running"):
        treadmill.set_speed(8.0, MOVES_S - 0.1)


def test_stop_takes_back_a_start_in_its_countdown() -> None:
    treadmill = made()
    treadmill.start(0.0)
    treadmill.stop(2.0)
    assert (treadmill.belt(2.0), treadmill.distance_m(60.0)) == (Belt.STANDING, 0.0)


def test_a_start_command_is_refused_while_the_belt_stops() -> None:
    treadmill = running(6.0)
    treadmill.stop(100.0)
    with pytest.raises(RejectedError, match="still stopping"):
        treadmill.start(101.0)


def test_a_start_command_to_a_running_belt_changes_nothing() -> None:
    treadmill = running(6.0)
    treadmill.start(100.0)
    assert treadmill.speed_kmh(200.0) == 6.0


def test_a_second_start_does_not_prolong_the_countdown() -> None:
    treadmill = made()
    treadmill.start(0.0)
    treadmill.start(2.0)
    assert treadmill.belt(MOVES_S) is Belt.RUNNING


def test_stop_halts_the_deck_where_it_is() -> None:
    treadmill = running(6.0)
    treadmill.set_incline(-6.0, 100.0)
    treadmill.stop(104.4)
    assert treadmill.incline_pct(200.0) == pytest.approx(-2.0)


# ---- the console


def test_the_console_reports_what_it_did() -> None:
    treadmill = made()
    reported = [
        treadmill.press_start(0.0),
        treadmill.press_start(1.0),
        treadmill.press_stop(10.0),
        treadmill.press_stop(20.0),
        treadmill.pull_safety_key(30.0),
        treadmill.pull_safety_key(31.0),
        treadmill.press_start(32.0),
    ]
    started, stopped, key = StatusKind.STARTED, StatusKind.STOPPED, StatusKind.SAFETY_KEY
    assert reported == [started, None, stopped, None, key, None, None]


def test_keys_add_up_while_the_belt_is_still_on_its_way() -> None:
    treadmill = running(6.0)
    treadmill.console_speed(0.5, 100.0)
    treadmill.console_speed(0.5, 100.1)
    treadmill.console_incline(1.0, 100.0 + 0.2)
    treadmill.console_incline(1.0, 100.3)
    assert treadmill.speed_kmh(200.0) == pytest.approx(7.0)
    assert treadmill.incline_pct(200.0) == pytest.approx(2.0)


def test_the_speed_keys_do_not_start_the_belt() -> None:
    treadmill = made()
    treadmill.console_speed(2.0, 0.0)
    assert treadmill.distance_m(60.0) == 0.0


def test_a_pulled_key_stops_the_belt_faster_than_stop() -> None:
    treadmill = running(14.4)
    treadmill.pull_safety_key(100.0)
    assert first(treadmill, 100.0, 0, 0) == pytest.approx(4.7, abs=0.1)


def test_stop_does_not_soften_the_coasting_of_a_pulled_key() -> None:
    treadmill = running(14.4)
    treadmill.pull_safety_key(100.0)
    treadmill.stop(100.5)
    treadmill.press_stop(100.6)
    assert treadmill.speed_kmh(105.0) == 0.0


def test_a_key_pulled_while_stopping_stops_faster() -> None:
    treadmill = running(14.4)
    treadmill.stop(100.0)
    treadmill.pull_safety_key(101.0)
    assert treadmill.speed_kmh(105.5) == 0.0


def test_a_key_put_back_permits_nothing_until_start_is_pressed() -> None:
    treadmill = running(6.0)
    treadmill.pull_safety_key(100.0)
    treadmill.replace_safety_key(110.0)
    treadmill.console_incline(5.0, 110.0)
    with pytest.raises(RejectedError, match="press Start"):
        treadmill.start(110.0)
    with pytest.raises(RejectedError, match="press Start"):
        treadmill.set_incline(2.0, 110.0)
    treadmill.stop(110.0)
    assert (treadmill.incline_pct(150.0), treadmill.speed_kmh(150.0)) == (0.0, 0.0)
    treadmill.press_start(150.0)
    treadmill.set_incline(2.0, 151.0)
    assert treadmill.incline_pct(200.0) == 2.0


# ---- measurements


def test_a_measurement_is_in_the_units_of_the_wire() -> None:
    treadmill = running(6.0)
    treadmill.set_speed(14.4, 100.0)
    treadmill.set_incline(-6.0, 100.0)
    sample = treadmill.measure(101.23)
    assert (sample.at, sample.speed_kmh, sample.incline_pct) == (101.23, 6.98, -0.4)


def test_a_measurement_shows_the_safety_key() -> None:
    treadmill = made()
    treadmill.pull_safety_key(0.0)
    assert treadmill.measure(1.0).safety_key_out
    treadmill.replace_safety_key(2.0)
    assert not treadmill.measure(3.0).safety_key_out


def test_level_is_never_minus_zero() -> None:
    treadmill = made()
    treadmill.set_incline(-1.0, 0.0)
    level = treadmill.measure(0.41).incline_pct
    assert level is not None
    assert math.copysign(1, level) == 1


@pytest.mark.parametrize("now", [9.0, math.nan])
def test_time_does_not_go_back(now: float) -> None:
    treadmill = made()
    treadmill.measure(10.0)
    with pytest.raises(ValueError, match="time went back"):
        treadmill.measure(now)
