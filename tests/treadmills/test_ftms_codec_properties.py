"""What holds for any bytes, and what another reader of the same bytes says.

The other reader (deancochran-ftms) knows no steps in treadmill data, refuses values of the wrong
length that ours reads as far as they go, and is told which size of pace to expect.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Literal

from deancochran_ftms import (
    ControlRequestRaw,
    MeasurementFormatOptions,
    RawCodecError,
    decode_control_request_raw,
    decode_control_response_raw,
    decode_features_raw,
    decode_machine_status_raw,
    decode_measurement_raw,
    decode_supported_range_raw,
    decode_training_status_raw,
    encode_control_request_raw,
    encode_control_response_raw,
    normalize_machine_status,
)
from deancochran_ftms.control import ControlResponseRaw
from hypothesis import given, strategies as st
import pytest

from custom_components.descent.training.model import Range
from custom_components.descent.treadmills import ftms_codec as codec
from custom_components.descent.treadmills.ftms_codec import TreadmillData, decode_treadmill_data

# bits of the flags, the bytes behind each, from the tables of the service
SIZES = {1: 2, 2: 3, 3: 4, 4: 4, 5: 1, 6: 1, 7: 5, 8: 1, 9: 1, 10: 2, 11: 2, 12: 4, 13: 3}
PACES = 0x60
STEPS = 0x2000
ANGLES = 0x08


def size_of(flags: int, pace_bytes: int = 1) -> int:
    """How long a packet with these flags is, without bytes behind the last field."""
    sizes = SIZES | {5: pace_bytes, 6: pace_bytes}
    speed = 0 if flags & 1 else 2
    return 2 + speed + sum(size for bit, size in sizes.items() if flags >> bit & 1)


@st.composite
def packets(draw: st.DrawFn, without: int = 0, pace_bytes: int = 1) -> bytes:
    """A packet of just the right length, ``without`` some flags; often with marks for "unknown"."""
    flags = draw(st.integers(0, 0x3FFF)) & ~without
    size = size_of(flags, pace_bytes) - 2
    body = draw(
        st.binary(min_size=size, max_size=size)
        | st.lists(st.sampled_from((0x00, 0x7F, 0xFF)), min_size=size, max_size=size).map(bytes)
    )
    return flags.to_bytes(2, "little") + body


# ---- any bytes

DECODERS = (
    codec.decode_treadmill_data,
    codec.decode_speed_range,
    codec.decode_incline_range,
    codec.decode_features,
    codec.decode_response,
    codec.decode_status,
    codec.decode_training_status,
)


@pytest.mark.parametrize("decode", DECODERS)
@given(value=st.binary(max_size=64))
def test_no_bytes_are_too_odd(decode: Callable[[bytes], object], value: bytes) -> None:
    decode(value)


def known(data: TreadmillData, but: tuple[str, ...]) -> dict[str, object]:
    return {
        name: value
        for name, value in data._asdict().items()
        if name not in (*but, "flags", "missing")
    }


@given(packet=packets(), behind=st.binary(max_size=4), data=st.data())
def test_what_is_read_of_a_cut_packet_is_what_the_whole_one_says(
    packet: bytes, behind: bytes, data: st.DataObject
) -> None:
    # Bytes behind the last field could be those of longer paces: none where there are paces.
    whole = packet + behind * (not packet[0] & PACES)
    part = decode_treadmill_data(whole[: data.draw(st.integers(2, len(whole)))])
    assert known(part, part.missing) == known(decode_treadmill_data(whole), part.missing)


@given(packet=packets() | packets(pace_bytes=2))
def test_nothing_is_missing_in_a_packet_that_is_not_cut(packet: bytes) -> None:
    assert decode_treadmill_data(packet).missing == ()


@given(packet=packets(), cut=st.integers(1, 40))
def test_something_is_missing_in_a_packet_that_is_cut(packet: bytes, cut: int) -> None:
    size = max(0, len(packet) - cut)
    assert decode_treadmill_data(packet[:size]).missing


# ---- beside the other reader

TREADMILL = 0
WIDE = MeasurementFormatOptions()
NARROW = MeasurementFormatOptions(treadmill_pace_format="uint8Legacy")
THEIRS = {  # our names: the place among their values, and what one is divided by
    "speed_kmh": (0, 100),
    "average_speed_kmh": (1, 100),
    "distance_m": (2, 1),
    "incline_pct": (3, 10),
    "ramp_deg": (4, 10),
    "gain_m": (5, 10),
    "loss_m": (6, 10),
    "pace_km_per_min": (7, 10),
    "average_pace_km_per_min": (8, 10),
    "energy_kcal": (9, 1),
    "energy_per_hour_kcal": (10, 1),
    "energy_per_minute_kcal": (11, 1),
    "heart_rate_bpm": (12, 1),
    "met": (13, 10),
    "elapsed_s": (14, 1),
    "remaining_s": (15, 1),
    "force_n": (16, 1),
    "power_w": (17, 1),
}


def theirs(packet: bytes, paces: MeasurementFormatOptions) -> dict[str, float | None]:
    raw = decode_measurement_raw(packet, TREADMILL, paces)
    there = raw.present & ~raw.unavailable
    return {
        name: raw.values[place] / per_unit if there >> place & 1 else None
        for name, (place, per_unit) in THEIRS.items()
    }


@given(packet=packets(without=STEPS), cut=st.just(0) | st.integers(0, 40))
def test_measurements_are_read_as_the_other_reader_reads_them(packet: bytes, cut: int) -> None:
    packet = packet[: max(2, len(packet) - cut)]
    ours = decode_treadmill_data(packet)
    assert known(ours, ("steps",)) == theirs(packet, NARROW)


@given(packet=packets(without=STEPS, pace_bytes=2))
def test_measurements_with_long_paces_are_read_as_the_other_reader_reads_them(
    packet: bytes,
) -> None:
    paces = ("pace_km_per_min", "average_pace_km_per_min")
    expected = theirs(packet, WIDE)
    ours = decode_treadmill_data(packet)
    assert known(ours, ("steps", *paces)) == {
        name: value for name, value in expected.items() if name not in paces
    }


def their_range(value: bytes, kind: Literal["speed", "inclination"]) -> Range | None:
    with suppress(RawCodecError, ValueError):
        raw = decode_supported_range_raw(value[:6], kind)
        per_unit = raw.scale_divisor
        return Range(
            minimum=raw.minimum / per_unit,
            maximum=raw.maximum / per_unit,
            step=raw.increment / per_unit,
        )
    return None


@given(value=st.binary(min_size=6, max_size=8))
def test_a_range_is_what_the_other_reader_says_or_refused(value: bytes) -> None:
    assert codec.decode_speed_range(value) in (None, their_range(value, "speed"))
    assert codec.decode_incline_range(value) in (None, their_range(value, "inclination"))


# in hundredths of km/h
@given(low=st.integers(0, 3000), span=st.integers(100, 1000), step=st.integers(1, 100))
def test_a_range_of_speeds_is_what_the_other_reader_says(low: int, span: int, step: int) -> None:
    value = b"".join(number.to_bytes(2, "little") for number in (low, low + span, step))
    read = codec.decode_speed_range(value)
    assert read is not None
    assert read == their_range(value, "speed")


# in tenths of a percent
@given(low=st.integers(-450, 350), span=st.integers(10, 100), step=st.integers(1, 10))
def test_a_range_of_inclines_is_what_the_other_reader_says(low: int, span: int, step: int) -> None:
    numbers = (low, low + span, step)
    value = b"".join(number.to_bytes(2, "little", signed=True) for number in numbers)
    read = codec.decode_incline_range(value)
    assert read is not None
    assert read == their_range(value, "inclination")


@given(value=st.binary(min_size=8, max_size=8))
def test_features_are_what_the_other_reader_says(value: bytes) -> None:
    read, raw = codec.decode_features(value), decode_features_raw(value)
    assert read is not None
    assert (read.machine, read.target) == (raw.machine, raw.target)


@given(opcode=st.integers(0, 20), result=st.integers(1, 5))
def test_answers_are_what_the_other_reader_says(opcode: int, result: int) -> None:
    value = encode_control_response_raw(ControlResponseRaw(opcode, result))
    raw = decode_control_response_raw(value)
    assert codec.decode_response(value) == codec.Response(raw.request_opcode, raw.result_code)


@given(
    value=st.sampled_from(tuple(codec.StatusCode)).flatmap(
        lambda code: st.binary(max_size=3).map(lambda rest: bytes((code, *rest)))
    )
)
def test_a_status_is_what_the_other_reader_says(value: bytes) -> None:
    read, raw = codec.decode_status(value), decode_machine_status_raw(value)
    said = normalize_machine_status(raw)["details"] or {}
    assert isinstance(said, dict)
    assert read == codec.MachineStatus(
        code=raw.opcode,
        paused=said.get("action") == "pause",
        speed=said.get("speedKph"),
        incline_pct=said.get("inclinationPercent"),
    )


@given(flags=st.integers(0, 3), code=st.integers(0, 255), text=st.text(max_size=20))
def test_a_training_status_is_what_the_other_reader_says(flags: int, code: int, text: str) -> None:
    value = bytes((flags, code)) + text.encode()
    raw = decode_training_status_raw(value)
    assert codec.decode_training_status(value) == codec.TrainingStatus(raw.code, raw.text.decode())


@pytest.mark.parametrize(
    ("sent", "opcode", "operands"),
    [
        (codec.REQUEST_CONTROL, codec.Opcode.REQUEST_CONTROL, ()),
        (codec.START, codec.Opcode.START, ()),
        (codec.STOP, codec.Opcode.STOP_OR_PAUSE, (1,)),
        (codec.PAUSE, codec.Opcode.STOP_OR_PAUSE, (2,)),
    ],
)
def test_a_request_is_understood_by_the_other_reader(
    sent: bytes, opcode: int, operands: tuple[int, ...]
) -> None:
    assert decode_control_request_raw(sent) == ControlRequestRaw(opcode, operands)


@given(hundredths=st.integers(0, 65535))
def test_a_speed_is_sent_as_the_other_writer_sends_it(hundredths: int) -> None:
    request = ControlRequestRaw(2, (hundredths,))
    assert codec.encode_speed(hundredths / 100) == encode_control_request_raw(request)


@given(tenths=st.integers(-32768, 32767))
def test_an_incline_is_sent_as_the_other_writer_sends_it(tenths: int) -> None:
    request = ControlRequestRaw(3, (tenths,))
    assert codec.encode_incline(tenths / 10) == encode_control_request_raw(request)
