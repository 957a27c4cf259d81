"""Commands on their way to the machine: in order, within a limit, and overtaken by a stop."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from custom_components.descent.const import COMMAND_LIMIT_S
from custom_components.descent.training.events import Aim, Answer, Outcome, Pause, Stop
from custom_components.descent.treadmills.base import (
    NoAnswerError,
    NotConnectedError,
    RejectedError,
)
from tests.runtime.scripted_engine import (
    FASTER,
    FASTER_STILL,
    RELEASE,
    START,
    STEEPER,
    STOP_AGAIN,
    STOP_BELT,
    ConductorRig,
    settle,
)


@pytest.fixture
async def rig() -> AsyncIterator[ConductorRig]:
    made = ConductorRig()
    made.conductor.start()
    yield made
    await made.conductor.async_stop()
    await settle()


def answers(rig: ConductorRig) -> list[Answer]:
    return [event for event, _ in rig.engine.heard if isinstance(event, Answer)]


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (RejectedError("no"), Outcome.REJECTED),
        (NotConnectedError("off"), Outcome.REJECTED),
        (NoAnswerError("silence"), Outcome.UNKNOWN),
        (TimeoutError(), Outcome.UNKNOWN),
        (ZeroDivisionError(), Outcome.UNKNOWN),
    ],
)
async def test_r6_what_the_driver_raises_becomes_the_outcome(
    rig: ConductorRig, error: Exception, outcome: Outcome
) -> None:
    rig.treadmill.errors["set_speed"] = error
    rig.engine.answers[Aim] = (FASTER,)
    await rig.conductor.async_request(Aim(speed_kmh=6.0))
    assert answers(rig) == [Answer(FASTER.id, outcome)]


async def test_r6_a_command_without_an_answer_is_unknown_after_its_limit_and_not_sent_again(
    rig: ConductorRig,
) -> None:
    rig.treadmill.hang("set_speed")
    rig.engine.answers[Aim] = (FASTER,)
    await rig.conductor.async_request(Aim(speed_kmh=6.0))
    rig.time.run(COMMAND_LIMIT_S - 0.1)
    await settle()
    assert answers(rig) == []
    rig.time.run(0.2)
    await settle()
    assert answers(rig) == [Answer(FASTER.id, Outcome.UNKNOWN)]
    assert rig.treadmill.began == ["set_speed"]
    assert rig.unfinished == 0


async def test_commands_of_one_axis_go_out_one_after_the_other(rig: ConductorRig) -> None:
    rig.treadmill.hang("set_speed")
    rig.engine.answers[Aim] = (FASTER, FASTER_STILL)
    await rig.conductor.async_request(Aim(speed_kmh=7.0))
    await settle()
    assert rig.treadmill.began == ["set_speed"]
    rig.treadmill.go_on("set_speed")
    await settle()
    assert rig.treadmill.told == [("set_speed", 6.0), ("set_speed", 7.0)]


async def test_the_deck_does_not_wait_for_the_belt(rig: ConductorRig) -> None:
    rig.treadmill.hang("set_speed")
    rig.engine.answers[Aim] = (FASTER, STEEPER)
    await rig.conductor.async_request(Aim(speed_kmh=6.0, incline_pct=-3.0))
    assert rig.treadmill.told == [("set_incline", -3.0)]


async def test_r4_a_stop_overtakes_what_hangs_and_what_waits(rig: ConductorRig) -> None:
    rig.treadmill.hang("set_speed", "set_incline", "start_belt")
    rig.engine.answers |= {Aim: (FASTER, FASTER_STILL, STEEPER, START), Stop: (STOP_BELT,)}
    await rig.conductor.async_request(Aim(speed_kmh=7.0))
    await rig.conductor.async_request(Stop())
    assert rig.treadmill.told == [("stop_belt", None)]
    for order in ("set_speed", "set_incline", "start_belt"):
        rig.treadmill.go_on(order)
    await settle()
    assert rig.treadmill.told == [("stop_belt", None)]
    assert [answer.outcome for answer in answers(rig)].count(Outcome.UNKNOWN) == 4


async def test_r4_a_repeated_stop_neither_waits_for_the_first_nor_ends_it(
    rig: ConductorRig,
) -> None:
    rig.treadmill.hang("stop_belt")
    rig.engine.answers[Stop] = (STOP_BELT,)
    await rig.conductor.async_request(Stop())
    rig.engine.answers[Stop] = (STOP_AGAIN,)
    await rig.conductor.async_request(Stop())
    assert rig.treadmill.began == ["stop_belt", "stop_belt"]
    rig.treadmill.go_on("stop_belt")
    await settle()
    assert answers(rig) == [
        Answer(STOP_BELT.id, Outcome.ACCEPTED),
        Answer(STOP_AGAIN.id, Outcome.ACCEPTED),
    ]


async def test_control_is_released_after_what_is_still_on_its_way(rig: ConductorRig) -> None:
    rig.treadmill.hang("set_speed")
    rig.engine.answers |= {Aim: (FASTER,), Pause: (RELEASE,)}
    await rig.conductor.async_request(Aim(speed_kmh=6.0))
    await rig.conductor.async_request(Pause())
    assert rig.treadmill.began == ["set_speed"]
    rig.treadmill.go_on("set_speed")
    await settle()
    assert rig.treadmill.told == [("set_speed", 6.0), ("release_control", None)]


async def test_leaving_does_not_wait_for_ever(
    rig: ConductorRig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("custom_components.descent.runtime.performer.LEAVE_LIMIT_S", 0.0)
    rig.treadmill.hang("set_speed")
    rig.engine.leaving = (FASTER,)
    await rig.conductor.async_leave()
    assert rig.treadmill.began == ["set_speed"]
    await rig.conductor.async_stop()
    await settle()
    assert rig.unfinished == 0
