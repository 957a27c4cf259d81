"""Judges a session by what was seen of it: the rules of the controller, and none of its code.

A record of ``descent/live`` after the other goes in; what was broken comes out as sentences. The
numbers are those of the rules, written down here a second time on purpose.

What is allowed on top of them, and why:

- Times: records are stamped when they are written, and a millisecond of this computer is
  ``time scale`` milliseconds of the session. 50 ms plus 2 ms of the computer are granted.
- Values: readings come in hundredths of km/h and tenths of a percent; half a tenth is granted.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
import math
from typing import Any

type Record = dict[str, Any]

LEVELS = ("novice", "beginner", "intermediate", "advanced")
_BANDS_PCT = (2, 4, 6, 8, 10, 12, 15)
_CAPS_KMH: dict[str, tuple[float | None, ...]] = {
    "novice": (6.5, 6.0, 5.5, 5.0, None, None, None),
    "beginner": (12, 10, 9, 7, None, None, None),
    "intermediate": (17, 16, 15, 14, 13, 11, None),
    "advanced": (20, 19, 18, 17, 16, 14, 12),
}
_BACKWARD_CAPS_KMH = {"novice": 2, "beginner": 2, "intermediate": 4, "advanced": 6}

_MOVING_KMH = 0.3
_TAKEOVER_SAMPLES = 3
_DESCENT_PCT = -0.5
_AT_DECK_PCT = 0.5
_AT_BELT_KMH = 0.3
_READING = 0.05
_ONE_CHANGE_S = 10.0  # commands closer than this are one change
_TOLD_S = 120.0  # a cue is about what happens within two minutes: the slowest deck needs less


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The machine, the runner and the permissions of a run."""

    level: str
    min_incline: float
    max_incline: float
    incline_step: float
    max_speed: float
    min_speed: float = 0.8
    speed_step: float = 0.1
    start_belt: bool = False
    time_scale: float = 1.0


@dataclass(frozen=True, slots=True)
class _Sample:
    t: float
    speed: float
    incline: float


@dataclass(slots=True)
class _Axis:
    """What the belt or the deck was told."""

    value: float | None = None  # None while it belongs to the console
    t: float = -math.inf
    direction: int = 0
    began_at: float = -math.inf  # of the change under way
    began_from: float = 0.0

    def told(self, value: float, base: float, t: float, *, apart_s: float) -> None:
        direction = 1 if value > base else -1
        if direction != self.direction or t - self.t > apart_s:
            self.began_at, self.began_from = t, base
        self.value, self.t, self.direction = value, t, direction


class Rules:
    """One run."""

    def __init__(self, limits: Limits) -> None:
        """Start with a standing belt, before the session."""
        self.limits = limits
        self.broken: list[str] = []
        self._tolerance_s = 0.05 + 0.002 * limits.time_scale
        self._state = "idle"
        self._phase: str | None = None
        self._samples: deque[_Sample] = deque(maxlen=3)
        self._moving_samples = 0
        self._belt = _Axis()
        self._deck = _Axis()
        self._deck_moves: deque[tuple[float, float]] = deque(maxlen=32)
        self._cues: deque[tuple[float, float | None, float | None]] = deque(maxlen=64)
        self._stopped_by_user = False
        self._released = True

    def see(self, record: Record) -> list[str]:
        """Take in one record; returns what it breaks."""
        before = len(self.broken)
        t = float(record["t"])
        match record["type"]:
            case "sample":
                self._see_sample(_Sample(t, record["speed_kmh"], record["incline_pct"]))
            case "command":
                self._see_command(record["kind"], record["value"], t)
            case "verdict":
                self._see_verdict(record, t)
            case "cue":
                self._see_cue(record, t)
            case "state":
                self._see_state(record["state"], t)
            case "step":
                self._phase = record["phase"] if record["event"] == "started" else None
            case "intent" if record["what"] == "stop":
                self._stopped_by_user = True
            case "fault" | "let_go":
                self._break("fault", t, f"{record['type']}: {record['reason']}")
            case "link" if not record["up"]:
                self._break("R5", t, "contact was lost")
        return self.broken[before:]

    def finish(self) -> list[str]:
        """Judge the end (rule R14); returns what it breaks."""
        before = len(self.broken)
        last = self._last
        if last is None:
            self._break("R14", 0.0, "nothing was ever measured")
            return self.broken[before:]
        if last.speed > _MOVING_KMH:
            self._break("R14", last.t, f"the belt still runs, {last.speed:g} km/h")
        level = min(max(0.0, self.limits.min_incline), self.limits.max_incline)
        # A Stop never moves the deck (rule R4).
        if abs(last.incline - level) > _AT_DECK_PCT and not self._stopped_by_user:
            self._break("R14", last.t, f"the deck was left at {last.incline:g} %")
        if not self._released:
            self._break("R14", last.t, "control was not released")
        return self.broken[before:]

    # ---- what is seen

    @property
    def _last(self) -> _Sample | None:
        return self._samples[-1] if self._samples else None

    def _see_cue(self, record: Record, t: float) -> None:
        self._cues.append((t, record.get("speed_kmh"), record.get("incline_pct")))
        if record["kind"] == "check":
            # A deck that was tried first, by one small step, begins its way anew.
            self._deck.t = -math.inf

    def _see_sample(self, sample: _Sample) -> None:
        self._samples.append(sample)
        self._moving_samples = self._moving_samples + 1 if sample.speed > _MOVING_KMH else 0
        if not self._moving_samples:
            self._belt.value = None  # a belt that stands has forgotten what it was told

    def _see_state(self, state: str, t: float) -> None:
        # Three samples make the takeover. Their last one and the state are one moment.
        if (
            state == "running"
            and self._state != "running"
            and self._moving_samples < _TAKEOVER_SAMPLES
        ):
            self._break("R2", t, f"took over after {self._moving_samples} samples of a moving belt")
        self._state = state

    def _see_verdict(self, record: Record, t: float) -> None:
        if record["outcome"] in {"rejected", "unknown"}:
            self._break("R6", t, f"{record['kind']} {record['value']}: {record['outcome']}")

    def _see_command(self, kind: str, value: float | None, t: float) -> None:
        last = self._last
        self._released = kind == "release_control"
        if kind == "start_belt" and not self.limits.start_belt:
            self._break("R2", t, "a command started the belt")
        if kind == "release_control":
            self._belt.value = self._deck.value = None
        if kind == "stop_belt":
            self._see_stop(t)
        if kind not in {"set_speed", "set_incline"} or value is None:
            return
        if last is None:
            self._break("R5", t, f"{kind} {value:g} before anything was measured")
            return
        if self._state in {"idle", "armed", "finished"}:
            self._break("R2", t, f"{kind} {value:g} while {self._state}")
        if kind == "set_speed":
            self._see_speed(value, last, t)
        else:
            self._see_incline(value, last, t)

    def _see_stop(self, t: float) -> None:
        last = self._last
        if last is not None and last.speed > 3 + 2 * _READING and not self._stopped_by_user:
            self._break("R14", t, f"stopped the belt from {last.speed:g} km/h")
        self._belt.value = None

    # ---- the belt

    def _see_speed(self, value: float, last: _Sample, t: float) -> None:
        base = last.speed if self._belt.value is None else self._belt.value
        if self._moving_samples < _TAKEOVER_SAMPLES:
            self._break("R2", t, f"told a belt {value:g} km/h that was not moving for 3 samples")
        self._in_range(value, t)
        if value > base:
            self._see_faster(value, base, last, t)
        elif base - value > 2 + _READING:
            self._break("R7", t, f"down by {base - value:.1f} km/h at once")
        if value < base and t - self._belt.t < 1 - self._tolerance_s and self._belt.direction < 0:
            self._break("R7", t, f"down again after {t - self._belt.t:.2f} s")
        deck = self._deck.value
        if last.incline < _DESCENT_PCT and deck is not None and not self._at_deck(last, deck):
            self._break("R8", t, f"told the belt {value:g} km/h in a descent, with a moving deck")
        self._belt.told(value, base, t, apart_s=_ONE_CHANGE_S)
        change = value - self._belt.began_from
        lead_s = 5.0 if change > 0 else 3.0
        if (
            abs(change) > 0.5 + _READING
            and not self._told(0, value, change, lead_s)
            and not (change < 0 and self._told_of_deck(last, lead_s))
        ):
            self._break("R9", t, f"{value:g} km/h was not announced {lead_s:g} s before")

    def _see_faster(self, value: float, base: float, last: _Sample, t: float) -> None:
        largest = 0.5 if self.limits.level in {"novice", "beginner"} else 1.0
        if value - base > largest + _READING:
            self._break("R7", t, f"up by {value - base:.1f} km/h at once, {largest:g} are allowed")
        if t - self._belt.t < 1 - self._tolerance_s and self._belt.value is not None:
            self._break("R7", t, f"up again after {t - self._belt.t:.2f} s")
        if t - last.t > 2 + self._tolerance_s:
            self._break("R5", t, f"up while the newest measurement was {t - last.t:.1f} s old")
        deck = self._deck.value
        if deck is not None and not all(self._at_deck(s, deck) for s in list(self._samples)[-2:]):
            self._break("R8", t, f"up to {value:g} km/h while the deck was not at {deck:g} %")

    def _in_range(self, value: float, t: float) -> None:
        limits = self.limits
        if not limits.min_speed - 1e-6 <= value <= limits.max_speed + 1e-6:
            self._break("R10", t, f"{value:g} km/h is outside the machine's range")
        if not _is_step(value, limits.speed_step):
            self._break("R10", t, f"{value:g} km/h is not a step of the machine")
        cap = self._cap()
        if value > cap + 1e-6:
            self._break("R10", t, f"{value:g} km/h is above the cap of {cap:g} km/h")

    def _cap(self) -> float:
        """Return the cap on the present slope; a reading a tenth steeper is no other slope."""
        last, deck = self._last, self._deck.value
        incline = 0.0 if last is None else last.incline
        if deck is not None:
            at_deck = last is not None and self._at_deck(last, deck)
            incline = deck if at_deck else min(incline, deck)
        if self._phase == "backward":
            return _BACKWARD_CAPS_KMH[self.limits.level]
        if incline < -_BANDS_PCT[-1]:
            return 4.0
        band = next(i for i, bound in enumerate(_BANDS_PCT) if -incline <= bound + 1e-6)
        cap = _CAPS_KMH[self.limits.level][band]
        return 4.0 if cap is None else cap

    # ---- the deck

    def _see_incline(self, value: float, last: _Sample, t: float) -> None:
        limits = self.limits
        if not limits.min_incline - 1e-6 <= value <= limits.max_incline + 1e-6:
            self._break("R10", t, f"{value:g} % is outside the machine's range")
        if not _is_step(value, limits.incline_step):
            self._break("R10", t, f"{value:g} % is not a step of the machine")
        change = value - last.incline
        recent = sum(size for at, size in self._deck_moves if at > t - _ONE_CHANGE_S)
        if abs(change) > 1 + _READING and last.speed > 8 + 2 * _READING:
            self._break("R7", t, f"deck by {change:+.1f} % at {last.speed:g} km/h")
        if abs(change) + recent > 1 + 2 * _READING:
            limit = 6.0 if last.incline < _DESCENT_PCT <= value else 8.0
            if last.speed > limit + 2 * _READING:
                self._break("R8", t, f"deck to {value:g} % at {last.speed:g} km/h")
        belt = self._belt.value
        if (
            last.incline < _DESCENT_PCT
            and belt is not None
            and abs(last.speed - belt) > _AT_BELT_KMH + _READING
        ):
            self._break("R8", t, f"deck to {value:g} % in a descent while the belt changed speed")
        self._deck_moves.append((t, abs(change)))
        self._deck.told(value, last.incline, t, apart_s=_ONE_CHANGE_S)
        if abs(change) > 1 + _READING and not self._told(1, value, change, 5.0):
            self._break("R9", t, f"{value:g} % was not announced 5 s before")

    # ---- inside

    def _at_deck(self, sample: _Sample, deck: float) -> bool:
        return abs(sample.incline - deck) <= _AT_DECK_PCT + _READING

    def _told(self, axis: int, value: float, change: float, lead_s: float) -> bool:
        """Whether a cue announced a change as large as this, early enough before it began."""
        began = (self._belt, self._deck)[axis].began_at
        for t, *announced in self._cues:
            target = announced[axis]
            if target is None or not began - _TOLD_S <= t <= began - lead_s + self._tolerance_s:
                continue
            if (target >= value - 1e-6) if change > 0 else (target <= value + 1e-6):
                return True
        return False

    def _told_of_deck(self, last: _Sample, lead_s: float) -> bool:
        """Whether a move of the deck was announced: slowing down for it is part of it."""
        began = self._belt.began_at
        return any(
            incline is not None
            and abs(incline - last.incline) > 1
            and began - _TOLD_S <= t <= began - lead_s + self._tolerance_s
            for t, _, incline in self._cues
        )

    def _break(self, rule: str, t: float, what: str) -> None:
        self.broken.append(f"{rule} at {t:.1f} s: {what}")


def _is_step(value: float, step: float) -> bool:
    return math.isclose(value / step, round(value / step), abs_tol=1e-6)
