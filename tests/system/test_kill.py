"""kill -9 of a real Home Assistant in the middle of a descent (rule R3)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
import subprocess
from typing import Any

import pytest

from demo.client import Client, connect
from demo.instance import Instance, free_port
from demo.once import Run, buttons
from demo.rules import Limits
from demo.seed import Machine, async_add_runner, async_add_treadmill, async_entities

ROOT = Path(__file__).parents[2]
SCALE = 20.0
SESSION = """\
name: Short sprints
level: intermediate
steps:
  - warm_up: {for: 1 min, pace: easy}
  - repeat: 2
    steps:
      - descent: {for: 120 m, decline: 6 %, pace: sprint 80 %}
      - recovery: {for: 1 min, pace: walk}
"""
LIMITS = Limits(
    level="intermediate",
    min_incline=-6,
    max_incline=15,
    incline_step=0.5,
    max_speed=20,
    time_scale=SCALE,
)

pytestmark = [pytest.mark.system, pytest.mark.timeout(600)]

type Record = dict[str, Any]


@dataclass
class KilledSession:
    """Two runs of one session, and what was seen of them."""

    first: list[Record] = field(default_factory=list)
    snapshot: Record = field(default_factory=dict)
    second: list[Record] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)


def in_the_second_descent(record: Record, seen: list[Record]) -> bool:
    """Whether a sprint is at its fastest."""
    done = sum(r["type"] == "rep" for r in seen)
    return done == 1 and record["type"] == "sample" and bool(record["speed_kmh"] > 14)


def killing(instance: Instance, seen: list[Record]) -> Callable[[Record], None]:
    """Make a listener that kills Home Assistant in the second descent."""

    def tell(record: Record) -> None:
        seen.append(record)
        if instance.running and in_the_second_descent(record, seen):
            instance.kill()

    return tell


async def start(folder: Path) -> Instance:
    """Start a Home Assistant in a folder."""
    instance = Instance(folder, free_port())
    instance.prepare()
    instance.start()
    return instance


async def treadmill_of(client: Client) -> str:
    """Return the entry of the treadmill."""
    entries = await client.async_call("config_entries/get", domain="descent")
    return str(next(entry["entry_id"] for entry in entries if entry["title"] == "Treadmill"))


async def watch(client: Client, tell: Callable[[Record], None]) -> Run:
    """Make a runner for the treadmill."""
    entry_id = await treadmill_of(client)
    press = buttons(client, await async_entities(client, entry_id))
    return Run(client, entry_id, press, LIMITS, tell)


@pytest.fixture(name="environment", scope="module")
def environment_fixture() -> None:
    """Make the environment that the demo's Home Assistant runs in."""
    subprocess.run([ROOT / "scripts" / "setup", "demo"], check=True)


@pytest.fixture(name="killed")
async def killed_fixture(tmp_path: Path, environment: None, socket_enabled: None) -> KilledSession:
    """Run a session, kill Home Assistant in it, start it again and go on to the end."""
    folder = tmp_path / "descent" / "sessions"
    folder.mkdir(parents=True)
    (folder / "short_sprints.yaml").write_text(SESSION)
    killed = KilledSession()

    instance = await start(tmp_path)
    try:
        async with connect(instance) as client:
            await async_add_treadmill(client, Machine(time_scale=SCALE))
            runner = await async_add_runner(client)
            run = await watch(client, killing(instance, killed.first))
            await run.async_run("short_sprints", runner)
    finally:
        await instance.async_stop()
    killed.broken += run.outcome.broken

    instance = await start(tmp_path)
    try:
        async with connect(instance) as client:
            run = await watch(client, killed.second.append)
            await run.async_go_on(600)
    finally:
        await instance.async_stop()
    killed.snapshot = killed.second[0]
    killed.broken += run.outcome.broken
    killed.problems = run.outcome.problems
    killed.complaints = instance.complaints()
    return killed


async def test_r3_a_session_survives_kill_9_in_a_descent(killed: KilledSession) -> None:
    last = [record for record in killed.first if record["type"] == "sample"][-1]
    boundary = [record for record in killed.first if record["type"] == "step"][-1]
    before = [record for record in killed.first if record["t"] <= boundary["t"]]
    metres = [record["distance_m"] for record in before if record["type"] == "sample"][-1]
    after = killed.snapshot

    assert (after["state"], after["reason"]) == ("paused", "restart")
    assert (after["step"]["index"], after["step"]["rep"]) == (boundary["index"], 2)
    assert metres - 1 <= after["distance_m"] <= last["distance_m"] + 1

    summary = next(record for record in killed.second if record["type"] == "summary")
    assert (summary["result"], summary["reps_completed"]) == ("completed", 2)
    assert summary["descent_at_target_m"] > 2 * 7.1
    assert (killed.broken, killed.problems, killed.complaints) == ([], [], [])
