"""The bytes of the Fitness Machine Service as values, and values as bytes. No procedure, no link.

Numbers are handed out as the machine sent them: whether a speed of 655.35 km/h can be true is for
the driver to judge. Only what a machine offers as a *range* is refused here if no treadmill has it.
Decoding never raises: machines send short and empty packets, above all when they are switched on.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum, IntFlag
from functools import lru_cache
from struct import Struct
from typing import Any, Final, NamedTuple

from ..training.model import HIGHEST_SPEED_KMH, STEEPEST_PCT, Range


class Opcode(IntEnum):
    """What is asked through the control point (2AD9): those that treadmills have."""

    REQUEST_CONTROL = 0x00
    RESET = 0x01
    SET_SPEED = 0x02
    SET_INCLINE = 0x03
    START = 0x07
    STOP_OR_PAUSE = 0x08


class Result(IntEnum):
    """What the control point answers."""

    SUCCESS = 1
    NOT_SUPPORTED = 2
    INVALID = 3
    FAILED = 4
    NOT_PERMITTED = 5


REQUEST_CONTROL: Final = bytes((Opcode.REQUEST_CONTROL,))
START: Final = bytes((Opcode.START,))  # or resume
STOP: Final = bytes((Opcode.STOP_OR_PAUSE, 1))
PAUSE: Final = bytes((Opcode.STOP_OR_PAUSE, 2))

_U16: Final = Struct("<H")
_S16: Final = Struct("<h")
_SPEED_REQUEST: Final = Struct("<BH")
_INCLINE_REQUEST: Final = Struct("<Bh")
_SPEED_RANGE: Final = Struct("<HHH")
_INCLINE_RANGE: Final = Struct("<hhH")
_FEATURES: Final = Struct("<II")

_RESPONSE: Final = 0x80  # first byte of an answer
_RESPONSE_BYTES: Final = 3


def encode_speed(speed: float) -> bytes:
    """Ask for a belt speed, in km/h or whatever unit the machine takes; two decimals are sent.

    Raises ``ValueError`` outside 0 to 655.35, and for what is not finite.
    """
    if not 0 <= speed <= 655.35:  # noqa: PLR2004  (what 16 bits hold)
        msg = f"not a speed that can be sent: {speed!r}"
        raise ValueError(msg)
    return _SPEED_REQUEST.pack(Opcode.SET_SPEED, round(speed * 100))


def encode_incline(incline_pct: float) -> bytes:
    """Ask for a deck angle in signed percent; one decimal is sent.

    Raises ``ValueError`` outside -3276.8 to 3276.7, and for what is not finite.
    """
    if not -3276.8 <= incline_pct <= 3276.7:  # noqa: PLR2004  (what 16 bits hold)
        msg = f"not an incline that can be sent: {incline_pct!r}"
        raise ValueError(msg)
    return _INCLINE_REQUEST.pack(Opcode.SET_INCLINE, round(incline_pct * 10))


@dataclass(frozen=True, slots=True)
class Response:
    """An answer of the control point: to which request, and a ``Result`` (or an unknown one)."""

    opcode: int
    result: int


def decode_response(value: bytes) -> Response | None:
    """Read an indication of the control point; ``None`` if it is no answer."""
    if len(value) < _RESPONSE_BYTES or value[0] != _RESPONSE:
        return None
    return Response(value[1], value[2])


def decode_speed_range(value: bytes) -> Range | None:
    """Read the speeds a machine offers (2AD4), in km/h; ``None`` if no treadmill has such a range.

    Machines whose console shows miles may mean mph here too.
    """
    return _range(value, _SPEED_RANGE, 100, HIGHEST_SPEED_KMH)


def decode_incline_range(value: bytes, steepest: float = STEEPEST_PCT) -> Range | None:
    """Read the inclines a machine offers (2AD5), in percent; ``None`` as with speeds.

    ``steepest`` is what the machine may call its steepest, where its numbers are no true percents.
    """
    return _range(value, _INCLINE_RANGE, 10, steepest)


def _range(value: bytes, layout: Struct, per_unit: int, bound: float) -> Range | None:
    if len(value) < layout.size:
        return None
    minimum, maximum, step = layout.unpack_from(value)
    if minimum < -bound * per_unit or maximum > bound * per_unit:
        return None
    if not 0 < step <= maximum - minimum:
        return None
    try:
        return Range(minimum=minimum / per_unit, maximum=maximum / per_unit, step=step / per_unit)
    except ValueError:
        return None  # the step: coarser than a treadmill's


class MachineFeature(IntFlag):
    """What a machine says it measures (2ACC, first half). Often wrong: a hint, never a gate."""

    AVERAGE_SPEED = 1 << 0
    CADENCE = 1 << 1
    TOTAL_DISTANCE = 1 << 2
    INCLINATION = 1 << 3
    ELEVATION_GAIN = 1 << 4
    PACE = 1 << 5
    STEP_COUNT = 1 << 6
    RESISTANCE_LEVEL = 1 << 7
    STRIDE_COUNT = 1 << 8
    EXPENDED_ENERGY = 1 << 9
    HEART_RATE = 1 << 10
    METABOLIC_EQUIVALENT = 1 << 11
    ELAPSED_TIME = 1 << 12
    REMAINING_TIME = 1 << 13
    POWER = 1 << 14
    FORCE_ON_BELT = 1 << 15
    USER_DATA = 1 << 16


class TargetFeature(IntFlag):
    """What a machine says it can be told (2ACC, second half); the bits above are for bikes."""

    SPEED = 1 << 0
    INCLINATION = 1 << 1
    RESISTANCE = 1 << 2
    POWER = 1 << 3
    HEART_RATE = 1 << 4
    EXPENDED_ENERGY = 1 << 5
    STEP_NUMBER = 1 << 6
    STRIDE_NUMBER = 1 << 7
    DISTANCE = 1 << 8
    TRAINING_TIME = 1 << 9
    TIME_IN_TWO_ZONES = 1 << 10
    TIME_IN_THREE_ZONES = 1 << 11
    TIME_IN_FIVE_ZONES = 1 << 12


@dataclass(frozen=True, slots=True)
class Features:
    """What a machine says it can do; bits nobody has named yet are kept."""

    machine: MachineFeature
    target: TargetFeature


def decode_features(value: bytes) -> Features | None:
    """Read the features of a machine (2ACC); ``None`` if too short."""
    if len(value) < _FEATURES.size:
        return None
    machine, target = _FEATURES.unpack_from(value)
    return Features(MachineFeature(machine), TargetFeature(target))


class StatusCode(IntEnum):
    """What happened at the machine (2ADA). Between 06 and FF are targets of other machines."""

    RESET = 0x01
    STOPPED_OR_PAUSED = 0x02
    SAFETY_KEY = 0x03
    STARTED = 0x04  # or resumed
    SPEED_CHANGED = 0x05  # the target, as the next one
    INCLINE_CHANGED = 0x06
    CONTROL_LOST = 0xFF


@dataclass(frozen=True, slots=True, kw_only=True)
class MachineStatus:
    """One thing that happened: a ``StatusCode`` (or an unknown one) and what it says besides.

    ``speed`` is in the unit of the machine's control point, ``incline_pct`` in signed percent; both
    are targets.
    """

    code: int
    paused: bool = False  # with STOPPED_OR_PAUSED: paused, not stopped
    speed: float | None = None
    incline_pct: float | None = None


_PAUSED: Final = b"\x02"  # after STOPPED_OR_PAUSED
_ONE_WORD: Final = 3  # bytes of a status with a 16-bit number


def decode_status(value: bytes) -> MachineStatus | None:
    """Read what happened at the machine; ``None`` if empty.

    A stop that does not say which kind it is counts as a stop, not as a pause.
    """
    if not value:
        return None
    code = value[0]
    if code == StatusCode.STOPPED_OR_PAUSED:
        return MachineStatus(code=code, paused=value[1:2] == _PAUSED)
    if len(value) >= _ONE_WORD and code == StatusCode.SPEED_CHANGED:
        return MachineStatus(code=code, speed=_U16.unpack_from(value, 1)[0] / 100)
    if len(value) >= _ONE_WORD and code == StatusCode.INCLINE_CHANGED:
        return MachineStatus(code=code, incline_pct=_S16.unpack_from(value, 1)[0] / 10)
    return MachineStatus(code=code)


class TrainingCode(IntEnum):
    """What the machine's own program is at (2AD3)."""

    OTHER = 0x00
    IDLE = 0x01
    WARMING_UP = 0x02
    LOW_INTENSITY_INTERVAL = 0x03
    HIGH_INTENSITY_INTERVAL = 0x04
    RECOVERY_INTERVAL = 0x05
    ISOMETRIC = 0x06
    HEART_RATE_CONTROL = 0x07
    FITNESS_TEST = 0x08
    SPEED_TOO_LOW = 0x09  # outside of the control region
    SPEED_TOO_HIGH = 0x0A
    COOL_DOWN = 0x0B
    WATT_CONTROL = 0x0C
    MANUAL_MODE = 0x0D
    PRE_WORKOUT = 0x0E
    POST_WORKOUT = 0x0F


@dataclass(frozen=True, slots=True)
class TrainingStatus:
    """Where the machine's program stands: a ``TrainingCode`` (or an unknown one), and a text."""

    code: int
    text: str = ""


_TRAINING_BYTES: Final = 2  # without text


def decode_training_status(value: bytes) -> TrainingStatus | None:
    """Read where the machine's program stands; ``None`` if too short, as at power-on."""
    if len(value) < _TRAINING_BYTES:
        return None
    flags, code = value[:_TRAINING_BYTES]
    text = value[_TRAINING_BYTES:] if flags & 1 else b""
    return TrainingStatus(code, text.decode(errors="replace"))


class TreadmillData(NamedTuple):
    """One packet of measurements (2ACD). ``None``: not sent, or the machine does not know it.

    Many machines send a heart rate of 0 while nobody wears a strap. A tuple, because that is made
    in a third of the time, and nothing else here is made every second; go by the names.
    """

    speed_kmh: float | None = None
    average_speed_kmh: float | None = None
    distance_m: int | None = None
    incline_pct: float | None = None
    ramp_deg: float | None = None
    gain_m: float | None = None
    loss_m: float | None = None
    pace_km_per_min: float | None = None
    average_pace_km_per_min: float | None = None
    energy_kcal: int | None = None
    energy_per_hour_kcal: int | None = None
    energy_per_minute_kcal: int | None = None
    heart_rate_bpm: int | None = None
    met: float | None = None
    elapsed_s: int | None = None
    remaining_s: int | None = None
    force_n: int | None = None
    power_w: int | None = None
    steps: int | None = None
    missing: tuple[str, ...] = ()  # fields that the packet announces and is too short to hold


class _Field(NamedTuple):
    bit: int  # of the flags, set if present (bit 0: clear if present)
    name: str
    wire: str  # its format for struct
    value: Callable[[Any], float | None]


def _u24(raw: bytes) -> int:
    return int.from_bytes(raw, "little")


def _tenths(raw: int) -> float:
    return raw / 10


def _hundredths(raw: int) -> float:
    return raw / 100


def _known(unknown: int) -> Callable[[int], int | None]:
    return lambda raw: None if raw == unknown else raw


def _known_tenths(raw: int) -> float | None:
    return None if raw == _UNKNOWN_S16 else raw / 10


def _per_500_m(raw: int) -> float:
    return 30 / raw if raw else 0.0  # seconds for 500 m as km/min


_UNKNOWN_S16: Final = 0x7FFF
_FIELDS: Final = (  # in the order of the packet and of TreadmillData
    _Field(0, "speed_kmh", "H", _hundredths),
    _Field(1, "average_speed_kmh", "H", _hundredths),
    _Field(2, "distance_m", "3s", _u24),
    _Field(3, "incline_pct", "h", _known_tenths),
    _Field(3, "ramp_deg", "h", _known_tenths),
    _Field(4, "gain_m", "H", _tenths),
    _Field(4, "loss_m", "H", _tenths),
    _Field(5, "pace_km_per_min", "B", _tenths),
    _Field(6, "average_pace_km_per_min", "B", _tenths),
    _Field(7, "energy_kcal", "H", _known(0xFFFF)),
    _Field(7, "energy_per_hour_kcal", "H", _known(0xFFFF)),
    _Field(7, "energy_per_minute_kcal", "B", _known(0xFF)),
    _Field(8, "heart_rate_bpm", "B", int),
    _Field(9, "met", "B", _tenths),
    _Field(10, "elapsed_s", "H", int),
    _Field(11, "remaining_s", "H", int),
    _Field(12, "force_n", "h", _known(_UNKNOWN_S16)),
    _Field(12, "power_w", "h", _known(_UNKNOWN_S16)),
    # Reserved in the service; KingSmith's WalkingPads and others send steps here.
    _Field(13, "steps", "3s", _u24),
)
_PACE_BITS: Final = (5, 6)


def _struct(fields: list[_Field]) -> Struct:
    return Struct("<2x" + "".join(field.wire for field in fields))  # behind the flags


def _wide(field: _Field) -> _Field:
    return field._replace(wire="H", value=_per_500_m) if field.bit in _PACE_BITS else field


class _Layout(NamedTuple):
    """How to read packets with certain flags and a certain length."""

    struct: Struct
    places: tuple[tuple[int, Callable[[Any], float | None]], ...]  # in TreadmillData, and how
    missing: tuple[str, ...]


@lru_cache(maxsize=64)  # a machine has one or two kinds of packet; garbage has no end of them
def _layout(flags: int, length: int) -> _Layout:
    present = flags ^ 1  # of bit 0 the meaning is turned around
    fields = [field for field in _FIELDS if present >> field.bit & 1]
    # A pace was one byte in km/min at first; the service's later tables have two bytes, in seconds
    # for 500 m. Only the length of the packet tells them apart.
    wide = [_wide(field) for field in fields]
    if _struct(wide).size == length:
        fields = wide
    missing: list[str] = []
    while _struct(fields).size > length:
        missing.insert(0, fields.pop().name)
    names = TreadmillData._fields
    places = tuple((names.index(field.name), field.value) for field in fields)
    return _Layout(_struct(fields), places, tuple(missing))


_NOTHING: Final[list[Any]] = [None] * len(_FIELDS)


def decode_treadmill_data(packet: bytes) -> TreadmillData:
    """Read one packet of measurements: what is there is read, what is cut off is in ``missing``."""
    length = len(packet)
    if length < _U16.size:
        return TreadmillData(missing=("flags",))
    struct, places, missing = _layout(packet[0] | packet[1] << 8, length)
    values = _NOTHING.copy()
    for (place, value), raw in zip(places, struct.unpack_from(packet), strict=True):
        values[place] = value(raw)
    values.append(missing)
    return TreadmillData._make(values)
