"""Which cues are sure to come, and when: derived from the way as it stands, stored nowhere.

A voice needs time: a speaker is a second behind, and a sentence takes three. What is known ahead
can be sent ahead, so that "go" is heard at go. What only turns out (a fault, a deck that arrives)
is told when it happens.
"""

from __future__ import annotations

from collections.abc import Iterator

from . import cues
from .course import Course
from .events import Ahead, State
from .lap import Underway
from .model import Phase, Step
from .rules import SMALL_PCT
from .session import Session

_KNOWN = frozenset({State.RUNNING, State.WAITING})


def ahead(session: Session, now: float) -> tuple[Ahead, ...]:
    """Return the cues of the step under way and the first one of the next, in order of time."""
    course = session.course
    if session.state not in _KNOWN or course.underway is None:
        return ()
    return tuple(sorted(_cues(course, course.underway, now), key=lambda known: known.at))


def _cues(course: Course, underway: Underway, now: float) -> Iterator[Ahead]:
    if not underway.going:
        if (at := course.go_due(underway)) is not None:
            yield Ahead(at, cues.go(underway.step))
        return
    for moment in underway.moments.all[underway.moments.next :]:
        if (at := underway.when(moment.position)) is not None:
            yield Ahead(at, moment.cue)
    following, end = course.next_step, underway.ends_at
    if following is None or end is None or underway.asked:
        return
    step = underway.step
    if step.phase.off_belt and not following.phase.off_belt:
        yield Ahead(end, cues.confirm(step))
    elif following.phase is not Phase.DESCENT:
        yield Ahead(end, cues.begins(course.plan, following))
    elif step.phase is not Phase.DESCENT:
        yield from _to_descent(course, underway, following, now)
    elif abs(following.incline_pct - step.incline_pct) <= SMALL_PCT:
        yield Ahead(end, cues.go(following))


def _to_descent(course: Course, underway: Underway, following: Step, now: float) -> Iterator[Ahead]:
    """Return preview, countdown and go of a descent after a step of another kind."""
    sample, left = course.gate.watch.sample, underway.remaining_s(now)
    if sample is not None and not underway.previewed:
        lead = course.deck_lead_s(underway, following, sample)
        before = max(cues.PREVIEW_S, lead + cues.NOTICE_S)
        preview = cues.preview(course.plan, following, min(left, before), deck=lead > 0)
        yield Ahead(now + max(0.0, left - before), preview)
    if not course.deck_arrived:
        return
    if (at := course.countdown_due(underway)) is not None:
        yield Ahead(at, cues.count_down_to(following))
    yield Ahead(now + left, cues.go(following))
