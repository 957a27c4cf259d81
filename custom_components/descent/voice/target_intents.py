"""Changes speed and slope as was said, within what can be set; through the gate like any wish."""

from __future__ import annotations

from ..coordinator import TreadmillCoordinator
from ..targets import invalid, nudge_base, nudged
from ..training.events import Aim
from .answers import down, from_unit, in_unit, up
from .numbers import Amount, amount_of
from .session_intents import Asked

NUDGE_PCT = 1.0
NUDGE_KMH = 0.5
_CLOSE_KMH = 0.05  # what is lost where a speed is said in tenths


async def steeper(asked: Asked) -> str:
    """Make the slope one percent steeper: downhill, unless it goes up already."""
    coordinator = asked.treadmill()
    base = _incline(coordinator)
    downhill = base < 0 or (base == 0 and coordinator.machine.declines)
    return await _slope(asked, coordinator, "steeper", -NUDGE_PCT if downhill else NUDGE_PCT)


async def flatter(asked: Asked) -> str:
    """Make the slope one percent flatter, and no further than level."""
    coordinator = asked.treadmill()
    base = _incline(coordinator)
    by = min(NUDGE_PCT, abs(base))
    return await _slope(asked, coordinator, "flatter", by if base < 0 else -by)


def _incline(coordinator: TreadmillCoordinator) -> float:
    shown = coordinator.data
    return nudge_base(shown.target_incline_pct, shown.incline_pct)


async def _slope(asked: Asked, coordinator: TreadmillCoordinator, key: str, by: float) -> str:
    shown, speech = coordinator.data, asked.speech
    base = _incline(coordinator)
    limits = coordinator.view().incline_range
    incline = nudged(shown.target_incline_pct, shown.incline_pct, by, limits)
    if incline == base:
        return speech.say("at_limit", value=speech.slope(base))
    await coordinator.async_request(Aim(incline_pct=incline))
    return speech.say(key, by=speech.number(abs(incline - base)), slope=speech.slope(incline))


async def faster(asked: Asked) -> str:
    """Run half a kilometre per hour faster."""
    return await _speed(asked, "faster", NUDGE_KMH)


async def slower(asked: Asked) -> str:
    """Run half a kilometre per hour slower; a belt that stands is not asked to (say stop)."""
    return await _speed(asked, "slower", -NUDGE_KMH)


async def _speed(asked: Asked, key: str, by: float) -> str:
    coordinator, speech = asked.treadmill(), asked.speech
    shown = coordinator.data
    base = nudge_base(shown.target_speed_kmh, shown.speed_kmh)
    speed = nudged(shown.target_speed_kmh, shown.speed_kmh, by, coordinator.view().speed_range)
    if (speed - base) * by <= 0:  # it is at the end already, or beyond a limit that came later
        return speech.say("at_limit", value=speech.speed(base))
    await coordinator.async_request(Aim(speed_kmh=speed))
    return speech.say(key, by=speech.speed(abs(speed - base)), speed=speech.speed(speed))


async def decline(asked: Asked) -> str:
    """Set the decline: 0 is level, and more is downhill."""
    coordinator, speech = asked.treadmill(), asked.speech
    if not coordinator.machine.declines:
        raise invalid("no_decline")
    limits, amount = coordinator.view().decline_range, _amount(asked)
    if amount is None or amount.unit not in {None, "percent"} or not limits.holds(amount.value):
        return speech.say(
            "decline_range",
            minimum=speech.number(limits.minimum),
            maximum=speech.number(limits.maximum),
        )
    return await _set_slope(asked, coordinator, 0.0 - amount.value)


async def incline(asked: Asked) -> str:
    """Set the incline: negative is downhill."""
    coordinator, speech = asked.treadmill(), asked.speech
    limits, amount = coordinator.view().incline_range, _amount(asked)
    if amount is None or amount.unit not in {None, "percent"} or not limits.holds(amount.value):
        return speech.say(
            "incline_range",
            minimum=speech.number(limits.minimum),
            maximum=speech.number(limits.maximum),
        )
    return await _set_slope(asked, coordinator, amount.value)


async def _set_slope(asked: Asked, coordinator: TreadmillCoordinator, incline_pct: float) -> str:
    await coordinator.async_request(Aim(incline_pct=incline_pct))
    return asked.speech.say("slope_set", slope=asked.speech.slope(incline_pct))


async def speed(asked: Asked) -> str:
    """Set the speed, in the unit that was said, or in the user's."""
    coordinator, speech = asked.treadmill(), asked.speech
    limits, amount = coordinator.view().speed_range, _amount(asked)
    unit = speech.unit if amount is None or amount.unit in {None, "percent"} else amount.unit
    kmh = None
    if amount is not None and amount.unit != "percent":
        kmh = from_unit(amount.value, unit)
        kmh = limits.clamp(kmh) if abs(limits.clamp(kmh) - kmh) <= _CLOSE_KMH else kmh
    if kmh is None or not limits.holds(kmh):
        lowest, highest = up(in_unit(limits.minimum, unit)), down(in_unit(limits.maximum, unit))
        return speech.say(
            "speed_range",
            minimum=speech.say(unit, value=speech.number(lowest)),
            maximum=speech.say(unit, value=speech.number(highest)),
        )
    await coordinator.async_request(Aim(speed_kmh=kmh))
    return speech.say("speed_set", speed=speech.speed(kmh, unit))


def _amount(asked: Asked) -> Amount | None:
    """Return the number that was said; what follows it may be a treadmill, or polite."""
    spoken = asked.speech.language.spoken
    said = (amount_of(text, spoken) for text in sorted(asked.heard.number, key=len))
    return next((amount for amount in said if amount is not None), None)
