"""What a session file must be beyond its shape: references that fit, sensible order and size.

Works on the tree, and finds lines by the path of what it looks at. What could not be read
(``UNREAD``) was refused already: it stands for whatever fits best, so that no problem is the trace
of another.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
import re
from typing import Any

from ..model import Phase, slope_sine
from .model import (
    Amount,
    Dimension,
    Number,
    Pace,
    Part,
    Reference,
    Repeat,
    ScriptStep,
)
from .problems import Lines, Path, Problems, Said, say
from .schema import REST
from .text import UNREAD
from .values import WrongError
from .warm_up import Values, first_cold

MAX_STEPS = 500
MAX_DURATION_S = 6 * 3600.0
_MAX_NESTING = 3
_SHORTEST_M, _LONGEST_M = 20.0, 20_000.0  # of belt, for metres of descent
_UNKNOWN_LENGTH = Amount(0.0, Dimension.TIME)
_UNKNOWN_TIMES = Amount(2.0, Dimension.COUNT)
_NAMED = re.compile(r"\$([a-z][a-z0-9_]{0,39})")


class Builder:
    """Turns validated data into the tree and checks every reference on the way."""

    def __init__(self, problems: Problems, lines: Lines, parameters: Mapping[str, Any]) -> None:
        """Take where problems go and what references may lead to."""
        self._problems = problems
        self._lines = lines
        self._parameters = parameters
        self._values = Values(parameters)
        self._unread = False  # a part is missing: what comes before what is not known

    def tree(self, data: list[Any], raw: object, *, cold: bool) -> tuple[Part, ...]:
        """Build and check all steps.

        ``raw`` is what was written under ``steps``, ``cold`` says that no warm-up is wanted.
        """
        self._check_used(raw)
        parts = self._parts(data, ("steps",), 0)
        self._check_size(parts)
        if not self._unread and not self._problems.broken:
            self._check_order(parts)
            if not cold:
                self._check_warm_up(parts)
        return parts

    def _parts(self, data: Any, path: Path, nesting: int) -> tuple[Part, ...]:
        if data is UNREAD:
            self._unread = True
            return ()
        if nesting > _MAX_NESTING:
            found = say("nested_repeats")
            self._problems.add(path, found, say("up_to_deep", most=_MAX_NESTING))
            return ()
        parts = [self._part(entry, (*path, i), nesting) for i, entry in enumerate(data)]
        return tuple(part for part in parts if part is not None)

    def _part(self, entry: Any, path: Path, nesting: int) -> Part | None:
        if entry is UNREAD:
            self._unread = True
            return None
        line = self._lines[path]
        if "repeat" in entry:
            self._check_references({"repeat": entry["repeat"]}, path)
            steps = self._parts(entry.get("steps", UNREAD), (*path, "steps"), nesting + 1)
            times = entry["repeat"]
            if times is UNREAD:
                return Repeat(line=line, times=_UNKNOWN_TIMES, steps=steps)
            self._check_lengths(steps, times)
            return Repeat(line=line, times=times, steps=steps)
        ((kind, data),) = entry.items()
        read = {} if data is UNREAD else {k: v for k, v in data.items() if v is not UNREAD}
        self._check_references(read, (*path, kind))
        step = self._step(kind, read, line)
        self._check_drop(step, (*path, kind, "for"))
        if nesting == 0:
            self._check_lengths((step,), None)
        return step

    def _step(self, kind: str, data: dict[str, Any], line: int) -> ScriptStep:
        phase = Phase.RECOVERY if kind == REST else Phase(kind)
        lengths = data.get("at_least" if phase is Phase.TURN_AROUND else "for", _UNKNOWN_LENGTH)
        return ScriptStep(
            phase=phase,
            line=line,
            lengths=lengths if isinstance(lengths, tuple) else (lengths,),
            slope=data.get("decline", data.get("incline")),
            pace=data.get("pace"),
            ramp_from=data.get("from"),
            ramp_to=data.get("to"),
            walk_back=data.get("walk_back"),
            items=data.get("items", ()),
            words=data.get("say", ()),
            standing=kind == REST,
            # Rule R16: backward is guided, whether the file says so or not.
            guided=phase is Phase.BACKWARD,
        )

    # ---- references

    def _check_used(self, raw: object) -> None:
        """Refuse parameters that no step uses, as far as all steps are there."""
        used = set(_names_in(raw))
        for name, parameter in self._parameters.items():
            if name not in used and parameter is not UNREAD and not self._problems.broken:
                path = ("parameters", name)
                self._problems.add(
                    path, say("unused_parameter"), say("a_step_with", name=f"${name}")
                )

    def _check_references(self, data: Mapping[str, Any], path: Path) -> None:
        for key, value in data.items():
            for found in _references(value):
                self._check_reference(found, (*path, key))

    def _check_reference(self, found: Reference[Any], path: Path) -> None:
        if found.name not in self._parameters:
            names = ", ".join(f"${name}" for name in self._parameters)
            allowed: Said = names or say("no_parameters")
            self._problems.add(path, say("unknown_parameter", name=f"${found.name}"), allowed)
            return
        for text in self._values.texts(found):
            try:
                found.read(text)
            except WrongError as wrong:
                reached = say("can_be", name=f"${found.name}", value=text)
                self._problems.add(path, reached, wrong.allowed)
                return

    # ---- size

    def _check_size(self, parts: tuple[Part, ...]) -> None:
        steps, seconds = self._size(parts, 1)
        if steps > MAX_STEPS:
            found = say("many_steps", count=steps)
            self._problems.add(("steps",), found, say("up_to_steps", most=MAX_STEPS))
        elif seconds > MAX_DURATION_S:
            found = say("many_minutes", minutes=f"{seconds / 60:.0f}")
            most = f"{MAX_DURATION_S / 60:.0f}"
            self._problems.add(("steps",), found, say("up_to_minutes", most=most))

    def _size(self, parts: tuple[Part, ...], turns: int) -> tuple[int, float]:
        """Return steps and timed seconds of parts that are done so many times."""
        steps, seconds = 0, 0.0
        for part in parts:
            if isinstance(part, Repeat):
                inner_steps, inner_seconds = self._size(part.steps, self._times(part.times))
                steps += turns * inner_steps
                seconds += turns * inner_seconds
            else:
                steps += turns
                listed = [self._most_s(number) for number in part.lengths]
                seconds += sum(listed[:turns]) + max(0, turns - len(listed)) * listed[-1]
        return steps, seconds

    def _times(self, number: Number) -> int:
        return int(max((found.value for found in self._values.of(number)), default=1.0))

    def _most_s(self, number: Number) -> float:
        timed = [
            found.value for found in self._values.of(number) if found.dimension is Dimension.TIME
        ]
        return max(timed, default=0.0)

    def _check_lengths(self, steps: tuple[Part, ...], times: Number | None) -> None:
        """Refuse lengths that no repetition would have."""
        for step in steps:
            if isinstance(step, Repeat) or len(step.lengths) == 1:
                continue
            count = len(step.lengths)
            if times is None:
                found = say("lengths_once")
                self._at(step, found, say("in_a_repeat"), say("write", instead=f"repeat: {count}"))
            elif count > (most := self._times(times)):
                found = say("lengths_unused", count=count, times=most)
                hint = say("write", instead=f"repeat: {count}")
                self._at(step, found, say("fitting_times"), hint)

    def _check_drop(self, step: ScriptStep, path: Path) -> None:
        """Refuse metres of descent that come to no sensible distance on the belt."""
        for number in step.lengths:
            for drop in self._values.of(number):
                for slope in self._values.of(step.slope):
                    if drop.dimension is not Dimension.DROP:
                        continue
                    metres = drop_distance_m(drop.value, slope.value)
                    if not _SHORTEST_M <= metres <= _LONGEST_M:
                        found = say(
                            "drop_length",
                            length=f"{drop.value:g} m down",
                            decline=slope.value,
                            distance=f"{metres:.0f} m",
                        )
                        allowed = say("in_range", low="20 m", high="20 km")
                        self._problems.add(path, found, allowed)

    # ---- order

    def _check_order(self, parts: tuple[Part, ...]) -> None:
        # Twice through every repeat meets every pair of neighbours there can be.
        before: ScriptStep | None = None
        descended = moved = False
        for step in _twice(parts):
            self._check_pair(before, step)
            if not descended and self._goes_back(step):
                self._at(step, say("no_descent_before"), say("descent_before"))
            descended = descended or step.phase is Phase.DESCENT
            moved = moved or not step.phase.off_belt
            before = step
        self._check_pair(before, None)
        if not moved:
            self._problems.add(("steps",), say("no_belt_step"), say("belt_step"))

    def _goes_back(self, step: ScriptStep) -> bool:
        lengths = [found for number in step.lengths for found in self._values.of(number)]
        back = any(found.dimension is Dimension.WAY_BACK for found in lengths)
        return back or step.walk_back is not None

    def _check_pair(self, before: ScriptStep | None, after: ScriptStep | None) -> None:
        """Refuse to change direction on a moving belt (rule R16)."""
        backward = [step is not None and step.phase is Phase.BACKWARD for step in (before, after)]
        turns = [step is not None and step.phase is Phase.TURN_AROUND for step in (before, after)]
        if backward[1] and not (backward[0] or turns[0]) and after is not None:
            self._at(after, say("unturned_before"), say("turn_before"))
        if backward[0] and not (backward[1] or turns[1]) and before is not None:
            self._at(before, say("unturned_after"), say("turn_after"))

    def _check_warm_up(self, parts: tuple[Part, ...]) -> None:
        """Refuse hard running with cold legs, unless the file wants it."""
        step = first_cold(_twice(parts), self._values)
        if step is not None:
            allowed = say("warm_up_before", flag="no_warm_up: true")
            self._at(step, say("cold_start"), allowed, say("warm_up_hint"))

    # ---- problems

    def _at(self, step: ScriptStep, found: Said, allowed: Said, hint: Said | None = None) -> None:
        key = REST if step.standing else str(step.phase)
        self._problems.add((key,), found, allowed, hint, line=step.line)


def drop_distance_m(drop_m: float, decline_pct: float) -> float:
    """Return how far it is on the belt to go down so many metres."""
    return drop_m / slope_sine(decline_pct)


def _references(value: object) -> Iterator[Reference[Any]]:
    if isinstance(value, Reference):
        yield value
    elif isinstance(value, Pace):
        yield from _references(value.efforts)
    elif isinstance(value, tuple):
        for one in value:
            yield from _references(one)


def _names_in(raw: object) -> Iterator[str]:
    """Every ``$name`` that is written anywhere in what was read."""
    if isinstance(raw, str):
        yield from _NAMED.findall(raw)
    elif isinstance(raw, list | dict):
        for one in raw.values() if isinstance(raw, dict) else raw:
            yield from _names_in(one)


def _twice(parts: tuple[Part, ...]) -> Iterator[ScriptStep]:
    for part in parts:
        if isinstance(part, Repeat):
            times = part.times
            once = isinstance(times, Amount) and times.value == 1
            for _ in range(1 if once else 2):
                yield from _twice(part.steps)
        else:
            yield part
