"""The messages of DIRCON, byte by byte."""

from __future__ import annotations

from contextlib import suppress

from hypothesis import given, strategies as st
import pytest

from custom_components.descent.treadmills.dircon_codec import (
    LONGEST_BODY,
    Code,
    Decoder,
    FramingError,
    Identifier,
    Message,
    decode_characteristics,
    decode_services,
    encode_uuid,
    number_of,
    split,
)

FITNESS_MACHINE = bytes.fromhex("0000182600001000800000805f9b34fb")
CONTROL_POINT = bytes.fromhex("00002ad900001000800000805f9b34fb")
OTHER = bytes.fromhex("a026ee0700001000800000805f9b34fb")  # a maker's own

MESSAGES = st.builds(
    Message,
    st.integers(0, 255),
    st.integers(0, 255),
    st.integers(0, 255),
    st.binary(max_size=80),
)
# Mostly no DIRCON, but often with a good beginning.
HOSTILE = st.one_of(
    st.binary(max_size=300),
    st.binary(max_size=300).map(lambda garbage: b"\x01" + garbage),
    MESSAGES.map(Message.encode),
)
CUTS = st.lists(st.integers(1, 40), min_size=1)


def pieces(stream: bytes, sizes: list[int]) -> list[bytes]:
    """Cut a stream into pieces of these sizes, over and over."""
    cut: list[bytes] = []
    while stream:
        size = sizes[len(cut) % len(sizes)]
        cut.append(stream[:size])
        stream = stream[size:]
    return cut


def test_a_request_is_the_bytes_it_should_be() -> None:
    request = Message(Identifier.WRITE, 7, 0, encode_uuid(0x2AD9) + bytes.fromhex("03c4ff"))
    assert request.encode() == bytes.fromhex("01 04 07 00 0013") + CONTROL_POINT + b"\x03\xc4\xff"


def test_an_answer_is_read_as_it_was_sent() -> None:
    (answer,) = Decoder().feed(bytes.fromhex("01 02 ff 03 0000"))
    assert answer == Message(Identifier.DISCOVER_CHARACTERISTICS, 255, Code.SERVICE_NOT_FOUND)


def test_uuids_are_big_endian() -> None:
    assert encode_uuid(0x1826) == FITNESS_MACHINE
    assert number_of(FITNESS_MACHINE) == 0x1826


@pytest.mark.parametrize("uuid", [OTHER, FITNESS_MACHINE[:-1], FITNESS_MACHINE[::-1], b""])
def test_other_uuids_have_no_number(uuid: bytes) -> None:
    assert number_of(uuid) is None


def test_a_body_begins_with_what_it_is_about() -> None:
    assert split(CONTROL_POINT + b"\x80\x03\x01") == (0x2AD9, b"\x80\x03\x01")
    assert split(OTHER + b"\x00") == (None, b"\x00")
    assert split(b"") == (None, b"")


def test_services_are_listed_if_they_have_a_number() -> None:
    assert decode_services(FITNESS_MACHINE + OTHER) == (0x1826,)
    assert decode_services(b"") == ()
    assert decode_services(FITNESS_MACHINE + b"\x00") is None


def test_characteristics_are_listed_with_their_properties() -> None:
    assert decode_characteristics(CONTROL_POINT + b"\x0a" + OTHER + b"\x01") == {0x2AD9: 0x0A}
    assert decode_characteristics(b"") == {}
    assert decode_characteristics(CONTROL_POINT) is None


def test_a_body_that_is_too_long_is_not_sent() -> None:
    with pytest.raises(ValueError, match="4097"):
        Message(Identifier.WRITE, body=bytes(LONGEST_BODY + 1)).encode()


@given(st.lists(MESSAGES), CUTS)
def test_messages_come_out_as_they_went_in_however_they_were_cut(
    messages: list[Message], sizes: list[int]
) -> None:
    decoder = Decoder()
    stream = b"".join(message.encode() for message in messages)
    found = [message for piece in pieces(stream, sizes) for message in decoder.feed(piece)]
    assert found == messages


def test_the_longest_body_is_taken() -> None:
    message = Message(Identifier.READ, body=bytes(LONGEST_BODY))
    assert list(Decoder().feed(message.encode())) == [message]


@pytest.mark.parametrize(
    "garbage",
    [b"\x00", b"HTTP/1.1 400 Bad Request", bytes.fromhex("01 06 00 00 1001"), b"\xff" * 70_000],
    ids=["version", "http", "length", "flood"],
)
def test_something_else_is_an_error_from_there_on(garbage: bytes) -> None:
    decoder = Decoder()
    good = Message(Identifier.NOTIFICATION, body=CONTROL_POINT).encode()
    with pytest.raises(FramingError):
        list(decoder.feed(good + garbage))
    with pytest.raises(FramingError):
        list(decoder.feed(good))
    assert len(decoder._rest) <= 6


def test_what_comes_before_garbage_is_not_lost() -> None:
    decoder = Decoder()
    good = Message(Identifier.NOTIFICATION, body=CONTROL_POINT)
    stream = decoder.feed(good.encode() + b"\x00")
    assert next(stream) == good
    with pytest.raises(FramingError):
        next(stream)


@given(st.lists(HOSTILE))
def test_random_bytes_raise_nothing_else_and_are_not_kept(chunks: list[bytes]) -> None:
    decoder = Decoder()
    for chunk in chunks:
        kept_before = len(decoder._rest)
        with suppress(FramingError):
            list(decoder.feed(chunk))
        assert len(decoder._rest) <= min(kept_before + len(chunk), LONGEST_BODY + 5)


@given(st.binary(max_size=200))
def test_random_bodies_are_lists_or_none(body: bytes) -> None:
    services, characteristics = decode_services(body), decode_characteristics(body)
    assert (services is None) == bool(len(body) % 16)
    assert (characteristics is None) == bool(len(body) % 17)
