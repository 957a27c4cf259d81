"""The link over TCP asks, and finds the answers that belong to its requests."""

from __future__ import annotations

import asyncio

import pytest

from custom_components.descent.treadmills.base import (
    NoAnswerError,
    NotConnectedError,
    RejectedError,
)
from custom_components.descent.treadmills.dircon import DirconLink
from custom_components.descent.treadmills.dircon_connection import ANSWER_S
from tests.treadmills.manual_loop import ManualLoop
from tests.treadmills.peer import CONTROL, DATA, SPEEDS, STATUS, Peer, message, uuid


async def test_nothing_is_asked_before_opening(link: DirconLink) -> None:
    with pytest.raises(NotConnectedError):
        await link.read(SPEEDS)
    with pytest.raises(NotConnectedError):
        await link.write(CONTROL, b"\x00")
    with pytest.raises(NotConnectedError):
        await link.subscribe(DATA, print)


async def test_a_value_is_read(opened: DirconLink, peer: Peer) -> None:
    value, _ = await asyncio.gather(
        opened.read(SPEEDS), peer.answer(uuid(SPEEDS) + b"\x64\x00\xd0\x07\x0a\x00")
    )
    assert value == b"\x64\x00\xd0\x07\x0a\x00"


@pytest.mark.parametrize("body", [b"", uuid(CONTROL)], ids=["nothing", "uuid"])
async def test_a_value_is_written(opened: DirconLink, peer: Peer, body: bytes) -> None:
    writing = asyncio.create_task(opened.write(CONTROL, bytes.fromhex("03c4ff")))
    assert await peer.asked() == (4, uuid(CONTROL) + bytes.fromhex("03c4ff"))
    assert not writing.done()
    peer.say(message(4, peer.sequence, 0, body))
    await writing


@pytest.mark.parametrize("code", [1, 2, 3, 4, 5, 6, 7, 99])
async def test_a_refusal_is_a_refusal(opened: DirconLink, peer: Peer, code: int) -> None:
    with pytest.raises(RejectedError):
        await asyncio.gather(opened.write(CONTROL, b"\x00"), peer.answer(code=code))


async def test_what_the_machine_does_not_have_is_not_asked_for(opened: DirconLink) -> None:
    with pytest.raises(RejectedError):
        await opened.read(0x2AD5)


async def test_a_request_without_answer_ends_in_time(
    opened: DirconLink, peer: Peer, time: ManualLoop
) -> None:
    reading = asyncio.create_task(opened.read(SPEEDS))
    await peer.asked()
    time.run(ANSWER_S)
    with pytest.raises(NoAnswerError):
        await reading
    assert opened.is_open


async def test_answers_find_their_requests_in_any_order(opened: DirconLink, peer: Peer) -> None:
    both = asyncio.gather(opened.read(SPEEDS), opened.read(0x2A24))
    await peer.asked()
    first = peer.sequence
    await peer.asked()
    peer.say(
        message(3, peer.sequence, 0, uuid(0x2A24) + b"T"),
        message(3, first, 0, uuid(SPEEDS) + b"S"),
    )
    assert list(await both) == [b"S", b"T"]


async def test_two_requests_of_a_kind_can_be_under_way(opened: DirconLink, peer: Peer) -> None:
    both = asyncio.gather(
        opened.write(CONTROL, b"\x07"), opened.write(CONTROL, b"\x08\x01"), return_exceptions=True
    )
    await peer.answer(code=6)
    await peer.answer(uuid(CONTROL))
    refused, taken = await both
    assert isinstance(refused, RejectedError)
    assert taken is None


async def test_sequences_begin_anew_after_255(opened: DirconLink, peer: Peer) -> None:
    seen: list[int] = []
    for _ in range(300):
        await asyncio.gather(opened.read(SPEEDS), peer.answer(uuid(SPEEDS)))
        seen.append(peer.sequence)
    assert set(seen) == set(range(256))


async def test_a_sequence_that_is_waited_for_is_not_used_again(
    opened: DirconLink, peer: Peer
) -> None:
    waiting = asyncio.create_task(opened.read(0x2A24))
    await peer.asked()
    taken = peer.sequence
    for _ in range(256):
        await asyncio.gather(opened.read(SPEEDS), peer.answer(uuid(SPEEDS)))
        assert peer.sequence != taken
    peer.say(message(3, taken, 0, uuid(0x2A24) + b"T"))
    assert await waiting == b"T"


async def test_more_requests_than_sequences_are_an_error(opened: DirconLink) -> None:
    waiting = [asyncio.create_task(opened.read(SPEEDS)) for _ in range(256)]
    await asyncio.sleep(0)
    with pytest.raises(NoAnswerError):
        await opened.read(SPEEDS)
    await opened.close()
    outcomes = await asyncio.gather(*waiting, return_exceptions=True)
    assert {type(outcome) for outcome in outcomes} == {NoAnswerError}


# ---- machines that count in their own way


async def test_the_only_request_of_a_kind_is_meant_whatever_the_sequence(
    opened: DirconLink, peer: Peer
) -> None:
    value, _ = await asyncio.gather(
        opened.read(SPEEDS), peer.answer(uuid(SPEEDS) + b"S", counted=100)
    )
    assert value == b"S"


async def test_an_answer_to_something_else_is_not_taken(
    opened: DirconLink, peer: Peer, time: ManualLoop
) -> None:
    reading = asyncio.create_task(opened.read(SPEEDS))
    await peer.answer(uuid(DATA) + b"D")
    peer.say(message(4, peer.sequence, 0, b""), message(3, 200, 0, uuid(DATA)))
    await asyncio.gather(opened.subscribe(STATUS, print), peer.answer(uuid(STATUS)))
    assert not reading.done()
    time.run(ANSWER_S)
    with pytest.raises(NoAnswerError):
        await reading


async def test_a_late_answer_is_not_taken_for_another_one(
    opened: DirconLink, peer: Peer, time: ManualLoop
) -> None:
    late = asyncio.create_task(opened.write(CONTROL, b"\x07"))
    await peer.asked()
    sequence = peer.sequence
    time.run(ANSWER_S)
    with pytest.raises(NoAnswerError):
        await late
    writing = asyncio.create_task(opened.write(CONTROL, b"\x08\x01"))
    await peer.asked()
    peer.say(message(4, sequence, 0, uuid(CONTROL)), message(4, peer.sequence, 6, b""))
    with pytest.raises(RejectedError):
        await writing
