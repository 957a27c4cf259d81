"""Commands to a machine that needs a second between any two: spaced, and a stop first."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from itertools import pairwise
from typing import Any

import pytest

from custom_components.descent.treadmills.base import NoAnswerError, NotConnectedError
from custom_components.descent.treadmills.ftms import FtmsTreadmill
from custom_components.descent.treadmills.ftms_options import FtmsOptions
from tests.machines.profiles import PROFILES, Quirk
from tests.treadmills.contract import ask
from tests.treadmills.rig_memory import MakeRig, MemoryRig

SPACED = PROFILES["typical"].having(Quirk.NEEDS_A_SECOND)


class Writes:
    """When the machine was written what."""

    def __init__(self, rig: MemoryRig) -> None:
        self.at: list[tuple[float, str]] = []
        self.delay_s = 0.0  # until a write arrives
        self._rig = rig
        self._write = rig.link.write
        self._since = rig.clock.now()
        rig.link.write = self._note  # type: ignore[method-assign]  # what a test listens in on

    async def _note(self, number: int, value: bytes) -> None:
        if self.delay_s:
            await self._rig.clock.sleep(self.delay_s)
        self.at.append((self._rig.clock.now() - self._since, value.hex()))
        await self._write(number, value)

    @property
    def told(self) -> list[str]:
        """What was written."""
        return [value for _, value in self.at]

    @property
    def gaps(self) -> list[float]:
        """Seconds between each write and the one before."""
        times = [at for at, _ in self.at]
        return [later - sooner for sooner, later in pairwise(times)]


async def running(make_rig: MakeRig, **options: Any) -> tuple[MemoryRig, Writes]:
    """Return a machine that runs at 8 km/h, has been told nothing, and needs a second."""
    rig = await make_rig(SPACED, kmh=8.0, **{"command_gap": 1.0, **options})
    return rig, Writes(rig)


def begin(command: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
    """Send a command, without waiting for what comes of it."""
    return asyncio.create_task(command)


@pytest.mark.parametrize(
    ("when", "told"),
    [
        ("once", ["00", "028403", "03f6ff"]),
        ("each", ["00", "028403", "00", "03f6ff"]),
        ("never", ["028403", "03f6ff"]),
    ],
)
async def test_no_two_writes_come_sooner_and_asking_for_control_is_one(
    make_rig: MakeRig, when: str, told: list[str]
) -> None:
    rig = await make_rig(
        SPACED.having(Quirk.CONTROL_FAILS), kmh=8.0, command_gap=1.0, request_control=when
    )
    writes = Writes(rig)
    both = [begin(rig.treadmill.set_speed(9.0)), begin(rig.treadmill.set_incline(-1.0))]
    await rig.run(8.0)
    await asyncio.gather(*both)
    assert (writes.told, rig.machine.dropped) == (told, [])
    assert all(1.0 <= gap < 1.5 for gap in writes.gaps)


async def test_nothing_waits_for_a_machine_that_needs_no_second(make_rig: MakeRig) -> None:
    rig = await make_rig(PROFILES["typical"], kmh=8.0)
    writes = Writes(rig)
    await ask(rig, rig.treadmill.set_speed(9.0))
    assert (writes.told, writes.gaps[0] < 0.3) == (["00", "028403"], True)


async def test_a_second_begins_when_the_machine_has_what_was_written(make_rig: MakeRig) -> None:
    rig, writes = await running(make_rig)
    writes.delay_s = 0.75
    task = begin(rig.treadmill.set_speed(9.0))
    await rig.run(1.0)
    writes.delay_s = 0.0
    await rig.run(4.0)
    await task
    assert (writes.told, rig.machine.dropped) == (["00", "028403"], [])


# ---- a stop


async def test_r4_a_stop_goes_before_everything_that_waits_and_waits_for_the_gap_alone(
    make_rig: MakeRig,
) -> None:
    rig, writes = await running(make_rig)
    await ask(rig, rig.treadmill.set_speed(8.0))
    await rig.run(3.0)
    waiting = [begin(rig.treadmill.set_speed(9.0))]
    await rig.run(0.1)
    waiting += [begin(rig.treadmill.set_incline(-1.0)), begin(rig.treadmill.set_speed(10.0))]
    await rig.run(0.3)
    stop = begin(rig.treadmill.stop_belt())
    await rig.run(1.0)
    assert writes.told[-2:] == ["028403", "0801"]
    assert 1.0 <= writes.gaps[-1] < 1.25  # it was asked for after 0.4 s of them
    await rig.run(10.0)
    await stop
    await asyncio.gather(*waiting, return_exceptions=True)
    assert (rig.speed_kmh, rig.machine.dropped) == (0.0, [])


async def test_r4_a_stop_waits_for_nothing_when_nothing_was_written_just_now(
    make_rig: MakeRig,
) -> None:
    rig, writes = await running(make_rig)
    await ask(rig, rig.treadmill.set_speed(8.0))
    await rig.run(2.0)
    stop = begin(rig.treadmill.stop_belt())
    await rig.run(0.25)
    await stop
    assert writes.told[-1] == "0801"


@pytest.mark.parametrize("when", ["once", "each"])
async def test_r4_a_stop_goes_out_before_control_is_asked_for_and_again_with_it(
    make_rig: MakeRig, when: str
) -> None:
    rig, writes = await running(make_rig, request_control=when)
    await ask(rig, rig.treadmill.stop_belt())
    assert (writes.told, writes.at[0][0]) == (["0801", "00", "0801"], 0.0)
    await rig.run(10.0)
    assert (rig.speed_kmh, rig.machine.dropped) == (0.0, [])


async def test_r4_a_stop_that_is_not_permitted_is_sent_again_with_permission(
    make_rig: MakeRig,
) -> None:
    rig, writes = await running(make_rig)
    await ask(rig, rig.treadmill.set_speed(8.0))
    rig.machine._control_point.forget()  # and does not say so
    await rig.run(2.0)
    await ask(rig, rig.treadmill.stop_belt())
    assert writes.told[-3:] == ["0801", "00", "0801"]
    await rig.run(10.0)
    assert (rig.speed_kmh, rig.machine.dropped) == (0.0, [])


async def test_r4_stops_that_are_repeated_are_spaced_too(make_rig: MakeRig) -> None:
    rig, writes = await running(make_rig, request_control="never")
    rig.machine._control_point._permitted = True
    stops = [begin(rig.treadmill.stop_belt()) for _ in range(3)]
    await rig.run(6.0)
    await asyncio.gather(*stops)
    assert (writes.told, rig.machine.dropped) == (["0801"] * 3, [])


async def test_a_stop_that_is_given_up_holds_nothing_up(make_rig: MakeRig) -> None:
    rig, writes = await running(make_rig)
    await ask(rig, rig.treadmill.set_speed(8.0))
    stop = begin(rig.treadmill.stop_belt())
    await rig.run(0.0)
    stop.cancel()
    await ask(rig, rig.treadmill.set_speed(9.0))
    assert writes.told == ["00", "022003", "028403"]


# ---- a start


async def test_r2_a_start_that_waits_is_not_sent_after_the_runner_has_started_the_belt(
    make_rig: MakeRig,
) -> None:
    rig = await make_rig(SPACED, command_gap=1.0)
    task = begin(rig.treadmill.start_belt())
    await rig.run(0.5)
    rig.press_start()
    await rig.run(5.0)
    await task
    assert rig.told == ["00"]


async def test_r2_a_start_waits_for_its_second_and_is_sent_once(make_rig: MakeRig) -> None:
    rig = await make_rig(SPACED, command_gap=1.0)
    rig.press_start()
    rig.press_stop()  # that it was started before says nothing
    await rig.run(5.0)
    writes = Writes(rig)
    await ask(rig, rig.treadmill.start_belt())
    assert (writes.told, rig.machine.dropped) == (["00", "07"], [])
    assert 1.0 <= writes.gaps[0] < 1.5


# ---- contact


@pytest.mark.parametrize(
    "command",
    [FtmsTreadmill.stop_belt, FtmsTreadmill.start_belt, lambda driver: driver.set_speed(9.0)],
    ids=["stop", "start", "speed"],
)
async def test_r3_what_waits_when_contact_is_lost_is_never_sent(
    make_rig: MakeRig, command: Callable[[FtmsTreadmill], Coroutine[Any, Any, None]]
) -> None:
    rig, writes = await running(make_rig)
    await ask(rig, rig.treadmill.set_incline(-1.0))
    task = begin(command(rig.treadmill))
    await rig.run(0.1)
    rig.link.lose()
    await rig.run(10.0)
    with pytest.raises((NotConnectedError, NoAnswerError)):
        await task
    assert (rig.treadmill.connected, writes.told) == (True, ["00", "03f6ff"])


# ---- the option


@pytest.mark.parametrize("gap", [-0.1, 2.1, float("nan")])
def test_a_gap_that_no_machine_needs_is_refused(gap: float) -> None:
    with pytest.raises(ValueError, match="command_gap"):
        FtmsOptions.from_data({"command_gap": gap})


def test_an_entry_without_a_gap_has_none() -> None:
    assert FtmsOptions.from_data({}).command_gap_s == 0.0
