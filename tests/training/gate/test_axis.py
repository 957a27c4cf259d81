"""One actuator judged by telemetry (rules R6, R11 and R12)."""

from __future__ import annotations

import pytest

from custom_components.descent.training.events import Command, CommandKind, Outcome, Reason, Verdict
from custom_components.descent.training.gate.axis import BELT, DECK, Axis

SET = Command(1, CommandKind.SET_SPEED, 8.0)
NEXT = Command(2, CommandKind.SET_SPEED, 9.0)
QUIET: tuple[list[Verdict], Reason | None] = ([], None)


def sent(value: float = 8, measured: float = 5, now: float = 0, *, accepted: bool = True) -> Axis:
    """Return a belt that was told to go to a speed."""
    axis = Axis(BELT)
    axis.send(SET, value, measured, now)
    if accepted:
        assert axis.answer(SET.id, Outcome.ACCEPTED) is None
    return axis


def settled(value: float = 8) -> Axis:
    """Return a belt that has arrived at second 4, and stands there until second 6."""
    axis = sent(value, value - 3)
    for at in (1, 2, 3):
        axis.observe(value - 3 + at * 0.9, at)
    for at in (4, 5, 6):
        axis.observe(value, at)
    assert axis.settled
    return axis


def deck(value: float, measured: float = 0, *, accepted: bool = True) -> Axis:
    """Return a deck that was told to go to an incline."""
    axis = Axis(DECK)
    axis.send(Command(1, CommandKind.SET_INCLINE, value), value, measured, 0)
    if accepted:
        assert axis.answer(1, Outcome.ACCEPTED) is None
    return axis


def reasons(axis: Axis, *samples: tuple[float, float]) -> list[Reason | None]:
    """Return the judgement of each (time, reading)."""
    return [axis.observe(measured, at)[1] for at, measured in samples]


# ---- nothing asked


def test_of_an_axis_that_was_told_nothing_nothing_is_expected() -> None:
    axis = Axis(BELT)
    assert axis.observe(3, 0) == axis.observe(12, 1) == QUIET
    assert axis.deadline is None
    assert not axis.unconfirmed
    assert axis.there


def test_what_was_expected_can_be_forgotten() -> None:
    axis = sent()
    axis.forget()
    assert axis.observe(2, 1) == QUIET
    assert axis.deadline is None
    assert not axis.unconfirmed
    assert axis.commanded is None


# ---- R6, confirmation


def test_r6_a_command_is_confirmed_when_accepted_and_seen_to_move() -> None:
    axis = sent()
    assert axis.observe(5.1, 1) == QUIET
    assert axis.observe(5.15, 1.2) == ([Verdict(SET, Outcome.CONFIRMED)], None)
    assert not axis.unconfirmed


def test_r6_movement_alone_confirms_nothing() -> None:
    axis = sent(accepted=False)
    assert axis.observe(6, 1) == QUIET
    assert axis.unconfirmed
    axis.answer(SET.id, Outcome.ACCEPTED)
    assert axis.observe(6.5, 2)[0] == [Verdict(SET, Outcome.CONFIRMED)]


def test_r6_acceptance_alone_confirms_nothing() -> None:
    axis = sent()
    assert axis.observe(5, 1) == QUIET
    assert axis.unconfirmed


@pytest.mark.parametrize(
    ("value", "measured", "seen"),
    [(5.1, 5.05, True), (5.1, 5.0, True), (4.9, 4.95, True), (5.2, 5.05, False), (5.2, 5.13, True)],
)
def test_r6_a_change_too_small_to_show_is_confirmed_near_its_value(
    value: float, measured: float, seen: bool
) -> None:
    axis = sent(value, 5)
    assert bool(axis.observe(measured, 1)[0]) is seen


def test_r6_two_commands_are_confirmed_each() -> None:
    axis = sent()
    axis.send(NEXT, 9, 5, 1)
    axis.answer(NEXT.id, Outcome.ACCEPTED)
    verdicts, _ = axis.observe(5.3, 1.5)
    assert verdicts == [Verdict(SET, Outcome.CONFIRMED), Verdict(NEXT, Outcome.CONFIRMED)]


@pytest.mark.parametrize("outcome", [Outcome.REJECTED, Outcome.UNKNOWN])
def test_r6_a_bad_answer_is_a_verdict(outcome: Outcome) -> None:
    axis = sent(accepted=False)
    assert axis.answer(SET.id, outcome) == Verdict(SET, outcome)
    assert not axis.unconfirmed


def test_an_answer_to_somebody_elses_command_is_no_news() -> None:
    axis = sent()
    assert axis.answer(7, Outcome.REJECTED) is None
    assert axis.unconfirmed


def test_r6_silence_of_five_seconds_is_an_unknown_outcome() -> None:
    axis = sent(now=10)
    assert axis.deadline == 15
    assert axis.expire(15) == ([Verdict(SET, Outcome.UNKNOWN)], Reason.NOT_CONFIRMED)
    assert not axis.unconfirmed


def test_r11_a_belt_that_obeyed_and_stops_on_its_way_was_set_there_at_the_console() -> None:
    axis = sent()
    axis.observe(6, 1)
    axis.observe(6.05, 3)
    assert axis.deadline == 6
    assert axis.expire(6) == ([], Reason.CONSOLE_CHANGE)


def test_r6_a_deck_that_stops_on_its_way_is_not_confirmed() -> None:
    axis = deck(-6)
    axis.observe(-1, 2)
    assert axis.deadline == 7
    assert axis.expire(7) == ([], Reason.NOT_CONFIRMED)


def test_a_belt_that_arrives_slowly_has_all_the_time_it_shows_progress() -> None:
    axis = sent(8, 5)
    assert reasons(axis, *((at, 5 + at * 0.05) for at in range(1, 54))) == [None] * 53
    assert axis.deadline is not None
    assert axis.deadline > 53


# ---- arriving


def test_arriving_is_counted_in_consecutive_samples() -> None:
    axis = sent()
    counts = []
    for at, measured in enumerate((7.5, 7.7, 8.0, 8.31, 8.3), start=1):
        axis.observe(measured, at)
        counts.append(axis.arrived)
    assert counts == [0, 1, 2, 0, 1]
    assert axis.there


def test_a_new_command_starts_counting_anew() -> None:
    axis = settled()
    axis.send(NEXT, 9, 8, 7)
    assert axis.arrived == 0
    assert not axis.there


# ---- R7 and R11, what does not follow is told no more


def test_a_belt_that_goes_on_as_fast_as_it_did_follows() -> None:
    axis = Axis(BELT)
    axis.observe(5, 0)
    axis.send(SET, 6, 5, 0)
    follows = []
    for at, (told, measured) in enumerate(((6, 5.8), (7, 6.6), (8, 7.4), (9, 8.2)), start=1):
        axis.observe(measured, at)
        follows.append(axis.follows)
        axis.send(Command(at + 1, CommandKind.SET_SPEED, told + 1), told + 1, measured, at)
    assert follows == [True] * 4


@pytest.mark.parametrize(
    ("measured", "follows"), [(7.3, True), (7.2, False), (6.8, False), (6.5, False)]
)
def test_r11_a_belt_that_gets_slower_on_its_way_is_told_no_more(
    measured: float, *, follows: bool
) -> None:
    axis = sent(8)
    reasons(axis, (1, 5.0), (2, 5.8), (3, 6.6))
    assert axis.follows
    axis.send(NEXT, 9, 6.6, 3)
    axis.observe(measured, 4)
    assert axis.follows is follows


def test_a_belt_whose_pace_nobody_knows_is_waited_for() -> None:
    axis = sent(6)
    axis.observe(5.5, 1)
    assert not axis.follows
    axis.observe(5.7, 2)
    assert axis.follows


# ---- R11, the console


@pytest.mark.parametrize(
    ("measured", "reason"),
    [(5.3, None), (5.31, Reason.CONSOLE_CHANGE), (4.7, None), (4.69, Reason.CONSOLE_CHANGE)],
)
def test_r11_a_belt_that_was_told_nothing_is_left_where_it_is_by_everybody(
    measured: float, reason: Reason | None
) -> None:
    axis = Axis(BELT)
    reasons(axis, (0, 5), (1, 5), (2, 5))
    axis.leave(5)
    assert axis.expected == 5
    assert reasons(axis, (3, 5), (4, measured)) == [None, reason]


@pytest.mark.parametrize(
    ("readings", "judged"),
    [
        ((7, 6, 5, 5, 5, 5.2), [None] * 6),
        ((7, 6, 5, 5, 5, 5.4), [None] * 5 + [Reason.CONSOLE_CHANGE]),
        ((7, 7.4), [None, Reason.CONSOLE_CHANGE]),
    ],
    ids=["comes to rest", "is moved again", "turns round"],
)
def test_r11_a_belt_that_was_moving_may_come_to_rest_first(
    readings: tuple[float, ...], judged: list[Reason | None]
) -> None:
    axis = Axis(BELT)
    reasons(axis, (0, 10), (1, 9), (2, 8))
    axis.leave(8)
    assert reasons(axis, *enumerate(readings, start=3)) == judged


@pytest.mark.parametrize(
    ("target", "by_hand"), [(8, False), (5.1, False), (8.3, False), (8.31, True), (6.5, True)]
)
def test_r11_a_target_that_nobody_here_has_told_was_set_at_the_console(
    target: float, *, by_hand: bool
) -> None:
    assert sent(8, 5).named(target, 5.5, 1) is by_hand


def test_r11_a_target_told_before_may_be_named_late() -> None:
    axis = sent(6)
    axis.send(NEXT, 7, 5.8, 1)
    assert [axis.named(6, 6.2, at) for at in (1.5, 2.9, 3.0)] == [False, False, True]


def test_r11_a_target_told_before_is_not_named_again_after_a_newer_one() -> None:
    axis = sent(6)
    axis.send(NEXT, 7, 5.8, 1)
    axis.send(Command(3, CommandKind.SET_SPEED, 8), 8, 6.6, 2)
    assert [axis.named(target, 6.8, 2.5) for target in (6, 7, 8, 6)] == [False, False, False, True]


@pytest.mark.parametrize(("target", "by_hand"), [(5.2, False), (6, True), (4, True)])
def test_r11_a_target_of_a_belt_that_was_left_alone_is_where_it_stands(
    target: float, *, by_hand: bool
) -> None:
    axis = Axis(BELT)
    reasons(axis, (0, 5), (1, 5), (2, 5))
    assert not axis.named(target, 5, 3)
    axis.leave(5)
    assert axis.named(target, 5, 3) is by_hand


@pytest.mark.parametrize(("target", "by_hand"), [(9, False), (3, True)])
def test_r11_a_belt_that_was_moving_may_name_where_it_goes(target: float, *, by_hand: bool) -> None:
    axis = Axis(BELT)
    reasons(axis, (0, 3), (1, 4), (2, 5))
    axis.leave(5)
    assert axis.named(target, 5, 3) is by_hand


@pytest.mark.parametrize(
    ("measured", "reason"),
    [(8.3, None), (8.31, Reason.CONSOLE_CHANGE), (7.7, None), (7.69, Reason.CONSOLE_CHANGE)],
)
def test_r11_a_settled_belt_that_goes_elsewhere_was_changed_at_the_console(
    measured: float, reason: Reason | None
) -> None:
    assert reasons(settled(), (20, measured)) == [reason]


def test_r11_a_belt_on_its_way_that_turns_back_after_it_obeyed_was_changed_at_the_console() -> None:
    axis = sent()
    assert reasons(axis, (1, 6), (2, 7), (3, 6.9), (4, 6.6)) == [
        None,
        None,
        None,
        Reason.CONSOLE_CHANGE,
    ]


def test_a_reading_that_wobbles_at_the_edge_is_still_on_its_way() -> None:
    axis = sent()
    near = ((1, 6), (2, 7), (3, 7.72), (4, 7.72), (5, 7.72))
    assert reasons(axis, *near, (6, 7.65), (7, 7.72), (8, 8.0)) == [None] * 8


# ---- R12, the wrong way


@pytest.mark.parametrize(
    ("axis", "readings"),
    [
        (sent(3, 5, accepted=False), (5.1, 5.3, 5.4)),
        (deck(-6, accepted=False), (0.2, 0.5, 0.6)),
        (deck(6, accepted=False), (-0.2, -0.5, -0.6)),
    ],
    ids=["a belt that should slow down", "a deck told down", "a deck told up"],
)
def test_r12_going_back_before_it_was_confirmed_is_the_wrong_way(
    axis: Axis, readings: tuple[float, float, float]
) -> None:
    assert reasons(axis, *enumerate(readings, start=1)) == [None, None, Reason.WRONG_WAY]


@pytest.mark.parametrize("accepted", [False, True])
def test_r11_a_belt_that_slows_down_instead_of_speeding_up_was_changed_at_the_console(
    *, accepted: bool
) -> None:
    axis = sent(accepted=accepted)
    assert reasons(axis, (1, 4.9), (2, 4.7), (3, 4.6)) == [None, None, Reason.CONSOLE_CHANGE]


@pytest.mark.parametrize(("measured", "reason"), [(8.95, None), (9.0, Reason.OVERSHOOT)])
def test_r12_beyond_its_value_by_a_kilometre_an_hour_a_belt_overshoots(
    measured: float, reason: Reason | None
) -> None:
    assert reasons(sent(), (1, 7), (2, measured)) == [None, reason]


@pytest.mark.parametrize(("measured", "reason"), [(-7.4, None), (-7.5, Reason.OVERSHOOT)])
def test_r12_beyond_its_value_by_a_percent_and_a_half_a_deck_overshoots(
    measured: float, reason: Reason | None
) -> None:
    assert reasons(deck(-6), (1, -4), (2, measured)) == [None, reason]


def test_r12_a_deck_that_runs_on_past_its_value_overshoots_however_slow_it_is() -> None:
    axis = deck(-3)
    judged = reasons(axis, *((second, round(second * -0.2, 1)) for second in range(1, 23)))
    assert judged == [None] * 22
    assert axis.observe(-4.6, 23)[1] is Reason.OVERSHOOT


def test_a_deck_that_stands_where_it_was_told_to_be_is_settled() -> None:
    axis = deck(-1)
    settled_at = []
    for second in range(1, 10):
        axis.observe(max(-1.0, round(second * -0.2, 1)), second)
        settled_at += [second] * axis.settled
    assert settled_at == [6, 7, 8, 9]


@pytest.mark.parametrize(("measured", "reason"), [(8.9, None), (9.0, Reason.OVERSHOOT)])
def test_r12_inertia_may_carry_a_belt_on_for_a_moment_but_not_far(
    measured: float, reason: Reason | None
) -> None:
    assert reasons(settled(), (7, measured)) == [reason]


def test_a_belt_told_to_turn_round_may_go_on_for_a_moment() -> None:
    axis = sent(12, 5)
    reasons(axis, (1, 6), (2, 7))
    axis.send(NEXT, 5, 7, 2)
    assert reasons(axis, (2.5, 7.4), (3, 7.5), (4, 7.2), (5, 6)) == [None] * 4


def test_a_belt_told_to_turn_round_has_no_more_than_a_moment() -> None:
    axis = sent(12, 5)
    reasons(axis, (1, 6), (2, 7))
    axis.send(NEXT, 5, 7, 2)
    assert reasons(axis, (3, 7.4), (4, 7.6), (5, 8.1)) == [None, None, Reason.WRONG_WAY]
