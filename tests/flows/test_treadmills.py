"""The config flow of real treadmills: what is looked at, asked, and made of the answers."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.descent.const import ACKNOWLEDGEMENT_VERSION, DOMAIN
from custom_components.descent.treadmills import gatt
from custom_components.descent.treadmills.base import (
    Contact,
    ContactError,
    NoAnswerError,
    NotConnectedError,
    RejectedError,
)
from custom_components.descent.treadmills.clock import Clock
from custom_components.descent.treadmills.ftms import FtmsTreadmill
from tests import flow_entries
from tests.flows.test_config_flow import answer, suggested
from tests.flows.unknown_machines import (
    ADDRESS,
    FOLDED,
    FTMS,
    HERE,
    RANGES,
    TREADMILL_DATA,
    UNFOLDED,
    advertisement,
    heard,
    looked_at,
    machine_answers,
    meet,
    network_entry,
    shown_next,
)
from tests.machines.profiles import PROFILES, Failing, WireFault

OTHER = "C0:FF:EE:00:00:02"
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


def in_reach(monkeypatch: pytest.MonkeyPatch, *infos: Any, adapters: int = 1) -> None:
    """Let Home Assistant's Bluetooth hear some machines."""
    where = "custom_components.descent.flows.treadmills.bluetooth"
    monkeypatch.setattr(f"{where}.async_discovered_service_info", lambda *_, **__: infos)
    monkeypatch.setattr(f"{where}.async_scanner_count", lambda *_, **__: adapters)


# ---- picking one that is heard


async def test_machines_in_reach_can_be_picked_the_nearest_first(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_reach(
        monkeypatch,
        advertisement("F85", OTHER, rssi=-80),
        advertisement("T-800", uuids=(), data={FTMS: TREADMILL_DATA}, rssi=-50),
        advertisement("Lamp", "C0:FF:EE:00:00:03", uuids=()),
    )
    flow = await flow_entries.begin(hass, "ftms_bluetooth")
    form: Any = await hass.config_entries.flow.async_configure(flow)
    (field,) = form["data_schema"].schema.values()
    assert [option["label"] for option in field.config["options"]] == [
        f"T-800 ({ADDRESS})",
        f"F85 ({OTHER})",
    ]


async def test_a_picked_machine_is_looked_at_and_added_with_what_it_said(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    unknown = meet(hass, monkeypatch)
    in_reach(monkeypatch, advertisement())
    flow = await flow_entries.begin(hass, "ftms_bluetooth")
    form = await shown_next(hass, await answer(hass, flow, {"address": ADDRESS}))
    assert (form["step_id"], form["errors"]) == ("machine", {})
    assert unknown.left_alone
    shown = suggested(form)
    control = await answer(
        hass, flow, machine_answers(name=shown["name"], **{key: shown[key] for key in RANGES})
    )
    assert suggested(control) == {"acknowledge": False, "start_belt": False, "max_speed": None}
    done = await answer(hass, flow, {"acknowledge": True, "start_belt": False})
    assert (done["type"], done["title"]) == (FlowResultType.CREATE_ENTRY, "T-800")
    assert done["result"].unique_id == "c0:ff:ee:00:00:01"
    assert done["data"] == {
        "kind": "ftms_bluetooth",
        "address": ADDRESS,
        "name": "T-800",
        "manufacturer": "Simulated",
        "model": "T-800",
        "serial": "24-0815",
        "hardware": "B",
        "firmware": "1.4.2",
        "offered": RANGES,
        **{key: float(value) for key, value in RANGES.items()},
        **UNFOLDED,
        **FOLDED,
    }
    assert done["options"]["acknowledged"] == ACKNOWLEDGEMENT_VERSION


async def test_what_is_added_is_an_entry_that_the_driver_understands(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    unknown = meet(hass, monkeypatch, "kickr")
    form = await looked_at(hass)
    await answer(hass, form["flow_id"], machine_answers(min_incline=-2, max_incline=10))
    done = await answer(hass, form["flow_id"], NOT_ACKNOWLEDGED)
    treadmill = FtmsTreadmill.from_data(done["data"], Clock(hass.loop), unknown.link)
    assert (treadmill.machine.incline.minimum, treadmill.machine.incline.maximum) == (-2.0, 10.0)


async def test_nothing_heard_says_what_to_do_and_looks_again(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_reach(monkeypatch)
    flow = await flow_entries.begin(hass, "ftms_bluetooth")
    form = await answer(hass, flow, {})
    assert (form["errors"], form["data_schema"].schema) == ({"base": "nothing_heard"}, {})
    in_reach(monkeypatch, advertisement())
    form = await answer(hass, flow, {})
    assert form["errors"] == {}
    assert list(form["data_schema"].schema) == ["address"]


async def test_without_an_adapter_nothing_can_be_heard(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_reach(monkeypatch, adapters=0)
    flow = await flow_entries.begin(hass, "ftms_bluetooth")
    form = await hass.config_entries.flow.async_configure(flow)
    assert form["errors"] == {"base": "no_adapter"}


async def test_a_machine_that_is_an_entry_already_is_not_offered(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_reach(monkeypatch, advertisement(), advertisement("", OTHER))
    MockConfigEntry(
        domain=DOMAIN, unique_id=ADDRESS.lower(), title="Mine", data={"kind": "ftms_bluetooth"}
    ).add_to_hass(hass)
    flow = await flow_entries.begin(hass, "ftms_bluetooth")
    form: Any = await hass.config_entries.flow.async_configure(flow)
    (field,) = form["data_schema"].schema.values()
    assert [option["label"] for option in field.config["options"]] == [f"Treadmill ({OTHER})"]


async def test_a_machine_that_was_added_while_somebody_picked_it_is_left_alone(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    unknown = meet(hass, monkeypatch)
    in_reach(monkeypatch, advertisement())
    flow = await flow_entries.begin(hass, "ftms_bluetooth")
    MockConfigEntry(
        domain=DOMAIN, unique_id=ADDRESS.lower(), title="Mine", data={"kind": "ftms_bluetooth"}
    ).add_to_hass(hass)
    done = await answer(hass, flow, {"address": ADDRESS})
    assert (done["type"], done["reason"]) == (FlowResultType.ABORT, "already_configured")
    assert unknown.link.opened == 0


async def test_a_machine_that_is_offered_too_can_be_picked(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    meet(hass, monkeypatch)
    in_reach(monkeypatch, advertisement())
    await heard(hass, advertisement())
    flow = await flow_entries.begin(hass, "ftms_bluetooth")
    form = await shown_next(hass, await answer(hass, flow, {"address": ADDRESS}))
    await answer(hass, form["flow_id"], machine_answers())
    done = await answer(hass, form["flow_id"], NOT_ACKNOWLEDGED)
    assert done["type"] is FlowResultType.CREATE_ENTRY
    assert hass.config_entries.flow.async_progress_by_handler(DOMAIN) == []


# ---- typing one in


@pytest.mark.parametrize(
    ("typed", "errors"),
    [
        ({"host": ""}, {"host": "host_invalid"}),
        ({"host": "http://127.0.0.7"}, {"host": "host_invalid"}),
        ({"host": "127.0.0.256"}, {"host": "host_invalid"}),
        ({"host": "a b"}, {"host": "host_invalid"}),
        ({"host": "x" * 300}, {"host": "host_invalid"}),
        ({"port": 0}, {"port": "port_out_of_range"}),
        ({"port": 65536}, {"port": "port_out_of_range"}),
        ({"port": float("nan")}, {"port": "port_out_of_range"}),
        ({"host": "-", "port": -1}, {"host": "host_invalid", "port": "port_out_of_range"}),
    ],
)
async def test_a_wrong_address_is_named_and_can_be_corrected(
    hass: HomeAssistant,
    monkeypatch: pytest.MonkeyPatch,
    typed: dict[str, Any],
    errors: dict[str, str],
) -> None:
    unknown = meet(hass, monkeypatch)
    flow = await flow_entries.begin(hass, "ftms_network")
    form = await answer(hass, flow, HERE | typed)
    assert (form["step_id"], form["errors"]) == ("ftms_network", errors)
    assert unknown.link.opened == 0
    progress = await answer(hass, flow, {"host": " Kickr.local ", "port": 36866.0})
    assert progress["description_placeholders"] == {"name": "kickr.local"}
    await hass.async_block_till_done()
    assert unknown.asked == [{"kind": "ftms_network", "host": "kickr.local", "port": 36866}]


async def test_the_usual_port_is_there_already(hass: HomeAssistant) -> None:
    flow = await flow_entries.begin(hass, "ftms_network")
    form = await hass.config_entries.flow.async_configure(flow)
    assert suggested(form) == {"host": None, "port": 36866}


async def test_one_address_is_one_treadmill(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    unknown = meet(hass, monkeypatch)
    network_entry(hass)
    flow = await flow_entries.begin(hass, "ftms_network")
    done = await answer(hass, flow, HERE)
    assert (done["type"], done["reason"]) == (FlowResultType.ABORT, "already_configured")
    assert unknown.link.opened == 0


async def test_one_that_was_added_while_somebody_typed_is_not_added_twice(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    meet(hass, monkeypatch)
    form = await looked_at(hass)
    network_entry(hass)
    done = await answer(hass, form["flow_id"], machine_answers())
    assert (done["type"], done["reason"]) == (FlowResultType.ABORT, "already_configured")


# ---- when looking fails


@pytest.mark.parametrize(
    ("failure", "reason"),
    [
        (ContactError(Contact.NOT_FOUND, ""), "not_found_network"),
        (ContactError(Contact.NO_SLOT, ""), "no_slot"),
        (ContactError(Contact.TAKEN, ""), "taken"),
        (ContactError(Contact.UNREACHABLE, ""), "unreachable"),
        (ContactError(Contact.UNSUITABLE, ""), "unsuitable"),
        (ContactError(Contact.RELEASED, ""), "unreachable"),
        (NotConnectedError(), "unreachable"),
        (NoAnswerError(), "no_answer"),
        (RejectedError(), "unsuitable"),
        (ValueError(), "unknown"),
    ],
)
async def test_a_look_that_failed_says_why_and_can_be_repeated(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch, failure: Exception, reason: str
) -> None:
    unknown = meet(hass, monkeypatch)
    unknown.link.failure = failure
    form = await looked_at(hass)
    assert (form["step_id"], form["errors"]) == ("ftms_network", {"base": reason})
    assert suggested(form) == HERE
    assert unknown.left_alone
    assert hass.config_entries.async_entries(DOMAIN) == []
    unknown.link.failure = None
    form = await shown_next(hass, await answer(hass, form["flow_id"], HERE))
    assert (form["step_id"], form["errors"]) == ("machine", {})


async def test_a_picked_machine_that_failed_can_be_picked_again_though_silent_now(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    unknown = meet(hass, monkeypatch)
    unknown.link.failure = ContactError(Contact.TAKEN, "")
    in_reach(monkeypatch, advertisement())
    flow = await flow_entries.begin(hass, "ftms_bluetooth")
    progress = await answer(hass, flow, {"address": ADDRESS})
    in_reach(monkeypatch)
    form = await shown_next(hass, progress)
    assert (form["errors"], suggested(form)) == ({"base": "taken"}, {"address": ADDRESS})


async def test_an_offered_machine_that_failed_is_still_offered(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    unknown = meet(hass, monkeypatch)
    unknown.link.failure = ContactError(Contact.NO_SLOT, "")
    offer = await heard(hass, advertisement())
    form = await shown_next(hass, await answer(hass, offer["flow_id"], {}))
    assert (form["step_id"], form["errors"]) == ("confirm", {"base": "no_slot"})


@pytest.mark.parametrize(
    ("fault", "reason"),
    [(WireFault.TAKEN, "taken"), (WireFault.BLACKOUT, "not_found_network")],
)
async def test_what_the_machine_does_is_told_apart(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch, fault: WireFault, reason: str
) -> None:
    unknown = meet(hass, monkeypatch)
    unknown.machine.wire_faults = frozenset({fault})
    form = await looked_at(hass)
    assert form["errors"] == {"base": reason}
    assert unknown.left_alone


async def test_a_machine_that_answers_nothing_leaves_nothing_behind(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("custom_components.descent.treadmills.ftms_parts.PART_S", 0.02)
    unknown = meet(hass, monkeypatch)
    unknown.link.hanging = set(unknown.link.characteristics)
    form = await looked_at(hass)
    assert (form["step_id"], form["errors"]) == ("ftms_network", {"base": "no_answer"})
    assert unknown.left_alone
    assert hass.config_entries.async_entries(DOMAIN) == []


@pytest.mark.parametrize("how", Failing)
async def test_a_machine_of_which_all_fails_that_it_can_do_without_is_added(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch, how: Failing
) -> None:
    monkeypatch.setattr("custom_components.descent.treadmills.ftms_parts.PART_S", 0.02)
    parts = (gatt.FEATURE, gatt.SPEED_RANGE, gatt.INCLINE_RANGE, gatt.MACHINE_STATUS, gatt.MODEL)
    profile = replace(PROFILES["typical"], failing=dict.fromkeys(parts, how))
    unknown = meet(hass, monkeypatch, profile)
    form = await looked_at(hass)
    assert (form["step_id"], form["errors"]) == ("machine", {})
    await answer(hass, form["flow_id"], machine_answers(max_incline=15))
    done = await answer(hass, form["flow_id"], NOT_ACKNOWLEDGED)
    assert done["type"] is FlowResultType.CREATE_ENTRY
    treadmill = FtmsTreadmill.from_data(done["data"], Clock(hass.loop), unknown.link)
    await treadmill.connect()
    assert (treadmill.connected, treadmill.machine.sets_speed) == (True, True)
    await treadmill.disconnect()


async def test_whoever_closes_the_window_ends_the_look(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    unknown = meet(hass, monkeypatch)
    unknown.link.hanging = {gatt.SPEED_RANGE}
    flow = await flow_entries.begin(hass, "ftms_network")
    await answer(hass, flow, HERE)
    assert unknown.machine.is_connected
    hass.config_entries.flow.async_abort(flow)
    await hass.async_block_till_done()
    assert unknown.left_alone
