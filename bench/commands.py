"""A running Home Assistant in real time: how late steps and cues are, and whether that adds up.

Two virtual treadmills run side by side, at time scale 1 and with telemetry once a second, each
through steps of five seconds of which each sets another speed. With ``--full`` a third one runs all
of ``descending_sprints`` beside them, in fifty minutes, and its rows of history are counted.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import closing, suppress
from datetime import datetime
from pathlib import Path
import sqlite3
from statistics import fmean, median, quantiles
import tempfile
import time
from typing import override

from demo.client import Client, Json, connect
from demo.instance import Instance, free_port
from demo.once import Run, buttons
from demo.rules import Limits, Record
from demo.seed import Machine, async_add_runner, async_add_treadmill, async_entities

from .options import Options
from .part import Say

_STEP_S = 5.0  # the shortest that a session file may have
_WARM_UP_S = 20.0
_STEPS = """\
name: Bench steps
level: any
steps:
  - warm_up: {{for: {warm_up:g} s, pace: 6.4 km/h}}
  - repeat: {pairs}
    steps:
      - steady: {{for: {step:g} s, pace: 6 km/h}}
      - steady: {{for: {step:g} s, pace: 6.4 km/h}}
"""


def measure(options: Options, say: Say) -> None:
    """Run the steps; takes three minutes (``quick``: two)."""
    pairs = 8 if options.quick else 12
    with tempfile.TemporaryDirectory(prefix="descent-bench-", ignore_cleanup_errors=True) as folder:
        asyncio.run(_async_measure(Path(folder), pairs, say, full=options.full))


async def _async_measure(folder: Path, pairs: int, say: Say, *, full: bool) -> None:
    sessions = folder / "descent" / "sessions"
    sessions.mkdir(parents=True)
    steps = _STEPS.format(warm_up=_WARM_UP_S, pairs=pairs, step=_STEP_S)
    (sessions / "bench_steps.yaml").write_text(steps, "utf-8")
    instance = Instance(folder, free_port())
    instance.prepare(level="warning")
    instance.start()
    try:
        async with connect(instance) as client:
            runner = await async_add_runner(client)
            stepping = [await _async_treadmill(client, name) for name in ("Left", "Right")]
            running = [one.async_run("bench_steps", runner) for one in stepping]
            sprinting = await _async_treadmill(client, "Sprints") if full else None
            if sprinting is not None:
                running.append(sprinting.async_run("descending_sprints", runner))
            await asyncio.gather(*running)
    finally:
        await instance.async_stop()
    if complaints := instance.complaints():
        raise RuntimeError(f"Descent complained: {complaints[0]}")
    _say_lateness([one.lateness(2 * pairs) for one in stepping], say)
    _say_cues([error for one in stepping for error in one.cue_errors()], say)
    if sprinting is None:
        say.skip("only with --full", "rows")
    else:
        sprinting.say_rows(folder / "home-assistant_v2.db", say)


def _say_lateness(late: list[list[float]], say: Say) -> None:
    every = [ms for its in late for ms in its]
    cuts = quantiles(every, n=100, method="inclusive")
    drifts: list[float] = []
    for its in late:
        tenth = max(1, len(its) // 6)
        drifts.append(fmean(its[-tenth:]) - fmean(its[:tenth]))
    say("late", round(median(every), 2), steps=len(every))
    say("late_p99", round(cuts[98], 2), worst=round(max(every), 2))
    say("drift", round(max(map(abs, drifts)), 2))


def _say_cues(errors: list[float], say: Say) -> None:
    cuts = quantiles(errors, n=100, method="inclusive")
    say("cue", round(median(errors), 2), cues=len(errors))
    say("cue_p99", round(cuts[98], 2), worst=round(max(errors), 2))


class _Session(Run):
    """Remembers from when to when its session went, in time of day."""

    began = ended = 0.0

    @override
    def _see(self, record: Record) -> None:
        super()._see(record)
        if record["type"] == "step" and not self.began:
            self.began = time.time()
        if record["type"] == "summary":
            self.ended = time.time()


class _Treadmill:
    """One treadmill, its session, and what was seen of both."""

    def __init__(self, client: Client, entry_id: str, entities: Json) -> None:
        self._records: list[Record] = []
        self._steady_cues: list[float] = []
        self._client = client
        self._entities = entities
        limits = Limits(
            level="intermediate",
            min_incline=-6,
            max_incline=15,
            incline_step=0.5,
            max_speed=20,
        )
        press = buttons(client, entities)
        self._run = _Session(client, entry_id, press, limits, self._records.append)

    async def async_run(self, session: str, runner: str) -> None:
        """Run a session, and note when its cues were written. Raises ``RuntimeError``."""
        events = await self._client.async_subscribe("subscribe_events", event_type="state_changed")
        noting = asyncio.create_task(self._async_note_cues(events))
        await self._run.async_run(session, runner)
        noting.cancel()
        with suppress(asyncio.CancelledError):
            await noting
        outcome = self._run.outcome
        if not outcome.ok:
            raise RuntimeError(f"{session}: {outcome.result} {outcome.problems + outcome.broken}")

    async def _async_note_cues(self, events: AsyncIterator[Json]) -> None:
        async for event in events:
            state = event["data"]["new_state"]
            if (
                event["data"]["entity_id"] == self._entities["event.cue"]
                and state["attributes"].get("key") == "step_steady"
            ):
                self._steady_cues.append(datetime.fromisoformat(state["last_updated"]).timestamp())

    def lateness(self, steps: int) -> list[float]:
        """Compare when each step set its speed with when it was due, in milliseconds."""
        started = [r for r in self._records if r["type"] == "step" and r["event"] == "started"]
        first = next(record["t"] for record in started if record["index"] == 0) + _WARM_UP_S
        late = []
        for index in range(steps):
            due = first + index * _STEP_S
            told = next(
                record["t"]
                for record in self._records
                if record["type"] == "command"
                and record["kind"] == "set_speed"
                and record["t"] > due - _STEP_S / 4
            )
            late.append((told - due) * 1000)
        return late

    def cue_errors(self) -> list[float]:
        """Compare when the event of each step's cue was written with when it was due.

        In milliseconds, counted from the one that was written the earliest after it was due.
        """
        behind = [at - index * _STEP_S for index, at in enumerate(self._steady_cues)]
        return [(at - min(behind)) * 1000 for at in behind]

    def say_rows(self, database: Path, say: Say) -> None:
        """Count the rows kept, a minute of the session."""
        span = (self._run.began, self._run.ended)
        minutes = (span[1] - span[0]) / 60
        with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
            rows = dict(
                connection.execute(
                    "select states_meta.entity_id, count(*) from states"
                    " join states_meta using (metadata_id)"
                    " where last_updated_ts between ? and ? group by states_meta.entity_id",
                    span,
                ).fetchall()
            )
        mine = {name: rows.get(entity, 0) for name, entity in self._entities.items()}
        say("rows", round(sum(mine.values()) / minutes, 1), minutes=round(minutes, 2), rows=mine)


async def _async_treadmill(client: Client, name: str) -> _Treadmill:
    entry_id = await async_add_treadmill(client, Machine(name=name))
    return _Treadmill(client, entry_id, await async_entities(client, entry_id))
