"""A link whose other end is the bench: what it says, a driver hears."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from custom_components.descent.treadmills.gatt import (
    CONTROL_POINT,
    MACHINE_STATUS,
    TREADMILL_DATA,
    Heard,
    Property,
)


class SilentLink:
    """A link to nothing: everything is written in vain, and only the bench is ever heard."""

    characteristics: Final = {
        TREADMILL_DATA: Property.NOTIFY,
        MACHINE_STATUS: Property.NOTIFY,
        CONTROL_POINT: Property.WRITE | Property.INDICATE,
    }

    def __init__(self) -> None:
        """Be closed."""
        self.is_open = False
        self._heard: dict[int, Heard] = {}

    def say(self, number: int, value: bytes) -> None:
        """Be the machine."""
        self._heard[number](value)

    async def open(self, on_lost: Callable[[], None]) -> None:
        """Make contact; it is never lost."""
        del on_lost
        self.is_open = True

    async def close(self) -> None:
        """Let go."""
        self.is_open = False

    async def read(self, number: int) -> bytes:
        """Have nothing to read."""
        raise NotImplementedError(number)

    async def write(self, number: int, value: bytes) -> None:
        """Take anything, and answer nothing."""

    async def subscribe(self, number: int, heard: Heard) -> None:
        """Listen to the bench."""
        self._heard[number] = heard

    def watch(self, appeared: Callable[[], None]) -> Callable[[], None]:
        """Show nothing."""
        del appeared
        return lambda: None
