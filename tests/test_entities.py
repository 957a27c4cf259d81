"""What the entities show, at rest and without contact, and what their values are rounded to."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
import re
from typing import Any

from homeassistant.components.sensor import SensorDeviceClass, SensorEntityDescription
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.util.unit_conversion import EnergyConverter
import pytest
from syrupy.assertion import SnapshotAssertion

from custom_components.descent.binary_sensor import BELT_MOVING, SAFETY_KEY
from custom_components.descent.const import DOMAIN
from custom_components.descent.select import labelled
from custom_components.descent.sensor import EXTRAS, MEASUREMENTS, SESSION_SENSORS
from custom_components.descent.snapshot import Snapshot
from custom_components.descent.training.model import Phase, Step
from custom_components.descent.training.planner.plan import numbered
from tests import flow_entries

VALUES: dict[str, Callable[[Snapshot], float | None]] = {
    measured.key: measured.value_fn for measured in (*MEASUREMENTS, *EXTRAS)
} | {flag.key: flag.value_fn for flag in (BELT_MOVING, SAFETY_KEY)}
STEPS = numbered(
    [
        Step(index=index, phase=phase, speed_kmh=0, incline_pct=0, nominal_s=60, duration_s=60)
        for index, phase in enumerate(
            (Phase.WARM_UP, Phase.DESCENT, Phase.RECOVERY, Phase.DESCENT, Phase.STRETCH)
        )
    ]
)
SESSION_ATTRIBUTES = {description.key: description.attributes_fn for description in SESSION_SENSORS}
SESSION_VALUES = {description.key: description.value_fn for description in SESSION_SENSORS}
# Which options there are, the library says; which one is selected, the runner.
_LONG = {"options", "event_types"}
_NEW = {"access_token", "entity_picture"}  # another one each time
_TIME = re.compile(r"\d{4}-\d\d-\d\dT[\d:.+]+")

pytestmark = pytest.mark.usefixtures("hurried")


@pytest.fixture(name="treadmill")
async def treadmill_fixture(hass: HomeAssistant) -> AsyncIterator[ConfigEntry[Any]]:
    """Add a runner and a virtual treadmill that has reported once."""
    await flow_entries.add_runner(hass)
    entry = await flow_entries.add_treadmill(hass)
    await flow_entries.until_state(hass, entry, "sensor", "speed", "0.0")
    yield entry
    await hass.config_entries.async_unload(entry.entry_id)


async def test_all_entities_of_a_treadmill_and_a_runner(
    hass: HomeAssistant, treadmill: ConfigEntry[Any], snapshot: SnapshotAssertion
) -> None:
    registry = er.async_get(hass)
    known = [entry for entry in registry.entities.values() if entry.platform == DOMAIN]
    shown = {entry.entity_id: hass.states.get(entry.entity_id) for entry in known}
    described = {
        entry.entity_id: {
            "state": None
            if (state := shown[entry.entity_id]) is None
            else _TIME.sub("a time", state.state),
            "attributes": {}
            if state is None
            else {str(k): str(v) for k, v in state.attributes.items() if k not in _LONG | _NEW},
            "name": entry.original_name,
            "category": entry.entity_category and entry.entity_category.value,
            "disabled": entry.disabled_by and entry.disabled_by.value,
        }
        for entry in known
    }
    assert dict(sorted(described.items())) == snapshot


async def test_a_treadmill_is_a_device_and_a_runner_is_another(
    hass: HomeAssistant, treadmill: ConfigEntry[Any]
) -> None:
    device = flow_entries.device(hass, treadmill)
    assert (device.name, device.model) == ("Treadmill", "Virtual treadmill")
    assert device.entry_type is None
    runner = next(e for e in hass.config_entries.async_entries(DOMAIN) if e.title == "Ada")
    person = flow_entries.device(hass, runner)
    assert (person.name, person.model) == ("Ada", "Runner")
    assert person.entry_type is dr.DeviceEntryType.SERVICE


@pytest.mark.parametrize("described", [*MEASUREMENTS, *EXTRAS, *SESSION_SENSORS])
def test_the_energy_dashboard_is_offered_nothing(described: SensorEntityDescription) -> None:
    # It lists what has statistics in a unit of energy, whatever its device class is.
    counted = described.state_class is not None
    assert not counted or described.native_unit_of_measurement not in EnergyConverter.VALID_UNITS
    assert described.device_class is not SensorDeviceClass.ENERGY


async def test_without_contact_measurements_are_unavailable_and_stop_is_not(
    hass: HomeAssistant, treadmill: ConfigEntry[Any]
) -> None:
    treadmill.runtime_data.conductor.treadmill.faults = frozenset({"link_lost"})
    await flow_entries.until_state(hass, treadmill, "binary_sensor", "connected", "off")
    measured = ("speed", "incline", "decline")
    states = {flow_entries.shown(hass, treadmill, "sensor", key).state for key in measured}
    assert states == {"unavailable"}
    assert flow_entries.shown(hass, treadmill, "number", "target_speed").state == "unavailable"
    assert (
        flow_entries.shown(hass, treadmill, "binary_sensor", "belt_moving").state == "unavailable"
    )
    assert flow_entries.shown(hass, treadmill, "button", "start").state == "unavailable"
    assert flow_entries.shown(hass, treadmill, "button", "stop").state == "unknown"
    assert flow_entries.shown(hass, treadmill, "sensor", "session_state").state == "idle"


@pytest.mark.parametrize(
    ("key", "snapshot", "value"),
    [
        ("speed", Snapshot(speed_kmh=14.449), 14.4),
        ("speed", Snapshot(), None),
        ("incline", Snapshot(incline_pct=-0.04), 0.0),
        ("incline", Snapshot(incline_pct=-6.06), -6.1),
        ("decline", Snapshot(incline_pct=-6.06), 6.1),
        ("decline", Snapshot(incline_pct=3.0), 0.0),
        ("decline", Snapshot(), None),
        ("belt_moving", Snapshot(belt_moving=False), False),
        ("belt_moving", Snapshot(belt_moving=True), True),
        ("belt_moving", Snapshot(), None),
        ("safety_key", Snapshot(safety_key_out=True), True),
        ("heart_rate", Snapshot(heart_rate_bpm=0), None),
        ("heart_rate", Snapshot(heart_rate_bpm=151), 151),
        ("energy", Snapshot(energy_kcal=0), 0),
    ],
)
def test_a_measurement_is_rounded_to_what_somebody_notices(
    key: str, snapshot: Snapshot, value: float | None
) -> None:
    assert str(VALUES[key](snapshot)) == str(value)


@pytest.mark.parametrize(
    ("key", "snapshot", "value"),
    [
        ("distance", Snapshot(distance_m=129.99), 120),
        ("descent", Snapshot(descent_m=7.99), 7),
        ("progress", Snapshot(progress=0.999), 99),
        ("progress", Snapshot(), None),
        ("phase", Snapshot(), None),
        ("rep", Snapshot(), None),
    ],
)
def test_a_sum_counts_whole_steps(key: str, snapshot: Snapshot, value: float | None) -> None:
    assert SESSION_VALUES[key](snapshot) == value


@pytest.mark.parametrize(
    ("step", "rep", "reps"),
    [
        (None, None, None),
        (STEPS[0], None, None),
        (STEPS[1], 1, 2),
        (STEPS[2], 1, 2),
        (STEPS[3], 2, 2),
        (STEPS[4], None, None),
    ],
)
def test_a_rep_is_shown_as_the_plan_has_numbered_it(
    step: Step | None, rep: int | None, reps: int | None
) -> None:
    snapshot = Snapshot(step=step)
    assert SESSION_VALUES["rep"](snapshot) == rep
    assert SESSION_ATTRIBUTES["rep"](snapshot) == {"reps": reps}


def test_two_of_one_name_can_be_told_apart() -> None:
    assert labelled([("a", "Hills"), ("b", "Hills"), ("c", "Flat")]) == {
        "Hills": "a",
        "Hills (b)": "b",
        "Flat": "c",
    }
