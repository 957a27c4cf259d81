"""The second judge: reads a machine's own log, and names every command that broke a safety rule.

It knows what reached the machine, what belt and deck truly did, which keys were pressed, what
people asked for and what was said aloud. Of Descent it knows nothing: every number of the rules is
written here a second time, and what was permitted is worked out from the text of the rules alone.

Where something is allowed that looks wrong at first, the place says why.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
import math
from typing import NamedTuple

from tests.training.machine_log import (
    Asked,
    Contact,
    Entry,
    MachineLog,
    Measured,
    Moved,
    PlannedStep,
    Pressed,
    Said,
    Told,
)

# What a reading may be off by: half of its last digit, and a belt or deck that wobbles.
KMH = 0.15
PCT = 0.2
S = 1e-6
STANDS_KMH = 0.3
WALKING_KMH = 4.0
IN_DESCENT_PCT = -0.5
# The caps of a level in km/h, one for each band of slope, up to so many percent; None is locked.
BANDS_PCT = (2, 4, 6, 8, 10, 12, 15)
CAPS_KMH: dict[str, tuple[float | None, ...]] = {
    "novice": (6.5, 6, 5.5, 5, None, None, None),
    "beginner": (12, 10, 9, 7, None, None, None),
    "intermediate": (17, 16, 15, 14, 13, 11, None),
    "advanced": (20, 19, 18, 17, 16, 14, 12),
}
SLOWED_DOWN = ("fault_wrong_way", "fault_overshoot", "suspended_unheard")
OFF_BELT = ("drills", "turn_around", "stretch")
BEGINS = ("step", "recovery", "go", "resumed")
ENDS = ("suspended", "fault", "paused", "end", "stop")
# The runner's own pause has still to bring the belt to rest.
STAYS = ("paused", "decline_wrong_way", "press_stop", "leaving", "leaving_stops")
LETS_GO_ON = ("resume", "arm", "aim")


class Flag(NamedTuple):
    """A broken rule."""

    rule: str
    at: float
    what: str

    def __str__(self) -> str:
        return f"{self.rule} at {self.at:.2f}: {self.what}"


@dataclass(slots=True)
class Axis:
    """Belt or deck, as the machine was told, and as it was set by hand."""

    name: str
    told: float | None = None  # by the last command that holds
    told_at: float = -math.inf
    last: float = 0.0  # what it was told last, whether that holds or not
    heading: float = 0.0
    before: float = 0.0  # where it was heading before its last move
    by: str = "itself"  # who moved it last
    raised_at: float = -math.inf
    before_hand: float | None = None  # what it was to be when a hand first took it
    coasts: float = 0.0  # the direction in which a hand has sent it before
    coasts_until: float = -math.inf
    history: list[tuple[float, float]] = None  # type: ignore[assignment] # set at birth

    def __post_init__(self) -> None:
        """Nothing was told."""
        self.history = []


def judged(log: MachineLog) -> list[Flag]:
    """Return every broken rule; empty for a machine that was treated well."""
    return MachineJudge(log).judge()


def cap_kmh(level: str, incline_pct: float) -> float:
    """Return the highest speed of a level at a slope; walking pace where it is locked."""
    rows = zip(BANDS_PCT, CAPS_KMH[level], strict=True)
    cap = next((cap for bound, cap in rows if -incline_pct <= bound + 1e-6), None)
    return WALKING_KMH if cap is None else cap


class MachineJudge:
    """Goes through one log."""

    def __init__(self, log: MachineLog) -> None:
        """Know nothing yet."""
        self.log, self.facts = log, log.facts
        self._measured = [e.at for e in log.entries if isinstance(e, Measured)]
        self._words = [e for e in log.entries if isinstance(e, Said)]
        self._commands = [e for e in log.entries if isinstance(e, Told)]
        self._blind = [
            e.at
            for e in log.entries
            if isinstance(e, Contact) or (isinstance(e, Asked) and e.what in ("gone", "leave"))
        ]
        self._wishes = [e for e in log.entries if isinstance(e, Asked)]
        self.flags: list[Flag] = []
        self.counts: Counter[str] = Counter()  # commands, and what was excused
        self.now = 0.0
        self.belt, self.deck = Axis("belt"), Axis("deck")
        self.level = self.facts.level
        self.allowed_kmh = math.inf  # before that
        self.allowed_at = -math.inf  # when that last changed
        self.control, self.max_kmh = self.facts.control, self.facts.max_kmh
        # Nothing may be told from a time on, until people let it go on: by rule, and why.
        self.hands_off: dict[str, tuple[float, str]] = {}
        # measurements
        self.heard: list[Measured] = []  # the latest, as far as they have arrived
        self.on_the_way: list[Measured] = []
        self.seen_kmh = 0.0  # by the last of them, contact lost or not
        # the start
        self.countdown_at: float | None = None
        self.by_hand_since = -math.inf
        # the session
        self.armed = False  # waits for the belt to move
        self.begins = False  # nothing was said of a step since it was armed or resumed
        self.engaged = False  # a session holds belt and deck
        self.wished_at = -math.inf
        self.let_go_at = self.resumed_at = self.paused_at = -math.inf
        self.suspended = False  # a session has let them go
        self.manual = False  # belt and deck follow a slider, without a session
        self.steps: tuple[PlannedStep, ...] = ()
        self.step = -1
        self.guided = False
        self.own_wish = False  # what the runner asked for needs no announcement
        self.said: list[Said] = []
        self.pausing = False
        self.left_at: float | None = None
        self.after_leave = 0
        self.rests = False
        self.stop_at: float | None = None
        self.stopping_until = -math.inf
        self.ceilings: dict[str, float] = {}
        self.new_ceiling: float | None = None  # of the step that is resumed
        self.hand_lower = False
        self.deck_wrong_way_at = math.inf
        self.released_at = -math.inf

    # ---- going through

    def judge(self) -> list[Flag]:
        """Name what should not have been."""
        for entry in self.log.entries:
            self.now = entry.at
            self._arrives(entry.at)
            self._take(entry)
        return self.flags

    def _take(self, entry: Entry) -> None:
        match entry:
            case Told():
                self.counts[entry.kind] += 1
                self._told(entry)
            case Moved():
                axis = self._axis(entry.axis)
                axis.before, axis.heading = axis.heading, entry.move.target
                axis.by = entry.by
            case Pressed():
                self._pressed(entry)
            case Measured():
                self.on_the_way.append(entry)
                self._look(entry)
            case Contact(_, up):
                if not up:
                    self._off("R5", self.now, "after contact was lost")
                    self.countdown_at = None
                self.heard.clear()
            case Asked():
                self._asked(entry)
            case Said():
                self._said(entry)

    def breaks(self, rule: str, what: str, at: float | None = None) -> None:
        """Note a broken rule."""
        self.flags.append(Flag(rule, self.now if at is None else at, what))

    def excuse(self, why: str) -> None:
        """Count what looks like a broken rule, and is none."""
        self.counts[why] += 1

    def _axis(self, name: str) -> Axis:
        return self.belt if name == "belt" else self.deck

    def _off(self, rule: str, since: float, why: str) -> None:
        """Allow no speed and no incline from a time on, until people let it go on."""
        if rule not in self.hands_off:
            self.hands_off[rule] = since, why

    @property
    def speed(self) -> float:
        """The true speed."""
        return self.log.value("belt", self.now)

    @property
    def incline(self) -> float:
        """The true incline."""
        return self.log.value("deck", self.now)

    @property
    def lag_s(self) -> float:
        """From a truth to a command that could have known it."""
        return self.facts.heard_after_s + self.facts.sent_before_s

    # ---- measurements

    def _arrives(self, now: float) -> None:
        """Take in what a command of now could have known."""
        while self.on_the_way and self.on_the_way[0].at + self.lag_s <= now + S:
            one = self.on_the_way.pop(0)
            silent = bool(self.heard) and one.at > self.heard[-1].at + 5 + S
            if silent:
                self.heard.clear()
            self.heard = [*self.heard[-3:], one]
            self.seen_kmh = one.speed_kmh

    def _look(self, sample: Measured) -> None:
        """Judge what is true at a measurement."""
        self._lost()
        if not self.hands_off and self.engaged and not self.pausing:
            self._capped()

    def _lost(self) -> None:
        """Rule R5: a session that heard nothing for 5 s is over until the runner resumes."""
        last = self.heard[-1].at if self.heard else None
        if last is not None and self.now > last + self.lag_s + 5 + self.facts.interval_s:
            self.countdown_at = None

    def _capped(self) -> None:
        """Rule R10, of the true slope: no belt is faster than its runner may be there."""
        if self.belt.told is None or self.belt.by != "command" or self.deck.by == "key":
            return
        # Within half a percent of its target the deck counts as there (rule R8).
        cap = cap_kmh(self.level, self.incline + 0.5 + PCT)
        # One that a hand has set higher comes down by 2 km/h a second.
        slows = self.belt.heading < self.speed - KMH or self.now < self.belt.told_at + 2.5
        if self.speed > cap + KMH and not slows:
            self.breaks("R10", f"{self.speed:.2f} km/h at {self.incline:.2f} %, allowed is {cap}")

    # ---- people

    def _asked(self, asked: Asked) -> None:
        if asked.what in LETS_GO_ON:
            self._goes_on(asked)
        match asked.what:
            case "arm":
                self.steps, self.step = asked.steps, -1
                self.level = asked.level or self.facts.level
                self.ceilings.clear()
                self.manual = self.own_wish = False
                self.said.clear()
            case "resume":
                self.manual = self.own_wish = False
            case "aim":
                self._aimed(asked)
            case "pause":
                # A belt that comes to rest off the belt, or at the end, does that anyway.
                self.pausing, self.paused_at = not self._rests_anyway, self.now
                self.countdown_at = None
            case "stop":
                self._stop_asked()
            case "skip":
                self.own_wish = False
            case _:
                self._happened(asked)

    def _aimed(self, asked: Asked) -> None:
        self.own_wish = self.engaged = True
        self.wished_at = self.now
        self.manual = not self.steps
        if asked.speed_kmh is not None:
            self.ceilings.clear()  # the newer word of the same runner
        if asked.speed_kmh == 0 and self.steps:
            self.pausing = True

    def _happened(self, asked: Asked) -> None:
        match asked.what:
            case "leave":
                self._leaves()
            case "gone" | "back":
                self._restarts()
            case "allow":
                self._allows(asked)
            case "put_right":
                self.deck_wrong_way_at = math.inf
            case _:
                pass

    def _restarts(self) -> None:
        self.left_at = None
        self.hand_lower = self.engaged = False
        if self.now < self.resumed_at + 6:
            self.ceilings.clear()  # the belt was not seen to stand at it yet
        self._off("R3", self.now + self.facts.sent_before_s + S, "after a restart")
        self.countdown_at = None
        self.heard.clear()

    def _allows(self, asked: Asked) -> None:
        new = math.inf if asked.max_kmh is None else asked.max_kmh
        old = math.inf if self.max_kmh is None else self.max_kmh
        self.own_wish = self.own_wish or new > old  # more is allowed: the user's own doing
        self.allowed_kmh, self.allowed_at = old, self.now
        self.control, self.max_kmh = asked.control, asked.max_kmh
        if new < old:
            self._check_later_lowered(new)

    def _goes_on(self, asked: Asked) -> None:
        if asked.what == "resume":
            self.begins, self.resumed_at = True, self.now
            self._ceiling()
            if "R5" in self.hands_off and not self._in_contact():
                self.breaks("R5", "resumed without two measurements")
        holds_on = asked.what == "aim" and not self.hands_off
        self.hands_off.clear()
        self.pausing = self.suspended = False
        self.stop_at = self.left_at = None
        self.rests = False
        self.hand_lower = False
        for axis in () if holds_on else (self.belt, self.deck):
            axis.told = axis.before_hand = None
            axis.history.clear()

    def _in_contact(self) -> bool:
        """Whether two measurements were heard since contact was made, one of them lately."""
        known = [s.at + self.facts.heard_after_s for s in [*self.heard, *self.on_the_way]]
        heard = [at for at in known if at <= self.now + S]
        return len(heard) > 1 and heard[-1] >= self.now - 2 - S

    def _stop_asked(self) -> None:
        self.stop_at = self.now
        self._off("R4", self.now, "after Stop")
        self.countdown_at = None
        self.engaged = self.guided = False
        self.steps = ()
        self._check_later_stop(self.now)

    def _check_later_stop(self, asked_at: float) -> None:
        """Rule R4: a stop is sent at once, and said not to be confirmed if it is not."""
        stops = [c for c in self._between(self._commands, asked_at) if c.kind == "stop"]
        if not stops:
            self.breaks("R4", "no stop at once")
        slow_s = 5 + self.facts.interval_s + self.lag_s
        until = asked_at + slow_s + 1
        if self.log.end < until or self._gone(asked_at, until) or self.log.hung(asked_at, until):
            return
        before, after = self.log.value("belt", asked_at), self.log.value("belt", asked_at + 5)
        obeys = after <= max(STANDS_KMH, before - 0.15)
        seen = self._count(asked_at, asked_at + 5) > 1
        warned = any(said.kind == "fault" for said in self._between(self._words, asked_at, slow_s))
        if before > STANDS_KMH and not (obeys and seen) and not warned:
            self.breaks("R4", "not confirmed after 5 s, and nobody was told")

    def _obeyed(self, told: Told) -> bool:
        """Whether the machine set out for what it was told, and for nowhere else."""
        elsewhere = abs(self.log.moved("belt", told.at + S).move.target - (told.value or 0.0))
        return told.outcome == "taken" and (told.kind != "speed" or elsewhere <= 0.5)

    def _gone(self, since: float, until: float) -> bool:
        """Whether Home Assistant was away at some time, or people let the belt go on."""
        wishes = self._between(self._wishes, since + 1e-3, until - since)
        return self.left_at is not None or any(
            wish.what in (*LETS_GO_ON, "leave", "gone", "stop") for wish in wishes
        )

    def _between[E: (Told, Said, Asked)](
        self, entries: list[E], since: float, seconds: float = 1e-3
    ) -> list[E]:
        low = bisect_left(entries, since - S, key=lambda entry: entry.at)
        high = bisect_right(entries, since + seconds, key=lambda entry: entry.at)
        return entries[low:high]

    def _count(self, since: float, until: float) -> int:
        return bisect_right(self._measured, until) - bisect_right(self._measured, since)

    def _leaves(self) -> None:
        self.left_at, self.after_leave = self.now, 0
        self.rests = self.pausing or self.belt.heading == 0
        self._off("R3", self.now + self.facts.sent_before_s + S, "after leaving")
        self.countdown_at = None
        self.let_go_at = self.now
        if self.control and self.heard and self.facts.sets_speed:
            held = self.engaged and self.belt.by == "command"
            self._check_later_leave(self.now, held=held)
        self.engaged = False

    def _check_later_leave(self, at: float, *, held: bool) -> None:
        """Rule R3: the belt is at walking pace or at rest in the end."""
        until = next(
            (wish.at for wish in self._wishes if wish.at > at and wish.what in LETS_GO_ON),
            self.log.end,
        )
        soon = self.facts.sent_before_s + 1e-3
        told = [c for c in self._between(self._commands, at, soon) if c.kind in ("speed", "stop")]
        words = self._between(self._words, at)
        silent = not any(said.key.startswith("leaving") for said in words)
        if told and silent and self.steps and not self.rests:
            self.breaks("R3", "slowed down without a word")
        if not held:
            return
        after, disturbed = min(until, at + 45), self.log.disturbed(at, min(until, at + 45))
        if after < at + 45 or disturbed or not all(self._obeyed(c) for c in told):
            return
        speed = self.log.value("belt", after)
        if speed > max(WALKING_KMH, self.facts.speeds[0]) + KMH:
            self.breaks("R3", f"left at {speed:.2f} km/h, and it goes on")
        if self.rests and self.facts.can_stop and speed > STANDS_KMH:
            self.breaks("R3", f"on its way to rest, and goes on at {speed:.2f} km/h")

    def _check_later_lowered(self, top: float) -> None:
        """Rule R10: a lowered maximum counts at once in the session under way."""
        holds = self.engaged and not self.guided and self.control
        if not holds or self.hands_off or not self.facts.sets_speed:
            return
        told = self.speed if self.belt.told is None else self.belt.told
        soon = self.facts.interval_s + 1 + self.lag_s
        until = self.now + soon
        ends = [s for s in self._between(self._words, self.now, soon) if s.kind in ENDS]
        if min(told, self.speed) <= top + KMH or self.log.end < until or ends:
            return
        undisturbed = not self.log.disturbed(self.now, until)
        if self._gone(self.now, until) or self.log.hung(self.now, until) or not undisturbed:
            return
        if len([w for w in self._between(self._wishes, self.now, soon) if w.what == "allow"]) > 1:
            return
        commands = self._between(self._commands, self.now, soon)
        if not any(
            c.kind == "stop" or (c.kind == "speed" and (c.value or 0) < told) for c in commands
        ):
            self.breaks("R10", f"the maximum is {top} now, and the belt stays at {told:.2f}")

    # ---- what is said

    @property
    def _rests_anyway(self) -> bool:
        return not self.hands_off and (self.phase in OFF_BELT or self._rest_is_told())

    @property
    def phase(self) -> str | None:
        """Of the step under way."""
        return self.steps[self.step].phase if 0 <= self.step < len(self.steps) else None

    def _said(self, said: Said) -> None:
        self.said = [*self.said[-40:], said]
        if said.kind == "arm":
            self._armed(said)
        begins = said.kind == "preview" and self.begins  # a descent, of which nobody was told
        if (begins or said.kind in BEGINS) and said.step is not None:
            self._begins(said.step)
        if said.key == "preview_end" and said.step is None:
            self.own_wish = False
            if self.armed or self.begins:  # nothing is left of the session but its end
                self.armed = self.begins = False
                self.engaged = True
        if said.kind in ("suspended", "fault") and self.engaged:
            self.suspended = True
        if said.kind == "paused":
            self.armed = self.suspended = self.hand_lower = False
        if said.kind == "end":
            self._ends(said)
        elif said.key == "fault_use_safety_key" and self.armed:
            pass  # of a stop before: the belt is waited for all the same
        elif said.kind in ("suspended", "fault", "paused") and said.key not in STAYS:
            self.let_go_at = self.now if self.engaged else self.let_go_at
            self.engaged = self.armed = False
            self.belt.told = self.deck.told = None
            since = self.now + self.facts.sent_before_s
            self._off("R3 R5 R6 R11", since, f"after {said.key} was said")

    def _armed(self, said: Said) -> None:
        """The belt is waited for; a machine that refuses to start it is the runner's to start."""
        wishes = self._between(self._wishes, self.now - 1e-3)
        if not self.armed and not any(w.what in ("arm", "resume", "skip") for w in wishes):
            self.breaks("R2 R3", "armed, and nobody asked for it")
        self.let_go_at = self.now if self.engaged else self.let_go_at
        self.armed, self.begins, self.engaged = True, True, False
        self.belt.told = self.deck.told = None
        self.hands_off.clear()
        if said.key == "arm_countdown":
            self.countdown_at = self.now

    def _begins(self, step: int) -> None:
        """A step begins, or goes on: a session holds belt and deck now."""
        another, self.step = step != self.step, step
        self.own_wish = self.own_wish and not another
        if self.armed and not self._seen_moving():
            self.breaks("R2", "took over a belt that was not seen to move three times")
        self.armed = self.begins = self.pausing = False
        planned = self.steps[step] if self.steps else None
        if another and planned is not None and planned.rep == 0:
            self.ceilings.clear()
        if self.new_ceiling is not None and self.phase is not None:
            self.ceilings[self.phase] = self.new_ceiling
        self.new_ceiling = None
        self._let_coast()
        self.guided = planned is not None and planned.guided
        self.engaged = True

    def _ends(self, said: Said) -> None:
        self.engaged = False
        self._off("R14", self.now + self.facts.sent_before_s, "after the end was said")
        if said.key != "end_stopped" and self.control:
            self._released(said.at)
        self.steps, self.guided = (), False

    def _seen_moving(self) -> bool:
        heard = [
            s
            for s in [*self.heard, *self.on_the_way]
            if s.at <= self.now + S - self.lag_s + self.facts.sent_before_s
        ]
        return all(sample.speed_kmh > STANDS_KMH for sample in heard[-3:])

    def _released(self, at: float) -> None:
        """Rule R14: the end gives control back, unless that was done off the belt before."""
        if self.released_at >= max(self.belt.told_at, self.deck.told_at):
            return
        near = self._between(self._commands, at - 1e-3, self.facts.sent_before_s + 2e-3)
        if not any(entry.kind == "release" for entry in near):
            self.breaks("R14", "the session is over, and control is not given back", at)

    def _let_coast(self) -> None:
        """What was set in motion before a session holds it may come to rest first.

        Nobody but the machine knows where it is going, so more of the same can not be told from it.
        """
        for axis in (self.belt, self.deck):
            move = self.log.moved(axis.name, self.now).move
            # Seen to stand, that is two seconds and two measurements later.
            rests_at = self._second_measurement_after(move.ends) + 2 + self.lag_s
            if axis.told is None and self.now < rests_at:
                axis.coasts_until = max(self.now, rests_at) + self.facts.interval_s
                axis.coasts = math.copysign(1, move.target - axis.before)

    # ---- the console

    def _pressed(self, pressed: Pressed) -> None:
        self.by_hand_since = self.now
        known = pressed.said or pressed.key == "start"
        if known and pressed.key in ("start", "stop", "key_out"):
            self.countdown_at = None
            self.hand_lower = False  # what the belt does then is no slower speed
        if pressed.key in ("stop", "key_out") and pressed.said and self.engaged:
            since = self.now + self.lag_s
            self._off("R11", since, f"after {pressed.key} at the console")
        if pressed.target is None:
            return
        axis = self.belt if pressed.key == "speed" else self.deck
        if axis is self.belt and self.new_ceiling is None:
            self._said_again()
        if axis.before_hand is None:
            # What nobody here has told stays where it was going.
            axis.before_hand = axis.before if axis.told is None else axis.told
        self._hand(axis, pressed)

    def _said_again(self) -> None:
        """Rule R11: a lower speed that the belt never stood at, the hand has changed its mind."""
        lower = self.ceilings.get(self.phase or "")
        soon = self.now < self.resumed_at + 6
        if lower is not None and soon and self.log.value("belt", self.now) > lower + 0.02:
            self.excuse("R11: a lower speed that the belt never stood at")
            self.ceilings.clear()

    def _hand(self, axis: Axis, pressed: Pressed) -> None:
        """Rule R11: a change that nobody here asked for ends what is told, once it can be seen."""
        target = pressed.target or 0.0
        drift, off = (0.3, KMH) if axis.name == "belt" else (0.5, PCT)
        change = target - (axis.before_hand or 0.0)
        if axis.name == "belt" and (self.engaged or self.suspended) and not self.pausing:
            # Below what it was told and below what it did: in a ramp the first is not enough.
            lowest = min(axis.before_hand or 0.0, self.speed)
            self.hand_lower = axis.heading - lowest < -drift - off
        since, why = self.hands_off.get("R11", (-math.inf, ""))
        if why.startswith(f"after {axis.name} was set") and since > self.now:
            del self.hands_off["R11"]  # the hand has undone its change, or goes elsewhere
        if abs(change) <= drift + off or not self.engaged or self.guided or not self.control:
            return
        if axis.name == "belt" and not self.facts.sets_speed:
            return  # there the runner sets the speed, as asked
        here = self.log.value(axis.name, self.now)
        if axis.told is None and abs(target - here) <= drift + off:
            self.excuse("R11: sent back by hand before it was seen to go anywhere")
            return
        on = (target - here) * axis.coasts > 0
        if axis.told is None and self.now < axis.coasts_until and on:
            self.excuse("R11: goes on where a hand has sent it before the session held it")
            axis.coasts_until = self.log.moved(axis.name, self.now).move.ends + 2
            return
        soon = self._between(self._commands, self.now, self.lag_s + 1e-3)
        if self._as_told(axis, target, drift):
            return
        # A machine names at once what it has taken a command for, which may be another value.
        since = self.now + self.facts.heard_after_s - 0.4 - S
        sent = [c.at - self.facts.sent_before_s for c in soon if c.kind == pressed.key]
        understood = axis.told_at - self.facts.sent_before_s >= since or any(
            since <= at <= self.now + self.facts.heard_after_s + S for at in sent
        )
        # A target that it had before may be named late, or again.
        was = self.log.value(axis.name, axis.told_at - self.facts.sent_before_s)
        old = abs(target - was) <= drift / 2 + off or any(
            abs(target - before) <= off for _, before in axis.history[-3:]
        )
        if pressed.said and self.facts.names_targets and not old and not understood:
            seen = self.now + self.lag_s
        else:
            seen = self._seen_at(axis, drift + off)
        if seen < math.inf:
            self._off("R11", seen, f"after {axis.name} was set to {target:g} by hand")

    def _as_told(self, axis: Axis, target: float, drift: float) -> bool:
        """Whether a hand moves it just as commands would: nobody could tell the two apart."""
        here = self.log.value(axis.name, self.now)
        kind = {"belt": "speed", "deck": "incline"}[axis.name]
        told = [c for c in self._between(self._commands, self.now, 5.0) if c.kind == kind]
        there = [c for c in told if abs((c.value or 0) - target) <= drift]
        if any(c.at <= self.now + self.lag_s + 1e-3 for c in there):
            self.excuse("R11: set to what was being told")
            return True
        ignored = [
            c
            for c in told
            if c.outcome == "taken" and self.log.moved(axis.name, c.at + S).by != "command"
        ]
        if any(((c.value or 0.0) - here) * (target - here) > 0 for c in ignored):
            self.excuse("R11: went where a machine that does nothing said it was going")
            return True
        return False

    def _seen_at(self, axis: Axis, drift: float) -> float:
        """Return when a command could have known of a move that a hand has changed.

        That is two measurements after it is away from where it would be without the hand: one alone
        may be a zero of a running belt.
        """
        told = self.log.without_keys(axis.name, self.now)
        without, start, at = told.move, told.move.at(told.at), self.now
        ends = max(without.ends, self.log.moved(axis.name, at).move.ends) + 1
        while at < ends:
            here, move = self.log.value(axis.name, at), self.log.moved(axis.name, at).move
            # One that is only late is on its way like one that obeys.
            away = at >= move.ends or (move.target - here) * (without.target - here) < 0
            late = abs(here - start) <= drift and at < told.at + 5  # still where it was before
            if away and not late and abs(here - without.at(at)) > drift:
                seen = self._second_measurement_after(at) + self.lag_s
                return math.inf if self._commanded_between(axis.name, self.now, seen) else seen
            at += 0.05
        return math.inf

    def _commanded_between(self, axis: str, since: float, until: float) -> bool:
        """Whether a command took the place of a key before anybody could know of it."""
        moved = self.log.moved(axis, min(until, self.log.end))
        commanded = moved.by == "command" and moved.at > since
        if commanded:
            self.excuse("R11: a key that could not be seen before the next command")
        return commanded

    def _second_measurement_after(self, at: float) -> float:
        index = bisect_left(self._measured, at) + 1
        return self._measured[index] if index < len(self._measured) else math.inf

    def _ceiling(self) -> None:
        """Rule R11: a lower speed set by hand is the ceiling of such steps for the set."""
        lower = self.hand_lower and self.belt.by == "key"
        self.new_ceiling = self.belt.heading if lower else None

    # ---- commands

    def _told(self, told: Told) -> None:
        match told.kind:
            case "start":
                self._starts()
            case "stop":
                self._stops()
            case "release":
                self.released_at = self.now
            case _:
                self._moves(told)
        if told.kind in ("speed", "incline", "stop"):
            self._left(told)

    def _starts(self) -> None:
        """Rule R2."""
        facts = self.facts
        if not (self.control and facts.start_belt and facts.can_start):
            self.breaks("R2", "started without permission")
        if self.countdown_at is None:
            self.breaks("R2", "started without a countdown, or after it was over")
        elif self.now < self.countdown_at + 10 + facts.sent_before_s - S:
            self.breaks("R2", f"started {self.now - self.countdown_at:.1f} s after its countdown")
        if not self.heard or self.now > self.heard[-1].at + self.lag_s + 2 + S:
            self.breaks("R2", "started unseen")
        elif self.heard[-1].speed_kmh > STANDS_KMH:
            self.breaks("R2", "started a belt that moves")
        if self.hands_off:
            self.breaks("R2", f"started, {self._why()}")
        self.countdown_at = None

    def _why(self) -> str:
        return "; ".join(why for since, why in self.hands_off.values() if self.now >= since)

    def _stops(self) -> None:
        """Rules R1, R4, R14."""
        runaway = self._slowed_down("fault_use_safety_key")
        if self.stop_at is not None or runaway:
            self.stopping_until = (
                self.now + 2 + self.lag_s + 1
            )  # it is repeated until the belt stands
        elif self.now <= self.stopping_until:
            self.stopping_until += 3
        if self.left_at is not None or self.now <= self.stopping_until:
            return
        if not self.control:
            self.breaks("R1", "a stop that nobody asked for")
        if not self.facts.can_stop:
            self.breaks("R14", "a stop for a belt that takes none")
        # A belt that a hand is raising may be faster than was measured.
        if min(self.speed, self.seen_kmh) > max(3.0, self.facts.speeds[0]) + KMH:
            self.breaks("R14", f"stopped at {self.speed:.2f} km/h")
        ends = self._rest_is_told() and not self.pausing and not self.hands_off
        if ends and abs(self.incline) > 0.5 + PCT and self.deck.by != "key":
            self.breaks("R14", f"stopped at {self.incline:.2f} %")

    def _moves(self, told: Told) -> None:
        value = told.value or 0.0
        self._possible(told, value)
        slows = self._slows(told, value)
        if not slows:
            self._allowed(told, value)
            if told.kind == "speed":
                self._speed(value)
            else:
                self._incline(value)
        axis = self.belt if told.kind == "speed" else self.deck
        if told.outcome in ("taken", "unanswered"):
            self._goes(axis, value)
        here = self.log.value(axis.name, self.now)
        before = here if axis.told is None or axis.name == "deck" else axis.told
        if axis.told is None and abs(value - before) <= 0.3 + KMH:
            before = value  # it counted as there
        if axis.name == "belt":
            before = min(before, self._top())  # what is above is the runner's own maximum
        axis.history = [*axis.history[-20:], (self.now, before)]
        axis.told, axis.told_at, axis.before_hand = value, self.now, None
        axis.last = value
        if told.outcome != "taken" and not slows:
            since = told.answered_at + self.lag_s
            self._off("R6", since, f"after a command was {told.outcome}")

    def _slows(self, told: Told, value: float) -> bool:
        """Whether this is the one command of a belt that is slowed down: R3, R12, no stop (R4)."""
        if told.kind != "speed":
            return False
        if self.left_at is not None and value <= WALKING_KMH:
            return True  # from what it was told, which it may not have reached yet
        if value > max(self.speed, self.seen_kmh, self.facts.speeds[0]) + KMH:
            return False
        if value <= WALKING_KMH and self._slowed_down():
            return True
        if not self.facts.can_stop and value <= self.facts.speeds[0] + S:
            return self.stop_at is not None or self.now <= self.stopping_until
        return False

    def _slowed_down(self, *also: str) -> bool:
        """Whether it is said now that the belt is slowed down."""
        near = self.facts.sent_before_s + 1e-3
        words = self._between(self._words, self.now - near, 2 * near)
        return any(said.key in (*SLOWED_DOWN, *also) for said in words)

    def _left(self, told: Told) -> None:
        """Rule R3: one command after leaving, and that slows down."""
        if self.left_at is None:
            return
        arrives = self.left_at + self.facts.sent_before_s
        others = self._between(self._commands, self.now, arrives - self.now + S)
        if self.now < arrives - S or (self.now <= arrives + S and others[-1] is not told):
            return  # it was on its way before
        said = [s.key for s in self._between(self._words, self.left_at, S)]
        if self.now <= arrives + S and any(not key.startswith("leaving") for key in said):
            self.excuse("R3: decided in the moment of leaving, before it")
            return
        self.after_leave += 1
        if self.after_leave > 1:
            self.breaks("R3", f"{told.kind} {told.value} is the second command after leaving")
        if told.kind == "incline":
            self.breaks("R3", f"incline {told.value} after leaving")
        elif told.kind == "speed" and (told.value or 0) > WALKING_KMH:
            self.breaks("R3", f"{told.value} km/h after leaving")

    def _possible(self, told: Told, value: float) -> None:
        """Rules R1 and R10: what the machine has, and the user allows."""
        lowest, highest, step = self.facts.speeds if told.kind == "speed" else self.facts.inclines
        if not self.control and self.now > self.allowed_at + self.facts.sent_before_s + S:
            self.breaks("R1", f"{told.kind} {value} without permission")
        if told.kind == "speed" and not self.facts.sets_speed:
            self.breaks("R10", f"{value} km/h to a machine that takes none")
        inside = lowest - S <= value <= highest + S
        steps = value / step
        if not inside or (abs(steps - round(steps)) > 1e-6 and value not in (lowest, highest)):
            self.breaks("R10", f"{told.kind} {value} is no setting")

    def _allowed(self, told: Told, value: float) -> None:
        """Whether anything may be told at all."""
        # The runner's wish for a pause slows a belt down that nobody held any more.
        pauses = self.pausing and told.kind == "speed" and value < self.speed
        for rule, (since, why) in self.hands_off.items():
            if self.now > since + S and not pauses:
                self.breaks(rule, f"{told.kind} {value} {why}")
        held = self.engaged or self.now <= self.let_go_at + self.facts.sent_before_s + S
        if not held and not pauses:
            self.breaks("R2", f"{told.kind} {value} while nobody here holds belt and deck")
        if self.guided and not self.pausing and not self._rest_is_told():
            self.breaks("R16", f"{told.kind} {value} in a set that the runner sets")
        sent_s = self.facts.sent_before_s
        on_its_way = sent_s > 0 and self.now <= self.paused_at + sent_s + S
        faster = told.kind == "incline" or value > self.speed + KMH
        if self.pausing and faster and not on_its_way:
            self.breaks("R3", f"{told.kind} {value} after a pause")
        if not self.heard and not pauses:
            self.breaks("R5", f"{told.kind} {value} before anything was measured")

    def _rest_is_told(self) -> bool:
        return any(said.key == "preview_end" for said in self.said[-8:])

    def _goes(self, axis: Axis, value: float) -> None:
        """Rule R12: look at where it truly goes."""
        start, at = self.log.value(axis.name, self.now), self.now
        too_far = (1.0 + KMH) if axis.name == "belt" else (1.5 + PCT)
        back = (0.3 + KMH) if axis.name == "belt" else (0.5 + PCT)
        direction = math.copysign(1, value - start)
        end = self.log.next_moved_at(axis.name, at)
        for when in self._measured_between(at, end):
            if self.log.moved(axis.name, when).by == "key":
                return  # at the same moment
            gone = (self.log.value(axis.name, when) - start) * direction
            beyond = (self.log.value(axis.name, when) - value) * direction
            if gone < -back or beyond > too_far:
                bad = self._second_measurement_after(when) + self.lag_s
                if bad < end + self.lag_s and not self._out_of_sight(at, bad):
                    what = "went the wrong way" if gone < -back else "overshot"
                    self._off("R12", bad, f"after the {axis.name} {what}")
                    if axis.name == "deck" and gone < -back:
                        self.deck_wrong_way_at = min(self.deck_wrong_way_at, bad)
                return

    def _out_of_sight(self, since: float, until: float) -> bool:
        """Whether nobody watched for a while: then a hand may have done it as well."""
        return any(since <= at <= until for at in self._blind)

    def _measured_between(self, since: float, until: float) -> Iterator[float]:
        low, high = bisect_right(self._measured, since), bisect_left(self._measured, until)
        yield from self._measured[low : min(high, low + 500)]

    # ---- speeds

    def _speed(self, value: float) -> None:
        belt, standing = self.belt, self.heard and self.heard[-1].speed_kmh <= STANDS_KMH
        if standing:
            self.breaks("R2", f"{value} km/h to a standing belt")
        base = self.speed if belt.told is None else belt.told
        if value > base + S:
            self._faster(value, base)
        elif value < base - S:
            self._slower(value, base)
        if value > self.speed + KMH:
            ceiling = self.ceilings.get(self.phase or "", math.inf)
            if value > ceiling + KMH:
                self.breaks("R11", f"{value} km/h, set by hand to {ceiling:.2f} in this set")
        if value > base + S:
            belt.raised_at = self.now

    def _faster(self, value: float, base: float) -> None:
        careful = self.level in ("novice", "beginner")
        step = 0.5 if careful else 1.0
        last = self.belt.last if self.now < self.belt.told_at + 1.5 else base
        if value > max(base, last, self.speed + KMH, self.seen_kmh) + step + S:
            self.breaks("R7", f"up to {value} from {base:.2f}, true {self.speed:.2f}")
        if self.now < self.belt.raised_at + 1 - S:
            self.breaks(
                "R7", f"up to {value} {self.now - self.belt.raised_at:.2f} s after the last"
            )
        if not self.heard or self.now > self.heard[-1].at + self.lag_s + 2 + S:
            self.breaks("R5", f"up to {value} with old measurements")
        self._deck_stands(value)
        slope = self.incline + 0.5 + PCT
        if self.deck.told is not None:
            slope = min(slope, self.deck.told + S)
        top = min(cap_kmh(self.level, slope), self._top(), self.facts.speeds[1])
        if value > top + S:
            self.breaks("R10", f"up to {value}, allowed is {top} at {self.incline:.2f} %")
        self._announced("speed", value, base)

    def _top(self) -> float:
        if self.now <= self.allowed_at + self.facts.sent_before_s + S:
            return max(self.allowed_kmh, self.max_kmh or math.inf)  # what was on its way
        return math.inf if self.max_kmh is None else self.max_kmh

    def _deck_stands(self, value: float) -> None:
        """Rule R8: the belt speeds up only when the deck has stood at its target."""
        decided = self.now - self.facts.sent_before_s
        move = self.log.moved("deck", decided - S)
        if self.deck.by == "key":
            return  # rule R11 has it
        # What is left of a move may be too small to be seen.
        left = abs(move.move.at(decided) - move.move.target)
        if decided < move.move.ends and left > PCT:
            self.breaks("R8", f"up to {value} while the deck moves, {left:.2f} % to go")
        if self.deck.told is None or self.deck.by != "command":
            return
        for sample in self.heard[-2:]:
            if abs(sample.incline_pct - self.deck.told) > 0.5 + S:
                self.breaks("R8", f"up to {value}, the deck is at {sample.incline_pct}")

    def _slower(self, value: float, base: float) -> None:
        # Down by more than a second's worth at once is for a Stop, a leave and a fault.
        # A belt that a hand is raising may be faster than was measured.
        last = self.belt.last if self.now < self.belt.told_at + 1.5 else base
        if value < min(base, last, self.speed, self.seen_kmh) - 2 - KMH:
            self.breaks("R7", f"down to {value} from {base:.2f}, true {self.speed:.2f}")
        if self.now < self.belt.told_at + 1 - S:
            self.breaks("R7", f"down to {value} too soon")
        seen = self.heard[-1].incline_pct if self.heard else 0.0
        if max(self.incline, seen) < IN_DESCENT_PCT - PCT:
            self._one_axis("belt", value)
        if self.pausing or self._top() < base:
            return  # the runner's own wish: a pause, a lower maximum
        if cap_kmh(self.level, self.incline) < base:
            return  # a cap waits for no cue
        self._announced("speed", value, base)

    def _one_axis(self, told: str, value: float) -> None:
        """Rule R8: never both axes at once in a descent, but to leave it."""
        other = self.deck if told == "belt" else self.belt
        decided = self.now - self.facts.sent_before_s
        move = self.log.moved(other.name, decided - S).move
        still = (0.5 + PCT) if other.name == "deck" else (0.3 + KMH)
        here = move.at(decided)
        if decided >= move.ends or abs(here - move.target) <= still or other.by != "command":
            return
        if self.pausing or self._top() < self.speed:
            return  # the runner wants to stand, or may be no faster: that waits for nothing
        slows = value < self.speed if told == "belt" else move.target < here
        too_fast = cap_kmh(self.level, min(self.incline, move.target)) < self.speed
        if told == "belt" and slows and (self._rests_anyway or too_fast):
            return  # to leave a descent, or under the cap of where the deck goes: at once
        levels = move.target > here if told == "belt" else value > self.incline
        if not (slows and levels):
            self.breaks("R8", f"{told} to {value} while the {other.name} goes to {move.target:g}")

    # ---- inclines

    def _incline(self, value: float) -> None:
        here, speed = self.incline, self.speed
        if not self.heard or self.now > self.heard[-1].at + self.lag_s + 2 + S:
            self.breaks("R5", f"deck to {value} with old measurements")
        recent = [before for at, before in self.deck.history if at > self.now - 10]
        size = max(abs(value - before) for before in [here, *recent])
        if speed > 8 + KMH and size > 1 + PCT:
            self.breaks("R7 R8", f"deck by {size:.2f} to {value} at {speed:.2f} km/h")
        if here < IN_DESCENT_PCT - PCT:
            if value >= IN_DESCENT_PCT and speed > 6 + KMH:
                self.breaks("R8", f"out of a descent at {speed:.2f} km/h")
            self._one_axis("deck", value)
        cap = cap_kmh(self.level, value)
        told = self.belt.heading if self.belt.by == "command" else speed
        if value < here - PCT and max(speed, told) > cap + KMH:
            self.breaks("R10", f"deck to {value} at {speed:.2f} km/h, allowed is {cap}")
        if value < 0 and self.now > self.deck_wrong_way_at:
            self.breaks("R12", f"deck to {value}, after it went up instead of down")
        self._announced("incline", value, here)

    # ---- announcements

    def _announced(self, kind: str, value: float, here: float) -> None:
        """Rule R9; small changes within the notice that a large one needs count as one."""
        if self.own_wish or self.manual or not self.steps:
            return
        if self.now <= self.wished_at + self.facts.sent_before_s + S:
            return  # it was on its way
        if self.now <= self.resumed_at + self.facts.sent_before_s + S:
            return  # of the pause before
        axis = self.belt if kind == "speed" else self.deck
        lead = 3.0 if kind == "speed" and value < here else 5.0
        # A ramp goes in halves, which need no word; two at once would be a whole one.
        recent = [before for at, before in axis.history if at > self.now - 2]
        base = min([here, *recent]) if value > here else max([here, *recent])
        small, off = (0.5, KMH) if kind == "speed" else (1.0, PCT)
        if axis.told is None and kind == "speed":
            off += 0.3  # so near to where it is to be, it counts as there
        if abs(value - base) <= small + off:
            return
        latest = self.now - self.facts.sent_before_s - lead + 1e-3
        if any(self._covers(said, kind, value, here) for said in self.said if said.at <= latest):
            return
        self.breaks("R9", f"{kind} to {value} from {base:.2f} without a word")

    def _covers(self, said: Said, kind: str, value: float, here: float) -> bool:
        """Whether this tells of the change, or of a deck that the belt slows down for."""
        # What a step was announced with holds as long as it lasts.
        if said.at < self.now - 120 and (said.step is None or said.step != self.step):
            return False
        deck = said.incline_pct is not None and abs(said.incline_pct - self.incline) > 0.5
        if kind == "speed" and value < here and deck:
            return True
        told = said.speed_kmh if kind == "speed" else said.incline_pct
        if told is None:
            return False
        # Half a km/h, or a percent, beyond what was told needs no word.
        beyond = 0.5 if kind == "speed" else 1.0
        return told >= value - beyond - S if value > here else told <= value + beyond + S
