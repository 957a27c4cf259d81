"""What a simulated machine writes down, and beside it what people asked for and heard.

Nothing of Descent is in it but what reached the machine. Speeds are km/h, inclines signed percent,
times seconds. machine_judge.py reads it; logged_ride.py has it written.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from typing import Protocol


class Move(Protocol):
    """One move of belt or deck, exactly: treadmills/ramp.py."""

    target: float
    ends: float

    def at(self, now: float) -> float:
        """Return the value at a time, which is not before the move began."""


@dataclass(frozen=True, slots=True)
class Told:
    """A command that came over the wire."""

    at: float
    kind: str  # speed, incline, start, stop, release
    value: float | None
    outcome: str  # taken, refused, unanswered; unreached is one that never arrived
    answered_at: float  # when whoever sent it knows


@dataclass(frozen=True, slots=True)
class Pressed:
    """A key at its console, or the safety key."""

    at: float
    key: str  # start, stop, key_out, key_in, speed, incline
    target: float | None  # that the machine has now, of the last two
    said: bool  # it has reported that, and was heard


@dataclass(frozen=True, slots=True)
class Moved:
    """Belt or deck has another move from now on, for whatever reason."""

    at: float
    axis: str  # belt, deck
    move: Move
    by: str  # command, key, itself


@dataclass(frozen=True, slots=True)
class Measured:
    """A measurement that it has sent, and that was heard."""

    at: float
    speed_kmh: float
    incline_pct: float
    key_out: bool


@dataclass(frozen=True, slots=True)
class Contact:
    """The link was made or is gone, and both ends know."""

    at: float
    up: bool


@dataclass(frozen=True, slots=True)
class PlannedStep:
    """One step of a session that was asked for."""

    phase: str
    rep: int
    guided: bool
    speed_kmh: float
    incline_pct: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a person asked for and was granted, or what became of Home Assistant."""

    at: float
    # arm, resume, pause, skip, stop, aim, unheard, allow, put_right (the deck);
    # leave (in order), gone (without a word), back
    what: str
    speed_kmh: float | None = None  # of aim
    incline_pct: float | None = None
    steps: tuple[PlannedStep, ...] = ()  # of arm
    level: str | None = None
    control: bool = True  # of allow
    max_kmh: float | None = None


@dataclass(frozen=True, slots=True)
class Said:
    """An announcement that the runner heard."""

    at: float
    kind: str
    key: str
    step: int | None
    speed_kmh: float | None
    incline_pct: float | None


@dataclass(frozen=True, slots=True)
class Hung:
    """Home Assistant's computer stood still: nobody heard, decided or said anything."""

    at: float
    until: float


type Entry = Told | Pressed | Moved | Measured | Contact | Asked | Said | Hung


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is known of a machine, its user and its link before anything happens."""

    level: str
    control: bool
    start_belt: bool
    max_kmh: float | None
    speeds: tuple[float, float, float]  # lowest, highest, step
    inclines: tuple[float, float, float]
    sets_speed: bool
    can_start: bool
    can_stop: bool
    decline_known: bool
    names_targets: bool  # it reports each target it has, of commands and of keys
    interval_s: float  # the longest time between two measurements
    jitter_s: float  # by how much that may be shorter
    heard_after_s: float  # a measurement or a status
    sent_before_s: float  # a command


@dataclass
class MachineLog:
    """Everything in the order in which it happened."""

    facts: Facts
    entries: list[Entry] = field(default_factory=list)
    _moves: dict[str, tuple[list[float], list[Moved]]] = field(
        default_factory=lambda: {"belt": ([], []), "deck": ([], [])}
    )

    def write(self, entry: Entry) -> None:
        """Write one entry down."""
        self.entries.append(entry)
        if isinstance(entry, Moved):
            times, moves = self._moves[entry.axis]
            times.append(entry.at)
            moves.append(entry)

    def moved(self, axis: str, at: float) -> Moved:
        """Return the move that belt or deck is in at a time, or was in last."""
        times, moves = self._moves[axis]
        return moves[max(0, bisect_right(times, at) - 1)]

    def before(self, axis: str, at: float) -> Move:
        """Return the move before that one."""
        times, moves = self._moves[axis]
        return moves[max(0, bisect_right(times, at) - 2)].move

    def without_keys(self, axis: str, at: float) -> Moved:
        """Return the move that it would be in, had nobody pressed a key since the last command."""
        times, moves = self._moves[axis]
        past = moves[: bisect_right(times, at)]
        return next((one for one in reversed(past) if one.by != "key"), moves[0])

    def disturbed(self, since: float, until: float) -> bool:
        """Whether somebody at the console, or a fault of the machine, moved belt or deck."""
        entries = (one for _, moves in self._moves.values() for one in moves)
        return any(since < one.at <= until and one.by != "command" for one in entries)

    def hung(self, since: float, until: float) -> bool:
        """Whether the computer stood still at some time."""
        hung = (one for one in self.entries if isinstance(one, Hung))
        return any(one.at < until and one.until > since for one in hung)

    @property
    def end(self) -> float:
        """When the last entry was written."""
        return self.entries[-1].at

    def value(self, axis: str, at: float) -> float:
        """Return the true speed or incline at a time."""
        return self.moved(axis, at).move.at(at)

    def next_moved_at(self, axis: str, at: float) -> float:
        """Return when its move is replaced by another one."""
        times, _ = self._moves[axis]
        index = bisect_right(times, at)
        return times[index] if index < len(times) else float("inf")
