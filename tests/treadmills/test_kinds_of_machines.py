"""Kinds of machines that users met, each over both links: what the driver makes of it, in sessions.

What is held against all drivers is in ``test_contract.py``; machines of these kinds are among them.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from custom_components.descent.training.events import (
    Pause,
    Reason,
    Refused,
    Resume,
    State,
    Stop,
)
from custom_components.descent.training.model import Phase, Range, Telemetry
from custom_components.descent.training.rules import Permissions
from custom_components.descent.treadmills import gatt
from custom_components.descent.treadmills.base import (
    Contact,
    ContactError,
    Failure,
    Part,
    RejectedError,
    TreadmillError,
)
from custom_components.descent.treadmills.faults import SimulatedFault
from custom_components.descent.treadmills.ftms_probe import probe
from custom_components.descent.treadmills.gatt import INCLINE_RANGE, TREADMILL_DATA
from tests.machines.profiles import KMH_PER_MPH, PROFILES, Failing, Profile, Quirk, WireFault
from tests.training import plans
from tests.treadmills.contract import ask
from tests.treadmills.rig_session import LinkedSession, MakeLinkedSession, MakeSession

TYPICAL = PROFILES["typical"]
LOST = (Failing.MISSING, Failing.REFUSED, Failing.UNANSWERED)
STEADY = plans.step(Phase.STEADY, 6, 0, 20)
DESCENT = plans.step(Phase.DESCENT, 8, -3, 20, rep=1, reps=1)
DOWNHILL = plans.of(STEADY, DESCENT, STEADY)
LONG = plans.of(plans.step(Phase.STEADY, 8, 0, 600))


# ---- every speed in miles (qdomyos-zwift #4210)


async def test_a_machine_of_miles_runs_a_descent_at_true_speeds(
    make_linked_session: MakeLinkedSession,
) -> None:
    rig = await make_linked_session(PROFILES["miles"], speed_unit="mph")
    await rig.set_up()
    await rig.arm(DOWNHILL)
    await rig.until(lambda rig: rig.speed_kmh > 7.7)
    assert rig.machine.commands[-1] == b"\x02\xea\x01"  # 4.9 mph: the step below 8 km/h
    await rig.run(5.0)
    assert rig.view.telemetry is not None
    assert rig.view.telemetry.speed_kmh == pytest.approx(4.9 * KMH_PER_MPH, abs=0.01)
    await rig.finish()
    assert rig.view.reason is Reason.COMPLETED
    assert {State.PAUSED, State.SUSPENDED}.isdisjoint(rig.states)


# ---- a number that cannot be: levels sent as percents (qdomyos-zwift #2511)


async def test_an_impossible_incline_costs_itself_and_is_said_once(
    make_linked_session: MakeLinkedSession, caplog: pytest.LogCaptureFixture
) -> None:
    rig = await make_linked_session(PROFILES["levels"], incline_factor=1.0)
    await rig.set_up()
    await rig.start(8.0)
    rig.console_incline(7.0)
    await rig.run(20.0)
    heard: list[float] = []
    rig.treadmill.listen(
        lambda report: heard.append(report.speed_kmh) if isinstance(report, Telemetry) else None
    )
    await rig.run(60.0)
    assert heard == [8.0] * 60
    warnings = [text for text in caplog.messages if "cannot be" in text]
    assert [text.split(":")[0] for text in warnings] == [
        "The treadmill sent an incline that cannot be"
    ]


async def test_levels_are_percents_by_their_factor(
    make_linked_session: MakeLinkedSession,
) -> None:
    rig = await make_linked_session(PROFILES["levels"])
    await rig.set_up()
    await rig.arm(plans.of(STEADY, plans.step(Phase.STEADY, 6, 3, 30), STEADY))
    await rig.until(lambda rig: rig.incline_pct > 1.9, 120.0)
    await rig.run(2.0)
    assert rig.view.telemetry is not None
    assert rig.view.telemetry.incline_pct == pytest.approx(2.0, abs=0.02)
    assert rig.sent(0x03)[-1] == b"\x03\x86\x00"  # 13.4: it says that three levels are 20.1
    await rig.finish()
    assert rig.view.reason is Reason.COMPLETED
    assert {State.PAUSED, State.SUSPENDED}.isdisjoint(rig.states)


# ---- silence while the belt stands (qdomyos-zwift #4023)

SILENT = TYPICAL.having(Quirk.SILENT_AT_REST)
STARTS_ITSELF = Permissions(control=True, start_belt=True)


async def test_a_machine_that_is_silent_at_rest_runs_a_session_from_end_to_end(
    make_linked_session: MakeLinkedSession,
) -> None:
    rig = await make_linked_session(SILENT)
    await rig.set_up()
    assert rig.view.telemetry is None
    drills, stretch = plans.step(Phase.DRILLS, 0, 0, 20), plans.step(Phase.STRETCH, 0, 0, 10)
    await rig.arm(plans.of(STEADY, drills, DESCENT, STEADY, stretch))
    await rig.finish()
    assert rig.view.reason is Reason.COMPLETED
    assert State.SUSPENDED not in rig.states
    assert not [cue for cue in rig.cues if cue.startswith("fault")]


async def test_r2_a_silent_machine_is_taken_over_after_three_measurements_of_a_moving_belt(
    make_linked_session: MakeLinkedSession,
) -> None:
    rig = await make_linked_session(SILENT)
    await rig.set_up()
    rig.helpful = False
    await rig.arm(DOWNHILL)
    heard: list[float] = []
    rig.treadmill.listen(
        lambda report: heard.append(report.at) if isinstance(report, Telemetry) else None
    )
    await rig.run(30.0)
    rig.press_start()
    await rig.until(lambda rig: rig.state is State.RUNNING, 20.0)
    assert len(heard) == 3
    assert rig.told == []


async def test_r2_a_silent_machine_is_started_by_nobody_but_the_runner(
    make_linked_session: MakeLinkedSession,
) -> None:
    rig = await make_linked_session(SILENT, STARTS_ITSELF)
    await rig.set_up()
    rig.helpful = False
    await rig.arm(DOWNHILL)
    await rig.run(60.0)
    assert (rig.state, rig.told, rig.cues) == (State.ARMED, [], ["arm_press_start"])


async def test_r2_a_link_that_does_not_answer_is_no_contact_to_arm_with(
    make_linked_session: MakeLinkedSession,
) -> None:
    rig = await make_linked_session(SILENT)
    await rig.set_up()
    rig.machine.wire_faults = {WireFault.BLACKOUT}
    arming = asyncio.ensure_future(rig.arm(DOWNHILL))
    await rig.run(6.0)
    with pytest.raises(Refused, match="no_contact"):
        await arming
    assert rig.state is State.IDLE


async def test_a_session_on_a_silent_machine_is_paused_and_resumed(
    make_linked_session: MakeLinkedSession,
) -> None:
    rig = await make_linked_session(SILENT)
    await rig.set_up()
    await rig.arm(LONG)
    await rig.until(lambda rig: rig.speed_kmh > 7.9)
    await rig.ask(Pause())
    await rig.run(60.0)
    assert (rig.state, rig.speed_kmh) == (State.PAUSED, 0.0)
    rig.effects.clear()
    await rig.ask(Resume())
    await rig.until(lambda rig: rig.speed_kmh > 7.9)
    assert rig.states == [State.ARMED, State.RUNNING]


async def test_a_session_on_a_silent_machine_is_resumed_after_contact_was_lost(
    make_linked_session: MakeLinkedSession,
) -> None:
    rig = await make_linked_session(SILENT)
    await rig.set_up()
    await rig.arm(LONG)
    await rig.until(lambda rig: rig.speed_kmh > 7.9)
    rig.fault(SimulatedFault.LINK_LOST)
    await rig.run(20.0)
    rig.press_stop()
    await rig.run(20.0)
    rig.fault()
    await rig.run(40.0)
    assert (rig.state, rig.treadmill.connected) == (State.SUSPENDED, True)
    await rig.ask(Resume())
    assert rig.state is State.ARMED
    await rig.until(lambda rig: rig.speed_kmh > 7.9)


async def test_a_stop_at_the_console_that_is_told_by_a_status_alone_can_be_resumed_from(
    make_linked_session: MakeLinkedSession,
) -> None:
    rig = await make_linked_session(SILENT)
    await rig.set_up()
    await rig.arm(LONG)
    await rig.until(lambda rig: rig.speed_kmh > 7.9)
    rig.press_stop()
    rig.fault(SimulatedFault.SILENCE)  # it measures no more from the press on
    await rig.run(30.0)
    rig.fault()
    assert (rig.state, rig.view.reason) == (State.PAUSED, Reason.CONSOLE_STOP)
    await rig.ask(Resume())
    assert rig.state is State.ARMED


async def test_r5_measurements_that_end_while_the_belt_moves_are_no_belt_at_rest(
    make_linked_session: MakeLinkedSession,
) -> None:
    rig = await make_linked_session(SILENT)
    await rig.set_up()
    await rig.arm(LONG)
    await rig.until(lambda rig: rig.speed_kmh > 7.9)
    rig.machine.wire_faults = {WireFault.SILENT}
    await rig.run(10.0)
    assert (rig.state, rig.view.reason) == (State.SUSPENDED, Reason.LOST_CONTACT)
    with pytest.raises(Refused, match="no_contact"):
        await rig.ask(Resume())


# ---- a range that its owner corrects


async def test_r10_a_deck_that_says_it_cannot_decline_is_asked_for_no_decline(
    make_linked_session: MakeLinkedSession,
) -> None:
    flat = replace(TYPICAL.machine, incline=Range(minimum=0, maximum=15, step=0.5))
    profile = replace(TYPICAL, machine=flat).having(Quirk.DECLINE_DRIVES_UP)
    rig = await make_linked_session(profile, min_incline=-6.0)
    await rig.set_up()
    assert rig.machine.read(INCLINE_RANGE) == bytes.fromhex("0000 9600 0500")
    assert rig.view.machine.incline.minimum == 0.0
    await rig.arm(DOWNHILL)
    await rig.finish()
    assert rig.view.reason is Reason.COMPLETED
    assert {command.hex() for command in rig.sent(0x03)} <= {"030000"}
    assert rig.incline_pct == 0.0


# ---- a second between any two writes

SPACED = TYPICAL.having(Quirk.NEEDS_A_SECOND)


async def test_a_machine_that_needs_a_second_is_told_nothing_sooner_in_a_whole_session(
    make_linked_session: MakeLinkedSession,
) -> None:
    rig = await make_linked_session(SPACED, command_gap=1.0)
    await rig.set_up()
    await rig.arm(DOWNHILL)
    await rig.finish()
    assert rig.view.reason is Reason.COMPLETED
    assert {State.PAUSED, State.SUSPENDED}.isdisjoint(rig.states)
    assert rig.machine.dropped == []
    assert [command.hex() for command in rig.sent(0x03)] == ["03f6ff", "03e2ff", "030000"]


async def test_r4_a_stop_in_a_ramp_goes_before_all_that_waits_for_the_second(
    make_linked_session: MakeLinkedSession,
) -> None:
    rig = await make_linked_session(SPACED, command_gap=1.0)
    await rig.set_up()
    await rig.arm(LONG)
    await rig.until(lambda rig: 3.0 < rig.speed_kmh < 6.0)
    rig.forget()
    await rig.ask(Stop())
    await rig.run(1.5)
    assert rig.told == ["0801"]
    await rig.run(15.0)
    assert (rig.speed_kmh, rig.machine.dropped) == (0.0, [])
    assert "fault_use_safety_key" not in rig.cues


@pytest.mark.parametrize("after_s", [0.0, 0.25, 0.5, 0.75])
@pytest.mark.parametrize("when", ["once", "never"])
async def test_r4_a_stop_stops_a_machine_that_needs_a_second_and_nobody_knows(
    make_session: MakeSession, when: str, after_s: float
) -> None:
    rig = await make_session(SPACED.having(Quirk.CONTROL_FAILS), request_control=when)
    await rig.arm(LONG)
    await rig.until(lambda rig: bool(rig.sent(0x02)), 30.0)
    await rig.run(after_s)
    await rig.ask(Stop())
    await rig.run(15.0)
    assert rig.speed_kmh == 0.0
    assert "fault_use_safety_key" not in rig.cues


# ---- distance and time that begin anew


@pytest.mark.parametrize(
    "quirks",
    [(Quirk.COUNTS_OVER,), (Quirk.RESETS_ON_STOP,), (Quirk.COUNTS_OVER, Quirk.RESETS_ON_STOP)],
)
async def test_numbers_that_begin_anew_change_neither_state_nor_distance(
    make_linked_session: MakeLinkedSession, quirks: tuple[Quirk, ...]
) -> None:
    rig = await make_linked_session(TYPICAL.having(*quirks))
    await rig.set_up()
    await rig.arm(LONG)
    await rig.until(lambda rig: rig.speed_kmh > 7.9)
    await rig.run(60.0)
    before_m, true_m = rig.view.distance_m, rig.belt_and_deck.distance_m(rig.machine.time())
    rig.machine.press_pause()
    await rig.run(20.0)
    assert (rig.state, rig.view.reason) == (State.PAUSED, Reason.CONSOLE_STOP)
    rig.press_start()
    await rig.ask(Resume())
    await rig.until(lambda rig: rig.state is State.RUNNING)
    await rig.until(lambda rig: rig.speed_kmh > 7.9)
    await rig.run(60.0)
    assert rig.states.count(State.PAUSED) == 1
    assert State.SUSPENDED not in rig.states
    true_m = rig.belt_and_deck.distance_m(rig.machine.time()) - true_m
    assert rig.view.distance_m - before_m == pytest.approx(true_m, abs=10.0)
    assert rig.treadmill.doubts == frozenset()


# ---- a speed that freezes when the belt is paused (qdomyos-zwift #2781, #3404, #509)

FROZEN = TYPICAL.having(Quirk.FREEZES)


async def at_speed(make: MakeLinkedSession) -> LinkedSession:
    """Return a session on a machine that freezes, with the belt at 8 km/h for a while."""
    rig = await make(FROZEN)
    await rig.set_up()
    await rig.arm(LONG)
    await rig.until(lambda rig: rig.speed_kmh > 7.9)
    await rig.run(10.0)
    return rig


async def test_a_pause_at_the_console_is_noticed_although_the_speed_stays(
    make_linked_session: MakeLinkedSession,
) -> None:
    rig = await at_speed(make_linked_session)
    before_m = rig.view.distance_m
    rig.machine.press_pause()
    await rig.run(3.0)
    assert (rig.state, rig.view.reason) == (State.PAUSED, Reason.CONSOLE_STOP)
    assert rig.view.belt_moving is False
    await rig.run(60.0)
    assert rig.view.distance_m - before_m < 3.4  # in a line down from 8 km/h, for 3 s
    rig.forget()
    await rig.ask(Resume())
    await rig.until(lambda rig: rig.state is State.RUNNING)
    await rig.until(lambda rig: rig.speed_kmh > 7.9)
    assert rig.view.telemetry is not None
    assert rig.view.telemetry.speed_kmh == pytest.approx(8.0, abs=0.1)


async def test_r4_a_stop_from_here_is_confirmed_although_the_speed_stays(
    make_linked_session: MakeLinkedSession,
) -> None:
    rig = await at_speed(make_linked_session)
    await rig.ask(Stop())
    await rig.run(30.0)
    assert "fault_use_safety_key" not in rig.cues
    assert (rig.state, rig.view.belt_moving) == (State.FINISHED, False)
    assert len(rig.sent(0x08)) <= 3


async def test_r2_a_belt_that_was_paused_before_we_came_is_not_taken_over(
    make_linked_session: MakeLinkedSession,
) -> None:
    rig = await make_linked_session(FROZEN)
    await rig.start(8.0)
    heard: list[bytes] = []
    rig.machine.connected(lambda _number, value: heard.append(value))
    rig.machine.subscribe(TREADMILL_DATA, on=True)
    await rig.run(2.0)
    rig.machine.press_pause()
    await rig.run(30.0)
    assert heard[-1] == heard[-20]
    rig.machine.disconnected()
    await rig.set_up()
    rig.helpful = False
    await rig.arm(DOWNHILL)
    await rig.run(20.0)
    assert (rig.state, rig.told) == (State.ARMED, [])


# ---- parts that fail, and cost themselves only

PARTS = (
    gatt.MACHINE_STATUS,
    gatt.TRAINING_STATUS,
    gatt.FEATURE,
    gatt.SPEED_RANGE,
    gatt.INCLINE_RANGE,
    gatt.MANUFACTURER,
)
NAMED = {
    gatt.MACHINE_STATUS: Part.STATUS,
    gatt.FEATURE: Part.FEATURES,
    gatt.SPEED_RANGE: Part.SPEED_RANGE,
    gatt.INCLINE_RANGE: Part.INCLINE_RANGE,
    gatt.MANUFACTURER: Part.NAMES,
}
SAID = {
    Failing.MISSING: Failure.MISSING,
    Failing.REFUSED: Failure.REFUSED,
    Failing.UNANSWERED: Failure.UNANSWERED,
    Failing.EMPTY: Failure.UNREADABLE,
    Failing.CUT_SHORT: Failure.UNREADABLE,
}
# The training status is not used at all. What is listened to has no value, half a name is a name.
HARMLESS = {
    *((gatt.TRAINING_STATUS, how) for how in Failing),
    (gatt.MACHINE_STATUS, Failing.EMPTY),
    (gatt.MACHINE_STATUS, Failing.CUT_SHORT),
    (gatt.MANUFACTURER, Failing.CUT_SHORT),
}
EACH_WAY = pytest.mark.parametrize("how", Failing)
EACH_PART = pytest.mark.parametrize("part", PARTS, ids="{:04x}".format)


def failing(**parts: Failing) -> Profile:
    """Return an ordinary machine with parts that fail, by their names in gatt.py."""
    return replace(TYPICAL, failing={getattr(gatt, name): how for name, how in parts.items()})


def failure(part: int, how: Failing) -> dict[Part, Failure]:
    """Return what is to be said of a part that fails so."""
    return {NAMED[part]: SAID[how]} if (part, how) not in HARMLESS else {}


@EACH_PART
@EACH_WAY
async def test_a_part_that_fails_costs_itself_only(
    make_linked_session: MakeLinkedSession, part: int, how: Failing
) -> None:
    rig = await make_linked_session(replace(TYPICAL, failing={part: how}))
    await rig.set_up()
    await rig.until(lambda rig: rig.treadmill.connected, 30.0)
    await rig.start(6.0)
    await ask(rig, rig.treadmill.set_speed(7.0))
    await ask(rig, rig.treadmill.set_incline(-2.0))
    await rig.run(6.0)
    assert rig.view.telemetry is not None
    measured = (rig.view.telemetry.speed_kmh, rig.view.telemetry.incline_pct)
    assert measured == pytest.approx((7.0, -2.0))
    assert rig.treadmill.machine.incline == TYPICAL.machine.incline
    asked = {Part.STATUS, Part.SPEED_RANGE, Part.INCLINE_RANGE}  # the others by the first look only
    failed = failure(part, how).items()
    assert rig.treadmill.failing == {part: how for part, how in failed if part in asked}


@EACH_PART
@EACH_WAY
async def test_a_part_that_fails_is_looked_at_in_vain_and_nothing_else_is(
    make_linked_session: MakeLinkedSession, part: int, how: Failing
) -> None:
    rig = await make_linked_session(replace(TYPICAL, failing={part: how}))
    looking = asyncio.ensure_future(probe(rig.link, rig.clock))
    await rig.run(30.0)
    found = await looking
    assert (found.model, found.controllable) == ("Treadmill", True)
    assert found.failing == failure(part, how)
    assert (found.manufacturer == "Simulated") is (part != gatt.MANUFACTURER)
    assert (found.speed is None) is (part == gatt.SPEED_RANGE)
    assert (found.incline is None) is (part == gatt.INCLINE_RANGE)


@pytest.mark.parametrize("how", LOST)
async def test_a_machine_that_does_not_say_what_it_is_called_is_connected_to(
    make_dircon_session: MakeLinkedSession, how: Failing
) -> None:
    rig = await make_dircon_session(failing(DEVICE_INFORMATION=how))
    await rig.set_up()
    await rig.run(5.0)
    assert rig.view.telemetry is not None


@pytest.mark.parametrize("how", LOST)
async def test_a_session_runs_without_the_status_of_the_machine(
    make_linked_session: MakeLinkedSession, how: Failing
) -> None:
    rig = await make_linked_session(failing(MACHINE_STATUS=how))
    await rig.set_up()
    await rig.until(lambda rig: rig.treadmill.connected, 30.0)
    await rig.run(3.0)
    await rig.arm(DOWNHILL)
    await rig.finish()
    assert rig.view.reason is Reason.COMPLETED
    assert {State.PAUSED, State.SUSPENDED}.isdisjoint(rig.states)


@pytest.mark.parametrize("how", LOST)
async def test_without_a_control_point_a_session_is_guided(
    make_linked_session: MakeLinkedSession, how: Failing
) -> None:
    rig = await make_linked_session(failing(CONTROL_POINT=how))
    await rig.set_up()
    await rig.until(lambda rig: rig.treadmill.connected, 30.0)
    await rig.run(3.0)
    machine = rig.treadmill.machine
    able = (machine.sets_speed, machine.sets_incline, machine.can_start, machine.can_stop)
    assert able == (False, False, False, False)
    await rig.arm(plans.flat())
    await rig.until(lambda rig: rig.state is State.RUNNING)
    await rig.until(lambda rig: "guided_set_speed" in rig.cues, 120.0)
    assert (rig.told, rig.treadmill.failing) == ([], {Part.COMMANDS: SAID[how]})


@pytest.mark.parametrize("how", [Failing.REFUSED, Failing.UNANSWERED])
async def test_r4_a_stop_is_sent_to_a_control_point_whose_answers_nobody_hears(
    make_linked_session: MakeLinkedSession, how: Failing
) -> None:
    rig = await make_linked_session(failing(CONTROL_POINT=how))
    await rig.set_up()
    await rig.until(lambda rig: rig.treadmill.connected, 30.0)
    await rig.start(6.0)
    await rig.arm(plans.flat())
    await rig.until(lambda rig: rig.state is State.RUNNING)
    await rig.ask(Stop())
    await rig.until(lambda rig: rig.speed_kmh == 0, 20.0)
    assert rig.sent(0x08)[0] == b"\x08\x01"
    assert {command[0] for command in rig.machine.commands} == {0x00, 0x08}


async def test_nothing_is_asked_of_a_control_point_that_fails_when_contact_is_back(
    make_linked_session: MakeLinkedSession,
) -> None:
    rig = await make_linked_session(TYPICAL)
    await rig.set_up()
    await rig.arm(LONG)
    await rig.until(lambda rig: rig.speed_kmh > 5.9)
    rig.machine.profile = failing(CONTROL_POINT=Failing.REFUSED)
    rig.fault(SimulatedFault.LINK_LOST)
    await rig.run(8.0)
    rig.fault()
    await rig.until(lambda rig: rig.treadmill.connected, 60.0)
    await rig.run(3.0)
    rig.forget()
    for command in (rig.treadmill.set_speed(7.0), rig.treadmill.start_belt()):
        with pytest.raises(RejectedError, match="no control point"):
            await ask(rig, command)
    assert rig.told == []
    await rig.ask(Stop())
    await rig.until(lambda rig: rig.speed_kmh == 0, 20.0)
    assert rig.sent(0x08) != []


@pytest.mark.parametrize(
    ("how", "contact"),
    [(Failing.REFUSED, Contact.UNSUITABLE), (Failing.UNANSWERED, Contact.UNREACHABLE)],
)
async def test_without_measurements_there_is_no_contact(
    make_linked_session: MakeLinkedSession, how: Failing, contact: Contact
) -> None:
    rig = await make_linked_session(failing(TREADMILL_DATA=how))
    with pytest.raises(TreadmillError):
        await ask(rig, rig.treadmill.connect())
    assert rig.treadmill.contact is contact


@pytest.mark.parametrize("how", [Failing.REFUSED, Failing.UNANSWERED])
async def test_a_first_look_tells_that_there_are_no_measurements(
    make_linked_session: MakeLinkedSession, how: Failing
) -> None:
    rig = await make_linked_session(failing(TREADMILL_DATA=how))
    looking = asyncio.ensure_future(probe(rig.link, rig.clock))
    await rig.run(60.0)
    with pytest.raises(ContactError) as caught:
        await looking
    assert caught.value.contact is Contact.UNSUITABLE


async def test_what_the_features_promise_and_is_not_there_is_not_believed(
    make_linked_session: MakeLinkedSession,
) -> None:
    rig = await make_linked_session(
        failing(INCLINE_RANGE=Failing.MISSING, CONTROL_POINT=Failing.MISSING)
    )
    rig.machine._values = {**rig.machine._values, gatt.FEATURE: b"\xff" * 8}
    looking = asyncio.ensure_future(probe(rig.link, rig.clock))
    await rig.run(10.0)
    found = await looking
    assert (found.incline, found.controllable) == (None, False)
    assert found.failing == {
        Part.INCLINE_RANGE: Failure.MISSING,
        Part.COMMANDS: Failure.MISSING,
    }


async def test_what_was_not_answered_is_asked_again_when_contact_is_made_anew(
    make_linked_session: MakeLinkedSession,
) -> None:
    rig = await make_linked_session(failing(INCLINE_RANGE=Failing.UNANSWERED), min_incline=-9.0)
    await rig.set_up()
    await rig.until(lambda rig: rig.treadmill.connected, 30.0)
    assert rig.treadmill.machine.incline.minimum == -9.0
    rig.machine.profile = TYPICAL
    rig.fault(SimulatedFault.LINK_LOST)
    await rig.run(20.0)
    rig.fault()
    await rig.until(lambda rig: rig.treadmill.connected, 60.0)
    assert rig.treadmill.machine.incline.minimum == -6.0


async def test_r10_a_range_that_was_said_once_counts_although_it_is_not_answered_again(
    make_linked_session: MakeLinkedSession,
) -> None:
    rig = await make_linked_session(TYPICAL, min_incline=-9.0)
    await rig.set_up()
    rig.machine.profile = failing(INCLINE_RANGE=Failing.REFUSED)
    rig.fault(SimulatedFault.LINK_LOST)
    await rig.run(20.0)
    rig.fault()
    await rig.until(lambda rig: rig.treadmill.connected, 60.0)
    assert rig.treadmill.machine.incline.minimum == -6.0
