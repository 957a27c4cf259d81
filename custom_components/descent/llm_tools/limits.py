"""What an assistant with a language model may do, beyond what the gate sees to.

Such a model mishears, and it makes things up. So it may prepare and it may calm, and what sets a
belt in motion stays with the runner:

* It arms a session while the belt stands; the runner starts the belt at the treadmill (rule R2),
  even where the user has acknowledged that Home Assistant may start it.
* It does not take over a belt that moves. A session that let go (the console wins, lost contact, a
  fault) while the belt runs is handed back by the runner's own hand or fixed sentence (rules R3,
  R5, R11).
* It changes targets and steps of what runs already, through the same gate as a slider.
* It pauses whenever there is something to pause, and stops always (rule R4).

Who asks must be allowed to control the treadmill, as for any device; for Stop nobody is asked.
"""

from __future__ import annotations

from homeassistant.auth.permissions.const import POLICY_CONTROL
from homeassistant.core import Context
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import entity_registry as er

from ..coordinator import TreadmillCoordinator

NOT_ALLOWED = "This user may not control the treadmill {name}."
BELT_MOVES = (
    "The belt of {name} is moving, and an assistant never takes over a moving belt. The runner "
    "presses Start or Resume on the dashboard, or stops the belt first. After a pause, wait until "
    "the belt stands."
)


class WithheldError(HomeAssistantError):
    """Something that an assistant may not do. Told to it, not shown to users: not translated."""

    def __init__(self, key: str, text: str, **values: object) -> None:
        """Keep a key to tell it by, and the text."""
        super().__init__(text.format_map(values))
        self.key = key


async def async_require_control(coordinator: TreadmillCoordinator, context: Context | None) -> None:
    """Raise ``WithheldError`` if a user asks who may control nothing of this treadmill."""
    if context is None or context.user_id is None:
        return  # a device or an automation, as for every action
    user = await coordinator.hass.auth.async_get_user(context.user_id)
    entities = er.async_entries_for_config_entry(
        er.async_get(coordinator.hass), coordinator.config_entry.entry_id
    )
    if user is None or not any(
        user.permissions.check_entity(entity.entity_id, POLICY_CONTROL) for entity in entities
    ):
        raise WithheldError("not_allowed", NOT_ALLOWED, name=coordinator.name)


def require_standing_belt(coordinator: TreadmillCoordinator) -> None:
    """Raise ``WithheldError`` if the belt moves, or may do so: a single zero is not believed."""
    if coordinator.view().belt_moving:
        raise WithheldError("belt_moves", BELT_MOVES, name=coordinator.name)
