"""One language: what can be said in it, and what is answered. Read from ``sentences/``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
import re
from typing import Any

from homeassistant.util.yaml import load_yaml_dict
import probatio as vol

from ..training.model import Phase

FOLDER = Path(__file__).parent.parent / "sentences"
# Whichever language Home Assistant speaks: all of these are understood at once.
LANGUAGES = ("en", "de", "fr", "es", "it", "nl")

_ANYWHERE = ("start", "decline", "incline")
_SESSION = ("stop", "pause", "resume", "skip", "left", "next", "down")
_BY_ONE = ("steeper", "flatter", "faster", "slower")
ALWAYS = (*_ANYWHERE, *_SESSION, *_BY_ONE, "speed")  # these name a session or the treadmill
UNDER_WAY = (*_SESSION, *_BY_ONE, "speed")  # what else can be said while a session is

# Answers, with the placeholders each of them has.
ANSWERS: Mapping[str, frozenset[str]] = {
    key: frozenset(names.split())
    for key, names in {
        "armed": "what seconds",
        "armed_countdown": "what seconds",
        "armed_moving": "what",
        "session_for": "session runner",
        "descents_one": "",
        "descents_other": "count",
        "paused": "length",
        "resumed": "length",
        "resumed_armed": "seconds length",
        "skipped": "step",
        "skipped_last": "",
        "stopped": "treadmills",
        "left": "step session",
        "left_waiting": "session",
        "next": "length step",
        "next_waiting": "step",
        "next_last": "",
        "down": "done planned",
        "steeper": "by slope",
        "flatter": "by slope",
        "faster": "by speed",
        "slower": "by speed",
        "at_limit": "value",
        "slope_set": "slope",
        "speed_set": "speed",
        "slope_down": "percent",
        "slope_up": "percent",
        "slope_level": "",
        "step_rep": "phase rep reps",
        "step_moving": "step speed slope",
        "which": "names",
        "same_session": "count name",
        "same_runner": "count name",
        "decline_range": "minimum maximum",
        "incline_range": "minimum maximum",
        "speed_range": "minimum maximum",
        "second_one": "",
        "second_other": "count",
        "minute_one": "",
        "minute_other": "count",
        "minutes_and_seconds": "minutes seconds",
        "metre_one": "",
        "metre_other": "count",
        "foot_one": "",
        "foot_other": "count",
        "kmh": "value",
        "mph": "value",
        "or": "first last",
        "and": "first last",
        "failed": "",
    }.items()
}

_PLACEHOLDER = re.compile(r"\{(\w+)\}")
_RULE = re.compile(r"<(\w+)>")
_SLOTS = frozenset({"session", "runner", "treadmill", "number"})


def _text_with(placeholders: frozenset[str]) -> Any:
    def check(value: Any) -> str:
        if not isinstance(value, str) or set(_PLACEHOLDER.findall(value)) != placeholders:
            raise vol.Invalid(f"expected a text with {sorted(placeholders)}, not {value!r}")
        return value

    return check


def _template(value: Any) -> str:
    if not isinstance(value, str) or not set(_PLACEHOLDER.findall(value)) <= _SLOTS:
        raise vol.Invalid(f"expected a sentence with {sorted(_SLOTS)}, not {value!r}")
    return value


def _complete(keys: Sequence[str], value: Any) -> dict[Any, Any]:
    return {vol.Required(key): value for key in keys}


_SCHEMA = vol.Schema(
    {
        vol.Required("before"): str,
        vol.Required("after"): str,
        vol.Required("rules"): {str: _template},
        vol.Required("always"): _complete(ALWAYS, [_template]),
        vol.Required("under_way"): _complete(UNDER_WAY, [_template]),
        vol.Required("answers"): {
            vol.Required(key): _text_with(names) for key, names in ANSWERS.items()
        },
        vol.Required("phases"): _complete([phase.value for phase in Phase], str),
        vol.Required("spoken"): {
            vol.Required("decimal"): vol.In([".", ","]),
            **_complete(("point", "half", "minus", "percent", "kmh", "mph", "numbers"), [str]),
            vol.Required("endings"): [[str]],
            vol.Required("tens"): {str: vol.All(int, vol.Range(min=31))},
        },
    }
)


@dataclass(frozen=True, kw_only=True)
class Spoken:
    """How numbers, units and plurals are said."""

    decimal: str
    point: Sequence[str]
    half: Sequence[str]
    minus: Sequence[str]
    percent: Sequence[str]
    kmh: Sequence[str]
    mph: Sequence[str]
    numbers: Mapping[str, int]
    endings: Sequence[Sequence[str]]  # groups of endings that stand for one another


@dataclass(frozen=True, kw_only=True)
class Language:
    """One language."""

    code: str
    before: str  # polite words around a sentence
    after: str
    always: Mapping[str, Sequence[str]]  # templates by intent, rules put in
    under_way: Mapping[str, Sequence[str]]
    answers: Mapping[str, str]
    phases: Mapping[str, str]
    spoken: Spoken


def load_languages() -> dict[str, Language]:
    """Read all languages. Blocks. Raises ``vol.Invalid`` for a file that is not complete."""
    return {
        code: language(code, load_yaml_dict(str(FOLDER / f"{code}.yaml"))) for code in LANGUAGES
    }


def language(code: str, content: Any) -> Language:
    """Make a language of the content of its file. Raises ``vol.Invalid``."""
    data = _SCHEMA(content)
    rules, spoken = data["rules"], data["spoken"]
    said = {
        word: number
        for number, words in enumerate(spoken.pop("numbers"))
        for word in words.split("|")
    }
    return Language(
        code=code,
        before=data["before"],
        after=data["after"],
        always=_expanded(data["always"], rules),
        under_way=_expanded(data["under_way"], rules),
        answers=data["answers"],
        phases=data["phases"],
        spoken=Spoken(numbers=said | spoken.pop("tens"), **spoken),
    )


def _expanded(
    sentences: Mapping[str, Sequence[str]], rules: Mapping[str, str]
) -> dict[str, tuple[str, ...]]:
    return {
        intent: tuple(_put_in(template, rules) for template in templates)
        for intent, templates in sentences.items()
    }


def _put_in(template: str, rules: Mapping[str, str]) -> str:
    unknown = set(_RULE.findall(template)) - set(rules)
    if unknown:
        raise vol.Invalid(f"{template!r} has unknown rules: {sorted(unknown)}")
    return _RULE.sub(lambda rule: rules[rule[1]], template)
