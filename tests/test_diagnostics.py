"""What a bug report carries, and what it does not."""

from __future__ import annotations

import json
from typing import Any

from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.components.diagnostics import (
    get_diagnostics_for_config_entry,
)
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.descent.treadmills.virtual import VirtualTreadmill
from tests.mock_entries import (
    OPTIONS,
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


async def test_a_bug_report_names_nobody_and_no_machine_wherever_they_turn_up(
    hass: HomeAssistant, hass_client: ClientSessionGenerator, monkeypatch: pytest.MonkeyPatch
) -> None:
    where = {
        "address": "AA:BB:CC:00:11:22",
        "host": "192.0.2.77",
        "mac": "aa:bb:cc:33:44:55",
        "serial": "SN-4711",
        "service": "Annas Laufband._wahoo._tcp.local.",
    }
    voice = {"entity": "media_player.annas_room", "tts": "tts.annas_voice", "verbosity": "short"}
    await set_up(hass, runner_entry(name="Wilhelmina"))
    entry = await set_up(
        hass,
        treadmill_entry(OPTIONS | {"announcements": voice}, title="Annas Belt", name="Annas Belt"),
    )
    coordinator = coordinator_of(entry)
    hass.config_entries.async_update_entry(entry, data={**entry.data, **where})
    await hass.async_block_till_done()
    coordinator = coordinator_of(entry)
    cue = {"type": "cue", "key": "note", "kind": "step", "text": "Go, WILHELMINA, on annas belt!"}
    coordinator.journal.write(coordinator.view().at, 0.0, cue)
    said = ["1.0 not opened no answer from AA:BB:CC:00:11:22 (dev_AA_BB_CC_00_11_22)"]
    said += ["2.0 not opened 192.0.2.77 is aabbcc334455", f"3.0 read 2a25 {b'SN-4711'.hex()}"]
    monkeypatch.setattr(VirtualTreadmill, "trace", lambda _: said)
    told: dict[str, Any] = await get_diagnostics_for_config_entry(hass, hass_client, entry)
    text = json.dumps(told).casefold()
    hidden = [*where.values(), "Wilhelmina", "annas", "AA_BB_CC", "aabbcc334455"]
    assert [word for word in (*hidden, b"SN-4711".hex()) if word.casefold() in text] == []
    assert told["entry"]["options"]["announcements"]["entity"] == "media_player.**REDACTED**"
    assert told["entry"]["data"]["kind"] == "virtual_treadmill"
    assert told["wire"][1] == "2.0 not opened **REDACTED** is **REDACTED**"
    (noted,) = [record for record in told["journal"] if record.get("key") == "note"]
    assert noted["text"] == "Go, **REDACTED**, on **REDACTED**!"
