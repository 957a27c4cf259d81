"""A simulated machine as its own process: its options, its console, and how it ends."""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Callable, Iterator
from contextlib import suppress
import os
from pathlib import Path
import signal
import stat
import sys
import threading
from types import ModuleType
from typing import Any, Protocol

_ROOT = Path(__file__).parents[2]
_CHUNK = 4096  # bytes


class Server(Protocol):
    """A transport that listens on loopback."""

    async def listen(self, port: int = 0) -> int:
        """Accept connections on a port, or on any free one; returns which."""

    async def close(self) -> None:
        """End every connection, and wait until that is done."""


def run(
    program: str, description: str, place: str, load: Callable[[], Callable[..., Server]]
) -> int:
    """Serve one machine until its console or a signal ends it; returns the exit code.

    ``place`` tells people where it stands, ``load`` imports the transport: not before the options
    are known to be good, and after Home Assistant was kept out.
    """
    _leave_home_assistant_out()
    from .profiles import PROFILES, Quirk  # noqa: PLC0415  (imports treadmills/)

    parser = argparse.ArgumentParser(
        prog=f"python -m tests.machines.{program}",
        description=description,
        epilog="Commands are read from standard input, one a line; help lists them. The process "
        "ends with quit, Ctrl-C, or the end of a terminal's or pipe's input.",
    )
    parser.add_argument(
        "--port", type=int, default=0, help="where to listen on 127.0.0.1 (any free one)"
    )
    parser.add_argument(
        "--profile", choices=PROFILES, default="t800", help="the family of machines (%(default)s)"
    )
    parser.add_argument(
        "--quirk",
        type=Quirk,
        choices=Quirk,
        action="append",
        default=[],
        help="something else that is odd about it; may be given several times",
        metavar="QUIRK",
    )
    parser.epilog = f"{parser.epilog} Quirks: {', '.join(Quirk)}."
    options = parser.parse_args()
    try:
        asyncio.run(_serve(program, place, load(), options))
    except OSError as error:
        sys.stderr.write(f"{program}: {error}\n")
        return 1
    return 0


async def _serve(
    program: str, place: str, transport: Callable[..., Server], options: argparse.Namespace
) -> None:
    from custom_components.descent.treadmills.clock import Clock  # noqa: PLC0415  (see run)

    from .console import play  # noqa: PLC0415
    from .ftms import FtmsMachine  # noqa: PLC0415
    from .profiles import PROFILES  # noqa: PLC0415

    loop = asyncio.get_running_loop()
    clock = Clock(loop)
    machine = FtmsMachine(clock, PROFILES[options.profile].having(*options.quirk))
    machine.on_event = lambda text: _say(f"{program}: {text}")
    server = transport(clock, machine)
    port = await server.listen(options.port)
    over = asyncio.Event()
    for wish in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(wish, over.set)
    _listen_to_console(lambda line: _say(play(machine, line)), over)
    _say(f"{program}: {options.profile} {place} 127.0.0.1:{port}")
    try:
        await over.wait()
    finally:
        await server.close()


def _listen_to_console(
    obey: Callable[[str], None], over: asyncio.Event, descriptor: int = 0
) -> None:
    """Obey the lines that come in; set ``over`` at ``quit`` or at the end of the input.

    The end of a terminal's or a pipe's input is the end of whoever played the console. Other
    inputs, such as the null device of a process in the background, never had anybody.
    """
    loop = asyncio.get_running_loop()
    mode = os.fstat(descriptor).st_mode
    had_somebody = os.isatty(descriptor) or stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode)

    def read() -> None:
        # Not through sys.stdin: a thread that waits in it holds a lock that Python's own end needs.
        # The loop may end first, and then nobody listens any more.
        with suppress(RuntimeError):
            for line in _lines(descriptor):
                if line.strip() == "quit":
                    break
                loop.call_soon_threadsafe(obey, line)
            else:
                if not had_somebody:
                    return
            loop.call_soon_threadsafe(over.set)

    threading.Thread(target=read, name="console", daemon=True).start()


def _lines(descriptor: int) -> Iterator[str]:
    rest = b""
    while chunk := os.read(descriptor, _CHUNK):
        *lines, rest = (rest + chunk).split(b"\n")
        for line in lines:
            yield line.decode("utf-8", errors="replace")


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def _leave_home_assistant_out() -> None:
    """Let ``treadmills`` be imported without the integration that it is a part of.

    A machine needs none of it, and importing it with all of Home Assistant takes seconds.
    """
    package: Any = ModuleType("custom_components.descent")
    package.__path__ = [str(_ROOT / "custom_components" / "descent")]
    sys.modules[package.__name__] = package
