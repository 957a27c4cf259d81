"""What one machine does differently: its numbers against the true ones, and nonsense refused."""

from __future__ import annotations

from typing import Any

from hypothesis import given, strategies as st
import pytest

from custom_components.descent.training.model import STEEPEST_PCT, Range
from custom_components.descent.treadmills.ftms_codec import encode_incline
from custom_components.descent.treadmills.ftms_options import (
    ControlRequest,
    FtmsOptions,
    SpeedUnit,
    shown_incline_range,
    speed_range,
)

WIDE = Range(minimum=-40, maximum=40, step=0.5)
DATA: dict[str, Any] = {
    "min_speed": 1,
    "max_speed": 20,
    "speed_step": 0.1,
    "min_incline": -6,
    "max_incline": 15,
    "incline_step": 0.5,
}

tenths = st.integers(-400, 400).map(lambda number: number / 10)
steps = st.sampled_from([0.1, 0.5, 1.0])
factors = st.sampled_from([0.5, 0.8, 1.0, 1.5, 2.0])


# ---- offset and factor


@pytest.mark.parametrize(
    ("true", "shown"), [(0.0, 6.0), (-6.0, 0.0), (-3.5, 2.5), (9.0, 15.0)], ids=str
)
def test_an_offset_counts_both_ways(true: float, shown: float) -> None:
    options = FtmsOptions(incline_offset=6.0)
    assert options.shown_incline(true, WIDE) == shown
    assert options.true_incline(shown) == true


@pytest.mark.parametrize(("true", "shown"), [(0.0, 0.0), (-3.0, -6.0), (4.5, 9.0)], ids=str)
def test_a_factor_counts_both_ways(true: float, shown: float) -> None:
    options = FtmsOptions(incline_factor=2.0)
    assert options.shown_incline(true, WIDE) == shown
    assert options.true_incline(shown) == true


def test_the_factor_comes_before_the_offset() -> None:
    options = FtmsOptions(incline_offset=1.0, incline_factor=2.0)
    assert options.shown_incline(-3.0, WIDE) == -5.0
    assert options.true_incline(-5.0) == -3.0


@given(shown=tenths, offset=st.integers(-200, 200), factor=st.floats(0.2, 5.0))
def test_what_the_machine_shows_comes_back_to_the_tenth(
    shown: float, offset: int, factor: float
) -> None:
    options = FtmsOptions(incline_offset=offset / 10, incline_factor=factor)
    finest = Range(minimum=-100, maximum=100, step=0.1)
    told = options.shown_incline(options.true_incline(shown), finest)
    assert encode_incline(told) == encode_incline(shown)


def test_every_tenth_of_a_percent_is_told_as_it_is() -> None:
    finest = Range(minimum=-40, maximum=40, step=0.1)
    wishes = [number / 10 for number in range(-400, 401)]
    assert [FtmsOptions().shown_incline(wish, finest) for wish in wishes] == wishes


@pytest.mark.parametrize("factor", [0.1, 6.67, 10.0])
def test_a_level_may_be_a_tenth_of_a_percent_or_many(factor: float) -> None:
    options = FtmsOptions.from_data(DATA | {"incline_factor": factor})
    assert options.true_incline(3.0 * factor) == pytest.approx(3.0)


@pytest.mark.parametrize(
    ("factor", "highest", "possible"),
    [(1.0, 45, True), (1.0, 45.1, False), (6.67, 100, True), (2.0, 91, False), (0.1, 4.5, True)],
)
def test_a_deck_is_possible_by_its_true_inclines(
    factor: float, highest: float, possible: bool
) -> None:
    options = FtmsOptions(incline_factor=factor)
    assert options.is_possible(Range(minimum=0, maximum=highest, step=0.5)) is possible
    assert (highest <= options.steepest_shown_pct) is possible


# ---- rounding


@pytest.mark.parametrize(
    ("wish", "told"), [(-2.9, -2.0), (-2.0, -2.0), (-0.9, 0.0), (0.9, 0.0), (2.9, 2.0)], ids=str
)
def test_r10_an_incline_between_two_steps_is_rounded_toward_level(wish: float, told: float) -> None:
    whole = Range(minimum=-6, maximum=15, step=1.0)
    assert FtmsOptions().shown_incline(wish, whole) == told


def test_r10_level_is_where_the_offset_says_when_it_is_rounded_toward() -> None:
    whole = Range(minimum=0, maximum=15, step=1.0)
    options = FtmsOptions(incline_offset=6.0)
    assert [options.shown_incline(wish, whole) for wish in (-2.5, 2.5)] == [4.0, 8.0]


@given(wish=tenths, step=steps, offset_steps=st.integers(-10, 10), factor=factors)
def test_r10_rounding_never_makes_a_slope_steeper(
    wish: float, step: float, offset_steps: int, factor: float
) -> None:
    options = FtmsOptions(incline_offset=offset_steps * step, incline_factor=factor)
    told = options.shown_incline(wish, Range(minimum=-100, maximum=100, step=step))
    true = options.true_incline(told)
    assert abs(true) <= abs(wish) + 1e-6
    assert true * wish >= -1e-6
    assert abs(true - wish) < step / factor


@given(
    wish=tenths,
    step=steps,
    offset=st.integers(-200, 200).map(lambda number: number / 10),
    factor=factors,
)
def test_r10_no_decline_comes_of_rounding_or_gets_steeper_whatever_the_offset(
    wish: float, step: float, offset: float, factor: float
) -> None:
    options = FtmsOptions(incline_offset=offset, incline_factor=factor)
    told = options.shown_incline(wish, Range(minimum=-100, maximum=100, step=step))
    assert options.true_incline(told) >= min(wish, 0.0) - 1e-6


@given(
    wish=tenths,
    lowest=st.integers(-12, 0),
    highest=st.integers(1, 30),
    offset=st.integers(-6, 6),
)
def test_r10_nothing_outside_its_range_is_asked_of_a_machine(
    wish: float, lowest: int, highest: int, offset: int
) -> None:
    shown = Range(minimum=lowest / 2, maximum=highest / 2, step=0.5)
    assert shown.holds(FtmsOptions(incline_offset=offset).shown_incline(wish, shown))


# ---- ranges


def test_the_true_range_has_offset_and_factor_taken_out() -> None:
    options = FtmsOptions(incline_offset=6.0, incline_factor=2.0)
    shown = Range(minimum=0, maximum=26, step=1.0)
    assert options.true_range(shown) == Range(minimum=-3, maximum=10, step=0.5)


def test_the_true_range_ends_where_no_treadmill_goes() -> None:
    options = FtmsOptions(incline_factor=0.5)
    true = options.true_range(Range(minimum=-40, maximum=40, step=1.0))
    assert (true.minimum, true.maximum) == (-STEEPEST_PCT, STEEPEST_PCT)


def test_the_step_of_a_true_range_never_vanishes() -> None:
    options = FtmsOptions(incline_factor=5.0)
    assert options.true_range(Range(minimum=0, maximum=15, step=0.001)).step == 0.001


@pytest.mark.parametrize("factor", [1.0, 1.5, 6.67, 7.0, 10.0])
@pytest.mark.parametrize("steps", [-2, -1, 0, 1, 2])
def test_every_step_of_a_true_range_is_told_as_a_step_of_the_machine(
    factor: float, steps: int
) -> None:
    shown = Range(minimum=-20.1, maximum=20.1, step=6.7)
    options = FtmsOptions(incline_factor=factor)
    true = options.true_range(shown)
    told = options.shown_incline(true.floor(steps * true.step), shown)
    assert told == pytest.approx(steps * 6.7)


def test_ranges_are_read_in_the_words_of_the_machine() -> None:
    assert shown_incline_range(DATA) == Range(minimum=-6, maximum=15, step=0.5)
    assert speed_range(DATA) == Range(minimum=1, maximum=20, step=0.1)


@pytest.mark.parametrize(("step", "coarse"), [(0.1, 1.0), (1.0, 1.0), (2.0, 2.0)], ids=str)
def test_a_machine_of_whole_percents_gets_no_finer_step(step: float, coarse: float) -> None:
    data = DATA | {"incline_step": step, "whole_percent": True}
    assert shown_incline_range(data).step == coarse


@pytest.mark.parametrize("read", [shown_incline_range, speed_range])
@pytest.mark.parametrize("word", ["steep", float("nan"), float("inf")])
def test_a_range_of_nonsense_is_refused(read: Any, word: Any) -> None:
    with pytest.raises(ValueError, match=r"must be between|could not convert"):
        read(dict.fromkeys(DATA, word))


# ---- speeds


@pytest.mark.parametrize(
    ("unit", "commanded", "true"),
    [
        (SpeedUnit.KMH, 16.09344, 3.0),
        (SpeedUnit.MPH_COMMANDS, 10.0, 3.0),
        (SpeedUnit.MPH, 10.0, 4.828032),
    ],
)
def test_a_speed_is_commanded_and_measured_in_what_the_machine_counts(
    unit: SpeedUnit, commanded: float, true: float
) -> None:
    options = FtmsOptions(speed_unit=unit)
    assert options.commanded_speed(16.09344) == pytest.approx(commanded)
    assert options.true_speed(3.0) == pytest.approx(true)


def test_the_speeds_a_machine_of_miles_offers_are_converted_with_their_step() -> None:
    offered = FtmsOptions(speed_unit=SpeedUnit.MPH).true_speed_range(
        Range(minimum=0.5, maximum=12.0, step=0.1)
    )
    assert (offered.minimum, offered.maximum, offered.step) == pytest.approx(
        (0.804672, 19.312128, 0.1609344)
    )


@pytest.mark.parametrize(
    ("unit", "told", "is_it"),
    [
        (SpeedUnit.KMH, 8.0, True),
        (SpeedUnit.KMH, 4.97, False),
        (SpeedUnit.MPH, 4.97, True),
        (SpeedUnit.MPH, 8.0, False),
        (SpeedUnit.MPH_COMMANDS, 8.0, True),
        (SpeedUnit.MPH_COMMANDS, 4.97, True),
        (SpeedUnit.MPH_COMMANDS, 6.0, False),
    ],
)
def test_r11_a_status_is_about_a_command_in_the_units_the_machine_has(
    unit: SpeedUnit, told: float, is_it: bool
) -> None:
    assert FtmsOptions(speed_unit=unit).is_status_of(8.0, told) is is_it


# ---- the data of an entry


def test_nothing_is_special_about_a_machine_by_default() -> None:
    assert FtmsOptions.from_data(DATA) == FtmsOptions()
    assert FtmsOptions().request_control is ControlRequest.ONCE


def test_everything_special_is_read_from_the_entry() -> None:
    data = {"incline_offset": 6, "incline_factor": 2, "speed_unit": "mph"}
    assert FtmsOptions.from_data(data | {"request_control": "each"}) == FtmsOptions(
        incline_offset=6.0,
        incline_factor=2.0,
        speed_unit=SpeedUnit.MPH,
        request_control=ControlRequest.EACH,
    )


@pytest.mark.parametrize(
    "nonsense",
    [
        {"incline_offset": 20.1},
        {"incline_offset": -20.1},
        {"incline_offset": "six"},
        {"incline_offset": float("nan")},
        {"incline_factor": 0},
        {"incline_factor": 0.09},
        {"incline_factor": 10.1},
        {"incline_factor": -1},
        {"request_control": "sometimes"},
        {"speed_unit": "knots"},
        {"request_control": None},
    ],
    ids=str,
)
def test_nonsense_is_refused(nonsense: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"must be between|could not convert|not a valid"):
        FtmsOptions.from_data(DATA | nonsense)
