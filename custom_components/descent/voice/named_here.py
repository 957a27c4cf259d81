"""What has a name in this home, for the rule that hears Stop: whose sentence it may be instead.

The names of others are those that Assist knows: entities that are exposed to it, with their aliases
and devices, areas and floors. They are collected when a sentence needs them, which takes some
milliseconds in a large home, and again only after something changed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from homeassistant.components.conversation import DOMAIN as ASSIST
from homeassistant.core import Event, HomeAssistant, callback
from homeassistant.helpers import (
    area_registry as ar,
    device_registry as dr,
    entity_registry as er,
    floor_registry as fr,
    intent,
)
from homeassistant.util.event_type import EventType

from ..const import DOMAIN
from ..identity import device_of
from ..targets import names_of, runners, treadmills
from .wordlists import WordList

_CHANGES: tuple[EventType[Any] | str, ...] = (
    er.EVENT_ENTITY_REGISTRY_UPDATED,
    dr.EVENT_DEVICE_REGISTRY_UPDATED,
    ar.EVENT_AREA_REGISTRY_UPDATED,
    fr.EVENT_FLOOR_REGISTRY_UPDATED,
)


@dataclass(frozen=True, slots=True)
class _Others:
    states: int  # how many there were
    things: WordList
    places: WordList


class NamedHere:
    """The names in one home."""

    def __init__(self, hass: HomeAssistant) -> None:
        """Know no names yet."""
        self._hass = hass
        self._others: _Others | None = None
        self._treadmills: dict[str, WordList] = {}
        self.treadmills = WordList()
        self.own = WordList()

    @callback
    def async_listen(self) -> None:
        """Collect the names of others again whenever they may have changed."""

        @callback
        def forget() -> None:
            self._others = None

        @callback
        def changed(event: Event[Any]) -> None:
            forget()

        for change in _CHANGES:
            self._hass.bus.async_listen(change, changed)
        with suppress(ImportError):  # private, and may have moved: other changes are heard still
            from homeassistant.components.homeassistant.exposed_entities import (  # noqa: PLC0415
                async_listen_entity_updates,
            )

            async_listen_entity_updates(self._hass, ASSIST, forget)

    def learn(self, sessions: Iterable[str]) -> None:
        """Take the names of sessions, and those of treadmills and runners as they are now."""
        known = {entry.entry_id: names_of(self._hass, entry) for entry in treadmills(self._hass)}
        self._treadmills = {entry_id: WordList(names) for entry_id, names in known.items()}
        self.treadmills = WordList(name for names in known.values() for name in names)
        running = (name for entry in runners(self._hass) for name in names_of(self._hass, entry))
        self.own = WordList((*sessions, *running))

    def treadmills_in(self, words: Sequence[str]) -> set[str]:
        """Return the entry ids of the treadmills that are named in a sentence."""
        return {
            entry_id
            for entry_id, names in self._treadmills.items()
            if next(names.find(words), None) is not None
        }

    @property
    def things(self) -> WordList:
        """Names of entities and devices of others."""
        return self._of_others().things

    @property
    def places(self) -> WordList:
        """Names of areas and floors, but for those with a treadmill."""
        return self._of_others().places

    def _of_others(self) -> _Others:
        states = self._hass.states.async_entity_ids_count()
        if self._others is None or self._others.states != states:
            self._others = _Others(
                states, _with_genitives(self._thing_names()), _with_genitives(self._place_names())
            )
        return self._others

    def _thing_names(self) -> Iterator[str]:
        """Yield the names of what Assist knows; none if nobody can tell, so that Stop is heard."""
        try:
            from homeassistant.components.homeassistant.exposed_entities import (  # noqa: PLC0415
                async_should_expose,
            )
        except ImportError:  # private, and may have moved
            return

        entities, devices = er.async_get(self._hass), dr.async_get(self._hass)
        for state in self._hass.states.async_all():
            if not async_should_expose(self._hass, ASSIST, state.entity_id):
                continue
            entity = entities.async_get(state.entity_id)
            if entity is not None and entity.platform == DOMAIN:
                continue
            yield from intent.async_get_entity_aliases(self._hass, entity, state=state)
            device = (
                None
                if entity is None or entity.device_id is None
                else devices.async_get(entity.device_id)
            )
            if device is not None:
                yield device.name_by_user or device.name or ""

    def _place_names(self) -> Iterator[str]:
        areas = ar.async_get(self._hass)
        devices = (device_of(self._hass, entry) for entry in treadmills(self._hass))
        here = {device.area_id for device in devices if device is not None}
        floors = {area.floor_id for area in areas.async_list_areas() if area.id in here}
        for area in areas.async_list_areas():
            if area.id not in here:
                yield from (area.name, *area.aliases)
        for floor in fr.async_get(self._hass).async_list_floors():
            if floor.floor_id not in floors:
                yield from (floor.name, *floor.aliases)


def _with_genitives(names: Iterable[str]) -> WordList:
    """List names, and "Annas", "des Kellers"."""
    known = set(names)
    return WordList((*known, *(f"{name}s" for name in known)))
