"""Keeping contact: when it is tried again, what ends that, and that nothing is left behind."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from custom_components.descent.treadmills.base import Contact, ContactError, NoAnswerError
from custom_components.descent.treadmills.reconnect import STEADY_S
from tests.machines.profiles import WireFault
from tests.treadmills.contact_rig import NO_SLOT, NOT_FOUND, Rig


@pytest.fixture
async def rig() -> AsyncIterator[Rig]:
    made = Rig()
    yield made
    await made.contact.stop()


# ---- making contact


async def test_the_first_try_comes_at_once_and_contact_is_told(rig: Rig) -> None:
    await rig.contact.start()
    assert (rig.link.tries, rig.contact.connected) == ([0.0], True)
    assert rig.told == ["connecting", "up", "connected"]


async def test_wanting_contact_twice_makes_it_once(rig: Rig) -> None:
    await asyncio.gather(rig.contact.start(), rig.contact.start())
    await rig.contact.start()
    assert rig.link.tries == [0.0]


async def test_tries_come_after_one_two_four_and_at_last_thirty_seconds(rig: Rig) -> None:
    await rig.fail(NOT_FOUND, 130.0)
    assert rig.link.tries == [0, 1, 3, 7, 15, 31, 61, 91, 121]


async def test_the_first_failure_is_raised_and_trying_goes_on(rig: Rig) -> None:
    await rig.fail(NOT_FOUND, 0.5)
    assert (rig.contact.connected, rig.contact.wanted) == (False, True)
    rig.link.failure = None
    await rig.run(1.0)
    assert rig.contact.connected


async def test_wanting_contact_again_does_not_wait_for_it(rig: Rig) -> None:
    await rig.fail(NOT_FOUND, 0.0)
    await rig.contact.start()
    assert rig.link.tries == [0.0]


async def test_why_there_is_no_contact_is_told_once_until_the_reason_changes(
    rig: Rig,
) -> None:
    await rig.fail(NOT_FOUND, 10.0)
    rig.link.failure = NO_SLOT
    await rig.run(10.0)
    assert rig.told == ["connecting", "not_found", "no_slot"]


async def test_a_machine_that_answers_nothing_while_it_is_prepared_is_unreachable(
    rig: Rig,
) -> None:
    async def fail() -> None:
        raise NoAnswerError("it said nothing")

    rig.preparing = fail
    with pytest.raises(NoAnswerError):
        await rig.contact.start()
    assert rig.contact.contact is Contact.UNREACHABLE
    assert (rig.link.is_open, rig.machine.is_connected) == (False, False)


async def test_a_machine_that_turns_out_to_be_no_treadmill_says_so(rig: Rig) -> None:
    async def fail() -> None:
        raise ContactError(Contact.UNSUITABLE, "a rowing machine")

    rig.preparing = fail
    with pytest.raises(ContactError, match="a rowing machine"):
        await rig.contact.start()
    assert rig.contact.contact is Contact.UNSUITABLE


async def test_contact_lost_as_soon_as_it_was_made_was_none(rig: Rig) -> None:
    rig.machine.wire_faults = {WireFault.HANG_UP}
    with pytest.raises(ContactError, match="as soon as it was made"):
        await rig.contact.start()
    await rig.run(8.0)
    assert rig.told == ["connecting", "unreachable"]
    assert rig.link.tries == [0, 1, 3, 7]


async def test_who_gave_up_waiting_does_not_end_the_tries(rig: Rig) -> None:
    opened = asyncio.Event()
    rig.link.opening = opened.wait
    waiting = rig.begin()
    await rig.run(5.0)
    waiting.cancel()
    opened.set()
    await rig.run(0.0)
    assert (waiting.cancelled(), rig.contact.connected) == (True, True)


async def test_a_failure_after_everybody_gave_up_waiting_hurts_nobody(rig: Rig) -> None:
    errors: list[object] = []  # that the event loop would log
    asyncio.get_running_loop().set_exception_handler(lambda _, context: errors.append(context))
    opened = asyncio.Event()
    rig.link.opening = opened.wait
    rig.link.failure = NOT_FOUND
    waiting = rig.begin()
    await rig.run(1.0)
    waiting.cancel()
    opened.set()
    await rig.run(1.0)
    assert (rig.contact.contact, rig.link.tries) == (Contact.NOT_FOUND, [0.0, 2.0])
    assert errors == []


# ---- a machine that shows itself


async def test_a_machine_that_shows_itself_is_tried_at_once(rig: Rig) -> None:
    await rig.fail(NOT_FOUND, 9.0)
    rig.link.failure = None
    rig.link.appeared()
    await rig.run(0.0)
    assert (rig.link.tries, rig.contact.connected) == ([0, 1, 3, 7, 9], True)


async def test_a_machine_that_shows_itself_all_the_time_is_tried_once_a_second(
    rig: Rig,
) -> None:
    await rig.fail(NOT_FOUND, 7.25)
    for _ in range(16):
        rig.link.appeared()
        await rig.run(0.25)
    assert rig.link.tries == [0, 1, 3, 7, 8, 9, 10, 11]


async def test_showing_itself_does_not_hurry_a_machine_that_was_heard_before(
    rig: Rig,
) -> None:
    await rig.fail(NO_SLOT, 9.0)
    rig.link.appeared()
    await rig.run(7.0)
    assert rig.link.tries == [0, 1, 3, 7, 15]


async def test_nobody_minds_a_machine_that_shows_itself_before_it_was_looked_for(
    rig: Rig,
) -> None:
    rig.contact._appeared()
    await rig.contact.start()
    rig.link.appeared()
    assert rig.link.tries == [0.0]


# ---- losing contact


async def test_a_loss_is_told_the_moment_it_happens(rig: Rig) -> None:
    await rig.contact.start()
    rig.link.lose()
    assert rig.told[-2:] == ["down", "connecting"]
    assert not rig.contact.connected


async def test_contact_returns_by_itself_after_a_second(rig: Rig) -> None:
    await rig.contact.start()
    await rig.run(60.0)
    rig.link.lose()
    await rig.run(1.0)
    assert (rig.link.tries, rig.contact.connected) == ([0.0, 61.0], True)


async def test_contact_that_never_lasts_is_tried_ever_less(rig: Rig) -> None:
    await rig.contact.start()
    for pause in (1, 2, 4, 8, 16, 30, 30):
        rig.link.lose()
        await rig.run(pause)
        assert rig.contact.connected
    assert rig.link.tries == [0, 1, 3, 7, 15, 31, 61, 91]


async def test_contact_that_lasted_starts_the_pauses_anew(rig: Rig) -> None:
    await rig.contact.start()
    for pause in (1, 2, 4, 8):
        rig.link.lose()
        await rig.run(pause)
    await rig.run(STEADY_S)
    rig.link.lose()
    await rig.run(1.0)
    assert rig.link.tries == [0, 1, 3, 7, 15, 46]


# ---- dropping contact


async def test_contact_that_is_good_for_nothing_is_dropped_and_made_anew(rig: Rig) -> None:
    await rig.contact.start()
    await rig.contact.drop()
    assert rig.told[-2:] == ["down", "connecting"]
    assert (rig.link.is_open, rig.machine.is_connected) == (False, False)
    await rig.run(1.0)
    assert (rig.link.tries, rig.contact.connected) == ([0.0, 1.0], True)


async def test_there_is_nothing_to_drop_without_contact(rig: Rig) -> None:
    await rig.contact.drop()
    await rig.fail(NOT_FOUND, 0.0)
    closed = rig.link.closed
    await rig.contact.drop()
    assert (rig.contact.contact, rig.link.closed) == (Contact.NOT_FOUND, closed)
