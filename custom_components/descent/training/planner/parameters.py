"""The values a session's parameters have for one run: defaults, and what the runner changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
import math
from typing import Any, cast

from ..events import Refused
from ..script import Script
from ..script.model import Parameter, Reference


class PlanError(Refused):
    """A session that cannot be planned as asked; ``key`` says why, ``values`` hold the details."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Parameter values, resolved wherever the script refers to them."""

    values: Mapping[str, float | str]
    texts: Mapping[str, str]

    def get[T](self, value: T | Reference[T]) -> T:
        """Return a value as written, or what its reference stands for."""
        if isinstance(value, Reference):
            return value.read(self.texts[value.name])
        return value


def settle(script: Script, overrides: Mapping[str, float | str]) -> Settings:
    """Check overrides and fill in defaults.

    Raises:
        PlanError: a name the script does not have, or a value its parameter does not allow.
    """
    for name in overrides:
        if script.parameter(name) is None:
            known = ", ".join(parameter.name for parameter in script.parameters) or "-"
            raise PlanError(
                "unknown_parameter", parameter=name[:40], session=script.name, allowed=known
            )
    values: dict[str, float | str] = {}
    texts: dict[str, str] = {}
    for parameter in script.parameters:
        value = parameter.default
        if parameter.name in overrides:
            value = _checked(script, parameter, overrides[parameter.name])
        values[parameter.name] = value
        texts[parameter.name] = parameter.text(value)
    return Settings(values, texts)


def _checked(script: Script, parameter: Parameter, value: object) -> float | str:
    if parameter.minimum is None or parameter.maximum is None:
        if isinstance(value, str) and value in parameter.options:
            return value
        raise _refusal("parameter_not_an_option", script, parameter, value)
    try:
        number = math.nan if isinstance(value, bool) else float(cast("Any", value))
    except TypeError, ValueError, OverflowError:
        number = math.nan
    if math.isnan(number):
        raise _refusal("parameter_not_a_number", script, parameter, value)
    if not parameter.minimum <= number <= parameter.maximum:
        raise _refusal("parameter_out_of_range", script, parameter, value)
    if not parameter.unit and not number.is_integer():
        raise _refusal("parameter_not_whole", script, parameter, value)
    # As precise as it is written into the script, so that a plan says what it was made from.
    return round(number, 3)


def _refusal(key: str, script: Script, parameter: Parameter, value: object) -> PlanError:
    return PlanError(
        key,
        parameter=parameter.name,
        session=script.name,
        value=str(value)[:40],
        allowed=parameter.allowed,
    )
