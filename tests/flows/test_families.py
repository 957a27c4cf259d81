"""Each family of treadmills, through the config flow: looked at, accepted as it is, and driven."""

from __future__ import annotations

import asyncio
from typing import Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
import pytest

from custom_components.descent.treadmills.clock import Clock
from custom_components.descent.treadmills.ftms import FtmsTreadmill
from tests.flows.test_config_flow import answer, suggested
from tests.flows.unknown_machines import FOLDED, looked_at, meet
from tests.machines.profiles import PROFILES

# What an owner has to type in: by family, what the machine does not say.
TYPED: dict[str, dict[str, Any]] = {
    "no_range": {"min_incline": -3.0, "max_incline": 12.0},
    "zero_range": {"min_incline": -3.0, "max_incline": 12.0},
    "levels": {
        "min_incline": 0.0,
        "max_incline": 80.1,
        "incline_step": 6.67,
        "incline_factor": 6.67,
    },
    "offset": {"incline_offset": 6.0},
    "t800": {"whole_percent": True},
    "f85": {"whole_percent": True},
    "miles": {"speed_unit": "mph"},
    "imperial": {"speed_unit": "mph_commands"},
}


@pytest.fixture(autouse=True)
def no_setup(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep entries from being set up."""

    async def setup(hass: HomeAssistant, entry: ConfigEntry[Any]) -> bool:
        return True

    monkeypatch.setattr("custom_components.descent.async_setup_entry", setup)


@pytest.mark.parametrize("name", PROFILES)
async def test_a_machine_of_each_family_is_added_and_connected_to(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    unknown = meet(hass, monkeypatch, name)
    form = await looked_at(hass)
    answers = suggested(form) | TYPED.get(name, {})
    folded = {key: answers.pop(key) for key in FOLDED}
    await answer(hass, form["flow_id"], answers | {"more": folded})
    done = await answer(hass, form["flow_id"], {"acknowledge": True, "start_belt": False})
    true = unknown.machine.profile.machine
    treadmill = FtmsTreadmill.from_data(done["data"], Clock(hass.loop), unknown.link)
    await treadmill.connect()
    machine = treadmill.machine
    await treadmill.disconnect()
    assert (machine.speed.minimum, machine.speed.maximum) == pytest.approx(
        (true.speed.minimum, true.speed.maximum)
    )
    assert (machine.incline.minimum, machine.incline.maximum) == pytest.approx(
        (true.incline.minimum, true.incline.maximum), abs=0.02
    )
    assert list(unknown.machine.commands) == []
    assert not [task for task in asyncio.all_tasks() if "keep contact" in task.get_name()]
