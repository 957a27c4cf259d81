"""The blueprint that lets fans follow the session."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, State
from homeassistant.helpers.restore_state import StoredState, async_get
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import async_fire_time_changed

from tests import flow_entries
from tests.blueprints import stand_ins
from tests.runtime.scripted_engine import settle

FAN = "fan.room"
LEVELS = {
    "level_warm_up": 10,
    "level_descent": 80,
    "level_recovery": 40,
    "level_cool_down": 30,
    "level_off_belt": 0,
    "level_paused": 15,
    "effort_from": 4,
    "effort_more": 10,
}


@pytest.fixture(autouse=True)
def fan_fixture(actors: stand_ins.Actors) -> None:
    """Put a fan into the room."""
    actors.play("fan.turn_on", "fan.turn_off")


def off(calls: list[stand_ins.Call]) -> bool:
    return bool(calls) and calls[-1][0] == "fan.turn_off"


async def test_the_fan_follows_every_phase_and_goes_off_at_the_end(
    hass: HomeAssistant, treadmill: ConfigEntry[Any], device: str, actors: stand_ins.Actors
) -> None:
    await stand_ins.automate(hass, "fan_by_phase", treadmill=device, fans=[FAN], run_on=0, **LEVELS)
    await stand_ins.whole_session(hass, treadmill)
    await actors.until(lambda calls: off(calls) and len(calls) == 8)
    # 10 % more for each km/h above 4: the warm-up is at 4.5, the descents at 5.
    assert [round(level) for level in actors.values("fan.turn_on", "percentage")] == [
        *(15, 90, 40, 90, 40, 30),
    ]
    assert all(data["entity_id"] == [FAN] for _, data in actors.calls)
    assert [service for service, _ in actors.calls[-2:]] == ["fan.turn_off"] * 2


async def test_the_fan_runs_on_after_a_session(
    hass: HomeAssistant, treadmill: ConfigEntry[Any], device: str, actors: stand_ins.Actors
) -> None:
    await stand_ins.automate(hass, "fan_by_phase", treadmill=device, fans=[FAN], run_on=3)
    await stand_ins.whole_session(hass, treadmill)
    assert not off(actors.calls)
    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(minutes=2, seconds=50))
    await settle()
    assert not off(actors.calls)
    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(minutes=3, seconds=1))
    await actors.until(off)


@pytest.mark.parametrize("phase", ["warm_up", "descent", "recovery", "cool_down"])
async def test_the_fan_goes_off_at_once_when_a_session_is_stopped(
    hass: HomeAssistant,
    treadmill: ConfigEntry[Any],
    device: str,
    actors: stand_ins.Actors,
    phase: str,
) -> None:
    await stand_ins.automate(hass, "fan_by_phase", treadmill=device, fans=[FAN])
    await stand_ins.arm(hass, treadmill)
    await stand_ins.run(hass, treadmill)
    await stand_ins.in_phase(hass, treadmill, phase)
    await flow_entries.act(hass, "stop", treadmill=device)
    await actors.until(off)


async def test_a_session_that_stays_paused_turns_the_fan_off_and_a_resumed_one_on_again(
    hass: HomeAssistant, treadmill: ConfigEntry[Any], device: str, actors: stand_ins.Actors
) -> None:
    await stand_ins.automate(hass, "fan_by_phase", treadmill=device, fans=[FAN], run_on=0, **LEVELS)
    await stand_ins.arm(hass, treadmill)
    await stand_ins.run(hass, treadmill)
    await flow_entries.act(hass, "pause", treadmill=device)
    await actors.until(off)
    assert actors.values("fan.turn_on", "percentage")[-1] == 15
    await flow_entries.until_belt_stands(hass, treadmill)
    await flow_entries.act(hass, "resume", treadmill=device)
    await flow_entries.press(hass, treadmill, "console_start")
    await actors.until(lambda calls: not off(calls))
    assert actors.values("fan.turn_on", "percentage")[-1] == 10


async def test_a_treadmill_that_reloads_leaves_no_fan_on(
    hass: HomeAssistant, treadmill: ConfigEntry[Any], device: str, actors: stand_ins.Actors
) -> None:
    await stand_ins.automate(hass, "fan_by_phase", treadmill=device, fans=[FAN], run_on=0)
    await stand_ins.arm(hass, treadmill)
    await stand_ins.run(hass, treadmill)
    await stand_ins.in_phase(hass, treadmill, "descent")
    await hass.config_entries.async_reload(treadmill.entry_id)
    await actors.until(off)


async def restart(hass: HomeAssistant, *, triggered: timedelta, **inputs: Any) -> None:
    """Bring Home Assistant back so long after the automation ran last."""
    last = {"last_triggered": (dt_util.utcnow() - triggered).isoformat()}
    kept = StoredState(State(stand_ins.AUTOMATION, "on", last), None, dt_util.utcnow())
    async_get(hass).last_states[stand_ins.AUTOMATION] = kept
    await stand_ins.automate_at_start(hass, "fan_by_phase", fans=[FAN], **inputs)


async def test_running_on_ends_even_if_home_assistant_restarts_in_between(
    hass: HomeAssistant, device: str, actors: stand_ins.Actors
) -> None:
    await restart(hass, treadmill=device, run_on=0, triggered=timedelta(minutes=2))
    await actors.until(off)


async def test_a_restart_on_a_day_without_a_session_touches_no_fan(
    hass: HomeAssistant, device: str, actors: stand_ins.Actors
) -> None:
    await restart(hass, treadmill=device, run_on=0, triggered=timedelta(hours=2))
    await hass.async_block_till_done()
    assert actors.calls == []


async def test_a_session_that_a_restart_paused_does_not_leave_the_fan_on(
    hass: HomeAssistant, treadmill: ConfigEntry[Any], device: str, actors: stand_ins.Actors
) -> None:
    await stand_ins.arm(hass, treadmill)
    await stand_ins.run(hass, treadmill)
    await stand_ins.in_phase(hass, treadmill, "descent")
    await hass.config_entries.async_reload(treadmill.entry_id)
    await stand_ins.automate_at_start(hass, "fan_by_phase", treadmill=device, fans=[FAN], run_on=0)
    await actors.until(off)
