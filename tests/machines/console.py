"""Plays the runner at the console of a simulated machine, from lines of text.

Every machine that runs as its own process reads these from its standard input.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from custom_components.descent.treadmills.faults import SimulatedFault
from custom_components.descent.treadmills.virtual import KEY_KMH, KEY_PCT
from tests.machines.ftms import FtmsMachine
from tests.machines.profiles import WireFault

HELP: Final = f"""\
start, stop, pause      press the key
faster, slower          speed + or - {KEY_KMH:g} km/h
up, down                incline + or - {KEY_PCT:g} %
key out, key in         pull the safety key, put it back
take control            take control away from the central, and say so
hang up                 end the connection
fault NAME ...          make exactly these faults so; without a name, none
state                   show belt, deck and faults
help, quit

faults of belt and deck: {", ".join(SimulatedFault)}
faults of the wire: {", ".join(WireFault)}"""


def play(machine: FtmsMachine, line: str) -> str:
    """Do what a line says; returns what to show for it. Whatever it holds, nothing is raised."""
    words = line.split()
    if words[:1] == ["fault"]:
        return _make_faulty(machine, words[1:])
    keys: dict[str, Callable[[], None]] = {
        "start": machine.press_start,
        "stop": machine.press_stop,
        "pause": machine.press_pause,
        "faster": lambda: machine.console_speed(KEY_KMH),
        "slower": lambda: machine.console_speed(-KEY_KMH),
        "up": lambda: machine.console_incline(KEY_PCT),
        "down": lambda: machine.console_incline(-KEY_PCT),
        "key out": machine.pull_safety_key,
        "key in": machine.replace_safety_key,
        "take control": machine.take_control,
        "hang up": machine.hang_up,
    }
    command = " ".join(words)
    if command == "help":
        return HELP
    if command in keys:
        keys[command]()
    elif command not in {"", "state"}:
        return f"no such key: {command} (help shows them)"
    return state(machine)


def state(machine: FtmsMachine) -> str:
    """Describe belt, deck, contact and faults in one line."""
    now = machine.time()
    belt_and_deck = machine.belt_and_deck
    faults = sorted({*machine.faults, *machine.wire_faults})
    return " | ".join(
        (
            f"belt {belt_and_deck.belt(now)} {belt_and_deck.speed_kmh(now):.2f} km/h",
            f"deck {belt_and_deck.incline_pct(now):+.1f} %",
            f"key {'out' if machine.safety_key_out else 'in'}",
            f"{'' if machine.is_connected else 'not '}connected",
            f"faults: {', '.join(faults) or 'none'}",
        )
    )


def _make_faulty(machine: FtmsMachine, names: list[str]) -> str:
    unknown = [name for name in names if name not in {*SimulatedFault, *WireFault}]
    if unknown:
        return f"no such fault: {', '.join(unknown)} (help shows them)"
    machine.faults = {SimulatedFault(name) for name in names if name in set(SimulatedFault)}
    machine.wire_faults = {WireFault(name) for name in names if name in set(WireFault)}
    return state(machine)
