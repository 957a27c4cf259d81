"""What a treadmill counts its speeds in: asked, found out, and converted in the config flow."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.util.unit_system import US_CUSTOMARY_SYSTEM
import pytest

from custom_components.descent.treadmills import Doubt
from custom_components.descent.treadmills.clock import Clock
from custom_components.descent.treadmills.ftms import FtmsTreadmill
from tests.flows.test_config_flow import answer, suggested
from tests.flows.unknown_machines import (
    UnknownMachine,
    looked_at,
    machine_answers,
    meet,
    network_entry,
)
from tests.machines.ftms import FtmsMachine, set_running
from tests.machines.profiles import KMH_PER_MPH, PROFILES, Profile
from tests.treadmills.memory_link import MemoryLink

QUICK = 60.0  # seconds of the machine in one
NOT_ACKNOWLEDGED = {"acknowledge": False, "start_belt": False}
SPEEDS = ("min_speed", "max_speed", "speed_step")


@pytest.fixture(autouse=True)
def no_setup(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep entries from being set up."""

    async def setup(hass: HomeAssistant, entry: ConfigEntry[Any]) -> bool:
        return True

    monkeypatch.setattr("custom_components.descent.async_setup_entry", setup)


def said(form: Any) -> str:
    found: str = form["description_placeholders"]["found"]
    return found


async def running(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch, profile: Profile, kmh: float
) -> UnknownMachine:
    """Put a machine whose belt moves, and whose time passes quickly, where the flow looks."""
    unknown = meet(hass, monkeypatch, profile)
    monkeypatch.setattr("custom_components.descent.treadmills.ftms_probe.FIRST_S", 0.1)
    clock = Clock(hass.loop, QUICK)
    unknown.machine = FtmsMachine(clock, profile)
    unknown.link = MemoryLink(unknown.machine)
    await set_running(clock, unknown.machine, kmh)
    return unknown


async def test_a_belt_of_miles_that_moves_is_found_out_and_its_speeds_are_converted(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    unknown = await running(hass, monkeypatch, PROFILES["miles"], 3.0 * KMH_PER_MPH)
    form = await looked_at(hass)
    assert "its speeds are in miles per hour" in said(form)
    assert "It says that it runs at 0.8 to 19.3 km/h." in said(form)
    shown = suggested(form)
    assert (shown["speed_unit"], [shown[key] for key in SPEEDS]) == ("mph", [0.8, 19.3, 0.16])
    await answer(
        hass,
        form["flow_id"],
        machine_answers(
            {"speed_step": 0.16},
            min_incline=-5,
            max_incline=15,
            min_speed=0.8,
            max_speed=19.3,
            speed_unit="mph",
        ),
    )
    done = await answer(hass, form["flow_id"], NOT_ACKNOWLEDGED)
    treadmill = FtmsTreadmill.from_data(done["data"], Clock(hass.loop), unknown.link)
    assert treadmill.machine.speed == PROFILES["miles"].machine.speed
    assert unknown.left_alone


async def test_a_belt_of_kilometres_that_moves_is_found_out_too_and_nothing_is_said(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    await running(hass, monkeypatch, PROFILES["typical"], 5.0)
    form = await looked_at(hass)
    assert "miles" not in said(form)
    assert suggested(form)["speed_unit"] == "kmh"


async def test_what_cannot_be_found_out_is_asked_with_what_the_display_shows(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    await running(hass, monkeypatch, PROFILES["miles"], 3.0 * KMH_PER_MPH)
    monkeypatch.setattr("custom_components.descent.treadmills.ftms_probe.LISTEN_S", 0.2)
    form = await looked_at(hass)
    assert "it sends the number 3 for its speed" in said(form)
    assert suggested(form)["speed_unit"] == "kmh"


async def test_speeds_that_were_left_as_they_are_are_converted_with_the_unit(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    meet(hass, monkeypatch, "miles")
    form = await looked_at(hass)
    shown = suggested(form)
    assert (shown["speed_unit"], [shown[key] for key in SPEEDS]) == ("kmh", [0.5, 12.0, 0.1])
    answers = machine_answers(
        min_speed=0.5, max_speed=16, speed_unit="mph", min_incline=-5, max_incline=15
    )
    await answer(hass, form["flow_id"], answers)
    done = await answer(hass, form["flow_id"], NOT_ACKNOWLEDGED)
    # Only the top speed was typed, and it was typed in km/h.
    assert [done["data"][key] for key in SPEEDS] == pytest.approx([0.804672, 16.0, 0.1609344])


async def test_whoever_types_miles_types_what_the_display_shows(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    hass.config.units = US_CUSTOMARY_SYSTEM
    meet(hass, monkeypatch, "miles")
    form = await looked_at(hass)
    answers = machine_answers(
        {"speed_step": 0.1},
        min_speed=0.5,
        max_speed=12,
        speed_unit="mph",
        min_incline=-5,
        max_incline=15,
    )
    await answer(hass, form["flow_id"], answers)
    done = await answer(hass, form["flow_id"], NOT_ACKNOWLEDGED)
    assert [done["data"][key] for key in SPEEDS] == [0.8, 19.31, 0.16]


@pytest.mark.parametrize(
    ("before", "now", "times"),
    [
        ("kmh", "mph", KMH_PER_MPH),
        ("mph", "kmh", 1 / KMH_PER_MPH),
        ("mph_commands", "mph", KMH_PER_MPH),
        ("kmh", "mph_commands", 1.0),
        ("mph", "mph", 1.0),
    ],
)
async def test_the_unit_of_a_treadmill_that_is_there_can_be_changed(
    hass: HomeAssistant, before: str, now: str, times: float
) -> None:
    entry = network_entry(hass, speed_unit=before)
    form = await entry.start_reconfigure_flow(hass)
    where: dict[str, Any] = {"host": "127.0.0.7", "port": 36866}
    answers = machine_answers(
        min_incline=-3, max_incline=15, min_speed=0.8, max_speed=24, speed_unit=now, **where
    )
    await answer(hass, form["flow_id"], answers)
    assert [entry.data[key] for key in SPEEDS] == pytest.approx(
        [0.8 * times, 24 * times, 0.1 * times]
    )


@pytest.mark.parametrize("doubts", [frozenset(), frozenset({Doubt.SPEED_UNIT})])
async def test_changing_a_treadmill_says_when_its_speeds_contradict_the_way(
    hass: HomeAssistant, doubts: frozenset[Doubt]
) -> None:
    entry = network_entry(hass)
    entry.runtime_data = SimpleNamespace(treadmill=SimpleNamespace(doubts=doubts, failing={}))
    form = await entry.start_reconfigure_flow(hass)
    assert ("compare with its display" in said(form)) is bool(doubts)
