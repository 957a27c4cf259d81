"""What the demo prints of a session."""

from __future__ import annotations

import json

import pytest

from demo.report import Json, Text

PLAN = {
    "type": "plan",
    "t": 0.0,
    "name": "Descending sprints",
    "duration_s": 2880.0,
    "reps": 6,
    "ramps_s": 103.3,
    "descent_m": 43.1,
    "ramps_descent_m": 31.1,
    "prescribed_descent_m": 43.1,
    "fidelity_descent": 1.0,
    "steps": [{}] * 16,
}
STEP = {
    "type": "step",
    "t": 989.4,
    "event": "finished",
    "phase": "descent",
    "index": 2,
    "rep": 1,
    "reps": 6,
    "target_speed_kmh": 14.4,
    "target_incline_pct": -6.0,
    "duration_s": 46.0,
    "distance_m": 158.3,
    "at_target_m": 120.0,
    "max_speed_kmh": 14.4,
    "mean_incline_pct": -5.88,
    "skipped": False,
    "capped": True,
}
SUMMARY = {
    "type": "summary",
    "t": 3012.0,
    "session": "descending_sprints",
    "result": "completed",
    "duration_s": 3012.0,
    "distance_m": 4480.1,
    "descent_m": 53.2,
    "descent_at_target_m": 43.12,
    "prescribed_descent_m": 43.12,
    "fidelity_descent": 1.0,
    "fidelity_grade": 1.0,
    "reps_completed": 6,
    "reps_planned": 6,
}
GOOD = {"type": "check", "ok": True, "result": "completed", "broken": [], "problems": []}


def printed(capsys: pytest.CaptureFixture[str], *records: dict[str, object]) -> str:
    """Return what a person sees of some records."""
    text = Text()
    for record in records:
        text.show(record)
    return capsys.readouterr().out


def test_a_step_is_one_line_with_what_was_measured(capsys: pytest.CaptureFixture[str]) -> None:
    lines = printed(capsys, PLAN, STEP).splitlines()
    assert lines[:2] == [
        (
            "Descending sprints: 48.0 minutes, 6 descents, 43.1 m down at target "
            "(100% of the 43.1 m asked for)"
        ),
        "Predicted for belt and deck on their way: 1.7 minutes, 31.1 m down",
    ]
    assert " ".join(lines[-1].split()) == (
        "16:29 STEP 3/16 descent 1 of 6 0:46 14.4 km/h -6.0 % 158 m "
        "120.0 m at target, max 14.4 km/h, mean -5.9 % (capped)"
    )


def test_measurements_and_commands_are_not_for_people(capsys: pytest.CaptureFixture[str]) -> None:
    sample = {"type": "sample", "t": 1.0, "speed_kmh": 5.0, "incline_pct": 0.0}
    command = {"type": "command", "t": 1.0, "id": 1, "kind": "set_speed", "value": 6.0}
    assert printed(capsys, sample, command) == ""


def test_the_end_says_what_it_was_worth(capsys: pytest.CaptureFixture[str]) -> None:
    text = Text()
    text.show(SUMMARY)
    text.close(GOOD)
    out = capsys.readouterr().out
    assert "down, at target       43.1 m" in out
    assert out.endswith("  OK: completed, no safety rule was broken\n")


def test_a_bad_end_names_every_problem(capsys: pytest.CaptureFixture[str]) -> None:
    bad = {"ok": False, "result": None, "broken": ["R7"], "problems": ["lost Home Assistant"]}
    Text().close({"type": "check"} | bad)
    out = capsys.readouterr().out
    assert "  ! lost Home Assistant\n" in out
    assert "NOT OK: not finished, safety rules were broken" in out


def test_json_is_one_object_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    report = Json()
    report.show(STEP)
    report.note("for the person")
    report.close(GOOD)
    out, err = capsys.readouterr()
    assert [json.loads(line) for line in out.splitlines()] == [STEP, GOOD]
    assert err == "demo: for the person\n"
