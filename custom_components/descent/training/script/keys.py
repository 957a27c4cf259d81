"""What people write for a key of a session file, and which key it is.

Nothing of this is understood: a file keeps one word for one thing. It is where hints come from.
"""

from __future__ import annotations

from collections.abc import Collection
import difflib
import re

from .problems import Said, say, shorten
from .text import repeat_shape
from .values import amount, write

_SAME: dict[str, tuple[str, ...]] = {
    # keys of a step
    **dict.fromkeys(("time", "duration", "length", "distance", "dist", "during"), ("for",)),
    **dict.fromkeys(("until", "minutes", "seconds", "metres", "meters", "km"), ("for",)),
    **dict.fromkeys(("speed", "tempo", "effort", "intensity", "at", "velocity"), ("pace",)),
    **dict.fromkeys(("slope", "grade", "gradient", "angle", "steepness"), ("decline", "incline")),
    **dict.fromkeys(("down", "downhill"), ("decline", "descent")),
    **dict.fromkeys(("up", "uphill", "climb"), ("incline", "steady")),
    **dict.fromkeys(("back", "walkback", "way_back", "return", "mode"), ("walk_back",)),
    **dict.fromkeys(("text", "cue", "note", "message", "announce", "words"), ("say",)),
    **dict.fromkeys(("speak", "comment", "coach", "cues", "hint"), ("say",)),
    **dict.fromkeys(("exercises", "drill", "list"), ("items", "drills")),
    **dict.fromkeys(("start", "begin"), ("from",)),
    **dict.fromkeys(("end", "finish"), ("to", "cool_down")),
    **dict.fromkeys(("min", "minimum", "for"), ("at_least", "min")),
    # steps
    **dict.fromkeys(("warmup", "warming_up", "warm"), ("warm_up",)),
    **dict.fromkeys(("cooldown", "cooling_down", "cool"), ("cool_down",)),
    **dict.fromkeys(("recover", "walk", "jog", "float", "easy_jog"), ("recovery",)),
    **dict.fromkeys(("pause", "stand", "standing", "break", "wait", "rest"), ("rest", "recovery")),
    **dict.fromkeys(("run", "easy", "flat", "level_run", "main"), ("steady",)),
    **dict.fromkeys(("sprint", "interval", "hill", "rep", "work", "fast", "on"), ("descent",)),
    **dict.fromkeys(("off",), ("recovery", "rest")),
    **dict.fromkeys(("stretching", "stretches", "mobility"), ("stretch",)),
    **dict.fromkeys(("strides", "abc"), ("drills",)),
    **dict.fromkeys(("backwards", "retro"), ("backward",)),
    **dict.fromkeys(("turn", "turnaround"), ("turn_around",)),
    **dict.fromkeys(("reps", "times", "sets", "set", "loop", "count", "x"), ("repeat",)),
    **dict.fromkeys(("repetitions", "repeats", "rounds", "series"), ("repeat",)),
    # the file
    **dict.fromkeys(("title", "session", "id"), ("name",)),
    **dict.fromkeys(("difficulty", "for_level"), ("level",)),
    **dict.fromkeys(("workout", "intervals", "plan", "program", "step", "phases"), ("steps",)),
    **dict.fromkeys(("params", "options", "settings", "variables"), ("parameters", "options")),
    **dict.fromkeys(("goal", "aim", "aims", "tags"), ("goals",)),
    **dict.fromkeys(("about", "summary", "info"), ("description",)),
    **dict.fromkeys(("reason", "purpose"), ("why",)),
    **dict.fromkeys(("needs", "require"), ("requires",)),
    **dict.fromkeys(("value", "initial"), ("default",)),
    **dict.fromkeys(("units",), ("unit",)),
}
_SPOKEN = ("say", "form", "cue", "text", "note", "message", "announce", "words", "comment")
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_PACED = ("warm_up", "steady", "cool_down")
_COUNTED_REPEAT = re.compile(r"(?:repeat|x)? ?(\d{1,3}) ?(?:x|times|reps)?")


def key_hint(
    key: str, content: object, known: Collection[str], there: Collection[str]
) -> tuple[Said | None, set[str]]:
    """Return the hint for an unknown key, and the known keys it may stand for.

    ``content`` is what was written under it, ``there`` all keys beside it.
    """
    word = re.sub(r"[^a-z0-9]+", "_", key[:60].lower()).strip("_")
    if word == "form" and "for" in known:  # one letter from two keys, and a word of coaches
        return say("form_key"), {"for"} - set(there)
    steps = "repeat" in known and "descent" in known  # where a step or a repeat may stand
    if steps and word in _SPOKEN:
        return write("steady: {for: 5 min, pace: easy, say: ...}"), set()
    if steps and (word == "steps" or _COUNTED_REPEAT.fullmatch(key.strip().lower())):
        return repeat_shape(), {"repeat"}
    near = [word] if word in known else [other for other in _SAME.get(word, ()) if other in known]
    if not near:
        near = difflib.get_close_matches(word, list(known), n=1, cutoff=0.7)
    if not near:
        return None, set()
    instead = [_with(other, content, step=steps) for other in near]
    if instead == near:
        return say("did_you_mean", near=" / ".join(near)), set(near)
    return write(*instead), set(near)


def _with(key: str, content: object, *, step: bool) -> str:
    """Write a key with what was given to another."""
    if step and key != "repeat":
        return key if isinstance(content, dict | None) else step_text(key, content)
    if isinstance(content, float):
        unit = {"for": " min", "pace": " km/h"}.get(key, "")
        return f"{key}: {content:.10g}{unit}"
    if isinstance(content, str) and amount(content) is not None:
        return f"{key}: {shorten(content)}"
    return key


def part_hint(text: str, known: Collection[str]) -> Said | None:
    """Return the hint for a step that is written as words, as in ``- rest 90 s``."""
    if re.match(r"\d+ ?x", text.lower()):
        return repeat_shape()
    match = re.fullmatch(r"([A-Za-z_-]+)[ :]*(.*)", text[:60])
    if match is None:
        return None
    _, near = key_hint(match[1], None, known, ())
    if not near:
        return None
    return write(step_text(next(other for other in known if other in near), match[2]))


def step_text(kind: str, content: object) -> str:
    """Write a step with its keys, as far as what was written for them can be told apart."""
    said = f"{content:.10g}" if isinstance(content, float) else content
    words = said[:60].split() if isinstance(said, str) else []
    count = next((n for n in range(len(words), 0, -1) if amount(" ".join(words[:n]))), 0)
    length = " ".join(words[:count]) or "5 min"
    length += " min" if _NUMBER.fullmatch(length) else ""
    key = "at_least" if kind == "turn_around" else "for"
    speed = ", pace: easy" if kind in _PACED else ""
    return f"{kind}: {{{key}: {length}{speed}}}"
