"""A simulated machine as its own process: what it prints, and how it ends."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
import re
import signal
import subprocess
import sys

import pytest

ROOT = Path(__file__).parents[2]
PATIENCE_S = 30


def start(*options: str, stdin: int = subprocess.PIPE) -> subprocess.Popen[str]:
    """Start a proxy."""
    return subprocess.Popen(
        [sys.executable, "-m", "tests.machines.proxy", *options],
        cwd=ROOT,
        stdin=stdin,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.fixture(name="process")
def process_fixture() -> Iterator[subprocess.Popen[str]]:
    process = start()
    yield process
    process.kill()
    process.communicate()


def line(process: subprocess.Popen[str]) -> str:
    """Wait for a line of what the process says."""
    assert process.stdout is not None
    return process.stdout.readline().strip()


def say(process: subprocess.Popen[str], words: str) -> None:
    """Type a line at the console."""
    assert process.stdin is not None
    process.stdin.write(f"{words}\n")
    process.stdin.flush()


def test_it_says_where_it_listens_and_obeys_its_console(process: subprocess.Popen[str]) -> None:
    assert re.fullmatch(r"proxy: t800 behind an ESPHome proxy on 127\.0\.0\.1:\d+", line(process))
    say(process, "start")
    assert line(process).startswith("belt countdown")
    say(process, "quit")
    assert process.wait(PATIENCE_S) == 0


def test_it_ends_when_whoever_started_it_is_gone(process: subprocess.Popen[str]) -> None:
    line(process)
    assert process.stdin is not None
    process.stdin.close()
    assert process.wait(PATIENCE_S) == 0


def test_in_the_background_it_runs_until_a_signal() -> None:
    process = start("--profile", "kickr", stdin=subprocess.DEVNULL)
    assert line(process).startswith("proxy: kickr")
    with pytest.raises(subprocess.TimeoutExpired):
        process.wait(0.2)
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 0


def test_a_port_that_is_taken_is_said_in_one_line(process: subprocess.Popen[str]) -> None:
    port = line(process).rpartition(":")[2]
    second = start("--port", port)
    _, error = second.communicate(timeout=PATIENCE_S)
    assert second.returncode == 1
    assert error.startswith("proxy: ")
    assert len(error.splitlines()) == 1
