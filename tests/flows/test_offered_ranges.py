"""What a machine says of its ranges: its owner may narrow that, and not widen it (rule R10)."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

from homeassistant.config_entries import SOURCE_RECONFIGURE, ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.util.unit_system import US_CUSTOMARY_SYSTEM
import pytest

from custom_components.descent.const import DOMAIN
from custom_components.descent.training.model import Range
from custom_components.descent.treadmills import Doubt, Offered
from custom_components.descent.treadmills.clock import Clock
from custom_components.descent.treadmills.ftms import FtmsTreadmill
from custom_components.descent.treadmills.gatt import INCLINE_RANGE, SPEED_RANGE
from tests.flows.test_config_flow import answer
from tests.flows.unknown_machines import (
    HERE,
    UnknownMachine,
    looked_at,
    machine_answers,
    meet,
    network_entry,
)
from tests.machines.profiles import KMH_PER_MPH, PROFILES

# 1 to 20 km/h, and as in the report: 0000 9600 0500.
FLAT = replace(
    PROFILES["typical"],
    machine=replace(
        PROFILES["typical"].machine,
        speed=Range(minimum=1, maximum=20, step=0.1),
        incline=Range(minimum=0, maximum=15, step=0.5),
    ),
)
PLACE: dict[str, Any] = {**HERE}
INSIDE: dict[str, Any] = {"min_incline": 0, "max_incline": 15, "min_speed": 1, "max_speed": 20}
NOT_ACKNOWLEDGED = {"acknowledge": False, "start_belt": False}
OUTSIDE = pytest.mark.parametrize(
    ("changes", "errors"),
    [
        ({"min_incline": -6}, {"min_incline": "incline_not_offered"}),
        ({"max_incline": 16}, {"max_incline": "incline_not_offered"}),
        (
            {"min_incline": 16, "max_incline": 20},
            {"min_incline": "incline_not_offered", "max_incline": "incline_not_offered"},
        ),
        ({"min_speed": 0.5}, {"min_speed": "speed_not_offered"}),
        ({"max_speed": 22}, {"max_speed": "speed_not_offered"}),
        (
            {"min_incline": -6, "max_speed": 22},
            {"min_incline": "incline_not_offered", "max_speed": "speed_not_offered"},
        ),
        ({"min_incline": -101}, {"min_incline": "min_incline_out_of_range"}),
    ],
    ids=["too deep", "too steep", "all of it", "too slow", "too fast", "both axes", "no treadmill"],
)


@pytest.fixture(autouse=True)
def no_setup(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep entries from being set up."""

    async def setup(hass: HomeAssistant, entry: ConfigEntry[Any]) -> bool:
        return True

    monkeypatch.setattr("custom_components.descent.async_setup_entry", setup)


def meet_saying(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch, **ranges: bytes
) -> UnknownMachine:
    """Put a machine where the flow looks that says this of its ranges, whatever it can do."""
    unknown = meet(hass, monkeypatch, FLAT)
    numbers = {"speed": SPEED_RANGE, "incline": INCLINE_RANGE}
    said = {numbers[axis]: value for axis, value in ranges.items()}
    unknown.machine._values = {**unknown.machine._values, **said}
    return unknown


async def entry_of(hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch) -> ConfigEntry[Any]:
    """Add a flat machine as it says it is."""
    meet(hass, monkeypatch, FLAT)
    form = await looked_at(hass)
    await answer(hass, form["flow_id"], machine_answers(**INSIDE))
    done = await answer(hass, form["flow_id"], NOT_ACKNOWLEDGED)
    entry: ConfigEntry[Any] = done["result"]
    return entry


async def changing(hass: HomeAssistant, entry: ConfigEntry[Any]) -> Any:
    """Begin to change an entry; returns the form."""
    return await hass.config_entries.flow.async_init(
        DOMAIN, context={"source": SOURCE_RECONFIGURE, "entry_id": entry.entry_id}
    )


def driven(entry: ConfigEntry[Any], offered: Offered) -> None:
    """Let the driver of an entry have heard this."""
    treadmill = SimpleNamespace(offered=offered, doubts=frozenset[Doubt](), failing={})
    entry.runtime_data = SimpleNamespace(treadmill=treadmill)


# ---- when it is added


@OUTSIDE
async def test_r10_what_a_machine_says_it_cannot_is_refused_at_its_field_and_can_be_corrected(
    hass: HomeAssistant,
    monkeypatch: pytest.MonkeyPatch,
    changes: dict[str, Any],
    errors: dict[str, str],
) -> None:
    unknown = meet(hass, monkeypatch, FLAT)
    assert unknown.machine.read(INCLINE_RANGE) == bytes.fromhex("0000 9600 0500")
    form = await looked_at(hass)
    form = await answer(hass, form["flow_id"], machine_answers(**INSIDE | changes))
    assert (form["step_id"], form["errors"]) == ("machine", errors)
    texts = form["description_placeholders"]
    assert (texts["incline_offered"], texts["speed_offered"]) == ("0 … 15 %", "1 … 20 km/h")
    form = await answer(hass, form["flow_id"], machine_answers(**INSIDE))
    assert form["step_id"] == "control"


async def test_what_a_machine_says_can_be_narrowed(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    meet(hass, monkeypatch, FLAT)
    form = await looked_at(hass)
    narrow: dict[str, Any] = {"min_incline": 1, "max_incline": 10, "min_speed": 2, "max_speed": 12}
    await answer(hass, form["flow_id"], machine_answers(**narrow))
    done = await answer(hass, form["flow_id"], NOT_ACKNOWLEDGED)
    assert {key: done["data"][key] for key in narrow} == narrow


@pytest.mark.parametrize("said", [b"", bytes(6)], ids=["missing", "zeros"])
async def test_of_what_a_machine_does_not_say_the_answer_of_its_owner_counts(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch, said: bytes
) -> None:
    unknown = meet_saying(hass, monkeypatch, speed=said, incline=said)
    form = await looked_at(hass)
    typed: dict[str, Any] = {
        "min_incline": -6,
        "max_incline": 12,
        "min_speed": 0.5,
        "max_speed": 22,
    }
    await answer(hass, form["flow_id"], machine_answers(**typed))
    done = await answer(hass, form["flow_id"], NOT_ACKNOWLEDGED)
    assert {key: done["data"][key] for key in typed} == typed
    treadmill = FtmsTreadmill.from_data(done["data"], Clock(hass.loop), unknown.link)
    await treadmill.connect()
    machine = treadmill.machine
    assert (machine.incline.minimum, machine.speed.maximum) == (-6, 22)
    assert treadmill.offered == Offered()
    await treadmill.disconnect()


async def test_one_range_that_is_said_does_not_bind_the_other(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    meet_saying(hass, monkeypatch, incline=bytes(6))
    form = await looked_at(hass)
    typed: dict[str, Any] = {"min_incline": -6, "max_incline": 12, "min_speed": 1, "max_speed": 22}
    form = await answer(hass, form["flow_id"], machine_answers(**typed))
    assert form["errors"] == {"max_speed": "speed_not_offered"}


async def test_what_a_machine_says_is_said_in_the_unit_of_the_form(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    hass.config.units = US_CUSTOMARY_SYSTEM
    meet(hass, monkeypatch, FLAT)
    form = await looked_at(hass)
    typed: dict[str, Any] = {
        "min_incline": 0,
        "max_incline": 15,
        "min_speed": 0.6,
        "max_speed": 12.5,
    }
    form = await answer(hass, form["flow_id"], machine_answers(**typed))
    assert form["errors"] == {"max_speed": "speed_not_offered"}
    assert form["description_placeholders"]["speed_offered"] == "0.7 … 12.4 mph"
    # 12.4 mph and 0.6 mph are what the form makes of 20 and 1 km/h.
    form = await answer(hass, form["flow_id"], machine_answers(**typed | {"max_speed": 12.4}))
    assert form["step_id"] == "control"


async def test_an_offset_is_in_what_is_typed_as_it_is_in_what_is_said(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    meet(hass, monkeypatch, "offset")  # a true -6 is shown, and said, as 0
    form = await looked_at(hass)
    habits = {"incline_offset": 6}
    below = machine_answers(habits, min_incline=-1, max_incline=15)
    form = await answer(hass, form["flow_id"], below)
    assert form["errors"] == {"min_incline": "incline_not_offered"}
    shown = machine_answers(habits, min_incline=0, max_incline=15)
    form = await answer(hass, form["flow_id"], shown)
    assert form["step_id"] == "control"


@pytest.mark.parametrize(
    ("max_speed", "errors"), [(19.3, {}), (19.5, {"max_speed": "speed_not_offered"})]
)
async def test_what_was_taken_for_kilometres_is_said_in_the_unit_that_is_chosen(
    hass: HomeAssistant,
    monkeypatch: pytest.MonkeyPatch,
    max_speed: float,
    errors: dict[str, str],
) -> None:
    meet(hass, monkeypatch, "miles")  # 0.5 to 12 mph
    form = await looked_at(hass)
    typed: dict[str, Any] = {
        "min_incline": -5,
        "max_incline": 15,
        "min_speed": 0.8,
        "max_speed": max_speed,
    }
    form = await answer(hass, form["flow_id"], machine_answers(**typed, speed_unit="mph"))
    assert (form["errors"] or {}) == errors


# ---- when it is changed


@OUTSIDE
async def test_r10_what_a_machine_said_when_it_was_added_is_said_when_it_is_changed(
    hass: HomeAssistant,
    monkeypatch: pytest.MonkeyPatch,
    changes: dict[str, Any],
    errors: dict[str, str],
) -> None:
    entry = await entry_of(hass, monkeypatch)
    form = await changing(hass, entry)
    before = dict(entry.data)
    form = await answer(hass, form["flow_id"], machine_answers(**PLACE, **INSIDE | changes))
    assert (form["step_id"], form["errors"]) == ("machine", errors)
    assert form["description_placeholders"]["incline_offered"] == "0 … 15 %"
    assert dict(entry.data) == before
    done = await answer(hass, form["flow_id"], machine_answers(**PLACE, **INSIDE))
    assert done["type"] is FlowResultType.ABORT
    assert entry.data["offered"] == INSIDE


async def test_what_a_machine_says_now_counts_more_than_what_it_said_when_it_was_added(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    entry = await entry_of(hass, monkeypatch)
    driven(entry, Offered(incline=Range(minimum=-3, maximum=12, step=0.5)))
    form = await changing(hass, entry)
    typed: dict[str, Any] = {"min_incline": -3, "max_incline": 15, "min_speed": 1, "max_speed": 21}
    form = await answer(hass, form["flow_id"], machine_answers(**PLACE, **typed))
    assert form["errors"] == {
        "max_incline": "incline_not_offered",
        "max_speed": "speed_not_offered",  # of which it says nothing new
    }
    typed |= {"max_incline": 12, "max_speed": 20}
    done = await answer(hass, form["flow_id"], machine_answers(**PLACE, **typed))
    assert done["reason"] == "reconfigure_successful"


async def test_an_entry_of_an_earlier_version_goes_by_what_its_driver_hears(
    hass: HomeAssistant,
) -> None:
    entry = network_entry(hass, speed_unit="mph")
    form = await changing(hass, entry)
    driven(entry, Offered(speed=Range(minimum=0.8, maximum=19.4, step=0.2)))
    typed: dict[str, Any] = {
        "min_incline": -6,
        "max_incline": 15,
        "min_speed": 0.8,
        "max_speed": 20,
    }
    in_miles = machine_answers(**PLACE, **typed, speed_unit="mph")
    form = await answer(hass, form["flow_id"], in_miles)
    assert form["errors"] == {"max_speed": "speed_not_offered"}
    in_kilometres = machine_answers(**PLACE, **typed, speed_unit="kmh")
    form = await answer(hass, form["flow_id"], in_kilometres)
    assert form["description_placeholders"]["speed_offered"] == "0.5 … 12 km/h"
    assert pytest.approx(12.05, abs=0.01) == 19.4 / KMH_PER_MPH
    assert "max_speed" in form["errors"]


async def test_before_a_machine_was_heard_nothing_is_known_and_all_is_taken(
    hass: HomeAssistant,
) -> None:
    entry = network_entry(hass)
    driven(entry, Offered())
    form = await changing(hass, entry)
    done = await answer(hass, form["flow_id"], machine_answers(**PLACE))
    assert (done["reason"], entry.data["min_incline"]) == ("reconfigure_successful", -6.0)
