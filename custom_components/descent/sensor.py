"""Sensors: what was measured, and where the session is.

Values are rounded to the step somebody would notice, so that a state is written only when it moved
by one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, override

from homeassistant.components.sensor import (
    SensorDeviceClass,
    SensorEntity,
    SensorEntityDescription,
    SensorStateClass,
)
from homeassistant.const import (
    EntityCategory,
    UnitOfEnergy,
    UnitOfLength,
    UnitOfRatio,
    UnitOfSpeed,
)
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .const import DOMAIN
from .coordinator import TreadmillConfigEntry
from .entity import MachineEntity, TreadmillEntity, unique_id
from .snapshot import CONTACTS, Snapshot
from .training.events import State
from .training.model import DeclineCheck, Phase, Step
from .virtual_console import console_of

PARALLEL_UPDATES = 0  # nothing is polled

BEATS_PER_MINUTE = "bpm"
DISTANCE_STEP_M = 10  # at 14 km/h one state every 2.6 s


@dataclass(frozen=True, kw_only=True)
class Measurement(SensorEntityDescription):
    """A sensor of what the machine reports; ``reads`` are the fields that ``value_fn`` looks at."""

    reads: tuple[str, ...]
    value_fn: Callable[[Snapshot], float | None]


@dataclass(frozen=True, kw_only=True)
class SessionSensor(SensorEntityDescription):
    """A sensor that outlives a lost link: of the session, or of the link itself."""

    reads: tuple[str, ...]
    value_fn: Callable[[Snapshot], str | float | datetime | None]
    attributes_fn: Callable[[Snapshot], Mapping[str, Any] | None] = lambda _: None


def _phase(step: Step | None) -> str | None:
    return None if step is None else step.phase.value


def _rep(step: Step | None) -> tuple[int | None, int | None]:
    return (None if step is None else step.repetition) or (None, None)


def _rounded(value: float | None) -> float | None:
    # + 0.0 turns the -0.0 of a level deck into 0.0
    return None if value is None else round(value, 1) + 0.0


def _decline(snapshot: Snapshot) -> float | None:
    incline = snapshot.incline_pct
    return None if incline is None else _rounded(max(0.0, -incline))


MEASUREMENTS: tuple[Measurement, ...] = (
    Measurement(
        key="speed",
        device_class=SensorDeviceClass.SPEED,
        native_unit_of_measurement=UnitOfSpeed.KILOMETERS_PER_HOUR,
        state_class=SensorStateClass.MEASUREMENT,
        suggested_display_precision=1,
        reads=("speed_kmh",),
        value_fn=lambda snapshot: _rounded(snapshot.speed_kmh),
    ),
    Measurement(
        key="incline",
        native_unit_of_measurement=UnitOfRatio.PERCENTAGE,
        state_class=SensorStateClass.MEASUREMENT,
        suggested_display_precision=1,
        reads=("incline_pct",),
        value_fn=lambda snapshot: _rounded(snapshot.incline_pct),
    ),
    Measurement(
        key="decline",
        native_unit_of_measurement=UnitOfRatio.PERCENTAGE,
        state_class=SensorStateClass.MEASUREMENT,
        suggested_display_precision=1,
        reads=("incline_pct",),
        value_fn=_decline,
    ),
)

# Not every machine has these: each appears with its first value, and stays. Machines that measure
# nothing like it often report 0.
EXTRAS: tuple[Measurement, ...] = (
    Measurement(
        key="heart_rate",
        native_unit_of_measurement=BEATS_PER_MINUTE,
        state_class=SensorStateClass.MEASUREMENT,
        reads=("heart_rate_bpm",),
        value_fn=lambda snapshot: snapshot.heart_rate_bpm or None,
    ),
    # Neither device class nor state class: kcal are among Home Assistant's units of energy, and it
    # offers whatever has statistics in these to its energy dashboard. A runner is no appliance.
    Measurement(
        key="energy",
        native_unit_of_measurement=UnitOfEnergy.KILO_CALORIE,
        suggested_display_precision=0,
        reads=("energy_kcal",),
        value_fn=lambda snapshot: snapshot.energy_kcal,
    ),
)

CONTACT = SessionSensor(
    key="contact",
    device_class=SensorDeviceClass.ENUM,
    entity_category=EntityCategory.DIAGNOSTIC,
    options=list(CONTACTS),
    reads=("contact",),
    value_fn=lambda snapshot: snapshot.contact.value,
)
SESSION_SENSORS: tuple[SessionSensor, ...] = (
    SessionSensor(
        key="distance",
        device_class=SensorDeviceClass.DISTANCE,
        native_unit_of_measurement=UnitOfLength.METERS,
        state_class=SensorStateClass.TOTAL_INCREASING,
        suggested_display_precision=0,
        reads=("distance_m",),
        value_fn=lambda snapshot: int(snapshot.distance_m / DISTANCE_STEP_M) * DISTANCE_STEP_M,
    ),
    SessionSensor(
        key="descent",
        device_class=SensorDeviceClass.DISTANCE,
        native_unit_of_measurement=UnitOfLength.METERS,
        state_class=SensorStateClass.TOTAL_INCREASING,
        suggested_display_precision=0,
        reads=("descent_m",),
        value_fn=lambda snapshot: int(snapshot.descent_m),
    ),
    SessionSensor(
        key="session_state",
        device_class=SensorDeviceClass.ENUM,
        options=[state.value for state in State],
        reads=("state", "reason", "plan"),
        value_fn=lambda snapshot: snapshot.state.value,
        attributes_fn=lambda snapshot: {
            "reason": None if snapshot.reason is None else snapshot.reason.value,
            "session": None if snapshot.plan is None else snapshot.plan.session,
        },
    ),
    SessionSensor(
        key="phase",
        device_class=SensorDeviceClass.ENUM,
        options=[phase.value for phase in Phase],
        reads=("step",),
        value_fn=lambda snapshot: _phase(snapshot.step),
    ),
    SessionSensor(
        key="next_step",
        device_class=SensorDeviceClass.ENUM,
        options=[phase.value for phase in Phase],
        reads=("next_step",),
        value_fn=lambda snapshot: _phase(snapshot.next_step),
        attributes_fn=lambda snapshot: dict(
            zip(("rep", "reps"), _rep(snapshot.next_step), strict=True)
        ),
    ),
    SessionSensor(
        key="rep",
        reads=("step",),
        value_fn=lambda snapshot: _rep(snapshot.step)[0],
        attributes_fn=lambda snapshot: {"reps": _rep(snapshot.step)[1]},
    ),
    SessionSensor(
        key="step_ends",
        device_class=SensorDeviceClass.TIMESTAMP,
        reads=("step_ends",),
        value_fn=lambda snapshot: snapshot.step_ends,
    ),
    SessionSensor(
        key="session_ends",
        device_class=SensorDeviceClass.TIMESTAMP,
        reads=("session_ends",),
        value_fn=lambda snapshot: snapshot.session_ends,
    ),
    SessionSensor(
        key="progress",
        native_unit_of_measurement=UnitOfRatio.PERCENTAGE,
        suggested_display_precision=0,
        reads=("progress",),
        value_fn=lambda snapshot: (
            None if snapshot.progress is None else int(snapshot.progress * 100)
        ),
    ),
)

# Of a deck that has to be seen below level before it is trusted there.
DECLINE_CHECK = SessionSensor(
    key="decline_check",
    device_class=SensorDeviceClass.ENUM,
    entity_category=EntityCategory.DIAGNOSTIC,
    options=[decline.value for decline in DeclineCheck],
    reads=("decline",),
    value_fn=lambda snapshot: snapshot.decline.value,
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: TreadmillConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the sensors of a treadmill."""
    coordinator = entry.runtime_data
    sensors = [*SESSION_SENSORS]
    if console_of(coordinator) is None:
        sensors.append(CONTACT)
    if coordinator.machine.declines and not coordinator.machine.decline_known:
        sensors.append(DECLINE_CHECK)
    async_add_entities(
        MeasurementEntity(coordinator, measured, measured.reads) for measured in MEASUREMENTS
    )
    async_add_entities(SessionEntity(coordinator, sensor, sensor.reads) for sensor in sensors)
    _add_extras(hass, entry, async_add_entities)


def _add_extras(
    hass: HomeAssistant,
    entry: TreadmillConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add what the machine reports beyond speed and incline: known from before, or once it does."""
    coordinator, registry = entry.runtime_data, er.async_get(hass)
    missing = set(EXTRAS)

    @callback
    def add() -> None:
        come = {
            extra
            for extra in missing
            if extra.value_fn(coordinator.data)
            or registry.async_get_entity_id("sensor", DOMAIN, unique_id(coordinator, extra.key))
        }
        missing.difference_update(come)
        if come:
            async_add_entities(MeasurementEntity(coordinator, extra, extra.reads) for extra in come)

    add()
    reads = frozenset(name for extra in EXTRAS for name in extra.reads)
    entry.async_on_unload(coordinator.async_add_listener(add, reads))


class MeasurementEntity(MachineEntity, SensorEntity):
    """What the machine reports; unknown without a fresh measurement."""

    entity_description: Measurement

    @property
    @override
    def native_value(self) -> float | None:
        """The measurement, rounded."""
        return self.entity_description.value_fn(self.snapshot)


class SessionEntity(TreadmillEntity, SensorEntity):
    """Where the session is; unknown without one."""

    entity_description: SessionSensor

    @property
    @override
    def native_value(self) -> str | float | datetime | None:
        """The value, rounded."""
        return self.entity_description.value_fn(self.snapshot)

    @property
    @override
    def extra_state_attributes(self) -> Mapping[str, Any] | None:
        """What belongs to the value."""
        return self.entity_description.attributes_fn(self.snapshot)
