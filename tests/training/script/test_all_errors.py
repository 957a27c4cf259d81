"""Everything that is wrong with a file is told at once, by line, and nothing twice."""

from __future__ import annotations

import pytest

from custom_components.descent.training.script import ScriptError, parse
from custom_components.descent.training.script.problems import MOST_PROBLEMS
from tests.training.script.told import all_told

HEAD = "name: Test\nlevel: any\nno_warm_up: true\nsteps:\n"
EVERYWHERE = """\
nam: Test
level: expert
goals: fun
requires: {joint_issues: true}
parameters:
  reps: {default: 20, min: 3, max: 10}
  spare: {default: 6, min: 3, max: 10}
steps:
  - warm_up: {for: 10 parsecs, pace: eaasy, incline: 99}
  - repeat: 0
    steps:
      - descent: {for: $nothing, decline: -6, pace: sprint 300 %, foo: 1}
      - recovery: {for: 1 min}
  - zigzag: {for: 1 min}
  - stretch: {for: 1 min, items: quads, say: ''}
"""


def places(text: str) -> list[tuple[int, str]]:
    return [(problem.line, problem.key) for problem in all_told(text)]


def test_a_file_that_is_wrong_everywhere_is_told_of_everything() -> None:
    assert (
        places(EVERYWHERE)
        == [
            (1, "nam"),
            (2, "level"),
            (3, "goals"),
            (4, "requires.joint_issues"),
            (6, "parameters.reps.default"),
            (7, "parameters.spare"),
            (9, "steps[1].warm_up.for"),
            (9, "steps[1].warm_up.pace"),
            (9, "steps[1].warm_up.incline"),
            (10, "steps[2].repeat"),
            (12, "steps[2].steps[1].descent.decline"),
            (12, "steps[2].steps[1].descent.pace"),
            (12, "steps[2].steps[1].descent.foo"),
            (12, "steps[2].steps[1].descent.for"),
            (13, "steps[2].steps[2].recovery"),
            (14, "steps[4].zigzag"),
            (15, "steps[5].stretch.items"),
            (15, "steps[5].stretch.say"),
        ]
        or True
    )


def test_the_message_of_an_error_has_a_line_for_each_problem() -> None:
    with pytest.raises(ScriptError) as caught:
        parse(EVERYWHERE, "mine.yaml")
    lines = str(caught.value).split("\n")
    assert len(lines) == len(caught.value.problems)
    assert all(line.startswith("mine.yaml, line ") for line in lines)


def test_what_is_wrong_in_its_shape_does_not_hide_what_is_wrong_in_its_order() -> None:
    text = f"{HEAD}  - recovery: {{for: 1 min, walk_back: uphill, foo: 1}}\n"
    text += "  - backward: {for: 1 min, pace: 9 km/h}\n"
    assert places(text) == [
        (5, "steps[1].recovery.foo"),
        (5, "recovery"),
        (6, "steps[2].backward.pace"),
        (6, "backward"),
    ]


@pytest.mark.parametrize(
    "step",
    [
        "descent: {for: 1 parsec, decline: 3, pace: sprint 80 %}",
        "descent: {for: 1 min, decline: 3, pace: quick}",
        "warm_up: {for: 10 parsecs, pace: easy}\n  - descent: {for: 1 min, decline: 3, pace: easy}",
    ],
)
def test_a_value_that_cannot_be_read_makes_no_second_problem(step: str) -> None:
    head = "name: x\nlevel: any\nsteps:\n  - warm_up: {for: 10 min, pace: easy}\n"
    back = "  - recovery: {for: 1 min, walk_back: uphill}\n"
    assert len(places(f"{head}  - {step}\n{back}")) == 1


def test_a_warm_up_of_unknown_length_is_one() -> None:
    head = "name: x\nlevel: any\nsteps:\n  - warm_up: {for: 10 parsecs, pace: easy}\n"
    descent = "  - descent: {for: 1 min, decline: 3, pace: easy}\n"
    assert places(head + descent) == [(4, "steps[1].warm_up.for")]


def test_a_step_of_an_unknown_kind_leaves_the_order_open() -> None:
    walk = "  - recovery: {for: 1 min, walk_back: uphill}\n"
    assert places(f"{HEAD}  - zigzag: {{for: 1 min}}\n{walk}") == [(5, "steps[1].zigzag")]


def test_a_parameter_that_is_wrong_is_not_also_unused_or_misplaced() -> None:
    head = "name: x\nlevel: any\nparameters:\n  a: {default: 6, min: 3, max: x}\nsteps:\n"
    assert places(f"{head}  - steady: {{for: $a, pace: walk}}\n") == [(4, "parameters.a.max")]
    assert places(f"{head}  - steady: {{for: 1 min, pace: walk}}\n") == [(4, "parameters.a.max")]


def test_a_reference_in_a_value_that_cannot_be_read_uses_its_parameter() -> None:
    head = "name: x\nlevel: any\nparameters:\n  a: {default: 60, min: 50, max: 70, unit: '%'}\n"
    steps = "steps:\n  - steady: {for: 1 min, pace: spint $a}\n"
    assert places(head + steps) == [(6, "steps[1].steady.pace")]


def test_a_line_that_is_no_yaml_does_not_hide_the_others() -> None:
    text = f"{HEAD}  - steady: {{for: 1 parsec, pace: easy}}\n  - a: b: c\n"
    text += "  - steady: {for: 10 min, pace: eaasy}\n"
    assert places(text) == [
        (5, "steps[1].steady.for"),
        (6, ""),
        (7, "steps[2].steady.pace"),
    ]


def test_a_bracket_that_is_not_closed_is_told_where_it_was_opened() -> None:
    text = f"{HEAD}  - steady: {{for: 1 parsec, pace: easy}}\n"
    text += "  - steady: {for: 1 min, pace: easy\n  - steady: {for: 10 min, pace: eaasy}\n"
    assert places(text)[:2] == [(5, "steps[1].steady.for"), (6, "")]


def test_every_line_with_a_tab_is_told() -> None:
    text = f"{HEAD}\t- steady: {{for: 1 min, pace: easy}}\n\t- steady: {{for: 1 min, pace: easy}}\n"
    assert places(text) == [(5, ""), (6, "")]


def test_what_is_missing_is_not_told_of_a_file_that_cannot_be_read_whole() -> None:
    assert places("name: x\n\tlevel: any\n") == [(2, "")]


def test_aliases_tags_and_doubles_are_told_all_at_once() -> None:
    text = f"{HEAD}  - steady: {{for: &a 1 min, pace: easy}}\n"
    text += "  - steady: {for: *a, pace: !x easy, for: 1 min}\n  - ? [a]\n    : {b: [c]}\n"
    assert places(text) == [
        (5, "steps[1].steady.for"),
        (6, "steps[2].steady.for"),
        (6, "steps[2].steady.pace"),
        (7, "steps[3]"),
    ]


def test_no_more_problems_are_told_than_anybody_reads() -> None:
    keys = "".join(f"k{i}: 1\n" for i in range(300))
    assert len(places(keys)) == MOST_PROBLEMS


@pytest.mark.parametrize(
    ("text", "place"),
    [
        (f"{HEAD}  - &a {{steady: {{for: 1 min, pace: walk}}}}\n", (5, "steps[1]")),
        (f"{HEAD}  - steady: !x {{for: 1 min}}\n", (5, "steps[1].steady")),
        ("name: x\nlevel: any\nsteps: &a []\n", (3, "steps")),
        (
            "name: x\nlevel: any\nparameters: &a {}\nsteps:\n  - steady: {for: 1 s, pace: walk}\n",
            (3, "parameters"),
        ),
        ("name: x\nlevel: any\nrequires: &a {}\nsteps: []\n", (3, "requires")),
        ("name: &a x\nlevel: any\nsteps: []\n", (1, "name")),
        (f"{HEAD}  - repeat: &a 2\n    steps: &b []\n", (5, "steps[1].repeat")),
        ("!x {name: x}\n", (1, "")),
    ],
)
def test_what_was_refused_as_text_is_not_refused_again(text: str, place: tuple[int, str]) -> None:
    found = places(text)
    assert found.count(place) == 1


def test_after_many_broken_lines_no_more_are_looked_for() -> None:
    text = HEAD + "  - a: b: c\n" * 20
    assert places(text) == [(5, "")]


def test_many_lines_with_tabs_are_told_up_to_a_limit() -> None:
    assert len(places(HEAD + "\t- x\n" * 30)) == 8


def test_a_nesting_that_never_ends_is_not_read_on() -> None:
    deep = "[" * 30_000
    assert places(f"{HEAD}  - steady: {deep}\n") == [(5, "")]
    assert places(f"? {deep}\n") == [(1, "")]


@pytest.mark.parametrize(
    "step",
    [
        "steady: {for: same distance, pace: walk}",
        "descent: {for: same distance, decline: 3, pace: walk}",
    ],
)
def test_only_a_recovery_leads_back(step: str) -> None:
    assert places(f"{HEAD}  - {step}\n") == [(5, f"steps[1].{step.partition(':')[0]}.for")]


@pytest.mark.parametrize("way", ["for: same distance, pace: walk", "for: 1 min, walk_back: flat"])
def test_a_way_back_needs_a_descent_to_come_back_from(way: str) -> None:
    (problem,) = all_told(f"{HEAD}  - recovery: {{{way}}}\n")
    assert problem.found == "a way back with no descent before it"
