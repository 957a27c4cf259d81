"""YAML text to plain data, with the line of everything in it. For files nobody has checked yet.

Read event by event instead of with a loader: no tag is ever constructed, an alias is refused where
it stands (a recursion, or a bomb), depth and size are bounded before anything is built, and every
value knows its line. Reading goes on behind what is refused, so that all of it is said at once.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum, auto
import re
from typing import Any, Final

import yaml

from .problems import Lines, Path, Problem, Problems, Said, ScriptError, say, shorten

MAX_BYTES = 64 * 1024
MAX_DEPTH = 12  # a step in three nested repeats is at 9
_MOST_BROKEN_LINES = 8  # taken out one after the other

# Ten times as fast where libyaml is there.
_PARSER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_NUMBER = re.compile(r"-?\d{1,9}(\.\d{1,9})?")
_REST_OF_NUMBER = re.compile(r"\d{1,9}\b[^,:]{0,20}")
_WORDS: dict[str, bool | None] = {"true": True, "false": False, "null": None, "~": None, "": None}
_REPEAT = re.compile(r"(?m)^\s*-\s*repeat\b")


class _Unread(Enum):
    UNREAD = auto()


UNREAD: Final = _Unread.UNREAD  # stands for a value that was refused already


class BrokenYamlError(Exception):
    """Text that is no YAML, and in which line; ``again`` says whether to go on without it."""

    def __init__(
        self,
        line: int,
        found: Said,
        allowed: Said,
        hint: Said | None = None,
        *,
        again: bool = True,
    ) -> None:
        """Keep what a problem says."""
        super().__init__()
        self.again = again
        self.line = line
        self.found = found
        self.allowed = allowed
        self.hint = hint


def decode(text: str | bytes, source: str) -> str:
    """Return the text of a file; raises ``ScriptError`` for one too large or not in UTF-8."""
    size = len(text)
    if size <= MAX_BYTES:
        try:
            if isinstance(text, bytes):
                return text.decode("utf-8-sig")
            size = len(text.encode())
        except (UnicodeDecodeError, UnicodeEncodeError) as error:
            line = _bad_line(error)
            raise whole(source, say("not_utf_8"), say("utf_8"), line=line) from error
        if size <= MAX_BYTES:
            return text
    most = f"{MAX_BYTES // 1024} KiB"
    raise whole(source, say("larger", size=most), say("at_most", most=most))


def whole(source: str, found: Said, allowed: Said, *, line: int = 1) -> ScriptError:
    """Return the error of a file that is wrong as a whole."""
    return ScriptError(source, Problem(line=line, key="", found=found, allowed=allowed))


def _bad_line(error: UnicodeDecodeError | UnicodeEncodeError) -> int:
    if isinstance(error, UnicodeDecodeError):
        return error.object[: error.start].count(b"\n") + 1
    return error.object[: error.start].count("\n") + 1


def read(text: str, source: str) -> tuple[object, Lines, Problems]:
    """Read YAML into dicts, lists, strings, numbers and bools.

    Returns the data, its lines, and what is wrong so far. A line that is no YAML is taken out, and
    the rest is read as if it were not there; ``Problems.broken`` says so.
    """
    lines: Lines = {}
    problems = Problems(source, lines)
    kept = text.split("\n")
    for _ in range(_MOST_BROKEN_LINES):
        lines.clear()
        try:
            data = _Reader("\n".join(kept), lines, problems).document()
        except BrokenYamlError as broken:
            # A second one may be nothing but the trace of the first; a tab is one for sure.
            if not problems.broken or broken.found == say("a_tab"):
                problems.add((), broken.found, broken.allowed, broken.hint, line=broken.line)
            problems.broken = True
            line = "".join(kept[broken.line - 1 : broken.line])
            if not broken.again or not line.strip():
                break
            kept[broken.line - 1] = ""
        else:
            return data, lines, problems
    return UNREAD, lines, problems


def _broken(text: str, error: yaml.YAMLError) -> BrokenYamlError:
    mark = getattr(error, "problem_mark", None)
    if not isinstance(error, yaml.MarkedYAMLError):
        line = text[: getattr(error, "position", 0)].count("\n") + 1
        return BrokenYamlError(line, say("bad_character"), say("printable"))
    line = 1 + (mark.line if mark else 0)
    if error.context_mark is not None and "flow" in str(error.context):
        line = error.context_mark.line + 1  # where the bracket was opened that is not closed
    before = text.split("\n")[:line]
    if before and "\t" in before[-1]:
        return BrokenYamlError(line, say("a_tab"), say("spaces"))
    return BrokenYamlError(line, say("broken_yaml"), say("valid_yaml"), _shape_hint(before))


def _shape_hint(before: list[str]) -> Said | None:
    """Show the shape of a repeat, where the broken line or the one above it begins one."""
    written = [line for line in before if line.strip()][-2:]
    if _REPEAT.search("\n".join(written)):
        return repeat_shape()
    if written and "{" in written[-1]:
        return say("braces", example="{for: 10 min, pace: easy}")
    return None


def repeat_shape() -> Said:
    """Return the hint that says how a repeat is indented."""
    return say("repeat_shape", first="repeat: 4", second="steps:")


class _Reader:
    """Builds data from the parser's events."""

    def __init__(self, text: str, lines: Lines, problems: Problems) -> None:
        self._text = text
        self._lines = lines
        self._problems = problems
        self._events: Iterator[Any] = iter(yaml.parse(text, Loader=_PARSER))

    def document(self) -> object:
        """Read the one document; raises ``BrokenYamlError``."""
        try:
            return self._document()
        except yaml.YAMLError as error:
            raise _broken(self._text, error) from error

    def _document(self) -> object:
        next(self._events)  # the stream
        event = next(self._events)
        if isinstance(event, yaml.StreamEndEvent):
            if not self._problems.broken:
                self._refuse(event, (), say("empty_file"), say("a_session"))
            return UNREAD
        value = self._value(next(self._events), ())
        next(self._events)  # the document's end
        event = next(self._events)
        if not isinstance(event, yaml.StreamEndEvent):
            self._refuse(event, (), say("second_document"), say("one_session"))
        return value

    def _value(self, event: Any, path: Path) -> object:
        self._lines.setdefault(path, _line_of(event))
        refused = self._refused(event, path)
        self._check_depth(event, len(path))
        value: object = UNREAD
        if isinstance(event, yaml.ScalarEvent):
            value = _scalar(event.value) if event.implicit[0] else event.value
        elif isinstance(event, yaml.SequenceStartEvent):
            value = self._list(path)
        elif isinstance(event, yaml.MappingStartEvent):
            value = self._mapping(path, flow=bool(event.flow_style))
        return UNREAD if refused else value

    def _refused(self, event: Any, path: Path) -> bool:
        """Refuse what a session file has no need of."""
        if isinstance(event, yaml.AliasEvent) or event.anchor is not None:
            self._refuse(event, path, say("an_alias"), say("written_out"))
            return True
        if event.tag is not None:
            found = say("a_tag", tag=shorten(event.tag))
            self._refuse(event, path, found, say("untagged"))
            return True
        return False

    def _check_depth(self, event: Any, depth: int) -> None:
        """Stop where it gets too deep: to read on would take ever more time."""
        if depth > MAX_DEPTH:
            most = say("up_to_levels", most=MAX_DEPTH)
            raise BrokenYamlError(_line_of(event), say("too_deep"), most, again=False)

    def _skip(self, event: Any) -> None:
        """Pass over everything inside a value."""
        depth = int(isinstance(event, yaml.CollectionStartEvent))
        while depth:
            event = next(self._events)
            depth += isinstance(event, yaml.CollectionStartEvent)
            depth -= isinstance(event, yaml.CollectionEndEvent)
            self._check_depth(event, depth)

    def _list(self, path: Path) -> list[object]:
        values: list[object] = []
        while not isinstance(event := next(self._events), yaml.SequenceEndEvent):
            values.append(self._value(event, (*path, len(values))))
        return values

    def _mapping(self, path: Path, *, flow: bool) -> dict[str, object]:
        values: dict[str, object] = {}
        before: tuple[str, str] | None = None  # the key before, and the scalar written behind it
        while not isinstance(event := next(self._events), yaml.MappingEndEvent):
            if not isinstance(event, yaml.ScalarEvent) or event.tag or event.anchor:
                self._refuse(event, path, say("odd_key"), say("a_word_key"))
                self._skip(event)
                self._skip(next(self._events))
                continue
            key, following = event.value, next(self._events)
            if flow and before is not None and _empty(following) and _REST_OF_NUMBER.match(key):
                # In braces a comma ends a value: {for: 1,5 km} is a key "for" and a key "5 km".
                before = before[0], f"{before[1]},{key}"
                values[before[0]] = before[1]
                continue
            value = self._value(following, (*path, key))
            before = (key, following.value) if isinstance(following, yaml.ScalarEvent) else None
            if key in values:
                self._refuse(event, (*path, key), say("key_twice"), say("key_once"))
                continue
            self._lines[*path, key] = _line_of(event)
            values[key] = value
        return values

    def _refuse(self, event: Any, path: Path, found: Said, allowed: Said) -> None:
        self._problems.add(path, found, allowed, line=_line_of(event))


def _line_of(event: Any) -> int:
    return int(event.start_mark.line) + 1


def _empty(event: Any) -> bool:
    return isinstance(event, yaml.ScalarEvent) and event.implicit[0] and not event.value


def _scalar(text: str) -> object:
    """Tell numbers and bools from words; no dates, no sixties, no "no" for false."""
    if text in _WORDS:
        return _WORDS[text]
    if _NUMBER.fullmatch(text):
        return float(text)
    return text
