"""``scripts/demo --once``: a fresh Home Assistant, and somebody who runs one session on it.

The runner here does what a person does, through what a person has: forms, actions, buttons. They
press Start at the console when they are asked to, confirm the exercises beside the belt, and set
the speed themselves in sets that are only guided. Everything else is watching.
"""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
import tempfile
import time
from typing import Any

from .client import Client, RefusedError, connect
from .instance import Instance, StartError, free_port
from .links import async_add_real
from .machine import LINK_SESSION, PROFILES, Simulated
from .report import Json, Text
from .rules import LEVELS, Limits, Rules
from .seed import (
    DOMAIN,
    Machine,
    async_add_runner,
    async_add_treadmill,
    async_entities,
)
from .serve import first

type Record = dict[str, Any]
type Press = Callable[[str], Awaitable[None]]

REFERENCE_LEVEL = "intermediate"
INTERRUPTED = 130  # as a shell says it of Ctrl-C

_REACTION_S = 3.0  # seconds of the session that a person takes to press a button
_AGAIN_S = 10.0  # before they press it again, if nothing happened
_STANDING_KMH = 0.3
_KEY_KMH = 0.5  # what one press of the console's + and - changes
_AFTER = 3  # samples of a standing belt to watch on, after the summary
_PATIENCE = 60  # samples after the summary, however the belt moves: that is for the judge
_SILENCE_S = 30.0  # real ones, without any record


@dataclass(slots=True)
class Outcome:
    """What came of a run."""

    result: str | None = None
    t: float = 0.0  # the last second of the session that was seen
    problems: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Whether the session was finished, cleanly."""
        return self.result == "completed" and not self.problems and not self.broken


class Run:
    """One session: the runner, and the judge."""

    def __init__(
        self,
        client: Client,
        entry_id: str,
        press: Press,
        limits: Limits,
        tell: Callable[[Record], None],
    ) -> None:
        """Be ready to run on the treadmill ``entry_id``; ``press`` presses a key of its console."""
        self.outcome = Outcome()
        self._client = client
        self._entry_id = entry_id
        self._press = press
        self._rules = Rules(limits)
        self._scale = limits.time_scale
        self._tell = tell
        self._state = "idle"
        self._speed = 0.0
        self._t = 0.0
        self._step: Record = {}
        self._doing: set[asyncio.Task[None]] = set()

    async def async_run(self, session: str, runner: str) -> None:
        """Start the session, and do what it asks for until it is over."""
        live = await self._client.async_subscribe("descent/live", entry_id=self._entry_id)
        plan = await self._client.async_action(
            DOMAIN,
            "start_session",
            {"session": session, "treadmill": self._entry_id, "runner": runner},
            returns=True,
        )
        self._tell({"type": "plan", "t": 0.0} | plan)
        await self._async_attend(live, plan["duration_s"])

    async def async_go_on(self, seconds: float) -> None:
        """Resume a session that is paused and takes at most ``seconds`` more, and run it."""
        live = await self._client.async_subscribe("descent/live", entry_id=self._entry_id)
        await self._client.async_action(DOMAIN, "resume", {"treadmill": self._entry_id})
        await self._async_attend(live, seconds)

    async def _async_attend(self, live: AsyncIterator[Record], planned_s: float) -> None:
        # Every exercise takes as long as it takes, and so do ramps: twice the plan is far too long.
        deadline = time.monotonic() + (2 * planned_s + 900) / self._scale + 30
        after = _AFTER  # samples still to be seen once the session is over
        patience = _PATIENCE
        try:
            while after and patience:
                wait_s = min(_SILENCE_S, deadline - time.monotonic())
                record = await asyncio.wait_for(anext(live), wait_s)
                self._see(record)
                over = record["type"] == "sample" and self.outcome.result is not None
                after -= over and self._speed <= _STANDING_KMH
                patience -= over
                if self._lost():
                    break
        except StopAsyncIteration:
            self.outcome.problems.append("the connection to Home Assistant was lost")
        except TimeoutError:
            late = time.monotonic() >= deadline
            what = "it took more than twice its time" if late else f"no word for {_SILENCE_S:g} s"
            self.outcome.problems.append(f"{what}; the session is {self._state} at {self._t:.0f} s")
        finally:
            for task in self._doing:
                task.cancel()
        if self.outcome.result is not None:
            self._blame(self._rules.finish())

    # ---- watching

    def _see(self, record: Record) -> None:
        if record["type"] == "snapshot" and "trace" not in record:
            return  # for screens: what changed is told by the records around it
        self._tell(record)
        self._t = self.outcome.t = float(record["t"])
        self._blame(self._rules.see(record))
        match record["type"]:
            case "sample":
                self._speed = record["speed_kmh"]
            case "step" if record["event"] == "started":
                self._step = record
            case "state":
                self._state = record["state"]
                if self._state == "armed":
                    self._do(self._async_press_start)
            case "cue" if record["kind"] == "confirm":
                self._do(self._async_confirm)
            case "cue" if record["kind"] == "guide":
                self._do(self._async_set_speed)
            case "summary":
                self.outcome.result = record["result"]
            case "closed":
                self.outcome.problems.append("the treadmill was unloaded")

    def _blame(self, broken: list[str]) -> None:
        for text in broken:
            self.outcome.broken.append(text)
            self._tell({"type": "broken", "t": self._t, "text": text})

    def _lost(self) -> bool:
        """Whether the session stands where only a person could help."""
        if self._state in {"paused", "suspended"}:
            self.outcome.problems.append(f"the session is {self._state} at {self._t:.0f} s")
            return True
        return "the treadmill was unloaded" in self.outcome.problems

    # ---- the runner

    def _do(self, action: Callable[[], Awaitable[None]]) -> None:
        async def guarded() -> None:
            try:
                await action()
            except (RefusedError, ConnectionError, TimeoutError) as error:
                self.outcome.problems.append(f"{action.__name__.strip('_')}: {error}")

        task = asyncio.create_task(guarded())
        self._doing.add(task)
        task.add_done_callback(self._doing.discard)

    async def _async_wait(self, seconds: float) -> None:
        await asyncio.sleep(seconds / self._scale)

    def _note(self, does: str) -> None:
        self._tell({"type": "runner", "t": self._t, "does": does})

    async def _async_press_start(self) -> None:
        """Press Start at the console; again, if the belt was not ready for it."""
        await self._async_wait(_REACTION_S)
        while self._state == "armed" and self._speed <= _STANDING_KMH:
            self._note("presses Start at the console")
            await self._press("start")
            await self._async_wait(_AGAIN_S)

    async def _async_confirm(self) -> None:
        """Say that the exercises are done."""
        await self._async_wait(_REACTION_S)
        if self._state == "waiting":
            self._note("is ready to go on")
            await self._client.async_action(DOMAIN, "resume", {"treadmill": self._entry_id})

    async def _async_set_speed(self) -> None:
        """Set the speed of a guided set at the console."""
        target, index = self._step["target_speed_kmh"], self._step["index"]
        await self._async_wait(_REACTION_S)
        self._note(f"sets {target:g} km/h at the console")
        for _ in range(round(abs(target - self._speed) / _KEY_KMH)):
            if self._step["index"] == index and self._state == "running":
                key = "faster" if target > self._speed else "slower"
                await self._press(key)


@dataclass(frozen=True, slots=True)
class Ready:
    """A treadmill to run on, and what the judge and the runner have to know of it."""

    entry_id: str
    limits: Limits
    press: Press


def buttons(client: Client, entities: dict[str, str]) -> Press:
    """Return the hand at the console of a virtual treadmill."""

    async def press(key: str) -> None:
        await client.async_press(entities[f"button.console_{key}"])

    return press


async def async_once(options: argparse.Namespace, *, stop: asyncio.Event) -> int:
    """Do it; returns the exit code."""
    report = Json() if options.json else Text()
    outcome = Outcome()
    machine = Simulated(options.link, options.profile) if options.link else None
    with tempfile.TemporaryDirectory(prefix="descent-once-", ignore_cleanup_errors=True) as folder:
        instance = Instance(Path(folder), free_port())
        instance.prepare()
        if machine is not None:
            instance.add_session(LINK_SESSION)
        began = time.monotonic()
        try:
            instance.start()
            await first(_async_session(instance, options, machine, report, outcome), stop)
        except (StartError, RefusedError) as error:
            outcome.problems.append(str(error))
        except (ConnectionError, TimeoutError) as error:
            outcome.problems.append(f"lost Home Assistant: {error}\n{instance.tail()}")
        finally:
            ended = not instance.running
            code = await instance.async_stop()
            if machine is not None:
                outcome.problems += await _async_let_go(machine)
        if stop.is_set():
            report.note("interrupted")
            return INTERRUPTED
        if ended:
            outcome.problems.append(f"Home Assistant ended by itself:\n{instance.tail()}")
        elif code:
            outcome.problems.append(f"Home Assistant ended with {code}")
        outcome.problems += [f"in the log: {text}" for text in instance.complaints()]
    report.close(
        {
            "type": "check",
            "t": outcome.t,
            "ok": outcome.ok,
            "result": outcome.result,
            "broken": outcome.broken,
            "problems": outcome.problems,
            "real_s": round(time.monotonic() - began, 1),
        }
    )
    return 0 if outcome.ok else 1


async def _async_session(
    instance: Instance,
    options: argparse.Namespace,
    machine: Simulated | None,
    report: Json | Text,
    outcome: Outcome,
) -> None:
    if machine is not None:
        await machine.async_start()
    async with connect(instance) as client:
        if machine is None:
            ready = await _async_virtual(client, options)
        else:
            ready = await _async_real(client, machine)
        treadmill = ready.entry_id
        known = await client.async_action(
            DOMAIN, "list_sessions", {"treadmill": treadmill}, returns=True
        )
        sessions = {session["id"]: session for session in known["sessions"]}
        if options.session not in sessions:
            raise RefusedError(f"no session {options.session}; there are: {', '.join(sessions)}")
        level = _level_for(sessions[options.session]["level"])
        if level != REFERENCE_LEVEL:
            report.note(f"{options.session} needs a runner of the level {level}: this one is")
        runner = await async_add_runner(client, level)
        run = Run(client, treadmill, ready.press, replace(ready.limits, level=level), report.show)
        try:
            await run.async_run(options.session, runner)
        finally:
            outcome.result, outcome.t = run.outcome.result, run.outcome.t
            outcome.problems += run.outcome.problems
            outcome.broken += run.outcome.broken
            if run.outcome.result is None:
                with suppress(RefusedError, ConnectionError, TimeoutError):
                    await client.async_action(DOMAIN, "stop", {"treadmill": treadmill})


async def _async_virtual(client: Client, options: argparse.Namespace) -> Ready:
    """Add a virtual treadmill as the options want it."""
    machine = Machine(
        preset=options.preset,
        min_incline=options.min_incline,
        max_incline=options.max_incline,
        time_scale=options.time_scale,
    )
    treadmill = await async_add_treadmill(client, machine)
    limits = Limits(
        level=REFERENCE_LEVEL,
        min_incline=machine.min_incline,
        max_incline=machine.max_incline,
        incline_step=1.0 if machine.preset == "slow" else 0.5,
        max_speed=machine.max_speed,
        time_scale=machine.time_scale,
    )
    return Ready(treadmill, limits, buttons(client, await async_entities(client, treadmill)))


async def _async_real(client: Client, machine: Simulated) -> Ready:
    """Add the treadmill that is a process of its own, as one adds a real one."""

    async def press(key: str) -> None:
        machine.press(key)

    sheet = PROFILES[machine.profile]
    limits = Limits(
        level=REFERENCE_LEVEL,
        min_incline=sheet.min_incline,
        max_incline=sheet.max_incline,
        incline_step=sheet.incline_step,
        max_speed=sheet.max_speed,
        min_speed=sheet.min_speed,
    )
    return Ready(await async_add_real(client, machine), limits, press)


async def _async_let_go(machine: Simulated) -> list[str]:
    """End the simulated treadmill; returns what is wrong if it had ended before."""
    ended = machine.port and not machine.running
    await machine.async_stop()
    return [f"the simulated treadmill ended by itself:\n{machine.tail()}"] if ended else []


def _level_for(level: str | None) -> str:
    """Return the reference runner's level, or the higher one that a session asks for."""
    return max(level or REFERENCE_LEVEL, REFERENCE_LEVEL, key=LEVELS.index)
