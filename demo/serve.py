"""``scripts/demo``: a Home Assistant to look at, until Ctrl-C."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from contextlib import nullcontext, suppress
from functools import partial
from pathlib import Path
import shutil
import sys
import time
from typing import Any

from .client import PASSWORD, USER, RefusedError, connect
from .instance import ROOT, Instance, StartError, is_taken
from .links import async_add_real
from .machine import LINK_SESSION, PORTS, Simulated, hand_over_console
from .seed import async_seed

FOLDER = ROOT / ".demo"
_SEEDED = ".descent-demo"  # its presence says that the seeding came to its end
_POLL_S = 0.5
_CONSOLE = """\
  The treadmill is a process of its own, and this terminal is its console: start, stop, faster,
  slower, up, down, key out, key in, each with Enter. help shows more.
"""


async def async_serve(
    port: int, machine: Simulated | None, *, debug: bool, reset: bool, stop: asyncio.Event
) -> int:
    """Start, seed the first time, tell where, and wait for ``stop``; returns the exit code.

    ``machine`` is the treadmill to add instead of a virtual one.
    """
    instance = Instance(_folder(machine), port)
    if instance.in_use:
        _say("the demo runs already: stop that one first, with Ctrl-C in its terminal")
        return 1
    ports = [(port, "choose another with --port")]
    if machine is not None:
        # The same one every time: Home Assistant remembers where its treadmill is.
        ports.append((PORTS[machine.link], "this treadmill has no other"))
    for number, way_out in ports:
        if is_taken(number):
            _say(f"port {number} is taken: stop what listens there, or {way_out}")
            return 1
    if reset:
        shutil.rmtree(instance.folder, ignore_errors=True)
    began = time.monotonic()
    instance.prepare(level="debug" if debug else "info")
    if machine is not None:
        instance.add_session(LINK_SESSION)
    instance.start(quiet=not debug)
    _say(
        "starting Home Assistant"
        + (", which takes a little longer the first time" * (not _seeded(instance)))
    )
    try:
        await first(_async_ready(instance, machine), stop)
    except (StartError, RefusedError) as error:
        await _async_stop(instance, machine)
        _say("\n".join([str(error), *instance.complaints()]))
        return 1
    if not stop.is_set():
        _tell(instance, time.monotonic() - began, debug=debug)
        await _async_until_over(instance, machine, stop)
    if not instance.running:
        code = await _async_stop(instance, machine)
        _say(f"Home Assistant ended by itself ({code}):\n{instance.tail()}")
        return 1
    _say("stopping Home Assistant")
    code = await _async_stop(instance, machine)
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


async def _async_ready(instance: Instance, machine: Simulated | None) -> None:
    if machine is not None:
        await machine.async_start(PORTS[machine.link])
    async with connect(instance) as client:
        if not _seeded(instance):
            add = None if machine is None else partial(async_add_real, machine=machine)
            await async_seed(client, add)
            (instance.folder / _SEEDED).touch()


async def _async_stop(instance: Instance, machine: Simulated | None) -> int:
    code = await instance.async_stop()
    if machine is not None:
        await machine.async_stop()
    return code


async def _async_until_over(
    instance: Instance, machine: Simulated | None, stop: asyncio.Event
) -> None:
    if machine is not None:
        print(_CONSOLE, flush=True)
    with nullcontext() if machine is None else hand_over_console(machine):
        while instance.running and not stop.is_set():
            try:
                await asyncio.wait_for(stop.wait(), _POLL_S)
            except TimeoutError:
                continue


def _folder(machine: Simulated | None) -> Path:
    """Return where a demo is kept: each treadmill has its own, and none disturbs the others."""
    if machine is None:
        return FOLDER
    return FOLDER.with_name(f"{FOLDER.name}-{machine.link}-{machine.profile}")


def _seeded(instance: Instance) -> bool:
    return (instance.folder / _SEEDED).exists()


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
