"""What a machine says about itself, made fit to be read by people and kept in an entry.

Anybody with a radio can say anything, so nothing here is believed further than to offer a choice.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from homeassistant.components.bluetooth import BluetoothServiceInfoBleak
from homeassistant.const import UnitOfRatio, UnitOfSpeed
from homeassistant.util.unit_system import UnitSystem

from ..const import LONGEST_NAME
from ..training.model import HIGHEST_SPEED_KMH, STEEPEST_PCT, Range
from ..treadmills import Failure, Found, Part
from . import forms
from .machine_identity import identifying_serial

_SPEED = forms.QuantityField(
    low=0, high=HIGHEST_SPEED_KMH, unit=UnitOfSpeed.KILOMETERS_PER_HOUR, american=forms.MPH
)
# What is said of parts that fail, in this order.
_FAILS: Mapping[Part, str] = {
    Part.NAMES: "names_fail",
    Part.SPEED_RANGE: "speed_unsaid",
    Part.INCLINE_RANGE: "incline_unsaid",
    Part.FEATURES: "features_fail",
    Part.STATUS: "status_fails",
    Part.COMMANDS: "commands_fail",
}
_INCLINE = forms.QuantityField(low=-STEEPEST_PCT, high=STEEPEST_PCT, unit=UnitOfRatio.PERCENTAGE)


def legible(text: str | None) -> str:
    """Make a text fit to be read, whatever is in it.

    It becomes one line without control or formatting characters, and without the sign that would
    end the quotation it is shown in.
    """
    words = " ".join((text or "").replace("`", "").split())
    readable = "".join(sign for sign in words if sign.isprintable())
    return " ".join(readable.split())[:LONGEST_NAME].strip()


def name_of(heard: BluetoothServiceInfoBleak) -> str:
    """Return what a machine calls itself; nothing if that is only its address."""
    return "" if heard.name == heard.address else legible(heard.name)


def details(found: Found) -> dict[str, Any]:
    """Return what an entry keeps of a machine's make, as far as the machine said it."""
    said = {
        "manufacturer": legible(found.manufacturer),
        "model": legible(found.model),
        "serial": identifying_serial(legible(found.serial)),
        "hardware": legible(found.hardware),
        "firmware": legible(found.firmware),
    }
    return {key: text for key, text in said.items() if text}


def found_text(texts: Mapping[str, str], units: UnitSystem, found: Found) -> str:
    """Say in words what a machine said about itself; decline above all."""
    maker = " ".join(filter(None, (legible(found.manufacturer), legible(found.model))))
    lines = [("maker", {"maker": maker})] if maker else []
    if found.speed is None:
        lines.append(("speed_unsaid", {}))
    else:
        lines.append(("speed", _span(_SPEED, found.speed, units)))
    if found.counts_miles:
        lines.append(("miles", {}))
    elif found.measured_speed is not None and found.counts_miles is None:
        lines.append(("measures", {"number": f"{found.measured_speed:g}"}))
    if found.odd_incline is not None:
        lines.append(("incline_odd", _span(_INCLINE, found.odd_incline, units)))
    elif found.incline is None:
        lines.append(("incline_unsaid", {}))
    else:
        span = _span(_INCLINE, found.incline, units)
        lines.append(("incline", span))
        lines.append(("declines" if found.incline.minimum < 0 else "no_decline", span))
    if found.controllable and found.incline_only:
        lines.append(("incline_only", {}))
    said = {Part.SPEED_RANGE, Part.INCLINE_RANGE}  # above
    failing = {part: how for part, how in found.failing.items() if part not in said}
    if not found.controllable:
        failing = {Part.COMMANDS: Failure.MISSING} | failing
    lines += [(key, {}) for key in _failing(failing)]
    return "\n".join(f"- {texts.get(key, key).format_map(values)}" for key, values in lines)


def known_text(texts: Mapping[str, str], *, doubted: bool, failing: Mapping[Part, Failure]) -> str:
    """Say in words what is known of a machine that was added, or is nowhere to be looked at."""
    paragraphs = [texts["known"], *([texts["doubted"]] if doubted else [])]
    lines = "\n".join(f"- {texts[key]}" for key in _failing(failing))
    return "\n\n".join([*paragraphs, *([lines] if lines else [])])


def _failing(failing: Mapping[Part, Failure]) -> list[str]:
    """Return the keys of the texts that say what parts of a machine fail, and what that costs."""
    keys = [key for part, key in _FAILS.items() if part in failing]
    missing = failing.get(Part.COMMANDS) is Failure.MISSING
    return ["no_commands" if missing and key == "commands_fail" else key for key in keys]


def _span(field: forms.QuantityField, said: Range, units: UnitSystem) -> dict[str, str]:
    return {
        "minimum": f"{field.shown(said.minimum, units):g}",
        "maximum": f"{field.shown(said.maximum, units):g}",
        "unit": field.shown_unit(units),
    }
