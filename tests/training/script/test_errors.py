"""Every way a session file can be wrong gives one clear error: line, key, found, allowed."""

import pytest

from custom_components.descent.training.script import ScriptError, parse
from tests.training.runners import indented
from tests.training.script.told import Told, all_told, told

GOOD = "name: Test\nlevel: any\nsteps:\n  - steady: {for: 30 min, pace: easy}\n"
HEAD = "name: Test\nlevel: any\nno_warm_up: true\n"


def wrong_step(line: str, parameters: str = "") -> Told:
    given_parameters = f"parameters:\n{indented(parameters)}" if parameters else ""
    return told(f"{HEAD}{given_parameters}steps:\n{indented(line)}")


def test_an_error_says_file_line_key_found_and_allowed_in_one_message() -> None:
    with pytest.raises(ScriptError) as caught:
        parse(GOOD.replace("30 min", "30 parsecs"), "mine.yaml")
    assert caught.value.source == "mine.yaml"
    (problem,) = caught.value.problems
    assert problem.line == 4
    assert problem.key == "steps[1].steady.for"
    assert str(caught.value) == (
        "mine.yaml, line 4, steps[1].steady.for: found '30 parsecs'; allowed: "
        "a time from 5 s to 180 min (as in 90 s, 10 min, 2:30) or "
        "a distance from 20 m to 20 km (as in 120 m, 1.5 km, 1 mile)"
    )


@pytest.mark.parametrize(
    ("old", "new", "line", "key", "found"),
    [
        ("name: Test", "nam: Test", 1, "nam", "the unknown key 'nam'"),
        ("name: Test", "# no", 2, "", "no name"),
        ("name: Test", "name: ''", 1, "name", "''"),
        ("name: Test", "name: 12", 1, "name", "12"),
        ("name: Test", f"name: {'x' * 61}", 1, "name", "'xxx"),
        ("level: any", "level: expert", 2, "level", "'expert'"),
        ("level: any", "level:", 2, "level", "nothing"),
        ("level: any", "level: [any]", 2, "level", "a list"),
        ("level: any", "level: any\ngoals: fun", 3, "goals", "'fun'"),
        ("level: any", "level: any\ngoals: [speed, fun]", 3, "goals", "'fun'"),
        ("level: any", "level: any\ngoals: [1]", 3, "goals", "1"),
        ("level: any", "level: any\nwhy: {}", 3, "why", "an empty mapping"),
        ("level: any", "level: any\nrequires: true", 3, "requires", "true"),
        (
            "level: any",
            "level: any\nrequires: {joint_issues: true}",
            3,
            "requires.joint_issues",
            "true",
        ),
        (
            "level: any",
            "level: any\nrequires: {hill_experience: 'yes'}",
            3,
            "requires.hill_experience",
            "'yes'",
        ),
    ],
)
def test_a_wrong_head_is_refused(old: str, new: str, line: int, key: str, found: str) -> None:
    error = told(GOOD.replace(old, new, 1))
    assert (error.line, error.key) == (line, key)
    assert error.found.startswith(found)


@pytest.mark.parametrize(
    ("steps", "key", "found"),
    [
        ("steps: []", "steps", "0 entries"),
        ("steps: easy", "steps", "'easy'"),
        ("steps:\n  - easy", "steps[1]", "'easy'"),
        ("steps:\n  - {}", "steps[1]", "0 steps in one entry"),
        (
            "steps:\n  - {stretch: {for: 1 min}, drills: {for: 1 min}}",
            "steps[1]",
            "2 steps in one entry",
        ),
        ("steps:\n  - warmup: {}", "steps[1].warmup", "the unknown key 'warmup'"),
        ("steps:\n  - zigzag: {}", "steps[1].zigzag", "the unknown key 'zigzag'"),
        ("steps:\n  - stretch: 5 min", "steps[1].stretch", "'5 min'"),
        ("steps:\n  - {repeat: 2}", "steps[1]", "no steps"),
        ("steps:\n  - {repeat: 2, step: []}", "steps[1].step", "the unknown key 'step'"),
        ("steps: [" + "{stretch: {for: 1 min}}, " * 101 + "]", "steps", "101 entries"),
    ],
)
def test_a_wrong_list_of_steps_is_refused(steps: str, key: str, found: str) -> None:
    (error,) = [problem for problem in all_told(HEAD + steps) if problem.key == key]
    assert error.found.startswith(found)


@pytest.mark.parametrize(
    ("line", "key", "found"),
    [
        ("steady: {for: 10, pace: easy}", "steady.for", "10"),
        ("steady: {for: -5 min, pace: easy}", "steady.for", "'-5 min'"),
        ("steady: {for: 2 s, pace: easy}", "steady.for", "'2 s'"),
        ("steady: {for: 4 h, pace: easy}", "steady.for", "'4 h'"),
        ("steady: {for: 10 m, pace: easy}", "steady.for", "'10 m'"),
        ("steady: {for: 5 km/h, pace: easy}", "steady.for", "'5 km/h'"),
        ("steady: {for: .nan min, pace: easy}", "steady.for", "'.nan min'"),
        ("steady: {for: 1e9 min, pace: easy}", "steady.for", "'1e9 min'"),
        ("steady: {for: true, pace: easy}", "steady.for", "true"),
        ("steady: {for: 10 min}", "steady", "no pace"),
        ("steady: {pace: easy}", "steady", "no for"),
        ("steady: {for: 10 min, pace: fast}", "steady.pace", "'fast'"),
        ("steady: {for: 10 min, pace: 12}", "steady.pace", "12"),
        ("steady: {for: 10 min, pace: 99 km/h}", "steady.pace", "'99 km/h'"),
        ("steady: {for: 10 min, pace: 10 %}", "steady.pace", "'10 %'"),
        ("steady: {for: 10 min, pace: sprint}", "steady.pace", "'sprint'"),
        ("steady: {for: 10 min, pace: sprint 80}", "steady.pace", "'sprint 80'"),
        ("steady: {for: 10 min, pace: sprint 120 %}", "steady.pace", "'sprint 120 %'"),
        ("steady: {for: 10 min, pace: sprint 0.8 %}", "steady.pace", "'sprint 0.8 %'"),
        ("steady: {for: 10 min, pace: sprint 70/x %}", "steady.pace", "'sprint 70/x %'"),
        (f"steady: {{for: 1 min, pace: flat {'50/' * 20}50 %}}", "steady.pace", "21 entries"),
        ("steady: {for: 10 min, pace: easy, incline: -2 %}", "steady.incline", "'-2 %'"),
        ("steady: {for: 10 min, pace: easy, incline: 16 %}", "steady.incline", "'16 %'"),
        ("steady: {for: 10 min, pace: easy, incline: 2 m}", "steady.incline", "'2 m'"),
        ("steady: {for: 10 min, pace: easy, decline: 2}", "steady.decline", "the unknown key"),
        ("descent: {for: 1 min, decline: -6, pace: easy}", "descent.decline", "-6"),
        ("descent: {for: 1 min, decline: 0, pace: easy}", "descent.decline", "0"),
        ("descent: {for: 1 min, decline: 30 %, pace: easy}", "descent.decline", "'30 %'"),
        ("descent: {for: 1 min, decline: 6 km, pace: easy}", "descent.decline", "'6 km'"),
        ("recovery: {for: 1 min}", "recovery", "a recovery without a pace"),
        ("recovery: {for: 1 min, walk_back: up}", "recovery.walk_back", "'up'"),
        ("recovery: {for: 1 min, walk_back: 3}", "recovery.walk_back", "3"),
        ("stretch: {for: 100 m}", "stretch.for", "'100 m'"),
        ("stretch: {for: 1 min, items: quads}", "stretch.items", "'quads'"),
        ("stretch: {for: 1 min, items: [Quads!]}", "stretch.items", "'Quads!'"),
        ("stretch: {for: 1 min, items: [a, [b]]}", "stretch.items", "a list"),
        (f"stretch: {{for: 1 min, items: [{'a, ' * 21}]}}", "stretch.items", "21 entries"),
        ("backward: {for: 1 min, pace: easy}", "backward.pace", "'easy'"),
        ("backward: {for: 1 min, pace: 7 km/h}", "backward.pace", "'7 km/h'"),
        ("backward: {for: 1 min, pace: 2 km/h, incline: 9}", "backward.incline", "9"),
        ("backward: {for: 1 min, pace: 2 km/h, guided: 1}", "backward.guided", "1"),
        ("backward: {for: 1 min, pace: 2 km/h, guided: false}", "backward.guided", "false"),
        ("turn_around: {for: 30 s}", "turn_around.for", "the unknown key 'for'"),
        ("{repeat: 0, steps: [{stretch: {for: 1 min}}]}", "repeat", "0"),
        ("{repeat: 2.5, steps: [{stretch: {for: 1 min}}]}", "repeat", "2.5"),
        ("{repeat: 1000, steps: [{stretch: {for: 1 min}}]}", "repeat", "1000"),
        ("{repeat: two, steps: [{stretch: {for: 1 min}}]}", "repeat", "'two'"),
    ],
)
def test_a_wrong_value_in_a_step_is_refused(line: str, key: str, found: str) -> None:
    # Some of these are no session besides, with no step on the belt.
    (error,) = [
        problem
        for problem in all_told(f"{HEAD}steps:\n  - {line}\n")
        if problem.key == f"steps[1].{key}"
    ]
    assert error.line == 5
    assert error.found.startswith(found)


@pytest.mark.parametrize(
    ("parameter", "key", "found"),
    [
        ("a: 6", "a", "6"),
        ("a: {default: 6, min: 3}", "a", "no max"),
        ("a: {default: 6, min: 3, max: 10, units: m}", "a.units", "the unknown key 'units'"),
        ("a: {default: 6, min: 3, max: 10, unit: miles}", "a.unit", "'miles'"),
        ("a: {default: 2, min: 3, max: 10}", "a.default", "2"),
        ("a: {default: 3, min: 10, max: 3}", "a.min", "10"),
        ("a: {default: 3.5, min: 3, max: 10}", "a.default", "3.5"),
        ("a: {default: -1, min: 3, max: 10}", "a.default", "-1"),
        ("a: {default: 6 m, min: 3, max: 10}", "a.default", "'6 m'"),
        ("a: {default: 6, min: 3, max: 999999}", "a.max", "999999"),
        ("a: {default: x, options: []}", "a.options", "an empty list"),
        ("a: {default: x, options: x}", "a.options", "'x'"),
        ("a: {default: x, options: [y]}", "a.default", "'x'"),
        ("a: {default: x, options: [x, 2]}", "a.options", "2"),
        ("a: {default: x, options: [x, sprint $b]}", "a.options", "'sprint $b'"),
        ("A: {default: 6, min: 3, max: 10}", "A", "'A'"),
        ("a-b: {default: 6, min: 3, max: 10}", "a-b", "'a-b'"),
        ("a: {default: 6, min: 3, max: 10}", "a", "a parameter that no step uses"),
    ],
)
def test_a_wrong_parameter_is_refused(parameter: str, key: str, found: str) -> None:
    error = wrong_step("- steady: {for: 10 min, pace: easy}", parameter)
    assert error.line == 5
    assert error.key == f"parameters.{key}"
    assert error.found.startswith(found)


def test_more_than_20_parameters_are_refused() -> None:
    many = "\n".join(f"p{i}: {{default: 1, min: 1, max: 2}}" for i in range(21))
    assert wrong_step("- steady: {for: 10 min, pace: easy}", many).found == "21 entries"


@pytest.mark.parametrize(
    ("parameter", "line", "key", "found"),
    [
        ("", "steady: {for: $a, pace: easy}", "steady.for", "the unknown parameter $a"),
        (
            "a: {default: 6, min: 3, max: 10}",
            "steady: {for: $a, pace: easy}",
            "steady.for",
            "$a, which can be 3",
        ),
        (
            "a: {default: 6, min: 3, max: 30, unit: '%'}",
            "descent: {for: 1 min, decline: $a, pace: easy}",
            "descent.decline",
            "$a, which can be 30 %",
        ),
        (
            "a: {default: 80, min: 60, max: 120, unit: '%'}",
            "steady: {for: 1 min, pace: sprint $a}",
            "steady.pace",
            "$a, which can be 120 %",
        ),
        (
            "a: {default: jog, options: [jog, dance]}",
            "steady: {for: 1 min, pace: $a}",
            "steady.pace",
            "$a, which can be dance",
        ),
        (
            "a: {default: 2, min: 1, max: 3, unit: min}",
            "{repeat: $a, steps: [{steady: {for: 1 min, pace: walk}}]}",
            "repeat",
            "$a, which can be 1 min",
        ),
    ],
)
def test_a_reference_that_does_not_fit_its_place_is_refused(
    parameter: str, line: str, key: str, found: str
) -> None:
    error = wrong_step(f"- {line}", parameter)
    assert error.key == f"steps[1].{key}"
    assert error.found == found


@pytest.mark.parametrize(
    ("steps", "key", "found"),
    [
        (
            "- stretch: {for: 1 min}",
            "steps",
            "no step on the belt",
        ),
        (
            "- recovery: {for: 1 min, walk_back: uphill}",
            "recovery",
            "a way back with no descent before it",
        ),
        (
            "- steady: {for: 1 min, pace: walk}\n- backward: {for: 1 min, pace: 2 km/h}",
            "backward",
            "backward without turning around",
        ),
        (
            "- turn_around: {at_least: 30 s}\n- backward: {for: 1 min, pace: 2 km/h}",
            "backward",
            "no turning around after backward",
        ),
        (
            (
                "- turn_around: {at_least: 30 s}\n- repeat: 2\n  steps:\n"
                "    - backward: {for: 1 min, pace: 2 km/h}\n    - steady: {for: 1 min, pace: walk}"
            ),
            "backward",
            "no turning around after backward",
        ),
        (
            (
                "- repeat: 100\n  steps:\n    - repeat: 6\n      steps:\n"
                "        - steady: {for: 5 s, pace: walk}"
            ),
            "steps",
            "up to 600 steps",
        ),
        (
            "- repeat: 4\n  steps:\n    - steady: {for: 91 min, pace: walk}",
            "steps",
            "up to 364 minutes in timed steps",
        ),
        (
            (
                "- {repeat: 1, steps: [{repeat: 1, steps: [{repeat: 1, steps: ["
                "{repeat: 1, steps: [{stretch: {for: 1 min}}]}]}]}]}\n"
                "- steady: {for: 1 min, pace: walk}"
            ),
            "steps[1].steps[1].steps[1].steps[1].steps",
            "repeats in repeats",
        ),
    ],
)
def test_steps_that_make_no_session_are_refused(steps: str, key: str, found: str) -> None:
    error = wrong_step(steps)
    assert (error.key, error.found) == (key, found)


def test_a_repeat_done_once_has_only_the_neighbours_it_has() -> None:
    script = parse(
        HEAD
        + """steps:
  - turn_around: {at_least: 30 s}
  - repeat: 1
    steps:
      - backward: {for: 1 min, pace: 2 km/h}
      - turn_around: {at_least: 30 s}
      - steady: {for: 1 min, pace: walk}
""",
        "x.yaml",
    )
    assert len(script.steps) == 2


def test_a_size_is_judged_by_the_largest_values_of_the_parameters() -> None:
    error = wrong_step(
        "- repeat: $n\n  steps:\n    - steady: {for: $t, pace: walk}",
        "n: {default: 1, min: 1, max: 50}\nt: {default: 1, min: 1, max: 10, unit: min}",
    )
    assert error.found == "up to 500 minutes in timed steps"


def test_what_was_found_is_repeated_no_longer_than_a_line() -> None:
    error = told(GOOD.replace("30 min", "x" * 5000))
    assert len(error.found) < 80


def test_a_file_whose_name_has_no_letters_has_no_id() -> None:
    with pytest.raises(ScriptError, match="a file name without letters"):
        parse(GOOD, "--.yaml")
