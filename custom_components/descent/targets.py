"""Which treadmill, runner or session is meant, whoever asks: the one answer for everybody.

Actions and language models give a name, voice has heard one, triggers and conditions have a target
of Home Assistant's own kind. A treadmill or a runner is named by its device, its config entry, or
its name: that of its entry, or the one that the user gave its device.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from typing import Any, cast

from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import CONF_TARGET
from homeassistant.core import HomeAssistant, ServiceCall, callback
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import (
    config_validation as cv,
    device_registry as dr,
    entity_registry as er,
)
from homeassistant.helpers.target import TargetSelection, async_extract_referenced_entity_ids
import probatio as vol

from .const import CONF_KIND, DOMAIN, KIND_RUNNER, LONGEST_NAME
from .coordinator import TreadmillConfigEntry, TreadmillCoordinator
from .entries import WORKING, DescentConfigEntry
from .errors import stop_failed
from .identity import device_of
from .readable import readable_values
from .runner_coordinator import RunnerConfigEntry
from .session_library import LIBRARY
from .snapshot import Snapshot
from .training.events import OVER, Stop

# While a treadmill is in these states its conductor takes a Stop.
_STOPS = WORKING | {ConfigEntryState.UNLOAD_IN_PROGRESS}
_SET_UP = _STOPS | {ConfigEntryState.SETUP_IN_PROGRESS}
NONE = "none"  # nobody, in selects and actions; no runner can have this name


def invalid(key: str, **placeholders: object) -> ServiceValidationError:
    """Make the translated error for something that was asked for wrongly."""
    return ServiceValidationError(
        translation_domain=DOMAIN,
        translation_key=key,
        translation_placeholders=readable_values(
            {name: str(value) for name, value in placeholders.items()}
        ),
    )


class SeveralTreadmillsError(ServiceValidationError):
    """It could be any of several treadmills: whoever asks has to say which."""

    def __init__(self, *, choices: Sequence[str], **told: Any) -> None:
        """Keep the names to choose from, beside what any translated error has."""
        super().__init__(**told)
        self.choices = choices


# ---- what there is


def treadmills(hass: HomeAssistant) -> list[TreadmillConfigEntry]:
    """Entries of all treadmills that are not disabled."""
    return cast("list[TreadmillConfigEntry]", _entries(hass, of_runners=False))


def runners(hass: HomeAssistant) -> list[RunnerConfigEntry]:
    """Entries of all runners that are not disabled."""
    return cast("list[RunnerConfigEntry]", _entries(hass, of_runners=True))


def sessions_under_way(entries: Iterable[TreadmillConfigEntry]) -> list[TreadmillConfigEntry]:
    """Return the treadmills with a session that is not over."""
    return [
        entry
        for entry in entries
        if entry.state in WORKING and entry.runtime_data.data.state not in OVER
    ]


def under_way_or_moving(entries: Iterable[TreadmillConfigEntry]) -> list[TreadmillConfigEntry]:
    """Return the treadmills with a session that is not over, or with a belt that moves without."""
    return [
        entry
        for entry in entries
        if entry.state in _STOPS
        and (entry.runtime_data.data.state not in OVER or entry.runtime_data.data.belt_moving)
    ]


def loaded(entry: TreadmillConfigEntry) -> TreadmillCoordinator:
    """Return the coordinator of a treadmill.

    Raises ``ServiceValidationError`` if it is not set up.
    """
    if entry.state not in WORKING:
        raise invalid("treadmill_not_loaded", treadmill=entry.title)
    return entry.runtime_data


def snapshot_of(entry: TreadmillConfigEntry) -> Snapshot | None:
    """Return the newest snapshot of a treadmill; ``None`` unless it is set up.

    What comes back with a restart is told while the setup ends, what is left behind while it is
    undone: both count.
    """
    coordinator: TreadmillCoordinator | None = getattr(entry, "runtime_data", None)
    return None if coordinator is None or entry.state not in _SET_UP else coordinator.data


def device_id(hass: HomeAssistant, entry: DescentConfigEntry) -> str | None:
    """Return the identifier of the device of a treadmill or a runner."""
    device = device_of(hass, entry)
    return None if device is None else device.id


def names_of(hass: HomeAssistant, entry: DescentConfigEntry) -> list[str]:
    """Return what a treadmill or a runner is called: by its entry, and by the user's own word."""
    device = device_of(hass, entry)
    given = None if device is None else device.name_by_user
    return list(dict.fromkeys((entry.title, given or entry.title)))


# ---- which treadmill


def treadmill_meant(
    hass: HomeAssistant,
    named: Sequence[TreadmillConfigEntry] | None = None,
    asking_device: str | None = None,
    *,
    of_session: bool,
) -> TreadmillCoordinator:
    """Find the treadmill that a request means: the one rule for actions, models and voice.

    1. one that the request names (``named``; several can have one name), or else any;
    2. if that is one, it is meant;
    3. of several, those in the area of the device that somebody speaks to (``asking_device``), if
       any are there;
    4. of several, those with a session under way, if any have one and the request is about it
       (``of_session``);
    5. if that is not one, whoever asks is asked which.

    Raises ``SeveralTreadmillsError``, or ``ServiceValidationError`` if there is none, or if it is
    not set up.
    """
    known = list(treadmills(hass) if named is None else named)
    if not known:
        raise invalid("no_treadmill")
    if len(known) > 1:
        known = _in_area_of(hass, known, asking_device) or known
    if len(known) > 1 and of_session:
        known = sessions_under_way(known) or known
    if len(known) > 1:
        raise SeveralTreadmillsError(
            choices=[entry.title for entry in known],
            translation_domain=DOMAIN,
            translation_key="several_treadmills",
            translation_placeholders={"names": _listed(known)},
        )
    return loaded(known[0])


def treadmills_named(hass: HomeAssistant, named: str) -> list[TreadmillConfigEntry]:
    """Find the treadmills of a name, most often one.

    Raises ``ServiceValidationError`` if there is none.
    """
    known = treadmills(hass)
    if not known:
        raise invalid("no_treadmill")
    found = _named(hass, known, named)
    if not found:
        raise invalid("no_such_treadmill", treadmill=named[:LONGEST_NAME], names=_listed(known))
    return found


def treadmill_of(call: ServiceCall, *, of_session: bool) -> TreadmillCoordinator:
    """Find the treadmill an action is for; ``treadmill_meant`` says how.

    Raises ``ServiceValidationError`` if there is none, more than one, or not that one.
    """
    named: str | None = call.data.get("treadmill")
    found = None if named is None else treadmills_named(call.hass, named)
    return treadmill_meant(call.hass, found, of_session=of_session)


async def async_stop_all(entries: Iterable[TreadmillConfigEntry]) -> None:
    """Stop all of these at once. Raises ``HomeAssistantError`` with the names of those that fail.

    One that is not set up has nothing that could be told; one that is being unloaded has (rule R4).
    """
    meant = list(entries)
    known = [entry for entry in meant if entry.state in _STOPS]
    if not known:
        raise (
            invalid("treadmill_not_loaded", treadmill=_listed(meant))
            if meant
            else invalid("no_treadmill")
        )
    outcomes = await asyncio.gather(
        *(entry.runtime_data.async_request(Stop()) for entry in known), return_exceptions=True
    )
    failed = [
        entry
        for entry, outcome in zip(known, outcomes, strict=True)
        if isinstance(outcome, BaseException)
    ]
    if failed:
        raise stop_failed(_listed(failed))


def _in_area_of(
    hass: HomeAssistant, known: list[TreadmillConfigEntry], asking_device: str | None
) -> list[TreadmillConfigEntry]:
    """Return the treadmills in the area of a device; none if that is nowhere."""
    devices = dr.async_get(hass)
    asking = None if asking_device is None else devices.async_get(asking_device)
    area = None if asking is None else dr.async_get_effective_area_id(hass, asking)
    if area is None:
        return []
    return [
        entry
        for entry in known
        if (own := device_of(hass, entry)) is not None and own.area_id == area
    ]


# ---- which runner, which session


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
    found = _named(call.hass, known, named)
    if not found:
        raise invalid("no_such_runner", runner=named[:LONGEST_NAME], names=_listed(known))
    return found[0].entry_id


def session_of(call: ServiceCall, coordinator: TreadmillCoordinator) -> str:
    """Find the session an action is for, by identifier or name: the selected one if none is named.

    Raises ``ServiceValidationError`` if there is no such session, or if its file is wrong.
    """
    named: str | None = call.data.get("session")
    if named is None:
        return coordinator.selected_session
    library = call.hass.data[LIBRARY]
    if (session := library.named(named)) is None:
        raise library.unknown(named[:LONGEST_NAME])
    return session


# ---- what triggers and conditions select


def target_required() -> dict[vol.Marker, Any]:
    """Return the part of a schema that asks for a target."""
    return {vol.Required(CONF_TARGET): vol.All(cv.TARGET_FIELDS, _something)}


def some_of(values: Iterable[str]) -> vol.All[Any]:
    """Accept one or several of ``values``; an empty list selects nothing in particular."""
    return vol.All(cv.ensure_list, [vol.In([str(value) for value in values])])


@callback
def targeted(
    hass: HomeAssistant,
    selection: TargetSelection,
    among: Iterable[TreadmillConfigEntry] | None = None,
) -> list[TreadmillConfigEntry]:
    """Return the treadmills of a target as it resolves now: by its device or any of its entities.

    Of all, or of those ``among`` some. What is not there, or belongs to somebody else, is no
    treadmill, and no error: it may come.
    """
    selected = async_extract_referenced_entity_ids(hass, selection, expand_group=False)
    entities = er.async_get(hass).entities
    owners = {
        entity.config_entry_id
        for entity_id in selected.referenced | selected.indirectly_referenced
        if (entity := entities.get(entity_id)) is not None
    }
    return [
        entry
        for entry in (treadmills(hass) if among is None else among)
        if entry.entry_id in owners or device_id(hass, entry) in selected.referenced_devices
    ]


def _something(target: dict[str, Any]) -> dict[str, Any]:
    if not TargetSelection(target).has_any_target:
        raise vol.Invalid("choose a treadmill: a device, an entity, an area, a floor or a label")
    return target


# ---- names


def _entries(hass: HomeAssistant, *, of_runners: bool) -> list[DescentConfigEntry]:
    known = hass.config_entries.async_entries(DOMAIN, include_ignore=False, include_disabled=False)
    return [entry for entry in known if (entry.data.get(CONF_KIND) == KIND_RUNNER) is of_runners]


def _named[EntryT: DescentConfigEntry](
    hass: HomeAssistant, known: list[EntryT], named: str
) -> list[EntryT]:
    """Return the entry with this device or identifier, or those with this name."""
    _, owner = dr.async_get_device_and_config_entry_for_domain(hass, named, domain=DOMAIN)
    wanted = named.strip().casefold()
    return [entry for entry in known if entry is owner or entry.entry_id == named] or [
        entry for entry in known if wanted in {name.casefold() for name in names_of(hass, entry)}
    ]


def _listed(entries: Sequence[DescentConfigEntry]) -> str:
    return ", ".join(entry.title for entry in entries) or "-"
