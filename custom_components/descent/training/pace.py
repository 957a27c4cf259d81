"""From effort and slope to belt speed, and the caps a speed must stay under.

Speeds are km/h, inclines percent of grade (negative is downhill), times seconds. A number marked
[H] is this project's own heuristic: no standard or study gives it.

Energy cost is here as information only. Equal cost would allow 1.38 times the level speed at -6 %,
while runners choose 1.14 (Townshend, Worringham & Stewart 2010, MSSE 42:160) and what limits them
downhill is not oxygen (Liefeldt, Noakes & Dennis 1992, EJAP 64:493). So cost never sets a speed.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from enum import StrEnum
from typing import Self

from .model import STEEPEST_PCT, Level, Machine, Runner, finite

# What a runner of a level is taken to run 5 km in as long as nobody said: the slow end of the
# level, so that the unknown runner is sent off slowly (40, 35, 30 and 25 minutes) [H].
FIVE_K_DEFAULT_S = {
    Level.NOVICE: 2400.0,
    Level.BEGINNER: 2100.0,
    Level.INTERMEDIATE: 1800.0,
    Level.ADVANCED: 1500.0,
}
TOP_TO_5K = 1.45  # controlled top speed over 5 km speed [H]
MACHINE_RESERVE_KMH = 1.0  # stay this far under what the belt can do [H]

# Caps in km/h, one column for each band of slope; a column's bound belongs to it, the gentler one.
# No standard exists: conservative around laboratory practice (Bontemps 2020, Sports Med 50:2083:
# median 11.3 km/h at -12 %) [H]. None is locked.
_BANDS_PCT = (2, 4, 6, 8, 10, 12, 15)
_BAND_ENDS_PCT = tuple(bound + 1e-9 for bound in _BANDS_PCT)  # a slope that was worked out
_CAPS_KMH: dict[Level, tuple[float | None, ...]] = {
    Level.NOVICE: (6.5, 6.0, 5.5, 5.0, None, None, None),
    Level.BEGINNER: (12, 10, 9, 7, None, None, None),
    Level.INTERMEDIATE: (17, 16, 15, 14, 13, 11, None),
    Level.ADVANCED: (20, 19, 18, 17, 16, 14, 12),
}
# Rule R16 gives the three caps of backward sets; which level gets which is ours [H].
_BACKWARD_CAPS_KMH = {
    Level.NOVICE: 2.0,
    Level.BEGINNER: 2.0,
    Level.INTERMEDIATE: 4.0,
    Level.ADVANCED: 6.0,
}


class Rule(StrEnum):
    """How a speed is asked for in a session file."""

    EASY = "easy"
    JOG = "jog"
    WALK = "walk"
    FIXED = "fixed"  # so many km/h
    FLAT = "flat"  # a share of the 5 km speed
    SUSTAINABLE = "sustainable"  # the same, faster the steeper
    SPRINT = "sprint"  # a share of the controlled top speed
    THREE_K = "3k"  # the runner's pace in a race, on the level, and so on down to MARATHON
    FIVE_K = "5k"
    TEN_K = "10k"
    HALF_MARATHON = "half marathon"
    MARATHON = "marathon"


RACES_KM = {
    Rule.THREE_K: 3.0,
    Rule.FIVE_K: 5.0,
    Rule.TEN_K: 10.0,
    Rule.HALF_MARATHON: 21.0975,
    Rule.MARATHON: 42.195,
}
# Riegel's formula: the time for a distance grows with its power of 1.06 (Riegel 1981, Athletic
# records and human endurance, American Scientist 69:285), so the speed falls with that of 0.06.
# It was fitted to races of 3.5 to 230 minutes; slower marathons are beyond it [H].
_RIEGEL = 1.06


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchors:
    """The three speeds all others follow from."""

    five_k_kmh: float
    top_kmh: float
    walk_kmh: float

    @classmethod
    def of(cls, runner: Runner) -> Self:
        """Work them out: a measured top speed first, then the 5 km time, then the level's default.

        A top speed alone never raises the 5 km speed above the level's default: somebody fast for
        25 s need not be for 25 minutes [H].
        """
        known = runner.five_k_s or FIVE_K_DEFAULT_S[runner.level]
        five_k = 18000 / known
        top = runner.controlled_top_kmh
        if runner.five_k_s is None and top is not None:
            five_k = min(five_k, top / TOP_TO_5K)
        return cls(five_k_kmh=five_k, top_kmh=top or TOP_TO_5K * five_k, walk_kmh=runner.walk_kmh)

    def speed_kmh(self, rule: Rule, effort_pct: float, incline_pct: float) -> float:
        """Return what a rule asks for, before any cap; the effort of FIXED is the speed itself."""
        effort = effort_pct / 100
        match rule:
            case Rule.EASY:
                return 0.72 * self.five_k_kmh
            case Rule.JOG:
                return 0.65 * self.five_k_kmh
            case Rule.WALK:
                return self.walk_kmh
            case Rule.FIXED:
                return effort_pct
            case Rule.FLAT:
                return effort * self.five_k_kmh
            case Rule.SUSTAINABLE:
                return effort * self.five_k_kmh * sustainable_factor(incline_pct)
            case Rule.SPRINT:
                return effort * self.top_kmh * sprint_factor(incline_pct)
            case _:
                return effort * self.five_k_kmh * race_factor(RACES_KM[rule])


def race_factor(distance_km: float) -> float:
    """How much faster than 5 km a race of another length is run (Riegel 1981)."""
    return float((5 / distance_km) ** (_RIEGEL - 1))


def race_kmh(five_k_s: float, duration_s: float) -> float:
    """Speed that a runner with this 5 km time holds for ``duration_s`` (Riegel 1981, unverified).

    About the maximal aerobic speed at 360 s and the threshold at 3600 s [H].
    """
    return float(18000 / five_k_s * (five_k_s / duration_s) ** 0.0566)


def sustainable_factor(incline_pct: float) -> float:
    """How much faster than on the level a sustained pace is downhill; 1 on the level and uphill.

    Fitted to +13.8 % on downhills (Townshend 2010) and to the coaching rule of 8 s a mile faster
    for each percent down [H].
    """
    slope = max(0.0, -incline_pct)
    if slope <= 9:  # noqa: PLR2004  (the three pieces of the fit are its definition)
        return 1 + 0.015 * slope
    return max(1.0, 1.135 - 0.0104 * max(0.0, slope - 12))


def sprint_factor(incline_pct: float) -> float:
    """How much faster than on the level a sprint is downhill; 1 on the level and uphill.

    Ebben 2008 (IJSPP 3:88): 6.95 % faster at 10.2 %, no more beyond; linear up to there.
    """
    return 1 + 0.0695 * min(max(0.0, -incline_pct), 10.2) / 10.2


def level_cap_kmh(level: Level, incline_pct: float) -> float | None:
    """Fastest belt speed of a level at a slope [H]; ``None`` where the slope is locked for it.

    Level ground and uphill count as the gentlest band.
    """
    slope = max(0.0, -incline_pct)
    band = bisect_left(_BAND_ENDS_PCT, slope)
    return _CAPS_KMH[level][band] if band < len(_BAND_ENDS_PCT) else None


def steepest_pct(level: Level) -> float:
    """Steepest decline (a positive percentage) that is not locked for a level."""
    open_bands = zip(_BANDS_PCT, _CAPS_KMH[level], strict=True)
    return max(bound for bound, cap in open_bands if cap is not None)


def backward_cap_kmh(level: Level) -> float:
    """Fastest belt speed of a level when running backward (rule R16)."""
    return _BACKWARD_CAPS_KMH[level]


def ceiling_kmh(runner: Runner, machine: Machine, incline_pct: float) -> float:
    """Fastest speed a session may ask of this runner on this machine at this slope.

    Raises:
        ValueError: the slope is locked for the runner's level.
    """
    cap = level_cap_kmh(runner.level, incline_pct)
    if cap is None:
        raise ValueError(f"{incline_pct:g} % is locked for {runner.level}")
    own = runner.max_speed_kmh
    ceiling = min(cap, machine.speed.maximum - MACHINE_RESERVE_KMH)
    return ceiling if own is None else min(ceiling, own)


def running_cost(incline_pct: float) -> float:
    """Energy cost of running, J per kg and metre. Information only: it never sets a speed.

    Minetti et al. 2002 (J Appl Physiol 93:1039), valid within 45 %; clamped outside.
    """
    return _polynomial((155.4, -30.4, -43.3, 46.3, 19.5, 3.6), incline_pct)


def walking_cost(incline_pct: float) -> float:
    """Energy cost of walking, J per kg and metre: compare ratios, not joules. Information only.

    Minetti et al. 2002, as ``running_cost``.
    """
    return _polynomial((280.5, -58.7, -76.8, 51.9, 19.6, 2.5), incline_pct)


def downhill_vo2(speed_kmh: float, incline_pct: float) -> float:
    """Oxygen uptake of downhill running on a treadmill, ml per kg and minute. Information only.

    Robergs, Wagner & Skemp 1997 (J Sports Med Phys Fitness 37:168), from about 9.4 to 11.3 km/h.

    Raises:
        ValueError: a slope outside the 0 to -5.4 % of that study.
    """
    finite(incline_pct, "incline_pct", -5.4, 0)
    return 6.8192 + 0.1313 * speed_kmh * 1000 / 60 + 1.2367 * incline_pct


def _polynomial(coefficients: tuple[float, ...], incline_pct: float) -> float:
    grade = min(max(incline_pct, -STEEPEST_PCT), STEEPEST_PCT) / 100
    value = 0.0
    for coefficient in coefficients:
        value = value * grade + coefficient
    return value
