"""Does what was said about a session, and answers. Everything goes through the coordinator."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util

from ..coordinator import TreadmillCoordinator
from ..snapshot import Snapshot
from ..targets import async_stop_all, invalid, runners, sessions_under_way, treadmills
from ..training.events import OVER, Pause, Resume, Skip, State
from ..training.model import Plan
from ..training.rules import ARMING_EXPIRES_S, START_COUNTDOWN_S
from .answers import Answers
from .hearing import Heard
from .meant import which_treadmill

_TICKING = frozenset({State.RUNNING, State.WAITING})


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A sentence, where it was said, and the voice to answer with."""

    hass: HomeAssistant
    heard: Heard
    device_id: str | None
    speech: Answers
    sessions: Mapping[str, str]  # names by id, in the language of the sentence

    def treadmill(self, *, of_session: bool = True) -> TreadmillCoordinator:
        """Find the treadmill that is meant."""
        return which_treadmill(
            self.hass, self.heard.treadmill, self.device_id, of_session=of_session
        )


async def start(asked: Asked) -> str:
    """Arm a session (rule R2), and say what the runner does next."""
    heard, say = asked.heard, asked.speech.say
    session, *twins = heard.session
    if twins:
        name = asked.sessions[session]
        return say("same_session", count=len(heard.session), name=name)
    named = {entry.entry_id: entry.title for entry in runners(asked.hass)}
    if len(heard.runner) > 1:
        return say("same_runner", count=len(heard.runner), name=named[min(heard.runner)])
    coordinator = asked.treadmill(of_session=False)
    if not coordinator.data.connected:
        raise invalid("no_contact")
    runner = next(iter(heard.runner), coordinator.selected_runner)
    plan = await coordinator.async_start_session(session, runner, {})
    return _armed(asked, coordinator.data, _what(asked, plan))


def _what(asked: Asked, plan: Plan) -> str:
    """Say what a session amounts to: "Short reps for Ada, 42 minutes, 6 descents"."""
    speech = asked.speech
    name = asked.sessions.get(plan.session, plan.name)
    if plan.runner:
        name = speech.say("session_for", session=name, runner=plan.runner)
    parts = [name, speech.length(plan.duration_s)]
    if plan.reps:
        parts.append(speech.count("descents", plan.reps))
    return ", ".join(parts)


def _armed(asked: Asked, shown: Snapshot, what: str) -> str:
    say = asked.speech.say
    if shown.belt_moving:
        return say("armed_moving", what=what)
    if _counts_down(shown):
        return say("armed_countdown", what=what, seconds=f"{START_COUNTDOWN_S:g}")
    return say("armed", what=what, seconds=f"{ARMING_EXPIRES_S:g}")


def _counts_down(shown: Snapshot) -> bool:
    """Whether Home Assistant starts the belt, as the user has allowed."""
    return shown.cue is not None and shown.cue.key == "arm_countdown"


async def stop(asked: Asked) -> str:
    """Stop: the named treadmill, or all with a session, or all; nobody is asked which (rule R4)."""
    known = treadmills(asked.hass)
    if asked.heard.treadmill:
        meant = [entry for entry in known if entry.entry_id in asked.heard.treadmill]
    else:
        meant = sessions_under_way(known) or known
    await async_stop_all(meant)
    names = asked.speech.names([entry.title for entry in meant], "and")
    return asked.speech.say("stopped", treadmills=names)


async def pause(asked: Asked) -> str:
    """Pause."""
    coordinator = asked.treadmill()
    await coordinator.async_request(Pause())
    return asked.speech.say("paused", length=asked.speech.length(_left_s(coordinator.data)))


async def resume(asked: Asked) -> str:
    """Resume; a belt that stands is the runner's to start."""
    coordinator = asked.treadmill()
    await coordinator.async_request(Resume())
    shown, speech = coordinator.data, asked.speech
    length = speech.length(_left_s(shown))
    if shown.state is not State.ARMED:
        return speech.say("resumed", length=length)
    if _counts_down(shown):
        what = speech.say("resumed", length=length).rstrip(".")
        return speech.say("armed_countdown", what=what, seconds=f"{START_COUNTDOWN_S:g}")
    return speech.say("resumed_armed", seconds=f"{ARMING_EXPIRES_S:g}", length=length)


async def skip(asked: Asked) -> str:
    """Skip the step under way."""
    coordinator = asked.treadmill()
    await coordinator.async_request(Skip())
    shown, speech = coordinator.data, asked.speech
    if shown.state in OVER or shown.step is None:
        return speech.say("skipped_last")
    return speech.say("skipped", step=speech.step(shown.plan, shown.step))


async def left(asked: Asked) -> str:
    """Say how long the step and the session last."""
    shown, speech = _session(asked), asked.speech
    session = speech.length(_left_s(shown))
    if shown.state not in _TICKING or shown.step_ends is None:
        return speech.say("left_waiting", session=session)
    step = (shown.step_ends - dt_util.utcnow()).total_seconds()
    return speech.say("left", step=speech.length(step), session=session)


async def following(asked: Asked) -> str:
    """Say what comes next, and when."""
    shown, speech = _session(asked), asked.speech
    if shown.next_step is None:
        return speech.say("next_last")
    step = speech.step(shown.plan, shown.next_step)
    if shown.step_ends is None:
        return speech.say("next_waiting", step=step)
    seconds = (shown.step_ends - dt_util.utcnow()).total_seconds()
    return speech.say("next", length=speech.length(seconds), step=step)


async def down(asked: Asked) -> str:
    """Say how far down it has gone, and how far it goes."""
    shown, speech = _session(asked), asked.speech
    planned = 0.0 if shown.plan is None else shown.plan.descent_m
    return speech.say("down", done=speech.height(shown.descent_m), planned=speech.height(planned))


def _session(asked: Asked) -> Snapshot:
    shown = asked.treadmill().data
    if shown.state in OVER:
        raise invalid("no_session")
    return shown


def _left_s(shown: Snapshot) -> float:
    """Seconds to the end of the session; while it stands, by its plan."""
    if shown.session_ends is not None:
        return (shown.session_ends - dt_util.utcnow()).total_seconds()
    duration = 0.0 if shown.plan is None else shown.plan.duration_s
    return duration * (1 - (shown.progress or 0.0))
