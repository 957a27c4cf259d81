"""Requests, answers and descriptions of a fitness machine: the bytes, one by one."""

from __future__ import annotations

from collections.abc import Callable
import math

import pytest

from custom_components.descent.training.model import Range
from custom_components.descent.treadmills.ftms_codec import (
    PAUSE,
    REQUEST_CONTROL,
    START,
    STOP,
    MachineFeature,
    MachineStatus,
    Opcode,
    Response,
    Result,
    StatusCode,
    TargetFeature,
    TrainingCode,
    TrainingStatus,
    decode_features,
    decode_incline_range,
    decode_response,
    decode_speed_range,
    decode_status,
    decode_training_status,
    encode_incline,
    encode_speed,
)


@pytest.mark.parametrize(
    ("request_", "sent"),
    [
        (REQUEST_CONTROL, "00"),
        (START, "07"),
        (STOP, "08 01"),
        (PAUSE, "08 02"),
        (encode_speed(9.5), "02 b6 03"),
        (encode_speed(0), "02 00 00"),
        (encode_speed(655.35), "02 ff ff"),
        (encode_incline(-6.0), "03 c4 ff"),
        (encode_incline(15), "03 96 00"),
        (encode_incline(0), "03 00 00"),
        (encode_incline(3276.7), "03 ff 7f"),
        (encode_incline(-3276.8), "03 00 80"),
    ],
)
def test_a_request_is_the_bytes_of_the_service(request_: bytes, sent: str) -> None:
    assert request_ == bytes.fromhex(sent)


NEARLY = {  # what arithmetic makes of a number with few decimals
    "exact": lambda number: number,
    "less": lambda number: math.nextafter(number, -math.inf),
    "more": lambda number: math.nextafter(number, math.inf),
}


@pytest.mark.parametrize("nearly", NEARLY.values(), ids=NEARLY.keys())
def test_every_tenth_of_a_percent_is_sent_as_it_is(nearly: Callable[[float], float]) -> None:
    tenths = range(-400, 401)
    sent = [encode_incline(nearly(number / 10)) for number in tenths]
    assert sent == [b"\x03" + number.to_bytes(2, "little", signed=True) for number in tenths]


@pytest.mark.parametrize("nearly", NEARLY.values(), ids=NEARLY.keys())
def test_every_hundredth_of_a_kmh_is_sent_as_it_is(nearly: Callable[[float], float]) -> None:
    hundredths = range(1, 4001)
    sent = [encode_speed(nearly(number / 100)) for number in hundredths]
    assert sent == [b"\x02" + number.to_bytes(2, "little") for number in hundredths]


@pytest.mark.parametrize("speed", [-0.01, 655.36, math.nan, math.inf, -math.inf])
def test_a_speed_that_cannot_be_sent_is_refused(speed: float) -> None:
    with pytest.raises(ValueError, match="not a speed"):
        encode_speed(speed)


@pytest.mark.parametrize("incline_pct", [-3276.9, 3276.8, math.nan, math.inf, -math.inf])
def test_an_incline_that_cannot_be_sent_is_refused(incline_pct: float) -> None:
    with pytest.raises(ValueError, match="not an incline"):
        encode_incline(incline_pct)


@pytest.mark.parametrize(
    ("value", "response"),
    [
        ("80 00 01", Response(Opcode.REQUEST_CONTROL, Result.SUCCESS)),
        ("80 07 02", Response(Opcode.START, Result.NOT_SUPPORTED)),
        ("80 03 03", Response(Opcode.SET_INCLINE, Result.INVALID)),
        ("80 02 04", Response(Opcode.SET_SPEED, Result.FAILED)),
        ("80 08 05", Response(Opcode.STOP_OR_PAUSE, Result.NOT_PERMITTED)),
        ("80 02 7e", Response(Opcode.SET_SPEED, 0x7E)),  # a result nobody knows
        ("80 13 01 00 00 10 00", Response(0x13, Result.SUCCESS)),  # with more behind it
    ],
)
def test_an_answer_says_to_what_and_how_it_went(value: str, response: Response) -> None:
    assert decode_response(bytes.fromhex(value)) == response


@pytest.mark.parametrize("value", ["", "80", "80 02", "02 80 01", "00 00 00"])
def test_what_is_no_answer_is_taken_for_none(value: str) -> None:
    assert decode_response(bytes.fromhex(value)) is None


@pytest.mark.parametrize(
    ("value", "minimum", "maximum", "step"),
    [
        ("6400 d007 0a00", 1.0, 20.0, 0.1),
        ("0000 2003 0a00", 0.0, 8.0, 0.1),
        ("3200 0807 0100", 0.5, 18.0, 0.01),
        ("6400 a00f 6400", 1.0, 40.0, 1.0),  # the most that counts as a treadmill
        ("6400 d007 0a00 ffff", 1.0, 20.0, 0.1),  # more than there should be
    ],
)
def test_a_range_of_speeds_is_read_in_kmh(
    value: str, minimum: float, maximum: float, step: float
) -> None:
    expected = Range(minimum=minimum, maximum=maximum, step=step)
    assert decode_speed_range(bytes.fromhex(value)) == expected


@pytest.mark.parametrize(
    ("value", "minimum", "maximum", "step"),
    [
        ("c4ff 9001 0a00", -6.0, 40.0, 1.0),  # adidas T-800
        ("c4ff 9001 0500", -6.0, 40.0, 0.5),  # X32i
        ("e2ff 9600 0500", -3.0, 15.0, 0.5),
        ("0000 9600 0500", 0.0, 15.0, 0.5),
        ("9cff 0000 0a00", -10.0, 0.0, 1.0),
        ("3efe c201 0100", -45.0, 45.0, 0.1),  # the most that counts as a treadmill
    ],
)
def test_a_range_of_inclines_is_read_in_signed_percent(
    value: str, minimum: float, maximum: float, step: float
) -> None:
    expected = Range(minimum=minimum, maximum=maximum, step=step)
    assert decode_incline_range(bytes.fromhex(value)) == expected


@pytest.mark.parametrize(
    "value",
    [
        "",
        "6400 d007 0a",
        "0000 0000 0000",
        "d007 6400 0a00",  # upside down
        "6400 6400 0a00",  # nothing to choose
        "6400 d007 0000",  # no step
        "6400 c800 6500",  # a step that leads out of it
        "6400 a10f 0a00",  # 40.01 km/h
        "0000 ffff 0100",  # 655.35 km/h
        "0000 d007 e903",  # 10.01 km/h a step
    ],
)
def test_a_range_of_speeds_that_no_treadmill_has_is_none(value: str) -> None:
    assert decode_speed_range(bytes.fromhex(value)) is None


@pytest.mark.parametrize(
    "value",
    [
        "",
        "c4ff 9001 0a",
        "0000 0000 0000",
        "9600 c4ff 0500",
        "0000 0000 0500",
        "c4ff 9001 0000",
        "c4ff 0a00 4700",
        "3dfe 9600 0500",  # -45.1 %
        "c4ff c301 0500",  # 45.1 %
        "0080 ff7f 0100",
    ],
)
def test_a_range_of_inclines_that_no_treadmill_has_is_none(value: str) -> None:
    assert decode_incline_range(bytes.fromhex(value)) is None


def test_a_range_of_levels_is_read_where_the_machine_is_known_to_count_so() -> None:
    levels = bytes.fromhex("0000 e803 4300")
    assert decode_incline_range(levels) is None
    read = decode_incline_range(levels, 450)
    assert read == Range(minimum=0, maximum=100, step=6.7)


def test_features_are_read_and_unknown_ones_are_kept() -> None:
    features = decode_features(bytes.fromhex("0c 16 00 80 03 00 00 40"))
    assert features is not None
    assert features.machine & 0x7FFFFFFF == (
        MachineFeature.TOTAL_DISTANCE
        | MachineFeature.INCLINATION
        | MachineFeature.EXPENDED_ENERGY
        | MachineFeature.HEART_RATE
        | MachineFeature.ELAPSED_TIME
    )
    assert features.machine & 0x80000000
    assert features.target == TargetFeature.SPEED | TargetFeature.INCLINATION | 0x40000000


@pytest.mark.parametrize("value", ["", "0c 16 00 00", "0c 16 00 00 03 00 00"])
def test_features_cut_short_are_none(value: str) -> None:
    assert decode_features(bytes.fromhex(value)) is None


@pytest.mark.parametrize(
    ("value", "status"),
    [
        ("01", MachineStatus(code=StatusCode.RESET)),
        ("02 01", MachineStatus(code=StatusCode.STOPPED_OR_PAUSED)),
        ("02 02", MachineStatus(code=StatusCode.STOPPED_OR_PAUSED, paused=True)),
        ("02", MachineStatus(code=StatusCode.STOPPED_OR_PAUSED)),
        ("02 07", MachineStatus(code=StatusCode.STOPPED_OR_PAUSED)),
        ("03", MachineStatus(code=StatusCode.SAFETY_KEY)),
        ("04", MachineStatus(code=StatusCode.STARTED)),
        ("05 b6 03", MachineStatus(code=StatusCode.SPEED_CHANGED, speed=9.5)),
        ("05 b6", MachineStatus(code=StatusCode.SPEED_CHANGED)),
        ("06 c4 ff", MachineStatus(code=StatusCode.INCLINE_CHANGED, incline_pct=-6.0)),
        ("06 96 00", MachineStatus(code=StatusCode.INCLINE_CHANGED, incline_pct=15.0)),
        ("06", MachineStatus(code=StatusCode.INCLINE_CHANGED)),
        ("0e 08 07", MachineStatus(code=0x0E)),  # a target time
        ("77", MachineStatus(code=0x77)),
        ("ff", MachineStatus(code=StatusCode.CONTROL_LOST)),
    ],
)
def test_a_status_says_what_happened(value: str, status: MachineStatus) -> None:
    assert decode_status(bytes.fromhex(value)) == status


def test_an_empty_status_is_none() -> None:
    assert decode_status(b"") is None


@pytest.mark.parametrize(
    ("value", "status"),
    [
        ("00 01", TrainingStatus(TrainingCode.IDLE)),
        ("00 0d", TrainingStatus(TrainingCode.MANUAL_MODE)),
        ("00 0d 4869", TrainingStatus(TrainingCode.MANUAL_MODE)),  # no text announced
        ("01 02 48c3bc67656c", TrainingStatus(TrainingCode.WARMING_UP, "Hügel")),
        ("01 02 48c3", TrainingStatus(TrainingCode.WARMING_UP, "H\ufffd")),  # cut in a letter
        ("03 02", TrainingStatus(TrainingCode.WARMING_UP)),
        ("00 99", TrainingStatus(0x99)),
    ],
)
def test_a_training_status_is_read(value: str, status: TrainingStatus) -> None:
    assert decode_training_status(bytes.fromhex(value)) == status


@pytest.mark.parametrize("value", [b"", b"\x00"])
def test_a_training_status_cut_short_is_none(value: bytes) -> None:
    assert decode_training_status(value) is None
