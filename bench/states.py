"""From the bytes of a notification to the states of a Home Assistant in this process: CPU time.

Ours and the peer's hear the same bytes in turn, a second apart, in the same Home Assistant. Nothing
records them. A load is a hundred notifications and more, of a kind:

- steady: running at one speed on the level, without a session;
- session: a session of Descent on a simulated machine that obeys it, all of it (``--quick``: up to
  the second recovery, with most of what comes before the descents skipped);
- all change: every number in every notification is another one.
"""

from __future__ import annotations

from collections.abc import Callable
from statistics import fmean, median, quantiles
import time
from typing import Any

from homeassistant.const import EVENT_STATE_CHANGED
from homeassistant.core import Event, HomeAssistant, callback

from . import packets
from .home import MovingLoop, at_home, tidy
from .options import Options
from .ours import Treadmill, async_add_runners, async_add_treadmill
from .part import Say
from .peer import Peer, async_peer
from .pyftms import NO_PYFTMS
from .session import Cycle, HeldLink, async_session

_RUNNER = "Ada"


def measure(options: Options, say: Say) -> None:
    """Time both under each load."""

    async def work(hass: HomeAssistant, loop: MovingLoop) -> None:
        await _async_measure(hass, loop, options, say)

    at_home(options, work, "sensor:")


async def _async_measure(hass: HomeAssistant, loop: MovingLoop, options: Options, say: Say) -> None:
    link = HeldLink(loop, "Bench")
    await async_add_runners(hass, _RUNNER)
    treadmill = await async_add_treadmill(hass, link.name, link)
    peer = await async_peer(hass, options, link)
    if peer is None:
        say.skip(NO_PYFTMS, "peer")
    else:
        say("peer", peer.name)
    bench = _Bench(hass, loop, link, treadmill, peer)
    count = 100 if options.quick else 400
    for load, make in (("steady", packets.steady), ("all_change", packets.all_change)):
        for index in range(-20, 0):  # fills caches
            await bench.async_hear(make(count - index))
        bench.forget()
        for index in range(count):
            await loop.async_pass(1)
            await bench.async_hear(make(index))
        bench.say(load, say)
    bench.forget()
    began = time.thread_time()
    heard, cycle = 0, Cycle()
    async for measured in async_session(loop, treadmill, link, _RUNNER, hurried=options.quick):
        await bench.async_hear(measured.packet)
        heard += 1
        cycle.see(measured.phase)
        if options.quick and cycle.over:
            break
    rest = (time.thread_time() - began) * 1e6 - bench.spent
    bench.say("session", say)
    say("session_timers", round(rest / heard))


class _Bench:
    """Passes notifications on and counts what comes of them."""

    def __init__(
        self,
        hass: HomeAssistant,
        loop: MovingLoop,
        link: HeldLink,
        treadmill: Treadmill,
        peer: Peer | None,
    ) -> None:
        self._loop = loop
        self._hearing: dict[str, Callable[[bytes], None]] = {"ours": link.hear}
        self._whose = dict.fromkeys(treadmill.entities.values(), "ours")
        if peer is not None:
            link.passed_on = peer.hear
            self._hearing["peer"] = peer.measure
            self._whose |= dict.fromkeys(peer.entities, "peer")
        self._order = list(self._hearing)
        self.forget()
        hass.bus.async_listen(EVENT_STATE_CHANGED, self._count)

    def forget(self) -> None:
        """Begin anew."""
        self._times: dict[str, list[float]] = {who: [] for who in self._hearing}
        self._writes = dict.fromkeys(self._hearing, 0)
        tidy()

    @property
    def spent(self) -> float:
        """Microseconds of all notifications so far."""
        return sum(sum(times) for times in self._times.values())

    async def async_hear(self, value: bytes) -> None:
        """Have both hear a notification, the other one first this time."""
        self._order.reverse()
        for who in self._order:
            hear = self._hearing[who]
            async with self._loop.async_held():
                began = time.thread_time()
                hear(value)
                await self._loop.async_settle()
                self._times[who].append((time.thread_time() - began) * 1e6)

    def say(self, load: str, say: Say) -> None:
        """Say what both took."""
        means = {who: fmean(times) for who, times in self._times.items()}
        for who, times in self._times.items():
            cuts = quantiles(times, n=20, method="inclusive")
            say(
                f"{load}_{who}",
                round(means[who]),
                median=round(median(times)),
                p95=round(cuts[18]),
                worst=round(max(times)),
                notifications=len(times),
                state_changes_each=round(self._writes[who] / len(times), 2),
            )
        if "peer" not in means:
            say.skip(NO_PYFTMS, f"{load}_peer", f"{load}_ratio")
        else:
            medians = median(self._times["ours"]) / median(self._times["peer"])
            ratio = means["ours"] / means["peer"]
            say(f"{load}_ratio", round(ratio, 2), of_medians=round(medians, 2))

    @callback
    def _count(self, event: Event[Any]) -> None:
        who = self._whose.get(event.data["entity_id"])
        if who is not None:
            self._writes[who] += 1
