"""An alarm that is moved with every measurement."""

from __future__ import annotations

import asyncio
from typing import cast

import pytest

from custom_components.descent.runtime.alarm import Alarm
from custom_components.descent.treadmills.clock import Clock
from tests.treadmills.manual_loop import ManualLoop


class Room:
    """A clock that a test moves on, and an alarm in it."""

    def __init__(self) -> None:
        self.loop = ManualLoop()
        self.clock: Clock = self.loop.clock()
        self.rung: list[tuple[float, float]] = []  # for when, and when
        loop = cast("asyncio.AbstractEventLoop", self.loop)
        self.alarm = Alarm(loop, self.clock, self._ring)

    def _ring(self, due: float) -> None:
        self.rung.append((due, self.clock.now()))


@pytest.fixture
def room() -> Room:
    return Room()


def test_an_alarm_rings_once_at_its_time(room: Room) -> None:
    room.alarm.set(4.0)
    room.loop.run(20.0)
    assert room.rung == [(4.0, 4.0)]


def test_an_alarm_that_is_put_off_again_and_again_rings_at_its_last_time(room: Room) -> None:
    for second in range(10):
        room.alarm.set(second + 4.0)
        room.loop.run(1.0)
    room.loop.run(20.0)
    assert room.rung == [(13.0, 13.0)]


def test_putting_an_alarm_off_makes_no_other_timer(room: Room) -> None:
    room.alarm.set(4.0)
    room.alarm.set(5.0)
    room.alarm.set(4.5)
    assert room.loop.waiting == 1


def test_an_alarm_that_comes_sooner_rings_sooner_and_only_then(room: Room) -> None:
    room.alarm.set(4.0)
    room.alarm.set(2.0)
    room.loop.run(20.0)
    assert room.rung == [(2.0, 2.0)]


def test_an_alarm_that_was_put_off_and_comes_sooner_again_rings_then(room: Room) -> None:
    room.alarm.set(4.0)
    room.alarm.set(9.0)
    room.alarm.set(6.0)
    room.loop.run(20.0)
    assert room.rung == [(6.0, 6.0)]


def test_a_cancelled_alarm_does_not_ring_put_off_or_not(room: Room) -> None:
    room.alarm.set(4.0)
    room.alarm.set(6.0)
    room.alarm.cancel()
    room.loop.run(20.0)
    assert room.rung == []


def test_an_alarm_can_be_set_again_after_it_rang(room: Room) -> None:
    room.alarm.set(4.0)
    room.loop.run(5.0)
    room.alarm.set(6.0)
    room.loop.run(5.0)
    assert room.rung == [(4.0, 4.0), (6.0, 6.0)]


def test_what_is_due_at_the_same_time_and_was_asked_for_before_is_done_before(room: Room) -> None:
    room.alarm.set(4.0)
    room.clock.call_at(6.0, lambda: room.rung.append((0.0, 6.0)))
    room.alarm.set(6.0)
    room.loop.run(20.0)
    assert room.rung == [(0.0, 6.0), (6.0, 6.0)]


def test_r5_a_measurement_that_waited_for_a_blocked_loop_is_in_time_to_put_the_alarm_off(
    room: Room,
) -> None:
    room.alarm.set(4.0)
    room.loop.stall(6.0)
    room.loop.call_at(room.loop.time(), room.alarm.set, 10.0)
    room.loop.run(20.0)
    assert room.rung == [(10.0, 10.0)]
