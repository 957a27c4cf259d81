"""Keeping contact: when it is tried again, what ends that, and that nothing is left behind."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from custom_components.descent.treadmills.base import Contact, ContactError, NoAnswerError
from custom_components.descent.treadmills.reconnect import STEADY_S
from tests.machines.profiles import WireFault
from tests.treadmills.contact_scene import NO_SLOT, NOT_FOUND, Scene


@pytest.fixture
async def scene() -> AsyncIterator[Scene]:
    made = Scene()
    yield made
    await made.contact.stop()


# ---- making contact


async def test_the_first_try_comes_at_once_and_contact_is_told(scene: Scene) -> None:
    await scene.contact.start()
    assert (scene.link.tries, scene.contact.connected) == ([0.0], True)
    assert scene.told == ["connecting", "up", "connected"]


async def test_wanting_contact_twice_makes_it_once(scene: Scene) -> None:
    await asyncio.gather(scene.contact.start(), scene.contact.start())
    await scene.contact.start()
    assert scene.link.tries == [0.0]


async def test_tries_come_after_one_two_four_and_at_last_thirty_seconds(scene: Scene) -> None:
    await scene.fail(NOT_FOUND, 130.0)
    assert scene.link.tries == [0, 1, 3, 7, 15, 31, 61, 91, 121]


async def test_the_first_failure_is_raised_and_trying_goes_on(scene: Scene) -> None:
    await scene.fail(NOT_FOUND, 0.5)
    assert (scene.contact.connected, scene.contact.wanted) == (False, True)
    scene.link.failure = None
    await scene.run(1.0)
    assert scene.contact.connected


async def test_wanting_contact_again_does_not_wait_for_it(scene: Scene) -> None:
    await scene.fail(NOT_FOUND, 0.0)
    await scene.contact.start()
    assert scene.link.tries == [0.0]


async def test_why_there_is_no_contact_is_told_once_until_the_reason_changes(
    scene: Scene,
) -> None:
    await scene.fail(NOT_FOUND, 10.0)
    scene.link.failure = NO_SLOT
    await scene.run(10.0)
    assert scene.told == ["connecting", "not_found", "no_slot"]


async def test_a_machine_that_answers_nothing_while_it_is_prepared_is_unreachable(
    scene: Scene,
) -> None:
    async def fail() -> None:
        raise NoAnswerError("it said nothing")

    scene.preparing = fail
    with pytest.raises(NoAnswerError):
        await scene.contact.start()
    assert scene.contact.contact is Contact.UNREACHABLE
    assert (scene.link.is_open, scene.machine.is_connected) == (False, False)


async def test_a_machine_that_turns_out_to_be_no_treadmill_says_so(scene: Scene) -> None:
    async def fail() -> None:
        raise ContactError(Contact.UNSUITABLE, "a rowing machine")

    scene.preparing = fail
    with pytest.raises(ContactError, match="a rowing machine"):
        await scene.contact.start()
    assert scene.contact.contact is Contact.UNSUITABLE


async def test_contact_lost_as_soon_as_it_was_made_was_none(scene: Scene) -> None:
    scene.machine.wire_faults = {WireFault.HANG_UP}
    with pytest.raises(ContactError, match="as soon as it was made"):
        await scene.contact.start()
    await scene.run(8.0)
    assert scene.told == ["connecting", "unreachable"]
    assert scene.link.tries == [0, 1, 3, 7]


async def test_who_gave_up_waiting_does_not_end_the_tries(scene: Scene) -> None:
    opened = asyncio.Event()
    scene.link.opening = opened.wait
    waiting = scene.begin()
    await scene.run(5.0)
    waiting.cancel()
    opened.set()
    await scene.run(0.0)
    assert (waiting.cancelled(), scene.contact.connected) == (True, True)


async def test_a_failure_after_everybody_gave_up_waiting_hurts_nobody(scene: Scene) -> None:
    errors: list[object] = []  # that the event loop would log
    asyncio.get_running_loop().set_exception_handler(lambda _, context: errors.append(context))
    opened = asyncio.Event()
    scene.link.opening = opened.wait
    scene.link.failure = NOT_FOUND
    waiting = scene.begin()
    await scene.run(1.0)
    waiting.cancel()
    opened.set()
    await scene.run(1.0)
    assert (scene.contact.contact, scene.link.tries) == (Contact.NOT_FOUND, [0.0, 2.0])
    assert errors == []


# ---- a machine that shows itself


async def test_a_machine_that_shows_itself_is_tried_at_once(scene: Scene) -> None:
    await scene.fail(NOT_FOUND, 9.0)
    scene.link.failure = None
    scene.link.appeared()
    await scene.run(0.0)
    assert (scene.link.tries, scene.contact.connected) == ([0, 1, 3, 7, 9], True)


async def test_a_machine_that_shows_itself_all_the_time_is_tried_once_a_second(
    scene: Scene,
) -> None:
    await scene.fail(NOT_FOUND, 7.25)
    for _ in range(16):
        scene.link.appeared()
        await scene.run(0.25)
    assert scene.link.tries == [0, 1, 3, 7, 8, 9, 10, 11]


async def test_showing_itself_does_not_hurry_a_machine_that_was_heard_before(
    scene: Scene,
) -> None:
    await scene.fail(NO_SLOT, 9.0)
    scene.link.appeared()
    await scene.run(7.0)
    assert scene.link.tries == [0, 1, 3, 7, 15]


async def test_nobody_minds_a_machine_that_shows_itself_before_it_was_looked_for(
    scene: Scene,
) -> None:
    scene.contact._appeared()
    await scene.contact.start()
    scene.link.appeared()
    assert scene.link.tries == [0.0]


# ---- losing contact


async def test_a_loss_is_told_the_moment_it_happens(scene: Scene) -> None:
    await scene.contact.start()
    scene.link.lose()
    assert scene.told[-2:] == ["down", "connecting"]
    assert not scene.contact.connected


async def test_contact_returns_by_itself_after_a_second(scene: Scene) -> None:
    await scene.contact.start()
    await scene.run(60.0)
    scene.link.lose()
    await scene.run(1.0)
    assert (scene.link.tries, scene.contact.connected) == ([0.0, 61.0], True)


async def test_contact_that_never_lasts_is_tried_ever_less(scene: Scene) -> None:
    await scene.contact.start()
    for pause in (1, 2, 4, 8, 16, 30, 30):
        scene.link.lose()
        await scene.run(pause)
        assert scene.contact.connected
    assert scene.link.tries == [0, 1, 3, 7, 15, 31, 61, 91]


async def test_contact_that_lasted_starts_the_pauses_anew(scene: Scene) -> None:
    await scene.contact.start()
    for pause in (1, 2, 4, 8):
        scene.link.lose()
        await scene.run(pause)
    await scene.run(STEADY_S)
    scene.link.lose()
    await scene.run(1.0)
    assert scene.link.tries == [0, 1, 3, 7, 15, 46]


# ---- dropping contact


async def test_contact_that_is_good_for_nothing_is_dropped_and_made_anew(scene: Scene) -> None:
    await scene.contact.start()
    await scene.contact.drop()
    assert scene.told[-2:] == ["down", "connecting"]
    assert (scene.link.is_open, scene.machine.is_connected) == (False, False)
    await scene.run(1.0)
    assert (scene.link.tries, scene.contact.connected) == ([0.0, 1.0], True)


async def test_there_is_nothing_to_drop_without_contact(scene: Scene) -> None:
    await scene.contact.drop()
    await scene.fail(NOT_FOUND, 0.0)
    closed = scene.link.closed
    await scene.contact.drop()
    assert (scene.contact.contact, scene.link.closed) == (Contact.NOT_FOUND, closed)
