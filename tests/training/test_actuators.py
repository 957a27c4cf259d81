"""How fast belt and deck move: predicted, and learned from telemetry."""

from __future__ import annotations

import pytest

from custom_components.descent.training.actuators import (
    Actuators,
    belt_time_s,
    deck_lead_s,
    deck_time_s,
)
from custom_components.descent.training.model import Rates, Telemetry

TYPICAL = Rates(belt_kmh_s=0.8, deck_pct_s=0.5)
FAST = Rates(belt_kmh_s=1.5, deck_pct_s=1.0)


@pytest.mark.parametrize(
    ("rate", "seconds"), [(0.3, 42.0), (0.5, 26.0), (1.0, 14.0)]
)  # training.md: 40, 24 and 12 s for the swing, and 2 s to settle
def test_a_swing_from_uphill_to_downhill_takes_as_long_as_the_deck_needs(
    rate: float, seconds: float
) -> None:
    assert deck_time_s(Rates(deck_pct_s=rate), -12) == pytest.approx(seconds)


def test_the_deck_sets_out_eight_seconds_earlier_than_it_must() -> None:
    assert deck_lead_s(TYPICAL, 12) == deck_time_s(TYPICAL, 12) + 8


def test_a_deck_that_stays_needs_no_time() -> None:
    assert deck_time_s(TYPICAL, 0) == 0
    assert deck_lead_s(TYPICAL, 0) == 0


@pytest.mark.parametrize(
    ("rates", "delta", "seconds"),
    [
        (TYPICAL, 8, 10),
        (TYPICAL, -8, 10),
        (FAST, 9, 9),  # rule R7: no faster than 1 km/h a second
        (FAST, -9, 6),
        (TYPICAL, 0, 0),
    ],
)
def test_the_belt_speeds_up_no_faster_than_a_step_a_second(
    rates: Rates, delta: float, seconds: float
) -> None:
    assert belt_time_s(rates, delta) == pytest.approx(seconds)


def test_rates_approach_what_telemetry_shows_a_fifth_at_a_time() -> None:
    actuators = Actuators(TYPICAL)
    ramp(actuators, [(0, 3, 0), (1, 4.3, -1)])
    assert actuators.rates.belt_kmh_s == pytest.approx(0.8 + 0.2 * (1.3 - 0.8))
    assert actuators.rates.deck_pct_s == pytest.approx(0.5 + 0.2 * (1.0 - 0.5))


def test_rates_are_per_second_however_often_the_machine_reports() -> None:
    actuators = Actuators(TYPICAL)
    ramp(actuators, [(0, 3, 0), (2, 5.6, -2)])
    assert actuators.rates.belt_kmh_s == pytest.approx(0.8 + 0.2 * (1.3 - 0.8))
    assert actuators.rates.deck_pct_s == pytest.approx(0.5 + 0.2 * (1.0 - 0.5))


def test_a_handful_of_ramps_is_enough_to_know_a_machine() -> None:
    actuators = Actuators(TYPICAL)
    ramp(actuators, [(t, 1 + 1.5 * t, -t) for t in range(12)])
    assert actuators.rates.belt_kmh_s == pytest.approx(1.5, rel=0.05)
    assert actuators.rates.deck_pct_s == pytest.approx(1.0, rel=0.05)


@pytest.mark.parametrize("flags", [(True, False), (False, True)])
def test_an_axis_learns_only_while_it_is_under_way(flags: tuple[bool, bool]) -> None:
    actuators = Actuators(TYPICAL)
    ramp(actuators, [(0, 3, 0), (1, 4.3, -1)], *flags)
    learned = actuators.rates
    assert (learned.belt_kmh_s != 0.8, learned.deck_pct_s != 0.5) == flags


@pytest.mark.parametrize(
    "second",
    [
        (0.05, 3.06, -0.05),  # so close that it measures its own resolution
        (3.5, 5.8, -1.7),  # so far that it may hide a start or an end
        (1, 3.0, 0.0),  # dead time
        (1, 9.0, -6.0),  # no motor does that
    ],
)
def test_a_sample_that_cannot_be_a_ramp_teaches_nothing(
    second: tuple[float, float, float],
) -> None:
    actuators = Actuators(TYPICAL)
    ramp(actuators, [(0, 3, 0), second])
    assert actuators.rates == TYPICAL


def test_nothing_is_learned_from_a_belt_that_nobody_moves() -> None:
    actuators = Actuators(TYPICAL)
    ramp(actuators, [(0, 3, 0), (1, 4.3, -1)], belt_ramps=False, deck_moves=False)
    assert actuators.rates == TYPICAL


def ramp(
    actuators: Actuators,
    samples: list[tuple[float, float, float]],
    belt_ramps: bool = True,
    deck_moves: bool = True,
) -> None:
    for at, speed, incline in samples:
        sample = Telemetry(at=at, speed_kmh=speed, incline_pct=incline)
        actuators.observe(sample, belt_ramps=belt_ramps, deck_moves=deck_moves)
