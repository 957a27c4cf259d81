"""What a fitness machine says, as bytes. It shares no code with the driver's codec.

Little-endian throughout. Speeds are km/h (0.01 on the wire), inclines percent (0.1 on the wire).
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum
import struct
from typing import Final

NO_ANGLE: Final = 0x7FFF  # "data not available" of incline and ramp angle
NO_ENERGY: Final = 0xFFFF  # likewise of energy in all and per hour
NO_ENERGY_A_MINUTE: Final = 0xFF


class Answer(IntEnum):
    """The last byte of an answer of the control point."""

    SUCCESS = 1
    NOT_SUPPORTED = 2
    INVALID = 3
    FAILED = 4
    NOT_PERMITTED = 5


class Training(IntEnum):
    """What a machine says it is being used for (the few of sixteen that treadmills use)."""

    OTHER = 0x00
    IDLE = 0x01
    MANUAL = 0x0D
    PRE_WORKOUT = 0x0E
    POST_WORKOUT = 0x0F


def unsigned(value: float, size: int) -> bytes:
    """Round to a whole number of ``size`` bytes; the largest one if it does not fit."""
    return min(round(value), (1 << 8 * size) - 1).to_bytes(size, "little")


def signed(value: float) -> bytes:
    """Round to a signed number of two bytes."""
    return struct.pack("<h", round(value))


def treadmill_data(  # noqa: PLR0913  (one for each field of 2ACD)
    *,
    speed_kmh: float | None = None,
    average_speed_kmh: float | None = None,
    distance_m: float | None = None,
    incline_pct: float | None = None,
    ramp_deg: float | None = None,
    climb_m: tuple[float, float] | None = None,
    pace_km_per_min: float | None = None,
    average_pace_km_per_min: float | None = None,
    energy_kcal: float | None = None,
    heart_rate_bpm: int | None = None,
    met: float | None = None,
    elapsed_s: float | None = None,
    remaining_s: float | None = None,
    force_and_power: tuple[int, int] | None = None,
    steps: int | None = None,
) -> bytes:
    """Make the value of 2ACD; the flags follow from what is there.

    ``climb_m`` is metres up and metres down. Energy comes without its rates, as most machines send
    it, and an incline without ramp angle with the mark for none.
    """
    incline = _number(incline_pct, 10, 2)
    ramp = NO_ANGLE.to_bytes(2, "little") if ramp_deg is None else signed(ramp_deg * 10)
    energy = _number(energy_kcal, 1, 2)
    rates = NO_ENERGY.to_bytes(2, "little") + bytes([NO_ENERGY_A_MINUTE])
    fields = {
        1: _number(average_speed_kmh, 100, 2),
        2: _number(distance_m, 1, 3),
        3: None if incline is None else incline + ramp,
        4: None if climb_m is None else _each((metres * 10 for metres in climb_m), 2),
        5: _number(pace_km_per_min, 10, 1),
        6: _number(average_pace_km_per_min, 10, 1),
        7: None if energy is None else energy + rates,
        8: _number(heart_rate_bpm, 1, 1),
        9: _number(met, 10, 1),
        10: _number(elapsed_s, 1, 2),
        11: _number(remaining_s, 1, 2),
        12: None if force_and_power is None else b"".join(map(signed, force_and_power)),
        13: _number(steps, 1, 3),
    }
    # Bit 0 is the one that says what is missing: "more data", in another packet.
    speed = _number(speed_kmh, 100, 2)
    flags = sum(1 << bit for bit, value in fields.items() if value is not None) | (speed is None)
    body = (value for value in (speed, *fields.values()) if value is not None)
    return struct.pack("<H", flags) + b"".join(body)


def speed_range(minimum_kmh: float, maximum_kmh: float, step_kmh: float) -> bytes:
    """Make the value of 2AD4."""
    return _each((value * 100 for value in (minimum_kmh, maximum_kmh, step_kmh)), 2)


def incline_range(minimum_pct: float, maximum_pct: float, step_pct: float) -> bytes:
    """Make the value of 2AD5."""
    return signed(minimum_pct * 10) + signed(maximum_pct * 10) + unsigned(step_pct * 10, 2)


def features(machine_bits: Iterable[int], target_bits: Iterable[int]) -> bytes:
    """Make the value of 2ACC from the numbers of the bits set."""
    return struct.pack(
        "<II", sum(1 << bit for bit in machine_bits), sum(1 << bit for bit in target_bits)
    )


def answer(opcode: int, result: int) -> bytes:
    """Make what the control point indicates."""
    return bytes((0x80, opcode, result))


def training_status(status: Training) -> bytes:
    """Make the value of 2AD3, without its text."""
    return bytes((0, status))


# ---- machine status, 2ADA

RESET: Final = b"\x01"
STOPPED: Final = b"\x02\x01"
PAUSED: Final = b"\x02\x02"
SAFETY_KEY: Final = b"\x03"
STARTED: Final = b"\x04"
CONTROL_LOST: Final = b"\xff"


def speed_changed(speed_kmh: float) -> bytes:
    """Say that the target speed is another one now."""
    return b"\x05" + unsigned(speed_kmh * 100, 2)


def incline_changed(incline_pct: float) -> bytes:
    """Say that the target incline is another one now."""
    return b"\x06" + signed(incline_pct * 10)


def _number(value: float | None, scale: int, size: int) -> bytes | None:
    """Encode a field that may be missing; one that may be negative has two bytes."""
    if value is None:
        return None
    return signed(value * scale) if value < 0 else unsigned(value * scale, size)


def _each(values: Iterable[float], size: int) -> bytes:
    return b"".join(unsigned(value, size) for value in values)
