"""What can be wrong with a simulated machine. Each fault is an incident from the field."""

from __future__ import annotations

from enum import StrEnum

OVERSHOOT_KMH = 1.5  # more than rule R12 tolerates (1.0 km/h, 1.5 %)
OVERSHOOT_PCT = 2.0
INCLINE_OFFSET_PCT = 6.0  # as in qdomyos-zwift #5113
NOISE = 0.1  # km/h and %
TRANSIENT_ZERO_EVERY = 5  # frames
ANSWER_DELAY_S = 1.5  # long for a machine, short enough for any time limit


class SimulatedFault(StrEnum):
    """Faults combine. The safety key and the console's Stop work in spite of every one of them."""

    # What Descent hears: measurements and status

    SILENCE = "silence"
    """Notifications stop, commands still work: a BLE link whose notifications died (rule R5)."""

    LINK_LOST = "link_lost"
    """No contact: commands raise ``NotConnectedError``, ``Link(False)`` is reported (rule R5)."""

    TRANSIENT_ZERO = "transient_zero"
    """Single frames of 0 km/h from a running belt, as Merach and ProForm Sport 7 send them."""

    INCLINE_OFFSET = "incline_offset"
    """Reads 6 % at a true 0 (qdomyos-zwift #5113); commands are taken truly."""

    NOISE = "noise"
    """While the belt moves, readings lie within 0.1 km/h and 0.1 % of the truth."""

    # What it answers

    REJECT = "reject"
    """Every command is refused, a stop too, and nothing moves (FTMS results 02 to 05)."""

    NO_ANSWER = "no_answer"
    """Obeys, but the indication never comes: the outcome is unknown (rule R6)."""

    DELAYED_ANSWER = "delayed_answer"
    """Obeys at once and answers ``ANSWER_DELAY_S`` later (the driver does the waiting)."""

    # What it does

    IGNORE = "ignore"
    """Says SUCCESS and does nothing, as NordicFTMS over DIRCON after a console override.

    Stops are obeyed; see ``STOP_IGNORED``.
    """

    WRONG_WAY = "wrong_way"
    """Moves away from what was asked: a decline drove a deck up to +15 % (qdomyos-zwift #2552).

    Likewise, every + or - accelerated a belt (#3382).
    """

    OVERSHOOT = "overshoot"
    """Goes past what was asked and stays there (rule R12)."""

    BELT_STUCK = "belt_stuck"
    """The speed stays as it is, even in mid-change: commands succeed and move nothing (rule R6).

    Stopping works.
    """

    DECK_STUCK = "deck_stuck"
    """The incline stays as it is, even in mid-move (rules R6 and R8)."""

    STOP_IGNORED = "stop_ignored"
    """A stop command is accepted and the belt runs on (rule R4: "use the safety key")."""
