"""The link over TCP makes contact, or says why there is none."""

from __future__ import annotations

import asyncio
import errno
import socket

import pytest

from custom_components.descent.treadmills.base import Contact, ContactError
from custom_components.descent.treadmills.clock import Clock
from custom_components.descent.treadmills.dircon import CONNECT_S, DirconLink
from custom_components.descent.treadmills.dircon_connection import ANSWER_S
from custom_components.descent.treadmills.gatt import Property
from tests.treadmills.manual_loop import ManualLoop
from tests.treadmills.peer import (
    CONTROL,
    DATA,
    LOOPBACK,
    SERVICES,
    SPEEDS,
    STATUS,
    Losses,
    Peer,
    listed,
    message,
    uuid,
)


async def refusal(link: DirconLink) -> ContactError:
    """Return why a link could not be opened."""
    with pytest.raises(ContactError) as raised:
        await link.open(Losses())
    assert not link.is_open
    return raised.value


# ---- making contact


async def test_opening_finds_what_the_machine_offers(opened: DirconLink) -> None:
    assert opened.is_open
    assert opened.characteristics == {
        DATA: Property.NOTIFY,
        SPEEDS: Property.READ,
        CONTROL: Property.WRITE | Property.INDICATE,
        STATUS: Property.NOTIFY,
        0x2A24: Property.READ,
    }


async def test_the_first_words_are_those_of_the_protocol(link: DirconLink, peer: Peer) -> None:
    opening = asyncio.create_task(link.open(Losses()))
    await peer.accept()
    assert (await peer.asked(), peer.sequence) == ((1, b""), 1)
    peer.say(message(1, 1, 0, uuid(0x1826)))
    assert (await peer.asked(), peer.sequence) == ((2, uuid(0x1826)), 2)
    peer.say(message(2, 2, 0, uuid(0x1826)))
    await opening
    assert link.characteristics == {}


async def test_the_operating_system_watches_over_a_connection(opened: DirconLink) -> None:
    connection = opened._connection
    assert connection is not None
    assert connection._transport is not None
    connected = connection._transport.get_extra_info("socket")
    assert connected.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE)
    assert connected.getsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE) == 10


async def test_an_open_link_is_not_opened_again(opened: DirconLink) -> None:
    with pytest.raises(ContactError):
        await opened.open(Losses())
    assert opened.is_open


async def test_the_address_may_change_between_two_openings(peer: Peer, time: ManualLoop) -> None:
    ports = iter([1, peer.port])
    link = DirconLink(time.clock(), lambda: (LOOPBACK, next(ports)))
    assert (await refusal(link)).contact is Contact.UNREACHABLE
    await asyncio.gather(link.open(Losses()), peer.be_looked_at())
    await link.close()


@pytest.mark.parametrize(
    ("error", "contact"),
    [
        (ConnectionRefusedError(errno.ECONNREFUSED, "refused"), Contact.UNREACHABLE),
        (ConnectionResetError(errno.ECONNRESET, "reset"), Contact.UNREACHABLE),
        (OSError(errno.EHOSTUNREACH, "no route"), Contact.NOT_FOUND),
        (OSError(errno.ETIMEDOUT, "nobody"), Contact.NOT_FOUND),
        (socket.gaierror(socket.EAI_NONAME, "unknown"), Contact.NOT_FOUND),
        (UnicodeError("label too long"), Contact.NOT_FOUND),
        (OverflowError("port must be 0-65535"), Contact.NOT_FOUND),
    ],
    ids=lambda value: type(value).__name__,
)
async def test_a_machine_that_cannot_be_connected_to_has_a_reason(
    monkeypatch: pytest.MonkeyPatch, link: DirconLink, error: Exception, contact: Contact
) -> None:
    async def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr(asyncio.get_running_loop(), "create_connection", fail)
    assert (await refusal(link)).contact is contact


async def test_a_machine_that_never_accepts_is_not_found(
    monkeypatch: pytest.MonkeyPatch, link: DirconLink, time: ManualLoop
) -> None:
    asked = asyncio.Event()

    async def hang(*_: object) -> None:
        asked.set()
        await asyncio.get_running_loop().create_future()

    monkeypatch.setattr(asyncio.get_running_loop(), "create_connection", hang)
    opening = asyncio.create_task(refusal(link))
    await asked.wait()
    time.run(CONNECT_S)
    assert (await opening).contact is Contact.NOT_FOUND


async def test_a_machine_that_hangs_up_at_once_is_taken(link: DirconLink, peer: Peer) -> None:
    opening = asyncio.create_task(refusal(link))
    await peer.accept()
    peer.hang_up()
    assert (await opening).contact is Contact.TAKEN


async def test_a_machine_that_accepts_and_says_nothing_is_unreachable(
    link: DirconLink, peer: Peer, time: ManualLoop
) -> None:
    opening = asyncio.create_task(refusal(link))
    await peer.accept()
    await peer.asked()
    time.run(ANSWER_S)
    assert (await opening).contact is Contact.UNREACHABLE
    assert await peer.is_left()


@pytest.mark.parametrize(
    "answers",
    [
        [message(1, 1, 1, b"")],
        [message(1, 1, 0, b"")],
        [message(1, 1, 0, uuid(0x1818))],
        [message(1, 1, 0, uuid(0x1826)[:-1])],
        [message(1, 1, 0, uuid(0x1826)), message(2, 2, 3, b"")],
        [message(1, 1, 0, uuid(0x1826)), message(2, 2, 0, uuid(0x1826) + b"\x01")],
        [b"SSH-2.0-OpenSSH_9.9\r\n"],
        [message(1, 1, 0, uuid(0x1826)), message(2, 2, 0, uuid(0x1826)) + b"\x00"],
    ],
    ids=["refused", "nothing", "bicycle", "no list", "no service", "no pairs", "ssh", "garbage"],
)
async def test_a_machine_that_is_no_treadmill_is_unsuitable(
    link: DirconLink, peer: Peer, answers: list[bytes]
) -> None:
    opening = asyncio.create_task(refusal(link))
    await peer.accept()
    for said in answers:
        await peer.asked()
        peer.say(said)
    assert (await opening).contact is Contact.UNSUITABLE
    assert await peer.is_left()


async def test_a_machine_without_a_name_is_a_treadmill_all_the_same(
    link: DirconLink, peer: Peer
) -> None:
    opening = asyncio.create_task(link.open(Losses()))
    await peer.accept()
    await peer.answer(b"".join(map(uuid, SERVICES)))
    await peer.answer(listed(0x1826))
    await peer.answer(code=3)
    await opening
    assert CONTROL in link.characteristics


async def test_opening_can_be_given_up(link: DirconLink, peer: Peer) -> None:
    opening = asyncio.create_task(link.open(Losses()))
    await peer.accept()
    await peer.asked()
    opening.cancel()
    with pytest.raises(asyncio.CancelledError):
        await opening
    assert not link.is_open
    assert await peer.is_left()


async def test_time_limits_follow_the_clock(peer: Peer) -> None:
    link = peer.link(Clock(asyncio.get_running_loop(), scale=300.0))
    opening = asyncio.create_task(refusal(link))
    await peer.accept()
    assert (await opening).contact is Contact.UNREACHABLE
