"""A belt that stands although its machine repeats the speed it had, found out by way and time."""

from __future__ import annotations

from hypothesis import given, strategies as st
import pytest

from custom_components.descent.treadmills.ftms_codec import decode_treadmill_data
from custom_components.descent.treadmills.ftms_standing import Belief, Standing
from tests.machines import wire

GIVEN = bytes.fromhex("0c0420033d0000e2ffff7f3700")  # 8.0 km/h, 61 m, -3.0 %, 55 s
TOLD, UNSURE, STANDS = Belief.AS_TOLD, Belief.UNSURE, Belief.STANDS
METRES_FULL = 1 << 24
SECONDS_FULL = 1 << 16


class Belt:
    """A belt at 8 km/h, what its machine says of it, and what is believed."""

    def __init__(self, *, period_s: float = 1.0, counts: str = "md") -> None:
        self.standing = Standing()
        self.period_s, self.counts = period_s, counts
        self.now = 1000.0
        self.metres, self.seconds = 0.0, 0.0
        self.way_step, self.time_step = 1, 1
        self.kmh = 8.0

    def packet(self) -> bytes:
        """Make a measurement of now."""
        metres = int(self.metres) // self.way_step * self.way_step % METRES_FULL
        seconds = int(self.seconds) // self.time_step * self.time_step % SECONDS_FULL
        return wire.treadmill_data(
            speed_kmh=self.kmh,
            distance_m=metres if "m" in self.counts else None,
            elapsed_s=seconds if "d" in self.counts else None,
        )

    def hear(self, packet: bytes) -> Belief:
        """Have somebody hear it."""
        return self.standing.take(decode_treadmill_data(packet), self.now)

    def run(self, seconds: float, *, way: bool = True, time: bool = True) -> list[Belief]:
        """Let time pass, in which the numbers go on or not; returns what was believed."""
        believed = []
        for _ in range(round(seconds / self.period_s)):
            self.now += self.period_s
            self.metres += self.kmh / 3.6 * self.period_s * way
            self.seconds += self.period_s * time
            believed.append(self.hear(self.packet()))
        return believed

    def pause(self, seconds: float) -> list[Belief]:
        """Repeat the last packet; returns what was believed."""
        return self.run(seconds, way=False, time=False)


def test_the_bytes_that_were_seen_are_a_belt_that_stands() -> None:
    belt = Belt()
    belt.seconds, belt.metres = 35.0, 61.0 - 8.0 / 3.6 * 20 + 0.9
    assert set(belt.run(20)) == {TOLD}
    believed = []
    for _ in range(60):
        believed.append(belt.hear(GIVEN))
        belt.now += 1.0
    assert believed[:4] == [TOLD, UNSURE, STANDS, STANDS]
    assert set(believed[3:]) == {STANDS}


@pytest.mark.parametrize("period_s", [0.25, 0.5, 1.0])
@pytest.mark.parametrize("counts", ["md", "d", "m"])
def test_a_pause_is_noticed_within_three_seconds(period_s: float, counts: str) -> None:
    belt = Belt(period_s=period_s, counts=counts)
    assert set(belt.run(60)) == {TOLD}
    believed = belt.pause(3.0)
    assert believed[-1] is STANDS
    first = believed.index(STANDS) if STANDS in believed else len(believed)
    assert (first + 1) * period_s > 1.25  # nothing is concluded from one packet alone
    assert set(belt.pause(600)) == {STANDS}


def test_a_time_that_runs_on_in_a_pause_does_not_hide_that_the_way_stands() -> None:
    belt = Belt()
    belt.run(60)
    assert belt.run(4.0, way=False)[-1] is STANDS
    assert set(belt.run(60, way=False)) == {STANDS}


def test_a_time_that_stands_while_the_way_goes_on_is_wrong_about_the_belt() -> None:
    """Some count no further than 99 minutes."""
    belt = Belt()
    belt.run(60)
    assert set(belt.run(600, time=False)) == {TOLD}


@pytest.mark.parametrize("way_step", [5, 10, 100])
def test_a_way_in_large_steps_is_no_belt_that_stands(way_step: int) -> None:
    belt = Belt()
    belt.way_step = way_step
    assert STANDS not in belt.run(600)
    belt.counts = "m"
    assert STANDS not in belt.run(600)


@pytest.mark.parametrize("time_step", [2, 5, 60])
def test_a_time_in_large_steps_is_no_belt_that_stands(time_step: int) -> None:
    belt = Belt(counts="d")
    belt.time_step = time_step
    assert STANDS not in belt.run(1200)


@pytest.mark.parametrize("kmh", [0.5, 1.0, 3.0, 5.0])
@pytest.mark.parametrize("counts", ["md", "m"])
def test_a_slow_belt_is_no_belt_that_stands(kmh: float, counts: str) -> None:
    belt = Belt(counts=counts)
    belt.kmh = kmh
    assert STANDS not in belt.run(120)


@pytest.mark.parametrize("counts", ["md", "m"])
def test_a_belt_that_gets_faster_is_none_either(counts: str) -> None:
    belt = Belt(counts=counts)
    for kmh in (1.0, 4.0, 8.0, 14.0, 3.0):
        belt.kmh = kmh
        assert STANDS not in belt.run(30)


def test_a_way_that_is_told_every_five_seconds_is_no_belt_that_stands() -> None:
    belt, shown = Belt(counts="m"), 0
    believed = []
    for kmh in (1.0, 8.0, 3.0, 14.0):
        belt.kmh = kmh
        for second in range(60):
            belt.now += 1.0
            belt.metres += kmh / 3.6
            shown = int(belt.metres) if second % 5 == 0 else shown
            packet = wire.treadmill_data(speed_kmh=kmh, distance_m=shown)
            believed.append(belt.hear(packet))
    assert STANDS not in believed


def test_a_packet_that_shows_the_same_second_again_proves_nothing() -> None:
    """Machine and packets have clocks of their own."""
    belt = Belt(counts="d")
    believed = []
    for second in range(120):
        belt.now += 1.0
        belt.seconds = second // 2 * 2 if second % 12 < 6 else second
        believed.append(belt.hear(belt.packet()))
    assert STANDS not in believed


@pytest.mark.parametrize("period_s", [0.25, 0.5, 1.0])
@pytest.mark.parametrize("stall_s", [2.0, 4.5])
def test_packets_that_waited_and_come_at_once_prove_nothing(
    period_s: float, stall_s: float
) -> None:
    belt = Belt(period_s=period_s)
    belt.run(30)
    believed = []
    for _ in range(5):
        arrived = belt.now + stall_s
        for _ in range(round(stall_s / period_s)):
            belt.metres += belt.kmh / 3.6 * period_s
            belt.seconds += period_s
            belt.now = arrived
            believed.append(belt.hear(belt.packet()))
        believed += belt.run(5)
    assert STANDS not in believed


def test_a_speed_that_changes_is_alive_whatever_stands_with_it() -> None:
    """Many stop their time at once and tell how the belt slows down."""
    belt = Belt()
    belt.run(60)
    for kmh in (7.2, 6.4, 5.6, 4.8, 4.0, 3.2, 2.4, 1.6, 0.8):
        belt.kmh = kmh
        assert belt.pause(1.0) == [TOLD]
    belt.kmh = 0.0
    assert set(belt.pause(60)) == {TOLD}


def test_a_belt_that_is_started_again_moves_at_once() -> None:
    belt = Belt()
    belt.run(60)
    belt.pause(30)
    belt.kmh = 1.0
    assert set(belt.run(20)) == {TOLD}


@pytest.mark.parametrize("anew", [True, False])
def test_a_belt_that_is_started_again_at_the_speed_it_had_moves_when_it_goes_on(
    anew: bool,
) -> None:
    belt = Belt()
    belt.run(60)
    belt.pause(30)
    belt.metres, belt.seconds = (0.0, 0.0) if anew else (belt.metres, belt.seconds)
    believed = belt.run(20)
    assert believed.index(TOLD) <= 1
    assert set(believed[2:]) == {TOLD}


def test_numbers_that_are_set_back_in_a_pause_are_no_belt_that_moves() -> None:
    belt = Belt()
    belt.run(60)
    belt.pause(10)
    belt.metres = belt.seconds = 0.0
    assert set(belt.pause(60)) == {STANDS}


@pytest.mark.parametrize("before_full", [1, 3, 20])
def test_numbers_that_are_full_begin_anew_and_the_belt_moves_on(before_full: int) -> None:
    belt = Belt()
    belt.metres, belt.seconds = METRES_FULL - before_full - 0.5, SECONDS_FULL - before_full
    assert set(belt.run(60)) == {TOLD}


def test_a_belt_that_was_paused_before_anybody_listened_is_not_taken_for_a_moving_one() -> None:
    belt = Belt()
    belt.metres, belt.seconds = 61.0, 55.0
    believed = belt.pause(30)
    assert believed[:3] == [TOLD, UNSURE, STANDS]
    assert set(believed[2:]) == {STANDS}


@pytest.mark.parametrize(
    ("metres", "seconds"), [(0, 0), (61, 0), (0, 55), (METRES_FULL - 1, SECONDS_FULL - 1)]
)
def test_numbers_that_never_count_say_nothing(metres: int, seconds: int) -> None:
    belt = Belt()
    belt.metres, belt.seconds = metres, seconds
    assert set(belt.pause(60)) == {TOLD}


@pytest.mark.parametrize("counts", ["", "d", "m"])
def test_one_number_alone_has_to_have_been_seen_to_count(counts: str) -> None:
    belt = Belt(counts=counts)
    belt.metres, belt.seconds = 61.0, 55.0
    assert set(belt.pause(60)) == {TOLD}


def test_a_time_that_has_not_begun_says_nothing_about_a_belt_that_has() -> None:
    belt = Belt()
    belt.run(60)
    belt.kmh, belt.metres, belt.seconds = 0.0, 0.0, 0.0
    belt.pause(20)
    belt.kmh = 1.0
    assert STANDS not in belt.run(3.0, time=False)


def test_way_and_time_may_come_in_packets_of_their_own() -> None:
    belt = Belt()

    def both(seconds: int, *, goes_on: bool) -> list[Belief]:
        believed = []
        for _ in range(seconds):
            belt.now += 1.0
            belt.metres += 8.0 / 3.6 * goes_on
            belt.seconds += goes_on
            data = decode_treadmill_data(belt.packet())
            belt.standing.take(data._replace(speed_kmh=None), belt.now)
            alone = data._replace(distance_m=None, elapsed_s=None)
            believed.append(belt.standing.take(alone, belt.now))
        return believed

    assert set(both(60, goes_on=True)) == {TOLD}
    assert both(3, goes_on=False)[-1] is STANDS


def test_a_packet_without_way_and_time_is_no_packet_in_which_they_stand() -> None:
    belt = Belt()
    belt.run(60)
    believed = []
    for _ in range(60):
        belt.now += 1.0
        believed.append(belt.hear(wire.treadmill_data(speed_kmh=8.0)))
    assert set(believed) == {TOLD}


def test_what_is_known_of_a_machine_outlives_a_connection() -> None:
    belt = Belt(counts="d")
    belt.run(60)
    belt.standing.begin()
    assert belt.pause(10)[-1] is STANDS


@given(st.lists(st.binary(max_size=30) | st.just(GIVEN), max_size=60))
def test_no_bytes_are_too_strange(packets: list[bytes]) -> None:
    belt = Belt()
    for packet in packets:
        belt.now += 1.0
        assert belt.hear(packet) in Belief
