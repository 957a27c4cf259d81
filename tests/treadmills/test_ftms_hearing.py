"""What an FTMS machine says: packets of every kind, status, and what is only an echo."""

from __future__ import annotations

import logging

from hypothesis import given, strategies as st
import pytest

from custom_components.descent.training.events import Link, Status, StatusKind
from custom_components.descent.training.model import Telemetry
from custom_components.descent.treadmills.base import NoAnswerError, RejectedError, Report
from custom_components.descent.treadmills.ftms_hearing import (
    INCLINE_KEPT_S,
    STOP_ECHO_S,
    FtmsHearing,
)
from custom_components.descent.treadmills.ftms_options import FtmsOptions
from custom_components.descent.treadmills.gatt import MACHINE_STATUS
from tests.machines import wire
from tests.machines.profiles import PROFILES, Quirk, WireFault
from tests.treadmills.contract import Ear, ask
from tests.treadmills.manual_loop import ManualLoop
from tests.treadmills.rig_memory import MakeRig, MemoryRig

STANDING = bytes(4)
RUNNING = wire.treadmill_data(speed_kmh=9.5, distance_m=1234, incline_pct=-6.0, elapsed_s=605)
ANOTHER = wire.treadmill_data(speed_kmh=9.5, distance_m=1240, incline_pct=-5.0, elapsed_s=606)
NO_INCLINE = wire.treadmill_data(speed_kmh=9.5, distance_m=1240)


class HearingRig:
    """A hearing with a clock, and everything it has reported."""

    def __init__(self, options: FtmsOptions | None = None) -> None:
        self.loop = ManualLoop()
        self.reports: list[Report] = []
        clock = self.loop.clock()
        self.hearing = FtmsHearing(clock, options or FtmsOptions(), self.reports.append)

    def hear(self, *packets: bytes) -> list[tuple[float, float | None]]:
        """Take packets in; returns speed and incline of what was measured."""
        self.reports.clear()
        for packet in packets:
            self.hearing.data(packet)
        return [(sample.speed_kmh, sample.incline_pct) for sample in self.samples]

    @property
    def samples(self) -> list[Telemetry]:
        """Every measurement."""
        return [report for report in self.reports if isinstance(report, Telemetry)]

    @property
    def kinds(self) -> list[StatusKind]:
        """Every status."""
        return [report.kind for report in self.reports if isinstance(report, Status)]


@pytest.fixture
def hearing() -> HearingRig:
    return HearingRig()


# ---- measurements


def test_the_example_of_the_service_is_understood(hearing: HearingRig) -> None:
    assert hearing.hear(bytes.fromhex("0c04b603d20400c4ffff7f5d02")) == [(9.5, -6.0)]


def test_a_measurement_has_the_time_at_which_it_came(hearing: HearingRig) -> None:
    hearing.loop.run(12.5)
    hearing.hear(RUNNING)
    assert [sample.at for sample in hearing.samples] == [12.5]


def test_an_all_zero_packet_is_a_standing_belt(hearing: HearingRig) -> None:
    assert hearing.hear(STANDING) == [(0.0, None)]


def test_an_all_zero_packet_leaves_the_deck_where_it_was(hearing: HearingRig) -> None:
    assert hearing.hear(RUNNING, STANDING) == [(9.5, -6.0), (0.0, -6.0)]


def test_an_incline_that_the_machine_never_tells_is_unknown(hearing: HearingRig) -> None:
    assert hearing.hear(NO_INCLINE) == [(9.5, None)]
    horizon = bytes.fromhex("8404f40100000000000000000100")
    assert hearing.hear(horizon) == [(5.0, None)]


def test_a_machine_without_a_deck_is_level(hearing: HearingRig) -> None:
    hearing.hearing.has_deck = False
    assert hearing.hear(NO_INCLINE) == [(9.5, 0.0)]


def test_an_incline_the_machine_leaves_out_is_the_last_one_for_ever(hearing: HearingRig) -> None:
    hearing.hear(RUNNING)
    hearing.loop.run(3600.0)
    assert hearing.hear(NO_INCLINE) == [(9.5, -6.0)]


def test_an_incline_that_is_not_available_is_the_last_one(hearing: HearingRig) -> None:
    unknown = bytes.fromhex("0800b603ff7fff7f")
    assert hearing.hear(unknown, RUNNING, unknown) == [(9.5, None), (9.5, -6.0), (9.5, -6.0)]


@pytest.mark.parametrize(("later_s", "kept"), [(0.0, [(9.5, -6.0)]), (5.0, [(9.5, -6.0)])])
def test_an_incline_that_was_cut_off_is_the_last_one_for_a_while(
    hearing: HearingRig, later_s: float, kept: list[tuple[float, float]]
) -> None:
    hearing.hear(RUNNING)
    hearing.loop.run(later_s)
    assert hearing.hear(ANOTHER[:8]) == kept


def test_r5_an_incline_that_was_cut_off_is_not_guessed_for_long(hearing: HearingRig) -> None:
    hearing.hear(RUNNING)
    hearing.loop.run(INCLINE_KEPT_S + 0.1)
    assert hearing.hear(ANOTHER[:8]) == [(9.5, None)]
    assert hearing.hear(ANOTHER) == [(9.5, -5.0)]


def test_an_incline_that_was_cut_off_is_not_guessed_before_there_was_one(
    hearing: HearingRig,
) -> None:
    assert hearing.hear(RUNNING[:8]) == [(9.5, None)]


@pytest.mark.parametrize("length", range(4))
def test_a_packet_cut_off_before_its_speed_measures_nothing(
    hearing: HearingRig, length: int
) -> None:
    assert hearing.hear(RUNNING[:length]) == []


def test_a_packet_cut_off_behind_what_matters_is_as_good_as_whole(hearing: HearingRig) -> None:
    assert hearing.hear(RUNNING[:-1]) == [(9.5, -6.0)]


def test_a_measurement_in_two_packets_is_one_with_what_both_say(hearing: HearingRig) -> None:
    slope = wire.treadmill_data(incline_pct=-6.0, distance_m=1234)
    speed = wire.treadmill_data(speed_kmh=9.5)
    assert hearing.hear(slope, speed) == [(9.5, -6.0)]


def test_a_heart_rate_of_zero_is_none(hearing: HearingRig) -> None:
    hearing.hear(
        wire.treadmill_data(speed_kmh=5, heart_rate_bpm=0),
        wire.treadmill_data(speed_kmh=5, heart_rate_bpm=140),
        wire.treadmill_data(speed_kmh=5),
    )
    assert [sample.heart_rate_bpm for sample in hearing.samples] == [None, 140, None]


def test_energy_is_passed_on_and_zero_is_a_number(hearing: HearingRig) -> None:
    hearing.hear(
        wire.treadmill_data(speed_kmh=5, energy_kcal=0),
        wire.treadmill_data(speed_kmh=5, energy_kcal=310),
        wire.treadmill_data(speed_kmh=5),
    )
    assert [sample.energy_kcal for sample in hearing.samples] == [0, 310, None]


def test_offset_and_factor_are_taken_out_of_what_is_measured() -> None:
    hearing = HearingRig(FtmsOptions(incline_offset=6.0, incline_factor=2.0))
    shown = [wire.treadmill_data(speed_kmh=5, incline_pct=pct) for pct in (6.0, 0.0, 15.1)]
    assert hearing.hear(*shown) == [(5.0, 0.0), (5.0, -3.0), (5.0, 4.55)]


def test_level_is_never_minus_zero() -> None:
    hearing = HearingRig(FtmsOptions(incline_factor=5.0))
    hearing.hear(wire.treadmill_data(speed_kmh=5, incline_pct=-0.0))
    assert str(hearing.samples[0].incline_pct) == "0.0"


@pytest.mark.parametrize(
    ("packet", "moving"),
    [(STANDING, False), (wire.treadmill_data(speed_kmh=0.3), False), (RUNNING, True)],
)
def test_r2_a_belt_faster_than_a_third_of_a_kmh_moves(
    hearing: HearingRig, packet: bytes, moving: bool
) -> None:
    assert not hearing.hearing.is_moving
    hearing.hear(packet)
    assert hearing.hearing.is_moving is moving


# ---- a speed that is only repeated

FROZEN = bytes.fromhex("0c0420033d0000e2ffff7f3700")


def walked(hearing: HearingRig) -> None:
    """Have a belt move for a while, up to the packet that freezes."""
    for second in range(46, 56):
        metres = 61 - int((55 - second) * 8 / 3.6)
        packet = wire.treadmill_data(
            speed_kmh=8.0, distance_m=metres, incline_pct=-3.0, elapsed_s=second
        )
        hearing.hear(packet)
        hearing.loop.run(1.0)


def test_a_speed_that_is_only_repeated_is_a_pause_and_said_once(hearing: HearingRig) -> None:
    walked(hearing)
    reports = []
    for _ in range(6):
        hearing.hear(FROZEN)
        reports.append([type(report) for report in hearing.reports])
        hearing.loop.run(1.0)
    assert reports == [[], [Telemetry, Status], *[[Telemetry]] * 4]
    assert (hearing.samples[0].speed_kmh, hearing.samples[0].incline_pct) == (0.0, -3.0)
    assert not hearing.hearing.is_moving


def test_r4_a_stop_from_here_is_at_rest_when_the_speed_is_only_repeated(
    hearing: HearingRig,
) -> None:
    walked(hearing)
    hearing.hearing.stop_sent()
    hearing.hear(FROZEN)
    hearing.loop.run(1.0)
    assert hearing.hear(FROZEN) == [(0.0, -3.0)]
    assert hearing.kinds == [StatusKind.PAUSED]


def test_a_belt_that_was_paused_before_we_came_is_no_news(hearing: HearingRig) -> None:
    kinds = []
    for _ in range(6):
        hearing.hear(FROZEN)
        kinds += hearing.kinds
        hearing.loop.run(1.0)
    assert kinds == [StatusKind.PAUSED]
    assert hearing.samples[0].speed_kmh == 0.0


# ---- what cannot be


@pytest.mark.parametrize("speed", [40.01, 655.35])
def test_a_speed_that_cannot_be_is_none_and_the_incline_stays(
    hearing: HearingRig, speed: float
) -> None:
    garbage = wire.treadmill_data(speed_kmh=speed, incline_pct=-2.0)
    assert hearing.hear(RUNNING, garbage, NO_INCLINE) == [(9.5, -6.0), (9.5, -2.0)]


@pytest.mark.parametrize("incline", [45.1, -45.1, 300.0, -3276.8])
def test_an_incline_that_cannot_be_is_none_and_the_speed_stays(
    hearing: HearingRig, incline: float
) -> None:
    garbage = wire.treadmill_data(speed_kmh=5, incline_pct=incline, heart_rate_bpm=140)
    hearing.hear(RUNNING, garbage)
    assert [sample.speed_kmh for sample in hearing.samples] == [9.5, 5.0]
    assert hearing.samples[-1].heart_rate_bpm == 140


@pytest.mark.parametrize(("rate", "known"), [(0, None), (24, None), (25, 25), (240, 240)])
@pytest.mark.parametrize("impossible", [241, 255])
def test_a_heart_rate_that_cannot_be_is_none(
    hearing: HearingRig, rate: int, known: int | None, impossible: int
) -> None:
    hearing.hear(
        wire.treadmill_data(speed_kmh=5, heart_rate_bpm=rate),
        wire.treadmill_data(speed_kmh=5, heart_rate_bpm=impossible),
    )
    assert [sample.heart_rate_bpm for sample in hearing.samples] == [known, None]
    assert [sample.speed_kmh for sample in hearing.samples] == [5.0, 5.0]


LEVEL_SEVEN = bytes.fromhex("0c0420036400 00cc01ff7f3c00")  # 8.0 km/h, "46 %"


def test_a_level_that_is_sent_as_percents_is_said_once_and_the_speed_goes_on(
    hearing: HearingRig, caplog: pytest.LogCaptureFixture
) -> None:
    for _ in range(60):
        hearing.hear(LEVEL_SEVEN)
        assert [sample.speed_kmh for sample in hearing.samples] == [8.0]
    (warning,) = caplog.messages
    assert "an incline that cannot be: 0c0420036" in warning


def test_a_factor_makes_a_level_what_it_is() -> None:
    hearing = HearingRig(FtmsOptions(incline_factor=6.67))
    assert hearing.hear(LEVEL_SEVEN) == [(8.0, 6.9)]


def test_an_incline_that_cannot_be_is_not_where_the_deck_is(hearing: HearingRig) -> None:
    slope = wire.treadmill_data(incline_pct=300.0, distance_m=1)
    assert hearing.hear(slope, STANDING) == [(0.0, None)]
    assert hearing.hear(RUNNING, slope, STANDING) == [(9.5, -6.0), (0.0, -6.0)]


def test_nonsense_is_logged_once_a_connection(
    hearing: HearingRig, caplog: pytest.LogCaptureFixture
) -> None:
    for _ in range(2):
        hearing.hearing.begin()
        hearing.hear(wire.treadmill_data(speed_kmh=99), RUNNING[:3], b"")
        hearing.hearing.status(b"")
    warnings = [record for record in caplog.records if record.levelno == logging.WARNING]
    assert len(warnings) == 2
    assert "a speed that cannot be: 0000ac26." in warnings[0].message


def test_nothing_and_very_much_are_logged_in_a_few_words(
    hearing: HearingRig, caplog: pytest.LogCaptureFixture
) -> None:
    hearing.hear(b"")
    hearing.hearing.begin()
    hearing.hear(b"\x00\x00\xff\xff" + bytes(500))
    assert "a measurement cut short: nothing." in caplog.messages[0]
    assert len(caplog.messages[1]) < 200


def test_a_new_connection_knows_nothing_of_an_earlier_one(hearing: HearingRig) -> None:
    hearing.hear(RUNNING)
    hearing.hearing.begin()
    assert not hearing.hearing.is_moving
    assert hearing.hear(NO_INCLINE) == [(9.5, None)]


@given(st.lists(st.binary(max_size=40) | st.sampled_from([RUNNING, STANDING, NO_INCLINE])))
def test_no_packet_is_too_strange(packets: list[bytes]) -> None:
    hearing = HearingRig()
    measured = hearing.hear(*packets)
    assert all(0 <= speed <= 40 and -45 <= (incline or 0.0) <= 45 for speed, incline in measured)


# ---- status


@pytest.mark.parametrize(
    ("said", "kinds"),
    [
        (wire.STARTED, [StatusKind.STARTED]),
        (wire.STOPPED, [StatusKind.STOPPED]),
        (wire.PAUSED, [StatusKind.PAUSED]),
        (b"\x02", [StatusKind.STOPPED]),
        (wire.SAFETY_KEY, [StatusKind.SAFETY_KEY]),
        (wire.RESET, [StatusKind.CONTROL_LOST]),
        (wire.CONTROL_LOST, [StatusKind.CONTROL_LOST]),
        (wire.speed_changed(8.0), []),
        (wire.incline_changed(-4.0), []),
        (b"\x77\x01\x02", []),
        (b"", []),
    ],
    ids=str,
)
def test_a_status_is_what_happened_at_the_machine(
    hearing: HearingRig, said: bytes, kinds: list[StatusKind]
) -> None:
    hearing.hearing.status(said)
    assert hearing.kinds == kinds


def test_the_echo_of_a_stop_sent_from_here_is_no_news_from_the_console(hearing: HearingRig) -> None:
    hearing.hear(RUNNING)
    hearing.hearing.stop_sent()
    hearing.loop.run(STOP_ECHO_S - 0.1)
    hearing.hearing.status(wire.STOPPED)
    hearing.hearing.status(wire.PAUSED)
    assert hearing.kinds == []


def test_a_stop_long_after_one_sent_from_here_is_news(hearing: HearingRig) -> None:
    hearing.hear(RUNNING)
    hearing.hearing.stop_sent()
    hearing.loop.run(STOP_ECHO_S)
    hearing.hearing.status(wire.STOPPED)
    assert hearing.kinds == [StatusKind.STOPPED]


def test_a_stop_after_the_belt_came_to_rest_is_news(hearing: HearingRig) -> None:
    hearing.hear(RUNNING)
    hearing.hearing.stop_sent()
    hearing.hear(STANDING, RUNNING)
    hearing.hearing.status(wire.STOPPED)
    assert hearing.kinds == [StatusKind.STOPPED]


def test_a_safety_key_is_news_whatever_was_sent(hearing: HearingRig) -> None:
    hearing.hearing.stop_sent()
    hearing.hearing.status(wire.SAFETY_KEY)
    assert hearing.kinds == [StatusKind.SAFETY_KEY]


# ---- through the driver


@pytest.fixture
async def rig(make_rig: MakeRig) -> MemoryRig:
    return await make_rig(kmh=6.0)


async def test_a_stop_from_here_is_not_reported_as_one_from_the_console(rig: MemoryRig) -> None:
    ear = Ear(rig.treadmill)
    await ask(rig, rig.treadmill.stop_belt())
    await rig.run(10.0)
    assert (ear.statuses, rig.speed_kmh) == ([], 0.0)


async def test_a_stop_at_the_console_is_reported(rig: MemoryRig) -> None:
    ear = Ear(rig.treadmill)
    rig.press_stop()
    assert ear.reports == [Status(StatusKind.STOPPED)]


async def test_a_pause_at_the_console_is_reported_as_one(rig: MemoryRig) -> None:
    ear = Ear(rig.treadmill)
    rig.machine.press_pause()
    assert ear.reports == [Status(StatusKind.PAUSED)]


async def test_lost_control_is_reported(rig: MemoryRig) -> None:
    ear = Ear(rig.treadmill)
    rig.machine.take_control()
    assert ear.reports == [Status(StatusKind.CONTROL_LOST)]


@pytest.mark.parametrize("fault", [WireFault.REFUSE_02, WireFault.REFUSE_04])
async def test_a_stop_at_the_console_is_reported_after_one_from_here_was_refused(
    rig: MemoryRig, fault: WireFault
) -> None:
    rig.machine.wire_faults = {fault}
    with pytest.raises(RejectedError):
        await ask(rig, rig.treadmill.stop_belt())
    ear = Ear(rig.treadmill)
    rig.press_stop()
    assert ear.reports == [Status(StatusKind.STOPPED)]


async def test_a_stop_whose_answer_is_missing_still_has_an_echo(make_rig: MakeRig) -> None:
    rig = await make_rig(PROFILES["typical"].having(Quirk.SILENT_ABOUT_COMMANDS), kmh=6.0)
    rig.machine.wire_faults = {WireFault.NO_INDICATION}
    with pytest.raises(NoAnswerError, match=r"no answer|in time"):
        await ask(rig, rig.treadmill.stop_belt())
    ear = Ear(rig.treadmill)
    rig.link.say(MACHINE_STATUS, wire.STOPPED)
    assert ear.statuses == []


async def test_a_stop_at_the_console_is_reported_in_a_new_contact(rig: MemoryRig) -> None:
    await ask(rig, rig.treadmill.stop_belt())
    rig.link.lose()
    ear = Ear(rig.treadmill)
    await rig.run(1.0)
    rig.link.say(MACHINE_STATUS, wire.STOPPED)
    assert ear.reports[0] == Link(up=True)
    assert ear.statuses == [StatusKind.STOPPED]
