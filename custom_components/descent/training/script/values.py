"""How single values are written: ``10 min``, ``120 m``, ``6 %``, ``sprint $effort``, ``$reps``.

Each reader takes what stands in the file and returns a value or raises ``WrongError``. A ``$name``
becomes a ``Reference`` that carries the reader of its place: the parameter's value is later put in
as text and read by the same rules, so there is one place that knows what a place allows.

People write one thing in many ways (``1,5 km``, ``10:00``, ``6:30 /km``). What can only mean one
thing is understood; for the rest there is a hint.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
import difflib
import math
import re

from ..pace import RACES_KM, Rule
from .model import (
    UNITS,
    Amount,
    Choice,
    Dimension,
    Number,
    Pace,
    PaceOrReference,
    Reference,
    WrittenUnit,
)
from .problems import Phrase, Said, say, show

NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
MOST_TURNS = 20  # efforts or lengths, one for each repetition
MOST_WORDS = 5
LONGEST_WORDS = 100  # letters of a text that is spoken: about eight seconds
SAME_DISTANCE = "same distance"

_LONGEST = 60  # letters of any single value
_REFERENCE = re.compile(r"\$([a-z][a-z0-9_]{0,39})")
_COUNTED = re.compile(r"(-?\d{1,9}(?:[.,]\d{1,9})?) ?([^\d\s].*)?")
_THOUSANDS = re.compile(r"(\d{1,3}),(\d{3})(?!\d) ?(.*)")
_CLOCK = re.compile(r"(?:(\d{1,2}):)?(\d{1,3}):(\d{2})(?: ?(?:min|minutes))?")
_PARTS = re.compile(
    r"(?:(\d{1,2}) ?(?:h|hr|hrs|hours?) ?)?(?:(\d{1,3}) ?(?:min|mins|minutes?|m|') ?)?"
    r"(?:(\d{1,3}) ?(?:s|sec|secs|seconds?|\"|''))?"
)
_PER = re.compile(
    r"(?:(\d{1,2})[:'](\d{2})(?:\"|'')?|(\d{1,2}(?:[.,]\d{1,2})?)) ?(?:min|mins|minutes?)?"
    r" ?(?:/|per|a) ?(km|k|kilometers?|kilometres?|mi|miles?)"
)
_EFFORTS = re.compile(r"([a-z0-9][a-z0-9 -]*?) +([^ ]+?) ?(%?)")
_SHARE = re.compile(r"([\d./,]+) ?% ?(?:of )?([a-z0-9][a-z0-9 ]*)")

_QUOTES = str.maketrans({"\u2032": "'", "\u2019": "'", "\u2033": '"', "\u201d": '"'})
_FRACTION = re.compile(r"(\d)/([248]) ?([a-z]+)")
_RANGE = re.compile(r"(\d+)-(\d+) ?([a-z]{1,5})")
_MANY = re.compile(r"(\d{1,3}) ?[x\u00d7*] ?\d.*")
_DEGREES = re.compile(r"(\d{1,2}(?:\.\d)?) ?(?:\u00b0|deg|degrees?)")

# What else people write for a unit.
_SAME_UNITS = {
    "s": ("sec", "secs", "second", "seconds", '"', "''"),
    "min": ("mins", "minute", "minutes", "'"),
    "m": ("meter", "meters", "metre", "metres", "mtr"),
    "km": ("k", "kms", "kilometer", "kilometers", "kilometre", "kilometres"),
    "mile": ("mi", "miles"),
    "m down": (
        *("m of descent", "m descent", "metres of descent", "meters of descent", "m downhill"),
        *("metres down", "meters down", "m drop", "m of drop"),
    ),
    "%": ("percent", "per cent", "pct"),
    "km/h": ("kmh", "kph", "km/hr", "kmph", "k/h", "km per hour", "kilometres per hour"),
    "mph": ("mi/h", "mile/h", "miles/h", "miles per hour"),
}
_MORE_UNITS = {
    **{name: WrittenUnit(Dimension.TIME, 3600.0) for name in ("h", "hr", "hour", "hours")},
    **{name: WrittenUnit(Dimension.DISTANCE, 0.9144) for name in ("yd", "yard", "yards")},
    **{name: WrittenUnit(Dimension.DISTANCE, 0.3048) for name in ("ft", "feet", "foot")},
    **{
        name: WrittenUnit(Dimension.DROP, 0.3048)
        for name in ("ft down", "feet down", "ft of descent")
    },
    **{name: WrittenUnit(Dimension.SPEED, 3.6) for name in ("m/s", "mps")},
    **{
        name: WrittenUnit(Dimension.COUNT) for name in ("x", "times", "time", "reps", "repetitions")
    },
}
_UNITS = (
    {other: UNITS[unit] for unit, others in _SAME_UNITS.items() for other in others}
    | UNITS
    | _MORE_UNITS
)
_BACK = frozenset(
    {
        *(SAME_DISTANCE, "the same distance", "back the same distance", "same"),
        *("same distance back", "way back", "the way back", "back"),
    }
)


class WrongError(ValueError):
    """A value that its place does not allow."""

    def __init__(self, found: Said, allowed: Said, hint: Said | None = None) -> None:
        """Keep the parts of the problem."""
        super().__init__()
        self.found = found
        self.allowed = allowed
        self.hint = hint


def reference[T](value: object, read: Callable[[object], T]) -> Reference[T] | None:
    """Return the reference that ``value`` is, or None."""
    match = _REFERENCE.fullmatch(value) if isinstance(value, str) else None
    return None if match is None else Reference(match[1], read)


def either(*said: Said) -> Said:
    """Say that one of several things is meant."""
    last = said[-1]
    for other in reversed(said[:-1]):
        last = say("either", first=other, second=last)
    return last


def write(*instead: str) -> Phrase:
    """Return the hint that names what to write."""
    return say("write", instead=either(*instead))


# ---- numbers with a unit -------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Bounds:
    """What one dimension may be, in its base unit, and how to say so."""

    dimension: Dimension
    low: float
    high: float
    text: Phrase


def amount(text: str) -> Amount | None:
    """Read a number with its unit, however it is written; None where it has no meaning."""
    text = " ".join(text.lower().split()).translate(_QUOTES)
    if len(text) > _LONGEST or _THOUSANDS.fullmatch(text):
        return None
    if text in _BACK:
        return Amount(1.0, Dimension.WAY_BACK)
    if (match := _PER.fullmatch(text)) is not None:
        return _per(match)
    if (match := _COUNTED.fullmatch(text)) is not None:
        return _counted(match) or _parts(text)
    return _parts(text)


def _counted(match: re.Match[str]) -> Amount | None:
    """Read one number with one unit."""
    unit = _UNITS.get((match[2] or "").strip())
    number = float(match[1].replace(",", "."))
    return None if unit is None else Amount(unit.base(number), unit.dimension)


def _per(match: re.Match[str]) -> Amount | None:
    """Read minutes for a distance, as the speed that they are."""
    if match[2] is not None and int(match[2]) > 59:  # noqa: PLR2004  (seconds of a minute)
        return None
    minutes = float(match[3].replace(",", ".")) if match[3] else int(match[1]) + int(match[2]) / 60
    unit = UNITS["min/km" if match[4].startswith("k") else "min/mile"]
    return Amount(unit.base(minutes), unit.dimension)


def _parts(text: str) -> Amount | None:
    """Read 10:00, 1:10:00, 1 h 10 min, 2 min 30 s."""
    match = _CLOCK.fullmatch(text)
    if match is not None and not _sixty(match):
        return None
    if match is None:
        # The last unit may be left out: 1h30, 2 min 30.
        text = re.sub(r"^(\d+ ?(?:h|hours?)) ?(\d{1,2})$", r"\1 \2 min", text)
        text = re.sub(r"(min|mins|minutes?|') ?(\d{1,2})$", r"\1 \2 s", text)
        match = _PARTS.fullmatch(text)
    if match is None or sum(part is not None for part in match.groups()) < 2:  # noqa: PLR2004  (one alone was no time)
        return None
    hours, minutes, seconds = (int(part or 0) for part in match.groups())
    return Amount(hours * 3600.0 + minutes * 60 + seconds, Dimension.TIME)


def _sixty(match: re.Match[str]) -> bool:
    """Whether seconds, and minutes behind hours, are fewer than sixty."""
    return int(match[3]) < 60 and (match[1] is None or int(match[2]) < 60)  # noqa: PLR2004  (a minute, an hour)


class Quantity:
    """Reads a number with a unit within limits; ``bare`` is what a number without one is."""

    def __init__(self, *limits: Bounds, bare: Dimension | None = None) -> None:
        """Take the dimensions this place accepts."""
        self._limits = {limit.dimension: limit for limit in limits}
        self._bare = bare
        self.allowed = either(*(limit.text for limit in limits))

    def __call__(self, value: object) -> Number:
        """Read a literal or a reference."""
        return reference(value, self.read) or self.read(value)

    def read(self, value: object) -> Amount:
        """Read a literal."""
        text = f"{value:.10g}" if isinstance(value, float) else value
        found = amount(text) if isinstance(text, str) else None
        if found is not None:
            dimension = found.dimension
            if dimension is Dimension.COUNT and self._bare is not None:
                dimension = self._bare
            limit = self._limits.get(dimension)
            whole = dimension is not Dimension.COUNT or found.value.is_integer()
            if limit is not None and whole and limit.low <= found.value <= limit.high:
                return Amount(found.value, dimension)
        hint = self._hint(text, found) if isinstance(text, str) else None
        raise WrongError(show(value), self.allowed, hint)

    def _hint(self, text: str, found: Amount | None) -> Said | None:
        """Guess what was meant."""
        text = text.strip()
        if len(text) > _LONGEST:
            return None
        if (match := _THOUSANDS.fullmatch(text)) is not None:
            unit = f" {match[3]}".rstrip()
            decimals = f"{match[1]}.{match[2].rstrip('0') or '0'}{unit}"
            meant = [one for one in (match[1] + match[2] + unit, decimals) if self._takes(one)]
            return say("thousands", instead=either(*meant)) if meant else None
        if Dimension.PERCENT in self._limits and (slope := _slope_hint(text)) is not None:
            return slope
        if found is None:
            return _unreadable_hint(text)
        if found.value < 0 and Dimension.PERCENT in self._limits:
            return write(text.removeprefix("-"))
        if found.dimension is Dimension.COUNT:
            return self._unit_hint(text)
        if found.dimension not in self._limits and Dimension.PERCENT not in self._limits:
            return _elsewhere(text, found.dimension)
        return None

    def _unit_hint(self, text: str) -> Said | None:
        """Show the units that a bare number may have; a negative one is no better with them."""
        units = [_EXAMPLE_UNITS[limit] for limit in self._limits if limit in _EXAMPLE_UNITS]
        if self._bare is not None or not units or text.startswith("-"):
            return None
        return say("write_unit", instead=either(*(f"{text} {unit}" for unit in units)))

    def _takes(self, text: str) -> bool:
        try:
            self.read(text)
        except WrongError:
            return False
        return True


_EXAMPLE_UNITS = {
    Dimension.TIME: "min",
    Dimension.DISTANCE: "m",
    Dimension.SPEED: "km/h",
    Dimension.PERCENT: "%",
}


def _unreadable_hint(text: str) -> Said | None:
    """Return a hint for what is no number with a unit at all."""
    if (match := _CLOCK.fullmatch(text)) is not None and match[1] is None:
        minutes, seconds = divmod(int(match[2]) * 60 + int(match[3]), 60)
        return write(f"{minutes}:{seconds:02}")
    if (match := _MANY.fullmatch(text.lower())) is not None:
        return say("repeat_shape", first=f"repeat: {match[1]}", second="steps:")
    if (match := _RANGE.fullmatch(text.lower())) is not None:
        low, high, unit = match.groups()
        return write(f"{low} {unit}", f"{high} {unit}", f"{low}/{high} {unit}")
    numbers = re.fullmatch(r"(\d+(?:[-,;] ?\d+)+) ?([a-z]{1,5})", text.lower())
    if numbers is not None:
        return write(f"{re.sub('[-,;] ?', '/', numbers[1])} {numbers[2]}")
    return None


def _slope_hint(text: str) -> Said | None:
    """Return degrees, or a share of one, in percent."""
    if (match := _DEGREES.fullmatch(text.lower())) is not None:
        return write(f"{100 * math.tan(math.radians(float(match[1]))):.1f} %")
    if re.fullmatch(r"0\.\d{1,3}", text) and 0 < float(text) < 0.5:  # noqa: PLR2004  (half a percent)
        return write(f"{float(text) * 100:.10g} %")
    return None


def _elsewhere(text: str, dimension: Dimension) -> Said | None:
    """Name the key under which a quantity belongs."""
    match dimension:
        case Dimension.SPEED:
            return write(f"pace: {text}")
        case Dimension.TIME | Dimension.DISTANCE:
            return write(f"for: {text}")
        case Dimension.DROP:
            return write(f"descent: {{for: {text}}}")
        case Dimension.PERCENT:
            return write(f"pace: flat {text}", f"incline: {text}", f"decline: {text}")
        case _:
            return None


def _bounds(
    dimension: Dimension, low: float, high: float, key: str, written: tuple[str, str], examples: str
) -> Bounds:
    first, last = written
    values = {"low": first, "high": last} | ({"examples": examples} if examples else {})
    return Bounds(dimension, low, high, say(key, **values))


_TIME = _bounds(Dimension.TIME, 5, 3 * 3600, "a_time", ("5 s", "180 min"), "90 s, 10 min, 2:30")
_DISTANCE = _bounds(
    Dimension.DISTANCE, 20, 20_000, "a_distance", ("20 m", "20 km"), "120 m, 1.5 km, 1 mile"
)
_DROP = _bounds(Dimension.DROP, 1, 1000, "a_drop", ("1 m", "1000 m"), "20 m down")
_WAY_BACK = Bounds(Dimension.WAY_BACK, 1, 1, say("the_way_back", word=SAME_DISTANCE))
_SPEEDS = "4.5 km/h, 8 mph, 6:30 min/km, 10:00 min/mile"
_SPEED = _bounds(Dimension.SPEED, 0.5, 25, "a_speed", ("0.5", "25 km/h"), _SPEEDS)
# To step to the sides and back without haste [H].
_REST = _bounds(Dimension.TIME, 30, 1800, "a_time", ("30 s", "30 min"), "90 s, 2:30")

TIMES = Quantity(_bounds(Dimension.COUNT, 1, 100, "a_whole_number", ("1", "100"), ""))
TIME = Quantity(_TIME)
DECLINE = Quantity(
    _bounds(Dimension.PERCENT, 0.5, 25, "a_decline", ("0.5", "25 %"), ""), bare=Dimension.PERCENT
)
INCLINE = Quantity(
    _bounds(Dimension.PERCENT, 0, 15, "an_incline", ("0", "15 %"), ""), bare=Dimension.PERCENT
)
BACKWARD_INCLINE = Quantity(
    _bounds(Dimension.PERCENT, 0, 8, "an_incline_backward", ("0", "8 %"), ""),
    bare=Dimension.PERCENT,
)
SPEED = Quantity(_SPEED)
BACKWARD_SPEED = Quantity(
    _bounds(Dimension.SPEED, 0.5, 6, "a_speed_backward", ("0.5", "6 km/h"), "")
)
EFFORT = Quantity(_bounds(Dimension.PERCENT, 20, 100, "an_effort", ("20", "100 %"), ""))
# Shares of what is held for 5 km and longer: more than that is run in short repetitions. The
# controlled top speed is 145 % of the 5 km speed (pace.py), and nobody runs faster than that [H].
LEVEL_EFFORT = Quantity(_bounds(Dimension.PERCENT, 20, 150, "an_effort", ("20", "150 %"), ""))


class Lengths:
    """Reads one length, or one for each repetition: ``100/200/400 m``, or a list."""

    def __init__(self, *limits: Bounds) -> None:
        """Take the dimensions this place accepts."""
        self._one = Quantity(*limits)

    def __call__(self, value: object) -> tuple[Number, ...]:
        """Read literals and references."""
        fraction = _FRACTION.fullmatch(value.strip().lower()) if isinstance(value, str) else None
        if fraction is not None:  # half a mile, or one mile and then two?
            top, bottom, unit = fraction.groups()
            part = f"{int(top) / int(bottom):g} {unit}"
            hint = write(part, f"{top} {unit}/{bottom} {unit}")
            raise WrongError(show(value), self._one.allowed, hint)
        parts = self._split(value)
        if len(parts) > MOST_TURNS:
            raise WrongError(
                say("entries", count=len(parts)), say("up_to_entries", most=MOST_TURNS)
            )
        if not parts:
            raise WrongError(show(value), self._one.allowed)
        try:
            return tuple(self._one(part) for part in parts)
        except WrongError as wrong:
            if len(parts) == 1 or isinstance(value, list):
                raise
            bare = re.fullmatch(r"[\d/]{1,60}", str(value))
            meant = None if bare is None else write(f"{value} m", f"{value} min")
            raise WrongError(show(value), wrong.allowed, meant) from wrong

    def _split(self, value: object) -> list[object]:
        if isinstance(value, list):
            return value
        if not isinstance(value, str) or "/" not in value or amount(value) is not None:
            return [value]
        texts: list[object] = [text.strip() for text in value.split("/")]
        last = re.fullmatch(r"[\d.,:]+ ?([^\d].*)?", value.rpartition("/")[2].strip())
        unit = last[1] if last is not None and last[1] else ""
        bare = re.compile(r"\d[\d.,]*")
        return [
            f"{text} {unit}".rstrip() if isinstance(text, str) and bare.fullmatch(text) else text
            for text in texts
        ]


LENGTH = Lengths(_TIME, _DISTANCE)
DESCENT_LENGTH = Lengths(_TIME, _DISTANCE, _DROP)
RECOVERY_LENGTH = Lengths(_TIME, _DISTANCE, _WAY_BACK)
REST_LENGTH = Lengths(_REST)

# ---- paces ---------------------------------------------------------------------------------------

_WORDS = (Rule.EASY, Rule.JOG, Rule.WALK)
_EFFORT_OF = {
    Rule.FLAT: LEVEL_EFFORT,
    Rule.SUSTAINABLE: LEVEL_EFFORT,
    Rule.SPRINT: EFFORT,
    **dict.fromkeys(RACES_KM, LEVEL_EFFORT),
}
_SAME_RACES = {
    **{f"{km} {unit}": Rule(f"{km}k") for km in (3, 5, 10) for unit in ("k", "km")},
    "half-marathon": Rule.HALF_MARATHON,
    "half": Rule.HALF_MARATHON,
    "hm": Rule.HALF_MARATHON,
    "mp": Rule.MARATHON,
}
_NEAR_RACE = 0.05  # of its length: people say 21k for a half marathon
_PACES = say(
    "a_pace",
    words="easy, jog, walk",
    low="0.5",
    high="25 km/h",
    speeds=_SPEEDS,
    races="3k, 5k, 10k, half marathon, marathon",
    efforts="sprint 80 %, sustainable 70/75/80 %, flat 105 %, 10k 95 %",
    most="100 %",
    most_level="150 %",
)
# What coaches say for an effort, and what comes nearest in a file.
_SAME_PACES = {
    **dict.fromkeys(("walking", "brisk walk", "stroll"), ("walk",)),
    **dict.fromkeys(("jogging", "slow", "recovery", "very easy"), ("jog",)),
    **dict.fromkeys(("steady", "moderate", "comfortable", "easy run", "zone 2", "z2"), ("easy",)),
    **dict.fromkeys(("rest", "stand", "standing", "still", "none"), ("rest: {for: 90 s}",)),
    **dict.fromkeys(("tempo", "threshold", "cruise", "lt"), ("10k 95 %", "half marathon")),
    **dict.fromkeys(("hard", "interval", "vo2max", "vvo2max", "race", "race pace"), ("5k", "10k")),
    **dict.fromkeys(("fast", "sprint", "all out", "max"), ("sprint 80 %",)),
    **{word: (f"{word} 80 %",) for word in ("flat", "sustainable")},
}


def pace(value: object) -> PaceOrReference:
    """Read a pace or a reference to one (a parameter in km/h, or options that are paces)."""
    return reference(value, _pace) or _pace(value)


def backward_pace(value: object) -> PaceOrReference:
    """Read a backward pace: a speed only, and slow."""
    return reference(value, _backward_pace) or _backward_pace(value)


def _pace(value: object) -> Pace:
    if isinstance(value, str):
        text = " ".join(value.lower().split())
        text = text.removesuffix(" pace").removesuffix(" effort").removesuffix(" race")
        if text in _WORDS:
            return Pace(Rule(text))
        if (race := _race(text)) is not None:
            return Pace(race, (Amount(100.0, Dimension.PERCENT),))
        if len(value) <= _LONGEST * 3 and (found := _effort_pace(value, text)) is not None:
            return found
        try:
            return Pace(Rule.FIXED, (SPEED.read(text),))
        except WrongError:
            pass
    raise WrongError(show(value), _PACES, _pace_hint(value))


def _race(text: str) -> Rule | None:
    known = _SAME_RACES.get(text)
    return known or next((race for race in RACES_KM if race == text), None)


def _effort_pace(value: str, text: str) -> Pace | None:
    """Read a rule with efforts, one for each repetition; None where it is none."""
    shared = _SHARE.fullmatch(text)
    match = _EFFORTS.fullmatch(f"{shared[2]} {shared[1]} %" if shared else text)
    if match is None:
        return None
    word, unit = match[1], match[3]
    rule = _race(word) or next((rule for rule in _EFFORT_OF if rule == word), None)
    if rule is None:
        return None
    efforts, texts = _EFFORT_OF[rule], match[2].split("/")
    if len(texts) > MOST_TURNS:
        raise WrongError(say("entries", count=len(texts)), say("up_to_entries", most=MOST_TURNS))
    try:
        numbers = tuple(efforts(one if "$" in one else f"{one} {unit}") for one in texts)
    except WrongError as wrong:
        bare = re.fullmatch(r"[\d./]{1,40}", match[2]) is not None
        hint: Said | None = write(f"{word} {match[2]} %") if bare and not unit else None
        if bare and unit and rule is Rule.SPRINT:
            hint = write("sprint 100 %", f"flat {match[2]} %")
        raise WrongError(show(value), _PACES, hint) from wrong
    return Pace(rule, numbers)


def _pace_hint(value: object) -> Said | None:
    text = f"{value:.10g}" if isinstance(value, float) else value
    if not isinstance(text, str):
        return None
    text = " ".join(text.lower().split())
    if (same := _SAME_PACES.get(text.removesuffix(" pace"))) is not None:
        return write(*same)
    begun = re.match(r"(easy|jog|walk)\b", text)
    if begun is not None:
        return write(begun[1])
    found = amount(text)
    if found is None:
        return None
    if found.dimension is Dimension.COUNT and found.value > 0:
        return say("write_unit", instead=either(f"{text} km/h", f"{text} mph"))
    if re.fullmatch(r"\d{1,2}:\d{2}", text):
        meant = either(f"{text} min/km", f"{text} min/mile")
        return say("minutes_of_what", instead=meant)
    if found.dimension is Dimension.PERCENT:
        rules = ("flat", "sustainable", "sprint") if found.value <= 100 else ("flat", "sustainable")  # noqa: PLR2004  (percent)
        return write(*(f"{rule} {text}" for rule in rules))
    if found.dimension is Dimension.DISTANCE:
        near = [
            race for race, km in RACES_KM.items() if abs(found.value / 1000 / km - 1) < _NEAR_RACE
        ]
        return write(*(str(race) for race in near or RACES_KM))
    return None if found.dimension is Dimension.SPEED else _elsewhere(text, found.dimension)


def _backward_pace(value: object) -> Pace:
    return Pace(Rule.FIXED, (BACKWARD_SPEED.read(value),))


# ---- words ---------------------------------------------------------------------------------------


class OneOf:
    """Reads one of a few words, or a reference to a parameter whose options are such words."""

    def __init__(self, *words: str, same: dict[str, str] | None = None) -> None:
        """Take the words, and what else people write for them."""
        self._words = words
        self._same = same or {}

    def __call__(self, value: object) -> Choice:
        """Read a literal or a reference."""
        return reference(value, self.read) or self.read(value)

    def read(self, value: object) -> str:
        """Read a literal."""
        if isinstance(value, str) and value in self._words:
            return value
        near = nearest(value, self._words, self._same) if isinstance(value, str) else None
        hint = None if near is None else say("did_you_mean", near=near)
        raise WrongError(show(value), ", ".join(self._words), hint)


def nearest(text: str, words: tuple[str, ...], same: dict[str, str]) -> str | None:
    """Return the word that was meant, if that can be guessed."""
    text = text.strip().lower().replace("-", "_").replace(" ", "_")
    if text in words:
        return text
    return same.get(text) or next(iter(difflib.get_close_matches(text, words, n=1)), None)


UPHILL, FLAT, JOG = "uphill", "flat", "jog"
WALK_BACK = OneOf(
    *(UPHILL, FLAT, JOG),
    same={
        **dict.fromkeys(("up", "hill", "true", "yes", "incline", "walk_up"), UPHILL),
        **dict.fromkeys(("walk", "level", "easy"), FLAT),
        **dict.fromkeys(("run", "jogging", "jog_back", "run_up"), JOG),
    },
)


def words(most: int) -> Callable[[object], tuple[str, ...]]:
    """Return a reader of a list of up to ``most`` names (lower case, as in leg_swings)."""

    def read(value: object) -> tuple[str, ...]:
        if not isinstance(value, list) or len(value) > most:
            many = isinstance(value, list)
            found = say("entries", count=len(value)) if isinstance(value, list) else show(value)
            hint = None if many or not isinstance(value, str) else write(f"[{_named(value)}]")
            raise WrongError(found, say("names_list", most=most), hint)
        for word in value:
            if not isinstance(word, str) or not NAME.fullmatch(word):
                hint = (
                    write(_named(word), f"say: {word[:_LONGEST]}")
                    if isinstance(word, str)
                    else None
                )
                raise WrongError(show(word), say("names", example="leg_swings"), hint)
        return tuple(value)

    return read


def _named(text: str) -> str:
    return re.sub(r"[^a-z0-9,]+", "_", text[:_LONGEST].lower()).strip("_,").replace(",_", ", ")


def text(most: int, least: int = 0) -> Callable[[object], str]:
    """Return a reader of a text of ``least`` to ``most`` characters, white space evened out."""

    def read(value: object) -> str:
        if isinstance(value, str) and least <= len(even := " ".join(value.split())) <= most:
            return even
        raise WrongError(show(value), say("a_text", least=least, most=most))

    return read


_SPOKEN = say("spoken_text", most=LONGEST_WORDS, entries=MOST_WORDS)


def spoken(value: object) -> tuple[str, ...]:
    """Read what is said in a step: a text, or a list of some, spoken as they stand."""
    texts = value if isinstance(value, list) else [value]
    if not 1 <= len(texts) <= MOST_WORDS:
        raise WrongError(say("entries", count=len(texts)), _SPOKEN)
    even = [" ".join(one.split()) if isinstance(one, str) else "" for one in texts]
    for one, said in zip(texts, even, strict=True):
        if not said.isprintable() or not 1 <= len(said) <= LONGEST_WORDS:
            raise WrongError(show(one), _SPOKEN)
    return tuple(even)
