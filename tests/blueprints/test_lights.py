"""The blueprint that lets lights follow the session."""

from __future__ import annotations

from datetime import timedelta
from itertools import groupby
from typing import Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import async_fire_time_changed

from custom_components.descent.runtime.broadcast import Told, async_tell
from custom_components.descent.training.cues import countdown
from tests import flow_entries
from tests.blueprints import stand_ins

LIGHT = "light.room"
SCENE = "scene.descent_lights_automation_under_test"
EASY, DESCENT, RECOVERY = [1, 1, 1], [2, 2, 2], [3, 3, 3]
OFF_BELT, PAUSED, COUNTDOWN = [4, 4, 4], [5, 5, 5], [6, 6, 6]
COLOURS = {
    "colour_easy": EASY,
    "colour_descent": DESCENT,
    "colour_recovery": RECOVERY,
    "colour_off_belt": OFF_BELT,
    "colour_paused": PAUSED,
    "colour_countdown": COUNTDOWN,
}


@pytest.fixture(autouse=True)
async def light_fixture(hass: HomeAssistant, runner: object, actors: stand_ins.Actors) -> None:
    """Put a light into the room, and what remembers how it was."""
    assert await async_setup_component(hass, "scene", {})
    actors.remember_scenes()
    actors.play("light.turn_on", "light.turn_off")


async def test_lights_follow_every_phase_blink_and_are_what_they_were_before(
    hass: HomeAssistant, treadmill: ConfigEntry[Any], device: str, actors: stand_ins.Actors
) -> None:
    await stand_ins.automate(hass, "lights_by_phase", treadmill=device, lights=[LIGHT], **COLOURS)
    await stand_ins.whole_session(hass, treadmill)
    await actors.until(stand_ins.restored)

    assert actors.calls[0] == (
        "scene.create",
        {"scene_id": SCENE.removeprefix("scene."), "snapshot_entities": [LIGHT]},
    )
    colours = [list(colour) for colour in actors.values("light.turn_on", "rgb_color")]
    phases = [colour for colour, _ in groupby(colour for colour in colours if colour != COUNTDOWN)]
    assert phases == [EASY, DESCENT, RECOVERY, DESCENT, RECOVERY, EASY, OFF_BELT]
    assert COUNTDOWN in colours
    assert actors.of("scene.turn_on")[0]["entity_id"] == [SCENE]
    assert len(actors.of("scene.create", "scene.turn_on", "scene.delete")) == 3


async def test_lights_blink_as_often_as_there_are_seconds_left(
    hass: HomeAssistant, treadmill: ConfigEntry[Any], device: str, actors: stand_ins.Actors
) -> None:
    await stand_ins.automate(hass, "lights_by_phase", treadmill=device, lights=[LIGHT], **COLOURS)
    async_tell(hass, Told(treadmill.entry_id, countdown(2)))
    for calls in range(2, 6):  # the first one remembers what the light was
        await actors.times(calls)
        async_fire_time_changed(hass, dt_util.utcnow() + timedelta(seconds=1))
    await hass.async_block_till_done()
    assert actors.values("light.turn_on", "brightness_pct") == [100, 20, 100, 20]
    assert actors.values("light.turn_on", "rgb_color") == [COUNTDOWN] * 4


async def test_lights_are_those_of_a_descent_when_its_countdown_is_over(
    hass: HomeAssistant, treadmill: ConfigEntry[Any], device: str, actors: stand_ins.Actors
) -> None:
    await stand_ins.automate(hass, "lights_by_phase", treadmill=device, lights=[LIGHT], **COLOURS)
    await stand_ins.arm(hass, treadmill)
    await stand_ins.run(hass, treadmill)
    await stand_ins.in_phase(hass, treadmill, "recovery")
    await actors.until(lambda calls: calls[-1][1].get("rgb_color") == RECOVERY)
    colours = [list(colour) for colour in actors.values("light.turn_on", "rgb_color")]
    assert COUNTDOWN in colours
    assert colours[-2:] == [DESCENT, RECOVERY]


async def test_what_lights_were_is_remembered_before_they_blink_for_the_start(
    hass: HomeAssistant, treadmill: ConfigEntry[Any], device: str, actors: stand_ins.Actors
) -> None:
    await stand_ins.automate(hass, "lights_by_phase", treadmill=device, lights=[LIGHT], **COLOURS)
    async_tell(hass, Told(treadmill.entry_id, countdown(5)))
    await actors.times(2)
    assert [service for service, _ in actors.calls] == ["scene.create", "light.turn_on"]


async def test_lights_do_not_blink_if_that_is_not_wanted(
    hass: HomeAssistant, treadmill: ConfigEntry[Any], device: str, actors: stand_ins.Actors
) -> None:
    inputs = COLOURS | {"blink": False}
    await stand_ins.automate(hass, "lights_by_phase", treadmill=device, lights=[LIGHT], **inputs)
    await stand_ins.whole_session(hass, treadmill)
    await actors.until(stand_ins.restored)
    assert COUNTDOWN not in actors.values("light.turn_on", "rgb_color")


@pytest.mark.parametrize("phase", ["warm_up", "descent", "recovery"])
async def test_a_stopped_session_restores_the_lights(
    hass: HomeAssistant,
    treadmill: ConfigEntry[Any],
    device: str,
    actors: stand_ins.Actors,
    phase: str,
) -> None:
    await stand_ins.automate(hass, "lights_by_phase", treadmill=device, lights=[LIGHT])
    await stand_ins.arm(hass, treadmill)
    await stand_ins.run(hass, treadmill)
    await stand_ins.in_phase(hass, treadmill, phase)
    await flow_entries.act(hass, "stop", treadmill=device)
    await actors.until(stand_ins.restored)


async def test_a_session_that_never_starts_changes_no_light(
    hass: HomeAssistant, treadmill: ConfigEntry[Any], device: str, actors: stand_ins.Actors
) -> None:
    await stand_ins.automate(hass, "lights_by_phase", treadmill=device, lights=[LIGHT])
    await stand_ins.arm(hass, treadmill)
    await flow_entries.act(hass, "stop", treadmill=device)
    await hass.async_block_till_done()
    assert actors.calls == []


async def test_a_treadmill_that_reloads_does_not_lose_what_the_lights_were(
    hass: HomeAssistant, treadmill: ConfigEntry[Any], device: str, actors: stand_ins.Actors
) -> None:
    await stand_ins.automate(hass, "lights_by_phase", treadmill=device, lights=[LIGHT], **COLOURS)
    await stand_ins.arm(hass, treadmill)
    await stand_ins.run(hass, treadmill)
    await stand_ins.in_phase(hass, treadmill, "descent")
    await hass.config_entries.async_reload(treadmill.entry_id)
    await actors.until(lambda calls: calls[-1][1].get("rgb_color") == PAUSED)
    await flow_entries.act(hass, "stop", treadmill=device)
    await actors.until(stand_ins.restored)
    assert len(actors.of("scene.create")) == 1


@pytest.mark.parametrize(
    ("forgotten", "call"),
    [("white", "light.turn_on"), ("off", "light.turn_off"), ("leave", "light.no_call")],
)
async def test_a_restart_forgets_what_the_lights_were_and_does_what_was_chosen(
    hass: HomeAssistant,
    treadmill: ConfigEntry[Any],
    device: str,
    actors: stand_ins.Actors,
    *,
    forgotten: str,
    call: str,
) -> None:
    await stand_ins.arm(hass, treadmill)
    await stand_ins.run(hass, treadmill)
    await hass.config_entries.async_reload(treadmill.entry_id)
    await stand_ins.automate_at_start(
        hass, "lights_by_phase", treadmill=device, lights=[LIGHT], forgotten=forgotten
    )
    await hass.async_block_till_done()
    assert [service for service, _ in actors.calls] == [call] * len(actors.of(call))
    assert bool(actors.calls) == (forgotten != "leave")
