"""The conductor: one event at a time, one timer, and what still works when something else fails."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from custom_components.descent.training.events import (
    Aim,
    Answer,
    Answered,
    Arm,
    LetGo,
    Link,
    Outcome,
    Pause,
    Reason,
    Refused,
    Resume,
    State,
    StateChanged,
    Status,
    StatusKind,
    Stop,
)
from custom_components.descent.training.model import Telemetry
from custom_components.descent.training.view import View
from custom_components.descent.treadmills.base import NoAnswerError, NotConnectedError
from tests.runtime.scripted_engine import (
    CUE,
    FASTER,
    START,
    STOP_BELT,
    ConductorRig,
    sample,
    settle,
)
from tests.training import plans


@pytest.fixture
async def rig() -> AsyncIterator[ConductorRig]:
    made = ConductorRig()
    made.conductor.start()
    yield made
    await made.conductor.async_stop()
    await settle()


async def test_a_measurement_reaches_the_engine_the_journal_and_whoever_shows_it(
    rig: ConductorRig,
) -> None:
    rig.treadmill.report(sample(0.0))
    assert rig.engine.heard == [(sample(0.0), 0.0)]
    assert rig.records("sample") == [
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
    assert rig.shown == [((), sample(0.0))]


async def test_a_command_is_sent_and_its_answer_comes_back(rig: ConductorRig) -> None:
    rig.engine.answers[Aim] = (FASTER,)
    await rig.conductor.async_request(Aim(speed_kmh=6.0))
    assert rig.treadmill.told == [("set_speed", 6.0)]
    assert [event for event, _ in rig.engine.heard] == [
        Aim(speed_kmh=6.0),
        Answer(FASTER.id, Outcome.ACCEPTED),
    ]
    assert [record["type"] for record in rig.journal.records()] == ["intent", "command", "answer"]


async def test_r2_a_start_is_sent_once_and_not_again_after_a_reconnection(
    rig: ConductorRig,
) -> None:
    rig.treadmill.hang("start_belt")
    rig.engine.answers[Pause] = (START,)
    await rig.conductor.async_request(Pause())
    rig.treadmill.connected = False
    rig.treadmill.report(Link(up=False))
    await settle()
    rig.treadmill.connected = True
    rig.treadmill.report(Link(up=True))
    rig.treadmill.go_on("start_belt")
    await settle()
    assert rig.treadmill.began == ["start_belt"]
    assert rig.treadmill.told == []
    assert (Answer(START.id, Outcome.UNKNOWN), 0.0) in rig.engine.heard


async def test_a_refused_wish_raises_and_is_in_the_journal(rig: ConductorRig) -> None:
    rig.engine.answers[Pause] = Refused("no_session")
    with pytest.raises(Refused, match="no_session"):
        await rig.conductor.async_request(Pause())
    assert rig.records("intent") == [
        {"type": "intent", "t": 0.0, "what": "pause", "refused": "no_session"}
    ]
    assert rig.shown == []


@pytest.mark.parametrize("wish", [Arm(plans.flat()), Resume()], ids=["arm", "resume"])
async def test_r2_a_machine_that_measures_nothing_is_asked_whether_it_is_there(
    rig: ConductorRig, wish: Arm | Resume
) -> None:
    await rig.conductor.async_request(wish)
    assert rig.treadmill.told == [("prove_contact", None)]
    assert [event for event, _ in rig.engine.heard] == [Answered(), wish]
    assert rig.records("there") == [{"type": "there", "t": 0.0}]


@pytest.mark.parametrize("error", [NotConnectedError("gone"), NoAnswerError("silent")])
async def test_r2_a_machine_that_does_not_answer_is_not_said_to_be_there(
    rig: ConductorRig, error: Exception
) -> None:
    rig.treadmill.errors["prove_contact"] = error
    await rig.conductor.async_request(Resume())
    assert [event for event, _ in rig.engine.heard] == [Resume()]


async def test_a_machine_that_measures_is_not_asked_anything_else(rig: ConductorRig) -> None:
    rig.treadmill.report(sample(0.0))
    await rig.conductor.async_request(Resume())
    await rig.conductor.async_request(Pause())
    assert rig.treadmill.told == []


async def test_nobody_is_asked_for_a_wish_that_needs_no_contact(rig: ConductorRig) -> None:
    await rig.conductor.async_request(Pause())
    await rig.conductor.async_request(Stop())
    assert rig.treadmill.told == []


async def test_what_an_effect_sets_off_waits_until_the_effect_is_out(rig: ConductorRig) -> None:
    order: list[str] = []

    def show(effects: object, event: object) -> None:
        order.append(f"{type(event).__name__} begins")
        if isinstance(event, Telemetry):
            rig.conductor.feed(Status(StatusKind.STARTED))
        order.append(f"{type(event).__name__} ends")

    rig.conductor._on_change = show
    rig.treadmill.report(sample(0.0))
    assert order == ["Telemetry begins", "Telemetry ends", "Status begins", "Status ends"]


async def test_commands_are_sent_before_cues_are_shown(rig: ConductorRig) -> None:
    told: list[list[tuple[str, float | None]]] = []
    rig.conductor._on_change = lambda effects, event: told.append(list(rig.treadmill.told))
    rig.engine.answers[Stop] = (CUE, STOP_BELT)
    await rig.conductor.async_request(Stop())
    assert told[0] == [("stop_belt", None)]
    assert rig.conductor.cue == CUE
    assert rig.records("cue")[0]["text"] == "<go>"


# ---- time


async def test_one_timer_stands_at_the_time_the_engine_asked_for(rig: ConductorRig) -> None:
    rig.engine.wakes_at = 7.5
    rig.treadmill.report(sample(0.0))
    assert rig.time.waiting == 1
    rig.time.run(7.4)
    assert rig.engine.woken == []
    rig.time.run(0.2)
    assert rig.engine.woken == [7.5]
    assert rig.time.waiting == 0


async def test_the_timer_moves_with_what_the_engine_wants(rig: ConductorRig) -> None:
    rig.engine.wakes_at = 7.5
    rig.treadmill.report(sample(0.0))
    rig.engine.wakes_at = 3.0
    rig.treadmill.report(sample(0.0))
    rig.time.run(5.0)
    assert rig.engine.woken == [3.0]


async def test_an_engine_that_always_wants_to_wake_now_does_not_spin(rig: ConductorRig) -> None:
    def wants_now(now: float) -> tuple[()]:
        rig.engine.wakes_at = now
        return ()

    rig.engine.on_wake = wants_now
    rig.engine.wakes_at = 1.0
    rig.treadmill.report(sample(0.0))
    rig.time.run(1.01)
    assert len(rig.engine.woken) <= 11


async def test_r5_what_arrived_while_the_loop_was_blocked_is_heard_before_time_is_judged(
    rig: ConductorRig,
) -> None:
    rig.engine.wakes_at = 5.0
    rig.treadmill.report(sample(0.0))
    rig.time.block(6.0)
    asyncio.get_running_loop().call_soon(rig.treadmill.report, sample(6.0))
    assert rig.engine.woken == []
    rig.engine.wakes_at = 11.0
    await settle()
    assert rig.engine.woken == [6.0]
    assert rig.engine.heard[-1] == (sample(6.0), 6.0)


async def test_a_scaled_clock_hears_of_a_busy_moment_in_the_order_things_happened() -> None:
    rig = ConductorRig(scale=60)
    rig.conductor.start()
    rig.engine.wakes_at = 6.5
    rig.treadmill.report(sample(0.0))
    rig.clock.call_at(6.0, lambda: rig.treadmill.report(sample(rig.clock.now())))
    rig.time.block(1.0)
    assert rig.engine.heard[-1] == (sample(6.0), 6.0)
    assert rig.engine.woken == [6.5]
    assert rig.clock.now() == 60.0


async def test_all_that_an_event_leads_to_is_of_the_moment_at_which_it_was_taken_in(
    rig: ConductorRig,
) -> None:
    moments: list[tuple[float, float]] = []

    def show(effects: object, event: object) -> None:
        rig.time.block(1.0)
        moments.append((rig.conductor.now(), rig.conductor.view().at))

    rig.conductor._on_change = show
    rig.treadmill.report(sample(0.0))
    assert moments == [(0.0, 0.0)]
    assert rig.conductor.view().at == 1.0


async def test_the_engines_time_never_goes_back(rig: ConductorRig) -> None:
    rig.engine.wakes_at = 2.0
    rig.treadmill.report(sample(0.0))
    rig.time.run(2.0)
    rig.conductor._now = 2.5
    rig.treadmill.report(sample(2.0))
    assert [now for _, now in rig.engine.heard] == [0.0, 2.5]


# ---- when something fails


async def test_an_error_in_the_engine_suspends_the_session_and_is_logged_once(
    rig: ConductorRig, caplog: pytest.LogCaptureFixture
) -> None:
    suspended = StateChanged(State.SUSPENDED, Reason.CONTROL_LOST)
    rig.engine.answers |= {Telemetry: ZeroDivisionError("oops"), Status: (suspended,)}
    rig.treadmill.report(sample(0.0))
    rig.engine.state = State.SUSPENDED
    rig.treadmill.report(sample(1.0))
    assert caplog.text.count("session engine failed") == 1
    assert rig.records("state")[0]["state"] == "suspended"
    assert rig.engine.heard[1][0] == Status(StatusKind.CONTROL_LOST)


async def test_the_timer_outlives_an_error_in_the_engine(rig: ConductorRig) -> None:
    def fails(now: float) -> tuple[()]:
        rig.engine.wakes_at = now + 1.0
        raise ZeroDivisionError

    rig.engine.on_wake = fails
    rig.engine.wakes_at = 1.0
    rig.treadmill.report(sample(0.0))
    rig.time.run(3.0)
    assert rig.engine.woken == [1.0, 2.0, 3.0]


async def test_r4_stop_is_sent_even_when_the_engine_fails(rig: ConductorRig) -> None:
    rig.engine.answers[Stop] = ZeroDivisionError("oops")
    await rig.conductor.async_request(Stop())
    assert rig.treadmill.told == [("stop_belt", None)]


async def test_an_engine_that_cannot_even_let_go_is_allowed_nothing_but_stop(
    rig: ConductorRig,
) -> None:
    broken = ZeroDivisionError("oops")
    rig.engine.answers |= {Telemetry: broken, Status: broken, Aim: (FASTER,)}
    rig.treadmill.report(sample(0.0))
    await rig.conductor.async_request(Aim(speed_kmh=6.0))
    assert rig.treadmill.told == []
    assert rig.records("fault") == [{"type": "fault", "t": 0.0, "reason": "control_lost"}]
    assert rig.conductor.snapshot().state is State.SUSPENDED
    rig.treadmill.report(sample(1.0))
    rig.engine.answers[Stop] = (STOP_BELT,)
    await rig.conductor.async_request(Stop())
    assert rig.treadmill.told == [("stop_belt", None)]
    await rig.conductor.async_request(Aim(speed_kmh=6.0))
    assert rig.treadmill.told[-1] == ("set_speed", 6.0)


async def test_whoever_wished_for_what_the_engine_failed_at_is_told(rig: ConductorRig) -> None:
    rig.engine.answers[Pause] = ZeroDivisionError("oops")
    with pytest.raises(Refused, match="engine_failed"):
        await rig.conductor.async_request(Pause())


async def test_an_error_in_showing_things_keeps_nobody_from_running(
    rig: ConductorRig, caplog: pytest.LogCaptureFixture
) -> None:
    def fails(effects: object, event: object) -> None:
        raise ZeroDivisionError

    rig.conductor._on_change = fails
    rig.engine.answers[Aim] = (FASTER,)
    await rig.conductor.async_request(Aim(speed_kmh=6.0))
    assert rig.treadmill.told == [("set_speed", 6.0)]
    assert "Showing what happened failed" in caplog.text


async def test_an_engine_without_a_session_time_does_not_silence_the_journal(
    rig: ConductorRig, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(now: float) -> View:
        raise ZeroDivisionError

    monkeypatch.setattr(rig.engine, "view", fails)
    rig.treadmill.report(Link(up=True))
    assert rig.records("link") == [{"type": "link", "t": 0.0, "up": True}]


async def test_what_the_gate_gave_up_is_not_sent_late(rig: ConductorRig) -> None:
    rig.treadmill.hang("set_speed")
    rig.engine.answers |= {Aim: (FASTER,), Link: (LetGo(Reason.REJECTED),)}
    await rig.conductor.async_request(Aim(speed_kmh=6.0))
    rig.treadmill.report(Link(up=True))
    await settle()
    assert rig.unfinished == 0
    assert rig.treadmill.told == []


# ---- leaving


async def test_r3_leaving_sends_one_command_waits_for_it_and_then_only_stop_works(
    rig: ConductorRig,
) -> None:
    paused = StateChanged(State.PAUSED, Reason.RESTART)
    rig.engine.leaving = (CUE, FASTER, paused)
    rig.engine.wakes_at = 3.0
    rig.treadmill.report(sample(0.0))
    await rig.conductor.async_leave()
    await rig.conductor.async_leave()
    rig.engine.answers |= {Telemetry: (FASTER,), Stop: (STOP_BELT,)}
    rig.treadmill.report(sample(1.0))
    rig.time.run(10.0)
    with pytest.raises(Refused, match="leaving"):
        await rig.conductor.async_request(Aim(speed_kmh=9.0))
    assert rig.treadmill.told == [("set_speed", 6.0)]
    assert rig.engine.woken == []
    await rig.conductor.async_request(Stop())
    assert rig.treadmill.told[-1] == ("stop_belt", None)


async def test_r18_the_journal_has_the_last_command_before_its_answer(rig: ConductorRig) -> None:
    rig.engine.leaving = (CUE, FASTER, StateChanged(State.PAUSED, Reason.RESTART))
    await rig.conductor.async_leave()
    assert [record["type"] for record in rig.journal.records()] == [
        "cue",
        "command",
        "state",
        "answer",
    ]


async def test_r4_a_stop_after_leaving_is_seen_through_to_its_end(rig: ConductorRig) -> None:
    await rig.conductor.async_leave()
    rig.engine.answers[Stop] = (STOP_BELT,)
    rig.engine.wakes_at = 2.0
    await rig.conductor.async_request(Stop())
    rig.treadmill.report(sample(0.0))
    rig.time.run(2.0)
    assert rig.engine.woken == [2.0]
    assert (sample(0.0), 0.0) in rig.engine.heard


async def test_stopping_leaves_no_task_no_timer_and_no_listener(rig: ConductorRig) -> None:
    rig.treadmill.hang("set_speed")
    rig.engine.answers[Aim] = (FASTER,)
    rig.engine.wakes_at = 3.0
    await rig.conductor.async_request(Aim(speed_kmh=6.0))
    await rig.conductor.async_stop()
    await rig.conductor.async_stop()
    await settle()
    assert (rig.unfinished, rig.time.waiting, rig.treadmill.listeners) == (0, 0, [])
    assert not rig.treadmill.connected


async def test_starting_makes_contact_where_there_is_none() -> None:
    rig = ConductorRig()
    rig.treadmill.connected = False
    rig.conductor.start()
    assert rig.treadmill.connected


async def test_a_start_without_contact_listens_for_it_all_the_same() -> None:
    rig = ConductorRig()
    rig.treadmill.connected = False
    rig.treadmill.errors["connect"] = NotConnectedError("off")
    rig.conductor.start()
    rig.treadmill.report(Link(up=True))
    assert [record["up"] for record in rig.records("link")] == [True]


async def test_a_start_does_not_wait_for_contact() -> None:
    rig = ConductorRig()
    rig.treadmill.connected = False
    rig.treadmill.hang("connect")
    rig.conductor.start()
    assert len(rig.treadmill.listeners) == 1
    await rig.conductor.async_stop()
    await settle()
    assert rig.unfinished == 0


async def test_a_driver_that_fails_at_making_contact_is_logged_and_heard(
    caplog: pytest.LogCaptureFixture,
) -> None:
    rig = ConductorRig()
    rig.treadmill.connected = False
    rig.treadmill.errors["connect"] = RuntimeError("no such bus")
    rig.conductor.start()
    rig.treadmill.report(Link(up=True))
    assert "no such bus" in caplog.text
    assert [record["up"] for record in rig.records("link")] == [True]


async def test_who_stays_after_leaving_hears_and_sends_again(rig: ConductorRig) -> None:
    await rig.conductor.async_leave()
    rig.treadmill.report(sample(0.0))
    heard = len(rig.engine.heard)
    rig.conductor.stay()
    rig.treadmill.report(sample(1.0))
    assert heard == 0
    assert [event for event, _ in rig.engine.heard] == [Link(up=True), sample(1.0)]
    await rig.conductor.async_request(Resume())
    assert rig.engine.heard[-1][0] == Resume()


async def test_a_treadmill_that_is_left_to_another_app_is_not_connected() -> None:
    rig = ConductorRig()
    rig.treadmill.connected = False
    rig.conductor.start(connect=False)
    assert rig.treadmill.began == []


async def test_r3_a_stored_session_comes_back_through_the_engine(rig: ConductorRig) -> None:
    rig.conductor.restore({"some": "session"})
    assert rig.engine.stored == {"some": "session"}
    assert [record["key"] for record in rig.records("cue")] == ["go"]


async def test_a_wish_that_nobody_waits_for_any_more_does_no_harm(rig: ConductorRig) -> None:
    rig.engine.answers[Pause] = Refused("no_session")
    asking = asyncio.ensure_future(rig.conductor.async_request(Pause()))
    asking.cancel()
    await settle()
    assert asking.cancelled()
