"""The config flow: what may be answered, what is made of it, and that nothing reloads."""

from __future__ import annotations

from typing import Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.util.unit_system import US_CUSTOMARY_SYSTEM
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.descent.const import ACKNOWLEDGEMENT_VERSION, DOMAIN
from tests import flow_entries

NOT_ACKNOWLEDGED = {"acknowledge": False, "start_belt": False}


@pytest.fixture(autouse=True)
def no_setup(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Keep entries from being set up, and note which ones would have been, or reloaded."""
    setups: list[str] = []

    async def setup(hass: HomeAssistant, entry: ConfigEntry[Any]) -> bool:
        setups.append(entry.title)
        return True

    monkeypatch.setattr("custom_components.descent.async_setup_entry", setup)
    return setups


def treadmill_entry(hass: HomeAssistant, **options: Any) -> MockConfigEntry:
    entry = MockConfigEntry(
        domain=DOMAIN,
        title="Treadmill",
        data={
            "kind": "virtual_treadmill",
            "name": "Treadmill",
            "preset": "slow",
            "min_incline": -3.0,
            "max_incline": 12.0,
            "max_speed": 18.0,
            "time_scale": 60.0,
        },
        options={"acknowledged": 0, "start_belt": False, "max_speed": None} | options,
    )
    entry.add_to_hass(hass)
    return entry


def runner_entry(hass: HomeAssistant, name: str = "Ada") -> MockConfigEntry:
    entry = MockConfigEntry(
        domain=DOMAIN,
        title=name,
        data={
            "kind": "runner",
            "name": name,
            "level": "advanced",
            "hill_experience": True,
            "joint_issues": False,
            "five_k_s": 1500.0,
            "walk_kmh": 5.5,
            "controlled_top_kmh": None,
            "max_speed_kmh": 16.0,
            "body_mass_kg": None,
        },
    )
    entry.add_to_hass(hass)
    return entry


def suggested(form: Any) -> dict[str, Any]:
    """Return what a form shows in its fields, those of sections included."""
    values: dict[str, Any] = {}
    for marker, field in form["data_schema"].schema.items():
        inner = getattr(field, "schema", None)
        if inner is None:
            values[str(marker)] = (marker.description or {}).get("suggested_value")
        else:
            values |= {
                str(key): (key.description or {}).get("suggested_value") for key in inner.schema
            }
    return values


async def answer(hass: HomeAssistant, flow: str, answers: dict[str, Any]) -> Any:
    return await hass.config_entries.flow.async_configure(flow, answers)


def treadmill_answers(**changes: Any) -> dict[str, Any]:
    return flow_entries.TREADMILL | {"more": {"time_scale": changes.pop("time_scale", 1)}} | changes


def runner_answers(more: dict[str, Any] | None = None, **changes: Any) -> dict[str, Any]:
    return flow_entries.RUNNER | {"more": flow_entries.WALK | (more or {})} | changes


async def test_a_virtual_treadmill_is_added_with_an_acknowledgement(hass: HomeAssistant) -> None:
    flow = await flow_entries.begin(hass, "virtual_treadmill")
    form = await answer(hass, flow, treadmill_answers(name="  My   belt "))
    assert (form["type"], form["step_id"]) == (FlowResultType.FORM, "control")
    done = await answer(hass, flow, {"acknowledge": True, "start_belt": True, "max_speed": 15})
    assert (done["type"], done["title"]) == (FlowResultType.CREATE_ENTRY, "My belt")
    assert done["data"] == {
        "kind": "virtual_treadmill",
        "name": "My belt",
        "preset": "typical",
        "min_incline": -6.0,
        "max_incline": 15.0,
        "max_speed": 22.0,
        "time_scale": 1.0,
    }
    assert done["options"] == {
        "acknowledged": ACKNOWLEDGEMENT_VERSION,
        "start_belt": True,
        "max_speed": 15.0,
    }


async def test_r1_without_an_acknowledgement_a_treadmill_is_read_only(hass: HomeAssistant) -> None:
    flow = await flow_entries.begin(hass, "virtual_treadmill")
    await answer(hass, flow, treadmill_answers())
    done = await answer(hass, flow, NOT_ACKNOWLEDGED)
    assert done["options"] == {"acknowledged": 0, "start_belt": False, "max_speed": None}


async def test_r1_the_acknowledgement_is_never_ticked_in_advance(hass: HomeAssistant) -> None:
    flow = await flow_entries.begin(hass, "virtual_treadmill")
    form = await answer(hass, flow, treadmill_answers())
    assert suggested(form) == {"acknowledge": False, "start_belt": True, "max_speed": None}


@pytest.mark.parametrize(
    ("changes", "errors"),
    [
        ({"name": "   "}, {"name": "name_empty"}),
        ({"name": "x" * 51}, {"name": "name_too_long"}),
        ({"name": "a\u202eb"}, {"name": "name_unprintable"}),
        ({"name": "TREADMILL"}, {"name": "name_taken"}),
        ({"min_incline": 1}, {"min_incline": "min_incline_out_of_range"}),
        ({"min_incline": -41}, {"min_incline": "min_incline_out_of_range"}),
        ({"max_incline": -0.5}, {"max_incline": "max_incline_out_of_range"}),
        ({"max_speed": float("nan")}, {"max_speed": "max_speed_out_of_range"}),
        ({"max_speed": 41}, {"max_speed": "max_speed_out_of_range"}),
        ({"time_scale": 601}, {"base": "time_scale_out_of_range"}),
        (
            {"name": "", "max_speed": 5},
            {"name": "name_empty", "max_speed": "max_speed_out_of_range"},
        ),
    ],
)
async def test_a_wrong_answer_about_a_treadmill_is_named_and_can_be_corrected(
    hass: HomeAssistant, changes: dict[str, Any], errors: dict[str, str]
) -> None:
    treadmill_entry(hass)
    flow = await flow_entries.begin(hass, "virtual_treadmill")
    form = await answer(hass, flow, treadmill_answers(**{"name": "Other", **changes}))
    assert (form["step_id"], form["errors"]) == ("virtual_treadmill", errors)
    form = await answer(hass, flow, treadmill_answers(name="Other"))
    assert form["step_id"] == "control"


async def test_a_form_keeps_what_was_typed_when_something_is_wrong(hass: HomeAssistant) -> None:
    flow = await flow_entries.begin(hass, "virtual_treadmill")
    form = await answer(hass, flow, treadmill_answers(name="", time_scale=30))
    assert (suggested(form)["name"], suggested(form)["time_scale"]) == ("", 30)


async def test_a_wrong_maximum_is_named_and_can_be_corrected(hass: HomeAssistant) -> None:
    flow = await flow_entries.begin(hass, "virtual_treadmill")
    await answer(hass, flow, treadmill_answers())
    form = await answer(hass, flow, NOT_ACKNOWLEDGED | {"max_speed": 1})
    assert form["errors"] == {"max_speed": "max_speed_out_of_range"}
    assert form["description_placeholders"] == {"max_speed_range": "2 … 40 km/h"}
    done = await answer(hass, flow, NOT_ACKNOWLEDGED | {"max_speed": 2})
    assert done["options"]["max_speed"] == 2.0


async def test_a_runner_is_added_with_five_answers(hass: HomeAssistant) -> None:
    flow = await flow_entries.begin(hass, "runner")
    done = await answer(hass, flow, runner_answers())
    assert (done["type"], done["title"]) == (FlowResultType.CREATE_ENTRY, "Ada")
    assert done["data"] == {
        "kind": "runner",
        "name": "Ada",
        "level": "intermediate",
        "hill_experience": True,
        "joint_issues": False,
        "five_k_s": 1500.0,
        "walk_kmh": 5.0,
        "controlled_top_kmh": None,
        "max_speed_kmh": None,
        "body_mass_kg": None,
    }


@pytest.mark.parametrize(
    ("typed", "seconds"),
    [
        (None, None),
        ({"hours": 0, "minutes": 0, "seconds": 0}, None),
        ({"hours": 0, "minutes": 11, "seconds": 40}, 700.0),
        ({"hours": 1, "minutes": 30, "seconds": 0}, 5400.0),
    ],
)
async def test_the_time_for_5_km_may_be_unknown(
    hass: HomeAssistant, typed: dict[str, int] | None, seconds: float | None
) -> None:
    flow = await flow_entries.begin(hass, "runner")
    answers = {key: value for key, value in runner_answers().items() if key != "five_k"}
    done = await answer(hass, flow, answers | ({} if typed is None else {"five_k": typed}))
    assert done["data"]["five_k_s"] == seconds


@pytest.mark.parametrize(
    ("changes", "errors"),
    [
        ({"name": ""}, {"name": "name_empty"}),
        ({"name": "None"}, {"name": "name_taken"}),
        ({"name": "ada"}, {"name": "name_taken"}),
        (
            {"five_k": {"hours": 0, "minutes": 11, "seconds": 39}},
            {"five_k": "five_k_out_of_range"},
        ),
        (
            {"five_k": {"hours": 1, "minutes": 30, "seconds": 1}},
            {"five_k": "five_k_out_of_range"},
        ),
        ({"more": {"walk_kmh": 8}}, {"base": "walk_kmh_out_of_range"}),
        (
            {"more": {"controlled_top_kmh": 3}},
            {"base": "controlled_top_kmh_out_of_range"},
        ),
        ({"more": {"max_speed_kmh": 50}}, {"base": "max_speed_kmh_out_of_range"}),
        ({"more": {"body_mass_kg": 12}}, {"base": "body_mass_kg_out_of_range"}),
    ],
)
async def test_a_wrong_answer_about_a_runner_is_named_and_can_be_corrected(
    hass: HomeAssistant, changes: dict[str, Any], errors: dict[str, str]
) -> None:
    runner_entry(hass)
    flow = await flow_entries.begin(hass, "runner")
    form = await answer(hass, flow, runner_answers(**{"name": "Grace", **changes}))
    assert (form["step_id"], form["errors"]) == ("runner", errors)
    done = await answer(hass, flow, runner_answers(name="Grace"))
    assert done["type"] is FlowResultType.CREATE_ENTRY


async def test_a_treadmill_and_a_runner_may_have_the_same_name(hass: HomeAssistant) -> None:
    runner_entry(hass, "Treadmill")
    flow = await flow_entries.begin(hass, "virtual_treadmill")
    form = await answer(hass, flow, treadmill_answers(name="Treadmill"))
    assert form["step_id"] == "control"


async def test_whoever_uses_miles_types_miles_and_pounds(hass: HomeAssistant) -> None:
    hass.config.units = US_CUSTOMARY_SYSTEM
    flow = await flow_entries.begin(hass, "runner")
    form = await answer(hass, flow, runner_answers(more={"walk_kmh": 8}))
    assert form["description_placeholders"]["walk_kmh_range"] == "1.3 … 4.6 mph"
    done = await answer(
        hass, flow, runner_answers(more={"walk_kmh": 3.2, "max_speed_kmh": 10, "body_mass_kg": 150})
    )
    assert done["data"]["walk_kmh"] == 5.15
    assert done["data"]["max_speed_kmh"] == 16.09
    assert done["data"]["body_mass_kg"] == 68.04


async def test_a_treadmill_is_reconfigured_in_place(
    hass: HomeAssistant, no_setup: list[str]
) -> None:
    entry = treadmill_entry(hass, acknowledged=ACKNOWLEDGEMENT_VERSION)
    form = await entry.start_reconfigure_flow(hass)
    assert suggested(form) == {
        "name": "Treadmill",
        "preset": "slow",
        "min_incline": -3.0,
        "max_incline": 12.0,
        "max_speed": 18.0,
        "time_scale": 60.0,
    }
    done = await answer(hass, form["flow_id"], treadmill_answers(name="treadmill", max_speed=12))
    assert (done["type"], done["reason"]) == (FlowResultType.ABORT, "reconfigure_successful")
    assert (entry.title, entry.data["name"], entry.data["max_speed"]) == (
        "treadmill",
        "treadmill",
        12.0,
    )
    assert entry.options["acknowledged"] == ACKNOWLEDGEMENT_VERSION
    await hass.async_block_till_done()
    assert no_setup == []


async def test_a_runner_is_reconfigured_in_place(hass: HomeAssistant, no_setup: list[str]) -> None:
    entry = runner_entry(hass)
    form = await entry.start_reconfigure_flow(hass)
    assert suggested(form) == {
        "name": "Ada",
        "level": "advanced",
        "five_k": {"hours": 0, "minutes": 25, "seconds": 0},
        "hill_experience": True,
        "joint_issues": False,
        "walk_kmh": 5.5,
        "controlled_top_kmh": None,
        "max_speed_kmh": 16.0,
        "body_mass_kg": None,
    }
    done = await answer(hass, form["flow_id"], runner_answers(level="beginner"))
    assert (done["type"], done["reason"]) == (FlowResultType.ABORT, "reconfigure_successful")
    assert (entry.data["level"], entry.data["max_speed_kmh"]) == ("beginner", None)
    await hass.async_block_till_done()
    assert no_setup == []


async def test_a_new_runner_form_shows_no_time_for_5_km(hass: HomeAssistant) -> None:
    flow = await flow_entries.begin(hass, "runner")
    form = await hass.config_entries.flow.async_configure(flow)
    assert (suggested(form)["five_k"], suggested(form)["level"]) == (None, "beginner")


async def test_only_treadmills_have_options(hass: HomeAssistant) -> None:
    assert treadmill_entry(hass).supports_options
    assert not runner_entry(hass).supports_options
