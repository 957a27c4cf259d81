"""Keeping contact: when it is tried again, what ends that, and that nothing is left behind."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest

from custom_components.descent.treadmills.base import (
    Contact,
    ContactError,
    NoAnswerError,
    TreadmillError,
)
from custom_components.descent.treadmills.reconnect import STEADY_S, Reconnector
from tests.machines.ftms import FtmsMachine
from tests.machines.profiles import PROFILES, WireFault
from tests.treadmills.manual_loop import ManualLoop
from tests.treadmills.memory_link import MemoryLink

STEP_S = 0.25
NOT_FOUND = ContactError(Contact.NOT_FOUND, "nobody is there")
NO_SLOT = ContactError(Contact.NO_SLOT, "every connection is in use")


async def open_gate() -> None:
    """Let everybody through at once."""


class SlowLink(MemoryLink):
    """A link that opens and closes no faster than a test lets it."""

    def __init__(self, machine: FtmsMachine, now: Callable[[], float]) -> None:
        super().__init__(machine)
        self.tries: list[float] = []  # when
        self.opening: Callable[[], Awaitable[object]] = open_gate
        self.closing: Callable[[], Awaitable[object]] = open_gate
        self._now = now

    async def open(self, on_lost: Callable[[], None]) -> None:
        self.tries.append(self._now())
        await self.opening()
        await super().open(on_lost)

    async def close(self) -> None:
        await super().close()
        await self.closing()


class Scene:
    """Contact, the link it is kept over, and everything that was told of it."""

    def __init__(self) -> None:
        self.loop = ManualLoop()
        self.clock = self.loop.clock()
        self.machine = FtmsMachine(self.clock, PROFILES["typical"])
        self.link = SlowLink(self.machine, self.clock.now)
        self.preparing: Callable[[], Awaitable[object]] = open_gate
        self.told: list[str] = []
        self.contact = Reconnector(
            self.clock,
            self.link,
            prepare=self._prepare,
            up=lambda: self.told.append("up"),
            down=lambda: self.told.append("down"),
            changed=lambda: self.told.append(self.contact.contact.value),
        )

    async def _prepare(self) -> None:
        await self.preparing()

    async def run(self, seconds: float) -> None:
        """Let time pass in small steps."""
        await self.settle()
        for _ in range(round(seconds / STEP_S)):
            self.loop.run(STEP_S)
            await self.settle()

    async def settle(self) -> None:
        """Let tasks go on, at the time it is."""
        for _ in range(8):
            await asyncio.sleep(0)

    def begin(self) -> asyncio.Task[None]:
        """Want contact, and wait for nothing."""
        return asyncio.create_task(self.contact.start())

    async def fail(self, error: TreadmillError, seconds: float) -> None:
        """Want contact that cannot be made, for some time."""
        self.link.failure = error
        with pytest.raises(type(error)):
            await self.contact.start()
        await self.run(seconds)


@pytest.fixture
async def scene() -> AsyncIterator[Scene]:
    made = Scene()
    yield made
    await made.contact.stop()


async def forever() -> None:
    """Wait for what never comes."""
    await asyncio.get_running_loop().create_future()


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
    opened = asyncio.Event()
    scene.link.opening = opened.wait
    scene.link.failure = NOT_FOUND
    waiting = scene.begin()
    await scene.run(1.0)
    waiting.cancel()
    opened.set()
    await scene.run(1.0)
    assert (scene.contact.contact, scene.link.tries) == (Contact.NOT_FOUND, [0.0, 2.0])


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


# ---- letting go


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
