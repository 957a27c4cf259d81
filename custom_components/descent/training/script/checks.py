"""What a session file must be beyond its shape: references that fit, sensible order and size.

Works on the tree, and finds lines by the path of what it looks at.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ..model import Phase
from .model import Amount, Dimension, Number, Pace, Parameter, Part, Reference, Repeat, ScriptStep
from .text import Lines, Path, ScriptError, dotted
from .values import Wrong

MAX_STEPS = 500
MAX_DURATION_S = 6 * 3600.0
_MAX_NESTING = 3


class Builder:
    """Turns validated data into the tree and checks every reference on the way."""

    def __init__(self, source: str, lines: Lines, parameters: tuple[Parameter, ...]) -> None:
        """Take what errors need and what references may lead to."""
        self._source = source
        self._lines = lines
        self._parameters = {parameter.name: parameter for parameter in parameters}
        self._used: set[str] = set()

    def tree(self, data: list[dict[str, Any]]) -> tuple[Part, ...]:
        """Build and check all steps; raises ``ScriptError``."""
        parts = self._parts(data, ("steps",), 0)
        for name in self._parameters:
            if name not in self._used:
                raise self._error(
                    ("parameters", name), "a parameter that no step uses", f"a step with ${name}"
                )
        self._check_size(parts)
        self._check_order(parts)
        return parts

    def _parts(self, data: list[dict[str, Any]], path: Path, nesting: int) -> tuple[Part, ...]:
        if nesting > _MAX_NESTING:
            raise self._error(path, "repeats in repeats", f"at most {_MAX_NESTING} deep")
        return tuple(self._part(entry, (*path, i), nesting) for i, entry in enumerate(data))

    def _part(self, entry: dict[str, Any], path: Path, nesting: int) -> Part:
        line = self._lines[path]
        if "repeat" in entry:
            self._check_references({"repeat": entry["repeat"]}, path)
            steps = self._parts(entry["steps"], (*path, "steps"), nesting + 1)
            return Repeat(line=line, times=entry["repeat"], steps=steps)
        ((kind, data),) = entry.items()
        self._check_references(data, (*path, kind))
        phase = Phase(kind)
        return ScriptStep(
            phase=phase,
            line=line,
            length=data["at_least"] if phase is Phase.TURN_AROUND else data["for"],
            slope=data.get("decline", data.get("incline")),
            pace=data.get("pace"),
            ramp_from=data.get("from"),
            ramp_to=data.get("to"),
            walk_back=data.get("walk_back"),
            items=data.get("items", ()),
            # Rule R16: backward is guided, whether the file says so or not.
            guided=phase is Phase.BACKWARD,
        )

    # ---- references

    def _check_references(self, data: Mapping[str, Any], path: Path) -> None:
        for key, value in data.items():
            for found in _references(value):
                self._check_reference(found, (*path, key))

    def _check_reference(self, found: Reference[Any], path: Path) -> None:
        parameter = self._parameters.get(found.name)
        if parameter is None:
            names = ", ".join(f"${name}" for name in self._parameters)
            allowed = names or "a value, as the file has no parameters"
            raise self._error(path, f"the unknown parameter ${found.name}", allowed)
        self._used.add(found.name)
        for text in parameter.extremes:
            try:
                found.read(text)
            except Wrong as wrong:
                reached = f"${found.name}, which can be {text}"
                raise self._error(path, reached, wrong.allowed) from wrong

    # ---- size and order

    def _check_size(self, parts: tuple[Part, ...]) -> None:
        steps, seconds = self._size(parts)
        if steps > MAX_STEPS:
            raise self._error(("steps",), f"up to {steps} steps", f"at most {MAX_STEPS}")
        if seconds > MAX_DURATION_S:
            found = f"up to {seconds / 60:.0f} minutes in timed steps"
            raise self._error(("steps",), found, f"at most {MAX_DURATION_S / 60:.0f} minutes")

    def _size(self, parts: tuple[Part, ...]) -> tuple[int, float]:
        steps, seconds = 0, 0.0
        for part in parts:
            if isinstance(part, Repeat):
                times = int(self._most(part.times).value)
                inner_steps, inner_seconds = self._size(part.steps)
                steps += times * inner_steps
                seconds += times * inner_seconds
            else:
                length = self._most(part.length)
                steps += 1
                seconds += length.value if length.dimension is Dimension.TIME else 0.0
        return steps, seconds

    def _most(self, number: Number) -> Amount:
        if isinstance(number, Amount):
            return number
        return number.read(self._parameters[number.name].extremes[-1])

    def _check_order(self, parts: tuple[Part, ...]) -> None:
        # Twice through every repeat meets every pair of neighbours there can be.
        before: ScriptStep | None = None
        descended = moved = False
        for step in _twice(parts):
            self._check_pair(before, step)
            if step.walk_back is not None and not descended:
                raise self._at(step, "a walk back with no descent before it", "a descent before it")
            descended = descended or step.phase is Phase.DESCENT
            moved = moved or not step.phase.off_belt
            before = step
        self._check_pair(before, None)
        if not moved:
            raise self._error(("steps",), "no step on the belt", "at least one step on the belt")

    def _check_pair(self, before: ScriptStep | None, after: ScriptStep | None) -> None:
        """Refuse to change direction on a moving belt (rule R16)."""
        backward = [step is not None and step.phase is Phase.BACKWARD for step in (before, after)]
        turns = [step is not None and step.phase is Phase.TURN_AROUND for step in (before, after)]
        if backward[1] and not (backward[0] or turns[0]) and after is not None:
            raise self._at(after, "backward without turning around", "a turn_around before it")
        if backward[0] and not (backward[1] or turns[1]) and before is not None:
            raise self._at(before, "no turning around after backward", "a turn_around after it")

    # ---- errors

    def _at(self, step: ScriptStep, found: str, allowed: str) -> ScriptError:
        return ScriptError(self._source, step.line, step.phase, found, allowed)

    def _error(self, path: Path, found: str, allowed: str) -> ScriptError:
        return error_at(self._source, self._lines, path, found, allowed)


def error_at(source: str, lines: Lines, path: Path, found: str, allowed: str) -> ScriptError:
    """Return an error at a path of the file."""
    return ScriptError(source, lines.get(path, 1), dotted(path), found, allowed)


def _references(value: object) -> Iterator[Reference[Any]]:
    if isinstance(value, Reference):
        yield value
    elif isinstance(value, Pace):
        yield from (effort for effort in value.efforts if isinstance(effort, Reference))


def _twice(parts: tuple[Part, ...]) -> Iterator[ScriptStep]:
    for part in parts:
        if isinstance(part, Repeat):
            times = part.times
            once = isinstance(times, Amount) and times.value == 1
            for _ in range(1 if once else 2):
                yield from _twice(part.steps)
        else:
            yield part
