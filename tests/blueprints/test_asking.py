"""The blueprints that ask something of the treadmill: by signal, voice or script."""

from __future__ import annotations

from typing import Any

from homeassistant.components import conversation
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import Context, HomeAssistant
from homeassistant.exceptions import ServiceValidationError
from homeassistant.setup import async_setup_component
import pytest

from tests import flow_entries
from tests.blueprints import stand_ins

SIGNAL = [{"trigger": "event", "event_type": "signal"}]


@pytest.fixture(autouse=True)
def phone_fixture(actors: stand_ins.Actors) -> None:
    """Put a phone and a lamp into the room."""
    actors.play("notify.send_message", "light.turn_on", "light.turn_off")


def state(hass: HomeAssistant, treadmill: ConfigEntry[Any]) -> str:
    return flow_entries.shown(hass, treadmill, "sensor", "session_state").state


async def signal(hass: HomeAssistant) -> None:
    hass.bus.async_fire("signal")
    await hass.async_block_till_done()


def lamp(turn: str) -> list[dict[str, Any]]:
    return [{"action": f"light.turn_{turn}", "target": {"entity_id": "light.lamp"}}]


# ---- safety stop


@pytest.mark.parametrize("phase", ["warm_up", "descent", "recovery", "cool_down"])
async def test_danger_stops_the_treadmill_and_then_tells_of_it(
    hass: HomeAssistant,
    treadmill: ConfigEntry[Any],
    device: str,
    actors: stand_ins.Actors,
    phase: str,
) -> None:
    states: list[str] = []
    actors.play("notify.send_message", does=lambda _: states.append(state(hass, treadmill)))
    await stand_ins.automate(
        hass,
        "safety_stop",
        danger=SIGNAL,
        treadmill=device,
        notify=["notify.phone"],
        more=lamp("on"),
    )
    await stand_ins.arm(hass, treadmill)
    await stand_ins.run(hass, treadmill)
    await stand_ins.in_phase(hass, treadmill, phase)
    hass.bus.async_fire("signal")
    await actors.until(lambda calls: len(calls) == 2)
    assert states == ["finished"]
    assert [service for service, _ in actors.calls] == ["notify.send_message", "light.turn_on"]


async def test_danger_stops_all_treadmills_if_none_is_chosen(
    hass: HomeAssistant, treadmill: ConfigEntry[Any], actors: stand_ins.Actors
) -> None:
    await stand_ins.automate(hass, "safety_stop", danger=SIGNAL)
    await stand_ins.arm(hass, treadmill)
    await signal(hass)
    assert state(hass, treadmill) == "finished"
    assert actors.calls == []


async def test_danger_is_told_even_if_the_stop_does_not_get_through(
    hass: HomeAssistant, treadmill: ConfigEntry[Any], device: str, actors: stand_ins.Actors
) -> None:
    await stand_ins.automate(
        hass, "safety_stop", danger=SIGNAL, treadmill=device, notify=["notify.phone"]
    )
    await hass.config_entries.async_unload(treadmill.entry_id)
    await signal(hass)
    assert len(actors.of("notify.send_message")) == 1
    await hass.config_entries.async_setup(treadmill.entry_id)


# ---- tag or button


async def test_a_signal_arms_a_session_and_moves_nothing(
    hass: HomeAssistant, treadmill: ConfigEntry[Any], device: str, actors: stand_ins.Actors
) -> None:
    await stand_ins.automate(
        hass,
        "start_by_tag_or_button",
        signal=SIGNAL,
        treadmill=device,
        session="quick",
        refused=lamp("on"),
    )
    await signal(hass)
    assert state(hass, treadmill) == "armed"
    assert flow_entries.shown(hass, treadmill, "binary_sensor", "belt_moving").state == "off"
    assert actors.calls == []


@pytest.mark.parametrize(
    ("again", "becomes"), [("nothing", "running"), ("pause", "paused"), ("stop", "finished")]
)
async def test_the_same_signal_in_a_session_does_what_was_chosen(
    hass: HomeAssistant, treadmill: ConfigEntry[Any], device: str, again: str, becomes: str
) -> None:
    await stand_ins.automate(
        hass,
        "start_by_tag_or_button",
        signal=SIGNAL,
        treadmill=device,
        session="quick",
        again=again,
    )
    await signal(hass)
    await stand_ins.run(hass, treadmill)
    await signal(hass)
    await flow_entries.until_state(hass, treadmill, "sensor", "session_state", becomes)


async def test_a_session_that_is_locked_is_told_by_the_actions_for_that(
    hass: HomeAssistant, treadmill: ConfigEntry[Any], device: str, actors: stand_ins.Actors
) -> None:
    await stand_ins.automate(
        hass,
        "start_by_tag_or_button",
        signal=SIGNAL,
        treadmill=device,
        session="long_reps",
        refused=lamp("on"),
    )
    await signal(hass)
    assert state(hass, treadmill) == "idle"
    assert len(actors.of("light.turn_on")) == 1


# ---- voice


async def say(hass: HomeAssistant, sentence: str) -> str:
    """Say something to Assist and return its answer."""
    result = await conversation.async_converse(hass, sentence, None, Context(), language="en")
    return str(result.response.speech["plain"]["speech"])


@pytest.fixture(name="assist")
async def assist_fixture(hass: HomeAssistant, treadmill: object) -> None:
    """Let Home Assistant understand sentences."""
    assert await async_setup_component(hass, "conversation", {})


@pytest.mark.usefixtures("assist")
async def test_a_sentence_arms_a_session_and_says_what_to_do_next(
    hass: HomeAssistant, treadmill: ConfigEntry[Any], device: str
) -> None:
    await stand_ins.automate(
        hass,
        "voice_sentence",
        sentences=["take me [all the way] downhill"],
        treadmill=device,
        session="quick",
    )
    answer = await say(hass, "take me all the way downhill")
    assert answer == "Ready. Clip on the safety key, and press Start on the treadmill."
    assert state(hass, treadmill) == "armed"


@pytest.mark.parametrize(
    ("does", "becomes", "answer"),
    [("pause", "paused", "Pausing."), ("stop", "finished", "Stopping. Hold the rails.")],
)
@pytest.mark.usefixtures("assist")
async def test_a_sentence_pauses_or_stops_a_session(
    hass: HomeAssistant,
    treadmill: ConfigEntry[Any],
    device: str,
    does: str,
    becomes: str,
    answer: str,
) -> None:
    await stand_ins.automate(
        hass, "voice_sentence", sentences=["enough of that"], treadmill=device, does=does
    )
    await stand_ins.arm(hass, treadmill)
    await stand_ins.run(hass, treadmill)
    assert await say(hass, "enough of that") == answer
    await flow_entries.until_state(hass, treadmill, "sensor", "session_state", becomes)


@pytest.mark.usefixtures("assist")
async def test_a_sentence_that_cannot_be_obeyed_is_not_answered_with_done(
    hass: HomeAssistant, treadmill: ConfigEntry[Any], device: str
) -> None:
    await stand_ins.automate(
        hass, "voice_sentence", sentences=["up and away"], treadmill=device, session="long_reps"
    )
    assert (
        await say(hass, "up and away") == "That did not work. If the belt moves, use the console."
    )
    assert state(hass, treadmill) == "idle"


# ---- scripts


async def call(hass: HomeAssistant, **fields: Any) -> None:
    """Run the script, without waiting for what it does after the session."""
    data = {"entity_id": f"script.{stand_ins.SCRIPT}", "variables": fields}
    await hass.services.async_call("script", "turn_on", data, blocking=True)


async def test_sprints_are_armed_with_the_numbers_given_and_no_others(
    hass: HomeAssistant, treadmill: ConfigEntry[Any], device: str, runner: ConfigEntry[Any]
) -> None:
    await stand_ins.script(hass, "descending_sprints", treadmill=device)
    who = flow_entries.device(hass, runner).id
    await call(hass, reps=4, decline=5, recovery=120, runner=who)
    await flow_entries.until_state(hass, treadmill, "sensor", "session_state", "armed")
    plan = treadmill.runtime_data.data.plan
    assert (plan.session, plan.reps, plan.runner) == ("descending_sprints", 4, "Ada")
    assert min(step.incline_pct for step in plan.steps if step.incline_pct is not None) == -5


async def test_sprints_without_numbers_are_those_of_the_session(
    hass: HomeAssistant, treadmill: ConfigEntry[Any], device: str
) -> None:
    await stand_ins.script(hass, "descending_sprints", treadmill=device)
    await call(hass)
    await flow_entries.until_state(hass, treadmill, "sensor", "session_state", "armed")
    assert treadmill.runtime_data.data.plan.reps == 6


async def test_a_number_out_of_range_is_refused_with_the_reason(
    hass: HomeAssistant, treadmill: ConfigEntry[Any], device: str
) -> None:
    await stand_ins.script(hass, "descending_sprints", treadmill=device)
    with pytest.raises(ServiceValidationError, match="Allowed"):
        await hass.services.async_call("script", stand_ins.SCRIPT, {"reps": 99}, blocking=True)
    assert state(hass, treadmill) == "idle"


@pytest.mark.parametrize("end", ["completed", "stopped"])
async def test_what_is_wanted_before_and_after_any_session_is_done_in_time(
    hass: HomeAssistant,
    treadmill: ConfigEntry[Any],
    device: str,
    actors: stand_ins.Actors,
    end: str,
) -> None:
    said: list[str] = []
    actors.play("light.turn_on", does=lambda _: said.append(state(hass, treadmill)))
    tell = {"action": "notify.send_message", "data": {"message": "{{ reason }}"}}
    await stand_ins.script(
        hass,
        "any_session",
        treadmill=device,
        usual_session="quick",
        before=lamp("on"),
        after=[tell],
    )
    await call(hass)
    await flow_entries.until_state(hass, treadmill, "sensor", "session_state", "armed")
    await stand_ins.run(hass, treadmill)
    await {"completed": stand_ins.over, "stopped": stand_ins.stop}[end](hass, treadmill)
    await actors.until(lambda _: actors.of("notify.send_message"))
    assert said == ["idle"]
    assert actors.values("notify.send_message", "message") == [end]


@pytest.mark.parametrize("blueprint", ["any_session", "descending_sprints"])
async def test_what_is_done_after_a_session_is_worked_out_only_then(
    hass: HomeAssistant,
    treadmill: ConfigEntry[Any],
    device: str,
    actors: stand_ins.Actors,
    caplog: pytest.LogCaptureFixture,
    blueprint: str,
) -> None:
    told = [
        {"action": "notify.send_message", "data": {"message": message}}
        for message in ("{{ reason }}", "{{ 1 // reason | length }}")
    ]
    await stand_ins.script(hass, blueprint, treadmill=device, after=told)
    await call(hass)
    await flow_entries.until_state(hass, treadmill, "sensor", "session_state", "armed")
    await stand_ins.stop(hass, treadmill)
    await actors.until(lambda _: len(actors.of("notify.send_message")) == 2)
    assert actors.values("notify.send_message", "message") == ["stopped", 0]
    assert "Template variable" not in caplog.text


async def test_any_session_takes_what_it_is_told_when_it_is_called(
    hass: HomeAssistant, treadmill: ConfigEntry[Any], device: str, runner: ConfigEntry[Any]
) -> None:
    await stand_ins.script(hass, "any_session", treadmill=device, usual_session="quick")
    await call(hass, session="short_reps", runner=flow_entries.device(hass, runner).id)
    await flow_entries.until_state(hass, treadmill, "sensor", "session_state", "armed")
    assert treadmill.runtime_data.data.plan.session == "short_reps"


async def test_any_session_takes_overrides(
    hass: HomeAssistant, treadmill: ConfigEntry[Any], device: str
) -> None:
    await stand_ins.script(
        hass,
        "any_session",
        treadmill=device,
        usual_session="descending_sprints",
        usual_overrides={"reps": 3},
    )
    await call(hass)
    await flow_entries.until_state(hass, treadmill, "sensor", "session_state", "armed")
    assert treadmill.runtime_data.data.plan.reps == 3


# ---- rule R2: what the blueprints promise, whatever Home Assistant may do


@pytest.fixture(name="may_start")
async def may_start_fixture(hass: HomeAssistant, treadmill: ConfigEntry[Any]) -> None:
    """Let Home Assistant start the belt."""
    options = dict(treadmill.options) | {"start_belt": True}
    hass.config_entries.async_update_entry(treadmill, options=options)
    await hass.async_block_till_done()


async def asks_for_start(hass: HomeAssistant, treadmill: ConfigEntry[Any]) -> None:
    """See that the session waits for Start at the treadmill."""
    await flow_entries.until_state(hass, treadmill, "sensor", "session_state", "armed")
    assert treadmill.runtime_data.data.cue.key == "arm_press_start"


@pytest.mark.usefixtures("may_start")
async def test_r2_a_tag_never_moves_the_belt(
    hass: HomeAssistant, treadmill: ConfigEntry[Any], device: str
) -> None:
    await stand_ins.automate(
        hass, "start_by_tag_or_button", signal=SIGNAL, treadmill=device, session="quick"
    )
    await signal(hass)
    await asks_for_start(hass, treadmill)


@pytest.mark.usefixtures("assist", "may_start")
async def test_r2_a_sentence_never_moves_the_belt(
    hass: HomeAssistant, treadmill: ConfigEntry[Any], device: str
) -> None:
    await stand_ins.automate(
        hass, "voice_sentence", sentences=["up and away"], treadmill=device, session="quick"
    )
    await say(hass, "up and away")
    await asks_for_start(hass, treadmill)


@pytest.mark.parametrize("script", ["descending_sprints", "any_session"])
@pytest.mark.usefixtures("may_start")
async def test_r2_a_script_never_moves_the_belt(
    hass: HomeAssistant, treadmill: ConfigEntry[Any], device: str, script: str
) -> None:
    await stand_ins.script(hass, script, treadmill=device)
    await call(hass)
    await asks_for_start(hass, treadmill)
