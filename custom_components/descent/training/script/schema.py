"""The shape of a session file: which keys, which values, which are needed, and what to say if not.

Unlike a schema library's, these readers go on behind a mistake and hand on what could be read: all
problems of a file are told at once. ``UNREAD`` stands for what could not be read. What a shape
cannot say (references that lead somewhere, order, size) is in script/checks.py.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
import re
from typing import Any

from ..model import Level, Phase
from .keys import key_hint, part_hint, step_text
from .model import UNITS, Dimension, Parameter
from .problems import Path, Phrase, Problems, Said, say, show
from .text import UNREAD, repeat_shape
from .values import (
    BACKWARD_INCLINE,
    DECLINE,
    DESCENT_LENGTH,
    INCLINE,
    LENGTH,
    NAME,
    RECOVERY_LENGTH,
    REST_LENGTH,
    TIME,
    TIMES,
    WALK_BACK,
    OneOf,
    WrongError,
    backward_pace,
    pace,
    spoken,
    text,
    words,
    write,
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
REST = "rest"  # a recovery in which the runner stands
_MOST_PARAMETERS = 20
_MOST_PARTS = 100
_HIGHEST_PARAMETER = 100_000.0
_MISSING = ("nothing", "no_key", "no_pace")


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a file something stands, and where what is wrong with it is noted."""

    problems: Problems
    path: Path = ()

    def at(self, key: str | int) -> Place:
        """Return the place of a key or an entry in this one."""
        return Place(self.problems, (*self.path, key))

    def wrong(self, found: Said, allowed: Said, hint: Said | None = None) -> Any:
        """Note what is wrong here; returns ``UNREAD``.

        What is missing may stand in a line that could not be read, and was told of with that.
        """
        if self.problems.broken and isinstance(found, Phrase) and found.key in _MISSING:
            return UNREAD
        self.problems.add(self.path, found, allowed, hint)
        return UNREAD


type _Reader = Callable[[object, Place], Any]


def one(read: Callable[[object], Any]) -> _Reader:
    """Return the reader of a place that takes a single value."""

    def reader(value: object, place: Place) -> Any:
        if value is UNREAD:
            return UNREAD
        try:
            return read(value)
        except WrongError as wrong:
            return place.wrong(wrong.found, wrong.allowed, wrong.hint)

    return reader


def fields(needed: dict[str, _Reader], optional: dict[str, _Reader]) -> _Reader:
    """Return a reader of a mapping that names what it does not know, and what was meant by it."""
    known = needed | optional

    def reader(value: object, place: Place) -> Any:
        if (mapping := _mapping(value, place)) is UNREAD:
            return UNREAD
        meant: set[str] = set()
        data = {}
        for key, content in mapping.items():
            if key in known:
                data[key] = known[key](content, place.at(key))
            else:
                hint, near = key_hint(key, content, tuple(known), set(mapping))
                meant.update(near)
                found = say("unknown_key", key=show(key))
                place.at(key).wrong(found, ", ".join(known), hint)
        for key in needed:
            if key not in mapping and key not in meant:
                place.wrong(say("no_key", key=key), say("a_value_for", key=key))
        return data

    return reader


def _mapping(value: object, place: Place) -> Any:
    if isinstance(value, dict) or value is UNREAD:
        return value
    return place.wrong(show(value), say("mapping"))


# ---- steps ---------------------------------------------------------------------------------------


def _only(*, wanted: bool) -> _Reader:
    def read(value: object) -> bool:
        if value is wanted:
            return True
        raise WrongError(show(value), say("or_left_out", value=str(wanted).lower()))

    return one(read)


_PACE = one(pace)
_INCLINE = one(INCLINE)
_FOR: dict[str, _Reader] = {"for": one(LENGTH)}
_TIMED: dict[str, _Reader] = {"for": one(TIME)}
_SAY: dict[str, _Reader] = {"say": one(spoken)}
_ITEMS: dict[str, _Reader] = {"items": one(words(20))} | _SAY
_PACED = _FOR | {"pace": _PACE}
_INCLINED = {"incline": _INCLINE} | _SAY
_STEPS: dict[str, _Reader] = {
    Phase.WARM_UP: fields(_PACED, {"from": _PACE} | _INCLINED),
    Phase.DRILLS: fields(_TIMED, _ITEMS),
    Phase.DESCENT: fields(
        {"for": one(DESCENT_LENGTH), "decline": one(DECLINE), "pace": _PACE}, _SAY
    ),
    Phase.RECOVERY: fields(
        {"for": one(RECOVERY_LENGTH)}, {"walk_back": one(WALK_BACK), "pace": _PACE} | _INCLINED
    ),
    REST: fields({"for": one(REST_LENGTH)}, _SAY),
    Phase.STEADY: fields(_PACED, {"from": _PACE, "to": _PACE} | _INCLINED),
    Phase.BACKWARD: fields(
        _FOR | {"pace": one(backward_pace)},
        {"incline": one(BACKWARD_INCLINE), "guided": _only(wanted=True)} | _SAY,
    ),
    Phase.TURN_AROUND: fields({"at_least": one(TIME)}, _SAY),
    Phase.COOL_DOWN: fields(_PACED, {"to": _PACE} | _INCLINED),
    Phase.STRETCH: fields(_TIMED, _ITEMS),
}
_PARTS = (*(str(kind) for kind in _STEPS), "repeat")


def _part(value: object, place: Place) -> Any:
    """Read one entry of a list of steps: a step, or a repeat with its own list."""
    if isinstance(value, str):
        return place.wrong(show(value), say("mapping"), part_hint(value, _PARTS))
    if (mapping := _mapping(value, place)) is UNREAD:
        return UNREAD
    if "repeat" in mapping:
        return _repeat(mapping, place)
    kinds = [key for key in mapping if key in _STEPS]
    unknown = [key for key in mapping if key not in _STEPS]
    for key in unknown[:1] if "steps" in unknown else unknown:
        hint, _ = key_hint(key, mapping[key], _PARTS, set(mapping))
        if kinds and mapping[kinds[-1]] is None:
            hint = say("under_key", key=key, parent=kinds[-1])
        place.at(key).wrong(say("unknown_key", key=show(key)), ", ".join(_PARTS), hint)
    if len(kinds) != 1 and not (unknown and not kinds):
        return place.wrong(say("steps_in_entry", count=len(kinds)), say("one_step"))
    if unknown:
        return UNREAD
    return _step(kinds[0], mapping[kinds[0]], place.at(kinds[0]))


def _step(kind: str, content: object, place: Place) -> Any:
    if isinstance(content, str | float | None):
        hint = write(step_text(kind, content))
        return {kind: place.wrong(show(content), say("mapping"), hint)}
    step = _STEPS[kind](content, place)
    if kind == Phase.RECOVERY and isinstance(content, dict) and step is not UNREAD:
        meant = {near for key in content for near in key_hint(key, None, ("pace",), set())[1]}
        if not content.keys() & {"walk_back", "pace"} and not meant:
            place.wrong(say("no_pace"), say("back_or_pace"))
    return {kind: step}


def _repeat(mapping: dict[str, object], place: Place) -> Any:
    """Read a repeat; one that is not indented right has its steps beside or below itself."""
    times = mapping["repeat"]
    if isinstance(times, dict | list):
        return place.at("repeat").wrong(show(times), TIMES.allowed, repeat_shape())
    astray = [key for key in mapping if key in _STEPS]
    bare = mapping.keys() <= {"repeat", "steps"} and mapping.get("steps") is None
    if not astray and not bare:
        return _REPEAT(mapping, place)
    found = say("steps_in_entry", count=len(astray)) if astray else say("no_key", key="steps")
    place.wrong(found, say("steps_list", most=_MOST_PARTS), repeat_shape())
    one(TIMES)(times, place.at("repeat"))
    for key in astray:
        _step(key, mapping[key], place.at(key))
    return UNREAD


def _parts(value: object, place: Place) -> Any:
    if value is UNREAD:
        return UNREAD
    if not isinstance(value, list) or not 1 <= len(value) <= _MOST_PARTS:
        found = say("entries", count=len(value)) if isinstance(value, list) else show(value)
        return place.wrong(found, say("steps_list", most=_MOST_PARTS))
    return [_part(entry, place.at(i)) for i, entry in enumerate(value)]


_REPEAT = fields({"repeat": one(TIMES), "steps": _parts}, {})

# ---- parameters ----------------------------------------------------------------------------------


def _number(value: object) -> float:
    if isinstance(value, float) and 0 <= value <= _HIGHEST_PARAMETER:
        return value
    match = re.fullmatch(r"(\d[\d.]{0,8}) ?([a-z%][a-z/%]{0,8})", str(value))
    hint = None if match is None else write(f"{match[1]}, unit: {match[2]}")
    allowed = say("a_number", low="0", high=_HIGHEST_PARAMETER)
    raise WrongError(show(value), allowed, hint)


_UNIT = OneOf(
    *(unit for unit in UNITS if unit),
    same={
        **dict.fromkeys(("mi", "miles"), "mile"),
        **dict.fromkeys(("sec", "seconds", "second"), "s"),
        **dict.fromkeys(("minutes", "minute", "mins"), "min"),
        **dict.fromkeys(("meter", "metre", "meters", "metres"), "m"),
        **dict.fromkeys(("percent", "pct"), "%"),
        **dict.fromkeys(("kmh", "kph"), "km/h"),
        **dict.fromkeys(("min/mi", "/mile"), "min/mile"),
    },
)
_NUMERIC = fields(
    {"default": one(_number), "min": one(_number), "max": one(_number)}, {"unit": one(_UNIT)}
)


def _options(value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not 1 <= len(value) <= _MOST_PARAMETERS:
        raise WrongError(show(value), say("words_list", most=_MOST_PARAMETERS))
    for option in value:
        if isinstance(option, str) and "$" in option:
            raise WrongError(show(option), say("no_dollar"))
    return tuple(text(40, 1)(option) for option in value)


_OPTIONS = fields({"default": one(text(40, 1)), "options": one(_options)}, {})


def _parameter(name: str, value: object, place: Place) -> Any:
    if (mapping := _mapping(value, place)) is UNREAD:
        return UNREAD
    data = (_OPTIONS if "options" in mapping else _NUMERIC)(mapping, place)
    needed = ("default", "options") if "options" in mapping else ("default", "min", "max")
    readable = data.keys() == mapping.keys() and UNREAD not in data.values()
    if not readable or any(key not in data for key in needed):
        return UNREAD
    if "options" in data:
        options = data["options"]
        if data["default"] not in options:
            return place.at("default").wrong(show(data["default"]), ", ".join(options))
        return Parameter(name=name, default=data["default"], options=options)
    return _numeric(name, data, place)


def _numeric(name: str, data: dict[str, Any], place: Place) -> Any:
    unit = str(data.get("unit", ""))
    low, high, default = data["min"], data["max"], data["default"]
    if low > high:
        return place.at("min").wrong(f"{low:g}", say("at_most_max", most=f"{high:g}"))
    if not low <= default <= high:
        allowed = say("in_range", low=f"{low:g}", high=f"{high:g}")
        return place.at("default").wrong(f"{default:g}", allowed)
    if UNITS[unit].dimension is Dimension.COUNT:
        broken = [key for key in ("default", "min", "max") if not data[key].is_integer()]
        for key in broken:
            place.at(key).wrong(f"{data[key]:g}", say("whole_or_unit"))
        if broken:
            return UNREAD
    return Parameter(name=name, default=default, minimum=low, maximum=high, unit=unit)


def _parameters(value: object, place: Place) -> Any:
    if (mapping := _mapping(value, place)) is UNREAD:
        return UNREAD
    if len(mapping) > _MOST_PARAMETERS:
        most = say("up_to_entries", most=_MOST_PARAMETERS)
        return place.wrong(say("entries", count=len(mapping)), most)
    read = {}
    for name, content in mapping.items():
        if NAME.fullmatch(name):
            read[name] = _parameter(name, content, place.at(name))
        else:
            place.at(name).wrong(show(name), say("a_name", example="recovery_mode"))
    return read


# ---- the file ------------------------------------------------------------------------------------

_LEVEL = OneOf(
    *(str(level) for level in Level),
    ANY_LEVEL,
    same={
        **dict.fromkeys(("all", "everyone", "none"), ANY_LEVEL),
        **dict.fromkeys(("easy", "new", "newcomer"), "beginner"),
        **dict.fromkeys(("medium", "moderate", "regular"), "intermediate"),
        **dict.fromkeys(("expert", "hard", "elite", "pro"), "advanced"),
    },
)


def _level(value: object) -> Level | None:
    word = _LEVEL.read(value)
    return None if word == ANY_LEVEL else Level(word)


def _goals(value: object) -> tuple[str, ...]:
    goals = words(len(GOALS))(value)
    for goal in goals:
        OneOf(*GOALS).read(goal)
    return goals


SESSION = fields(
    {"name": one(text(60, 1)), "level": one(_level), "steps": _parts},
    {
        "requires": fields(
            {}, {"hill_experience": _only(wanted=True), "joint_issues": _only(wanted=False)}
        ),
        "no_warm_up": _only(wanted=True),
        "parameters": _parameters,
        "goals": one(_goals),
        "description": one(text(500)),
        "why": one(text(500)),
    },
)
