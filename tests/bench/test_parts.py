"""The list of what is measured: consistent in itself, with the modules, and with the page."""

from __future__ import annotations

from importlib.util import find_spec

import pytest

from bench.parts import PARTS, Goal, Part
from tests.pages import rows

PAGE = "docs/benchmarks.md"


def test_every_part_has_a_name_of_its_own() -> None:
    names = [part.name for part in PARTS]
    assert len(set(names)) == len(names)


def test_every_figure_has_a_key_of_its_own_in_its_part() -> None:
    for part in PARTS:
        keys = [figure.key for figure in part.figures]
        assert len(set(keys)) == len(keys), part.name


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.name)
def test_every_part_has_a_module(part: Part) -> None:
    assert find_spec(part.imported) is not None


def test_parts_without_home_assistant_come_first() -> None:
    assert [part.without_home for part in PARTS] == sorted(
        (part.without_home for part in PARTS), reverse=True
    )


@pytest.mark.parametrize(
    ("goal", "value", "met"),
    [
        (Goal(10), 10, True),
        (Goal(10), 10.1, False),
        (Goal(10, least=True), 10, True),
        (Goal(10, least=True), 9.9, False),
        (Goal(0), 0, True),
    ],
)
def test_a_goal_is_met_up_to_its_limit(goal: Goal, value: float, met: bool) -> None:
    assert goal.met_by(value) is met


def test_the_page_lists_the_parts_as_they_are() -> None:
    written = [row[0] for row in rows(PAGE, "## Parts")]
    assert written == [f"`{part.name}`" for part in PARTS]


def test_the_page_lists_every_figure_with_its_unit_and_goal() -> None:
    written = [row[:4] for row in rows(PAGE, "## The last figures")]
    assert written == [
        (f"`{part.name}`", figure.says, figure.unit, str(figure.goal or ""))
        for part in PARTS
        for figure in part.figures
        if figure.key != "peer"
    ]
