"""Which states are written when: an entity says what it reads, and is left alone otherwise."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from copy import replace
from itertools import product
from pathlib import Path
import sys
from types import FrameType
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity import Entity
from homeassistant.helpers.entity_platform import async_get_platforms
from homeassistant.setup import async_setup_component
import pytest

import custom_components.descent
from custom_components.descent.choices import Choices
from custom_components.descent.const import DOMAIN
from custom_components.descent.coordinator import TreadmillCoordinator
from custom_components.descent.entity import TreadmillEntity
from custom_components.descent.snapshot import Snapshot
from custom_components.descent.training.events import Cue, CueKind, State
from custom_components.descent.training.model import Machine
from custom_components.descent.treadmills.base import Contact
from custom_components.descent.treadmills.virtual import VirtualTreadmill
from tests.mock_entries import (
    coordinator_of,
    is_faster_than,
    runner_entry,
    set_up,
    treadmill_entry,
    until,
)
from tests.runtime.scripted_engine import sample
from tests.runtime.test_journal import PLAN

OWN = str(Path(custom_components.descent.__file__).parent)
MOMENTS = [
    replace(moment, state=state, contact=contact)
    for state, contact, moment in product(
        State,
        (Contact.CONNECTED, Contact.CONNECTING),
        (
            Snapshot(),
            Snapshot(
                speed_kmh=5.0,
                incline_pct=-2.0,
                heart_rate_bpm=140,
                energy_kcal=31,
                safety_key_out=False,
                target_speed_kmh=5.0,
                target_incline_pct=-2.0,
                plan=PLAN,
                step=PLAN.steps[0],
                next_step=PLAN.steps[0],
                progress=0.5,
            ),
        ),
    )
]


class Watched:
    """A value that notes which of its fields are read, also by its own properties."""

    def __init__(self, value: Snapshot | Choices, read: set[str]) -> None:
        self._value = value
        self._read = read
        self._fields = value._fields

    def __getattr__(self, name: str) -> Any:
        if name not in self._fields:
            return getattr(type(self._value), name).fget(self)
        self._read.add(name)
        return getattr(self._value, name)


def entities_of(hass: HomeAssistant, coordinator: TreadmillCoordinator) -> list[TreadmillEntity]:
    return [
        entity
        for platform in async_get_platforms(hass, DOMAIN)
        for entity in platform.entities.values()
        if isinstance(entity, TreadmillEntity) and entity.coordinator is coordinator
    ]


@pytest.fixture
def _real(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have a virtual treadmill show all that a real one does, and be tried below level."""

    def machine(treadmill: VirtualTreadmill) -> Machine:
        return replace(treadmill.belt_and_deck.machine, decline_known=False)

    monkeypatch.setattr(VirtualTreadmill, "machine", property(machine))
    for platform in ("sensor", "switch"):
        monkeypatch.setattr(f"custom_components.descent.{platform}.console_of", lambda _: None)


@pytest.mark.usefixtures("_real")
async def test_an_entity_names_exactly_the_fields_that_it_reads(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    coordinator = coordinator_of(await set_up(hass, treadmill_entry(time_scale=1)))
    now = coordinator.conductor.now
    coordinator.conductor.feed(replace(sample(now()), heart_rate_bpm=140, energy_kcal=31))
    coordinator._publish()
    await hass.async_block_till_done()
    entities = entities_of(hass, coordinator)
    choices, read = coordinator.choices, defaultdict[str, set[str]](set)
    for moment, entity in product(MOMENTS, entities):
        noted = read[entity.entity_id]
        monkeypatch.setattr(coordinator, "data", Watched(moment, noted))
        monkeypatch.setattr(coordinator, "choices", Watched(choices, noted))
        entity._handle_coordinator_update()
    monkeypatch.undo()
    assert len(entities) > 30
    assert read == {entity.entity_id: entity.coordinator_context for entity in entities}


def test_fields_of_the_moment_and_of_the_choices_have_names_of_their_own() -> None:
    assert not set(Snapshot._fields) & set(Choices._fields)


async def resting(hass: HomeAssistant) -> TreadmillCoordinator:
    """Set up a treadmill whose belt stands, and which has nothing new to say."""
    entry = await set_up(hass, treadmill_entry(time_scale=1))
    await until(entry, is_faster_than(-1))
    await hass.async_block_till_done()
    return coordinator_of(entry)


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Note the entities whose state is written."""
    noted: list[str] = []
    write = Entity._async_write_ha_state

    def note(entity: Entity) -> None:
        noted.append(entity.entity_id)
        write(entity)

    monkeypatch.setattr(Entity, "_async_write_ha_state", note)
    return noted


async def test_a_measurement_writes_the_states_it_changes_and_no_others(
    hass: HomeAssistant, written: list[str]
) -> None:
    coordinator = await resting(hass)
    coordinator._published_at = -10.0
    written.clear()
    coordinator.conductor.feed(sample(coordinator.conductor.now(), speed_kmh=5.0))
    assert sorted(written) == ["binary_sensor.belt_belt_moving", "sensor.belt_speed"]


async def test_another_selection_writes_what_shows_it_and_nothing_else(
    hass: HomeAssistant, written: list[str]
) -> None:
    coordinator = await resting(hass)
    written.clear()
    await coordinator.async_select_session("easy_recovery")
    assert sorted(written) == ["image.belt_session_profile", "select.belt_session"]


async def test_a_runner_that_comes_writes_the_selects_that_offer_it(
    hass: HomeAssistant, written: list[str]
) -> None:
    await set_up(hass, runner_entry())
    await resting(hass)
    written.clear()
    await set_up(hass, runner_entry(name="Bea", level="novice"))
    assert set(written) == {
        "image.belt_session_profile",
        "select.bea_level",
        "select.belt_runner",
        "select.belt_session",
    }


async def test_a_listener_that_fails_keeps_no_entity_from_being_written(
    hass: HomeAssistant, caplog: pytest.LogCaptureFixture
) -> None:
    coordinator = await resting(hass)

    def fails() -> None:
        raise ZeroDivisionError

    coordinator.async_add_listener(fails)
    heard: list[Snapshot] = []
    coordinator.async_add_listener(lambda: heard.append(coordinator.data))
    coordinator.async_apply()
    assert len(heard) == 1
    assert "A listener of Belt failed" in caplog.text


# ---- with many treadmills


@contextmanager
def calls_counted() -> Iterator[list[str]]:
    """Note every function of Descent that is called."""
    noted: list[str] = []

    def note(frame: FrameType, event: str, _: object) -> None:
        if event == "call" and frame.f_code.co_filename.startswith(OWN):
            noted.append(f"{Path(frame.f_code.co_filename).name} {frame.f_code.co_qualname}")

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        yield noted
    finally:
        sys.setprofile(before)


def publishing(coordinator: TreadmillCoordinator) -> Mapping[str, list[str]]:
    """Return what is called by a measurement, and by something that is told."""
    conductor = coordinator.conductor
    called: dict[str, list[str]] = {}
    for speed_kmh in (7.0, 5.0):  # the second time, everything has been seen once
        coordinator._published_at, coordinator._saved_at = -10.0, conductor.now()
        measured = sample(conductor.now(), speed_kmh=speed_kmh)
        with calls_counted() as called["measured"]:
            conductor.feed(measured)
        with calls_counted() as called["told"]:
            coordinator._happened((Cue(kind=CueKind.GO, key="go"),), None)
    return called


async def test_a_measurement_costs_the_same_with_one_treadmill_and_with_many(
    hass: HomeAssistant,
) -> None:
    assert await async_setup_component(hass, "homeassistant", {})
    assert await async_setup_component(hass, "conversation", {})
    coordinator = await resting(hass)
    alone = publishing(coordinator)
    for number in range(4):
        await set_up(hass, treadmill_entry(time_scale=1, title=f"Belt {number}"))
        await set_up(hass, runner_entry(name=f"Runner {number}"))
    await hass.async_block_till_done()
    among_many = publishing(coordinator)
    assert len(alone["measured"]) > 50
    assert alone == among_many
