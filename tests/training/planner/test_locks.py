"""Who may run which session, and which rule says no."""

from dataclasses import replace

import pytest

from custom_components.descent.training.model import Level, Runner
from custom_components.descent.training.planner import PlanError, alternatives, why_locked
from custom_components.descent.training.planner.locks import Lock
from tests.training.runners import REFERENCE, library, session

GENTLE = ("gentle_descents", "grade_primer", "short_builds")
ALWAYS = ("backward_drills", "easy_recovery")


def keys(name: str, runner: Runner) -> list[str]:
    return [lock.key for lock in why_locked(library()[name], runner)]


def test_s1_12_the_sprints_need_the_level_and_hill_experience() -> None:
    novice = Runner(name="Kim", level=Level.NOVICE)
    assert why_locked(library()["descending_sprints"], novice) == (
        Lock("session_locked_level", {"level": "novice", "needed": "intermediate"}),
        Lock("session_locked_hill_experience"),
    )


@pytest.mark.parametrize("level", [Level.INTERMEDIATE, Level.ADVANCED])
def test_s1_12_the_level_or_a_higher_one_opens_a_session(level: Level) -> None:
    assert keys("descending_sprints", replace(REFERENCE, level=level)) == []


def test_s1_13_joint_issues_leave_only_walks_and_gentle_sessions() -> None:
    runner = replace(REFERENCE, joint_issues=True)
    assert set(alternatives(library(), runner)) == {*GENTLE, *ALWAYS, "descent_walk"}
    assert keys("descending_sprints", runner) == ["session_locked_joint_issues"]
    assert keys("fwd_back", runner) == ["session_locked_joint_issues"]


@pytest.mark.parametrize(
    ("steps", "locks"),
    [
        ("- descent: {for: 100 m, decline: 4 %, pace: easy}", []),
        ("- descent: {for: 100 m, decline: 5 %, pace: easy}", ["session_locked_joint_issues"]),
        (
            "- descent: {for: 100 m, decline: 2 %, pace: sprint 60 %}",
            ["session_locked_joint_issues"],
        ),
        (
            "- descent: {for: 100 m, decline: 2 %, pace: flat 101 %}",
            ["session_locked_joint_issues"],
        ),
        ("- descent: {for: 100 m, decline: 2 %, pace: 3k}", ["session_locked_joint_issues"]),
        ("- descent: {for: 100 m, decline: 2 %, pace: 3k 90 %}", []),
        ("- descent: {for: 100 m, decline: 2 %, pace: flat 100 %}", []),
        ("- descent: {for: 100 m, decline: 2 %, pace: 6 km/h}", []),
    ],
)
def test_s1_13_joint_issues_lock_steep_and_fast_descents_of_own_sessions_too(
    steps: str, locks: list[str]
) -> None:
    runner = replace(REFERENCE, joint_issues=True)
    assert [lock.key for lock in why_locked(session(steps), runner)] == locks


def test_s1_13_a_steeper_choice_of_a_gentle_session_is_locked() -> None:
    runner = replace(REFERENCE, joint_issues=True)
    primer = library()["grade_primer"]
    assert why_locked(primer, runner) == ()
    assert why_locked(primer, runner, {"decline": 6}) == (Lock("session_locked_joint_issues"),)


@pytest.mark.parametrize(
    ("level", "decline", "allowed"),
    [
        (Level.NOVICE, 9, "8"),
        (Level.BEGINNER, 9, "8"),
        (Level.INTERMEDIATE, 13, "12"),
        (Level.ADVANCED, 16, "15"),
    ],
)
def test_a_slope_that_is_locked_for_the_level_locks_the_session(
    level: Level, decline: int, allowed: str
) -> None:
    script = session(f"- descent: {{for: 100 m, decline: {decline} %, pace: walk}}")
    values = {"level": level.value, "decline": str(decline), "allowed": allowed}
    assert why_locked(script, replace(REFERENCE, level=level)) == (
        Lock("session_locked_grade", values),
    )


def test_overrides_are_judged_and_wrong_ones_refused() -> None:
    primer, beginner = library()["grade_primer"], Runner(name="Kim")
    assert [lock.key for lock in why_locked(primer, beginner, {"decline": 10})] == [
        "session_locked_grade"
    ]
    with pytest.raises(PlanError, match="parameter_out_of_range"):
        why_locked(primer, beginner, {"decline": 20})


@pytest.mark.parametrize(
    ("level", "nearest", "count"),
    [
        (Level.NOVICE, "descent_walk", 3),
        (Level.BEGINNER, "gentle_descents", 6),
        (Level.INTERMEDIATE, "descending_sprints", 11),
        (Level.ADVANCED, "fwd_back", 15),
    ],
)
def test_alternatives_are_all_open_sessions_nearest_to_the_level_first(
    level: Level, nearest: str, count: int
) -> None:
    found = alternatives(library(), replace(REFERENCE, level=level))
    assert found[0] == nearest
    assert len(found) == count
    assert set(found[-2:]) == set(ALWAYS)


def test_without_hill_experience_the_hard_sessions_are_no_alternatives() -> None:
    runner = replace(REFERENCE, hill_experience=False)
    assert alternatives(library(), runner) == ("fwd_back", *GENTLE, "descent_walk", *ALWAYS)
