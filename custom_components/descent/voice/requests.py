"""Makes out what a sentence asks for, from what its words mean: the same in every language.

A request has what it needs, and nothing beside it but what may go with it: "go to the next step",
"the next one please" and "next step" need ``next`` and ``step``. What has a word that fits nowhere
is no request.

Numbers are targets: a number with a slope or percent is one of the deck, a number with a speed or
kilometres one of the belt. "to" sets it, and so does a number alone; "by", "more" and every
comparative ("faster", "less steep") change it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from .numbers import SpokenNumber
from .vocabulary import FILLER, ONE, Piece

_LONG_NAME = 10  # letters of a name that nobody says by the way
LEVELS = ("novice", "beginner", "intermediate", "advanced")


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked for, with the number that was said; ``named`` if the treadmill was."""

    intent: str
    number: SpokenNumber | None = None


@dataclass(frozen=True, slots=True)
class _Rule:
    """An intent, the meanings it needs, and those that may be beside them or must not."""

    intent: str
    needs: frozenset[str]
    may: frozenset[str]
    never: frozenset[str]
    always: bool  # also without a session, and where nothing names the treadmill


def _rule(
    intent: str, needs: str, may: str = "", never: str = "", *, always: bool = False
) -> _Rule:
    beside = frozenset((*may.split(), *_ANYWHERE))
    return _Rule(intent, frozenset(needs.split()), beside, frozenset(never.split()), always)


_ANYWHERE = ("treadmill", "it", FILLER, ONE)
_ABOUT = "ask how_much how_long session running far total still moving there whether choices"
_RULES = (
    _rule("moving", "running treadmill ask", "still run moving whether", "how_much how_long"),
    _rule("moving", "running treadmill whether", "still run moving ask", "how_much how_long"),
    _rule("moving", "running it ask", "still moving whether", "how_much how_long"),
    _rule("moving", "running it whether", "still moving ask", "how_much how_long"),
    _rule("skip", "skip", "step rep next session pause run"),
    _rule("skip", "next step", "session go"),
    _rule("skip", "next go", "session step rep"),
    _rule("resume", "resume", "session run ready pause step"),
    _rule("pause", "pause", "session bit run step ready"),
    _rule("status", "left rep ask", _ABOUT + " step run more"),
    _rule("status", "doing", _ABOUT + " step rep run"),
    _rule("left", "left ask", _ABOUT + " step run"),
    _rule("left", "how_long", _ABOUT + " step run"),
    _rule("next", "ask next", "step rep session whether"),
    _rule("down", "descended ask", _ABOUT + " decline descent run"),
    _rule("down", "descent ask", _ABOUT + " run decline"),
    _rule("down", "descent total", _ABOUT + " run decline"),
    _rule("down", "ask total decline", _ABOUT + " descent run"),
    _rule("speed_now", "how_fast", _ABOUT + " run speed"),
    _rule("speed_now", "ask speed", _ABOUT + " run"),
    _rule("slope_now", "how_steep", _ABOUT + " run incline decline uphill percent_word"),
    _rule("slope_now", "ask incline", _ABOUT + " run decline uphill percent_word"),
    _rule("slope_now", "ask decline", _ABOUT + " run percent_word"),
    _rule("sessions", "ask session", "there run how_much still whether", always=True),
    _rule("sessions", "choices", "there run how_much still session whether"),
    _rule("sessions", "ask program treadmill", "there session run still whether"),
    _rule("status", "how_much rep more", _ABOUT + " step run"),
    _rule("status", "ask rep", _ABOUT + " step run"),
    _rule("status", "ask step", _ABOUT + " rep run"),
)
_START = frozenset(
    (*_ANYWHERE, "whether", "session", "session_name", "runner", "start", "level", *LEVELS)
)
_TARGET = frozenset(
    (
        *_ANYWHERE,
        "number",
        "percent",
        "kmh",
        "mph",
        "incline",
        "decline",
        "uphill",
        "steeper",
        "flatter",
        "level_out",
        "speed",
        "faster",
        "slower",
        "raise",
        "lower",
        "more",
        "less",
        "to",
        "by",
        "bit",
        "run",
        "whether",  # "this is too fast"
    )
)
_SLOPE = frozenset({"incline", "decline", "uphill", "steeper", "flatter", "level_out", "percent"})
_SPEED = frozenset({"speed", "faster", "slower", "kmh", "mph"})


def request_of(parts: Sequence[Piece], *, under_way: bool) -> Request | None:
    """Make out a request; ``None`` if there is none.

    Without a session under way a sentence has to name the treadmill, a session or a slope.
    """
    parts = [part for part in parts if part.meanings]
    named = under_way or _has(parts, "treadmill")
    for rule in _RULES:
        if (named or rule.always) and _fits(parts, rule):
            return Request(rule.intent)
    if "whether" in parts[0].meanings and FILLER not in parts[0].meanings:  # "is it faster?"
        return None
    target = _target(parts)
    if target is not None and (named or _is_slope_set(parts, target)):
        return target
    return _start(parts)


def _fits(parts: Sequence[Piece], rule: _Rule) -> bool:
    allowed = rule.needs | rule.may
    if any(
        part.meanings.isdisjoint(allowed) or not part.meanings.isdisjoint(rule.never)
        for part in parts
    ):
        return False
    return all(_has(parts, need) for need in rule.needs)


def _has(parts: Sequence[Piece], *meanings: str) -> bool:
    return any(not part.meanings.isdisjoint(meanings) for part in parts)


def _start(parts: Sequence[Piece]) -> Request | None:
    names = [part for part in parts if "session_name" in part.meanings]
    if len(names) != 1 or any(part.meanings.isdisjoint(_START) for part in parts):
        return None
    # A name alone is enough if it is no short word: "gentle descents, please".
    told = names[0].words > 1 or names[0].letters >= _LONG_NAME
    return Request("start") if told or _has(parts, "start") else None


def _is_slope_set(parts: Sequence[Piece], target: Request) -> bool:
    """Whether a slope is named and set: nothing else has one that is said so."""
    return (
        target.intent in {"incline", "decline"}
        and target.number is not None
        and _has(parts, "incline", "decline")
        and _has(parts, "number", "percent")
    )


def _target(parts: Sequence[Piece]) -> Request | None:
    if any(not part.meanings & _TARGET for part in parts):
        return None
    numbers = [
        part.number
        for part in parts
        if part.number is not None and part.meanings & {"number", "percent", "kmh", "mph"}
    ]
    if len(numbers) > 1:
        return None
    number = numbers[0] if numbers else None
    if number is None and _has(parts, "by", "to", "more", "less"):
        number = next((part.number for part in parts if ONE in part.meanings), None)
        if number is not None and not (_after(parts, "by") or _after(parts, "to")):
            number = None
    slope = _has(parts, *_SLOPE - {"decline", "uphill"}) or _is_said(parts, "decline", "uphill")
    turns = {"raise", "lower"} if slope else set[str]()  # "ease off the slope" is no speed
    speed = any(part.meanings & _SPEED and not part.meanings & turns for part in parts)
    if slope and speed:
        return None
    if slope or (not speed and number is not None and number.value < 0):
        return _slope(parts, number)
    if speed:
        return _speed(parts, number)
    return None if number is None else _bare(parts, number)


def _after(parts: Sequence[Piece], meaning: str) -> bool:
    """Whether an article is a number because of the word before it: "by one"."""
    return any(meaning in one.meanings and ONE in other.meanings for one, other in pairwise(parts))


def _is_by(parts: Sequence[Piece]) -> bool:
    """Whether a word says that the number is a change; little words like "di" may say anything."""
    return any("by" in part.meanings and FILLER not in part.meanings for part in parts)


def _is_to(parts: Sequence[Piece]) -> bool:
    """Whether the number is a target; "reduce ... en" is by how much, "pon ... en" is to what."""
    turned = _has(parts, "raise", "lower", "faster", "slower", "steeper", "flatter")
    return any("to" in part.meanings and not (turned and "by" in part.meanings) for part in parts)


def _slope(parts: Sequence[Piece], number: SpokenNumber | None) -> Request | None:
    if number is None and _has(parts, "level_out"):
        bit = _has(parts, "bit", "more")
        return Request("flatter") if bit else Request("incline", SpokenNumber(0.0))
    if number is not None and (_is_to(parts) or not _is_slope_changed(parts)):
        return _slope_set(parts, number)
    if _is_slope_changed(parts) or _has(parts, "raise", "lower"):
        return _slope_changed(parts, number)
    return None


def _slope_set(parts: Sequence[Piece], number: SpokenNumber) -> Request | None:
    if number.unit not in {None, "percent"}:
        return None
    to = _is_to(parts)  # "down to 3" is no 3 percent downhill
    down = _has(parts, "decline") if not to else _is_said(parts, "decline")
    up = _has(parts, "uphill") if not to else _is_said(parts, "uphill")
    if down and not up:
        return Request("decline", SpokenNumber(abs(number.value), number.unit))
    if up or number.value < 0 or _has(parts, "incline", "to", "treadmill", "it"):
        return Request("incline", number)
    return None


def _is_slope_changed(parts: Sequence[Piece]) -> bool:
    """Whether a number is by how much, and not how steep: "2 percent steeper", "raise it by 1"."""
    if _has(parts, "steeper", "flatter", "more", "less", "bit"):
        return True
    if _is_by(parts):
        return True
    if _is_said(parts, "raise") or _is_said(parts, "lower"):
        return True
    # "take the incline up 2 percent", "raise the incline 2 percent"
    return _has(parts, "raise", "lower") and _has(parts, "incline")


def _slope_changed(parts: Sequence[Piece], number: SpokenNumber | None) -> Request | None:
    lower = _has(parts, "lower") and not _is_said(parts, "decline", "uphill")
    less = _has(parts, "less") or _is_said(parts, "lower")
    if _has(parts, "flatter"):
        return Request("flatter", number)
    if _has(parts, "steeper"):
        return Request("flatter" if less else "steeper", number)
    for direction, intent in (("decline", "downhill"), ("uphill", "uphill")):
        if _is_said(parts, direction):
            return Request("flatter" if less else intent, number)
    if _has(parts, "raise"):
        return Request("uphill", number)
    if _has(parts, "incline"):
        return Request("flatter" if less or lower else "steeper", number)
    if lower:  # of the deck as a whole
        return Request("downhill", number)
    return None


def _is_said(parts: Sequence[Piece], *meanings: str) -> bool:
    """Whether a word means this and does not just mean up or down."""
    either = {"decline", "lower"}, {"uphill", "raise"}
    return any(
        not part.meanings.isdisjoint(meanings) and not any(each <= part.meanings for each in either)
        for part in parts
    )


def _speed(parts: Sequence[Piece], number: SpokenNumber | None) -> Request | None:
    to = _is_to(parts) and not _is_by(parts)
    if number is not None and number.value < 0 and not _has(parts, "speed"):
        return None
    if to and number is not None:
        return Request("speed", number)
    if _has(parts, "faster", "slower"):
        slower = _has(parts, "slower") or _has(parts, "less")
        return Request("slower" if slower else "faster", number)
    if _has(parts, "more", "raise"):
        return Request("faster", number)
    if _has(parts, "less", "lower"):
        return Request("slower", number)
    if number is not None:
        return Request("speed", number)
    return None


def _bare(parts: Sequence[Piece], number: SpokenNumber) -> Request | None:
    """A number without a unit, and without what it is of: the speed."""
    if _has(parts, "more", "less", "bit") or _is_by(parts):
        return None
    if _has(parts, "to", "run") or (_has(parts, "treadmill") and not _has(parts, "raise", "lower")):
        return Request("speed", number)
    return None
