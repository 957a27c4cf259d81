"""One language: what can be said in it, and what is answered. Read from ``sentences/``.

Each file there is a language, and its name is the code: with a file of that name in
``translations/``, Descent speaks one more. Words of numbers come from the tables of Unicode, which
Assist's own library of sentences uses too; a file has what people say besides.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
import re
from typing import Any
import unicodedata

from homeassistant.util.yaml import load_yaml_dict
import probatio as vol
from unicode_rbnf import FormatPurpose, RbnfEngine

from ..training.model import Phase

FOLDER = Path(__file__).parent.parent / "sentences"
HIGHEST_WORD = 100  # from here on a number is digits

# What has sentences of its own besides: Stop, for where Assist cannot be asked about all sentences.
SENTENCES = ("stop",)

# What words and phrases mean, whatever the language: requests.py tells what is asked for by it.
MEANINGS = (
    "filler",
    "ask",
    "whether",
    "choices",
    "go",
    "how_much",
    "how_long",
    "treadmill",
    "it",
    "session",
    "program",
    "step",
    "rep",
    "incline",
    "decline",
    "descent",
    "uphill",
    "level_out",
    "speed",
    "steeper",
    "flatter",
    "faster",
    "slower",
    "raise",
    "lower",
    "more",
    "less",
    "bit",
    "to",
    "by",
    "start",
    "pause",
    "resume",
    "ready",
    "skip",
    "next",
    "left",
    "doing",
    "descended",
    "total",
    "how_fast",
    "how_steep",
    "running",
    "moving",
    "still",
    "there",
    "far",
    "run",
    "percent_word",
    "level",
    "novice",
    "beginner",
    "intermediate",
    "advanced",
)

# Words by what they are in a sentence that may mean Stop: see stop_rule.py.
STOP_LISTS = (
    "anywhere",
    "first",
    "beside",
    "treadmill",
    "running",
    "before",
    "plain",
    "complaints",
    "reasons",
    "articles",
    "doing",
    "conjunctions",
    "not_before",
    "not_after",
    "not_between",
    "questions",
    "things",
    "places",
)

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
        "now": "step",
        "speed_now": "speed",
        "slope_now": "slope",
        "belt_stands": "",
        "not_known": "",
        "sessions": "count names",
        "other_level": "level",
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
_WITH_STAR = re.compile(r"\*?[^\W_]+\*?")
_SLOTS = frozenset({"treadmill"})


def folded(text: str) -> str:
    """Return a text as numbers are compared: "Zéro  komma" is "zero komma".

    Speech recognition writes capitals, accents and curved apostrophes, or does not.
    """
    letters = unicodedata.normalize("NFKD", text.casefold().replace("\u2019", "'"))
    return " ".join("".join(each for each in letters if not unicodedata.combining(each)).split())


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


def _words(value: Any) -> tuple[str, ...]:
    """Read words and phrases between commas."""
    if not isinstance(value, str):
        raise vol.Invalid(f"expected words between commas, not {value!r}")
    words = tuple(word for each in value.split(",") if (word := each.strip()))
    for word in words:
        if "*" in word and not _WITH_STAR.fullmatch(word):
            raise vol.Invalid(f"expected a star at a single word, not {word!r}")
    return words


def _complete(keys: Sequence[str], value: Any) -> dict[Any, Any]:
    return {vol.Required(key): value for key in keys}


_SCHEMA = vol.Schema(
    {
        vol.Required("before"): str,
        vol.Required("after"): str,
        vol.Required("rules"): {str: _template},
        vol.Required("always"): _complete(SENTENCES, [_template]),
        vol.Required("under_way"): _complete(SENTENCES, [_template]),
        vol.Required("stop"): _complete(STOP_LISTS, _words),
        vol.Required("means"): _complete(MEANINGS, _words),
        vol.Required("sessions"): {str: _words},
        vol.Required("answers"): {
            vol.Required(key): _text_with(names) for key, names in ANSWERS.items()
        },
        vol.Required("phases"): _complete([phase.value for phase in Phase], str),
        vol.Required("spoken"): {
            **_complete(
                ("point", "half", "minus", "percent", "kmh", "mph"), [vol.All(str, folded)]
            ),
            vol.Required("endings"): [[str]],
            vol.Required("plus"): [vol.All(str, folded)],
            vol.Required("articles"): [vol.All(str, folded)],
            vol.Required("fractions"): {vol.All(str, folded): vol.Coerce(float)},
            vol.Required("same"): [_words],
            vol.Required("numbers"): {str: vol.All(int, vol.Range(min=0, max=HIGHEST_WORD))},
        },
    }
)


@dataclass(frozen=True, kw_only=True)
class Spoken:
    """How numbers, units and plurals are said. Words that go with numbers are folded."""

    point: Sequence[str]
    half: Sequence[str]
    minus: Sequence[str]
    percent: Sequence[str]
    kmh: Sequence[str]
    mph: Sequence[str]
    numbers: Mapping[str, int]  # by all words there are for them
    endings: Sequence[Sequence[str]]  # groups of endings that stand for one another
    plus: Sequence[str]  # what joins a whole number and a part: "and" a half
    articles: Sequence[str]  # words of one that may be no number: "a", "one"
    fractions: Mapping[str, float]  # parts and whatever else is no whole number, by words
    same: Sequence[Sequence[str]]  # words that stand for one another in names of sessions

    @cached_property
    def folded_numbers(self) -> Mapping[str, int]:
        """Return the numbers by their words without capitals and accents."""
        return {folded(word): number for word, number in self.numbers.items()}


@dataclass(frozen=True, kw_only=True)
class StopLists:
    """Words by what they are in a sentence that may mean Stop, as ``stop_rule`` reads them."""

    anywhere: Sequence[str]  # stop words
    first: Sequence[str]
    beside: Sequence[str]
    treadmill: Sequence[str]  # what is stopped, and nothing else is called
    running: Sequence[str]  # what it may be called, and what the runner does
    before: Sequence[str]  # what comes before a stop word: polite words, exclamations
    plain: Sequence[str]  # other words that name nothing to stop
    complaints: Sequence[str]  # plain too, and no negation: "can't go on"
    reasons: Sequence[str]  # what begins a reason after a stop word: "because", "I"
    articles: Sequence[str]
    doing: Sequence[str]  # after a stop word: what somebody is to stop doing
    conjunctions: Sequence[str]
    not_before: Sequence[str]  # negations before a stop word
    not_after: Sequence[str]
    not_between: Sequence[str]  # little words between a negation and a stop word
    questions: Sequence[str]
    things: Sequence[str]  # what belongs to others
    places: Sequence[str]


@dataclass(frozen=True, kw_only=True)
class Language:
    """One language."""

    code: str
    before: str  # polite words around a sentence
    after: str
    always: Mapping[str, Sequence[str]]  # templates by intent, rules put in
    under_way: Mapping[str, Sequence[str]]
    stop: StopLists
    means: Mapping[str, Sequence[str]]  # words and phrases by what they stand for: requests.py
    sessions: Mapping[str, Sequence[str]]  # what else the included sessions are called, by id
    answers: Mapping[str, str]
    phases: Mapping[str, str]
    spoken: Spoken


def load_languages() -> dict[str, Language]:
    """Read all languages there are files of, by code.

    Blocks. Raises ``vol.Invalid`` for a file that is not complete.
    """
    return {
        path.stem: language(path.stem, load_yaml_dict(str(path)))
        for path in sorted(FOLDER.glob("*.yaml"))
    }


def language(code: str, content: Any) -> Language:
    """Make a language of the content of its file. Raises ``vol.Invalid``."""
    data = _SCHEMA(content)
    rules, spoken = data["rules"], data["spoken"]
    numbers = number_words(code) | spoken.pop("numbers")
    return Language(
        code=code,
        before=data["before"],
        after=data["after"],
        always=_expanded(data["always"], rules),
        under_way=_expanded(data["under_way"], rules),
        stop=StopLists(**data["stop"]),
        means=data["means"],
        sessions=data["sessions"],
        answers=data["answers"],
        phases=data["phases"],
        spoken=Spoken(numbers=numbers, **spoken),
    )


def number_words(code: str) -> dict[str, int]:
    """Return whole numbers by all words that Unicode has for them; none for a language it lacks."""
    try:
        engine = RbnfEngine.for_language(code.partition("-")[0])
    except ValueError:
        return {}
    words: dict[str, int] = {}
    for number in range(HIGHEST_WORD + 1):
        ways = engine.format_number(number, FormatPurpose.CARDINAL).text_by_ruleset.values()
        words |= {said: number for way in ways for said in (way, way.replace("-", " "))}
    return words


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
