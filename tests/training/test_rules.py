"""The numbers of the rules have one home."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from custom_components.descent.training import rules
from tests import imports

# Here rules are kept, and nothing is to keep a number of its own.
PLACES = (
    "training/actuators.py",
    "training/gate/*.py",
    "training/planner/predicted.py",
    "training/session/*.py",
    "treadmills/ftms_hearing.py",
    "snapshot.py",
)
# Somebody has looked at each of these: it is no rule's, and why.
OTHERS = {
    "training.actuators._FASTEST": "what a motor can do",
    "training.actuators._LONGEST_GAP_S": "which measurements can be compared",
    "training.actuators._SHORTEST_GAP_S": "which measurements can be compared",
    "training.actuators._SLOWEST": "what a motor can do",
    "training.actuators._WEIGHT": "how fast an average learns",
    "training.gate.notices._REMEMBERED": "the length of a memory",
    "training.planner.predicted._SLICES": "the precision of a sum",
    "training.session.adjustments.SLOWEST_M_S": "keeps a quotient finite",
    "training.session.stored._LARGEST": "keeps rubbish out of a stored session",
    "treadmills.ftms_hearing.FASTEST_HEART_BPM": "what a heart can do",
    "treadmills.ftms_hearing.SLOWEST_HEART_BPM": "what a heart can do",
    "treadmills.ftms_hearing.STOP_ECHO_S": "how late FTMS machines say that they have stopped",
}


def constants(path: Path) -> Iterator[tuple[str, ast.expr]]:
    """Yield the constants of a module, and what they are made of."""
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            yield from ((ast.unparse(target), node.value) for target in targets)


def has_number(value: ast.expr) -> bool:
    """Whether there is a number in it that stands in no other place."""
    parts = (part for part in ast.walk(value) if isinstance(part, ast.Constant))
    return any(type(part.value) in {int, float} for part in parts)


def test_no_place_keeps_a_number_that_is_a_rules() -> None:
    found = {
        f"{imports.module_name(path)}.{name}"
        for place in PLACES
        for path in imports.DESCENT.glob(place)
        for name, value in constants(path)
        if has_number(value)
    }
    assert found == set(OTHERS)


def test_every_place_is_there() -> None:
    assert [place for place in PLACES if not list(imports.DESCENT.glob(place))] == []


@pytest.mark.parametrize("source", ["X = 0.3", "X: Final = -0.5", "X = (A, 2)", "X = A / 2"])
def test_a_number_is_seen_however_it_is_written(source: str, tmp_path: Path) -> None:
    path = tmp_path / "some.py"
    path.write_text(source, encoding="utf-8")
    assert [name for name, value in constants(path) if has_number(value)] == ["X"]


@pytest.mark.parametrize("source", ["X = A", 'X = "0.3"', "X = True", "X: float"])
def test_what_is_no_number_is_not_seen(source: str, tmp_path: Path) -> None:
    path = tmp_path / "some.py"
    path.write_text(source, encoding="utf-8")
    assert [name for name, value in constants(path) if has_number(value)] == []


def test_every_number_is_used() -> None:
    numbers = {name for name in vars(rules) if name.isupper()}
    used = {
        name.rpartition(".")[2]
        for names in imports.read(imports.sources()).values()
        for name in names
        if name.startswith(f"{imports.PACKAGE}.training.rules.")
    }
    assert numbers - used == set()
