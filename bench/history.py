"""Rows of history: what a session leaves in the database of Home Assistant's recorder.

Ours and the peer's hear the same bytes of a session of Descent; each state that is written is a
row. Counted over the whole session, and over its busiest stretch, with one measurement a second and
with two.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import closing
import sqlite3
import time

from homeassistant.core import HomeAssistant
from homeassistant.helpers.recorder import get_instance

from custom_components.descent.treadmills.gatt import TREADMILL_DATA

from .home import MovingLoop, at_home
from .options import Options
from .ours import async_add_runners, async_add_treadmill
from .part import Say
from .peer import async_peer
from .pyftms import NO_PYFTMS
from .session import Cycle, HeldLink, async_session

_RUNNER = "Ada"


def measure(options: Options, say: Say) -> None:
    """Run the session once for each rate of measurements, and count."""

    async def work(hass: HomeAssistant, loop: MovingLoop) -> None:
        await async_add_runners(hass, _RUNNER)
        await _Rows(hass, loop, options, say).async_measure()

    at_home(options, work, "sensor:", "recorder: {commit_interval: 1}")


class _Rows:
    """Counts the rows of sessions."""

    def __init__(self, hass: HomeAssistant, loop: MovingLoop, options: Options, say: Say) -> None:
        self._hass = hass
        self._loop = loop
        self._options = options
        self._say = say

    async def async_measure(self) -> None:
        """Measure at each rate, and say all of it."""
        await self._async_one("Once", 1.0, "")
        if self._options.quick:
            left_out = ("hour_2hz", "hour_2hz_peer")
            self._say.skip("not with --quick", "minute", "hour", "hour_peer", *left_out)
        else:
            await self._async_one("Twice", 0.5, "_2hz")

    async def _async_one(self, name: str, period_s: float, suffix: str) -> None:
        link = HeldLink(self._loop, period_s)
        treadmill = await async_add_treadmill(self._hass, name, link)
        peer = await async_peer(self._hass, self._options, link, name)
        if not suffix:
            self._introduce(None if peer is None else peer.name)
        theirs: Iterable[str] = ()
        if peer is not None:
            link.passed_on, theirs = peer.hear, peer.entities
        busiest, heard, cycle, began = [], 0, Cycle(), time.time()
        hurried = self._options.quick
        async for measured in async_session(self._loop, treadmill, link, _RUNNER, hurried=hurried):
            link.say(TREADMILL_DATA, measured.packet)
            if peer is not None:
                peer.hear(TREADMILL_DATA, measured.packet)
            await self._loop.async_settle()
            heard += 1
            if cycle.see(measured.phase):
                busiest.append(time.time())
            if hurried and cycle.over:
                break
        ours = treadmill.entities.values()
        if not suffix:
            span, minutes = (busiest[0], busiest[-1]), len(busiest) * period_s / 60
            rows = await self._async_rows(ours, span)
            self._say("busiest", round(sum(rows.values()) / minutes, 1), minutes=round(minutes, 2))
            if peer is not None:
                rows = await self._async_rows(theirs, span)
                self._say("busiest_peer", round(sum(rows.values()) / minutes, 1))
        if hurried:
            return
        span, minutes = (began, time.time()), heard * period_s / 60
        rows = await self._async_rows(ours, span)
        if not suffix:
            self._say("minute", round(sum(rows.values()) / minutes, 1), minutes=round(minutes, 2))
        self._say(f"hour{suffix}", round(sum(rows.values()) / minutes * 60), rows=rows)
        if peer is not None:
            rows = await self._async_rows(theirs, span)
            self._say(f"hour{suffix}_peer", round(sum(rows.values()) / minutes * 60), rows=rows)

    def _introduce(self, name: str | None) -> None:
        if name is not None:
            self._say("peer", name)
            return
        keys = ("busiest_peer", *([] if self._options.quick else ["hour_peer", "hour_2hz_peer"]))
        self._say.skip(NO_PYFTMS, "peer", *keys)

    async def _async_rows(
        self, entities: Iterable[str], span: tuple[float, float]
    ) -> dict[str, int]:
        """Count the rows of entities that were written in a span of real time."""
        recorder = get_instance(self._hass)
        await recorder.async_block_till_done()
        database = self._hass.config.path("home-assistant_v2.db")

        def count() -> dict[str, int]:
            with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
                rows = connection.execute(
                    "select states_meta.entity_id, count(*) from states"
                    " join states_meta using (metadata_id)"
                    " where last_updated_ts between ? and ? group by states_meta.entity_id",
                    span,
                )
                mine = set(entities)
                return {entity: number for entity, number in rows if entity in mine}

        return await self._hass.async_add_executor_job(count)
