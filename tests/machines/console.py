"""The console of a simulated machine that runs as its own process: one command a line.

Lines come from standard input, so that a person types them and a program that started the process
writes them. What keys a console has is the machine's business; what a transport adds (a proxy that
is lost, a machine out of reach) comes on top.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping
from enum import StrEnum
import os
import stat
import threading

from custom_components.descent.treadmills.faults import Fault
from custom_components.descent.treadmills.virtual import KEY_KMH, KEY_PCT

from .ftms import FtmsMachine
from .profiles import WireFault

type Command = Callable[[], None]

_CHUNK = 4096


class Console:
    """Obeys lines such as ``start``, ``key out`` or ``fault silence``."""

    def __init__(
        self,
        machine: FtmsMachine,
        more: Mapping[str, Command] | None = None,
        say: Callable[[str], None] = print,
    ) -> None:
        """Play the console of ``machine``; ``more`` are the commands of its transport."""
        self._machine = machine
        self._say = say
        self._over = asyncio.Event()
        self.commands: dict[str, Command] = {
            "start": machine.press_start,
            "stop": machine.press_stop,
            "pause": machine.press_pause,
            "faster": lambda: machine.console_speed(KEY_KMH),
            "slower": lambda: machine.console_speed(-KEY_KMH),
            "up": lambda: machine.console_incline(KEY_PCT),
            "down": lambda: machine.console_incline(-KEY_PCT),
            "key out": machine.pull_safety_key,
            "key in": machine.replace_safety_key,
            "mend": self._mend,
            **(more or {}),
            "help": self._help,
            "quit": self._over.set,
        }

    def obey(self, line: str) -> None:
        """Do what a line says, and say so; unknown ones change nothing."""
        words = " ".join(line.split())
        if not words:
            return
        if words.startswith("fault "):
            self._fault(words.removeprefix("fault "))
        elif (command := self.commands.get(words)) is not None:
            command()
            self._say(f"console: {words}")
        else:
            self._say(f"console: no command {words!r}; help lists them")

    async def attend(self, descriptor: int = 0) -> None:
        """Obey the lines that come in, until ``quit`` or the end of the input.

        The end of a terminal's or a pipe's input is the end of whoever played the console. Other
        inputs, such as the null device of a process in the background, never had anybody.
        """
        loop = asyncio.get_running_loop()
        ends = _has_somebody(descriptor)

        def read() -> None:
            # Not through sys.stdin: a thread that waits there holds a lock that Python's own end
            # needs. The end of the loop may come first, and nobody listens then.
            try:
                for line in _lines(descriptor):
                    loop.call_soon_threadsafe(self.obey, line)
                if ends:
                    loop.call_soon_threadsafe(self._over.set)
            except RuntimeError:
                return

        threading.Thread(target=read, name="console", daemon=True).start()
        await self._over.wait()

    def end(self) -> None:
        """Let ``attend`` return."""
        self._over.set()

    # ---- inside

    def _fault(self, name: str) -> None:
        """Add a fault, or take it away if it is there."""
        if name in set(Fault):
            self._machine.faults = self._machine.faults ^ {Fault(name)}
        elif name in set(WireFault):
            self._machine.wire_faults = self._machine.wire_faults ^ {WireFault(name)}
        else:
            names = ", ".join([*Fault, *WireFault])
            self._say(f"console: no fault {name!r}; there are {names}")
            return
        self._say_faults()

    def _mend(self) -> None:
        self._machine.faults = frozenset()
        self._machine.wire_faults = frozenset()

    def _say_faults(self) -> None:
        faults: Iterable[StrEnum] = [*self._machine.faults, *self._machine.wire_faults]
        self._say(f"console: faults: {', '.join(sorted(faults)) or 'none'}")

    def _help(self) -> None:
        self._say(f"console: {', '.join(self.commands)}, fault NAME")


def _has_somebody(descriptor: int) -> bool:
    mode = os.fstat(descriptor).st_mode
    return os.isatty(descriptor) or stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode)


def _lines(descriptor: int) -> Iterable[str]:
    rest = b""
    while chunk := os.read(descriptor, _CHUNK):
        *lines, rest = (rest + chunk).split(b"\n")
        for line in lines:
            yield line.decode("utf-8", errors="replace")
    if rest:
        yield rest.decode("utf-8", errors="replace")
