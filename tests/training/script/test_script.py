"""What a session file can say, and what comes of it."""

import pytest

from custom_components.descent.training.model import Level, Phase
from custom_components.descent.training.pace import Rule
from custom_components.descent.training.script import parse
from custom_components.descent.training.script.load import Repeat, ScriptStep, session_id
from custom_components.descent.training.script.model import (
    Amount,
    Dimension,
    Pace,
    Parameter,
    Part,
    Reference,
)
from tests.training.runners import session

WHOLE = """
name: Descending   sprints
level: intermediate
requires: {hill_experience: true, joint_issues: false}
goals: [speed, strength]
description: Sprints down
  a slope.
why: Control at speed.
parameters:
  reps:   {default: 6, min: 3, max: 10}
  effort: {default: 80, min: 60, max: 80, unit: "%"}
  mode:   {default: uphill, options: [uphill, flat]}
steps:
  - warm_up: {for: 10 min, pace: easy, from: walk}
  - drills:  {for: 5 min, items: [leg_swings, arm_circles]}
  - repeat: $reps
    steps:
      - descent:  {for: 120 m, decline: 6 %, pace: sprint $effort}
      - recovery: {for: 150 s, walk_back: $mode}
  - cool_down: {for: 10 min, pace: jog, to: walk}
  - stretch: {for: 5 min}
"""


def step(part: Part) -> ScriptStep:
    assert isinstance(part, ScriptStep)
    return part


def only(line: str, parameters: str = "") -> ScriptStep:
    return step(session(line, parameters).steps[0])


def seconds(value: float) -> Amount:
    return Amount(value, Dimension.TIME)


def metres(value: float) -> Amount:
    return Amount(value, Dimension.DISTANCE)


def percent(value: float) -> Amount:
    return Amount(value, Dimension.PERCENT)


def test_a_file_becomes_a_script_with_everything_it_says() -> None:
    script = parse(WHOLE, "Descending-Sprints 2.yaml")
    assert script.id == "descending_sprints_2"
    assert script.name == "Descending sprints"
    assert script.level is Level.INTERMEDIATE
    assert script.needs_hill_experience
    assert script.needs_sound_joints
    assert script.goals == ("speed", "strength")
    assert script.description == "Sprints down a slope."
    assert script.why == "Control at speed."
    assert script.text == WHOLE


def test_parameters_are_numbers_with_a_range_or_a_choice() -> None:
    script = parse(WHOLE, "x.yaml")
    assert script.parameters == (
        Parameter(name="reps", default=6, minimum=3, maximum=10),
        Parameter(name="effort", default=80, minimum=60, maximum=80, unit="%"),
        Parameter(name="mode", default="uphill", options=("uphill", "flat")),
    )
    assert script.parameter("effort") is script.parameters[1]
    assert script.parameter("pace") is None
    assert script.parameters[1].allowed == "60 % to 80 %"
    assert script.parameters[2].allowed == "uphill, flat"


def test_steps_keep_their_order_and_know_their_line() -> None:
    warm_up, drills, repeat, cool_down, stretch = parse(WHOLE, "x.yaml").steps
    assert [step(part).phase for part in (warm_up, drills, cool_down, stretch)] == [
        Phase.WARM_UP,
        Phase.DRILLS,
        Phase.COOL_DOWN,
        Phase.STRETCH,
    ]
    assert step(warm_up).line == 14
    assert isinstance(repeat, Repeat)
    assert repeat.line == 16
    assert repeat.descends
    assert [step(part).phase for part in repeat.steps] == [Phase.DESCENT, Phase.RECOVERY]


def test_a_warm_up_ramps_from_and_a_cool_down_to_a_pace() -> None:
    steps = parse(WHOLE, "x.yaml").steps
    assert step(steps[0]).ramp_from == Pace(Rule.WALK)
    assert step(steps[3]).ramp_to == Pace(Rule.WALK)
    assert step(steps[3]).pace == Pace(Rule.JOG)


def test_off_belt_exercises_are_named() -> None:
    steps = parse(WHOLE, "x.yaml").steps
    assert step(steps[1]).items == ("leg_swings", "arm_circles")
    assert step(steps[4]).items == ()


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("90 s", seconds(90)),
        ("90s", seconds(90)),
        ("1.5 min", seconds(90)),
        ("10 min", seconds(600)),
        ("120 m", metres(120)),
        ("1 km", metres(1000)),
        ("1.25 km", metres(1250)),
        ("'2 min'", seconds(120)),
    ],
)
def test_a_length_is_a_time_or_a_distance(text: str, amount: Amount) -> None:
    assert only(f"- steady: {{for: {text}, pace: easy}}").lengths == (amount,)


@pytest.mark.parametrize(
    ("text", "pace"),
    [
        ("easy", Pace(Rule.EASY)),
        ("jog", Pace(Rule.JOG)),
        ("walk", Pace(Rule.WALK)),
        ("3.0 km/h", Pace(Rule.FIXED, (Amount(3.0, Dimension.SPEED),))),
        ("flat 80 %", Pace(Rule.FLAT, (percent(80),))),
        ("sustainable 70%", Pace(Rule.SUSTAINABLE, (percent(70),))),
        ("sprint 62.5 %", Pace(Rule.SPRINT, (percent(62.5),))),
        ("sustainable 70/75/80 %", Pace(Rule.SUSTAINABLE, (percent(70), percent(75), percent(80)))),
    ],
)
def test_a_pace_is_a_word_a_speed_or_an_effort(text: str, pace: Pace) -> None:
    assert only(f"- steady: {{for: 10 min, pace: {text}}}").pace == pace


@pytest.mark.parametrize("text", ["6", "6 %", "6%", "6.0", "'6 %'"])
def test_a_decline_is_a_positive_percentage(text: str) -> None:
    assert only(f"- descent: {{for: 1 min, decline: {text}, pace: walk}}").slope == percent(6)


@pytest.mark.parametrize("word", ["", ", guided: true"])
def test_r16_a_backward_step_is_guided_whether_the_file_says_so_or_not(word: str) -> None:
    turn = "- turn_around: {at_least: 30 s}\n"
    back = f"- backward: {{for: 40 s, pace: 2 km/h, incline: 2 %{word}}}\n"
    backward = step(session(turn + back + turn).steps[1])
    assert backward.guided
    assert backward.slope == percent(2)


def test_turning_around_takes_at_least_so_long() -> None:
    parts = session("- steady: {for: 1 min, pace: walk}\n- turn_around: {at_least: 30 s}").steps
    assert step(parts[1]).lengths == (seconds(30),)


@pytest.mark.parametrize(
    ("parameter", "line"),
    [
        ("x: {default: 6, min: 3, max: 8, unit: '%'}", "for: 1 min, decline: $x, pace: walk"),
        ("x: {default: 6, min: 3, max: 8}", "for: 1 min, decline: $x, pace: walk"),
        ("x: {default: 6, min: 3, max: 8, unit: min}", "for: $x, decline: 3, pace: walk"),
        ("x: {default: 1, min: 1, max: 2, unit: km}", "for: $x, decline: 3, pace: walk"),
        ("x: {default: 6, min: 3, max: 8, unit: km/h}", "for: 1 min, decline: 3, pace: $x"),
        ("x: {default: jog, options: [jog, walk, 5 km/h]}", "for: 1 min, decline: 3, pace: $x"),
        (
            "x: {default: 60, min: 50, max: 80, unit: '%'}",
            "for: 1 min, decline: 3, pace: sprint $x",
        ),
        (
            "x: {default: 60, min: 50, max: 80, unit: '%'}",
            "for: 1 min, decline: 3, pace: flat $x/90 %",
        ),
    ],
)
def test_a_parameter_may_stand_where_its_values_may(parameter: str, line: str) -> None:
    script = session(f"- descent: {{{line}}}", parameter)
    assert step(script.steps[0]).phase is Phase.DESCENT


def test_a_repeat_may_be_inside_a_repeat() -> None:
    outer = session("""
- repeat: 2
  steps:
    - repeat: 3
      steps:
        - descent: {for: 1 min, decline: 2 %, pace: walk}
    - recovery: {for: 1 min, pace: walk}
""").steps[0]
    assert isinstance(outer, Repeat)
    inner = outer.steps[0]
    assert isinstance(inner, Repeat)
    assert inner.times == Amount(3, Dimension.COUNT)
    assert outer.descends


def test_a_reference_carries_the_name_it_stands_for() -> None:
    step = only("- steady: {for: $t, pace: easy}", "t: {default: 9, min: 5, max: 9, unit: s}")
    (length,) = step.lengths
    assert isinstance(length, Reference)
    assert length.name == "t"


def test_a_byte_order_mark_is_no_part_of_the_text() -> None:
    assert parse(b"\xef\xbb\xbf" + WHOLE.encode(), "x.yaml").id == "x"


@pytest.mark.parametrize(
    ("name", "identity"),
    [
        ("hill_day.yaml", "hill_day"),
        ("Hill Day.yml", "hill_day"),
        ("folder/10x120-m.yaml", "10x120_m"),
        ("--.yaml", ""),
    ],
)
def test_a_session_is_called_after_its_file(name: str, identity: str) -> None:
    assert session_id(name) == identity
