"""Whose happenings a trigger of Descent tells of, and for how long."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from homeassistant.core import CoreState, HomeAssistant
from homeassistant.helpers import (
    area_registry as ar,
    device_registry as dr,
    entity_registry as er,
    floor_registry as fr,
    label_registry as lr,
)
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.descent.training.events import Reason, State, StateChanged
from tests.automations import Entries, add_entries, asking, automate, begin, happen, on, run, told
from tests.flow_entries import device, entity_id
from tests.mock_entries import set_up, treadmill_entry


@pytest.fixture
async def entries(hass: HomeAssistant, tmp_path: Path) -> Entries:
    return await add_entries(hass, tmp_path)


@pytest.fixture
def treadmill(entries: Entries) -> MockConfigEntry:
    return entries[0]


@pytest.fixture
def runner(entries: Entries) -> MockConfigEntry:
    return entries[1]


@pytest.fixture
def target(hass: HomeAssistant, treadmill: MockConfigEntry) -> dict[str, Any]:
    return {"device_id": device(hass, treadmill).id}


# ---- where it happens --------------------------------------------------------------------------


@pytest.mark.parametrize(
    "target",
    [
        {"entity_id": "sensor.belt_phase"},
        {"entity_id": ["light.other", "button.belt_stop"]},
        {"area_id": "cellar"},
        {"floor_id": "below"},
        {"label_id": "sport"},
    ],
    ids=str,
)
async def test_whatever_a_treadmill_belongs_to_targets_it(
    hass: HomeAssistant, treadmill: MockConfigEntry, target: dict[str, Any]
) -> None:
    heard = await automate(hass, on("fault", target))
    fr.async_get(hass).async_create("Below")
    ar.async_get(hass).async_create("Cellar", floor_id="below")
    lr.async_get(hass).async_create("Sport")
    dr.async_get(hass).async_update_device(
        device(hass, treadmill).id, area_id="cellar", labels={"sport"}
    )
    happen(hass, treadmill)
    assert told(heard, "reason") == ["rejected"]


@pytest.mark.parametrize(
    "target",
    [
        {"entity_id": ["sensor.nowhere", "sensor.belt_phase_2"]},
        {"device_id": "unknown"},
        {"area_id": "unknown"},
        {"floor_id": "unknown"},
        {"label_id": "unknown"},
        {"entity_id": "select.ada_level"},
    ],
    ids=str,
)
async def test_what_is_not_targeted_does_nothing(
    hass: HomeAssistant, treadmill: MockConfigEntry, target: dict[str, Any]
) -> None:
    await set_up(hass, treadmill_entry())
    assert hass.states.get("sensor.belt_phase_2") is not None
    heard = await automate(hass, on("fault", target))
    happen(hass, treadmill)
    assert heard == []


async def test_the_device_of_a_runner_is_no_treadmill(
    hass: HomeAssistant, treadmill: MockConfigEntry, runner: MockConfigEntry
) -> None:
    heard = await automate(hass, on("fault", {"device_id": device(hass, runner).id}))
    happen(hass, treadmill)
    assert heard == []


async def test_an_area_with_two_treadmills_tells_of_both(
    hass: HomeAssistant, treadmill: MockConfigEntry
) -> None:
    second = await set_up(hass, treadmill_entry())
    ar.async_get(hass).async_create("Cellar")
    both = [device(hass, entry).id for entry in (treadmill, second)]
    dr.async_get(hass).async_update_device(both[0], area_id="cellar")
    dr.async_get(hass).async_update_device(both[1], area_id="cellar")
    heard = await automate(hass, on("fault", {"area_id": "cellar"}))
    happen(hass, second)
    happen(hass, treadmill)
    assert told(heard, "device_id") == [both[1], both[0]]


async def test_a_treadmill_that_leaves_the_area_is_told_of_no_more(
    hass: HomeAssistant, treadmill: MockConfigEntry
) -> None:
    ar.async_get(hass).async_create("Cellar")
    own = device(hass, treadmill).id
    dr.async_get(hass).async_update_device(own, area_id="cellar")
    heard = await automate(hass, on("fault", {"area_id": "cellar"}))
    dr.async_get(hass).async_update_device(own, area_id=None)
    happen(hass, treadmill)
    assert heard == []


async def test_an_entity_that_gets_the_targeted_name_later_is_the_target(
    hass: HomeAssistant, treadmill: MockConfigEntry
) -> None:
    heard = await automate(hass, on("fault", {"entity_id": "sensor.my_phase"}))
    phase = entity_id(hass, treadmill, "sensor", "phase")
    er.async_get(hass).async_update_entity(phase, new_entity_id="sensor.my_phase")
    happen(hass, treadmill)
    assert told(heard, "reason") == ["rejected"]


# ---- how long ----------------------------------------------------------------------------------


async def test_a_reloaded_treadmill_is_still_told_of(
    hass: HomeAssistant, entries: Entries, target: dict[str, Any]
) -> None:
    heard = await automate(hass, on("session_armed", target), on("step_started", target))
    await hass.config_entries.async_reload(entries[0].entry_id)
    await run(hass, *entries)
    assert told(heard, "platform")[0] == "descent.session_armed"
    assert len(heard) == 8


async def test_an_automation_that_was_turned_off_is_told_nothing(
    hass: HomeAssistant, treadmill: MockConfigEntry, target: dict[str, Any]
) -> None:
    heard = await automate(hass, on("fault", target), on("session_paused", target))
    await hass.services.async_call("automation", "turn_off", {"entity_id": "all"}, blocking=True)
    happen(hass, treadmill)
    happen(hass, treadmill, StateChanged(State.PAUSED, Reason.RUNNER))
    assert heard == []


async def test_a_treadmill_that_was_removed_is_told_of_no_more(
    hass: HomeAssistant, treadmill: MockConfigEntry, target: dict[str, Any]
) -> None:
    heard = await automate(hass, on("fault", target))
    await hass.config_entries.async_remove(treadmill.entry_id)
    happen(hass, treadmill)
    assert heard == []


async def test_a_session_that_comes_back_with_a_reload_is_told_as_paused(
    hass: HomeAssistant, entries: Entries, target: dict[str, Any]
) -> None:
    active = asking("is_session_active", target, state="paused")
    heard = await automate(hass, on("session_paused", target, active, reason="restart"))
    await begin(*entries)
    await hass.config_entries.async_reload(entries[0].entry_id)
    assert told(heard, "reason") == ["restart", "restart"]  # when it went, and when it came back
    assert told(heard, "name") == ["Brief descents"] * 2


async def test_r3_a_session_that_came_back_before_automations_listened_is_told_when_they_do(
    hass: HomeAssistant, entries: Entries, target: dict[str, Any]
) -> None:
    await begin(*entries)
    await hass.config_entries.async_reload(entries[0].entry_id)
    hass.set_state(CoreState.not_running)
    heard = await automate(
        hass,
        on("session_paused", target, reason=["restart"]),
        on("session_paused", target, reason=["runner"]),
        on("session_armed", target),
    )
    assert heard == []
    await hass.async_start()
    await hass.async_block_till_done()
    assert told(heard, "platform") == ["descent.session_paused"]


async def test_reloaded_automations_are_not_told_again_of_a_session_that_came_back(
    hass: HomeAssistant, entries: Entries, target: dict[str, Any]
) -> None:
    await begin(*entries)
    await hass.config_entries.async_reload(entries[0].entry_id)
    heard = await automate(hass, on("session_paused", target))
    assert heard == []


async def test_an_automation_turned_off_while_home_assistant_starts_is_told_nothing(
    hass: HomeAssistant, entries: Entries, target: dict[str, Any]
) -> None:
    await begin(*entries)
    await hass.config_entries.async_reload(entries[0].entry_id)
    hass.set_state(CoreState.starting)
    heard = await automate(hass, on("session_paused", target))
    await hass.services.async_call("automation", "turn_off", {"entity_id": "all"}, blocking=True)
    hass.set_state(CoreState.not_running)
    await hass.async_start()
    await hass.async_block_till_done()
    assert heard == []
