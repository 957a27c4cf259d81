"""Notifications of a treadmill as most machines send them, with every number a runner knows."""

from __future__ import annotations

from tests.machines import wire


def all_change(index: int) -> bytes:
    """Make a packet that differs in every number from the one before."""
    return wire.treadmill_data(
        speed_kmh=9.5 + index % 20 / 10,
        average_speed_kmh=9.0 + index % 2 / 100,
        distance_m=1234 + 11 * index,
        incline_pct=-6.0 + index % 10 / 2,
        energy_kcal=300 + index,
        heart_rate_bpm=150 + index % 10,
        elapsed_s=605 + index,
    )


def steady(second: int) -> bytes:
    """Make the packet of a second at 10 km/h on the level.

    Only time and distance change with each; energy and pulse now and then.
    """
    return wire.treadmill_data(
        speed_kmh=10.0,
        average_speed_kmh=10.0,
        distance_m=second / 0.36,
        incline_pct=0.0,
        energy_kcal=second / 6,
        heart_rate_bpm=150 + second // 7 % 3,
        elapsed_s=second,
    )


def measured(
    second: float, *, speed_kmh: float, incline_pct: float, distance_m: float, began: float
) -> bytes:
    """Make the packet of a machine that measures this at ``second``, since ``began``."""
    elapsed = second - began
    return wire.treadmill_data(
        speed_kmh=speed_kmh,
        average_speed_kmh=3.6 * distance_m / elapsed if elapsed else 0.0,
        distance_m=distance_m,
        incline_pct=incline_pct,
        energy_kcal=distance_m * 0.07,
        heart_rate_bpm=round(90 + 5 * speed_kmh) + round(second) // 7 % 3,
        elapsed_s=elapsed,
    )
