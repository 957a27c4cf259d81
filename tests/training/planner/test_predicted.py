"""What belt and deck are predicted to add."""

from dataclasses import replace

import pytest

from custom_components.descent.training.model import Machine, Phase, Rates, Step
from custom_components.descent.training.planner import plan
from custom_components.descent.training.planner.predicted import predict
from custom_components.descent.treadmills.physics import Preset
from tests.training.runners import MACHINES, library, planned, reference

EVEN = Machine(
    speed=MACHINES["B"].speed,
    incline=MACHINES["B"].incline,
    rates=Rates(belt_kmh_s=0.5, deck_pct_s=1.0),
)


def steps(text: str) -> tuple[Step, ...]:
    return planned(text, EVEN).steps


def test_after_a_recovery_the_deck_is_there_and_only_the_belt_takes_time() -> None:
    step = steps("""
- recovery: {for: 60 s, pace: 4 km/h}
- descent: {for: 100 m, decline: 6 %, pace: 9 km/h}
""")[1]
    assert step.lead_s == pytest.approx(5 / 0.5)


def test_a_recovery_too_short_for_the_deck_is_waited_for() -> None:
    step = steps("""
- recovery: {for: 10 s, pace: 4 km/h}
- descent: {for: 100 m, decline: 6 %, pace: 9 km/h}
""")[1]
    late = 6 / 1.0 + 2 + 8 - 10
    assert step.lead_s == pytest.approx(late + 5 / 0.5)


def test_off_the_belt_nothing_is_in_place_so_belt_and_deck_take_time() -> None:
    step = steps("""
- drills: {for: 60 s}
- descent: {for: 100 m, decline: 6 %, pace: 9 km/h}
""")[1]
    assert step.lead_s == pytest.approx(5 / 0.5 + (6 / 1.0 + 2) + 4 / 0.5)


def test_a_session_that_starts_downhill_starts_from_standing_on_the_level() -> None:
    step = steps("- descent: {for: 100 m, decline: 6 %, pace: 9 km/h}")[0]
    assert step.lead_s == pytest.approx(5 / 0.5 + (6 / 1.0 + 2) + 4 / 0.5)


def test_r8_between_slopes_the_belt_slows_to_8_kmh_while_the_deck_moves() -> None:
    step = steps("""
- descent: {for: 100 m, decline: 2 %, pace: 9 km/h}
- descent: {for: 100 m, decline: 6 %, pace: 10 km/h}
""")[1]
    assert step.lead_s == pytest.approx(1 / 0.5 + (4 / 1.0 + 2) + 2 / 0.5)


def test_a_small_change_of_slope_takes_no_approach() -> None:
    step = steps("""
- descent: {for: 100 m, decline: 5 %, pace: 9 km/h}
- descent: {for: 100 m, decline: 6 %, pace: 10 km/h}
""")[1]
    assert step.lead_s == pytest.approx(1 / 0.5)


def test_a_timed_descent_is_timed_from_go_so_the_belt_adds_nothing() -> None:
    step = steps("""
- recovery: {for: 60 s, pace: 4 km/h}
- descent: {for: 60 s, decline: 6 %, pace: 9 km/h}
""")[1]
    assert step.lead_s == 0


def test_metres_down_are_those_while_the_deck_stands_tilted_the_belt_speeds_up_and_slows() -> None:
    before, step, after = steps("""
- recovery: {for: 60 s, pace: 4 km/h}
- descent: {for: 100 m, decline: 6 %, pace: 9 km/h}
- recovery: {for: 60 s, pace: 4 km/h}
""")
    slope = 0.059892
    tilting = 4 / 3.6 * 5.5 * 0.0325  # from -0.5 to -6 % at 1 %/s
    standing = 4 / 3.6 * 10 * slope  # settling and headway
    speeding = 6.5 / 3.6 * 10 * slope
    slowing = 7.5 / 3.6 * 6 * slope
    flattening = 6 / 3.6 * 5.5 * 0.0325
    expected = tilting + standing + speeding + slowing + flattening
    assert step.ramp_descent_m == pytest.approx(expected, rel=0.02)
    assert before.ramp_descent_m == after.ramp_descent_m == 0


def test_on_the_level_there_are_no_metres_down_and_no_deck_to_wait_for() -> None:
    machine = MACHINES["A"]
    level = Step(
        index=0,
        phase=Phase.DESCENT,
        speed_kmh=9,
        incline_pct=0,
        nominal_s=40,
        distance_m=100,
    )
    walk = replace(level, phase=Phase.RECOVERY, speed_kmh=5)
    seconds, metres = predict(level, walk, None, machine.rates, 5)
    assert seconds == pytest.approx(5)
    assert metres == 0


def test_a_descent_slower_than_the_way_to_it_takes_time_too() -> None:
    step = steps("""
- recovery: {for: 60 s, pace: 6 km/h}
- descent: {for: 100 m, decline: 6 %, pace: 4 km/h}
""")[1]
    assert step.lead_s == pytest.approx(2 / 0.5)
    assert step.ramp_descent_m > 0


@pytest.mark.parametrize(
    ("faster", "slower"), [(Preset.FAST, Preset.TYPICAL), (Preset.TYPICAL, Preset.SLOW)]
)
def test_a_slower_machine_is_predicted_to_add_more(faster: Preset, slower: Preset) -> None:
    script = library()["descending_sprints"]
    plans = [
        plan(script, reference(script.level), replace(MACHINES["B"], rates=preset.rates))
        for preset in (faster, slower)
    ]
    quick, slow = ([step for step in done.steps if step.lead_s] for done in plans)
    assert sum(step.lead_s for step in quick) < sum(step.lead_s for step in slow)
    assert sum(s.ramp_descent_m for s in quick) < sum(s.ramp_descent_m for s in slow)


@pytest.mark.parametrize(("decline", "counts"), [("0.5 %", False), ("1 %", True)])
def test_metres_count_as_down_below_half_a_percent(decline: str, *, counts: bool) -> None:
    step = steps(f"- descent: {{for: 100 m, decline: {decline}, pace: 9 km/h}}")[0]
    assert (step.ramp_descent_m > 0) is counts
