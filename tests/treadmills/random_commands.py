"""Random tests of the FTMS driver: commands, garbage, lost contact and time in any order.

What must hold is watched where it would go wrong: at the link, the moment something is sent.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from itertools import pairwise
import struct
from typing import Any, NamedTuple

from hypothesis import strategies as st

from custom_components.descent.treadmills.base import TreadmillError
from custom_components.descent.treadmills.faults import SimulatedFault
from custom_components.descent.treadmills.ftms import FtmsTreadmill
from custom_components.descent.treadmills.ftms_control import STOP_AGAIN_S
from custom_components.descent.treadmills.gatt import (
    CONTROL_POINT,
    INCLINE_RANGE,
    MACHINE_STATUS,
    SPEED_RANGE,
    TREADMILL_DATA,
    Heard,
)
from tests.machines.ftms import FtmsMachine
from tests.machines.profiles import Profile
from tests.machines.quirks import WireFault
from tests.treadmills.contract import Ear
from tests.treadmills.memory_link import MemoryLink
from tests.treadmills.rig_memory import MemoryRig, answers

START, STOP, ASK = b"\x07", b"\x08\x01", b"\x00"


@dataclass(slots=True)
class Command:
    """A command somebody gave, and the task that waits for it; none while that is being made."""

    request: bytes
    task: asyncio.Task[None] | None = None

    @property
    def stands(self) -> bool:
        """Whether somebody still wants it."""
        return self.task is None or not (self.task.done() or self.task.cancelling())


class WatchedLink(MemoryLink):
    """A link that fails the test if it is used without need: see its assertions."""

    def __init__(self, machine: FtmsMachine, permitted: Callable[[bytes], bool]) -> None:
        super().__init__(machine)
        self.wanted = False
        self.sent: list[bytes] = []
        self.lacked_permission = 0  # how often the machine said so
        self._permitted = permitted

    async def open(self, on_lost: Callable[[], None]) -> None:
        assert self.wanted
        await super().open(on_lost)

    async def read(self, number: int) -> bytes:
        assert self.wanted
        return await super().read(number)

    async def subscribe(self, number: int, heard: Heard) -> None:
        assert self.wanted
        await super().subscribe(number, heard)

    async def write(self, number: int, value: bytes) -> None:
        assert self.wanted
        assert number == CONTROL_POINT
        assert self._permitted(value), value.hex()
        self.sent.append(value)
        await super().write(number, value)

    def _carry(self, number: int, value: bytes) -> None:
        self.lacked_permission += value in {b"\x80\x02\x05", b"\x80\x03\x05"}
        super()._carry(number, value)


class RandomCommands(MemoryRig):
    """A driver that many people use at once, over a link and with a machine that fail at random."""

    link: WatchedLink

    def __init__(self, profile: Profile, **options: Any) -> None:
        super().__init__(profile, **options)
        self.link = WatchedLink(self.machine, self._permitted)
        self.treadmill = FtmsTreadmill.from_data(answers(profile, **options), self.clock, self.link)
        self.ear = Ear(self.treadmill)
        self.commands: list[Command] = []
        self.trouble: list[object] = []  # what no callback and no task may raise
        self._before = asyncio.all_tasks()
        asyncio.get_running_loop().set_exception_handler(
            lambda _, context: self.trouble.append(context)
        )

    def _permitted(self, value: bytes) -> bool:
        standing = [command.request for command in self.commands if command.stands]
        return value in standing or (value == ASK and bool(standing))

    @property
    def tasks(self) -> list[asyncio.Task[None]]:
        """The tasks of all commands ever given."""
        return [command.task for command in self.commands if command.task is not None]

    # ---- what happens

    async def connect(self) -> None:
        """Want contact, and wait for nothing."""
        self.link.wanted = True
        self._spawn(b"", self.treadmill.connect())

    async def disconnect(self) -> None:
        """Let go; whatever was under way is over at once, but for a stop that a pause is in."""
        await self.treadmill.disconnect()
        self.link.wanted = False
        await self.run(STOP_AGAIN_S)
        left = {task for task in asyncio.all_tasks() - self._before if not task.done()}
        assert (left, self.loop.waiting) == (set(), 0)
        assert self.treadmill._control._waiting == []
        assert not self.treadmill.connected

    async def speed(self, hundredths: int) -> None:
        """Ask for a speed."""
        command = self.treadmill.set_speed(hundredths / 100)
        self._spawn(struct.pack("<BH", 2, hundredths), command)

    async def incline(self, halves: int) -> None:
        """Ask for an incline the deck can take."""
        command = self.treadmill.set_incline(halves / 2)
        self._spawn(struct.pack("<Bh", 3, halves * 5), command)

    async def start_belt(self) -> None:
        """Ask for a start."""
        self._spawn(START, self.treadmill.start_belt())

    async def stop_belt(self) -> None:
        """Ask for a stop."""
        self._spawn(STOP, self.treadmill.stop_belt())

    async def give_up(self, which: int) -> None:
        """Have somebody stop waiting."""
        for task in self.tasks[which : which + 1]:
            task.cancel()

    async def say(self, number: int, value: bytes) -> None:
        """Have the machine say something, if anybody listens."""
        self.link._carry(number, value)

    async def lose(self) -> None:
        """Lose contact."""
        self.link.lose()

    async def appear(self) -> None:
        """Have the machine show itself."""
        self.link.appeared()

    async def hang(self, numbers: set[int]) -> None:
        """Have some characteristics never answer from now on."""
        self.link.hanging = numbers

    async def break_down(self, wire: set[WireFault], machine: set[SimulatedFault]) -> None:
        """Make exactly these faults so."""
        self.machine.wire_faults = wire
        self.machine.faults = machine

    async def console(self, incline_pct: float) -> None:
        """Press Start and a key for the incline at the console."""
        self.press_start()
        self.console_incline(incline_pct)

    async def release(self) -> None:
        """Give control back."""
        await self.treadmill.release_control()

    def _spawn(self, request: bytes, command: Coroutine[Any, Any, None]) -> None:
        made = Command(request)
        self.commands.append(made)
        made.task = asyncio.Task(command, eager_start=True)  # in the order of asking

    # ---- what must be

    def check(self) -> None:
        """Hold what everybody relies on."""
        assert self.trouble == []
        for task in self.tasks:
            if task.done() and not task.cancelled():
                assert isinstance(task.exception(), TreadmillError | None)
            assert not task.cancelled() or task.cancelling()
        keeping = self.treadmill._contact._task
        assert keeping is None or not keeping.done()
        links = self.ear.links
        assert links[:1] in ([], [True])
        assert all(one is not other for one, other in pairwise(links))
        assert self.treadmill.connected is (bool(links) and links[-1])

    def count(self) -> None:
        """Hold that nothing was sent more often than it was asked for."""
        asked = [command.request for command in self.commands]
        assert self.link.sent.count(START) <= asked.count(START)
        sets = [value for value in self.link.sent if value[0] in {2, 3}]
        assert all(sets.count(value) <= 2 * asked.count(value) for value in set(sets))
        twice = sum(max(0, sets.count(value) - asked.count(value)) for value in set(sets))
        assert twice <= self.link.lacked_permission  # once more with it, and for nothing else


class RandomEvent(NamedTuple):
    """One thing that happens."""

    do: Callable[..., Coroutine[Any, Any, None]]
    arguments: tuple[Any, ...] = ()

    def __repr__(self) -> str:
        return f"{self.do.__name__}{self.arguments}"


def _events(
    do: Callable[..., Coroutine[Any, Any, None]], *arguments: st.SearchStrategy[Any]
) -> st.SearchStrategy[RandomEvent]:
    return st.tuples(*arguments).map(lambda drawn: RandomEvent(do, drawn))


_STATUS_CODES = st.sampled_from([0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0xFF]) | st.integers(0, 255)
_ANSWERS = st.builds(
    lambda opcode, result: bytes([0x80, opcode, result]),
    st.sampled_from([0, 2, 3, 7, 8]),
    st.integers(0, 6) | st.integers(0, 255),
)
_STATUSES = st.builds(lambda code, rest: bytes([code]) + rest, _STATUS_CODES, st.binary(max_size=4))
_DATA = st.builds(lambda flags, rest: flags + rest, st.just(b"\x0c\x04"), st.binary(max_size=12))
_BYTES = st.binary(max_size=24)

RANDOM_EVENTS = st.one_of(
    _events(RandomCommands.connect),
    _events(RandomCommands.connect),
    _events(RandomCommands.disconnect),
    _events(RandomCommands.speed, st.integers(10, 220).map(lambda tenths: tenths * 10)),
    _events(RandomCommands.incline, st.integers(-12, 30)),
    _events(RandomCommands.start_belt),
    _events(RandomCommands.stop_belt),
    _events(RandomCommands.give_up, st.integers(0, 12)),
    _events(RandomCommands.say, st.just(CONTROL_POINT), _ANSWERS | _BYTES),
    _events(RandomCommands.say, st.just(MACHINE_STATUS), _STATUSES | _BYTES),
    _events(RandomCommands.say, st.just(TREADMILL_DATA), _DATA | _BYTES),
    _events(RandomCommands.lose),
    _events(RandomCommands.appear),
    _events(
        RandomCommands.hang, st.sets(st.sampled_from([CONTROL_POINT, INCLINE_RANGE, SPEED_RANGE]))
    ),
    _events(RandomCommands.break_down, st.just(set()), st.just(set())),
    _events(
        RandomCommands.break_down,
        st.just({WireFault.NO_INDICATION, WireFault.SILENT}),
        st.just(set()),
    ),
    _events(
        RandomCommands.break_down,
        st.sets(st.sampled_from(WireFault), max_size=2),
        st.sets(st.sampled_from(SimulatedFault), max_size=1),
    ),
    _events(RandomCommands.console, st.sampled_from([-1.0, 0.0, 1.0])),
    _events(RandomCommands.release),
    _events(RandomCommands.settle),
    _events(RandomCommands.run, st.sampled_from([0.02, 0.25, 0.5, 1.0, 2.0, 4.0])),
    _events(RandomCommands.run, st.sampled_from([4.0, 16.0])),
)
