"""The families of treadmills there are, what is odd about each, and what may go wrong on the wire.

A quirk belongs to a machine and stays, a fault comes and goes. What is wrong with belt and deck
themselves is ``Fault`` of ``treadmills/faults.py``.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Final

from custom_components.descent.training.model import Machine, Range, Rates
from custom_components.descent.treadmills.physics import Preset

SLOW_START_S: Final = 15.0  # from Start to motion, on the slowest machine seen
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

    # ---- what it does

    SLOW_START = "slow_start"
    """Up to 15 s from Start to motion (KingSmith)."""

    MILES = "miles"
    """Reads opcode 02 in hundredths of mph (Bowflex T9, JFTM T202, imperial TM4800 and TM6500).

    Measurements and ranges are km/h nevertheless.
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


REFUSALS: Final = {
    WireFault.REFUSE_02: 2,
    WireFault.REFUSE_03: 3,
    WireFault.REFUSE_04: 4,
    WireFault.REFUSE_05: 5,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """One family of machines. ``machine`` is what belt and deck really can do, in true percent.

    An incline on the wire is ``true * incline_factor + incline_offset_pct``, both ways.
    """

    name: str  # what it goes by here
    advertised: str  # what it calls itself over the air; not unique
    machine: Machine
    rates: Rates = field(default_factory=Rates)  # the true ones
    quirks: frozenset[Quirk] = frozenset()
    telemetry_s: float = 1.0  # most machines notify once a second; FTMS leaves it open
    answer_s: float = 0.02  # from a command to its indication
    incline_factor: float = 1.0
    incline_offset_pct: float = 0.0
    manufacturer: str = "Simulated"

    def having(self, *quirks: Quirk) -> Profile:
        """Return this family with further quirks."""
        return replace(self, quirks=self.quirks | set(quirks))

    def wire_incline(self, true_pct: float) -> float:
        """Return what this machine calls a true incline."""
        return true_pct * self.incline_factor + self.incline_offset_pct

    def true_incline(self, wire_pct: float) -> float:
        """Return what an incline of this machine's really is."""
        return (wire_pct - self.incline_offset_pct) / self.incline_factor


def _range(limits: tuple[float, float, float]) -> Range:
    minimum, maximum, step = limits
    return Range(minimum=minimum, maximum=maximum, step=step)


def _machine(
    incline: tuple[float, float, float],
    speed: tuple[float, float, float] = (1.0, 20.0, 0.1),
    *,
    starts_and_stops: bool = True,
    sets_speed: bool = True,
) -> Machine:
    """Make a machine from what its data sheet says: least, most and step of deck and belt."""
    return Machine(
        speed=_range(speed),
        incline=_range(incline),
        can_start=starts_and_stops,
        can_stop=starts_and_stops,
        sets_speed=sets_speed,
    )


_FAMILIES = (
    # Behaves: the machine that the contract of all drivers is held against.
    Profile(name="typical", advertised="Treadmill", machine=Preset.TYPICAL.machine()),
    # adidas T-800: speed and incline over FTMS, in whole percents.
    Profile(
        name="t800",
        advertised="T-800",
        machine=_machine(incline=(-6.0, 40.0, 1.0)),
        rates=Rates(belt_kmh_s=0.8, deck_pct_s=1.0),
        quirks=frozenset({Quirk.FALSE_STEP}),
    ),
    # Lifesmart TM4500 and TM6500.
    Profile(
        name="lifesmart",
        advertised="TM6500",
        machine=_machine(incline=(-3.0, 15.0, 1.0), speed=(1.0, 16.0, 0.1)),
        quirks=frozenset({Quirk.ADVERTISES_UUID_ONLY}),
    ),
    # NordicFTMS on the console of an X22i or X32i: steep moves take about 10 to 12 s.
    Profile(
        name="nordic",
        advertised="NordicFTMS",
        machine=_machine(
            incline=(-6.0, 40.0, 0.5),
            speed=(1.0, 22.0, 0.1),
            starts_and_stops=False,
        ),
        rates=Rates(belt_kmh_s=1.0, deck_pct_s=4.0),
        telemetry_s=0.5,
        quirks=frozenset(
            {
                Quirk.NO_START_OR_STOP,
                Quirk.FALSE_FEATURES,
                Quirk.SUCCESS_FIRST,
                Quirk.INCLINE_IS_TARGET,
                Quirk.DEAF_AFTER_OVERRIDE,
            }
        ),
    ),
    # Sole F85 ENT: the runner sets the speed.
    Profile(
        name="f85",
        advertised="F85",
        machine=_machine(
            incline=(-5.0, 15.0, 1.0),
            starts_and_stops=False,
            sets_speed=False,
        ),
        quirks=frozenset({Quirk.FALSE_STEP}),
    ),
    # The same name on other hardware: this one does not decline, and what a decline does to it is
    # what rule R10 is for.
    Profile(
        name="f85_flat",
        advertised="F85",
        machine=_machine(
            incline=(0.0, 15.0, 1.0),
            starts_and_stops=False,
            sets_speed=False,
        ),
        quirks=frozenset({Quirk.DECLINE_DRIVES_UP}),
    ),
    # Wahoo KICKR RUN, over DIRCON.
    Profile(
        name="kickr",
        advertised="KICKR RUN",
        machine=_machine(incline=(-3.0, 15.0, 0.5), speed=(0.8, 24.0, 0.1)),
        rates=Rates(belt_kmh_s=1.5, deck_pct_s=1.0),
        telemetry_s=0.25,
        quirks=frozenset({Quirk.ANSWERS_EARLY}),
    ),
    # FitShow FS-*, and what shares its electronics.
    Profile(
        name="fitshow",
        advertised="FS-8A1B2C",
        machine=_machine(incline=(0.0, 15.0, 1.0), speed=(1.0, 16.0, 0.1)),
        quirks=frozenset({Quirk.REPEATS_UPSET}),
    ),
    # KingSmith MC-21.
    Profile(
        name="kingsmith",
        advertised="KS-MC21",
        machine=_machine(incline=(0.0, 12.0, 1.0), speed=(0.5, 12.0, 0.1)),
        quirks=frozenset(
            {
                Quirk.CONTROL_FAILS,
                Quirk.STATUS_ANSWERS,
                Quirk.SLOW_START,
                Quirk.COUNTS_STEPS,
                Quirk.ADVERTISES_NAME_ONLY,
            }
        ),
    ),
    # Bowflex T9, JFTM T202, and others with an imperial console.
    Profile(
        name="imperial",
        advertised="Bowflex T9",
        machine=_machine(incline=(-5.0, 15.0, 0.5), speed=(0.8, 20.0, 0.1)),
        quirks=frozenset({Quirk.MILES}),
    ),
    # A deck that moves, and says nothing of how far.
    Profile(
        name="no_range",
        advertised="Treadmill 1",
        machine=_machine(incline=(-3.0, 12.0, 0.5)),
        quirks=frozenset({Quirk.NO_INCLINE_RANGE, Quirk.NAMELESS}),
    ),
    Profile(
        name="zero_range",
        advertised="Treadmill 2",
        machine=_machine(incline=(-3.0, 12.0, 0.5)),
        quirks=frozenset({Quirk.ZERO_INCLINE_RANGE}),
    ),
    # Reads 6 % at a true 0 (qdomyos-zwift #5113).
    Profile(
        name="offset",
        advertised="iFIT_T6",
        machine=_machine(incline=(-6.0, 9.0, 0.5)),
        incline_offset_pct=6.0,
    ),
    # Merach, ProForm Sport 7.
    Profile(
        name="merach",
        advertised="MRK-T12",
        machine=_machine(incline=(0.0, 12.0, 1.0), speed=(1.0, 16.0, 0.1)),
        quirks=frozenset({Quirk.TRANSIENT_ZEROS, Quirk.SILENT_ABOUT_COMMANDS}),
    ),
    # Horizon 7.4AT, Domyos.
    Profile(
        name="horizon",
        advertised="HORIZON_7.4AT",
        machine=_machine(incline=(0.0, 15.0, 0.5)),
        quirks=frozenset({Quirk.SHORT_TRAINING_STATUS, Quirk.TRUNCATED}),
    ),
)

PROFILES: Final = {profile.name: profile for profile in _FAMILIES}
