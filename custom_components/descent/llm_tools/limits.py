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

What the user who talks to it may do is another matter: ``permissions.py``.
"""

from __future__ import annotations

from homeassistant.exceptions import HomeAssistantError

from ..coordinator import TreadmillCoordinator

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


def require_standing_belt(coordinator: TreadmillCoordinator) -> None:
    """Raise ``WithheldError`` if the belt moves, or may do so: a single zero is not believed."""
    if coordinator.view().belt_moving:
        raise WithheldError("belt_moves", BELT_MOVES, name=coordinator.name)
