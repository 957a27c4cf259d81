"""What automations begin on: a session moves on, a step begins, a cue is given, something fails.

Every attached trigger listens to one kind of thing that is told (runtime/broadcast.py), and looks
at that moment whether the treadmill is in its target. Home Assistant's own target tracking follows
states, and most of what happens here is none: two reps can end with the same states. Looking late
also makes areas, labels, renamed entities and reloaded entries right without tracking any of them.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, override

from homeassistant.const import CONF_OPTIONS
from homeassistant.core import CALLBACK_TYPE, CoreState, HomeAssistant, callback
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.dispatcher import async_dispatcher_connect
from homeassistant.helpers.start import async_at_started
from homeassistant.helpers.target import TargetSelection
from homeassistant.helpers.trigger import (
    Trigger,
    TriggerActionRunner,
    TriggerConfig,
    TriggerNotTriggeredReporter,
)
from homeassistant.helpers.typing import ConfigType
import probatio as vol

from .const import DOMAIN
from .coordinator import TreadmillConfigEntry
from .entity import unique_id
from .runtime.broadcast import Happening, Told, happened_anywhere
from .snapshot import Snapshot
from .targets import device_id, snapshot_of, some_of, target_required, targeted
from .training import cues
from .training.events import (
    Cue,
    CueKind,
    Fault,
    Finished,
    Reason,
    RepCompleted,
    State,
    StateChanged,
    StepStarted,
)
from .training.model import Phase, Plan, Step
from .wording import step_text

# A change at the console is the runner's own doing (rule R11), and no fault.
FAULTS = tuple(reason for reason in cues.SUSPENDED if reason is not Reason.CONSOLE_CHANGE)

type Facts = Mapping[str, Any]


class TreadmillTrigger(Trigger):
    """Something that happens on a treadmill; of some kinds only, if it has an option for that."""

    of: ClassVar[type[Happening]]  # what is told when it happens
    says: ClassVar[str]  # for traces and logbooks, after the name of the treadmill
    option: ClassVar[str] = ""  # which of the facts can be filtered by, if any
    choices: ClassVar[Iterable[str]] = ()
    shown_by: ClassVar[tuple[str, str]] = ("sensor", "session_state")  # the entity that shows it

    @override
    @classmethod
    async def async_validate_config(cls, hass: HomeAssistant, config: ConfigType) -> ConfigType:
        options = {vol.Optional(cls.option): some_of(cls.choices)} if cls.option else {}
        schema = target_required() | {vol.Required(CONF_OPTIONS, default={}): options}
        valid: ConfigType = vol.Schema(schema)(config)
        return valid

    def __init__(self, hass: HomeAssistant, config: TriggerConfig) -> None:
        """Know the target and what is wanted of the option; an empty list wants everything."""
        super().__init__(hass, config)
        self._target = TargetSelection(config.target or {})
        self._wanted = frozenset((config.options or {}).get(self.option, ()))

    @override
    async def async_attach_runner(
        self,
        run_action: TriggerActionRunner,
        did_not_trigger: TriggerNotTriggeredReporter | None = None,
    ) -> CALLBACK_TYPE:
        @callback
        def happened(told: Told) -> None:
            self._happened(told, run_action)

        return async_dispatcher_connect(self._hass, happened_anywhere(self.of), happened)

    @abstractmethod
    def facts(self, told: Told, now: Snapshot) -> Facts | None:
        """Return what there is to say of it; ``None`` if it is nothing of this kind."""

    @callback
    def _happened(self, told: Told, run_action: TriggerActionRunner) -> None:
        entry: TreadmillConfigEntry | None = self._hass.config_entries.async_get_entry(
            told.entry_id
        )
        if entry is None or (now := snapshot_of(entry)) is None:
            return
        facts = self.facts(told, now)
        if facts is None or (self._wanted and facts[self.option] not in self._wanted):
            return
        if not targeted(self._hass, self._target, [entry]):
            return
        kind = f" ({facts[self.option]})" if self.option else ""
        run_action(
            {**self._common(entry, now), **facts},
            f"{entry.title}: {self.says}{kind}",
        )

    def _common(self, entry: TreadmillConfigEntry, now: Snapshot) -> Facts:
        platform, key = self.shown_by
        own = unique_id(entry.runtime_data, key)
        return {
            "treadmill": entry.title,
            "device_id": device_id(self._hass, entry),
            "entity_id": er.async_get(self._hass).async_get_entity_id(platform, DOMAIN, own),
            "session": None if now.plan is None else now.plan.session,
            "name": None if now.plan is None else now.plan.name,
            "runner": None if now.plan is None else now.plan.runner,
            "phase": None if now.phase is None else now.phase.value,
            **_place(now.step),
        }


class SessionArmed(TreadmillTrigger):
    """A session waits for the runner to start the belt: once a session, not after each pause."""

    of = StateChanged
    says = "session armed"

    @override
    def facts(self, told: Told, now: Snapshot) -> Facts | None:
        match told.what:
            case StateChanged(State.ARMED) if now.elapsed_s == 0:  # the belt has never moved
                return _planned(now.plan)
        return None


class SessionStarted(TreadmillTrigger):
    """The belt moves for the first time."""

    of = Cue
    says = "session started"

    @override
    def facts(self, told: Told, now: Snapshot) -> Facts | None:
        return _planned(now.plan) if _first_motion(told.what) else None


class SessionPaused(TreadmillTrigger):
    """A session is held, by the runner or because automation let go."""

    of = StateChanged
    says = "session paused"
    option = "reason"
    choices = (*cues.PAUSED, *cues.SUSPENDED)

    @override
    async def async_attach_runner(
        self,
        run_action: TriggerActionRunner,
        did_not_trigger: TriggerNotTriggeredReporter | None = None,
    ) -> CALLBACK_TYPE:
        detach = await super().async_attach_runner(run_action, did_not_trigger)
        if self._hass.state is CoreState.running:
            return detach

        @callback
        def catch_up(hass: HomeAssistant) -> None:
            """Tell of sessions that came back before automations could listen (rule R3)."""
            for entry in targeted(hass, self._target):
                now = snapshot_of(entry)
                if now is not None and now.reason is Reason.RESTART:
                    back = StateChanged(now.state, now.reason)
                    self._happened(Told(entry.entry_id, back), run_action)

        cancel = async_at_started(self._hass, catch_up)

        @callback
        def detach_both() -> None:
            cancel()
            detach()

        return detach_both

    @override
    def facts(self, told: Told, now: Snapshot) -> Facts | None:
        match told.what:
            case StateChanged((State.PAUSED | State.SUSPENDED) as state, Reason() as reason):
                return {"state": state.value, "reason": reason.value}
        return None


class SessionResumed(TreadmillTrigger):
    """A session runs again: after a pause, a suspension or a step beside the belt."""

    of = StateChanged
    says = "session resumed"

    @override
    def facts(self, told: Told, now: Snapshot) -> Facts | None:
        match told.what:
            case StateChanged(State.RUNNING) if not any(map(_first_motion, told.together)):
                return {}
        return None


class SessionFinished(TreadmillTrigger):
    """A session is over, however it ended."""

    of = Finished
    says = "session finished"
    option = "reason"
    choices = tuple(cues.ENDED)

    @override
    def facts(self, told: Told, now: Snapshot) -> Facts | None:
        match told.what:
            case Finished(summary):
                return {
                    "reason": summary.result.value,
                    "duration_s": round(summary.duration_s),
                    "distance_m": round(summary.distance_m),
                    "descent_m": round(summary.descent_m, 1),
                    "reps_completed": summary.reps_completed,
                    "reps_planned": summary.reps_planned,
                }
        return None


class StepBegins(TreadmillTrigger):
    """A step begins."""

    of = StepStarted
    says = "step started"
    option = "phase"
    choices = tuple(Phase)
    shown_by = ("sensor", "phase")

    @override
    def facts(self, told: Told, now: Snapshot) -> Facts | None:
        match told.what:
            case StepStarted(step):
                return {
                    "phase": step.phase.value,
                    "text": step_text(self._hass, step),
                    **_place(step),
                    "target_speed_kmh": step.speed_kmh,
                    "target_incline_pct": step.incline_pct,
                    "duration_s": step.duration_s,
                    "distance_m": step.distance_m,
                    "nominal_s": round(step.nominal_s, 1),
                }
        return None


class RepDone(TreadmillTrigger):
    """A descent was run to its end."""

    of = RepCompleted
    says = "rep completed"
    shown_by = ("sensor", "rep")

    @override
    def facts(self, told: Told, now: Snapshot) -> Facts | None:
        match told.what:
            case RepCompleted(rep, reps):
                return {"rep": rep, "reps": reps}
        return None


class CueGiven(TreadmillTrigger):
    """Something is announced."""

    of = Cue
    says = "cue"
    option = "kind"
    choices = tuple(CueKind)
    shown_by = ("event", "cue")

    @override
    def facts(self, told: Told, now: Snapshot) -> Facts | None:
        match told.what:
            case Cue() as cue:
                about = None if now.plan is None or cue.step is None else now.plan.steps[cue.step]
                return {
                    "text": told.text,
                    "kind": cue.kind.value,
                    "key": cue.key,
                    **_place(about),
                    "seconds_to_change": cue.seconds_to_change,
                    "target_speed_kmh": cue.speed_kmh,
                    "target_incline_pct": cue.incline_pct,
                }
        return None


class FaultFound(TreadmillTrigger):
    """Something is wrong that the runner has to know of."""

    of = Fault
    says = "fault"
    option = "reason"
    choices = FAULTS

    @override
    def facts(self, told: Told, now: Snapshot) -> Facts | None:
        match told.what:
            case Fault(reason):
                return {"reason": reason.value}
        return None


TRIGGERS: dict[str, type[TreadmillTrigger]] = {
    "session_armed": SessionArmed,
    "session_started": SessionStarted,
    "session_paused": SessionPaused,
    "session_resumed": SessionResumed,
    "session_finished": SessionFinished,
    "step_started": StepBegins,
    "rep_completed": RepDone,
    "cue": CueGiven,
    "fault": FaultFound,
}


async def async_get_triggers(hass: HomeAssistant) -> Mapping[str, type[Trigger]]:
    """Return the triggers of Descent."""
    return TRIGGERS


def _first_motion(what: object) -> bool:
    """Whether something tells that the belt moves for the first time."""
    return isinstance(what, Cue) and what.kind is CueKind.START


def _place(step: Step | None) -> Facts:
    """Say which step that is, and which rep it belongs to."""
    rep, reps = (None if step is None else step.repetition) or (None, None)
    return {"step": None if step is None else step.index, "rep": rep, "reps": reps}


def _planned(plan: Plan | None) -> Facts:
    """Say what a session is going to be."""
    if plan is None:
        return {}
    return {
        "planned_duration_s": round(plan.duration_s),
        "planned_descent_m": round(plan.descent_m, 1),
        "reps_planned": plan.reps,
    }
