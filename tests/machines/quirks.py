"""What is odd about simulated machines, and what may go wrong between one and its central.

A quirk belongs to a machine and stays, a fault comes and goes. What is wrong with belt and deck
themselves is ``SimulatedFault`` of ``treadmills/faults.py``. Each is an incident from the field.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final

SLOW_START_S: Final = 15.0  # from Start to motion, on the slowest machine seen
WRITE_GAP_S: Final = 1.0  # what it takes some machines to be ready for the next command
ADVERTISES_S: Final = 120.0  # "a minute or two after power-on"


class Quirk(StrEnum):
    """What is odd about a machine. Quirks combine."""

    # ---- who may command it

    REPEATS_UPSET = "repeats_upset"
    """A second 00, or any 07, throws the belt back to its starting speed.

    FitShow FS-*, ANPLUS, SW*, YPOO and 3G Pro must not get 00 and 07 before each set.
    """

    CONTROL_FAILS = "control_fails"
    """Answers 00 with 04 and obeys all the same (KingSmith MC-21)."""

    CONTROL_DENIED = "control_denied"
    """Answers 00 with 05 and obeys all the same, as some relatives of it."""

    STATUS_ANSWERS = "status_answers"
    """Never indicates the outcome of a command, only 2ADA shows it (KingSmith MC-21)."""

    ANSWERS_EARLY = "answers_early"
    """The indication comes before the write is acknowledged (seen with most fast machines)."""

    ONE_AT_A_TIME = "one_at_a_time"
    """Refuses a write with ATT error 0xFE while it owes an answer, as FTMS 1.0 has it."""

    NO_START_OR_STOP = "no_start_or_stop"
    """Answers 07 and 08 with 02; start and stop are on the console (NordicFTMS)."""

    SUCCESS_FIRST = "success_first"
    """Answers SUCCESS to every speed and incline, and then sees what it can do (NordicFTMS)."""

    DEAF_AFTER_OVERRIDE = "deaf_after_override"
    """After a change at the console, SUCCESS is answered to inclines and they are ignored.

    Until control is requested again (NordicFTMS over DIRCON).
    """

    NEEDS_A_SECOND = "needs_a_second"
    """Drops what is written sooner than a second after the write before, 00 included.

    Without a word, and counting from what it dropped too.
    """

    # ---- what it does

    SLOW_START = "slow_start"
    """Up to 15 s from Start to motion (KingSmith)."""

    MILES = "miles"
    """Reads opcode 02 in hundredths of mph (JFTM T202, imperial TM4800 and TM6500).

    Measurements and ranges are km/h nevertheless.
    """

    MILES_EVERYWHERE = "miles_everywhere"
    """Every speed is in mph: opcode 02, 2ACD, 2AD4 and 2ADA 05 (qdomyos-zwift #4210).

    Distances are metres nevertheless. Bowflex T9, T3G Elite, Therun T15, while their display shows
    miles.
    """

    DECLINE_DRIVES_UP = "decline_drives_up"
    """A negative incline drives a deck that cannot decline up to +15 % (qdomyos-zwift #2552)."""

    KEYS_ACCELERATE = "keys_accelerate"
    """Every speed command makes the belt faster, slower ones too (qdomyos-zwift #3382)."""

    INCLINE_STARTS = "incline_starts"
    """An incline is taken as Start too (qdomyos-zwift #1824, where the app sent both)."""

    # ---- what it says it can do

    NO_INCLINE_RANGE = "no_incline_range"
    """Has no 2AD5 at all (hassio-ftms #16)."""

    ZERO_INCLINE_RANGE = "zero_incline_range"
    """2AD5 is all zeros on a machine whose deck moves (qdomyos-zwift #2523)."""

    FALSE_STEP = "false_step"
    """2AD5 promises steps of 0.1 %, the deck takes whole percents only (Sole F85, T-800)."""

    FALSE_FEATURES = "false_features"
    """2ACC is all zeros on a machine that can do everything (NordicFTMS)."""

    NAMELESS = "nameless"
    """Has no Device Information service."""

    PEDALLED = "pedalled"
    """It is a bike: no 2ACD, but 2AD2, in the same service (qdomyos-zwift announces both)."""

    # ---- what it measures

    INCLINE_IS_TARGET = "incline_is_target"
    """The measured incline is what the deck was told, not where it is (NordicFTMS)."""

    TRANSIENT_ZEROS = "transient_zeros"
    """Every fifth packet of a running belt says 0 km/h (Merach, ProForm Sport 7)."""

    TRUNCATED = "truncated"
    """Every third packet ends in the middle of a field that its flags promise."""

    SPLIT_DATA = "split_data"
    """One measurement comes in two packets, the first without speed (bit 0, "more data")."""

    ALL_ZERO_AT_REST = "all_zero_at_rest"
    """At rest a packet is nothing but zeros: dropped by pyftms, which showed 9.5 km/h for ever."""

    SHORT_TRAINING_STATUS = "short_training_status"
    """2AD3 has one byte instead of two at power-on (Domyos, Horizon 7.4AT)."""

    EMPTY_TRAINING_STATUS = "empty_training_status"
    """2AD3 is empty at power-on (likewise)."""

    SILENT_AT_REST = "silent_at_rest"
    """Sends no 2ACD while the belt stands (qdomyos-zwift #4023)."""

    FREEZES = "freezes"
    """Paused or stopped, it repeats its last packet, without 2ADA (qdomyos-zwift #2781, #3404).

    Mobvoi, DKN, Bowflex BXT216 and others. Until the belt is started again.
    """

    COUNTS_OVER = "counts_over"
    """Its distance and elapsed time are nearly full when its belt starts, and begin at 0 again.

    They have three and two bytes in 2ACD: 16,777 km and 18 hours.
    """

    RESETS_ON_STOP = "resets_on_stop"
    """Distance and elapsed time are 0 as soon as it is stopped, and while it stands."""

    COUNTS_STEPS = "counts_steps"
    """Treadmill Data has a step count, bit 13 of a newer specification (KingSmith)."""

    SILENT_ABOUT_COMMANDS = "silent_about_commands"
    """2ADA tells of the console only, not of commands that were obeyed."""

    # ---- how it is found

    ADVERTISES_UUID_ONLY = "advertises_uuid_only"
    """Advertises 1826 without service data, as many do."""

    ADVERTISES_NAME_ONLY = "advertises_name_only"
    """Advertises its name and nothing else."""

    ADVERTISES_BRIEFLY = "advertises_briefly"
    """Advertises for ``ADVERTISES_S`` after power-on only."""

    # ---- over DIRCON

    REPLIES_TO_WRITES = "replies_to_writes"
    """The answer of the control point comes with the one to the write, and indicated once more.

    As qdomyos-zwift does it when it plays a machine.
    """

    COUNTS_FOR_ITSELF = "counts_for_itself"
    """Every answer has sequence 0, whatever was asked."""

    NOTIFIES_UNASKED = "notifies_unasked"
    """Notifies whoever is connected of everything, subscribed or not (qdomyos-zwift)."""

    SAYS_NOTIFY = "says_notify"
    """The control point claims to notify: DIRCON has one message for both (Wahoo)."""

    BYTE_BY_BYTE = "byte_by_byte"
    """Every byte is its own TCP segment."""

    SEVERAL_AT_ONCE = "several_at_once"
    """Messages wait for others, and come together in one TCP segment."""


class WireFault(StrEnum):
    """What goes wrong between a machine and its central. Faults combine, and come and go.

    Those of the first group are played by the machine, the others by each transport in its way.
    """

    REFUSE_02 = "refuse_02"
    """Every command is answered with 02, not supported, and not obeyed."""

    REFUSE_03 = "refuse_03"
    """Every command is answered with 03, invalid parameter, and not obeyed."""

    REFUSE_04 = "refuse_04"
    """Every command is answered with 04, operation failed, and not obeyed."""

    REFUSE_05 = "refuse_05"
    """Every command is answered with 05, control not permitted, and not obeyed."""

    ATT_ERROR = "att_error"
    """Every read and write fails with an ATT error (0x0E, unlikely error)."""

    NO_INDICATION = "no_indication"
    """Commands are obeyed and the answer never comes, though 2ADA does (rule R6)."""

    SILENT = "silent"
    """Notifications stop while the control point still answers (rule R5)."""

    TAKEN = "taken"
    """Another app is connected: nobody else is let in."""

    HANG_UP = "hang_up"
    """The machine ends every connection at once."""

    BLACKOUT = "blackout"
    """Whatever is sent arrives nowhere, and nobody says so."""

    HALF_OPEN = "half_open"
    """The machine forgot the connection and did not say so; a new one would work."""

    REFUSE_CONNECTION = "refuse_connection"
    """The machine is there and refuses to be connected to."""

    NO_SLOT = "no_slot"
    """No adapter or proxy has a connection to spare."""

    PROXY_LOST = "proxy_lost"
    """The proxy between machine and Home Assistant is gone."""


class Failing(StrEnum):
    """What becomes of a part of a machine: one of its services or characteristics."""

    MISSING = "missing"
    """There is no such part."""

    REFUSED = "refused"
    """Reading it and subscribing to it are errors (ATT 5; 2 over DIRCON), as 2ADA of some.

    A control point takes writes all the same.
    """

    UNANSWERED = "unanswered"
    """Nothing comes back. Over Bluetooth nothing can be asked after it on that connection."""

    EMPTY = "empty"
    """Its value has no bytes."""

    CUT_SHORT = "cut_short"
    """Its value ends too early."""


REFUSALS: Final = {
    WireFault.REFUSE_02: 2,
    WireFault.REFUSE_03: 3,
    WireFault.REFUSE_04: 4,
    WireFault.REFUSE_05: 5,
}
