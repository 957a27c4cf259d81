"""Parts of the benchmarks in their processes: what is said of those that fail."""

from __future__ import annotations

from collections.abc import Callable
import json
from pathlib import Path
import time
from typing import Any

import pytest

from bench import __main__
from bench.options import Options
from bench.parts import Figure, Goal, Part
from bench.run import Record, run

NEAR = Figure("near", "a near one", "m", Goal(10))
FAR = Figure("far", "a far one", "m", Goal(10))
NAME = Figure("name", "who it was")
OTHER = Figure("other", "another one", "m", Goal(10, least=True))


def fake(name: str, *figures: Figure, limit_s: float = 60.0) -> Part:
    """Return a part that is played."""
    return Part(name, f"a {name} one", figures, f"tests.bench.fakes.{name}", limit_s)


GOOD = fake("good", NEAR, FAR, NAME, OTHER)
FAILING = fake("failing", NEAR, FAR)


def told(*parts: Part) -> tuple[list[Record], Record]:
    """Measure parts; returns every record, and what became of all."""
    records: list[Record] = []
    outcome = run(parts, Options(quick=True), records.append)
    return records, outcome


def of(records: list[Record], kind: str) -> list[Record]:
    """Return the records of a kind."""
    return [record for record in records if record["type"] == kind]


def runs(pid: int) -> bool:
    """Whether a process is there, and not only still to be waited for by whoever inherits it."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text("utf-8")
    except FileNotFoundError:
        return False
    return stat.rpartition(")")[2].split()[0] != "Z"


def ended(pid: int) -> bool:
    """Whether a process ends, as it does soon after it was killed."""
    deadline = time.monotonic() + 10
    while runs(pid) and time.monotonic() < deadline:
        time.sleep(0.05)
    return not runs(pid)


def test_each_figure_is_told_with_its_goal_beside_it() -> None:
    records, _ = told(GOOD)
    near, far, name, other = of(records, "figure")
    assert near == {
        "type": "figure",
        "part": "good",
        "figure": "near",
        "says": "a near one",
        "value": 7.0,
        "unit": "m",
        "goal": "<= 10",
        "met": True,
        "rounds": 1,
    }
    assert (far["value"], far["met"]) == (12.0, False)
    assert name["value"] == "somebody"
    assert "met" not in name
    assert other["skipped"] == "it is not there"
    assert "met" not in other


def test_what_is_missed_is_counted_and_is_no_failure() -> None:
    _, outcome = told(GOOD)
    assert outcome["failed"] == []
    assert outcome["met"] == 1
    assert outcome["missed"] == ["good.far"]


def test_a_part_that_fails_says_why_and_the_others_still_print() -> None:
    records, outcome = told(FAILING, GOOD)
    assert [record["part"] for record in of(records, "figure")] == ["failing", *["good"] * 4]
    failing, good = of(records, "ended")
    assert (failing["ok"], failing["reason"]) == (False, "RuntimeError: the belt broke")
    assert "Traceback (most recent call last):" in failing["printed"]
    assert good["ok"] is True
    assert outcome["failed"] == ["failing"]


def test_a_part_that_leaves_out_a_figure_fails() -> None:
    records, outcome = told(fake("forgetful", NEAR, FAR, OTHER))
    assert of(records, "ended")[0]["reason"] == "measured nothing for far, other"
    assert outcome["failed"] == ["forgetful"]


def test_a_part_that_says_an_unknown_figure_fails() -> None:
    records, outcome = told(fake("talkative", NEAR))
    assert of(records, "ended")[0]["reason"] == "KeyError: 'nearest'"
    assert outcome["failed"] == ["talkative"]


def test_a_part_whose_module_is_not_there_fails() -> None:
    records, outcome = told(fake("missing", NEAR), GOOD)
    assert "No module named" in of(records, "ended")[0]["reason"]
    assert outcome["failed"] == ["missing"]


def test_a_part_that_hangs_is_ended_with_all_it_has_started() -> None:
    records, outcome = told(fake("hanging", NEAR, limit_s=5.0))
    assert of(records, "ended")[0]["reason"] == "took longer than 5 s"
    assert outcome["failed"] == ["hanging"]
    assert ended(of(records, "figure")[0]["value"])


def test_a_part_is_ended_when_nobody_listens_any_more() -> None:
    children: list[int] = []

    def interrupt(record: Record) -> None:
        children.extend(int(one) for one in [record.get("value")] if one is not None)
        assert record["type"] != "figure", "Ctrl-C"

    with pytest.raises(AssertionError, match="Ctrl-C"):
        run([fake("hanging", NEAR)], Options(), interrupt)
    assert ended(children[0])


# ---- the command


@pytest.fixture(name="command")
def command_fixture(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., tuple[int, str, str]]:
    """Return the command, for two parts that are played: its code, and what it prints."""
    monkeypatch.setattr(__main__, "PARTS", (FAILING, GOOD))

    def command(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr("sys.argv", ["bench", *arguments])
        code = __main__.main()
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return command


def test_the_command_fails_with_a_part_and_prints_the_rest(command: Any) -> None:
    code, table, _ = command()
    lines = [" ".join(line.split()) for line in table.splitlines()]
    assert code == 1
    assert any(line.startswith("FAILED after") and "the belt broke" in line for line in lines)
    assert "a near one 7 m <= 10 met" in lines
    assert "a far one 12 m <= 10 MISSED" in lines
    assert "who it was: somebody" in lines
    assert "another one - it is not there" in lines
    assert lines[-1].startswith("2 goals met, 1 missed (good.far); failed: failing; ")


def test_the_command_succeeds_without_a_failing_part(command: Any) -> None:
    code, table, _ = command("--part", "good")
    assert code == 0
    assert "failing" not in table


def test_json_is_alone_on_standard_output(command: Any) -> None:
    _, lines, table = command("--part", "good", "--json")
    kinds = [json.loads(line)["type"] for line in lines.splitlines()]
    assert kinds == ["computer", "part", *["figure"] * 4, "ended", "outcome"]
    assert "MISSED" in table


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["--part", "best"], "invalid choice: 'best'"),
        (["--part", "good", "--engine"], "--engine is a choice of parts"),
        (["--quick", "--full"], "not allowed with argument --quick"),
        (["--hassio-ftms", "tests"], "is no checkout of hassio-ftms"),
    ],
)
def test_what_cannot_be_done_is_said_before_anything_is_measured(
    command: Any, capsys: pytest.CaptureFixture[str], arguments: list[str], reason: str
) -> None:
    with pytest.raises(SystemExit):
        command(*arguments)
    assert reason in capsys.readouterr().err


def test_options_reach_the_process_of_a_part_as_they_are() -> None:
    options = Options(quick=True, hassio_ftms="/a folder")
    assert Options.from_json(options.to_json()) == options
