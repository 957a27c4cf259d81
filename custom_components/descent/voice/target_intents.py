"""Changes speed and slope as was said, within what can be set; through the gate like any wish."""

from __future__ import annotations

from ..actions import nudge_base, nudged
from ..coordinator import TreadmillCoordinator
from ..permissions import Control
from ..targets import invalid
from ..training.events import Aim
from ..units import SPEED_UNITS, rounded_down, rounded_up
from .numbers import SpokenNumber, amount_of
from .session_intents import Asked

NUDGE_PCT = 1.0
NUDGE_KMH = 0.5
_CLOSE_KMH = 0.05  # what is lost where a speed is said in tenths


async def steeper(asked: Asked) -> str:
    """Make the slope one percent steeper: downhill, unless it goes up already."""
    coordinator = await asked.controlled(Control.INCLINE)
    base = _incline(coordinator)
    downhill = base < 0 or (base == 0 and coordinator.machine.declines)
    return await _slope(asked, coordinator, "steeper", -NUDGE_PCT if downhill else NUDGE_PCT)


async def flatter(asked: Asked) -> str:
    """Make the slope one percent flatter, and no further than level."""
    coordinator = await asked.controlled(Control.INCLINE)
    base = _incline(coordinator)
    by = min(NUDGE_PCT, abs(base))
    return await _slope(asked, coordinator, "flatter", by if base < 0 else -by)


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
    """Run half a kilometre per hour faster."""
    return await _speed(asked, "faster", NUDGE_KMH)


async def slower(asked: Asked) -> str:
    """Run half a kilometre per hour slower; a belt that stands is not asked to (say stop)."""
    return await _speed(asked, "slower", -NUDGE_KMH)


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
    limits, amount = coordinator.view().decline_range, _amount(asked)
    if amount is None or amount.unit not in {None, "percent"} or not limits.holds(amount.value):
        return wording.say(
            "decline_range",
            minimum=wording.number(limits.minimum),
            maximum=wording.number(limits.maximum),
        )
    return await _set_slope(asked, coordinator, 0.0 - amount.value)


async def incline(asked: Asked) -> str:
    """Set the incline: negative is downhill."""
    coordinator, wording = await asked.controlled(Control.INCLINE), asked.wording
    limits, amount = coordinator.view().incline_range, _amount(asked)
    if amount is None or amount.unit not in {None, "percent"} or not limits.holds(amount.value):
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
    limits, amount = coordinator.view().speed_range, _amount(asked)
    said = None if amount is None else amount.unit
    unit = SPEED_UNITS.get(said or "", wording.units.speed)
    kmh = None
    if amount is not None and said != "percent":
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


def _amount(asked: Asked) -> SpokenNumber | None:
    """Return the number that was said; what follows it may be a treadmill, or polite."""
    spoken = asked.wording.language.spoken
    said = (amount_of(text, spoken) for text in sorted(asked.heard.number, key=len))
    return next((amount for amount in said if amount is not None), None)
