"""Speeds and lengths in the user's units. Inside everything is metric: km/h and metres.

A home that Home Assistant keeps in US customary units reads mph, feet and miles; every other home
reads km/h and metres.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
import math

from homeassistant.const import UnitOfLength, UnitOfSpeed
from homeassistant.core import HomeAssistant
from homeassistant.util.unit_conversion import BaseUnitConverter, DistanceConverter, SpeedConverter
from homeassistant.util.unit_system import US_CUSTOMARY_SYSTEM

from .training.model import Range

_ROUNDING_KMH = 0.05


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit that a number can be told in, and the metric one it is kept in."""

    name: str  # of its texts: kmh, mph, metre, foot, mile
    symbol: str
    metric: str
    converter: type[BaseUnitConverter]
    digits: int  # after the decimal sign, of a number that was converted

    def of(self, metric: float) -> float:
        """Convert from km/h or metres."""
        return self.converter.convert(metric, self.metric, self.symbol)

    def metric_of(self, value: float) -> float:
        """Convert into km/h or metres."""
        return self.converter.convert(value, self.symbol, self.metric)

    def asked(self, value: float, limits: Range) -> float:
        """Convert a speed that somebody asks for into km/h; one beyond ``limits`` stays beyond.

        A converted one becomes the nearest that the machine has, so that it is told again as it was
        asked for. An end of ``limits`` is told in tenths, or as a machine rounds it: what misses it
        by no more than that is meant to be the end.
        """
        metric = self.metric_of(value)
        end = limits.clamp(metric)
        if abs(metric - end) > _ROUNDING_KMH:
            return metric
        return end if self.symbol == self.metric else limits.floor(end + limits.step / 2)

    def told(self, metric: float) -> float:
        """Convert and round to what anybody wants to hear; a metric number stays as it is."""
        return metric if self.symbol == self.metric else round(self.of(metric), self.digits)


def _speed(name: str, symbol: UnitOfSpeed) -> Unit:
    return Unit(name, symbol, UnitOfSpeed.KILOMETERS_PER_HOUR, SpeedConverter, 1)


def _length(name: str, symbol: UnitOfLength, digits: int) -> Unit:
    return Unit(name, symbol, UnitOfLength.METERS, DistanceConverter, digits)


KMH = _speed("kmh", UnitOfSpeed.KILOMETERS_PER_HOUR)
MPH = _speed("mph", UnitOfSpeed.MILES_PER_HOUR)
METRE = _length("metre", UnitOfLength.METERS, 0)
FOOT = _length("foot", UnitOfLength.FEET, 0)
MILE = _length("mile", UnitOfLength.MILES, 2)
SPEEDS: Mapping[str, Unit] = {unit.symbol: unit for unit in (KMH, MPH)}
SPEED_UNITS: Mapping[str, Unit] = {unit.name: unit for unit in (KMH, MPH)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Units:
    """What a user reads each kind of number in."""

    speed: Unit
    height: Unit  # of a descent
    distance: Unit  # along the belt


METRIC = Units(speed=KMH, height=METRE, distance=METRE)
US_CUSTOMARY = Units(speed=MPH, height=FOOT, distance=MILE)


def units_of(hass: HomeAssistant) -> Units:
    """Return the units of this Home Assistant."""
    return US_CUSTOMARY if hass.config.units is US_CUSTOMARY_SYSTEM else METRIC


def rounded_up(value: float) -> float:
    """Round up to a tenth: the lowest setting that may be told."""
    return math.ceil(value * 10 - 1e-6) / 10


def rounded_down(value: float) -> float:
    """Round down to a tenth: the highest setting that may be told."""
    return math.floor(value * 10 + 1e-6) / 10
