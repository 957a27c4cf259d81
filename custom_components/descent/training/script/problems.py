"""What is wrong with a session file, in a form that can be said in any language.

A problem is told in *phrases*: a key and what is put into its text. The English texts are here
(phrases.py), those of a user's language are translations (``selector.session_file``). What stands
in a file, or may be written into one, is the same in every language and is plain text.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from .phrases import ENGLISH

SHOWN = 60  # characters of what was found that a problem repeats
MOST_PROBLEMS = 100  # of one file; nobody reads more

type Path = tuple[str | int, ...]
type Lines = dict[Path, int]
type Said = str | Phrase


@dataclass(frozen=True, slots=True)
class Phrase:
    """A text by its key, and what is put into it."""

    key: str
    values: tuple[tuple[str, Said], ...] = ()

    def text(self, texts: Mapping[str, str] = ENGLISH) -> str:
        """Say it with the texts of a language; English where that has none."""
        values = {name: in_words(value, texts) for name, value in self.values}
        return texts.get(self.key, ENGLISH[self.key]).format_map(values)


def say(key: str, /, **values: Said | float) -> Phrase:
    """Return a phrase; numbers are written the way they are in a file."""
    written = ((n, f"{v:.10g}" if isinstance(v, int | float) else v) for n, v in values.items())
    return Phrase(key, tuple(written))


def in_words(said: Said, texts: Mapping[str, str] = ENGLISH) -> str:
    """Return plain text as it is, and a phrase in a language."""
    return said if isinstance(said, str) else said.text(texts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing that is wrong with a file.

    Attributes:
        line: line in the file, from 1.
        key: where in the structure, as in ``steps[3].descent.pace``; empty for the file as a whole.
        found: what stands there.
        allowed: what may stand there.
        hint: what to write instead, where that can be guessed.
    """

    line: int
    key: str
    found: Said
    allowed: Said
    hint: Said | None = None

    def text(self, texts: Mapping[str, str] = ENGLISH) -> str:
        """Say it in one line: where, what was found, what is allowed."""
        parts = {"line": self.line, "found": self.found, "allowed": self.allowed}
        place = say("problem_at", key=self.key, **parts) if self.key else say("problem", **parts)
        said = place if self.hint is None else say("hinted", problem=place, hint=self.hint)
        return said.text(texts)


class ScriptError(ValueError):
    """A session file that cannot be used, with everything that was found wrong with it.

    Attributes:
        source: name of the file.
        problems: what is wrong, by line; at least one.
    """

    def __init__(self, source: str, *problems: Problem) -> None:
        """Say all problems, one a line."""
        super().__init__("\n".join(f"{source}, {problem.text()}" for problem in problems))
        self.source = source
        self.problems = problems


class Problems:
    """The problems of one file, as they are found; the same place is reported once."""

    def __init__(self, source: str, lines: Lines) -> None:
        """Know no problem; ``lines`` says where each path of the file stands."""
        self._source = source
        self._lines = lines
        self._found: dict[tuple[int, str], Problem] = {}
        self.broken = False  # not all of the file could be read

    def __bool__(self) -> bool:
        """Whether anything is wrong."""
        return bool(self._found)

    def add(
        self,
        path: Path,
        found: Said,
        allowed: Said,
        hint: Said | None = None,
        *,
        line: int | None = None,
    ) -> None:
        """Note a problem at a path; its line is looked up unless it is given."""
        at, key = line or self._lines.get(path, 1), dotted(path)
        if len(self._found) < MOST_PROBLEMS:
            problem = Problem(line=at, key=key, found=found, allowed=allowed, hint=hint)
            self._found.setdefault((at, key), problem)

    def error(self) -> ScriptError:
        """Return the error that says all of them, by line."""
        found = sorted(self._found.values(), key=lambda problem: problem.line)
        return ScriptError(self._source, *found)


def show(value: object) -> Said:
    """Return a value as a problem repeats it: on one line, printable, short."""
    match value:
        case None:
            return say("nothing")
        case dict():
            return say("a_mapping" if value else "an_empty_mapping")
        case list():
            return say("a_list" if value else "an_empty_list")
        case bool():
            return str(value).lower()
        case float():
            return shorten(f"{value:.10g}")
        case _:
            return shorten(repr(value))


def shorten(text: str) -> str:
    """Cut what is too long to repeat."""
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}..."


def dotted(path: Path) -> str:
    """Write a path as people do, lists counted from 1."""
    text = ""
    for part in path:
        text += f"[{part + 1}]" if isinstance(part, int) else f".{part}" if text else part
    return shorten(text)
