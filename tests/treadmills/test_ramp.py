"""A move as a formula: where it is, when it is there, what it adds up to."""

from __future__ import annotations

from itertools import pairwise
import math

from hypothesis import given, strategies as st
import pytest

from custom_components.descent.treadmills.ramp import DEAD_BAND, Ramp

VALUES = st.floats(-45, 45)
RAMPS = st.builds(
    Ramp,
    st.floats(-100, 1e6),
    VALUES,
    VALUES,
    st.floats(0.05, 20),
    delay_s=st.floats(0, 5),
    settle_s=st.sampled_from([0.0, 0.5, 2.0]),
)
LINEAR = Ramp(0.0, 2.0, 8.0, 1.5, delay_s=1.0)
SETTLING = Ramp(0.0, 0.0, 10.0, 1.0, settle_s=0.5)


def moments(ramp: Ramp, steps: int = 60) -> list[float]:
    """Return moments from before the motion to after its end, evenly spread."""
    begin, end = ramp.starts - 0.5, ramp.ends + 1.0
    return [begin + (end - begin) * step / steps for step in range(steps + 1)]


@pytest.mark.parametrize(
    ("now", "value"), [(0.0, 2.0), (1.0, 2.0), (2.0, 3.5), (4.0, 6.5), (5.0, 8.0), (99.0, 8.0)]
)
def test_without_settling_a_move_is_linear_after_its_delay(now: float, value: float) -> None:
    assert LINEAR.at(now) == pytest.approx(value)


def test_the_rate_holds_until_the_approach_begins() -> None:
    assert SETTLING.at(9.5) == pytest.approx(9.5)


def test_the_approach_closes_two_thirds_of_the_rest_in_one_time_constant() -> None:
    assert SETTLING.at(10.0) == pytest.approx(10 - 0.5 / math.e)


def test_a_move_ends_in_the_dead_band_and_is_exact_afterwards() -> None:
    assert SETTLING.at(math.nextafter(SETTLING.ends, 0)) == pytest.approx(10 - DEAD_BAND)
    assert SETTLING.at(SETTLING.ends) == 10.0


def test_a_move_to_where_it_is_is_over_at_once() -> None:
    ramp = Ramp(7.0, 3.0, 3.0, 1.0, settle_s=0.5)
    assert (ramp.ends, ramp.at(8.0), ramp.integral(9.0)) == (7.0, 3.0, 6.0)


def test_the_integral_of_a_linear_move_is_a_trapezium() -> None:
    assert LINEAR.integral(6.0) == pytest.approx(2 * 1 + 5 * 4 + 8 * 1)


@given(RAMPS)
def test_a_move_stays_between_its_ends(ramp: Ramp) -> None:
    low, high = sorted((ramp.at(ramp.starts), ramp.target))
    assert all(low <= ramp.at(now) <= high for now in moments(ramp))


@given(RAMPS)
def test_a_move_never_turns_back(ramp: Ramp) -> None:
    errors = [abs(ramp.target - ramp.at(now)) for now in moments(ramp)]
    assert all(later <= earlier + 1e-6 for earlier, later in pairwise(errors))


@given(RAMPS)
def test_a_move_is_never_faster_than_its_rate(ramp: Ramp) -> None:
    pairs = pairwise(moments(ramp))
    assert all(
        abs(ramp.at(later) - ramp.at(now)) <= ramp.rate * (later - now) + DEAD_BAND + 1e-6
        for now, later in pairs
    )


@given(RAMPS)
def test_the_integral_grows_by_what_lies_under_the_curve(ramp: Ramp) -> None:
    for now, later in pairwise(moments(ramp)):
        low, high = sorted((ramp.at(now), ramp.at(later)))
        grown = ramp.integral(later) - ramp.integral(now)
        slack = 1e-6 * max(1.0, abs(ramp.integral(later)))
        assert low * (later - now) - slack <= grown <= high * (later - now) + slack
