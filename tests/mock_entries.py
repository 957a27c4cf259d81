"""Entries of virtual treadmills and runners, set up directly; waiting for what they record."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.dispatcher import async_dispatcher_connect
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.descent.const import (
    ACKNOWLEDGEMENT_VERSION,
    DOMAIN,
    KIND_RUNNER,
    KIND_VIRTUAL_TREADMILL,
)
from custom_components.descent.coordinator import TreadmillCoordinator
from custom_components.descent.runtime.broadcast import Told, happened_on
from custom_components.descent.runtime.journal import Record
from custom_components.descent.training.events import Cue
from custom_components.descent.treadmills.virtual import VirtualTreadmill

PATIENCE_S = 20  # real seconds; only a test that fails waits that long
TREADMILL = {
    "kind": KIND_VIRTUAL_TREADMILL,
    "name": "Belt",
    "preset": "typical",
    "min_incline": -6.0,
    "max_incline": 15.0,
    "max_speed": 20.0,
    "time_scale": 600,
}
OPTIONS = {"acknowledged": ACKNOWLEDGEMENT_VERSION, "start_belt": False, "max_speed": None}
RUNNER = {
    "kind": KIND_RUNNER,
    "name": "Ada",
    "level": "intermediate",
    "hill_experience": True,
    "joint_issues": False,
    "five_k_s": 1500.0,
    "controlled_top_kmh": None,
    "walk_kmh": 5.0,
    "max_speed_kmh": None,
    "body_mass_kg": 61.0,
}


def treadmill_entry(
    options: dict[str, Any] | None = None, *, title: str = "Belt", **data: Any
) -> MockConfigEntry:
    """Describe a virtual treadmill."""
    return MockConfigEntry(
        domain=DOMAIN,
        title=title,
        data=TREADMILL | data,
        options=OPTIONS if options is None else options,
    )


def runner_entry(**data: Any) -> MockConfigEntry:
    """Describe a runner."""
    answers = RUNNER | data
    return MockConfigEntry(domain=DOMAIN, title=answers["name"], data=answers)


async def set_up(hass: HomeAssistant, entry: MockConfigEntry) -> MockConfigEntry:
    """Set an entry up."""
    entry.add_to_hass(hass)
    await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    return entry


def coordinator_of(entry: MockConfigEntry) -> TreadmillCoordinator:
    """Return what runs a treadmill."""
    coordinator = entry.runtime_data
    assert isinstance(coordinator, TreadmillCoordinator)
    return coordinator


def console_of(entry: MockConfigEntry) -> VirtualTreadmill:
    """Return the console of a virtual treadmill."""
    treadmill = coordinator_of(entry).conductor.treadmill
    assert isinstance(treadmill, VirtualTreadmill)
    return treadmill


def hear_cues(
    hass: HomeAssistant, entry: ConfigEntry[Any], listener: Callable[[Cue, str], None]
) -> None:
    """Call ``listener`` with every cue of a treadmill and its text."""

    @callback
    def happened(told: Told) -> None:
        if isinstance(told.what, Cue):
            listener(told.what, told.text)

    async_dispatcher_connect(hass, happened_on(entry.entry_id), happened)


async def until(entry: MockConfigEntry, wanted: Callable[[Record], object]) -> Record:
    """Wait for a record of a treadmill's journal: one that is there, or the first to come."""
    journal = coordinator_of(entry).journal
    for record in journal.records():
        if wanted(record):
            return record
    found: asyncio.Future[Record] = asyncio.get_running_loop().create_future()

    def look(record: Record) -> None:
        if not found.done() and wanted(record):
            found.set_result(record)

    leave = journal.subscribe(look)
    try:
        async with asyncio.timeout(PATIENCE_S):
            return await found
    finally:
        leave()


def is_state(state: str) -> Callable[[Record], bool]:
    """Recognise the session's arrival in a state."""
    return lambda record: record["type"] == "state" and record["state"] == state


def is_faster_than(speed_kmh: float) -> Callable[[Record], bool]:
    """Recognise a measurement of a faster belt; any measurement is faster than -1."""
    return lambda record: record["type"] == "sample" and record["speed_kmh"] > speed_kmh


def is_sample(number: int) -> Callable[[Record], bool]:
    """Recognise the measurement with that number, counted from 1."""
    left = iter(range(number - 1))
    return lambda record: record["type"] == "sample" and next(left, None) is None
