"""Nothing but the runner starts the belt (rule R2)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from custom_components.descent.training.events import (
    Answer,
    Command,
    CommandKind,
    Cue,
    Effect,
    Outcome,
)
from custom_components.descent.training.gate import Gate, Limits
from custom_components.descent.training.model import Level, Telemetry
from custom_components.descent.training.rules import Permissions
from custom_components.descent.training.session.arming import Arming
from tests.training.plans import TYPICAL

MAY_START = Permissions(control=True, start_belt=True)


def gate(permissions: Permissions = MAY_START, *, can_start: bool = True) -> Gate:
    """Return the gate of a standing belt, measured at second 0."""
    machine = replace(TYPICAL, can_start=can_start)
    made = Gate(Limits(machine=machine, permissions=permissions, level=Level.INTERMEDIATE))
    made.observe(sample(0, 0))
    return made


def stands(standing: Gate, until: float) -> None:
    """Measure a standing belt every second until then."""
    for at in range(1, int(until) + 1):
        standing.observe(sample(at, 0))


def sample(at: float, speed: float) -> Telemetry:
    return Telemetry(at=at, speed_kmh=speed, incline_pct=0)


def kinds(effects: list[Effect]) -> list[CommandKind]:
    return [effect.kind for effect in effects if isinstance(effect, Command)]


def keys(effects: list[Effect]) -> list[str]:
    return [effect.key for effect in effects if isinstance(effect, Cue)]


def test_the_runner_is_asked_to_press_start() -> None:
    cue = Arming(gate(Permissions(control=True)), 0).cue("Rolling descent")
    assert (cue.key, cue.values) == ("arm_press_start", {"name": "Rolling descent"})


def test_the_belt_is_taken_over_after_three_moving_samples_in_a_row() -> None:
    standing = gate()
    arming = Arming(standing, 0)
    taken = []
    for at, speed in enumerate([0.31, 0.4, 0.3, 0.5, 0.6, 0.8], start=1):
        standing.observe(sample(at, speed))
        taken.append(arming.taken_over())
    assert taken == [False, False, False, False, False, True]


def test_nobody_is_expected_after_two_minutes() -> None:
    arming = Arming(gate(Permissions(control=True)), 100)
    assert arming.expires_at == 220
    assert arming.wakes_at == 220


def test_where_allowed_the_belt_is_started_once_after_a_countdown_of_ten_seconds() -> None:
    standing = gate()
    arming = Arming(standing, 0)
    assert arming.cue("x").values == {"seconds": "10"}
    assert arming.wakes_at == 5
    assert arming.start_belt(4.9, "x") == []
    stands(standing, 10)
    assert kinds(arming.start_belt(10, "x")) == [CommandKind.START_BELT]
    assert arming.start_belt(10.1, "x") == []
    assert arming.wakes_at == 120


def test_the_last_five_seconds_before_a_belt_starts_are_counted_down() -> None:
    arming = Arming(gate(), 0)
    (cue,) = arming.start_belt(5, "x")
    assert isinstance(cue, Cue)
    assert (cue.key, cue.values, cue.seconds_to_change) == ("countdown", {"seconds": "5"}, 5)
    assert arming.wakes_at == 10
    assert arming.start_belt(6, "x") == []


def test_r2_a_belt_that_was_out_of_sight_for_a_while_is_not_started() -> None:
    standing = gate()
    arming = Arming(standing, 0)
    arming.start_belt(5, "x")
    standing.observe(sample(9.5, 0))
    assert keys(arming.start_belt(10, "x")) == ["arm_press_start"]


def test_r2_a_belt_that_moved_in_the_countdown_is_not_started_though_it_stands_again() -> None:
    standing = gate()
    arming = Arming(standing, 0)
    for at, speed in enumerate((0.5, 0.2, 0, 0, 0, 0, 0, 0, 0, 0), start=1):
        standing.observe(sample(at, speed))
        arming.taken_over()
    assert not arming.counting
    assert arming.start_belt(10, "x") == []
    assert arming.wakes_at == 120


@pytest.mark.parametrize(
    ("permissions", "can_start"),
    [
        (Permissions(control=True), True),
        (Permissions(start_belt=True), True),
        (MAY_START, False),
    ],
)
def test_without_permission_or_ability_there_is_no_countdown(
    permissions: Permissions, can_start: bool
) -> None:
    arming = Arming(gate(permissions, can_start=can_start), 0)
    assert arming.cue("x").key == "arm_press_start"
    assert arming.start_belt(10, "x") == []


def test_a_belt_that_moves_already_is_not_started() -> None:
    moving = gate()
    moving.observe(sample(1, 2))
    assert Arming(moving, 1).cue("x").key == "arm_press_start"


def test_a_belt_started_at_the_console_during_the_countdown_is_not_started_again() -> None:
    standing = gate()
    arming = Arming(standing, 0)
    standing.observe(sample(10, 1))
    assert arming.start_belt(10, "x") == []


def test_without_fresh_telemetry_the_belt_is_not_started_and_the_runner_is_asked_to() -> None:
    effects = Arming(gate(), 0).start_belt(10, "x")
    assert (kinds(effects), keys(effects)) == ([], ["arm_press_start"])


def test_a_permission_withdrawn_during_the_countdown_counts() -> None:
    standing = gate()
    arming = Arming(standing, 0)
    standing.observe(sample(10, 0))
    standing.limits = replace(standing.limits, permissions=Permissions(control=True))
    assert keys(arming.start_belt(10, "x")) == ["arm_press_start"]


def test_where_the_machine_refuses_to_start_the_runner_is_asked_to() -> None:
    standing = gate()
    arming = Arming(standing, 0)
    stands(standing, 10)
    arming.start_belt(10, "x")
    assert arming.answered(Answer(7, Outcome.REJECTED), "x") == []
    assert arming.answered(Answer(1, Outcome.ACCEPTED), "x") == []
    assert keys(arming.answered(Answer(1, Outcome.REJECTED), "x")) == ["arm_press_start"]
