"""The event entity of a treadmill: one event an announcement."""

from __future__ import annotations

from typing import override

from homeassistant.components.event import EventEntity, EventEntityDescription
from homeassistant.const import ATTR_ENTITY_ID, ATTR_NAME
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.dispatcher import async_dispatcher_connect
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .const import ATTR_TEXT, EVENT_CUE
from .coordinator import TreadmillConfigEntry
from .entity import TreadmillEntity
from .runtime.broadcast import Told, happened_on
from .training.events import Cue, CueKind

PARALLEL_UPDATES = 0  # nothing is polled

CUE = EventEntityDescription(key="cue", event_types=[kind.value for kind in CueKind])


async def async_setup_entry(
    hass: HomeAssistant,
    entry: TreadmillConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the event entity of a treadmill."""
    async_add_entities([CueEntity(entry.runtime_data, CUE)])


class CueEntity(TreadmillEntity, EventEntity):
    """Announcements, for blueprints and voices."""

    @override
    async def async_added_to_hass(self) -> None:
        """Listen from now on."""
        await super().async_added_to_hass()
        signal = happened_on(self.coordinator.config_entry.entry_id)
        self.async_on_remove(async_dispatcher_connect(self.hass, signal, self._happened))

    @callback
    def _happened(self, told: Told) -> None:
        cue = told.what
        if not isinstance(cue, Cue):
            return
        self._trigger_event(
            cue.kind.value,
            {
                ATTR_TEXT: told.text,
                "key": cue.key,
                "step": cue.step,
                "rep": cue.rep,
                "seconds_to_change": cue.seconds_to_change,
                "target_speed_kmh": cue.speed_kmh,
                "target_incline_pct": cue.incline_pct,
            },
        )
        self.async_write_ha_state()
        if cue.kind is not CueKind.COUNTDOWN:  # ten numbers are no ten lines of a logbook
            self.hass.bus.async_fire(
                EVENT_CUE,
                {
                    ATTR_ENTITY_ID: self.entity_id,
                    ATTR_NAME: self.coordinator.config_entry.title,
                    "kind": cue.kind.value,
                    ATTR_TEXT: told.text,
                },
            )
