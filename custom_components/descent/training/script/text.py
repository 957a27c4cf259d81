"""YAML text to plain data, with the line of everything in it. For files nobody has checked yet.

Read event by event instead of with a loader: no tag is ever constructed, an alias is refused where
it stands (a recursion, or a bomb), depth and size are bounded before anything is built, and every
value knows its line.
"""

from __future__ import annotations

from collections.abc import Iterator
import re
from typing import Any

import yaml

MAX_BYTES = 64 * 1024
MAX_DEPTH = 12  # a step in three nested repeats is at 9
SHOWN = 60  # characters of what was found that an error repeats

type Path = tuple[str | int, ...]
type Lines = dict[Path, int]

# Ten times as fast where libyaml is there.
_PARSER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_NUMBER = re.compile(r"-?\d{1,9}(\.\d{1,9})?")
_WORDS: dict[str, bool | None] = {"true": True, "false": False, "null": None, "~": None, "": None}


class ScriptError(ValueError):
    """A session file that cannot be used: where, what stands there, and what could.

    Attributes:
        source: name of the file.
        line: line in it, from 1.
        key: where in the structure, as in ``steps[3].descent.pace``; empty for the file as a whole.
        found: what stands there.
        allowed: what may stand there.
    """

    def __init__(self, source: str, line: int, key: str, found: str, allowed: str) -> None:
        """Build the one message from the parts."""
        place = f"{source}, line {line}" + (f", {key}" if key else "")
        super().__init__(f"{place}: found {found}; allowed: {allowed}")
        self.source = source
        self.line = line
        self.key = key
        self.found = found
        self.allowed = allowed


def show(value: object) -> str:
    """Return a value as an error repeats it: on one line, printable, short."""
    match value:
        case None:
            return "nothing"
        case dict():
            return "a mapping (key: value)" if value else "an empty mapping"
        case list():
            return "a list" if value else "an empty list"
        case bool():
            return str(value).lower()
        case str():
            return shorten(repr(value))
        case _:
            return shorten(str(value))


def shorten(text: str) -> str:
    """Cut what is too long to repeat."""
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}..."


def dotted(path: Path) -> str:
    """Write a path as people do, lists counted from 1."""
    text = ""
    for part in path:
        text += f"[{part + 1}]" if isinstance(part, int) else f".{part}" if text else part
    return shorten(text)


def decode(text: str | bytes, source: str) -> str:
    """Return the text of a file; raises ``ScriptError`` for one too large or not in UTF-8."""
    size = len(text)
    if size <= MAX_BYTES:
        try:
            if isinstance(text, bytes):
                return text.decode("utf-8-sig")
            size = len(text.encode())
        except (UnicodeDecodeError, UnicodeEncodeError) as error:
            found = "something that is not UTF-8"
            raise ScriptError(source, _bad_line(error), "", found, "text in UTF-8") from error
        if size <= MAX_BYTES:
            return text
    allowed = f"at most {MAX_BYTES // 1024} KiB"
    raise ScriptError(source, 1, "", f"more than {allowed.removeprefix('at most ')}", allowed)


def _bad_line(error: UnicodeDecodeError | UnicodeEncodeError) -> int:
    if isinstance(error, UnicodeDecodeError):
        return error.object[: error.start].count(b"\n") + 1
    return error.object[: error.start].count("\n") + 1


def read(text: str, source: str) -> tuple[object, Lines]:
    """Read YAML into dicts, lists, strings, numbers and bools; raises ``ScriptError``."""
    reader = _Reader(text, source)
    try:
        return reader.document(), reader.lines
    except yaml.MarkedYAMLError as error:
        line = 1 + (error.problem_mark.line if error.problem_mark else 0)
        raise ScriptError(source, line, "", *_broken(text, line, str(error.problem))) from error
    except yaml.YAMLError as error:
        line = text[: getattr(error, "position", 0)].count("\n") + 1
        raise ScriptError(
            source, line, "", "a character that text does not have", "printable characters"
        ) from error


def _broken(text: str, line: int, problem: str) -> tuple[str, str]:
    lines = text.splitlines()
    found = lines[line - 1] if line <= len(lines) else ""
    if "\t" in found:
        return "a tab", "spaces to indent and separate"
    return f"broken YAML ({shorten(problem)})", "valid YAML; quote text with : # [ ] { } or ,"


class _Reader:
    """Builds data from the parser's events."""

    def __init__(self, text: str, source: str) -> None:
        self.lines: Lines = {}
        self._source = source
        self._events: Iterator[Any] = iter(yaml.parse(text, Loader=_PARSER))

    def document(self) -> object:
        """Read the one document."""
        next(self._events)  # the stream
        event = next(self._events)
        if isinstance(event, yaml.StreamEndEvent):
            raise self._error(event, (), "an empty file", "a session: name, level, steps")
        value = self._value(next(self._events), ())
        next(self._events)  # the document's end
        event = next(self._events)
        if not isinstance(event, yaml.StreamEndEvent):
            raise self._error(event, (), "a second document (---)", "one session in a file")
        return value

    def _value(self, event: Any, path: Path) -> object:
        self.lines.setdefault(path, _line_of(event))
        if isinstance(event, yaml.AliasEvent) or event.anchor is not None:
            raise self._error(event, path, "an anchor or alias (& or *)", "values written out")
        if event.tag is not None:
            raise self._error(event, path, f"a tag ({shorten(event.tag)})", "values without a tag")
        if len(path) > MAX_DEPTH:
            raise self._error(event, path, "too many levels", f"at most {MAX_DEPTH} levels")
        if isinstance(event, yaml.ScalarEvent):
            return _scalar(event.value) if event.implicit[0] else event.value
        if isinstance(event, yaml.SequenceStartEvent):
            return self._list(path)
        return self._mapping(path)

    def _list(self, path: Path) -> list[object]:
        values: list[object] = []
        while not isinstance(event := next(self._events), yaml.SequenceEndEvent):
            values.append(self._value(event, (*path, len(values))))
        return values

    def _mapping(self, path: Path) -> dict[str, object]:
        values: dict[str, object] = {}
        while not isinstance(event := next(self._events), yaml.MappingEndEvent):
            if not isinstance(event, yaml.ScalarEvent) or event.tag or event.anchor:
                raise self._error(event, path, "a key that is not a word", "a word as key")
            key = event.value
            if key in values:
                raise self._error(event, (*path, key), "the same key twice", "every key once")
            self.lines[*path, key] = _line_of(event)
            values[key] = self._value(next(self._events), (*path, key))
        return values

    def _error(self, event: Any, path: Path, found: str, allowed: str) -> ScriptError:
        return ScriptError(self._source, _line_of(event), dotted(path), found, allowed)


def _line_of(event: Any) -> int:
    return int(event.start_mark.line) + 1


def _scalar(text: str) -> object:
    """Tell numbers and bools from words; no dates, no sixties, no "no" for false."""
    if text in _WORDS:
        return _WORDS[text]
    if _NUMBER.fullmatch(text):
        return float(text)
    return text
