"""Asks a machine for its parts. Whatever becomes of one that is not needed costs that one only.

What is needed is in gatt.py. All others may be missing, refused, not answered, empty or cut short;
which were is told in ``failing``.

Over Bluetooth, a part that is not answered blocks every other question of that connection. So after
each it is tried whether what is needed is answered. If not, contact is made anew, and the part is
left out until contact was good and is lost again.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping
import logging
from typing import Any, Final

from .base import (
    Contact,
    ContactError,
    Failure,
    NoAnswerError,
    NoTreadmillError,
    Part,
    RejectedError,
)
from .clock import Clock
from .gatt import (
    CONTROL_POINT,
    FEATURE,
    FIRMWARE,
    HARDWARE,
    INCLINE_RANGE,
    MACHINE_STATUS,
    MANUFACTURER,
    MODEL,
    NEEDED,
    SERIAL,
    SPEED_RANGE,
    GattLink,
    Heard,
    Property,
)

PART_S: Final = 4.0  # for one answer; a machine at the edge of reach may need a few seconds

_SPEAKS: Final = Property.NOTIFY | Property.INDICATE
_PARTS: Final[Mapping[int, Part]] = {
    CONTROL_POINT: Part.COMMANDS,
    MACHINE_STATUS: Part.STATUS,
    SPEED_RANGE: Part.SPEED_RANGE,
    INCLINE_RANGE: Part.INCLINE_RANGE,
    FEATURE: Part.FEATURES,
    MANUFACTURER: Part.NAMES,
    MODEL: Part.NAMES,
    SERIAL: Part.NAMES,
    HARDWARE: Part.NAMES,
    FIRMWARE: Part.NAMES,
}
# Many machines do not have these, or leave them empty: nothing is wrong with those.
_OFTEN_LEFT_OUT: Final = frozenset({SERIAL, HARDWARE, FIRMWARE})

_LOGGER = logging.getLogger(__name__)


class Parts:
    """The parts of one machine, from one contact to the next."""

    def __init__(self, clock: Clock, link: GattLink, measured: Heard) -> None:
        """Ask for nothing yet; ``measured`` gets what is needed."""
        self._clock = clock
        self._link = link
        self._measured = measured
        self._failed: dict[int, Failure] = {}  # when asked for last, by characteristic
        self._left_out: set[int] = set()
        self._has_needed = False  # in this contact

    @property
    def failing(self) -> Mapping[Part, Failure]:
        """Which parts failed when they were asked for last."""
        return {_PARTS[number]: how for number, how in reversed(self._failed.items())}

    def begin(self) -> None:
        """Begin to ask over a link that was just opened.

        Raises ``NoTreadmillError`` if it is a machine that has nothing of what is needed.
        """
        self._has_needed = False
        if NEEDED not in self._link.characteristics:
            raise NoTreadmillError

    def forget(self) -> None:
        """Ask for everything again, the next time that contact is made."""
        self._left_out.clear()

    async def need(self) -> None:
        """Have what nothing can be done without.

        Raises ``ContactError`` if the machine does not give it, and ``NoAnswerError`` if it says
        nothing.
        """
        if self._has_needed:
            return
        try:
            async with self._clock.limit(PART_S):
                await self._link.subscribe(NEEDED, self._measured)
        except RejectedError as error:
            reason = f"it does not let its measurements be heard: {error}"
            raise ContactError(Contact.UNSUITABLE, reason) from error
        except TimeoutError as error:
            raise NoAnswerError("its measurements were asked for, and it said nothing") from error
        self._has_needed = True

    async def read[T](self, number: int, decode: Callable[[bytes], T | None]) -> T | None:
        """Return a value; ``None`` if it is not to be had, or ``decode`` makes nothing of it.

        Raises ``TreadmillError`` if nothing more can be asked over this link.
        """
        if not self._is_there(number, Property.READ):
            return None
        answer = await self._ask(number, self._link.read(number))
        value = None if answer is None else decode(answer)
        if answer is not None and value is None:
            self.unreadable(number)
        return value

    async def listen(self, number: int, heard: Heard) -> bool:
        """Ask for notifications or indications, and return whether they will come.

        Raises ``TreadmillError`` if nothing more can be asked over this link.
        """
        if not self._is_there(number, _SPEAKS):
            return False
        return await self._ask(number, self._subscribed(number, heard)) is not None

    def unreadable(self, number: int) -> None:
        """Note that what a characteristic said is nothing anybody can read."""
        self._fail(number, Failure.UNREADABLE)

    # ---- inside

    def _is_there(self, number: int, wanted: Property) -> bool:
        """Whether there is a part to ask for; whoever answers commands must take them too."""
        offered = self._link.characteristics.get(number, Property(0))
        takes = number != CONTROL_POINT or Property.WRITE in offered
        if not (offered & wanted and takes):
            self._fail(number, Failure.MISSING)
        elif number in self._left_out:
            self._fail(number, Failure.UNANSWERED)
        else:
            return True
        return False

    def _fail(self, number: int, how: Failure) -> None:
        if number in _OFTEN_LEFT_OUT and how in {Failure.MISSING, Failure.UNREADABLE}:
            return
        self._failed[number] = how

    async def _subscribed(self, number: int, heard: Heard) -> bytes:
        await self._link.subscribe(number, heard)
        return b""

    async def _ask(self, number: int, question: Coroutine[Any, Any, bytes]) -> bytes | None:
        """Return the answer to a question; ``None`` if there is none, or it is no."""
        try:
            async with self._clock.limit(PART_S):
                answer = await question
        except RejectedError as error:
            _LOGGER.debug("%04x is done without: %s", number, error)
            self._fail(number, Failure.REFUSED)
            return None
        except TimeoutError:
            pass
        except NoAnswerError:
            if not self._link.is_open:
                raise
        else:
            self._failed.pop(number, None)
            return answer
        _LOGGER.debug("%04x was not answered", number)
        self._fail(number, Failure.UNANSWERED)
        self._left_out.add(number)
        await self.need()
        return None
