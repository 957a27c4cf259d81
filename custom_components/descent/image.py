"""The image entity of a treadmill: the profile of its session."""

from __future__ import annotations

from typing import override

from aiohttp import web
from homeassistant.auth.permissions.const import POLICY_READ
from homeassistant.components.image import ImageEntity, ImageEntityDescription
from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.helpers.http import current_request
from homeassistant.util import dt as dt_util

from .coordinator import TreadmillConfigEntry, TreadmillCoordinator
from .dashboard.profile import picture
from .entity import TreadmillEntity
from .training.events import State
from .training.model import Plan

PARALLEL_UPDATES = 0  # nothing is polled

PROFILE = ImageEntityDescription(key="session_profile")
# What the picture is about: a session, or what is selected for the next one.
_SUBJECT = ("state", "plan", "step", "machine", "scripts", "selected_session", "runner")


async def async_setup_entry(
    hass: HomeAssistant,
    entry: TreadmillConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the image entity of a treadmill."""
    async_add_entities([ProfileImage(hass, entry.runtime_data)])


class ProfileImage(TreadmillEntity, ImageEntity):
    """The session that is under way or was the last one; before any, the selected one.

    It is told to be new with every step, and drawn when somebody asks for it: the position in it
    is that of the moment.
    """

    _attr_content_type = "image/svg+xml"

    def __init__(self, hass: HomeAssistant, coordinator: TreadmillCoordinator) -> None:
        """Belong to the treadmill of ``coordinator``."""
        TreadmillEntity.__init__(self, coordinator, PROFILE, _SUBJECT)
        ImageEntity.__init__(self, hass)
        self._drawn = self._subject()
        self._attr_image_last_updated = dt_util.utcnow()

    @override
    async def async_image(self) -> bytes:
        """Draw the picture.

        Home Assistant serves pictures to every user who is logged in: here those who may not read
        this entity are refused. Who has the address with its token has read the entity.
        """
        # Where it has moved there is no picture: nobody could tell who asks.
        from homeassistant.components.http import KEY_HASS_USER  # noqa: PLC0415 - see above

        request = current_request.get()
        user = None if request is None else request.get(KEY_HASS_USER)
        if user is not None and not user.permissions.check_entity(self.entity_id, POLICY_READ):
            raise web.HTTPForbidden
        snapshot = self.snapshot
        plan = snapshot.plan
        if snapshot.state is State.IDLE or plan is None:
            choices = self.choices
            script = choices.scripts.get(choices.selected_session)
            title = "" if script is None else script.name
            return picture(title, self._selected()).encode()
        return picture(plan.name, plan, self.coordinator.view().progress).encode()

    @callback
    @override
    def _handle_coordinator_update(self) -> None:
        """Write a state only when there is another picture to see."""
        if (subject := self._subject()) != self._drawn:
            self._drawn = subject
            self._attr_image_last_updated = dt_util.utcnow()
            self.async_write_ha_state()

    def _subject(self) -> tuple[object, ...]:
        """Return what the picture is about."""
        snapshot, choices = self.snapshot, self.choices
        if snapshot.state is State.IDLE or snapshot.plan is None:
            script = choices.scripts.get(choices.selected_session)
            return (script, choices.runner, choices.machine)
        index = None if snapshot.step is None else snapshot.step.index
        return (snapshot.plan, index, snapshot.state is State.FINISHED)

    def _selected(self) -> Plan | None:
        """Return the plan of the selected session; None when it is locked for this runner."""
        choices = self.choices
        try:
            return self.coordinator.preview(choices.selected_session, choices.selected_runner, {})
        except ServiceValidationError:
            return None
