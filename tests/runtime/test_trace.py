"""What was really done in a session, for a screen that is opened in the middle of it."""

from __future__ import annotations

from itertools import pairwise

from custom_components.descent.runtime.journal import Journal
from custom_components.descent.runtime.trace import Trace

ARM = {"type": "intent", "what": "arm"}


def measured(journal: Journal, plan_s: float | None, speed_kmh: float = 5.0) -> None:
    record = {"type": "sample", "plan_s": plan_s, "speed_kmh": speed_kmh, "incline_pct": -3.0}
    journal.write(0.0, 0.0, record)


def ran(journal: Journal, seconds: int) -> None:
    for second in range(seconds):
        measured(journal, float(second))


def test_measurements_are_kept_over_the_time_of_the_plan() -> None:
    journal = Journal()
    trace = Trace(journal)
    measured(journal, 0.0, 1.0)
    measured(journal, 2.5, 4.0)
    assert trace.points() == [(0.0, 1.0, -3.0), (2.5, 4.0, -3.0)]


def test_what_is_measured_outside_a_session_is_not_kept() -> None:
    journal = Journal()
    trace = Trace(journal)
    measured(journal, None)
    assert trace.points() == []


def test_a_new_session_begins_a_new_trace() -> None:
    journal = Journal()
    trace = Trace(journal)
    measured(journal, 7.0)
    journal.write(0.0, 0.0, ARM)
    assert trace.points() == []


def test_a_refused_session_leaves_the_trace_of_the_one_under_way() -> None:
    journal = Journal()
    trace = Trace(journal)
    measured(journal, 7.0)
    journal.write(0.0, 0.0, ARM | {"refused": "session_active"})
    assert trace.points() == [(7.0, 5.0, -3.0)]


def test_while_the_time_of_the_plan_stands_only_the_first_and_the_newest_point_are_kept() -> None:
    journal = Journal()
    trace = Trace(journal)
    for speed in (5.0, 4.0, 3.0, 0.0):
        measured(journal, 9.0, speed)
    assert trace.points() == [(9.0, 5.0, -3.0), (9.0, 0.0, -3.0)]


def test_a_long_session_is_thinned_evenly_and_keeps_both_ends() -> None:
    journal = Journal()
    trace = Trace(journal, most=50)
    ran(journal, 3000)
    times = [point[0] for point in trace.points()]
    assert (times[0], times[-1]) == (0.0, 2999.0)
    assert 25 <= len(times) <= 51
    gaps = [after - before for before, after in pairwise(times[:-1])]
    assert max(gaps) <= 2 * min(gaps)


def test_a_new_session_after_a_long_one_is_as_fine_as_the_first() -> None:
    journal = Journal()
    trace = Trace(journal, most=50)
    ran(journal, 3000)
    journal.write(0.0, 0.0, ARM)
    ran(journal, 10)
    assert len(trace.points()) == 10
