"""A running Home Assistant in real time: how late commands are, and how many rows history gets.

Two virtual treadmills run side by side, at time scale 1 and with telemetry once a second. One walks
through steps of five seconds, each of which sets another speed: lateness and drift. The other runs
sprints that are closer together than those of any session: states and rows.
"""

from __future__ import annotations

import asyncio
from contextlib import closing
from pathlib import Path
import sqlite3
from statistics import fmean, quantiles
import tempfile
import time
from typing import Any

from demo.client import Client, Json, connect
from demo.instance import Instance, free_port
from demo.once import Run
from demo.rules import Limits, Record
from demo.seed import Machine, async_add_runner, async_add_treadmill, async_entities

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
_SPRINTS = """\
name: Bench sprints
level: intermediate
steps:
  - warm_up: {{for: 30 s, pace: easy}}
  - repeat: {reps}
    steps:
      - descent: {{for: 60 m, decline: 6 %, pace: sprint 80 %}}
      - recovery: {{for: 60 s, walk_back: uphill}}
  - cool_down: {{for: 20 s, pace: walk}}
"""


def measure(*, quick: bool) -> Figures:
    """Return the figures of a running core; takes about six minutes, ``quick`` two and a half."""
    with tempfile.TemporaryDirectory(prefix="descent-bench-", ignore_cleanup_errors=True) as folder:
        return asyncio.run(_async_measure(Path(folder), quick=quick))


async def _async_measure(folder: Path, *, quick: bool) -> Figures:
    pairs, reps = (10, 1) if quick else (30, 3)
    sessions = folder / "descent" / "sessions"
    sessions.mkdir(parents=True)
    steps = _STEPS.format(warm_up=_WARM_UP_S, pairs=pairs, step=_STEP_S)
    (sessions / "bench_steps.yaml").write_text(steps, "utf-8")
    (sessions / "bench_sprints.yaml").write_text(_SPRINTS.format(reps=reps), "utf-8")
    instance = Instance(folder, free_port())
    instance.prepare(level="warning")
    instance.start()
    try:
        async with connect(instance) as client:
            runner = await async_add_runner(client)
            stepping = await _async_treadmill(client, "Steps", runner, "bench_steps")
            sprinting = await _async_treadmill(client, "Sprints", runner, "bench_sprints")
            await asyncio.gather(stepping.async_run(), sprinting.async_run())
    finally:
        await instance.async_stop()
    database = folder / "home-assistant_v2.db"
    return {
        "home_assistant": (folder / ".HA_VERSION").read_text("utf-8").strip(),
        "commands": stepping.lateness(2 * pairs),
        "history": sprinting.history(database),
        "problems": [*stepping.problems, *sprinting.problems, *instance.complaints()],
    }


class _Treadmill:
    """One treadmill, its session, and what was seen of both."""

    def __init__(
        self, client: Client, name: str, entry_id: str, runner: str, session: str, entities: Json
    ) -> None:
        self.records: list[Record] = []
        self.writes = 0
        self._name = name
        self._client = client
        self._runner = runner
        self._session = session
        self._entities = entities
        self._span = (0.0, 0.0)
        limits = Limits(
            level="intermediate",
            min_incline=-6,
            max_incline=15,
            incline_step=0.5,
            max_speed=20,
        )
        self._run = Run(client, entry_id, entities, limits, self.records.append)

    @property
    def problems(self) -> list[str]:
        """What went wrong; the figures are worth nothing then."""
        outcome = self._run.outcome
        finished = [] if outcome.result == "completed" else [f"not completed: {outcome.result}"]
        return [f"{self._name}: {text}" for text in finished + outcome.problems]

    async def async_run(self) -> None:
        """Run the session and count the states written meanwhile."""
        events = await self._client.async_subscribe("subscribe_events", event_type="state_changed")
        counting = asyncio.create_task(self._async_count(events))
        began = time.time()
        await self._run.async_run(self._session, self._runner)
        self._span = (began, time.time())
        counting.cancel()

    async def _async_count(self, events: Any) -> None:
        mine = set(self._entities.values())
        async for event in events:
            self.writes += event["data"]["entity_id"] in mine

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

    def history(self, database: Path) -> Figures:
        """Count states written and rows kept, a minute of the session."""
        minutes = (self._span[1] - self._span[0]) / 60
        with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
            rows = dict(
                connection.execute(
                    "select states_meta.entity_id, count(*) from states"
                    " join states_meta using (metadata_id)"
                    " where last_updated_ts between ? and ? group by states_meta.entity_id",
                    self._span,
                ).fetchall()
            )
        mine = {name: rows.get(entity, 0) for name, entity in self._entities.items()}
        return {
            "minutes": round(minutes, 2),
            "state_writes_a_minute": round(self.writes / minutes, 1),
            "recorder_rows_a_minute": round(sum(mine.values()) / minutes, 1),
            "goal_rows_a_minute": 40,
            "rows": {name: count for name, count in sorted(mine.items()) if count},
        }


async def _async_treadmill(client: Client, name: str, runner: str, session: str) -> _Treadmill:
    entry_id = await async_add_treadmill(client, Machine(name=name))
    entities = await async_entities(client, entry_id)
    return _Treadmill(client, name, entry_id, runner, session, entities)
