"""The console of a virtual treadmill: where a newcomer plays the runner at the machine.

This is the one way around the gate, and on purpose: pressing a key of the machine is nothing
Descent does, it is what a person does to a treadmill. Descent hears of it like of any console,
through measurements and status.
"""

from __future__ import annotations

from collections.abc import Iterable

from homeassistant.helpers.entity import EntityDescription

from .coordinator import TreadmillCoordinator
from .entity import TreadmillEntity
from .treadmills.faults import SimulatedFault
from .treadmills.virtual import VirtualTreadmill

type Console = VirtualTreadmill

FAULTS = tuple(fault.value for fault in SimulatedFault)


def console_of(coordinator: TreadmillCoordinator) -> Console | None:
    """Return the console of a treadmill; ``None`` if it is a real one."""
    treadmill = coordinator.treadmill
    return treadmill if isinstance(treadmill, VirtualTreadmill) else None


class ConsoleEntity(TreadmillEntity):
    """Something on the console; it works with and without contact, as on a real machine."""

    def __init__(
        self,
        coordinator: TreadmillCoordinator,
        description: EntityDescription,
        console: Console,
        reads: Iterable[str] = (),
    ) -> None:
        """Sit on ``console``."""
        super().__init__(coordinator, description, reads)
        self.console = console

    @property
    def fault(self) -> str | None:
        """What is wrong with the machine; the first by name if it is several things."""
        return min(self.console.faults, default=None)

    @fault.setter
    def fault(self, fault: str | None) -> None:
        self.console.faults = frozenset() if fault is None else frozenset({SimulatedFault(fault)})
