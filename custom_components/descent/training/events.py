"""Everything that goes into the engine and everything that comes out, as frozen data.

In: what the machine says (``Telemetry``, ``Status``, ``Link``, ``Answer``) and what people ask for
(``Arm`` ... ``Aim``). Out: ``Effect``s. The conductor performs ``Command``s on the driver and shows
the rest.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from .model import DeclineCheck, Phase, Plan, Step, Telemetry


class State(StrEnum):
    """Where a session stands. The transitions are the table in session/session.py."""

    IDLE = "idle"
    ARMED = "armed"  # waits for the runner to start the belt (rule R2)
    RUNNING = "running"
    WAITING = "waiting"  # an off-belt step: the belt stands still until the runner confirms
    PAUSED = "paused"  # the runner's own pause, a stop at the console, or a restart (rule R3)
    SUSPENDED = "suspended"  # automation let go: console change, fault, lost contact
    ENDING = "ending"  # the belt slows down, the deck levels, the belt stops (rule R14)
    FINISHED = "finished"


OVER = frozenset({State.IDLE, State.FINISHED})  # no session is under way


class Reason(StrEnum):
    """Why a session paused, was suspended or finished."""

    # paused
    RUNNER = "runner"
    CONSOLE_STOP = "console_stop"
    RESTART = "restart"
    NOT_STARTED = (
        "not_started"  # armed again after an off-belt step or a pause, but nobody started the belt
    )
    # suspended
    CONSOLE_CHANGE = "console_change"
    SAFETY_KEY = "safety_key"
    SAFETY_KEY_BACK = "safety_key_back"  # suspended since it was pulled
    LOST_CONTACT = "lost_contact"
    CONTACT_BACK = "contact_back"  # suspended since it was lost
    NOT_CONFIRMED = "not_confirmed"  # a command whose outcome is unknown (rule R6)
    REJECTED = "rejected"
    CONTROL_LOST = "control_lost"
    WRONG_WAY = "wrong_way"
    OVERSHOOT = "overshoot"
    INCLINE_UNKNOWN = "incline_unknown"  # the session has slopes that no measurement would show
    UNHEARD = "unheard"  # what was to be announced did not reach the runner (rule R9)
    # finished
    COMPLETED = "completed"
    STOPPED = "stopped"
    ENDED_EARLY = "ended_early"  # skipped to the end
    EXPIRED = "expired"  # armed, but nobody started the belt in time


class StatusKind(StrEnum):
    """What a machine reports besides measurements."""

    STARTED = "started"  # somebody started the belt at the console
    STOPPED = "stopped"
    PAUSED = "paused"
    SAFETY_KEY = "safety_key"
    CONTROL_LOST = "control_lost"
    TARGET_SPEED = "target_speed"  # the belt has another target: ours, or one of the console
    TARGET_INCLINE = "target_incline"


class Outcome(StrEnum):
    """What became of a command (rule R6)."""

    ACCEPTED = "accepted"  # by the machine; not yet seen in telemetry
    CONFIRMED = "confirmed"
    REJECTED = "rejected"
    UNKNOWN = "unknown"  # never retried


class CommandKind(StrEnum):
    """The whole vocabulary a driver is ever told."""

    SET_SPEED = "set_speed"
    SET_INCLINE = "set_incline"
    START_BELT = "start_belt"
    STOP_BELT = "stop_belt"
    RELEASE = "release_control"


class CueKind(StrEnum):
    """Kinds of announcements; blueprints and voices select by them."""

    ARM = "arm"
    START = "start"
    STEP = "step"  # a step that is not a descent or recovery begins
    PREVIEW = "preview"
    FORM = "form"
    COUNTDOWN = "countdown"
    GO = "go"
    GUIDE = "guide"  # what the runner is to set at the console
    HALF_WAY = "half_way"
    TIME_LEFT = "time_left"
    EASE = "ease"
    RECOVERY = "recovery"
    LAST_REP = "last_rep"
    ITEM = "item"  # the next off-belt exercise
    CONFIRM = "confirm"  # an off-belt step is over: confirm to go on
    CLAMP = "clamp"
    CHECK = "check"  # the machine is tried, or has shown what it does
    PAUSED = "paused"
    RESUMED = "resumed"
    SUSPENDED = "suspended"
    FAULT = "fault"
    STOP = "stop"
    END = "end"


# ---- in: the machine


@dataclass(frozen=True, slots=True)
class Status:
    """Something happened at the machine.

    ``value`` is the target it names: km/h, or signed percent.
    """

    kind: StatusKind
    value: float | None = None


@dataclass(frozen=True, slots=True)
class Link:
    """Contact was made or lost. Lost contact is never a stop (rule R5)."""

    up: bool


@dataclass(frozen=True, slots=True)
class Answer:
    """The machine's own answer to a command: ACCEPTED, REJECTED, or UNKNOWN when none came."""

    command: int
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Answered:
    """The machine, which measured nothing, was asked whether it is there, and is.

    Some measure nothing while their belt stands.
    """


type MachineEvent = Telemetry | Status | Link | Answer | Answered
# ---- in: people


@dataclass(frozen=True, slots=True)
class Arm:
    """Start a session: it waits for the runner to start the belt.

    ``by_hand`` here and below: the belt is started at the console, even where Home Assistant may
    start it. For those who cannot know where the runner is.
    """

    plan: Plan
    by_hand: bool = False


@dataclass(frozen=True, slots=True)
class Pause:
    """Bring the belt to a stop gently and keep the place in the session."""


@dataclass(frozen=True, slots=True)
class Resume:
    """Go on after a pause, a suspension or a finished off-belt step."""

    by_hand: bool = False


@dataclass(frozen=True, slots=True)
class Skip:
    """Leave the current step. ``confirmed`` also leaves an unfinished warm-up."""

    confirmed: bool = False
    by_hand: bool = False


@dataclass(frozen=True, slots=True)
class Stop:
    """Stop the belt now. Works in every state (rule R4)."""


@dataclass(frozen=True, slots=True)
class Aim:
    """A wish for the belt and the deck; only the gate turns it into commands.

    ``None`` leaves an axis alone. A speed of 0 means: slow down, then stop the belt if the machine
    takes that command.
    """

    speed_kmh: float | None = None
    incline_pct: float | None = None


NO_WISH = Aim()

type UserEvent = Arm | Pause | Resume | Skip | Stop | Aim
type Event = MachineEvent | UserEvent | Unheard

# ---- out


@dataclass(frozen=True, slots=True)
class Command:
    """An order for the driver, released by the gate.

    ``value`` is km/h or %, ``None`` where there is none.
    """

    id: int
    kind: CommandKind
    value: float | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a command, judged by telemetry."""

    command: Command
    outcome: Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Cue:
    """One announcement. ``key`` is its translation key, ``values`` fill its placeholders."""

    kind: CueKind
    key: str
    values: dict[str, Any] = field(default_factory=dict)
    step: int | None = None
    rep: int = 0
    seconds_to_change: float | None = None
    speed_kmh: float | None = None  # the target this cue announces, if it announces one
    incline_pct: float | None = None


@dataclass(frozen=True, slots=True)
class Upcoming:
    """A cue that will be given at ``at`` (seconds of the engine's clock) if nothing happens."""

    at: float
    cue: Cue


@dataclass(frozen=True, slots=True)
class Unheard:
    """Goes in: an announcement did not reach the runner who relies on it (rule R9)."""

    cue: Cue


@dataclass(frozen=True, slots=True)
class StateChanged:
    """The session is somewhere else now."""

    state: State
    reason: Reason | None = None


@dataclass(frozen=True, slots=True)
class StepStarted:
    """A step begins."""

    step: Step


@dataclass(frozen=True, slots=True, kw_only=True)
class Lap:
    """What was really done in one step, measured.

    ``approach_s`` is the time until a descent's deck was there.
    """

    index: int
    phase: Phase
    rep: int
    duration_s: float
    approach_s: float
    distance_m: float
    at_target_m: float
    descent_m: float
    descent_at_target_m: float
    max_speed_kmh: float
    mean_incline_pct: float
    to_target_s: float | None = None  # from "go" until belt and deck were at target
    skipped: bool = False
    capped: bool = False  # ended by its time limit before its distance was done


@dataclass(frozen=True, slots=True)
class StepFinished:
    """A step is over."""

    step: Step
    lap: Lap


@dataclass(frozen=True, slots=True)
class RepCompleted:
    """A descent of the session was run to its end."""

    rep: int
    reps: int


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that must reach the runner on every channel."""

    reason: Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """What a session amounted to, measured."""

    session: str
    result: Reason
    duration_s: float
    distance_m: float
    descent_m: float
    descent_at_target_m: float
    prescribed_descent_m: float
    fidelity_descent: float | None
    fidelity_grade: float | None
    reps_completed: int
    reps_planned: int
    laps: tuple[Lap, ...]


@dataclass(frozen=True, slots=True)
class Finished:
    """The session is over."""

    summary: Summary


@dataclass(frozen=True, slots=True)
class LetGo:
    """The gate gave up its wishes because of what it saw.

    ``slower`` says that somebody set the belt below what it was told: their speed is a ceiling
    (rule R11).
    """

    reason: Reason
    slower: bool = False


@dataclass(frozen=True, slots=True)
class DeclineTested:
    """The deck was told to go below level for the first time, and showed what it does."""

    decline: DeclineCheck


type Effect = (
    Command
    | Verdict
    | LetGo
    | DeclineTested
    | Cue
    | StateChanged
    | StepStarted
    | StepFinished
    | RepCompleted
    | Fault
    | Finished
)


class Refused(Exception):  # noqa: N818 - no failure of the program: a wish turned down
    """A wish that cannot be granted now: nothing has changed.

    ``key`` is a translation key under exceptions.
    """

    def __init__(self, key: str, **values: object) -> None:
        """Keep the key and the placeholders of the message."""
        super().__init__(f"{key}: {values}" if values else key)
        self.key = key
        self.values = {name: str(value) for name, value in values.items()}
