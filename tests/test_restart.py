"""A session and the end of Home Assistant: orderly, or by kill -9 (rule R3)."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.descent.const import DOMAIN
from custom_components.descent.runtime.journal import Record
from custom_components.descent.training.events import Cue, CueKind, Reason, Resume, State
from custom_components.descent.training.model import Phase, Rates
from tests.mock_entries import (
    console_of,
    coordinator_of,
    hear_cues,
    is_faster_than,
    is_sample,
    runner_entry,
    set_up,
    treadmill_entry,
    until,
)


def in_a_descent(record: Record) -> bool:
    """Recognise a measurement in the middle of a descent."""
    return bool(
        record["type"] == "sample" and record["incline_pct"] < -1 and record["speed_kmh"] > 4.5
    )


async def descending(hass: HomeAssistant) -> MockConfigEntry:
    """Bring a treadmill into the first descent of the gentlest session."""
    runner = await set_up(hass, runner_entry())
    entry = await set_up(hass, treadmill_entry())
    await until(entry, is_faster_than(-1))
    await coordinator_of(entry).async_start_session("descent_walk", runner.entry_id, {})
    console_of(entry).press_start()
    await until(entry, in_a_descent)
    return entry


async def crash(
    hass: HomeAssistant, hass_storage: dict[str, Any], entry: MockConfigEntry
) -> dict[str, Any]:
    """Start again with what the disk held at the moment of a kill -9; returns that."""
    key = f"descent.{entry.entry_id}"
    on_disk = deepcopy(hass_storage[key])
    await hass.config_entries.async_unload(entry.entry_id)
    hass_storage[key] = deepcopy(on_disk)
    await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    kept: dict[str, Any] = on_disk["data"]
    return kept


async def test_r3_after_kill_9_in_a_descent_the_session_is_back_paused_with_all_it_knew(
    hass: HomeAssistant, hass_storage: dict[str, Any]
) -> None:
    entry = await descending(hass)
    before = coordinator_of(entry)
    kept = await crash(hass, hass_storage, entry)
    after = coordinator_of(entry)
    assert after is not before
    assert (after.data.state, after.data.reason) == (State.PAUSED, Reason.RESTART)
    assert after.data.plan == before.data.plan
    assert after.data.step == before.data.step
    assert after.data.phase is Phase.DESCENT
    assert len(kept["session"]["laps"]) == 1
    assert after.view().distance_m > 200
    assert after.view().rates == Rates(**kept["rates"])
    assert after.view().rates != Rates()


async def test_r3_a_restored_session_moves_nothing_until_the_runner_resumes(
    hass: HomeAssistant, hass_storage: dict[str, Any]
) -> None:
    entry = await descending(hass)
    await crash(hass, hass_storage, entry)
    console_of(entry).press_start()
    await until(entry, is_faster_than(0.9))
    records = coordinator_of(entry).journal.records()
    assert [record for record in records if record["type"] == "command"] == []
    assert coordinator_of(entry).data.state is State.PAUSED


async def test_a_restored_session_goes_on_to_its_end(
    hass: HomeAssistant, hass_storage: dict[str, Any]
) -> None:
    entry = await descending(hass)
    await crash(hass, hass_storage, entry)
    coordinator = coordinator_of(entry)

    def play(cue: Cue, text: str) -> None:
        if cue.kind is CueKind.CONFIRM:
            hass.async_create_task(coordinator.async_request(Resume()))
        if cue.key == "arm_press_start":
            console_of(entry).press_start()

    hear_cues(hass, entry, play)
    await until(entry, is_sample(2))  # rule R5
    await coordinator.async_request(Resume())
    summary = await until(entry, lambda record: record["type"] == "summary")
    assert summary["result"] == "completed"
    assert summary["reps_completed"] == summary["reps_planned"] == 6
    assert summary["distance_m"] > 1000


async def test_a_finished_session_does_not_come_back(
    hass: HomeAssistant, hass_storage: dict[str, Any]
) -> None:
    entry = await descending(hass)
    await hass.services.async_call(DOMAIN, "stop", {}, blocking=True)
    await until(entry, lambda record: record["type"] == "summary")
    await hass.async_block_till_done()
    assert (await crash(hass, hass_storage, entry))["session"] is None
    assert coordinator_of(entry).data.state is State.IDLE


async def test_r3_an_orderly_shutdown_says_so_slows_down_and_stores_the_session(
    hass: HomeAssistant, hass_storage: dict[str, Any]
) -> None:
    entry = await descending(hass)
    coordinator = coordinator_of(entry)
    cues: list[str] = []
    hear_cues(hass, entry, lambda cue, text: cues.append(cue.key))
    sent = len([r for r in coordinator.journal.records() if r["type"] == "command"])
    await hass.async_stop(force=True)
    commands = [r for r in coordinator.journal.records() if r["type"] == "command"][sent:]
    assert cues == ["leaving"]
    assert [(r["kind"], r["value"]) for r in commands] == [("set_speed", 4.0)]
    assert hass_storage[f"descent.{entry.entry_id}"]["data"]["session"] is not None
    assert not console_of(entry).connected


async def test_r3_a_session_is_on_disk_when_leaving_is_done(
    hass: HomeAssistant, hass_storage: dict[str, Any]
) -> None:
    entry = await descending(hass)
    await hass.async_block_till_done()
    del hass_storage[f"descent.{entry.entry_id}"]
    await coordinator_of(entry).async_leave()
    assert hass_storage[f"descent.{entry.entry_id}"]["data"]["session"] is not None


async def test_without_a_session_a_shutdown_touches_nothing(hass: HomeAssistant) -> None:
    entry = await set_up(hass, treadmill_entry())
    coordinator = coordinator_of(entry)
    await until(entry, is_faster_than(-1))
    await hass.async_stop(force=True)
    assert [r for r in coordinator.journal.records() if r["type"] in ("command", "cue")] == []


@pytest.mark.parametrize("session", [{}, {"plan": {}}, {"plan": {"steps": [1]}, "index": "x"}])
async def test_a_session_that_is_none_is_reported_and_the_rest_is_kept(
    hass: HomeAssistant, hass_storage: dict[str, Any], session: dict[str, Any]
) -> None:
    entry = treadmill_entry()
    hass_storage[f"descent.{entry.entry_id}"] = {
        "version": 1,
        "minor_version": 1,
        "key": f"descent.{entry.entry_id}",
        "data": {
            "session": session,
            "rates": {"belt_kmh_s": 1.25, "deck_pct_s": 0.75},
            "selected_session": "long_reps",
            "selected_runner": None,
        },
    }
    await set_up(hass, entry)
    coordinator = coordinator_of(entry)
    assert coordinator.data.state is State.IDLE
    assert coordinator.view().rates.belt_kmh_s == 1.25
    assert coordinator.selected_session == "long_reps"
    issue = f"corrupt_storage_{entry.entry_id}"
    assert ir.async_get(hass).async_get_issue(DOMAIN, issue) is not None


async def test_the_cue_of_a_restored_session_waits_for_somebody_to_hear_it(
    hass: HomeAssistant, hass_storage: dict[str, Any]
) -> None:
    entry = await descending(hass)
    await crash(hass, hass_storage, entry)
    state = hass.states.get("event.belt_cue")
    assert state is not None
    assert state.attributes["key"] == "paused_restart"


async def test_a_running_session_is_saved_every_few_seconds(
    hass: HomeAssistant, hass_storage: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("custom_components.descent.coordinator.SAVE_REAL_S", 0.0)
    entry = await descending(hass)
    kept = hass_storage[f"descent.{entry.entry_id}"]["data"]["session"]
    now = coordinator_of(entry).view().elapsed_s
    assert now - kept["elapsed_s"] <= 6.0
