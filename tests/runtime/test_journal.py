"""The last minutes, and who listens to them."""

from __future__ import annotations

import json

import pytest

from custom_components.descent.runtime.journal import (
    Journal,
    Record,
    cue_record,
    effect_record,
    input_record,
    intent_record,
)
from custom_components.descent.training.events import (
    Aim,
    Answer,
    Arm,
    Command,
    CommandKind,
    Cue,
    CueKind,
    DeclineTested,
    Effect,
    Fault,
    Finished,
    Lap,
    LetGo,
    Link,
    MachineEvent,
    Outcome,
    Reason,
    RepCompleted,
    Skip,
    State,
    StateChanged,
    Status,
    StatusKind,
    StepFinished,
    StepStarted,
    Stop,
    Summary,
    UserEvent,
    Verdict,
)
from custom_components.descent.training.model import DeclineCheck, Level, Phase, Plan, Step

STEP = Step(
    index=2,
    phase=Phase.DESCENT,
    speed_kmh=14.4,
    incline_pct=-6.0,
    nominal_s=30.04,
    distance_m=120.0,
    rep=1,
    reps=6,
)
LAP = Lap(
    index=2,
    phase=Phase.DESCENT,
    rep=1,
    duration_s=47.1234,
    approach_s=9.0,
    distance_m=160.12,
    at_target_m=120.31,
    descent_m=9.5,
    descent_at_target_m=7.2,
    max_speed_kmh=14.4,
    mean_incline_pct=-5.98,
    to_target_s=14.125,
)
SUMMARY = Summary(
    session="descending_sprints",
    result=Reason.COMPLETED,
    duration_s=3000.5,
    distance_m=4000.1,
    descent_m=53.2,
    descent_at_target_m=43.1,
    prescribed_descent_m=43.1,
    fidelity_descent=1.0,
    fidelity_grade=1.0,
    reps_completed=6,
    reps_planned=6,
    laps=(LAP,),
)
CUE = Cue(
    kind=CueKind.PREVIEW,
    key="preview_descent",
    step=2,
    rep=1,
    seconds_to_change=20.0,
    speed_kmh=14.4,
)
COMMAND = Command(3, CommandKind.SET_SPEED, 6.0)
PLAN = Plan(
    session="one",
    name="One",
    runner="Ada",
    level=Level.BEGINNER,
    steps=(
        Step(
            index=0,
            phase=Phase.WARM_UP,
            speed_kmh=5,
            incline_pct=0,
            nominal_s=60,
            duration_s=60,
        ),
    ),
    parameters=(("reps", 6),),
)


def test_records_older_than_the_kept_time_are_gone() -> None:
    journal = Journal(keep_s=10)
    journal.write(0.0, 0.0, {"type": "a"})
    journal.write(5.0, 5.0, {"type": "b"})
    journal.write(15.0, 15.0, {"type": "c"})
    assert [record["type"] for record in journal.records()] == ["b", "c"]


def test_a_flood_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("custom_components.descent.runtime.journal.JOURNAL_RECORDS", 3)
    journal = Journal()
    for t in range(5):
        journal.write(0.0, t, {"type": "a"})
    assert [record["t"] for record in journal.records()] == [2, 3, 4]


def test_subscribers_get_every_record_until_they_leave() -> None:
    journal, heard = Journal(), list[Record]()
    leave = journal.subscribe(heard.append)
    journal.write(0.0, 1.23456, {"type": "a"})
    leave()
    leave()
    journal.write(0.0, 2.0, {"type": "b"})
    assert heard == [{"type": "a", "t": 1.235}]


def test_a_subscriber_that_fails_is_dropped_and_hides_nothing_from_others(
    caplog: pytest.LogCaptureFixture,
) -> None:
    journal, heard = Journal(), list[Record]()

    def fails(record: Record) -> None:
        raise ZeroDivisionError

    journal.subscribe(fails)
    journal.subscribe(heard.append)
    journal.write(0.0, 0.0, {"type": "a"})
    journal.write(0.0, 0.0, {"type": "b"})
    assert [record["type"] for record in heard] == ["a", "b"]
    assert caplog.text.count("A listener of the journal failed") == 1


def test_closing_tells_the_subscribers_and_lets_them_go() -> None:
    journal, heard = Journal(), list[Record]()
    journal.subscribe(heard.append)
    journal.close()
    journal.write(0.0, 0.0, {"type": "a"})
    assert heard == [{"type": "closed"}]


@pytest.mark.parametrize(
    ("effect", "record"),
    [
        (COMMAND, {"type": "command", "id": 3, "kind": "set_speed", "value": 6.0}),
        (
            Verdict(COMMAND, Outcome.CONFIRMED),
            {
                "type": "verdict",
                "id": 3,
                "kind": "set_speed",
                "value": 6.0,
                "outcome": "confirmed",
            },
        ),
        (
            LetGo(Reason.CONSOLE_CHANGE, slower=True),
            {"type": "let_go", "reason": "console_change", "slower": True},
        ),
        (
            CUE,
            {
                "type": "cue",
                "kind": "preview",
                "key": "preview_descent",
                "text": "PREVIEW_DESCENT",
                "step": 2,
                "rep": 1,
                "seconds_to_change": 20.0,
                "speed_kmh": 14.4,
                "incline_pct": None,
            },
        ),
        (StateChanged(State.RUNNING), {"type": "state", "state": "running", "reason": None}),
        (
            StateChanged(State.PAUSED, Reason.RESTART),
            {"type": "state", "state": "paused", "reason": "restart"},
        ),
        (
            StepStarted(STEP),
            {
                "type": "step",
                "event": "started",
                "phase": "descent",
                "index": 2,
                "rep": 1,
                "reps": 6,
                "target_speed_kmh": 14.4,
                "target_incline_pct": -6.0,
                "planned_s": 30.0,
                "planned_m": 120.0,
            },
        ),
        (RepCompleted(1, 6), {"type": "rep", "rep": 1, "reps": 6}),
        (Fault(Reason.WRONG_WAY), {"type": "fault", "reason": "wrong_way"}),
        (DeclineTested(DeclineCheck.CONFIRMED), {"type": "decline", "decline": "confirmed"}),
    ],
)
def test_effects_become_records(effect: Effect, record: Record) -> None:
    assert effect_record(effect, lambda cue: cue.key.upper()) == record


def test_a_finished_step_carries_what_was_measured() -> None:
    record = effect_record(StepFinished(STEP, LAP), lambda cue: "")
    assert record["event"] == "finished"
    assert record["target_speed_kmh"] == 14.4
    assert record["at_target_m"] == 120.31
    assert record["duration_s"] == 47.123
    assert record["to_target_s"] == 14.12
    assert record["capped"] is False


def test_a_summary_carries_what_the_session_amounted_to() -> None:
    record = effect_record(Finished(SUMMARY), lambda cue: "")
    assert record == {
        "type": "summary",
        "session": "descending_sprints",
        "result": "completed",
        "duration_s": 3000.5,
        "distance_m": 4000.1,
        "descent_m": 53.2,
        "descent_at_target_m": 43.1,
        "prescribed_descent_m": 43.1,
        "fidelity_descent": 1.0,
        "fidelity_grade": 1.0,
        "reps_completed": 6,
        "reps_planned": 6,
    }


@pytest.mark.parametrize(
    ("event", "record"),
    [
        (Status(StatusKind.STARTED), {"type": "status", "kind": "started"}),
        (Link(up=False), {"type": "link", "up": False}),
        (Answer(3, Outcome.UNKNOWN), {"type": "answer", "id": 3, "outcome": "unknown"}),
    ],
)
def test_what_the_machine_says_becomes_a_record(event: MachineEvent, record: Record) -> None:
    assert isinstance(event, Status | Link | Answer)
    assert input_record(event) == record


@pytest.mark.parametrize(
    ("event", "record"),
    [
        (
            Arm(PLAN),
            {"what": "arm", "session": "one", "parameters": {"reps": 6}, "by_hand": False},
        ),
        (Skip(confirmed=True), {"what": "skip", "confirmed": True}),
        (Aim(incline_pct=-3.0), {"what": "aim", "speed_kmh": None, "incline_pct": -3.0}),
        (Stop(), {"what": "stop"}),
    ],
)
def test_wishes_become_records(event: UserEvent, record: Record) -> None:
    assert intent_record(event) == {"type": "intent"} | record
    assert intent_record(event, "no_session")["refused"] == "no_session"


def test_records_are_json() -> None:
    records = [
        cue_record(CUE, "text"),
        effect_record(StepFinished(STEP, LAP), lambda cue: ""),
        intent_record(Arm(PLAN)),
    ]
    assert json.loads(json.dumps(records)) == records
