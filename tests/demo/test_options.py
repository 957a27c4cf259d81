"""The options of scripts/demo."""

from __future__ import annotations

import pytest

from demo import __main__, dashboard
from demo.once import _level_for


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        (["--json"], "--json is for --once"),
        (["--time-scale", "60.5"], "--time-scale is for --once"),
        (["--once", "--reset"], "--port, --debug and --reset are not for --once"),
        (["--once", "--debug"], "--port, --debug and --reset are not for --once"),
        (["--once", "--time-scale", "601"], "--time-scale is from 1 to 600"),
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
