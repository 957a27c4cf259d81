"""Every number a user sees, in both unit systems: this walk makes the table of docs/units.md."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import EVENT_CORE_CONFIG_UPDATE
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import async_get_platforms
from homeassistant.util.unit_system import METRIC_SYSTEM, US_CUSTOMARY_SYSTEM, UnitSystem
import pytest

from custom_components.descent.const import DOMAIN
from custom_components.descent.errors import refusal
from custom_components.descent.llm_tools.facts import in_units, status
from custom_components.descent.snapshot import Snapshot
from custom_components.descent.training.events import Cue, CueKind, Refused, State
from custom_components.descent.treadmills.base import Contact
from custom_components.descent.units import units_of
from custom_components.descent.voice.answers import AnswerWording
from custom_components.descent.voice.language import load_languages
from custom_components.descent.wording import CueWording
from tests import flow_entries, pages
from tests.mock_entries import coordinator_of, set_up, treadmill_entry
from tests.runtime.test_journal import PLAN

MOMENT = Snapshot(
    contact=Contact.CONNECTED,
    speed_kmh=9.7,
    incline_pct=-3.0,
    distance_m=1540.0,
    descent_m=43.2,
    target_speed_kmh=10.0,
    target_incline_pct=-3.5,
    state=State.RUNNING,
    plan=PLAN,
    step=PLAN.steps[0],
    progress=0.5,
)
SYSTEMS = {"metric": METRIC_SYSTEM, "US customary": US_CUSTOMARY_SYSTEM}


def entities(hass: HomeAssistant) -> Iterator[tuple[str, str]]:
    """Yield what the entities with a unit show."""
    for state in sorted(hass.states.async_all(), key=lambda state: state.entity_id):
        shown = state.attributes
        if (unit := shown.get("unit_of_measurement")) is None:
            continue
        yield f"`{state.entity_id}`", f"{float(state.state):.5g} {unit}"
        if "min" in shown:
            ends = f"{shown['min']:g} to {shown['max']:g} {unit}, by {shown['step']:g}"
            yield f"`{state.entity_id}`, range", ends


async def texts(hass: HomeAssistant) -> dict[str, str]:
    """Return what is said and written."""
    cues = CueWording(hass)
    await cues.async_load()
    voice = AnswerWording(hass, load_languages()["en"], {})
    return {
        "announcement of a step": cues.render(
            Cue(kind=CueKind.GUIDE, key="guided_set", values={"speed": "10", "incline": "-3.5"})
        ),
        "announcement at the end": cues.render(
            Cue(
                kind=CueKind.END,
                key="end_completed",
                values={"descent": "43", "distance": "1540"},
            )
        ),
        "answer of a voice, speed": voice.speed(10.0),
        "answer of a voice, slope": voice.slope(-3.5),
        "answer of a voice, descent": voice.height(43.2),
    }


def facts(told: dict[str, Any], before: str = "") -> Iterator[tuple[str, str]]:
    """Yield the numbers that a language model is told."""
    for key, value in told.items():
        if isinstance(value, dict):
            yield from facts(value, f"{before}{key}.")
        elif isinstance(value, int | float) and not isinstance(value, bool):
            yield f"{before}{key}", f"{value:.5g}"


async def walk(hass: HomeAssistant, system: UnitSystem) -> dict[str, str]:
    """Set a treadmill up in a home of these units, and collect what it shows at one moment."""
    hass.config.units = system
    entry = await set_up(hass, treadmill_entry(time_scale=1))
    coordinator = coordinator_of(entry)
    coordinator.data = MOMENT
    for platform in async_get_platforms(hass, DOMAIN):
        for entity in platform.entities.values():
            entity.async_write_ha_state()
    shown = dict(entities(hass)) | await texts(hass)
    shown["refusal of a speed"] = str(refusal(Refused("speed_not_permitted", maximum=12.0)))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(coordinator, "snapshot", lambda: MOMENT)
        told = in_units(units_of(hass), status(coordinator))
    shown["what a language model is told"] = ", ".join(
        f"`{key}` {value}" for key, value in facts(told)
    )
    await hass.config_entries.async_remove(entry.entry_id)
    await hass.async_block_till_done()
    return shown


async def test_every_number_a_user_sees_is_in_the_units_of_the_user(hass: HomeAssistant) -> None:
    seen = {name: await walk(hass, system) for name, system in SYSTEMS.items()}
    metric, american = seen["metric"], seen["US customary"]
    assert list(metric) == list(american)
    table = [(what, metric[what], american[what]) for what in metric]
    assert table == pages.rows("docs/units.md", "## Every number")


@pytest.fixture
async def american(hass: HomeAssistant) -> ConfigEntry[Any]:
    """A treadmill whose belt moves at 1 km/h, in a home that has US customary units by now."""
    entry = await flow_entries.add_treadmill(hass, time_scale=60)
    await flow_entries.until_state(hass, entry, "sensor", "speed", "0.0")
    await flow_entries.press(hass, entry, "console_start")
    await flow_entries.until_state(hass, entry, "sensor", "speed", "1.0")
    hass.config.units = US_CUSTOMARY_SYSTEM
    return entry


def asked_kmh(entry: ConfigEntry[Any]) -> float:
    """Return what the belt is asked for."""
    asked: float = entry.runtime_data.data.target_speed_kmh
    return asked


@pytest.mark.parametrize("mph", [0.5, 1.0, 3.1, 5.0, 6.2, 7.4])
async def test_the_slider_shows_the_speed_that_was_set_in_miles(
    hass: HomeAssistant, american: ConfigEntry[Any], mph: float
) -> None:
    await flow_entries.set_number(hass, american, "target_speed", mph)
    assert asked_kmh(american) == round(mph * 1.609344, 1)
    slider = flow_entries.shown(hass, american, "number", "target_speed")
    assert (float(slider.state), slider.attributes["unit_of_measurement"]) == (mph, "mph")


@pytest.mark.parametrize(("end", "kmh"), [("min", 0.8), ("max", 21.9)])
async def test_both_ends_of_the_slider_can_be_set_in_miles(
    hass: HomeAssistant, american: ConfigEntry[Any], end: str, kmh: float
) -> None:
    hass.bus.async_fire(EVENT_CORE_CONFIG_UPDATE, {})
    await hass.async_block_till_done()
    limit = flow_entries.shown(hass, american, "number", "target_speed").attributes[end]
    speed = american.runtime_data.machine.speed
    assert units_of(hass).speed.asked(limit, speed) == kmh
    assert speed.holds(kmh)


@pytest.mark.parametrize(
    ("given", "kmh"),
    [
        ({"speed": 5}, 8.0),
        ({"speed": 5, "speed_unit": "mph"}, 8.0),
        ({"speed": 5, "speed_unit": "km/h"}, 5.0),
        ({"nudge_speed": 1}, 2.609344),
        ({"nudge_speed": 1, "speed_unit": "km/h"}, 2.0),
    ],
)
async def test_an_action_takes_the_unit_it_is_given_or_else_the_users(
    hass: HomeAssistant, american: ConfigEntry[Any], given: dict[str, Any], kmh: float
) -> None:
    await flow_entries.act(hass, "set_target", **given)
    assert asked_kmh(american) == pytest.approx(kmh)


async def test_a_unit_that_is_none_is_refused_and_nothing_moves(
    hass: HomeAssistant, american: ConfigEntry[Any]
) -> None:
    before = asked_kmh(american)
    with pytest.raises(Exception, match="speed_unit"):
        await flow_entries.act(hass, "set_target", speed=5, speed_unit="furlongs")
    assert asked_kmh(american) == before


async def test_the_slider_follows_a_home_that_changes_its_units(
    hass: HomeAssistant, american: ConfigEntry[Any]
) -> None:
    await flow_entries.set_number(hass, american, "target_speed", 5)
    hass.config.units = METRIC_SYSTEM
    hass.bus.async_fire(EVENT_CORE_CONFIG_UPDATE, {"unit_system": "metric"})
    await hass.async_block_till_done()
    slider = flow_entries.shown(hass, american, "number", "target_speed")
    assert (slider.state, slider.attributes["unit_of_measurement"]) == ("8.0", "km/h")
    assert (slider.attributes["min"], slider.attributes["max"]) == (0.8, 22.0)
