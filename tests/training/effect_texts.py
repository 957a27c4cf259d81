"""What the engine says, as text that stays the same when its code is renamed.

Everything that reads the engine's types for the recording (recording.py) is here.
"""

from __future__ import annotations

from collections.abc import Iterable

from custom_components.descent.training.events import (
    Aim,
    Answer,
    Answered,
    Arm,
    Command,
    Cue,
    DeclineTested,
    Effect,
    Event,
    Fault,
    Finished,
    Lap,
    LetGo,
    Link,
    Pause,
    Refused,
    RepCompleted,
    Resume,
    Skip,
    StateChanged,
    Status,
    StepFinished,
    StepStarted,
    Stop,
    Summary,
    Unheard,
    Verdict,
)
from custom_components.descent.training.model import Machine, Plan, Range, Step, Telemetry
from custom_components.descent.training.rules import Permissions
from tests.training.ride import Ride


def number(value: float | None) -> str:
    """Return a number with what matters of it; 5 and 5.0 are the same."""
    return "-" if value is None else repr(round(float(value), 6) + 0.0)


def value(thing: object) -> str:
    """Return one value of a cue or an exception."""
    if isinstance(thing, float) and not isinstance(thing, bool):
        return number(thing)
    return repr(thing)


def yes(**flags: bool) -> list[str]:
    """Return the names of what is so."""
    return [name for name, so in flags.items() if so]


def named(**numbers: float | None) -> list[str]:
    """Return what is known, with its names."""
    return [f"{name}={number(thing)}" for name, thing in numbers.items() if thing is not None]


def joined(*parts: str | Iterable[str]) -> str:
    """Return one line."""
    flat = [part for some in parts for part in ([some] if isinstance(some, str) else some)]
    return " ".join(flat)


# ---- what goes in


def event(happened: Event) -> str:  # noqa: C901 - one line for each kind
    """Return what somebody or something tells the engine."""
    match happened:
        case Arm():
            return joined("arm", happened.plan.session, yes(by_hand=happened.by_hand))
        case Resume():
            return joined("resume", yes(by_hand=happened.by_hand))
        case Skip():
            return joined("skip", yes(confirmed=happened.confirmed, by_hand=happened.by_hand))
        case Pause():
            return "pause"
        case Stop():
            return "stop"
        case Aim():
            return joined("aim", aim(happened))
        case Status():
            target = [] if happened.value is None else [number(happened.value)]
            return joined("status", happened.kind.value, target)
        case Link():
            return f"link {'up' if happened.up else 'down'}"
        case Answer():
            return f"answer {happened.command} {happened.outcome.value}"
        case Answered():
            return "there"
        case Unheard():
            return f"unheard {happened.cue.key}"
        case Telemetry():
            return joined("sample", sample(happened))


def refusal(error: Refused) -> str:
    """Return why a wish was turned down."""
    return joined(
        "refused",
        error.key,
        [f"{name}={value(error.values[name])}" for name in sorted(error.values)],
    )


def sample(measured: Telemetry) -> list[str]:
    """Return a measurement."""
    return [
        *named(at=measured.at, speed=measured.speed_kmh, incline=measured.incline_pct),
        *yes(key_out=measured.safety_key_out),
    ]


def aim(wish: Aim) -> list[str]:
    """Return what belt and deck are wished to do."""
    return named(speed=wish.speed_kmh, incline=wish.incline_pct)


# ---- what comes out


def effect(said: Effect) -> list[str]:  # noqa: C901 - one line for each kind
    """Return an effect, a line each for what it is and what it carries."""
    match said:
        case Command():
            return [joined("command", command(said))]
        case Verdict():
            return [f"verdict {said.outcome.value} {command(said.command)}"]
        case LetGo():
            return [joined("let_go", said.reason.value, yes(slower=said.slower))]
        case DeclineTested():
            return [f"decline {said.decline.value}"]
        case Cue():
            return [joined("cue", cue(said))]
        case StateChanged():
            reason = "-" if said.reason is None else said.reason.value
            return [f"state {said.state.value} {reason}"]
        case StepStarted():
            return [joined("step", step(said.step))]
        case StepFinished():
            return [joined("lap", lap(said.lap)), joined("lap_of", step(said.step))]
        case RepCompleted():
            return [f"rep {said.rep} of {said.reps}"]
        case Fault():
            return [f"fault {said.reason.value}"]
        case Finished():
            return summary(said.summary)


def command(order: Command) -> str:
    """Return an order to the machine."""
    return joined(
        str(order.id), order.kind.value, [] if order.value is None else number(order.value)
    )


def cue(said: Cue) -> list[str]:
    """Return an announcement."""
    return [
        said.kind.value,
        said.key,
        *(f"{name}={value(said.values[name])}" for name in sorted(said.values)),
        *([] if said.step is None else [f"step={said.step}"]),
        f"rep={said.rep}",
        *named(in_s=said.seconds_to_change, speed=said.speed_kmh, incline=said.incline_pct),
    ]


def lap(done: Lap) -> list[str]:
    """Return what was done in a step."""
    return [
        str(done.index),
        done.phase.value,
        f"rep={done.rep}",
        *named(
            duration_s=done.duration_s,
            approach_s=done.approach_s,
            distance_m=done.distance_m,
            at_target_m=done.at_target_m,
            descent_m=done.descent_m,
            descent_at_target_m=done.descent_at_target_m,
            max_speed_kmh=done.max_speed_kmh,
            mean_incline_pct=done.mean_incline_pct,
            to_target_s=done.to_target_s,
        ),
        *yes(skipped=done.skipped, capped=done.capped),
    ]


def summary(done: Summary) -> list[str]:
    """Return what a session amounted to."""
    head = joined(
        "finished",
        done.session,
        done.result.value,
        named(
            duration_s=done.duration_s,
            distance_m=done.distance_m,
            descent_m=done.descent_m,
            descent_at_target_m=done.descent_at_target_m,
            prescribed_descent_m=done.prescribed_descent_m,
            fidelity_descent=done.fidelity_descent,
            fidelity_grade=done.fidelity_grade,
        ),
        f"reps={done.reps_completed}/{done.reps_planned}",
    )
    return [head, *(joined("finished_lap", lap(one)) for one in done.laps)]


# ---- what was decided before


def step(planned: Step) -> list[str]:
    """Return a step of a plan."""
    return [
        str(planned.index),
        planned.phase.value,
        *named(
            speed_kmh=planned.speed_kmh,
            incline_pct=planned.incline_pct,
            nominal_s=planned.nominal_s,
            duration_s=planned.duration_s,
            distance_m=planned.distance_m,
            prescribed_incline_pct=planned.prescribed_incline_pct,
            ramp_from_kmh=planned.ramp_from_kmh,
            ramp_to_kmh=planned.ramp_to_kmh,
            ramp_s=planned.ramp_s,
            walk_back_m=planned.walk_back_m,
            minimum_s=planned.minimum_s,
            lead_s=planned.lead_s,
            ramp_descent_m=planned.ramp_descent_m,
            descent_m=planned.descent_m,
        ),
        f"rep={planned.rep}/{planned.reps}",
        *([f"items={','.join(planned.items)}"] if planned.items else []),
        *yes(guided=planned.guided),
    ]


def plan(made: Plan) -> list[str]:
    """Return a plan, a line for each step."""
    head = joined(
        "plan",
        made.session,
        repr(made.name),
        made.runner,
        made.level.value,
        [f"{name}={value(thing)}" for name, thing in made.parameters],
        named(
            prescribed_descent_m=made.prescribed_descent_m,
            fidelity_descent=made.fidelity_descent,
            fidelity_grade=made.fidelity_grade,
            added_reps=made.added_reps,
            duration_s=made.duration_s,
            descent_m=made.descent_m,
            reps=made.reps,
        ),
        f"notes={','.join(made.notes)}",
    )
    return [head, *(joined("planned", step(one)) for one in made.steps)]


def machine(what: Machine) -> str:
    """Return what a machine can do."""
    return joined(
        "machine",
        f"speed={span(what.speed)}",
        f"incline={span(what.incline)}",
        named(belt_kmh_s=what.rates.belt_kmh_s, deck_pct_s=what.rates.deck_pct_s),
        yes(
            can_start=what.can_start,
            can_stop=what.can_stop,
            sets_speed=what.sets_speed,
            sets_incline=what.sets_incline,
            decline_known=what.decline_known,
        ),
    )


def span(limits: Range) -> str:
    """Return a range."""
    return "/".join(number(one) for one in (limits.minimum, limits.maximum, limits.step))


def permissions(allowed: Permissions) -> str:
    """Return what the user allows."""
    return joined(
        "allowed",
        yes(control=allowed.control, start_belt=allowed.start_belt),
        named(max_speed_kmh=allowed.max_speed_kmh),
    )


# ---- how it stands


def place(under_way: Step) -> str:
    """Return which step it is, and what it aims at."""
    target = named(
        speed=under_way.speed_kmh, incline=under_way.incline_pct, nominal_s=under_way.nominal_s
    )
    return joined(str(under_way.index), under_way.phase.value, target)


def reading(ride: Ride) -> dict[str, str]:
    """Return all that the outside reads of the engine, right now."""
    engine, view, now = ride.engine, ride.view, ride.now
    under_way, following, reason = view.step, view.next_step, view.reason
    return {
        "state": view.state.value,
        "reason": "-" if reason is None else reason.value,
        "step": "-" if under_way is None else place(under_way),
        "next": "-" if following is None else place(following),
        "step_remaining_s": number(view.step_left_s),
        "session_remaining_s": number(view.session_left_s),
        "progress": number(view.progress),
        "elapsed_s": number(view.elapsed_s),
        "distance_m": number(view.distance_m),
        "descent_m": number(view.descent_m),
        "target": joined(aim(view.target)),
        "decline": view.decline.value,
        "rates": joined(
            named(belt=view.rates.belt_kmh_s, deck=view.rates.deck_pct_s),
        ),
        "fresh": str(view.fresh),
        "level": engine.level.value,
        "limits": f"{span(view.machine.speed)} {span(view.machine.incline)}",
        "wakes_at": number(engine.wakes_at),
        "ahead": "; ".join(
            joined(number(known.at), cue(known.cue)) for known in engine.upcoming(now)
        ),
    }
