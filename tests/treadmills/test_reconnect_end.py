"""Letting go of contact: from every state, to the end, and not for good."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest

from custom_components.descent.treadmills.base import Contact, ContactError
from tests.treadmills.contact_scene import NOT_FOUND, Scene, forever, open_gate


@pytest.fixture
async def scene() -> AsyncIterator[Scene]:
    made = Scene()
    yield made
    await made.contact.stop()


async def never_started(scene: Scene) -> None:
    await scene.settle()


async def opening(scene: Scene) -> None:
    scene.link.opening = forever
    scene.begin().add_done_callback(lambda done: done.exception())
    await scene.run(2.0)


async def preparing(scene: Scene) -> None:
    scene.preparing = forever
    scene.begin().add_done_callback(lambda done: done.exception())
    await scene.run(2.0)


async def connected(scene: Scene) -> None:
    await scene.contact.start()
    await scene.run(2.0)


async def pausing_for_the_first_second(scene: Scene) -> None:
    await scene.fail(NOT_FOUND, 7.5)


async def pausing_for_long(scene: Scene) -> None:
    await scene.fail(NOT_FOUND, 10.0)


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
    scene: Scene, reach: Callable[[Scene], Awaitable[None]]
) -> None:
    before = asyncio.all_tasks()
    await reach(scene)
    await scene.contact.stop()
    await scene.contact.stop()
    tries = len(scene.link.tries)
    await scene.run(40.0)
    assert (scene.contact.contact, scene.contact.wanted) == (Contact.RELEASED, False)
    assert (asyncio.all_tasks() - before, scene.loop.waiting) == (set(), 0)
    assert (scene.link.is_open, len(scene.link.tries)) == (False, tries)


async def test_who_still_waits_for_contact_hears_that_it_is_not_wanted_any_more(
    scene: Scene,
) -> None:
    scene.link.opening = forever
    waiting = scene.begin()
    await scene.run(1.0)
    await scene.contact.stop()
    with pytest.raises(ContactError, match="not wanted"):
        await waiting


async def test_contact_can_be_wanted_again_after_letting_go(scene: Scene) -> None:
    await scene.contact.start()
    await scene.contact.stop()
    await scene.contact.start()
    assert scene.told == [
        *("connecting", "up", "connected", "down", "released"),
        *("connecting", "up", "connected"),
    ]


async def test_contact_wanted_while_it_is_let_go_is_real(scene: Scene) -> None:
    await scene.contact.start()
    closed = asyncio.Event()
    scene.link.closing = closed.wait
    going = asyncio.create_task(scene.contact.stop())
    await scene.settle()
    coming = scene.begin()
    await scene.settle()
    closed.set()
    await asyncio.gather(going, coming)
    await scene.run(1.0)
    assert (scene.contact.connected, scene.link.is_open) == (True, True)


async def test_letting_go_while_a_try_is_slow_to_end_costs_nobody_who_comes_back(
    scene: Scene,
) -> None:
    ended = asyncio.Event()

    async def slow_to_end() -> None:
        try:
            await forever()
        finally:
            await ended.wait()

    scene.link.opening = slow_to_end
    waiting = scene.begin()
    await scene.settle()
    going = asyncio.create_task(scene.contact.stop())
    await scene.settle()
    scene.link.opening = open_gate
    coming = scene.begin()
    await scene.settle()
    ended.set()
    await asyncio.gather(going, coming)
    with pytest.raises(ContactError, match="not wanted"):
        await waiting
    assert (scene.contact.connected, scene.link.is_open) == (True, True)
