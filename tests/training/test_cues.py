"""Which cue when: positions in a step, texts by key, numbers for their placeholders."""

from __future__ import annotations

from dataclasses import replace

import pytest

from custom_components.descent.training import cues
from custom_components.descent.training.events import Aim, CueKind, Reason
from custom_components.descent.training.model import Phase, Plan, Step
from custom_components.descent.training.planner.plan import numbered
from custom_components.descent.training.session.summary import Meter, summarise
from tests.training.plans import of, real, step

SPRINT = step(Phase.DESCENT, 14.4, -6, 30, distance_m=120.0, rep=1, reps=2)
RECOVERY = step(Phase.RECOVERY, 3, 6, 150, rep=1, reps=2)
COOL_DOWN = step(Phase.COOL_DOWN, 7.8, 0, 600)
STEADY = step(Phase.STEADY, 8, 0, 59)
STRETCH = step(Phase.STRETCH, 0, 0, 300, items=("quads", "hip_flexors"))


def moments(*steps: Step, of_step: int = 0) -> list[tuple[float, str]]:
    """Return position and key of the cues inside one step of a plan."""
    plan = of(*numbered(steps))
    following = plan.steps[of_step + 1] if of_step + 1 < len(plan.steps) else None
    found = cues.schedule(plan.steps[of_step], following)
    return [(round(moment.position, 2), moment.cue.key) for moment in found]


# ---- inside a step


def test_a_long_step_says_half_way_and_the_last_thirty_seconds() -> None:
    assert moments(COOL_DOWN, STRETCH) == [
        (300, "half_way"),
        (570, "time_left"),
        (585, "preview_off_belt"),
    ]


@pytest.mark.parametrize(
    ("seconds", "keys"),
    [
        (59, []),
        (60, ["half_way"]),
        (89, ["half_way"]),
        (90, ["half_way", "time_left"]),
    ],
)
def test_a_minute_has_a_half_and_a_minute_and_a_half_has_a_warning(
    seconds: float, keys: list[str]
) -> None:
    said = moments(step(Phase.STEADY, 8, 0, seconds), STRETCH)
    assert [key for _, key in said if not key.startswith("preview")] == keys


def test_a_recovery_is_left_in_peace() -> None:
    assert moments(RECOVERY, COOL_DOWN) == [(144, "preview_cool_down")]


def test_a_descent_by_distance_has_its_moments_in_metres() -> None:
    long = step(Phase.DESCENT, 11.6, -6, 310, distance_m=1000.0)
    assert moments(long, RECOVERY) == [
        (200, "form_lean"),
        (400, "form_hips_low"),
        (500, "half_way"),
        (600, "form_tall"),
        (800, "form_light_feet"),
        (903.33, "time_left"),
        (988.72, "ease"),
    ]


def test_a_long_descent_by_time_has_a_form_cue_every_200_metres_too() -> None:
    three_minutes = step(Phase.DESCENT, 12, -3, 180)
    said = moments(three_minutes, RECOVERY)
    assert [at for at, key in said if key.startswith("form")] == [60, 120]


@pytest.mark.parametrize(("metres", "count"), [(200, 0), (201, 1), (400, 1), (401, 2)])
def test_no_form_cue_falls_on_the_end_of_a_descent(metres: float, count: int) -> None:
    said = moments(step(Phase.DESCENT, 10, -3, metres * 0.36, distance_m=metres), RECOVERY)
    assert sum(key.startswith("form") for _, key in said) == count


def test_backward_has_a_form_cue_of_its_own() -> None:
    assert moments(step(Phase.BACKWARD, 2, 0, 40), STRETCH) == [
        (4, "form_backward"),
        (25, "preview_off_belt"),
    ]


def test_off_the_belt_the_items_share_the_time() -> None:
    assert moments(STRETCH) == [(0, "item_quads"), (150, "item_other")]


def test_an_item_of_the_runners_own_is_said_as_it_is_called() -> None:
    (_, other) = cues.schedule(STRETCH, None)
    assert other.cue.values == {"item": "hip flexors"}


def test_off_the_belt_without_items_nothing_is_said() -> None:
    assert moments(step(Phase.TURN_AROUND, 0, 0, 30), COOL_DOWN) == []


# ---- before a change


@pytest.mark.parametrize(
    ("now", "then", "said"),
    [
        (STEADY, COOL_DOWN, (53, "preview_cool_down")),
        (STEADY, step(Phase.STEADY, 9, 0, 60), (53, "preview_steady")),
        (STEADY, step(Phase.WARM_UP, 9, 0, 60), (53, "preview_steady")),
        (STEADY, step(Phase.BACKWARD, 2, 0, 60), (53, "preview_steady")),
        (STEADY, step(Phase.RECOVERY, 5, 0, 60), (53, "preview_recovery")),
        (STEADY, STRETCH, (44, "preview_off_belt")),
        (SPRINT, RECOVERY, (106, "ease")),
        (SPRINT, STRETCH, (60, "preview_off_belt")),
        (SPRINT, replace(RECOVERY, speed_kmh=15.0), (96, "preview_recovery")),
    ],
)
def test_every_change_is_announced_before_it_comes(
    now: Step, then: Step, said: tuple[float, str]
) -> None:
    assert moments(now, then)[-1] == said


def test_the_warning_of_a_short_step_comes_at_its_start() -> None:
    assert moments(step(Phase.STEADY, 8, 0, 4), COOL_DOWN) == [(0, "preview_cool_down")]


def test_the_end_of_the_last_step_is_announced() -> None:
    assert moments(STEADY) == [(44, "preview_end")]


def test_ten_seconds_before_a_descent_there_is_a_form_cue() -> None:
    assert moments(SPRINT, RECOVERY, SPRINT, SPRINT, of_step=1) == [(140, "form_hips_low")]


def test_before_the_last_descent_it_is_said_that_it_is_the_last() -> None:
    assert moments(SPRINT, RECOVERY, SPRINT, of_step=1) == [(140, "last_rep")]


def test_the_only_descent_is_not_called_the_last() -> None:
    assert moments(STEADY, SPRINT) == [(49, "form_lean")]


FIRST = step(Phase.DESCENT, 9, -4, 50)


@pytest.mark.parametrize(
    ("speed", "incline", "key", "lead"),
    [
        (8.0, -4.0, "ease", 3.5),
        (9.0, -3.0, "ease", 3.5),
        (10.0, -4.0, "preview_descent", 6),
        (8.0, -2.5, "preview_descent", 6),
        (10.0, -6.0, "preview_descent_deck", 6),
        (8.0, -6.0, "preview_descent_deck", 6),
    ],
)
def test_between_two_descents_the_next_one_is_announced_unless_it_only_gets_easier(
    speed: float, incline: float, key: str, lead: float
) -> None:
    assert moments(FIRST, step(Phase.DESCENT, speed, incline, 50)) == [(50 - lead, key)]


# ---- what a cue says


def test_a_cue_carries_the_target_it_announces_and_the_numbers_of_its_text() -> None:
    cue = cues.announce("ease", CueKind.EASE, RECOVERY, 3.5)
    assert (cue.speed_kmh, cue.incline_pct, cue.seconds_to_change) == (3, 6, 3.5)
    assert cue.values == {
        "speed": "3",
        "incline": "6",
        "decline": "6",
        "minutes": "2.5",
        "seconds": "4",
    }


def test_without_a_time_to_the_change_the_seconds_are_those_of_the_step() -> None:
    assert cues.announce("step_steady", CueKind.STEP, STEADY).values["seconds"] == "59"


@pytest.mark.parametrize(
    ("deck", "key"), [(True, "preview_descent_deck"), (False, "preview_descent")]
)
def test_a_preview_says_which_descent_and_whether_the_deck_moves(deck: bool, key: str) -> None:
    plan = of(*numbered((SPRINT, RECOVERY, SPRINT)))
    cue = cues.preview(plan.steps[2], 20, deck=deck)
    assert cue.key == key
    assert cue.values["rep"] == "2"
    assert cue.values["reps"] == "2"
    assert cue.seconds_to_change == 20


def test_a_recovery_says_how_many_descents_are_to_go() -> None:
    steps = numbered((RECOVERY, SPRINT, RECOVERY, SPRINT, RECOVERY))
    said = [cues.begins(steps[index]) for index in (0, 2, 4)]
    assert [(cue.key, cue.values["left"]) for cue in said] == [
        ("recovery_walk", "2"),
        ("recovery_walk", "1"),
        ("recovery_walk_last", "0"),
    ]


@pytest.mark.parametrize(
    ("speed_kmh", "incline_pct", "key"),
    [
        (3.0, 6.0, "recovery_walk"),
        (5.0, 2.0, "recovery_walk"),
        (6.0, 6.0, "recovery_jog"),
        (7.8, 1.0, "recovery_easy"),
        (4.0, 0.0, "recovery_easy"),
        (6.0, -1.0, "recovery_easy"),
    ],
)
def test_a_recovery_is_called_a_way_back_only_where_it_goes_uphill(
    speed_kmh: float, incline_pct: float, key: str
) -> None:
    recovery = replace(RECOVERY, speed_kmh=speed_kmh, incline_pct=incline_pct)
    assert cues.begins(recovery).key == key


@pytest.mark.parametrize("one", [STEADY, COOL_DOWN, STRETCH])
def test_any_other_step_says_what_it_is(one: Step) -> None:
    cue = cues.begins(one)
    assert (cue.kind, cue.key) == (CueKind.STEP, f"step_{one.phase}")


@pytest.mark.parametrize(
    ("target", "key", "values"),
    [
        (Aim(8, 1), "guided_set", ("8", "1")),
        (Aim(None, -6), "guided_set_incline", ("0", "-6")),
        (Aim(0.0, 0.0), "press_stop", ("0", "0")),
    ],
)
def test_r1_the_guide_says_what_to_set(target: Aim, key: str, values: tuple[str, str]) -> None:
    cue = cues.guide(target, SPRINT)
    assert cue.key == key
    assert (cue.values["speed"], cue.values["incline"]) == values
    assert (cue.speed_kmh, cue.incline_pct) == (target.speed_kmh, target.incline_pct)


def test_r1_the_guide_also_speaks_after_the_last_step() -> None:
    assert cues.guide(Aim(0.0, 0.0), None).step is None


# ---- clamping and the end


def clamped(plan: Plan) -> list[str]:
    return [cue.key for cue in cues.clamp(plan, -3)]


def test_what_the_machine_cannot_do_is_said_once() -> None:
    plan = replace(of(SPRINT), fidelity_grade=0.5, fidelity_descent=0.75, added_reps=3)
    (cue,) = cues.clamp(plan, -3)
    assert cue.key == "clamp_reps"
    assert cue.values == {"minimum": "3", "added": "3", "fidelity": "75"}


def test_reps_are_mentioned_only_where_some_were_added() -> None:
    assert clamped(replace(of(SPRINT), fidelity_grade=0.5, added_reps=0)) == ["clamp"]


@pytest.mark.parametrize("grade", [None, 1.0])
def test_a_machine_that_is_steep_enough_is_not_mentioned(grade: float | None) -> None:
    assert clamped(replace(of(SPRINT), fidelity_grade=grade)) == []


def test_a_level_deck_is_called_that() -> None:
    assert clamped(replace(of(SPRINT), fidelity_grade=0.0, notes=("no_decline",))) == ["no_decline"]


@pytest.mark.parametrize("result", cues.ENDED)
def test_the_last_cue_says_how_far_and_how_far_down(result: Reason) -> None:
    meter = Meter(distance_m=4321.4, descent_m=43.4)
    cue = cues.ended(summarise(of(SPRINT), (), meter, 100, result))
    assert cue.key == cues.ENDED[result]
    assert cue.values == {"descent": "43", "distance": "4321"}


def test_form_cues_rotate_through_the_whole_bank() -> None:
    said = [cues.form(replace(SPRINT, index=index), 0).key for index in range(9)]
    assert sorted(said) == sorted(cues.FORM)


def test_every_reason_has_its_text() -> None:
    said = {*cues.SUSPENDED, *cues.PAUSED, *cues.ENDED}
    # Nothing happens when these come about: they are shown, and not said.
    assert said | {Reason.SAFETY_KEY_BACK, Reason.CONTACT_BACK} == set(Reason)


def test_every_cue_of_a_schedule_is_on_the_list_of_texts() -> None:
    plans = [real("descending_sprints"), real("rolling_descent"), real("backward_drills")]
    keys = {
        moment.cue.key
        for plan in plans
        for step, following in zip(plan.steps, [*plan.steps[1:], None], strict=True)
        for moment in cues.schedule(step, following)
    }
    assert keys <= cues.KEYS


# ---- what an author has said, and resting beside the belt


REST = step(Phase.RECOVERY, 4, 0, 90, rep=1, reps=2, items=(cues.STANDING,))


def test_own_words_are_said_a_little_into_their_share_of_a_step() -> None:
    words = step(Phase.STEADY, 8, 0, 50, items=("Eyes ahead", "Relax"))
    assert moments(words, STRETCH)[:2] == [(5, "own_words"), (30, "own_words")]


def test_own_words_in_a_step_by_distance_are_said_at_metres() -> None:
    words = replace(SPRINT, items=("Hips low",))
    assert (24, "own_words") in moments(words, RECOVERY)


@pytest.mark.parametrize("words", ["{{ now() }}", "{speed} <b>", "quads!", "Leg swings"])
def test_own_words_are_passed_on_as_they_stand(words: str) -> None:
    off_belt = step(Phase.STRETCH, 0, 0, 300, items=("quads", words))
    on_belt = step(Phase.STEADY, 8, 0, 50, items=(words,))
    (_, said) = cues.schedule(off_belt, None)
    assert (said.cue.key, said.cue.values) == ("own_words", {"item": words})
    assert cues.schedule(on_belt, None)[0].cue.values == {"item": words}


@pytest.mark.parametrize(
    ("words", "item"),
    [("quads", "Quads"), ("Quads", "Quads"), ("hips low", "hips low"), ("ärms", "ärms")],
)
def test_own_words_are_never_the_name_of_an_exercise(words: str, item: str) -> None:
    assert cues.sentence(words) == item


@pytest.mark.parametrize(("seconds", "at"), [(90, 65), (30, 15)])
def test_r2_a_standing_runner_is_told_to_step_on_before_anything_follows(
    seconds: float, at: float
) -> None:
    rest = replace(REST, nominal_s=seconds, duration_s=seconds)
    assert (at, "rest_step_on") in moments(rest, COOL_DOWN)
    assert moments(rest, COOL_DOWN)[0] == (at, "rest_step_on")


def test_a_rest_is_no_walk_back() -> None:
    cue = cues.begins(REST)
    assert (cue.kind, cue.key, cue.speed_kmh) == (CueKind.RECOVERY, "rest", 4)
