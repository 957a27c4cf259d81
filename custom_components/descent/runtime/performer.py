"""Carries out the gate's commands on a driver, and brings back what the machine answered.

Commands of one axis go out one after the other. A stop waits for nothing: what is in flight is
abandoned. An abandoned command is never sent again, by anybody; its outcome is unknown.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
import logging
from typing import Any

from ..const import COMMAND_LIMIT_S, LEAVE_LIMIT_S
from ..training.events import Answer, Command, CommandKind, Outcome
from ..treadmills.base import NotConnectedError, RejectedError, Treadmill, TreadmillError
from ..treadmills.clock import Clock

type Spawn = Callable[[Coroutine[Any, Any, None], str], asyncio.Task[None]]

_LOGGER = logging.getLogger(__name__)

# Nothing overtakes these: a stop is only ever followed by another stop, and control is given back
# last.
_KEPT = frozenset({CommandKind.STOP_BELT, CommandKind.RELEASE})


class Performer:
    """Executes gate commands on the driver, one at a time per axis; each ends in one ``Answer``."""

    def __init__(
        self, clock: Clock, treadmill: Treadmill, spawn: Spawn, answer: Callable[[Answer], None]
    ) -> None:
        """Perform on ``treadmill``; ``answer`` is told what came of each command."""
        self._clock = clock
        self._treadmill = treadmill
        self._spawn = spawn
        self._answer = answer
        self._belt = asyncio.Lock()
        self._deck = asyncio.Lock()
        self._tasks: dict[asyncio.Task[None], Command] = {}

    def perform(self, command: Command) -> None:
        """Send ``command``; returns at once.

        A driver that can send without waiting has sent it by then.
        """
        if command.kind is CommandKind.STOP_BELT:
            self.abandon()
        task = self._spawn(self._async_perform(command), f"descent {command.kind.value}")
        if not task.done():
            self._tasks[task] = command
            task.add_done_callback(self._forget)

    def abandon(self) -> None:
        """Give up what is in flight or waits for its turn, but for stops."""
        for task, command in tuple(self._tasks.items()):
            if command.kind not in _KEPT:
                task.cancel()

    def cancel(self) -> None:
        """Give up everything."""
        for task in tuple(self._tasks):
            task.cancel()

    async def async_settle(self) -> None:
        """Wait until everything in flight is answered, but ``LEAVE_LIMIT_S`` at most."""
        if self._tasks:
            await asyncio.wait(tuple(self._tasks), timeout=LEAVE_LIMIT_S)

    def _forget(self, task: asyncio.Task[None]) -> None:
        self._tasks.pop(task, None)

    async def _async_perform(self, command: Command) -> None:
        outcome = Outcome.UNKNOWN
        try:
            async with self._clock.limit(COMMAND_LIMIT_S):
                await self._async_send(command)
            outcome = Outcome.ACCEPTED
        except RejectedError, NotConnectedError:
            outcome = Outcome.REJECTED
        except TreadmillError, TimeoutError:
            pass
        except Exception:
            _LOGGER.exception("The treadmill driver failed at %s", command)
        finally:
            if (task := asyncio.current_task()) is not None:
                self._forget(task)
            self._answer(Answer(command.id, outcome))

    async def _async_send(self, command: Command) -> None:
        treadmill = self._treadmill
        value = 0.0 if command.value is None else command.value
        match command.kind:
            case CommandKind.SET_SPEED:
                async with self._belt:
                    await treadmill.set_speed(value)
            case CommandKind.SET_INCLINE:
                async with self._deck:
                    await treadmill.set_incline(value)
            case CommandKind.START_BELT:
                await treadmill.start_belt()
            case CommandKind.STOP_BELT:
                await treadmill.stop_belt()
            case CommandKind.RELEASE:
                async with self._belt, self._deck:
                    await treadmill.release_control()
