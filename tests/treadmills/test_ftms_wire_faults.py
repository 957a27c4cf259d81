"""Every fault there is between a machine and its central, in the middle of a descent.

What the driver says, what becomes of the session, and that Stop is still tried. ``COVERED`` names
a test of each fault: one without a test fails here.
"""

from __future__ import annotations

from collections.abc import Callable
import inspect
from typing import Any, NamedTuple

import pytest

from custom_components.descent.training.events import Reason, Refused, Resume, State, Stop
from custom_components.descent.training.model import Phase
from custom_components.descent.treadmills.base import (
    Contact,
    ContactError,
    NoAnswerError,
    RejectedError,
)
from custom_components.descent.treadmills.ftms_control import NotSupportedError
from tests.machines import test_proxy
from tests.machines.profiles import PROFILES, Quirk, WireFault
from tests.training import plans
from tests.treadmills import test_ble
from tests.treadmills.contract import Ear, ask
from tests.treadmills.rig_memory import MakeRig, MemoryRig
from tests.treadmills.rig_session import MakeSession, SessionRig

TYPICAL = PROFILES["typical"]
MUTE = TYPICAL.having(Quirk.SILENT_ABOUT_COMMANDS)  # only an indication answers
MOVES_KMH = 0.35  # just more than what counts, which is measured in hundredths
DOWNHILL = plans.of(
    plans.step(Phase.STEADY, 6, 0, 20),
    plans.step(Phase.DESCENT, 8, -3, 60, rep=1, reps=1),
    plans.step(Phase.STEADY, 6, 0, 20),
)


class Case(NamedTuple):
    """What comes of a fault in mid-descent."""

    fault: WireFault
    error: type[Exception]  # of the driver, at the next command
    reason: Reason  # why the session is suspended
    within_s: float  # until then
    contact: Contact  # ten seconds into the fault


REFUSALS = (
    Case(WireFault.REFUSE_02, NotSupportedError, Reason.REJECTED, 3.0, Contact.CONNECTED),
    Case(WireFault.REFUSE_03, RejectedError, Reason.REJECTED, 3.0, Contact.CONNECTED),
    Case(WireFault.REFUSE_04, RejectedError, Reason.REJECTED, 3.0, Contact.CONNECTED),
    Case(WireFault.REFUSE_05, RejectedError, Reason.REJECTED, 3.0, Contact.CONNECTED),
    Case(WireFault.ATT_ERROR, RejectedError, Reason.REJECTED, 3.0, Contact.CONNECTED),
)
UNKNOWN = (
    Case(WireFault.NO_INDICATION, NoAnswerError, Reason.NOT_CONFIRMED, 5.0, Contact.CONNECTED),
)
LOSSES = (
    Case(WireFault.TAKEN, ContactError, Reason.LOST_CONTACT, 1.0, Contact.TAKEN),
    Case(WireFault.HANG_UP, ContactError, Reason.LOST_CONTACT, 1.0, Contact.UNREACHABLE),
    Case(WireFault.BLACKOUT, ContactError, Reason.LOST_CONTACT, 1.0, Contact.NOT_FOUND),
    Case(WireFault.REFUSE_CONNECTION, ContactError, Reason.LOST_CONTACT, 1.0, Contact.UNREACHABLE),
)
# Nobody says so: the link looks open. A connection the machine forgot is made anew after 15 s.
SILENCES = (
    Case(WireFault.HALF_OPEN, NoAnswerError, Reason.LOST_CONTACT, 5.0, Contact.CONNECTED),
    Case(WireFault.SILENT, NoAnswerError, Reason.LOST_CONTACT, 5.0, Contact.CONNECTED),
)
CASES = (*REFUSALS, *UNKNOWN, *LOSSES, *SILENCES)


def each(*cases: Case) -> pytest.MarkDecorator:
    """Run a test for each of some cases."""
    return pytest.mark.parametrize("case", cases, ids=[case.fault.value for case in cases])


def fail(rig: MemoryRig, case: Case) -> None:
    """Make it so. Who keeps others out does not end the contact there is: that is lost too."""
    rig.forget()
    rig.machine.wire_faults = {case.fault}
    if case.fault in {WireFault.TAKEN, WireFault.REFUSE_CONNECTION}:
        rig.link.lose()


async def descending(make_session: MakeSession) -> SessionRig:
    """Return a session whose deck is on its way down, under a belt that moves."""
    rig = await make_session(MUTE)
    await rig.arm(DOWNHILL)
    await rig.until(lambda rig: rig.incline_pct <= -0.4)
    return rig


async def watched(rig: SessionRig, seconds: int) -> set[tuple[bool | None, bool]]:
    """Let time pass; returns every pair of what is shown and what is true of a moving belt."""
    seen: set[tuple[bool | None, bool]] = set()
    for _ in range(seconds * 2):
        await rig.run(0.5)
        seen.add((rig.conductor.snapshot().belt_moving, rig.speed_kmh > MOVES_KMH))
    return seen


STANDS_THEY_SAY = (False, True)  # of a belt that moves: what nobody may ever be told


# ---- what the driver says


@each(*REFUSALS, *UNKNOWN, *LOSSES)
async def test_an_order_fails_in_a_way_that_says_how(make_rig: MakeRig, case: Case) -> None:
    rig = await make_rig(MUTE, kmh=6.0)
    await ask(rig, rig.treadmill.set_incline(-1.0))
    fail(rig, case)
    with pytest.raises(case.error) as caught:
        await ask(rig, rig.treadmill.set_incline(-2.0))
    assert type(caught.value) is case.error
    await rig.run(10.0)
    assert rig.treadmill.contact is case.contact


async def test_a_silent_machine_still_answers(make_rig: MakeRig) -> None:
    rig = await make_rig(MUTE, kmh=6.0)
    ear = Ear(rig.treadmill)
    rig.machine.wire_faults = {WireFault.SILENT}
    await ask(rig, rig.treadmill.set_incline(-1.0))
    assert (ear.reports, rig.told) == ([], ["00", "03f6ff"])


async def test_a_connection_the_machine_forgot_answers_nothing_and_is_made_anew(
    make_rig: MakeRig,
) -> None:
    rig = await make_rig(MUTE, kmh=6.0)
    ear = Ear(rig.treadmill)
    rig.machine.wire_faults = {WireFault.HALF_OPEN}
    with pytest.raises(NoAnswerError):
        await ask(rig, rig.treadmill.set_incline(-1.0))
    assert rig.treadmill.connected
    await rig.run(20.0)
    assert (ear.links, rig.told) == ([False, True], [])
    await rig.run(2.0)
    assert ear.samples[-1].speed_kmh == 6.0


async def test_without_an_indication_a_status_answers(make_session: MakeSession) -> None:
    rig = await make_session(TYPICAL)
    rig.machine.wire_faults = {WireFault.NO_INDICATION}
    await rig.arm(DOWNHILL)
    await rig.finish()
    assert rig.view.reason is Reason.COMPLETED
    assert {State.PAUSED, State.SUSPENDED}.isdisjoint(rig.states)


# ---- what becomes of a descent


@each(*CASES)
async def test_a_descent_is_suspended_and_nothing_more_is_set(
    make_session: MakeSession, case: Case
) -> None:
    rig = await descending(make_session)
    before = len(rig.written)
    fail(rig, case)
    began = rig.clock.now()
    await rig.until(lambda rig: rig.state is State.SUSPENDED, case.within_s)
    assert (rig.view.reason, rig.clock.now() - began <= case.within_s) == (case.reason, True)
    written = len(rig.written)
    seen = await watched(rig, 40)
    assert STANDS_THEY_SAY not in seen
    assert rig.written[written:] == []
    assert rig.written[before:].count("03e2ff") <= 2  # once more with permission
    assert rig.state is State.SUSPENDED
    assert rig.speed_kmh > 3.0  # the belt runs on, and that is what is said of it
    assert f"suspended_{case.reason}" in rig.cues


@each(*LOSSES, SILENCES[1])
async def test_r5_nobody_resumes_without_contact(make_session: MakeSession, case: Case) -> None:
    rig = await descending(make_session)
    fail(rig, case)
    await rig.run(15.0)
    assert case.contact is rig.treadmill.contact
    with pytest.raises(Refused, match="no_contact"):
        await rig.ask(Resume())
    assert rig.conductor.snapshot().belt_moving is None


@each(*CASES)
async def test_a_descent_goes_on_when_the_fault_is_over_and_the_runner_says_so(
    make_session: MakeSession, case: Case
) -> None:
    rig = await descending(make_session)
    fail(rig, case)
    await rig.run(20.0)
    rig.machine.wire_faults = set()
    await rig.run(40.0)
    assert (rig.state, rig.treadmill.connected) == (State.SUSPENDED, True)
    assert not [command for command in rig.written[-3:] if command.startswith("07")]
    rig.forget()
    await rig.ask(Resume())
    await rig.finish()
    assert (rig.view.reason, rig.sent(0x07)) == (Reason.COMPLETED, [])


# ---- Stop


@each(*REFUSALS)
async def test_r4_a_refused_stop_is_repeated_and_the_safety_key_is_named(
    make_session: MakeSession, case: Case
) -> None:
    rig = await descending(make_session)
    rig.helpful = False
    fail(rig, case)
    await rig.run(5.0)
    written = len(rig.written)
    await rig.ask(Stop())
    seen = await watched(rig, 20)
    after = rig.written[written:]
    assert after.count("0801") >= 5
    assert STANDS_THEY_SAY not in seen
    assert "fault_use_safety_key" in rig.cues
    assert rig.speed_kmh > 3.0
    rig.machine.wire_faults = set()
    await rig.run(20.0)
    assert (rig.speed_kmh, rig.conductor.snapshot().belt_moving) == (0.0, False)


@each(*UNKNOWN, SILENCES[1])
async def test_r4_a_stop_whose_answer_nobody_hears_stops_the_belt(
    make_session: MakeSession, case: Case
) -> None:
    rig = await descending(make_session)
    fail(rig, case)
    await rig.run(6.0)
    await rig.ask(Stop())
    seen = await watched(rig, 15)
    assert STANDS_THEY_SAY not in seen
    assert (rig.sent(0x08)[0], rig.speed_kmh) == (b"\x08\x01", 0.0)


async def test_r5_a_belt_that_stands_unheard_is_not_said_to_stand(
    make_session: MakeSession,
) -> None:
    rig = await descending(make_session)
    fail(rig, SILENCES[1])
    await rig.run(6.0)
    await rig.ask(Stop())
    await rig.run(15.0)
    assert (rig.speed_kmh, rig.conductor.snapshot().belt_moving) == (0.0, None)
    assert rig.cues[-1] == "fault_use_safety_key"
    rig.machine.wire_faults = set()
    await rig.run(5.0)
    assert rig.conductor.snapshot().belt_moving is False


@each(*LOSSES, SILENCES[0])
async def test_r4_a_stop_without_contact_is_tried_until_contact_is_back(
    make_session: MakeSession, case: Case
) -> None:
    rig = await descending(make_session)
    fail(rig, case)
    await rig.run(6.0)
    await rig.ask(Stop())
    seen = await watched(rig, 8)
    assert (rig.told, rig.speed_kmh > 3.0) == ([], True)
    assert "fault_use_safety_key" in rig.cues
    rig.machine.wire_faults = set()
    seen |= await watched(rig, 40)
    assert STANDS_THEY_SAY not in seen
    assert set(rig.told) <= {"00", "0801"}
    assert (rig.sent(0x08)[0], rig.speed_kmh) == (b"\x08\x01", 0.0)
    assert rig.conductor.snapshot().belt_moving is False


# ---- nothing is left out

ELSEWHERE: dict[WireFault, Callable[..., Any]] = {
    WireFault.NO_SLOT: test_ble.test_why_there_is_no_contact_is_told,
    WireFault.PROXY_LOST: test_proxy.test_a_lost_proxy_takes_the_machine_with_it,
}


def test_every_fault_has_a_test_that_names_it() -> None:
    here = [case.fault for case in CASES]
    assert sorted([*here, *ELSEWHERE]) == sorted(WireFault)
    unnamed = {
        fault
        for fault, test in ELSEWHERE.items()
        if f"WireFault.{fault.name}" not in inspect.getsource(test)
    }
    assert unnamed == set()
