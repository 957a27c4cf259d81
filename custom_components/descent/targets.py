"""Who an action means: a treadmill, a runner, a session.

A treadmill or a runner is named by its device, its config entry, or its name.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

from homeassistant.config_entries import ConfigEntry, ConfigEntryState
from homeassistant.core import HomeAssistant, ServiceCall
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers import device_registry as dr

from .const import CONF_KIND, DOMAIN, KIND_RUNNER, LONGEST_NAME
from .coordinator import TreadmillConfigEntry, TreadmillCoordinator
from .identity import device_of
from .session_library import LIBRARY
from .training.events import OVER, Stop
from .training.model import Range

# While a treadmill is in these states its conductor takes a Stop.
_STOPS = frozenset(
    {
        ConfigEntryState.LOADED,
        ConfigEntryState.UNLOAD_IN_PROGRESS,
        ConfigEntryState.FAILED_UNLOAD,
    }
)
NONE = "none"  # nobody, in selects and actions; no runner can have this name


def invalid(key: str, **placeholders: object) -> ServiceValidationError:
    """Make the translated error for something that was asked for wrongly."""
    return ServiceValidationError(
        translation_domain=DOMAIN,
        translation_key=key,
        translation_placeholders={name: str(value) for name, value in placeholders.items()},
    )


def treadmills(hass: HomeAssistant) -> list[TreadmillConfigEntry]:
    """Entries of all treadmills that are not disabled."""
    return [entry for entry in _entries(hass) if entry.data.get(CONF_KIND) != KIND_RUNNER]


def runners(hass: HomeAssistant) -> list[ConfigEntry]:
    """Entries of all runners that are not disabled."""
    return [entry for entry in _entries(hass) if entry.data.get(CONF_KIND) == KIND_RUNNER]


def loaded(entry: TreadmillConfigEntry) -> TreadmillCoordinator:
    """Return the coordinator of a treadmill.

    Raises ``ServiceValidationError`` if it is not set up.
    """
    if entry.state is not ConfigEntryState.LOADED:
        raise invalid("treadmill_not_loaded", treadmill=entry.title)
    return entry.runtime_data


def treadmill_of(call: ServiceCall) -> TreadmillCoordinator:
    """Find the treadmill an action is for; it need not be named if there is exactly one.

    Raises ``ServiceValidationError`` if there is none, more than one, or not that one.
    """
    return treadmill_meant(call.hass, call.data.get("treadmill"))


def treadmill_meant(
    hass: HomeAssistant, named: str | None, asking_device: str | None = None
) -> TreadmillCoordinator:
    """Find a treadmill by what was said: by name, or the only one, or the one near who asks.

    ``asking_device`` is the device somebody speaks to. Of several treadmills it means the one in
    its area, if only one is there.

    Raises ``ServiceValidationError`` if there is none, more than one, or not that one.
    """
    known = treadmills(hass)
    if not known:
        raise invalid("no_treadmill")
    if named is None:
        near = known if len(known) == 1 else in_area_of(hass, known, asking_device)
        if len(near) != 1:
            raise invalid("several_treadmills", names=_names(known))
        return loaded(near[0])
    entry = _find(hass, known, named)
    if entry is None:
        raise invalid("no_such_treadmill", treadmill=named[:LONGEST_NAME], names=_names(known))
    return loaded(entry)


def runner_of(call: ServiceCall, coordinator: TreadmillCoordinator) -> str | None:
    """Find the entry of the runner an action is for: the treadmill's selected one if none is named.

    "none" is nobody: a guest runs with the caps of a beginner.

    Raises ``ServiceValidationError`` if there is no such runner.
    """
    named: str | None = call.data.get("runner")
    if named is None:
        return coordinator.selected_runner
    if named.strip().casefold() == NONE:
        return None
    known = runners(call.hass)
    entry = _find(call.hass, known, named)
    if entry is None:
        raise invalid("no_such_runner", runner=named[:LONGEST_NAME], names=_names(known))
    return entry.entry_id


def session_of(call: ServiceCall, coordinator: TreadmillCoordinator) -> str:
    """Find the session an action is for, by identifier or name: the selected one if none is named.

    Raises ``ServiceValidationError`` if there is no such session.
    """
    named: str | None = call.data.get("session")
    if named is None:
        return coordinator.selected_session
    library = call.hass.data[LIBRARY]
    if (session := library.named(named)) is None:
        known = ", ".join(library.scripts)
        raise invalid("unknown_session", session=named[:LONGEST_NAME], known=known)
    return session


def in_area_of(
    hass: HomeAssistant, known: list[TreadmillConfigEntry], device_id: str | None
) -> list[TreadmillConfigEntry]:
    """Return the treadmills in the area of a device; none if that is nowhere."""
    devices = dr.async_get(hass)
    asking = None if device_id is None else devices.async_get(device_id)
    area = None if asking is None else dr.async_get_effective_area_id(hass, asking)
    if area is None:
        return []
    return [
        entry
        for entry in known
        if (own := device_of(hass, entry)) is not None and own.area_id == area
    ]


def sessions_under_way(entries: Iterable[TreadmillConfigEntry]) -> list[TreadmillConfigEntry]:
    """Return the treadmills with a session that is not over."""
    return [
        entry
        for entry in entries
        if entry.state is ConfigEntryState.LOADED and entry.runtime_data.data.state not in OVER
    ]


async def async_stop_all(entries: Iterable[TreadmillConfigEntry]) -> None:
    """Stop all of these at once. Raises ``HomeAssistantError`` with the names of those that fail.

    One that is not set up has nothing that could be told; one that is being unloaded has (rule R4).
    """
    known = [entry for entry in entries if entry.state in _STOPS]
    if not known:
        raise invalid("no_treadmill")
    outcomes = await asyncio.gather(
        *(entry.runtime_data.async_request(Stop()) for entry in known), return_exceptions=True
    )
    failed = [
        entry.title
        for entry, outcome in zip(known, outcomes, strict=True)
        if isinstance(outcome, BaseException)
    ]
    if failed:
        raise HomeAssistantError(
            translation_domain=DOMAIN,
            translation_key="stop_failed",
            translation_placeholders={"names": ", ".join(failed)},
        )


def nudged(wished: float | None, measured: float | None, by: float, limits: Range) -> float:
    """Change what is wished, or else measured, as far as the machine goes.

    Raises ``ServiceValidationError`` while neither is known.
    """
    return limits.clamp(nudge_base(wished, measured) + by)


def nudge_base(wished: float | None, measured: float | None) -> float:
    """Return what a nudge starts from.

    Raises ``ServiceValidationError`` while nothing is known.
    """
    base = measured if wished is None else wished
    if base is None:
        raise invalid("nothing_to_nudge")
    return base


def _entries(hass: HomeAssistant) -> list[ConfigEntry]:
    return hass.config_entries.async_entries(DOMAIN, include_ignore=False, include_disabled=False)


def _find(hass: HomeAssistant, known: list[ConfigEntry], named: str) -> ConfigEntry | None:
    _, owner = dr.async_get_device_and_config_entry_for_domain(hass, named, domain=DOMAIN)
    wanted = named.strip().casefold()
    return next(
        (
            entry
            for entry in known
            if entry is owner or entry.entry_id == named or entry.title.casefold() == wanted
        ),
        None,
    )


def _names(entries: list[ConfigEntry]) -> str:
    return ", ".join(entry.title for entry in entries) or "-"
