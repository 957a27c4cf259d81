"""What entities and actions get to see, when, and how they ask for something."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
import logging
from pathlib import Path
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.descent.coordinator import TreadmillCoordinator
from custom_components.descent.session_library import async_reload_sessions
from custom_components.descent.snapshot import Snapshot
from custom_components.descent.training.events import Cue, CueKind, Link, Pause, State, Stop
from custom_components.descent.training.model import Rates
from custom_components.descent.treadmills.base import (
    Contact,
    ContactError,
    NoAnswerError,
    NotConnectedError,
    RejectedError,
    TreadmillError,
)
from custom_components.descent.treadmills.faults import SimulatedFault
from custom_components.descent.treadmills.ftms_control import NotSupportedError
from tests.flow_entries import entity_id
from tests.mock_entries import (
    OPTIONS,
    console_of,
    coordinator_of,
    hear_cues,
    is_faster_than,
    is_state,
    runner_entry,
    set_up,
    treadmill_entry,
    until,
)
from tests.runtime.scripted_engine import sample


@pytest.fixture
def hass_config_dir(tmp_path: Path) -> str:
    return str(tmp_path)


@pytest.fixture
async def entry(hass: HomeAssistant) -> MockConfigEntry:
    """Set up a treadmill at real time: it does next to nothing by itself within a test."""
    made = await set_up(hass, treadmill_entry(time_scale=1))
    await until(made, is_faster_than(-1))
    return made


@pytest.fixture
def coordinator(entry: MockConfigEntry) -> TreadmillCoordinator:
    return coordinator_of(entry)


def writes(coordinator: TreadmillCoordinator) -> list[Snapshot]:
    """Note every snapshot that is published from now on."""
    noted: list[Snapshot] = []
    coordinator.async_add_listener(lambda: noted.append(coordinator.data))
    return noted


async def published(coordinator: TreadmillCoordinator, wanted: Any) -> None:
    """Wait for a snapshot."""
    found = asyncio.Event()

    def look() -> None:
        if wanted(coordinator.data):
            found.set()

    leave = coordinator.async_add_listener(look)
    look()
    async with asyncio.timeout(10):
        await found.wait()
    leave()


# ---- telling


async def test_states_are_written_before_a_cue_is_told(
    hass: HomeAssistant, coordinator: TreadmillCoordinator
) -> None:
    runner = await set_up(hass, runner_entry())
    seen: list[tuple[str, str]] = []

    def hear(cue: Cue, text: str) -> None:
        state = hass.states.get("sensor.belt_session_state")
        assert state is not None
        seen.append((text, state.state))

    hear_cues(hass, coordinator.config_entry, hear)
    await coordinator.async_start_session("descent_walk", runner.entry_id, {})
    assert [state for _, state in seen] == ["armed"]
    assert seen[0][0].endswith("press Start on the treadmill when you are ready.")


async def test_a_listener_hears_of_the_fields_it_names_in_the_order_of_listening(
    coordinator: TreadmillCoordinator,
) -> None:
    heard: list[str] = []

    def listen(name: str, *reads: str) -> Callable[[], None]:
        return coordinator.async_add_listener(lambda: heard.append(name), frozenset(reads))

    listen("first", "scripts", "selected_session")
    listen("of nothing")
    listen("of another", "stopping")
    coordinator.async_add_listener(lambda: heard.append("of all"))
    leave = listen("gone", "selected_session")
    listen("last", "selected_session")
    leave()
    await coordinator.async_select_session("descending_sprints")
    assert heard == ["first", "of all", "last"]


async def test_a_listener_that_fails_keeps_no_other_from_hearing(
    hass: HomeAssistant, coordinator: TreadmillCoordinator, caplog: pytest.LogCaptureFixture
) -> None:
    runner = await set_up(hass, runner_entry())
    heard: list[str] = []

    def fails(cue: Cue, text: str) -> None:
        raise ZeroDivisionError

    hear_cues(hass, coordinator.config_entry, fails)
    hear_cues(hass, coordinator.config_entry, lambda cue, text: heard.append(cue.key))
    await coordinator.async_start_session("descent_walk", runner.entry_id, {})
    assert heard == ["arm_press_start"]
    assert "ZeroDivisionError" in caplog.text


async def test_measurements_are_published_once_a_second_at_most(
    coordinator: TreadmillCoordinator,
) -> None:
    noted, conductor = writes(coordinator), coordinator.conductor
    coordinator._published_at = -10.0
    conductor.feed(sample(conductor.now(), speed_kmh=5.0))
    conductor.feed(sample(conductor.now(), speed_kmh=9.0))
    assert [snapshot.speed_kmh for snapshot in noted] == [5.0]


async def test_a_measurement_like_the_last_one_is_not_published(
    coordinator: TreadmillCoordinator,
) -> None:
    noted, conductor = writes(coordinator), coordinator.conductor
    coordinator._published_at = -10.0
    conductor.feed(sample(conductor.now(), speed_kmh=0.0))
    assert noted == []


async def test_r5_a_single_zero_of_a_running_belt_does_not_switch_its_entity_off(
    hass: HomeAssistant, coordinator: TreadmillCoordinator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("custom_components.descent.coordinator.PUBLISH_S", 0.0)
    conductor, start = coordinator.conductor, coordinator.conductor.now()
    moving = entity_id(hass, coordinator.config_entry, "binary_sensor", "belt_moving")
    shown = []
    for second, speed_kmh in enumerate((10, 10, 10, 10, 10, 0, 0, 0, 0), start=1):
        conductor.feed(sample(start + second, speed_kmh=speed_kmh))
        shown.append(hass.states.get(moving))
    states = [None if state is None else state.state for state in shown]
    assert states == ["on"] * 8 + ["off"]


async def test_a_change_of_the_state_is_published_at_once(
    hass: HomeAssistant, coordinator: TreadmillCoordinator
) -> None:
    runner = await set_up(hass, runner_entry())
    noted = writes(coordinator)
    await coordinator.async_start_session("descent_walk", runner.entry_id, {})
    assert [snapshot.state for snapshot in noted] == [State.ARMED]


async def test_losing_and_finding_contact_is_logged_once_each(
    entry: MockConfigEntry, coordinator: TreadmillCoordinator, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, logger="custom_components.descent.coordinator")
    console_of(entry).faults = {SimulatedFault.LINK_LOST}
    coordinator.conductor.feed(Link(up=False))
    console_of(entry).faults = set()
    coordinator.conductor.feed(Link(up=True))
    assert caplog.text.count("Belt is unavailable") == 1
    assert caplog.text.count("Belt is back") == 1


async def test_r5_a_silent_machine_shows_as_unknown_never_as_stopped(hass: HomeAssistant) -> None:
    entry = await set_up(hass, treadmill_entry())
    coordinator = coordinator_of(entry)
    console_of(entry).press_start()
    await until(entry, is_faster_than(0.5))
    await published(coordinator, lambda snapshot: snapshot.belt_moving)
    console_of(entry).faults = {SimulatedFault.SILENCE}
    await published(coordinator, lambda snapshot: snapshot.speed_kmh is None)
    assert coordinator.data.belt_moving is None
    assert coordinator.data.connected
    console_of(entry).faults = set()
    await published(coordinator, lambda snapshot: snapshot.belt_moving)


# ---- asking


async def test_a_refused_wish_is_a_translated_error(coordinator: TreadmillCoordinator) -> None:
    with pytest.raises(ServiceValidationError) as raised:
        await coordinator.async_request(Pause())
    assert raised.value.translation_key == "no_session"


@pytest.mark.parametrize(
    ("failure", "key"),
    [
        (NotConnectedError("the cable is out"), "treadmill_not_connected"),
        (ContactError(Contact.UNREACHABLE, "the cable is out"), "treadmill_not_connected"),
        (RejectedError("result 05"), "treadmill_refused"),
        (NotSupportedError("result 02"), "treadmill_refused"),
        (NoAnswerError("nothing in 3 s"), "treadmill_silent"),
        (TreadmillError("something else"), "treadmill_failed"),
    ],
)
async def test_a_failing_machine_is_a_translated_error_and_the_log_says_which(
    coordinator: TreadmillCoordinator,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    failure: TreadmillError,
    key: str,
) -> None:
    async def fails(event: object) -> None:
        raise failure

    monkeypatch.setattr(coordinator.conductor, "async_request", fails)
    with pytest.raises(HomeAssistantError) as raised:
        await coordinator.async_request(Pause())
    assert raised.value.translation_key == key
    assert raised.value.translation_placeholders is None
    assert str(failure) in caplog.text


async def test_a_locked_session_names_the_rule_and_what_is_open(
    coordinator: TreadmillCoordinator,
) -> None:
    with pytest.raises(ServiceValidationError) as raised:
        coordinator.preview("long_reps", None, {})
    assert raised.value.translation_key == "session_locked_level"
    placeholders = raised.value.translation_placeholders
    assert placeholders is not None
    assert (placeholders["level"], placeholders["needed"]) == ("beginner", "advanced")
    assert "Gentle descents" in placeholders["alternatives"]


async def test_a_plan_is_made_with_what_was_learned_about_the_machine(
    hass: HomeAssistant, coordinator: TreadmillCoordinator
) -> None:
    runner = await set_up(hass, runner_entry())
    quick = coordinator.preview("descending_sprints", runner.entry_id, {})
    actuators = coordinator.conductor.engine._actuators
    actuators.rates = Rates(belt_kmh_s=0.2, deck_pct_s=0.1)
    slow = coordinator.preview("descending_sprints", runner.entry_id, {})
    assert slow.steps[2].lead_s > quick.steps[2].lead_s


async def test_r1_without_the_acknowledgement_nothing_is_ever_sent(hass: HomeAssistant) -> None:
    runner = await set_up(hass, runner_entry())
    entry = await set_up(hass, treadmill_entry(options=OPTIONS | {"acknowledged": 0}))
    coordinator = coordinator_of(entry)
    await until(entry, is_faster_than(-1))
    await coordinator.async_start_session("descent_walk", runner.entry_id, {})
    console_of(entry).press_start()
    await until(entry, lambda record: record["type"] == "step" and record["phase"] == "descent")
    records = coordinator.journal.records()
    assert [record for record in records if record["type"] == "command"] == []
    assert {record["key"] for record in records if record["type"] == "cue"} >= {"guided_set"}


async def test_r15_a_second_session_is_refused_while_one_is_under_way(
    hass: HomeAssistant, coordinator: TreadmillCoordinator
) -> None:
    runner = await set_up(hass, runner_entry())
    await coordinator.async_start_session("descent_walk", runner.entry_id, {})
    with pytest.raises(ServiceValidationError) as raised:
        await coordinator.async_start_session("easy_recovery", runner.entry_id, {})
    assert raised.value.translation_key == "session_active"


# ---- selecting


async def test_the_selected_session_is_the_first_for_the_runner_until_one_is_selected(
    hass: HomeAssistant, coordinator: TreadmillCoordinator
) -> None:
    first = coordinator.selected_session
    assert coordinator.scripts[first].level == "beginner"
    await set_up(hass, runner_entry())
    assert coordinator.scripts[coordinator.selected_session].level == "intermediate"
    await coordinator.async_select_session("easy_recovery")
    assert coordinator.selected_session == "easy_recovery"


async def test_selections_outlive_a_reload(
    hass: HomeAssistant, entry: MockConfigEntry, coordinator: TreadmillCoordinator
) -> None:
    ada = await set_up(hass, runner_entry())
    bea = await set_up(hass, runner_entry(name="Bea"))
    assert coordinator.selected_runner is None
    await coordinator.async_select_runner(bea.entry_id)
    await coordinator.async_select_session("long_reps")
    await hass.config_entries.async_reload(entry.entry_id)
    again = coordinator_of(entry)
    assert (again.selected_runner, again.selected_session) == (bea.entry_id, "long_reps")
    await hass.config_entries.async_remove(bea.entry_id)
    assert again.selected_runner == ada.entry_id


@pytest.mark.parametrize(
    ("select", "key"),
    [("async_select_session", "unknown_session"), ("async_select_runner", "unknown_runner")],
)
async def test_what_is_not_there_cannot_be_selected(
    coordinator: TreadmillCoordinator, select: str, key: str
) -> None:
    before = (coordinator.selected_session, coordinator.selected_runner)
    with pytest.raises(ServiceValidationError) as raised:
        await getattr(coordinator, select)("nonsense")
    assert raised.value.translation_key == key
    assert (coordinator.selected_session, coordinator.selected_runner) == before


async def test_a_selected_session_whose_file_is_gone_is_selected_no_more(
    hass: HomeAssistant, coordinator: TreadmillCoordinator
) -> None:
    folder = Path(hass.config.path("descent/sessions"))
    await hass.async_add_executor_job(_write, folder / "hill_day.yaml")
    noted = writes(coordinator)
    await async_reload_sessions(hass)
    assert len(noted) == 1
    await coordinator.async_select_session("hill_day")
    await hass.async_add_executor_job((folder / "hill_day.yaml").unlink)
    await async_reload_sessions(hass)
    assert coordinator.selected_session != "hill_day"


def _write(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(
        "name: Hill day\nlevel: any\nsteps:\n  - steady: {for: 20 min, incline: 1, pace: easy}\n",
        encoding="utf-8",
    )


async def test_pausing_a_running_session_works_through_the_coordinator(hass: HomeAssistant) -> None:
    runner = await set_up(hass, runner_entry())
    entry = await set_up(hass, treadmill_entry())
    coordinator = coordinator_of(entry)
    await until(entry, is_faster_than(-1))
    await coordinator.async_start_session("easy_recovery", runner.entry_id, {})
    console_of(entry).press_start()
    await until(entry, is_state("running"))
    await coordinator.async_request(Pause())
    await until(entry, is_state("paused"))
    assert coordinator.data.step_ends is None


async def test_r10_a_session_keeps_the_limits_of_whom_it_was_started_for(
    hass: HomeAssistant, coordinator: TreadmillCoordinator
) -> None:
    ada = await set_up(hass, runner_entry(max_speed_kmh=9.0))
    bea = await set_up(hass, runner_entry(name="Bea", max_speed_kmh=15.0))
    await coordinator.async_select_runner(bea.entry_id)
    await coordinator.async_start_session("descent_walk", ada.entry_id, {})
    assert coordinator.selected_runner == ada.entry_id
    await coordinator.async_select_runner(bea.entry_id)
    assert coordinator.view().permissions.max_speed_kmh == 9.0
    await coordinator.async_request(Stop())
    coordinator.conductor.feed(sample(coordinator.conductor.now(), speed_kmh=0.0))
    assert coordinator.data.state is State.FINISHED
    assert coordinator.view().permissions.max_speed_kmh == 15.0


@pytest.mark.parametrize(("maximum", "counts"), [(7.0, 7.0), (12.0, 9.0), (None, 9.0)])
async def test_r10_a_maximum_lowered_in_mid_session_counts_at_once_and_a_higher_one_later(
    hass: HomeAssistant,
    coordinator: TreadmillCoordinator,
    maximum: float | None,
    counts: float,
) -> None:
    ada = await set_up(hass, runner_entry(max_speed_kmh=9.0))
    await coordinator.async_start_session("descent_walk", ada.entry_id, {})
    hass.config_entries.async_update_entry(ada, data={**ada.data, "max_speed_kmh": maximum})
    await hass.async_block_till_done()
    assert coordinator.view().permissions.max_speed_kmh == counts
    await hass.config_entries.async_remove(ada.entry_id)
    await hass.async_block_till_done()
    assert coordinator.view().permissions.max_speed_kmh == 9.0
    await coordinator.async_request(Stop())
    assert coordinator.view().permissions.max_speed_kmh is None


async def test_another_language_of_home_assistant_is_spoken_at_once(
    hass: HomeAssistant, coordinator: TreadmillCoordinator, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def dutch(*_: object) -> dict[str, str]:
        return {"component.descent.selector.cue.options.go": "Af."}

    monkeypatch.setattr("custom_components.descent.wording.async_get_translations", dutch)
    await hass.config.async_update(language="nl")
    await hass.async_block_till_done()
    assert coordinator.announcer.render(Cue(kind=CueKind.GO, key="go")) == "Af."
