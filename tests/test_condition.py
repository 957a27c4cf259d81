"""Conditions of Descent: in real automations, and asked one by one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.helpers import area_registry as ar, condition, device_registry as dr
import probatio as vol
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from custom_components.descent.condition import CONDITIONS
from custom_components.descent.training.events import Pause
from custom_components.descent.treadmills.faults import SimulatedFault
from tests.automations import Entries, add_entries, arm, asking, automate, begin, on, run, told
from tests.flow_entries import device
from tests.mock_entries import (
    console_of,
    coordinator_of,
    is_faster_than,
    set_up,
    treadmill_entry,
    until,
)

BELT = {"entity_id": "sensor.belt_phase"}
OTHER = {"entity_id": "sensor.belt_phase_2"}
BOTH = {"entity_id": ["sensor.belt_phase", "sensor.belt_phase_2"]}
STATES = ("armed", "running", "waiting", "paused", "suspended")


@pytest.fixture
async def entries(hass: HomeAssistant, tmp_path: Path) -> Entries:
    return await add_entries(hass, tmp_path)


async def is_so(hass: HomeAssistant, asked: dict[str, Any]) -> bool | None:
    """Ask a condition as Home Assistant does."""
    valid = await condition.async_validate_condition_config(hass, asked)
    checker = await condition.async_from_config(hass, valid)
    try:
        return checker.async_check()
    finally:
        checker.async_unload()


# ---- in an automation --------------------------------------------------------------------------


async def test_a_condition_knows_the_phase_that_its_automation_was_triggered_by(
    hass: HomeAssistant, entries: Entries
) -> None:
    descending = asking("is_phase", BELT, phase="descent")
    shown = {"condition": "state", **BELT, "state": "descent"}
    moving = asking("is_belt_moving", BELT)
    heard = await automate(
        hass, on("step_started", BELT, descending, shown, moving, phase=["descent", "recovery"])
    )
    await run(hass, *entries)
    assert told(heard, "text") == ["Descent 1 of 2", "Descent 2 of 2"]


@pytest.mark.parametrize(("states", "times"), [([], 1), ("armed", 1), (["paused", "running"], 0)])
async def test_a_condition_knows_the_state_that_its_automation_was_triggered_by(
    hass: HomeAssistant, entries: Entries, states: str | list[str], times: int
) -> None:
    active = asking("is_session_active", BELT, state=states)
    heard = await automate(hass, on("session_armed", BELT, active))
    await arm(*entries)
    assert len(heard) == times


# ---- asked one by one --------------------------------------------------------------------------


async def test_without_a_session_nothing_is_active(hass: HomeAssistant, entries: Entries) -> None:
    await until(entries[0], is_faster_than(-1))
    assert not await is_so(hass, asking("is_session_active", BELT))
    assert not await is_so(hass, asking("is_belt_moving", BELT))
    assert not await is_so(hass, asking("is_phase", BELT, phase=["warm_up", "descent"]))


async def test_a_session_is_active_from_arming_to_its_end(
    hass: HomeAssistant, entries: Entries
) -> None:
    asked = asking("is_session_active", BELT)
    await begin(*entries)
    assert await is_so(hass, asked)
    await coordinator_of(entries[0]).async_request(Pause())
    assert await is_so(hass, asked)
    assert [await is_so(hass, asking("is_session_active", BELT, state=one)) for one in STATES] == [
        False,
        False,
        False,
        True,
        False,
    ]
    await hass.services.async_call("descent", "stop", {}, blocking=True)
    assert not await is_so(hass, asked)


async def test_a_phase_is_one_of_those_asked_for(hass: HomeAssistant, entries: Entries) -> None:
    await begin(*entries)
    assert await is_so(hass, asking("is_phase", BELT, phase="warm_up"))
    assert await is_so(hass, asking("is_phase", BELT, phase=["descent", "warm_up"]))
    assert not await is_so(hass, asking("is_phase", BELT, phase=["descent", "recovery"]))


async def test_a_belt_that_nobody_measures_is_not_said_to_move(
    hass: HomeAssistant, entries: Entries
) -> None:
    await begin(*entries)
    assert await is_so(hass, asking("is_belt_moving", BELT))
    console_of(entries[0]).faults = {SimulatedFault.LINK_LOST}
    assert not await is_so(hass, asking("is_belt_moving", BELT))


async def two_treadmills(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    """Set up another treadmill, and put both into the cellar."""
    second = await set_up(hass, treadmill_entry())
    ar.async_get(hass).async_create("Cellar")
    for one in (entry, second):
        dr.async_get(hass).async_update_device(device(hass, one).id, area_id="cellar")


@pytest.mark.parametrize(
    ("target", "any_of_them", "all_of_them"),
    [
        (BELT, True, True),
        (OTHER, False, False),
        (BOTH, True, False),
        ({"area_id": "cellar"}, True, False),
        ({"area_id": "attic"}, False, False),
        ({"entity_id": ["sensor.belt_phase", "sensor.nowhere", "select.ada_level"]}, True, True),
    ],
    ids=str,
)
async def test_several_treadmills_answer_for_any_or_all(
    hass: HomeAssistant,
    entries: Entries,
    target: dict[str, Any],
    any_of_them: bool,
    all_of_them: bool,
) -> None:
    await two_treadmills(hass, entries[0])
    await arm(*entries)
    active = "is_session_active"
    assert await is_so(hass, asking(active, target)) is any_of_them
    assert await is_so(hass, asking(active, target, behavior="any")) is any_of_them
    assert await is_so(hass, asking(active, target, behavior="all")) is all_of_them


@pytest.mark.parametrize(
    ("name", "options"), [("is_phase", {"phase": "warm_up"}), ("is_belt_moving", {})], ids=str
)
async def test_every_condition_answers_for_any_or_all(
    hass: HomeAssistant, entries: Entries, name: str, options: dict[str, Any]
) -> None:
    await two_treadmills(hass, entries[0])
    await begin(*entries)
    assert await is_so(hass, asking(name, BOTH, behavior="any", **options))
    assert not await is_so(hass, asking(name, BOTH, behavior="all", **options))


async def test_a_treadmill_that_is_not_set_up_has_no_session(
    hass: HomeAssistant, entries: Entries
) -> None:
    await begin(*entries)
    await hass.config_entries.async_unload(entries[0].entry_id)
    assert not await is_so(hass, asking("is_session_active", BELT))
    assert not await is_so(hass, asking("is_phase", BELT, phase="warm_up"))
    assert not await is_so(hass, asking("is_belt_moving", BELT))


# ---- the editor --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"condition": "descent.is_belt_moving"}, "target"),
        (asking("is_belt_moving", {}), "choose a treadmill"),
        (asking("is_phase", BELT), "phase"),
        (asking("is_phase", BELT, phase=[]), "choose at least one phase"),
        (asking("is_phase", BELT, phase="uphill"), "'warm_up'"),
        (asking("is_session_active", BELT, state="idle"), "'armed'"),
        (asking("is_session_active", BELT, behavior="first"), "'any'"),
        (asking("is_belt_moving", BELT, state="running"), "state"),
        (asking("is_fun", BELT), "descent.is_fun"),
    ],
    ids=str,
)
async def test_a_wrong_condition_is_refused_with_words(
    hass: HomeAssistant, entries: Entries, asked: dict[str, Any], said: str
) -> None:
    with pytest.raises(vol.Invalid, match=said):
        await condition.async_validate_condition_config(hass, asked)


async def test_the_editor_gets_every_condition_with_its_target_and_fields(
    hass: HomeAssistant, entries: Entries, hass_ws_client: WebSocketGenerator
) -> None:
    client = await hass_ws_client(hass)
    await client.send_json_auto_id({"type": "condition_platforms/subscribe"})
    await client.receive_json()
    event = (await client.receive_json())["event"]
    ours = {key: value for key, value in event.items() if key.startswith("descent.")}
    assert set(ours) == {f"descent.{name}" for name in CONDITIONS}
    assert {key: set(one["fields"]) for key, one in ours.items()} == {
        "descent.is_session_active": {"behavior", "state"},
        "descent.is_phase": {"behavior", "phase"},
        "descent.is_belt_moving": {"behavior"},
    }
    assert {one["target"]["entity"][0]["integration"] for one in ours.values()} == {"descent"}
