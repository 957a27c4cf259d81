"""The numbers of the safety rules, and what the user allows.

Those marked [H] are heuristics of this project: no standard that could be read gives numeric
acceleration or start limits for running downhill on a belt.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

# Rule R2, the runner starts the belt
MOVING_KMH: Final = 0.3  # a belt faster than this moves
TAKEOVER_SAMPLES: Final = 3
ARMING_EXPIRES_S: Final = 120.0
START_COUNTDOWN_S: Final = 10.0
# Rules R3, R12 and R14, slowing down
WALKING_KMH: Final = 4.0  # where a fault or an orderly leave slows to [H]
END_KMH: Final = 3.0  # the belt is stopped from here
ENDING_TAKES_S: Final = 120.0  # a belt that does not rest by then has been told all there is
# Rule R4, stop
STOP_REPEAT_S: Final = 2.0
STOP_GIVE_UP_S: Final = 60.0
REST_SAMPLES: Final = 2  # one alone may be a frame of zeros from a belt that ignores the stop
# Rule R5, lost contact
FRESH_S: Final = 2.0  # older telemetry permits no increase
LOST_S: Final = 5.0  # older telemetry is lost contact
RESUME_SAMPLES: Final = 2
ZERO_DEBOUNCE_S: Final = 3.0  # single zero-speed frames come from running belts (Merach)
SUDDEN_KMH: Final = 4.0  # what a belt that was stopped may lose in a second
# Rule R6, confirmation
CONFIRM_S: Final = 5.0
# Rule R7, largest steps [H]
INCREASE_KMH: Final = 1.0
INCREASE_CAREFUL_KMH: Final = 0.5  # beginners and novices
DECREASE_KMH: Final = 2.0  # a second
SPACING_S: Final = 1.0
AHEAD_KMH: Final = (
    2.0  # never told more than this above the reading: no wound-up target for a stuck belt
)
# Rule R8, slow before steepen, settle before speeding up [H]
DECK_MOVES_KMH: Final = 8.0
LEAVE_DESCENT_KMH: Final = 6.0
DECK_THERE_PCT: Final = 0.5
DECK_SAMPLES: Final = 2
COUNTS_AS_ONE_S: Final = 10.0
IN_DESCENT_PCT: Final = -0.5
# Rules R7, R8 and R9, what counts as a small change
SMALL_PCT: Final = 1.0
SMALL_KMH: Final = 0.5
# Rule R9, announced first
NOTICE_UP_S: Final = 5.0
NOTICE_DOWN_S: Final = 3.0

NEAR: Final = 1e-6  # readings and settings come in tenths: 0.3 is not more than 0.3
READING_KMH: Final = 0.05  # half a tenth, the resolution of readings
MARGIN_KMH: Final = 0.2  # slowing down aims this far below a limit: a belt wobbles by a tenth


@dataclass(frozen=True, slots=True, kw_only=True)
class Permissions:
    """What the user allows (rules R1, R2, R10)."""

    control: bool = False  # acknowledged that automatic modes change speed and slope
    start_belt: bool = False
    max_speed_kmh: float | None = None
