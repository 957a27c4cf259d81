"""What has happened to people's treadmills, replayed: from a session down to the bytes.

Each test names the thread it comes from, and holds what Descent does instead.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from custom_components.descent.training.events import Aim, Reason, Refused, Resume, State, Stop
from custom_components.descent.training.model import DeclineCheck, Phase
from custom_components.descent.training.rules import Permissions
from tests.machines.profiles import PROFILES, Quirk
from tests.training import plans
from tests.treadmills.rig_session import MakeSession, SessionRig

SET_INCLINE, START = 0x03, 0x07
TYPICAL, NORDIC, MERACH = PROFILES["typical"], PROFILES["nordic"], PROFILES["merach"]
STARTS_ITSELF = Permissions(control=True, start_belt=True)
STEADY = plans.step(Phase.STEADY, 6, 0, 60)
UPHILL = plans.step(Phase.STEADY, 6, 3, 60)
DRILLS = plans.step(Phase.DRILLS, 0, 0, 10)
DESCENT = plans.step(Phase.DESCENT, 8, -3, 30, rep=1, reps=1)


def running(rig: SessionRig) -> bool:
    return rig.state is State.RUNNING


def at(speed: float) -> Callable[[SessionRig], bool]:
    return lambda rig: abs(rig.speed_kmh - speed) < 0.05


# ---- an app that kept sending Start: Zwift iOS 2023, qdomyos-zwift #923, PR #4916


async def test_pr_4916_start_is_sent_once_and_never_again(make_session: MakeSession) -> None:
    rig = await make_session(TYPICAL, STARTS_ITSELF)
    rig.helpful = False
    await rig.arm(plans.flat(6))
    await rig.until(running)
    assert rig.sent(START) == [b"\x07"]
    rig.link.lose()
    await rig.run(60)
    assert rig.treadmill.connected
    await rig.ask(Resume())
    await rig.until(at(6))
    await rig.ask(Stop())
    await rig.run(120)
    assert rig.sent(START) == [b"\x07"]
    assert rig.speed_kmh == 0


async def test_issue_923_a_belt_that_was_stopped_at_the_console_stays_stopped(
    make_session: MakeSession,
) -> None:
    rig = await make_session(TYPICAL, STARTS_ITSELF)
    rig.helpful = False
    await rig.arm(plans.flat(6))
    await rig.until(at(6))
    rig.press_stop()
    await rig.run(300)
    assert (rig.state, rig.view.reason) == (State.PAUSED, Reason.CONSOLE_STOP)
    assert rig.sent(START) == [b"\x07"]
    assert rig.speed_kmh == 0


async def test_pr_4916_a_start_that_shows_nothing_is_not_repeated(
    make_session: MakeSession,
) -> None:
    rig = await make_session(PROFILES["kingsmith"], STARTS_ITSELF)
    rig.helpful = False
    rig.machine.belt_and_deck.start = lambda now: None  # type: ignore[method-assign]  # it is deaf
    await rig.arm(plans.flat(6))
    await rig.run(200)
    assert len(rig.sent(START)) == 1
    assert rig.view.reason is Reason.EXPIRED


# ---- a negative incline sent to a deck that cannot decline: qdomyos-zwift #2552


async def test_issue_2552_a_deck_that_says_it_is_level_at_least_gets_no_decline(
    make_session: MakeSession,
) -> None:
    rig = await make_session(PROFILES["f85_flat"], min_incline=-5)
    with pytest.raises(Refused, match="incline_out_of_range"):
        await rig.ask(Aim(incline_pct=-3))
    assert rig.told == []


async def test_issue_2552_a_deck_that_goes_up_gets_one_small_decline_and_no_other(
    make_session: MakeSession,
) -> None:
    silent = PROFILES["f85_flat"].having(Quirk.NO_INCLINE_RANGE)
    rig = await make_session(silent, min_incline=-5)
    await rig.arm(plans.of(STEADY, DESCENT))
    await rig.until(lambda rig: rig.state is State.SUSPENDED)
    assert rig.view.reason is Reason.WRONG_WAY
    assert rig.engine.decline is DeclineCheck.WRONG_WAY
    assert rig.sent(SET_INCLINE) == [b"\x03\xf6\xff"]  # -1.0 %
    assert rig.speed_kmh <= 4
    assert rig.incline_pct < 3
    assert {"decline_check", "decline_wrong_way", "fault_wrong_way"} <= set(rig.cues)
    with pytest.raises(Refused, match="decline_wrong_way"):
        await rig.ask(Resume())
    await rig.ask(Stop())
    await rig.run(60)
    with pytest.raises(Refused, match="decline_wrong_way"):
        await rig.ask(Aim(incline_pct=-1))
    assert len(rig.sent(SET_INCLINE)) == 1


async def test_a_deck_that_does_go_down_is_found_out_in_one_step(make_session: MakeSession) -> None:
    rig = await make_session(PROFILES["t800"])
    await rig.arm(plans.of(STEADY, DESCENT))
    await rig.finish()
    assert rig.engine.decline is DeclineCheck.CONFIRMED
    assert rig.sent(SET_INCLINE)[:2] == [b"\x03\xf6\xff", b"\x03\xe2\xff"]  # -1.0 and -3.0 %
    assert rig.view.reason is Reason.COMPLETED


# ---- every + and - accelerated the belt: qdomyos-zwift #3382


async def test_issue_3382_a_belt_that_only_accelerates_is_stopped(
    make_session: MakeSession,
) -> None:
    rig = await make_session(TYPICAL.having(Quirk.KEYS_ACCELERATE))
    await rig.arm(plans.of(plans.step(Phase.STEADY, 10, 0, 60), STEADY))
    await rig.until(at(10))
    fastest = 0.0
    await rig.until(lambda rig: rig.state is State.SUSPENDED)
    for _ in range(60):
        fastest = max(fastest, rig.speed_kmh)
        await rig.run(0.5)
    assert rig.view.reason is Reason.WRONG_WAY
    assert fastest < 12
    assert rig.speed_kmh == 0
    assert "fault_wrong_way" in rig.cues


# ---- every incline re-sent Start: qdomyos-zwift #1824


async def test_issue_1824_no_incline_is_sent_to_a_standing_belt_in_a_session(
    make_session: MakeSession,
) -> None:
    rig = await make_session(TYPICAL.having(Quirk.INCLINE_STARTS))
    await rig.arm(plans.of(UPHILL, DRILLS, UPHILL, DRILLS))
    await rig.finish()
    assert rig.view.reason is Reason.COMPLETED
    assert rig.sent(START) == []
    assert rig.sent(SET_INCLINE) != []
    stood = rig.clock.now()
    await rig.run(120)
    assert rig.clock.now() > stood
    assert rig.speed_kmh == 0


# ---- a deck that reads 6 % at a true 0: qdomyos-zwift #5113


async def test_issue_5113_an_offset_set_by_the_user_holds_both_ways(
    make_session: MakeSession,
) -> None:
    rig = await make_session(PROFILES["offset"])
    await rig.arm(plans.of(STEADY, DESCENT, STEADY))
    await rig.until(lambda rig: rig.view.step is not None and rig.view.step.index == 1)
    await rig.until(lambda rig: rig.incline_pct == pytest.approx(-3))
    assert rig.view.telemetry is not None
    assert rig.view.telemetry.incline_pct == pytest.approx(-3)
    assert rig.sent(SET_INCLINE)[-1] == b"\x03\x1e\x00"  # 3.0 % in its own words
    await rig.finish()
    assert rig.incline_pct == pytest.approx(0)
    assert rig.view.reason is Reason.COMPLETED


# ---- an all-zero packet thrown away: pyftms showed 9.5 km/h after the belt had stopped


async def test_pyftms_an_all_zero_packet_is_a_standing_belt(make_session: MakeSession) -> None:
    rig = await make_session(TYPICAL.having(Quirk.ALL_ZERO_AT_REST))
    await rig.arm(plans.flat(9.5))
    await rig.until(at(9.5))
    rig.press_stop()
    await rig.run(30)
    assert rig.view.telemetry is not None
    assert rig.view.telemetry.speed_kmh == 0
    assert rig.conductor.snapshot().belt_moving is False
    assert rig.state is State.PAUSED


# ---- SUCCESS while the command is ignored: NordicFTMS after an override at the console


async def test_nordicftms_after_an_override_control_is_asked_for_again(
    make_session: MakeSession,
) -> None:
    rig = await make_session(NORDIC)
    await rig.arm(plans.of(UPHILL, plans.step(Phase.STEADY, 6, 6, 60)))
    await rig.until(at(6))
    await rig.run(5)
    rig.console_incline(2)
    await rig.until(lambda rig: rig.state is State.SUSPENDED)
    await rig.run(10)  # until the deck is where it was set
    rig.forget()
    await rig.ask(Resume())
    await rig.run(15)
    assert rig.told[0] == "00"
    assert rig.incline_pct == pytest.approx(3)
    await rig.finish()
    assert rig.view.reason is Reason.COMPLETED


async def test_nordicftms_a_success_that_shows_nothing_is_not_believed(
    make_session: MakeSession,
) -> None:
    rig = await make_session(TYPICAL.having(Quirk.DEAF_AFTER_OVERRIDE, Quirk.SUCCESS_FIRST))
    await rig.arm(plans.of(STEADY, UPHILL))
    await rig.until(at(6))
    rig.machine._control_point.override()  # and 2ADA tells nobody
    await rig.until(lambda rig: rig.state is State.SUSPENDED)
    assert rig.view.reason is Reason.NOT_CONFIRMED
    assert len(rig.sent(SET_INCLINE)) == 1
    assert rig.cues[-1] == "suspended_not_confirmed"


async def test_nordicftms_stop_slows_a_belt_that_takes_none_and_asks_the_runner(
    make_session: MakeSession,
) -> None:
    rig = await make_session(NORDIC, can_stop=True)  # nobody knows yet
    await rig.arm(plans.flat(10))
    await rig.until(at(10))
    await rig.ask(Stop())
    await rig.run(3)
    assert rig.treadmill.machine.can_stop is False
    assert rig.cues[-1] == "press_stop"
    await rig.run(60)
    assert rig.speed_kmh == 0


# ---- single frames of zero from a running belt: Merach, ProForm Sport 7


async def test_merach_single_zeros_interrupt_no_session(make_session: MakeSession) -> None:
    rig = await make_session(MERACH)
    await rig.arm(plans.of(STEADY, UPHILL, DRILLS, STEADY))
    await rig.finish()
    assert rig.view.reason is Reason.COMPLETED
    assert {State.PAUSED, State.SUSPENDED}.isdisjoint(rig.states)
    assert rig.view.summary is not None
    metres = sum(lap.distance_m for lap in rig.view.summary.laps)
    assert metres == pytest.approx(3 * 100, rel=0.1)


async def test_merach_a_stop_at_the_console_is_believed_at_once(make_session: MakeSession) -> None:
    rig = await make_session(MERACH)
    await rig.arm(plans.flat(6))
    await rig.until(at(6))
    rig.press_stop()
    await rig.run(0.25)
    assert (rig.state, rig.view.reason) == (State.PAUSED, Reason.CONSOLE_STOP)


# ---- people who did not know that it moves by itself: h/p/cosmos, field safety notice of 2023


async def test_h_p_cosmos_nothing_moves_by_itself_before_somebody_has_acknowledged_it(
    make_session: MakeSession,
) -> None:
    rig = await make_session(TYPICAL, Permissions())
    await rig.arm(plans.of(STEADY, UPHILL))
    await rig.until(lambda rig: rig.view.step is not None and rig.view.step.index == 1)
    await rig.ask(Aim(speed_kmh=8))
    await rig.run(20)
    assert rig.told == []
    assert "guided_set" in rig.cues
