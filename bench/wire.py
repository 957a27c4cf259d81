"""Bytes of a fitness machine: CPU time to read them, and to have the engine know; memory.

Beside it pyftms, which hassio-ftms reads the same bytes with: only where ``scripts/bench --peers``
could bring it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
import gc
import importlib
from importlib.metadata import version
from statistics import median, quantiles
import time
import tracemalloc
from typing import Any, Final, override

from custom_components.descent.training.engine import Engine
from custom_components.descent.training.events import Effect, Event
from custom_components.descent.training.model import Plan, Telemetry
from custom_components.descent.training.planner import plan
from custom_components.descent.training.rules import Permissions
from custom_components.descent.training.script import builtin
from custom_components.descent.treadmills.base import Report
from custom_components.descent.treadmills.clock import Clock
from custom_components.descent.treadmills.ftms import FtmsTreadmill
from custom_components.descent.treadmills.ftms_codec import decode_treadmill_data
from custom_components.descent.treadmills.gatt import (
    CONTROL_POINT,
    MACHINE_STATUS,
    TREADMILL_DATA,
    Heard,
    Property,
)
from custom_components.descent.treadmills.physics import Preset
from custom_components.descent.treadmills.recorded import KEPT
from tests.machines import wire
from tests.training.ride import Ride
from tests.treadmills.manual_loop import ManualLoop

from .engine import REFERENCE, SESSION

type Figures = dict[str, Any]

ENTRY: Final[Mapping[str, Any]] = {
    "kind": "ftms_network",
    "host": "127.0.0.1",
    "port": 36866,
    "min_speed": 1.0,
    "max_speed": 20.0,
    "speed_step": 0.1,
    "min_incline": -6.0,
    "max_incline": 15.0,
    "incline_step": 0.5,
}

_BATCH = 200  # packets read in one go
_TURNS = 10  # a round
_TREADMILLS = 50


def packet(index: int = 0) -> bytes:
    """Make a packet as most machines send it; each differs in every number from the one before."""
    return wire.treadmill_data(
        speed_kmh=9.5 + index % 20 / 10,
        average_speed_kmh=9.0 + index % 2 / 100,
        distance_m=1234 + 11 * index,
        incline_pct=-6.0 + index % 10 / 2,
        energy_kcal=300 + index,
        heart_rate_bpm=150 + index % 10,
        elapsed_s=605 + index,
    )


class Wire:
    """A link to nothing: what a bench says, the driver hears."""

    characteristics: Final = {
        TREADMILL_DATA: Property.NOTIFY,
        MACHINE_STATUS: Property.NOTIFY,
        CONTROL_POINT: Property.WRITE | Property.INDICATE,
    }

    def __init__(self) -> None:
        """Be closed."""
        self.is_open = False
        self._heard: dict[int, Heard] = {}

    def say(self, number: int, value: bytes) -> None:
        """Be the machine."""
        self._heard[number](value)

    async def open(self, on_lost: Callable[[], None]) -> None:
        """Make contact; it is never lost."""
        del on_lost
        self.is_open = True

    async def close(self) -> None:
        """Let go."""
        self.is_open = False

    async def read(self, number: int) -> bytes:
        """Have nothing to read."""
        raise NotImplementedError(number)

    async def write(self, number: int, value: bytes) -> None:
        """Take anything, and answer nothing."""

    async def subscribe(self, number: int, heard: Heard) -> None:
        """Listen to the bench."""
        self._heard[number] = heard

    def watch(self, appeared: Callable[[], None]) -> Callable[[], None]:
        """Show nothing."""
        del appeared
        return lambda: None


def measure(rounds: int) -> Figures:
    """Return the figures of this room, each timed ``rounds`` times."""
    value = packet()
    return {
        "decode": _decode(value, rounds),
        "to_engine": asyncio.run(_async_to_engine()),
        "memory": asyncio.run(_async_memory()),
    }


def peer() -> tuple[type[Any], type[Any]] | None:
    """Return pyftms's reader of notifications and what it reads; ``None`` if it is not there."""
    try:
        updater = importlib.import_module("pyftms.client.backends.updater")
        models = importlib.import_module("pyftms.models")
    except ImportError:
        return None
    return updater.DataUpdater, models.TreadmillData


NO_PEER: Final = {"skipped": "pyftms is not there: scripts/bench --peers brings it"}


def _decode(value: bytes, rounds: int) -> Figures:
    """Time one packet here and in pyftms: there to its dataclasses, and to values by name."""
    found = peer()
    if found is None:
        (ours,) = _cpu_us([lambda: decode_treadmill_data(value)], rounds)
        return {"bytes": len(value), "cpu_us": ours, "goal_us": 3, "pyftms": NO_PEER}
    reader = importlib.import_module("pyftms.serializer").get_serializer(found[1])
    ours, decoded, named = _cpu_us(
        [
            lambda: decode_treadmill_data(value),
            lambda: reader.deserialize(bytearray(value)),
            lambda: reader.deserialize(bytearray(value))._asdict(),
        ],
        rounds,
    )
    return {
        "bytes": len(value),
        "cpu_us": ours,
        "goal_us": 3,
        "pyftms": {
            "version": version("pyftms"),
            "cpu_us": decoded,
            "named_cpu_us": named,
            "ratio": round(decoded["median"] / ours["median"], 1),
            "named_ratio": round(named["median"] / ours["median"], 1),
            "goal_ratio": 10,
        },
    }


def _cpu_us(works: list[Callable[[], object]], rounds: int) -> list[dict[str, float]]:
    """Time each of ``works`` in CPU microseconds, in turn, so that all have the same neighbours."""
    times: list[list[float]] = [[] for _ in works]
    for _ in range(_TURNS * rounds):
        for work, its in zip(works, times, strict=True):
            began = time.process_time()
            for _ in range(_BATCH):
                work()
            its.append((time.process_time() - began) / _BATCH * 1e6)
    return [{"median": round(median(its), 2), "best": round(min(its), 2)} for its in times]


# ---- from bytes to the engine


class _Overhearing(Engine):
    """An engine whose measurements arrive as bytes, through the driver."""

    def wire(self, treadmill: FtmsTreadmill, link: Wire, loop: ManualLoop) -> None:
        """Take measurements from the other end of ``link`` from now on."""
        self.link, self.loop = link, loop
        self.times: list[float] = []
        self._effects: tuple[Effect, ...] = ()
        treadmill.listen(self._hear)

    @override
    def handle(self, event: Event, now: float) -> tuple[Effect, ...]:
        if not isinstance(event, Telemetry) or not hasattr(self, "link"):
            return super().handle(event, now)
        value = wire.treadmill_data(
            speed_kmh=event.speed_kmh,
            average_speed_kmh=9.0,
            distance_m=now,
            incline_pct=event.incline_pct,
            energy_kcal=300,
            heart_rate_bpm=150,
            elapsed_s=now,
        )
        self._now = now
        self.loop.run(now - self._shown)
        self._shown = now
        began = time.process_time()
        self.link.say(TREADMILL_DATA, value)
        self.times.append((time.process_time() - began) * 1e6)
        return self._effects

    _now = _shown = 0.0

    def _hear(self, report: Report) -> None:
        self._effects = super().handle(report, self._now)


class _Wired(Ride):
    """A whole ride, at the end of a wire."""

    engine_type = _Overhearing


async def _async_to_engine() -> Figures:
    """Time notifications of a whole session, from the bytes to the decision of the engine."""
    planned: Plan = plan(builtin()[SESSION], REFERENCE, Preset.TYPICAL.machine())
    loop, link = ManualLoop(), Wire()
    treadmill = FtmsTreadmill.from_data(ENTRY, loop.clock(), link)
    await treadmill.connect()
    ride = _Wired(preset=Preset.TYPICAL)
    engine = ride.engine
    assert isinstance(engine, _Overhearing)  # noqa: S101  (for the type checker)
    engine.wire(treadmill, link, loop)
    ride.arm(planned).finish()
    await treadmill.disconnect()
    cuts = quantiles(engine.times, n=100, method="inclusive")
    return {
        "session": SESSION,
        "notifications": len(engine.times),
        "cpu_us": {
            "p50": round(cuts[49], 1),
            "p99": round(cuts[98], 1),
            "worst": round(max(engine.times), 1),
        },
    }


# ---- memory


async def _async_memory() -> Figures:
    """Weigh drivers with their engines: connected, and once the memory of the wire is full."""
    loop = ManualLoop()
    clock = loop.clock()
    warm = await _async_connected(clock)
    wires = [Wire() for _ in range(_TREADMILLS)]
    gc.collect()
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        kept = [await _async_connected(clock, link) for link in wires]
        gc.collect()
        fresh = tracemalloc.get_traced_memory()[0] - before
        for index in range(KEPT):
            loop.run(1)
            value = packet(index)
            for link in wires:
                link.say(TREADMILL_DATA, bytes(bytearray(value)))  # its own copy, as on the air
        gc.collect()
        full = tracemalloc.get_traced_memory()[0] - before
    finally:
        tracemalloc.stop()
    for treadmill, _ in (warm, *kept):
        await treadmill.disconnect()
    return {
        "treadmills": _TREADMILLS,
        "kib_each": round(fresh / _TREADMILLS / 1024, 1),
        "after_notifications": KEPT,
        "kib_each_then": round(full / _TREADMILLS / 1024, 1),
    }


async def _async_connected(clock: Clock, link: Wire | None = None) -> tuple[FtmsTreadmill, Engine]:
    treadmill = FtmsTreadmill.from_data(ENTRY, clock, link or Wire())
    engine = Engine(treadmill.machine, permissions=Permissions(control=True))

    def hear(report: Report) -> None:
        engine.handle(report, clock.now())

    treadmill.listen(hear)
    await treadmill.connect()
    return treadmill, engine
