"""A session of Descent on a simulated treadmill in this process, as fast as it can be worked out.

The machine obeys what it is told, and measures; what it measures is handed out instead of passed
on, so that the bench can pass on the same bytes to whom it likes, when it likes.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from typing import override

from custom_components.descent.treadmills.base import Clock
from custom_components.descent.treadmills.gatt import TREADMILL_DATA
from tests.machines.ftms import FtmsMachine
from tests.machines.profiles import PROFILES
from tests.treadmills.memory_link import MemoryLink

from . import packets
from .home import MovingLoop
from .ours import Treadmill

_REACTION_S = 3  # seconds until a runner does what they are asked to
_LONGEST_S = 2 * 3600


class HeldLink(MemoryLink):
    """A link to a simulated treadmill whose measurements wait for the bench to pass them on."""

    def __init__(self, loop: MovingLoop, period_s: float = 1.0) -> None:
        """Measure every ``period_s`` seconds."""
        profile = replace(PROFILES["typical"], telemetry_s=period_s)
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
            incline_pct=true.incline_pct,
            distance_m=metres - self._began[1],
            began=self._began[0],
        )


async def async_session(
    loop: MovingLoop, treadmill: Treadmill, link: HeldLink, session: str, runner: str
) -> AsyncIterator[bytes]:
    """Run a session; yields each measurement, which whoever asked has to pass on.

    Raises ``RuntimeError`` for a session that nobody but a person could go on with.
    """
    link.held.clear()
    await treadmill.async_act("start_session", session=session, runner=runner)
    asked = 0
    for _ in range(round(_LONGEST_S / link.period_s)):
        await loop.async_pass(link.period_s)
        for value in link.held:
            yield value
        link.held.clear()
        state = treadmill.state("sensor.session_state")
        if state == "finished":
            return
        if state in {"paused", "suspended"}:
            raise RuntimeError(f"the session is {state}")
        # The runner presses Start, and says when the exercises beside the belt are done.
        asked = asked + 1 if state in {"armed", "waiting"} else 0
        if asked * link.period_s == _REACTION_S:
            if state == "armed":
                link.machine.press_start()
            else:
                await treadmill.async_act("resume")
    raise RuntimeError("the session never ended")
