"""How the gate stops a belt, and when it lets go."""

from __future__ import annotations

from dataclasses import replace

import pytest

from custom_components.descent.training.events import (
    Aim,
    Answer,
    Command,
    CommandKind,
    LetGo,
    Outcome,
    Reason,
    Status,
    StatusKind,
    Verdict,
)
from custom_components.descent.training.model import Telemetry
from tests.training.gate.gate_rig import INCLINE, SPEED, GateRig, gone, only
from tests.training.plans import TYPICAL

# ---- stopping


def test_r14_a_speed_of_zero_slows_down_levels_and_then_stops() -> None:
    rig = GateRig(6, 3)
    rig.aim(0.0, 0.0)
    rig.follow(10)
    assert rig.told(SPEED) == [4, 2.8]
    assert rig.told(INCLINE) == [0]
    assert rig.told(CommandKind.STOP_BELT) == [None]
    last = [effect.kind for effect in rig.effects if isinstance(effect, Command)][-1]
    assert last is CommandKind.STOP_BELT


def test_a_belt_that_stands_leaves_no_wish_behind() -> None:
    rig = GateRig(4)
    rig.aim(0.0)
    rig.follow(6)
    assert rig.gate.wish == Aim()
    assert rig.gate.wakes_at is None


def test_the_wish_for_the_deck_outlives_a_belt_that_stands_already() -> None:
    rig = GateRig(2, 3)
    rig.aim(0.0, 0.0)
    assert rig.told(INCLINE) == [0]
    rig.incline = 2.0  # under way
    rig.gate.hear(Status(StatusKind.STOPPED))
    rig.now = 1.0
    rig.see(0.0, 2.0)
    assert rig.gate.wish == Aim(0.0, 0.0)


def test_r14_a_machine_that_cannot_be_stopped_is_slowed_down_only() -> None:
    rig = GateRig(6, machine=replace(TYPICAL, can_stop=False))
    rig.aim(0.0)
    rig.follow(20)
    assert rig.told(SPEED)[-1] == 2.8
    assert rig.told(CommandKind.STOP_BELT) == []


def test_r4_stop_goes_out_at_once_whatever_was_going_on() -> None:
    rig = GateRig(12)
    rig.aim(3, -3)
    command = only(rig.gate.stop(rig.now))
    assert command.kind is CommandKind.STOP_BELT
    assert rig.gate.wish == Aim()


def test_r4_a_stop_that_shows_no_effect_is_repeated_and_then_a_fault() -> None:
    rig = GateRig(8)
    rig.gate.stop(0)
    told = []
    for second in range(1, 8):
        rig.now = float(second)
        sample = Telemetry(at=rig.now, speed_kmh=8, incline_pct=0)
        told += [(second, effect) for effect in rig.gate.observe(sample)]
    stops = [at for at, effect in told if isinstance(effect, Command)]
    assert stops == [2, 4, 6]
    assert [at for at, effect in told if effect == LetGo(Reason.NOT_CONFIRMED)] == [5]


def test_r4_a_stop_that_the_machine_refuses_is_repeated_all_the_same() -> None:
    rig = GateRig(8)
    command = only(rig.gate.stop(0))
    assert rig.gate.answer(Answer(command.id, Outcome.REJECTED), 0.1) == (
        Verdict(command, Outcome.REJECTED),
        LetGo(Reason.NOT_CONFIRMED),  # and said at once
    )
    rig.now = 2.0
    assert only(rig.see(8)).kind is CommandKind.STOP_BELT


def test_r4_a_stop_is_repeated_for_a_minute_at_most() -> None:
    rig = GateRig(8)
    rig.gate.stop(0)
    for second in range(1, 80):
        rig.now = float(second)
        sample = Telemetry(at=rig.now, speed_kmh=8, incline_pct=0)
        rig.effects += rig.gate.observe(sample)
    assert len(rig.told(CommandKind.STOP_BELT)) == 29
    assert rig.gate.wakes_at is None


# ---- letting go


def test_r6_a_rejected_command_makes_the_gate_let_go() -> None:
    rig = GateRig()
    command = only(rig.gate.aim(Aim(8), 0, of_session=False))
    effects = rig.gate.answer(Answer(command.id, Outcome.REJECTED), 0.1)
    assert effects[0] == Verdict(command, Outcome.REJECTED)
    assert gone(effects) == Reason.REJECTED
    assert rig.gate.wish == Aim()


def test_r6_a_command_without_an_answer_makes_the_gate_let_go_and_is_not_repeated() -> None:
    rig = GateRig()
    command = only(rig.gate.aim(Aim(8), 0, of_session=False))
    effects = rig.gate.answer(Answer(command.id, Outcome.UNKNOWN), 0.1)
    assert gone(effects) == Reason.NOT_CONFIRMED
    assert rig.follow(10).told(SPEED) == []


def test_an_answer_to_nobody_is_no_news() -> None:
    assert GateRig().gate.answer(Answer(99, Outcome.REJECTED), 0) == ()


def test_r12_a_belt_that_goes_the_wrong_way_is_stopped() -> None:
    rig = GateRig()
    rig.aim(3)
    rig.now = 1.0
    effects = rig.see(5.6)
    assert gone(effects) == Reason.WRONG_WAY
    assert CommandKind.STOP_BELT in [
        effect.kind for effect in effects if isinstance(effect, Command)
    ]


def test_r12_a_deck_that_overshoots_slows_the_belt_to_walking_pace() -> None:
    rig = GateRig(7)
    rig.aim(7, -3)
    rig.now = 1.0
    effects = rig.see(7, -4.5)
    assert gone(effects) == Reason.OVERSHOOT
    assert rig.told(SPEED)[-1] == 4


@pytest.mark.parametrize(("speed", "slower"), [(4.0, True), (7.0, False)])
def test_r11_it_is_known_whether_the_console_made_the_belt_slower(
    speed: float, slower: bool
) -> None:
    rig = GateRig()
    rig.aim(6)
    rig.follow(8)
    assert rig.see(speed) == (LetGo(Reason.CONSOLE_CHANGE, slower),)


def test_r5_a_lost_link_forgets_everything_but_a_stop() -> None:
    rig = GateRig()
    rig.aim(8)
    assert rig.gate.lost_link(1) == ()
    assert rig.gate.wish == Aim()
    assert rig.gate.wakes_at is None


def test_a_stop_at_the_console_joins_one_of_ours_under_way() -> None:
    rig = GateRig(3)
    rig.aim(0.0)
    rig.see(2.4)
    assert rig.gate.halting
    rig.gate.hear(Status(StatusKind.STOPPED))
    assert rig.gate.wish == Aim(0.0)
    rig.see(0.0)
    rig.follow(10)
    assert (rig.gate.wish, rig.gate.halting) == (Aim(), False)
