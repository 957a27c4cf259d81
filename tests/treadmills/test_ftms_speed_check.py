"""What a machine counts its speeds in, found out by the way and the time in its packets."""

from __future__ import annotations

from hypothesis import given, strategies as st
import pytest

from custom_components.descent.treadmills.ftms_codec import decode_treadmill_data
from custom_components.descent.treadmills.ftms_options import SpeedUnit
from custom_components.descent.treadmills.ftms_speed_check import (
    SHORTEST_M,
    SHORTEST_S,
    STRETCHES,
    SpeedCheck,
)
from tests.machines import wire
from tests.machines.profiles import KMH_PER_MPH

MPH = SpeedUnit.MPH
KMH = SpeedUnit.KMH
METRES_FULL = 1 << 24
SECONDS_FULL = 1 << 16


class Walk:
    """A belt at one true speed, and what a machine says of it once a second."""

    def __init__(self, kmh: float, *, unit_kmh: float = 1.0) -> None:
        self.check = SpeedCheck()
        self.kmh, self.unit_kmh = kmh, unit_kmh
        self.second = 0
        self.metres_from = self.seconds_from = 0
        self.step_m = 1

    def packet(self, *, speed: float | None = None, counts: str = "md") -> bytes:
        """Make one measurement; ``counts`` says whether it has metres and duration."""
        metres = int(self.kmh / 3.6 * self.second) // self.step_m * self.step_m
        told = self.kmh / self.unit_kmh if speed is None else speed
        return wire.treadmill_data(
            speed_kmh=told,
            distance_m=(self.metres_from + metres) % METRES_FULL if "m" in counts else None,
            elapsed_s=(self.seconds_from + self.second) % SECONDS_FULL if "d" in counts else None,
        )

    def hear(
        self, seconds: int, *, speed: float | None = None, counts: str = "md"
    ) -> SpeedUnit | None:
        """Let time pass; returns what is known by then."""
        for _ in range(seconds):
            self.second += 1
            packet = self.packet(speed=speed, counts=counts)
            self.check.take(decode_treadmill_data(packet), self.second)
        return self.check.found


@pytest.mark.parametrize("kmh", [3.0, 4.8, 8.0, 14.4, 19.0])
@pytest.mark.parametrize(("unit", "unit_kmh"), [(KMH, 1.0), (MPH, KMH_PER_MPH)])
def test_the_unit_is_known_after_two_stretches_of_way(
    kmh: float, unit: SpeedUnit, unit_kmh: float
) -> None:
    walk = Walk(kmh, unit_kmh=unit_kmh)
    stretch_s = max(SHORTEST_S, SHORTEST_M / kmh * 3.6)
    assert walk.hear(int(stretch_s * STRETCHES)) is None
    assert walk.hear(10) is unit


def test_the_bytes_of_three_miles_an_hour_tell() -> None:
    check = SpeedCheck()
    for second in range(60):
        metres = int(second * 3.0 * KMH_PER_MPH / 3.6)
        packet = bytes.fromhex("04042c01") + metres.to_bytes(3, "little")
        packet += second.to_bytes(2, "little")
        check.take(decode_treadmill_data(packet), float(second))
    assert check.found is MPH


@pytest.mark.parametrize("step_m", [5, 10, 16])
@pytest.mark.parametrize(("unit", "unit_kmh"), [(KMH, 1.0), (MPH, KMH_PER_MPH)])
def test_a_way_in_large_steps_takes_longer_and_tells_no_less(
    step_m: int, unit: SpeedUnit, unit_kmh: float
) -> None:
    walk = Walk(8.0, unit_kmh=unit_kmh)
    walk.step_m = step_m
    assert walk.hear(300) is unit


def test_without_a_duration_our_own_clock_tells() -> None:
    assert Walk(8.0, unit_kmh=KMH_PER_MPH).hear(60, counts="m") is MPH


def test_a_duration_that_stands_leaves_it_to_our_own_clock() -> None:
    check = SpeedCheck()
    for second in range(60):
        told = wire.treadmill_data(speed_kmh=5.0, distance_m=second * 8 / 3.6, elapsed_s=0)
        check.take(decode_treadmill_data(told), float(second))
    assert check.found is MPH


@pytest.mark.parametrize("counts", ["d", ""])
def test_without_a_way_nothing_is_known(counts: str) -> None:
    assert Walk(8.0, unit_kmh=KMH_PER_MPH).hear(300, counts=counts) is None


def test_speed_and_way_may_come_in_packets_of_their_own() -> None:
    check, walk = SpeedCheck(), Walk(8.0)
    for second in range(60):
        walk.second = second
        data = decode_treadmill_data(walk.packet())
        way = data._replace(speed_kmh=None)
        speed = data._replace(distance_m=None, elapsed_s=None)
        for part in (way, speed):
            check.take(part, float(second))
    assert check.found is KMH


@pytest.mark.parametrize("before_full", [1, 20, 45])
def test_numbers_that_begin_anew_are_no_way_back(before_full: int) -> None:
    walk = Walk(8.0, unit_kmh=KMH_PER_MPH)
    walk.metres_from, walk.seconds_from = METRES_FULL - before_full, SECONDS_FULL - before_full
    assert walk.hear(120) is MPH


def test_a_run_that_begins_anew_is_judged_anew() -> None:
    walk = Walk(8.0)
    walk.hear(20)
    walk.hear(3, speed=0.0)
    walk.second = 0
    assert walk.hear(int(SHORTEST_S)) is None
    assert walk.hear(40) is KMH


def test_a_rest_is_no_part_of_a_way() -> None:
    """Half the time at rest would make the way of miles look like one of kilometres."""
    walk = Walk(8.0, unit_kmh=KMH_PER_MPH)
    for _ in range(20):
        walk.hear(10)
        metres = walk.metres_from + int(walk.kmh / 3.6 * walk.second)
        for _ in range(6):
            walk.second += 1
            walk.metres_from = metres - int(walk.kmh / 3.6 * walk.second)
            walk.check.take(decode_treadmill_data(walk.packet(speed=0.0)), walk.second)
    assert walk.check.found is None


def test_single_zeros_of_a_running_belt_hide_nothing() -> None:
    walk = Walk(8.0, unit_kmh=KMH_PER_MPH)
    for _ in range(20):
        walk.hear(4)
        walk.hear(1, speed=0.0)
    assert walk.check.found is MPH


def test_a_silence_is_no_part_of_a_way() -> None:
    walk = Walk(8.0)
    walk.hear(10)
    walk.second += 3600
    walk.metres_from -= int(3600 * 8.0 / 3.6)
    assert walk.hear(20) is None
    assert walk.hear(30) is KMH


def test_one_stretch_alone_tells_nothing() -> None:
    walk = Walk(8.0)
    walk.hear(16)
    walk.unit_kmh = KMH_PER_MPH
    assert walk.hear(16) is None


def test_a_console_that_is_switched_to_miles_is_found_out_too() -> None:
    walk = Walk(8.0)
    assert walk.hear(60) is KMH
    walk.unit_kmh = KMH_PER_MPH
    assert walk.hear(60) is MPH


def test_what_was_found_out_outlives_a_connection() -> None:
    walk = Walk(8.0, unit_kmh=KMH_PER_MPH)
    walk.hear(60)
    walk.check.begin()
    assert walk.check.found is MPH
    assert walk.hear(5, counts="d") is MPH


@pytest.mark.parametrize("times", [0.0, 0.5, 0.62, 1.35, 2.0, 10.0])
def test_a_way_that_fits_neither_tells_nothing(times: float) -> None:
    check = SpeedCheck()
    for second in range(300):
        told = wire.treadmill_data(
            speed_kmh=8.0, distance_m=second * 8.0 / 3.6 * times, elapsed_s=second
        )
        check.take(decode_treadmill_data(told), float(second))
    assert check.found is None


@given(st.lists(st.binary(max_size=30), max_size=60))
def test_no_bytes_are_too_strange(packets: list[bytes]) -> None:
    check = SpeedCheck()
    for second, packet in enumerate(packets):
        check.take(decode_treadmill_data(packet), float(second))
    assert check.found in {None, KMH, MPH}
