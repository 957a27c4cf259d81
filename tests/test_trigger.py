"""Triggers of Descent: real automations, and real sessions on the virtual treadmill."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.helpers.trigger import async_validate_trigger_config
import probatio as vol
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from custom_components.descent.training.events import Pause, Reason, Resume, State, StateChanged
from custom_components.descent.treadmills.faults import SimulatedFault
from custom_components.descent.trigger import TRIGGERS
from tests.automations import Entries, add_entries, arm, automate, begin, happen, on, run, told
from tests.flow_entries import device
from tests.mock_entries import console_of, coordinator_of, is_state, until
from tests.pages import quoted, rows, section

QUIET = sorted(set(TRIGGERS) - {"cue"})


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


# ---- what happens ------------------------------------------------------------------------------


async def test_a_whole_session_is_told_from_arming_to_its_end(
    hass: HomeAssistant, entries: Entries, target: dict[str, Any]
) -> None:
    heard = await automate(hass, *(on(name, target) for name in QUIET))
    await run(hass, *entries)
    assert [name.removeprefix("descent.") for name in told(heard, "platform")] == [
        "session_armed",
        "session_started",
        "step_started",  # the warm-up
        "step_started",  # the drills
        "session_resumed",
        "step_started",  # the first descent
        "rep_completed",
        "step_started",
        "step_started",
        "rep_completed",
        "step_started",
        "step_started",  # the cool-down
        "session_finished",
    ]


async def test_every_trigger_says_which_treadmill_and_which_session(
    hass: HomeAssistant, entries: Entries, target: dict[str, Any]
) -> None:
    heard = await automate(hass, *(on(name, target) for name in TRIGGERS))
    await run(hass, *entries)
    assert set(told(heard, "treadmill")) == {"Belt"}
    assert set(told(heard, "device_id")) == {target["device_id"]}
    assert set(told(heard, "session")) == {"brief"}
    assert set(told(heard, "name")) == {"Brief descents"}
    assert set(told(heard, "runner")) == {"Ada"}
    assert set(told(heard, "entity_id")) == {
        "sensor.belt_session_state",
        "sensor.belt_phase",
        "sensor.belt_rep",
        "event.belt_cue",
    }


async def test_only_steps_of_the_chosen_phases_are_told(
    hass: HomeAssistant, entries: Entries, target: dict[str, Any]
) -> None:
    heard = await automate(hass, on("step_started", target, phase=["descent", "cool_down"]))
    await run(hass, *entries)
    assert told(heard, "text") == ["Descent 1 of 2", "Descent 2 of 2", "Cool-down"]
    descent = heard[0]
    assert (descent["phase"], descent["step"], descent["rep"], descent["reps"]) == (
        "descent",
        2,
        1,
        2,
    )
    assert (descent["target_speed_kmh"], descent["target_incline_pct"]) == (5.0, -2.0)
    assert (descent["duration_s"], descent["distance_m"], descent["nominal_s"]) == (30, None, 30)
    assert descent["description"] == "Belt: step started (descent)"


async def test_an_empty_list_of_phases_chooses_nothing_in_particular(
    hass: HomeAssistant, entries: Entries, target: dict[str, Any]
) -> None:
    heard = await automate(hass, on("step_started", target, phase=[]))
    await run(hass, *entries)
    assert len(heard) == 7


async def test_only_cues_of_the_chosen_kind_are_told_with_all_that_they_say(
    hass: HomeAssistant, entries: Entries, target: dict[str, Any]
) -> None:
    heard = await automate(hass, on("cue", target, kind="go"))
    await run(hass, *entries)
    assert told(heard, "kind") == ["go", "go"]
    facts = ("text", "key", "step", "rep", "reps", "seconds_to_change", "target_incline_pct")
    assert [heard[1][name] for name in facts] == ["Go.", "go", 4, 2, 2, 0, -2.0]


async def test_a_rep_is_told_with_its_number(
    hass: HomeAssistant, entries: Entries, target: dict[str, Any]
) -> None:
    heard = await automate(hass, on("rep_completed", target))
    await run(hass, *entries)
    assert list(zip(told(heard, "rep"), told(heard, "reps"), strict=True)) == [(1, 2), (2, 2)]


async def test_an_armed_session_is_told_with_what_it_is_going_to_be(
    hass: HomeAssistant, entries: Entries, target: dict[str, Any]
) -> None:
    heard = await automate(hass, on("session_armed", target))
    await arm(*entries)
    plan = coordinator_of(entries[0]).data.plan
    assert plan is not None
    (armed,) = heard
    assert armed["planned_duration_s"] == round(plan.duration_s)
    assert armed["planned_descent_m"] == round(plan.descent_m, 1)
    assert armed["reps_planned"] == 2


@pytest.mark.parametrize(("reason", "times"), [("completed", 1), ("stopped", 0)])
async def test_only_the_chosen_endings_are_told(
    hass: HomeAssistant, entries: Entries, target: dict[str, Any], reason: str, times: int
) -> None:
    heard = await automate(hass, on("session_finished", target, reason=[reason]))
    await run(hass, *entries)
    assert told(heard, "reason") == [reason] * times


async def test_the_end_of_a_session_is_told_with_what_it_amounted_to(
    hass: HomeAssistant, entries: Entries, target: dict[str, Any]
) -> None:
    heard = await automate(hass, on("session_finished", target))
    await run(hass, *entries)
    summary = coordinator_of(entries[0]).data.summary
    assert summary is not None
    (finished,) = heard
    assert finished["duration_s"] == round(summary.duration_s)
    assert finished["distance_m"] == round(summary.distance_m)
    assert finished["descent_m"] == round(summary.descent_m, 1)
    assert (finished["reps_completed"], finished["reps_planned"]) == (2, 2)


async def test_a_session_that_nobody_started_is_told_as_finished(
    hass: HomeAssistant, entries: Entries, target: dict[str, Any]
) -> None:
    heard = await automate(hass, on("session_finished", target), on("session_started", target))
    await arm(*entries)
    await until(entries[0], is_state("finished"))
    assert told(heard, "reason") == ["expired"]


async def test_a_pause_and_what_follows_is_told(
    hass: HomeAssistant, entries: Entries, target: dict[str, Any]
) -> None:
    heard = await automate(hass, *(on(name, target) for name in QUIET))
    await begin(*entries)
    await coordinator_of(entries[0]).async_request(Pause())
    await coordinator_of(entries[0]).async_request(Resume())
    console_of(entries[0]).press_start()
    ran = iter([False, True])
    await until(entries[0], lambda record: is_state("running")(record) and next(ran))
    assert told(heard, "platform")[-2:] == ["descent.session_paused", "descent.session_resumed"]
    assert (heard[-2]["state"], heard[-2]["reason"]) == ("paused", "runner")
    assert told(heard, "platform").count("descent.session_armed") == 1


@pytest.mark.parametrize(
    ("reason", "times"), [("console_change", 1), ("safety_key", 0), (["restart", "rejected"], 0)]
)
async def test_only_pauses_of_the_chosen_reasons_are_told(
    hass: HomeAssistant,
    entries: Entries,
    target: dict[str, Any],
    reason: str | list[str],
    times: int,
) -> None:
    heard = await automate(hass, on("session_paused", target, reason=reason), on("fault", target))
    await begin(*entries)
    console_of(entries[0]).press_slower()
    await until(entries[0], is_state("suspended"))
    assert told(heard, "state") == ["suspended"] * times


@pytest.mark.parametrize(("reason", "times"), [([], 1), ("lost_contact", 1), ("overshoot", 0)])
async def test_only_the_chosen_faults_are_told(
    hass: HomeAssistant,
    entries: Entries,
    target: dict[str, Any],
    reason: str | list[str],
    times: int,
) -> None:
    heard = await automate(hass, on("fault", target, reason=reason))
    await begin(*entries)
    console_of(entries[0]).faults = {SimulatedFault.LINK_LOST}
    await until(entries[0], is_state("suspended"))
    assert told(heard, "reason") == ["lost_contact"] * times


async def test_what_an_automation_asks_for_is_done_after_what_it_began_with(
    hass: HomeAssistant, entries: Entries, target: dict[str, Any]
) -> None:
    warm_up = on("step_started", target, phase="warm_up")
    skip = {"action": "descent.skip", "data": {"confirm": True}}
    heard = await automate(hass, {**warm_up, "actions": [skip]}, on("step_started", target))
    await arm(*entries)
    console_of(entries[0]).press_start()
    await until(entries[0], is_state("waiting"))
    assert told(heard, "phase") == ["warm_up", "drills"]


async def test_the_page_of_triggers_names_all_that_a_trigger_tells(
    hass: HomeAssistant, entries: Entries, target: dict[str, Any]
) -> None:
    heard = await automate(hass, *(on(name, target) for name in TRIGGERS))
    await run(hass, *entries)
    happen(hass, entries[0])
    happen(hass, entries[0], StateChanged(State.PAUSED, Reason.RUNNER))
    facts = {one["platform"]: set(one) for one in heard}
    of_all = set.intersection(*facts.values())
    page = ("docs/triggers.md", "## What a trigger tells")
    said = quoted(section(*page).partition("|")[0])
    assert of_all - {"id", "idx", "alias", "platform", "description"} | {"trigger"} == set(said)
    assert {row[0].strip("`"): set(quoted(row[3])) for row in rows(*page)} == {
        name: of_one - of_all for name, of_one in facts.items()
    }


# ---- the editor --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("config", "said"),
    [
        ({"trigger": "descent.step_started"}, "target"),
        ({"trigger": "descent.step_started", "target": {}}, "choose a treadmill"),
        ({"trigger": "descent.step_started", "target": {"entity_id": "none"}}, "entity"),
        ({"trigger": "descent.step_started", "options": {"phase": "uphill"}}, "'warm_up'"),
        ({"trigger": "descent.session_paused", "options": {"reason": "completed"}}, "'runner'"),
        ({"trigger": "descent.session_finished", "options": {"reason": "runner"}}, "'completed'"),
        ({"trigger": "descent.fault", "options": {"reason": "console_change"}}, "'safety_key'"),
        ({"trigger": "descent.cue", "options": {"kind": "shout"}}, "'countdown'"),
        ({"trigger": "descent.session_armed", "options": {"phase": "descent"}}, "phase"),
        ({"trigger": "descent.session_lost"}, "descent.session_lost"),
    ],
    ids=str,
)
async def test_a_wrong_trigger_is_refused_with_words(
    hass: HomeAssistant, treadmill: MockConfigEntry, config: dict[str, Any], said: str
) -> None:
    given = {"target": {"entity_id": "sensor.belt_phase"}} if "options" in config else {}
    trigger = {**given, **config, "platform": config["trigger"]}
    del trigger["trigger"]
    with pytest.raises(vol.Invalid, match=said):
        await async_validate_trigger_config(hass, [trigger])


async def test_the_editor_gets_every_trigger_with_its_target_and_fields(
    hass: HomeAssistant, treadmill: MockConfigEntry, hass_ws_client: WebSocketGenerator
) -> None:
    client = await hass_ws_client(hass)
    await client.send_json_auto_id({"type": "trigger_platforms/subscribe"})
    await client.receive_json()
    event = (await client.receive_json())["event"]
    ours = {key: value for key, value in event.items() if key.startswith("descent.")}
    assert set(ours) == {f"descent.{name}" for name in TRIGGERS}
    assert {key: set(one["fields"]) for key, one in ours.items() if one["fields"]} == {
        "descent.session_paused": {"reason"},
        "descent.session_finished": {"reason"},
        "descent.step_started": {"phase"},
        "descent.cue": {"kind"},
        "descent.fault": {"reason"},
    }
    assert {one["target"]["entity"][0]["integration"] for one in ours.values()} == {"descent"}


@pytest.mark.parametrize(
    ("which", "offered"), [(0, set(TRIGGERS)), (1, set())], ids=["treadmill", "runner"]
)
async def test_the_editor_offers_triggers_for_treadmills_and_not_for_runners(
    hass: HomeAssistant,
    entries: Entries,
    hass_ws_client: WebSocketGenerator,
    which: int,
    offered: set[str],
) -> None:
    target = {"device_id": [device(hass, entries[which]).id]}
    client = await hass_ws_client(hass)
    await client.send_json_auto_id({"type": "get_triggers_for_target", "target": target})
    found = (await client.receive_json())["result"]
    ours = {name.removeprefix("descent.") for name in found if name.startswith("descent.")}
    assert ours == offered
