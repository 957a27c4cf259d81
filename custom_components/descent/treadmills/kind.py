"""A kind of treadmill: all that the rest of Descent has to know in order to add and drive one.

A kind says how its machines are reached, how one is looked at before it is added, what is asked
about it, and which driver it gets. The config flow (flows/) and the runtime (runtime/connection.py)
go by that, and know no kind by its name. All kinds are listed in ``__init__.py``.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from ..training.model import Range
from .base import Failure, Part, Treadmill
from .ble import Radio
from .clock import Clock
from .questions import Question


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """What a driver, or a look at a machine, is given to work with."""

    # Returns the data of the config entry as they are now: a machine in the network may move.
    data: Callable[[], Mapping[str, Any]]
    clock: Clock
    # Returns what Home Assistant's Bluetooth knows of the machine at an address.
    radio: Callable[[str], Radio]
    # Home Assistant itself, for a driver whose machine is other entities. No other may use it.
    hass: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a machine said about itself when it was looked at; ``None`` for what it did not say.

    ``speed`` is in km/h, as far as is known, ``incline`` in signed percent as the machine's console
    shows it. The texts are as the machine sent them, but printable and short.
    """

    manufacturer: str | None = None
    model: str | None = None
    serial: str | None = None
    hardware: str | None = None  # revision
    firmware: str | None = None  # revision
    speed: Range | None = None
    incline: Range | None = None
    # What it says of its inclines, where no deck has that: its numbers are no percents.
    odd_incline: Range | None = None
    controllable: bool = True  # it takes commands
    incline_only: bool = False  # it says that its incline can be set, and does not say so of speed
    measured_speed: float | None = None  # of a belt that moves, in whatever unit it sends it
    counts_miles: bool | None = None  # its speeds are mph, by the way it covers; None: not known
    # What it does not have, or what could not be made use of, of all it can be added without.
    failing: Mapping[Part, Failure] = field(default_factory=dict)

    def answers(self) -> dict[str, Any]:
        """Return the answers to questions that follow from it, by their keys."""
        answers: dict[str, Any] = {"sets_speed": not self.incline_only}
        if self.counts_miles:
            answers["speed_unit"] = "mph"
        for axis, said in (("speed", self.speed), ("incline", self.incline)):
            if said is not None:
                answers |= {
                    f"min_{axis}": said.minimum,
                    f"max_{axis}": said.maximum,
                    f"{axis}_step": said.step,
                }
        return answers

    def offered(self) -> dict[str, Any]:
        """Return the ends of the ranges it said it has, by the keys of their questions.

        With them is the unit that its speeds were taken to be in, where that is not km/h.
        """
        return {
            key: answer
            for key, answer in self.answers().items()
            if key.startswith(("min_", "max_")) or key == "speed_unit"
        }


# ---- where a machine is --------------------------------------------------------------------------


class Advertisement(Protocol):
    """What Home Assistant tells of something that advertises itself over Bluetooth."""

    @property
    def name(self) -> str:
        """What it calls itself."""

    @property
    def service_uuids(self) -> Sequence[str]:
        """The services it says it has, as UUIDs in lower case."""

    @property
    def service_data(self) -> Mapping[str, bytes]:
        """What it says about its services, by UUID."""


class Announcement(Protocol):
    """What Home Assistant tells of something that announces itself on the network (zeroconf)."""

    @property
    def type(self) -> str:
        """The service it offers, such as ``_http._tcp.local.``."""

    @property
    def properties(self) -> Mapping[str, Any]:
        """What else it says (TXT records); the values are texts, or ``None``."""


def _nothing(_: Any) -> bool:
    return False


@dataclass(frozen=True, slots=True, kw_only=True)
class Bluetooth:
    """The machine is reached over Bluetooth. Its entry keeps ``address``.

    A machine that ``fits`` can be picked from those in reach. One that also ``is_treadmill`` is
    offered by itself. What Home Assistant hears of at all is in ``manifest.json``.
    """

    fits: Callable[[Advertisement], bool]
    is_treadmill: Callable[[Advertisement], bool] = _nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class Network:
    """The machine is reached over the network. Its entry keeps ``host`` and ``port``.

    One that ``is_treadmill`` by its announcement is offered by itself. What Home Assistant listens
    for at all is in ``manifest.json``.
    """

    port: int  # where such machines listen, unless one says otherwise
    is_treadmill: Callable[[Announcement], bool] = _nothing
    # The properties of an announcement in which such machines tell their MAC and serial number.
    mac_property: str = "mac"
    serial_property: str = "serial"


# ---- the kind itself -----------------------------------------------------------------------------


def _as_known(known: Mapping[str, Any], _: Mapping[str, Any]) -> Mapping[str, Any]:
    return known


def _no_errors(_: Mapping[str, Any]) -> dict[str, str]:
    return {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One kind of treadmill.

    Three keys of an entry's data have a meaning that is the same for all kinds: ``kind``, ``name``,
    and ``can_start`` (false for a belt that only its console starts).
    """

    id: str  # the entry's ``kind``, and the name of its step in the config flow
    # ``None`` for machines that are nowhere: nothing has to be found, and nothing is looked at.
    where: Bluetooth | Network | None
    # Makes the driver, and connects to nothing yet. Raises ``ValueError`` for data it cannot use.
    driver: Callable[[Means], Treadmill]
    # Connects to a machine that is to be added, reads what it is, and lets go. It moves nothing.
    # Raises ``TreadmillError``. ``None`` if such machines say nothing about themselves.
    probe: Callable[[Means], Awaitable[Found]] | None = None
    questions: tuple[Question, ...] = ()
    # Returns what was known of a machine as it is after other answers than before: the numbers that
    # somebody leaves as the form shows them may mean something else then.
    known_after: Callable[[Mapping[str, Any], Mapping[str, Any]], Mapping[str, Any]] = _as_known
    # Returns what is wrong with answers that are each in their range: error keys by question, or
    # under "base".
    errors: Callable[[Mapping[str, Any]], Mapping[str, str]] = _no_errors
    name: str = "Treadmill"  # what a machine is called that does not say
    simulated: bool = False  # nothing moves but numbers: its time may pass faster
