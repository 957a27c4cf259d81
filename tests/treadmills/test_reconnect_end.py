"""Letting go of contact: from every state, to the end, and not for good."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest

from custom_components.descent.treadmills.base import Contact, ContactError
from tests.treadmills.contact_rig import NOT_FOUND, Rig, forever, open_gate


@pytest.fixture
async def rig() -> AsyncIterator[Rig]:
    made = Rig()
    yield made
    await made.contact.stop()


async def never_started(rig: Rig) -> None:
    await rig.settle()


async def opening(rig: Rig) -> None:
    rig.link.opening = forever
    rig.begin().add_done_callback(lambda done: done.exception())
    await rig.run(2.0)


async def preparing(rig: Rig) -> None:
    rig.preparing = forever
    rig.begin().add_done_callback(lambda done: done.exception())
    await rig.run(2.0)


async def connected(rig: Rig) -> None:
    await rig.contact.start()
    await rig.run(2.0)


async def pausing_for_the_first_second(rig: Rig) -> None:
    await rig.fail(NOT_FOUND, 7.5)


async def pausing_for_long(rig: Rig) -> None:
    await rig.fail(NOT_FOUND, 10.0)


@pytest.mark.parametrize(
    "reach",
    [
        never_started,
        opening,
        preparing,
        connected,
        pausing_for_the_first_second,
        pausing_for_long,
    ],
)
async def test_letting_go_leaves_no_task_and_no_timer_in_any_state(
    rig: Rig, reach: Callable[[Rig], Awaitable[None]]
) -> None:
    before = asyncio.all_tasks()
    await reach(rig)
    await rig.contact.stop()
    await rig.contact.stop()
    tries = len(rig.link.tries)
    await rig.run(40.0)
    assert (rig.contact.contact, rig.contact.wanted) == (Contact.RELEASED, False)
    assert (asyncio.all_tasks() - before, rig.loop.waiting) == (set(), 0)
    assert (rig.link.is_open, len(rig.link.tries)) == (False, tries)


async def test_who_still_waits_for_contact_hears_that_it_is_not_wanted_any_more(
    rig: Rig,
) -> None:
    rig.link.opening = forever
    waiting = rig.begin()
    await rig.run(1.0)
    await rig.contact.stop()
    with pytest.raises(ContactError, match="not wanted"):
        await waiting


async def test_contact_can_be_wanted_again_after_letting_go(rig: Rig) -> None:
    await rig.contact.start()
    await rig.contact.stop()
    await rig.contact.start()
    assert rig.told == [
        *("connecting", "up", "connected", "down", "released"),
        *("connecting", "up", "connected"),
    ]


async def test_contact_wanted_while_it_is_let_go_is_real(rig: Rig) -> None:
    await rig.contact.start()
    closed = asyncio.Event()
    rig.link.closing = closed.wait
    going = asyncio.create_task(rig.contact.stop())
    await rig.settle()
    coming = rig.begin()
    await rig.settle()
    closed.set()
    await asyncio.gather(going, coming)
    await rig.run(1.0)
    assert (rig.contact.connected, rig.link.is_open) == (True, True)


async def test_letting_go_while_a_try_is_slow_to_end_costs_nobody_who_comes_back(
    rig: Rig,
) -> None:
    ended = asyncio.Event()

    async def slow_to_end() -> None:
        try:
            await forever()
        finally:
            await ended.wait()

    rig.link.opening = slow_to_end
    waiting = rig.begin()
    await rig.settle()
    going = asyncio.create_task(rig.contact.stop())
    await rig.settle()
    rig.link.opening = open_gate
    coming = rig.begin()
    await rig.settle()
    ended.set()
    await asyncio.gather(going, coming)
    with pytest.raises(ContactError, match="not wanted"):
        await waiting
    assert (rig.contact.connected, rig.link.is_open) == (True, True)
