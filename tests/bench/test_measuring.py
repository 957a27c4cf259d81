"""What the benchmarks measure with: time that is moved on, a stretch of a session, a stopwatch."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from pathlib import Path
import time

import pytest

from bench.home import MovingLoop
from bench.session import Cycle
from bench.stopwatch import Stopwatch
from tests.bench.fakes import work

FAKES = Path(work.__file__).parent


def in_moving_loop(test: Callable[[MovingLoop], Coroutine[None, None, None]]) -> None:
    """Run something in a loop whose time can be moved on."""
    loop = MovingLoop()
    with asyncio.Runner(loop_factory=lambda: loop) as runner:
        runner.run(test(loop))


def test_an_hour_passes_without_waiting_and_timers_are_called_when_they_are_due() -> None:
    async def test(loop: MovingLoop) -> None:
        began, called = loop.time(), list[tuple[str, int]]()

        def note(name: str) -> None:
            called.append((name, round(loop.time() - began)))

        def first() -> None:
            note("first")
            loop.call_later(60, note, "later")

        loop.call_later(1800, note, "second")
        loop.call_later(600, first)
        loop.call_later(3601, note, "never")
        await loop.async_pass(3600)
        assert called == [("first", 600), ("later", 660), ("second", 1800)]
        assert round(loop.time() - began) == 3600

    real = time.monotonic()
    in_moving_loop(test)
    assert time.monotonic() - real < 60


def test_nothing_falls_due_while_the_time_is_held() -> None:
    async def test(loop: MovingLoop) -> None:
        called: list[str] = []
        async with loop.async_held():
            loop.call_later(0.001, called.append, "due")
            time.sleep(0.01)  # noqa: ASYNC251  (as something that is timed takes its time)
            await loop.async_settle()
            assert called == []
        await loop.async_pass(0.001)
        assert called == ["due"]

    in_moving_loop(test)


def test_the_busiest_stretch_is_from_one_recovery_to_the_next() -> None:
    cycle = Cycle()
    phases = ["", "warm_up", "descent", "recovery", "recovery", "descent", "recovery", "descent"]
    inside = [cycle.see(phase) for phase in phases]
    assert inside == [False, False, False, True, True, True, False, False]
    assert cycle.over


def test_the_stretch_is_not_over_before_the_next_recovery() -> None:
    cycle = Cycle()
    assert [cycle.see(phase) for phase in ("recovery", "descent")] == [True, True]
    assert not cycle.over


class Spender:
    """CPU time that passes only when it is spent."""

    def __init__(self) -> None:
        self.now = 0.0

    def thread_time(self) -> float:
        return self.now

    def spend(self) -> None:
        self.now += 1


@pytest.fixture(name="cpu")
def cpu_fixture(monkeypatch: pytest.MonkeyPatch) -> Spender:
    """Return the time that a stopwatch reads."""
    spender = Spender()
    monkeypatch.setattr("bench.stopwatch.time", spender)
    return spender


def test_a_stopwatch_times_the_code_of_its_places_and_what_is_called_from_there(
    cpu: Spender,
) -> None:
    stopwatch = Stopwatch({"fakes": FAKES, "others": FAKES / "nowhere"})
    with stopwatch.running():
        work.through(cpu.spend)
        cpu.spend()
        work.through(cpu.spend)
    assert stopwatch.seconds == {"fakes": 2, "others": 0}


def test_a_stopwatch_stands_while_a_coroutine_waits(cpu: Spender) -> None:
    async def spender() -> None:
        cpu.spend()

    async def both() -> None:
        await asyncio.gather(work.async_through(cpu.spend), spender())

    stopwatch = Stopwatch({"fakes": FAKES})
    with stopwatch.running():
        asyncio.run(both())
    assert stopwatch.seconds == {"fakes": 1}


def test_a_stopwatch_stands_after_an_exception(cpu: Spender) -> None:
    def fail() -> None:
        raise KeyError

    stopwatch = Stopwatch({"fakes": FAKES})
    with stopwatch.running():
        work.caught(fail)
        cpu.spend()
        work.through(cpu.spend)
    assert stopwatch.seconds == {"fakes": 1}


def test_a_stopwatch_begins_anew(cpu: Spender) -> None:
    stopwatch = Stopwatch({"fakes": FAKES})
    with stopwatch.running():
        work.through(cpu.spend)
        stopwatch.reset()
        work.through(cpu.spend)
    assert stopwatch.seconds == {"fakes": 1}
