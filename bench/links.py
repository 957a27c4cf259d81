"""Simulated treadmills at the other end of each link, in real time: orders, and contact regained.

Over TCP and behind an ESPHome proxy the treadmill is a process of its own and Home Assistant
another: production code from the config flow to the bytes. Bluetooth without a proxy has no
hardware here; it is measured in the environment of the tests (``air.py``), where there is one.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
import json
from pathlib import Path
from statistics import median
import subprocess
import tempfile
import time

from demo.client import Client, connect
from demo.instance import ROOT, Instance, free_port
from demo.links import async_add_real
from demo.machine import Simulated
from demo.rules import Record
from demo.seed import DOMAIN

from .options import Options
from .part import Say

type Times = dict[str, list[float]]  # seconds

_PYTHON = ROOT / ".venv" / "bin" / "python"
_AIR_S = 300.0
_PATIENCE_S = 60.0
_SPEEDS = (1.5, 2.0)  # km/h; a standing runner at the machine would not mind
_INCLINES = (1.0, 2.0)  # percent


def measure(options: Options, say: Say) -> None:
    """Measure each link; takes half a minute and more."""
    rounds = 3 if options.quick else 9
    for link in ("dircon", "proxy"):
        with tempfile.TemporaryDirectory(
            prefix="descent-bench-", ignore_cleanup_errors=True
        ) as folder:
            _say(link, asyncio.run(_async_measure(Path(folder), link, rounds)), say)
    if _PYTHON.exists():
        _say("bluetooth", _measure_air(rounds), say)
    else:
        keys = (f"bluetooth_{what}" for what in ("answer", "confirmed", "contact"))
        say.skip("the environment of the tests is not there: scripts/setup brings it", *keys)


def _say(link: str, times: Times, say: Say) -> None:
    for what, seconds in times.items():
        say(
            f"{link}_{what}",
            round(median(seconds) * 1000, 1),
            worst=round(max(seconds) * 1000, 1),
            times=len(seconds),
        )


async def _async_measure(folder: Path, link: str, rounds: int) -> Times:
    machine = Simulated(link, "kickr")
    instance = Instance(folder, free_port())
    instance.prepare(level="warning")
    await machine.async_start()
    instance.start()
    try:
        async with connect(instance) as client:
            entry_id = await async_add_real(client, machine)
            seen = _Watcher(client, entry_id, machine)
            return await seen.async_measure(rounds)
    finally:
        await instance.async_stop()
        await machine.async_stop()


class _Watcher:
    """One treadmill, and when its records came."""

    def __init__(self, client: Client, entry_id: str, machine: Simulated) -> None:
        self._client = client
        self._entry_id = entry_id
        self._machine = machine
        self._live: AsyncIterator[Record]

    async def async_measure(self, rounds: int) -> Times:
        self._live = await self._client.async_subscribe("descent/live", entry_id=self._entry_id)
        self._machine.press("start")
        await self._async_until(lambda record: record.get("speed_kmh", 0) > _SPEEDS[0] / 2)
        await self._async_order("speed", _SPEEDS[1])  # in several commands, the first time
        orders = [
            await self._async_order(what, values[number % 2])
            for number in range(rounds)
            for what, values in (("speed", _SPEEDS), ("incline", _INCLINES))
        ]
        returns = [await self._async_return() for _ in range(max(1, rounds // 3))]
        return {
            "answer": [answered for answered, _ in orders],
            "confirmed": [confirmed for _, confirmed in orders],
            "contact": returns,
        }

    async def _async_order(self, what: str, value: float) -> tuple[float, float]:
        """Ask for something; returns the seconds to the machine's answer, and to the measurement.

        From the action of a client to what it is shown, Home Assistant's WebSocket both ways.
        """
        sent = time.monotonic()
        wish = {"treadmill": self._entry_id, what: value}
        await self._client.async_action(DOMAIN, "set_target", wish)
        _, command = await self._async_until(
            lambda record: record["type"] == "command" and record["value"] == value
        )
        answered, _ = await self._async_until(
            lambda record: record["type"] == "answer" and record["id"] == command["id"]
        )
        confirmed, _ = await self._async_until(
            lambda record: record["type"] == "verdict" and record["id"] == command["id"]
        )
        return answered - sent, confirmed - sent

    async def _async_return(self) -> float:
        """Have the machine hang up; returns the seconds until there is contact again."""
        self._machine.press("hang up")
        lost, _ = await self._async_until(lambda record: record.get("up") is False)
        back, _ = await self._async_until(lambda record: record.get("up") is True)
        return back - lost

    async def _async_until(self, wanted: Callable[[Record], bool]) -> tuple[float, Record]:
        async with asyncio.timeout(_PATIENCE_S):
            while True:
                record = await anext(self._live)
                if wanted(record):
                    return time.monotonic(), record


def _measure_air(rounds: int) -> Times:
    done = subprocess.run(  # noqa: S603  (the interpreter of this repository's own environment)
        [str(_PYTHON), "-m", f"{__package__}.air", str(rounds)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=_AIR_S,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"Bluetooth: {done.stderr.strip()[-500:]}")
    times: Times = json.loads(done.stdout)
    return times
