"""The simulated FTMS machine behaves as the real ones do that behave."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from custom_components.descent.treadmills import gatt
from tests.machines import wire
from tests.machines.central import PAUSE, REQUEST_CONTROL, START, STOP, Central, incline, speed
from tests.machines.ftms import AttError, FtmsMachine, Taken

NOBODY = 0x2A00  # a characteristic no fitness machine has


@pytest.fixture
def central() -> Central:
    return Central()


# ---- bytes


def test_measurements_are_the_bytes_of_the_specification() -> None:
    packet = wire.treadmill_data(speed_kmh=9.5, distance_m=1234, incline_pct=-6.0, elapsed_s=605)
    assert packet == bytes.fromhex("0c04b603d20400c4ffff7f5d02")


def test_everything_that_can_be_measured_has_its_place() -> None:
    packet = wire.treadmill_data(
        speed_kmh=10.0,
        average_speed_kmh=9.0,
        distance_m=70_000,
        incline_pct=2.5,
        ramp_deg=1.4,
        climb_m=(12.0, 3.4),
        pace_km_per_min=0.2,
        average_pace_km_per_min=0.1,
        energy_kcal=250,
        heart_rate_bpm=140,
        met=8.5,
        elapsed_s=600,
        remaining_s=60,
        force_and_power=(-5, 250),
        steps=70_001,
    )
    assert packet.hex(" ", -2) == (
        "fe3f e803 8403 7011 0119 000e 0078 0022 0002 01fa 00ff ffff 8c55 5802 3c00 fbff fa00"
        " 7111 01"
    )


def test_ranges_are_the_bytes_of_the_specification(central: Central) -> None:
    assert central.machine.read(gatt.SPEED_RANGE) == bytes.fromhex("5000 9808 0a00")
    assert central.machine.read(gatt.INCLINE_RANGE) == bytes.fromhex("c4ff 9600 0500")


# ---- the GATT server


@pytest.mark.parametrize(
    ("ask", "code"),
    [
        (lambda machine: machine.read(NOBODY), 0x0A),
        (lambda machine: machine.read(gatt.CONTROL_POINT), 0x02),
        (lambda machine: machine.write(gatt.FEATURE, b"\x00"), 0x03),
        (lambda machine: machine.write(gatt.CONTROL_POINT, b""), 0x0D),
        (lambda machine: machine.subscribe(gatt.FEATURE, on=True), 0x06),
    ],
    ids=["unknown", "unreadable", "unwritable", "empty", "silent"],
)
def test_what_cannot_be_done_is_an_att_error(
    central: Central, ask: Callable[[FtmsMachine], object], code: int
) -> None:
    with pytest.raises(AttError) as raised:
        ask(central.machine)
    assert raised.value.code == code


def test_a_command_without_subscription_is_an_att_error(central: Central) -> None:
    central.machine.subscribe(gatt.CONTROL_POINT, on=False)
    with pytest.raises(AttError) as raised:
        central.machine.write(gatt.CONTROL_POINT, REQUEST_CONTROL)
    assert raised.value.code == 0xFD


def test_one_central_at_a_time_is_let_in(central: Central) -> None:
    with pytest.raises(Taken):
        central.connect()
    central.machine.disconnected()
    central.connect()


def test_nobody_is_told_anything_after_leaving(central: Central) -> None:
    central.walk()
    central.machine.disconnected()
    central.machine.disconnected()
    central.machine.press_stop()
    central.run(10.0)
    assert central.said == []
    assert central.loop.waiting == 0


# ---- who may command


@pytest.mark.parametrize("command", [speed(500), incline(20), START, STOP], ids=bytes.hex)
def test_nothing_is_obeyed_without_control(central: Central, command: bytes) -> None:
    assert central.command(command) == bytes([0x80, command[0], 0x05])


def test_control_ends_with_contact(central: Central) -> None:
    central.command(REQUEST_CONTROL)
    central.machine.disconnected()
    central.connect()
    assert central.command(incline(20)) == b"\x80\x03\x05"


def test_control_ends_when_the_machine_takes_it(central: Central) -> None:
    central.command(REQUEST_CONTROL)
    central.machine.take_control()
    assert central.statuses == [b"\xff"]
    assert central.command(incline(20)) == b"\x80\x03\x05"


# ---- commands


def test_commands_are_answered_and_obeyed(central: Central) -> None:
    assert central.command(REQUEST_CONTROL) == b"\x80\x00\x01"
    assert central.command(START) == b"\x80\x07\x01"
    central.run(6.0)
    assert central.command(bytes.fromhex("02b603")) == b"\x80\x02\x01"
    assert central.statuses == [bytes.fromhex("05b603")]
    assert central.command(bytes.fromhex("03c4ff")) == b"\x80\x03\x01"
    assert central.statuses == [bytes.fromhex("06c4ff")]
    central.run(15.0)
    assert (central.speed_kmh, central.incline_pct) == (9.5, -6.0)
    assert central.command(STOP) == b"\x80\x08\x01"
    assert central.statuses == [b"\x02\x01"]
    central.run(10.0)
    assert central.speed_kmh == 0.0


def test_a_pause_is_told_as_one(central: Central) -> None:
    central.walk()
    assert central.command(PAUSE) == b"\x80\x08\x01"
    assert central.statuses == [b"\x02\x02"]


def test_reset_brings_everything_to_zero_and_ends_control(central: Central) -> None:
    central.walk()
    central.command(incline(40))
    central.run(20.0)
    assert central.command(b"\x01") == b"\x80\x01\x01"
    central.run(20.0)
    assert (central.speed_kmh, central.incline_pct) == (0.0, 0.0)
    assert central.command(START) == b"\x80\x07\x05"


@pytest.mark.parametrize(
    ("command", "result"),
    [
        (speed(2210), 0x03),
        (speed(70), 0x03),
        (incline(-61), 0x03),
        (incline(151), 0x03),
        (b"\x02\x10", 0x03),
        (b"\x03\x10\x00\x00", 0x03),
        (b"\x08", 0x03),
        (b"\x08\x03", 0x03),
        (b"\x07\x00", 0x03),
        (b"\x04\x10\x00", 0x02),
    ],
)
def test_what_makes_no_sense_is_refused(central: Central, command: bytes, result: int) -> None:
    central.walk()
    assert central.command(command) == bytes([0x80, command[0], result])
    central.run(10.0)
    assert (central.speed_kmh, central.incline_pct) == (6.0, 0.0)


def test_no_speed_starts_a_standing_belt(central: Central) -> None:
    central.command(REQUEST_CONTROL)
    assert central.command(speed(600)) == b"\x80\x02\x04"


# ---- measurements


def test_time_and_distance_count_from_the_start(central: Central) -> None:
    central.walk()
    central.run(60.0)
    first, last = central.samples[0], central.samples[-1]
    assert (last.elapsed_s or 0) - (first.elapsed_s or 0) == 59
    assert (last.distance_m or 0) - (first.distance_m or 0) == pytest.approx(59 / 3.6 * 6, abs=1)
    central.machine.press_stop()
    central.run(20.0)
    central.machine.press_start()
    central.run(2.0)
    assert (central.samples[-1].elapsed_s, central.samples[-1].distance_m) == (2, 0)


def test_a_heart_rate_is_measured_where_there_is_one(central: Central) -> None:
    central.machine.heart_rate_bpm = 128
    central.run(1.0)
    assert central.samples[-1].heart_rate_bpm == 128


def test_the_training_status_follows_the_belt(central: Central) -> None:
    central.machine.press_start()
    central.run(6.0)
    central.machine.press_stop()
    central.run(6.0)
    assert central.heard(gatt.TRAINING_STATUS) == [
        b"\x00\x0e",
        b"\x00\x0d",
        b"\x00\x0f",
        b"\x00\x01",
    ]
