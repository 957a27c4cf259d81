"""Every cell of the sessions' overview table, worked out for the reference runner.

The table rounds speeds to the nearest 0.1 km/h, plans round them down: hence the tolerances.
"""

import pytest

from custom_components.descent.training.model import Phase, Plan
from custom_components.descent.training.planner import plan
from tests.training.runners import MACHINES, descents_m, library, reference

# minutes, downhill metres, metres of descent, fastest, steepest
AS_WRITTEN = [
    ("descent_walk", 27.0, 500, 10.0, 5.0, -2),
    ("gentle_descents", 42.5, 725, 14.5, 8.7, -2),
    ("short_builds", 44.2, 360, 10.8, 10.0, -3),
    ("grade_primer", 28.0, 415, 16.6, 8.3, -4),
    ("descending_sprints", 48.0, 720, 43.1, 14.5, -6),
    ("short_reps", 49.4, 800, 63.8, 14.0, -8),
    ("short_reps_jogback", 51.5, 1440, 129.1, 15.7, -9),
    ("length_ladder", 49.2, 1100, 54.9, 11.6, -5),
    ("rolling_descent", 43.0, 2065, 71.9, 11.3, -6),
    ("race_descents", 57.0, 3300, 99.0, 11.0, -3),
    ("long_reps", 56.3, 2000, 199.0, 11.6, -10),
    ("long_reps_1_1", 54.0, 2220, 177.0, 12.8, -8),
]
# machine, metres of descent, fidelity, minutes, added repetitions
CLAMPED = [
    ("descent_walk", "B", 10.0, 100, 27.0, 0),
    ("gentle_descents", "B", 14.5, 100, 42.5, 0),
    ("short_builds", "B", 10.8, 100, 44.2, 0),
    ("grade_primer", "B", 16.6, 100, 28.0, 0),
    ("descending_sprints", "B", 43.1, 100, 48.0, 0),
    ("short_reps", "B", 59.9, 94, 54.0, 2),
    ("short_reps_jogback", "B", 124.0, 96, 61.1, 7),
    ("length_ladder", "B", 54.9, 100, 49.2, 0),
    ("rolling_descent", "B", 71.9, 100, 43.0, 0),
    ("race_descents", "B", 99.0, 100, 57.0, 0),
    ("long_reps", "B", 179.7, 90, 70.2, 1),
    ("long_reps_1_1", "B", 129.4, 73, 54.0, 0),
    ("descent_walk", "A", 10.0, 100, 27.0, 0),
    ("gentle_descents", "A", 14.5, 100, 42.5, 0),
    ("short_builds", "A", 10.8, 100, 44.2, 0),
    ("grade_primer", "A", 12.3, 74, 28.0, 0),
    ("descending_sprints", "A", 32.4, 75, 57.1, 3),
    ("short_reps", "A", 36.0, 56, 58.8, 4),
    ("short_reps_jogback", "A", 86.4, 67, 73.4, 16),
    ("length_ladder", "A", 33.0, 60, 49.3, 0),
    ("rolling_descent", "A", 55.0, 76, 43.0, 0),
    ("race_descents", "A", 99.0, 100, 57.0, 0),
    ("long_reps", "A", 119.9, 60, 84.4, 2),
    ("long_reps_1_1", "A", 124.1, 70, 78.0, 2),
]
LEVEL_ONLY = [("backward_drills", 25.7), ("fwd_back", 48.3), ("easy_recovery", 30.0)]


def worked_out(name: str, machine: str) -> Plan:
    script = library()[name]
    return plan(script, reference(script.level), MACHINES[machine])


@pytest.mark.parametrize(
    ("name", "minutes", "downhill", "descent", "fastest", "steepest"), AS_WRITTEN
)
def test_a_session_amounts_to_what_the_overview_says(
    name: str, minutes: float, downhill: float, descent: float, fastest: float, steepest: float
) -> None:
    done = worked_out(name, "C")
    descents = [step for step in done.steps if step.phase is Phase.DESCENT]
    assert done.duration_s / 60 == pytest.approx(minutes, abs=0.15)
    assert descents_m(done) == pytest.approx(downhill, rel=0.015)
    assert done.descent_m == pytest.approx(descent, rel=0.015)
    assert max(step.speed_kmh for step in descents) == pytest.approx(fastest, abs=0.1001)
    assert min(step.incline_pct for step in descents) == steepest
    assert done.fidelity_descent == 1
    assert done.fidelity_grade == 1


@pytest.mark.parametrize(("name", "machine", "descent", "fidelity", "minutes", "added"), CLAMPED)
def test_a_clamped_session_amounts_to_what_the_overview_says(
    name: str, machine: str, descent: float, fidelity: float, minutes: float, added: int
) -> None:
    done = worked_out(name, machine)
    assert done.descent_m == pytest.approx(descent, rel=0.015)
    assert done.fidelity_descent == pytest.approx(fidelity / 100, abs=0.01)
    assert done.duration_s / 60 == pytest.approx(minutes, abs=0.25)
    assert done.added_reps == added


@pytest.mark.parametrize("machine", sorted(MACHINES))
@pytest.mark.parametrize(("name", "minutes"), LEVEL_ONLY)
def test_a_session_without_descents_is_the_same_on_every_machine(
    name: str, minutes: float, machine: str
) -> None:
    done = worked_out(name, machine)
    assert done.duration_s / 60 == pytest.approx(minutes, abs=0.05)
    assert done.descent_m == 0
    assert done.fidelity_descent is None
    assert done.fidelity_grade is None


def test_the_reference_runners_descending_sprints_are_6_times_120_m_at_14_4() -> None:
    done = worked_out("descending_sprints", "B")
    descents = [step for step in done.steps if step.phase is Phase.DESCENT]
    assert [(step.distance_m, step.speed_kmh, step.incline_pct) for step in descents] == [
        (120, 14.4, -6)
    ] * 6
    assert [step.rep for step in descents] == [1, 2, 3, 4, 5, 6]
    assert done.descent_m == pytest.approx(43.1, abs=0.05)
