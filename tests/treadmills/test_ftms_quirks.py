"""Every quirk there is, met by the driver; what a session makes of it is next door.

``COVERED`` names a test of each: one without a test fails here.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
import inspect
from typing import Any

import pytest

from custom_components.descent.training.events import StatusKind
from custom_components.descent.treadmills.base import Contact, Doubt, NoTreadmillError
from custom_components.descent.treadmills.ftms_control import NotSupportedError
from custom_components.descent.treadmills.ftms_probe import probe
from custom_components.descent.treadmills.gatt import MACHINE_STATUS
from tests.flows import test_bluetooth
from tests.machines import wire
from tests.machines.profiles import KMH_PER_MPH, PROFILES, Quirk
from tests.runtime import test_connection
from tests.treadmills import (
    test_dircon_faults,
    test_ftms_control,
    test_ftms_quirks_sessions,
    test_incidents,
)
from tests.treadmills.contract import Ear, ask
from tests.treadmills.rig_memory import MakeRig, MemoryRig

TYPICAL = PROFILES["typical"]


async def running(make_rig: MakeRig, *quirks: Quirk, **options: Any) -> tuple[MemoryRig, Ear]:
    """Return a machine with these quirks whose belt runs at 8 km/h, and what is heard of it."""
    rig = await make_rig(TYPICAL.having(*quirks), kmh=8.0, **options)
    return rig, Ear(rig.treadmill)


# ---- who may command it


async def test_a_machine_that_repetition_upsets_hears_everything_once(make_rig: MakeRig) -> None:
    rig, _ = await running(make_rig, Quirk.REPEATS_UPSET)
    for incline_pct in (-1.0, -2.0, -3.0):
        await ask(rig, rig.treadmill.set_incline(incline_pct))
    await rig.run(5.0)
    assert (rig.told, rig.speed_kmh) == (["00", "03f6ff", "03ecff", "03e2ff"], 8.0)


async def test_asking_for_control_each_time_throws_such_a_belt_back(make_rig: MakeRig) -> None:
    rig, _ = await running(make_rig, Quirk.REPEATS_UPSET, request_control="each")
    for incline_pct in (-1.0, -2.0):
        await ask(rig, rig.treadmill.set_incline(incline_pct))
    await rig.run(5.0)
    assert (rig.told.count("00"), rig.speed_kmh < 8.0) == (2, True)


async def test_a_status_alone_answers_every_command(make_rig: MakeRig) -> None:
    rig, _ = await running(make_rig, Quirk.STATUS_ANSWERS)
    began = rig.clock.now()
    await ask(rig, rig.treadmill.set_speed(9.0))
    await ask(rig, rig.treadmill.set_incline(-1.0))
    await ask(rig, rig.treadmill.stop_belt())
    await rig.run(12.0)
    await ask(rig, rig.treadmill.start_belt())
    assert rig.told == ["00", "028403", "03f6ff", "0801", "07"]
    assert rig.clock.now() - began < 12.0 + 2.0  # nobody waited for what never came


async def test_a_machine_started_and_stopped_at_its_console_is_learned_as_one(
    make_rig: MakeRig,
) -> None:
    rig, _ = await running(make_rig, Quirk.NO_START_OR_STOP)
    for command in (rig.treadmill.start_belt, rig.treadmill.stop_belt):
        with pytest.raises(NotSupportedError):
            await ask(rig, command())
    machine = rig.treadmill.machine
    assert (machine.can_start, machine.can_stop, rig.speed_kmh) == (False, False, 8.0)


async def test_success_is_passed_on_before_anything_moves(make_rig: MakeRig) -> None:
    rig, ear = await running(make_rig, Quirk.SUCCESS_FIRST)
    await ask(rig, rig.treadmill.set_incline(-3.0))
    assert rig.incline_pct == 0.0
    assert {sample.incline_pct for sample in ear.samples} <= {0.0}
    await rig.run(10.0)
    assert (rig.incline_pct, ear.samples[-1].incline_pct) == (-3.0, -3.0)


async def test_a_deaf_machine_is_asked_for_control_once_more_and_obeys(make_rig: MakeRig) -> None:
    rig, _ = await running(make_rig, Quirk.DEAF_AFTER_OVERRIDE)
    await ask(rig, rig.treadmill.set_incline(-1.0))
    rig.console_incline(2.0)
    await rig.run(3.0)
    rig.forget()
    await ask(rig, rig.treadmill.set_incline(-3.0))
    await rig.run(10.0)
    assert (rig.told, rig.incline_pct) == (["00", "03e2ff"], -3.0)


# ---- what it does


async def test_r10_a_deck_that_a_decline_drives_up_is_never_told_one(make_rig: MakeRig) -> None:
    flat = PROFILES["f85_flat"].having(Quirk.DECLINE_DRIVES_UP)
    rig = await make_rig(flat, kmh=6.0, min_incline=-5)
    assert rig.treadmill.machine.incline.minimum == 0.0
    await ask(rig, rig.treadmill.set_incline(-3.0))
    await rig.run(5.0)
    assert (rig.told, rig.incline_pct) == (["00", "030000"], 0.0)


async def test_a_machine_of_miles_is_commanded_measured_and_heard_in_miles(
    make_rig: MakeRig,
) -> None:
    rig = await make_rig(PROFILES["miles"], speed_unit="mph", kmh=3.0 * KMH_PER_MPH)
    ear = Ear(rig.treadmill)
    await ask(rig, rig.treadmill.set_speed(4.0 * KMH_PER_MPH))
    await rig.run(6.0)
    assert rig.told == ["00", "029001"]
    true = pytest.approx(4.0 * KMH_PER_MPH, abs=0.01)
    assert rig.speed_kmh == true
    assert ear.samples[-1].speed_kmh == true
    assert rig.treadmill.machine.speed == rig.machine.profile.machine.speed
    assert rig.treadmill.doubts == frozenset()


async def test_r11_a_speed_set_at_the_console_of_a_machine_of_miles_is_no_echo(
    make_rig: MakeRig,
) -> None:
    rig = await make_rig(PROFILES["miles"], speed_unit="mph", kmh=3.0 * KMH_PER_MPH)
    await ask(rig, rig.treadmill.set_speed(5.0))
    rig.link.say(MACHINE_STATUS, wire.speed_changed(5.0))  # mph: not the 5 km/h it was told
    rig.forget()
    await ask(rig, rig.treadmill.set_speed(4.0))
    assert rig.told[0] == "00"  # control is asked for again


async def test_an_incline_that_starts_the_belt_is_all_the_machine_is_told(
    make_rig: MakeRig,
) -> None:
    rig = await make_rig(TYPICAL.having(Quirk.INCLINE_STARTS))
    await ask(rig, rig.treadmill.set_incline(2.0))
    await rig.run(8.0)
    assert (rig.told, rig.speed_kmh > 0.3) == (["00", "031400"], True)


# ---- what it says it can do


@pytest.mark.parametrize("quirk", [Quirk.NO_INCLINE_RANGE, Quirk.ZERO_INCLINE_RANGE])
async def test_without_a_range_of_inclines_the_entry_counts(
    make_rig: MakeRig, quirk: Quirk
) -> None:
    rig, _ = await running(make_rig, quirk)
    assert rig.treadmill.machine.incline == TYPICAL.machine.incline
    await ask(rig, rig.treadmill.set_incline(-6.0))
    await rig.run(15.0)
    assert rig.incline_pct == -6.0


async def test_a_deck_of_whole_percents_is_told_whole_percents_whatever_it_promises(
    make_rig: MakeRig,
) -> None:
    whole = PROFILES["t800"].having(Quirk.FALSE_STEP)
    rig = await make_rig(whole, kmh=6.0, incline_step=0.1, whole_percent=True)
    await ask(rig, rig.treadmill.set_incline(-2.7))
    await rig.run(5.0)
    assert (rig.told, rig.incline_pct) == (["00", "03ecff"], -2.0)


async def test_features_that_claim_nothing_are_not_believed(make_rig: MakeRig) -> None:
    rig, _ = await running(make_rig, Quirk.FALSE_FEATURES)
    machine = rig.treadmill.machine
    assert (machine.sets_speed, machine.sets_incline, machine.can_stop) == (True, True, True)
    await ask(rig, rig.treadmill.set_speed(9.0))
    assert rig.told == ["00", "028403"]


async def test_a_machine_without_a_name_is_looked_at_and_driven() -> None:
    rig = MemoryRig(TYPICAL.having(Quirk.NAMELESS))
    found, _ = await asyncio.gather(probe(rig.link, rig.clock), rig.run(3.0))
    assert (found.manufacturer, found.model, found.controllable) == (None, None, True)
    await rig.treadmill.connect()
    await ask(rig, rig.treadmill.set_incline(-1.0))
    assert rig.told == ["00", "03f6ff"]
    await rig.close()


async def test_a_bike_is_never_connected_to_as_a_treadmill() -> None:
    rig = MemoryRig(TYPICAL.having(Quirk.PEDALLED))
    with pytest.raises(NoTreadmillError):
        await probe(rig.link, rig.clock)
    with pytest.raises(NoTreadmillError):
        await rig.treadmill.connect()
    assert (rig.treadmill.contact, rig.told) == (Contact.UNSUITABLE, [])
    await rig.close()


# ---- what it measures


async def test_an_incline_that_is_only_the_target_is_reported_as_measured(
    make_rig: MakeRig,
) -> None:
    rig, ear = await running(make_rig, Quirk.INCLINE_IS_TARGET)
    await ask(rig, rig.treadmill.set_incline(-3.0))
    await rig.run(1.0)
    assert (ear.samples[-1].incline_pct, rig.incline_pct > -1.0) == (-3.0, True)


async def test_single_zeros_are_reported_as_they_come(make_rig: MakeRig) -> None:
    rig, ear = await running(make_rig, Quirk.TRANSIENT_ZEROS)
    await rig.run(10.0)
    assert sorted(sample.speed_kmh for sample in ear.samples) == [0.0] * 2 + [8.0] * 8


async def test_a_packet_cut_short_leaves_the_deck_where_it_was_measured(make_rig: MakeRig) -> None:
    rig, ear = await running(make_rig, Quirk.TRUNCATED)
    await ask(rig, rig.treadmill.set_incline(-4.0))
    await rig.run(12.0)
    ear.forget()
    await rig.run(9.0)
    assert {(one.speed_kmh, one.incline_pct) for one in ear.samples} == {(8.0, -4.0)}
    assert len(ear.samples) == 9


async def test_a_measurement_in_two_packets_is_reported_once(make_rig: MakeRig) -> None:
    rig, ear = await running(make_rig, Quirk.SPLIT_DATA)
    await ask(rig, rig.treadmill.set_incline(-4.0))
    await rig.run(12.0)
    ear.forget()
    await rig.run(5.0)
    measured = [(one.speed_kmh, one.incline_pct) for one in ear.samples]
    assert measured == [(8.0, -4.0)] * 5


async def test_nothing_but_zeros_is_a_standing_belt(make_rig: MakeRig) -> None:
    rig, ear = await running(make_rig, Quirk.ALL_ZERO_AT_REST)
    await ask(rig, rig.treadmill.stop_belt())
    await rig.run(15.0)
    assert [sample.speed_kmh for sample in ear.samples[-3:]] == [0.0] * 3


@pytest.mark.parametrize("quirk", [Quirk.SHORT_TRAINING_STATUS, Quirk.EMPTY_TRAINING_STATUS])
async def test_a_training_status_cut_short_is_nothing_the_driver_needs(
    make_rig: MakeRig, quirk: Quirk
) -> None:
    rig = await make_rig(TYPICAL.having(quirk))
    ear = Ear(rig.treadmill)
    await rig.run(2.0)
    assert (len(ear.samples), rig.treadmill.connected) == (2, True)
    assert not [line for line in rig.treadmill.trace() if " 2ad3 " in line]


async def test_steps_shift_nothing_else_that_is_measured(make_rig: MakeRig) -> None:
    rig, ear = await running(make_rig, Quirk.COUNTS_STEPS)
    rig.machine.heart_rate_bpm = 143
    await rig.run(1.0)
    (sample,) = ear.samples
    assert (sample.speed_kmh, sample.incline_pct, sample.heart_rate_bpm) == (8.0, 0.0, 143)


async def test_a_machine_that_measures_nothing_at_rest_shows_that_it_is_there(
    make_rig: MakeRig,
) -> None:
    rig = await make_rig(TYPICAL.having(Quirk.SILENT_AT_REST))
    ear = Ear(rig.treadmill)
    await rig.run(600.0)
    await ask(rig, rig.treadmill.prove_contact())
    assert (ear.reports, rig.treadmill.connected, rig.link.opened) == ([], True, 1)
    rig.press_start()
    await rig.run(8.0)
    assert ear.samples[-1].speed_kmh == pytest.approx(1.0)


async def test_a_speed_that_is_only_repeated_is_reported_as_a_belt_that_stands(
    make_rig: MakeRig,
) -> None:
    rig, ear = await running(make_rig, Quirk.FREEZES)
    rig.machine.press_pause()
    await rig.run(3.0)
    assert (ear.samples[-1].speed_kmh, ear.statuses) == (0.0, [StatusKind.PAUSED])
    await rig.run(10.0)
    rig.press_start()
    await rig.run(8.0)
    assert ear.samples[-1].speed_kmh == pytest.approx(1.0)


@pytest.mark.parametrize("more", [(), (Quirk.RESETS_ON_STOP,)])
async def test_way_and_time_that_begin_anew_stop_no_belt_and_change_no_unit(
    make_rig: MakeRig, more: tuple[Quirk, ...]
) -> None:
    rig, ear = await running(make_rig, Quirk.COUNTS_OVER, *more)
    await rig.run(120.0)
    assert {sample.speed_kmh for sample in ear.samples} == {8.0}
    assert (ear.statuses, rig.treadmill.doubts) == ([], frozenset())


async def test_a_belt_of_miles_is_found_out_though_its_way_and_time_begin_anew(
    make_rig: MakeRig,
) -> None:
    rig, _ = await running(make_rig, Quirk.COUNTS_OVER, Quirk.MILES_EVERYWHERE)
    await rig.run(180.0)
    assert rig.treadmill.doubts == {Doubt.SPEED_UNIT}


async def test_a_belt_whose_way_and_time_are_gone_when_it_is_stopped_slows_down_and_stands(
    make_rig: MakeRig,
) -> None:
    rig, ear = await running(make_rig, Quirk.RESETS_ON_STOP)
    rig.press_stop()
    await rig.run(2.0)
    assert 0.3 < ear.samples[-1].speed_kmh < 8.0
    await rig.run(15.0)
    assert (ear.samples[-1].speed_kmh, ear.statuses) == (0.0, [StatusKind.STOPPED])
    rig.press_start()
    await rig.run(10.0)
    assert ear.samples[-1].speed_kmh == pytest.approx(1.0)


async def test_a_speed_that_stays_while_way_and_time_are_gone_is_a_belt_that_stands(
    make_rig: MakeRig,
) -> None:
    rig, ear = await running(make_rig, Quirk.FREEZES, Quirk.RESETS_ON_STOP)
    await rig.run(5.0)
    rig.machine.press_pause()
    await rig.run(3.0)
    assert (ear.samples[-1].speed_kmh, ear.statuses) == (0.0, [StatusKind.PAUSED])
    await rig.run(30.0)
    assert ear.samples[-1].speed_kmh == 0.0


async def test_commands_to_a_machine_that_needs_a_second_come_a_second_apart(
    make_rig: MakeRig,
) -> None:
    rig, _ = await running(make_rig, Quirk.NEEDS_A_SECOND, command_gap=1.0)
    began = rig.clock.now()
    await asyncio.gather(
        ask(rig, rig.treadmill.set_speed(9.0)), ask(rig, rig.treadmill.set_incline(-1.0))
    )
    assert (rig.told, rig.machine.dropped) == (["00", "028403", "03f6ff"], [])
    assert 2.0 <= rig.clock.now() - began < 3.0


async def test_an_indication_alone_answers_and_no_order_is_taken_for_the_console(
    make_rig: MakeRig,
) -> None:
    rig, ear = await running(make_rig, Quirk.SILENT_ABOUT_COMMANDS)
    await ask(rig, rig.treadmill.set_speed(9.0))
    await ask(rig, rig.treadmill.stop_belt())
    await rig.run(12.0)
    assert (rig.told, ear.statuses, rig.speed_kmh) == (["00", "028403", "0801"], [], 0.0)


# ---- nothing is left out

_CONTROL = test_ftms_control.test_a_machine_that_refuses_control_may_obey_all_the_same
_EARLY = test_ftms_control.test_an_answer_counts_however_early_it_comes
_DIRCON = test_dircon_faults.test_a_treadmill_is_driven_however_it_speaks
_NO_RANGE = test_without_a_range_of_inclines_the_entry_counts
_NO_TRAINING = test_a_training_status_cut_short_is_nothing_the_driver_needs

COVERED: dict[Quirk, Callable[..., Any]] = {
    Quirk.REPEATS_UPSET: test_a_machine_that_repetition_upsets_hears_everything_once,
    Quirk.CONTROL_FAILS: _CONTROL,
    Quirk.CONTROL_DENIED: _CONTROL,
    Quirk.STATUS_ANSWERS: test_a_status_alone_answers_every_command,
    Quirk.ANSWERS_EARLY: _EARLY,
    Quirk.ONE_AT_A_TIME: _EARLY,
    Quirk.NO_START_OR_STOP: test_a_machine_started_and_stopped_at_its_console_is_learned_as_one,
    Quirk.SUCCESS_FIRST: test_success_is_passed_on_before_anything_moves,
    Quirk.DEAF_AFTER_OVERRIDE: test_a_deaf_machine_is_asked_for_control_once_more_and_obeys,
    Quirk.SLOW_START: test_ftms_quirks_sessions.test_r2_a_slow_start_is_waited_for_and_not_repeated,
    Quirk.MILES_EVERYWHERE: (
        test_ftms_quirks_sessions.test_r10_a_machine_of_miles_keeps_every_cap_in_truth
    ),
    Quirk.MILES: test_ftms_quirks_sessions.test_a_machine_that_wants_miles_is_told_miles,
    Quirk.DECLINE_DRIVES_UP: test_r10_a_deck_that_a_decline_drives_up_is_never_told_one,
    Quirk.KEYS_ACCELERATE: test_incidents.test_issue_3382_a_belt_that_only_accelerates_is_stopped,
    Quirk.INCLINE_STARTS: test_an_incline_that_starts_the_belt_is_all_the_machine_is_told,
    Quirk.NO_INCLINE_RANGE: _NO_RANGE,
    Quirk.ZERO_INCLINE_RANGE: _NO_RANGE,
    Quirk.FALSE_STEP: test_a_deck_of_whole_percents_is_told_whole_percents_whatever_it_promises,
    Quirk.FALSE_FEATURES: test_features_that_claim_nothing_are_not_believed,
    Quirk.NAMELESS: test_a_machine_without_a_name_is_looked_at_and_driven,
    Quirk.PEDALLED: test_a_bike_is_never_connected_to_as_a_treadmill,
    Quirk.INCLINE_IS_TARGET: test_an_incline_that_is_only_the_target_is_reported_as_measured,
    Quirk.TRANSIENT_ZEROS: test_single_zeros_are_reported_as_they_come,
    Quirk.TRUNCATED: test_a_packet_cut_short_leaves_the_deck_where_it_was_measured,
    Quirk.SPLIT_DATA: test_a_measurement_in_two_packets_is_reported_once,
    Quirk.ALL_ZERO_AT_REST: test_nothing_but_zeros_is_a_standing_belt,
    Quirk.SHORT_TRAINING_STATUS: _NO_TRAINING,
    Quirk.EMPTY_TRAINING_STATUS: _NO_TRAINING,
    Quirk.SILENT_AT_REST: test_a_machine_that_measures_nothing_at_rest_shows_that_it_is_there,
    Quirk.FREEZES: test_a_speed_that_is_only_repeated_is_reported_as_a_belt_that_stands,
    Quirk.COUNTS_OVER: test_way_and_time_that_begin_anew_stop_no_belt_and_change_no_unit,
    Quirk.RESETS_ON_STOP: (
        test_a_belt_whose_way_and_time_are_gone_when_it_is_stopped_slows_down_and_stands
    ),
    Quirk.NEEDS_A_SECOND: (test_commands_to_a_machine_that_needs_a_second_come_a_second_apart),
    Quirk.COUNTS_STEPS: test_steps_shift_nothing_else_that_is_measured,
    Quirk.SILENT_ABOUT_COMMANDS: (
        test_an_indication_alone_answers_and_no_order_is_taken_for_the_console
    ),
    Quirk.ADVERTISES_UUID_ONLY: (
        test_bluetooth.test_a_treadmill_that_advertises_is_found_added_and_measured
    ),
    Quirk.ADVERTISES_NAME_ONLY: (
        test_bluetooth.test_a_treadmill_that_advertises_no_service_is_not_heard
    ),
    Quirk.ADVERTISES_BRIEFLY: test_connection.test_a_machine_may_advertise_for_a_while_only,
    Quirk.REPLIES_TO_WRITES: _DIRCON,
    Quirk.COUNTS_FOR_ITSELF: _DIRCON,
    Quirk.NOTIFIES_UNASKED: _DIRCON,
    Quirk.SAYS_NOTIFY: _DIRCON,
    Quirk.BYTE_BY_BYTE: _DIRCON,
    Quirk.SEVERAL_AT_ONCE: _DIRCON,
}


def test_every_quirk_has_a_test_that_names_it() -> None:
    assert set(COVERED) == set(Quirk)
    unnamed = {
        quirk
        for quirk, test in COVERED.items()
        if f"Quirk.{quirk.name}" not in inspect.getsource(test)
    }
    assert unnamed == set()
