"""The conductor: one event at a time, one timer, and what still works when something else fails."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from custom_components.descent.training.events import (
    Aim,
    Answer,
    LetGo,
    Link,
    Outcome,
    Pause,
    Reason,
    Refused,
    State,
    StateChanged,
    Status,
    StatusKind,
    Stop,
)
from custom_components.descent.training.model import Telemetry
from custom_components.descent.training.view import View
from custom_components.descent.treadmills.base import NotConnectedError
from tests.stage import CUE, FASTER, START, STOP_BELT, Stage, sample, settle


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    made = Stage()
    await made.conductor.async_start()
    yield made
    await made.conductor.async_stop()
    await settle()


async def test_a_measurement_reaches_the_engine_the_journal_and_whoever_shows_it(
    stage: Stage,
) -> None:
    stage.treadmill.report(sample(0.0))
    assert stage.engine.heard == [(sample(0.0), 0.0)]
    assert stage.records("sample") == [
        {
            "type": "sample",
            "t": 0.0,
            "speed_kmh": 5.0,
            "incline_pct": 0.0,
            "distance_m": 0.0,
            "descent_m": 0.0,
            "plan_s": None,
        }
    ]
    assert stage.shown == [((), sample(0.0))]


async def test_a_command_is_sent_and_its_answer_comes_back(stage: Stage) -> None:
    stage.engine.answers[Aim] = (FASTER,)
    await stage.conductor.async_request(Aim(speed_kmh=6.0))
    assert stage.treadmill.told == [("set_speed", 6.0)]
    assert [event for event, _ in stage.engine.heard] == [
        Aim(speed_kmh=6.0),
        Answer(FASTER.id, Outcome.ACCEPTED),
    ]
    assert [record["type"] for record in stage.journal.records()] == ["intent", "command", "answer"]


async def test_r2_a_start_is_sent_once_and_not_again_after_a_reconnection(stage: Stage) -> None:
    stage.treadmill.hang("start_belt")
    stage.engine.answers[Pause] = (START,)
    await stage.conductor.async_request(Pause())
    stage.treadmill.connected = False
    stage.treadmill.report(Link(up=False))
    await settle()
    stage.treadmill.connected = True
    stage.treadmill.report(Link(up=True))
    stage.treadmill.go_on("start_belt")
    await settle()
    assert stage.treadmill.began == ["start_belt"]
    assert stage.treadmill.told == []
    assert (Answer(START.id, Outcome.UNKNOWN), 0.0) in stage.engine.heard


async def test_a_refused_wish_raises_and_is_in_the_journal(stage: Stage) -> None:
    stage.engine.answers[Pause] = Refused("no_session")
    with pytest.raises(Refused, match="no_session"):
        await stage.conductor.async_request(Pause())
    assert stage.records("intent") == [
        {"type": "intent", "t": 0.0, "what": "pause", "refused": "no_session"}
    ]
    assert stage.shown == []


async def test_what_an_effect_sets_off_waits_until_the_effect_is_out(stage: Stage) -> None:
    order: list[str] = []

    def show(effects: object, event: object) -> None:
        order.append(f"{type(event).__name__} begins")
        if isinstance(event, Telemetry):
            stage.conductor.feed(Status(StatusKind.STARTED))
        order.append(f"{type(event).__name__} ends")

    stage.conductor._on_change = show
    stage.treadmill.report(sample(0.0))
    assert order == ["Telemetry begins", "Telemetry ends", "Status begins", "Status ends"]


async def test_commands_are_sent_before_cues_are_shown(stage: Stage) -> None:
    told: list[list[tuple[str, float | None]]] = []
    stage.conductor._on_change = lambda effects, event: told.append(list(stage.treadmill.told))
    stage.engine.answers[Stop] = (CUE, STOP_BELT)
    await stage.conductor.async_request(Stop())
    assert told[0] == [("stop_belt", None)]
    assert stage.conductor.cue == CUE
    assert stage.records("cue")[0]["text"] == "<go>"


# ---- time


async def test_one_timer_stands_at_the_time_the_engine_asked_for(stage: Stage) -> None:
    stage.engine.wakes_at = 7.5
    stage.treadmill.report(sample(0.0))
    assert stage.time.waiting == 1
    stage.time.run(7.4)
    assert stage.engine.woken == []
    stage.time.run(0.2)
    assert stage.engine.woken == [7.5]
    assert stage.time.waiting == 0


async def test_the_timer_moves_with_what_the_engine_wants(stage: Stage) -> None:
    stage.engine.wakes_at = 7.5
    stage.treadmill.report(sample(0.0))
    stage.engine.wakes_at = 3.0
    stage.treadmill.report(sample(0.0))
    stage.time.run(5.0)
    assert stage.engine.woken == [3.0]


async def test_an_engine_that_always_wants_to_wake_now_does_not_spin(stage: Stage) -> None:
    def wants_now(now: float) -> tuple[()]:
        stage.engine.wakes_at = now
        return ()

    stage.engine.on_wake = wants_now
    stage.engine.wakes_at = 1.0
    stage.treadmill.report(sample(0.0))
    stage.time.run(1.01)
    assert len(stage.engine.woken) <= 11


async def test_r5_what_arrived_while_the_loop_was_blocked_is_heard_before_time_is_judged(
    stage: Stage,
) -> None:
    stage.engine.wakes_at = 5.0
    stage.treadmill.report(sample(0.0))
    stage.time.block(6.0)
    asyncio.get_running_loop().call_soon(stage.treadmill.report, sample(6.0))
    assert stage.engine.woken == []
    stage.engine.wakes_at = 11.0
    await settle()
    assert stage.engine.woken == [6.0]
    assert stage.engine.heard[-1] == (sample(6.0), 6.0)


async def test_a_scaled_clock_hears_of_a_busy_moment_in_the_order_things_happened() -> None:
    stage = Stage(scale=60)
    await stage.conductor.async_start()
    stage.engine.wakes_at = 6.5
    stage.treadmill.report(sample(0.0))
    stage.clock.call_at(6.0, lambda: stage.treadmill.report(sample(stage.clock.now())))
    stage.time.block(1.0)
    assert stage.engine.heard[-1] == (sample(6.0), 6.0)
    assert stage.engine.woken == [6.5]
    assert stage.clock.now() == 60.0


async def test_the_engines_time_never_goes_back(stage: Stage) -> None:
    stage.engine.wakes_at = 2.0
    stage.treadmill.report(sample(0.0))
    stage.time.run(2.0)
    stage.conductor._now = 2.5
    stage.treadmill.report(sample(2.0))
    assert [now for _, now in stage.engine.heard] == [0.0, 2.5]


# ---- when something fails


async def test_an_error_in_the_engine_suspends_the_session_and_is_logged_once(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    suspended = StateChanged(State.SUSPENDED, Reason.CONTROL_LOST)
    stage.engine.answers |= {Telemetry: ZeroDivisionError("oops"), Status: (suspended,)}
    stage.treadmill.report(sample(0.0))
    stage.engine.state = State.SUSPENDED
    stage.treadmill.report(sample(1.0))
    assert caplog.text.count("session engine failed") == 1
    assert stage.records("state")[0]["state"] == "suspended"
    assert stage.engine.heard[1][0] == Status(StatusKind.CONTROL_LOST)


async def test_the_timer_outlives_an_error_in_the_engine(stage: Stage) -> None:
    def fails(now: float) -> tuple[()]:
        stage.engine.wakes_at = now + 1.0
        raise ZeroDivisionError

    stage.engine.on_wake = fails
    stage.engine.wakes_at = 1.0
    stage.treadmill.report(sample(0.0))
    stage.time.run(3.0)
    assert stage.engine.woken == [1.0, 2.0, 3.0]


async def test_r4_stop_is_sent_even_when_the_engine_fails(stage: Stage) -> None:
    stage.engine.answers[Stop] = ZeroDivisionError("oops")
    await stage.conductor.async_request(Stop())
    assert stage.treadmill.told == [("stop_belt", None)]


async def test_an_engine_that_cannot_even_let_go_is_allowed_nothing_but_stop(stage: Stage) -> None:
    broken = ZeroDivisionError("oops")
    stage.engine.answers |= {Telemetry: broken, Status: broken, Aim: (FASTER,)}
    stage.treadmill.report(sample(0.0))
    await stage.conductor.async_request(Aim(speed_kmh=6.0))
    assert stage.treadmill.told == []
    assert stage.records("fault") == [{"type": "fault", "t": 0.0, "reason": "control_lost"}]
    assert stage.conductor.snapshot().state is State.SUSPENDED
    stage.treadmill.report(sample(1.0))
    stage.engine.answers[Stop] = (STOP_BELT,)
    await stage.conductor.async_request(Stop())
    assert stage.treadmill.told == [("stop_belt", None)]
    await stage.conductor.async_request(Aim(speed_kmh=6.0))
    assert stage.treadmill.told[-1] == ("set_speed", 6.0)


async def test_whoever_wished_for_what_the_engine_failed_at_is_told(stage: Stage) -> None:
    stage.engine.answers[Pause] = ZeroDivisionError("oops")
    with pytest.raises(Refused, match="engine_failed"):
        await stage.conductor.async_request(Pause())


async def test_an_error_in_showing_things_keeps_nobody_from_running(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    def fails(effects: object, event: object) -> None:
        raise ZeroDivisionError

    stage.conductor._on_change = fails
    stage.engine.answers[Aim] = (FASTER,)
    await stage.conductor.async_request(Aim(speed_kmh=6.0))
    assert stage.treadmill.told == [("set_speed", 6.0)]
    assert "Showing what happened failed" in caplog.text


async def test_an_engine_without_a_session_time_does_not_silence_the_journal(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(now: float) -> View:
        raise ZeroDivisionError

    monkeypatch.setattr(stage.engine, "view", fails)
    stage.treadmill.report(Link(up=True))
    assert stage.records("link") == [{"type": "link", "t": 0.0, "up": True}]


async def test_what_the_gate_gave_up_is_not_sent_late(stage: Stage) -> None:
    stage.treadmill.hang("set_speed")
    stage.engine.answers |= {Aim: (FASTER,), Link: (LetGo(Reason.REJECTED),)}
    await stage.conductor.async_request(Aim(speed_kmh=6.0))
    stage.treadmill.report(Link(up=True))
    await settle()
    assert stage.unfinished == 0
    assert stage.treadmill.told == []


# ---- leaving


async def test_r3_leaving_sends_one_command_waits_for_it_and_then_only_stop_works(
    stage: Stage,
) -> None:
    paused = StateChanged(State.PAUSED, Reason.RESTART)
    stage.engine.leaving = (CUE, FASTER, paused)
    stage.engine.wakes_at = 3.0
    stage.treadmill.report(sample(0.0))
    await stage.conductor.async_leave()
    await stage.conductor.async_leave()
    stage.engine.answers |= {Telemetry: (FASTER,), Stop: (STOP_BELT,)}
    stage.treadmill.report(sample(1.0))
    stage.time.run(10.0)
    with pytest.raises(Refused, match="leaving"):
        await stage.conductor.async_request(Aim(speed_kmh=9.0))
    assert stage.treadmill.told == [("set_speed", 6.0)]
    assert stage.engine.woken == []
    await stage.conductor.async_request(Stop())
    assert stage.treadmill.told[-1] == ("stop_belt", None)


async def test_r18_the_journal_has_the_last_command_before_its_answer(stage: Stage) -> None:
    stage.engine.leaving = (CUE, FASTER, StateChanged(State.PAUSED, Reason.RESTART))
    await stage.conductor.async_leave()
    assert [record["type"] for record in stage.journal.records()] == [
        "cue",
        "command",
        "state",
        "answer",
    ]


async def test_r4_a_stop_after_leaving_is_seen_through_to_its_end(stage: Stage) -> None:
    await stage.conductor.async_leave()
    stage.engine.answers[Stop] = (STOP_BELT,)
    stage.engine.wakes_at = 2.0
    await stage.conductor.async_request(Stop())
    stage.treadmill.report(sample(0.0))
    stage.time.run(2.0)
    assert stage.engine.woken == [2.0]
    assert (sample(0.0), 0.0) in stage.engine.heard


async def test_stopping_leaves_no_task_no_timer_and_no_listener(stage: Stage) -> None:
    stage.treadmill.hang("set_speed")
    stage.engine.answers[Aim] = (FASTER,)
    stage.engine.wakes_at = 3.0
    await stage.conductor.async_request(Aim(speed_kmh=6.0))
    await stage.conductor.async_stop()
    await stage.conductor.async_stop()
    await settle()
    assert (stage.unfinished, stage.time.waiting, stage.treadmill.listeners) == (0, 0, [])
    assert not stage.treadmill.connected


async def test_starting_makes_contact_where_there_is_none() -> None:
    stage = Stage()
    stage.treadmill.connected = False
    await stage.conductor.async_start()
    assert stage.treadmill.connected


async def test_a_start_without_contact_listens_for_it_all_the_same() -> None:
    stage = Stage()
    stage.treadmill.connected = False
    stage.treadmill.errors["connect"] = NotConnectedError("off")
    await stage.conductor.async_start()
    stage.treadmill.report(Link(up=True))
    assert [record["up"] for record in stage.records("link")] == [True]


async def test_a_start_does_not_wait_for_ever_for_contact(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("custom_components.descent.runtime.conductor.FIRST_CONTACT_S", 0)
    stage = Stage()
    stage.treadmill.connected = False
    stage.treadmill.hang("connect")
    await stage.conductor.async_start()
    assert len(stage.treadmill.listeners) == 1


async def test_a_treadmill_that_is_left_to_another_app_is_not_connected() -> None:
    stage = Stage()
    stage.treadmill.connected = False
    await stage.conductor.async_start(connect=False)
    assert stage.treadmill.began == []


async def test_r3_a_stored_session_comes_back_through_the_engine(stage: Stage) -> None:
    stage.conductor.restore({"some": "session"})
    assert stage.engine.stored == {"some": "session"}
    assert [record["key"] for record in stage.records("cue")] == ["go"]


async def test_a_wish_that_nobody_waits_for_any_more_does_no_harm(stage: Stage) -> None:
    stage.engine.answers[Pause] = Refused("no_session")
    asking = asyncio.ensure_future(stage.conductor.async_request(Pause()))
    asking.cancel()
    await settle()
    assert asking.cancelled()
