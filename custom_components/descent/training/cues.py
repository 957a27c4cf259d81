"""Which cue when.

Texts are translations; here are only their keys, their numbers and their moments. A moment is a
position in a step: seconds for a timed step, metres at target for a step by distance (a countdown
there is a distance too, worked out from the target speed). The whole schedule is a heuristic [H]
(cues.md, section 2).
"""

from __future__ import annotations

from typing import Any, NamedTuple

from .events import Aim, Cue, CueKind, Reason, Summary
from .model import Phase, Plan, Step

PREVIEW_S = 20.0  # before a descent whose deck need not move; otherwise before the deck moves
NOTICE_S = 6.0  # rule R9 asks for 5
FORM_S = 10.0
COUNTDOWN_S = 5.0
EASE_S = 3.5  # rule R9 asks for 3
OFF_BELT_S = 15.0
HALF_WAY_FROM_S = 60.0
TIME_LEFT_FROM_S = 90.0
TIME_LEFT_S = 30.0
FORM_EVERY_M = 200.0

FORM = (
    "form_short_steps",
    "form_lean",
    "form_hips_low",
    "form_tall",
    "form_light_feet",
    "form_breathe",
    "form_eyes",
    "form_control",
    "form_rhythm",
)
ITEMS = ("leg_swings", "arm_circles", "high_knees", "quads", "hamstrings", "calves", "glutes")
_PREVIEWS = {
    Phase.RECOVERY: "preview_recovery",
    Phase.STEADY: "preview_steady",
    Phase.WARM_UP: "preview_steady",
    Phase.BACKWARD: "preview_steady",
    Phase.COOL_DOWN: "preview_cool_down",
}
SUSPENDED = {
    Reason.CONSOLE_CHANGE: "suspended_console_change",
    Reason.SAFETY_KEY: "suspended_safety_key",
    Reason.LOST_CONTACT: "suspended_lost_contact",
    Reason.NOT_CONFIRMED: "suspended_not_confirmed",
    Reason.REJECTED: "suspended_rejected",
    Reason.CONTROL_LOST: "suspended_control_lost",
    Reason.WRONG_WAY: "fault_wrong_way",
    Reason.OVERSHOOT: "fault_overshoot",
}
PAUSED = {
    Reason.RUNNER: "paused",
    Reason.CONSOLE_STOP: "paused_console",
    Reason.RESTART: "paused_restart",
    Reason.NOT_STARTED: "paused_not_started",
}
ENDED = {
    Reason.COMPLETED: "end_completed",
    Reason.STOPPED: "end_stopped",
    Reason.ENDED_EARLY: "end_early",
    Reason.EXPIRED: "end_expired",
}
KEYS = frozenset(
    {
        *FORM,
        *(f"item_{item}" for item in ITEMS),
        *_PREVIEWS.values(),
        *SUSPENDED.values(),
        *PAUSED.values(),
        *ENDED.values(),
        *(f"step_{phase}" for phase in Phase if phase not in (Phase.DESCENT, Phase.RECOVERY)),
        *(
            "arm_press_start",
            "arm_countdown",
            "session_start",
            "preview_descent",
            "preview_descent_deck",
        ),
        *("preview_off_belt", "form_backward", "countdown", "go", "half_way", "time_left", "ease"),
        *(
            "recovery",
            "recovery_last",
            "last_rep",
            "item_other",
            "confirm_off_belt",
            "resumed",
            "clamp",
        ),
        *(
            "no_decline",
            "fault_use_safety_key",
            "stop",
            "leaving",
            "guided_set",
            "guided_set_incline",
            "press_stop",
            "preview_end",
        ),
    }
)


class Moment(NamedTuple):
    """A cue and the position in its step at which it is given."""

    position: float
    cue: Cue


def descent_number(plan: Plan, step: Step) -> int:
    """Which descent of the session a step is or belongs to, from 1 (0 before the first)."""
    return sum(other.phase is Phase.DESCENT for other in plan.steps[: step.index + 1])


def schedule(plan: Plan, step: Step, following: Step | None) -> tuple[Moment, ...]:
    """Return the cues inside one step, in order of their positions."""
    if step.phase.off_belt:
        return _items(step)
    moments = _reminders(step)
    if following is not None:
        moments += _before_change(plan, step, following)
    else:
        moments.append(Moment(_before_end(step, OFF_BELT_S), ending(OFF_BELT_S)))
    if step.phase is Phase.DESCENT and step.distance_m is not None:
        count = int((step.distance_m - 1) // FORM_EVERY_M)
        moments += [Moment(FORM_EVERY_M * k, form(step, k)) for k in range(1, count + 1)]
    return tuple(
        sorted((m for m in moments if m.position >= 0), key=lambda moment: moment.position)
    )


def _length(step: Step) -> float:
    return step.distance_m or step.duration_s or 0.0


def _before_end(step: Step, seconds: float) -> float:
    """Position ``seconds`` before the end of a step, never before its start."""
    if step.distance_m is not None:
        seconds *= step.speed_kmh / 3.6
    return max(0.0, _length(step) - seconds)


def _reminders(step: Step) -> list[Moment]:
    moments = []
    if step.nominal_s >= HALF_WAY_FROM_S and step.phase is not Phase.RECOVERY:
        moments.append(
            Moment(_length(step) / 2, Cue(kind=CueKind.HALF_WAY, key="half_way", step=step.index))
        )
    if step.nominal_s >= TIME_LEFT_FROM_S and step.phase not in (Phase.RECOVERY, Phase.DESCENT):
        cue = Cue(
            kind=CueKind.TIME_LEFT,
            key="time_left",
            values={"seconds": f"{TIME_LEFT_S:g}"},
            step=step.index,
        )
        moments.append(Moment(_before_end(step, TIME_LEFT_S), cue))
    return moments


def _before_change(plan: Plan, step: Step, following: Step) -> list[Moment]:
    if following.phase.off_belt:
        cue = announce("preview_off_belt", CueKind.PREVIEW, following, OFF_BELT_S)
        return [Moment(_before_end(step, OFF_BELT_S), cue)]
    if following.phase is Phase.DESCENT and step.phase is not Phase.DESCENT:
        last = descent_number(plan, following) == plan.reps > 1
        hint = (
            Cue(kind=CueKind.LAST_REP, key="last_rep", step=following.index)
            if last
            else form(following, 0)
        )
        return [Moment(_before_end(step, FORM_S), hint)]
    if step.phase is Phase.DESCENT and following.speed_kmh <= step.speed_kmh:
        return [
            Moment(_before_end(step, EASE_S), announce("ease", CueKind.EASE, following, EASE_S))
        ]
    key = _PREVIEWS.get(following.phase, "preview_steady")
    return [
        Moment(_before_end(step, NOTICE_S), announce(key, CueKind.PREVIEW, following, NOTICE_S))
    ]


def _items(step: Step) -> tuple[Moment, ...]:
    share = _length(step) / max(1, len(step.items))
    return tuple(Moment(share * i, _item(step, item)) for i, item in enumerate(step.items))


def _item(step: Step, item: str) -> Cue:
    key = f"item_{item}" if item in ITEMS else "item_other"
    return Cue(kind=CueKind.ITEM, key=key, values={"item": item.replace("_", " ")}, step=step.index)


def _numbers(step: Step) -> dict[str, Any]:
    seconds = step.nominal_s
    return {
        "speed": f"{step.speed_kmh:g}",
        "incline": f"{step.incline_pct:g}",
        "decline": f"{abs(step.incline_pct):g}",
        "minutes": f"{round(seconds / 60, 1):g}",
        "seconds": f"{round(seconds):g}",
    }


def announce(key: str, kind: CueKind, step: Step, seconds: float | None = None) -> Cue:
    """Return a cue that tells the runner of the target of ``step`` (rule R9)."""
    return Cue(
        kind=kind,
        key=key,
        values=_numbers(step)
        if seconds is None
        else _numbers(step) | {"seconds": f"{round(seconds):g}"},
        step=step.index,
        rep=step.rep,
        seconds_to_change=seconds,
        speed_kmh=step.speed_kmh,
        incline_pct=step.incline_pct,
    )


def preview(plan: Plan, step: Step, seconds: float, *, deck: bool) -> Cue:
    """Return the cue before a descent.

    With ``deck`` it also says that the deck is about to move.
    """
    cue = announce(
        "preview_descent_deck" if deck else "preview_descent", CueKind.PREVIEW, step, seconds
    )
    cue.values.update(rep=str(descent_number(plan, step)), reps=str(plan.reps))
    return cue


def ending(seconds: float) -> Cue:
    """Return the cue before the belt slows down for good."""
    return Cue(
        kind=CueKind.EASE,
        key="preview_end",
        values={"seconds": f"{seconds:g}"},
        seconds_to_change=seconds,
        speed_kmh=0.0,
        incline_pct=0.0,
    )


def begins(plan: Plan, step: Step) -> Cue:
    """Return the cue at the start of any step but a descent."""
    if step.phase is Phase.RECOVERY:
        left = plan.reps - descent_number(plan, step)
        cue = announce("recovery" if left else "recovery_last", CueKind.RECOVERY, step)
        cue.values["left"] = str(left)
        return cue
    return announce(f"step_{step.phase}", CueKind.STEP, step)


def clamp(plan: Plan, minimum_pct: float) -> list[Cue]:
    """Return what is said once at the start about what the machine cannot do."""
    if "no_decline" in plan.notes:
        return [Cue(kind=CueKind.CLAMP, key="no_decline")]
    if plan.fidelity_grade is None or plan.fidelity_grade >= 1:
        return []
    values = {
        "minimum": f"{abs(minimum_pct):g}",
        "added": str(plan.added_reps),
        "fidelity": f"{(plan.fidelity_descent or 0.0) * 100:.0f}",
    }
    return [Cue(kind=CueKind.CLAMP, key="clamp", values=values)]


def guide(target: Aim, step: Step) -> Cue:
    """Return the cue that asks the runner to set the machine."""
    return Cue(
        kind=CueKind.GUIDE,
        key="guided_set_incline" if target.speed_kmh is None else "guided_set",
        values={"speed": f"{target.speed_kmh or 0:g}", "incline": f"{target.incline_pct or 0:g}"},
        step=step.index,
        rep=step.rep,
        speed_kmh=target.speed_kmh,
        incline_pct=target.incline_pct,
    )


def ended(summary: Summary) -> Cue:
    """Return the last cue of a session."""
    values = {
        "descent": f"{summary.descent_m:.0f}",
        "distance": f"{summary.distance_m:.0f}",
    }
    return Cue(kind=CueKind.END, key=ENDED[summary.result], values=values)


def form(step: Step, turn: int) -> Cue:
    """Return one form cue; they rotate with the step and, in long reps, with ``turn``."""
    return Cue(
        kind=CueKind.FORM, key=FORM[(step.index + turn) % len(FORM)], step=step.index, rep=step.rep
    )
