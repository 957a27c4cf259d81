"""Setting up a treadmill in a running Home Assistant, and starting a Home Assistant that has one.

CPU time of the process, as the clock on the wall says more about the computer: with one treadmill
(a virtual one) and one runner, and without Descent. Home Assistant has in both cases what most
have: history, dashboards, Assist, Bluetooth. Each start is a process of its own (``start.py``),
with and without in turn, after one that fills caches.
"""

from __future__ import annotations

import json
from pathlib import Path
from statistics import median
import subprocess
import sys
import tempfile
import time
from typing import Any

from homeassistant.core import HomeAssistant

from demo.instance import ROOT

from .home import MovingLoop, at_home, prepare, tidy
from .options import Options
from .ours import async_add_runners, async_add_treadmill
from .part import Say

_USUAL = (
    "bluetooth:",
    "config:",
    "conversation:",
    "frontend:",
    "history:",
    "logbook:",
    "recorder: {commit_interval: 1}",
)
_START_S = 120.0

type Started = dict[str, float]


def measure(options: Options, say: Say) -> None:
    """Start Home Assistant with and without a treadmill; then set one up, again and again."""
    _starts(1 if options.quick else 3, say)  # first: it waits in ways that Home Assistant forbids

    async def work(hass: HomeAssistant, loop: MovingLoop) -> None:
        del loop
        await _async_entries(hass, 3 if options.quick else 10, say)

    at_home(options, work, *_USUAL)


async def _async_entries(hass: HomeAssistant, rounds: int, say: Say) -> None:
    began, cpu = time.monotonic(), time.process_time()
    treadmill = await async_add_treadmill(hass, "Treadmill")
    first = (time.process_time() - cpu) * 1000
    say("entry_first", round(first), wall_ms=round((time.monotonic() - began) * 1000))
    await async_add_runners(hass, "Ada")
    times = []
    for _ in range(rounds):
        await hass.config_entries.async_unload(treadmill.entry.entry_id)
        await hass.async_block_till_done()
        tidy()
        cpu = time.process_time()
        await hass.config_entries.async_setup(treadmill.entry.entry_id)
        await hass.async_block_till_done()
        times.append((time.process_time() - cpu) * 1000)
    say("entry", round(median(times), 1), worst=round(max(times), 1))


def _starts(rounds: int, say: Say) -> None:
    with tempfile.TemporaryDirectory(prefix="descent-bench-", ignore_cleanup_errors=True) as name:
        folders = [Path(name) / "without", Path(name) / "with"]
        for folder in folders:
            folder.mkdir()
            prepare(folder, *_USUAL)
        for folder in folders:
            _start(folder, "--add" if folder.name == "with" else "--warm")
        starts: dict[str, list[Started]] = {folder.name: [] for folder in folders}
        for _ in range(rounds):
            for folder in folders:
                starts[folder.name].append(_start(folder))
    cpu = {who: median(one["cpu_ms"] for one in its) for who, its in starts.items()}
    memory = {who: median(one["memory_mib"] for one in its) for who, its in starts.items()}
    for who, its in starts.items():
        wall = median(one["wall_ms"] for one in its)
        say(f"home_{who}", round(cpu[who]), wall_ms=round(wall), memory_mib=round(memory[who], 1))
    say("home_added", round(cpu["with"] - cpu["without"]))
    say("memory_added", round(memory["with"] - memory["without"], 1))


def _start(folder: Path, *how: str) -> Started:
    done = subprocess.run(  # noqa: S603  (this package, in the interpreter it runs in)
        [sys.executable, "-m", f"{__package__}.start", str(folder), *how],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=_START_S,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"Home Assistant did not start: {done.stderr.strip()[-500:]}")
    started: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return started
