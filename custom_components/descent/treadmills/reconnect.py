"""Keeps a link open: opens it again after a loss, and says why it is not open.

    connecting --opened--> connected --lost--> connecting
    connecting --failed--> the reason, until the next try succeeds
    any        --stop----> released

The first try comes at once, the next ones after 1, 2, 4 ... 30 s. A machine that nobody could hear
is tried as soon as it shows itself: they are switched on minutes before a run, and wait for nobody.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
import logging
from typing import Final

from .base import Contact, ContactError, TreadmillError
from .clock import Clock
from .gatt import GattLink

FIRST_PAUSE_S: Final = 1.0
LONGEST_PAUSE_S: Final = 30.0
STEADY_S: Final = 30.0  # contact shorter than this was none: the next pause is a longer one

_LOGGER = logging.getLogger(__name__)


class Reconnector:
    """Keeps one link open between ``start`` and ``stop``."""

    def __init__(
        self,
        clock: Clock,
        link: GattLink,
        *,
        prepare: Callable[[], Awaitable[None]],
        up: Callable[[], None],
        down: Callable[[], None],
        changed: Callable[[], None],
    ) -> None:
        """Do nothing yet.

        ``prepare`` makes an opened link useful; if it raises, that try failed. ``up`` and ``down``
        are told of every change of contact, ``changed`` when ``contact`` is another one.
        """
        self.contact = Contact.RELEASED
        self._clock = clock
        self._link = link
        self._prepare = prepare
        self._up = up
        self._down = down
        self._changed = changed
        self._turn = asyncio.Lock()  # whoever lets go is done with it before contact is made anew
        self._task: asyncio.Task[None] | None = None
        self._first: asyncio.Future[None] | None = None
        self._lost: asyncio.Future[None] | None = None
        self._appearing: asyncio.Future[None] | None = None

    @property
    def wanted(self) -> bool:
        """Whether contact is to be kept."""
        return self._task is not None

    @property
    def connected(self) -> bool:
        """Whether there is contact, and it was prepared."""
        return self.contact is Contact.CONNECTED

    async def start(self) -> None:
        """Want contact from now on; returns or raises ``TreadmillError`` after the first try."""
        async with self._turn:
            if self._task is None:
                self._first = asyncio.get_running_loop().create_future()
                self._task = asyncio.create_task(self._keep(), name="descent keep contact")
            first = self._first
        if first is not None:
            await asyncio.wait([first])  # whoever gives up waiting ends no try, and hears of none
            first.result()

    async def stop(self) -> None:
        """Want none any more, and let go. Idempotent, never raises."""
        async with self._turn:
            task, self._task = self._task, None
            if task is None:
                return
            self._end(Contact.RELEASED)
            task.cancel()
            with suppress(asyncio.CancelledError):
                await asyncio.wait([task])
            self._tell_first(ContactError(Contact.RELEASED, "contact is not wanted now"))
            await self._link.close()

    async def drop(self) -> None:
        """Close a link that is open and does not work any more, and open it again."""
        if self.connected:
            self._end(Contact.CONNECTING)
            await self._link.close()

    # ---- inside

    async def _keep(self) -> None:
        failures = 0
        self._set(Contact.CONNECTING)
        unwatch = self._link.watch(self._appeared)
        try:
            while True:
                try:
                    await self._open()
                except TreadmillError as error:
                    failures += 1
                    reason = error.contact if isinstance(error, ContactError) else None
                    _LOGGER.debug("Try %d to make contact failed: %s", failures, error)
                    self._set(reason or Contact.UNREACHABLE)
                    self._tell_first(error)
                else:
                    since = self._clock.now()
                    self._tell_first(None)
                    await self._until_lost()
                    failures = 1 if self._clock.now() - since >= STEADY_S else failures + 1
                await self._wait(min(LONGEST_PAUSE_S, FIRST_PAUSE_S * 2.0 ** min(failures - 1, 8)))
        finally:
            unwatch()

    async def _open(self) -> None:
        self._lost = asyncio.get_running_loop().create_future()
        await self._link.open(self._link_lost)
        try:
            await self._prepare()
        except BaseException:
            await self._link.close()
            raise
        if self._lost.done():
            raise ContactError(Contact.UNREACHABLE, "contact was lost as soon as it was made")
        self._set(Contact.CONNECTED)

    async def _until_lost(self) -> None:
        if self._lost is not None:
            await self._lost

    def _link_lost(self) -> None:
        if self.connected:
            self._end(Contact.CONNECTING)
        elif self._lost is not None:
            _resolve(self._lost)

    def _end(self, contact: Contact) -> None:
        """Contact is over from this moment on; nobody has to wait for a task to hear of it."""
        if self._lost is not None:
            _resolve(self._lost)
        self._set(contact)

    async def _wait(self, seconds: float) -> None:
        """Pause; after a second, a machine that nobody heard ends it by showing itself."""
        self._appearing = asyncio.get_running_loop().create_future()
        await self._clock.sleep(FIRST_PAUSE_S)
        if seconds > FIRST_PAUSE_S:
            with suppress(TimeoutError):
                async with self._clock.limit(seconds - FIRST_PAUSE_S):
                    await self._appearing

    def _appeared(self) -> None:
        if self.contact is Contact.NOT_FOUND and self._appearing is not None:
            _resolve(self._appearing)

    def _tell_first(self, error: TreadmillError | None) -> None:
        first, self._first = self._first, None
        if first is None or first.done():
            return
        if error is None:
            first.set_result(None)
        else:
            first.set_exception(error)
            first.exception()  # whoever started may have stopped waiting

    def _set(self, contact: Contact) -> None:
        if self.contact is contact:
            return
        was_connected, self.contact = self.connected, contact
        if self.connected:
            self._up()
        elif was_connected:
            self._down()
        self._changed()


def _resolve(future: asyncio.Future[None]) -> None:
    if not future.done():
        future.set_result(None)
