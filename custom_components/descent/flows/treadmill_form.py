"""The forms of a treadmill: where it is, and what its kind asks about it.

The questions are those of a kind (treadmills/questions.py); nothing here knows one by its name.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from homeassistant.const import CONF_ADDRESS, CONF_HOST, CONF_NAME, CONF_PORT
from homeassistant.data_entry_flow import section
from homeassistant.helpers import selector
from homeassistant.util.network import is_host_valid
from homeassistant.util.unit_system import UnitSystem
import probatio as vol

from ..treadmills import Choice, Kind, Measure, Number, Question, YesNo
from . import forms

_HIGHEST_PORT = 65535
_AMERICAN = {Measure.KMH: forms.MPH}


# ---- where it is ---------------------------------------------------------------------------------


def network_schema() -> vol.Schema:
    """Make the form that asks for host and port."""
    return vol.Schema(_network_fields())


def read_network(typed: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
    """Tidy host and port.

    Returns:
        Both, and error keys by field. With errors, neither means anything.
    """
    host, port = typed[CONF_HOST].strip().lower(), typed[CONF_PORT]
    errors = {}
    if not is_host_valid(host):
        errors[CONF_HOST] = "host_invalid"
    if not 1 <= port <= _HIGHEST_PORT:
        errors[CONF_PORT] = "port_out_of_range"
    return {} if errors else {CONF_HOST: host, CONF_PORT: int(port)}, errors


def bluetooth_schema(heard: Mapping[str, str]) -> vol.Schema:
    """Make the form that asks which of the machines in reach it is; ``heard`` is names by address.

    With nothing to choose from, it has no field.
    """
    if not heard:
        return vol.Schema({})
    options = [
        selector.SelectOptionDict(value=address, label=f"{name} ({address})")
        for address, name in heard.items()
    ]
    config = selector.SelectSelectorConfig(options=options, mode=selector.SelectSelectorMode.LIST)
    return vol.Schema({vol.Required(CONF_ADDRESS): selector.SelectSelector(config)})


# ---- what is asked about it ----------------------------------------------------------------------


def schema(
    kind: Kind,
    units: UnitSystem,
    *,
    known: Mapping[str, Any],
    with_host: bool = False,
    unfolded: bool = False,
) -> vol.Schema:
    """Make the form about a treadmill of a kind; ``with_host`` asks for host and port too.

    A number that is not ``known`` may be left empty, and is an error then: a browser begins a
    required number with 0, and a decline of 0 would be taken for an answer. ``unfolded`` shows the
    folded questions at once.
    """
    fields: dict[vol.Marker, Any] = {vol.Required(CONF_NAME): selector.TextSelector()}
    if with_host:
        fields |= _network_fields()
    folded: dict[vol.Marker, Any] = {}
    for question in kind.questions:
        unsaid = isinstance(question, Number) and known.get(question.key) is None
        marker = (vol.Optional if unsaid else vol.Required)(question.key)
        (folded if question.folded else fields)[marker] = _field(question, units)
    if folded:
        fields[vol.Required(forms.FOLDED)] = section(
            vol.Schema(folded), {"collapsed": not unfolded}
        )
    return vol.Schema(fields)


def shown(kind: Kind, known: Mapping[str, Any], units: UnitSystem) -> dict[str, Any]:
    """Return what the form begins with, from the data of an entry."""
    values = {**known, **forms.show_quantities(quantities(kind), known, units)}
    return values | {forms.FOLDED: values}


def read(
    kind: Kind, typed: Mapping[str, Any], units: UnitSystem, known: Mapping[str, Any]
) -> tuple[dict[str, Any], dict[str, str]]:
    """Take the answers to the questions of a kind out of what was typed, sections lifted.

    Returns:
        The answers by question, and error keys by field.
    """
    known_after = kind.known_after(known, typed)
    values, errors = forms.read_quantities(quantities(kind), typed, units, known, known_after)
    errors |= {key: f"{key}_out_of_range" for key, value in values.items() if value is None}
    answers: dict[str, Any] = {
        question.key: typed[question.key]
        for question in kind.questions
        if not isinstance(question, Number)
    }
    answers |= values
    return answers, errors or dict(kind.errors(answers))


def folded_keys(kind: Kind) -> Collection[str]:
    """Return the keys of the questions that are in the folded section."""
    return {question.key for question in kind.questions if question.folded}


def quantities(kind: Kind) -> dict[str, forms.QuantityField]:
    """Return the numbers that a kind asks for, as fields."""
    return {
        question.key: _quantity(question)
        for question in kind.questions
        if isinstance(question, Number)
    }


def _quantity(number: Number) -> forms.QuantityField:
    return forms.QuantityField(
        low=number.low,
        high=number.high,
        unit=number.unit.value,
        step=number.step,
        digits=number.digits,
        american=_AMERICAN.get(number.unit),
    )


def _field(question: Question, units: UnitSystem) -> Any:
    if isinstance(question, Number):
        return _quantity(question).selector(units)
    if isinstance(question, YesNo):
        return selector.BooleanSelector()
    if isinstance(question, Choice):
        return forms.choice(question.options, question.key)
    return selector.EntitySelector(selector.EntitySelectorConfig(domain=list(question.domains)))


def _network_fields() -> dict[vol.Marker, Any]:
    return {
        vol.Required(CONF_HOST): selector.TextSelector(),
        vol.Required(CONF_PORT): selector.NumberSelector(
            selector.NumberSelectorConfig(mode=selector.NumberSelectorMode.BOX, step=1)
        ),
    }
