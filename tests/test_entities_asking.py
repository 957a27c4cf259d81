"""What can be asked of the entities: sliders, selects, the safety key, the console."""

from __future__ import annotations

from typing import Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import entity_registry as er
import pytest

from tests import flow_entries

pytestmark = pytest.mark.usefixtures("hurried")


def limits(hass: HomeAssistant, entry: ConfigEntry[Any], key: str) -> tuple[float, float]:
    attributes = flow_entries.shown(hass, entry, "number", key).attributes
    return attributes["min"], attributes["max"]


async def start_belt(hass: HomeAssistant, entry: ConfigEntry[Any]) -> None:
    await flow_entries.press(hass, entry, "console_start")
    await flow_entries.until_state(hass, entry, "binary_sensor", "belt_moving", "on")


async def test_a_slider_moves_a_moving_belt(
    hass: HomeAssistant, treadmill: ConfigEntry[Any]
) -> None:
    await start_belt(hass, treadmill)
    await flow_entries.set_number(hass, treadmill, "target_speed", 6.5)
    assert flow_entries.shown(hass, treadmill, "number", "target_speed").state == "6.5"
    await flow_entries.until_state(hass, treadmill, "sensor", "speed", "6.5")


async def test_r2_a_slider_does_not_start_the_belt(
    hass: HomeAssistant, treadmill: ConfigEntry[Any]
) -> None:
    with pytest.raises(ServiceValidationError, match="The belt does not move"):
        await flow_entries.set_number(hass, treadmill, "target_speed", 6)
    assert flow_entries.shown(hass, treadmill, "number", "target_speed").state == "unknown"


async def test_decline_and_incline_are_one_actuator(
    hass: HomeAssistant, treadmill: ConfigEntry[Any]
) -> None:
    await flow_entries.set_number(hass, treadmill, "target_decline", 2)
    assert flow_entries.shown(hass, treadmill, "number", "target_incline").state == "-2.0"
    await flow_entries.until_state(hass, treadmill, "sensor", "decline", "2.0")
    await flow_entries.set_number(hass, treadmill, "target_incline", 1)
    assert flow_entries.shown(hass, treadmill, "number", "target_decline").state == "0.0"
    await flow_entries.until_state(hass, treadmill, "sensor", "incline", "1.0")


async def refused(
    hass: HomeAssistant, entry: ConfigEntry[Any], key: str, value: float
) -> tuple[str | None, str]:
    """Set a number to what is refused; return the key and the message of the error."""
    with pytest.raises(ServiceValidationError) as error:
        await flow_entries.set_number(hass, entry, key, value)
    return error.value.translation_key, str(error.value)


async def test_sliders_have_the_range_of_the_machine_whatever_is_permitted(
    hass: HomeAssistant, treadmill: ConfigEntry[Any], runner: ConfigEntry[Any]
) -> None:
    number = er.async_get(hass).async_get(
        flow_entries.entity_id(hass, treadmill, "number", "target_speed")
    )
    assert number is not None
    await flow_entries.set_number(hass, treadmill, "target_decline", 5)
    await flow_entries.choose(hass, runner, "level", "novice")
    await hass.async_block_till_done()
    assert runner.data["level"] == "novice"
    assert flow_entries.shown(hass, runner, "select", "level").state == "novice"
    assert limits(hass, treadmill, "target_speed") == (0.8, 22.0)
    assert limits(hass, treadmill, "target_incline") == (-6.0, 15.0)
    assert limits(hass, treadmill, "target_decline") == (0.0, 6.0)
    assert er.async_get(hass).async_get(number.entity_id) is number


async def test_r10_a_speed_that_level_and_slope_do_not_permit_is_refused_by_name(
    hass: HomeAssistant, treadmill: ConfigEntry[Any], runner: ConfigEntry[Any]
) -> None:
    await start_belt(hass, treadmill)
    key, message = await refused(hass, treadmill, "target_speed", 17.1)
    assert (key, message.split(".")[0]) == (
        "speed_not_permitted",
        "At this slope no more than 17 km/h is permitted",
    )
    await flow_entries.set_number(hass, treadmill, "target_decline", 5)
    assert "15 km/h" in (await refused(hass, treadmill, "target_speed", 15.1))[1]
    await flow_entries.set_number(hass, treadmill, "target_speed", 15)
    assert flow_entries.shown(hass, treadmill, "number", "target_speed").state == "15.0"


async def test_r10_a_slope_that_is_locked_for_the_level_is_refused(hass: HomeAssistant) -> None:
    await flow_entries.add_runner(hass, level="beginner")
    entry = await flow_entries.add_treadmill(hass, min_incline=-12)
    await flow_entries.until_state(hass, entry, "sensor", "speed", "0.0")
    key, message = await refused(hass, entry, "target_decline", 8.5)
    assert (key, "-8.5 percent" in message) == ("incline_locked", True)
    await flow_entries.set_number(hass, entry, "target_decline", 8)
    await hass.config_entries.async_unload(entry.entry_id)


async def test_r10_the_users_absolute_maximum_is_the_highest_speed(hass: HomeAssistant) -> None:
    entry = await flow_entries.add_treadmill(hass, time_scale=60, control={"max_speed": 9.55})
    await flow_entries.until_state(hass, entry, "sensor", "speed", "0.0")
    await start_belt(hass, entry)
    assert "9.5 km/h" in (await refused(hass, entry, "target_speed", 9.6))[1]
    await flow_entries.set_number(hass, entry, "target_speed", 9.5)
    await hass.config_entries.async_unload(entry.entry_id)


async def test_a_machine_that_cannot_decline_has_no_decline_to_set(hass: HomeAssistant) -> None:
    entry = await flow_entries.add_treadmill(hass, min_incline=0)
    assert flow_entries.shown(hass, entry, "number", "target_decline").state == "unavailable"
    assert flow_entries.shown(hass, entry, "number", "target_incline").state == "unknown"
    await hass.config_entries.async_unload(entry.entry_id)


async def test_r1_without_acknowledgement_a_slider_says_why_it_does_nothing(
    hass: HomeAssistant,
) -> None:
    entry = await flow_entries.add_treadmill(hass, time_scale=60, control={"acknowledge": False})
    await flow_entries.until_state(hass, entry, "sensor", "speed", "0.0")
    with pytest.raises(ServiceValidationError, match="read-only"):
        await flow_entries.set_number(hass, entry, "target_incline", -1)
    await hass.config_entries.async_unload(entry.entry_id)


async def test_a_session_is_selected_by_its_id(
    hass: HomeAssistant, treadmill: ConfigEntry[Any]
) -> None:
    await flow_entries.choose(hass, treadmill, "session", "rolling_descent")
    assert treadmill.runtime_data.selected_session == "rolling_descent"
    assert flow_entries.shown(hass, treadmill, "select", "session").state == "rolling_descent"


@pytest.mark.parametrize("language", ["de", "fr", "es", "it", "nl"])
async def test_another_language_changes_no_value_that_an_automation_may_wait_for(
    hass: HomeAssistant, treadmill: ConfigEntry[Any], language: str
) -> None:
    def values() -> dict[str, tuple[str, Any]]:
        return {
            state.entity_id: (state.state, state.attributes.get("options"))
            for state in hass.states.async_all()
            if state.domain != "image"
        }

    await flow_entries.act(hass, "start_session", session="descending_sprints")
    before = values()
    await hass.config.async_update(language=language)
    await hass.async_block_till_done()
    assert treadmill.runtime_data.scripts["rolling_descent"].name != "Rolling descent"
    assert values() == before


async def test_runners_come_go_and_change_their_names_in_the_select(
    hass: HomeAssistant, treadmill: ConfigEntry[Any], runner: ConfigEntry[Any]
) -> None:
    assert flow_entries.shown(hass, treadmill, "select", "runner").attributes["options"] == [
        "none",
        "Ada",
    ]
    other = await flow_entries.add_runner(hass, name="Grace", level="advanced")
    state = flow_entries.shown(hass, treadmill, "select", "runner")
    assert (state.state, state.attributes["options"]) == ("none", ["none", "Ada", "Grace"])
    await flow_entries.choose(hass, treadmill, "runner", "Grace")
    assert treadmill.runtime_data.selected_runner == other.entry_id
    hass.config_entries.async_update_entry(other, title="Hopper")
    await hass.async_block_till_done()
    assert flow_entries.shown(hass, treadmill, "select", "runner").state == "Hopper"
    await flow_entries.choose(hass, treadmill, "runner", "none")
    assert treadmill.runtime_data.selected_runner is None
    await hass.config_entries.async_remove(other.entry_id)
    await hass.async_block_till_done()
    state = flow_entries.shown(hass, treadmill, "select", "runner")
    assert (state.state, state.attributes["options"]) == ("none", ["none", "Ada"])


async def test_a_pulled_safety_key_is_seen_and_stops_the_belt(
    hass: HomeAssistant, treadmill: ConfigEntry[Any]
) -> None:
    await start_belt(hass, treadmill)
    key = {"entity_id": flow_entries.entity_id(hass, treadmill, "switch", "safety_key")}
    await hass.services.async_call("switch", "turn_off", key, blocking=True)
    await flow_entries.until_state(hass, treadmill, "binary_sensor", "safety_key", "on")
    await flow_entries.until_state(hass, treadmill, "binary_sensor", "belt_moving", "off")
    assert flow_entries.shown(hass, treadmill, "switch", "safety_key").state == "off"
    await hass.services.async_call("switch", "turn_on", key, blocking=True)
    await flow_entries.until_state(hass, treadmill, "binary_sensor", "safety_key", "off")
    assert flow_entries.shown(hass, treadmill, "switch", "safety_key").state == "on"
    assert flow_entries.shown(hass, treadmill, "binary_sensor", "belt_moving").state == "off"


async def test_the_keys_of_the_console_are_those_of_a_treadmill(
    hass: HomeAssistant, treadmill: ConfigEntry[Any]
) -> None:
    await start_belt(hass, treadmill)
    await flow_entries.until_state(hass, treadmill, "sensor", "speed", "1.0")
    await flow_entries.press(hass, treadmill, "console_faster")
    await flow_entries.press(hass, treadmill, "console_faster")
    await flow_entries.until_state(hass, treadmill, "sensor", "speed", "2.0")
    await flow_entries.press(hass, treadmill, "console_slower")
    await flow_entries.until_state(hass, treadmill, "sensor", "speed", "1.5")
    await flow_entries.press(hass, treadmill, "console_incline_down")
    await flow_entries.until_state(hass, treadmill, "sensor", "incline", "-1.0")
    await flow_entries.press(hass, treadmill, "console_incline_up")
    await flow_entries.until_state(hass, treadmill, "sensor", "incline", "0.0")
    await flow_entries.press(hass, treadmill, "console_stop")
    await flow_entries.until_state(hass, treadmill, "binary_sensor", "belt_moving", "off")


async def test_a_fault_can_be_simulated_by_whoever_looks_for_it(
    hass: HomeAssistant, treadmill: ConfigEntry[Any]
) -> None:
    fault = flow_entries.entity_id(hass, treadmill, "select", "simulated_fault")
    assert hass.states.get(fault) is None
    er.async_get(hass).async_update_entity(fault, disabled_by=None)
    await hass.config_entries.async_reload(treadmill.entry_id)
    await flow_entries.until_state(hass, treadmill, "select", "simulated_fault", "none")
    await flow_entries.choose(hass, treadmill, "simulated_fault", "link_lost")
    assert flow_entries.shown(hass, treadmill, "select", "simulated_fault").state == "link_lost"
    await flow_entries.until_state(hass, treadmill, "binary_sensor", "connected", "off")
    await flow_entries.choose(hass, treadmill, "simulated_fault", "none")
    await flow_entries.until_state(hass, treadmill, "binary_sensor", "connected", "on")
