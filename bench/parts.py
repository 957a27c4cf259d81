"""What is measured: the parts, and the figures of each with the goal it is held against.

Imports nothing of what it measures, so that the list can be read without any of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Goal:
    """What a figure should be at most, or with ``least`` at least."""

    limit: float
    least: bool = False

    def met_by(self, value: float) -> bool:
        """Whether ``value`` reaches the goal."""
        return value >= self.limit if self.least else value <= self.limit

    def __str__(self) -> str:
        return f"{'>=' if self.least else '<='} {self.limit:g}"


@dataclass(frozen=True, slots=True)
class Figure:
    """One thing that a part measures, in ``unit`` (empty for text and for ratios)."""

    key: str
    says: str
    unit: str = ""
    goal: Goal | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """Some figures that are measured together, in a process of their own.

    ``module`` has a ``measure(options, say)`` (see ``part.py``). What takes longer than ``limit_s``
    seconds hangs, and is ended.
    """

    name: str
    says: str
    figures: tuple[Figure, ...]
    module: str = ""  # that of its name in this package, unless another is given
    limit_s: float = 600.0
    full_limit_s: float = 0.0  # with --full, if that takes longer
    without_home: bool = False  # needs no Home Assistant: what --engine measures

    @property
    def imported(self) -> str:
        """Return the full name of its module."""
        return self.module or f"{__package__}.{self.name}"


_PRESETS: Final = ("slow", "typical", "fast")
_LOADS: Final = {
    "steady": "steady running",
    "session": "in a session",
    "all_change": "all numbers change",
}

PARTS: Final = (
    Part(
        "engine",
        "sessions through engine, gate and physics, on a made-up clock",
        (
            Figure("session", "a whole descending_sprints, CPU", "ms", Goal(100)),
            Figure("plan", "planning it, CPU", "ms", Goal(5)),
            Figure("library", "reading all session files, CPU", "ms", Goal(50)),
            Figure("decide", "deciding about one measurement, CPU, median", "us"),
            Figure("decide_p99", "the same, 99th percentile", "us"),
        ),
        without_home=True,
    ),
    Part(
        "wire",
        "bytes of fitness machines, without Home Assistant",
        (
            Figure("decode", "reading one notification, CPU", "us", Goal(3)),
            Figure("decode_share", "pyftms's time for it, times ours", "x", Goal(10, least=True)),
            Figure("to_engine", "from the bytes to the engine's decision, CPU, median", "us"),
            Figure("to_engine_p99", "the same, 99th percentile", "us"),
            Figure("memory", "a treadmill just connected: driver and engine", "KiB"),
            Figure("memory_full", "the same with its memory of the wire full", "KiB"),
        ),
        without_home=True,
    ),
    Part(
        "script",
        "a rep of 120 m started by a script, and by Descent, on the same belt and deck",
        tuple(
            figure
            for preset in _PRESETS
            for figure in (
                Figure(f"{preset}_script", f"{preset}: metres at target, script", "m"),
                Figure(
                    f"{preset}_descent",
                    f"{preset}: metres at target, Descent",
                    "m",
                    Goal(120, least=True),
                ),
                Figure(
                    f"{preset}_script_fast", f"{preset}: above 8 km/h on a moving deck, script", "s"
                ),
                Figure(
                    f"{preset}_descent_fast",
                    f"{preset}: above 8 km/h on a moving deck, Descent",
                    "s",
                    Goal(0),
                ),
            )
        ),
        without_home=True,
    ),
    Part(
        "states",
        "from the bytes of a notification to the states of Home Assistant, thread CPU",
        (
            Figure("peer", "measured beside"),
            *(
                figure
                for load, says in _LOADS.items()
                for figure in (
                    Figure(f"{load}_ours", f"{says}: ours", "us"),
                    Figure(f"{load}_peer", f"{says}: the peer's", "us"),
                    Figure(f"{load}_ratio", f"{says}: ours / the peer's", "x", Goal(0.9)),
                )
            ),
            Figure("session_timers", "in a session: everything else in a second", "us"),
        ),
    ),
    Part(
        "history",
        "rows of history of a session, from the same bytes",
        (
            Figure("peer", "measured beside"),
            Figure("busiest", "from one recovery to the next, a minute: ours", "rows", Goal(40)),
            Figure("busiest_peer", "from one recovery to the next, a minute: the peer's", "rows"),
            Figure("minute", "a whole session, a minute: ours", "rows", Goal(40)),
            Figure("hour", "an hour of it: ours", "rows"),
            Figure("hour_peer", "an hour of it: the peer's", "rows"),
            Figure("hour_2hz", "an hour with two measurements a second: ours", "rows"),
            Figure("hour_2hz_peer", "an hour with two measurements a second: the peer's", "rows"),
        ),
    ),
    Part(
        "startup",
        "setting up a treadmill, and a Home Assistant with one",
        (
            Figure("entry_first", "the first treadmill, Descent with it", "ms"),
            Figure("entry", "a treadmill, CPU", "ms"),
            Figure("home_without", "Home Assistant without Descent, CPU", "ms"),
            Figure("home_with", "with a treadmill and a runner, CPU", "ms"),
            Figure("home_added", "what they add to its start, CPU", "ms"),
            Figure("memory_added", "what they add to its memory", "MiB"),
        ),
    ),
    Part(
        "scale",
        "what others cost: one treadmill alone, and beside 99 and 50 runners",
        (
            Figure("notification_1", "a notification in a session, alone, CPU", "us"),
            Figure("notification_100", "the same beside the others, CPU", "us"),
            Figure("notification_growth", "grows to", "x", Goal(1.25)),
            Figure("second_1", "everything in a second of it, alone, CPU", "us"),
            Figure("second_100", "the same beside the others, CPU", "us"),
            Figure("second_growth", "grows to", "x", Goal(1.25)),
            Figure("voice_added", "of that, sentences of Assist", "us", Goal(15)),
            Figure("select_added", "of that, selects", "us", Goal(15)),
            Figure("event_added", "of that, event entities", "us", Goal(15)),
            Figure("broadcast_added", "of that, telling what happened", "us", Goal(15)),
        ),
    ),
    Part(
        "voice",
        "from a sentence to an armed session, in Assist's own text path",
        (
            Figure("sentence", "median", "ms"),
            Figure("sentence_p95", "95th percentile", "ms"),
            Figure("after_change", "the first after names have changed, median", "ms"),
        ),
    ),
    Part(
        "commands",
        "a running Home Assistant in real time: steps and cues when they are due",
        (
            Figure("late", "a step's command, median", "ms"),
            Figure("late_p99", "a step's command, 99th percentile", "ms", Goal(5)),
            Figure("drift", "from the first steps to the last", "ms"),
            Figure("cue", "a cue against the others, median", "ms"),
            Figure("cue_p99", "a cue against the others, 99th percentile", "ms", Goal(20)),
            Figure("rows", "a whole session in real time, a minute", "rows", Goal(40)),
        ),
        full_limit_s=5400.0,
    ),
    Part(
        "links",
        "orders and lost contact over each link, in real time, median",
        tuple(
            figure
            for link, says in (
                ("dircon", "DIRCON"),
                ("proxy", "an ESPHome proxy"),
                ("bluetooth", "Bluetooth"),
            )
            for figure in (
                Figure(f"{link}_answer", f"{says}: to the machine's answer", "ms"),
                Figure(f"{link}_confirmed", f"{says}: until the belt was seen to go", "ms"),
                Figure(f"{link}_contact", f"{says}: from a lost contact to the next", "ms"),
            )
        ),
    ),
    Part(
        "card",
        "the session card in a real browser",
        (
            Figure("gzip", "its files, each compressed", "bytes", Goal(45_000)),
            Figure("first_paint", "from the page's beginning to its first picture", "ms"),
            Figure("code", "its code, a second of a session", "ms"),
        ),
    ),
)
