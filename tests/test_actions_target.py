"""The action set_target: speed and slope, nudges, and what is refused."""

from __future__ import annotations

from typing import Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
import probatio as vol
import pytest

from custom_components.descent.snapshot import Snapshot
from tests import flow_entries
from tests.flow_entries import refused

pytestmark = pytest.mark.usefixtures("hurried")


async def start_belt(hass: HomeAssistant, entry: ConfigEntry[Any]) -> None:
    await flow_entries.press(hass, entry, "console_start")
    await flow_entries.until_state(hass, entry, "sensor", "speed", "1.0")


async def test_set_target_sets_speed_and_slope(
    hass: HomeAssistant, treadmill: ConfigEntry[Any]
) -> None:
    await start_belt(hass, treadmill)
    await flow_entries.act(hass, "set_target", speed=5, decline=2)
    assert flow_entries.shown(hass, treadmill, "number", "target_speed").state == "5.0"
    assert flow_entries.shown(hass, treadmill, "number", "target_incline").state == "-2.0"
    await flow_entries.act(hass, "set_target", incline=1)
    assert flow_entries.shown(hass, treadmill, "number", "target_incline").state == "1.0"


async def test_a_nudge_starts_from_the_wish_or_else_from_the_measurement(
    hass: HomeAssistant, treadmill: ConfigEntry[Any]
) -> None:
    await start_belt(hass, treadmill)
    await flow_entries.act(hass, "set_target", nudge_speed=1.5)
    assert flow_entries.shown(hass, treadmill, "number", "target_speed").state == "2.5"
    await flow_entries.act(hass, "set_target", nudge_speed=1, nudge_incline=-1)
    assert flow_entries.shown(hass, treadmill, "number", "target_speed").state == "3.5"
    assert flow_entries.shown(hass, treadmill, "number", "target_incline").state == "-1.0"


async def test_a_nudge_ends_at_the_limits_of_the_machine_and_never_stops_the_belt(
    hass: HomeAssistant, treadmill: ConfigEntry[Any]
) -> None:
    await start_belt(hass, treadmill)
    await flow_entries.act(hass, "set_target", nudge_speed=-5, nudge_incline=-9)
    assert flow_entries.shown(hass, treadmill, "number", "target_speed").state == "0.8"
    assert flow_entries.shown(hass, treadmill, "number", "target_incline").state == "-6.0"


async def test_r10_a_nudge_ends_at_the_speed_that_is_permitted(
    hass: HomeAssistant, treadmill: ConfigEntry[Any]
) -> None:
    await start_belt(hass, treadmill)
    await flow_entries.act(hass, "set_target", nudge_speed=18)
    assert flow_entries.shown(hass, treadmill, "number", "target_speed").state == "17.0"
    await flow_entries.act(hass, "set_target", nudge_speed=1, decline=5)
    assert flow_entries.shown(hass, treadmill, "number", "target_speed").state == "15.0"


@pytest.mark.parametrize(
    ("data", "key", "message"),
    [
        ({}, "nothing_to_set", "Give at least one of"),
        ({"speed": 5, "nudge_speed": 1}, "contradiction", "only one of speed, nudge_speed"),
        ({"incline": 1, "decline": 1}, "contradiction", "only one of incline, decline"),
        ({"decline": -2}, "decline_negative", "Use incline to go uphill"),
        ({"decline": 7}, "incline_out_of_range", "from -6.0 to 15.0 percent"),
        ({"speed": 23}, "speed_out_of_range", "up to 22 km/h"),
        ({"speed": 17.5}, "speed_not_permitted", "no more than 17 km/h"),
        ({"speed": 15.5, "decline": 5}, "speed_not_permitted", "no more than 15 km/h"),
    ],
)
async def test_a_target_that_cannot_be_is_refused(
    hass: HomeAssistant, treadmill: ConfigEntry[Any], data: dict[str, Any], key: str, message: str
) -> None:
    await start_belt(hass, treadmill)
    found, said = await refused(hass, "set_target", **data)
    assert found == key
    assert message in said
    assert flow_entries.shown(hass, treadmill, "number", "target_speed").state == "unknown"


@pytest.mark.parametrize("value", [float("nan"), float("inf"), True, "fast"])
async def test_a_target_is_a_number(
    hass: HomeAssistant, treadmill: ConfigEntry[Any], value: Any
) -> None:
    with pytest.raises(vol.Invalid):
        await flow_entries.act(hass, "set_target", speed=value)


@pytest.mark.parametrize("data", [{"decline": 2}, {"incline": -0.5}])
async def test_r10_a_decline_is_not_sent_to_a_deck_that_has_none(
    hass: HomeAssistant, data: dict[str, float]
) -> None:
    entry = await flow_entries.add_treadmill(hass, min_incline=0)
    assert await refused(hass, "set_target", **data) == (
        "no_decline",
        "This treadmill cannot decline",
    )
    await hass.config_entries.async_unload(entry.entry_id)


async def test_a_nudge_needs_something_to_start_from(hass: HomeAssistant) -> None:
    entry = await flow_entries.add_treadmill(hass)
    entry.runtime_data.data = Snapshot()
    key, _ = await refused(hass, "set_target", nudge_speed=1)
    assert key == "nothing_to_nudge"
    await hass.config_entries.async_unload(entry.entry_id)
