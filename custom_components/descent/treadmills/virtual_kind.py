"""The virtual treadmill as a kind: reached without any link, and everything about it is asked."""

from __future__ import annotations

from typing import Final

from ..training.model import HIGHEST_SPEED_KMH
from .kind import Kind
from .physics import Preset
from .questions import Choice, Measure, Number
from .virtual import VirtualTreadmill

VIRTUAL_TREADMILL: Final = Kind(
    id="virtual_treadmill",
    where=None,
    driver=lambda means: VirtualTreadmill.from_data(means.data(), means.clock),
    questions=(
        Choice(
            key="preset",
            options=tuple(preset.value for preset in Preset),
            default=Preset.TYPICAL.value,
        ),
        Number(key="min_incline", unit=Measure.PERCENT, low=-40, high=0, step=0.5, default=-6.0),
        Number(key="max_incline", unit=Measure.PERCENT, low=0, high=40, step=0.5, default=15.0),
        Number(key="max_speed", unit=Measure.KMH, low=6, high=HIGHEST_SPEED_KMH, default=22.0),
        Number(
            key="time_scale", unit=Measure.TIMES, low=1, high=600, step=1, default=1.0, folded=True
        ),
    ),
    name="Virtual treadmill",
    simulated=True,
)
