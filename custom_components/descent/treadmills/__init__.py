"""How to talk to a treadmill. This package knows machines, and nothing of sessions or entities.

    base.py      what a driver is, and the errors it may raise
    clock.py     the time a driver lives by
    kind.py      what a kind of treadmill is: how one is reached, looked at, asked about and driven
    ftms_*.py    machines that speak FTMS, over a link (gatt.py): ble.py or dircon*.py
    virtual*.py  a simulated belt and deck (physics.py), for people without a treadmill

A driver carries out commands and reports what it hears; what may be commanded is decided elsewhere
(training/gate). Other packages import from here, from ``base.py`` and from ``clock.py`` only.

To add a kind of treadmill, write its driver and its ``Kind`` in files of their own, and add one
line to ``KINDS`` below. ``docs/adding-a-treadmill.md`` shows all of it by an example.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from .base import (
    Contact,
    ContactError,
    Doubt,
    Failure,
    NoAnswerError,
    NotConnectedError,
    NoTreadmillError,
    Offered,
    Part,
    RejectedError,
    Treadmill,
    TreadmillError,
)
from .clock import Clock
from .ftms_kinds import FTMS_BLUETOOTH, FTMS_NETWORK
from .kind import Advertisement, Announcement, Bluetooth, Found, Kind, Means, Network
from .questions import Choice, ChosenEntity, Measure, Number, Question, YesNo
from .virtual_kind import VIRTUAL_TREADMILL

__all__ = [
    "KINDS",
    "Advertisement",
    "Announcement",
    "Bluetooth",
    "Choice",
    "ChosenEntity",
    "Clock",
    "Contact",
    "ContactError",
    "Doubt",
    "Failure",
    "Found",
    "Kind",
    "Means",
    "Measure",
    "Network",
    "NoAnswerError",
    "NoTreadmillError",
    "NotConnectedError",
    "Number",
    "Offered",
    "Part",
    "Question",
    "RejectedError",
    "Treadmill",
    "TreadmillError",
    "YesNo",
    "create",
    "kind_of",
]

# Every kind of treadmill there is, by its id, in the order in which they are offered.
KINDS: Final[dict[str, Kind]] = {
    kind.id: kind
    for kind in (
        FTMS_BLUETOOTH,
        FTMS_NETWORK,
        VIRTUAL_TREADMILL,
    )
}


def kind_of(data: Mapping[str, Any]) -> Kind:
    """Return the kind of treadmill that the data of a config entry are about, by their ``kind``.

    Raises ``ValueError`` if there is no such kind.
    """
    found = data.get("kind")
    kind = KINDS.get(found) if isinstance(found, str) else None
    if kind is None:
        raise ValueError(f"no kind of treadmill: {found!r}; there are {', '.join(KINDS)}")
    return kind


def create(means: Means) -> Treadmill:
    """Make the driver for the data of a config entry. It connects to nothing yet.

    Raises ``ValueError`` for a kind that does not exist and for data its driver cannot use.
    """
    return kind_of(means.data()).driver(means)
