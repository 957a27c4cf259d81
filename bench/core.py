"""A running Home Assistant in real time: how late commands are, and how many rows history gets.

Two virtual treadmills run side by side, at time scale 1 and with telemetry once a second. One walks
through steps of five seconds, each of which sets another speed: lateness and drift. The other runs
``descending_sprints``: states and rows, from the start of one recovery to that of the next, which
is the busiest that a session gets. ``full`` runs the whole of it, in fifty minutes.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import closing
from datetime import datetime
from pathlib import Path
import sqlite3
from statistics import fmean, quantiles
import tempfile
import time
from typing import Any, override

from demo.client import Client, Json, connect
from demo.instance import Instance, free_port
from demo.once import Run, buttons
from demo.rules import Limits, Record
from demo.seed import DOMAIN, Machine, async_add_runner, async_add_treadmill, async_entities

type Figures = dict[str, Any]

_STEP_S = 5.0  # the shortest that a session file may have
_WARM_UP_S = 20.0
_STEPS = """\
name: Bench steps
level: any
steps:
  - warm_up: {{for: {warm_up:g} s, pace: 6 km/h}}
  - repeat: {pairs}
    steps:
      - steady: {{for: {step:g} s, pace: 6.4 km/h}}
      - steady: {{for: {step:g} s, pace: 6 km/h}}
"""


def measure(*, quick: bool, full: bool) -> Figures:
    """Return the figures of a running core; takes six minutes (``quick``: three, without rows)."""
    with tempfile.TemporaryDirectory(prefix="descent-bench-", ignore_cleanup_errors=True) as folder:
        return asyncio.run(_async_measure(Path(folder), quick=quick, full=full))


async def _async_measure(folder: Path, *, quick: bool, full: bool) -> Figures:
    pairs = 10 if quick else 30
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
            stepping = await _async_treadmill(client, "Steps", _Whole)
            sprinting = await _async_treadmill(client, "Sprints", _Whole if full else _Cycle)
            async with asyncio.TaskGroup() as group:
                group.create_task(stepping.async_run("bench_steps", runner))
                if not quick:
                    group.create_task(sprinting.async_run("descending_sprints", runner))
    finally:
        await instance.async_stop()
    figures: Figures = {
        "home_assistant": (folder / ".HA_VERSION").read_text("utf-8").strip(),
        "commands": stepping.lateness(2 * pairs),
        "cues": stepping.cue_errors(),
        "problems": [*stepping.problems, *sprinting.problems, *instance.complaints()],
    }
    if not quick:
        figures["history"] = sprinting.history(folder / "home-assistant_v2.db")
    return figures


class _Whole(Run):
    """Runs a session from its beginning to its end."""

    began = ended = 0.0  # the stretch to be measured, in time of day

    @override
    def _see(self, record: Record) -> None:
        super()._see(record)
        if record["type"] == "step" and not self.began:
            self.began = time.time()
        if record["type"] == "summary":
            self.ended = time.time()


class _Cycle(Run):
    """Skips to the descents, runs one whole cycle of them, and stops."""

    began = ended = 0.0

    @override
    def _see(self, record: Record) -> None:
        super()._see(record)
        if record["type"] != "step" or record["event"] != "started":
            return
        if record["phase"] in {"warm_up", "drills"}:
            self._do(self._async_skip)
        elif record["phase"] == "recovery" and not self.began:
            self.began = time.time()
        elif record["phase"] == "recovery":
            self.ended = time.time()
            self._do(self._async_stop)

    async def _async_skip(self) -> None:
        await self._async_wait(10)
        target = {"treadmill": self._entry_id, "confirm": True}
        await self._client.async_action(DOMAIN, "skip", target)

    async def _async_stop(self) -> None:
        await self._client.async_action(DOMAIN, "stop", {"treadmill": self._entry_id})


class _Treadmill:
    """One treadmill, its session, and what was seen of both."""

    def __init__(
        self, client: Client, entry_id: str, entities: Json, kind: type[_Whole | _Cycle]
    ) -> None:
        self.records: list[Record] = []
        self.problems: list[str] = []
        self._written: list[float] = []
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
        self._run = kind(client, entry_id, press, limits, self.records.append)

    async def async_run(self, session: str, runner: str) -> None:
        """Run the session and count the states written meanwhile."""
        events = await self._client.async_subscribe("subscribe_events", event_type="state_changed")
        counting = asyncio.create_task(self._async_count(events))
        await self._run.async_run(session, runner)
        counting.cancel()
        outcome = self._run.outcome
        if outcome.result not in {"completed", "stopped"}:
            self.problems.append(f"{session}: {outcome.result}")
        self.problems += outcome.problems

    async def _async_count(self, events: AsyncIterator[Json]) -> None:
        mine = set(self._entities.values())
        async for event in events:
            entity_id, state = event["data"]["entity_id"], event["data"]["new_state"]
            if entity_id not in mine:
                continue
            self._written.append(time.time())
            told = state["attributes"] if entity_id == self._entities["event.cue"] else {}
            if told.get("key") == "step_steady":
                self._steady_cues.append(datetime.fromisoformat(state["last_updated"]).timestamp())

    def lateness(self, steps: int) -> Figures:
        """Compare when each step set its speed with when it was due, in milliseconds."""
        started = [r for r in self.records if r["type"] == "step" and r["event"] == "started"]
        first = next(record["t"] for record in started if record["index"] == 0) + _WARM_UP_S
        late = []
        for index in range(steps):
            due = first + index * _STEP_S
            told = next(
                record["t"]
                for record in self.records
                if record["type"] == "command"
                and record["kind"] == "set_speed"
                and record["t"] > due - _STEP_S / 4
            )
            late.append((told - due) * 1000)
        cuts = quantiles(late, n=100, method="inclusive")
        tenth = max(1, len(late) // 6)
        drift = fmean(late[-tenth:]) - fmean(late[:tenth])
        return {
            "steps": steps,
            "late_ms": {
                "p50": round(cuts[49], 2),
                "p99": round(cuts[98], 2),
                "worst": round(max(late), 2),
            },
            "drift_ms": round(drift, 2),
            "goal_p99_ms": 5,
        }

    def cue_errors(self) -> Figures:
        """Compare when the event of each step's cue was written with when it was due.

        In milliseconds, counted from the one that was written the earliest after it was due.
        """
        behind = [at - index * _STEP_S for index, at in enumerate(self._steady_cues)]
        errors = [(at - min(behind)) * 1000 for at in behind]
        cuts = quantiles(errors, n=100, method="inclusive")
        return {
            "cues": len(errors),
            "error_ms": {
                "p50": round(cuts[49], 2),
                "p99": round(cuts[98], 2),
                "worst": round(max(errors), 2),
            },
            "goal_p99_ms": 20,
        }

    def history(self, database: Path) -> Figures:
        """Count states written and rows kept, a minute of the session."""
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
        return {
            "minutes": round(minutes, 2),
            "state_writes_a_minute": round(
                sum(span[0] <= at <= span[1] for at in self._written) / minutes, 1
            ),
            "recorder_rows_a_minute": round(sum(mine.values()) / minutes, 1),
            "goal_rows_a_minute": 40,
            "rows": {name: count for name, count in sorted(mine.items()) if count},
        }


async def _async_treadmill(client: Client, name: str, kind: type[_Whole | _Cycle]) -> _Treadmill:
    entry_id = await async_add_treadmill(client, Machine(name=name))
    return _Treadmill(client, entry_id, await async_entities(client, entry_id), kind)
