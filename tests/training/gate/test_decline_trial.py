"""The first decline of a machine, measurement by measurement: what the gate tells the deck."""

from __future__ import annotations

from dataclasses import replace

import pytest

from custom_components.descent.training.engine import Engine
from custom_components.descent.training.events import Command, Reason, Refused
from custom_components.descent.training.gate.decline_trial import first_step
from custom_components.descent.training.model import DeclineCheck, Machine, Range
from custom_components.descent.training.rules import Permissions
from tests.training.gate.gate_rig import INCLINE, SPEED, GateRig, gone
from tests.training.plans import TYPICAL, UNTRIED
from tests.training.ride import ALLOWED


def rig(speed: float = 3, incline: float = 0, machine: Machine = UNTRIED) -> GateRig:
    """Return a gate whose deck nobody has seen below level."""
    return GateRig(speed, incline, machine=machine, decline=DeclineCheck.UNTESTED)


def known(made: GateRig) -> DeclineCheck:
    return made.gate.decline


# ---- what is known at first


def test_a_deck_that_is_known_needs_no_trial() -> None:
    engine = Engine(TYPICAL, permissions=ALLOWED)
    assert engine.decline is DeclineCheck.CONFIRMED


def test_a_deck_nobody_knows_is_untested_until_it_was_tried() -> None:
    assert Engine(UNTRIED, permissions=ALLOWED).decline is DeclineCheck.UNTESTED


@pytest.mark.parametrize(
    "kept", [DeclineCheck.CONFIRMED, DeclineCheck.WRONG_WAY, DeclineCheck.UNTESTED]
)
def test_what_was_found_out_is_known_from_then_on(kept: DeclineCheck) -> None:
    assert Engine(UNTRIED, permissions=ALLOWED, decline=kept).decline is kept


@pytest.mark.parametrize(
    ("known_before", "known_now"),
    [
        (None, DeclineCheck.CONFIRMED),
        (DeclineCheck.UNTESTED, DeclineCheck.CONFIRMED),
        (DeclineCheck.WRONG_WAY, DeclineCheck.WRONG_WAY),
    ],
)
def test_a_known_machine_is_not_tried_unless_its_deck_went_the_wrong_way(
    known_before: DeclineCheck | None, known_now: DeclineCheck
) -> None:
    engine = Engine(TYPICAL, permissions=ALLOWED, decline=known_before)
    assert engine.decline is known_now


# ---- the step


@pytest.mark.parametrize(
    ("step", "minimum", "first"),
    [(0.5, -6, -1.0), (0.1, -6, -1.0), (1.0, -6, -1.0), (2.0, -6, -2.0), (0.3, -6, -1.2)],
)
def test_the_first_step_is_one_percent_in_the_machines_steps(
    step: float, minimum: float, first: float
) -> None:
    limits = Range(minimum=minimum, maximum=15, step=step)
    assert first_step(replace(UNTRIED, incline=limits)) == first


def test_the_first_step_is_no_further_than_the_deck_goes() -> None:
    assert first_step(replace(UNTRIED, incline=Range(minimum=-0.5, maximum=15, step=0.5))) == -0.5


def test_the_first_way_down_begins_with_one_small_step() -> None:
    made = rig()
    made.aim(None, -6)
    assert made.told(INCLINE) == [-1]
    made.follow(1)
    assert known(made) is DeclineCheck.UNTESTED
    made.follow(1)
    assert known(made) is DeclineCheck.CONFIRMED
    assert made.told(INCLINE) == [-1, -6]


def test_a_deck_that_is_tilted_up_is_levelled_first() -> None:
    made = rig(3, 4)
    made.aim(None, -6)
    made.follow(8)
    assert made.told(INCLINE) == [0, -1, -6]


def test_a_deck_that_reads_half_a_percent_when_level_is_level() -> None:
    made = rig(3, 4)
    made.aim(None, -6)
    for _ in range(2):
        made.now += 1
        made.see(3, 0.5)
    assert made.told(INCLINE) == [0, -1]


def test_the_second_way_down_needs_no_step() -> None:
    made = rig()
    made.aim(None, -6)
    made.follow(4)
    made.aim(None, 2)
    made.follow(4)
    made.aim(None, -4)
    made.follow(4)
    assert made.told(INCLINE) == [-1, -6, 2, -4]


def test_uphill_is_no_trial() -> None:
    made = rig(6)
    made.aim(None, 5)
    made.follow(4)
    assert made.told(INCLINE) == [5]
    assert known(made) is DeclineCheck.UNTESTED


def test_the_step_is_the_wish_where_that_is_gentler() -> None:
    made = rig(machine=replace(UNTRIED, incline=Range(minimum=-6, maximum=15, step=0.2)))
    made.aim(None, -0.8)
    made.follow(3)
    assert made.told(INCLINE) == [-0.8]
    assert known(made) is DeclineCheck.CONFIRMED


def test_a_way_too_short_to_be_judged_shows_nothing_and_holds_nobody_up() -> None:
    made = rig()
    made.aim(5, -0.5)
    made.follow(8)
    assert made.told(INCLINE) == [-0.5]
    assert made.speed == 5
    assert known(made) is DeclineCheck.UNTESTED
    made.aim(None, -3)
    made.follow(8)
    assert made.told(INCLINE) == [-0.5, 0, -1, -3]


def test_a_deck_that_barely_declines_never_needs_to_be_known() -> None:
    made = rig(machine=replace(UNTRIED, incline=Range(minimum=-0.5, maximum=15, step=0.5)))
    made.aim(None, -0.5)
    made.follow(8)
    assert made.told(INCLINE) == [-0.5]
    assert known(made) is DeclineCheck.UNTESTED


def test_r6_being_near_is_not_having_moved() -> None:
    made = rig(3, 4)
    made.aim(6, -6)
    for reading in (-0.5, -0.5, -0.8, -0.8, -0.8):
        made.now += 1
        made.see(3, reading)
    assert made.told(INCLINE) == [0, -1]
    assert made.told(SPEED) == []
    assert known(made) is DeclineCheck.UNTESTED
    made.now += 3
    assert gone(made.see(3, -0.8)) is Reason.NOT_CONFIRMED


def test_where_the_console_has_put_the_deck_after_a_trial_was_given_up_shows_nothing() -> None:
    made = rig()
    made.aim(None, -6)
    made.gate.let_go()
    made.follow(1)
    made.aim(None, -1)
    made.follow(5)
    assert made.told(INCLINE) == [-1]
    assert known(made) is DeclineCheck.UNTESTED


def test_the_belt_is_slowed_to_walking_pace_for_it() -> None:
    made = rig(8)
    made.aim(8, -6)
    made.follow(5)
    assert made.told(SPEED)[:2] == [6, 4]
    kinds = [effect.kind for effect in made.effects if isinstance(effect, Command)]
    assert kinds.index(INCLINE) == 2
    assert made.told(INCLINE)[0] == -1


def test_the_belt_speeds_up_only_at_what_was_wished() -> None:
    made = rig(3)
    made.aim(6, -3)
    made.follow(20)
    assert made.told(INCLINE) == [-1, -3]
    commands = [effect for effect in made.effects if isinstance(effect, Command)]
    first_speed = next(i for i, one in enumerate(commands) if one.kind is SPEED)
    assert [one.value for one in commands[:first_speed]] == [-1, -3]


def test_r1_without_permission_nothing_is_tried() -> None:
    made = GateRig(3, machine=UNTRIED, permissions=Permissions(), decline=DeclineCheck.UNTESTED)
    made.aim(None, -6)
    assert made.follow(10).effects == []


# ---- the other way


def test_a_machine_that_does_not_decline_is_what_it_is() -> None:
    level = Machine(speed=UNTRIED.speed, incline=Range(minimum=0, maximum=10, step=1))
    machine = replace(level, decline_known=False)
    made = Engine(machine, permissions=ALLOWED, decline=DeclineCheck.WRONG_WAY)
    assert made.machine.incline == level.incline


def test_what_was_confirmed_is_not_forgotten() -> None:
    engine = Engine(UNTRIED, permissions=ALLOWED, decline=DeclineCheck.CONFIRMED)
    engine.forget_decline()
    assert engine.decline is DeclineCheck.CONFIRMED


# ---- neither this way nor that


def test_r12_a_deck_that_goes_too_far_went_the_right_way_but_is_not_known() -> None:
    made = rig()
    made.aim(None, -6)
    made.now = 1.0
    assert gone(made.see(3, -2.6)) is Reason.OVERSHOOT
    assert known(made) is DeclineCheck.UNTESTED


def test_a_wish_taken_back_on_the_way_ends_the_trial() -> None:
    made = rig()
    made.aim(None, -6)
    made.now = 1.0
    made.see(3, -0.3)
    made.aim(None, 0)
    made.now = 2.0
    made.see(3, -0.6)
    assert made.told(INCLINE) == [-1, 0]
    made.follow(4)
    assert known(made) is DeclineCheck.UNTESTED
    made.aim(None, -6)
    made.follow(4)
    assert made.told(INCLINE) == [-1, 0, -1, -6]


def test_r12_a_deck_that_goes_down_when_told_up_goes_the_wrong_way_too() -> None:
    made = rig()
    made.aim(None, -6)
    made.now = 1.0
    made.see(3, -0.3)
    made.aim(None, 3)
    made.now = 2.0
    made.see(3, -0.6)
    assert made.told(INCLINE) == [-1, 3]
    made.now = 4.0
    made.see(3, -1.4)
    assert known(made) is DeclineCheck.WRONG_WAY


def test_the_consoles_own_decline_shows_nothing_about_commands() -> None:
    made = rig(3, -1)
    made.aim(None, -1)
    made.follow(5)
    assert made.told(INCLINE) == []
    assert known(made) is DeclineCheck.UNTESTED


def test_refusing_names_what_is_wrong() -> None:
    made = GateRig(3, machine=UNTRIED, decline=DeclineCheck.WRONG_WAY)
    with pytest.raises(Refused, match="decline_wrong_way"):
        made.aim(None, -1)
