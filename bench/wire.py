"""Bytes of a fitness machine: CPU time to read them, and to have the engine know; memory.

Beside it pyftms, which hassio-ftms reads the same bytes with.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
import gc
from statistics import quantiles
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
from custom_components.descent.treadmills.gatt import TREADMILL_DATA
from custom_components.descent.treadmills.physics import Preset
from custom_components.descent.treadmills.recorded import KEPT
from tests.machines import wire
from tests.training.ride import Ride
from tests.treadmills.manual_loop import ManualLoop

from .engine import REFERENCE, SESSION
from .link import SilentLink
from .options import Options
from .packets import all_change
from .part import Say
from .pyftms import NO_PYFTMS, Pyftms

_ENTRY: Final[Mapping[str, Any]] = {
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


def measure(options: Options, say: Say) -> None:
    """Time one packet, then all of a session; weigh drivers with their engines."""
    _decode(3 if options.quick else 10, say)
    asyncio.run(_async_to_engine(say))
    asyncio.run(_async_memory(say))


def _decode(rounds: int, say: Say) -> None:
    """Time one packet here and in pyftms: there to its dataclasses, and to values by name."""
    value = all_change(0)
    found = Pyftms.found()
    if found is None:
        (ours,) = _cpu_us([lambda: decode_treadmill_data(value)], rounds)
        say("decode", ours, bytes=len(value))
        say.skip(NO_PYFTMS, "decode_share")
        return
    ours, decoded, named = _cpu_us(
        [
            lambda: decode_treadmill_data(value),
            lambda: found.reader.deserialize(bytearray(value)),
            lambda: found.reader.deserialize(bytearray(value))._asdict(),
        ],
        rounds,
    )
    say("decode", ours, bytes=len(value))
    # By name is how pyftms itself goes on with it.
    say(
        "decode_share",
        round(named / ours, 1),
        pyftms=found.version,
        cpu_us=decoded,
        named_cpu_us=named,
    )


def _cpu_us(works: list[Callable[[], object]], rounds: int) -> list[float]:
    """Time each of ``works`` in CPU microseconds, in turn, so that all have the same neighbours."""
    times: list[list[float]] = [[] for _ in works]
    for _ in range(_TURNS * rounds):
        for work, its in zip(works, times, strict=True):
            began = time.process_time()
            for _ in range(_BATCH):
                work()
            its.append((time.process_time() - began) / _BATCH * 1e6)
    return [round(min(its), 2) for its in times]  # whatever else a computer does adds to it


# ---- from bytes to the engine


class _Overhearing(Engine):
    """An engine whose measurements arrive as bytes, through the driver."""

    def wire(self, treadmill: FtmsTreadmill, link: SilentLink, loop: ManualLoop) -> None:
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


async def _async_to_engine(say: Say) -> None:
    """Time notifications of a whole session, from the bytes to the decision of the engine."""
    planned: Plan = plan(builtin()[SESSION], REFERENCE, Preset.TYPICAL.machine())
    loop, link = ManualLoop(), SilentLink()
    treadmill = FtmsTreadmill.from_data(_ENTRY, loop.clock(), link)
    await treadmill.connect()
    ride = _Wired(preset=Preset.TYPICAL)
    engine = ride.engine
    assert isinstance(engine, _Overhearing)  # noqa: S101  (for the type checker)
    engine.wire(treadmill, link, loop)
    ride.arm(planned).finish()
    await treadmill.disconnect()
    cuts = quantiles(engine.times, n=100, method="inclusive")
    say("to_engine", round(cuts[49], 1), session=SESSION, notifications=len(engine.times))
    say("to_engine_p99", round(cuts[98], 1), worst=round(max(engine.times), 1))


# ---- memory


async def _async_memory(say: Say) -> None:
    """Weigh drivers with their engines: connected, and once the memory of the wire is full."""
    loop = ManualLoop()
    clock = loop.clock()
    warm = await _async_connected(clock)
    links = [SilentLink() for _ in range(_TREADMILLS)]
    gc.collect()
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        kept = [await _async_connected(clock, link) for link in links]
        gc.collect()
        fresh = tracemalloc.get_traced_memory()[0] - before
        for index in range(KEPT):
            loop.run(1)
            value = all_change(index)
            for link in links:
                link.say(TREADMILL_DATA, bytes(bytearray(value)))  # its own copy, as on the air
        gc.collect()
        full = tracemalloc.get_traced_memory()[0] - before
    finally:
        tracemalloc.stop()
    for treadmill, _ in (warm, *kept):
        await treadmill.disconnect()
    say("memory", round(fresh / _TREADMILLS / 1024, 1), treadmills=_TREADMILLS)
    say("memory_full", round(full / _TREADMILLS / 1024, 1), notifications=KEPT)


async def _async_connected(
    clock: Clock, link: SilentLink | None = None
) -> tuple[FtmsTreadmill, Engine]:
    treadmill = FtmsTreadmill.from_data(_ENTRY, clock, link or SilentLink())
    engine = Engine(treadmill.machine, permissions=Permissions(control=True))

    def hear(report: Report) -> None:
        engine.handle(report, clock.now())

    treadmill.listen(hear)
    await treadmill.connect()
    return treadmill, engine
