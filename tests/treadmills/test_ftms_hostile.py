"""Ten thousand packets no treadmill should send: one line in the log, and it runs all the same."""

from __future__ import annotations

from collections.abc import Iterator
import logging
import random
import tracemalloc

import pytest

from custom_components.descent.treadmills.gatt import CONTROL_POINT, MACHINE_STATUS, TREADMILL_DATA
from custom_components.descent.treadmills.recorded import KEPT
from tests.treadmills.contract import Ear, ask
from tests.treadmills.rig_memory import MakeRig, MemoryRig

PACKETS = 10_000
NUMBERS = (TREADMILL_DATA, MACHINE_STATUS, CONTROL_POINT)
LARGEST_GROWTH = 100_000  # bytes, from ten thousand packets to the next, the record being full


def packets(seed: int) -> Iterator[tuple[int, bytes]]:
    """Make notifications of any length, the flags of a measurement before some of them."""
    chance = random.Random(seed)
    for _ in range(PACKETS):
        body = chance.randbytes(chance.choice([0, 1, 2, 3, 5, 12, 20, 40]))
        yield chance.choice(NUMBERS), chance.choice([b"", b"\xff\x1f", b"\x80", b"\x0c\x04"]) + body


@pytest.fixture
async def running(make_rig: MakeRig) -> MemoryRig:
    return await make_rig(kmh=6.0)


def lines(caplog: pytest.LogCaptureFixture) -> list[str]:
    """Return what was logged that a user would see."""
    return [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING]


def hold(rig: MemoryRig) -> int:
    """Say it all once more; returns the bytes that are held after it."""
    for number, packet in packets(4):
        rig.link.say(number, packet)
    return tracemalloc.get_traced_memory()[0]


async def test_ten_thousand_hostile_packets_are_one_line_and_end_no_contact(
    running: MemoryRig, caplog: pytest.LogCaptureFixture
) -> None:
    for number, packet in packets(1):
        running.link.say(number, packet)
    assert (len(lines(caplog)), running.treadmill.connected) == (1, True)


async def test_after_ten_thousand_hostile_packets_orders_and_measurements_work(
    running: MemoryRig,
) -> None:
    for number, packet in packets(2):
        running.link.say(number, packet)
    ear = Ear(running.treadmill)
    await ask(running, running.treadmill.set_speed(7.0))
    await running.run(6.0)
    assert ear.samples[-1].speed_kmh == pytest.approx(7.0, abs=0.05)


async def test_hostile_packets_make_no_measurement_that_cannot_be(running: MemoryRig) -> None:
    ear = Ear(running.treadmill)
    for number, packet in packets(3):
        running.link.say(number, packet)
    assert ear.samples  # some of it could be true, and nobody can tell
    assert all(0 <= sample.speed_kmh <= 40 for sample in ear.samples)
    assert all(-45 <= (sample.incline_pct or 0.0) <= 45 for sample in ear.samples)


async def test_hostile_packets_fill_no_memory(running: MemoryRig) -> None:
    tracemalloc.start()
    try:
        held = [hold(running) for _ in range(3)]
    finally:
        tracemalloc.stop()
    assert len(running.treadmill.trace()) == KEPT
    assert held[2] - held[1] < LARGEST_GROWTH
