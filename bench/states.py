"""From the bytes of a notification to the states of a Home Assistant in this process: CPU time.

Beside it the way of hassio-ftms, rebuilt: pyftms reads, a coordinator hands on, and seven sensors
write their states. Both get the same packets, in which every number is another one, a second
apart on a loop that is moved on instead of waiting. Neither has a session or a recorder.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
import logging
from pathlib import Path
from statistics import quantiles
import tempfile
import time
from types import MappingProxyType
from typing import Any, Final, override
from unittest.mock import patch

from homeassistant.bootstrap import async_setup_hass
from homeassistant.components.sensor import SensorEntity
from homeassistant.config_entries import SOURCE_USER, ConfigEntry
from homeassistant.const import EVENT_STATE_CHANGED
from homeassistant.core import Event, HomeAssistant, callback
from homeassistant.helpers.entity_component import DATA_INSTANCES
from homeassistant.helpers.update_coordinator import CoordinatorEntity, DataUpdateCoordinator
from homeassistant.runner import RuntimeConfig

from custom_components.descent.const import DOMAIN
from custom_components.descent.treadmills.gatt import TREADMILL_DATA
from demo.instance import Instance, free_port

from .wire import ENTRY, NO_PEER, Wire, packet, peer

type Figures = dict[str, Any]

_SENSORS: Final = (
    "speed_instant",
    "speed_average",
    "distance_total",
    "inclination",
    "energy_total",
    "heart_rate",
    "time_elapsed",
)
_TURNS = 5  # of the loop, until everybody has heard of the states


class _Ahead(asyncio.SelectorEventLoop):
    """An event loop whose clock can be moved on."""

    ahead = 0.0

    @override
    def time(self) -> float:
        return super().time() + self.ahead


def measure(notifications: int) -> Figures:
    """Return the figures of both, over so many notifications."""
    logging.disable(logging.CRITICAL)  # what a start complains of is for bench/core.py to judge
    try:
        return _measure(notifications)
    finally:
        logging.disable(logging.NOTSET)


def _measure(notifications: int) -> Figures:
    with tempfile.TemporaryDirectory(prefix="descent-bench-", ignore_cleanup_errors=True) as folder:
        loop = _Ahead()
        with asyncio.Runner(loop_factory=lambda: loop) as runner:
            return runner.run(_async_measure(loop, Path(folder), notifications))


async def _async_measure(loop: _Ahead, folder: Path, notifications: int) -> Figures:
    Instance(folder, free_port()).prepare()
    (folder / "configuration.yaml").write_text("logger: {default: warning}\nsensor:\n", "utf-8")
    hass = await async_setup_hass(RuntimeConfig(config_dir=str(folder), skip_pip=True))
    if hass is None:
        raise RuntimeError("Home Assistant did not start")
    await hass.async_start()
    try:
        bench = _Bench(hass, loop, notifications)
        entry, descent = await _async_descent(hass)
        figures = {"descent": await bench.async_time(descent)}
        await hass.config_entries.async_unload(entry.entry_id)
        theirs = await _async_peer(hass)
        figures["hassio_ftms_rebuilt"] = await bench.async_time(theirs) if theirs else NO_PEER
    finally:
        await hass.async_stop(force=True)
    return figures


class _Bench:
    """Says notifications and counts what comes of them."""

    def __init__(self, hass: HomeAssistant, loop: _Ahead, notifications: int) -> None:
        self._loop, self._notifications = loop, notifications
        self._writes = 0
        hass.bus.async_listen(EVENT_STATE_CHANGED, self._count)

    async def async_time(self, say: Callable[[bytes], None]) -> Figures:
        """Time ``say`` and everything that follows in the loop, in this thread."""
        await self._async_one(say, packet(self._notifications))  # fills caches
        writes = self._writes
        times = [await self._async_one(say, packet(index)) for index in range(self._notifications)]
        writes = self._writes - writes
        cuts = quantiles(times, n=100, method="inclusive")
        return {
            "cpu_us": {"p50": round(cuts[49]), "p95": round(cuts[94]), "worst": round(max(times))},
            "state_changes_each": round(writes / self._notifications, 2),
        }

    async def _async_one(self, say: Callable[[bytes], None], value: bytes) -> float:
        self._loop.ahead += 1
        await self._async_settle()  # what was due meanwhile is nobody's
        began = time.thread_time()
        say(value)
        await self._async_settle()
        return (time.thread_time() - began) * 1e6

    @callback
    def _count(self, _: Event[Any]) -> None:
        self._writes += 1

    async def _async_settle(self) -> None:
        for _ in range(_TURNS):
            await asyncio.sleep(0)


async def _async_descent(
    hass: HomeAssistant,
) -> tuple[ConfigEntry[Any], Callable[[bytes], None]]:
    """Set a treadmill up whose link is in our hands."""
    link = Wire()
    entry = ConfigEntry(
        domain=DOMAIN,
        title="Bench",
        data=dict(ENTRY),
        source=SOURCE_USER,
        version=1,
        minor_version=1,
        options={},
        unique_id=None,
        discovery_keys=MappingProxyType({}),
        subentries_data=None,
    )
    with patch("custom_components.descent.treadmills.ftms_kinds.network_link", return_value=link):
        await hass.config_entries.async_add(entry)
        await hass.async_block_till_done()
    return entry, lambda value: link.say(TREADMILL_DATA, value)


async def _async_peer(hass: HomeAssistant) -> Callable[[bytes], None] | None:
    """Set up what hassio-ftms makes of the same notifications, if pyftms is there."""
    found = peer()
    if found is None:
        return None
    reader, model = found
    coordinator = DataUpdateCoordinator[Any](
        hass, logging.getLogger(__name__), config_entry=None, name="ftms"
    )
    sensors = [_Sensor(coordinator, key) for key in _SENSORS]
    await hass.data[DATA_INSTANCES]["sensor"].async_add_entities(sensors)
    await hass.async_block_till_done()
    updater = reader(model, coordinator.async_set_updated_data)
    return lambda value: updater._on_notify(None, bytearray(value))  # noqa: SLF001  (as bleak does)


class _Sensor(CoordinatorEntity[DataUpdateCoordinator[Any]], SensorEntity):
    """One value of an update, written when the update holds it."""

    _attr_native_value = 0

    def __init__(self, coordinator: DataUpdateCoordinator[Any], key: str) -> None:
        super().__init__(coordinator)
        self._key = key
        self._attr_name = f"Bench {key}"
        self._attr_unique_id = f"bench-{key}"

    @callback
    @override
    def _handle_coordinator_update(self) -> None:
        value = self.coordinator.data.event_data.get(self._key)
        if value is not None:
            self._attr_native_value = value
            self.async_write_ha_state()
