"""What one treadmill's session costs alone, and beside 99 other treadmills and 50 runners.

The same stretch of the same session, in one Home Assistant: the others are added in between, and
let go of, so that nothing is heard of them and nobody looks for them. What each kind of thing takes
is measured in runs of their own, with a stopwatch on the code of its files.
"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import fmean
import time

from homeassistant.core import HomeAssistant

from demo.instance import ROOT

from .home import MovingLoop, at_home, tidy
from .link import SilentLink
from .options import Options
from .ours import Treadmill, async_add_runners, async_add_treadmill, async_add_treadmills
from .part import Say
from .session import Cycle, HeldLink, async_next, async_session
from .stopwatch import Stopwatch

_TREADMILLS = 100
_RUNNERS = 50
_RUNNER = "Ada"
_DESCENT = ROOT / "custom_components" / "descent"
_KINDS = {
    "voice": _DESCENT / "voice",
    "select": _DESCENT / "select.py",
    "event": _DESCENT / "event.py",
    "broadcast": _DESCENT / "runtime" / "broadcast.py",
}


def measure(options: Options, say: Say) -> None:
    """Measure alone, then add the others and measure again."""
    for place in _KINDS.values():
        if not place.exists():
            raise FileNotFoundError(f"{place} has moved: look for it here")

    async def work(hass: HomeAssistant, loop: MovingLoop) -> None:
        await async_add_runners(hass, _RUNNER)
        link, rounds = HeldLink(loop, "Bench"), 2 if options.quick else 3
        treadmill = await async_add_treadmill(hass, link.name, link)
        alone = await _async_cost(loop, treadmill, link, rounds)
        await async_add_runners(hass, *(f"Runner {number}" for number in range(2, _RUNNERS + 1)))
        names = [f"Treadmill {number}" for number in range(2, _TREADMILLS + 1)]
        await async_add_treadmills(hass, names, SilentLink)
        # Assist reads its sentences again a while after names have changed.
        await loop.async_pass(60)
        await hass.async_block_till_done()
        among = await _async_cost(loop, treadmill, link, rounds)
        _say(alone, among, say)

    at_home(options, work, "sensor:", "conversation:")


@dataclass(frozen=True, slots=True)
class _Cost:
    """Microseconds a second of a session."""

    notification: float
    all: float
    of_kind: dict[str, float]


async def _async_cost(loop: MovingLoop, treadmill: Treadmill, link: HeldLink, rounds: int) -> _Cost:
    """Run the busiest stretch of a session a few times, watched and not in turn.

    The best of each counts: whatever else a computer does only adds to it.
    """
    timed: list[_Stretch] = []
    watched: list[_Stretch] = []
    for _ in range(rounds):
        watched.append(_Stretch(Stopwatch(_KINDS)))
        await watched[-1].async_watched(loop, treadmill, link)  # first, as it fills caches too
        timed.append(_Stretch(Stopwatch(_KINDS)))
        await timed[-1].async_run(loop, treadmill, link)
    return _Cost(
        min(fmean(stretch.notifications) for stretch in timed),
        min(fmean(stretch.seconds) for stretch in timed),
        {kind: min(stretch.of_kind[kind] for stretch in watched) for kind in _KINDS},
    )


class _Stretch:
    """Runs a session to the end of its busiest stretch, and keeps what that took, in us."""

    def __init__(self, stopwatch: Stopwatch) -> None:
        self.notifications: list[float] = []
        self.seconds: list[float] = []  # notifications and everything else
        self.of_kind: dict[str, float] = {}  # a second, if that was watched
        self._stopwatch = stopwatch

    async def async_watched(self, loop: MovingLoop, treadmill: Treadmill, link: HeldLink) -> None:
        """Run it with the stopwatch, and stop."""
        with self._stopwatch.running():
            await self.async_run(loop, treadmill, link)

    async def async_run(self, loop: MovingLoop, treadmill: Treadmill, link: HeldLink) -> None:
        """Run it, and stop."""
        cycle, inside = Cycle(), False
        tidy()
        before = time.thread_time()
        async for measured in async_session(loop, treadmill, link, _RUNNER, hurried=True):
            async with loop.async_held():
                began = time.thread_time()
                link.hear(measured.packet)
                await loop.async_settle()
                now = time.thread_time()
            if inside:
                self.notifications.append((now - began) * 1e6)
                self.seconds.append((now - before) * 1e6)
            before = now
            if cycle.see(measured.phase) and not inside:
                inside = True
                self._stopwatch.reset()
            if cycle.over:
                break
        spent = self._stopwatch.seconds.items()
        self.of_kind = {kind: seconds * 1e6 / len(self.seconds) for kind, seconds in spent}
        await treadmill.async_act("stop")
        while not link.standing:
            async for measured in async_next(loop, link):
                link.hear(measured.packet)
                await loop.async_settle()


def _say(alone: _Cost, among: _Cost, say: Say) -> None:
    say("notification_1", round(alone.notification))
    say("notification_100", round(among.notification))
    say("notification_growth", round(among.notification / alone.notification, 2))
    say("second_1", round(alone.all))
    say("second_100", round(among.all))
    say("second_growth", round(among.all / alone.all, 2))
    for kind in _KINDS:
        one, hundred = alone.of_kind[kind], among.of_kind[kind]
        say(f"{kind}_added", round(hundred - one, 1), one=round(one, 1), hundred=round(hundred, 1))
