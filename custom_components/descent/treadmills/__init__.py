"""How to talk to a treadmill. This room knows machines, and nothing of sessions or entities.

``base.py`` says what a driver is and what it may raise. A driver carries out commands and reports
what it hears; what may be commanded is decided elsewhere (training/gate.py).

To add a driver:

1. Write a module here with a class that has the methods of ``base.Treadmill``. Time comes from the
   ``Clock`` it is given. Keep bytes, connection and procedure apart: three small files are easier
   to test than one.
2. Add its ``kind`` to ``DRIVERS`` below, with the function that makes one from the data of a config
   entry. It raises ``ValueError`` for data it cannot work with, and connects to nothing yet.
3. Add its rig to ``RIGS`` in ``tests/treadmills/contract.py``: every driver passes the same tests.

The long version is ``docs/adding-a-treadmill.md``.

``physics.py`` is a belt and a deck without any link. ``virtual.py`` makes a treadmill of it for
people without one; simulated machines in the tests put a real protocol in front of it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from .base import Clock, Treadmill
from .virtual import VirtualTreadmill

type Factory = Callable[[Mapping[str, Any], Clock], Treadmill]

DRIVERS: dict[str, Factory] = {
    "virtual_treadmill": VirtualTreadmill.from_data,
}


def create(data: Mapping[str, Any], clock: Clock) -> Treadmill:
    """Make the driver for the data of a config entry, by its ``kind``; it connects to nothing yet.

    Raises ``ValueError`` for a kind nobody knows and for data the driver cannot work with.
    """
    kind = data.get("kind")
    factory = DRIVERS.get(kind) if isinstance(kind, str) else None
    if factory is None:
        msg = f"no driver for {kind!r}; there are {', '.join(DRIVERS)}"
        raise ValueError(msg)
    return factory(data, clock)
