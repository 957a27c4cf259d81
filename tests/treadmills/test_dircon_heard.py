"""The link over TCP passes on what a machine says unasked, and notices when it is gone."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
import logging

import pytest

from custom_components.descent.treadmills.base import (
    NoAnswerError,
    NotConnectedError,
    RejectedError,
)
from custom_components.descent.treadmills.dircon import DirconLink
from tests.treadmills.peer import (
    CONTROL,
    DATA,
    SPEEDS,
    STATUS,
    Losses,
    Peer,
    message,
    notification,
    uuid,
)

END = Peer.hang_up, Peer.reset


async def listen(link: DirconLink, peer: Peer, number: int) -> list[bytes]:
    """Subscribe; returns where everything heard goes."""
    heard: list[bytes] = []
    await asyncio.gather(link.subscribe(number, heard.append), peer.answer(uuid(number)))
    return heard


async def catch_up(link: DirconLink, peer: Peer) -> None:
    """Return when everything that was said is heard."""
    await asyncio.gather(link.read(SPEEDS), peer.answer(uuid(SPEEDS)))


def complaints(caplog: pytest.LogCaptureFixture) -> list[logging.LogRecord]:
    """Return what was logged that a user would see."""
    return [record for record in caplog.records if record.levelno >= logging.WARNING]


# ---- notifications


async def test_subscribing_is_the_request_it_should_be(opened: DirconLink, peer: Peer) -> None:
    subscribing = asyncio.create_task(opened.subscribe(DATA, print))
    assert await peer.asked() == (5, uuid(DATA) + b"\x01")
    peer.say(message(5, peer.sequence, 0, uuid(DATA)))
    await subscribing


async def test_notifications_are_heard_in_order(opened: DirconLink, peer: Peer) -> None:
    heard = await listen(opened, peer, DATA)
    peer.say(*(notification(DATA, bytes([count])) for count in range(5)))
    await catch_up(opened, peer)
    assert heard == [b"\x00", b"\x01", b"\x02", b"\x03", b"\x04"]


async def test_a_notification_may_come_before_the_answer(opened: DirconLink, peer: Peer) -> None:
    heard: list[bytes] = []
    subscribing = asyncio.create_task(opened.subscribe(DATA, heard.append))
    await peer.asked()
    peer.say(notification(DATA, b"D"), message(5, peer.sequence, 0, uuid(DATA)))
    await subscribing
    assert heard == [b"D"]


async def test_an_indication_may_come_before_the_write_is_over(
    opened: DirconLink, peer: Peer
) -> None:
    heard = await listen(opened, peer, CONTROL)
    writing = asyncio.create_task(opened.write(CONTROL, b"\x00"))
    await peer.asked()
    peer.say(notification(CONTROL, b"\x80\x00\x01"))
    peer.say(message(4, peer.sequence, 0, uuid(CONTROL)))
    await writing
    assert heard == [b"\x80\x00\x01"]


async def test_what_nobody_subscribed_to_is_not_heard(opened: DirconLink, peer: Peer) -> None:
    heard = await listen(opened, peer, DATA)
    peer.say(notification(STATUS, b"S"), message(6, 0, 0, bytes(16) + b"O"))
    await catch_up(opened, peer)
    assert heard == []


async def test_a_refused_subscription_hears_nothing(opened: DirconLink, peer: Peer) -> None:
    heard: list[bytes] = []
    with pytest.raises(RejectedError):
        await asyncio.gather(opened.subscribe(DATA, heard.append), peer.answer(code=5))
    peer.say(notification(DATA, b"D"))
    await catch_up(opened, peer)
    assert heard == []


async def test_a_reply_that_comes_with_the_answer_to_a_write_is_heard_once(
    opened: DirconLink, peer: Peer
) -> None:
    heard = await listen(opened, peer, CONTROL)
    reply = b"\x80\x00\x01"
    await asyncio.gather(opened.write(CONTROL, b"\x00"), peer.answer(uuid(CONTROL) + reply))
    assert heard == [reply]
    peer.say(notification(CONTROL, reply))
    await catch_up(opened, peer)
    assert heard == [reply]


async def test_the_same_reply_to_another_write_is_heard_again(
    opened: DirconLink, peer: Peer
) -> None:
    heard = await listen(opened, peer, CONTROL)
    reply = b"\x80\x00\x01"
    await asyncio.gather(opened.write(CONTROL, b"\x00"), peer.answer(uuid(CONTROL) + reply))
    await asyncio.gather(opened.write(CONTROL, b"\x00"), peer.answer(uuid(CONTROL)))
    peer.say(notification(CONTROL, reply))
    await catch_up(opened, peer)
    assert heard == [reply, reply]


async def test_a_listener_that_fails_ends_nothing(
    opened: DirconLink, peer: Peer, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(value: bytes) -> None:
        raise LookupError(value)

    await asyncio.gather(opened.subscribe(DATA, fail), peer.answer(uuid(DATA)))
    peer.say(notification(DATA, b"D"))
    await catch_up(opened, peer)
    assert opened.is_open
    assert "LookupError" in caplog.text


async def test_a_notification_of_nothing_is_logged_once(
    opened: DirconLink, peer: Peer, caplog: pytest.LogCaptureFixture
) -> None:
    heard = await listen(opened, peer, DATA)
    peer.say(message(6, 0, 0, b""), message(6, 0, 0, b"short"), notification(DATA, b"D"))
    await catch_up(opened, peer)
    assert heard == [b"D"]
    assert len(complaints(caplog)) == 1


async def test_nobody_hears_that_a_machine_is_there(link: DirconLink, peer: Peer) -> None:
    appeared: list[bool] = []
    end = link.watch(lambda: appeared.append(True))
    await asyncio.gather(link.open(Losses()), peer.be_looked_at())
    end()
    end()
    assert appeared == []


# ---- the end


@pytest.mark.parametrize("end", END, ids=["hang up", "reset"])
async def test_a_lost_connection_is_told_once(
    opened: DirconLink, peer: Peer, lost: Losses, end: Callable[[Peer], None]
) -> None:
    end(peer)
    await lost.wait()
    assert (lost.count, opened.is_open) == (1, False)
    with pytest.raises(NotConnectedError):
        await opened.write(CONTROL, b"\x08\x01")
    await opened.close()
    assert lost.count == 1


@pytest.mark.parametrize("end", END, ids=["hang up", "reset"])
async def test_what_was_under_way_has_an_unknown_outcome(
    opened: DirconLink, peer: Peer, end: Callable[[Peer], None]
) -> None:
    writing = asyncio.create_task(opened.write(CONTROL, b"\x07"))
    await peer.asked()
    end(peer)
    with pytest.raises(NoAnswerError):
        await writing


async def test_closing_is_no_loss_and_the_machine_sees_it(
    opened: DirconLink, peer: Peer, lost: Losses
) -> None:
    reading = asyncio.create_task(opened.read(SPEEDS))
    await peer.asked()
    await opened.close()
    await opened.close()
    with pytest.raises(NoAnswerError):
        await reading
    assert await peer.is_left()
    assert (lost.count, opened.is_open) == (0, False)


async def test_nothing_is_heard_after_closing(opened: DirconLink, peer: Peer) -> None:
    heard: list[bytes] = []

    def hear_and_leave(value: bytes) -> None:
        heard.append(value)
        closing.append(asyncio.ensure_future(opened.close()))

    closing: list[asyncio.Future[None]] = []
    await asyncio.gather(opened.subscribe(DATA, hear_and_leave), peer.answer(uuid(DATA)))
    peer.say(notification(DATA, b"1"))
    assert await peer.is_left()
    peer.say(notification(DATA, b"2"))
    await asyncio.gather(*closing)
    assert heard == [b"1"]


async def test_a_link_that_was_lost_can_be_opened_again(
    opened: DirconLink, peer: Peer, lost: Losses
) -> None:
    peer.hang_up()
    await lost.wait()
    again = Losses()
    await asyncio.gather(opened.open(again), peer.be_looked_at())
    heard = await listen(opened, peer, DATA)
    peer.say(notification(DATA, b"D"))
    await catch_up(opened, peer)
    assert (heard, lost.count, again.count) == ([b"D"], 1, 0)


@pytest.mark.parametrize(
    "garbage",
    [b"\x00", b"HTTP/1.1 500 Oops\r\n", message(6, 0, 0, bytes(5000))],
    ids=["version", "http", "length"],
)
async def test_garbage_is_logged_once_and_ends_the_connection(
    opened: DirconLink,
    peer: Peer,
    lost: Losses,
    garbage: bytes,
    caplog: pytest.LogCaptureFixture,
) -> None:
    heard = await listen(opened, peer, DATA)
    peer.say(notification(DATA, b"D"), garbage, notification(DATA, b"E"))
    await lost.wait()
    assert await peer.is_left()
    assert (heard, lost.count, opened.is_open) == ([b"D"], 1, False)
    assert len(complaints(caplog)) == 1
