"""What a driver is: the methods every treadmill's driver has, and the errors it may raise.

A driver carries out one command at a time and reports what the machine says. It never decides,
retries, smooths a measurement or remembers what was asked for: the gate (training/gate) does that.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from ..training.events import Link, Status
from ..training.model import Machine, Range, Telemetry

type Report = Telemetry | Status | Link
type Listener = Callable[[Report], None]


class TreadmillError(Exception):
    """Base of everything a driver raises on purpose."""


class NotConnectedError(TreadmillError):
    """The machine is not connected; the command was not sent."""


class Contact(StrEnum):
    """Whether a machine is connected, and if it is not, why."""

    CONNECTED = "connected"
    CONNECTING = "connecting"
    NOT_FOUND = "not_found"  # nobody hears it: off, out of reach, or connected to something else
    NO_SLOT = "no_slot"  # heard, but no adapter or proxy has a connection to spare
    TAKEN = "taken"  # it is there, and lets nobody in: something else is connected to it
    UNREACHABLE = "unreachable"  # it is there, and connecting fails
    UNSUITABLE = "unsuitable"  # connected, and it is no treadmill that can be understood
    RELEASED = "released"  # let go on purpose


class Doubt(StrEnum):
    """What an entry says of a machine, and its measurements contradict: its owner has to decide."""

    SPEED_UNIT = "speed_unit"  # by the way it covers, its speed is in another unit


class Part(StrEnum):
    """A part of a machine that may fail, and then costs itself only.

    What nothing can be done without is no such part: measurements are needed for contact.
    """

    COMMANDS = "commands"  # without it belt and deck are set at the console only
    STATUS = "status"  # what happens at the console
    SPEED_RANGE = "speed_range"
    INCLINE_RANGE = "incline_range"
    FEATURES = "features"  # what it says can be set
    NAMES = "names"  # what it is: maker, model, serial number, versions


class Failure(StrEnum):
    """What is wrong with a part."""

    MISSING = "missing"
    REFUSED = "refused"  # it may not be read or listened to
    UNANSWERED = "unanswered"
    UNREADABLE = "unreadable"  # empty, cut short, or nothing that can be so


class ContactError(NotConnectedError):
    """Connecting failed; ``contact`` says why."""

    def __init__(self, contact: Contact, message: str) -> None:
        """Keep the reason; ``message`` is for the log."""
        super().__init__(message)
        self.contact = contact


class NoTreadmillError(ContactError):
    """It is a fitness machine, and measures nothing that a treadmill does: a bike, for example."""

    def __init__(self) -> None:
        """Know why it is of no use."""
        super().__init__(Contact.UNSUITABLE, "it measures nothing that a treadmill does")


class RejectedError(TreadmillError):
    """The machine answered, and the answer was no."""


class NoAnswerError(TreadmillError):
    """The command went out, no answer came in time: its outcome is unknown (rule R6, no retry)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered:
    """The ranges that a machine itself says it has; ``None`` where it did not say."""

    speed: Range | None = None  # km/h, as far as is known what it counts in
    incline: Range | None = None  # percent, as its console shows them


class Treadmill(Protocol):
    """One machine. Reports arrive through the listener, in the event loop, as they happen."""

    @property
    def machine(self) -> Machine:
        """What it can do. Known from the start for a virtual one, after connecting for others."""

    @property
    def offered(self) -> Offered:
        """What it said it can do: its owner may narrow that, and nothing widens it (rule R10)."""

    @property
    def connected(self) -> bool:
        """Whether there is contact right now."""

    @property
    def contact(self) -> Contact:
        """Whether it is connected, and if not, why."""

    @property
    def doubts(self) -> frozenset[Doubt]:
        """What its measurements contradict."""

    @property
    def failing(self) -> Mapping[Part, Failure]:
        """Which of its parts failed when contact was made last; nothing is asked of these."""

    def on_contact(self, changed: Callable[[], None]) -> Callable[[], None]:
        """Call ``changed`` whenever ``contact``, ``machine`` or ``doubts`` changed.

        Returns a function that ends it.

        A change of ``connected`` is reported as a ``Link`` first.
        """

    def trace(self) -> list[str]:
        """Return what lately went over the wire, oldest first; nothing where there is none."""

    def listen(self, listener: Listener) -> Callable[[], None]:
        """Send every report to ``listener`` from now on; returns a function that ends it."""

    async def connect(self) -> None:
        """Make contact and keep it, reconnecting by itself, until ``disconnect``.

        Raises ``TreadmillError`` if the first try fails; further tries follow all the same.
        """

    async def prove_contact(self) -> None:
        """Return once the machine has shown that it is there: it is asked something, and answers.

        It moves nothing. Raises ``TreadmillError``.
        """

    async def disconnect(self) -> None:
        """Let go. Idempotent, never raises."""

    async def set_speed(self, speed_kmh: float) -> None:
        """Ask for a belt speed in km/h.

        Returns once the machine accepted; raises ``TreadmillError`` otherwise.
        """

    async def set_incline(self, incline_pct: float) -> None:
        """Ask for a deck angle in signed percent.

        Returns once the machine accepted; raises ``TreadmillError`` otherwise.
        """

    async def start_belt(self) -> None:
        """Start the belt (rule R2: only ever sent once, by the gate). Raises ``TreadmillError``."""

    async def stop_belt(self) -> None:
        """Stop the belt.

        Raises ``TreadmillError``; the caller repeats it only as a stop (rule R4).
        """

    async def release_control(self) -> None:
        """Give control back to the console. Never raises for machines that have no such thing."""
