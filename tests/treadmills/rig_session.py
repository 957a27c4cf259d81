"""From a session down to the bytes: engine, conductor, driver, simulated machine, and a runner.

``SessionRig`` has no wire between driver and machine; the other two have a real link.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, Self, override

from homeassistant.core import HomeAssistant

from custom_components.descent.runtime.conductor import Conductor
from custom_components.descent.runtime.journal import Journal
from custom_components.descent.training.engine import Engine
from custom_components.descent.training.events import (
    Arm,
    Cue,
    CueKind,
    Effect,
    Event,
    Resume,
    State,
    StateChanged,
    UserEvent,
)
from custom_components.descent.training.model import Level, Plan
from custom_components.descent.training.rules import Permissions
from custom_components.descent.training.view import View
from tests.machines.profiles import Profile
from tests.treadmills.rig_ble import BleRig
from tests.treadmills.rig_dircon import DirconRig
from tests.treadmills.rig_ftms import FtmsRig
from tests.treadmills.rig_memory import MemoryRig

PATIENCE_S = 4 * 3600.0
ALLOWED = Permissions(control=True)

type MakeSession = Callable[..., Awaitable[SessionRig]]  # see the fixture make_session
type MakeLinkedSession = Callable[..., Awaitable[LinkedSession]]  # see make_linked_session


class LinkedSession(FtmsRig):
    """A connected treadmill under Descent's control, with a runner who does what is asked.

    To be mixed with the rig of a link.
    """

    def begin(self, permissions: Permissions) -> None:
        """Put Descent above the driver; called once, by whatever makes the rig."""
        self.effects: list[Effect] = []
        self.helpful = True
        self.engine = Engine(
            self.treadmill.machine, permissions=permissions, level=Level.INTERMEDIATE
        )
        self.conductor = Conductor(
            self.clock,
            self.treadmill,
            self.engine,
            journal=Journal(),
            render=lambda cue: cue.key,
            spawn=self._spawn,
            on_change=self._changed,
        )
        self.treadmill.on_contact(self._adopt)
        self._tasks: set[asyncio.Task[None]] = set()

    # ---- what happens

    async def set_up(self) -> Self:
        """Make contact, and wait for the first measurements."""
        # Whole sessions are a hundred thousand steps of the loop: twenty times as slow watched.
        asyncio.get_running_loop().set_debug(False)
        self.conductor.start()
        await self.settle()
        while self._tasks:  # what is not answered takes its time
            await self.run(0.25)
        await self.run(3.0)
        return self

    async def ask(self, event: UserEvent) -> None:
        """Ask the engine for something. Raises ``Refused``."""
        await self.conductor.async_request(event)

    async def arm(self, plan: Plan) -> Self:
        """Start a session."""
        await self.ask(Arm(plan))
        return self

    async def until(self, so: Callable[[Self], bool], limit_s: float = PATIENCE_S) -> None:
        """Let time pass until something is so; fails if it never is."""
        end = self.clock.now() + limit_s
        while not so(self):
            assert self.clock.now() < end, f"never happened, the session is {self.state}"
            await self.run(1.0)

    async def finish(self) -> None:
        """Let the session come to its end."""
        await self.until(lambda rig: rig.state is State.FINISHED)

    @override
    async def close(self) -> None:
        """Take everything down."""
        await self.conductor.async_stop()
        for task in tuple(self._tasks):
            task.cancel()
        await super().close()

    # ---- what is

    @property
    def state(self) -> State:
        """Where the session stands."""
        return self.engine.state

    @property
    def view(self) -> View:
        """Everything anybody may know now."""
        return self.conductor.view()

    @property
    def cues(self) -> list[str]:
        """The keys of everything that was announced."""
        return [effect.key for effect in self.effects if isinstance(effect, Cue)]

    @property
    def states(self) -> list[State]:
        """Every state the session has been in."""
        return [e.state for e in self.effects if isinstance(e, StateChanged)]

    def sent(self, opcode: int) -> list[bytes]:
        """Return what the machine was told with one opcode."""
        return [command for command in self.machine.commands if command[0] == opcode]

    # ---- the runner

    def _changed(self, effects: tuple[Effect, ...], event: Event | None) -> None:
        self.effects += effects
        for effect in effects if self.helpful else ():
            self._help(effect)

    def _help(self, effect: Effect) -> None:
        match effect:
            case StateChanged(State.ARMED):
                self._later(4.0, self.press_start)
            case Cue(kind=CueKind.CONFIRM):
                self._later(2.0, lambda: self._spawn(self.ask(Resume()), "confirm"))
            case Cue(key="press_stop"):
                self._later(2.0, self.press_stop)
            case Cue(kind=CueKind.GUIDE, speed_kmh=int() | float() as speed):
                self._later(
                    2.0, lambda: self.console_speed(speed - self.belt_and_deck._belt.target)
                )
            case _:
                pass

    def _later(self, seconds: float, action: Callable[[], object]) -> None:
        self.clock.call_at(self.clock.now() + seconds, lambda: (action(), None)[1])

    def _adopt(self) -> None:
        self.engine.machine = self.treadmill.machine

    def _spawn(self, coroutine: Coroutine[Any, Any, None], name: str) -> asyncio.Task[None]:
        task = asyncio.Task(coroutine, name=name, eager_start=True)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task


class SessionRig(LinkedSession, MemoryRig):
    """A session without a wire."""

    def __init__(self, profile: Profile, permissions: Permissions = ALLOWED, **quirks: Any) -> None:
        super().__init__(profile, **quirks)
        self.begin(permissions)


class DirconSession(LinkedSession, DirconRig):
    """A session over TCP."""

    def __init__(self, profile: Profile, permissions: Permissions = ALLOWED, **quirks: Any) -> None:
        super().__init__(profile, **quirks)
        self.begin(permissions)


class BleSession(LinkedSession, BleRig):
    """A session over Bluetooth; ``hass`` has Bluetooth, and the machine is still off."""

    def __init__(
        self,
        hass: HomeAssistant,
        profile: Profile,
        permissions: Permissions = ALLOWED,
        **quirks: Any,
    ) -> None:
        BleRig.__init__(self, hass, profile, **quirks)
        self.begin(permissions)
