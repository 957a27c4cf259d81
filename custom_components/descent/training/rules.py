"""The numbers of the rules, each of them here and nowhere else, and what the user allows.

First those of the safety rules, then those of what a session asks and counts. Caps for a level and
a slope are a table (pace.py), and so is when which cue comes (cues.py).

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
STARTED_AGAIN_KMH: Final = 0.5  # more than a wobble: the runner has started the belt again
# Rule R5, lost contact
FRESH_S: Final = 2.0  # older telemetry permits no increase
LOST_S: Final = 5.0  # older telemetry is lost contact
RESUME_SAMPLES: Final = 2
ZERO_DEBOUNCE_S: Final = 3.0  # single zero-speed frames come from running belts (Merach)
SUDDEN_KMH: Final = 4.0  # what a belt that was stopped may lose in a second
# Rule R6, confirmation
CONFIRM_S: Final = 5.0
MOVED_KMH: Final = 0.15  # a reading that changed by this much has moved
MOVED_PCT: Final = 0.5
# Rule R7, largest steps [H]
INCREASE_KMH: Final = 1.0
INCREASE_CAREFUL_KMH: Final = 0.5  # beginners and novices
DECREASE_KMH: Final = 2.0  # a second
SPACING_S: Final = 1.0
# Rule R8, slow before steepen, settle before speeding up [H]
DECK_MOVES_KMH: Final = 8.0
LEAVE_DESCENT_KMH: Final = 6.0
DECK_THERE_PCT: Final = 0.5
DECK_SAMPLES: Final = 2
COUNTS_AS_ONE_S: Final = 10.0
IN_DESCENT_PCT: Final = -0.5
SETTLE_S: Final = 2.0  # the deck counts as still only after that [H]
STARTS_S: Final = 0.5  # what was told to move has begun to, or else it stands [H]
STILL_S: Final = 1.8  # two intervals of a machine that notifies once a second, less their jitter
VISIBLE: Final = 0.2  # km/h or %: a reading that wobbles by a tenth to either side is no movement
PACE_S: Final = 0.9  # one such interval: how fast belt or deck moves is looked for over this long
# Rules R7, R8 and R9, what counts as a small change
SMALL_PCT: Final = 1.0
SMALL_KMH: Final = 0.5
# Rule R9, announced first
NOTICE_UP_S: Final = 5.0
NOTICE_DOWN_S: Final = 3.0
# Rules R10 and R12, the first decline of a machine (gate/decline_trial.py)
TRIAL_PCT: Final = 1.0  # one step: twice what counts as moved [H]
TRIAL_SHOWN_PCT: Final = 0.75  # a shorter way shows too little: where only that is wished, no trial
# Rule R11, the console wins
DRIFT_KMH: Final = 0.3  # a reading further from what was told: somebody else has changed it
DRIFT_PCT: Final = 0.5
ECHO_S: Final = 3.0  # how late a machine may name a target it was told [H]
# One that it names sooner than this after a command is what it understood, and no hand: what comes
# of it is judged by the readings [H]
UNDERSTOOD_S: Final = 0.4
# Rule R12, wrong way
OVERSHOOT_KMH: Final = 1.0
OVERSHOOT_PCT: Final = 1.5
TURNING_S: Final = 1.5  # a belt told to turn round keeps going for its latency and inertia [H]

# What the runner is asked to do at the console, where a machine takes no command for it
ASK_AGAIN_S: Final = 15.0  # long enough to find the button [H]
ASK_TIMES: Final = 3  # then the runner has decided
TOLD_RAMP_KMH: Final = 1.0  # a ramp is told in steps of this; the belt itself takes halves [H]
# Steps of a session
HEADWAY_S: Final = 8.0  # the deck is to be in place this long before "go" [H]
WARM_UP_SHARE: Final = 0.8  # of a warm-up, before it may be left (sources.md, S1-17) [H]
# What counts in a session; the deck is at its target within DECK_THERE_PCT
AT_TARGET_SHARE: Final = 0.95  # of the target speed (sources.md, S1-5)
DESCENDING_PCT: Final = -0.5  # metres steeper than this are metres down (load.md, section 1)

# Readings
NEAR: Final = 1e-6  # readings and settings come in tenths: 0.3 is not more than 0.3
READING_KMH: Final = 0.05  # half a tenth, the resolution of readings
WOBBLE_KMH: Final = 0.1  # a belt is not steadier than this
MARGIN_KMH: Final = 0.2  # slowing down aims this far below a limit: more than the belt wobbles


@dataclass(frozen=True, slots=True, kw_only=True)
class Permissions:
    """What the owner of a treadmill allows Descent to do with it (rules R1, R2, R10)."""

    control: bool = False  # acknowledged that automatic modes change speed and slope
    start_belt: bool = False
    max_speed_kmh: float | None = None
