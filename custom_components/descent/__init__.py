"""Descent: downhill running on a treadmill.

The map: ``training`` decides (pure), ``treadmills`` talks to machines, ``conductor`` joins the two
in real time, ``coordinator`` shows the result to entities and actions. Two kinds of config entries:
treadmills and runners.
"""

from __future__ import annotations

from collections.abc import Iterable
import logging
from typing import Any, cast

from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import (
    CONF_HOST,
    CONF_NAME,
    CONF_PORT,
    EVENT_CORE_CONFIG_UPDATE,
    EVENT_HOMEASSISTANT_STOP,
    Platform,
)
from homeassistant.core import Event, HassJob, HomeAssistant
from homeassistant.exceptions import ConfigEntryError
from homeassistant.helpers import config_validation as cv, device_registry as dr
from homeassistant.helpers.device_registry import DeviceInfo
from homeassistant.helpers.dispatcher import async_dispatcher_connect, async_dispatcher_send
from homeassistant.helpers.entity_platform import async_get_platforms
from homeassistant.helpers.importlib import async_import_module
from homeassistant.helpers.typing import ConfigType

from .actions import async_setup_actions
from .announcements.fault_notification import async_forget_faults, async_watch_faults
from .announcements.tones import ToneView
from .const import CONF_KIND, DOMAIN, KIND_RUNNER, RUNNER_PLATFORMS, TREADMILL_PLATFORMS
from .coordinator import TreadmillConfigEntry, TreadmillCoordinator
from .dashboard.resource import CARD, async_remove_card, async_setup_card
from .decline_issue import async_watch_decline
from .entity import runner_device, treadmill_device
from .entries import DescentConfigEntry
from .identity import async_follow_identity
from .issues import (
    forget_contact_issues,
    forget_corrupt_storage,
    forget_newer_entry,
    forget_newer_storage,
    report_newer_entries,
    report_session_files,
    update_no_runner,
)
from .migration import VERSION, async_migrate
from .no_commands_issue import async_watch_commands
from .runner_coordinator import RunnerConfigEntry, RunnerCoordinator
from .runners import RUNNERS_CHANGED
from .runtime import store
from .session_library import LIBRARY, async_setup_sessions
from .speed_unit_issue import async_watch_speed_unit
from .voice import async_setup_voice

_LOGGER = logging.getLogger(__name__)

# What may change about a treadmill without another driver: what it is called, where it is, and what
# it says of its make. The link reads the address whenever it makes contact, and contact there is,
# is kept.
_SAME_MACHINE = frozenset(
    {
        CONF_NAME,
        CONF_HOST,
        CONF_PORT,
        "mac",
        "serial",
        "service",
        "manufacturer",
        "model",
        "model_id",
        "hardware",
        "firmware",
    }
)

_LOGGER = logging.getLogger(__name__)

CONFIG_SCHEMA = cv.config_entry_only_config_schema(DOMAIN)


async def async_setup(hass: HomeAssistant, config: ConfigType) -> bool:
    """Set up what there is once for all entries: sessions, actions, commands, the card."""
    await async_setup_sessions(hass)
    async_setup_actions(hass)
    await _async_setup_live(hass)
    hass.http.register_view(ToneView(hass))
    await async_setup_card(hass)
    async_setup_voice(hass)
    report_newer_entries(hass, VERSION)
    return True


async def _async_setup_live(hass: HomeAssistant) -> None:
    """Register the commands of the card; what it needs of Home Assistant is not all documented."""
    try:
        websocket = await async_import_module(hass, f"{__name__}.dashboard.websocket")
        websocket.async_setup_live(hass)
    except Exception:
        _LOGGER.exception("The card cannot be used with this Home Assistant; all else can")


async def async_migrate_entry(hass: HomeAssistant, entry: DescentConfigEntry) -> bool:
    """Bring an entry of an earlier version to what entries are now."""
    return async_migrate(hass, entry)


async def async_setup_entry(hass: HomeAssistant, entry: DescentConfigEntry) -> bool:
    """Set up a treadmill or a runner."""
    if entry.data.get(CONF_KIND) == KIND_RUNNER:
        await _async_setup_runner(hass, cast("RunnerConfigEntry", entry))
    else:
        await _async_setup_treadmill(hass, cast("TreadmillConfigEntry", entry))
    update_no_runner(hass)
    report_session_files(hass, hass.data[LIBRARY].errors)  # as the last removal forgot them
    await hass.data[CARD].async_fit()
    return True


async def async_unload_entry(hass: HomeAssistant, entry: DescentConfigEntry) -> bool:
    """Unload an entry; a session under way is left in order and stored first (rule R3)."""
    coordinator = entry.runtime_data
    if isinstance(coordinator, RunnerCoordinator):
        return await _async_unload_platforms(hass, entry, RUNNER_PLATFORMS)
    await coordinator.async_leave()
    if not await _async_unload_platforms(hass, entry, TREADMILL_PLATFORMS):
        coordinator.async_stay()
        return False
    await coordinator.async_stop()
    return True


async def _async_unload_platforms(
    hass: HomeAssistant, entry: DescentConfigEntry, platforms: Iterable[Platform]
) -> bool:
    """Unload all platforms or none.

    Home Assistant tries no second time: where one of them does not end, the others are set up
    again, so that the entry is left whole.
    """
    if await hass.config_entries.async_unload_platforms(entry, platforms):
        return True
    left = {
        platform.domain
        for platform in async_get_platforms(hass, DOMAIN)
        if platform.config_entry is entry
    }
    await hass.config_entries.async_forward_entry_setups(
        entry, [platform for platform in platforms if platform not in left]
    )
    return False


async def async_remove_entry(hass: HomeAssistant, entry: DescentConfigEntry) -> None:
    """Leave nothing behind: neither files nor issues nor notifications."""
    if entry.state is ConfigEntryState.FAILED_UNLOAD:
        await _async_end(entry)
    update_no_runner(hass)
    if not hass.config_entries.async_entries(DOMAIN, include_ignore=False):
        report_session_files(hass, ())
        await async_remove_card(hass)
    forget_newer_entry(hass, entry.entry_id)
    if entry.data.get(CONF_KIND) != KIND_RUNNER:
        forget_newer_storage(hass, entry.entry_id)
        forget_corrupt_storage(hass, entry.entry_id)
        forget_contact_issues(hass, entry.entry_id)
        async_forget_faults(hass, entry.entry_id)
        await store.async_remove(hass, entry.entry_id)


async def _async_end(entry: DescentConfigEntry) -> None:
    """End what a failed unload has left working."""
    coordinator = entry.runtime_data
    if isinstance(coordinator, TreadmillCoordinator):
        await coordinator.async_leave()
        await coordinator.async_stop()


async def _async_setup_treadmill(hass: HomeAssistant, entry: TreadmillConfigEntry) -> None:
    async_follow_identity(hass, entry)
    coordinator = TreadmillCoordinator(hass, entry)
    await coordinator.async_prepare()
    entry.runtime_data = coordinator
    # Config entries are not unloaded when Home Assistant stops; this job is what the runner hears
    # of it.
    entry.async_on_unload(
        hass.async_add_shutdown_job(HassJob(coordinator.async_leave, f"leave {entry.title}"))
    )
    entry.async_on_unload(hass.data[LIBRARY].listen(coordinator.async_apply))
    entry.async_on_unload(async_dispatcher_connect(hass, RUNNERS_CHANGED, coordinator.async_apply))
    entry.async_on_unload(async_watch_decline(coordinator))
    entry.async_on_unload(async_watch_speed_unit(coordinator))
    entry.async_on_unload(async_watch_commands(coordinator))
    entry.async_on_unload(async_watch_faults(coordinator))

    async def end(event: Event) -> None:
        await coordinator.async_stop()

    async def speak(event: Event) -> None:
        """Load the texts of another language."""
        await coordinator.announcer.async_load()

    entry.async_on_unload(hass.bus.async_listen_once(EVENT_HOMEASSISTANT_STOP, end))
    entry.async_on_unload(hass.bus.async_listen(EVENT_CORE_CONFIG_UPDATE, speak))
    entry.async_on_unload(entry.add_update_listener(_TreadmillEdits(entry).async_apply))
    try:
        await hass.config_entries.async_forward_entry_setups(entry, TREADMILL_PLATFORMS)
    except BaseException:
        await coordinator.async_stop()
        raise
    coordinator.async_ready()


class _TreadmillEdits:
    """Applies edits of a treadmill: a reload for another machine, anything else in place."""

    def __init__(self, entry: TreadmillConfigEntry) -> None:
        self._machine = _machine(entry)

    async def async_apply(self, hass: HomeAssistant, entry: TreadmillConfigEntry) -> None:
        if _machine(entry) != self._machine:
            hass.config_entries.async_schedule_reload(entry.entry_id)
            return
        _update_device(hass, entry, treadmill_device(entry.runtime_data))
        entry.runtime_data.async_apply()


def _machine(entry: TreadmillConfigEntry) -> dict[str, Any]:
    """Return what makes a treadmill another machine."""
    return {key: value for key, value in entry.data.items() if key not in _SAME_MACHINE}


async def _async_setup_runner(hass: HomeAssistant, entry: RunnerConfigEntry) -> None:
    try:
        entry.runtime_data = RunnerCoordinator(hass, entry)
    except (ValueError, LookupError, TypeError) as error:
        _LOGGER.error("What is stored about %s makes no sense: %s", entry.title, error)  # noqa: TRY400  (no trace: nothing is wrong in here)
        raise ConfigEntryError(
            translation_domain=DOMAIN,
            translation_key="invalid_entry",
            translation_placeholders={"name": entry.title},
        ) from error
    await hass.config_entries.async_forward_entry_setups(entry, RUNNER_PLATFORMS)
    entry.async_on_unload(entry.add_update_listener(_async_apply_runner))
    # Who comes and goes changes who can run: called when this setup is done, and when unloading
    # begins.
    entry.async_on_unload(
        entry.async_on_state_change(lambda: async_dispatcher_send(hass, RUNNERS_CHANGED))
    )


async def _async_apply_runner(hass: HomeAssistant, entry: RunnerConfigEntry) -> None:
    """Take over an edited runner in place: caps at once, plans from the next session on."""
    entry.runtime_data.async_apply()
    _update_device(hass, entry, runner_device(entry.runtime_data))
    async_dispatcher_send(hass, RUNNERS_CHANGED)


def _update_device(hass: HomeAssistant, entry: DescentConfigEntry, described: DeviceInfo) -> None:
    dr.async_get(hass).async_get_or_create(config_entry_id=entry.entry_id, **described)
