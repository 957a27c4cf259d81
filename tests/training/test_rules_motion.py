"""Rules R7 to R10 and R13: how fast, in which order, and announced."""

from __future__ import annotations

from itertools import pairwise

import pytest

from custom_components.descent.training.events import (
    Aim,
    Command,
    CommandKind,
    Pause,
    Refused,
    Resume,
    Skip,
    State,
)
from custom_components.descent.training.model import Level, Phase, Rates, Telemetry
from custom_components.descent.training.rules import Permissions
from custom_components.descent.treadmills.faults import SimulatedFault
from custom_components.descent.treadmills.physics import Preset
from tests.training import plans
from tests.training.disturbed_engines import HeartRateEngine
from tests.training.observed_engine import ObservedRide
from tests.training.ride import ALLOWED, Ride
from tests.training.rule_judge import broken

SPEED, INCLINE = CommandKind.SET_SPEED, CommandKind.SET_INCLINE


def manual(speed: float, incline: float = 0.0, level: Level = Level.INTERMEDIATE) -> ObservedRide:
    """Return a belt that a runner has brought to a speed and an incline without a session."""
    ride = ObservedRide(level=level)
    ride.press_start()
    ride.run(8)
    ride.physics.console_incline(incline, ride.now)
    ride.run(40)
    ride.physics.console_speed(speed - ride.speed, ride.now)
    ride.run(30)
    assert ride.speed == pytest.approx(speed)
    return ride


def values(ride: Ride, kind: CommandKind) -> list[float]:
    """Return what one axis was told."""
    return [command.value or 0.0 for _, command in ride.commands if command.kind is kind]


def at_each(ride: Ride, kind: CommandKind) -> list[tuple[float, float, float, float]]:
    """Return time and value of each command of one axis, with the reading at that moment."""
    told = [(at, c.value or 0.0) for at, c in ride.commands if c.kind is kind]
    return [(at, value, *reading(ride, at)) for at, value in told]


def reading(ride: Ride, at: float) -> tuple[float, float]:
    """Return the last reading of belt and deck at a moment."""
    return next((speed, incline) for t, speed, incline in reversed(ride.samples) if t <= at)


def verdict(ride: ObservedRide, permissions: Permissions = ALLOWED) -> list[str]:
    """Return the rules that a ride broke."""
    return broken(ride.moments, ride.machine, permissions, ride.engine.gate.limits.level)


# ---- R7


@pytest.mark.parametrize(
    ("level", "largest"),
    [
        (Level.NOVICE, 0.5),
        (Level.BEGINNER, 0.5),
        (Level.INTERMEDIATE, 1.0),
        (Level.ADVANCED, 1.0),
    ],
)
def test_r7_speed_goes_up_by_at_most_one_step_a_command(level: Level, largest: float) -> None:
    ride = manual(2.0, level=level)
    ride.ask(Aim(6.0))
    ride.run(60)
    told = [2.0, *values(ride, SPEED)]
    assert max(after - before for before, after in pairwise(told)) == pytest.approx(largest)
    assert ride.speed == pytest.approx(6.0)


@pytest.mark.parametrize("preset", list(Preset))
@pytest.mark.parametrize("interval_s", [0.25, 0.5, 1.0])
@pytest.mark.parametrize("latency_s", [0.05, 0.6])
def test_r7_the_next_increase_comes_after_a_second_however_quick_the_belt_is(
    preset: Preset, interval_s: float, latency_s: float
) -> None:
    ride = Ride(preset=preset, interval_s=interval_s, latency_s=latency_s)
    ride.arm(plans.flat(12.0)).until(lambda r: r.speed > 11.9)
    times = [at for at, command in ride.commands if command.kind is SPEED]
    assert len(times) > 6
    assert min(after - before for before, after in pairwise(times)) >= 1.0 - 1e-6


def test_r7_speed_goes_down_by_at_most_2_km_h_a_second() -> None:
    ride = manual(14.0)
    ride.ask(Aim(5.0))
    ride.run(30)
    told = [(ride.now, 14.0), *((at, c.value or 0.0) for at, c in ride.commands)]
    assert all(before - after <= 2.0 + 1e-6 for (_, before), (_, after) in pairwise(told))
    assert all(b - a >= 1.0 - 1e-6 for (a, _), (b, _) in pairwise(told[1:]))
    assert ride.speed == pytest.approx(5.0)


def test_r7_above_8_km_h_the_deck_moves_by_at_most_1_percent_a_command() -> None:
    ride = manual(10.0)
    ride.ask(Aim(None, -1.0))
    ride.run(30)
    assert at_each(ride, INCLINE) == [(ride.commands[0][0], -1.0, 10.0, 0.0)]
    ride.ask(Aim(None, -4.0))
    ride.run(60)
    assert [speed for _, value, speed, _ in at_each(ride, INCLINE)[1:]] == [
        pytest.approx(7.8, abs=0.25)
    ]


# ---- R8


def slow_deck(rate_pct_s: float) -> Ride:
    """Return a runner whose deck is on its way into the first descent."""
    ride = Ride().arm(plans.real())
    ride.physics.rates = Rates(belt_kmh_s=0.8, deck_pct_s=rate_pct_s)
    return ride.until(lambda r: "go" in [cue.key for _, cue in r.cues], limit_s=2000)


@pytest.mark.parametrize("rate_pct_s", [0.2, 0.3, 0.5, 1.0])
def test_r8_go_waits_for_a_deck_that_has_come_to_rest(rate_pct_s: float) -> None:
    ride = slow_deck(rate_pct_s)
    two_seconds = [incline for at, _, incline in ride.samples if at >= ride.now - 2]
    assert two_seconds == [pytest.approx(ride.incline, abs=0.1)] * len(two_seconds)
    assert ride.incline == pytest.approx(-6, abs=0.1)


@pytest.mark.parametrize("rate_pct_s", [0.2, 0.3, 0.5])
def test_r8_the_belt_is_told_no_more_while_the_deck_still_moves(rate_pct_s: float) -> None:
    ride = manual(5.0)
    ride.physics.rates = Rates(belt_kmh_s=0.8, deck_pct_s=rate_pct_s)
    ride.ask(Aim(8.0, -3.0))
    ride.run(60)
    first = next(at for at, command in ride.commands if command.kind is SPEED)
    before = [incline for at, _, incline in ride.samples if first - 1.8 <= at <= first]
    assert before == [-3.0] * len(before)


def test_r8_the_deck_moves_only_at_8_km_h_or_slower() -> None:
    ride = manual(12.0)
    ride.ask(Aim(None, -3.0))
    ride.run(60)
    ((_, value, speed, _),) = at_each(ride, INCLINE)
    assert value == -3.0
    assert speed <= 8.05
    assert ride.incline == pytest.approx(-3.0)


def test_r8_a_belt_that_is_still_gaining_speed_is_slowed_first() -> None:
    ride = manual(6.0)
    ride.ask(Aim(12.0))
    ride.until(lambda r: 7 < r.speed < 8)
    ride.ask(Aim(12.0, -3.0))
    ride.run(60)
    ((at, _, _, _),) = at_each(ride, INCLINE)
    told = [command.value for t, command in ride.commands if t < at and command.kind is SPEED]
    assert told[-1] is not None
    assert told[-1] <= 8.0
    assert verdict(ride) == []


def test_r8_several_small_changes_within_10_s_count_as_one() -> None:
    ride = manual(10.0)
    for incline in (-1.0, -2.0, -3.0):
        ride.ask(Aim(None, incline))
        ride.run(1.5)
    ride.run(60)
    first, *later = at_each(ride, INCLINE)
    assert first[1:3] == (-1.0, 10.0)
    assert later
    assert all(speed <= 8.05 for _, _, speed, _ in later)
    assert ride.incline == pytest.approx(-3.0)


def test_r8_small_changes_more_than_10_s_apart_are_small() -> None:
    ride = manual(10.0)
    for incline in (-1.0, -2.0):
        ride.ask(Aim(None, incline))
        ride.run(11)
    assert values(ride, SPEED) == []
    assert values(ride, INCLINE) == [-1.0, -2.0]


def test_r8_the_belt_speeds_up_only_when_the_deck_is_there_for_2_samples() -> None:
    ride = Ride().arm(plans.real()).in_descent()
    go = next(at for at, cue in ride.cues if cue.key == "go")
    ups = [at for at, value, speed, _ in at_each(ride, SPEED) if at > 700 and value > speed]
    arrived = [at for at, _, incline in ride.samples if abs(incline + 6) <= 0.5 and at > 700]
    assert ups[0] >= go
    assert ups[0] >= arrived[1]


def test_r8_a_stuck_deck_lets_nobody_run_faster() -> None:
    ride = Ride().arm(plans.real()).until(lambda r: -4 < r.incline < -3)
    ride.physics.faults.add(SimulatedFault.DECK_STUCK)
    begun = ride.now
    ride.run(120)
    assert ride.engine.state is State.SUSPENDED
    assert [v for at, v, speed, _ in at_each(ride, SPEED) if at > begun and v > speed] == []


def test_r8_leaving_a_descent_slows_to_6_km_h_and_then_flattens() -> None:
    ride = Ride().arm(plans.real()).in_descent()
    begun = ride.now
    ride.until(lambda r: r.incline > 0)
    ((_, value, speed, _),) = [row for row in at_each(ride, INCLINE) if row[0] > begun]
    assert value == 6.0
    assert speed <= 6.05


@pytest.mark.parametrize("incline", [-1.0, -3.0])
def test_r8_leaving_by_hand_slows_to_6_km_h_however_gentle_the_descent(incline: float) -> None:
    ride = manual(9.0, incline)
    ride.ask(Aim(None, 0.0))
    ride.run(60)
    ((_, _, speed, _),) = at_each(ride, INCLINE)
    assert speed <= 6.05


def test_r8_belt_and_deck_never_set_out_together_in_a_descent() -> None:
    ride = Ride().arm(plans.real("rolling_descent")).finish()
    for at, _, speed, incline in at_each(ride, INCLINE):
        if incline < -0.5:
            before = [c.value for t, c in ride.commands if t < at and c.kind is SPEED]
            assert before[-1] == pytest.approx(speed, abs=0.35)


# ---- R9


@pytest.mark.parametrize("session", ["descending_sprints", "rolling_descent", "long_reps_1_1"])
def test_r9_every_large_change_of_a_session_was_announced(session: str) -> None:
    ride = (
        ObservedRide(level=Level.ADVANCED).arm(plans.real(session, level=Level.ADVANCED)).finish()
    )
    go = [cue for _, cue in ride.cues if cue.key == "go"]
    assert go
    assert all(cue.speed_kmh for cue in go)
    assert verdict(ride) == []


def test_r9_the_belt_waits_5_s_after_the_cue_that_announces_more() -> None:
    ride = Ride().arm(plans.flat(8.0)).until(lambda r: r.engine.state is State.RUNNING)
    told = ride.cues[-1]
    assert (told[1].key, told[1].speed_kmh) == ("step_steady", 8.0)
    ride.run(20)
    assert ride.commands[0][0] >= told[0] + 5


def test_r9_the_belt_waits_3_s_after_the_cue_that_announces_less() -> None:
    steps = (plans.step(Phase.STEADY, 10, 0, 300), plans.step(Phase.COOL_DOWN, 5, 0, 300))
    ride = Ride().arm(plans.of(*steps)).until(lambda r: r.speed > 9.9)
    ride.ask(Skip())
    begun, sent = ride.now, len(ride.commands)
    ride.run(20)
    assert ride.cues[-1][1].speed_kmh == 5.0
    assert ride.commands[sent][0] == pytest.approx(begun + 3)


def test_r9_skipping_to_an_exercise_slows_down_only_after_the_cue() -> None:
    steps = (plans.step(Phase.STEADY, 10, 0, 300), plans.step(Phase.STRETCH, 0, 0, 60))
    ride = Ride().arm(plans.of(*steps)).until(lambda r: r.speed > 9.9)
    ride.ask(Skip())
    begun, sent = ride.now, len(ride.commands)
    ride.until(lambda r: r.speed == 0)
    assert ride.commands[sent][0] == pytest.approx(begun + 3)


def test_r9_after_a_pause_everything_is_announced_again() -> None:
    ride = ObservedRide().arm(plans.flat(10.0)).until(lambda r: r.speed > 9.9)
    ride.ask(Pause())
    ride.until(lambda r: r.speed == 0)
    ride.run(5)
    ride.ask(Resume())
    ride.until(lambda r: r.engine.state is State.RUNNING)
    begun, sent = ride.now, len(ride.commands)
    ride.run(20)
    assert ride.commands[sent][0] >= begun + 5
    assert verdict(ride) == []


def test_r9_a_pause_needs_no_announcement() -> None:
    ride = Ride().arm(plans.flat(10.0)).until(lambda r: r.speed > 9.9)
    ride.ask(Pause())
    assert ride.commands[-1] == (ride.now, Command(ride.commands[-1][1].id, SPEED, 8.0))


# ---- R10


@pytest.mark.parametrize(
    ("aim", "key"),
    [
        (Aim(22.1), "speed_out_of_range"),
        (Aim(-0.1), "speed_out_of_range"),
        (Aim(float("nan")), "speed_out_of_range"),
        (Aim(None, -6.5), "incline_out_of_range"),
        (Aim(None, 15.5), "incline_out_of_range"),
        (Aim(None, float("nan")), "incline_out_of_range"),
        (Aim(None, float("-inf")), "incline_out_of_range"),
    ],
)
def test_r10_wishes_outside_the_machines_range_are_refused(aim: Aim, key: str) -> None:
    ride = manual(8.0)
    with pytest.raises(Refused) as refused:
        ride.ask(aim)
    assert refused.value.key == key
    ride.run(10)
    assert ride.commands == []


def test_r10_no_negative_incline_for_a_deck_that_cannot_decline() -> None:
    machine = Preset.TYPICAL.machine(min_incline_pct=0)
    ride = Ride(machine=machine)
    ride.arm(plans.real()).until(lambda r: r.engine.state is State.RUNNING)
    ride.run(1200)
    assert all(value >= 0 for value in values(ride, INCLINE))


def test_r10_a_slope_locked_for_the_level_is_refused() -> None:
    ride = Ride(machine=Preset.TYPICAL.machine(min_incline_pct=-12), level=Level.BEGINNER)
    ride.press_start()
    ride.run(10)
    with pytest.raises(Refused, match="incline_locked"):
        ride.ask(Aim(None, -8.5))


def test_r10_settings_are_rounded_down_to_the_machines_step() -> None:
    ride = manual(6.0)
    ride.ask(Aim(6.97, -1.9))
    ride.run(60)
    assert values(ride, SPEED)[-1] == 6.9
    assert values(ride, INCLINE) == [-1.5]


@pytest.mark.parametrize(
    ("level", "incline", "cap"),
    [
        (Level.NOVICE, 0.0, 6.5),
        (Level.BEGINNER, -3.0, 10.0),
        (Level.BEGINNER, -6.0, 9.0),
        (Level.INTERMEDIATE, -6.0, 15.0),
        (Level.ADVANCED, -6.0, 18.0),
    ],
)
def test_r10_the_levels_cap_for_the_slope_holds(level: Level, incline: float, cap: float) -> None:
    ride = manual(4.0, incline, level)
    ride.ask(Aim(20.0))
    ride.run(120)
    assert ride.speed == pytest.approx(cap)


def test_r10_the_cap_of_the_steeper_slope_counts_before_the_deck_is_there() -> None:
    ride = manual(6.4, level=Level.NOVICE)
    ride.ask(Aim(6.4, -6.0))
    ride.run(60)
    ((_, value, speed, _),) = at_each(ride, INCLINE)
    assert value == -6.0
    assert speed <= 5.55
    assert ride.speed <= 5.5
    assert verdict(ride) == []


def test_r10_the_users_absolute_maximum_holds() -> None:
    limited = Permissions(control=True, max_speed_kmh=9.0)
    ride = ObservedRide(permissions=limited).arm(plans.real()).finish()
    assert max(values(ride, SPEED)) == 9.0
    assert verdict(ride, limited) == []


# ---- R13


def test_r13_a_heart_rate_never_changes_a_command() -> None:
    class Heart(ObservedRide):
        engine_type = HeartRateEngine

    calm, measured = ObservedRide().arm(plans.real()), Heart().arm(plans.real())
    calm.finish()
    measured.finish()
    assert measured.commands == calm.commands


def test_r13_a_wild_heart_rate_is_no_reason_to_speed_up_in_a_descent() -> None:
    ride = Ride().arm(plans.real()).in_descent()
    for heart_rate in (30, 60, 220):
        sample = Telemetry(
            at=ride.now + 0.01 * heart_rate,
            speed_kmh=14.4,
            incline_pct=-6.0,
            heart_rate_bpm=heart_rate,
        )
        effects = ride.engine.handle(sample, sample.at)
        assert [effect for effect in effects if isinstance(effect, Command)] == []
