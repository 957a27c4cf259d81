"""The built-in sessions are those of the session tables, step by step."""

import pytest

from custom_components.descent.training.model import Level, Phase, Step
from custom_components.descent.training.planner import plan
from tests.training.runners import MACHINES, library, reference

LEVELS = {
    "descent_walk": Level.NOVICE,
    "gentle_descents": Level.BEGINNER,
    "short_builds": Level.BEGINNER,
    "grade_primer": Level.BEGINNER,
    "descending_sprints": Level.INTERMEDIATE,
    "short_reps": Level.INTERMEDIATE,
    "short_reps_jogback": Level.ADVANCED,
    "length_ladder": Level.INTERMEDIATE,
    "rolling_descent": Level.INTERMEDIATE,
    "race_descents": Level.INTERMEDIATE,
    "long_reps": Level.ADVANCED,
    "long_reps_1_1": Level.ADVANCED,
    "backward_drills": None,
    "fwd_back": Level.ADVANCED,
    "easy_recovery": None,
}
FOR_SOUND_JOINTS = {
    "descending_sprints",
    "short_reps",
    "short_reps_jogback",
    "length_ladder",
    "rolling_descent",
    "race_descents",
    "long_reps",
    "long_reps_1_1",
}

WARM_UP = ("warm_up", 600, 0, 8.6)
DRILLS = ("drills", 300, 0, 0)
COOL_DOWN = ("cool_down", 600, 0, 7.8)
STRETCH = ("stretch", 300, 0, 0)
TURN = ("turn_around", 30, 0, 0)


def test_the_library_has_its_15_sessions_at_their_levels() -> None:
    assert {name: script.level for name, script in library().items()} == LEVELS


def test_s1_13_every_session_with_fast_or_steep_descents_needs_sound_joints() -> None:
    needing = {name for name, script in library().items() if script.needs_sound_joints}
    assert needing == FOR_SOUND_JOINTS


def test_s1_12_the_same_sessions_need_hill_experience() -> None:
    needing = {name for name, script in library().items() if script.needs_hill_experience}
    assert needing == FOR_SOUND_JOINTS


@pytest.mark.parametrize("name", list(LEVELS))
def test_every_session_says_what_it_is_and_why(name: str) -> None:
    script = library()[name]
    assert script.goals
    assert script.description.endswith(".")
    assert script.why.endswith(".")


def brief(step: Step) -> tuple[str, float, float, float]:
    length = step.distance_m if step.duration_s is None else step.duration_s
    assert length is not None
    return step.phase.value, length, step.incline_pct, step.speed_kmh


@pytest.mark.parametrize(
    ("name", "steps"),
    [
        (
            "descent_walk",
            [
                ("warm_up", 300, 0, 4.5),
                *[("descent", 60, -2, 5.0), ("recovery", 60, 0, 4.0)] * 6,
                ("cool_down", 300, 0, 4.0),
                STRETCH,
            ],
        ),
        (
            "gentle_descents",
            [
                WARM_UP,
                DRILLS,
                *[("descent", 60, -2, 8.6), ("recovery", 90, 0, 5.0)] * 5,
                COOL_DOWN,
                STRETCH,
            ],
        ),
        (
            "short_builds",
            [
                WARM_UP,
                DRILLS,
                ("descent", 60, -3, 8.7),
                ("recovery", 120, 1, 5.0),
                ("descent", 60, -3, 9.4),
                ("recovery", 120, 1, 5.0),
                *[("descent", 60, -3, 10.0), ("recovery", 120, 1, 5.0)] * 4,
                COOL_DOWN,
                STRETCH,
            ],
        ),
        ("grade_primer", [WARM_UP, ("descent", 180, -4, 8.2), COOL_DOWN, STRETCH]),
        (
            "descending_sprints",
            [
                WARM_UP,
                DRILLS,
                *[("descent", 120, -6, 14.4), ("recovery", 150, 6, 3.0)] * 6,
                COOL_DOWN,
                STRETCH,
            ],
        ),
        (
            "length_ladder",
            [
                WARM_UP,
                DRILLS,
                ("descent", 50, -5, 11.6),
                ("recovery", 90, 2, 5.0),
                ("descent", 100, -5, 11.6),
                ("recovery", 90, 2, 5.0),
                ("descent", 200, -5, 11.6),
                ("recovery", 150, 2, 5.0),
                ("descent", 400, -5, 11.6),
                ("recovery", 150, 2, 5.0),
                ("descent", 200, -5, 11.6),
                ("recovery", 150, 2, 5.0),
                ("descent", 100, -5, 11.6),
                ("recovery", 90, 2, 5.0),
                ("descent", 50, -5, 11.6),
                ("recovery", 90, 2, 5.0),
                COOL_DOWN,
                STRETCH,
            ],
        ),
        (
            "rolling_descent",
            [
                WARM_UP,
                *[
                    ("descent", 120, -2, 9.2),
                    ("descent", 90, -4, 10.1),
                    ("descent", 60, -6, 11.1),
                    ("descent", 90, -3, 11.2),
                    ("recovery", 180, 1, 5.0),
                ]
                * 2,
                COOL_DOWN,
                STRETCH,
            ],
        ),
        (
            "race_descents",
            [
                WARM_UP,
                DRILLS,
                *[("descent", 360, -3, 11.0), ("recovery", 180, 1, 7.8)] * 3,
                COOL_DOWN,
                STRETCH,
            ],
        ),
        (
            "long_reps",
            [
                WARM_UP,
                DRILLS,
                *[("descent", 1000, -10, 11.5), ("recovery", 480, 6, 6.0)] * 2,
                COOL_DOWN,
                STRETCH,
            ],
        ),
        (
            "long_reps_1_1",
            [
                WARM_UP,
                DRILLS,
                *[
                    *[("descent", 60, -8, 12.7), ("descent", 60, -8, 9.4)] * 3,
                    ("recovery", 360, 5, 6.0),
                ]
                * 2,
                COOL_DOWN,
                STRETCH,
            ],
        ),
        (
            "backward_drills",
            [
                ("warm_up", 300, 0, 4.5),
                *[TURN, ("backward", 40, 0, 2.0), TURN, ("recovery", 60, 0, 4.0)] * 4,
                ("cool_down", 300, 0, 4.0),
                STRETCH,
            ],
        ),
        (
            "fwd_back",
            [
                WARM_UP,
                DRILLS,
                *[
                    ("steady", 400, 1, 9.6),
                    ("turn_around", 40, 0, 0),
                    ("backward", 400, 2, 4.5),
                    ("turn_around", 40, 0, 0),
                ]
                * 2,
                COOL_DOWN,
                STRETCH,
            ],
        ),
        ("easy_recovery", [("steady", 1800, 1, 8.6)]),
    ],
)
def test_the_steps_are_those_of_the_session_table(
    name: str, steps: list[tuple[str, float, float, float]]
) -> None:
    script = library()[name]
    done = plan(script, reference(script.level), MACHINES["C"])
    assert [brief(step) for step in done.steps] == steps


# The tables show the recovery inclines of these two as they are on a fast deck: on a typical one
# rule S1-8 lets the deck go up by 0.5 %/s for a tenth of the recovery.
@pytest.mark.parametrize(
    ("name", "descent", "recovery", "reps"),
    [
        ("short_reps", ("descent", 100, -8, 14.0), ("recovery", 120, 6, 3.0), 8),
        ("short_reps_jogback", ("descent", 90, -9, 15.6), ("recovery", 60, 3, 6.0), 16),
    ],
)
def test_the_walk_back_of_short_reps_is_limited_by_the_deck(
    name: str,
    descent: tuple[str, float, float, float],
    recovery: tuple[str, float, float, float],
    reps: int,
) -> None:
    script = library()[name]
    done = plan(script, reference(script.level), MACHINES["C"])
    expected = [WARM_UP, DRILLS, *[descent, recovery] * reps, COOL_DOWN, STRETCH]
    assert [brief(step) for step in done.steps] == expected


@pytest.mark.parametrize("name", sorted(LEVELS))
def test_warm_ups_start_and_cool_downs_end_at_a_walk(name: str) -> None:
    script = library()[name]
    done = plan(script, reference(script.level), MACHINES["C"])
    ramped = [step for step in done.steps if step.ramp_s]
    assert {step.phase for step in ramped} <= {Phase.WARM_UP, Phase.COOL_DOWN}
    assert all(step.ramp_s == 120 for step in ramped)
    assert all((step.ramp_from_kmh or step.ramp_to_kmh) == 5.0 for step in ramped)


def test_s1_3_drills_and_s1_10_stretches_are_those_of_the_source() -> None:
    steps = library()["descending_sprints"].steps
    done = plan(library()["descending_sprints"], reference(Level.INTERMEDIATE), MACHINES["B"])
    drills, stretch = (step for step in done.steps if step.items)
    assert len(steps) == 5
    assert drills.items == ("leg_swings", "arm_circles", "high_knees")
    assert stretch.items == ("quads", "hamstrings", "calves", "glutes")


@pytest.mark.parametrize(
    ("name", "parameter", "allowed"),
    [
        ("descending_sprints", "reps", "3 to 10"),
        ("descending_sprints", "distance", "100 m to 150 m"),
        ("descending_sprints", "decline", "5 % to 10 %"),
        ("descending_sprints", "effort", "60 % to 80 %"),
        ("descending_sprints", "recovery", "120 s to 180 s"),
        ("descending_sprints", "recovery_mode", "uphill, flat, jog"),
        ("descending_sprints", "cooldown_mode", "jog, walk"),
        ("descent_walk", "reps", "4 to 10"),
        ("descent_walk", "decline", "1 % to 3 %"),
        ("gentle_descents", "reps", "4 to 6"),
        ("gentle_descents", "decline", "2 % to 4 %"),
        ("short_reps", "reps", "8 to 20"),
        ("short_reps", "distance", "80 m to 100 m"),
        ("short_reps", "decline", "8 % to 10 %"),
        ("rolling_descent", "sets", "1 to 2"),
        ("race_descents", "sets", "1 to 4"),
        ("long_reps", "reps", "2 to 6"),
        ("long_reps", "distance", "1000 m to 2000 m"),
        ("long_reps", "decline", "10 % to 12 %"),
        ("fwd_back", "distance", "50 m to 400 m"),
        ("fwd_back", "incline", "0 % to 8 %"),
    ],
)
def test_parameters_have_the_ranges_of_the_sources(name: str, parameter: str, allowed: str) -> None:
    found = library()[name].parameter(parameter)
    assert found is not None
    assert found.allowed == allowed
