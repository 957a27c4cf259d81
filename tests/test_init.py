"""Setting up, changing, unloading and removing entries."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from homeassistant.config_entries import SOURCE_IGNORE, ConfigEntryState
from homeassistant.const import STATE_UNAVAILABLE
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, issue_registry as ir
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.descent.const import DOMAIN
from custom_components.descent.issues import report_contact
from custom_components.descent.session_library import LIBRARY
from custom_components.descent.training.events import Cue, Reason, State
from custom_components.descent.training.model import Level
from custom_components.descent.training.script.problems import say
from custom_components.descent.training.script.text import whole
from custom_components.descent.treadmills.base import Contact, NotConnectedError
from custom_components.descent.treadmills.virtual import VirtualTreadmill
from tests.mock_entries import (
    OPTIONS,
    console_of,
    coordinator_of,
    hear_cues,
    is_faster_than,
    is_sample,
    is_state,
    runner_entry,
    set_up,
    treadmill_entry,
    until,
)


@pytest.fixture
def hass_config_dir(tmp_path: Path) -> str:
    return str(tmp_path)


@pytest.fixture
def hass_storage() -> dict[str, Any]:
    """Let files be real: the test package would keep them in memory."""
    return {}


def files(hass: HomeAssistant) -> list[str]:
    return sorted(path.name for path in Path(hass.config.path(".storage")).glob("descent.*"))


def has_issue(hass: HomeAssistant, issue: str) -> bool:
    return ir.async_get(hass).async_get_issue(DOMAIN, issue) is not None


async def test_a_treadmill_and_a_runner_are_set_up(hass: HomeAssistant) -> None:
    treadmill = await set_up(hass, treadmill_entry())
    runner = await set_up(hass, runner_entry())
    assert treadmill.state is ConfigEntryState.LOADED
    assert runner.state is ConfigEntryState.LOADED
    assert coordinator_of(treadmill).selected_runner == runner.entry_id


async def test_without_a_runner_an_issue_suggests_one_until_there_is_one(
    hass: HomeAssistant,
) -> None:
    treadmill = await set_up(hass, treadmill_entry())
    assert has_issue(hass, "no_runner")
    assert coordinator_of(treadmill).runner.level is Level.BEGINNER
    runner = await set_up(hass, runner_entry())
    assert not has_issue(hass, "no_runner")
    await hass.config_entries.async_remove(runner.entry_id)
    assert has_issue(hass, "no_runner")
    await hass.config_entries.async_remove(treadmill.entry_id)
    assert not has_issue(hass, "no_runner")


async def test_a_runner_who_comes_or_goes_changes_the_caps_at_once(hass: HomeAssistant) -> None:
    coordinator = coordinator_of(await set_up(hass, treadmill_entry()))
    runner = await set_up(hass, runner_entry(max_speed_kmh=9.0))
    view = coordinator.view()
    assert (view.level, view.permissions.max_speed_kmh) == (Level.INTERMEDIATE, 9.0)
    await hass.config_entries.async_unload(runner.entry_id)
    view = coordinator.view()
    assert (view.level, view.permissions.max_speed_kmh) == (Level.BEGINNER, None)


async def test_an_edited_runner_is_taken_over_in_place(hass: HomeAssistant) -> None:
    coordinator = coordinator_of(await set_up(hass, treadmill_entry()))
    runner = await set_up(hass, runner_entry())
    hass.config_entries.async_update_entry(
        runner, title="Bea", data={**runner.data, "level": "advanced"}
    )
    await hass.async_block_till_done()
    assert coordinator.view().level is Level.ADVANCED
    assert coordinator.runner.level is Level.ADVANCED
    devices = dr.async_get(hass)
    device = devices.async_get_device_by_identifier((DOMAIN, runner.entry_id), runner.entry_id)
    assert device is not None
    assert device.name == "Bea"


async def test_options_are_taken_over_in_place(hass: HomeAssistant) -> None:
    entry = await set_up(hass, treadmill_entry())
    coordinator = coordinator_of(entry)
    hass.config_entries.async_update_entry(
        entry, options=OPTIONS | {"acknowledged": 0, "start_belt": True, "max_speed": 11.0}
    )
    await hass.async_block_till_done()
    permissions = coordinator.view().permissions
    assert (permissions.control, permissions.start_belt, permissions.max_speed_kmh) == (
        False,
        True,
        11.0,
    )
    assert coordinator_of(entry) is coordinator


async def test_another_machine_is_a_reload(hass: HomeAssistant) -> None:
    entry = await set_up(hass, treadmill_entry())
    before = coordinator_of(entry)
    hass.config_entries.async_update_entry(entry, data={**entry.data, "min_incline": -3.0})
    await hass.async_block_till_done()
    assert coordinator_of(entry) is not before
    assert coordinator_of(entry).machine.incline.minimum == -3.0


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "spaceship"},
        {"preset": "hyper"},
        {"time_scale": 0},
        {"time_scale": "fast"},
        {"min_incline": 5.0, "max_incline": 1.0},
    ],
)
async def test_an_entry_that_describes_no_treadmill_says_so(
    hass: HomeAssistant, wrong: dict[str, Any]
) -> None:
    entry = await set_up(hass, treadmill_entry(**wrong))
    assert entry.state is ConfigEntryState.SETUP_ERROR
    assert entry.error_reason_translation_key == "invalid_entry"


@pytest.mark.parametrize("wrong", [{"level": "olympic"}, {"walk_kmh": 40.0}, {"five_k_s": "x"}])
async def test_an_entry_that_describes_no_runner_says_so(
    hass: HomeAssistant, wrong: dict[str, Any]
) -> None:
    entry = await set_up(hass, runner_entry(**wrong))
    assert entry.state is ConfigEntryState.SETUP_ERROR
    assert entry.error_reason_translation_key == "invalid_entry"


async def test_a_treadmill_that_is_off_is_waited_for(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def silent(treadmill: VirtualTreadmill) -> None:
        raise NotConnectedError("nobody there")

    monkeypatch.setattr(VirtualTreadmill, "connect", silent)
    entry = await set_up(hass, treadmill_entry())
    connected = hass.states.get("binary_sensor.belt_connected")
    assert connected is not None
    assert (entry.state, connected.state) == (ConfigEntryState.LOADED, "off")


async def test_setting_up_does_not_wait_for_a_treadmill_that_never_answers(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    answered = asyncio.Event()

    async def silent(treadmill: VirtualTreadmill) -> None:
        await answered.wait()

    monkeypatch.setattr(VirtualTreadmill, "connect", silent)
    entry = await set_up(hass, treadmill_entry())
    speed, state = (
        hass.states.get("sensor.belt_speed"),
        hass.states.get("sensor.belt_session_state"),
    )
    assert speed is not None
    assert state is not None
    assert (entry.state, speed.state, state.state) == (
        ConfigEntryState.LOADED,
        STATE_UNAVAILABLE,
        "idle",
    )
    await hass.services.async_call(DOMAIN, "stop", blocking=True)


async def test_an_error_while_setting_up_leaves_no_contact_behind(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fails(*_: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(hass.config_entries, "async_forward_entry_setups", fails)
    entry = await set_up(hass, treadmill_entry())
    assert entry.state is ConfigEntryState.SETUP_ERROR


async def test_unloading_leaves_neither_tasks_nor_timers_nor_contact(hass: HomeAssistant) -> None:
    entry = await set_up(hass, treadmill_entry())
    console = console_of(entry)
    assert await hass.config_entries.async_unload(entry.entry_id)
    await hass.async_block_till_done()
    assert not console.connected
    assert not [task for task in asyncio.all_tasks() if task.get_name().startswith("descent")]
    assert hass.states.get("sensor.belt_speed").state == STATE_UNAVAILABLE  # type: ignore[union-attr] # fails if it is not there


async def test_r3_unloading_during_a_session_says_so_slows_down_and_keeps_the_session(
    hass: HomeAssistant,
) -> None:
    runner = await set_up(hass, runner_entry())
    entry = await set_up(hass, treadmill_entry())
    coordinator, console = coordinator_of(entry), console_of(entry)
    cues: list[Cue] = []
    await until(entry, is_faster_than(-1))
    await coordinator.async_start_session("easy_recovery", runner.entry_id, {})
    console.press_start()
    await until(entry, is_state("running"))
    await until(entry, is_faster_than(8))
    hear_cues(hass, entry, lambda cue, text: cues.append(cue))
    sent = len([r for r in coordinator.journal.records() if r["type"] == "command"])
    assert await hass.config_entries.async_unload(entry.entry_id)
    assert [cue.key for cue in cues] == ["leaving"]
    commands = [r for r in coordinator.journal.records() if r["type"] == "command"][sent:]
    assert [(r["kind"], r["value"]) for r in commands] == [("set_speed", 4.0)]

    assert await hass.config_entries.async_setup(entry.entry_id)
    again = coordinator_of(entry)
    assert (again.data.state, again.data.reason) == (State.PAUSED, Reason.RESTART)
    assert again.data.plan == coordinator.data.plan


@pytest.fixture
def stuck(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let one platform fail to unload."""

    async def fails(hass: HomeAssistant, entry: MockConfigEntry) -> bool:
        raise RuntimeError("held")

    for platform in ("button", "select"):
        monkeypatch.setattr(f"homeassistant.components.{platform}.async_unload_entry", fails)


@pytest.mark.usefixtures("stuck")
async def test_a_failed_unload_leaves_a_treadmill_and_a_runner_that_work(
    hass: HomeAssistant,
) -> None:
    runner = await set_up(hass, runner_entry())
    entry = await set_up(hass, treadmill_entry(time_scale=30))
    coordinator, console = coordinator_of(entry), console_of(entry)
    before = {state.entity_id for state in hass.states.async_all()}
    await until(entry, is_faster_than(-1))
    await coordinator.async_start_session("easy_recovery", runner.entry_id, {})
    console.press_start()
    await until(entry, is_faster_than(4))
    for one in (entry, runner):
        assert not await hass.config_entries.async_unload(one.entry_id)
        assert one.state is ConfigEntryState.FAILED_UNLOAD
    await hass.async_block_till_done()
    states = {state.entity_id: state.state for state in hass.states.async_all()}
    assert set(states) == before
    assert states["sensor.belt_session_state"] == "paused"
    away = {name for name, state in states.items() if state == STATE_UNAVAILABLE}
    assert away == {"button.belt_start", "button.belt_pause", "button.belt_skip"}  # it is paused
    assert coordinator.selected_runner == runner.entry_id
    samples = [record for record in coordinator.journal.records() if record["type"] == "sample"]
    await until(entry, is_sample(len(samples) + 1))
    await hass.services.async_call(DOMAIN, "resume", {"treadmill": "Belt"}, blocking=True)
    assert coordinator.view().state is not State.PAUSED
    await hass.services.async_call(
        "button", "press", {"entity_id": "button.belt_stop"}, blocking=True
    )
    await until(entry, is_state("finished"))


@pytest.mark.usefixtures("stuck")
async def test_a_treadmill_that_is_removed_after_a_failed_unload_is_let_go(
    hass: HomeAssistant,
) -> None:
    runner = await set_up(hass, runner_entry())
    entry = await set_up(hass, treadmill_entry())
    console = console_of(entry)
    assert not await hass.config_entries.async_unload(entry.entry_id)
    await hass.async_block_till_done()
    assert console.connected
    for one in (entry, runner):
        await hass.config_entries.async_remove(one.entry_id)
    assert not console.connected


async def test_removal_leaves_neither_files_nor_issues(hass: HomeAssistant) -> None:
    entry = await set_up(hass, treadmill_entry())
    await coordinator_of(entry).async_select_session("easy_recovery")
    await hass.config_entries.async_reload(entry.entry_id)
    assert files(hass) == [f"descent.{entry.entry_id}"]
    await hass.config_entries.async_remove(entry.entry_id)
    await hass.async_block_till_done()
    assert files(hass) == []
    assert not [issue for domain, issue in ir.async_get(hass).issues if domain == DOMAIN]
    assert hass.states.async_entity_ids() == []


async def test_the_last_removal_takes_back_what_was_said_of_session_files(
    hass: HomeAssistant,
) -> None:
    treadmill = await set_up(hass, treadmill_entry())
    runner = await set_up(hass, runner_entry())
    wrong = whole("mine.yaml", say("empty_file"), say("a_session"))
    hass.data[LIBRARY].errors = (wrong,)
    await hass.config_entries.async_reload(runner.entry_id)
    assert has_issue(hass, "session_file_mine.yaml")
    await hass.config_entries.async_remove(treadmill.entry_id)
    assert has_issue(hass, "session_file_mine.yaml")
    await hass.config_entries.async_remove(runner.entry_id)
    assert not has_issue(hass, "session_file_mine.yaml")
    await set_up(hass, treadmill_entry())
    assert has_issue(hass, "session_file_mine.yaml")


async def test_another_name_of_a_treadmill_keeps_its_session(hass: HomeAssistant) -> None:
    entry = await set_up(hass, treadmill_entry())
    coordinator = coordinator_of(entry)
    hass.config_entries.async_update_entry(
        entry, title="Basement", data={**entry.data, "name": "Basement"}
    )
    await hass.async_block_till_done()
    assert coordinator_of(entry) is coordinator


async def test_removal_takes_back_what_was_said_of_contact(hass: HomeAssistant) -> None:
    entry = await set_up(hass, treadmill_entry())
    report_contact(hass, entry.entry_id, "Belt", Contact.TAKEN)
    assert has_issue(hass, f"taken_{entry.entry_id}")
    await hass.config_entries.async_remove(entry.entry_id)
    assert not has_issue(hass, f"taken_{entry.entry_id}")


async def test_an_ignored_discovery_is_no_treadmill_that_lacks_a_runner(
    hass: HomeAssistant,
) -> None:
    MockConfigEntry(domain=DOMAIN, source=SOURCE_IGNORE).add_to_hass(hass)
    entry = await set_up(hass, treadmill_entry())
    assert has_issue(hass, "no_runner")
    hass.data[LIBRARY].errors = (whole("mine.yaml", say("empty_file"), say("a_session")),)
    await hass.config_entries.async_reload(entry.entry_id)
    await hass.config_entries.async_remove(entry.entry_id)
    assert not has_issue(hass, "no_runner")
    assert not has_issue(hass, "session_file_mine.yaml")
