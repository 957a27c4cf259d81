"""What one treadmill's session costs alone, and beside 99 other treadmills and 50 runners.

The same stretch of the same session twice, in one Home Assistant: the others are added in between,
and let go of, so that nothing is heard of them and nobody looks for them. What each kind of thing adds is measured a second time under a profiler, which is
slower, so that only differences of it say something; a kind is known by the files it is in.
"""

from __future__ import annotations

from collections import Counter
import cProfile
from dataclasses import dataclass
from pathlib import Path
import pstats
from statistics import fmean
import time
from typing import Any

from homeassistant.core import HomeAssistant

from demo.instance import ROOT

from .home import MovingLoop, at_home, tidy
from .link import SilentLink
from .options import Options
from .ours import Treadmill, async_add_runners, async_add_treadmill, async_add_treadmills
from .part import Say
from .session import Cycle, HeldLink, async_next, async_session

_TREADMILLS = 100
_RUNNERS = 50
_MOST = 8  # functions that are named
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
        link, rounds = HeldLink(loop), 1 if options.quick else 3
        treadmill = await async_add_treadmill(hass, "Bench", link)
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
    of_kind: dict[str, float]  # profiled
    of_function: dict[str, float]  # likewise, what is spent in it alone


async def _async_cost(loop: MovingLoop, treadmill: Treadmill, link: HeldLink, rounds: int) -> _Cost:
    """Run the busiest stretch of a session a few times: profiled, and timed."""
    profile = cProfile.Profile(time.process_time)
    profiled = _Stretch(profile)
    await profiled.async_run(loop, treadmill, link)  # first, as it fills caches too
    timed = [_Stretch() for _ in range(rounds)]
    for stretch in timed:
        await stretch.async_run(loop, treadmill, link)
    own = dict.fromkeys(_KINDS, 0.0)
    alone: Counter[str] = Counter()
    stats: Any = pstats.Stats(profile)
    for (file, _, function), (_, _, spent_alone, _, callers) in stats.stats.items():
        alone[f"{Path(file).name}:{function}"] += spent_alone
        kind = _kind(file)
        if kind is None:
            continue
        # With everything that is called from it, unless that is of the same kind again.
        own[kind] += sum(
            spent[3] for (caller, _, _), spent in callers.items() if _kind(caller) != kind
        )
    seconds = len(profiled.notifications)
    return _Cost(
        # The best: whatever else a computer does only adds to it.
        min(fmean(stretch.notifications) for stretch in timed),
        min(fmean(stretch.seconds) for stretch in timed),
        {kind: spent * 1e6 / seconds for kind, spent in own.items()},
        {function: spent * 1e6 / seconds for function, spent in alone.items()},
    )


def _kind(file: str) -> str | None:
    path = Path(file)
    return next((kind for kind, place in _KINDS.items() if path.is_relative_to(place)), None)


class _Stretch:
    """Runs a session to the end of its busiest stretch, and keeps what that took."""

    def __init__(self, profile: cProfile.Profile | None = None) -> None:
        self.notifications: list[float] = []
        self.seconds: list[float] = []  # notifications and everything else
        self._profile = profile

    async def async_run(self, loop: MovingLoop, treadmill: Treadmill, link: HeldLink) -> None:
        """Run it, and stop."""
        cycle = Cycle()
        inside = False
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
            if cycle.see(measured.phase) != inside:
                inside = not inside
                self._watch(on=inside)
            if cycle.over:
                break
        await treadmill.async_act("stop")
        while not link.standing:
            async for measured in async_next(loop, link):
                link.hear(measured.packet)
                await loop.async_settle()

    def _watch(self, *, on: bool) -> None:
        if self._profile is None:
            return
        if on:
            self._profile.enable()
        else:
            self._profile.disable()


def _say(alone: _Cost, among: _Cost, say: Say) -> None:
    say("notification_1", round(alone.notification))
    say("notification_100", round(among.notification))
    say("notification_growth", round(among.notification / alone.notification, 2))
    say("second_1", round(alone.all))
    say("second_100", round(among.all))
    grown = Counter(among.of_function)
    grown.subtract(alone.of_function)
    most = {function: round(spent, 1) for function, spent in grown.most_common(_MOST)}
    say("second_growth", round(among.all / alone.all, 2), grown_most_us=most)
    for kind in _KINDS:
        one, hundred = alone.of_kind[kind], among.of_kind[kind]
        say(f"{kind}_added", round(hundred - one, 1), one=round(one, 1), hundred=round(hundred, 1))
