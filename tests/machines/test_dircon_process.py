"""A simulated treadmill in the network, as its own process and reached as a real one is."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
import re
import signal
import sys
from typing import cast

import pytest

from custom_components.descent.treadmills import gatt
from custom_components.descent.treadmills.clock import Clock
from custom_components.descent.treadmills.dircon import DirconLink
from custom_components.descent.treadmills.ftms_codec import decode_treadmill_data

ROOT = Path(__file__).parents[2]
PATIENCE_S = 30.0
PIPE = asyncio.subprocess.PIPE


class Machine:
    """The process."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process
        self.port = 0

    @classmethod
    async def start(cls, *options: str) -> Machine:
        """Start one, and wait until it listens."""
        command = (sys.executable, "-m", "tests.machines.dircon", *options)
        machine = cls(
            await asyncio.create_subprocess_exec(*command, cwd=ROOT, stdin=PIPE, stdout=PIPE)
        )
        said = await machine.line()
        assert re.fullmatch(r"dircon: \w+ listens on 127\.0\.0\.1:\d+", said)
        machine.port = int(said.rpartition(":")[2])
        return machine

    async def line(self) -> str:
        """Return what it says next."""
        output = cast("asyncio.StreamReader", self.process.stdout)
        return (await asyncio.wait_for(output.readline(), PATIENCE_S)).decode().strip()

    def say(self, words: str) -> None:
        """Type a line at its console."""
        cast("asyncio.StreamWriter", self.process.stdin).write(f"{words}\n".encode())

    async def ends(self) -> int:
        """Wait for its end; returns the exit code."""
        return await asyncio.wait_for(self.process.wait(), PATIENCE_S)


@pytest.fixture
async def machine(socket_enabled: None) -> AsyncIterator[Machine]:
    made = await Machine.start("--profile", "kickr", "--quirk", "byte_by_byte")
    yield made
    made.say("quit")
    await made.ends()


async def test_it_is_reached_over_the_network_and_played_at_its_console(machine: Machine) -> None:
    link = DirconLink(Clock(asyncio.get_running_loop()), lambda: ("127.0.0.1", machine.port))
    lost = asyncio.Event()
    heard: asyncio.Queue[bytes] = asyncio.Queue()
    await link.open(lost.set)
    assert await machine.line() == "dircon: connected"
    assert await link.read(gatt.MODEL) == b"KICKR RUN"
    await link.subscribe(gatt.MACHINE_STATUS, heard.put_nowait)
    machine.say("start")
    assert await asyncio.wait_for(heard.get(), PATIENCE_S) == b"\x04"
    await link.subscribe(gatt.TREADMILL_DATA, heard.put_nowait)
    packet = await asyncio.wait_for(heard.get(), PATIENCE_S)
    assert decode_treadmill_data(packet).incline_pct == 0.0
    machine.say("hang up")
    await asyncio.wait_for(lost.wait(), PATIENCE_S)
    await link.close()


async def test_ctrl_c_ends_it_cleanly(socket_enabled: None) -> None:
    machine = await Machine.start()
    machine.process.send_signal(signal.SIGINT)
    assert await machine.ends() == 0
