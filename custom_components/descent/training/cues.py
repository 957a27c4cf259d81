"""Which cue when.

Texts are translations; here are only their keys, their numbers and their moments. A moment is a
position in a step: seconds for a timed step, metres at target for a step by distance (a countdown
there is a distance too, worked out from the target speed). The whole schedule is a heuristic [H]
(cues.md, section 2).
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import zip_longest
import math
import re
from typing import Any, NamedTuple

from .events import Aim, Cue, CueKind, Reason, Summary
from .model import Phase, Plan, Step
from .rules import SMALL_PCT

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
STEP_ON_S = 25.0  # before the end of a standing rest: time to step on, and to be told what follows
OWN_WORDS_AT = 0.2  # of their share of a step: what is said at its start is over by then
# What a recovery is called. Heuristics: 1 % costs on a treadmill what level ground does outdoors
# (Jones and Doust 1996), and nobody runs up a hill slower than the fastest walk of the library.
LEVEL_UP_TO_PCT = 1.0
JOG_FROM_KMH = 5.5

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
STANDING = "standing"  # the item of a recovery in which the runner stands beside the belt
ITEMS = ("leg_swings", "arm_circles", "high_knees", "quads", "hamstrings", "calves", "glutes")
_NAME = re.compile(r"[a-z][a-z0-9_]*")
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
    Reason.INCLINE_UNKNOWN: "suspended_incline_unknown",
    Reason.LOST_CONTACT: "suspended_lost_contact",
    Reason.NOT_CONFIRMED: "suspended_not_confirmed",
    Reason.REJECTED: "suspended_rejected",
    Reason.CONTROL_LOST: "suspended_control_lost",
    Reason.WRONG_WAY: "fault_wrong_way",
    Reason.OVERSHOOT: "fault_overshoot",
    Reason.UNHEARD: "suspended_unheard",
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
            "rest",
            "rest_step_on",
            "own_words",
            *(f"recovery_{way}{last}" for way in ("walk", "jog", "easy") for last in ("", "_last")),
            "last_rep",
            "item_other",
            "confirm_off_belt",
            "resumed",
            "clamp",
            "clamp_reps",
        ),
        *(
            "no_decline",
            "fault_use_safety_key",
            "stop",
            "leaving",
            "leaving_stops",
            "guided_set",
            "guided_set_incline",
            "guided_set_speed",
            "guided_slow",
            "decline_check",
            "decline_confirmed",
            "decline_wrong_way",
            "press_stop",
            "preview_end",
        ),
    }
)


class Moment(NamedTuple):
    """A cue and the position in its step at which it is given."""

    position: float
    cue: Cue


def schedule(step: Step, following: Step | None) -> tuple[Moment, ...]:
    """Return the cues inside one step, in order of their positions."""
    if step.phase.off_belt:
        return _items(step)
    lead_s, warning = _warning(step, following)
    moments = [
        *_form_cues(step),
        *_reminders(step),
        *_own_words(step),
        *_step_on(step),
        Moment(_before_end(step, lead_s), warning),
    ]
    return tuple(sorted(moments, key=lambda moment: moment.position))


def foreseen(plan: Plan) -> Iterator[Cue]:
    """Return the cues that a plan is sure to have, in their order: a voice may prepare them."""
    for step, following in zip_longest(plan.steps, plan.steps[1:]):
        descent = step.phase is Phase.DESCENT
        yield preview(step, PREVIEW_S, deck=True) if descent else begins(step)
        yield from (moment.cue for moment in schedule(step, following))


def _length(step: Step) -> float:
    return step.distance_m or step.duration_s or 0.0


def _before_end(step: Step, seconds: float) -> float:
    """Position ``seconds`` before the end of a step, never before its start."""
    if step.distance_m is not None:
        seconds *= step.speed_kmh / 3.6
    return max(0.0, _length(step) - seconds)


def _form_cues(step: Step) -> list[Moment]:
    """Return the form cues inside a step: a long descent has them every 200 m."""
    if step.phase is Phase.BACKWARD:  # a little way in, when there is attention for it
        return [Moment(_length(step) / 10, form(step, 0))]
    metres = step.distance_m or step.speed_kmh / 3.6 * step.nominal_s
    if step.phase is not Phase.DESCENT or metres <= FORM_EVERY_M:
        return []
    apart = _length(step) * FORM_EVERY_M / metres
    return [Moment(apart * k, form(step, k)) for k in range(1, math.ceil(metres / FORM_EVERY_M))]


def _reminders(step: Step) -> list[Moment]:
    """Return how far along a long step is; a recovery is left in peace."""
    moments: list[Moment] = []
    if step.phase is Phase.RECOVERY:
        return moments
    if step.nominal_s >= HALF_WAY_FROM_S:
        cue = Cue(kind=CueKind.HALF_WAY, key="half_way", step=step.index, rep=step.rep)
        moments.append(Moment(_length(step) / 2, cue))
    if step.nominal_s >= TIME_LEFT_FROM_S:
        left = {"seconds": f"{TIME_LEFT_S:g}"}
        cue = Cue(
            kind=CueKind.TIME_LEFT, key="time_left", values=left, step=step.index, rep=step.rep
        )
        moments.append(Moment(_before_end(step, TIME_LEFT_S), cue))
    return moments


def _warning(step: Step, following: Step | None) -> tuple[float, Cue]:
    """Return what tells of the change at the end of a step, and how long before (rule R9)."""
    if following is None:
        return OFF_BELT_S, ending(OFF_BELT_S)
    if following.phase.off_belt:
        return OFF_BELT_S, announce("preview_off_belt", CueKind.PREVIEW, following, OFF_BELT_S)
    if following.phase is Phase.DESCENT:
        return _before_descent(step, following)
    if step.phase is Phase.DESCENT and following.speed_kmh <= step.speed_kmh:
        return EASE_S, announce("ease", CueKind.EASE, following, EASE_S)
    key = _PREVIEWS[following.phase]
    return NOTICE_S, announce(key, CueKind.PREVIEW, following, NOTICE_S)


def _before_descent(step: Step, following: Step) -> tuple[float, Cue]:
    """Return the last word before a descent; its preview and countdown are timed by the deck."""
    if step.phase is not Phase.DESCENT:
        last = following.rep == following.reps > 1
        cue = Cue(kind=CueKind.LAST_REP, key="last_rep", step=following.index, rep=following.rep)
        return FORM_S, cue if last else form(following, 0)
    change = following.incline_pct - step.incline_pct
    if abs(change) <= SMALL_PCT and following.speed_kmh <= step.speed_kmh:
        return EASE_S, announce("ease", CueKind.EASE, following, EASE_S)
    return NOTICE_S, preview(following, NOTICE_S, deck=change < -SMALL_PCT)


def _items(step: Step) -> tuple[Moment, ...]:
    share = _length(step) / max(1, len(step.items))
    return tuple(Moment(share * i, _item(step, item)) for i, item in enumerate(step.items))


def _item(step: Step, item: str) -> Cue:
    if _NAME.fullmatch(item) is None:
        return _own(step, item)
    key = f"item_{item}" if item in ITEMS else "item_other"
    return Cue(kind=CueKind.ITEM, key=key, values={"item": item.replace("_", " ")}, step=step.index)


def _own(step: Step, words: str) -> Cue:
    """Return the cue that says words of the session's author, as they stand."""
    values = {"item": words}
    return Cue(kind=CueKind.ITEM, key="own_words", values=values, step=step.index, rep=step.rep)


def _own_words(step: Step) -> list[Moment]:
    """Return what the author of a session has said in a step on the belt, shared out evenly."""
    words = [item for item in step.items if item != STANDING]
    share = _length(step) / max(1, len(words))
    return [Moment(share * (k + OWN_WORDS_AT), _own(step, said)) for k, said in enumerate(words)]


def _step_on(step: Step) -> list[Moment]:
    """Return the word to step back onto the belt at the end of a standing rest."""
    if STANDING not in step.items:
        return []
    at = max(_length(step) / 2, _length(step) - STEP_ON_S)
    values = _numbers(step)
    cue = Cue(kind=CueKind.ITEM, key="rest_step_on", values=values, step=step.index, rep=step.rep)
    return [Moment(at, cue)]


def sentence(words: str) -> str:
    """Return words of an author as an item of a step.

    They begin with a capital letter, which makes no difference to a voice: an item in lower case is
    the name of an exercise, which is translated.
    """
    return words[:1].upper() + words[1:] if _NAME.fullmatch(words) else words


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


def preview(step: Step, seconds: float, *, deck: bool) -> Cue:
    """Return the cue before a descent.

    With ``deck`` it also says that the deck is about to move.
    """
    cue = announce(
        "preview_descent_deck" if deck else "preview_descent", CueKind.PREVIEW, step, seconds
    )
    cue.values.update(rep=str(step.rep), reps=str(step.reps))
    return cue


def count_down_to(step: Step) -> Cue:
    """Return the cue that counts down to a descent."""
    return announce("countdown", CueKind.COUNTDOWN, step, COUNTDOWN_S)


def countdown(seconds: float) -> Cue:
    """Return the cue that counts down to a belt that starts."""
    return Cue(
        kind=CueKind.COUNTDOWN,
        key="countdown",
        values={"seconds": f"{seconds:g}"},
        seconds_to_change=seconds,
    )


def go(step: Step) -> Cue:
    """Return the word at which the belt sets out for a descent."""
    return announce("go", CueKind.GO, step, 0.0)


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


def begins(step: Step) -> Cue:
    """Return the cue at the start of any step but a descent."""
    if STANDING in step.items:
        return announce("rest", CueKind.RECOVERY, step)
    if step.phase is Phase.RECOVERY:
        left = step.reps - step.rep
        last = "" if left else "_last"
        cue = announce(f"recovery_{_way_back(step)}{last}", CueKind.RECOVERY, step)
        cue.values["left"] = str(left)
        return cue
    return announce(f"step_{step.phase}", CueKind.STEP, step)


def _way_back(step: Step) -> str:
    """Return what a recovery is: only what goes uphill leads back up."""
    if step.incline_pct <= LEVEL_UP_TO_PCT:
        return "easy"
    return "jog" if step.speed_kmh >= JOG_FROM_KMH else "walk"


def starts(plan: Plan, minimum_pct: float) -> list[Cue]:
    """Return what is said when the belt moves for the first time."""
    values = {"name": plan.name, "minutes": f"{plan.duration_s / 60:.0f}"}
    start = Cue(kind=CueKind.START, key="session_start", values=values)
    return [start, *clamp(plan, minimum_pct)]


def confirm(step: Step) -> Cue:
    """Return the cue that asks whether the runner is ready to go back on the belt."""
    return Cue(kind=CueKind.CONFIRM, key="confirm_off_belt", step=step.index)


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
    key = "clamp_reps" if plan.added_reps else "clamp"
    return [Cue(kind=CueKind.CLAMP, key=key, values=values)]


def guide(target: Aim, step: Step | None) -> Cue:
    """Return the cue that asks the runner to set the machine, or to stop it."""
    keys = {None: "guided_set_incline", 0.0: "press_stop"}
    both = "guided_set_speed" if target.incline_pct is None else "guided_set"
    return Cue(
        kind=CueKind.GUIDE,
        key=keys.get(target.speed_kmh, both),
        values={"speed": f"{target.speed_kmh or 0:g}", "incline": f"{target.incline_pct or 0:g}"},
        step=None if step is None else step.index,
        rep=0 if step is None else step.rep,
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
    rotating = FORM[(step.index + turn) % len(FORM)]
    key = "form_backward" if step.phase is Phase.BACKWARD else rotating
    return Cue(kind=CueKind.FORM, key=key, step=step.index, rep=step.rep)
