"""A kind of treadmill that nobody has seen before goes all the way, and no code names it.

Each kind here is a file's worth of its own, and one more line in the registry. It is chosen, found,
looked at, asked about, added and driven. Its texts are missing, which only looks bad.
"""

from __future__ import annotations

from collections.abc import Callable
import sys
from types import ModuleType
from typing import Any

from homeassistant.components.bluetooth import BluetoothServiceInfoBleak
from homeassistant.config_entries import SOURCE_RECONFIGURE, ConfigEntry, ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
import pytest

from custom_components.descent.config_flow import DescentConfigFlow
from custom_components.descent.const import DOMAIN
from custom_components.descent.training.model import Range
from custom_components.descent.treadmills import (
    KINDS,
    Bluetooth,
    Choice,
    ChosenEntity,
    Clock,
    ContactError,
    Found,
    Kind,
    Means,
    Measure,
    Network,
    Number,
    YesNo,
)
from custom_components.descent.treadmills.base import Contact
from custom_components.descent.treadmills.physics import Preset
from custom_components.descent.treadmills.virtual import VirtualTreadmill
from tests import flow_entries
from tests.flows.test_config_flow import answer, suggested
from tests.flows.test_treadmills import in_reach
from tests.flows.unknown_machines import (
    ADDRESS,
    advertisement,
    announced,
    announcement,
    heard,
    shown_next,
)
from tests.pages import read

CONTROL = {"acknowledge": True, "start_belt": False}
SERVICE = "_rowmill._tcp.local."


class RowmillTreadmill(VirtualTreadmill):
    """A driver that keeps what it was given."""

    def __init__(self, means: Means) -> None:
        super().__init__(means.clock, Preset.TYPICAL.machine())
        self.means = means


class LinetalkTreadmill(VirtualTreadmill):
    """The driver that the page about adding a treadmill speaks of."""

    def __init__(self, clock: Clock, place: Callable[[], tuple[str, int]]) -> None:
        super().__init__(clock, Preset.TYPICAL.machine())
        self.place = place


async def look(means: Means) -> Found:
    """Find what such machines say of themselves, at the one place where there is one."""
    if means.data()["host"] == "127.0.0.99":
        raise ContactError(Contact.NOT_FOUND, "nobody is there")
    return Found(
        manufacturer="Row",
        model="Mill 3",
        serial="RM-0815",
        incline=Range(minimum=-4, maximum=12, step=0.5),
    )


ROWMILL = Kind(
    id="rowmill",
    where=Network(
        port=4711,
        is_treadmill=lambda said: said.type == SERVICE,
        serial_property="sn",
    ),
    driver=RowmillTreadmill,
    probe=look,
    questions=(
        Number(key="min_incline", unit=Measure.PERCENT, low=-40, high=0),
        Number(key="water", unit=Measure.TIMES, low=1, high=10, default=4.0),
        Choice(key="oar", options=("left", "right"), default="left", folded=True),
        YesNo(key="sculls", default=True, folded=True),
    ),
    errors=lambda answers: {"water": "water_too_deep"} if answers["water"] > 9 else {},
)
SILENT = Kind(id="silent", where=Network(port=80), driver=RowmillTreadmill)
AIRBORNE = Kind(
    id="airborne",
    where=Bluetooth(
        fits=lambda said: said.name.startswith("Air"),
        is_treadmill=lambda said: said.name == "Air 1",
    ),
    driver=RowmillTreadmill,
)
ENTITIES = Kind(
    id="entities",
    where=None,
    driver=RowmillTreadmill,
    questions=(ChosenEntity(key="speed_entity", domains=("number",)),),
)


@pytest.fixture(autouse=True)
def registered(monkeypatch: pytest.MonkeyPatch) -> None:
    """Add the lines to the registry."""
    for kind in (ROWMILL, SILENT, AIRBORNE, ENTITIES):
        monkeypatch.setitem(KINDS, kind.id, kind)


async def added(hass: HomeAssistant, flow: str) -> ConfigEntry[Any]:
    """Allow control, as the last step; returns the entry, which is set up."""
    done = await answer(hass, flow, CONTROL)
    assert done["type"] is FlowResultType.CREATE_ENTRY
    await hass.async_block_till_done()
    entry: ConfigEntry[Any] = done["result"]
    assert entry.state is ConfigEntryState.LOADED
    return entry


def driver_of(entry: ConfigEntry[Any]) -> RowmillTreadmill:
    """Return the driver that an entry got."""
    driver = entry.runtime_data.conductor.treadmill
    assert isinstance(driver, RowmillTreadmill)
    return driver


async def test_a_new_kind_is_chosen_typed_in_looked_at_asked_about_and_driven(
    hass: HomeAssistant,
) -> None:
    flow = await flow_entries.begin(hass, "rowmill")
    wrong = await shown_next(hass, await answer(hass, flow, {"host": "127.0.0.99", "port": 4711}))
    assert (wrong["step_id"], wrong["errors"]) == ("rowmill", {"base": "not_found_network"})
    form = await shown_next(hass, await answer(hass, flow, {"host": "127.0.0.7", "port": 4711}))
    assert (form["step_id"], form["errors"]) == ("machine", {})
    assert "Row Mill 3" in form["description_placeholders"]["found"]
    assert form["description_placeholders"]["water_range"] == "1 … 10 x"
    assert suggested(form) == {
        "name": "Mill 3",
        "min_incline": -4.0,
        "water": 4.0,
        "oar": "left",
        "sculls": True,
    }
    more = {"oar": "right", "sculls": False}
    answers = {"name": "Gym", "min_incline": -4, "water": 9.5, "more": more}
    wrong = await answer(hass, flow, answers)
    assert wrong["errors"] == {"water": "water_too_deep"}
    await answer(hass, flow, answers | {"water": 3})
    entry = await added(hass, flow)
    assert entry.unique_id == "rm-0815"
    assert dict(entry.data) == {
        "kind": "rowmill",
        "host": "127.0.0.7",
        "port": 4711,
        "name": "Gym",
        "manufacturer": "Row",
        "model": "Mill 3",
        "serial": "RM-0815",
        "offered": {"min_incline": -4, "max_incline": 12},
        "min_incline": -4.0,
        "water": 3.0,
        **more,
    }
    assert driver_of(entry).means.data() == entry.data
    assert driver_of(entry).connected
    await hass.config_entries.async_unload(entry.entry_id)


async def test_a_new_kind_is_offered_by_its_announcement(hass: HomeAssistant) -> None:
    info = announcement("Mill", port=None, sn="RM-0815")
    info.type = SERVICE
    form = await announced(hass, info)
    assert form["step_id"] == "confirm"
    form = await shown_next(hass, await answer(hass, form["flow_id"], {}))
    folded = {"oar": "left", "sculls": True}
    typed = {"name": "Gym", "min_incline": -4, "water": 4, "more": folded}
    await answer(hass, form["flow_id"], typed)
    entry = await added(hass, form["flow_id"])
    assert (entry.data["kind"], entry.data["port"]) == ("rowmill", 4711)
    await hass.config_entries.async_unload(entry.entry_id)


async def test_a_new_kind_is_changed_later(hass: HomeAssistant) -> None:
    flow = await flow_entries.begin(hass, "rowmill")
    await shown_next(hass, await answer(hass, flow, {"host": "127.0.0.7", "port": 4711}))
    folded = {"oar": "left", "sculls": True}
    typed = {"name": "Gym", "min_incline": -4, "water": 4, "more": folded}
    await answer(hass, flow, typed)
    entry = await added(hass, flow)
    form: Any = await hass.config_entries.flow.async_init(
        DOMAIN, context={"source": SOURCE_RECONFIGURE, "entry_id": entry.entry_id}
    )
    assert suggested(form) == {
        "name": "Gym",
        "host": "127.0.0.7",
        "port": 4711,
        "min_incline": -4.0,
        "water": 4.0,
        **folded,
    }
    done = await answer(
        hass, form["flow_id"], typed | {"water": 5, "host": "127.0.0.7", "port": 4711}
    )
    assert done["reason"] == "reconfigure_successful"
    assert entry.data["water"] == 5.0
    await hass.async_block_till_done()
    await hass.config_entries.async_unload(entry.entry_id)


async def test_what_no_kind_knows_is_not_offered(hass: HomeAssistant) -> None:
    info = announcement("Mill", sn="RM-0815")
    info.type = "_teapot._tcp.local."
    done = await announced(hass, info)
    assert (done["type"], done["reason"]) == (FlowResultType.ABORT, "not_a_treadmill")


def test_only_kinds_have_steps_of_their_own() -> None:
    flow = DescentConfigFlow()
    assert hasattr(flow, "async_step_rowmill")
    assert not hasattr(flow, "async_step_teapot")
    assert not hasattr(flow, "rowmill")


async def test_the_example_of_the_page_about_adding_a_treadmill_is_one(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Run the module that the page shows, with a driver that it does not show."""

    async def ask(*_: object) -> dict[str, str]:
        return {"model": "L 1", "serial": "LT-0815"}

    package = "custom_components.descent.treadmills"
    driver = ModuleType(f"{package}.linetalk")
    driver.__dict__.update(LinetalkTreadmill=LinetalkTreadmill, ask=ask)
    monkeypatch.setitem(sys.modules, driver.__name__, driver)
    module = {"__name__": f"{package}.linetalk_kind", "__package__": package}
    exec(read("docs/adding-a-treadmill.md").split("```python\n")[1].split("```")[0], module)  # noqa: S102  (ours)
    monkeypatch.setitem(KINDS, "linetalk", module["LINETALK"])
    flow = await flow_entries.begin(hass, "linetalk")
    form = await shown_next(hass, await answer(hass, flow, {"host": "127.0.0.7", "port": 4711}))
    assert suggested(form) == {
        "name": "L 1",
        "min_incline": None,
        "max_incline": None,
        "beeps": True,
    }
    typed = {"name": "Gym", "min_incline": -3, "max_incline": 12, "more": {"beeps": False}}
    await answer(hass, flow, typed)
    entry = await added(hass, flow)
    treadmill = entry.runtime_data.conductor.treadmill
    assert isinstance(treadmill, LinetalkTreadmill)
    assert treadmill.place() == ("127.0.0.7", 4711)
    await hass.config_entries.async_unload(entry.entry_id)
    offer = announcement("Line", serial_number="x", sn="LT-0816")
    offer.type = "_linetalk._tcp.local."
    assert (await announced(hass, offer))["step_id"] == "confirm"


async def test_a_kind_that_says_nothing_about_itself_is_asked_for_its_name(
    hass: HomeAssistant,
) -> None:
    flow = await flow_entries.begin(hass, "silent")
    form = await shown_next(hass, await answer(hass, flow, {"host": "127.0.0.7", "port": 80}))
    assert (form["step_id"], suggested(form)) == ("machine", {"name": "Treadmill"})
    await answer(hass, flow, {"name": "Gym"})
    entry = await added(hass, flow)
    where = {"kind": "silent", "host": "127.0.0.7", "port": 80}
    assert (entry.unique_id, dict(entry.data)) == (None, where | {"name": "Gym"})
    await hass.config_entries.async_unload(entry.entry_id)


@pytest.mark.parametrize("name", ["Air 1", "Air 2"])
async def test_a_new_kind_can_be_picked_from_what_is_in_reach(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    in_reach(monkeypatch, advertisement(name, uuids=()), advertisement("T-800"))
    flow = await flow_entries.begin(hass, "airborne")
    form = await shown_next(hass, await answer(hass, flow, {"address": ADDRESS}))
    await answer(hass, flow, {"name": suggested(form)["name"]})
    entry = await added(hass, flow)
    assert dict(entry.data) == {"kind": "airborne", "address": ADDRESS, "name": name}
    assert driver_of(entry).means.radio(ADDRESS).device is None
    await hass.config_entries.async_unload(entry.entry_id)


@pytest.mark.parametrize(
    ("info", "end"),
    [
        (advertisement("Air 1", uuids=()), FlowResultType.FORM),
        (advertisement("Air 2", uuids=()), FlowResultType.ABORT),
    ],
    ids=["a treadmill", "something else"],
)
async def test_a_new_kind_is_offered_by_its_advertisement(
    hass: HomeAssistant, info: BluetoothServiceInfoBleak, end: FlowResultType
) -> None:
    assert (await heard(hass, info))["type"] is end


async def test_a_kind_that_is_nowhere_is_made_of_its_questions(hass: HomeAssistant) -> None:
    flow = await flow_entries.begin(hass, "entities")
    form = await answer(hass, flow, {"name": "Gym", "speed_entity": "number.speed"})
    assert form["step_id"] == "control"
    entry = await added(hass, flow)
    assert dict(entry.data) == {
        "kind": "entities",
        "name": "Gym",
        "speed_entity": "number.speed",
    }
    assert driver_of(entry).means.hass is hass
    await hass.config_entries.async_unload(entry.entry_id)
