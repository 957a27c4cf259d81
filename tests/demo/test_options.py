"""The options of scripts/demo."""

from __future__ import annotations

import pytest

from custom_components.descent.forms import TREADMILL
from demo import __main__, dashboard
from demo.once import _level_for


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
    ranges = {key: (number.low, number.high) for key, number in TREADMILL.items()}
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


class Named(dict[str, str]):
    """Every entity there could be, by its key."""

    def __missing__(self, key: str) -> str:
        platform, _, name = key.partition(".")
        return f"{platform}.treadmill_{name}"


def test_the_dashboard_has_start_and_stop_and_the_console() -> None:
    text = str(dashboard.config(Named()))
    buttons = ("button.treadmill_start", "button.treadmill_stop", "button.treadmill_console_start")
    assert all(button in text for button in buttons)
