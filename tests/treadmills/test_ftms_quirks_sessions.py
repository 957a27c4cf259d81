"""A session with a descent on machines with quirks: what harms none, and what is found out."""

from __future__ import annotations

from collections.abc import Callable

from hypothesis import given, settings, strategies as st
import pytest

from custom_components.descent.training.events import Reason, Resume, State, Stop
from custom_components.descent.training.model import Phase
from custom_components.descent.training.rules import WOBBLE_KMH, Permissions
from custom_components.descent.treadmills.base import Doubt
from custom_components.descent.treadmills.faults import TRANSIENT_ZERO_EVERY
from tests.machines.profiles import KMH_PER_MPH, PROFILES, Quirk
from tests.training import plans
from tests.treadmills.rig_session import ALLOWED, MakeSession, SessionRig

TYPICAL = PROFILES["typical"]
STARTS_ITSELF = Permissions(control=True, start_belt=True)
STEADY = plans.step(Phase.STEADY, 6, 0, 20)
DESCENT = plans.step(Phase.DESCENT, 8, -3, 20, rep=1, reps=1)
DOWNHILL = plans.of(STEADY, DESCENT, STEADY)

# A whole session does not mind these, alone or together.
HARMLESS = (
    Quirk.REPEATS_UPSET,
    Quirk.CONTROL_FAILS,
    Quirk.CONTROL_DENIED,
    Quirk.STATUS_ANSWERS,
    Quirk.ANSWERS_EARLY,
    Quirk.ONE_AT_A_TIME,
    Quirk.NO_START_OR_STOP,
    Quirk.SUCCESS_FIRST,
    Quirk.DEAF_AFTER_OVERRIDE,
    Quirk.SLOW_START,
    Quirk.INCLINE_STARTS,
    Quirk.NO_INCLINE_RANGE,
    Quirk.ZERO_INCLINE_RANGE,
    Quirk.FALSE_STEP,
    Quirk.FALSE_FEATURES,
    Quirk.NAMELESS,
    Quirk.INCLINE_IS_TARGET,
    Quirk.TRANSIENT_ZEROS,
    Quirk.TRUNCATED,
    Quirk.SPLIT_DATA,
    Quirk.ALL_ZERO_AT_REST,
    Quirk.SHORT_TRAINING_STATUS,
    Quirk.EMPTY_TRAINING_STATUS,
    Quirk.COUNTS_STEPS,
    Quirk.FREEZES,
    Quirk.COUNTS_OVER,
    Quirk.RESETS_ON_STOP,
    Quirk.SILENT_AT_REST,
    Quirk.SILENT_ABOUT_COMMANDS,
)

# Nothing answers a command of such a machine, or tells that a stop was refused.
UNANSWERED = {Quirk.STATUS_ANSWERS, Quirk.SILENT_ABOUT_COMMANDS}
IN_SILENCE = {Quirk.STATUS_ANSWERS, Quirk.NO_START_OR_STOP}


async def descended(rig: SessionRig) -> None:
    """Run a session with a descent from beginning to end, and see that nothing was odd about it."""
    rig.forget()
    await rig.arm(DOWNHILL)
    await rig.finish()
    assert rig.view.reason is Reason.COMPLETED
    assert {State.PAUSED, State.SUSPENDED}.isdisjoint(rig.states)
    assert rig.sent(0x07) == []
    assert rig.told.count("00") <= 1
    assert [command.hex() for command in rig.sent(0x03)] == ["03f6ff", "03e2ff", "030000"]
    await rig.run(10.0)
    assert rig.speed_kmh == 0.0


@pytest.mark.parametrize("quirk", HARMLESS)
async def test_a_descent_runs_in_spite_of_a_quirk(make_session: MakeSession, quirk: Quirk) -> None:
    await descended(await make_session(TYPICAL.having(quirk)))


async def test_r6_a_machine_that_answers_in_no_way_is_not_driven_on(
    make_session: MakeSession,
) -> None:
    rig = await make_session(TYPICAL.having(*UNANSWERED))
    await rig.arm(DOWNHILL)
    await rig.until(lambda rig: rig.state is State.SUSPENDED)
    assert (rig.view.reason, len(rig.sent(0x02))) == (Reason.NOT_CONFIRMED, 1)


# Each is a whole session, so there are fewer of them.
@settings(max_examples=60)
@given(
    quirks=st.sets(st.sampled_from(HARMLESS), min_size=2).filter(
        lambda quirks: not quirks >= UNANSWERED and not quirks >= IN_SILENCE
    )
)
async def test_a_descent_runs_in_spite_of_any_quirks_together(quirks: set[Quirk]) -> None:
    rig = await SessionRig(TYPICAL.having(*quirks), ALLOWED).set_up()
    await descended(rig)
    await rig.close()


async def test_r4_a_zero_after_a_refused_stop_is_no_rest_and_the_runner_is_asked(
    make_session: MakeSession,
) -> None:
    rig = await make_session(TYPICAL.having(Quirk.NO_START_OR_STOP, Quirk.TRANSIENT_ZEROS))

    def happened(event: str) -> None:
        zero_is_next = event.startswith("command 08")
        rig.machine._sensors._packets = TRANSIENT_ZERO_EVERY - 1 if zero_is_next else 0

    rig.machine.on_event = happened
    await descended(rig)
    assert "press_stop" in rig.cues


# ---- what machines do


async def test_r2_a_slow_start_is_waited_for_and_not_repeated(make_session: MakeSession) -> None:
    rig = await make_session(TYPICAL.having(Quirk.SLOW_START), STARTS_ITSELF)
    rig.helpful = False
    await rig.arm(DOWNHILL)
    await rig.until(lambda rig: bool(rig.sent(0x07)), 30.0)
    await rig.run(10.0)
    assert (rig.state, rig.speed_kmh) == (State.ARMED, 0.0)
    await rig.finish()
    assert (rig.view.reason, rig.sent(0x07)) == (Reason.COMPLETED, [b"\x07"])


async def test_a_machine_that_wants_miles_is_told_miles(make_session: MakeSession) -> None:
    rig = await make_session(TYPICAL.having(Quirk.MILES), speed_unit="mph_commands")
    await rig.arm(DOWNHILL)
    await rig.until(lambda rig: abs(rig.speed_kmh - 6.0) < 0.05)
    assert "027501" in rig.told  # 3.73 mph
    await rig.finish()
    assert rig.view.reason is Reason.COMPLETED
    assert {State.PAUSED, State.SUSPENDED}.isdisjoint(rig.states)


def is_faster_than(kmh: float) -> Callable[[SessionRig], bool]:
    """Make a condition that fails a test when the belt is truly faster, and is never so."""

    def look(rig: SessionRig) -> bool:
        assert rig.speed_kmh <= kmh + WOBBLE_KMH
        return rig.state is State.FINISHED

    return look


async def test_r10_a_machine_of_miles_keeps_every_cap_in_truth(make_session: MakeSession) -> None:
    rig = await make_session(TYPICAL.having(Quirk.MILES_EVERYWHERE), speed_unit="mph")
    await rig.arm(DOWNHILL)
    await rig.until(is_faster_than(8.0))
    assert rig.view.reason is Reason.COMPLETED
    assert {State.PAUSED, State.SUSPENDED}.isdisjoint(rig.states)
    assert rig.view.summary is not None
    assert max(lap.max_speed_kmh for lap in rig.view.summary.laps) == pytest.approx(8.0, abs=0.05)


async def test_r11_readings_in_miles_that_nobody_knows_of_are_found_out_and_let_go_of(
    make_session: MakeSession,
) -> None:
    rig = await make_session(TYPICAL.having(Quirk.MILES_EVERYWHERE))
    await rig.arm(plans.of(plans.step(Phase.STEADY, 6, 0, 240), DESCENT, STEADY))
    await rig.until(lambda rig: rig.state is State.SUSPENDED, 90.0)
    # Nobody here asked for so much: as far as the rules know, somebody at the console did.
    said = (rig.view.reason, rig.treadmill.doubts)
    assert said == (Reason.CONSOLE_CHANGE, frozenset({Doubt.SPEED_UNIT}))
    assert rig.view.telemetry is not None
    assert rig.view.telemetry.speed_kmh == pytest.approx(rig.speed_kmh, abs=0.05)
    await rig.ask(Resume())
    await rig.run(10.0)
    await rig.until(is_faster_than(8.0))  # by the faster of two speeds no cap is exceeded
    assert rig.view.reason is Reason.COMPLETED


async def test_readings_in_kilometres_of_a_machine_that_is_said_to_count_miles_are_told(
    make_session: MakeSession,
) -> None:
    rig = await make_session(TYPICAL, speed_unit="mph")
    await rig.arm(DOWNHILL)
    await rig.until(is_faster_than(8.0 / KMH_PER_MPH))  # the belt is slower than anybody believes
    assert rig.view.reason is Reason.COMPLETED
    assert rig.treadmill.doubts == {Doubt.SPEED_UNIT}


@pytest.mark.parametrize("key", ["console_speed", "console_incline"])
async def test_r11_a_key_pressed_in_the_middle_of_our_ramp_is_heard_of_at_once(
    make_session: MakeSession, key: str
) -> None:
    rig = await make_session(TYPICAL)
    await rig.arm(plans.flat(12.0))
    await rig.until(lambda rig: rig.speed_kmh > 6.0)
    await rig.run(0.7)
    getattr(rig, key)(-1.2)
    await rig.run(0.2)
    assert (rig.state, rig.view.reason) == (State.SUSPENDED, Reason.CONSOLE_CHANGE)
    sent = len(rig.sent(0x02))
    await rig.run(30.0)
    assert (len(rig.sent(0x02)), rig.sent(0x03)) == (sent, [])


async def test_r12_miles_that_nobody_knows_of_are_found_out_and_slowed_down(
    make_session: MakeSession,
) -> None:
    rig = await make_session(TYPICAL.having(Quirk.MILES))
    await rig.arm(DOWNHILL)
    await rig.until(lambda rig: rig.state is State.SUSPENDED)
    assert (rig.view.reason, rig.speed_kmh < 8.0) == (Reason.OVERSHOOT, True)
    await rig.run(10.0)
    assert rig.speed_kmh <= 4.0 * 1.61
    assert rig.sent(0x03) == []
    await rig.ask(Stop())
    await rig.run(15.0)
    assert rig.speed_kmh == 0.0
