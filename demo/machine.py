"""The simulated treadmill of ``--link``, a process of its own, and the hand at its console.

It speaks a protocol of real treadmills on a port of the loopback interface, so that everything in
Descent from the config flow to the bytes is what it is with a real one.
"""

from __future__ import annotations

import asyncio
from asyncio.subprocess import PIPE, STDOUT, Process
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
import os
from pathlib import Path
import re
import sys

from .instance import LOG_TAIL, PYTHON, ROOT, StartError, end_with_parent

# How to reach it, and the port of each in a demo that is kept: those that real ones have.
PORTS = {"dircon": 36866, "proxy": 6053}
# Every kind of step in a few minutes: nobody can hurry a real treadmill's time.
LINK_SESSION = Path(__file__).parent / "demo_link.yaml"

_START_S = 60.0  # on a small and busy machine; typically one second
_END_S = 10.0
_CHUNK = 4096  # bytes
_STARTED = re.compile(r"\w+: .* 127\.0\.0\.1:(?P<port>\d+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """What the data sheet of a family of machines says, in km/h and percent."""

    min_incline: float
    max_incline: float
    incline_step: float
    min_speed: float
    max_speed: float


# Those that decline and take speeds.
PROFILES = {
    "t800": Sheet(
        min_incline=-6.0, max_incline=40.0, incline_step=1.0, min_speed=1.0, max_speed=20.0
    ),
    "lifesmart": Sheet(
        min_incline=-3.0, max_incline=15.0, incline_step=1.0, min_speed=1.0, max_speed=16.0
    ),
    "kickr": Sheet(
        min_incline=-3.0, max_incline=15.0, incline_step=0.5, min_speed=0.8, max_speed=24.0
    ),
}


class Simulated:
    """One process with one treadmill."""

    def __init__(self, link: str, profile: str, hear: Callable[[str], None] | None = None) -> None:
        """Reach it over ``link``; ``hear`` gets what it says, line by line."""
        self.link = link
        self.profile = profile
        self.port = 0
        self._hear = hear
        self._said: deque[str] = deque(maxlen=LOG_TAIL)
        self._process: Process | None = None
        self._reader: asyncio.Task[None] | None = None
        self._started = asyncio.Event()

    @property
    def running(self) -> bool:
        """Whether the process lives."""
        return self._process is not None and self._process.returncode is None

    @property
    def pid(self) -> int | None:
        """Process number, while it lives."""
        return self._process.pid if self._process is not None and self.running else None

    async def async_start(self, port: int = 0) -> None:
        """Start the process and wait until it listens, on any free port unless told otherwise.

        Raises ``StartError``.
        """
        self._process = await asyncio.create_subprocess_exec(
            str(PYTHON),
            *("-m", f"tests.machines.{self.link}"),
            *("--port", str(port), "--profile", self.profile),
            cwd=ROOT,
            stdin=PIPE,
            stdout=PIPE,
            stderr=STDOUT,
            # As with Home Assistant: Ctrl-C at the terminal is for this program only.
            start_new_session=True,
            preexec_fn=end_with_parent if sys.platform == "linux" else None,
        )
        self._reader = asyncio.create_task(self._async_read(self._process))
        started = asyncio.create_task(self._started.wait())
        await asyncio.wait(
            {started, self._reader}, timeout=_START_S, return_when=asyncio.FIRST_COMPLETED
        )
        started.cancel()
        if not self._started.is_set():
            raise StartError(f"the simulated treadmill did not start:\n{self.tail()}")

    def press(self, key: str) -> None:
        """Do at its console what ``key`` names: start, stop, faster, key out, ..."""
        if self._process is not None and self._process.stdin is not None and self.running:
            self._process.stdin.write(f"{key}\n".encode())

    async def async_stop(self) -> None:
        """End the process and wait for it. Idempotent."""
        process = self._process
        if process is None or self._reader is None:
            return
        # It ends with its input. If it does not, it is asked, and then made to.
        if process.stdin is not None:
            process.stdin.close()
        for insist in (process.terminate, process.kill, None):
            with suppress(TimeoutError):
                await asyncio.wait_for(asyncio.shield(process.wait()), _END_S)
                break
            if insist is not None:
                insist()
        await self._reader

    def tail(self) -> str:
        """Return the last lines of what it said."""
        return "\n".join(self._said)

    async def _async_read(self, process: Process) -> None:
        assert process.stdout is not None  # noqa: S101 - it was asked for
        async for raw in process.stdout:
            line = raw.decode("utf-8", errors="replace").rstrip()
            self._said.append(line)
            if not self._started.is_set() and (match := _STARTED.fullmatch(line)):
                self.port = int(match["port"])
                self._started.set()
            if self._hear is not None:
                self._hear(line)


@contextmanager
def hand_over_console(machine: Simulated, descriptor: int = 0) -> Iterator[None]:
    """Let the lines typed at this program's terminal play the console."""
    loop = asyncio.get_running_loop()

    def read() -> None:
        text = os.read(descriptor, _CHUNK).decode("utf-8", errors="replace")
        if not text:
            loop.remove_reader(descriptor)
        for line in text.splitlines():
            # Without a treadmill there is nothing to show: Ctrl-C ends both.
            if line.strip() != "quit":
                machine.press(line)

    with suppress(OSError):  # the null device, or a file: nothing to wait for
        loop.add_reader(descriptor, read)
    try:
        yield
    finally:
        loop.remove_reader(descriptor)
