"""The families of treadmills there are, and which quirks each has."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from custom_components.descent.training.model import Machine, Range, Rates
from custom_components.descent.treadmills.physics import Preset
from tests.machines.quirks import REFUSALS, Failing, Quirk, WireFault

__all__ = ["KMH_PER_MPH", "PROFILES", "REFUSALS", "Failing", "Profile", "Quirk", "WireFault"]

KMH_PER_MPH: Final = 1.609344


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """One family of machines. ``machine`` is what belt and deck really can do, in true percent.

    An incline on the wire is ``true * incline_factor + incline_offset_pct``, both ways. A speed on
    the wire is in km/h, or in mph: see the quirks.
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
    # What it says of itself when it is asked; it does not know what is empty.
    manufacturer: str = "Simulated"
    serial: str = "24-0815"
    hardware: str = "B"
    firmware: str = "1.4.2"
    # What becomes of its parts, by the number of service or characteristic.
    failing: Mapping[int, Failing] = field(default_factory=dict)

    def having(self, *quirks: Quirk) -> Profile:
        """Return this family with further quirks."""
        return replace(self, quirks=self.quirks | set(quirks))

    @property
    def measured_kmh(self) -> float:
        """How many km/h one is that this machine measures, offers as a range, or tells of."""
        return KMH_PER_MPH if Quirk.MILES_EVERYWHERE in self.quirks else 1.0

    @property
    def commanded_kmh(self) -> float:
        """How many km/h one is that this machine is told."""
        return KMH_PER_MPH if self.quirks & {Quirk.MILES, Quirk.MILES_EVERYWHERE} else 1.0

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
        quirks=frozenset({Quirk.ANSWERS_EARLY, Quirk.SAYS_NOTIFY}),
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
    # JFTM T202, and others with an imperial console that want miles and measure kilometres.
    Profile(
        name="imperial",
        advertised="JFTMT202",
        machine=_machine(incline=(-5.0, 15.0, 0.5), speed=(0.8, 20.0, 0.1)),
        quirks=frozenset({Quirk.MILES}),
    ),
    # Bowflex T9 and others, while their display shows miles: 0.5 to 12 mph in tenths.
    Profile(
        name="miles",
        advertised="Bowflex T9",
        machine=_machine(
            incline=(-5.0, 15.0, 0.5),
            speed=(0.5 * KMH_PER_MPH, 12.0 * KMH_PER_MPH, 0.1 * KMH_PER_MPH),
        ),
        quirks=frozenset({Quirk.MILES_EVERYWHERE}),
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
    # Mobvoi, DKN, Bowflex BXT216: paused, they repeat the last packet.
    Profile(
        name="frozen",
        advertised="Mobvoi HTP",
        machine=_machine(incline=(0.0, 12.0, 1.0), speed=(1.0, 16.0, 0.1)),
        quirks=frozenset({Quirk.FREEZES}),
    ),
    # Measures only while the belt moves.
    Profile(
        name="silent",
        advertised="Treadmill 3",
        machine=_machine(incline=(-3.0, 12.0, 0.5)),
        quirks=frozenset({Quirk.SILENT_AT_REST}),
    ),
    # iConcept, T01: levels, each of them 6.67 percent on the wire (qdomyos-zwift #2511).
    Profile(
        name="levels",
        advertised="T01_52C1",
        machine=_machine(incline=(0.0, 12.0, 1.0), speed=(1.0, 16.0, 0.1)),
        incline_factor=6.67,
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
