"""The simulated FTMS machine is played at its console, and everything can go wrong with it."""

from __future__ import annotations

import pytest

from custom_components.descent.treadmills import gatt
from custom_components.descent.treadmills.faults import ANSWER_DELAY_S, SimulatedFault
from custom_components.descent.treadmills.physics import Belt
from tests.machines.central import REQUEST_CONTROL, STOP, Central, speed
from tests.machines.console import play
from tests.machines.ftms import AttError, Taken
from tests.machines.profiles import PROFILES, WireFault


@pytest.fixture
def central() -> Central:
    return Central()


def test_keys_are_told_as_they_are_pressed(central: Central) -> None:
    central.walk()
    central.machine.console_speed(-1.5)
    central.machine.console_incline(2.0)
    central.machine.press_pause()
    central.run(10.0)
    central.machine.press_start()
    central.run(6.0)
    central.machine.press_stop()
    central.machine.pull_safety_key()
    central.machine.replace_safety_key()
    told = [bytes.fromhex(value) for value in ("05c201", "061400", "0202", "04", "0201", "03")]
    assert central.statuses == told


def test_a_key_that_changes_nothing_is_not_told(central: Central) -> None:
    central.machine.console_speed(1.0)
    central.machine.press_stop()
    central.machine.press_pause()
    central.machine.console_incline(0.0)
    assert central.statuses == []


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("start", "belt countdown"),
        ("key out", "key out"),
        ("fault silence refuse_03", "faults: refuse_03, silence"),
        ("fault nonsense", "no such fault: nonsense"),
        ("jump", "no such key: jump"),
        ("help", "press the key"),
        ("", "not connected"),
    ],
)
def test_the_console_is_played_by_lines_of_text(central: Central, line: str, shown: str) -> None:
    central.machine.disconnected()
    assert shown in play(central.machine, line)


def test_hanging_up_is_left_to_the_transport(central: Central) -> None:
    hung_up: list[bool] = []
    central.machine.on_hang_up = lambda: hung_up.append(True)
    play(central.machine, "hang up")
    assert hung_up == [True]


# ---- faults


@pytest.mark.parametrize(
    ("fault", "answer", "then"),
    [
        (SimulatedFault.REJECT, b"\x80\x02\x04", 6.0),
        (SimulatedFault.NO_ANSWER, b"", 8.0),
        (SimulatedFault.IGNORE, b"\x80\x02\x01", 6.0),
        (SimulatedFault.OVERSHOOT, b"\x80\x02\x01", 9.5),
        (SimulatedFault.WRONG_WAY, b"\x80\x02\x01", 4.0),
        (SimulatedFault.BELT_STUCK, b"\x80\x02\x01", 6.0),
    ],
)
def test_faults_of_belt_and_deck_show_on_the_wire(
    central: Central, fault: SimulatedFault, answer: bytes, then: float
) -> None:
    central.walk()
    central.machine.faults = {fault}
    assert central.command(speed(800)) == answer
    central.run(10.0)
    assert central.speed_kmh == then


def test_a_delayed_answer_comes_late(central: Central) -> None:
    central.walk()
    central.machine.faults = {SimulatedFault.DELAYED_ANSWER}
    assert central.command(speed(800)) == b""
    central.run(ANSWER_DELAY_S)
    assert central.heard(gatt.CONTROL_POINT) == [b"\x80\x02\x01"]


@pytest.mark.parametrize("result", [0x02, 0x03, 0x04, 0x05])
def test_every_refusal_can_be_had(central: Central, result: int) -> None:
    central.walk()
    central.machine.wire_faults = {WireFault(f"refuse_{result:02}")}
    assert central.command(STOP) == bytes([0x80, 0x08, result])
    assert central.belt_and_deck.belt(central.machine.time()) is Belt.RUNNING


def test_an_answer_can_be_lost_while_the_status_is_told(central: Central) -> None:
    central.walk()
    central.machine.wire_faults = {WireFault.NO_INDICATION}
    assert central.command(speed(800)) == b""
    assert central.statuses == [bytes.fromhex("052003")]


@pytest.mark.parametrize("fault", [SimulatedFault.SILENCE, WireFault.SILENT])
def test_notifications_can_stop_while_commands_are_answered(central: Central, fault: str) -> None:
    central.walk()
    play(central.machine, f"fault {fault}")
    central.run(5.0)
    assert central.said == []
    assert central.command(speed(800)) == b"\x80\x02\x01"


def test_every_request_can_fail_with_an_att_error(central: Central) -> None:
    central.machine.wire_faults = {WireFault.ATT_ERROR}
    with pytest.raises(AttError):
        central.machine.read(gatt.SPEED_RANGE)
    with pytest.raises(AttError):
        central.machine.write(gatt.CONTROL_POINT, REQUEST_CONTROL)


def test_somebody_else_can_be_connected(central: Central) -> None:
    central.machine.disconnected()
    central.machine.wire_faults = {WireFault.TAKEN}
    with pytest.raises(Taken):
        central.connect()


def test_nothing_is_carried_in_the_dark(central: Central) -> None:
    play(central.machine, "fault link_lost")
    central.run(5.0)
    assert (central.said, central.machine.dark) == ([], True)
    play(central.machine, "fault blackout")
    assert central.machine.dark
    play(central.machine, "fault")
    central.run(1.0)
    assert (len(central.samples), central.machine.dark) == (1, False)


def test_transports_learn_of_every_change_of_faults(central: Central) -> None:
    changes: list[bool] = []
    central.machine.on_faults = lambda: changes.append(True)
    play(central.machine, "fault half_open")
    assert len(changes) == 2  # belt and deck, and the wire


def test_the_families_have_names_of_their_own() -> None:
    assert all(name == profile.name for name, profile in PROFILES.items())
