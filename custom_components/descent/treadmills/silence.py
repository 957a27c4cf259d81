"""Notices when an open link brings no measurements any more, and has it opened again.

Notifications can stop while everything else works, and a TCP connection to a machine without power
looks alive for minutes. Neither raises an error: it takes a time limit, and a read to find out.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
import logging
from typing import Final

from .base import RejectedError, TreadmillError
from .clock import Clock
from .gatt import GattLink, Property

# Seconds of silence after which the machine is asked whether it is there: twice what rule R5 takes
# for lost contact. One that stands may be silent for hours, so it is asked again and again.
SILENCE_S: Final = 10.0
# Seconds after which a machine that was moving is of no use, whatever it answers.
MOVING_SILENCE_S: Final = 20.0
ANSWER_S: Final = 5.0

_LOGGER = logging.getLogger(__name__)


class Silence:
    """Watches one open link."""

    def __init__(
        self,
        clock: Clock,
        link: GattLink,
        *,
        is_moving: Callable[[], bool],
        drop: Callable[[], Awaitable[None]],
    ) -> None:
        """Watch nothing yet; ``drop`` is awaited when contact has to be made anew."""
        self._clock = clock
        self._link = link
        self._is_moving = is_moving
        self._drop = drop
        self._heard_at = 0.0
        self._asks: int | None = None  # a characteristic that has answered
        self._useless: set[int] = set()  # those that have not, and never have
        self._timer: asyncio.TimerHandle | None = None
        self._asking: asyncio.Task[None] | None = None

    def heard(self) -> None:
        """Take note that a measurement came just now."""
        self._heard_at = self._clock.now()

    def watch(self) -> None:
        """Begin to watch."""
        self.heard()
        self._look_at(self._heard_at + SILENCE_S)

    def end(self) -> None:
        """Stop watching."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._asking is not None and self._asking is not asyncio.current_task():
            self._asking.cancel()
        self._asking = None

    def _look_at(self, when: float) -> None:
        self._timer = self._clock.call_at(when, self._look)

    def _look(self) -> None:
        self._timer = None
        due = self._heard_at + SILENCE_S
        if self._clock.now() < due:
            self._look_at(due)
        else:
            self._asking = asyncio.create_task(self._ask(), name="descent ask a silent treadmill")

    async def _ask(self) -> None:
        silent_s = self._clock.now() - self._heard_at
        lost_its_voice = silent_s >= MOVING_SILENCE_S and self._is_moving()
        if lost_its_voice or not await self.answers():
            _LOGGER.debug("Silent for %.0f s: making contact anew", silent_s)
            self._asking = None  # what follows ends this watch, and must not end itself
            await self._drop()
            return
        self._asking = None
        self._look_at(self._clock.now() + SILENCE_S)

    async def answers(self) -> bool:
        """Ask the machine something, and return whether it answers in time."""
        readable = self._readable()
        for number in readable:
            try:
                async with self._clock.limit(ANSWER_S):
                    await self._link.read(number)
            except RejectedError:
                continue  # one that fails does not speak for the others
            except TreadmillError, TimeoutError:
                self._useless |= {number} - {self._asks}
                return False
            else:
                self._asks = number
                return True
        # With nothing to ask for, whoever needs measurements sees that there are none.
        return not readable

    def _readable(self) -> list[int]:
        """Return what the machine can be asked for, what has answered before first."""
        offered = self._link.characteristics.items()
        readable = [number for number, able in offered if able & Property.READ]
        useful = [number for number in readable if number not in self._useless]
        if readable and not useful:
            self._useless.clear()
        return sorted(useful or readable, key=lambda number: number != self._asks)
