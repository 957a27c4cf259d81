"""What a simulated fitness machine says of itself: what it can do, and what it measures."""

from __future__ import annotations

from collections.abc import Mapping
import math
from typing import Final

from custom_components.descent.training.model import Telemetry
from custom_components.descent.treadmills import gatt
from custom_components.descent.treadmills.faults import TRANSIENT_ZERO_EVERY
from custom_components.descent.treadmills.gatt import Property
from custom_components.descent.treadmills.physics import Belt, BeltAndDeck
from tests.machines import wire
from tests.machines.profiles import Failing, Profile, Quirk
from tests.machines.wire import Training

FALSE_STEP_PCT: Final = 0.1
TRUNCATE_EVERY: Final = 3  # packets
TRUNCATE_AT: Final = 8  # bytes: in the middle of the incline
NEAR: Final = 1e-6
METRES_PER_STEP: Final = 0.8
INDOOR_BIKE_DATA: Final = 0x2AD2
FULL_M, FULL_S = 1 << 24, 1 << 16  # where three and two bytes begin at 0 again
NEARLY_FULL_M, NEARLY_FULL_S = 40, 30  # of that is left when the belt starts

# Bits of 2ACC: what a treadmill measures, and what can be set.
_MEASURES_DISTANCE, _MEASURES_INCLINE, _COUNTS_STEPS = 2, 3, 6
_MEASURES_HEART_RATE, _MEASURES_TIME = 10, 12
_SETS_SPEED, _SETS_INCLINE = 0, 1

_ON_ITS_WAY = {Belt.COUNTDOWN, Belt.RUNNING}
_TRAINING_OF_BELT = {
    Belt.STANDING: Training.IDLE,
    Belt.COUNTDOWN: Training.PRE_WORKOUT,
    Belt.RUNNING: Training.MANUAL,
    Belt.STOPPING: Training.POST_WORKOUT,
}


def services(profile: Profile) -> dict[int, dict[int, Property]]:
    """Return the GATT services of a family, each with its characteristics."""
    gone = {number for number, how in profile.failing.items() if how is Failing.MISSING}
    return {
        service: {number: able for number, able in offered.items() if number not in gone}
        for service, offered in _services(profile).items()
        if service not in gone
    }


def _services(profile: Profile) -> dict[int, dict[int, Property]]:
    fitness_machine = {
        gatt.FEATURE: Property.READ,
        gatt.TREADMILL_DATA: Property.NOTIFY,
        gatt.TRAINING_STATUS: Property.READ | Property.NOTIFY,
        gatt.SPEED_RANGE: Property.READ,
        gatt.INCLINE_RANGE: Property.READ,
        gatt.CONTROL_POINT: Property.WRITE | Property.INDICATE,
        gatt.MACHINE_STATUS: Property.NOTIFY,
    }
    if Quirk.PEDALLED in profile.quirks:
        del fitness_machine[gatt.TREADMILL_DATA]
        fitness_machine[INDOOR_BIKE_DATA] = Property.NOTIFY
    if Quirk.NO_INCLINE_RANGE in profile.quirks:
        del fitness_machine[gatt.INCLINE_RANGE]
    if Quirk.NAMELESS in profile.quirks:
        return {gatt.FITNESS_MACHINE: fitness_machine}
    names = {number for number, said in _names(profile).items() if said}
    return {
        gatt.FITNESS_MACHINE: fitness_machine,
        gatt.DEVICE_INFORMATION: dict.fromkeys(sorted(names), Property.READ),
    }


def _names(profile: Profile) -> dict[int, str]:
    """Return what a family calls itself, by characteristic."""
    return {
        gatt.MANUFACTURER: profile.manufacturer,
        gatt.MODEL: profile.advertised,
        gatt.SERIAL: profile.serial,
        gatt.HARDWARE: profile.hardware,
        gatt.FIRMWARE: profile.firmware,
    }


def description(profile: Profile) -> Mapping[int, bytes]:
    """Return the values of a family that never change, by characteristic."""
    speed, incline, quirks = profile.machine.speed, profile.machine.incline, profile.quirks
    unit = profile.measured_kmh
    measured = [_MEASURES_DISTANCE, _MEASURES_INCLINE, _MEASURES_HEART_RATE, _MEASURES_TIME]
    if Quirk.COUNTS_STEPS in quirks:
        measured.append(_COUNTS_STEPS)
    settable = [_SETS_SPEED] * profile.machine.sets_speed
    settable += [_SETS_INCLINE] * profile.machine.sets_incline
    step = FALSE_STEP_PCT if Quirk.FALSE_STEP in quirks else incline.step
    inclines = wire.incline_range(
        profile.wire_incline(incline.minimum),
        profile.wire_incline(incline.maximum),
        step * profile.incline_factor,
    )
    return {
        gatt.FEATURE: bytes(8)
        if Quirk.FALSE_FEATURES in quirks
        else wire.features(measured, settable),
        gatt.SPEED_RANGE: wire.speed_range(
            math.floor(speed.minimum / unit * 100 + NEAR) / 100,
            math.ceil(speed.maximum / unit * 100 - NEAR) / 100,
            math.floor(speed.step / unit * 100 + NEAR) / 100,
        ),
        gatt.INCLINE_RANGE: bytes(6) if Quirk.ZERO_INCLINE_RANGE in quirks else inclines,
        **{number: said.encode() for number, said in _names(profile).items()},
    }


class Sensors:
    """What a machine measures. ``observe`` wants to be called after whatever may start a belt."""

    def __init__(self, belt_and_deck: BeltAndDeck, profile: Profile) -> None:
        """Count from zero."""
        self._belt_and_deck = belt_and_deck
        self._profile = profile
        self._began = (0.0, 0.0)  # second and metre of the last start
        self._ended: float | None = 0.0  # second at which the belt was seen to stand again
        self._moved = False  # since power-on
        self._packets = 0
        self._last: tuple[bytes, ...] = ()  # of the running belt
        self._running = belt_and_deck.measure(0.0)  # likewise

    def observe(self, now: float) -> None:
        """Count time and distance from the last start."""
        standing = self._belt_and_deck.belt(now) is Belt.STANDING
        if standing and self._ended is None:
            self._ended = now
        if not standing and self._ended is not None:
            self._began = (now, self._belt_and_deck.distance_m(now))
            self._ended = None
            self._moved = True

    def training(self, now: float) -> Training:
        """Return what the machine is being used for."""
        return _TRAINING_OF_BELT[self._belt_and_deck.belt(now)]

    def training_status(self, now: float) -> bytes:
        """Return the value of 2AD3."""
        if not self._moved and Quirk.EMPTY_TRAINING_STATUS in self._profile.quirks:
            return b""
        if not self._moved and Quirk.SHORT_TRAINING_STATUS in self._profile.quirks:
            return b"\x00"
        return wire.training_status(self.training(now))

    def packets(self, now: float, heart_rate_bpm: int | None) -> tuple[bytes, ...]:
        """Measure, and return one measurement as the values of 2ACD it is notified in."""
        self.observe(now)
        if Quirk.FREEZES in self._profile.quirks:
            frozen = self._last and self._belt_and_deck.belt(now) is not Belt.RUNNING
            if frozen and not self._belt_and_deck.safety_key_out:
                if Quirk.RESETS_ON_STOP in self._profile.quirks:
                    return self._packed(now, heart_rate_bpm, self._running)
                return self._last
            self._last = self._measured(now, heart_rate_bpm)
            return self._last
        return self._measured(now, heart_rate_bpm)

    def _measured(self, now: float, heart_rate_bpm: int | None) -> tuple[bytes, ...]:
        self._running = self._belt_and_deck.measure(now)
        return self._packed(now, heart_rate_bpm, self._running)

    def _packed(
        self, now: float, heart_rate_bpm: int | None, measured: Telemetry
    ) -> tuple[bytes, ...]:
        self._packets += 1
        quirks = self._profile.quirks
        speed, incline = (
            measured.speed_kmh / self._profile.measured_kmh,
            measured.incline_pct or 0.0,
        )
        if Quirk.TRANSIENT_ZEROS in quirks and not self._packets % TRANSIENT_ZERO_EVERY:
            speed = 0.0
        if Quirk.INCLINE_IS_TARGET in quirks:
            incline = self._belt_and_deck._deck.target
        if Quirk.SILENT_AT_REST in quirks and not measured.speed_kmh:
            return ()
        if Quirk.ALL_ZERO_AT_REST in quirks and not speed:
            return (wire.treadmill_data(speed_kmh=0.0),)
        incline = self._profile.wire_incline(incline)
        metres = self._belt_and_deck.distance_m(now) - self._began[1]
        seconds = (now if self._ended is None else self._ended) - self._began[0]
        if Quirk.RESETS_ON_STOP in quirks and self._belt_and_deck.belt(now) not in _ON_ITS_WAY:
            metres = seconds = 0.0
        steps = int(metres / METRES_PER_STEP) if Quirk.COUNTS_STEPS in quirks else None
        if Quirk.COUNTS_OVER in quirks and seconds:
            metres = (metres + FULL_M - NEARLY_FULL_M) % FULL_M
            seconds = (seconds + FULL_S - NEARLY_FULL_S) % FULL_S
        if Quirk.SPLIT_DATA in quirks:
            return (
                wire.treadmill_data(
                    distance_m=metres,
                    heart_rate_bpm=heart_rate_bpm,
                    elapsed_s=seconds,
                    steps=steps,
                ),
                wire.treadmill_data(speed_kmh=speed, incline_pct=incline),
            )
        packet = wire.treadmill_data(
            speed_kmh=speed,
            distance_m=metres,
            incline_pct=incline,
            heart_rate_bpm=heart_rate_bpm,
            elapsed_s=seconds,
            steps=steps,
        )
        if Quirk.TRUNCATED in quirks and not self._packets % TRUNCATE_EVERY:
            packet = packet[:TRUNCATE_AT]
        return (packet,)
