"""Sessions of one's own, with what the built-in ones do not have, ridden to their end."""

from __future__ import annotations

from functools import cache
import json

from custom_components.descent.training.events import CommandKind, Reason
from custom_components.descent.training.model import Level, Phase, Plan, Runner
from custom_components.descent.training.planner import plan
from custom_components.descent.training.rules import MOVING_KMH
from custom_components.descent.training.script import parse
from custom_components.descent.training.session.stored import plan_from_dict
from tests.training.ride import Ride

PYRAMID = """\
name: Pyramid
level: any
steps:
  - warm_up: {for: 1:00, pace: walk, say: "Easy does it."}
  - repeat: 3
    steps:
      - descent: {for: 40/60/40 m, decline: 5 %, pace: 10k 90 %, say: [Eyes ahead]}
      - recovery: {for: same distance, pace: walk}
  - descent: {for: 2 m down, decline: 5 %, pace: 8:00 min/km}
  - rest: {for: 90 s}
  - descent: {for: 40 m, decline: 5 %, pace: jog}
  - cool_down: {for: 1:00, pace: walk}
"""
RUNNER = Runner(name="Kim", level=Level.INTERMEDIATE, five_k_s=1500)


@cache
def ridden() -> Ride:
    """Return a ride that is over; shared by the tests, which only look."""
    ride = Ride(level=RUNNER.level)
    return ride.arm(planned(ride)).finish()


def planned(ride: Ride) -> Plan:
    return plan(parse(PYRAMID, "pyramid.yaml"), RUNNER, ride.machine)


def test_it_is_completed_with_every_length_as_written() -> None:
    summary = ridden().view.summary
    assert summary is not None
    assert summary.result is Reason.COMPLETED
    descents = [round(lap.at_target_m) for lap in ridden().laps_of("descent")]
    assert descents == [40, 60, 40, 40, 40]


def test_the_way_back_is_as_long_as_the_way_down() -> None:
    recoveries = [lap.distance_m for lap in ridden().laps_of("recovery")[:3]]
    assert [round(metres, -1) for metres in recoveries] == [40, 60, 40]


def test_r2_the_belt_walks_on_in_a_rest_and_nothing_starts_it() -> None:
    ride = ridden()
    said = {cue.key: at for at, cue in ride.cues}
    speeds = [kmh for at, kmh, _ in ride.samples if said["rest"] + 15 < at < said["rest_step_on"]]
    assert min(speeds) > MOVING_KMH
    assert max(speeds) < 4.5
    assert CommandKind.START_BELT not in {command.kind for _, command in ride.commands}


def test_who_stands_beside_the_belt_is_told_to_step_on_long_before_it_gets_faster() -> None:
    ride = ridden()
    said = {cue.key: at for at, cue in ride.cues}  # the last of each key
    gone = [at for at, cue in ride.cues if cue.key == "go" and at > said["rest"]]
    assert gone[0] - said["rest_step_on"] >= 20
    between = [kmh for at, kmh, _ in ride.samples if said["rest_step_on"] <= at <= gone[0]]
    assert max(between) < 4.5


def test_own_words_are_said_in_their_steps() -> None:
    words = [cue.values["item"] for _, cue in ridden().cues if cue.key == "own_words"]
    assert words == ["Easy does it.", "Eyes ahead", "Eyes ahead", "Eyes ahead"]


def test_r3_everything_new_in_a_plan_is_stored_and_comes_back() -> None:
    stored = planned(Ride())
    assert plan_from_dict(json.loads(json.dumps(stored.data))) == stored
    assert any(step.phase is Phase.RECOVERY and step.items for step in stored.steps)
