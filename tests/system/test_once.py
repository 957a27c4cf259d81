"""A whole session in a real, freshly started Home Assistant: scripts/demo --once.

Sixty seconds of the session pass in one, so its hour takes a minute.
"""

from __future__ import annotations

import json
from pathlib import Path
import subprocess
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
LIMIT_S = 600  # the first run on a machine also makes the environment

pytestmark = [pytest.mark.system, pytest.mark.timeout(LIMIT_S)]

type Records = list[dict[str, Any]]


@pytest.fixture(name="records", scope="module")
def records_fixture() -> Records:
    """Return what ``descending_sprints`` printed, with its exit code as the last record."""
    done = subprocess.run(
        [ROOT / "scripts" / "demo", "--once", "--json", "--time-scale", "60"],
        capture_output=True,
        text=True,
        check=False,
        timeout=LIMIT_S,
    )
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    return [*lines, {"type": "exit", "code": done.returncode, "stderr": done.stderr}]


def of(records: Records, kind: str, **values: object) -> Records:
    """Return the records of a type with these values."""
    wanted = {"type": kind} | values
    return [record for record in records if wanted.items() <= record.items()]


def test_the_session_is_finished_and_no_rule_was_broken(records: Records) -> None:
    check = of(records, "check")[-1]
    assert (check["problems"], check["broken"], check["result"]) == ([], [], "completed")
    assert records[-1]["code"] == 0


def test_the_steps_come_in_order(records: Records) -> None:
    phases = [record["phase"] for record in of(records, "step", event="finished")]
    reps = ["descent", "recovery"] * 6
    assert phases == ["warm_up", "drills", *reps, "cool_down", "stretch"]


def test_six_descents_of_120_m_at_target(records: Records) -> None:
    descents = of(records, "step", event="finished", phase="descent")
    assert {(d["target_speed_kmh"], d["target_incline_pct"]) for d in descents} == {(14.4, -6.0)}
    assert [d["at_target_m"] for d in descents] == pytest.approx([120] * 6, abs=0.5)
    assert not any(d["capped"] or d["skipped"] for d in descents)


def test_recoveries_hold_to_the_second(records: Records) -> None:
    recoveries = of(records, "step", event="finished", phase="recovery")
    assert [r["duration_s"] for r in recoveries] == pytest.approx([150] * 6, abs=0.5)


def test_the_summary_compares_metres_at_target_with_those_prescribed(records: Records) -> None:
    summary = of(records, "summary")[0]
    assert summary["descent_at_target_m"] == pytest.approx(43.1, abs=0.3)
    assert summary["descent_m"] > summary["descent_at_target_m"]
    assert summary["fidelity_descent"] == pytest.approx(1, abs=0.01)
    assert (summary["fidelity_grade"], summary["reps_completed"]) == (1, 6)


def test_samples_carry_what_was_measured_once_a_second(records: Records) -> None:
    samples = of(records, "sample")
    assert {"t", "speed_kmh", "incline_pct", "distance_m"} <= samples[-1].keys()
    assert len(samples) == pytest.approx(of(records, "summary")[0]["duration_s"], rel=0.02)
