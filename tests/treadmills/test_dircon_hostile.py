"""Ten thousand things no treadmill should send: the link survives each, or is made anew."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
import logging
import random
import tracemalloc

import pytest

from custom_components.descent.treadmills.dircon import DirconLink
from tests.treadmills.peer import (
    CONTROL,
    DATA,
    PATIENCE_S,
    SPEEDS,
    STATUS,
    Losses,
    Peer,
    message,
    notification,
    uuid,
)

MARK = STATUS  # nothing hostile comes from there
PACKETS = 10_000
STREAMS = 60
AT_ONCE = 250  # packets between two looks at whether the link is still good
LARGEST_GROWTH = 200_000  # bytes, after 10,000 packets of up to 3 KB


@pytest.fixture
def chance() -> random.Random:
    return random.Random(20_26)


async def open_link(link: DirconLink, peer: Peer) -> tuple[Losses, list[bytes]]:
    """Make contact and listen; returns the losses and what is heard."""
    lost, heard = Losses(), list[bytes]()
    await asyncio.gather(link.open(lost), peer.be_looked_at())
    await asyncio.gather(link.subscribe(DATA, heard.append), peer.answer(uuid(DATA)))
    return lost, heard


def packets(chance: random.Random) -> Iterator[bytes]:
    """Make messages that are framed as they should be, and hold anything."""
    while True:
        body = chance.randbytes(chance.choice([0, 1, 15, 16, 17, 40, 600, 3000]))
        about = uuid(chance.choice([DATA, SPEEDS, CONTROL, 0x1826, 0xFFFF]))
        yield chance.choice(
            [
                message(chance.randrange(256), chance.randrange(256), chance.randrange(256), body),
                message(chance.randrange(1, 6), chance.randrange(256), 0, about + body),
                message(6, 0, 0, body),
                notification(DATA, body),
            ]
        )


def complaints(caplog: pytest.LogCaptureFixture) -> int:
    """Count what was logged that a user would see."""
    return sum(record.levelno >= logging.WARNING for record in caplog.records)


async def test_ten_thousand_hostile_packets_leave_the_connection_as_it_was(
    link: DirconLink, peer: Peer, chance: random.Random, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    lost, heard = await open_link(link, peer)
    marks: asyncio.Queue[bytes] = asyncio.Queue()  # each is put behind what was said before
    await asyncio.gather(link.subscribe(MARK, marks.put_nowait), peer.answer(uuid(MARK)))
    source = packets(chance)
    growth: list[int] = []
    tracemalloc.start()
    try:
        for _ in range(PACKETS // AT_ONCE):
            peer.say(*(next(source) for _ in range(AT_ONCE)), notification(MARK, b""))
            await asyncio.wait_for(marks.get(), PATIENCE_S)
            value, _ = await asyncio.gather(link.read(SPEEDS), peer.answer(uuid(SPEEDS) + b"S"))
            assert value == b"S"
            heard.clear()
            growth.append(tracemalloc.get_traced_memory()[0])
    finally:
        tracemalloc.stop()
    assert (link.is_open, lost.count, complaints(caplog)) == (True, 0, 1)
    assert growth[-1] - growth[1] < LARGEST_GROWTH


async def test_hostile_streams_are_let_go_of_and_contact_is_made_anew(
    link: DirconLink, peer: Peer, chance: random.Random, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    for _ in range(STREAMS):
        lost, heard = await open_link(link, peer)
        # A first byte that is no version; then as much of anything as there is.
        peer.say(notification(DATA, b"D"), b"\xf0", chance.randbytes(chance.randrange(50_000)))
        await lost.wait()
        assert await peer.is_left()
        assert (heard, lost.count, link.is_open) == ([b"D"], 1, False)
    assert complaints(caplog) == 1


async def test_a_flood_without_end_is_not_kept(
    link: DirconLink, peer: Peer, chance: random.Random
) -> None:
    lost, _ = await open_link(link, peer)
    tracemalloc.start()
    try:
        # The longest body there may be, never completed; then one byte more than that.
        peer.say(b"\x01\x03\x00\x00\x10\x00", bytes(4095))
        await asyncio.sleep(0)
        kept = tracemalloc.get_traced_memory()[0]
        peer.say(b"\x00", b"\x02" * 1_000_000)
        await lost.wait()
        assert tracemalloc.get_traced_memory()[0] - kept < 2_000_000
    finally:
        tracemalloc.stop()
    assert not link.is_open
