"""A session that runs hard before it has warmed up is refused, unless it says that it means to."""

from __future__ import annotations

import pytest

from custom_components.descent.training.script import builtin, parse
from custom_components.descent.training.script.model import every_step
from tests.training.script.told import told

HEAD = "name: Test\nlevel: any\n"
HARD = [
    "descent: {for: 100 m, decline: 3 %, pace: sprint 80 %}",
    "descent: {for: 100 m, decline: 3 %, pace: jog}",
    "descent: {for: 100 m, decline: 3 %, pace: 7 km/h}",
    "steady: {for: 1 min, pace: sprint 60 %}",
    "steady: {for: 1 min, pace: 10k}",
    "steady: {for: 1 min, pace: flat 90 %}",
    "steady: {for: 1 min, pace: sustainable 60/90 %}",
    "steady: {for: 1 min, pace: 16 km/h}",
    "steady: {for: 1 min, pace: 4:00 min/km}",
    "steady: {for: 1 min, pace: easy, from: 5k}",
    "warm_up: {for: 10 min, pace: flat 100 %}",
    "cool_down: {for: 10 min, pace: jog, to: 5k}",
]
EASY = [
    "descent: {for: 100 m, decline: 3 %, pace: walk}",
    "descent: {for: 100 m, decline: 3 %, pace: 5 km/h}",
    "steady: {for: 30 min, pace: easy}",
    "steady: {for: 30 min, pace: 9 km/h}",
    "steady: {for: 30 min, pace: flat 70 %}",
    "warm_up: {for: 10 s, pace: walk}",
    (
        "turn_around: {at_least: 30 s}\n  - backward: {for: 1 min, pace: 6 km/h}"
        "\n  - turn_around: {at_least: 30 s}"
    ),
    "rest: {for: 1 min}\n  - steady: {for: 1 min, pace: walk}",
]


@pytest.mark.parametrize("step", HARD)
def test_a_first_hard_step_without_a_warm_up_is_refused_with_the_reason(step: str) -> None:
    problem = told(f"{HEAD}steps:\n  - steady: {{for: 10 min, pace: easy}}\n  - {step}\n")
    assert problem.line == 5
    assert problem.found == "hard running with no warm-up before it"
    assert "no_warm_up: true" in problem.allowed
    assert "warm_up step" in problem.hint


@pytest.mark.parametrize("step", HARD)
def test_a_file_may_say_that_it_means_to(step: str) -> None:
    assert parse(f"{HEAD}no_warm_up: true\nsteps:\n  - {step}\n", "x.yaml").steps


@pytest.mark.parametrize("step", HARD[:-2])
@pytest.mark.parametrize("length", ["2 min", "200 m"])
def test_a_warm_up_before_it_is_enough(step: str, length: str) -> None:
    warm_up = f"  - warm_up: {{for: {length}, pace: easy}}\n"
    assert parse(f"{HEAD}steps:\n{warm_up}  - {step}\n", "x.yaml").steps


@pytest.mark.parametrize("step", EASY)
def test_an_easy_session_needs_no_warm_up(step: str) -> None:
    assert parse(f"{HEAD}steps:\n  - {step}\n", "x.yaml").steps


def test_a_warm_up_behind_the_hard_step_is_too_late() -> None:
    steps = f"steps:\n  - {HARD[0]}\n  - warm_up: {{for: 10 min, pace: easy}}\n"
    assert told(HEAD + steps).line == 4


@pytest.mark.parametrize(
    ("parameter", "step"),
    [
        ("p: {default: 60, min: 50, max: 90, unit: '%'}", "steady: {for: 1 min, pace: flat $p}"),
        ("p: {default: 8, min: 6, max: 14, unit: km/h}", "steady: {for: 1 min, pace: $p}"),
        ("p: {default: easy, options: [easy, 5k]}", "steady: {for: 1 min, pace: $p}"),
    ],
)
def test_a_step_that_can_be_made_hard_is_hard(parameter: str, step: str) -> None:
    problem = told(f"{HEAD}parameters:\n  {parameter}\nsteps:\n  - {step}\n")
    assert problem.found == "hard running with no warm-up before it"


@pytest.mark.parametrize("value", ["false", "yes", "1"])
def test_the_word_for_it_is_true_or_is_left_out(value: str) -> None:
    problem = told(f"{HEAD}no_warm_up: {value}\nsteps:\n  - {EASY[2]}\n")
    assert (problem.key, problem.allowed) == ("no_warm_up", "true, or leave it out")


def test_every_built_in_session_warms_up_or_is_easy() -> None:
    assert {len(list(every_step(script.steps))) > 0 for script in builtin().values()} == {True}
    assert not [script.id for script in builtin().values() if "no_warm_up" in script.text]
