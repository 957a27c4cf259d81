"""What one voice says of the cues, how, and when it has to begin so that it is heard in time.

A cue comes from the engine at its moment. A voice is behind it by its *latency*, and a sentence
takes as long as it is. So what is known ahead (session/upcoming.py) is sent ahead:

1. A cue is heard from its moment on; one that tells of a change is over before the change.
2. What would come late is dropped, never shifted: a tone takes its place, where there is a change,
   or bare words where there are no tones. What even so cannot be heard in time is *unheard*.
3. The countdown and "go" are one sound, cut to what is left: its last tone is at "go".
4. A fault, a stop and a pause wait for nothing, and what waited for its turn is forgotten.

Verbosity, lengths and limits of lateness are heuristics [H] (cues.md, section 2).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
import math

from .events import Cue, CueKind, Upcoming
from .rules import NEAR

SECONDS_A_LETTER = 1 / 14  # an unhurried voice [H]
SECONDS_A_SENTENCE = 0.5  # to begin, and the pause behind it [H]
LATE_S = 0.3  # what nobody notices [H]
STALE_S = 3.0  # a cue without a change is no news after that [H]
TONES = 5  # of a countdown, one a second
TONE_S = 0.5


class Verbosity(StrEnum):
    """How much is said. Tones stand in for what is not, where something changes."""

    BEEPS = "beeps"
    SHORT = "short"
    COACH = "coach"


# From which verbosity on a kind is said in words; what is not here always is.
_WORDS_FROM: dict[CueKind, Verbosity | None] = {
    **dict.fromkeys(
        (
            CueKind.START,
            CueKind.STEP,
            CueKind.PREVIEW,
            CueKind.GO,
            CueKind.EASE,
            CueKind.RECOVERY,
            CueKind.LAST_REP,
            CueKind.ITEM,
            CueKind.RESUMED,
            CueKind.END,
        ),
        Verbosity.SHORT,
    ),
    CueKind.FORM: Verbosity.COACH,
    CueKind.HALF_WAY: Verbosity.COACH,
    CueKind.TIME_LEFT: Verbosity.COACH,
    CueKind.COUNTDOWN: None,  # words are no clock
}
_ORDER = tuple(Verbosity)
# Waits for nothing.
URGENT = frozenset({CueKind.FAULT, CueKind.STOP, CueKind.SUSPENDED, CueKind.PAUSED})
# Said only into silence.
_ASIDE = frozenset({CueKind.FORM, CueKind.HALF_WAY, CueKind.TIME_LEFT})


class Tone(StrEnum):
    """A sound in place of words."""

    ATTENTION = "attention"  # something changes
    COUNTDOWN = "countdown"  # one tone a second, and a higher one at "go"


@dataclass(frozen=True, slots=True, kw_only=True)
class Say:
    """One thing to send to a speaker now: words or a sound, and the cues it stands for."""

    cues: tuple[Cue, ...]
    text: str = ""
    tone: Tone | None = None
    tones: int = 0  # of a countdown, before the one at "go"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Line:
    """One cue on its way: not to be sent before ``begin``, nor after ``latest``."""

    cue: Cue
    begin: float
    latest: float
    change_at: float | None


def words_s(text: str) -> float:
    """Estimate the seconds that a voice takes to say ``text`` [H]."""
    return SECONDS_A_SENTENCE + len(text) * SECONDS_A_LETTER if text else 0.0


def worded(kind: CueKind, verbosity: Verbosity) -> bool:
    """Whether a kind of cue is said in words."""
    least = _WORDS_FROM.get(kind, Verbosity.BEEPS)
    return least is not None and _ORDER.index(verbosity) >= _ORDER.index(least)


class VoiceTiming:
    """One voice: cues and what is known ahead go in, what to send to the speaker comes out."""

    def __init__(
        self, render: Callable[[Cue], str], *, verbosity: Verbosity, latency_s: float, sounds: bool
    ) -> None:
        """Be silent; ``sounds`` says whether the speaker can play a sound besides words."""
        self._render = render
        mute = verbosity is Verbosity.BEEPS and not sounds  # nothing at all would be heard of it
        self._verbosity = Verbosity.SHORT if mute else verbosity
        self._latency_s = latency_s
        self._sounds = sounds
        self._ahead: tuple[_Line, ...] = ()
        self._waiting: list[_Line] = []
        self._sent: set[tuple[CueKind, str, int | None]] = set()
        self._silent_from = -math.inf  # when what was sent has been heard
        self.dropped: deque[Cue] = deque(maxlen=20)  # the last that would have come late
        self.unheard: deque[Cue] = deque(maxlen=20)  # of these, what nothing could stand in for

    # ---- in

    def foresee(self, known: Iterable[Upcoming]) -> None:
        """Take in the cues to come as they are known now; replaces what was known before."""
        lines = (self._line(ahead.cue, ahead.at) for ahead in known)
        self._ahead = tuple(line for line in lines if _name(line.cue) not in self._sent)

    def tell(self, cue: Cue, now: float) -> None:
        """Take in a cue at its moment; one that was sent ahead is over with that."""
        name = _name(cue)
        if name in self._sent:
            self._sent.discard(name)
            return
        self._ahead = tuple(line for line in self._ahead if _name(line.cue) != name)
        if cue.kind in URGENT:
            self._waiting.clear()
            self._silent_from = now
        self._waiting.append(self._line(cue, now))

    def forget(self) -> None:
        """Know nothing of what was to come: the session is somewhere else now."""
        self._ahead = ()
        self._sent.clear()

    # ---- out

    @property
    def wakes_at(self) -> float | None:
        """When ``advance`` should be called next, if nothing happens before."""
        times = [line.begin for line in self._ahead]
        times += [max(line.begin, self._silent_from - self._latency_s) for line in self._waiting]
        return min(times, default=None)

    def advance(self, now: float) -> tuple[Say, ...]:
        """Return what is to be sent to the speaker now; sentences due together are one."""
        due = [line for line in self._ahead if line.begin <= now + NEAR]
        self._ahead = tuple(line for line in self._ahead if line.begin > now + NEAR)
        self._sent.update(_name(line.cue) for line in due)
        lines, self._waiting = [*self._waiting, *due], []
        words: list[Cue] = []
        sounds: list[Say] = []
        for line in lines:
            self._sort(line, now, words, sounds)
        said = (*self._spoken(words), *sounds)
        if said:
            self._silent_from = now + self._latency_s + max(map(_lasts_s, said))
        return said

    # ---- inside

    def _line(self, cue: Cue, at: float) -> _Line:
        """Work out from when to when a cue that belongs at ``at`` may be sent."""
        heard, latest = at, at + STALE_S
        change_at = None if cue.seconds_to_change is None else at + cue.seconds_to_change
        if cue.kind in URGENT:
            latest = math.inf
        elif cue.kind is CueKind.GO:
            latest = at
        elif cue.kind is CueKind.COUNTDOWN and change_at is not None:
            heard = latest = change_at - _tones(change_at - at)
        elif cue.kind is CueKind.ARM and change_at is not None:
            pass  # it says in how many seconds the belt starts: that must be true when it is heard
        elif change_at is not None and change_at > at:
            latest = change_at - words_s(self._render(cue))
            heard = min(at, latest)
        elif cue.kind not in _ASIDE:
            latest += self._latency_s  # it matters, however slow the speaker is
        return _Line(
            cue=cue,
            begin=heard - self._latency_s,
            latest=latest - self._latency_s,
            change_at=change_at,
        )

    def _sort(self, line: _Line, now: float, words: list[Cue], sounds: list[Say]) -> None:
        """Say a cue in words or by a sound, let it wait for its turn, or drop it."""
        cue, late = line.cue, now > line.latest + LATE_S
        quiet = self._silent_from <= now + self._latency_s + LATE_S
        if line.begin > now + NEAR or (not quiet and not late and cue.kind not in _ASIDE):
            self._waiting.append(line)
        elif cue.kind is CueKind.COUNTDOWN:
            self._count_down(line, now, sounds)
        elif late or not quiet:
            self.dropped.append(cue)
            if cue.kind is not CueKind.GO and (line.change_at is not None or _tells(cue)):
                self._stand_in(line, now, words, sounds)
        elif worded(cue.kind, self._verbosity):
            words.append(cue)
        elif cue.kind not in _ASIDE and self._sounds:
            sounds.append(Say(cues=(cue,), tone=Tone.ATTENTION))

    def _count_down(self, line: _Line, now: float, sounds: list[Say]) -> None:
        """Sound the tones there is time for, so that the last one is at "go"."""
        cue, change_at = line.cue, line.change_at
        tones = 0 if change_at is None else _tones(change_at - now - self._latency_s + NEAR)
        if change_at is None or not tones or not self._sounds:
            self.dropped.append(cue)
            return
        begin = change_at - tones - self._latency_s
        if begin > now + LATE_S:  # told late: begin with the next whole second
            self._waiting.append(_Line(cue=cue, begin=begin, latest=begin, change_at=change_at))
            return
        sounds.append(Say(cues=(cue,), tone=Tone.COUNTDOWN, tones=tones))
        go = (CueKind.GO, "go", cue.step)
        self._sent.add(go)
        self._ahead = tuple(other for other in self._ahead if _name(other.cue) != go)

    def _stand_in(self, line: _Line, now: float, words: list[Cue], sounds: list[Say]) -> None:
        """Have something heard before a change that there is no time to tell of."""
        cue, change_at = line.cue, line.change_at
        late = change_at is not None and now + self._latency_s > change_at
        if late or cue.kind is CueKind.ARM:
            self.unheard.append(cue)
        elif self._sounds:
            sounds.append(Say(cues=(cue,), tone=Tone.ATTENTION))
        else:
            words.append(cue)

    def _spoken(self, words: list[Cue]) -> tuple[Say, ...]:
        if not words:
            return ()
        return (Say(cues=tuple(words), text=" ".join(self._render(cue) for cue in words)),)


def _tones(seconds: float) -> int:
    """How many whole seconds can be counted down."""
    return max(0, min(TONES, math.floor(seconds + NEAR)))


def _tells(cue: Cue) -> bool:
    """Whether the runner is told of a change by it."""
    return cue.speed_kmh is not None or cue.incline_pct is not None


def _name(cue: Cue) -> tuple[CueKind, str, int | None]:
    """What makes a cue the same one, sent ahead and told at its moment."""
    return cue.kind, cue.key, cue.step


def _lasts_s(say: Say) -> float:
    if say.tone is Tone.COUNTDOWN:
        return say.tones + TONE_S
    return TONE_S if say.tone else words_s(say.text)
