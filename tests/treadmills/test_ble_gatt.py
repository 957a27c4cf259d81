"""What goes over an open Bluetooth link: values read, commands written, notifications heard."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from aioesphomeapi import BluetoothGATTError
from aioesphomeapi.core import BluetoothGATTAPIError
from bleak.exc import BleakCharacteristicNotFoundError, BleakDBusError, BleakError
from homeassistant.core import HomeAssistant
import pytest

from custom_components.descent.treadmills import ble, gatt
from custom_components.descent.treadmills.base import (
    NoAnswerError,
    NotConnectedError,
    RejectedError,
    TreadmillError,
)
from custom_components.descent.treadmills.ble import BleLink
from tests.bluetooth import set_up_bluetooth, until_quiet
from tests.machines import wire
from tests.machines.profiles import PROFILES
from tests.machines.quirks import Quirk, WireFault
from tests.treadmills.rig_ble import BleRig

REQUEST_CONTROL = b"\x00"
CONTROL_GRANTED = wire.answer(0x00, 0x01)


@pytest.fixture
async def opened(ble_rig: BleRig) -> BleLink:
    await ble_rig.link.open(lambda: None)
    return ble_rig.link


@pytest.fixture
async def early_rig(hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[BleRig]:
    await set_up_bluetooth(hass, monkeypatch)
    made = BleRig(hass, PROFILES["typical"].having(Quirk.ANSWERS_EARLY))
    await made.power_on()
    await made.link.open(lambda: None)
    yield made
    await made.close()


def proxied(code: int) -> BleakError:
    """Return what a proxy's backend raises if the proxy passes on an error."""
    error = BleakError("Bluetooth GATT Error")
    told = BluetoothGATTError.from_dict({"address": 0, "handle": 1, "error": code})
    error.__cause__ = BluetoothGATTAPIError(told)
    return error


# ---- reading


async def test_a_value_is_read_as_it_was_sent(opened: BleLink) -> None:
    assert await opened.read(gatt.INCLINE_RANGE) == wire.incline_range(-6.0, 15.0, 0.5)


@pytest.mark.parametrize("value", [b"", b"\xff", bytes(180), bytes(range(120))])
async def test_a_value_of_any_length_is_read_as_it_was_sent(
    ble_rig: BleRig, opened: BleLink, value: bytes
) -> None:
    ble_rig.machine._values = {gatt.INCLINE_RANGE: value}
    assert await opened.read(gatt.INCLINE_RANGE) == value


async def test_nothing_is_read_before_the_link_is_open(ble_rig: BleRig) -> None:
    with pytest.raises(NotConnectedError):
        await ble_rig.link.read(gatt.SPEED_RANGE)


# ---- writing, and its answer


async def test_an_order_reaches_the_machine_and_its_answer_comes(
    ble_rig: BleRig, opened: BleLink
) -> None:
    answers: list[bytes] = []
    await opened.subscribe(gatt.CONTROL_POINT, answers.append)
    await opened.write(gatt.CONTROL_POINT, REQUEST_CONTROL)
    assert (list(ble_rig.machine.commands), answers) == ([REQUEST_CONTROL], [])
    await ble_rig.run(0.25)
    assert answers == [CONTROL_GRANTED]


async def test_an_answer_may_come_before_the_write_returns(early_rig: BleRig) -> None:
    happened: list[bytes] = []
    await early_rig.link.subscribe(gatt.CONTROL_POINT, happened.append)
    await early_rig.link.write(gatt.CONTROL_POINT, REQUEST_CONTROL)
    happened.append(b"written")
    await until_quiet()
    assert happened == [CONTROL_GRANTED, b"written"]


async def test_a_listener_that_fails_holds_up_no_further_answer(
    early_rig: BleRig, caplog: pytest.LogCaptureFixture
) -> None:
    heard: list[bytes] = []

    def fail(value: bytes) -> None:
        heard.append(value)
        raise RuntimeError

    await early_rig.link.subscribe(gatt.CONTROL_POINT, fail)
    await early_rig.link.write(gatt.CONTROL_POINT, REQUEST_CONTROL)
    await early_rig.link.write(gatt.CONTROL_POINT, REQUEST_CONTROL)
    await until_quiet()
    assert heard == [CONTROL_GRANTED, CONTROL_GRANTED]
    assert "What 2ad9 said could not be taken in" in caplog.text


async def test_a_write_that_is_not_answered_has_an_unknown_outcome(
    ble_rig: BleRig, opened: BleLink, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ble, "ANSWER_S", 2.0)
    ble_rig.machine.wire_faults = {WireFault.BLACKOUT}
    writing = asyncio.ensure_future(opened.write(gatt.CONTROL_POINT, REQUEST_CONTROL))
    await ble_rig.run(1.75)
    assert not writing.done()
    await ble_rig.run(0.25)
    with pytest.raises(NoAnswerError, match="no answer in time"):
        await writing
    assert opened.is_open


async def test_a_link_is_usable_after_a_write_was_answered_too_late(
    ble_rig: BleRig, opened: BleLink, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ble, "ANSWER_S", 2.0)
    ble_rig.machine.wire_faults = {WireFault.BLACKOUT}
    writing = asyncio.ensure_future(opened.write(gatt.CONTROL_POINT, REQUEST_CONTROL))
    await ble_rig.run(2.0)
    with pytest.raises(NoAnswerError):
        await writing
    ble_rig.machine.wire_faults = set()
    assert await opened.read(gatt.SPEED_RANGE) == wire.speed_range(0.8, 22.0, 0.1)


async def test_a_write_that_nobody_waits_for_any_more_is_given_up(opened: BleLink) -> None:
    writing = asyncio.ensure_future(opened.write(gatt.CONTROL_POINT, REQUEST_CONTROL))
    await asyncio.sleep(0)
    writing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await writing
    assert await opened.read(gatt.SPEED_RANGE) == wire.speed_range(0.8, 22.0, 0.1)


# ---- listening


async def test_measurements_are_heard_in_command(ble_rig: BleRig, opened: BleLink) -> None:
    heard: list[bytes] = []
    await opened.subscribe(gatt.TREADMILL_DATA, heard.append)
    sent = [bytes([number]) for number in range(50)]
    for value in sent:
        ble_rig.say(gatt.TREADMILL_DATA, value)
    await until_quiet()
    assert heard == sent


@pytest.mark.parametrize("value", [b"", b"\x00", b"\xff" * 180, b"\x0c\x04\xb6"])
async def test_whatever_a_machine_says_is_passed_on_as_it_is(
    ble_rig: BleRig, opened: BleLink, value: bytes
) -> None:
    heard: list[bytes] = []
    await opened.subscribe(gatt.MACHINE_STATUS, heard.append)
    ble_rig.say(gatt.MACHINE_STATUS, value)
    await until_quiet()
    assert heard == [value]


async def test_nothing_is_heard_once_the_link_is_closed(ble_rig: BleRig, opened: BleLink) -> None:
    heard: list[bytes] = []
    await opened.subscribe(gatt.TREADMILL_DATA, heard.append)
    ble_rig.say(gatt.TREADMILL_DATA, b"on its way")
    await opened.close()
    await ble_rig.run(3.0)
    assert heard == []


async def test_what_never_notifies_cannot_be_listened_to(opened: BleLink) -> None:
    with pytest.raises(TreadmillError):
        await opened.subscribe(gatt.SPEED_RANGE, lambda _: None)


# ---- errors of other backends


@pytest.mark.parametrize(
    ("error", "meaning"),
    [
        (proxied(0x0E), RejectedError),
        (proxied(0xFE), RejectedError),
        (proxied(ble.UNCLEAR), NoAnswerError),
        (proxied(-1), NoAnswerError),
        (BleakError("something"), NoAnswerError),
        (BleakDBusError("org.bluez.Error.InProgress", []), NoAnswerError),
        (TimeoutError("Timeout waiting for BluetoothGATTWriteResponse"), NoAnswerError),
        (BleakCharacteristicNotFoundError("2ad9"), NotConnectedError),
        (AssertionError(), NoAnswerError),
        (EOFError(), NoAnswerError),
    ],
    ids=[
        "unlikely error",
        "in progress",
        "esp-idf",
        "proxy",
        "bleak",
        "bluez",
        "time",
        "forgotten",
        "assertion",
        "d-bus",
    ],
)
async def test_whatever_a_backend_raises_has_a_meaning(
    opened: BleLink,
    monkeypatch: pytest.MonkeyPatch,
    error: Exception,
    meaning: type[TreadmillError],
) -> None:
    async def fails(*_: object) -> None:
        raise error

    monkeypatch.setattr("tests.machines.ble_client.BumbleClient.write_gatt_char", fails)
    with pytest.raises(meaning):
        await opened.write(gatt.CONTROL_POINT, REQUEST_CONTROL)


async def test_a_backend_that_cannot_even_hang_up_is_let_go(
    opened: BleLink, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fails(*_: object) -> None:
        raise EOFError

    with monkeypatch.context() as patch:
        patch.setattr("tests.machines.ble_client.BumbleClient.disconnect", fails)
        await opened.close()
    assert not opened.is_open
