"""Each quirk of a simulated machine shows on its wire as the incident says."""

from __future__ import annotations

from dataclasses import replace

import pytest

from custom_components.descent.treadmills import gatt
from custom_components.descent.treadmills.faults import TRANSIENT_ZERO_EVERY
from custom_components.descent.treadmills.physics import Belt
from tests.machines.central import REQUEST_CONTROL, START, STOP, Central, incline, speed
from tests.machines.ftms import AttError, FtmsMachine
from tests.machines.profiles import PROFILES, Quirk
from tests.machines.sensors import INDOOR_BIKE_DATA, TRUNCATE_AT, TRUNCATE_EVERY
from tests.treadmills.manual_loop import ManualLoop

# ---- who may command it


def test_asking_for_control_again_upsets_fitshow() -> None:
    central = Central.of("fitshow")
    central.walk()
    assert central.command(REQUEST_CONTROL) == b"\x80\x00\x01"
    central.run(10.0)
    assert central.speed_kmh == 1.0


def test_starting_a_running_belt_upsets_fitshow() -> None:
    central = Central.of("fitshow")
    central.walk()
    assert central.command(START) == b"\x80\x07\x01"
    central.run(10.0)
    assert central.speed_kmh == 1.0


@pytest.mark.parametrize(
    ("quirk", "result"), [(Quirk.CONTROL_FAILS, 0x04), (Quirk.CONTROL_DENIED, 0x05)]
)
def test_some_machines_obey_whom_they_refuse_control(quirk: Quirk, result: int) -> None:
    central = Central.of("typical", quirk)
    assert central.command(REQUEST_CONTROL) == bytes([0x80, 0x00, result])
    assert central.command(incline(20)) == b"\x80\x03\x01"


def test_kingsmith_answers_by_its_status_only() -> None:
    central = Central.of("kingsmith")
    assert central.command(REQUEST_CONTROL) == b"\x80\x00\x04"
    assert central.command(incline(20)) == b""
    assert central.statuses == [bytes.fromhex("061400")]


def test_kingsmith_says_nothing_of_what_it_does_not_do() -> None:
    central = Central.of("kingsmith")
    assert central.command(speed(300)) == b""
    assert central.statuses == []


def test_an_answer_can_come_before_the_write_is_over() -> None:
    central = Central.of("kickr")
    central.machine.write(gatt.CONTROL_POINT, REQUEST_CONTROL)
    assert central.said == [(gatt.CONTROL_POINT, b"\x80\x00\x01")]


def test_a_machine_can_be_busy_until_it_has_answered() -> None:
    central = Central.of("typical", Quirk.ONE_AT_A_TIME)
    central.machine.write(gatt.CONTROL_POINT, REQUEST_CONTROL)
    with pytest.raises(AttError) as raised:
        central.machine.write(gatt.CONTROL_POINT, STOP)
    assert raised.value.code == 0xFE
    central.run(0.1)
    assert central.command(STOP) == b"\x80\x08\x01"


@pytest.mark.parametrize("command", [START, STOP], ids=["start", "stop"])
def test_nordic_is_started_and_stopped_at_its_console(command: bytes) -> None:
    central = Central.of("nordic")
    central.walk()
    assert central.command(command) == bytes([0x80, command[0], 0x02])
    assert central.belt_and_deck.belt(central.machine.time()) is Belt.RUNNING


def test_nordic_says_success_before_it_knows() -> None:
    central = Central.of("nordic")
    central.command(REQUEST_CONTROL)
    assert central.command(speed(600)) == b"\x80\x02\x01"
    central.run(10.0)
    assert central.speed_kmh == 0.0


def test_nordic_ignores_inclines_after_a_key_until_asked_for_control() -> None:
    central = Central.of("nordic")
    central.command(REQUEST_CONTROL)
    central.machine.console_incline(2.0)
    assert central.command(incline(100)) == b"\x80\x03\x01"
    central.run(15.0)
    assert central.incline_pct == 2.0
    central.command(REQUEST_CONTROL)
    central.command(incline(100))
    central.run(15.0)
    assert central.incline_pct == 10.0


# ---- what it does


@pytest.mark.parametrize("from_here", [True, False], ids=["from here", "at the console"])
def test_kingsmith_takes_15_s_to_move(from_here: bool) -> None:
    central = Central.of("kingsmith")
    press = {True: lambda: central.command(START), False: central.machine.press_start}
    press[from_here]()
    central.run(14.8)
    assert central.speed_kmh == 0.0
    central.run(1.5)
    assert central.speed_kmh > 0.5


def test_a_stop_ends_a_slow_start() -> None:
    central = Central.of("kingsmith")
    central.command(START)
    central.run(5.0)
    central.machine.press_stop()
    central.run(20.0)
    assert central.speed_kmh == 0.0


def test_an_imperial_console_wants_miles_and_measures_kilometres() -> None:
    central = Central.of("imperial")
    central.walk(3.0)
    central.command(speed(500))
    central.run(10.0)
    assert central.samples[-1].speed_kmh == pytest.approx(5 * 1.609344, abs=0.1)


def test_a_machine_of_miles_says_every_speed_in_miles() -> None:
    central = Central.of("miles")
    assert central.machine.read(gatt.SPEED_RANGE) == bytes.fromhex("3200b0040a00")  # 0.5 to 12
    central.walk(3.0)
    central.said.clear()
    central.run(10.0)
    packet = central.heard(gatt.TREADMILL_DATA)[-1]
    assert packet[2:4] == bytes.fromhex("2c01")
    assert central.speed_kmh == pytest.approx(3.0 * 1.609344)
    seconds = [sample.elapsed_s for sample in central.samples]
    metres = [sample.distance_m for sample in central.samples]  # whatever the display shows
    assert (seconds[0], seconds[-1], metres[0], metres[-1]) == (22, 31, 19, 31)
    central.machine.console_speed(1.609344)
    assert central.statuses == [b"\x05\x90\x01"]


@pytest.mark.parametrize("pause", ["press_pause", "press_stop"])
def test_a_machine_that_freezes_repeats_its_last_packet_and_says_nothing(pause: str) -> None:
    central = Central.of("frozen")
    central.walk(6.0)
    central.run(3.0)
    last = central.heard(gatt.TREADMILL_DATA)[-1]
    central.said.clear()
    getattr(central.machine, pause)()
    central.run(60.0)
    assert (set(central.heard(gatt.TREADMILL_DATA)), central.statuses) == ({last}, [])
    assert central.speed_kmh == 0.0
    central.machine.press_start()
    central.run(6.0)
    assert central.samples[-1].speed_kmh == pytest.approx(1.0, abs=0.1)


def test_a_machine_that_freezes_can_have_way_and_time_gone() -> None:
    central = Central.of("frozen", Quirk.RESETS_ON_STOP)
    central.walk(6.0)
    central.run(3.0)
    central.machine.press_pause()
    central.run(1.0)
    first = central.heard(gatt.TREADMILL_DATA)[-1]
    central.run(10.0)
    last = central.samples[-1]
    assert (last.speed_kmh, last.distance_m, last.elapsed_s) == (6.0, 0, 0)
    assert central.heard(gatt.TREADMILL_DATA)[-1] == first


def test_a_silent_machine_measures_only_while_the_belt_moves() -> None:
    central = Central.of("silent")
    central.run(10.0)
    assert central.samples == []
    central.walk(6.0)
    central.run(3.0)
    assert [sample.speed_kmh for sample in central.samples] == [6.0] * 3
    central.command(STOP)
    central.run(20.0)
    assert central.samples[-1].speed_kmh != 0.0
    central.said.clear()
    central.run(60.0)
    assert central.said == []


def test_a_decline_drives_a_flat_f85_up() -> None:
    central = Central.of("f85_flat")
    central.command(REQUEST_CONTROL)
    assert central.command(incline(-30)) == b"\x80\x03\x01"
    central.run(40.0)
    assert central.incline_pct == 15.0


def test_the_same_name_is_two_machines() -> None:
    assert PROFILES["f85"].advertised == PROFILES["f85_flat"].advertised
    declining = Central.of("f85")
    declining.command(REQUEST_CONTROL)
    assert declining.command(incline(-30)) == b"\x80\x03\x01"
    declining.run(40.0)
    assert declining.incline_pct == -3.0


def test_the_speed_of_an_f85_cannot_be_set() -> None:
    central = Central.of("f85")
    central.command(REQUEST_CONTROL)
    assert central.command(speed(600)) == b"\x80\x02\x02"
    assert central.machine.read(gatt.FEATURE)[4] == 0b10


def test_every_speed_can_be_faster() -> None:
    central = Central.of("typical", Quirk.KEYS_ACCELERATE)
    central.walk()
    assert central.command(speed(500)) == b"\x80\x02\x01"
    central.run(5.0)
    assert central.speed_kmh > 6.0


def test_an_incline_can_start_the_belt() -> None:
    central = Central.of("typical", Quirk.INCLINE_STARTS)
    central.command(REQUEST_CONTROL)
    central.command(incline(20))
    central.run(8.0)
    assert central.speed_kmh == 1.0


# ---- what it says it can do


def test_a_machine_can_have_no_range_of_inclines_and_no_name() -> None:
    central = Central.of("no_range")
    assert list(central.machine.services) == [gatt.FITNESS_MACHINE]
    with pytest.raises(AttError):
        central.machine.read(gatt.INCLINE_RANGE)


def test_a_range_of_inclines_can_be_nothing() -> None:
    assert Central.of("zero_range").machine.read(gatt.INCLINE_RANGE) == bytes(6)


def test_t800_promises_finer_steps_than_it_takes() -> None:
    central = Central.of("t800")
    assert central.machine.read(gatt.INCLINE_RANGE) == bytes.fromhex("c4ff 9001 0100")
    central.command(REQUEST_CONTROL)
    central.command(incline(-35))
    central.run(20.0)
    assert central.incline_pct == -3.0


def test_nordic_claims_to_be_able_to_do_nothing() -> None:
    assert Central.of("nordic").machine.read(gatt.FEATURE) == bytes(8)


def test_an_offset_holds_both_ways() -> None:
    central = Central.of("offset")
    central.run(1.0)
    assert central.samples[-1].incline_pct == 6.0
    assert central.machine.read(gatt.INCLINE_RANGE) == bytes.fromhex("0000 9600 0500")
    central.command(REQUEST_CONTROL)
    central.command(incline(20))
    central.run(15.0)
    assert (central.incline_pct, central.samples[-1].incline_pct) == (-4.0, 2.0)


def test_a_factor_holds_both_ways() -> None:
    central = Central(replace(PROFILES["typical"], incline_factor=2.0))
    central.command(REQUEST_CONTROL)
    central.command(incline(60))
    central.run(15.0)
    assert (central.incline_pct, central.samples[-1].incline_pct) == (3.0, 6.0)


# ---- what it measures


def test_nordic_measures_the_incline_it_was_told_twice_a_second() -> None:
    central = Central.of("nordic")
    central.command(REQUEST_CONTROL)
    central.command(incline(200))
    central.run(1.5)
    assert [sample.incline_pct for sample in central.samples] == [0.0, 0.0, 20.0]
    assert central.incline_pct < 10.0


def test_a_running_belt_can_be_measured_at_zero_now_and_then() -> None:
    central = Central.of("merach")
    central.walk()
    central.run(10.0)
    zeros = [sample.speed_kmh for sample in central.samples].count(0.0)
    assert zeros == 10 // TRANSIENT_ZERO_EVERY


def test_merach_does_not_tell_of_commands() -> None:
    central = Central.of("merach")
    central.walk()
    assert central.command(speed(700)) == b"\x80\x02\x01"
    assert central.statuses == []


def test_packets_can_end_in_the_middle_of_a_field() -> None:
    central = Central.of("horizon")
    central.run(6.0)
    lengths = [len(packet) for packet in central.heard(gatt.TREADMILL_DATA)]
    assert lengths.count(TRUNCATE_AT) == 6 // TRUNCATE_EVERY
    assert any("incline_pct" in sample.missing for sample in central.samples)


def test_a_measurement_can_come_in_two_packets() -> None:
    central = Central.of("typical", Quirk.SPLIT_DATA)
    central.run(1.0)
    first, second = central.samples
    assert (first.speed_kmh, first.elapsed_s) == (None, 0)
    assert (second.speed_kmh, second.incline_pct, second.elapsed_s) == (0.0, 0.0, None)


def test_a_machine_at_rest_can_say_nothing_but_zeros() -> None:
    central = Central.of("typical", Quirk.ALL_ZERO_AT_REST)
    central.run(1.0)
    assert central.heard(gatt.TREADMILL_DATA) == [bytes(4)]


@pytest.mark.parametrize(
    ("quirk", "value"),
    [(Quirk.SHORT_TRAINING_STATUS, b"\x00"), (Quirk.EMPTY_TRAINING_STATUS, b"")],
)
def test_the_training_status_can_be_cut_short_at_power_on(quirk: Quirk, value: bytes) -> None:
    central = Central.of("typical", quirk)
    assert central.machine.read(gatt.TRAINING_STATUS) == value
    central.machine.press_start()
    central.run(6.0)
    assert central.machine.read(gatt.TRAINING_STATUS) == b"\x00\x0d"


def test_way_and_time_can_be_full_and_begin_anew() -> None:
    central = Central.of("typical", Quirk.COUNTS_OVER)
    central.walk(6.0)
    central.run(40.0)
    seconds = [sample.elapsed_s or 0 for sample in central.samples]
    metres = [sample.distance_m or 0 for sample in central.samples]
    assert (0xFFFE in seconds, seconds[-1] < 100) == (True, True)
    assert (max(metres) > 0xFFFFD0, metres[-1] < 100) == (True, True)


def test_way_and_time_can_be_gone_as_soon_as_it_is_stopped() -> None:
    central = Central.of("typical", Quirk.RESETS_ON_STOP)
    central.walk(6.0)
    central.run(10.0)
    assert (central.samples[-1].elapsed_s or 0) > 10
    central.machine.press_stop()
    central.run(1.0)
    last = central.samples[-1]
    assert (last.distance_m, last.elapsed_s, (last.speed_kmh or 0) > 3.0) == (0, 0, True)


def test_a_machine_that_needs_a_second_drops_what_comes_sooner_without_a_word() -> None:
    central = Central.of("typical", Quirk.NEEDS_A_SECOND)
    assert central.command(REQUEST_CONTROL) == b"\x80\x00\x01"
    assert central.command(incline(-20)) == b""
    central.run(0.7)
    assert central.command(incline(-20)) == b""  # what was dropped counts too
    central.run(1.0)
    assert central.command(incline(-20)) == b"\x80\x03\x01"


def test_a_bike_measures_nothing_that_a_treadmill_does() -> None:
    machine = FtmsMachine(ManualLoop().clock(), PROFILES["typical"].having(Quirk.PEDALLED))
    assert gatt.TREADMILL_DATA not in machine.services[gatt.FITNESS_MACHINE]
    assert INDOOR_BIKE_DATA in machine.services[gatt.FITNESS_MACHINE]


def test_kingsmith_counts_steps() -> None:
    central = Central.of("kingsmith")
    central.machine.press_start()
    central.run(40.0)
    last = central.samples[-1]
    assert (last.steps or 0) == pytest.approx((last.distance_m or 0) / 0.8, abs=1)
    assert (last.steps or 0) > 5
