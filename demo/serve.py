"""``scripts/demo``: a Home Assistant to look at, until Ctrl-C."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from contextlib import suppress
from pathlib import Path
import shutil
import sys
import time
from typing import Any

from .client import PASSWORD, USER, RefusedError, connect
from .instance import ROOT, Instance, StartError, is_taken
from .seed import async_seed

FOLDER = ROOT / ".demo"
_SEEDED = ".descent-demo"  # its presence says that the seeding came to its end
_POLL_S = 0.5


async def async_serve(port: int, *, debug: bool, reset: bool, stop: asyncio.Event) -> int:
    """Start, seed the first time, tell where, and wait for ``stop``; returns the exit code."""
    instance = Instance(FOLDER, port)
    if instance.in_use:
        _say("the demo runs already: stop that one first, with Ctrl-C in its terminal")
        return 1
    if is_taken(port):
        _say(f"port {port} is taken: stop what listens there, or choose another with --port")
        return 1
    if reset:
        shutil.rmtree(FOLDER, ignore_errors=True)
    began = time.monotonic()
    instance.prepare(level="debug" if debug else "info")
    instance.start(quiet=not debug)
    _say(
        "starting Home Assistant"
        + (", which takes a little longer the first time" * (not _seeded()))
    )
    try:
        await first(_async_ready(instance), stop)
    except (StartError, RefusedError) as error:
        await instance.async_stop()
        _say("\n".join([str(error), *instance.complaints()]))
        return 1
    if not stop.is_set():
        _tell(instance, time.monotonic() - began, debug=debug)
        await _async_until_over(instance, stop)
    if not instance.running:
        code = await instance.async_stop()
        _say(f"Home Assistant ended by itself ({code}):\n{instance.tail()}")
        return 1
    _say("stopping Home Assistant")
    code = await instance.async_stop()
    _say("stopped" if code == 0 else f"Home Assistant ended with {code}:\n{instance.tail()}")
    return 0 if code == 0 else 1


async def first(work: Coroutine[Any, Any, None], stop: asyncio.Event) -> None:
    """Do ``work`` unless ``stop`` is set before it is done."""
    working = asyncio.create_task(work)
    stopping = asyncio.create_task(stop.wait())
    await asyncio.wait({working, stopping}, return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    if stop.is_set():
        working.cancel()
        with suppress(asyncio.CancelledError, StartError):
            await working
        return
    await working


async def _async_ready(instance: Instance) -> None:
    async with connect(instance) as client:
        if not _seeded():
            await async_seed(client)
            (FOLDER / _SEEDED).touch()


async def _async_until_over(instance: Instance, stop: asyncio.Event) -> None:
    while instance.running and not stop.is_set():
        try:
            await asyncio.wait_for(stop.wait(), _POLL_S)
        except TimeoutError:
            continue


def _seeded() -> bool:
    return (FOLDER / _SEEDED).exists()


def _tell(instance: Instance, seconds: float, *, debug: bool) -> None:
    print(
        f"\n  Home Assistant with Descent is ready ({seconds:.0f} s):\n\n"
        f"      {instance.url}/\n"
        f"      user {USER}, password {PASSWORD}\n\n"
        "  Stop it with Ctrl-C." + ("" if debug else f" Its log is {_short(instance.log)}.") + "\n",
        flush=True,
    )


def _short(path: Path) -> str:
    return str(path.relative_to(Path.cwd())) if path.is_relative_to(Path.cwd()) else str(path)


def _say(text: str) -> None:
    print(f"demo: {text}", file=sys.stderr, flush=True)
