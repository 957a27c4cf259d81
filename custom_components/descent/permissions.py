"""Who may: what a user of Home Assistant is permitted to do with a treadmill.

An administrator gives a user a policy about entities: which of them the user may read, and which
control. Home Assistant checks it where an entity is asked for something. Where a treadmill as a
whole is asked (actions, voice, assistants, the commands of the card), it is checked here, so that
nobody gets that way what an entity would refuse:

* What moves belt or deck, or leads to it, is permitted to whoever may *control* the entities that
  do the same: the button Start for starting a session, the number Target speed for a speed.
* What tells about a treadmill is permitted to whoever may *read* all entities of it, because it
  tells what all of them show.
* Stop is permitted to everybody, and so is not asked about here (rule R4).

Where no user is known (automations, devices in a room) nobody is refused, as everywhere in Home
Assistant. A user who was removed is refused. Administrators and users of the usual group may do
everything here.

What Home Assistant itself may do with a treadmill, whoever asks, is another matter: the owner says
so in the options (``Permissions`` in ``training/rules.py``).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import Enum
from typing import Any

from homeassistant.auth.models import User
from homeassistant.auth.permissions.const import CAT_ENTITIES, POLICY_CONTROL, POLICY_READ
from homeassistant.const import Platform
from homeassistant.core import Context, HomeAssistant, callback
from homeassistant.exceptions import Unauthorized, UnknownUser
from homeassistant.helpers import entity_registry as er

from .const import DOMAIN
from .coordinator import TreadmillCoordinator
from .entity import unique_id


class Control(Enum):
    """Something to control a treadmill by: the platform and the key of its entity."""

    START = (Platform.BUTTON, "start")
    PAUSE = (Platform.BUTTON, "pause")
    RESUME = (Platform.BUTTON, "resume")
    SKIP = (Platform.BUTTON, "skip")
    SPEED = (Platform.NUMBER, "target_speed")
    INCLINE = (Platform.NUMBER, "target_incline")
    DECLINE = (Platform.NUMBER, "target_decline")
    SESSION = (Platform.SELECT, "session")
    RUNNER = (Platform.SELECT, "runner")


# What the actions for one treadmill are the same as: always (None), and with a field that is given.
_CONTROLS: Mapping[str, Mapping[str | None, Control]] = {
    "start_session": {
        None: Control.START,
        "session": Control.SESSION,
        "overrides": Control.SESSION,
        "runner": Control.RUNNER,
    },
    "pause": {None: Control.PAUSE},
    "resume": {None: Control.RESUME},
    "skip": {None: Control.SKIP},
    "set_target": {
        "speed": Control.SPEED,
        "nudge_speed": Control.SPEED,
        "incline": Control.INCLINE,
        "nudge_incline": Control.INCLINE,
        "decline": Control.DECLINE,
    },
    "preview_session": {},
    "list_sessions": {},
}


def controls_of(action: str, asked: Mapping[str, Any]) -> tuple[Control, ...]:
    """Return the controls that an action with these fields is the same as; none if it only tells.

    Raises ``KeyError`` for an action that is not about one treadmill.
    """
    controls = _CONTROLS[action]
    # 0 km/h is given, and no overrides are not.
    given = {field for field in controls if field is None or asked.get(field) not in (None, {})}
    # Whoever asks for nothing yet is asked about everything.
    return tuple(control for field, control in controls.items() if field in (given or controls))


async def async_require_control(
    coordinator: TreadmillCoordinator, context: Context | None, controls: Iterable[Control]
) -> None:
    """See to it that whoever asks may use these controls of a treadmill, all of them.

    Raises ``Unauthorized`` that names the first entity that may not be controlled, ``UnknownUser``.
    """
    user = await _async_user(coordinator.hass, context)
    registry = er.async_get(coordinator.hass)
    entities = [
        registry.async_get_entity_id(platform, DOMAIN, unique_id(coordinator, key))
        for platform, key in (control.value for control in controls)
    ]
    _require(coordinator, user, context, POLICY_CONTROL, entities)


async def async_require_read(coordinator: TreadmillCoordinator, context: Context | None) -> None:
    """See to it that whoever asks may be told about a treadmill.

    Raises ``Unauthorized`` that names the first entity that may not be read, ``UnknownUser``.
    """
    require_read(coordinator, await _async_user(coordinator.hass, context), context)


async def async_may_read(coordinator: TreadmillCoordinator, context: Context | None) -> bool:
    """Whether whoever asks may be told about a treadmill."""
    try:
        await async_require_read(coordinator, context)
    except Unauthorized:
        return False
    return True


@callback
def require_read(
    coordinator: TreadmillCoordinator, user: User | None, context: Context | None
) -> None:
    """See to it that a user may be told about a treadmill. Raises ``Unauthorized``."""
    registry = er.async_get(coordinator.hass)
    known = er.async_entries_for_config_entry(registry, coordinator.config_entry.entry_id)
    entities = [entity.entity_id for entity in known if not entity.disabled]
    _require(coordinator, user, context, POLICY_READ, entities or [None])


async def _async_user(hass: HomeAssistant, context: Context | None) -> User | None:
    """Return who asks; ``None`` if that is nobody in particular. Raises ``UnknownUser``."""
    if context is None or not context.user_id:
        return None
    user = await hass.auth.async_get_user(context.user_id)
    if user is None:
        raise _worded("unknown_user", UnknownUser(context=context))
    return user


def _require(
    coordinator: TreadmillCoordinator,
    user: User | None,
    context: Context | None,
    permission: str,
    entities: Iterable[str | None],
) -> None:
    """Raise ``Unauthorized`` for the first entity that a user has no such permission for.

    An entity that is not there (``None``) is permitted to whoever may do it with all entities.
    """
    if user is None or user.is_admin or user.permissions.access_all_entities(permission):
        return
    for entity_id in entities:
        if entity_id is None or not user.permissions.check_entity(entity_id, permission):
            error = Unauthorized(
                context=context,
                user_id=user.id,
                entity_id=entity_id,
                config_entry_id=coordinator.config_entry.entry_id,
                perm_category=CAT_ENTITIES,
                permission=permission,
            )
            if permission == POLICY_READ:
                raise _worded("may_not_read", error, treadmill=coordinator.name)
            raise _worded("may_not_control", error, treadmill=coordinator.name)


def _worded[ErrorT: Unauthorized](key: str, error: ErrorT, **placeholders: str) -> ErrorT:
    """Give an error of Home Assistant, which has no text, a translated one."""
    error.translation_domain, error.translation_key = DOMAIN, key
    error.translation_placeholders = placeholders
    error.generate_message = True
    return error
