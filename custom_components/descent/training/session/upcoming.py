"""Which cues are sure to come, and when: derived from the way as it stands, stored nowhere.

A voice needs time: a speaker is a second behind, and a sentence takes three. What is known ahead
can be sent ahead, so that "go" is heard at go. What only turns out (a fault, a deck that arrives)
is told when it happens.
"""

from __future__ import annotations

from collections.abc import Iterator

from .. import cues
from ..events import State, Upcoming
from ..model import Phase, Step
from ..rules import SMALL_PCT
from .session import Session
from .steps import Steps
from .underway import Underway

_KNOWN = frozenset({State.RUNNING, State.WAITING})


def upcoming(session: Session, now: float) -> tuple[Upcoming, ...]:
    """Return the cues of the step under way and the first one of the next, in order of time."""
    steps = session.steps
    if session.state not in _KNOWN or steps.underway is None:
        return ()
    return tuple(sorted(_cues(steps, steps.underway, now), key=lambda known: known.at))


def _cues(steps: Steps, underway: Underway, now: float) -> Iterator[Upcoming]:
    if not underway.going:
        if (at := steps.approach.go_due(underway)) is not None:
            yield Upcoming(at, cues.go(underway.step))
        return
    for moment in underway.moments.all[underway.moments.next :]:
        if (at := underway.when(moment.position)) is not None:
            yield Upcoming(at, moment.cue)
    following, end = steps.next_step, underway.ends_at
    if following is None or end is None or underway.asked:
        return
    step = underway.step
    if step.phase.off_belt and not following.phase.off_belt:
        yield Upcoming(end, cues.confirm(step))
    elif following.phase is not Phase.DESCENT:
        yield Upcoming(end, cues.begins(following))
    elif step.phase is not Phase.DESCENT:
        yield from _to_descent(steps, underway, following, now)
    elif abs(following.incline_pct - step.incline_pct) <= SMALL_PCT:
        yield Upcoming(end, cues.go(following))


def _to_descent(
    steps: Steps, underway: Underway, following: Step, now: float
) -> Iterator[Upcoming]:
    """Return preview, countdown and go of a descent after a step of another kind."""
    sample, left = steps.gate.sample, underway.remaining_s(now)
    if sample is not None and not steps.approach.previewed:
        lead = steps.approach.deck_lead_s(underway, following, sample)
        before = max(cues.PREVIEW_S, lead + cues.NOTICE_S)
        preview = cues.preview(following, min(left, before), deck=lead > 0)
        yield Upcoming(now + max(0.0, left - before), preview)
    if not steps.approach.deck_arrived:
        return
    if (at := steps.approach.countdown_due(underway, underway.ends_at)) is not None:
        yield Upcoming(at, cues.count_down_to(following))
    yield Upcoming(now + left, cues.go(following))
