"""What every driver keeps, whatever it speaks."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import suppress
from itertools import pairwise

import pytest

from custom_components.descent.training.events import StatusKind
from custom_components.descent.treadmills.base import (
    NoAnswerError,
    NotConnectedError,
    RejectedError,
    Treadmill,
)
from custom_components.descent.treadmills.faults import SimulatedFault
from tests.treadmills.contract import EXCUSED, MACHINE, RIGS, Ear, Rig, ask, set_running

type Command = Callable[[Treadmill], Coroutine[None, None, None]]

SET_SPEED: Command = lambda treadmill: treadmill.set_speed(8.0)  # noqa: E731 # a table of commands
SET_INCLINE: Command = lambda treadmill: treadmill.set_incline(-4.0)  # noqa: E731 # likewise
STOP: Command = lambda treadmill: treadmill.stop_belt()  # noqa: E731 # likewise

COMMANDS = pytest.mark.parametrize(
    "command", [SET_SPEED, SET_INCLINE, STOP], ids=["set_speed", "set_incline", "stop"]
)


@pytest.fixture(params=RIGS)
def rig(request: pytest.FixtureRequest) -> Rig:
    test: str = getattr(request.function, "__name__", "")
    if why := EXCUSED.get((request.param, test)):
        pytest.skip(why)
    made: Rig = request.getfixturevalue(f"{request.param}_rig")
    return made


def test_nobody_is_excused_from_what_is_not_held_against_anybody() -> None:
    assert {name for name, _ in EXCUSED} <= set(RIGS)
    assert {test for _, test in EXCUSED} <= set(globals())


@pytest.fixture
async def ear(rig: Rig) -> AsyncIterator[Ear]:
    made = Ear(rig.treadmill)
    yield made
    made.unlisten()


@pytest.fixture
async def connected(rig: Rig, ear: Ear) -> Rig:
    await ask(rig, rig.treadmill.connect())
    await rig.run(2.0)
    return rig


@pytest.fixture
async def running(connected: Rig, ear: Ear) -> Rig:
    await set_running(connected, 6.0)
    ear.forget()
    return connected


def speed(rig: Rig) -> float:
    return rig.belt_and_deck.speed_kmh(rig.clock.now())


def incline(rig: Rig) -> float:
    return rig.belt_and_deck.incline_pct(rig.clock.now())


# ---- contact


@COMMANDS
async def test_no_command_is_taken_before_connecting(rig: Rig, command: Command) -> None:
    with pytest.raises(NotConnectedError):
        await ask(rig, command(rig.treadmill))


async def test_connecting_twice_reports_the_link_once(rig: Rig, ear: Ear) -> None:
    await ask(rig, rig.treadmill.connect())
    await ask(rig, rig.treadmill.connect())
    await rig.run(2.0)
    assert (ear.links, rig.treadmill.connected) == ([True], True)


async def test_connecting_to_a_machine_out_of_reach_is_an_error(rig: Rig, ear: Ear) -> None:
    rig.fault(SimulatedFault.LINK_LOST)
    with pytest.raises(NotConnectedError):
        await ask(rig, rig.treadmill.connect())
    assert (ear.links, rig.treadmill.connected) == ([], False)


async def test_the_ranges_are_those_of_the_machine(connected: Rig) -> None:
    told = connected.treadmill.machine
    assert (told.speed, told.incline) == (MACHINE.speed, MACHINE.incline)


async def test_r2_contact_is_proven_by_an_answer_and_moves_nothing(connected: Rig) -> None:
    await ask(connected, connected.treadmill.prove_contact())
    await connected.run(2.0)
    assert (speed(connected), incline(connected)) == (0.0, 0.0)


async def test_r2_contact_that_is_not_there_is_not_proven(rig: Rig, ear: Ear) -> None:
    with pytest.raises(NotConnectedError):
        await ask(rig, rig.treadmill.prove_contact())
    await ask(rig, rig.treadmill.connect())
    rig.fault(SimulatedFault.LINK_LOST)
    await rig.run(10.0)
    with pytest.raises(NotConnectedError):
        await ask(rig, rig.treadmill.prove_contact())


async def test_nothing_is_reported_after_disconnecting(running: Rig, ear: Ear) -> None:
    await running.treadmill.disconnect()
    await running.treadmill.disconnect()
    ear.forget()
    await running.run(5.0)
    assert (ear.reports, running.treadmill.connected) == ([], False)


async def test_disconnecting_leaves_the_belt_running(running: Rig) -> None:
    await running.treadmill.disconnect()
    await running.run(5.0)
    assert speed(running) == 6.0


async def test_a_listener_that_left_hears_nothing(running: Rig, ear: Ear) -> None:
    ear.unlisten()
    ear.unlisten()
    await running.run(5.0)
    assert ear.reports == []


async def test_giving_control_back_never_fails(rig: Rig) -> None:
    await ask(rig, rig.treadmill.release_control())
    await ask(rig, rig.treadmill.connect())
    await ask(rig, rig.treadmill.release_control())


# ---- measurements


async def test_measurements_keep_coming_and_time_grows(running: Rig, ear: Ear) -> None:
    await running.run(10.0)
    times = [sample.at for sample in ear.samples]
    assert len(times) >= 10
    assert all(earlier < later for earlier, later in pairwise(times))


async def test_a_standing_belt_is_measured_as_zero_not_left_out(connected: Rig, ear: Ear) -> None:
    ear.forget()
    await connected.run(3.0)
    assert {sample.speed_kmh for sample in ear.samples} == {0.0}


# ---- commands


async def test_a_speed_is_accepted_and_confirmed_by_measurement(running: Rig, ear: Ear) -> None:
    await ask(running, running.treadmill.set_speed(8.0))
    await running.run(6.0)
    assert ear.samples[-1].speed_kmh == pytest.approx(8.0, abs=0.05)


async def test_a_decline_is_accepted_and_confirmed_by_measurement(running: Rig, ear: Ear) -> None:
    await ask(running, running.treadmill.set_incline(-4.0))
    await running.run(12.0)
    assert ear.samples[-1].incline_pct == pytest.approx(-4.0, abs=0.05)


@pytest.mark.parametrize("wish", [-40.0, -6.5, 15.5, 40.0])
async def test_the_deck_never_leaves_its_range(running: Rig, ear: Ear, wish: float) -> None:
    with suppress(RejectedError):
        await ask(running, running.treadmill.set_incline(wish))
    await running.run(40.0)
    assert all(MACHINE.incline.holds(sample.incline_pct or 0.0) for sample in ear.samples)


@pytest.mark.parametrize("wish", [22.5, 39.0])
async def test_the_belt_never_leaves_its_range(running: Rig, ear: Ear, wish: float) -> None:
    with suppress(RejectedError):
        await ask(running, running.treadmill.set_speed(wish))
    await running.run(40.0)
    assert max(sample.speed_kmh for sample in ear.samples) <= MACHINE.speed.maximum


async def test_no_speed_starts_a_standing_belt(connected: Rig, ear: Ear) -> None:
    with pytest.raises(RejectedError):
        await ask(connected, connected.treadmill.set_speed(8.0))
    await connected.run(10.0)
    assert {sample.speed_kmh for sample in ear.samples} == {0.0}


async def test_a_refused_speed_is_an_error_and_moves_nothing(running: Rig) -> None:
    running.fault(SimulatedFault.REJECT)
    with pytest.raises(RejectedError):
        await ask(running, running.treadmill.set_speed(8.0))
    await running.run(5.0)
    assert speed(running) == 6.0


async def test_a_missing_answer_is_told_from_a_refusal(running: Rig) -> None:
    running.fault(SimulatedFault.NO_ANSWER)
    with pytest.raises(NoAnswerError):
        await ask(running, running.treadmill.set_speed(8.0))
    await running.run(6.0)
    assert speed(running) == 8.0


async def test_success_is_not_taken_for_movement(running: Rig, ear: Ear) -> None:
    running.fault(SimulatedFault.IGNORE)
    await ask(running, running.treadmill.set_speed(8.0))
    await running.run(6.0)
    assert ear.samples[-1].speed_kmh == 6.0


async def test_a_late_answer_is_waited_for(running: Rig) -> None:
    running.fault(SimulatedFault.DELAYED_ANSWER)
    await ask(running, running.treadmill.set_speed(8.0))
    await running.run(6.0)
    assert speed(running) == 8.0


# ---- stopping


async def test_r4_stop_brings_belt_and_deck_to_rest(running: Rig, ear: Ear) -> None:
    await ask(running, running.treadmill.set_incline(-6.0))
    await running.run(4.0)
    await ask(running, running.treadmill.stop_belt())
    halted_at = incline(running)
    await running.run(10.0)
    assert (ear.samples[-1].speed_kmh, incline(running)) == (0.0, halted_at)
    assert halted_at > -6.0


async def test_r4_stop_is_taken_from_a_standing_belt_and_twice(connected: Rig, ear: Ear) -> None:
    await ask(connected, connected.treadmill.stop_belt())
    await ask(connected, connected.treadmill.stop_belt())
    await connected.run(3.0)
    assert ear.samples[-1].speed_kmh == 0.0


async def test_no_speed_takes_back_a_stop(running: Rig) -> None:
    await ask(running, running.treadmill.stop_belt())
    with pytest.raises(RejectedError):
        await ask(running, running.treadmill.set_speed(8.0))
    await running.run(10.0)
    assert speed(running) == 0.0


# ---- the console


async def test_start_at_the_console_is_reported_and_measured(connected: Rig, ear: Ear) -> None:
    connected.press_start()
    await connected.run(10.0)
    assert ear.statuses == [StatusKind.STARTED]
    assert ear.samples[-1].speed_kmh == pytest.approx(1.0, abs=0.05)


async def test_stop_at_the_console_is_reported_before_the_belt_stands(
    running: Rig, ear: Ear
) -> None:
    running.press_stop()
    await running.run(0.2)
    assert ear.statuses == [StatusKind.STOPPED]
    assert speed(running) > 3.0


async def test_r11_a_change_at_the_console_is_measured(running: Rig, ear: Ear) -> None:
    running.console_speed(-1.5)
    running.console_incline(2.0)
    await running.run(8.0)
    assert ear.samples[-1].speed_kmh == pytest.approx(4.5, abs=0.05)
    assert ear.samples[-1].incline_pct == pytest.approx(2.0, abs=0.05)


async def test_a_pulled_safety_key_is_reported_and_stops_the_belt(running: Rig, ear: Ear) -> None:
    running.pull_safety_key()
    await running.run(5.0)
    assert (ear.statuses, ear.samples[-1].speed_kmh) == ([StatusKind.SAFETY_KEY], 0.0)


@pytest.mark.parametrize("command", [SET_SPEED, SET_INCLINE], ids=["set_speed", "set_incline"])
async def test_after_the_safety_key_only_start_at_the_console_helps(
    running: Rig, command: Command
) -> None:
    running.pull_safety_key()
    await running.run(5.0)
    running.replace_safety_key()
    with pytest.raises(RejectedError):
        await ask(running, command(running.treadmill))
    running.press_start()
    await running.run(6.0)
    await ask(running, command(running.treadmill))


# ---- lost contact


async def test_r5_silence_leaves_commands_working(running: Rig, ear: Ear) -> None:
    running.fault(SimulatedFault.SILENCE)
    await ask(running, running.treadmill.set_speed(4.0))
    await running.run(5.0)
    assert (ear.samples, speed(running)) == ([], 4.0)


async def test_r5_measurements_return_after_silence(running: Rig, ear: Ear) -> None:
    running.fault(SimulatedFault.SILENCE)
    await running.run(5.0)
    running.fault()
    await running.run(3.0)
    assert ear.samples[-1].speed_kmh == 6.0


@COMMANDS
async def test_r5_a_lost_link_is_reported_and_takes_no_command(
    running: Rig, ear: Ear, command: Command
) -> None:
    running.fault(SimulatedFault.LINK_LOST)
    await running.run(10.0)
    assert (ear.links, running.treadmill.connected) == ([False], False)
    with pytest.raises(NotConnectedError):
        await ask(running, command(running.treadmill))


async def test_r5_a_lost_link_is_not_a_stop(running: Rig, ear: Ear) -> None:
    running.fault(SimulatedFault.LINK_LOST)
    await running.run(30.0)
    assert (speed(running), ear.statuses) == (6.0, [])
    assert all(sample.speed_kmh == 6.0 for sample in ear.samples)


async def test_r3_contact_returns_by_itself_and_repeats_no_command(running: Rig, ear: Ear) -> None:
    running.fault(SimulatedFault.LINK_LOST)
    await running.run(10.0)
    running.press_stop()
    await running.run(10.0)
    running.fault()
    await running.run(30.0)
    assert (ear.links, running.treadmill.connected) == ([False, True], True)
    assert ear.samples[-1].speed_kmh == 0.0
