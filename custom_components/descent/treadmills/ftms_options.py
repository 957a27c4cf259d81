"""What one FTMS machine does differently, as its config entry says.

Ranges in an entry are in the machine's own numbers: the incline its console shows, before offset
and factor. This module converts them: whoever uses it has km/h, and percent with 0 at level.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
import math
from typing import Any, Final

from ..training.model import COARSEST_STEP, STEEPEST_PCT, Range, finite

KMH_PER_MPH: Final = 1.609344

SAME: Final = 0.06  # km/h, mph or %: half a tenth, and a little for what was rounded on the way

_LARGEST_OFFSET_PCT = 20.0  # qdomyos-zwift #5113 needs 6
# qdomyos-zwift #2511 sends 6.67 for each percent; a tenth of a percent for each is as far from one.
SMALLEST_FACTOR: Final = 0.1
LARGEST_FACTOR: Final = 10.0
LONGEST_GAP_S: Final = 2.0  # a stop may have to wait that long
_WHOLE_PCT = 1.0
_NEAR = 1e-6


class SpeedUnit(StrEnum):
    """What a machine counts its speeds in. A console may be switched from one to another."""

    KMH = "kmh"  # as the standard says
    MPH = "mph"  # all of them: commands, measurements, ranges and status (qdomyos-zwift #4210)
    MPH_COMMANDS = "mph_commands"  # the commands; what it tells is km/h

    @property
    def told_kmh(self) -> float:
        """How many km/h one is that the machine tells: measured, offered or changed to."""
        return KMH_PER_MPH if self is SpeedUnit.MPH else 1.0

    @property
    def commanded_kmh(self) -> float:
        """How many km/h one is that the machine is commanded."""
        return 1.0 if self is SpeedUnit.KMH else KMH_PER_MPH


class ControlRequest(StrEnum):
    """When the machine is asked for control."""

    ONCE = "once"  # a connection; again once it was lost
    EACH = "each"  # before every command: NordicFTMS ignores commands after a change at its console
    NEVER = "never"  # it obeys without, and is upset by the question


@dataclass(frozen=True, slots=True, kw_only=True)
class FtmsOptions:
    """How to talk to one machine.

    The machine shows ``incline_factor`` times the true incline plus ``incline_offset`` percent
    (qdomyos-zwift #5113: 6 % at a true 0), and wants it that way too.
    """

    incline_offset: float = 0.0
    incline_factor: float = 1.0
    speed_unit: SpeedUnit = SpeedUnit.KMH
    request_control: ControlRequest = ControlRequest.ONCE
    # Seconds the machine needs between two commands, a request for control included.
    command_gap_s: float = 0.0

    def __post_init__(self) -> None:
        """Refuse what no machine needs."""
        finite(self.incline_offset, "incline_offset", -_LARGEST_OFFSET_PCT, _LARGEST_OFFSET_PCT)
        finite(self.incline_factor, "incline_factor", SMALLEST_FACTOR, LARGEST_FACTOR)
        finite(self.command_gap_s, "command_gap", 0, LONGEST_GAP_S)

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> FtmsOptions:
        """Read them from the data of a config entry. Raises ``ValueError`` for nonsense."""
        return cls(
            incline_offset=float(data.get("incline_offset", 0.0)),
            incline_factor=float(data.get("incline_factor", 1.0)),
            speed_unit=SpeedUnit(data.get("speed_unit", "kmh")),
            request_control=ControlRequest(data.get("request_control", "once")),
            command_gap_s=float(data.get("command_gap", 0.0)),
        )

    def true_incline(self, shown_pct: float) -> float:
        """Convert what the machine shows to the incline it has."""
        return (shown_pct - self.incline_offset) / self.incline_factor

    @property
    def steepest_shown_pct(self) -> float:
        """The highest number that the machine could call an incline."""
        return STEEPEST_PCT * self.incline_factor + abs(self.incline_offset)

    def is_possible(self, shown: Range) -> bool:
        """Whether any deck has a range of the machine's own numbers."""
        low, high = self.true_incline(shown.minimum), self.true_incline(shown.maximum)
        coarse = shown.step / self.incline_factor > COARSEST_STEP
        return low >= -STEEPEST_PCT and high <= STEEPEST_PCT and not coarse

    def shown_incline(self, incline_pct: float, shown: Range) -> float:
        """Convert an incline to what the machine is told, in the steps it takes and in its range.

        Rounded toward level, so that no decline gets steeper by rounding (rule R10). Where level
        lies between two steps it is the upper one: no decline comes of rounding either.
        """
        wish = incline_pct * self.incline_factor + self.incline_offset
        steps = wish / shown.step
        nearest = round(steps)
        if abs(steps - nearest) > _NEAR:
            level = math.ceil(self.incline_offset / shown.step - _NEAR)
            nearest = max(level, math.floor(steps)) if steps > level else math.ceil(steps)
        return shown.clamp(round(nearest * shown.step, 3))

    def true_range(self, shown: Range) -> Range:
        """Convert a range of the machine's own numbers to what the deck really does."""
        return Range(
            minimum=max(-STEEPEST_PCT, round(self.true_incline(shown.minimum), 2)),
            maximum=min(STEEPEST_PCT, round(self.true_incline(shown.maximum), 2)),
            # So fine that a step of it is a whole step again when it is told.
            step=max(0.001, round(shown.step / self.incline_factor, 9)),
        )

    def commanded_speed(self, speed_kmh: float) -> float:
        """Convert a speed to the number the machine is commanded."""
        return speed_kmh / self.speed_unit.commanded_kmh

    def true_speed(self, told: float) -> float:
        """Convert a speed that the machine tells to km/h."""
        return told * self.speed_unit.told_kmh

    def true_speed_range(self, told: Range) -> Range:
        """Convert the speeds that the machine offers to km/h."""
        kmh = self.speed_unit.told_kmh
        return Range(minimum=told.minimum * kmh, maximum=told.maximum * kmh, step=told.step * kmh)

    def is_status_of(self, speed_kmh: float, told: float) -> bool:
        """Whether a status with this number says that the machine goes to a commanded speed.

        One that is commanded in miles and measures in kilometres may say it in either.
        """
        kmh = {self.speed_unit.told_kmh, self.speed_unit.commanded_kmh}
        return any(abs(told - speed_kmh / unit) <= SAME for unit in kmh)


def shown_incline_range(data: Mapping[str, Any]) -> Range:
    """Read the inclines a machine takes, in its own numbers. Raises ``ValueError``."""
    step = float(data["incline_step"])
    return Range(
        minimum=float(data["min_incline"]),
        maximum=float(data["max_incline"]),
        step=max(step, _WHOLE_PCT) if data.get("whole_percent") else step,
    )


def speed_range(data: Mapping[str, Any]) -> Range:
    """Read the speeds a machine takes, in km/h. Raises ``ValueError``."""
    return Range(
        minimum=float(data["min_speed"]),
        maximum=float(data["max_speed"]),
        step=float(data["speed_step"]),
    )
