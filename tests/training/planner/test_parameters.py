"""The runner's own values for a session's parameters."""

from typing import Any, cast

import pytest

from custom_components.descent.training.planner import PlanError
from custom_components.descent.training.planner.parameters import settle
from tests.training.runners import library, session

SPRINTS = library()["descending_sprints"]


def refused(overrides: dict[str, Any]) -> PlanError:
    with pytest.raises(PlanError) as caught:
        settle(SPRINTS, overrides)
    return caught.value


def test_without_a_word_the_defaults_hold() -> None:
    values = settle(SPRINTS, {}).values
    assert values["reps"] == 6
    assert values["recovery_mode"] == "uphill"


@pytest.mark.parametrize(("value", "kept"), [(3, 3), (10, 10), ("7", 7), (7.0, 7)])
def test_a_number_within_its_range_is_taken(value: Any, kept: float) -> None:
    assert settle(SPRINTS, {"reps": value}).values["reps"] == kept


def test_a_number_is_as_precise_in_the_plan_as_in_the_script() -> None:
    assert settle(SPRINTS, {"decline": 5.00049}).values["decline"] == 5.0


def test_an_option_is_taken() -> None:
    assert settle(SPRINTS, {"recovery_mode": "flat"}).values["recovery_mode"] == "flat"


def test_an_unknown_parameter_is_refused_with_those_there_are() -> None:
    error = refused({"speed": 12})
    assert error.key == "unknown_parameter"
    assert error.values == {
        "parameter": "speed",
        "session": "Descending sprints",
        "allowed": "reps, distance, decline, effort, recovery, recovery_mode, cooldown_mode",
    }


def test_a_session_without_parameters_says_so() -> None:
    script = session("- steady: {for: 10 min, pace: easy}")
    with pytest.raises(PlanError) as caught:
        settle(script, {"reps": 3})
    assert caught.value.values["allowed"] == "-"


@pytest.mark.parametrize(
    ("name", "value", "key", "allowed"),
    [
        ("reps", 2, "parameter_out_of_range", "3 to 10"),
        ("reps", 11, "parameter_out_of_range", "3 to 10"),
        ("reps", float("inf"), "parameter_out_of_range", "3 to 10"),
        ("reps", 4.5, "parameter_not_whole", "3 to 10"),
        ("reps", "many", "parameter_not_a_number", "3 to 10"),
        ("reps", float("nan"), "parameter_not_a_number", "3 to 10"),
        ("reps", None, "parameter_not_a_number", "3 to 10"),
        ("reps", True, "parameter_not_a_number", "3 to 10"),
        ("distance", 90, "parameter_out_of_range", "100 m to 150 m"),
        ("recovery_mode", "swim", "parameter_not_an_option", "uphill, flat, jog"),
        ("recovery_mode", 3, "parameter_not_an_option", "uphill, flat, jog"),
    ],
)
def test_a_value_that_is_not_allowed_is_refused_with_what_is(
    name: str, value: Any, key: str, allowed: str
) -> None:
    error = refused({name: value})
    assert error.key == key
    assert error.values == {
        "parameter": name,
        "session": "Descending sprints",
        "value": str(value),
        "allowed": allowed,
    }


def test_a_long_value_is_repeated_shortened() -> None:
    error = refused({"reps": "9" * 500})
    assert len(error.values["value"]) == 40


def test_a_number_too_large_for_a_float_is_refused() -> None:
    assert refused({"reps": cast("float", 10**400)}).key == "parameter_not_a_number"
