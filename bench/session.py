"""A session of Descent on a simulated treadmill in this process, as fast as it can be worked out.

The machine obeys what it is told, and measures; what it measures is handed out instead of passed
on, so that the bench can pass on the same bytes to whom it likes, when it likes.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, replace
from typing import override

from custom_components.descent.treadmills.clock import Clock
from custom_components.descent.treadmills.gatt import TREADMILL_DATA
from tests.machines.ftms import FtmsMachine
from tests.machines.profiles import PROFILES
from tests.treadmills.memory_link import MemoryLink

from . import packets
from .home import MovingLoop
from .ours import Treadmill

SESSION = "descending_sprints"

_REACTION_S = 5.0  # seconds until a runner does what they are asked to
_LONGEST_S = 2 * 3600
_STANDING = 5  # measurements before anybody starts a session


class HeldLink(MemoryLink):
    """A link to a simulated treadmill whose measurements wait for the bench to pass them on."""

    def __init__(self, loop: MovingLoop, name: str, period_s: float = 1.0) -> None:
        """Be the machine of this ``name``, and measure every ``period_s`` seconds."""
        self.name = name
        profile = replace(PROFILES["typical"], serial=name, telemetry_s=period_s)
        super().__init__(FtmsMachine(Clock(loop), profile))
        self.period_s = period_s
        self.held: list[bytes] = []
        self.passed_on: Callable[[int, bytes], None] = lambda _number, _value: None  # all others
        self._began = (0.0, 0.0)  # second and metre of the last time the belt stood

    @override
    def _carry(self, number: int, value: bytes) -> None:
        if number == TREADMILL_DATA:
            self.held.append(self._measured())
        else:
            super()._carry(number, value)
            self.passed_on(number, value)

    @property
    def standing(self) -> bool:
        """Whether the belt stands."""
        return not self.machine.belt_and_deck.speed_kmh(self.machine.time())

    def hear(self, packet: bytes) -> None:
        """Have Descent hear a measurement."""
        self.say(TREADMILL_DATA, packet)

    async def async_press_start(self) -> None:
        """Press Start at the console."""
        self.machine.press_start()

    def _measured(self) -> bytes:
        """Measure more than the simulated machine does: what most machines send."""
        now, belt_and_deck = self.machine.time(), self.machine.belt_and_deck
        true = belt_and_deck.measure(now)
        metres = belt_and_deck.distance_m(now)
        if not true.speed_kmh:
            self._began = (now, metres)
        return packets.measured(
            now,
            speed_kmh=true.speed_kmh,
            incline_pct=true.incline_pct or 0.0,
            distance_m=metres - self._began[1],
            began=self._began[0],
        )


@dataclass(frozen=True, slots=True)
class Measured:
    """What the machine has measured, and in which phase of the session (empty before its first)."""

    packet: bytes
    phase: str


class Cycle:
    """The busiest stretch of a session: from the start of one recovery to that of the next."""

    def __init__(self) -> None:
        """Wait for the first."""
        self._recoveries = 0
        self._phase = ""

    def see(self, phase: str) -> bool:
        """Take in the phase at each measurement; returns whether it belongs to the stretch."""
        if phase != self._phase:
            self._recoveries += phase == "recovery"
        self._phase = phase
        return self._recoveries == 1

    @property
    def over(self) -> bool:
        """Whether the next recovery has begun."""
        return self._recoveries > 1


async def async_session(
    loop: MovingLoop, treadmill: Treadmill, link: HeldLink, runner: str, *, hurried: bool = False
) -> AsyncIterator[Measured]:
    """Run a session with descents in it; yields each measurement, which the caller has to pass on.

    ``hurried`` skips what comes before the descents. Raises ``RuntimeError`` for a session that
    nobody but a person could go on with.
    """
    link.held.clear()
    for _ in range(_STANDING):
        async for measured in async_next(loop, link):
            yield measured
    await treadmill.async_act("start_session", session=SESSION, runner=runner)
    asked = 0.0  # for so many seconds, of what has to be done
    for _ in range(round(_LONGEST_S / link.period_s)):
        async for measured in async_next(loop, link, treadmill.state("sensor.phase")):
            yield measured
        state, phase = treadmill.state("sensor.session_state"), treadmill.state("sensor.phase")
        if state == "finished":
            return
        if state in {"paused", "suspended"}:
            raise RuntimeError(f"the session is {state}")
        act = _wanted(state, phase, treadmill, link, hurried=hurried)
        asked = 0.0 if act is None else asked + link.period_s
        if act is not None and asked >= _REACTION_S:
            asked = 0.0
            await act()
    raise RuntimeError("the session never ended")


async def async_next(loop: MovingLoop, link: HeldLink, phase: str = "") -> AsyncIterator[Measured]:
    """Let time pass until the machine measures again; yields that."""
    await loop.async_pass(link.period_s)
    held = link.held.copy()
    link.held.clear()
    for packet in held:
        yield Measured(packet, phase)


def _wanted(
    state: str, phase: str, treadmill: Treadmill, link: HeldLink, *, hurried: bool
) -> Callable[[], Awaitable[None]] | None:
    """Return what the runner has to do now, if anything."""
    if state == "armed":
        return link.async_press_start
    if hurried and (phase == "warm_up" or (phase == "drills" and link.standing)):
        return lambda: treadmill.async_act("skip", confirm=True)
    # Exercises beside the belt are done when the runner says so, which they are asked for.
    if state == "waiting" and treadmill.newest_cue == "confirm":
        return lambda: treadmill.async_act("resume")
    return None
