"""Names and numbers of the Home Assistant side. Every number says why it is what it is.

The numbers of the rules of safety.md are not here: they live in ``training``, where they are
enforced.
"""

from __future__ import annotations

from typing import Final

from homeassistant.const import Platform

DOMAIN: Final = "descent"

CONF_KIND: Final = "kind"
CONF_TIME_SCALE: Final = "time_scale"
KIND_VIRTUAL_TREADMILL: Final = "virtual_treadmill"
KIND_RUNNER: Final = "runner"

# Fired for every announcement but the numbers of a countdown, for the logbook.
EVENT_CUE: Final = f"{DOMAIN}_cue"
ATTR_TEXT: Final = "text"

# Version of the text in which a user acknowledges automatic control (rule R1). Raised when that
# text says something new; an older acknowledgement then no longer counts.
ACKNOWLEDGEMENT_VERSION: Final = 1

# Characters of the name of a treadmill, runner or session: longer ones do not fit a card, a voice
# answer or a lock screen.
LONGEST_NAME: Final = 50

TREADMILL_PLATFORMS: Final = (
    Platform.BINARY_SENSOR,
    Platform.BUTTON,
    Platform.EVENT,
    Platform.IMAGE,
    Platform.NUMBER,
    Platform.SELECT,
    Platform.SENSOR,
    Platform.SWITCH,
)
RUNNER_PLATFORMS: Final = (Platform.SELECT,)

# Folder of the user's own session files, below the configuration folder.
SESSIONS_FOLDER: Final = "descent/sessions"

# A session of an hour takes four seconds; the config flow allows less. Faster would only show
# rounding.
FASTEST_TIME_SCALE: Final = 1000

# ---- conductor -----------------------------------------------------------------------------------

# The machine's seconds a driver gets to carry out one command before its outcome counts as unknown:
# the window of rule R6, in which telemetry has to have moved. A driver with a shorter limit of its
# own is faster.
COMMAND_LIMIT_S: Final = 5.0
# Real seconds an orderly leave waits for its one command. Home Assistant gives all shutdown jobs of
# all integrations together 20 s; a treadmill that has not answered in 3 s will not.
LEAVE_LIMIT_S: Final = 3.0
# A wake later than this (real seconds) means that the event loop was blocked: what the machine
# reported meanwhile is handled first. Ten times the p99 of a timer on an idle core (3.4 ms).
LATE_S: Final = 0.05
# The machine's seconds between two wakes if the engine asks for one that is already over: an error
# in it must not spin the event loop.
SHORTEST_WAIT_S: Final = 0.001

# ---- contact -------------------------------------------------------------------------------------

# Real seconds that a treadmill is out of reach for a reason a user can remove before that becomes a
# repair issue: four tries, and longer than another app needs to let go.
CONTACT_ISSUE_S: Final = 60.0

# ---- announcements -------------------------------------------------------------------------------

# Real seconds a speaker may take longer than its sentence lasts before it counts as one that does
# not speak: the notice of rule R9. A change that was announced later than this is held back.
DELIVERY_LIMIT_S: Final = 5.0

# ---- journal -------------------------------------------------------------------------------------

# What the diagnostics download holds (rule R18): a warm-up and the first rep fit in, at some 100
# bytes a record.
JOURNAL_S: Final = 900.0
# A machine that reports ten times a second for that long, with room for the rest. A flood cannot
# fill memory.
JOURNAL_RECORDS: Final = 10_000

# Some two a pixel of a card on a phone.
TRACE_POINTS: Final = 600

# ---- states and storage --------------------------------------------------------------------------

# Real seconds between two writes of measured states: 1 Hz is the most that history needs
# (architecture.md).
PUBLISH_S: Final = 1.0
# Real seconds a wall-clock end has to move by before it is written again: speeds wobble, and a
# timestamp that follows them is a row a second.
TIMESTAMP_S: Final = 2.0
# What a measured value has to move by before history gets another row while belt or deck move, or
# metres add up. With them an interval session stays under 40 rows a minute for the whole device
# (architecture.md): a rep from 3 to 14.4 km/h is some 12 rows of speed, and a deck from +6 to -6 %
# another 12.
SPEED_STEP_KMH: Final = 0.7
INCLINE_STEP_PCT: Final = 1.0
DISTANCE_STEP_M: Final = 20.0
DESCENT_STEP_M: Final = 1.0
HEART_RATE_STEP_BPM: Final = 3.0
# An actuator that changes by less than this a second (km/h, %) stands still: the slowest preset
# moves at 0.3.
STILL_PER_S: Final = 0.1
# Seconds (of the treadmill's clock) without a measurement after which states say "unknown": rule
# R5's.
SILENT_S: Final = 5.0
# Seconds (of the treadmill's clock) between two saves of a running session. What kill -9 costs at
# most.
SAVE_S: Final = 5.0
# Real seconds between two such saves: at time scale 60 the line above alone would write 12 times a
# second.
SAVE_REAL_S: Final = 1.0
STORAGE_VERSION: Final = 1
STORAGE_MINOR_VERSION: Final = 2  # 1.2 says always whether contact is wanted, and of the deck
