"""A link that remembers its last messages, for the diagnostics download."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from typing import Final

from .base import TreadmillError
from .clock import Clock
from .gatt import GattLink, Heard, Property

KEPT: Final = 2000  # at four measurements a second, the last eight minutes


class RecordedLink:
    """Passes everything on to another link, and remembers the last messages."""

    def __init__(self, clock: Clock, link: GattLink) -> None:
        """Remember what goes over ``link``."""
        self._clock = clock
        self._link = link
        self._messages: deque[tuple[float, str, int | None, bytes | str]] = deque(maxlen=KEPT)

    def trace(self) -> list[str]:
        """Return the messages, oldest first: second, what happened, characteristic, bytes."""
        return [
            f"{at:.3f} {what}"
            + ("" if number is None else f" {number:04x}")
            + (f" {content.hex()}" if isinstance(content, bytes) else f" {content}".rstrip())
            for at, what, number, content in self._messages
        ]

    @property
    def is_open(self) -> bool:
        """Whether there is contact right now."""
        return self._link.is_open

    @property
    def characteristics(self) -> Mapping[int, Property]:
        """What the machine offered when the link was opened last."""
        return self._link.characteristics

    async def open(self, on_lost: Callable[[], None]) -> None:
        """Make contact. Raises ``ContactError``."""

        def lost() -> None:
            self._note("lost")
            on_lost()

        try:
            await self._link.open(lost)
        except TreadmillError as error:
            self._note("not opened", content=str(error))
            raise
        offered = ", ".join(
            f"{number:04x}={able.value}" for number, able in self.characteristics.items()
        )
        self._note("opened", content=offered)

    async def close(self) -> None:
        """End contact."""
        if self._link.is_open:
            self._note("closed")
        await self._link.close()

    async def read(self, number: int) -> bytes:
        """Read a characteristic. Raises ``TreadmillError``."""
        try:
            value = await self._link.read(number)
        except TreadmillError as error:
            self._note("not read", number, str(error))
            raise
        self._note("read", number, value)
        return value

    async def write(self, number: int, value: bytes) -> None:
        """Write a characteristic. Raises ``TreadmillError``."""
        self._note("write", number, value)
        try:
            await self._link.write(number, value)
        except TreadmillError as error:
            self._note("not written", number, str(error))
            raise

    async def subscribe(self, number: int, heard: Heard) -> None:
        """Ask for notifications or indications. Raises ``TreadmillError``."""

        def note(value: bytes) -> None:
            self._note("heard", number, value)
            heard(value)

        try:
            await self._link.subscribe(number, note)
        except TreadmillError as error:
            self._note("not subscribed", number, str(error))
            raise

    def watch(self, appeared: Callable[[], None]) -> Callable[[], None]:
        """Call ``appeared`` whenever the machine shows that it is there."""
        return self._link.watch(appeared)

    def _note(self, what: str, number: int | None = None, content: bytes | str = "") -> None:
        self._messages.append((self._clock.now(), what, number, content))
