"""The form of a real treadmill: what it is called, its ranges, and its habits.

Ranges are in the machine's own numbers, as its console shows them; offset and factor say how those
differ from the truth (treadmills/ftms_options.py).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from homeassistant.const import CONF_HOST, CONF_NAME, CONF_PORT, PERCENTAGE, UnitOfSpeed
from homeassistant.data_entry_flow import section
from homeassistant.helpers import selector
from homeassistant.util.network import is_host_valid
from homeassistant.util.unit_system import UnitSystem
import probatio as vol

from ..const import DIRCON_PORT, LONGEST_NAME
from ..training.model import HIGHEST_SPEED_KMH, Range
from .forms import MPH, Quantity, choice

HIGHEST_PORT = 65535
REQUEST_CONTROL = ("once", "each", "never")
FOLDED = "more"

_INCLINE = Quantity(low=-40, high=40, unit=PERCENTAGE, step=0.1)
RANGES: dict[str, Quantity] = {
    "min_incline": _INCLINE,
    "max_incline": _INCLINE,
    "min_speed": Quantity(low=0, high=10, unit=UnitOfSpeed.KILOMETERS_PER_HOUR, american=MPH),
    "max_speed": Quantity(
        low=3, high=HIGHEST_SPEED_KMH, unit=UnitOfSpeed.KILOMETERS_PER_HOUR, american=MPH
    ),
}
DETAILS: dict[str, Quantity] = {
    "incline_step": Quantity(low=0.1, high=5, unit=PERCENTAGE, step=0.1),
    "speed_step": Quantity(
        low=0.01,
        high=2,
        unit=UnitOfSpeed.KILOMETERS_PER_HOUR,
        step=0.01,
        digits=2,
        american=MPH,
    ),
    "incline_offset": Quantity(low=-20, high=20, unit=PERCENTAGE, step=0.1),
    "incline_factor": Quantity(low=0.2, high=5, unit="x", step=0.01, digits=2),
}
QUANTITIES = RANGES | DETAILS
SWITCHES = ("sets_speed", "can_start", "can_stop", "speed_in_mph", "whole_percent")

# What is assumed of a machine that has said nothing about it.
NEW_MACHINE: dict[str, Any] = {
    "incline_step": 0.5,
    "speed_step": 0.1,
    "incline_offset": 0.0,
    "incline_factor": 1.0,
    "sets_speed": True,
    "can_start": True,
    "can_stop": True,
    "request_control": "once",
    "speed_in_mph": False,
    "whole_percent": False,
}


def network_fields() -> dict[vol.Marker, Any]:
    """Where to find a treadmill on the network."""
    return {
        vol.Required(CONF_HOST): selector.TextSelector(),
        vol.Required(CONF_PORT): selector.NumberSelector(
            selector.NumberSelectorConfig(mode=selector.NumberSelectorMode.BOX, step=1)
        ),
    }


def network_schema() -> vol.Schema:
    """Questions about a treadmill on the network that was not discovered."""
    return vol.Schema(network_fields())


def bluetooth_schema(heard: Mapping[str, str]) -> vol.Schema:
    """Which of the treadmills that are heard, by address."""
    if not heard:
        return vol.Schema({})
    options = [
        selector.SelectOptionDict(value=address, label=f"{name} ({address})")
        for address, name in heard.items()
    ]
    config = selector.SelectSelectorConfig(options=options, mode=selector.SelectSelectorMode.LIST)
    return vol.Schema({vol.Required("address"): selector.SelectSelector(config)})


def machine_schema(
    units: UnitSystem, *, on_network: bool, unsaid: Collection[str] = (), unfolded: bool = False
) -> vol.Schema:
    """Questions about a real treadmill; ``on_network`` asks for its address too.

    What is ``unsaid`` is left empty: a browser begins a required number with 0, and a decline of 0
    would be taken for an answer. ``unfolded`` shows the habits at once.
    """
    folded = _boxes(DETAILS, units)
    folded[vol.Required("request_control")] = choice(REQUEST_CONTROL, "request_control")
    folded |= {vol.Required(key): selector.BooleanSelector() for key in SWITCHES}
    fields: dict[vol.Marker, Any] = {vol.Required(CONF_NAME): selector.TextSelector()}
    if on_network:
        fields |= network_fields()
    fields |= _boxes(RANGES, units, unsaid)
    fields[vol.Required(FOLDED)] = section(vol.Schema(folded), {"collapsed": not unfolded})
    return vol.Schema(fields)


def read_habits(typed: Mapping[str, Any]) -> dict[str, Any]:
    """Take what is no number out of the answers."""
    return {key: typed[key] for key in (*SWITCHES, "request_control")}


def empty_ranges(values: Mapping[str, Any]) -> dict[str, str]:
    """Name the range whose ends are the wrong way round. A deck that never moves has none."""
    errors = {}
    if values["min_incline"] > values["max_incline"]:
        errors["max_incline"] = "incline_range_empty"
    if values["min_speed"] >= values["max_speed"]:
        errors["max_speed"] = "speed_range_empty"
    return errors


def read_network(typed: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
    """Tidy host and port.

    Returns:
        Both, and error keys by field.
    """
    host, port = typed[CONF_HOST].strip().lower(), typed[CONF_PORT]
    errors = {}
    if not is_host_valid(host):
        errors[CONF_HOST] = "host_invalid"
    if not 1 <= port <= HIGHEST_PORT:
        errors[CONF_PORT] = "port_out_of_range"
    return {CONF_HOST: host, CONF_PORT: DIRCON_PORT if errors else int(port)}, errors


def free_name(wish: str, taken: set[str]) -> str:
    """Return a name nobody has: the second of a kind gets a number."""
    name, number = wish, 1
    while name.casefold() in taken:
        number += 1
        name = f"{wish[: LONGEST_NAME - 4]} {number}"
    return name


def found_text(
    texts: Mapping[str, str],
    units: UnitSystem,
    *,
    maker: str,
    speed: Range | None,
    incline: Range | None,
    controllable: bool,
    incline_only: bool,
) -> str:
    """Say in words what a machine said about itself; decline above all."""
    lines = [("maker", {"maker": maker})] if maker else []
    lines.append(("speed_unsaid", {}) if speed is None else ("speed", _span("speed", speed, units)))
    if incline is None:
        lines.append(("incline_unsaid", {}))
    else:
        span = _span("incline", incline, units)
        lines.append(("incline", span))
        lines.append(("declines" if incline.minimum < 0 else "no_decline", span))
    if not controllable:
        lines.append(("no_commands", {}))
    elif incline_only:
        lines.append(("incline_only", {}))
    return "\n".join(f"- {texts.get(key, key).format_map(values)}" for key, values in lines)


def _span(axis: str, found: Range, units: UnitSystem) -> dict[str, str]:
    quantity = RANGES[f"max_{axis}"]
    return {
        "minimum": f"{quantity.shown(found.minimum, units):g}",
        "maximum": f"{quantity.shown(found.maximum, units):g}",
        "unit": quantity.shown_unit(units),
    }


def _boxes(
    quantities: Mapping[str, Quantity], units: UnitSystem, unsaid: Collection[str] = ()
) -> dict[vol.Marker, Any]:
    return {
        (vol.Optional if key in unsaid else vol.Required)(key): quantity.selector(units)
        for key, quantity in quantities.items()
    }
