"""A session over each link to a simulated treadmill in a process of its own, in real time.

scripts/demo --once --link: a freshly started Home Assistant, the treadmill added through its config
flow, and everything from there to the bytes. Both run side by side, for nobody can hurry them.
"""

from __future__ import annotations

from collections.abc import Iterator
import json
from pathlib import Path
import subprocess
from typing import Any

import pytest

from demo.machine import PORTS

ROOT = Path(__file__).parents[2]
LIMIT_S = 900  # the first run on a machine also makes the environment

pytestmark = [pytest.mark.system, pytest.mark.timeout(LIMIT_S)]

type Records = list[dict[str, Any]]


@pytest.fixture(name="runs", scope="module")
def runs_fixture() -> Iterator[dict[str, Records]]:
    """Return what each run printed, with its exit code as the last record."""
    processes = {
        link: subprocess.Popen(
            [ROOT / "scripts" / "demo", "--once", "--json", "--link", link],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for link in PORTS
    }
    try:
        yield {link: finished(process) for link, process in processes.items()}
    finally:
        for process in processes.values():
            process.terminate()


def finished(process: subprocess.Popen[str]) -> Records:
    """Wait for a run to end."""
    out, error = process.communicate(timeout=LIMIT_S)
    lines = [json.loads(line) for line in out.splitlines()]
    return [*lines, {"type": "exit", "code": process.returncode, "stderr": error}]


def of(records: Records, kind: str, /, **values: object) -> Records:
    """Return the records of a type with these values."""
    wanted = {"type": kind} | values
    return [record for record in records if wanted.items() <= record.items()]


@pytest.mark.parametrize("link", PORTS)
def test_the_session_is_finished_and_no_rule_was_broken(
    runs: dict[str, Records], link: str
) -> None:
    check, end = of(runs[link], "check")[-1:], runs[link][-1]
    assert (check and check[0]["problems"], end["code"]) == ([], 0), end["stderr"]
    assert (check[0]["broken"], check[0]["result"]) == ([], "completed")


@pytest.mark.parametrize("link", PORTS)
def test_both_descents_are_run_at_target(runs: dict[str, Records], link: str) -> None:
    descents = of(runs[link], "step", event="finished", phase="descent")
    assert [(d["target_speed_kmh"], d["target_incline_pct"]) for d in descents] == [(14.4, -6)] * 2
    assert [d["at_target_m"] for d in descents] == pytest.approx([60] * 2, abs=0.5)


@pytest.mark.parametrize("link", PORTS)
def test_the_runner_starts_the_belt_at_the_machine(runs: dict[str, Records], link: str) -> None:
    presses = of(runs[link], "runner", does="presses Start at the console")
    assert len(presses) == 2
    assert not of(runs[link], "command", kind="start_belt")
