"""One treadmill for entities and actions: the newest snapshot, and one way to ask for something.

Push only. State, step and cue changes are published at once; measurements at most once a second,
and only when they moved by a step. Whoever listens names the fields of ``Snapshot`` and ``Choices``
it reads, and is called when one of them has changed. What happened is told after the states were
written, because automations that start on it read the states.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import replace
from itertools import count
import logging
from typing import Any, override

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.update_coordinator import DataUpdateCoordinator

from .announcements.speaker import Speaker, speaker_options
from .choices import Choices, KnownRunner
from .const import PUBLISH_S, SAVE_REAL_S, SAVE_S, SILENT_S
from .errors import refusal, stop_failed, translated
from .identity import identity
from .runners import lowered, permissions, runner_by, runner_entries
from .runtime.alarm import Alarm
from .runtime.broadcast import Broadcast
from .runtime.conductor import Conductor
from .runtime.connection import connect
from .runtime.contact import ContactWatch
from .runtime.journal import Journal
from .runtime.store import Kept, TreadmillStore
from .runtime.trace import Trace
from .session_library import LIBRARY, SessionLibrary
from .snapshot import Snapshot, unmoved, unmoved_ends
from .training.engine import Engine
from .training.events import (
    OVER,
    Aim,
    Answer,
    Arm,
    Cue,
    DeclineTested,
    Effect,
    Event,
    Finished,
    Refused,
    RepCompleted,
    StateChanged,
    StepFinished,
    StepStarted,
    Stop,
    UserEvent,
)
from .training.model import Machine, Plan, Runner, Telemetry
from .training.script import Script
from .training.view import View
from .treadmills.base import Treadmill
from .treadmills.clock import Clock
from .wording import CueWording

_LOGGER = logging.getLogger(__name__)

type TreadmillConfigEntry = ConfigEntry[TreadmillCoordinator]

_AT_ONCE = frozenset({StateChanged, StepStarted, StepFinished, RepCompleted, Cue, Finished})
_SAVED_AT_ONCE = frozenset({StateChanged, StepStarted, StepFinished, Finished, DeclineTested})

_EVERYTHING = "*"  # in place of a field, for who listens to all of them
GUEST = "guest"  # stored in place of an entry id when nobody was chosen on purpose


class TreadmillCoordinator(DataUpdateCoordinator[Snapshot]):
    """Pushes snapshots of one treadmill."""

    config_entry: TreadmillConfigEntry

    def __init__(self, hass: HomeAssistant, entry: TreadmillConfigEntry) -> None:
        """Belong to ``entry``; ``async_prepare`` makes contact."""
        super().__init__(hass, _LOGGER, config_entry=entry, name=entry.title)
        self.identity = identity(entry)
        self.journal = Journal()
        self.trace = Trace(self.journal)
        self.conductor: Conductor  # from async_prepare on
        self.contact: ContactWatch  # likewise
        self.speaker: Speaker  # likewise
        self.choices: Choices  # likewise
        self.announcer = CueWording(hass)
        self.data = Snapshot()
        self._changed: set[str] = set()  # fields, since somebody was told
        self._readers: dict[str, dict[int, CALLBACK_TYPE]] = {_EVERYTHING: {}}  # of each field
        self._numbers = count()
        self._store = TreadmillStore(hass, entry.entry_id, entry.title)
        self._kept = Kept()
        # Of the session started here: the runner as planned for, and the entry.
        self._running: tuple[Runner, str | None] | None = None
        self._broadcast = Broadcast(hass, entry.entry_id, self.announcer.render)
        self._samples: tuple[Telemetry | None, Telemetry | None] = (None, None)
        self._published_at = self._saved_real = -PUBLISH_S
        self._saved_at = 0.0
        self._silence: Alarm  # likewise: shows that the newest measurement is old

    # ---- life ------------------------------------------------------------------------------------

    async def async_prepare(self) -> None:
        """Look for the treadmill, and bring an unfinished session back, paused.

        One that cannot be reached now is waited for. Raises ``ConfigEntryError`` for an entry that
        describes no treadmill.
        """
        clock, treadmill = connect(self.hass, self.config_entry)
        try:
            await self._async_take_over(clock, treadmill)
        except BaseException:
            await treadmill.disconnect()
            raise

    async def _async_take_over(self, clock: Clock, treadmill: Treadmill) -> None:
        await self.announcer.async_load()
        self._kept = await self._store.async_load()
        engine = Engine(
            treadmill.machine,
            permissions=permissions(self.config_entry, self.runner),
            level=self.runner.level,
            rates=self._kept.rates,
            decline=self._kept.decline,
        )
        self.conductor = Conductor(
            clock,
            treadmill,
            engine,
            journal=self.journal,
            render=self.announcer.render,
            spawn=self._spawn,
            on_change=self._happened,
        )
        self._silence = Alarm(self.hass.loop, clock, lambda _: self._publish())
        self.choices = self._chosen()
        render = self.announcer.render
        self.speaker = Speaker(
            self.hass, self.conductor, name=self.name, render=render, spawn=self._spawn
        )
        self.speaker.use(speaker_options(self.config_entry.options))
        self.contact = ContactWatch(
            self.hass, self.config_entry.entry_id, self.name, treadmill, self._contact_changed
        )
        if self._kept.session is not None:
            try:
                self.conductor.restore(self._kept.session)
            except (ValueError, Refused) as error:
                await self._store.async_set_aside(str(error))
        self.conductor.start(connect=not self._kept.released)
        self._publish_choices()

    @callback
    def async_ready(self) -> None:
        """Tell what was held back until somebody could listen."""
        self._broadcast.begin()

    async def async_leave(self) -> None:
        """Leave a session in order, and store it (rule R3). For shutdown, unload and removal."""
        await self.conductor.async_leave()
        await self._store.async_save(self._collect())
        await self.speaker.async_settle()

    @callback
    def async_stay(self) -> None:
        """Go on after ``async_leave``: what belongs to this treadmill could not be ended."""
        self.conductor.stay()
        self._publish_choices()

    async def async_stop(self) -> None:
        """End everything that runs here."""
        self._silence.cancel()
        self.speaker.end()
        self.contact.end()
        await self.conductor.async_stop()
        self.journal.close()

    @callback
    def async_apply(self) -> None:
        """Take over changed options, runners and session files, in place."""
        self._permit()
        self.speaker.use(speaker_options(self.config_entry.options))
        self._publish_choices()

    @callback
    def async_keep(self) -> None:
        """Apply and store what somebody has chosen."""
        self.async_apply()
        self._save(self.conductor.now(), self.hass.loop.time())

    # ---- contact ---------------------------------------------------------------------------------

    @property
    def keeps_connected(self) -> bool:
        """Whether contact is wanted; a treadmill may be left to another app."""
        return not self._kept.released

    async def async_release(self) -> None:
        """Let go of the treadmill until ``async_reconnect``, restarts included.

        Raises ``ServiceValidationError`` while a session is under way: it would lose its belt.
        """
        if self.view().state not in OVER:
            raise refusal(Refused("session_active"))
        await self._async_want_contact(wanted=False)

    async def async_reconnect(self) -> None:
        """Look for the treadmill again."""
        await self._async_want_contact(wanted=True)

    async def _async_want_contact(self, *, wanted: bool) -> None:
        self._kept = replace(self._kept, released=not wanted)
        self._save(self.conductor.now(), self.hass.loop.time())
        if wanted:
            self.conductor.look_for_treadmill()
        else:
            await self.treadmill.disconnect()
        self._publish_choices()

    @callback
    def _contact_changed(self) -> None:
        """Adopt what the machine said of itself, and show how it stands."""
        self.conductor.adopt_machine()
        self._publish_choices()

    # ---- asking ----------------------------------------------------------------------------------

    @property
    def treadmill(self) -> Treadmill:
        """The driver: for its console, if it is a virtual one, and for what it tells of itself."""
        return self.conductor.treadmill

    @property
    def clock(self) -> Clock:
        """The clock this treadmill lives by."""
        return self.conductor.clock

    @property
    def machine(self) -> Machine:
        """What this treadmill can do."""
        return self.treadmill.machine

    @property
    def scripts(self) -> Mapping[str, Script]:
        """All sessions, by id."""
        return self._library.scripts

    @property
    def selected_session(self) -> str:
        """Id of the session that Start arms: the selected one, or the first for this runner."""
        selected = self._kept.selected_session
        if selected is not None and selected in self.scripts:
            return selected
        return self._library.first_for(self.runner)

    @property
    def selected_runner(self) -> str | None:
        """Entry id of who runs: the selected runner, or the only one until somebody chooses."""
        runners, chosen = runner_entries(self.hass), self._kept.selected_runner
        if chosen in runners:
            return chosen
        return next(iter(runners)) if len(runners) == 1 and chosen != GUEST else None

    @property
    def runner(self) -> Runner:
        """Who runs; a beginner without a name when nobody is selected."""
        return runner_by(self.hass, self.selected_runner)

    @callback
    def async_try_decline_again(self) -> None:
        """Have the deck tried below level once more: the user has put right what was wrong."""
        self.conductor.forget_decline()
        self.async_keep()

    async def async_select_session(self, session: str) -> None:
        """Select a session by id. Raises ``ServiceValidationError`` for an unknown one."""
        self._library.script(session)
        self._kept = replace(self._kept, selected_session=session)
        self.async_keep()

    async def async_select_runner(self, entry_id: str | None) -> None:
        """Select a runner by entry id. Raises ``ServiceValidationError`` for an unknown one."""
        runner_by(self.hass, entry_id)
        self._kept = replace(self._kept, selected_runner=entry_id or GUEST)
        self.async_keep()

    def view(self) -> View:
        """Say everything anybody may know at this moment, to the last digit."""
        return self.conductor.view()

    def snapshot(self) -> Snapshot:
        """Say what is true at this moment; ``data`` is thinned out for history."""
        return self.conductor.snapshot()

    def preview(
        self, session: str, runner_entry_id: str | None, overrides: Mapping[str, float | str]
    ) -> Plan:
        """Work out a session for a runner on this machine, with what was learned about it.

        Raises ``ServiceValidationError`` for what cannot be planned.
        """
        view = self.view()
        machine = replace(view.machine, rates=view.rates)
        runner = runner_by(self.hass, runner_entry_id)
        return self._library.plan(session, runner, machine, overrides)

    async def async_start_session(
        self,
        session: str,
        runner_entry_id: str | None,
        overrides: Mapping[str, float | str],
        *,
        by_hand: bool = False,
    ) -> Plan:
        """Plan a session and arm it (rule R2); whoever it is for becomes the selected runner.

        ``by_hand`` waits for Start at the treadmill even where Home Assistant may start the belt.
        Raises ``ServiceValidationError``.
        """
        planned = self.preview(session, runner_entry_id, overrides)
        await self.async_request(Arm(planned, by_hand=by_hand))
        self._running = runner_by(self.hass, runner_entry_id), runner_entry_id
        if runner_entry_id != self.selected_runner:
            self._kept = replace(self._kept, selected_runner=runner_entry_id or GUEST)
            self.async_keep()
        self._permit()
        return planned

    async def async_request(self, event: UserEvent) -> None:
        """Ask the engine for something.

        Raises ``ServiceValidationError`` if refused, ``HomeAssistantError`` if the machine fails,
        or a Stop cannot be sent to a belt that was last seen moving.
        """
        with translated():
            if isinstance(event, Aim):
                _check_permitted(event, self.view())
            await self.conductor.async_request(event)
        if isinstance(event, Stop) and not self.treadmill.connected and self.view().belt_moving:
            raise stop_failed(self.name)

    # ---- telling ---------------------------------------------------------------------------------

    @callback
    @override
    def async_add_listener(
        self, update_callback: CALLBACK_TYPE, context: Any = None
    ) -> Callable[[], None]:
        """Call somebody when one of the fields has changed whose names are in ``context``.

        Without a context it is called with every update. Returns a function that ends it.
        """
        leave = super().async_add_listener(update_callback, context)
        number = next(self._numbers)
        reads = (_EVERYTHING,) if context is None else tuple(context)
        for name in reads:
            self._readers.setdefault(name, {})[number] = update_callback

        @callback
        def end() -> None:
            for name in reads:
                self._readers[name].pop(number, None)
            leave()

        return end

    @callback
    @override
    def async_update_listeners(self) -> None:
        """Call those whose fields have changed, and those who listen to everything, in order."""
        changed, self._changed = self._changed, set()
        told = self._readers[_EVERYTHING].copy()
        for name in changed & self._readers.keys():
            told |= self._readers[name]
        for number in sorted(told):
            try:
                told[number]()
            except Exception:
                _LOGGER.exception("A listener of %s failed", self.name)

    def _happened(self, effects: tuple[Effect, ...], event: Event | None) -> None:
        """Publish, save, tell and say what the conductor reports."""
        try:
            self._publish_change(effects, event)
        finally:
            self.speaker.follow(effects)  # whatever is wrong with who listens

    def _publish_change(self, effects: tuple[Effect, ...], event: Event | None) -> None:
        kinds = {type(effect) for effect in effects}
        if Finished in kinds:
            self._running = None
            self._permit()
        if isinstance(event, Telemetry):
            self._samples = (self._samples[1], event)
            self._silence.set(event.at + SILENT_S)
        real = self.hass.loop.time()
        at_once = not kinds.isdisjoint(_AT_ONCE)
        if at_once or (event is not None and not isinstance(event, Telemetry | Answer)):
            self._publish()
        elif self.data.speed_kmh is None or real - self._published_at >= PUBLISH_S:
            self._publish_thinly()
        self._save_when_due(real, at_once=not kinds.isdisjoint(_SAVED_AT_ONCE))
        if effects:
            self._broadcast.tell(effects)

    def _publish(self) -> None:
        new = self.conductor.snapshot()
        kept = unmoved_ends(new, self.data)
        self._write(new, kept, _differing(new, self.data) - kept)

    def _publish_choices(self) -> None:
        before, self.choices = self.choices, self._chosen()
        self._changed |= _differing(self.choices, before)
        self._publish()

    def _publish_thinly(self) -> None:
        new, old = self.conductor.snapshot(), self.data
        before, sample = self._samples
        kept = unmoved_ends(new, old) if sample is None else unmoved(new, old, sample, before)
        if changed := _differing(new, old) - kept:
            self._write(new, kept, changed)

    def _write(self, new: Snapshot, kept: set[str], changed: set[str]) -> None:
        """Show a moment, but for the fields that are ``kept``; ``changed`` are the news in it."""
        self._published_at = self.hass.loop.time()
        self._changed |= changed
        old = {name: getattr(self.data, name) for name in kept}
        self.data = new._replace(**old)
        self.async_update_listeners()  # nothing is polled, so there is no poll to put off

    # ---- keeping ---------------------------------------------------------------------------------

    def _save_when_due(self, real: float, *, at_once: bool) -> None:
        now = self.conductor.now()
        if at_once or (
            now - self._saved_at >= SAVE_S
            and real - self._saved_real >= SAVE_REAL_S
            and self.view().state not in OVER
        ):
            self._save(now, real)

    def _save(self, now: float, real: float) -> None:
        self._saved_at, self._saved_real = now, real
        self._store.save_soon(self._collect)

    def _collect(self) -> Kept:
        view = self.view()
        self._kept = replace(
            self._kept,
            session=self.conductor.stored(),
            rates=view.rates,
            decline=view.decline,
        )
        return self._kept

    def _permit(self) -> None:
        """Tell the gate what is allowed; a session keeps the runner it was started for (R10)."""
        runner = self.runner if self._running is None else lowered(self.hass, *self._running)
        self.conductor.permit(permissions(self.config_entry, runner), runner.level)

    def _chosen(self) -> Choices:
        return Choices(
            machine=self.machine,
            keeps_connected=self.keeps_connected,
            scripts=self.scripts,
            runners=tuple(
                KnownRunner(entry_id=entry_id, name=entry.title, runner=entry.runtime_data.data)
                for entry_id, entry in runner_entries(self.hass).items()
            ),
            selected_session=self.selected_session,
            selected_runner=self.selected_runner,
            runner=self.runner,
        )

    # ---- inside ----------------------------------------------------------------------------------

    @property
    def _library(self) -> SessionLibrary:
        return self.hass.data[LIBRARY]

    def _spawn(self, coroutine: Coroutine[Any, Any, None], name: str) -> asyncio.Task[None]:
        return self.config_entry.async_create_background_task(
            self.hass, coroutine, name, eager_start=True
        )


def _check_permitted(aim: Aim, view: View) -> None:
    """Raise ``Refused`` for a speed that the machine has and nobody may run at this slope.

    The gate would cap it: but whoever asks for 14 km/h is not to believe that the belt will get
    there. What the machine does not have, or nobody may control, the gate refuses itself.
    """
    speed, incline = aim.speed_kmh, aim.incline_pct
    if speed is None or not view.permissions.control:
        return
    permitted = view.speed_range if incline is None else view.speed_range_at(incline)
    if permitted.maximum < speed <= view.machine.speed.maximum:
        raise Refused("speed_not_permitted", maximum=permitted.maximum)


def _differing(new: Snapshot | Choices, old: Snapshot | Choices) -> set[str]:
    """Return the names of the fields that are not what they were, and whose change is news."""
    values = zip(new._fields, new, old, strict=True)
    names = {name for name, value, before in values if value is not before and value != before}
    names.discard("elapsed_s")  # the session's seconds go by themselves
    return names
