"""What holds for the belt and the deck whatever anybody does to them, in whatever order."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from itertools import pairwise

from hypothesis import given, strategies as st
import pytest

from custom_components.descent.treadmills.base import TreadmillError
from custom_components.descent.treadmills.faults import SimulatedFault
from custom_components.descent.treadmills.physics import Belt, BeltAndDeck, Preset

type Act = Callable[[BeltAndDeck, float], object]

SPEEDS = st.floats(-5, 45)
INCLINES = st.floats(-45, 45)


def set_speed(kmh: float) -> Act:
    return lambda treadmill, now: treadmill.set_speed(kmh, now)


def set_incline(pct: float) -> Act:
    return lambda treadmill, now: treadmill.set_incline(pct, now)


def console_speed(kmh: float) -> Act:
    return lambda treadmill, now: treadmill.console_speed(kmh, now)


def console_incline(pct: float) -> Act:
    return lambda treadmill, now: treadmill.console_incline(pct, now)


def have_faults(faults: set[SimulatedFault]) -> Act:
    def have(treadmill: BeltAndDeck, now: float) -> None:
        treadmill.faults = set(faults)
        treadmill.advance(now)

    return have


STARTS: st.SearchStrategy[Act] = st.sampled_from([BeltAndDeck.start, BeltAndDeck.press_start])
HARMLESS: st.SearchStrategy[Act] = st.one_of(
    SPEEDS.map(set_speed),
    INCLINES.map(set_incline),
    st.floats(-3, 3).map(console_speed),
    st.floats(-3, 3).map(console_incline),
    st.sampled_from(
        [
            BeltAndDeck.stop,
            BeltAndDeck.press_stop,
            BeltAndDeck.pull_safety_key,
            BeltAndDeck.replace_safety_key,
        ]
    ),
    st.sets(st.sampled_from(SimulatedFault), max_size=3).map(have_faults),
)
SOUND_ACTS: st.SearchStrategy[Act] = st.one_of(
    STARTS,
    SPEEDS.map(set_speed),
    INCLINES.map(set_incline),
    st.sampled_from([BeltAndDeck.stop, BeltAndDeck.press_stop]),
)
GAPS = st.floats(0, 30)
STORIES = st.lists(st.tuples(GAPS, st.one_of(STARTS, HARMLESS)), max_size=25)
PRESETS = st.sampled_from(Preset)


def made(preset: Preset) -> BeltAndDeck:
    return BeltAndDeck(preset.machine(), preset.rates)


def act(treadmill: BeltAndDeck, what: Act, now: float) -> None:
    with suppress(TreadmillError):
        what(treadmill, now)


@given(PRESETS, STORIES)
def test_belt_and_deck_never_leave_their_ranges(
    preset: Preset, story: list[tuple[float, Act]]
) -> None:
    treadmill, now = made(preset), 0.0
    limits = treadmill.machine
    for gap, what in story:
        now += gap
        act(treadmill, what, now)
        for later in (now, now + gap / 2, now + 60):
            assert 0 <= treadmill.speed_kmh(later) <= limits.speed.maximum
            assert limits.incline.holds(treadmill.incline_pct(later))


@given(PRESETS, st.lists(st.tuples(GAPS, HARMLESS), max_size=25))
def test_r2_the_belt_never_moves_unless_somebody_starts_it(
    preset: Preset, story: list[tuple[float, Act]]
) -> None:
    treadmill, now = made(preset), 0.0
    for gap, what in story:
        now += gap
        act(treadmill, what, now)
    assert (treadmill.belt(now), treadmill.distance_m(now + 60)) == (Belt.STANDING, 0.0)


@given(PRESETS, STORIES)
def test_r4_after_a_console_stop_belt_and_deck_come_to_rest_in_spite_of_any_fault(
    preset: Preset, story: list[tuple[float, Act]]
) -> None:
    treadmill, now = made(preset), 0.0
    for gap, what in story:
        now += gap
        act(treadmill, what, now)
    treadmill.press_stop(now)
    rest = treadmill.incline_pct(now)
    assert treadmill.speed_kmh(now + 22 / 2 + 2) == 0.0
    assert treadmill.incline_pct(now + 60) == rest


@given(PRESETS, STORIES, st.lists(st.floats(0, 30), max_size=40))
def test_looking_often_changes_nothing(
    preset: Preset, story: list[tuple[float, Act]], looks: list[float]
) -> None:
    watched, alone, now = made(preset), made(preset), 0.0
    for gap, what in story:
        for look in sorted(look for look in looks if look < gap):
            watched.advance(now + look)
            watched.distance_m(now + look)
        now += gap
        act(watched, what, now)
        act(alone, what, now)
    for later in (now, now + 1, now + 30):
        assert watched.speed_kmh(later) == alone.speed_kmh(later)
        assert watched.incline_pct(later) == alone.incline_pct(later)
        assert watched.distance_m(later) == alone.distance_m(later)


@given(PRESETS, st.lists(st.tuples(GAPS, SOUND_ACTS), min_size=1, max_size=12))
def test_distance_is_the_integral_of_the_speed(
    preset: Preset, story: list[tuple[float, Act]]
) -> None:
    treadmill, now, metres, step_s = made(preset), 0.0, 0.0, 0.05
    for gap, what in story:
        act(treadmill, what, now)
        steps = int(gap / step_s) + 1
        times = [now + gap * step / steps for step in range(steps + 1)]
        speeds = [treadmill.speed_kmh(time) for time in times]
        metres += sum(sum(pair) / 7.2 * gap / steps for pair in pairwise(speeds))
        now += gap
    # The end of an approach is a jump by the dead band, which trapeziums smear over one step.
    assert treadmill.distance_m(now) == pytest.approx(metres, abs=0.02 + 0.001 * len(story))
