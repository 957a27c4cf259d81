"""What happened in the last minutes: intents, cues, commands, answers, measurements (rule R18).

A record is a JSON-able dict with ``type`` and ``t``, the session's seconds. The diagnostics
download holds them, the WebSocket subscription ``descent/live`` sends them on, and ``scripts/demo
--once --json`` prints them.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
import logging
from typing import Any

from ..as_dict import lap_as_dict, summary_as_dict
from ..const import JOURNAL_RECORDS, JOURNAL_S
from ..training.events import (
    Aim,
    Answer,
    Answered,
    Arm,
    Command,
    Cue,
    DeclineTested,
    Effect,
    Event,
    Fault,
    Finished,
    LetGo,
    Link,
    RepCompleted,
    Skip,
    StateChanged,
    Status,
    StepFinished,
    StepStarted,
    Unheard,
    Verdict,
)
from ..training.model import Step, Telemetry
from ..training.view import View

type Record = dict[str, Any]
type Subscriber = Callable[[Record], None]

_LOGGER = logging.getLogger(__name__)


class Journal:
    """A ring by time, with people who listen to it."""

    def __init__(self, keep_s: float = JOURNAL_S) -> None:
        """Keep the records of ``keep_s`` seconds of the treadmill's clock."""
        self._keep_s = keep_s
        self._ring: deque[tuple[float, Record]] = deque(maxlen=JOURNAL_RECORDS)
        self._subscribers: list[Subscriber] = []

    def write(self, now: float, t: float, record: Record) -> None:
        """Keep one record of ``now`` (treadmill's clock, session second ``t``); tell listeners."""
        kept = {"type": record["type"], "t": round(t, 3)} | record
        self._ring.append((now, kept))
        while self._ring[0][0] < now - self._keep_s:
            self._ring.popleft()
        for subscriber in tuple(self._subscribers):
            try:
                subscriber(kept)
            except Exception:
                # A listener that fails loses its place: it would fail at every record, with a
                # traceback each.
                _LOGGER.exception("A listener of the journal failed and is dropped")
                self._drop(subscriber)

    def subscribe(self, subscriber: Subscriber) -> Callable[[], None]:
        """Send every record from now on; returns a function that ends it, however often called."""
        self._subscribers.append(subscriber)

        def unsubscribe() -> None:
            self._drop(subscriber)

        return unsubscribe

    def close(self) -> None:
        """Tell who listens that nothing more will come from here."""
        for subscriber in tuple(self._subscribers):
            subscriber({"type": "closed"})
        self._subscribers.clear()

    def records(self) -> list[Record]:
        """All that is kept, oldest first."""
        return [record for _, record in self._ring]

    def _drop(self, subscriber: Subscriber) -> None:
        if subscriber in self._subscribers:
            self._subscribers.remove(subscriber)


def sample_record(sample: Telemetry, view: View) -> Record:
    """Describe a measurement, with the metres of the session so far.

    ``plan_s`` says where in the plan's nominal time it was made.
    """
    done_s = view.plan_s
    return {
        "type": "sample",
        "speed_kmh": sample.speed_kmh,
        "incline_pct": sample.incline_pct,
        "distance_m": round(view.distance_m, 2),
        "descent_m": round(view.descent_m, 3),
        "plan_s": None if done_s is None else round(done_s, 1),
    }


def input_record(event: Status | Link | Answer | Answered) -> Record:
    """Describe what the machine said."""
    match event:
        case Status():
            target = {} if event.value is None else {"value": event.value}
            return {"type": "status", "kind": event.kind.value, **target}
        case Link():
            return {"type": "link", "up": event.up}
        case Answer():
            return {"type": "answer", "id": event.command, "outcome": event.outcome.value}
        case Answered():
            return {"type": "there"}


def intent_record(event: Event | None, refused: str | None = None) -> Record:
    """Describe a wish, and the key of the reason if it was refused."""
    record: Record = {"type": "intent", "what": type(event).__name__.lower()}
    match event:
        case Arm():
            record |= {"session": event.plan.session, "parameters": dict(event.plan.parameters)}
            record["by_hand"] = event.by_hand
        case Skip():
            record["confirmed"] = event.confirmed
        case Aim():
            record |= {"speed_kmh": event.speed_kmh, "incline_pct": event.incline_pct}
        case Unheard():
            record["key"] = event.cue.key
    if refused is not None:
        record["refused"] = refused
    return record


def effect_record(effect: Effect, render: Callable[[Cue], str]) -> Record:
    """Describe what the engine decided; ``render`` makes the text of a cue."""
    match effect:
        case Command() | Verdict() | LetGo() | Fault() | DeclineTested():
            return _machine_record(effect)
        case Cue():
            return cue_record(effect, render(effect))
        case StateChanged(state, reason):
            return {"type": "state", "state": state.value, "reason": reason and reason.value}
        case StepStarted(step):
            return {"type": "step", "event": "started"} | _step(step)
        case StepFinished():
            return _finished_step_record(effect)
        case RepCompleted(rep, reps):
            return {"type": "rep", "rep": rep, "reps": reps}
        case Finished():
            return _summary_record(effect)


def _machine_record(effect: Command | Verdict | LetGo | Fault | DeclineTested) -> Record:
    match effect:
        case Command(number, kind, value):
            return {"type": "command", "id": number, "kind": kind.value, "value": value}
        case Verdict(command, outcome):
            sent = _machine_record(command)
            return sent | {"type": "verdict", "outcome": outcome.value}
        case LetGo(reason, slower):
            return {"type": "let_go", "reason": reason.value, "slower": slower}
        case Fault(reason):
            return {"type": "fault", "reason": reason.value}
        case DeclineTested(decline):
            return {"type": "decline", "decline": decline.value}


def cue_record(cue: Cue, text: str) -> Record:
    """Describe an announcement."""
    return {
        "type": "cue",
        "kind": cue.kind.value,
        "key": cue.key,
        "text": text,
        "step": cue.step,
        "rep": cue.rep,
        "seconds_to_change": cue.seconds_to_change,
        "speed_kmh": cue.speed_kmh,
        "incline_pct": cue.incline_pct,
    }


def _step(step: Step) -> Record:
    return {
        "phase": step.phase.value,
        "index": step.index,
        "rep": step.rep,
        "reps": step.reps,
        "target_speed_kmh": step.speed_kmh,
        "target_incline_pct": step.incline_pct,
        "planned_s": round(step.nominal_s, 1),
        "planned_m": step.distance_m,
    }


def _finished_step_record(effect: StepFinished) -> Record:
    return {"type": "step", "event": "finished"} | _step(effect.step) | lap_as_dict(effect.lap)


def _summary_record(effect: Finished) -> Record:
    return {"type": "summary"} | summary_as_dict(effect.summary)
