"""What is said of a session file that is wrong, in English."""

from __future__ import annotations

from typing import NamedTuple

import pytest

from custom_components.descent.training.script import ScriptError, parse
from custom_components.descent.training.script.problems import in_words


class Told(NamedTuple):
    """One problem, in words."""

    line: int
    key: str
    found: str
    allowed: str
    hint: str


def all_told(text: str | bytes) -> list[Told]:
    """Read a wrong file and return everything that is said of it."""
    with pytest.raises(ScriptError) as caught:
        parse(text, "mine.yaml")
    return [
        Told(
            problem.line,
            problem.key,
            in_words(problem.found),
            in_words(problem.allowed),
            "" if problem.hint is None else in_words(problem.hint),
        )
        for problem in caught.value.problems
    ]


def told(text: str | bytes) -> Told:
    """Read a file with one thing wrong, and return what is said of it."""
    (problem,) = all_told(text)
    return problem
