"""Packets of measurements: every field alone, all together, unknown and cut off."""

from __future__ import annotations

from typing import Any

import pytest

from custom_components.descent.treadmills.ftms_codec import TreadmillData, decode_treadmill_data

# Flags with every bit that means something, bit 0 clear as there is a speed, and one number each.
EVERYTHING = bytes.fromhex(
    "fe3f b603 8403 d20400 c4ff e7ff 6400 2300 02 01 2c01 5802 0a 96 55 5d02 2c01 0a00 fbff a08601"
)
EVERYTHING_READ = TreadmillData(
    speed_kmh=9.5,
    average_speed_kmh=9.0,
    distance_m=1234,
    incline_pct=-6.0,
    ramp_deg=-2.5,
    gain_m=10.0,
    loss_m=3.5,
    pace_km_per_min=0.2,
    average_pace_km_per_min=0.1,
    energy_kcal=300,
    energy_per_hour_kcal=600,
    energy_per_minute_kcal=10,
    heart_rate_bpm=150,
    met=8.5,
    elapsed_s=605,
    remaining_s=300,
    force_n=10,
    power_w=-5,
    steps=100_000,
)
# Where each field of it ends.
ENDS = {
    "speed_kmh": 4,
    "average_speed_kmh": 6,
    "distance_m": 9,
    "incline_pct": 11,
    "ramp_deg": 13,
    "gain_m": 15,
    "loss_m": 17,
    "pace_km_per_min": 18,
    "average_pace_km_per_min": 19,
    "energy_kcal": 21,
    "energy_per_hour_kcal": 23,
    "energy_per_minute_kcal": 24,
    "heart_rate_bpm": 25,
    "met": 26,
    "elapsed_s": 28,
    "remaining_s": 30,
    "force_n": 32,
    "power_w": 34,
    "steps": 37,
}


def decoded(packet: str) -> TreadmillData:
    return decode_treadmill_data(bytes.fromhex(packet))


@pytest.mark.parametrize(
    ("packet", "fields"),
    [
        ("0000 b603", {"speed_kmh": 9.5}),
        ("0300 b603", {"average_speed_kmh": 9.5}),
        ("0500 ffff01", {"distance_m": 131_071}),
        ("0900 c4ff e7ff", {"incline_pct": -6.0, "ramp_deg": -2.5}),
        ("1100 6400 2300", {"gain_m": 10.0, "loss_m": 3.5}),
        ("2100 02", {"pace_km_per_min": 0.2}),
        ("4100 03", {"average_pace_km_per_min": 0.3}),
        (
            "8100 2c01 5802 0a",
            {"energy_kcal": 300, "energy_per_hour_kcal": 600, "energy_per_minute_kcal": 10},
        ),
        ("0101 96", {"heart_rate_bpm": 150}),
        ("0101 00", {"heart_rate_bpm": 0}),
        ("0102 55", {"met": 8.5}),
        ("0104 5d02", {"elapsed_s": 605}),
        ("0108 2c01", {"remaining_s": 300}),
        ("0110 0a00 fbff", {"force_n": 10, "power_w": -5}),
        ("0120 a08601", {"steps": 100_000}),
        ("0100", {}),
        ("01c0", {}),  # bits without a meaning
    ],
)
def test_every_field_is_read_alone(packet: str, fields: dict[str, Any]) -> None:
    assert decoded(packet) == TreadmillData(**fields)


def test_all_fields_are_read_together() -> None:
    assert decode_treadmill_data(EVERYTHING) == EVERYTHING_READ


def test_bytes_behind_the_last_field_are_left_alone() -> None:
    assert decode_treadmill_data(EVERYTHING + b"\xff\xff\xff") == EVERYTHING_READ


@pytest.mark.parametrize(
    ("packet", "data"),
    [
        (
            "0c04 b603 d20400 c4ff ff7f 5d02",
            TreadmillData(speed_kmh=9.5, distance_m=1234, incline_pct=-6.0, elapsed_s=605),
        ),
        (  # a Kettler Alpha Run 600, walked on without a strap
            "8c05 6400 140000 0000 0000 0500 e700 03 00 5b00",
            TreadmillData(
                speed_kmh=1.0,
                distance_m=20,
                incline_pct=0.0,
                ramp_deg=0.0,
                energy_kcal=5,
                energy_per_hour_kcal=231,
                energy_per_minute_kcal=3,
                heart_rate_bpm=0,
                elapsed_s=91,
            ),
        ),
        (  # as a WalkingPad sends it, with steps
            "8424 c800 2a0000 0700 ffff ff 4b00 640000",
            TreadmillData(speed_kmh=2.0, distance_m=42, energy_kcal=7, elapsed_s=75, steps=100),
        ),
    ],
)
def test_what_machines_send_is_read(packet: str, data: TreadmillData) -> None:
    assert decoded(packet) == data


def test_a_packet_of_zeros_is_a_standing_belt() -> None:
    assert decoded("0000 0000") == TreadmillData(speed_kmh=0.0)


def test_a_number_that_cannot_be_true_is_handed_on() -> None:
    assert decoded("0800 ffff 0080 0080") == TreadmillData(
        speed_kmh=655.35, incline_pct=-3276.8, ramp_deg=-3276.8
    )


@pytest.mark.parametrize(
    ("packet", "known"),
    [
        ("0900 ff7f e7ff", {"ramp_deg": -2.5}),
        ("0900 c4ff ff7f", {"incline_pct": -6.0}),
        ("0900 ff7f ff7f", {}),
        ("8100 ffff 5802 0a", {"energy_per_hour_kcal": 600, "energy_per_minute_kcal": 10}),
        ("8100 2c01 ffff ff", {"energy_kcal": 300}),
        ("0110 ff7f fbff", {"power_w": -5}),
        ("0110 0a00 ff7f", {"force_n": 10}),
    ],
)
def test_what_the_machine_does_not_know_is_none_and_not_missing(
    packet: str, known: dict[str, Any]
) -> None:
    assert decoded(packet) == TreadmillData(**known)


@pytest.mark.parametrize(
    ("packet", "fields"),
    [
        ("2100 2c01", {"pace_km_per_min": 0.1}),
        ("4100 5802", {"average_pace_km_per_min": 0.05}),
        ("2100 0000", {"pace_km_per_min": 0.0}),
        ("6101 2c01 5802 96", {"pace_km_per_min": 0.1, "average_pace_km_per_min": 0.05}),
    ],
)
def test_paces_of_two_bytes_are_known_by_the_length(packet: str, fields: dict[str, Any]) -> None:
    data = decoded(packet)
    assert {name: getattr(data, name) for name in fields} == fields


def test_what_follows_paces_of_either_size_is_read() -> None:
    assert decoded("6101 02 03 96").heart_rate_bpm == 150
    assert decoded("6101 2c01 5802 96").heart_rate_bpm == 150


@pytest.mark.parametrize("length", range(2, len(EVERYTHING)))
def test_what_is_cut_off_is_missing_and_the_rest_is_read(length: int) -> None:
    cut_off = {name: None for name, end in ENDS.items() if end > length}
    expected = EVERYTHING_READ._replace(missing=tuple(cut_off), **cut_off)
    assert decode_treadmill_data(EVERYTHING[:length]) == expected


@pytest.mark.parametrize("packet", [b"", b"\x0c"])
def test_without_flags_nothing_is_known(packet: bytes) -> None:
    assert decode_treadmill_data(packet) == TreadmillData(missing=("flags",))
