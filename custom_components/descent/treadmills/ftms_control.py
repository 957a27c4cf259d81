"""The control point of an FTMS machine: sends commands one at a time, and finds their answers.

A command is written, and answered later by an indication that names its opcode. What real machines
make of that:

- The indication may come before the write has returned, late, twice, or for nothing that was asked:
  it belongs to the command with that opcode that waits longest; if there is none, it is dropped.
- Some refuse to be asked for control and obey all the same (KingSmith MC-21), and some answer by a
  status instead of an indication: either counts.
- Permission ends with contact, with a status that says so, with a reset, and with result 05. A
  command that was refused for lack of it was not carried out, so it is sent once more with
  permission. A start is not: rule R2 wants one.

- Some need a second between any two writes, and drop what comes sooner. Where their owner says so,
  each write waits until that is over.

A stop waits for no other command, and of such a machine for no more than that: it goes before all
that waits, and before the request for control that it may need. Nothing here decides whether the
belt obeyed: that is measured.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
import logging
import math
from typing import Final

from .base import NoAnswerError, NotConnectedError, RejectedError
from .clock import Clock
from .ftms_codec import (
    REQUEST_CONTROL,
    START,
    STOP,
    MachineStatus,
    Opcode,
    Response,
    Result,
    StatusCode,
)
from .ftms_options import ControlRequest
from .gatt import CONTROL_POINT, GattLink

# Seconds until a command without an answer has an unknown outcome. Together with the request for
# control it stays under the 5 s of rule R6.
ANSWER_S: Final = 3.0
CONTROL_ANSWER_S: Final = 1.5
STOP_CONTROL_ANSWER_S: Final = 0.5  # a stop goes out without permission rather than late
# A machine that is busy with another command refuses the write: a stop is written again, this soon.
STOP_AGAIN_S: Final = 0.25

_NOW_S: Final = 1e-6  # what a clock may be short of the time it was to wake somebody

_LOGGER = logging.getLogger(__name__)

type Acknowledges = Callable[[MachineStatus], bool]


class NotSupportedError(RejectedError):
    """The machine does not know this command at all."""


@dataclass(eq=False, slots=True)
class _Waiting:
    """A command that was sent and is not answered yet."""

    opcode: int
    acknowledged_by: Acknowledges
    answer: asyncio.Future[int] = field(
        default_factory=lambda: asyncio.get_running_loop().create_future()
    )


class ControlPoint:
    """Sends commands to one machine during one contact; what was not sent by its end never is."""

    def __init__(
        self, clock: Clock, link: GattLink, when: ControlRequest, *, gap_s: float = 0.0
    ) -> None:
        """Have no permission yet; ``when`` says how often to ask for it.

        ``gap_s`` is how many seconds the machine needs between two writes.
        """
        self._over = False
        self._clock = clock
        self._link = link
        self._when = when
        self._permitted = False
        self._turn = asyncio.Lock()
        self._waiting: list[_Waiting] = []
        self._started = False  # since a command was begun, and by whom is not known
        self._gap_s = gap_s
        self._free_at = -math.inf  # when the machine takes the next write
        self._stops = 0  # that wait for it

    # ---- what the machine says

    def answered(self, response: Response) -> None:
        """Take in an indication."""
        for waiting in self._waiting:
            if waiting.opcode == response.opcode and not waiting.answer.done():
                waiting.answer.set_result(response.result)
                return
        _LOGGER.debug("An answer that nobody waits for: %s", response)

    def heard(self, status: MachineStatus) -> bool:
        """Take in a status; returns whether it acknowledges a command under way."""
        if status.code in {StatusCode.CONTROL_LOST, StatusCode.RESET}:
            self.forget_permission()
            return False
        self._started |= is_started(status)
        for waiting in self._waiting:
            if waiting.acknowledged_by(status):
                if not waiting.answer.done():
                    waiting.answer.set_result(Result.SUCCESS)
                return True
        return False

    def forget_permission(self) -> None:
        """Ask for control again before the next command."""
        self._permitted = False

    def lost(self) -> None:
        """Contact is gone for good; what was under way has an unknown outcome."""
        self._over = True
        for waiting in self._waiting:
            if not waiting.answer.done():
                waiting.answer.set_exception(
                    NoAnswerError("contact was lost before the answer came")
                )
                waiting.answer.exception()  # whoever sent it may have given up

    # ---- commands

    async def command(self, request: bytes, acknowledged_by: Acknowledges) -> None:
        """Send a command and wait for its answer. Raises ``TreadmillError``."""
        async with self._turn:
            self._started = False
            await self._ask_permission(CONTROL_ANSWER_S)
            result = await self._exchange(request, acknowledged_by)
            if result == Result.NOT_PERMITTED:
                self.forget_permission()
                if request != START:
                    await self._ask_permission(CONTROL_ANSWER_S)
                    result = await self._exchange(request, acknowledged_by)
        self._judge(request, result)

    async def stop(self) -> None:
        """Send a stop, past any command under way, and wait for its answer.

        Raises ``TreadmillError``. As a stop, and only as that, it is sent again while the machine
        is too busy to take it (rule R4).
        """
        if self._gap_s and self._asks:
            # Asking first would cost a second gap. Many obey without; the others are told again.
            with suppress(RejectedError, NoAnswerError):
                await self._exchange(STOP, is_stopped, self._gap_s)
        await self._ask_permission(STOP_CONTROL_ANSWER_S)
        try:
            async with self._clock.limit(ANSWER_S + 3 * self._gap_s):
                result = await self._exchange_stop()
                if result == Result.NOT_PERMITTED:
                    self.forget_permission()
                    await self._ask_permission(STOP_CONTROL_ANSWER_S)
                    result = await self._exchange_stop()
        except TimeoutError as error:
            raise NoAnswerError("the machine took no stop in time") from error
        self._judge(STOP, result)

    # ---- inside

    async def _exchange_stop(self) -> int:
        while True:
            try:
                return await self._exchange(STOP, is_stopped)
            except RejectedError:
                await self._clock.sleep(STOP_AGAIN_S)

    @property
    def _asks(self) -> bool:
        """Whether it is time to ask for control."""
        return self._when is ControlRequest.EACH or (
            self._when is ControlRequest.ONCE and not self._permitted
        )

    async def _ask_permission(self, seconds: float) -> None:
        """Ask for control if it is time to. A refusal is left to the command that follows."""
        if not self._asks:
            return
        try:
            result = await self._exchange(REQUEST_CONTROL, _is_nothing, seconds)
        except (RejectedError, NoAnswerError) as error:
            _LOGGER.debug("Nothing came of asking for control: %s", error)
        else:
            if result != Result.SUCCESS:
                _LOGGER.debug("Asking for control was answered with %02x", result)
        self._permitted = True

    async def _exchange(
        self, request: bytes, acknowledged_by: Acknowledges, seconds: float = ANSWER_S
    ) -> int:
        await self._wait_until_free(request)
        if self._over:
            raise NotConnectedError("contact was lost before the command was sent")
        if request == START and self._started:
            return Result.SUCCESS  # the runner was quicker, and has started it (rule R2)
        waiting = _Waiting(request[0], acknowledged_by)
        self._waiting.append(waiting)  # first: the answer may come before the write returns
        try:
            async with self._clock.limit(seconds):
                await self._write(request)
                return await waiting.answer
        except TimeoutError as error:
            raise NoAnswerError(f"no answer to {request.hex()} within {seconds:g} s") from error
        finally:
            self._waiting.remove(waiting)

    async def _wait_until_free(self, request: bytes) -> None:
        """Wait until the machine takes a write: a stop goes before anything else."""
        is_stop = request == STOP
        self._stops += is_stop
        try:
            while True:
                left = self._free_at - self._clock.now()
                if left > _NOW_S:
                    await self._clock.sleep(left)
                elif self._stops and not is_stop:
                    await self._clock.sleep(self._gap_s)  # a stop writes now
                else:
                    return
        finally:
            self._stops -= is_stop

    async def _write(self, request: bytes) -> None:
        """Write, and note when the machine takes more: it counts from when it has this."""
        self._free_at = self._clock.now() + self._gap_s
        try:
            await self._link.write(CONTROL_POINT, request)
        finally:
            self._free_at = self._clock.now() + self._gap_s

    def _judge(self, request: bytes, result: int) -> None:
        if result == Result.SUCCESS:
            return
        if result == Result.NOT_SUPPORTED:
            raise NotSupportedError(f"the machine does not know {Opcode(request[0]).name.lower()}")
        try:
            reason = Result(result).name.lower().replace("_", " ")
        except ValueError:
            reason = f"result {result:02x}"
        raise RejectedError(f"the machine refused {request.hex()}: {reason}")


def is_started(status: MachineStatus) -> bool:
    """Whether the belt was started."""
    return status.code == StatusCode.STARTED


def is_stopped(status: MachineStatus) -> bool:
    """Whether the belt was stopped or paused, by anybody."""
    return status.code in {StatusCode.STOPPED_OR_PAUSED, StatusCode.SAFETY_KEY}


def _is_nothing(_: MachineStatus) -> bool:
    return False
