"""Numbers: what belt and deck should do. Only the gate turns a wish into commands.

Their ranges are the machine's own, and stay. What level, slope and user allow of them changes from
moment to moment: a wish beyond that is refused, by a text that says how far one may go.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import override

from homeassistant.components.number import (
    NumberDeviceClass,
    NumberEntity,
    NumberEntityDescription,
    NumberMode,
)
from homeassistant.const import EVENT_CORE_CONFIG_UPDATE, UnitOfRatio
from homeassistant.core import Event, HomeAssistant, callback
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .coordinator import TreadmillConfigEntry
from .entity import MachineEntity
from .snapshot import Snapshot
from .training.events import Aim
from .training.model import Machine, Range
from .units import KMH, Unit, rounded_down, rounded_up, units_of

_TENTH = 0.1
PARALLEL_UPDATES = 0  # the gate puts wishes in order, and none may wait for another


@dataclass(frozen=True, kw_only=True)
class Target(NumberEntityDescription):
    """A wish for one axis; ``reads`` are the fields that ``value_fn`` looks at."""

    reads: tuple[str, ...]
    value_fn: Callable[[Snapshot], float | None]
    range_fn: Callable[[Machine], Range]
    aim_fn: Callable[[float], Aim]
    fits_fn: Callable[[Machine], bool]


def _decline(snapshot: Snapshot) -> float | None:
    incline = snapshot.target_incline_pct
    return None if incline is None else max(0.0, -incline)


def _declines(machine: Machine) -> Range:
    """Return the downhill part of the slopes, seen from above."""
    inclines = machine.incline
    return Range(minimum=0, maximum=max(0.0, -inclines.minimum), step=inclines.step)


SPEED = Target(
    key="target_speed",
    device_class=NumberDeviceClass.SPEED,
    mode=NumberMode.SLIDER,
    reads=("target_speed_kmh",),
    value_fn=lambda snapshot: snapshot.target_speed_kmh,
    range_fn=lambda machine: machine.speed,
    aim_fn=lambda value: Aim(speed_kmh=value),
    fits_fn=lambda machine: machine.sets_speed,
)
TARGETS: tuple[Target, ...] = (
    SPEED,
    Target(
        key="target_incline",
        native_unit_of_measurement=UnitOfRatio.PERCENTAGE,
        mode=NumberMode.SLIDER,
        reads=("target_incline_pct",),
        value_fn=lambda snapshot: snapshot.target_incline_pct,
        range_fn=lambda machine: machine.incline,
        aim_fn=lambda value: Aim(incline_pct=value),
        fits_fn=lambda machine: machine.sets_incline,
    ),
    Target(
        key="target_decline",
        native_unit_of_measurement=UnitOfRatio.PERCENTAGE,
        mode=NumberMode.SLIDER,
        reads=("target_incline_pct",),
        value_fn=_decline,
        range_fn=_declines,
        aim_fn=lambda value: Aim(incline_pct=0.0 - value),
        fits_fn=lambda machine: machine.sets_incline and machine.declines,
    ),
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: TreadmillConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the numbers of a treadmill."""
    async_add_entities(
        (SpeedEntity if target is SPEED else TargetEntity)(
            entry.runtime_data, target, ["machine", *target.reads]
        )
        for target in TARGETS
    )


class TargetEntity(MachineEntity, NumberEntity):
    """A wish for one axis; unknown while nobody wishes anything."""

    entity_description: Target

    @property
    @override
    def available(self) -> bool:
        """Whether there is contact, and the machine has this axis (not every deck declines)."""
        return super().available and self.entity_description.fits_fn(self.choices.machine)

    @property
    @override
    def native_value(self) -> float | None:
        """The wish."""
        return self.entity_description.value_fn(self.snapshot)

    @property
    @override
    def native_min_value(self) -> float:
        """Lowest setting."""
        return self._range.minimum

    @property
    @override
    def native_max_value(self) -> float:
        """Highest setting."""
        return self._range.maximum

    @property
    @override
    def native_step(self) -> float:
        """Step of the machine."""
        return self._range.step

    @override
    async def async_set_native_value(self, value: float) -> None:
        """Wish for a value."""
        await self.coordinator.async_request(self.entity_description.aim_fn(value))

    @property
    def _range(self) -> Range:
        return self.entity_description.range_fn(self.choices.machine)


class SpeedEntity(TargetEntity):
    """A wish for the belt, in the unit of this Home Assistant, as the measured speed is.

    Home Assistant converts a sensor into the user's units, and a number not.
    """

    @override
    async def async_added_to_hass(self) -> None:
        """Show the other unit as soon as the user wants it."""
        await super().async_added_to_hass()
        self.async_on_remove(self.hass.bus.async_listen(EVENT_CORE_CONFIG_UPDATE, self._show))

    @callback
    def _show(self, event: Event) -> None:
        self.async_write_ha_state()

    @property
    @override
    def native_unit_of_measurement(self) -> str:
        """Kilometres or miles per hour."""
        return self._unit.symbol

    @property
    @override
    def native_value(self) -> float | None:
        """The wish."""
        wish = super().native_value
        return None if wish is None else self._unit.told(wish)

    @property
    @override
    def native_min_value(self) -> float:
        """Lowest setting; a converted one in tenths."""
        return (
            self._range.minimum
            if self._unit is KMH
            else rounded_up(self._unit.of(self._range.minimum))
        )

    @property
    @override
    def native_max_value(self) -> float:
        """Highest setting; a converted one in tenths."""
        return (
            self._range.maximum
            if self._unit is KMH
            else rounded_down(self._unit.of(self._range.maximum))
        )

    @property
    @override
    def native_step(self) -> float:
        """Step of the machine, or tenths, which the gate brings to the nearest step."""
        return self._range.step if self._unit is KMH else _TENTH

    @override
    async def async_set_native_value(self, value: float) -> None:
        """Wish for a value."""
        await super().async_set_native_value(self._unit.asked(value, self._range))

    @property
    def _unit(self) -> Unit:
        return units_of(self.hass).speed
