"""The clock of one treadmill's world, at a real machine's pace and faster."""

from __future__ import annotations

import pytest

from tests.treadmills.manual_loop import ManualLoop

SCALES = pytest.mark.parametrize("scale", [1.0, 60.0])


@pytest.fixture
def loop() -> ManualLoop:
    return ManualLoop()


@SCALES
def test_a_clock_starts_at_zero_and_runs_at_its_scale(loop: ManualLoop, scale: float) -> None:
    clock = loop.clock(scale)
    begin = clock.now()
    loop.run(2.0)
    assert (begin, clock.now()) == (0.0, 2.0 * scale)


@SCALES
def test_a_timer_is_called_when_the_clock_shows_its_time(loop: ManualLoop, scale: float) -> None:
    clock, called = loop.clock(scale), []
    clock.call_at(3.0, lambda: called.append(clock.now()))
    loop.run(10.0)
    assert called == pytest.approx([3.0])


@SCALES
def test_a_cancelled_timer_is_not_called(loop: ManualLoop, scale: float) -> None:
    clock, called = loop.clock(scale), []
    clock.call_at(3.0, lambda: called.append(clock.now())).cancel()
    loop.run(10.0)
    assert (called, clock.now()) == ([], 10.0 * scale)


@SCALES
def test_timers_due_together_are_called_in_the_order_of_asking(
    loop: ManualLoop, scale: float
) -> None:
    clock, called = loop.clock(scale), []
    clock.call_at(3.0, lambda: called.append("first"))
    clock.call_at(3.0, lambda: called.append("second"))
    loop.run(10.0)
    assert called == ["first", "second"]


def test_a_real_clock_shows_what_a_blocked_loop_missed(loop: ManualLoop) -> None:
    clock, called = loop.clock(), []
    clock.call_at(3.0, lambda: called.append(clock.now()))
    loop.block(10.0)
    assert called == [10.0]


def test_a_faster_clock_never_shows_a_time_past_a_timer_still_to_be_called(
    loop: ManualLoop,
) -> None:
    clock = loop.clock(60.0)
    clock.call_at(1.0, lambda: None).cancel()
    clock.call_at(3.0, lambda: None)
    loop.stall(10.0)
    waiting = clock.now()
    loop.run(0.0)
    assert (waiting, clock.now()) == (3.0, 600.0)


def test_a_faster_clock_waits_for_a_blocked_loop(loop: ManualLoop) -> None:
    clock, called = loop.clock(60.0), []
    clock.call_at(3.0, lambda: called.append(clock.now()))
    clock.call_at(4.0, lambda: called.append(clock.now()))
    loop.block(10.0)
    assert called == pytest.approx([3.0, 4.0])


@SCALES
def test_spans_convert_to_real_seconds(loop: ManualLoop, scale: float) -> None:
    assert loop.clock(scale).real_seconds(120.0) == 120.0 / scale
