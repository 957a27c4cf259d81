"""What is known of a ride so far: measurements, commands, wishes and cues, in their order."""

from __future__ import annotations

from dataclasses import dataclass, field
import math

from custom_components.descent.training.events import (
    Aim,
    Answer,
    Arm,
    CommandKind,
    Cue,
    Link,
    Outcome,
    Pause,
    Resume,
    State,
    Status,
    StatusKind,
    Stop,
)
from custom_components.descent.training.model import DeclineCheck, Level, Machine, Telemetry
from custom_components.descent.training.rules import Permissions
from tests.training.observed_engine import Moment

STOPPED = (StatusKind.STOPPED, StatusKind.PAUSED, StatusKind.SAFETY_KEY)


@dataclass(kw_only=True)
class RideRecord:
    """What is known so far."""

    machine: Machine
    permissions: Permissions
    level: Level
    verdicts: list[str] = field(default_factory=list)
    now: float = -math.inf
    # what was measured: the believed samples, and when anything was last heard
    samples: list[Telemetry] = field(default_factory=list)
    heard_at: float = -math.inf
    zeros_since: float | None = None
    contact: int = 0
    # what the machine was told and, as far as anybody knows, still follows
    belt: float | None = None
    deck: float | None = None
    left_on: float | None = None  # what the belt was told before an orderly leave
    belt_at: float = -math.inf
    unconfirmed: int | None = None
    deck_moves: list[tuple[float, float]] = field(default_factory=list)
    halting: bool = False  # a stop was sent, and the belt was not seen at rest twice since
    stop_sent: int | None = None  # the last one's number
    slowest: float = math.inf  # reading since then
    stop_asked: bool = False  # and somebody, or an emergency, asked for it: it is repeated
    rests: int = 0  # consecutive believed samples of a belt at rest
    # the deck below level
    decline: DeclineCheck = DeclineCheck.CONFIRMED
    tried: tuple[float, float] | None = None  # the first step down, and the reading before it
    starts: int = 0
    # the session
    state: State = State.IDLE
    step: int = -1
    armed_at: float = -math.inf
    moving: int = 0  # consecutive samples of a moving belt since arming
    cues: list[tuple[float, Cue]] = field(default_factory=list)
    small: list[tuple[float, CommandKind, float]] = field(default_factory=list)
    asked: Aim | None = None
    stopped_at: float | None = None
    pressed_at: float = -math.inf  # the last Stop, overruled or not
    stopped_from: float = math.inf
    warned: bool = False
    gave_up: bool = False  # and nobody asked for anything since

    def __post_init__(self) -> None:
        """Know nothing of a deck that has to be tried."""
        if not self.machine.decline_known:
            self.decline = DeclineCheck.UNTESTED

    def take_in(self, moment: Moment) -> None:
        """Note what came in."""
        match moment.cause:
            case Telemetry() as sample:
                self._sample(sample)
            case Answer() as answer:
                self._answered(answer)
            case Link(up):
                self.contact = 0
                if not up:
                    self.forget()
            case Status(kind):
                self.zeros_since = -math.inf if kind in STOPPED else self.zeros_since
                if kind is StatusKind.STARTED:
                    self.halting, self.stopped_at = False, None
            case "leave" | "restore" | "gone":
                self._left(moment)
            case "forget_decline":
                known = self.decline is DeclineCheck.CONFIRMED
                self.decline = self.decline if known else DeclineCheck.UNTESTED
            case _:
                self._wish(moment.cause)

    def _answered(self, answer: Answer) -> None:
        if answer.command == self.unconfirmed and answer.outcome is not Outcome.ACCEPTED:
            self.unconfirmed = None
        if answer.command == self.stop_sent and answer.outcome is Outcome.REJECTED:
            self.halting &= self.stop_asked  # any other is not sent again: the belt goes on

    def _left(self, moment: Moment) -> None:
        self.left_on = self.belt
        self.forget()
        if moment.cause != "leave":
            self.state = moment.before if moment.cause == "gone" else self.state
            self.samples, self.contact, self.heard_at = [], 0, -math.inf
            self.halting, self.stopped_at = False, None

    def _wish(self, wish: object) -> None:
        match wish:
            case Stop():
                self.stopped_at = self.pressed_at = self.now
                self.warned = self.gave_up = False
                self.stopped_from = self.speed if self.samples else math.inf
                self.forget()
            case Aim() | Resume() | Arm():
                self.gave_up, self.stopped_at = False, None
                if isinstance(wish, Arm):
                    self.forget()
                self.asked = wish if isinstance(wish, Aim) else None
            case Pause():
                self.gave_up = False
            case _:
                pass

    def forget(self) -> None:
        """Nothing said so far holds any more: belt and deck belong to the console."""
        self.belt = self.deck = self.unconfirmed = self.asked = None

    # ---- measurements

    def _sample(self, sample: Telemetry) -> None:
        if sample.at <= self.heard_at:
            return
        self.contact = 1 if sample.at > self.heard_at + 5 else self.contact + 1
        plausible = self.halting and self.speed <= 4 * (sample.at - self.heard_at)
        self.heard_at = sample.at
        still = sample.speed_kmh <= 0.3
        if still and self.speed > 0.3 and not plausible:
            if self.zeros_since is None:
                self.zeros_since = sample.at
            if sample.at < self.zeros_since + 3:
                return  # single zeros come from running belts
        self.zeros_since = None
        self.samples = [*self.samples[-1:], sample]
        self.moving = 0 if still else self.moving + 1
        self.rests = self.rests + 1 if still else 0
        self.slowest = min(self.slowest, sample.speed_kmh)
        # A single zero may be one of a running belt; one that gains speed was started by hand.
        again = not self.stop_asked and sample.speed_kmh >= self.slowest + 0.5
        if self.rests >= 2 or again:
            self.halting = False

    @property
    def speed(self) -> float:
        """Last believed reading of the belt; 0 before the first."""
        return self.samples[-1].speed_kmh if self.samples else 0.0

    @property
    def incline(self) -> float:
        """Last believed reading of the deck; an unknown one is as steep as it may be."""
        return self.slope_of(self.samples[-1]) if self.samples else 0.0

    def slope_of(self, sample: Telemetry) -> float:
        """Return the slope of a reading."""
        known = sample.incline_pct
        return self.machine.incline.minimum if known is None else known
