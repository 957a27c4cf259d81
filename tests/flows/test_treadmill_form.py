"""The form about a real treadmill: what it shows, refuses, and makes of the answers."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.util.unit_system import US_CUSTOMARY_SYSTEM
import probatio as vol
import pytest

from custom_components.descent.const import ACKNOWLEDGEMENT_VERSION
from custom_components.descent.training.model import Range
from custom_components.descent.treadmills import Failure, Found, Offered, Part, gatt
from custom_components.descent.treadmills.gatt import Property
from tests.flows.test_config_flow import answer, suggested, treadmill_entry
from tests.flows.unknown_machines import (
    FOLDED,
    HERE,
    RANGES,
    UNFOLDED,
    announced,
    announcement,
    looked_at,
    machine_answers,
    meet,
    network_entry,
    shown_next,
)
from tests.machines.profiles import PROFILES, Failing, Profile

UNSAID = (
    "It did not say whether it goes below level. Try how far it goes down and up at its console."
)
NOTHING = Found(manufacturer=None, model=None, speed=None, incline=None, controllable=True)


@pytest.fixture(autouse=True)
def no_setup(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Keep entries from being set up, and note which ones would have been, or reloaded."""
    setups: list[str] = []

    async def setup(hass: HomeAssistant, entry: ConfigEntry[Any]) -> bool:
        setups.append(entry.title)
        return True

    monkeypatch.setattr("custom_components.descent.async_setup_entry", setup)
    return setups


def said(form: Any) -> list[str]:
    """Return what the form says was found, line by line."""
    found: str = form["description_placeholders"]["found"]
    return found.replace("- ", "").splitlines()


def find(monkeypatch: pytest.MonkeyPatch, found: Found) -> None:
    """Let a look find this."""

    async def look(*_: object) -> Found:
        return found

    monkeypatch.setattr("custom_components.descent.flows.treadmills.look", look)


async def form_about(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch, profile: str | Profile
) -> Any:
    meet(hass, monkeypatch, profile)
    return await looked_at(hass)


# ---- what was found


async def test_what_a_machine_says_is_said_in_words(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    form = await form_about(hass, monkeypatch, "t800")
    assert said(form) == [
        "It calls itself `Simulated T-800`.",
        "It says that it runs at 1 to 20 km/h.",
        "It says that its incline goes from -6 to 40 %.",
        "So it goes down to -6 %.",
    ]


async def test_levels_that_are_sent_as_percents_are_said_to_be_no_deck(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    form = await form_about(hass, monkeypatch, "levels")
    assert said(form)[-1].startswith(
        "It says that its incline goes from 0 to 80 %, which no deck does."
    )
    assert suggested(form)["max_incline"] is None


@pytest.mark.parametrize(
    ("profile", "decline"),
    [
        (PROFILES["f85"], "So it goes down to -5 %."),
        (PROFILES["f85_flat"], "By these numbers it cannot go below level."),
        (PROFILES["fitshow"], "By these numbers it cannot go below level."),
        (PROFILES["no_range"], UNSAID),
        (PROFILES["zero_range"], UNSAID),
    ],
    ids=lambda value: value.name if isinstance(value, Profile) else "",
)
async def test_decline_is_what_the_machine_says_and_never_what_its_name_suggests(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch, profile: Profile, decline: str
) -> None:
    assert decline in said(await form_about(hass, monkeypatch, profile))


async def test_a_machine_that_says_so_begins_with_a_speed_only_the_runner_sets(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    form = await form_about(hass, monkeypatch, "f85")
    assert said(form)[-1].startswith("It says that only its incline can be set")
    assert suggested(form)["sets_speed"] is False


async def test_a_machine_that_names_nothing_it_can_do_is_not_believed(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    form = await form_about(hass, monkeypatch, "nordic")
    assert suggested(form)["sets_speed"] is True


async def test_the_form_begins_with_what_the_machine_said(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    form = await form_about(hass, monkeypatch, PROFILES["f85"].having())
    assert suggested(form) == {
        "name": "F85",
        "min_incline": -5.0,
        "max_incline": 15.0,
        "min_speed": 1.0,
        "max_speed": 20.0,
        **UNFOLDED,
        **FOLDED,
        "sets_speed": False,
        "incline_step": 0.1,  # which is not so: its deck takes whole percents
    }


async def test_what_the_machine_did_not_say_is_asked(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    find(monkeypatch, NOTHING)
    form = await form_about(hass, monkeypatch, "typical")
    assert said(form)[0] == "It did not say how fast it goes. Its manual does."
    shown = suggested(form)
    assert {shown[key] for key in RANGES} == {None}
    assert shown["name"] == "Treadmill"
    # A browser begins a required number with 0, which would be an answer.
    optional = {field for field in form["data_schema"].schema if isinstance(field, vol.Optional)}
    assert optional == set(RANGES)
    folded = {key: shown[key] for key in FOLDED}
    form = await answer(hass, form["flow_id"], {"name": "Treadmill", **UNFOLDED, "more": folded})
    assert form["errors"] == {key: f"{key}_out_of_range" for key in RANGES}
    await answer(hass, form["flow_id"], machine_answers(min_incline=-3, max_incline=12))
    done = await answer(hass, form["flow_id"], {"acknowledge": False, "start_belt": False})
    assert (done["data"]["min_incline"], done["data"]["incline_step"]) == (-3, 0.5)
    assert not {"manufacturer", "model", "serial", "hardware", "firmware"} & set(done["data"])


async def test_a_machine_that_takes_no_commands_is_added_without_asking_for_permission(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    unknown = meet(hass, monkeypatch)
    service = dict(unknown.machine.services[gatt.FITNESS_MACHINE])
    service[gatt.CONTROL_POINT] = Property.INDICATE
    unknown.machine.services = {gatt.FITNESS_MACHINE: service}
    form = await looked_at(hass)
    assert said(form)[-1].startswith("It takes no commands")
    done = await answer(hass, form["flow_id"], machine_answers())
    assert done["type"] is FlowResultType.CREATE_ENTRY
    assert done["options"] == {"acknowledged": 0, "start_belt": False, "max_speed": None}


@pytest.mark.parametrize(
    ("number", "line"),
    [
        (gatt.MACHINE_STATUS, "It does not tell what is pressed at its console"),
        (gatt.FEATURE, "It did not say whether its speed and incline can be set"),
        (gatt.MANUFACTURER, "It did not say all of what it is"),
        (gatt.SPEED_RANGE, "It did not say how fast it goes"),
        (gatt.INCLINE_RANGE, "It did not say whether it goes below level"),
        (gatt.CONTROL_POINT, "It has a control point, and no answers of it can be heard"),
    ],
)
async def test_a_part_that_fails_is_said_in_words_and_the_machine_is_added_without_it(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch, number: int, line: str
) -> None:
    whole = said(await form_about(hass, monkeypatch, "typical"))
    profile = replace(PROFILES["typical"], failing={number: Failing.REFUSED})
    form = await form_about(hass, monkeypatch, profile)
    new = [text for text in said(form) if text not in whole and "calls itself" not in text]
    assert [text.startswith(line) for text in new] == [True]
    done = await answer(hass, form["flow_id"], machine_answers(max_incline=15))
    assert "errors" not in done or not done["errors"]


async def test_measurements_that_cannot_be_had_are_one_error(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    profile = replace(PROFILES["typical"], failing={gatt.TREADMILL_DATA: Failing.REFUSED})
    form = await form_about(hass, monkeypatch, profile)
    assert (form["step_id"], form["errors"]) == ("ftms_network", {"base": "unsuitable"})


async def test_what_fails_of_a_treadmill_that_runs_is_said_when_it_is_changed(
    hass: HomeAssistant,
) -> None:
    entry = network_entry(hass)
    failing = {Part.STATUS: Failure.REFUSED, Part.COMMANDS: Failure.UNANSWERED}
    treadmill = SimpleNamespace(doubts=frozenset(), failing=failing, offered=Offered())
    entry.runtime_data = SimpleNamespace(treadmill=treadmill)
    form = await entry.start_reconfigure_flow(hass)
    assert [text.split(":")[0] for text in said(form)[2:]] == [
        "It does not tell what is pressed at its console",
        "It has a control point, and no answers of it can be heard",
    ]


async def test_whatever_a_machine_says_of_itself_stays_one_line_in_its_quotes(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    find(
        monkeypatch,
        Found(
            manufacturer="`<script>`\n# Acme",
            model="{maker} \U0001f3c3\u202e" + "x" * 200,
            speed=Range(minimum=1, maximum=20, step=0.1),
            incline=Range(minimum=0, maximum=0, step=0.5),
            controllable=True,
        ),
    )
    form = await form_about(hass, monkeypatch, "typical")
    model = ("{maker} \U0001f3c3" + "x" * 200)[:50]
    assert said(form)[0] == f"It calls itself `<script> # Acme {model}`."
    await answer(hass, form["flow_id"], machine_answers(min_incline=0, max_incline=0))
    done = await answer(hass, form["flow_id"], {"acknowledge": False, "start_belt": False})
    assert (done["data"]["manufacturer"], done["data"]["model"]) == ("<script> # Acme", model)


async def test_a_second_of_the_same_name_gets_a_number(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    meet(hass, monkeypatch, "kickr")
    network_entry(hass, name="KICKR RUN 1A2B", host="127.0.0.1")
    network_entry(hass, name="kickr run 1a2b 2", host="127.0.0.2")
    offer = await announced(hass, announcement(mac_address="001122aabbcc"))
    form = await shown_next(hass, await answer(hass, offer["flow_id"], {}))
    assert suggested(form)["name"] == "KICKR RUN 1A2B 3"


# ---- what may be answered


@pytest.mark.parametrize(
    ("changes", "more", "errors"),
    [
        ({"name": " "}, {}, {"name": "name_empty"}),
        ({"name": "x" * 51}, {}, {"name": "name_too_long"}),
        ({"name": "treadmill"}, {}, {"name": "name_taken"}),
        ({"min_incline": -101}, {}, {"min_incline": "min_incline_out_of_range"}),
        ({"min_incline": -46}, {}, {"min_incline": "incline_not_offered"}),
        ({"max_incline": 46}, {}, {"max_incline": "incline_not_offered"}),
        ({"max_incline": float("nan")}, {}, {"max_incline": "max_incline_out_of_range"}),
        ({"min_incline": 4, "max_incline": 3}, {}, {"max_incline": "incline_range_empty"}),
        ({"min_speed": -1}, {}, {"min_speed": "min_speed_out_of_range"}),
        ({"max_speed": 41}, {}, {"max_speed": "max_speed_out_of_range"}),
        ({"min_speed": 3, "max_speed": 3}, {}, {"max_speed": "speed_range_empty"}),
        ({}, {"incline_step": 0}, {"base": "incline_step_out_of_range"}),
        ({}, {"speed_step": 3}, {"base": "speed_step_out_of_range"}),
        ({}, {"incline_offset": 21}, {"base": "incline_offset_out_of_range"}),
        ({}, {"incline_factor": 0.09}, {"base": "incline_factor_out_of_range"}),
        ({}, {"incline_factor": 10.1}, {"base": "incline_factor_out_of_range"}),
        ({"max_incline": 10}, {"incline_factor": 0.1}, {"base": "calibration_impossible"}),
        (
            {"min_incline": 0, "max_incline": 4},
            {"incline_factor": 0.1, "incline_step": 2},
            {"base": "calibration_impossible"},
        ),
        (
            {"min_incline": 30},
            {"incline_factor": 0.2, "incline_offset": -20},
            {"base": "calibration_impossible"},
        ),
        (
            {"name": "", "max_speed": 99},
            {"incline_step": 11},
            {
                "name": "name_empty",
                "max_speed": "max_speed_out_of_range",
                "base": "incline_step_out_of_range",
            },
        ),
    ],
)
async def test_a_wrong_answer_about_a_machine_is_named_and_can_be_corrected(
    hass: HomeAssistant,
    monkeypatch: pytest.MonkeyPatch,
    changes: dict[str, Any],
    more: dict[str, Any],
    errors: dict[str, str],
) -> None:
    treadmill_entry(hass)
    form = await form_about(hass, monkeypatch, "t800")
    form = await answer(hass, form["flow_id"], machine_answers(more, **changes))
    assert (form["step_id"], form["errors"]) == ("machine", errors)
    folded = form["data_schema"].schema["more"].options["collapsed"]
    assert folded == ("base" not in errors)  # what is wrong must be in sight
    form = await answer(hass, form["flow_id"], machine_answers())
    assert form["step_id"] == "control"


async def test_a_deck_that_never_moves_has_a_range_of_one_value(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    form = await form_about(hass, monkeypatch, "zero_range")
    form = await answer(hass, form["flow_id"], machine_answers(min_incline=0, max_incline=0))
    assert form["step_id"] == "control"


async def test_whoever_uses_miles_sees_and_types_miles(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    hass.config.units = US_CUSTOMARY_SYSTEM
    form = await form_about(hass, monkeypatch, "nordic")
    assert said(form)[1] == "It says that it runs at 0.6 to 13.7 mph."
    assert form["description_placeholders"]["max_speed_range"] == "1.9 … 24.8 mph"
    assert form["description_placeholders"]["speed_step_range"] == "0.01 … 1.24 mph"
    shown = suggested(form)
    assert (shown["min_speed"], shown["max_speed"], shown["speed_step"]) == (0.6, 13.7, 0.06)
    answers = machine_answers({"speed_step": 0.06}, min_speed=0.6, max_speed=12)
    await answer(hass, form["flow_id"], answers)
    done = await answer(hass, form["flow_id"], {"acknowledge": False, "start_belt": False})
    data = done["data"]
    assert (data["min_speed"], data["max_speed"], data["speed_step"]) == (1.0, 19.31, 0.1)


async def test_r2_a_real_belt_is_not_started_unless_somebody_says_so(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    form = await form_about(hass, monkeypatch, "t800")
    control = await answer(hass, form["flow_id"], machine_answers())
    assert suggested(control) == {"acknowledge": False, "start_belt": False, "max_speed": None}


async def test_r2_nothing_is_asked_about_starting_a_belt_that_only_its_console_starts(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    form = await form_about(hass, monkeypatch, "nordic")
    control = await answer(hass, form["flow_id"], machine_answers({"can_start": False}))
    assert suggested(control) == {"acknowledge": False, "max_speed": None}
    done = await answer(hass, form["flow_id"], {"acknowledge": True})
    assert done["options"]["start_belt"] is False
    menu = await hass.config_entries.options.async_init(done["result"].entry_id)
    options = await hass.config_entries.options.async_configure(
        menu["flow_id"], {"next_step_id": "control"}
    )
    assert suggested(options) == {"acknowledge": True, "max_speed": None}


async def test_habits_are_kept_as_they_were_answered(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    habits = {
        "incline_offset": 6,
        "incline_factor": 0.75,
        "request_control": "never",
        "sets_speed": False,
        "can_start": False,
        "can_stop": False,
        "whole_percent": True,
    }
    form = await form_about(hass, monkeypatch, "offset")
    await answer(hass, form["flow_id"], machine_answers(habits, min_incline=0, max_incline=15))
    done = await answer(hass, form["flow_id"], {"acknowledge": False})
    assert {key: done["data"][key] for key in habits} == habits


# ---- changing it later


async def test_a_machine_is_reconfigured_in_place(hass: HomeAssistant, no_setup: list[str]) -> None:
    entry = network_entry(hass)
    hass.config_entries.async_update_entry(
        entry, options={"acknowledged": ACKNOWLEDGEMENT_VERSION}, unique_id="00:11:22:aa:bb:cc"
    )
    form = await entry.start_reconfigure_flow(hass)
    assert said(form) == ["This is what Descent goes by now."]
    assert suggested(form) == {
        "name": "Run",
        **HERE,
        **UNFOLDED,
        **FOLDED,
        "min_incline": -3.0,
        "max_incline": 15.0,
        "min_speed": 0.8,
        "max_speed": 24.0,
    }
    changes: dict[str, Any] = {"name": "Run 2", "host": "127.0.0.8", "port": 40000}
    done = await answer(hass, form["flow_id"], machine_answers({"whole_percent": True}, **changes))
    assert (done["type"], done["reason"]) == (FlowResultType.ABORT, "reconfigure_successful")
    assert entry.title == "Run 2"
    assert {key: entry.data[key] for key in changes} == changes
    assert (entry.data["whole_percent"], entry.data["model"]) == (True, "KICKR RUN")
    assert entry.options == {"acknowledged": ACKNOWLEDGEMENT_VERSION}
    assert entry.unique_id == "00:11:22:aa:bb:cc"
    await hass.async_block_till_done()
    assert no_setup == []


async def test_a_bluetooth_machine_keeps_its_address(hass: HomeAssistant) -> None:
    entry = network_entry(hass, kind="ftms_bluetooth", address="C0:FF:EE:00:00:01")
    form = await entry.start_reconfigure_flow(hass)
    assert not {"host", "port", "address"} & set(suggested(form))
    await answer(hass, form["flow_id"], machine_answers())
    assert entry.data["address"] == "C0:FF:EE:00:00:01"


async def test_a_machine_cannot_be_moved_to_where_another_one_is(hass: HomeAssistant) -> None:
    entry = network_entry(hass)
    network_entry(hass, name="Other", host="127.0.0.8")
    form = await entry.start_reconfigure_flow(hass)
    wrong = await answer(hass, form["flow_id"], machine_answers(host="127.0.0.8 x", port=36866))
    assert wrong["errors"] == {"host": "host_invalid"}
    done = await answer(hass, form["flow_id"], machine_answers(host="127.0.0.8", port=36866))
    assert (done["type"], done["reason"]) == (FlowResultType.ABORT, "already_configured")
    assert entry.data["host"] == HERE["host"]


async def test_looking_at_the_form_in_miles_changes_nothing(hass: HomeAssistant) -> None:
    hass.config.units = US_CUSTOMARY_SYSTEM
    entry = network_entry(hass, max_speed=22.0)
    before = dict(entry.data)
    form = await entry.start_reconfigure_flow(hass)
    shown = suggested(form)
    more = {key: shown.pop(key) for key in FOLDED}
    await answer(hass, form["flow_id"], shown | {"more": more})
    assert dict(entry.data) == before
