"""What a bug report carries, and what it does not."""

from __future__ import annotations

import json
from typing import Any

from homeassistant.core import HomeAssistant
from pytest_homeassistant_custom_component.components.diagnostics import (
    get_diagnostics_for_config_entry,
)
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from tests.mock_entries import (
    coordinator_of,
    is_faster_than,
    runner_entry,
    set_up,
    treadmill_entry,
    until,
)


async def test_r18_a_treadmill_tells_its_last_minutes_but_not_who_ran(
    hass: HomeAssistant, hass_client: ClientSessionGenerator
) -> None:
    await hass.config.async_update(time_zone="UTC")
    runner = await set_up(hass, runner_entry(name="Wilhelmina"))
    entry = await set_up(hass, treadmill_entry())
    await until(entry, is_faster_than(-1))
    await coordinator_of(entry).async_start_session("descent_walk", runner.entry_id, {})
    told: dict[str, Any] = await get_diagnostics_for_config_entry(hass, hass_client, entry)
    kinds = {record["type"] for record in told["journal"]}
    assert kinds >= {"sample", "intent", "state", "cue"}
    assert told["snapshot"]["plan"]["session"] == "descent_walk"
    assert told["permissions"]["control"] is True
    assert told["machine"]["incline"]["minimum"] == -6.0
    assert told["rates"]["belt_kmh_s"] == 0.8
    assert told["clock"]["scale"] == 600
    assert "Wilhelmina" not in json.dumps(told)


async def test_a_runner_tells_what_speeds_follow_from_but_not_who_it_is(
    hass: HomeAssistant, hass_client: ClientSessionGenerator
) -> None:
    runner = await set_up(hass, runner_entry(name="Wilhelmina", body_mass_kg=61.5))
    told: dict[str, Any] = await get_diagnostics_for_config_entry(hass, hass_client, runner)
    assert told["data"]["five_k_s"] == 1500.0
    assert "Wilhelmina" not in json.dumps(told)
    assert "61.5" not in json.dumps(told)
