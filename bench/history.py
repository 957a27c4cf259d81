"""Rows of history: what a session leaves in the database of Home Assistant's recorder.

Ours and the peer's hear the same bytes of a session of Descent; each state that is written is a
row. Counted over the whole session, and over its busiest stretch, with one measurement a second and
with two.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import closing
from dataclasses import dataclass
import sqlite3
import time

from homeassistant.core import HomeAssistant
from homeassistant.helpers.recorder import get_instance

from .home import MovingLoop, at_home
from .options import Options
from .ours import Treadmill, async_add_runners, async_add_treadmill
from .part import Say
from .peer import Peer, async_peer
from .pyftms import NO_PYFTMS
from .session import Cycle, HeldLink, async_session

_RUNNER = "Ada"


def measure(options: Options, say: Say) -> None:
    """Run a session with one measurement a second, and another one with two."""

    async def work(hass: HomeAssistant, loop: MovingLoop) -> None:
        await async_add_runners(hass, _RUNNER)
        await _async_once(hass, loop, options, say)
        if options.quick:
            say.skip("not with --quick", "hour_2hz", "hour_2hz_peer")
        else:
            await _async_twice(hass, loop, options, say)

    at_home(options, work, "sensor:", "recorder: {commit_interval: 1}")


async def _async_once(hass: HomeAssistant, loop: MovingLoop, options: Options, say: Say) -> None:
    link = HeldLink(loop, "Once")
    treadmill = await async_add_treadmill(hass, link.name, link)
    peer = await async_peer(hass, options, link)
    if peer is None:
        say.skip(NO_PYFTMS, "peer", "busiest_peer", "hour_peer")
    else:
        say("peer", peer.name)
    busiest, whole = await _async_run(loop, treadmill, link, peer, hurried=options.quick)
    ours = await _async_rows(hass, treadmill.entities.values(), busiest)
    say("busiest", round(ours.a_minute, 1), minutes=round(busiest.minutes, 2))
    if peer is not None:
        theirs = await _async_rows(hass, peer.entities, busiest)
        say("busiest_peer", round(theirs.a_minute, 1))
    if whole is None:
        say.skip("not with --quick", "minute", "hour", *(() if peer is None else ("hour_peer",)))
        return
    ours = await _async_rows(hass, treadmill.entities.values(), whole)
    say("minute", round(ours.a_minute, 1), minutes=round(whole.minutes, 2))
    say("hour", round(ours.a_minute * 60), rows=ours.of)
    if peer is not None:
        theirs = await _async_rows(hass, peer.entities, whole)
        say("hour_peer", round(theirs.a_minute * 60), rows=theirs.of)


async def _async_twice(hass: HomeAssistant, loop: MovingLoop, options: Options, say: Say) -> None:
    link = HeldLink(loop, "Twice", 0.5)
    treadmill = await async_add_treadmill(hass, link.name, link)
    peer = await async_peer(hass, options, link)
    _, whole = await _async_run(loop, treadmill, link, peer)
    assert whole is not None  # noqa: S101  (for the type checker)
    ours = await _async_rows(hass, treadmill.entities.values(), whole)
    say("hour_2hz", round(ours.a_minute * 60), rows=ours.of)
    if peer is None:
        say.skip(NO_PYFTMS, "hour_2hz_peer")
        return
    theirs = await _async_rows(hass, peer.entities, whole)
    say("hour_2hz_peer", round(theirs.a_minute * 60), rows=theirs.of)


@dataclass(frozen=True, slots=True)
class _Span:
    """A stretch of a session: from when to when on the real clock, and how long by its own."""

    began: float
    ended: float
    minutes: float


@dataclass(frozen=True, slots=True)
class _Rows:
    """Rows of each entity in a stretch."""

    of: dict[str, int]
    minutes: float

    @property
    def a_minute(self) -> float:
        """Rows of all of them, a minute of the session."""
        return sum(self.of.values()) / self.minutes


async def _async_run(
    loop: MovingLoop,
    treadmill: Treadmill,
    link: HeldLink,
    peer: Peer | None,
    *,
    hurried: bool = False,
) -> tuple[_Span, _Span | None]:
    """Have both hear a session; returns its busiest stretch, and all of it unless ``hurried``."""
    hear: list[Callable[[bytes], None]] = [link.hear]
    if peer is not None:
        link.passed_on = peer.hear
        hear.append(peer.measure)
    cycle, heard = Cycle(), 0
    began, busiest = time.time(), list[float]()
    async for measured in async_session(loop, treadmill, link, _RUNNER, hurried=hurried):
        for take in hear:
            take(measured.packet)
        await loop.async_settle()
        heard += 1
        if cycle.see(measured.phase):
            busiest.append(time.time())
        if hurried and cycle.over:
            break
    minute = 60 / link.period_s  # measurements
    stretch = _Span(busiest[0], busiest[-1], len(busiest) / minute)
    return stretch, None if hurried else _Span(began, time.time(), heard / minute)


async def _async_rows(hass: HomeAssistant, entities: Iterable[str], span: _Span) -> _Rows:
    """Count the rows of entities in a stretch."""
    await get_instance(hass).async_block_till_done()
    database = hass.config.path("home-assistant_v2.db")
    mine = set(entities)

    def count() -> dict[str, int]:
        with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
            rows = connection.execute(
                "select states_meta.entity_id, count(*) from states"
                " join states_meta using (metadata_id)"
                " where last_updated_ts between ? and ? group by states_meta.entity_id",
                (span.began, span.ended),
            )
            return {entity: number for entity, number in rows if entity in mine}

    return _Rows(await hass.async_add_executor_job(count), span.minutes)
