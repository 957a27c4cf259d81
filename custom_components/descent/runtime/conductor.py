"""The adapter between the pure engine and one real treadmill.

It decides nothing. Reports, answers and wishes go into ``Engine`` with the time of the treadmill's
clock; the commands that come out are performed on the driver; everything is written to the journal;
ONE timer stands at ``engine.wakes_at``. What holds here:

1. One event at a time, in the order of arrival: what an effect sets off waits until the effects
   before it are out.
2. Stop overtakes everything (rule R4): commands in flight are abandoned, the stop is sent at once,
   and it is sent even where the engine itself fails.
3. Commands of one axis are sent one after the other. None is sent twice, and none waits for a
   reconnection.
4. After an orderly leave (rule R3) nothing is sent any more but a Stop.
5. What a blocked event loop kept from being heard is heard before time is judged (rule R5).
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from contextlib import suppress
import logging
from typing import Any

from ..const import COMMAND_LIMIT_S, SHORTEST_WAIT_S
from ..snapshot import Snapshot, take
from ..training.engine import Engine
from ..training.events import (
    Answer,
    Answered,
    Arm,
    Command,
    CommandKind,
    Cue,
    Effect,
    Event,
    Fault,
    LetGo,
    Link,
    Reason,
    Refused,
    Resume,
    State,
    Status,
    StatusKind,
    Stop,
    Unheard,
    Upcoming,
    UserEvent,
)
from ..training.model import Level, Telemetry
from ..training.rules import Permissions
from ..training.view import View
from ..treadmills.base import Treadmill, TreadmillError
from ..treadmills.clock import Clock
from .alarm import Alarm
from .journal import Journal, Record, effect_record, input_record, intent_record, sample_record
from .performer import Performer, Spawn

_LOGGER = logging.getLogger(__name__)

type Render = Callable[[Cue], str]
type OnChange = Callable[[tuple[Effect, ...], Event | None], None]

_UNDER_WAY = frozenset({State.ARMED, State.RUNNING, State.WAITING, State.ENDING})


class Conductor:
    """One treadmill's engine, driver, journal and clock."""

    def __init__(
        self,
        clock: Clock,
        treadmill: Treadmill,
        engine: Engine,
        *,
        journal: Journal,
        render: Render,
        spawn: Spawn,
        on_change: OnChange,
    ) -> None:
        """Connect nothing yet.

        ``render`` makes the text of a cue; ``spawn`` starts a coroutine as a task, eagerly;
        ``on_change`` is told of every event and its effects, after the commands among them are on
        their way.
        """
        self.clock = clock
        self.treadmill = treadmill
        self.engine = engine
        self.journal = journal
        self.cue: Cue | None = None  # the newest
        self._render = render
        self._spawn = spawn
        self._looking: asyncio.Task[None] | None = None
        self._on_change = on_change
        self._performer = Performer(clock, treadmill, spawn, self.feed)
        self._loop = asyncio.get_running_loop()
        self._inbox: deque[tuple[Event | None, asyncio.Future[None] | None]] = deque()
        self._busy = False
        self._now = 0.0
        self._viewed: View | None = None  # what the event under way has led to
        self._elapsed_s = 0.0
        self._alarm = Alarm(self._loop, clock, self._advance)
        self._left = False
        self._stopped = False  # since leaving: a stop is seen through to its end, even then
        self._broken = (
            False  # the engine failed and could not even let go: nothing but Stop is performed
        )
        self._failing = False  # at the event under way
        self._failure: str | None = None  # the last one logged
        self._unlisten: Callable[[], None] | None = None

    # ---- life ------------------------------------------------------------------------------------

    def start(self, *, connect: bool = True) -> None:
        """Listen to the machine, and look for it unless ``connect`` says otherwise.

        Nobody waits for it: treadmills are switched on when somebody wants to run.
        """
        self._unlisten = self.treadmill.listen(self.feed)
        if connect and not self.treadmill.connected:
            self.look_for_treadmill()
        self._set_alarm()

    def look_for_treadmill(self) -> None:
        """Make contact, now or whenever the machine is there; returns at once."""
        self._looking = self._spawn(self._async_look(), "descent look for a treadmill")

    async def _async_look(self) -> None:
        try:
            await self.treadmill.connect()
        except TreadmillError as error:
            # The driver goes on trying, and contact says why it must.
            _LOGGER.debug("No contact yet: %s", error)
        except Exception:
            _LOGGER.exception("The treadmill driver failed at making contact")

    async def async_leave(self) -> None:
        """Leave in order (rule R3): say so, slow down by one command, pause. Idempotent."""
        if self._left:
            return
        effects = self._guarded(lambda: self.engine.leave(self.now()))
        self._left = True
        self._alarm.cancel()
        if effects:
            self._put_out(effects)
            await self._performer.async_settle()

    def stay(self) -> None:
        """Go on after ``async_leave``: what was to be ended could not be.

        The session that was left is paused, and can be resumed.
        """
        self._left = self._stopped = False
        self.feed(Link(up=self.treadmill.connected))  # it may have gone unheard meanwhile
        self._set_alarm()

    async def async_stop(self) -> None:
        """End every task and timer and let go of the machine. Idempotent."""
        self._left, self._stopped = True, False
        self._alarm.cancel()
        if self._unlisten is not None:
            self._unlisten()
            self._unlisten = None
        self._performer.cancel()
        if self._looking is not None:
            self._looking.cancel()
        await self.treadmill.disconnect()

    def restore(self, data: dict[str, object]) -> tuple[Effect, ...]:
        """Bring an unfinished session back, paused (rule R3).

        Raises ``ValueError`` for what is none.
        """
        effects = self.engine.restore(data, self.now())
        self._put_out(effects)
        return effects

    def stored(self) -> dict[str, Any] | None:
        """Return the unfinished session as JSON-able data; ``None`` without one."""
        return self.engine.to_dict(self.now())

    # ---- what holds ------------------------------------------------------------------------------

    def permit(self, permissions: Permissions, level: Level) -> None:
        """Allow this much from the next command on; a session keeps its own level."""
        self.engine.permissions, self.engine.level = permissions, level
        self._viewed = None

    def adopt_machine(self) -> None:
        """Take over what the driver has learned of its machine."""
        self.engine.machine = self.treadmill.machine
        self._viewed = None

    def forget_decline(self) -> None:
        """Have the deck tried below level again: the user has put right what was wrong with it."""
        self.engine.forget_decline()
        self._viewed = None

    @property
    def _frozen(self) -> bool:
        return self._left and not self._stopped

    # ---- in --------------------------------------------------------------------------------------

    def now(self) -> float:
        """Seconds of the treadmill's clock; never less than before.

        Whatever an event leads to is of the moment at which it was taken in.
        """
        return self._now if self._busy else self._read_clock()

    def feed(self, event: Event) -> None:
        """Take in what the machine says: a report or an answer."""
        self._inbox.append((event, None))
        self._drain()

    async def async_request(self, event: UserEvent) -> None:
        """Take in a wish. Raises ``Refused``; nothing has changed then."""
        if isinstance(event, Arm | Resume) and not self.view().fresh:
            await self._prove_contact()
        done: asyncio.Future[None] = self._loop.create_future()
        self._inbox.append((event, done))
        self._drain()
        await done

    async def _prove_contact(self) -> None:
        """Ask a machine that measures nothing whether it is there: some are silent at rest."""
        with suppress(TreadmillError, TimeoutError):
            async with self.clock.limit(COMMAND_LIMIT_S):
                await self.treadmill.prove_contact()
            self.feed(Answered())

    def view(self) -> View:
        """Say everything anybody may know now; while an event is taken in, what it has led to."""
        if self._viewed is None or not self._busy:
            self._viewed = self.engine.view(self.now())
        return self._viewed

    def upcoming(self) -> tuple[Upcoming, ...]:
        """Return the cues that are sure to come if nothing happens, for voices that need time."""
        return self.engine.upcoming(self.now())

    def snapshot(self) -> Snapshot:
        """Say what is true now."""
        shown = take(
            self.view(),
            contact=self.treadmill.contact,
            cue=self.cue,
            scale=self.clock.scale,
        )
        return shown.suspended(Reason.CONTROL_LOST) if self._broken else shown

    # ---- one event at a time ---------------------------------------------------------------------

    def _drain(self) -> None:
        if self._busy:
            return  # the loop below, further up the stack, takes it
        self._busy = True
        try:
            while self._inbox:
                self._take(*self._inbox.popleft())
        finally:
            self._busy = False

    def _read_clock(self) -> float:
        self._now = max(self._now, self.clock.now())
        return self._now

    def _take(self, event: Event | None, done: asyncio.Future[None] | None) -> None:
        now = self._read_clock()
        self._failing = False
        self._viewed = None
        try:
            effects = self._decide(event, now)
        except Refused as refused:
            self._write(intent_record(event, refused.key))
            if done is not None and not done.done():
                done.set_exception(refused)
            return
        self._perform(effects)
        if done is not None and not done.done():
            if self._failing and not isinstance(event, Stop):
                done.set_exception(Refused("engine_failed"))
            else:
                done.set_result(None)
        match event:
            case None:
                pass
            case Telemetry():
                with suppress(Exception):  # whoever shows the same view below says what is wrong
                    view = self.view()
                    self._elapsed_s = view.elapsed_s
                    self.journal.write(now, view.elapsed_s, sample_record(event, view))
            case Status() | Link() | Answer() | Answered():
                self._write(input_record(event))
            case _:
                self._write(intent_record(event))
        self._show(effects, event)

    def _decide(self, event: Event | None, now: float) -> tuple[Effect, ...]:
        match event:
            case Stop():
                self._stopped = self._left
                return self._decide_stop(event, now)
            case None:
                return self._guarded(lambda: self.engine.advance(now))
            case Telemetry() | Status() | Link() | Answer() | Answered() | Unheard():
                if self._frozen:
                    return ()
                return self._guarded(lambda: self.engine.handle(event, now))
            case _:
                if self._left:
                    raise Refused("leaving")
                return self._guarded(lambda: self.engine.handle(event, now))

    def _decide_stop(self, event: Stop, now: float) -> tuple[Effect, ...]:
        try:
            effects = self.engine.handle(event, now)
        except Exception as error:  # noqa: BLE001 - whatever it is, the stop goes out
            self._log(error)
            return (_EMERGENCY_STOP, *self._let_go())
        self._broken, self._failure = False, None
        return effects

    def _guarded(self, decide: Callable[[], tuple[Effect, ...]]) -> tuple[Effect, ...]:
        """Let the engine decide; an error in it leaves belt and deck to the console."""
        try:
            effects = decide()
        except Refused:
            raise
        except Exception as error:  # noqa: BLE001 - whatever it is, the timer lives on
            self._log(error)
            return self._let_go()
        if self._broken:
            return tuple(effect for effect in effects if not _moves(effect))
        return effects

    def _log(self, error: Exception) -> None:
        """Log a failure of the engine once, not with every sample."""
        self._failing = True
        if self._failure != (failure := repr(error)):
            self._failure = failure
            _LOGGER.error("The session engine failed; the session is suspended", exc_info=error)

    def _let_go(self) -> tuple[Effect, ...]:
        if self._broken:
            return ()
        try:
            if self.engine.state not in _UNDER_WAY:
                return ()
            return self.engine.handle(Status(StatusKind.CONTROL_LOST), self.now())
        except Exception:
            _LOGGER.exception("The session engine could not let go either; only Stop is left")
            self._broken = True
            return (Fault(Reason.CONTROL_LOST),)

    # ---- out -------------------------------------------------------------------------------------

    def _put_out(self, effects: tuple[Effect, ...]) -> None:
        """Send and show what no event from outside has set off."""
        busy, self._busy = self._busy, True
        self._viewed = None
        try:
            self._perform(effects)
            self._show(effects, None)
        finally:
            self._busy = busy
        self._drain()

    def _perform(self, effects: tuple[Effect, ...]) -> None:
        """Send the commands before anything is told to anybody: no announcement delays a stop."""
        if LetGo in map(type, effects):
            self._performer.abandon()  # what the gate gave up must not go out late
        for effect in effects:
            if isinstance(effect, Command):
                self._performer.perform(effect)
        if not self._frozen:
            self._set_alarm()

    def _show(self, effects: tuple[Effect, ...], event: Event | None) -> None:
        for effect in effects:
            if isinstance(effect, Cue):
                self.cue = effect
            self._write(effect_record(effect, self._render))
        if isinstance(event, Link) and not event.up:
            self._performer.abandon()  # nothing may go out when contact is back
        try:
            self._on_change(effects, event)
        except Exception:
            _LOGGER.exception("Showing what happened failed; the session goes on")

    def _write(self, record: Record) -> None:
        with suppress(Exception):  # an engine that fails here too must not silence the journal
            self._elapsed_s = self.view().elapsed_s
        self.journal.write(self.now(), self._elapsed_s, record)

    # ---- the timer -------------------------------------------------------------------------------

    def _set_alarm(self) -> None:
        due = self.engine.wakes_at
        if due is None:
            self._alarm.cancel()
        else:
            self._alarm.set(max(due, self._now + SHORTEST_WAIT_S))

    def _advance(self, due: float) -> None:
        self._now = max(self._now, due)  # a timer may be called a clock tick early
        self._inbox.append((None, None))
        self._drain()


# Of the conductor itself, for the day the engine cannot produce one.
_EMERGENCY_STOP = Command(-1, CommandKind.STOP_BELT)


def _moves(effect: Effect) -> bool:
    return isinstance(effect, Command) and effect.kind is not CommandKind.STOP_BELT
