"""What a driver's tests stand on: a rig is a driver, the machine behind it, and the time.

A new driver joins with one line in ``RIGS`` and a fixture in ``conftest.py``. Its rig puts the
protocol between the driver and a ``BeltAndDeck``, and plays faults on the wire; the tests in
``test_contract.py`` stay as they are.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Protocol

from custom_components.descent.training.events import Link, Status, StatusKind
from custom_components.descent.training.model import Machine, Telemetry
from custom_components.descent.treadmills.base import Report, Treadmill
from custom_components.descent.treadmills.clock import Clock
from custom_components.descent.treadmills.faults import SimulatedFault
from custom_components.descent.treadmills.physics import BeltAndDeck, Preset
from custom_components.descent.treadmills.virtual import VirtualTreadmill
from tests.treadmills.manual_loop import ManualLoop

PATIENCE_S = 20.0  # longer than any driver may wait for an answer
MACHINE = Preset.TYPICAL.machine()


class Rig(Protocol):
    """A driver with a simulated machine at the other end. Nobody is connected at the beginning."""

    @property
    def clock(self) -> Clock:
        """The time of driver and machine."""

    @property
    def treadmill(self) -> Treadmill:
        """The driver."""

    @property
    def belt_and_deck(self) -> BeltAndDeck:
        """The truth. Its machine is ``MACHINE``."""

    async def run(self, seconds: float) -> None:
        """Let time pass on both sides, and the driver's tasks with it."""

    def fault(self, *faults: SimulatedFault) -> None:
        """Make exactly these faults so."""

    def press_start(self) -> None:
        """Press Start at the console."""

    def press_stop(self) -> None:
        """Press Stop at the console."""

    def pull_safety_key(self) -> None:
        """Pull the key."""

    def replace_safety_key(self) -> None:
        """Put it back."""

    def console_speed(self, delta_kmh: float) -> None:
        """Change the speed at the console."""

    def console_incline(self, delta_pct: float) -> None:
        """Change the incline at the console."""

    async def close(self) -> None:
        """Take everything down."""


class VirtualRig:
    """The virtual treadmill is its own machine."""

    def __init__(self, machine: Machine = MACHINE, *, scale: float = 1.0) -> None:
        self.loop = ManualLoop()
        self.clock = self.loop.clock(scale)
        self.treadmill = VirtualTreadmill(self.clock, machine)
        self.belt_and_deck = self.treadmill.belt_and_deck
        self.press_start = self.treadmill.press_start
        self.press_stop = self.treadmill.press_stop
        self.pull_safety_key = self.treadmill.pull_safety_key
        self.replace_safety_key = self.treadmill.replace_safety_key
        self.console_speed = self.treadmill.console_speed
        self.console_incline = self.treadmill.console_incline

    async def run(self, seconds: float) -> None:
        """Move the manual clock, then let tasks that were waiting for it go on."""
        self.loop.run(self.clock.real_seconds(seconds))
        await asyncio.sleep(0)
        await asyncio.sleep(0)

    def fault(self, *faults: SimulatedFault) -> None:
        """Make exactly these faults so."""
        self.treadmill.faults = set(faults)

    async def close(self) -> None:
        """Let go."""
        await self.treadmill.disconnect()


# Each has a fixture of its name with "_rig" behind it: drivers and links, then machines of a kind
# whose habits the driver is to hide.
RIGS = (
    "virtual",
    "ftms",
    "dircon",
    "ble",
    "miles",
    "frozen",
    "silent",
    "spaced",
    "counting",
    "bare",
)

# What a machine of a kind does not do, by the tests that want it of the others.
_SILENT = "it measures only while the belt moves"
_BARE = "it says nothing of its keys; what they do is measured"
_FROZEN = "it says nothing of a stop; that the belt stands is found out when it does"
EXCUSED: dict[tuple[str, str], str] = {
    ("bare", "test_start_at_the_console_is_reported_and_measured"): _BARE,
    ("bare", "test_stop_at_the_console_is_reported_before_the_belt_stands"): _BARE,
    ("bare", "test_a_pulled_safety_key_is_reported_and_stops_the_belt"): _BARE,
    ("frozen", "test_stop_at_the_console_is_reported_before_the_belt_stands"): _FROZEN,
    ("silent", "test_a_standing_belt_is_measured_as_zero_not_left_out"): _SILENT,
    ("silent", "test_no_speed_starts_a_standing_belt"): _SILENT,
    ("silent", "test_r4_stop_brings_belt_and_deck_to_rest"): _SILENT,
    ("silent", "test_r4_stop_is_taken_from_a_standing_belt_and_twice"): _SILENT,
    ("silent", "test_a_pulled_safety_key_is_reported_and_stops_the_belt"): _SILENT,
    ("silent", "test_r3_contact_returns_by_itself_and_repeats_no_command"): _SILENT,
}


class Ear:
    """Everything a driver reported, in order."""

    def __init__(self, treadmill: Treadmill) -> None:
        self.reports: list[Report] = []
        self.unlisten = treadmill.listen(self.reports.append)

    @property
    def links(self) -> list[bool]:
        """Every change of contact."""
        return [report.up for report in self.reports if isinstance(report, Link)]

    @property
    def statuses(self) -> list[StatusKind]:
        """Everything that happened at the machine."""
        return [report.kind for report in self.reports if isinstance(report, Status)]

    @property
    def samples(self) -> list[Telemetry]:
        """Every measurement."""
        return [report for report in self.reports if isinstance(report, Telemetry)]

    def forget(self) -> None:
        """Begin anew."""
        self.reports.clear()


async def ask(rig: Rig, command: Coroutine[None, None, None]) -> None:
    """Send a command and let time pass until it is answered, or everybody's patience is over."""
    task = asyncio.ensure_future(command)
    for _ in range(int(PATIENCE_S * 4)):
        await rig.run(0.0)
        if task.done():
            break
        await rig.run(0.25)
    task.cancel()
    await task


async def set_running(rig: Rig, kmh: float) -> None:
    """Start the belt at the console and bring it to a speed."""
    rig.press_start()
    await rig.run(6.0)
    await ask(rig, rig.treadmill.set_speed(kmh))
    await rig.run(kmh / rig.belt_and_deck.rates.belt_kmh_s + 4.0)
