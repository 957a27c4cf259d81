"""From script to plan: slopes, speeds, repetitions, what is said about them."""

from dataclasses import replace

import pytest

from custom_components.descent.training.cues import STANDING
from custom_components.descent.training.model import (
    Level,
    Machine,
    Phase,
    Plan,
    Range,
    Runner,
    Step,
)
from custom_components.descent.training.planner import PlanError, plan
from tests.training.runners import FLAT, MACHINES, REFERENCE, SPEED, library, planned, session

SPRINTS = """
- repeat: 4
  steps:
    - descent: {for: 100 m, decline: 6 %, pace: sprint 80 %}
    - recovery: {for: 150 s, walk_back: uphill}
"""
DESCENT = "- descent: {for: 100 m, decline: 6 %, pace: sprint 80 %}"


def on(low: float, high: float = 12, step: float = 0.5) -> Machine:
    return Machine(speed=SPEED, incline=Range(minimum=low, maximum=high, step=step))


def first(done: Plan, phase: Phase) -> Step:
    return next(step for step in done.steps if step.phase is phase)


# ---- slopes -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("decline", "machine", "incline"),
    [
        ("6 %", on(-6), -6),
        ("6 %", on(-3), -3),
        ("5.8 %", on(-6), -5.5),
        ("5.8 %", on(-6, step=1), -5),
        ("6 %", on(-2.5, step=1), -2),
        ("6 %", on(0), 0),
        ("6 %", on(-6, step=0.1), -6),
    ],
)
def test_a_decline_becomes_the_steepest_slope_the_machine_has_not_above_it(
    decline: str, machine: Machine, incline: float
) -> None:
    done = planned(f"- descent: {{for: 100 m, decline: {decline}, pace: walk}}", machine)
    assert done.steps[0].incline_pct == incline
    assert done.steps[0].prescribed_incline_pct == -float(decline.removesuffix(" %"))


def test_an_incline_the_machine_does_not_have_is_limited_without_a_word() -> None:
    done = planned("- steady: {for: 1 min, pace: walk, incline: 7 %}", on(-3, high=5))
    assert done.steps[0].incline_pct == 5
    assert done.steps[0].prescribed_incline_pct == 5
    assert done.notes == ()


def test_r10_no_incline_is_asked_of_a_deck_that_cannot_decline() -> None:
    done = planned(SPRINTS, FLAT)
    assert {step.incline_pct for step in done.steps} == {0}
    assert done.notes == ("no_decline", "flat_walk")
    assert done.fidelity_descent == 0
    assert done.fidelity_grade == 0
    assert done.added_reps == 0
    assert done.prescribed_descent_m == pytest.approx(23.96, abs=0.01)


# ---- repetitions --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("level", "reps"),
    [
        (Level.NOVICE, 4),
        (Level.BEGINNER, 4),
        (Level.INTERMEDIATE, 6),
        (Level.ADVANCED, 7),  # an eighth would make more descent than prescribed
    ],
)
def test_repetitions_make_up_for_a_gentler_slope_as_far_as_the_level_allows(
    level: Level, reps: int
) -> None:
    done = planned(SPRINTS, on(-3), replace(REFERENCE, level=level))
    assert done.reps == reps
    assert done.added_reps == reps - 4
    assert done.descent_m <= done.prescribed_descent_m
    assert ("reps_added" in done.notes) == (reps > 4)
    assert done.notes[0] == "clamped"


def test_speed_never_makes_up_for_a_gentler_slope() -> None:
    steep, gentle = planned(SPRINTS, on(-6)), planned(SPRINTS, on(-3))
    assert first(gentle, Phase.DESCENT).speed_kmh < first(steep, Phase.DESCENT).speed_kmh


def test_a_session_that_needs_no_clamping_gets_no_repetitions() -> None:
    done = planned(SPRINTS, on(-6))
    assert (done.reps, done.added_reps, done.notes) == (4, 0, ())
    assert done.fidelity_descent == 1
    assert done.fidelity_grade == 1


def test_only_the_outermost_repeat_grows() -> None:
    done = planned(
        """
- repeat: 2
  steps:
    - repeat: 3
      steps:
        - descent: {for: 100 m, decline: 6 %, pace: walk}
    - recovery: {for: 1 min, pace: walk}
""",
        on(-3),
    )
    assert done.added_reps == 1
    assert done.reps == 9


def test_two_blocks_share_what_there_is_to_make_up_for() -> None:
    done = planned(SPRINTS + SPRINTS, on(-3))
    assert done.added_reps == 7
    assert done.descent_m <= done.prescribed_descent_m


def test_repetitions_without_descents_do_not_grow() -> None:
    flat = "- repeat: 4\n  steps:\n    - steady: {for: 1 min, pace: walk}\n"
    done = planned(flat + DESCENT, on(-3))
    assert done.added_reps == 0
    assert done.fidelity_descent == pytest.approx(0.5, abs=0.01)


def test_an_added_repetition_keeps_the_last_effort_of_a_list() -> None:
    done = planned(
        """
- repeat: 3
  steps:
    - descent: {for: 100 m, decline: 6 %, pace: sprint 60/70 %}
    - recovery: {for: 1 min, pace: walk}
""",
        on(-3),
    )
    speeds = [step.speed_kmh for step in done.steps if step.phase is Phase.DESCENT]
    assert speeds == [10.6, 12.4, 12.4, 12.4, 12.4]


def test_a_clamped_session_never_counts_as_done_in_full() -> None:
    nearly = "- repeat: 100\n  steps:\n    - descent: {for: 100 m, decline: 6 %, pace: jog}\n"
    done = planned(nearly, on(-5))
    assert done.descent_m / done.prescribed_descent_m > 0.99
    assert done.fidelity_descent == 0.99


def test_repetitions_are_not_added_beyond_a_bearable_session() -> None:
    long = "- repeat: 8\n  steps:\n    - descent: {for: 40 min, decline: 6 %, pace: walk}\n"
    done = planned(long, on(-3))
    assert done.added_reps == 1
    assert done.duration_s == 6 * 3600


# ---- speeds -------------------------------------------------------------------------------------


def test_r10_a_speed_is_rounded_down_to_the_machines_step() -> None:
    machine = Machine(
        speed=Range(minimum=1, maximum=20, step=0.5),
        incline=Range(minimum=-6, maximum=12, step=0.5),
    )
    assert planned(DESCENT, machine).steps[0].speed_kmh == 14  # of 14.49


def test_r10_a_sprint_stays_under_the_levels_cap_for_the_slope_it_is_run_on() -> None:
    fast = replace(REFERENCE, level=Level.BEGINNER, controlled_top_kmh=30)
    assert planned(DESCENT, on(-6), fast).steps[0].speed_kmh == 9
    assert planned(DESCENT, on(-3), fast).steps[0].speed_kmh == 10


def test_a_novice_walks() -> None:
    novice = replace(REFERENCE, level=Level.NOVICE)
    done = planned("- warm_up: {for: 10 min, pace: easy}\n" + DESCENT, on(-6), novice)
    assert [step.speed_kmh for step in done.steps] == [6.5, 5.5]


def test_r10_the_runners_own_maximum_holds_in_every_step() -> None:
    careful = replace(REFERENCE, max_speed_kmh=4.0)
    done = planned(SPRINTS + "- steady: {for: 1 min, pace: easy}", on(-6), careful)
    assert max(step.speed_kmh for step in done.steps) == 4


def test_a_belt_that_cannot_run_slowly_enough_is_refused() -> None:
    fast = Machine(
        speed=Range(minimum=3, maximum=20, step=0.1), incline=Range(minimum=-6, maximum=9, step=1)
    )
    careful = replace(REFERENCE, max_speed_kmh=2.5)
    with pytest.raises(PlanError) as caught:
        planned(DESCENT, fast, careful)
    assert caught.value.key == "machine_too_fast"
    assert caught.value.values == {"minimum": "3", "allowed": "2.5"}


@pytest.mark.parametrize(
    ("level", "speed"), [(Level.BEGINNER, 2), (Level.INTERMEDIATE, 4), (Level.ADVANCED, 4.5)]
)
def test_r16_backward_speed_is_capped_by_level_and_the_step_is_guided(
    level: Level, speed: float
) -> None:
    turn = "- turn_around: {at_least: 30 s}\n"
    back = "- backward: {for: 100 m, pace: 4.5 km/h, incline: 2 %}\n"
    done = planned(turn + back + turn, on(-6), replace(REFERENCE, level=level))
    assert done.steps[1].speed_kmh == speed
    assert done.steps[1].guided
    assert done.notes == ("guided",)
    assert done.steps[0].minimum_s == done.steps[0].duration_s == 30


# ---- ramps --------------------------------------------------------------------------------------


def test_s1_2_a_warm_up_ramps_from_walking_over_its_first_two_minutes() -> None:
    step = planned("- warm_up: {for: 10 min, pace: easy, from: walk}").steps[0]
    assert (step.ramp_from_kmh, step.ramp_to_kmh, step.ramp_s) == (5, None, 120)


def test_a_ramp_takes_at_most_half_of_its_step() -> None:
    step = planned("- steady: {for: 1 min, pace: easy, from: walk, to: walk}").steps[0]
    assert (step.ramp_from_kmh, step.ramp_to_kmh, step.ramp_s) == (5, 5, 30)


def test_a_ramp_from_a_faster_pace_is_none() -> None:
    step = planned("- cool_down: {for: 10 min, pace: walk, to: jog}").steps[0]
    assert (step.ramp_from_kmh, step.ramp_to_kmh, step.ramp_s) == (None, None, 0)


# ---- walking back -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("mode", "seconds", "machine", "incline", "speed", "notes"),
    [
        ("uphill", 150, on(-6), 6, 3.0, ()),  # the slope itself
        ("uphill", 150, on(-6, high=4), 4, 3.0, ()),  # the machine's maximum
        ("uphill", 60, on(-6), 3, 3.0, ()),  # a tenth of the recovery for the deck
        ("jog", 150, on(-6), 6, 6.0, ()),
        ("flat", 150, on(-6), 0, 5.0, ()),
        ("uphill", 150, on(-6, high=0), 0, 5.0, ("flat_walk",)),
        ("uphill", 15, on(-6), 0, 5.0, ("flat_walk",)),  # the deck is too slow for that
        ("jog", 15, on(-6), 0, 6.0, ("flat_walk",)),
    ],
)
def test_s1_8_the_way_back_up_is_as_steep_as_slope_machine_and_deck_allow(
    mode: str, seconds: int, machine: Machine, incline: float, speed: float, notes: tuple[str, ...]
) -> None:
    recovery = f"- recovery: {{for: {seconds} s, walk_back: {mode}}}"
    done = planned(f"{DESCENT}\n{recovery}", machine)
    assert (done.steps[1].incline_pct, done.steps[1].speed_kmh) == (incline, speed)
    assert done.notes == notes


def test_s1_8_a_slow_deck_goes_up_less() -> None:
    machine = replace(on(-6), rates=replace(on(-6).rates, deck_pct_s=0.3))
    done = planned(SPRINTS, machine)
    assert first(done, Phase.RECOVERY).incline_pct == 4.5


@pytest.mark.parametrize(("walk", "speed"), [(3.0, 4.0), (4.4, 4.4), (7.0, 5.0)])
def test_s1_8_a_flat_walk_is_at_4_to_5_kmh(walk: float, speed: float) -> None:
    runner = replace(REFERENCE, walk_kmh=walk)
    recovery = "- recovery: {for: 150 s, walk_back: flat}"
    assert planned(f"{DESCENT}\n{recovery}", on(-6), runner).steps[1].speed_kmh == speed


def test_a_walk_back_may_have_an_incline_and_a_pace_of_its_own() -> None:
    recovery = "- recovery: {for: 8 min, walk_back: jog, incline: 2 %, pace: 5.5 km/h}"
    step = planned(f"{DESCENT}\n{recovery}").steps[1]
    assert (step.incline_pct, step.speed_kmh, step.walk_back_m) == (2, 5.5, 100)


def test_a_walk_back_may_be_as_long_as_a_distance() -> None:
    step = planned(f"{DESCENT}\n- recovery: {{for: 100 m, walk_back: uphill}}").steps[1]
    assert step.nominal_s == pytest.approx(120)
    assert step.incline_pct == 6


def test_a_walk_back_leads_as_far_as_the_descents_before_it() -> None:
    done = planned(
        """
- descent: {for: 100 m, decline: 6 %, pace: walk}
- recovery: {for: 1 min, pace: walk}
- descent: {for: 1 min, decline: 4 %, pace: 6 km/h}
- descent: {for: 50 m, decline: 2 %, pace: walk}
- stretch: {for: 1 min}
- recovery: {for: 10 min, walk_back: uphill}
"""
    )
    assert done.steps[1].walk_back_m == 0
    assert done.steps[5].walk_back_m == 150
    assert done.steps[5].incline_pct == 2


# ---- numbers, names and refusals ----------------------------------------------------------------


def test_descents_are_counted_through_and_their_recoveries_with_them() -> None:
    done = planned(
        """
- warm_up: {for: 5 min, pace: easy}
- recovery: {for: 1 min, pace: walk}
- descent: {for: 100 m, decline: 2 %, pace: walk}
- recovery: {for: 1 min, pace: walk}
- descent: {for: 100 m, decline: 2 %, pace: walk}
- cool_down: {for: 5 min, pace: jog}
"""
    )
    assert [step.rep for step in done.steps] == [0, 0, 1, 1, 2, 0]
    assert [step.reps for step in done.steps] == [0, 2, 2, 2, 2, 0]
    shown = [None, None, (1, 2), (1, 2), (2, 2), None]
    assert [step.repetition for step in done.steps] == shown
    assert [step.index for step in done.steps] == [0, 1, 2, 3, 4, 5]


def test_a_plan_says_whose_it_is_and_what_it_was_made_from() -> None:
    script = library()["descending_sprints"]
    done = plan(script, REFERENCE, MACHINES["B"], {"reps": 3, "recovery_mode": "flat"})
    assert (done.session, done.name) == ("descending_sprints", "Descending sprints")
    assert (done.runner, done.level) == ("Kim", Level.ADVANCED)
    assert dict(done.parameters) == {
        "reps": 3,
        "distance": 120,
        "decline": 6,
        "effort": 80,
        "recovery": 150,
        "recovery_mode": "flat",
        "cooldown_mode": "jog",
    }
    assert done.reps == 3
    assert first(done, Phase.RECOVERY).incline_pct == 0


def test_s1_9_the_cool_down_is_a_jog_or_a_walk() -> None:
    script = library()["descending_sprints"]
    done = plan(script, REFERENCE, MACHINES["B"], {"cooldown_mode": "walk"})
    assert first(done, Phase.COOL_DOWN).speed_kmh == 5


def test_a_distance_that_takes_longer_than_a_session_may_is_refused() -> None:
    with pytest.raises(PlanError) as caught:
        planned("- steady: {for: 20 km, pace: 1 km/h}")
    assert caught.value.key == "session_too_long"
    assert caught.value.values == {"allowed": "6"}


def test_distances_that_take_too_long_together_are_refused() -> None:
    with pytest.raises(PlanError, match="session_too_long"):
        planned("- repeat: 2\n  steps:\n    - steady: {for: 20 km, pace: walk}")


def test_a_locked_session_is_refused_with_the_rule_that_locks_it() -> None:
    with pytest.raises(PlanError) as caught:
        plan(library()["long_reps"], replace(REFERENCE, level=Level.BEGINNER), MACHINES["C"])
    assert caught.value.key == "session_locked_level"
    assert caught.value.values == {
        "session": "Long reps",
        "level": "beginner",
        "needed": "advanced",
    }


def test_a_plan_for_nobody_in_particular_is_a_slow_beginners() -> None:
    script = session("- warm_up: {for: 10 min, pace: easy, from: walk}")
    step = plan(script, Runner(name=""), MACHINES["A"]).steps[0]
    assert step.speed_kmh == 6.1


# ---- what a coach asks for ----------------------------------------------------------------------


def test_a_pyramid_has_its_lengths_one_after_the_other() -> None:
    done = planned("""
- repeat: 5
  steps:
    - descent: {for: 100/200/400/200/100 m, decline: 5 %, pace: walk}
    - recovery: {for: 1 min, pace: walk}
""")
    descents = [step for step in done.steps if step.phase is Phase.DESCENT]
    assert [step.distance_m for step in descents] == [100, 200, 400, 200, 100]


def test_the_last_length_stays_for_the_repetitions_that_are_added() -> None:
    done = planned(
        """
- repeat: 3
  steps:
    - descent: {for: 300/200/100 m, decline: 6 %, pace: walk}
""",
        on(-3),
    )
    descents = [step.distance_m for step in done.steps]
    assert descents == [300, 200, 100, 100, 100, 100]


def test_a_recovery_leads_back_as_far_as_the_descents_before_it() -> None:
    done = planned("""
- repeat: 3
  steps:
    - descent: {for: 100/200/300 m, decline: 5 %, pace: 6 km/h}
    - recovery: {for: same distance, walk_back: jog}
""")
    recoveries = [step for step in done.steps if step.phase is Phase.RECOVERY]
    assert [step.distance_m for step in recoveries] == [100, 200, 300]
    assert recoveries[0].nominal_s == pytest.approx(60)


def test_the_way_back_from_a_timed_descent_is_the_way_it_leads() -> None:
    done = planned("""
- descent: {for: 1 min, decline: 5 %, pace: 6 km/h}
- recovery: {for: same distance, pace: walk}
""")
    assert done.steps[1].distance_m == 100


@pytest.mark.parametrize("machine", [on(-6), on(-3), FLAT])
def test_metres_of_descent_are_a_length_whatever_the_machine(machine: Machine) -> None:
    done = planned("- descent: {for: 6 m down, decline: 6 %, pace: walk}", machine)
    assert done.steps[0].distance_m == pytest.approx(100.18, abs=0.01)
    assert done.prescribed_descent_m == pytest.approx(6)


def test_metres_of_descent_are_made_up_for_with_repetitions() -> None:
    done = planned(
        """
- repeat: 4
  steps:
    - descent: {for: 6 m down, decline: 6 %, pace: walk}
    - recovery: {for: 1 min, pace: walk}
""",
        on(-3),
    )
    assert done.added_reps > 0
    assert done.descent_m <= done.prescribed_descent_m


@pytest.mark.parametrize(
    ("pace", "kmh"),
    [
        ("3k", 12.3),
        ("5k", 12.0),
        ("10k", 11.5),
        ("half marathon", 11.0),
        ("marathon", 10.5),
        ("10k 95 %", 10.9),
        ("flat 110 %", 13.2),
        ("8 mph", 12.8),
        ("6:30 min/km", 9.2),
        ("10:00 min/mile", 9.6),
    ],
)
def test_a_pace_becomes_the_speed_of_the_runner_who_runs(pace: str, kmh: float) -> None:
    assert planned(f"- steady: {{for: 1 min, pace: {pace}}}").steps[0].speed_kmh == kmh


@pytest.mark.parametrize(
    "pace", ["sustainable 150 %", "flat 150 %", "3k 150 %", "25 km/h", "15 mph", "2:24 min/km"]
)
@pytest.mark.parametrize(
    ("level", "cap"), [(Level.BEGINNER, 9), (Level.INTERMEDIATE, 15), (Level.ADVANCED, 18)]
)
def test_r10_whatever_is_asked_the_cap_of_level_and_slope_holds(
    pace: str, level: Level, cap: float
) -> None:
    fast = replace(REFERENCE, level=level, five_k_s=800)
    done = planned(f"- descent: {{for: 1 min, decline: 6 %, pace: {pace}}}", runner=fast)
    assert done.steps[0].speed_kmh == cap


@pytest.mark.parametrize(("walk", "kmh"), [(5.0, 4.0), (3.0, 3.0)])
def test_r2_a_rest_beside_the_belt_is_a_recovery_at_a_walk_and_never_a_start(
    walk: float, kmh: float
) -> None:
    runner = replace(REFERENCE, walk_kmh=walk)
    done = planned(
        """
- repeat: 2
  steps:
    - descent: {for: 100 m, decline: 5 %, pace: 8 km/h}
    - rest: {for: 90 s, say: Shake your legs}
""",
        runner=runner,
    )
    rest = done.steps[1]
    assert (rest.phase, rest.speed_kmh, rest.incline_pct) == (Phase.RECOVERY, kmh, 0)
    assert (rest.duration_s, rest.rep, rest.reps) == (90, 1, 2)
    assert rest.items == (STANDING, "Shake your legs")


def test_own_words_are_items_of_their_step() -> None:
    done = planned("""
- steady: {for: 1 min, pace: walk, say: [Eyes ahead, Relax]}
- stretch: {for: 1 min, items: [quads], say: glutes}
""")
    assert done.steps[0].items == ("Eyes ahead", "Relax")
    # With a capital letter, or it would be the name of an exercise that is translated.
    assert done.steps[1].items == ("quads", "Glutes")
