"""The nouns of this room: frozen, and validated at birth.

Units are part of every name: km/h, percent of grade (signed, negative is downhill), metres,
seconds. A value that could not be true (a negative speed, NaN from a broken packet) raises
``ValueError`` here, so nothing behind this module has to ask again.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from enum import StrEnum
from functools import cached_property
import math
from typing import Any

# The physical bounds of any treadmill anybody sells, with room to spare. They exist to reject
# garbage; the limits of a machine are its Machine, those of a runner are caps.
HIGHEST_SPEED_KMH = 40.0
STEEPEST_PCT = 45.0
COARSEST_STEP = 10.0  # of belt or deck


class Level(StrEnum):
    """How experienced a runner is downhill; caps and session gates follow it."""

    NOVICE = "novice"
    BEGINNER = "beginner"
    INTERMEDIATE = "intermediate"
    ADVANCED = "advanced"

    @property
    def rank(self) -> int:
        """Position from 0 (novice), to compare levels."""
        return list(Level).index(self)


class Phase(StrEnum):
    """What a step asks of the runner."""

    WARM_UP = "warm_up"
    DRILLS = "drills"
    DESCENT = "descent"
    RECOVERY = "recovery"
    STEADY = "steady"
    BACKWARD = "backward"
    TURN_AROUND = "turn_around"
    COOL_DOWN = "cool_down"
    STRETCH = "stretch"

    @property
    def off_belt(self) -> bool:
        """Whether the belt stands still and the runner is beside it (or turning around on it)."""
        return self in _OFF_BELT


_OFF_BELT = frozenset({Phase.DRILLS, Phase.TURN_AROUND, Phase.STRETCH})


def finite(value: float, name: str, low: float, high: float) -> None:
    """Raise ``ValueError`` unless ``low <= value <= high`` (NaN and infinities never are)."""
    if isinstance(value, bool) or not low <= value <= high:
        msg = f"{name} must be between {low:g} and {high:g}, not {value!r}"
        raise ValueError(msg)


def slope_sine(incline_pct: float) -> float:
    """Metres of height per metre of belt: sin(atan(grade)), signed like the grade."""
    grade = incline_pct / 100
    return grade / math.sqrt(1 + grade * grade)


@dataclass(frozen=True, slots=True, kw_only=True)
class Range:
    """What an actuator can be set to: from minimum to maximum in whole steps counted from 0."""

    minimum: float
    maximum: float
    step: float

    def __post_init__(self) -> None:
        """Refuse an empty range and a step that is not positive."""
        finite(self.step, "step", 0.001, COARSEST_STEP)
        finite(self.minimum, "minimum", -100, 100)
        finite(self.maximum, "maximum", self.minimum, 100)

    def floor(self, value: float) -> float:
        """Return the settable value nearest to zero from ``value``, inside the range.

        Rounded down in size, not in sign: a decline never gets steeper by rounding.
        """
        steps = math.floor(abs(value) / self.step + 1e-6)
        # So fine that what comes out, put in again, is the same: a step may be a tenth of a mile.
        rounded = round(math.copysign(steps * self.step, value), 9) + 0.0
        return self.clamp(rounded)

    def clamp(self, value: float) -> float:
        """Return the value nearest to ``value`` inside the range (its step not considered)."""
        return min(max(value, self.minimum), self.maximum)

    def holds(self, value: float) -> bool:
        """Whether ``value`` is inside the range (its step not considered)."""
        return self.minimum <= value <= self.maximum


@dataclass(frozen=True, slots=True, kw_only=True)
class Rates:
    """How fast the actuators of one machine move. Seeds are the *typical* preset [H]."""

    belt_kmh_s: float = 0.8
    deck_pct_s: float = 0.5

    def __post_init__(self) -> None:
        """Refuse rates no motor has."""
        finite(self.belt_kmh_s, "belt_kmh_s", 0.01, 20)
        finite(self.deck_pct_s, "deck_pct_s", 0.01, 20)


class DeclineCheck(StrEnum):
    """What is known of a deck that is told to go below level (gate/decline_trial.py)."""

    UNTESTED = "untested"
    CONFIRMED = "confirmed"  # it was seen to go down
    WRONG_WAY = "wrong_way"  # it was seen to go up


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """What a treadmill can do, as far as sessions and the gate care."""

    speed: Range
    incline: Range
    rates: Rates = Rates()
    can_start: bool = False  # accepts a command that starts the belt (rule R2)
    can_stop: bool = True  # accepts a command that stops the belt
    sets_speed: bool = True  # False: incline only, the runner sets the speed
    sets_incline: bool = True
    decline_known: bool = True  # goes below level when told to; False: it is tried first
    senses_key: bool = True  # reports where the safety key is, not only that it was pulled

    def __post_init__(self) -> None:
        """Refuse ranges no treadmill has: a step could not be planned in them."""
        finite(self.speed.minimum, "speed.minimum", 0, HIGHEST_SPEED_KMH)
        finite(self.speed.maximum, "speed.maximum", 0, HIGHEST_SPEED_KMH)
        finite(self.incline.minimum, "incline.minimum", -STEEPEST_PCT, STEEPEST_PCT)
        finite(self.incline.maximum, "incline.maximum", -STEEPEST_PCT, STEEPEST_PCT)

    @property
    def declines(self) -> bool:
        """Whether the deck goes below level at all."""
        return self.incline.minimum < 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Runner:
    """Who runs. Every unknown stays None; pace.py has the level defaults."""

    name: str
    level: Level = Level.BEGINNER
    hill_experience: bool = False
    joint_issues: bool = False
    five_k_s: float | None = None
    controlled_top_kmh: float | None = None  # fastest flat speed held about 25 s under control
    walk_kmh: float = 5.0
    max_speed_kmh: float | None = None  # the runner's own absolute maximum
    body_mass_kg: float | None = None

    def __post_init__(self) -> None:
        """Refuse numbers no runner has."""
        finite(self.walk_kmh, "walk_kmh", 2, 7.5)
        if self.five_k_s is not None:
            finite(self.five_k_s, "five_k_s", 700, 5400)
        if self.controlled_top_kmh is not None:
            finite(self.controlled_top_kmh, "controlled_top_kmh", 4, HIGHEST_SPEED_KMH)
        if self.max_speed_kmh is not None:
            finite(self.max_speed_kmh, "max_speed_kmh", 2, HIGHEST_SPEED_KMH)
        if self.body_mass_kg is not None:
            finite(self.body_mass_kg, "body_mass_kg", 20, 300)


@dataclass(frozen=True, slots=True, kw_only=True)
class Telemetry:
    """One measurement by the machine, stamped with the monotonic second it arrived.

    An incline of ``None`` is unknown, which is not level: some machines do not measure it.
    """

    at: float
    speed_kmh: float
    incline_pct: float | None
    heart_rate_bpm: int | None = None
    energy_kcal: int | None = None
    safety_key_out: bool = False

    def __post_init__(self) -> None:
        """Refuse what no treadmill measures."""
        if not (
            0 <= self.speed_kmh <= HIGHEST_SPEED_KMH
            and -STEEPEST_PCT <= (self.incline_pct or 0.0) <= STEEPEST_PCT
            and math.isfinite(self.at)
        ):
            values = f"{self.speed_kmh!r} km/h, {self.incline_pct!r} %, at {self.at!r}"
            msg = f"not a measurement: {values}"
            raise ValueError(msg)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step of a plan, with everything decided: what, how long, how fast, how steep.

    Exactly one of ``duration_s`` and ``distance_m`` is set. ``nominal_s`` is the time it takes at
    its target, ramps excluded: a plan's total is the sum of them. An off-belt step has speed 0 and
    incline 0.
    """

    index: int
    phase: Phase
    speed_kmh: float
    incline_pct: float
    nominal_s: float
    duration_s: float | None = None
    distance_m: float | None = None
    prescribed_incline_pct: float = 0.0  # before clamping to the machine
    ramp_from_kmh: float | None = None  # speed grows linearly from here over ramp_s at the start
    ramp_to_kmh: float | None = None  # and shrinks to here over ramp_s at the end
    ramp_s: float = 0.0
    rep: int = 0  # which descent of the session this is or follows, from 1; 0 is no repetition
    reps: int = 0  # how many descents the session has, in a descent or a recovery
    # Off-belt exercises, and what the author of the session has said (cues.py), shared out evenly.
    items: tuple[str, ...] = ()
    walk_back_m: float = 0.0  # how far back up a recovery should lead (information)
    minimum_s: float = 0.0  # an off-belt step cannot be confirmed earlier (turn around)
    guided: bool = False  # the runner sets the speed; automation only announces (rule R16)
    lead_s: float = (
        0.0  # predicted seconds of belt and deck ramps this step adds to the plan (information)
    )
    ramp_descent_m: float = 0.0  # predicted descent in those ramps (information)

    def __post_init__(self) -> None:
        """Refuse a step that could not be run."""
        finite(self.speed_kmh, "speed_kmh", 0, HIGHEST_SPEED_KMH)
        finite(self.incline_pct, "incline_pct", -STEEPEST_PCT, STEEPEST_PCT)
        finite(self.nominal_s, "nominal_s", 0, 86400)
        if (self.duration_s is None) == (self.distance_m is None):
            msg = "a step has either a duration or a distance"
            raise ValueError(msg)
        finite(self.duration_s or self.distance_m or 0.0, "duration or distance", 0.1, 1e5)
        if self.phase.off_belt and (self.speed_kmh or self.incline_pct or self.duration_s is None):
            msg = f"{self.phase} is off the belt: timed, belt stopped, deck level"
            raise ValueError(msg)

    @property
    def repetition(self) -> tuple[int, int] | None:
        """Which repetition of how many this belongs to, to be shown; ``None`` outside of them."""
        return (self.rep, self.reps) if self.rep else None

    @property
    def descent_m(self) -> float:
        """Metres down at target: belt metres times the sine of the slope; 0 when not going down."""
        metres = self.distance_m
        if metres is None:
            metres = self.speed_kmh / 3.6 * self.nominal_s
        return max(0.0, -metres * slope_sine(self.incline_pct))


@dataclass(frozen=True, kw_only=True)  # without slots, so that sums are kept
class Plan:
    """A session worked out for one runner on one machine.

    ``prescribed_descent_m`` is what the script asks for before clamping; fidelities compare with it
    (``None`` when the session has no descent). ``steepest_prescribed_pct`` likewise.
    """

    session: str
    name: str
    runner: str
    level: Level
    steps: tuple[Step, ...]
    parameters: tuple[tuple[str, float | str], ...] = ()
    prescribed_descent_m: float = 0.0
    fidelity_descent: float | None = None
    fidelity_grade: float | None = None
    added_reps: int = 0
    notes: tuple[
        str, ...
    ] = ()  # translation keys of what the runner should know ("clamped", "flat_walk", ...)

    def __post_init__(self) -> None:
        """Refuse an empty plan and steps out of order."""
        if not self.steps or any(step.index != i for i, step in enumerate(self.steps)):
            msg = "a plan has steps, numbered from 0"
            raise ValueError(msg)

    @cached_property
    def data(self) -> dict[str, Any]:
        """All of it as JSON-able data, not to be changed: it is stored every few seconds."""
        return asdict(self)

    @cached_property
    def duration_s(self) -> float:
        """Sum of the steps, ramps excluded."""
        return total(step.nominal_s for step in self.steps)

    @cached_property
    def before_s(self) -> tuple[float, ...]:
        """For each step, seconds of those before it, ramps excluded."""
        return tuple(
            sum([step.nominal_s for step in self.steps[:index]]) for index in range(len(self.steps))
        )

    @cached_property
    def from_s(self) -> tuple[float, ...]:
        """For each step, predicted seconds of it and those behind it, with ramps; 0 at the end."""
        return tuple(
            sum([step.nominal_s + step.lead_s for step in self.steps[index:]])
            for index in range(len(self.steps) + 1)
        )

    def descends_after(self, step: Step) -> bool:
        """Whether a descent follows on one of its steps."""
        following = step.index + 1
        return following < len(self.steps) and self.steps[following].phase is Phase.DESCENT

    @cached_property
    def descent_m(self) -> float:
        """Metres down at target."""
        return total(step.descent_m for step in self.steps if step.phase is Phase.DESCENT)

    @cached_property
    def reps(self) -> int:
        """How many descents the session has."""
        return sum(step.phase is Phase.DESCENT for step in self.steps)


def earliest(*times: float | None) -> float | None:
    """Return the first of some times; ``None`` is one that never comes."""
    first = None
    for at in times:
        if at is not None and (first is None or at < first):
            first = at
    return first


def total(values: Iterable[float]) -> float:
    """Sum without the drift of repeated addition."""
    return math.fsum(values)
