"""Speeds and lengths in the user's units."""

from __future__ import annotations

from homeassistant.core import HomeAssistant
from homeassistant.util.unit_system import METRIC_SYSTEM, US_CUSTOMARY_SYSTEM
import pytest

from custom_components.descent.units import (
    FOOT,
    KMH,
    METRE,
    MILE,
    MPH,
    Unit,
    rounded_down,
    rounded_up,
    units_of,
)


@pytest.mark.parametrize(
    ("unit", "metric", "told"),
    [
        (KMH, 14.55, 14.55),
        (MPH, 14.5, 9.0),
        (METRE, 43.4, 43.4),
        (FOOT, 43, 141),
        (MILE, 2920, 1.81),
    ],
)
def test_a_number_is_told_as_exactly_as_anybody_wants_to_hear(
    unit: Unit, metric: float, told: float
) -> None:
    assert unit.told(metric) == told


@pytest.mark.parametrize("unit", [KMH, MPH, METRE, FOOT, MILE])
def test_a_number_comes_back_from_every_unit(unit: Unit) -> None:
    assert unit.metric_of(unit.of(8.5)) == pytest.approx(8.5)


async def test_a_home_reads_the_units_it_has_chosen(hass: HomeAssistant) -> None:
    hass.config.units = METRIC_SYSTEM
    metric = units_of(hass)
    assert (metric.speed, metric.height, metric.distance) == (KMH, METRE, METRE)
    hass.config.units = US_CUSTOMARY_SYSTEM
    american = units_of(hass)
    assert (american.speed, american.height, american.distance) == (MPH, FOOT, MILE)


def test_a_range_is_never_told_wider_than_it_is() -> None:
    assert (rounded_up(0.497), rounded_up(0.8)) == (0.5, 0.8)
    assert (rounded_down(13.67), rounded_down(22)) == (13.6, 22)
