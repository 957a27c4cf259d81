"""Does what was said about a session, and answers. Everything goes through the coordinator."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from homeassistant.core import Context, HomeAssistant
from homeassistant.exceptions import ServiceValidationError
from homeassistant.util import dt as dt_util

from ..coordinator import TreadmillConfigEntry, TreadmillCoordinator
from ..permissions import Control, async_require_control, async_require_read
from ..runners import runner_by
from ..session_library import LIBRARY
from ..snapshot import Snapshot
from ..targets import (
    async_stop_all,
    invalid,
    runners,
    treadmill_meant,
    treadmills,
    under_way_or_moving,
)
from ..training.events import OVER, Pause, Resume, Skip, State
from ..training.model import Plan
from ..training.planner import alternatives
from ..training.rules import ARMING_EXPIRES_S, START_COUNTDOWN_S
from .answers import AnswerWording
from .hearing import Heard

_NAMED = 3  # sessions that are named: nobody listens to more
_TICKING = frozenset({State.RUNNING, State.WAITING})


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A sentence, where it was said, and the voice to answer with."""

    hass: HomeAssistant
    heard: Heard
    device_id: str | None
    context: Context  # whose user is the one who said it, if that is known
    wording: AnswerWording
    sessions: Mapping[str, str]  # names by id, in the language of the sentence

    async def controlled(self, *controls: Control, of_session: bool = True) -> TreadmillCoordinator:
        """Find the treadmill that is meant, for somebody who may control it by ``controls``."""
        coordinator = self._treadmill(of_session=of_session)
        await async_require_control(coordinator, self.context, controls)
        return coordinator

    async def told(self) -> TreadmillCoordinator:
        """Find the treadmill that is meant, for somebody who may be told about it."""
        coordinator = self._treadmill(of_session=True)
        await async_require_read(coordinator, self.context)
        return coordinator

    def _treadmill(self, *, of_session: bool) -> TreadmillCoordinator:
        named = self.named_treadmills() if self.heard.treadmill else None
        return treadmill_meant(self.hass, named, self.device_id, of_session=of_session)

    def named_treadmills(self) -> list[TreadmillConfigEntry]:
        """Return the treadmills of the name in the sentence; they may be gone by now."""
        heard = self.heard.treadmill
        return [entry for entry in treadmills(self.hass) if entry.entry_id in heard]


async def start(asked: Asked) -> str:
    """Arm a session (rule R2), and say what the runner does next."""
    heard, say = asked.heard, asked.wording.say
    session, *twins = heard.session
    if twins:
        name = asked.sessions[session]
        return say("same_session", count=len(heard.session), name=name)
    named = {entry.entry_id: entry.title for entry in runners(asked.hass)}
    if len(heard.runner) > 1:
        return say("same_runner", count=len(heard.runner), name=named[min(heard.runner)])
    who = [Control.RUNNER] if heard.runner else []
    coordinator = await asked.controlled(Control.START, Control.SESSION, *who, of_session=False)
    if not coordinator.data.connected:
        raise invalid("no_contact")
    runner = next(iter(heard.runner), coordinator.selected_runner)
    level = runner_by(asked.hass, runner).level
    if heard.level not in {None, level}:
        return say("other_level", level=asked.wording.level(level))
    try:
        plan = await coordinator.async_start_session(session, runner, {})
    except ServiceValidationError as error:
        return asked.wording.error(error, alternatives=_open_to(asked, runner, "or"))
    return _armed(asked, coordinator.data, _what(asked, plan))


def _what(asked: Asked, plan: Plan) -> str:
    """Say what a session amounts to: "Short reps for Ada, 42 minutes, 6 descents"."""
    wording = asked.wording
    name = asked.sessions.get(plan.session, plan.name)
    if plan.runner:
        name = wording.say("session_for", session=name, runner=plan.runner)
    parts = [name, wording.length(plan.duration_s)]
    if plan.reps:
        parts.append(wording.count("descents", plan.reps))
    return ", ".join(parts)


def _open_to(asked: Asked, runner: str | None, joined: str) -> str:
    """Name a few sessions that a runner may run, those nearest to their level."""
    open_to = alternatives(asked.hass.data[LIBRARY].scripts, runner_by(asked.hass, runner))
    names = [asked.sessions[session] for session in open_to if session in asked.sessions]
    return asked.wording.names(names[:_NAMED] or ["-"], joined)


def _armed(asked: Asked, shown: Snapshot, what: str) -> str:
    say = asked.wording.say
    if shown.belt_moving:
        return say("armed_moving", what=what)
    if _counts_down(shown):
        return say("armed_countdown", what=what, seconds=f"{START_COUNTDOWN_S:g}")
    return say("armed", what=what, seconds=f"{ARMING_EXPIRES_S:g}")


def _counts_down(shown: Snapshot) -> bool:
    """Whether Home Assistant starts the belt, as the user has allowed."""
    return shown.cue is not None and shown.cue.key == "arm_countdown"


async def stop(asked: Asked) -> str:
    """Stop: the named treadmill, or all that are under way, or all; nobody is asked which (R4).

    A named one that stands is not what is meant while another one is under way: that stops too.
    """
    known = treadmills(asked.hass)
    named = asked.named_treadmills() if asked.heard.treadmill else known
    moving = under_way_or_moving(known)
    meant = [entry for entry in named if entry in moving] or [*named, *moving]
    await async_stop_all(meant)
    names = asked.wording.names([entry.title for entry in meant], "and")
    return asked.wording.say("stopped", treadmills=names)


async def pause(asked: Asked) -> str:
    """Pause."""
    coordinator = await asked.controlled(Control.PAUSE)
    await coordinator.async_request(Pause())
    return asked.wording.say("paused", length=asked.wording.length(_left_s(coordinator.data)))


async def resume(asked: Asked) -> str:
    """Resume; a belt that stands is the runner's to start."""
    coordinator = await asked.controlled(Control.RESUME)
    await coordinator.async_request(Resume())
    shown, wording = coordinator.data, asked.wording
    length = wording.length(_left_s(shown))
    if shown.state is not State.ARMED:
        return wording.say("resumed", length=length)
    if _counts_down(shown):
        what = wording.say("resumed", length=length).rstrip(".")
        return wording.say("armed_countdown", what=what, seconds=f"{START_COUNTDOWN_S:g}")
    return wording.say("resumed_armed", seconds=f"{ARMING_EXPIRES_S:g}", length=length)


async def skip(asked: Asked) -> str:
    """Skip the step under way."""
    coordinator = await asked.controlled(Control.SKIP)
    await coordinator.async_request(Skip())
    shown, wording = coordinator.data, asked.wording
    if shown.state in OVER or shown.step is None:
        return wording.say("skipped_last")
    return wording.say("skipped", step=wording.step(shown.step))


async def left(asked: Asked) -> str:
    """Say how long the step and the session last."""
    shown, wording = await _session(asked), asked.wording
    session = wording.length(_left_s(shown))
    if shown.state not in _TICKING or shown.step_ends is None:
        return wording.say("left_waiting", session=session)
    step = (shown.step_ends - dt_util.utcnow()).total_seconds()
    return wording.say("left", step=wording.length(step), session=session)


async def status(asked: Asked) -> str:
    """Say what is to be done now, and how long it lasts."""
    shown, wording = await _session(asked), asked.wording
    lasts = await left(asked)
    if shown.step is None:
        return lasts
    return f"{wording.say('now', step=wording.step(shown.step))} {lasts}"


async def following(asked: Asked) -> str:
    """Say what comes next, and when."""
    shown, wording = await _session(asked), asked.wording
    if shown.next_step is None:
        return wording.say("next_last")
    step = wording.step(shown.next_step)
    if shown.step_ends is None:
        return wording.say("next_waiting", step=step)
    seconds = (shown.step_ends - dt_util.utcnow()).total_seconds()
    return wording.say("next", length=wording.length(seconds), step=step)


async def down(asked: Asked) -> str:
    """Say how far down it has gone, and how far it goes."""
    shown, wording = await _session(asked), asked.wording
    planned = 0.0 if shown.plan is None else shown.plan.descent_m
    return wording.say(
        "down", done=wording.height(shown.descent_m), planned=wording.height(planned)
    )


async def speed_now(asked: Asked) -> str:
    """Say how fast the belt runs, or that it stands."""
    shown, wording = (await asked.told()).data, asked.wording
    if shown.belt_moving is None or shown.speed_kmh is None:
        return wording.say("not_known")
    if not shown.belt_moving:
        return wording.say("belt_stands")
    return wording.say("speed_now", speed=wording.speed(shown.speed_kmh))


async def slope_now(asked: Asked) -> str:
    """Say how steep the deck is."""
    shown, wording = (await asked.told()).data, asked.wording
    if shown.incline_pct is None:
        return wording.say("not_known")
    return wording.say("slope_now", slope=wording.slope(shown.incline_pct))


async def sessions(asked: Asked) -> str:
    """Say how many sessions the runner may run, and name a few."""
    coordinator = await asked.told()
    runner = coordinator.selected_runner
    count = len(alternatives(asked.hass.data[LIBRARY].scripts, runner_by(asked.hass, runner)))
    return asked.wording.say("sessions", count=count, names=_open_to(asked, runner, "and"))


async def _session(asked: Asked) -> Snapshot:
    shown = (await asked.told()).data
    if shown.state in OVER:
        raise invalid("no_session")
    return shown


def _left_s(shown: Snapshot) -> float:
    """Seconds to the end of the session; while it stands, by its plan."""
    if shown.session_ends is not None:
        return (shown.session_ends - dt_util.utcnow()).total_seconds()
    duration = 0.0 if shown.plan is None else shown.plan.duration_s
    return duration * (1 - (shown.progress or 0.0))
