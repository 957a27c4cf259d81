"""How to talk to a treadmill. This room knows machines, and nothing of sessions or entities.

``base.py`` says what a driver is and what it may raise. A driver carries out commands and reports
what it hears; what may be commanded is decided elsewhere (training/gate).

    ftms.py      machines that speak FTMS, over a link (gatt.py): ble.py or dircon.py
    virtual.py   a belt and a deck without any link (physics.py), for people without a treadmill
    probe.py     a first look at a machine, before there is a driver for it

To add a driver:

1. Write a module here with a class that has the methods of ``base.Treadmill``. Time comes from the
   ``Clock`` it is given. Keep bytes, connection and procedure apart: three small files are easier
   to test than one.
2. Add its ``kind`` to ``DRIVERS`` below, with the function that makes one from the data of a config
   entry. It raises ``ValueError`` for data it cannot work with, and connects to nothing yet.
3. Add its rig to the rigs of ``tests/treadmills/contract.py``: every driver passes the same tests.

The long version is ``docs/adding-a-treadmill.md``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from .base import Treadmill
from .clock import Clock
from .ftms import FtmsTreadmill
from .gatt import GattLink
from .virtual import VirtualTreadmill

type MakeLink = Callable[[], GattLink]
type Factory = Callable[[Mapping[str, Any], Clock, MakeLink], Treadmill]


def _virtual(data: Mapping[str, Any], clock: Clock, _: MakeLink) -> Treadmill:
    return VirtualTreadmill.from_data(data, clock)


def _ftms(data: Mapping[str, Any], clock: Clock, link: MakeLink) -> Treadmill:
    return FtmsTreadmill.from_data(data, clock, link())


DRIVERS: dict[str, Factory] = {
    "virtual_treadmill": _virtual,
    "ftms_bluetooth": _ftms,
    "ftms_network": _ftms,
}


def create(data: Mapping[str, Any], clock: Clock, link: MakeLink) -> Treadmill:
    """Make the driver for the data of a config entry, by its ``kind``; it connects to nothing yet.

    ``link`` makes the link of a machine that needs one. Raises ``ValueError`` for a kind nobody
    knows and for data the driver cannot work with.
    """
    kind = data.get("kind")
    factory = DRIVERS.get(kind) if isinstance(kind, str) else None
    if factory is None:
        msg = f"no driver for {kind!r}; there are {', '.join(DRIVERS)}"
        raise ValueError(msg)
    return factory(data, clock, link)
