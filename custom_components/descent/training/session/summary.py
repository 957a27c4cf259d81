"""From measurements to laps and a summary.

Nothing here knows what was wished, except what "at target" means.
Distance is the integral of the measured speed (training.md, section 6): machine totals reset when
they please.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ..events import Lap, Reason, Summary
from ..model import Phase, Plan, Step, Telemetry, finite, slope_sine, total
from ..rules import AT_TARGET_SHARE, DECK_THERE_PCT, DESCENDING_PCT, LOST_S, NEAR


def at_target(sample: Telemetry, step: Step) -> bool:
    """Whether belt and deck are where a descent wants them."""
    return sample.speed_kmh >= AT_TARGET_SHARE * step.speed_kmh and deck_there(sample, step)


def deck_there(sample: Telemetry, step: Step) -> bool:
    """Whether the deck is at a step's incline."""
    incline = sample.incline_pct
    return incline is not None and abs(incline - step.incline_pct) <= DECK_THERE_PCT + NEAR


@dataclass(slots=True)
class Meter:
    """Adds up measurements: metres, metres down, at target and in all."""

    distance_m: float = 0.0
    descent_m: float = 0.0
    at_target_m: float = 0.0
    descent_at_target_m: float = 0.0
    max_speed_kmh: float = 0.0
    incline_metres: float = 0.0  # integral of the incline over the distance, for the mean

    def add(
        self, speed_kmh: float, incline_pct: float | None, seconds: float, *, counts: bool
    ) -> None:
        """Add ``seconds`` at a mean speed and incline; an unknown one counts as no slope.

        ``counts`` says whether they were at target.
        """
        metres = speed_kmh / 3.6 * seconds
        self.distance_m += metres
        self.max_speed_kmh = max(self.max_speed_kmh, speed_kmh)
        if incline_pct is None:
            return
        self.incline_metres += metres * incline_pct
        down = -metres * slope_sine(incline_pct) if incline_pct < DESCENDING_PCT else 0.0
        self.descent_m += down
        if counts:
            self.at_target_m += metres
            self.descent_at_target_m += down

    def between(self, last: Telemetry, sample: Telemetry, *, counts: bool) -> None:
        """Add the way from one measurement to the next; nothing is known of a longer silence."""
        seconds = sample.at - last.at
        if seconds <= LOST_S:
            speed = (last.speed_kmh + sample.speed_kmh) / 2
            before, now = last.incline_pct, sample.incline_pct
            incline = None if before is None or now is None else (before + now) / 2
            self.add(speed, incline, seconds, counts=counts)
        self.max_speed_kmh = max(self.max_speed_kmh, sample.speed_kmh)

    @property
    def mean_incline_pct(self) -> float:
        """Mean incline, weighted with the distance; 0 without any."""
        return self.incline_metres / self.distance_m if self.distance_m else 0.0

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Meter:
        """Read stored sums. Raises ``ValueError`` or ``TypeError`` on rubbish."""
        for name, value in data.items():
            finite(value, name, -1e6 if name == "incline_metres" else 0, 1e6)
        return cls(**data)


def summarise(
    plan: Plan, laps: tuple[Lap, ...], meter: Meter, duration_s: float, result: Reason
) -> Summary:
    """Sum a session up: its laps, and what its ``meter`` saw from the first sample to the last.

    Fidelity compares metres down at target with the metres prescribed.
    """
    at_target_m = total(lap.descent_at_target_m for lap in laps)
    prescribed = plan.prescribed_descent_m
    return Summary(
        session=plan.session,
        result=result,
        duration_s=duration_s,
        distance_m=meter.distance_m,
        descent_m=meter.descent_m,
        descent_at_target_m=at_target_m,
        prescribed_descent_m=prescribed,
        fidelity_descent=at_target_m / prescribed if prescribed else None,
        fidelity_grade=plan.fidelity_grade,
        reps_completed=sum(
            lap.phase is Phase.DESCENT and not (lap.skipped or lap.capped) for lap in laps
        ),
        reps_planned=plan.reps,
        laps=laps,
    )
