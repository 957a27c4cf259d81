"""The step under way: its clock, its meter, and where in the step the runner is.

Position is what a step counts: seconds of its clock, or metres at target. The clock stands while
the session is paused, while a descent's deck is not there yet (the *approach*), and while an off-
belt step waits for the belt to stand still.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

from ..actuators import belt_time_s
from ..cues import Moment
from ..events import Aim, Lap, Refused
from ..model import Phase, Rates, Step, Telemetry, finite
from ..rules import WARM_UP_SHARE
from .adjustments import aimed
from .summary import Meter, at_target


@dataclass(slots=True)
class Stopwatch:
    """Seconds that add up between starts and halts."""

    held_s: float = 0.0
    since: float | None = None

    def read(self, now: float) -> float:
        """Seconds so far."""
        return self.held_s if self.since is None else self.held_s + now - self.since

    def start(self, now: float) -> None:
        """Run; nothing when it runs already."""
        if self.since is None:
            self.since = now

    def halt(self, now: float) -> None:
        """Stand; nothing when it stands already."""
        self.held_s, self.since = self.read(now), None


@dataclass(slots=True)
class Moments:
    """Cues still to come in the step, in order.

    ``next`` is an index so that a restart finds its place.
    """

    all: tuple[Moment, ...]
    next: int = 0

    def due(self, position: float) -> Moment | None:
        """Take the next moment if its position is reached."""
        if self.next < len(self.all) and self.all[self.next].position <= position + 1e-6:
            self.next += 1
            return self.all[self.next - 1]
        return None

    @property
    def upcoming(self) -> float | None:
        """Position of the next moment."""
        return self.all[self.next].position if self.next < len(self.all) else None


@dataclass(slots=True)
class Underway:
    """One step in progress."""

    step: Step  # as it stands: the plan's, or with the target the runner has set
    moments: Moments
    clock: Stopwatch = field(default_factory=Stopwatch)
    approach: Stopwatch = field(default_factory=Stopwatch)
    meter: Meter = field(default_factory=Meter)
    going: bool = (
        False  # the clock may run: the deck is there, or the belt stands for an off-belt step
    )
    asked: bool = False  # an off-belt step is over and the runner was asked to confirm
    to_target_s: float | None = None
    limit_s: float | None = None  # a step by distance is over after this time
    ramp_kmh: float | None = None  # last speed asked for within a ramp
    last: Telemetry | None = None

    # ---- position

    @property
    def length(self) -> float:
        """Where the step ends: seconds or metres."""
        if self.step.distance_m is not None:
            return self.step.distance_m
        return self.step.duration_s or 0.0

    def position(self, now: float) -> float:
        """Where in the step the runner is.

        Metres are carried on from the last sample at its speed.
        """
        if self.step.distance_m is None:
            return self.clock.read(now)
        return self.meter.at_target_m + self._rate * max(
            0.0, now - self.last.at if self.last else 0.0
        )

    @property
    def _rate(self) -> float:
        """Position per second right now."""
        if self.clock.since is None:
            return 0.0
        if self.step.distance_m is None:
            return 1.0
        return self.last.speed_kmh / 3.6 if self.last and self._counts(self.last) else 0.0

    def when(self, position: float) -> float | None:
        """Return the time at which a position will be reached; None if it stands still."""
        rate = self._rate
        if not rate:
            return None
        if self.step.distance_m is None:
            return (self.clock.since or 0.0) + position - self.clock.held_s
        at = self.last.at if self.last else 0.0
        return at + max(0.0, position - self.meter.at_target_m) / rate

    def remaining_s(self, now: float) -> float:
        """Predicted seconds to the end of the step, with what is left of its ramps."""
        timed = self.step.distance_m is None
        if self.to_target_s is not None or (timed and self.going):
            return self._left_s(now)
        spent = self.approach.read(now) + (0.0 if timed else self.clock.read(now))
        return self._left_s(now) + max(0.0, self.step.lead_s - spent)

    def remaining_m(self, now: float) -> float | None:
        """Metres to the end of a step by distance; None in one by time."""
        if self.step.distance_m is None:
            return None
        return max(0.0, self.length - self.position(now))

    def _left_s(self, now: float) -> float:
        """Seconds that what is left of the step takes at its target."""
        left = max(0.0, self.length - self.position(now))
        return left if self.step.distance_m is None else left / self.length * self.step.nominal_s

    @property
    def ends_at(self) -> float | None:
        """When the step ends, as things are."""
        end = self.when(self.length)
        if self.limit_s is None or self.clock.since is None:
            return end
        limit = self.clock.since + self.limit_s - self.clock.held_s
        return limit if end is None else min(end, limit)

    # ---- measuring

    def measure(self, sample: Telemetry) -> None:
        """Add the time since the last measurement."""
        last, self.last = self.last, sample
        if last is not None:
            counts = self._counts(last) and self._counts(sample)
            self.meter.between(last, sample, counts=counts)
        if self.to_target_s is None and self.going and at_target(sample, self.step):
            self.to_target_s = self.clock.read(sample.at)

    def _counts(self, sample: Telemetry) -> bool:
        """Whether metres count: in a descent only those at target."""
        if not self.going or self.clock.since is None:
            return False
        return self.step.phase is not Phase.DESCENT or at_target(sample, self.step)

    def carry_on(self, now: float) -> None:
        """Add the time since the last measurement at its own speed.

        The step ends between two samples.
        """
        last = self.last
        if last is not None and now > last.at:
            counts = self._counts(last)
            self.meter.add(last.speed_kmh, last.incline_pct, now - last.at, counts=counts)

    # ---- the going

    def go(self, now: float, rates: Rates, speed_now_kmh: float) -> None:
        """Let the clock run.

        A step by distance may take as long as the belt needs for its ramp and twice as long as what
        is left takes at the target (training.md, section 6).
        """
        self.approach.halt(now)
        self.going = True
        if self.step.distance_m is not None:
            ramp = belt_time_s(rates, max(0.0, self.step.speed_kmh - speed_now_kmh))
            self.limit_s = self.clock.held_s + ramp + 2 * self._left_s(now)
        self.clock.start(now)

    def confirmed_in_s(self, now: float, *, skips: bool) -> float:
        """Seconds until an off-belt step may be confirmed, or cut short by skipping it."""
        if skips:
            return self.step.minimum_s - self.clock.read(now)
        return 0.0 if self.asked else max(1.0, self.length - self.clock.read(now))

    def check_warm(self, now: float) -> None:
        """Raise ``Refused`` in a warm-up of which not enough is done to leave it."""
        done = self.position(now) / self.length
        if self.step.phase is Phase.WARM_UP and done < WARM_UP_SHARE:
            needed = round(WARM_UP_SHARE * 100)
            raise Refused("warm_up_unfinished", done=round(done * 100), needed=needed)

    def ramp_target(self, now: float) -> float:
        """Return the speed a warm-up or cool-down asks for right now, in half km/h."""
        step, at = self.step, self.clock.read(now)
        speed = step.speed_kmh
        if step.ramp_from_kmh is not None and at < step.ramp_s:
            share = at / step.ramp_s
            speed = min(speed, step.ramp_from_kmh + _halves((speed - step.ramp_from_kmh) * share))
        left = self.length - at
        if step.ramp_to_kmh is not None and left < step.ramp_s:
            share = 1 - max(0.0, left) / step.ramp_s
            lower = speed - _halves((speed - step.ramp_to_kmh) * share)
            # The runner may have set less than what it was planned to end at (rule R11).
            speed = min(step.speed_kmh, max(step.ramp_to_kmh, lower))
        return speed

    def finish(self, now: float, *, skipped: bool, capped: bool) -> Lap:
        """Close the step and say what was done."""
        self.carry_on(now)
        meter = self.meter
        return Lap(
            index=self.step.index,
            phase=self.step.phase,
            rep=self.step.rep,
            duration_s=self.clock.read(now),
            approach_s=self.approach.read(now),
            distance_m=meter.distance_m,
            at_target_m=meter.at_target_m if self.step.phase is Phase.DESCENT else 0.0,
            descent_m=meter.descent_m,
            descent_at_target_m=meter.descent_at_target_m
            if self.step.phase is Phase.DESCENT
            else 0.0,
            max_speed_kmh=meter.max_speed_kmh,
            mean_incline_pct=meter.mean_incline_pct,
            to_target_s=self.to_target_s,
            skipped=skipped,
            capped=capped,
        )

    # ---- storing

    def to_dict(self, now: float) -> dict[str, Any]:
        """Return everything but the plan's own data, JSON-able; clocks as seconds so far."""
        return {
            "speed_kmh": self.step.speed_kmh,
            "incline_pct": self.step.incline_pct,
            "clock_s": self.clock.read(now),
            "approach_s": self.approach.read(now),
            "meter": asdict(self.meter),
            "going": self.going,
            "moments_given": self.moments.next,
            "to_target_s": self.to_target_s,
            "limit_s": self.limit_s,
        }

    def restore(self, data: dict[str, Any]) -> None:
        """Take stored data in, clocks standing.

        Raises ``ValueError``, ``KeyError`` or ``TypeError`` on rubbish.
        """
        for clock, key in ((self.clock, "clock_s"), (self.approach, "approach_s")):
            finite(data[key], key, 0, 1e6)
            clock.held_s = float(data[key])
        finite(data["moments_given"], "moments_given", 0, len(self.moments.all))
        self.moments.next = int(data["moments_given"])
        self.step = aimed(self.step, Aim(float(data["speed_kmh"]), float(data["incline_pct"])))
        self.meter = Meter.from_dict(data["meter"])
        if not isinstance(data["going"], bool):
            raise TypeError("going is neither true nor false")
        self.going = data["going"]
        self.to_target_s = _seconds(data, "to_target_s")
        self.limit_s = _seconds(data, "limit_s")


def _seconds(data: dict[str, Any], key: str) -> float | None:
    """Read a stored time that may not be known."""
    if data[key] is None:
        return None
    finite(data[key], key, 0, 1e6)
    return float(data[key])


def _halves(change_kmh: float) -> float:
    """Round down to half km/h, in size: small enough to need no cue (rule R9)."""
    return int(change_kmh * 2) / 2
