"""How fast belt and deck move: predicted from rates, and the rates learned from telemetry.

Nobody publishes actuator rates, and lead times need them: a deck that is late makes the runner
wait, one that is early makes them walk down a slope for nothing.
"""

from __future__ import annotations

from .model import Rates, Telemetry
from .rules import HEADWAY_S, INCREASE_KMH, SETTLE_S, SPACING_S

_WEIGHT = 0.2  # a handful of ramps adapt, one bad sample does not [H]
_SHORTEST_GAP_S = 0.1  # closer samples measure their own resolution
_LONGEST_GAP_S = 3.0  # and samples further apart may hide a start or an end
_SLOWEST = 0.05  # km/h/s or %/s that any motor reaches
_FASTEST = 5.0


def deck_time_s(rates: Rates, delta_pct: float) -> float:
    """Seconds for the deck to move by ``delta_pct`` and settle; 0 for no move."""
    return abs(delta_pct) / rates.deck_pct_s + SETTLE_S if delta_pct else 0.0


def belt_time_s(rates: Rates, delta_kmh: float) -> float:
    """Seconds for the belt to change by ``delta_kmh``; speeding up is bounded by rule R7."""
    rate = min(rates.belt_kmh_s, INCREASE_KMH / SPACING_S) if delta_kmh > 0 else rates.belt_kmh_s
    return abs(delta_kmh) / rate


def deck_lead_s(rates: Rates, delta_pct: float) -> float:
    """Seconds before "go" at which the deck has to start moving; 0 for no move."""
    return deck_time_s(rates, delta_pct) + HEADWAY_S if delta_pct else 0.0


class Actuators:
    """Learns ``rates`` from consecutive measurements taken in the middle of a commanded move.

    The ends of a move are left out (the caller says so): inertia would drag the average down.
    """

    def __init__(self, rates: Rates) -> None:
        """Start from seeds or from what an earlier session learned."""
        self.rates = rates
        self._last: Telemetry | None = None

    def observe(self, sample: Telemetry, *, belt_ramps: bool, deck_moves: bool) -> None:
        """Take in one sample.

        The flags say which axis was under way during the whole time since the last one.
        """
        last, self._last = self._last, sample
        if last is None or not (belt_ramps or deck_moves):
            return
        gap = sample.at - last.at
        if not _SHORTEST_GAP_S <= gap <= _LONGEST_GAP_S:
            return
        belt, deck = self.rates.belt_kmh_s, self.rates.deck_pct_s
        if belt_ramps:
            belt = _average(belt, abs(sample.speed_kmh - last.speed_kmh) / gap)
        last_pct, now_pct = last.incline_pct, sample.incline_pct
        if deck_moves and last_pct is not None and now_pct is not None:
            deck = _average(deck, abs(now_pct - last_pct) / gap)
        if (belt, deck) != (self.rates.belt_kmh_s, self.rates.deck_pct_s):
            self.rates = Rates(belt_kmh_s=belt, deck_pct_s=deck)


def _average(known: float, seen: float) -> float:
    """Weigh a new observation in.

    One that shows no motion (dead time) or an impossible one says nothing.
    """
    return known + _WEIGHT * (seen - known) if _SLOWEST <= seen <= _FASTEST else known
