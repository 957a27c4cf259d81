"""A Home Assistant in this process, on an event loop whose time can be moved on.

One in each process: what Home Assistant switches on when it starts stays on.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
import gc
import logging
from pathlib import Path
import sys
import tempfile
from typing import override
from unittest.mock import patch

from homeassistant.bootstrap import async_setup_hass
from homeassistant.core import HomeAssistant
from homeassistant.runner import RuntimeConfig
from homeassistant.util import dt as dt_util

from demo.instance import Instance, free_port

from .options import Options

_MOST_TURNS = 10_000  # of the loop, until something must be wrong in it


class MovingLoop(asyncio.SelectorEventLoop):
    """An event loop whose clock can be moved on. What falls due is called at its time."""

    ahead = 0.0  # seconds
    _held: float | None = None
    # asyncio's own: what is to be called next, and when.
    _ready: deque[asyncio.Handle]
    _scheduled: list[asyncio.TimerHandle]

    @override
    def time(self) -> float:
        return super().time() + self.ahead if self._held is None else self._held

    @asynccontextmanager
    async def async_held(self) -> AsyncIterator[None]:
        """Show one time, so that nothing falls due while something is timed."""
        self._held = self.time()
        try:
            await self.async_settle()  # what was due at that time is done
            yield
        finally:
            self._held = None

    async def async_settle(self) -> None:
        """Return when nothing is left to do but to wait for time to pass."""
        for _ in range(_MOST_TURNS):
            await asyncio.sleep(0)
            if not self._ready:
                return
        raise RuntimeError("the event loop never gets quiet")

    async def async_pass(self, seconds: float) -> None:
        """Let time pass without waiting for it."""
        end = self.time() + seconds
        while self._scheduled and (when := self._scheduled[0].when()) <= end:
            self._move_to(when)
            await self.async_settle()
        self._move_to(end)
        await self.async_settle()

    def _move_to(self, when: float) -> None:
        self.ahead += max(0.0, when - self.time())


type Work = Callable[[HomeAssistant, MovingLoop], Awaitable[None]]


def at_home(options: Options, work: Work, *configuration: str) -> None:
    """Start Home Assistant, do ``work`` in it, and stop it.

    ``configuration`` is what is in configuration.yaml besides the logger. The wall clock goes with
    the clock of the loop. Complaints of Home Assistant are not printed: a start has some, and
    ``work`` raises for what is wrong.
    """
    logging.disable(logging.CRITICAL)
    with tempfile.TemporaryDirectory(prefix="descent-bench-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        prepare(folder, *configuration)
        if options.checkout is not None:
            # Integrations are found wherever Python finds this package, which has no files.
            sys.path.append(str(options.checkout))
        loop = MovingLoop()
        now = dt_util.utcnow
        with (
            patch.object(dt_util, "utcnow", lambda: now() + timedelta(seconds=loop.ahead)),
            asyncio.Runner(loop_factory=lambda: loop) as runner,
        ):
            runner.run(_async_at_home(folder, loop, work))


def prepare(folder: Path, *configuration: str) -> None:
    """Write what a Home Assistant needs, and what is in configuration.yaml besides the logger."""
    Instance(folder, free_port()).prepare()
    lines = ("logger: {default: critical}", *configuration)
    (folder / "configuration.yaml").write_text("\n".join(lines) + "\n", "utf-8")


async def async_start(folder: Path) -> HomeAssistant:
    """Start a Home Assistant in a folder. Raises ``RuntimeError``."""
    hass = await async_setup_hass(RuntimeConfig(config_dir=str(folder), skip_pip=True))
    if hass is None:
        raise RuntimeError("Home Assistant did not start")
    await hass.async_start()
    return hass


async def _async_at_home(folder: Path, loop: MovingLoop, work: Work) -> None:
    hass = await async_start(folder)
    try:
        await hass.async_block_till_done()
        await work(hass, loop)
    finally:
        await hass.async_stop(force=True)


def tidy() -> None:
    """Keep the collector of garbage away from what is there already, before something is timed."""
    gc.collect()
    gc.freeze()
