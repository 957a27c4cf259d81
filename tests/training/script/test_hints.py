"""Where people stumble, they are told what to write instead."""

from __future__ import annotations

import pytest

from custom_components.descent.training.script.keys import key_hint, part_hint
from custom_components.descent.training.script.problems import in_words
from tests.training.script.told import Told, all_told, told

HEAD = "name: Test\nlevel: any\nno_warm_up: true\nsteps:\n"
SHAPE = "Below the dash a repeat has two keys"


def hints(steps: str, head: str = HEAD) -> list[str]:
    return [problem.hint for problem in all_told(head + steps) if problem.hint]


@pytest.mark.parametrize(
    ("key", "instead"),
    [
        ("time", "for: 10 min"),
        ("duration", "for: 10 min"),
        ("distance", "for: 10 min"),
        ("length", "for: 10 min"),
    ],
)
def test_another_word_for_for_is_named_with_what_was_written(key: str, instead: str) -> None:
    problem = told(f"{HEAD}  - steady: {{{key}: 10 min, pace: easy}}\n")
    assert problem.hint == f"Write {instead}"


@pytest.mark.parametrize("key", ["speed", "tempo", "effort", "intensity"])
def test_another_word_for_pace_is_named_with_its_unit(key: str) -> None:
    problem = told(f"{HEAD}  - steady: {{for: 10 min, {key}: 10}}\n")
    assert problem.hint == "Write pace: 10 km/h"


def test_form_may_be_one_of_three_keys() -> None:
    problem = told(f"{HEAD}  - steady: {{for: 10 min, pace: easy, form: walk}}\n")
    for key in ("from", "for", "say"):
        assert f'"{key}"' in problem.hint


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("warmup", "warm_up"),
        ("Warm-up", "warm_up"),
        ("cooldown", "cool_down"),
        ("pause", "rest"),
        ("jog", "recovery"),
        ("run", "steady"),
        ("interval", "descent"),
        ("downhill", "descent"),
        ("backwards", "backward"),
        ("turnaround", "turn_around"),
        ("stretching", "stretch"),
    ],
)
def test_another_word_for_a_step_is_named(written: str, meant: str) -> None:
    (hint,) = hints(f"  - {written}: {{for: 10 min, pace: easy}}\n")
    assert meant in hint


@pytest.mark.parametrize(
    ("written", "hint"),
    [
        ("for: 10, pace: easy", "The unit is missing: write 10 min or 10 m"),
        ("for: 10:75, pace: easy", "Write 11:15"),
        ("for: '1,500 m', pace: easy", "Is the comma a decimal sign? Write 1500 m"),
        ("for: '2,500 km', pace: easy", "Is the comma a decimal sign? Write 2.5 km"),
        ("for: 100-200-400 m, pace: easy", "Write 100/200/400 m"),
        ("for: 10 km/h, pace: easy", "Write pace: 10 km/h"),
        ("for: 20 m down, pace: easy", "Write descent: {for: 20 m down}"),
        (
            "for: 10 %, pace: easy",
            "Write pace: flat 10 % or incline: 10 % or decline: 10 %",
        ),
        ("for: 10 min, pace: 12", "The unit is missing: write 12 km/h or 12 mph"),
        (
            "for: 10 min, pace: 6:30",
            "Say for what distance: write 6:30 min/km or 6:30 min/mile",
        ),
        ("for: 10 min, pace: 80 %", "Write flat 80 % or sustainable 80 % or sprint 80 %"),
        ("for: 10 min, pace: 120 %", "Write flat 120 % or sustainable 120 %"),
        ("for: 10 min, pace: sprint 80", "Write sprint 80 %"),
        ("for: 10 min, pace: tempo", "Write 10k 95 % or half marathon"),
        ("for: 10 min, pace: fast", "Write sprint 80 %"),
        ("for: 10 min, pace: moderate pace", "Write easy"),
        ("for: 10 min, pace: 10 min", "Write for: 10 min"),
        ("for: 10 min, pace: easy, incline: -2 %", "Write 2 %"),
        ("for: 10 min, pace: easy, incline: 3 degrees", "Write 5.2 %"),
        ("for: 10 min, pace: easy, incline: 3 \u00b0", "Write 5.2 %"),
        ("for: 3-5 min, pace: easy", "Write 3 min or 5 min or 3/5 min"),
        ("for: 1/2 mile, pace: easy", "Write 0.5 mile or 1 mile/2 mile"),
        ("for: 10 min, pace: walk briskly", "Write walk"),
        ("for: 10 min, pace: standing", "Write rest: {for: 90 s}"),
        ("for: 10 min, pace: sprint 105 %", "Write sprint 100 % or flat 105 %"),
        ("for: 10 min, pace: 3000 m", "Write 3k"),
        ("for: 10 min, pace: 21k", "Write half marathon"),
        ("for: 10 min, pace: 1500 m", "Write 3k or 5k or 10k or half marathon or marathon"),
    ],
)
def test_a_value_that_cannot_be_read_is_put_right(written: str, hint: str) -> None:
    assert hints(f"  - steady: {{{written}}}\n") == [hint]


def test_a_share_of_one_is_told_in_percent() -> None:
    assert hints("  - descent: {for: 1 min, decline: 0.06, pace: walk}\n") == ["Write 6 %"]


@pytest.mark.parametrize(
    "step", ["say: Hips low", "form: tall", "cue: Hips low", "say: [Hips low]"]
)
def test_words_that_stand_alone_are_put_into_a_step(step: str) -> None:
    assert hints(f"  - {step}\n") == ["Write steady: {for: 5 min, pace: easy, say: ...}"]


def test_a_comma_that_is_missing_in_braces_is_told() -> None:
    (hint,) = hints("  - steady: {for: 10 min pace: easy}\n")
    assert hint.startswith("Keys in braces are separated by commas")


@pytest.mark.parametrize("number", ["6", "6 %"])
def test_a_decline_is_written_without_its_sign(number: str) -> None:
    assert hints(f"  - descent: {{for: 1 min, decline: -{number}, pace: walk}}\n") == [
        f"Write {number}"
    ]


@pytest.mark.parametrize(
    ("written", "hint"),
    [("fla", "Did you mean flat?"), ("up", "Did you mean uphill?"), ("Jog", "Did you mean jog?")],
)
def test_a_word_that_is_nearly_right_is_named(written: str, hint: str) -> None:
    step = "  - descent: {for: 1 min, decline: 3, pace: walk}\n"
    assert hints(f"{step}  - recovery: {{for: 1 min, walk_back: {written}}}\n") == [hint]


@pytest.mark.parametrize(
    ("step", "hint"),
    [
        ("rest: 90 s", "Write rest: {for: 90 s}"),
        ("stretch: 5", "Write stretch: {for: 5 min}"),
        ("rest:", "Write rest: {for: 5 min}"),
        ("steady: 20 min easy", "Write steady: {for: 20 min, pace: easy}"),
        ("pause: 90 s", "Write rest: {for: 90 s} or recovery: {for: 90 s}"),
        ("turn_around: 30 s", "Write turn_around: {at_least: 30 s}"),
        ("rest 90 s", "Write rest: {for: 90 s}"),
        ("warmup easy", "Write warm_up: {for: 5 min, pace: easy}"),
    ],
)
def test_a_step_without_its_keys_is_written_out(step: str, hint: str) -> None:
    assert hint in hints(f"  - {step}\n")


@pytest.mark.parametrize(
    ("written", "hint"),
    [("quads", "Write [quads]"), ("[Leg swings]", "Write leg_swings or say: Leg swings")],
)
def test_items_are_a_list_of_names(written: str, hint: str) -> None:
    step = "  - steady: {for: 1 min, pace: walk}\n"
    assert hints(f"{step}  - stretch: {{for: 1 min, items: {written}}}\n") == [hint]


@pytest.mark.parametrize(
    "steps",
    [
        "  - repeat: 4\n    - steady: {for: 1 min, pace: walk}\n",
        "  - repeat: 4\n      steps:\n        - steady: {for: 1 min, pace: walk}\n",
        "  - repeat: 4\n  - steady: {for: 1 min, pace: walk}\n",
        "  - repeat: 4\n    steps:\n  - steady: {for: 1 min, pace: walk}\n",
        "  - repeat: 4\n    steady: {for: 1 min, pace: walk}\n    rest: {for: 1 min}\n",
        "  - repeat:\n      times: 4\n      steps:\n        - steady: {for: 1 min, pace: walk}\n",
        "  - repeat:\n      - steady: {for: 1 min, pace: walk}\n",
        "  - 4x:\n      - steady: {for: 1 min, pace: walk}\n",
        "  - repeat 4:\n      - steady: {for: 1 min, pace: walk}\n",
        "  - steps:\n      - steady: {for: 1 min, pace: walk}\n",
        "  - 5 x 100 m\n",
        "  - steady: {for: 5 x 100 m, pace: walk}\n",
    ],
)
def test_a_repeat_that_is_indented_wrongly_is_told_its_shape_once(steps: str) -> None:
    told_hints = hints(steps)
    assert len(told_hints) == 1
    assert told_hints[0].startswith(SHAPE)


def test_keys_that_are_not_indented_below_their_step_are_told_so() -> None:
    problems = all_told(f"{HEAD}  - steady:\n    for: 1 min\n    pace: walk\n")
    assert [problem.hint for problem in problems] == [
        "Indent for further than steady, so that it belongs to it",
        "Indent pace further than steady, so that it belongs to it",
    ]


def test_a_number_with_its_unit_in_a_parameter_is_taken_apart() -> None:
    text = (
        "name: x\nlevel: any\nparameters:\n  a: {default: 6 min, min: 5, max: 9, unit: min}\n"
        "steps:\n  - steady: {for: $a, pace: walk}\n"
    )
    assert told(text).hint == "Write 6, unit: min"


@pytest.mark.parametrize(
    ("line", "hint"),
    [
        ("title: Mine", "Did you mean name?"),
        ("workout: []", "Did you mean steps?"),
        ("levels: any", "Did you mean level?"),
    ],
)
def test_another_word_for_a_key_of_the_file_is_named(line: str, hint: str) -> None:
    assert hint in [problem.hint for problem in all_told(f"{line}\n")]


def test_what_means_nothing_has_no_hint() -> None:
    assert key_hint("zigzag", None, ("for", "pace"), ()) == (None, set())
    assert part_hint("9 !", ("steady",)) is None
    assert part_hint("zigzag", ("steady",)) is None
    problem: Told = told(f"{HEAD}  - steady: {{for: 1 min, pace: [walk]}}\n")
    assert problem.hint == ""


def test_a_hint_repeats_no_more_than_a_line() -> None:
    hint, _ = key_hint("time", "x" * 5000, ("for",), ())
    assert hint is not None
    assert len(in_words(hint)) < 80
