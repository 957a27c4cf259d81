"""What a link is: the few GATT operations of one machine, over the air or over TCP.

A link knows bytes and contact, and nothing of treadmills. Characteristics and services go by their
16-bit numbers; those with other UUIDs are left out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import IntFlag
from typing import Final, Protocol

FITNESS_MACHINE: Final = 0x1826  # service

FEATURE: Final = 0x2ACC
TREADMILL_DATA: Final = 0x2ACD
TRAINING_STATUS: Final = 0x2AD3
SPEED_RANGE: Final = 0x2AD4
INCLINE_RANGE: Final = 0x2AD5
CONTROL_POINT: Final = 0x2AD9
MACHINE_STATUS: Final = 0x2ADA

# Services that tell other machines apart.
RUNNING_SPEED_AND_CADENCE: Final = 0x1814
CYCLING_SPEED_AND_CADENCE: Final = 0x1816

DEVICE_INFORMATION: Final = 0x180A  # service

MODEL: Final = 0x2A24
SERIAL: Final = 0x2A25
FIRMWARE: Final = 0x2A26  # revision
HARDWARE: Final = 0x2A27  # revision
MANUFACTURER: Final = 0x2A29

# What a session cannot do without: the measurements, in the service of fitness machines. Whatever
# else is missing, refused, not answered, empty or cut short costs itself and nothing more. Without
# the control point there are no commands, without the status a key at the console is seen by what
# it does, without ranges those of the entry count, without names there is no name.
NEEDED_SERVICE: Final = FITNESS_MACHINE
NEEDED: Final = TREADMILL_DATA

UUID_TAIL: Final = "-0000-1000-8000-00805f9b34fb"  # of every UUID that has a 16-bit number

type Heard = Callable[[bytes], None]


class Property(IntFlag):
    """What a characteristic can be used for."""

    READ = 1
    WRITE = 2
    NOTIFY = 4
    INDICATE = 8


def uuid_of(number: int) -> str:
    """Return the UUID of a 16-bit number, in lower case."""
    return f"{number:08x}{UUID_TAIL}"


def number_of(uuid: str) -> int | None:
    """Return the 16-bit number of a UUID; ``None`` if it has none."""
    head, tail = uuid[:8].lower(), uuid[8:].lower()
    if tail != UUID_TAIL or not head.startswith("0000"):
        return None
    try:
        return int(head, 16)
    except ValueError:
        return None


class GattLink(Protocol):
    """One machine at the other end. Opened and closed as often as needed.

    Everything awaited here raises ``TreadmillError`` (base.py) and nothing else: ``ContactError``
    from ``open``, ``NotConnectedError`` if the link is not open, ``RejectedError`` if the other
    side said no, ``NoAnswerError`` if it said nothing in time. A link never reconnects by itself
    and never sends anything twice.
    """

    @property
    def is_open(self) -> bool:
        """Whether there is contact right now."""

    @property
    def characteristics(self) -> Mapping[int, Property]:
        """What the machine offered when the link was opened last; numbers of all its services."""

    async def open(self, on_lost: Callable[[], None]) -> None:
        """Make contact and look what there is. Raises ``ContactError``; nothing is left then.

        ``on_lost`` is called once if contact ends other than by ``close``.
        """

    async def close(self) -> None:
        """End contact and every subscription. Idempotent, never raises."""

    async def read(self, number: int) -> bytes:
        """Read a characteristic."""

    async def write(self, number: int, value: bytes) -> None:
        """Write a characteristic and wait until the other side has taken it."""

    async def subscribe(self, number: int, heard: Heard) -> None:
        """Ask for notifications or indications; ``heard`` gets each, in order, in the event loop.

        It may be called before this returns, and never after the link was closed or lost.
        """

    def watch(self, appeared: Callable[[], None]) -> Callable[[], None]:
        """Call ``appeared`` whenever the machine shows that it is there, as in an advertisement.

        Returns a function that ends it. A link that hears no such thing never calls.
        """
