"""A machine that turns out to be another one, while the engine has it in hand."""

from __future__ import annotations

from dataclasses import replace

import pytest

from custom_components.descent.training.engine import Engine
from custom_components.descent.training.events import Aim, CommandKind, Pause, Refused, State, Stop
from custom_components.descent.training.model import DeclineCheck, Machine, Range
from custom_components.descent.training.rules import Permissions
from tests.training.plans import TYPICAL, UNTRIED, flat
from tests.training.ride import ALLOWED, Ride
from tests.training.session_rides import at_rest, keys, running, told

GENTLER = replace(
    TYPICAL,
    speed=Range(minimum=0.8, maximum=10, step=0.1),
    incline=Range(minimum=-3, maximum=10, step=0.5),
)


def held(ride: Ride) -> Machine:
    """Return what the gate goes by."""
    return ride.engine.gate.limits.machine


def test_without_a_session_another_machine_counts_at_once() -> None:
    ride = Ride()
    ride.engine.machine = GENTLER
    assert ride.engine.machine == held(ride) == GENTLER
    with pytest.raises(Refused, match="incline_out_of_range"):
        ride.ask(Aim(incline_pct=-5))


def test_what_a_slider_wants_stays_within_another_machine() -> None:
    ride = Ride()
    ride.press_start()
    ride.until(lambda r: r.speed > 0.9)
    ride.ask(Aim(speed_kmh=14))
    ride.until(lambda r: r.speed > 12)
    ride.engine.machine = GENTLER
    ride.run(20)
    assert ride.speed == pytest.approx(10)


def test_the_ranges_of_a_session_stay_until_its_end() -> None:
    ride = running()
    ride.engine.machine = GENTLER
    assert held(ride) == TYPICAL
    assert ride.engine.machine == GENTLER
    ride.ask(Aim(incline_pct=-5))
    ride.ask(Stop())
    ride.until(lambda r: r.speed == 0)
    with pytest.raises(Refused, match="incline_out_of_range"):
        ride.ask(Aim(incline_pct=-5))
    assert held(ride) == GENTLER


def test_the_next_session_goes_by_another_machine() -> None:
    ride = running()
    ride.engine.machine = GENTLER
    ride.ask(Stop())
    ride.run(60)
    ride.arm(flat())
    assert held(ride) == GENTLER


def test_whether_it_can_be_stopped_counts_at_once() -> None:
    ride = running(helpful=False)
    ride.machine = replace(TYPICAL, can_stop=False)
    ride.engine.machine = replace(GENTLER, can_stop=False)
    assert held(ride) == replace(TYPICAL, can_stop=False)
    ride.helpful = True
    ride.ask(Pause())
    ride.until(at_rest, 60)
    assert told(ride, CommandKind.STOP_BELT) == 0
    assert keys(ride)[-1] == "press_stop"


def test_whether_it_can_be_started_counts_at_once() -> None:
    may = Permissions(control=True, start_belt=True)
    ride = Ride(permissions=may, helpful=False).arm(flat())
    ride.engine.machine = replace(TYPICAL, can_start=False)
    ride.run(30)
    assert told(ride, CommandKind.START_BELT) == 0
    assert ride.engine.state is State.ARMED
    assert keys(ride) == ["arm_countdown", "countdown", "arm_press_start"]


def test_what_is_known_of_the_deck_outlives_what_is_learned_of_the_machine() -> None:
    engine = Engine(UNTRIED, permissions=ALLOWED, decline=DeclineCheck.WRONG_WAY)
    engine.machine = replace(GENTLER, decline_known=False)
    assert engine.decline is DeclineCheck.WRONG_WAY
    assert engine.machine.incline == Range(minimum=0, maximum=10, step=0.5)
