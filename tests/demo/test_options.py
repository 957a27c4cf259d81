"""The options of scripts/demo."""

from __future__ import annotations

import argparse

import pytest

from custom_components.descent.training.model import Level, Runner
from custom_components.descent.training.planner import plan
from custom_components.descent.training.script import builtin, parse
from custom_components.descent.treadmills import KINDS, Number
from demo import __main__
from demo.machine import LINK_SESSION, PROFILES as SHEETS
from demo.once import _level_for
from demo.seed import DASHBOARD_CONFIG
from tests.imports import DESCENT
from tests.machines.profiles import PROFILES


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        (["--json"], "--json is for --once"),
        (["--time-scale", "60.5"], "--time-scale is for --once"),
        (["--once", "--reset"], "--port, --debug and --reset are not for --once"),
        (["--once", "--debug"], "--port, --debug and --reset are not for --once"),
        (["--port", "65536"], "--port is from 1 to 65535"),
        (["--once", "--time-scale", "601"], "--time-scale is from 1 to 600"),
        (["--once", "--time-scale", "nan"], "--time-scale is from 1 to 600"),
        (["--once", "--min-incline", "5"], "--min-incline is from -40 to 0"),
        (["--once", "--max-incline", "-1"], "--max-incline is from 0 to 40"),
        (["--once", "--preset", "rapid"], "invalid choice: 'rapid'"),
        (["--session", "long_reps"], "--session is for --once"),
        (["--link", "wifi"], "invalid choice: 'wifi'"),
        (["--link", "proxy", "--profile", "f85"], "invalid choice: 'f85'"),
        (["--profile", "kickr"], "--profile is for --link"),
        (["--once", "--link", "dircon", "--time-scale", "10"], "not for --link"),
        (["--once", "--link", "dircon", "--preset", "slow"], "not for --link"),
        (["--once", "--link", "proxy", "--min-incline", "-3"], "not for --link"),
    ],
)
def test_options_that_make_no_sense_are_refused(
    options: list[str],
    reason: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr("sys.argv", ["demo", *options])
    with pytest.raises(SystemExit) as exit_info:
        __main__.main()
    assert exit_info.value.code == 2
    assert reason in capsys.readouterr().err


def test_the_ranges_are_those_of_the_form() -> None:
    ranges = {
        question.key: (question.low, question.high)
        for question in KINDS["virtual_treadmill"].questions
        if isinstance(question, Number)
    }
    assert {key: __main__.RANGES[key] for key in __main__.RANGES if key in ranges} == {
        key: ranges[key] for key in ("time_scale", "min_incline", "max_incline")
    }


@pytest.mark.parametrize(
    ("asked", "level"),
    [
        (None, "intermediate"),
        ("novice", "intermediate"),
        ("intermediate", "intermediate"),
        ("advanced", "advanced"),
    ],
)
def test_the_runner_is_the_reference_or_better(asked: str | None, level: str) -> None:
    assert _level_for(asked) == level


@pytest.mark.parametrize(
    ("options", "session"),
    [
        (["--once"], "descending_sprints"),
        (["--once", "--link", "proxy"], "demo_link"),
        (["--once", "--link", "dircon", "--session", "long_reps"], "long_reps"),
    ],
)
def test_a_treadmill_that_cannot_be_hurried_gets_a_short_session(
    options: list[str], session: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[argparse.Namespace] = []

    async def look(namespace: argparse.Namespace) -> int:
        seen.append(namespace)
        return 0

    monkeypatch.setattr("sys.argv", ["demo", *options])
    monkeypatch.setattr(__main__, "_async_main", look)
    assert __main__.main() == 0
    assert [namespace.session for namespace in seen] == [session]


def test_the_short_session_has_the_phases_of_the_long_one() -> None:
    script = parse(LINK_SESSION.read_bytes(), LINK_SESSION.name)
    runner = Runner(name="", level=Level.INTERMEDIATE, hill_experience=True, five_k_s=1500)
    machine = PROFILES["t800"].machine
    short, long = (plan(s, runner, machine) for s in (script, builtin()[__main__.SESSION]))
    assert {step.phase for step in short.steps} == {step.phase for step in long.steps}
    assert short.duration_s < 180


@pytest.mark.parametrize("name", SHEETS)
def test_the_data_sheets_are_those_of_the_simulated_machines(name: str) -> None:
    sheet, machine = SHEETS[name], PROFILES[name].machine
    assert (sheet.min_incline, sheet.max_incline, sheet.incline_step) == (
        machine.incline.minimum,
        machine.incline.maximum,
        machine.incline.step,
    )
    assert (sheet.min_speed, sheet.max_speed) == (machine.speed.minimum, machine.speed.maximum)


def test_the_dashboard_is_the_one_that_descent_makes_of_what_is_there() -> None:
    kind = DASHBOARD_CONFIG["strategy"]["type"].removeprefix("custom:")
    registered = (DESCENT / "www" / "descent-card.js").read_text()
    assert f'"ll-strategy-dashboard-{kind}"' in registered
