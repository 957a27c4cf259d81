"""A scaled clock in a busy Home Assistant: the world waits, and nothing changes its order."""

from __future__ import annotations

import asyncio
import time

import pytest

from custom_components.descent.treadmills.clock import Clock
from tests.treadmills.manual_loop import ManualLoop


def test_it_never_shows_a_time_past_a_timer_that_is_still_to_be_called() -> None:
    loop = ManualLoop()
    clock = loop.clock(60)
    clock.call_at(6.0, lambda: None)
    loop._now += 1.0
    assert clock.now() == 6.0
    loop.run(0)
    assert clock.now() == 60.0


def test_a_cancelled_timer_holds_nothing_up() -> None:
    loop = ManualLoop()
    clock = loop.clock(60)
    clock.call_at(6.0, lambda: None).cancel()
    loop.run(1.0)
    assert clock.now() == 60.0


async def test_timers_keep_their_order_when_the_loop_calls_them_in_one_go() -> None:
    clock = Clock(asyncio.get_running_loop(), 600)
    called: list[tuple[str, float]] = []

    def tick(when: float) -> None:
        called.append(("tick", clock.now()))
        if when < 5:
            clock.call_at(when + 1, lambda: tick(when + 1))

    done = asyncio.Event()
    clock.call_at(1.0, lambda: tick(1.0))
    clock.call_at(3.5, lambda: called.append(("alarm", clock.now())))
    clock.call_at(4.5, lambda: called.append(("cancelled", 0.0))).cancel()
    clock.call_at(6.0, done.set)
    time.sleep(0.02)  # noqa: ASYNC251 - the blocked loop is what this test is about
    await done.wait()
    assert called == [
        ("tick", 1.0),
        ("tick", 2.0),
        ("tick", 3.0),
        ("alarm", 3.5),
        ("tick", 4.0),
        ("tick", 5.0),
    ]


async def test_a_timer_that_waits_for_earlier_ones_can_still_be_cancelled() -> None:
    clock = Clock(asyncio.get_running_loop(), 600)
    called: list[str] = []
    late = clock.call_at(3.0, lambda: called.append("late"))
    done = asyncio.Event()

    def early() -> None:
        clock.call_at(2.0, late.cancel)

    clock.call_at(1.0, early)
    clock.call_at(4.0, done.set)
    time.sleep(0.02)  # noqa: ASYNC251 - the blocked loop is what this test is about
    await done.wait()
    assert called == []


@pytest.mark.parametrize("scale", [1.0, 60.0])
def test_real_seconds_are_what_a_span_takes(scale: float) -> None:
    assert ManualLoop().clock(scale).real_seconds(60.0) == 60.0 / scale
