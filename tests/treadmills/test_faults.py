"""Each fault does what its incident did, and nothing else."""

from __future__ import annotations

from itertools import pairwise

import pytest

from custom_components.descent.treadmills.base import (
    NoAnswerError,
    NotConnectedError,
    RejectedError,
    TreadmillError,
)
from custom_components.descent.treadmills.faults import (
    INCLINE_OFFSET_PCT,
    NOISE,
    OVERSHOOT_KMH,
    OVERSHOOT_PCT,
    TRANSIENT_ZERO_EVERY,
    SimulatedFault,
)
from custom_components.descent.treadmills.physics import BeltAndDeck, Preset

LATER = 200.0
ANY_FAULT = pytest.mark.parametrize("fault", SimulatedFault)


def running(*faults: SimulatedFault) -> BeltAndDeck:
    """Return a level machine at 6 km/h in second 100, which goes wrong then."""
    preset = Preset.TYPICAL
    treadmill = BeltAndDeck(preset.machine(), preset.rates)
    treadmill.press_start(0.0)
    treadmill.set_speed(6.0, 10.0)
    treadmill.advance(100.0)
    treadmill.faults.update(faults)
    return treadmill


def state(treadmill: BeltAndDeck, now: float = LATER) -> tuple[float, float]:
    return treadmill.speed_kmh(now), treadmill.incline_pct(now)


# ---- what is heard


@pytest.mark.parametrize(
    ("faults", "heard"),
    [
        (set(), True),
        ({SimulatedFault.SILENCE}, False),
        ({SimulatedFault.LINK_LOST, SimulatedFault.NOISE}, False),
        ({SimulatedFault.REJECT, SimulatedFault.NOISE}, True),
    ],
)
def test_silence_and_a_lost_link_are_not_heard(faults: set[SimulatedFault], heard: bool) -> None:
    assert running(*faults).heard is heard


def test_transient_zeros_come_one_at_a_time_from_a_running_belt() -> None:
    treadmill = running(SimulatedFault.TRANSIENT_ZERO)
    speeds = [treadmill.measure(100.0 + second).speed_kmh for second in range(20)]
    assert speeds.count(0.0) == 20 // TRANSIENT_ZERO_EVERY
    assert all(max(pair) == 6.0 for pair in pairwise(speeds))
    assert treadmill.speed_kmh(120.0) == 6.0


def test_an_offset_deck_reads_six_percent_at_level_and_obeys_truly() -> None:
    treadmill = running(SimulatedFault.INCLINE_OFFSET)
    assert treadmill.measure(100.0).incline_pct == INCLINE_OFFSET_PCT
    treadmill.set_incline(-4.0, 100.0)
    assert treadmill.incline_pct(LATER) == -4.0


def test_an_offset_reading_stays_one_a_treadmill_can_have() -> None:
    treadmill = BeltAndDeck(Preset.FAST.machine(max_incline_pct=45.0))
    treadmill.faults.add(SimulatedFault.INCLINE_OFFSET)
    treadmill.set_incline(45.0, 0.0)
    assert treadmill.measure(LATER).incline_pct == 45.0


def test_noise_surrounds_the_truth_and_is_the_same_every_time() -> None:
    first, second = running(SimulatedFault.NOISE), running(SimulatedFault.NOISE)
    samples = [first.measure(100.0 + tenth / 10) for tenth in range(100)]
    assert samples == [second.measure(100.0 + tenth / 10) for tenth in range(100)]
    assert {abs(sample.speed_kmh - 6.0) <= NOISE + 0.005 for sample in samples} == {True}
    assert {abs(sample.incline_pct or 0.0) <= NOISE + 0.05 for sample in samples} == {True}
    assert len({sample.speed_kmh for sample in samples}) > 10


def test_a_standing_belt_is_free_of_noise() -> None:
    treadmill = BeltAndDeck(Preset.TYPICAL.machine())
    treadmill.faults.add(SimulatedFault.NOISE)
    assert {treadmill.measure(float(second)).speed_kmh for second in range(20)} == {0.0}


# ---- what is answered


@pytest.mark.parametrize(
    ("fault", "error"),
    [(SimulatedFault.REJECT, RejectedError), (SimulatedFault.LINK_LOST, NotConnectedError)],
)
def test_a_command_that_is_not_taken_moves_nothing(
    fault: SimulatedFault, error: type[TreadmillError]
) -> None:
    treadmill = running(fault)
    with pytest.raises(error):
        treadmill.set_speed(8.0, 100.0)
    with pytest.raises(error):
        treadmill.set_incline(-4.0, 100.0)
    with pytest.raises(error):
        treadmill.start(100.0)
    with pytest.raises(error):
        treadmill.stop(100.0)
    assert state(treadmill) == (6.0, 0.0)


def test_a_command_without_an_answer_is_obeyed() -> None:
    treadmill = running(SimulatedFault.NO_ANSWER)
    with pytest.raises(NoAnswerError):
        treadmill.set_speed(8.0, 100.0)
    with pytest.raises(NoAnswerError):
        treadmill.set_incline(-4.0, 100.0)
    assert state(treadmill) == (8.0, -4.0)


def test_a_stop_without_an_answer_is_obeyed() -> None:
    treadmill = running(SimulatedFault.NO_ANSWER)
    with pytest.raises(NoAnswerError):
        treadmill.stop(100.0)
    assert treadmill.speed_kmh(LATER) == 0.0


def test_a_start_without_an_answer_is_obeyed() -> None:
    treadmill = BeltAndDeck(Preset.TYPICAL.machine())
    treadmill.faults.add(SimulatedFault.NO_ANSWER)
    with pytest.raises(NoAnswerError):
        treadmill.start(0.0)
    assert treadmill.speed_kmh(LATER) == 1.0


# ---- what is done


def test_ignored_commands_succeed_and_move_nothing() -> None:
    treadmill = running(SimulatedFault.IGNORE)
    treadmill.set_speed(8.0, 100.0)
    treadmill.set_incline(-4.0, 100.0)
    assert state(treadmill) == (6.0, 0.0)


def test_an_ignored_start_leaves_the_belt_standing() -> None:
    treadmill = BeltAndDeck(Preset.TYPICAL.machine())
    treadmill.faults.add(SimulatedFault.IGNORE)
    treadmill.start(0.0)
    assert treadmill.speed_kmh(LATER) == 0.0


def test_a_machine_that_ignores_settings_still_stops() -> None:
    treadmill = running(SimulatedFault.IGNORE)
    treadmill.stop(100.0)
    assert treadmill.speed_kmh(LATER) == 0.0


@pytest.mark.parametrize(("wish", "speed"), [(8.0, 4.0), (5.0, 7.0), (22.0, 0.8)])
def test_wrong_way_moves_the_belt_away_from_the_wish(wish: float, speed: float) -> None:
    treadmill = running(SimulatedFault.WRONG_WAY)
    treadmill.set_speed(wish, 100.0)
    assert treadmill.speed_kmh(LATER) == pytest.approx(speed)


@pytest.mark.parametrize(("wish", "incline"), [(-4.0, 4.0), (4.0, -4.0), (10.0, -6.0)])
def test_wrong_way_moves_the_deck_away_from_the_wish(wish: float, incline: float) -> None:
    treadmill = running(SimulatedFault.WRONG_WAY)
    treadmill.set_incline(wish, 100.0)
    assert treadmill.incline_pct(LATER) == pytest.approx(incline)


@pytest.mark.parametrize(
    ("wish", "speed"), [(8.0, 8.0 + OVERSHOOT_KMH), (4.0, 4.0 - OVERSHOOT_KMH), (6.0, 6.0)]
)
def test_overshoot_carries_the_belt_past_the_wish(wish: float, speed: float) -> None:
    treadmill = running(SimulatedFault.OVERSHOOT)
    treadmill.set_speed(wish, 100.0)
    assert treadmill.speed_kmh(LATER) == pytest.approx(speed)


@pytest.mark.parametrize(
    ("wish", "incline"), [(-3.0, -3.0 - OVERSHOOT_PCT), (3.0, 3.0 + OVERSHOOT_PCT), (-6.0, -6.0)]
)
def test_overshoot_carries_the_deck_past_the_wish(wish: float, incline: float) -> None:
    treadmill = running(SimulatedFault.OVERSHOOT)
    treadmill.set_incline(wish, 100.0)
    assert treadmill.incline_pct(LATER) == pytest.approx(incline)


def test_a_stuck_belt_keeps_its_speed_and_still_stops() -> None:
    treadmill = running(SimulatedFault.BELT_STUCK)
    treadmill.set_speed(8.0, 100.0)
    treadmill.console_speed(-2.0, 101.0)
    assert treadmill.speed_kmh(110.0) == 6.0
    treadmill.stop(110.0)
    assert treadmill.speed_kmh(LATER) == 0.0


def test_a_belt_sticks_in_mid_change() -> None:
    treadmill = running()
    treadmill.set_speed(14.0, 100.0)
    treadmill.faults.add(SimulatedFault.BELT_STUCK)
    treadmill.advance(102.0)
    assert treadmill.speed_kmh(LATER) == pytest.approx(7.6)


def test_a_belt_that_sticks_before_it_moved_stays_still() -> None:
    treadmill = BeltAndDeck(Preset.TYPICAL.machine())
    treadmill.press_start(0.0)
    treadmill.faults.add(SimulatedFault.BELT_STUCK)
    treadmill.advance(1.0)
    assert treadmill.speed_kmh(LATER) == 0.0


def test_a_stuck_deck_keeps_its_incline_and_leaves_the_belt_alone() -> None:
    treadmill = running(SimulatedFault.DECK_STUCK)
    treadmill.set_incline(-4.0, 100.0)
    treadmill.set_speed(8.0, 100.0)
    assert state(treadmill) == (8.0, 0.0)


def test_a_deck_sticks_in_mid_move() -> None:
    treadmill = running()
    treadmill.set_incline(-6.0, 100.0)
    treadmill.faults.add(SimulatedFault.DECK_STUCK)
    treadmill.advance(102.4)
    assert treadmill.incline_pct(LATER) == pytest.approx(-1.0)


def test_an_ignored_stop_leaves_the_belt_running() -> None:
    treadmill = running(SimulatedFault.STOP_IGNORED)
    treadmill.stop(100.0)
    assert treadmill.speed_kmh(LATER) == 6.0


# ---- what no fault may do


@ANY_FAULT
def test_stop_at_the_console_works_in_spite_of(fault: SimulatedFault) -> None:
    treadmill = running(fault)
    treadmill.press_stop(100.0)
    assert treadmill.speed_kmh(LATER) == 0.0


@ANY_FAULT
def test_the_safety_key_works_in_spite_of(fault: SimulatedFault) -> None:
    treadmill = running(fault)
    treadmill.pull_safety_key(100.0)
    assert treadmill.speed_kmh(LATER) == 0.0


@ANY_FAULT
def test_no_fault_moves_anything_by_itself(fault: SimulatedFault) -> None:
    treadmill = running(fault)
    treadmill.measure(100.0)
    assert state(treadmill) == (6.0, 0.0)
