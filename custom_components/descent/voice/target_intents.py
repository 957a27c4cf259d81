"""Changes speed and slope as was said, within what can be set; through the gate like any wish."""

from __future__ import annotations

from ..actions import nudge_base, nudged
from ..coordinator import TreadmillCoordinator
from ..permissions import Control
from ..targets import invalid
from ..training.events import Aim
from ..units import SPEED_UNITS, Unit, rounded_down, rounded_up
from .numbers import SpokenNumber
from .session_intents import Asked

NUDGE_PCT = 1.0
NUDGE_KMH = 0.5
_CLOSE_KMH = 0.05  # what is lost where a speed is said in tenths


async def steeper(asked: Asked) -> str:
    """Make the slope steeper: downhill, unless it goes up already."""
    coordinator = await asked.controlled(Control.INCLINE)
    base = _incline(coordinator)
    downhill = base < 0 or (base == 0 and coordinator.machine.declines)
    by = _by(asked, NUDGE_PCT)
    return await _slope(asked, coordinator, "steeper", -by if downhill else by)


async def flatter(asked: Asked) -> str:
    """Make the slope flatter, and no further than level."""
    coordinator = await asked.controlled(Control.INCLINE)
    base = _incline(coordinator)
    by = min(_by(asked, NUDGE_PCT), abs(base))
    return await _slope(asked, coordinator, "flatter", by if base < 0 else -by)


async def downhill(asked: Asked) -> str:
    """Move the deck down: steeper where it goes down, flatter where it goes up."""
    coordinator = await asked.controlled(Control.INCLINE)
    key = "flatter" if _incline(coordinator) > 0 else "steeper"
    return await _slope(asked, coordinator, key, -_by(asked, NUDGE_PCT))


async def uphill(asked: Asked) -> str:
    """Move the deck up: flatter where it goes down, steeper where it goes up."""
    coordinator = await asked.controlled(Control.INCLINE)
    key = "flatter" if _incline(coordinator) < 0 else "steeper"
    return await _slope(asked, coordinator, key, _by(asked, NUDGE_PCT))


def _by(asked: Asked, step: float) -> float:
    """Return by how much, as it was said or else by the usual step."""
    number = asked.heard.number
    return step if number is None else abs(number.value)


def _incline(coordinator: TreadmillCoordinator) -> float:
    shown = coordinator.data
    return nudge_base(shown.target_incline_pct, shown.incline_pct)


async def _slope(asked: Asked, coordinator: TreadmillCoordinator, key: str, by: float) -> str:
    shown, wording = coordinator.data, asked.wording
    base = _incline(coordinator)
    limits = coordinator.view().incline_range
    incline = nudged(shown.target_incline_pct, shown.incline_pct, by, limits)
    if incline == base:
        return wording.say("at_limit", value=wording.slope(base))
    await coordinator.async_request(Aim(incline_pct=incline))
    return wording.say(key, by=wording.number(abs(incline - base)), slope=wording.slope(incline))


async def faster(asked: Asked) -> str:
    """Run faster: by what was said, or by half a kilometre per hour."""
    return await _speed(asked, "faster", _by_kmh(asked))


async def slower(asked: Asked) -> str:
    """Run slower; a belt that stands is not asked to (say stop)."""
    return await _speed(asked, "slower", -_by_kmh(asked))


def _by_kmh(asked: Asked) -> float:
    number = asked.heard.number
    return NUDGE_KMH if number is None else _unit(asked, number).metric_of(abs(number.value))


def _unit(asked: Asked, number: SpokenNumber) -> Unit:
    """Return the unit that was said, or the user's."""
    return SPEED_UNITS.get(number.unit or "", asked.wording.units.speed)


async def _speed(asked: Asked, key: str, by: float) -> str:
    coordinator, wording = await asked.controlled(Control.SPEED), asked.wording
    shown = coordinator.data
    base = nudge_base(shown.target_speed_kmh, shown.speed_kmh)
    speed = nudged(shown.target_speed_kmh, shown.speed_kmh, by, coordinator.view().speed_range)
    if (speed - base) * by <= 0:  # it is at the end already, or beyond a limit that came later
        return wording.say("at_limit", value=wording.speed(base))
    await coordinator.async_request(Aim(speed_kmh=speed))
    return wording.say(key, by=wording.speed(abs(speed - base)), speed=wording.speed(speed))


async def decline(asked: Asked) -> str:
    """Set the decline: 0 is level, and more is downhill."""
    coordinator, wording = await asked.controlled(Control.DECLINE), asked.wording
    if not coordinator.machine.declines:
        raise invalid("no_decline")
    limits, amount = coordinator.view().decline_range, asked.heard.number
    if amount is None or not limits.holds(amount.value):
        return wording.say(
            "decline_range",
            minimum=wording.number(limits.minimum),
            maximum=wording.number(limits.maximum),
        )
    return await _set_slope(asked, coordinator, 0.0 - amount.value)


async def incline(asked: Asked) -> str:
    """Set the incline: negative is downhill."""
    coordinator, wording = await asked.controlled(Control.INCLINE), asked.wording
    limits, amount = coordinator.view().incline_range, asked.heard.number
    if amount is None or not limits.holds(amount.value):
        return wording.say(
            "incline_range",
            minimum=wording.number(limits.minimum),
            maximum=wording.number(limits.maximum),
        )
    return await _set_slope(asked, coordinator, amount.value)


async def _set_slope(asked: Asked, coordinator: TreadmillCoordinator, incline_pct: float) -> str:
    await coordinator.async_request(Aim(incline_pct=incline_pct))
    return asked.wording.say("slope_set", slope=asked.wording.slope(incline_pct))


async def speed(asked: Asked) -> str:
    """Set the speed, in the unit that was said, or in the user's."""
    coordinator, wording = await asked.controlled(Control.SPEED), asked.wording
    limits, amount = coordinator.view().speed_range, asked.heard.number
    unit = wording.units.speed if amount is None else _unit(asked, amount)
    kmh = None
    if amount is not None:
        kmh = unit.metric_of(amount.value)
        kmh = limits.clamp(kmh) if abs(limits.clamp(kmh) - kmh) <= _CLOSE_KMH else kmh
    if kmh is None or not limits.holds(kmh):
        lowest = rounded_up(unit.of(limits.minimum))
        highest = rounded_down(unit.of(limits.maximum))
        return wording.say(
            "speed_range",
            minimum=wording.say(unit.name, value=wording.number(lowest)),
            maximum=wording.say(unit.name, value=wording.number(highest)),
        )
    await coordinator.async_request(Aim(speed_kmh=kmh))
    return wording.say("speed_set", speed=wording.speed(kmh, unit))
