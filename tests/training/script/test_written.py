"""What somebody writes who never saw the language: understood where it can only mean one thing."""

from __future__ import annotations

import pytest

from custom_components.descent.training.pace import Rule
from custom_components.descent.training.script.checks import drop_distance_m
from custom_components.descent.training.script.model import (
    UNITS,
    Amount,
    Dimension,
    Pace,
    ScriptStep,
)
from custom_components.descent.training.script.values import (
    DESCENT_LENGTH,
    LENGTH,
    RECOVERY_LENGTH,
    TIMES,
    WrongError,
    amount,
    pace,
)
from tests.training.runners import session
from tests.training.script.told import all_told, told

HEAD = "name: Test\nlevel: any\nno_warm_up: true\nsteps:\n"


def first(steps: str) -> ScriptStep:
    part = session(steps).steps[0]
    assert isinstance(part, ScriptStep)
    return part


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("10:00", 600),
        ("0:45", 45),
        ("1:10:00", 4200),
        ("10:00 min", 600),
        ("1 h 10 min", 4200),
        ("1h30", 5400),
        ("1 h", 3600),
        ("2 min 30 s", 150),
        ("2 min 30", 150),
        ("1' 30\"", 90),
        ("90\u2033", 90),
        ("1,5 min", 90),
        ("90 sec", 90),
        ("90 Seconds", 90),
        ("2 minutes", 120),
        ("1.5 hours", 5400),
    ],
)
def test_a_time_is_understood_however_it_is_written(text: str, seconds: float) -> None:
    assert LENGTH(text) == (Amount(seconds, Dimension.TIME),)


@pytest.mark.parametrize(
    ("text", "metres"),
    [
        ("1,5 km", 1500),
        ("1 mile", 1609.344),
        ("2 miles", 3218.688),
        ("0.5 mi", 804.672),
        ("400 metres", 400),
        ("400 Meters", 400),
        ("100 yards", 91.44),
        ("300 ft", 91.44),
        ("2 k", 2000),
    ],
)
def test_a_distance_is_understood_however_it_is_written(text: str, metres: float) -> None:
    (found,) = LENGTH(text)
    assert isinstance(found, Amount)
    assert found.dimension is Dimension.DISTANCE
    assert found.value == pytest.approx(metres)


@pytest.mark.parametrize("text", ["{for: 1,5 km, pace: walk}", "{pace: walk, for: 1,5 km}"])
def test_a_decimal_comma_is_understood_in_braces_where_it_ends_a_value(text: str) -> None:
    assert first(f"- steady: {text}").lengths == (Amount(1500, Dimension.DISTANCE),)


def test_two_decimal_commas_in_one_pair_of_braces_are_understood() -> None:
    step = first("- descent: {for: 1,5 km, decline: 2,5, pace: flat 62,5 %}")
    assert step.slope == Amount(2.5, Dimension.PERCENT)
    assert step.pace == Pace(Rule.FLAT, (Amount(62.5, Dimension.PERCENT),))


@pytest.mark.parametrize(
    ("text", "kmh"),
    [
        ("8 mph", 12.875),
        ("6:30 min/km", 9.231),
        ("6:30/km", 9.231),
        ("6:30 per km", 9.231),
        ("6'30\"/km", 9.231),
        ("6,5 min/km", 9.231),
        ("10:00 min/mile", 9.656),
        ("10:00 min/mi", 9.656),
        ("12 kmh", 12),
        ("12 KM/H", 12),
        ("3 m/s", 10.8),
    ],
)
def test_a_speed_is_understood_however_it_is_written(text: str, kmh: float) -> None:
    found = pace(text)
    assert isinstance(found, Pace)
    (speed,) = found.efforts
    assert isinstance(speed, Amount)
    assert found.rule is Rule.FIXED
    assert speed.value == pytest.approx(kmh, abs=0.001)


@pytest.mark.parametrize(
    ("text", "rule", "efforts"),
    [
        ("5k", Rule.FIVE_K, [100]),
        ("10 km", Rule.TEN_K, [100]),
        ("3K pace", Rule.THREE_K, [100]),
        ("half marathon", Rule.HALF_MARATHON, [100]),
        ("Half-Marathon", Rule.HALF_MARATHON, [100]),
        ("marathon pace", Rule.MARATHON, [100]),
        ("10k 95 %", Rule.TEN_K, [95]),
        ("half marathon 102/105 %", Rule.HALF_MARATHON, [102, 105]),
        ("110 % of 5k", Rule.FIVE_K, [110]),
        ("flat 110 %", Rule.FLAT, [110]),
        ("sustainable 150%", Rule.SUSTAINABLE, [150]),
        ("80 % sprint", Rule.SPRINT, [80]),
    ],
)
def test_a_pace_may_be_that_of_a_race_and_over_100_percent(
    text: str, rule: Rule, efforts: list[float]
) -> None:
    found = pace(text)
    assert found == Pace(rule, tuple(Amount(effort, Dimension.PERCENT) for effort in efforts))


@pytest.mark.parametrize("text", ["4 x", "4x", "4 times", "4"])
def test_a_number_of_repetitions_is_understood_with_its_word(text: str) -> None:
    assert TIMES(text) == Amount(4, Dimension.COUNT)


@pytest.mark.parametrize(
    ("written", "metres"),
    [
        ("100/200/400 m", [100, 200, 400]),
        ("100 m/200 m/1 km", [100, 200, 1000]),
        (["100 m", "200 m"], [100, 200]),
    ],
)
def test_lengths_may_be_listed_one_for_each_repetition(
    written: object, metres: list[float]
) -> None:
    assert LENGTH(written) == tuple(Amount(value, Dimension.DISTANCE) for value in metres)


def test_listed_lengths_may_be_times() -> None:
    times = (Amount(30, Dimension.TIME), Amount(60, Dimension.TIME), Amount(90, Dimension.TIME))
    assert LENGTH("0:30/1:00/1:30") == times
    assert LENGTH("0.5/1/1.5 min") == times


def test_a_listed_length_may_be_a_parameter() -> None:
    steps = "- repeat: 2\n  steps:\n    - steady: {for: $a/200 m, pace: walk}"
    parameters = "a: {default: 100, min: 50, max: 150, unit: m}"
    assert session(steps, parameters).steps


@pytest.mark.parametrize("text", ["20 m down", "20 m of descent", "20 metres down"])
def test_a_descent_may_be_as_long_as_its_metres_down(text: str) -> None:
    assert DESCENT_LENGTH(text) == (Amount(20, Dimension.DROP),)


@pytest.mark.parametrize("text", ["same distance", "the same distance", "way back"])
def test_a_recovery_may_lead_back_as_far_as_the_descent(text: str) -> None:
    assert RECOVERY_LENGTH(text) == (Amount(1, Dimension.WAY_BACK),)


@pytest.mark.parametrize(
    "text",
    ["1,500 m", "10:75", "1:75:00", "6:75 min/km", "x" * 100, "10", "ten min", "5 parsecs", ""],
)
def test_what_could_mean_more_than_one_thing_is_no_length(text: str) -> None:
    with pytest.raises(WrongError):
        LENGTH(text)


@pytest.mark.parametrize("text", ["0 min/km", "0:00 min/km", "9" * 9 + " mph", "0 km/h"])
def test_no_speed_is_without_bounds(text: str) -> None:
    with pytest.raises(WrongError):
        pace(text)


@pytest.mark.parametrize("unit", [unit for unit in UNITS if unit])
def test_a_parameter_in_any_unit_is_read_back_as_it_is_written(unit: str) -> None:
    found = amount(f"6.5 {unit}")
    assert found is not None
    assert found == Amount(UNITS[unit].base(6.5), UNITS[unit].dimension)


def test_a_pace_parameter_may_be_minutes_for_a_distance() -> None:
    parameters = "p: {default: 6, min: 5, max: 8, unit: min/mile}"
    assert session("- steady: {for: 1 min, pace: $p}", parameters).steps


def test_own_words_are_kept_as_they_stand() -> None:
    step = first('- steady: {for: 5 min, pace: walk, say: "{{ now() }}  {speed} <b> $x"}')
    assert step.words == ("{{ now() }} {speed} <b> $x",)


@pytest.mark.parametrize(
    "written",
    ["''", f"'{'x' * 101}'", "12", "[]", "[a, b, c, d, e, f]", "{a: b}", r'"a\u0007"', "[[a]]"],
)
def test_own_words_are_bounded_printable_text(written: str) -> None:
    problem = told(f"{HEAD}  - steady: {{for: 5 min, pace: walk, say: {written}}}\n")
    assert problem.key == "steps[1].steady.say"
    assert "100 characters" in problem.allowed


def test_a_rest_is_a_recovery_in_which_the_runner_stands() -> None:
    step = first("- rest: {for: 90 s}\n- steady: {for: 1 min, pace: walk}")
    assert (step.phase, step.standing) == ("recovery", True)


@pytest.mark.parametrize(
    ("drop", "decline", "metres"), [("1 m down", "10 %", "10 m"), ("500 m down", "1 %", "50002 m")]
)
def test_metres_down_that_come_to_no_sensible_distance_are_refused(
    drop: str, decline: str, metres: str
) -> None:
    problem = told(f"{HEAD}  - descent: {{for: {drop}, decline: {decline}, pace: walk}}\n")
    assert problem.key == "steps[1].descent.for"
    assert metres in problem.found


def test_metres_down_are_a_little_more_belt_than_their_share_of_the_slope() -> None:
    assert drop_distance_m(6, 10) == pytest.approx(60.3, abs=0.01)


def test_a_list_of_lengths_outside_of_a_repeat_is_refused() -> None:
    problem = told(f"{HEAD}  - steady: {{for: 100/200 m, pace: walk}}\n")
    assert problem.found == "several lengths outside of a repeat"
    assert problem.hint == "Write repeat: 2"


def test_more_lengths_than_repetitions_are_refused() -> None:
    step = "  - repeat: 2\n    steps:\n      - steady: {for: 100/200/300 m, pace: walk}\n"
    problem = told(HEAD + step)
    assert problem.found == "3 lengths for 2 repetitions"
    assert problem.hint == "Write repeat: 3"


@pytest.mark.parametrize("text", ["50/" * 20 + "50 m", "100/200", "100/x m"])
def test_a_list_of_lengths_that_cannot_be_read_is_refused_as_one(text: str) -> None:
    step = f"  - repeat: 3\n    steps:\n      - steady: {{for: {text}, pace: walk}}\n"
    assert told(HEAD + step).key == "steps[1].steps[1].steady.for"


def test_an_empty_list_of_lengths_is_refused() -> None:
    assert told(f"{HEAD}  - steady: {{for: [], pace: walk}}\n").found == "an empty list"


def test_timed_lengths_are_summed_up_one_by_one() -> None:
    step = "  - repeat: 6\n    steps:\n      - steady: {for: 10/20/60 min, pace: walk}\n"
    lengths = all_told(HEAD + step.replace("60", "90"))
    assert [problem.found for problem in lengths] == ["up to 390 minutes in timed steps"]
