"""The shape of a session file, as a voluptuous schema: which keys, which values, which are needed.

What a schema cannot say (references that lead somewhere, order, size) is in script/checks.py.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
import difflib
from typing import Any

import voluptuous as vol

from ..model import Level, Phase
from .model import UNITS, Dimension, Parameter
from .text import Path, show
from .values import (
    BACKWARD_INCLINE,
    DECLINE,
    INCLINE,
    LENGTH,
    NAME,
    TIME,
    TIMES,
    WALK_BACK,
    OneOf,
    Wrong,
    backward_pace,
    pace,
    text,
    words,
)

GOALS = (
    "technique",
    "strength",
    "speed",
    "endurance",
    "coordination",
    "confidence",
    "recovery",
)
ANY_LEVEL = "any"
_MOST_PARAMETERS = 20
_MOST_PARTS = 100
_HIGHEST_PARAMETER = 100_000.0

type _Validator = Callable[[object], Any]


def fields(needed: dict[str, _Validator], optional: dict[str, _Validator]) -> _Validator:
    """Return a schema of a mapping that names what it does not know, and the nearest it does."""
    known = (*needed, *optional)
    schema = vol.Schema(
        {vol.Required(key): read for key, read in needed.items()}
        | {vol.Optional(key): read for key, read in optional.items()}
    )

    def read(value: object) -> Any:
        for key in _mapping(value):
            if key not in known:
                raise _unknown(key, known)
        return schema(value)

    return read


def _mapping(value: object) -> dict[str, object]:
    if isinstance(value, dict):
        return value
    raise Wrong(show(value), "a mapping (key: value)")


def _unknown(key: str, known: Iterable[str]) -> Wrong:
    near = difflib.get_close_matches(key, known, n=1)
    hint = f" (did you mean {near[0]}?)" if near else ""
    wrong = Wrong(f"the unknown key {show(key)}{hint}", ", ".join(known))
    wrong.prepend([key])
    return wrong


# ---- steps ---------------------------------------------------------------------------------------


def _only(*, wanted: bool) -> _Validator:
    def read(value: object) -> bool:
        if value is wanted:
            return True
        raise Wrong(show(value), f"{str(wanted).lower()}, or leave it out")

    return read


_ITEMS = {"items": words(20)}
_STEPS: dict[str, _Validator] = {
    Phase.WARM_UP: fields({"for": LENGTH, "pace": pace}, {"from": pace, "incline": INCLINE}),
    Phase.DRILLS: fields({"for": TIME}, _ITEMS),
    Phase.DESCENT: fields({"for": LENGTH, "decline": DECLINE, "pace": pace}, {}),
    Phase.RECOVERY: fields(
        {"for": LENGTH}, {"walk_back": WALK_BACK, "pace": pace, "incline": INCLINE}
    ),
    Phase.STEADY: fields(
        {"for": LENGTH, "pace": pace}, {"from": pace, "to": pace, "incline": INCLINE}
    ),
    Phase.BACKWARD: fields(
        {"for": LENGTH, "pace": backward_pace},
        {"incline": BACKWARD_INCLINE, "guided": _only(wanted=True)},
    ),
    Phase.TURN_AROUND: fields({"at_least": TIME}, {}),
    Phase.COOL_DOWN: fields({"for": LENGTH, "pace": pace}, {"to": pace, "incline": INCLINE}),
    Phase.STRETCH: fields({"for": TIME}, _ITEMS),
}
_PARTS = (*_STEPS, "repeat")


def _part(value: object) -> Any:
    """Read one entry of a list of steps: a step, or a repeat with its own list."""
    mapping = _mapping(value)
    if "repeat" in mapping:
        return _REPEAT(mapping)
    for key in mapping:
        if key not in _STEPS:
            raise _unknown(key, _PARTS)
    if len(mapping) != 1:
        raise Wrong(f"{len(mapping)} steps in one entry", "one step after each dash (-)")
    (kind,) = mapping
    try:
        step = _STEPS[kind](mapping[kind])
        if kind == Phase.RECOVERY and not step.keys() & {"walk_back", "pace"}:
            raise Wrong("a recovery without a pace", "walk_back, pace, or both")
    except vol.Invalid as error:
        error.prepend([kind])
        raise
    return {kind: step}


_PART_LIST = vol.Schema([_part])


def _parts(value: object) -> Any:
    if not isinstance(value, list) or not 1 <= len(value) <= _MOST_PARTS:
        found = f"{len(value)} steps" if isinstance(value, list) else show(value)
        raise Wrong(found, f"a list of 1 to {_MOST_PARTS} steps, each after a dash (-)")
    return _PART_LIST(value)


_REPEAT = fields({"repeat": TIMES, "steps": _parts}, {})

# ---- parameters ----------------------------------------------------------------------------------


def _number(value: object) -> float:
    if isinstance(value, float) and 0 <= value <= _HIGHEST_PARAMETER:
        return value
    raise Wrong(show(value), f"a number from 0 to {_HIGHEST_PARAMETER:.0f}, its unit under unit")


_UNIT = OneOf(*(unit for unit in UNITS if unit))
_NUMERIC = fields({"default": _number, "min": _number, "max": _number}, {"unit": _UNIT})


def _options(value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not 1 <= len(value) <= _MOST_PARAMETERS:
        raise Wrong(show(value), f"a list of 1 to {_MOST_PARAMETERS} words")
    for option in value:
        if isinstance(option, str) and "$" in option:
            raise Wrong(show(option), "words without $: a parameter cannot lead to another")
    return tuple(text(40, 1)(option) for option in value)


_OPTIONS = fields({"default": text(40, 1), "options": _options}, {})


def _parameter(name: str, value: object) -> Parameter:
    if "options" in _mapping(value):
        data = _OPTIONS(value)
        options = data["options"]
        if data["default"] not in options:
            raise _at("default", Wrong(show(data["default"]), ", ".join(options)))
        return Parameter(name=name, default=data["default"], options=options)
    data = _NUMERIC(value)
    unit = str(data.get("unit", ""))
    low, high, default = data["min"], data["max"], data["default"]
    if low > high:
        raise _at("min", Wrong(f"{low:g}", f"at most max, {high:g}"))
    if not low <= default <= high:
        raise _at("default", Wrong(f"{default:g}", f"{low:g} to {high:g}"))
    if UNITS[unit][0] is Dimension.COUNT:
        for key in ("default", "min", "max"):
            if not data[key].is_integer():
                raise _at(key, Wrong(f"{data[key]:g}", "a whole number, or a unit under unit"))
    return Parameter(name=name, default=default, minimum=low, maximum=high, unit=unit)


def _at(key: str, wrong: Wrong) -> Wrong:
    wrong.prepend([key])
    return wrong


def _parameters(value: object) -> tuple[Parameter, ...]:
    mapping = _mapping(value)
    if len(mapping) > _MOST_PARAMETERS:
        raise Wrong(f"{len(mapping)} parameters", f"at most {_MOST_PARAMETERS}")
    read = []
    for name, content in mapping.items():
        if not NAME.fullmatch(name):
            raise _at(name, Wrong(show(name), "a name in lower case, as in recovery_mode"))
        try:
            read.append(_parameter(name, content))
        except vol.Invalid as error:
            error.prepend([name])
            raise
    return tuple(read)


# ---- the file ------------------------------------------------------------------------------------


def _level(value: object) -> Level | None:
    word = OneOf(*Level, ANY_LEVEL).read(value)
    return None if word == ANY_LEVEL else Level(word)


def _goals(value: object) -> tuple[str, ...]:
    goals = words(len(GOALS))(value)
    for goal in goals:
        OneOf(*GOALS).read(goal)
    return goals


SESSION = fields(
    {"name": text(60, 1), "level": _level, "steps": _parts},
    {
        "requires": fields(
            {}, {"hill_experience": _only(wanted=True), "joint_issues": _only(wanted=False)}
        ),
        "parameters": _parameters,
        "goals": _goals,
        "description": text(500),
        "why": text(500),
    },
)


def first_error(error: vol.Invalid) -> tuple[Path, str, str]:
    """Return where the first error is, what was found and what is allowed."""
    first = error.errors[0] if isinstance(error, vol.MultipleInvalid) else error
    path = tuple(part if isinstance(part, int) else str(part) for part in first.path)
    if isinstance(first, Wrong):
        return path, first.found, first.allowed
    # The only errors that voluptuous itself raises here are about missing keys.
    return path[:-1], f"no {path[-1]}", f"a value for the key {path[-1]}"
