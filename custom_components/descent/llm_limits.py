"""What an assistant with a language model may do, beyond what the gate sees to.

Such a model mishears, and it makes things up. So it may prepare and it may calm, and what sets a
belt in motion stays with the runner:

* It arms a session while the belt stands; the runner starts the belt (rule R2). Where the user has
  acknowledged that Home Assistant may start it, the belt would start with nobody having touched
  anything: then the assistant has to say that the runner stands ready, and the runner still hears
  the countdown.
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

from .coordinator import TreadmillCoordinator
from .training.rules import START_COUNTDOWN_S

NOT_ALLOWED = "This user may not control the treadmill {name}."
BELT_MOVES = (
    "The belt of {name} is moving, and an assistant never takes over a moving belt. The runner "
    "presses Start or Resume on the dashboard, or stops the belt first. After a pause, wait until "
    "the belt stands."
)
NOT_SAID_TO_BE_READY = (
    "{name} would start its belt by itself, {seconds} seconds after this. Ask the runner whether "
    "they stand ready on the treadmill. Only when they have said yes, do this again with "
    "runner_is_ready true."
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
    if coordinator.conductor.control.gate.watch.moving:
        raise WithheldError("belt_moves", BELT_MOVES, name=coordinator.name)


def starts_by_itself(coordinator: TreadmillCoordinator) -> bool:
    """Whether arming starts the belt after a countdown, as the user has acknowledged."""
    allowed = coordinator.conductor.control.permissions
    return allowed.control and allowed.start_belt and coordinator.machine.can_start


def require_ready_runner(coordinator: TreadmillCoordinator, *, said_so: bool) -> None:
    """Raise ``WithheldError`` where arming starts the belt and nobody said that one is ready."""
    if starts_by_itself(coordinator) and not said_so:
        raise WithheldError(
            "runner_not_ready",
            NOT_SAID_TO_BE_READY,
            name=coordinator.name,
            seconds=f"{START_COUNTDOWN_S:g}",
        )
