"""Waiting for the runner to start the belt (rule R2): the only way from standing to running.

Where the user has allowed it, the belt is started after a spoken countdown by one command, never
repeated. The countdown is over if the runner starts the belt first, or nobody sees the belt: it
needs contact without a break.
"""

from __future__ import annotations

from ..cues import COUNTDOWN_S, countdown
from ..events import Answer, Command, Cue, CueKind, Effect, Outcome
from ..gate import Gate
from ..rules import ARMING_EXPIRES_S, START_COUNTDOWN_S, TAKEOVER_SAMPLES


class Arming:
    """One wait, from arming to the third moving sample or to its end."""

    def __init__(self, gate: Gate, now: float) -> None:
        """Begin to wait."""
        self._gate = gate
        self._since = now
        self._moving = 0
        starts = gate.limits.starts_belt and not gate.belt_moving and gate.fresh(now)
        # When the belt is started from here; None where the runner does it.
        self.starts_at = now + START_COUNTDOWN_S if starts else None
        self._count_at = now + START_COUNTDOWN_S - COUNTDOWN_S  # its last seconds
        self._sent: int | None = None  # the start command

    @property
    def counting(self) -> bool:
        """Whether the belt is about to be started."""
        return self.starts_at is not None

    def cue(self, name: str) -> Cue:
        """Tell the runner what to do, or what is about to happen."""
        if self.starts_at is None:
            return Cue(kind=CueKind.ARM, key="arm_press_start", values={"name": name})
        seconds = f"{START_COUNTDOWN_S:g}"
        return Cue(
            kind=CueKind.ARM,
            key="arm_countdown",
            values={"seconds": seconds},
            seconds_to_change=START_COUNTDOWN_S,
        )

    @property
    def expires_at(self) -> float:
        """When nobody is expected any more."""
        return self._since + ARMING_EXPIRES_S

    @property
    def wakes_at(self) -> float:
        """When something is due."""
        return self.expires_at if self.starts_at is None else min(self.starts_at, self._count_at)

    def start_belt(self, now: float, name: str) -> list[Effect]:
        """Start the belt, once, if its countdown is over; if not, the runner is asked to."""
        if self.starts_at is None or now < min(self.starts_at, self._count_at):
            return []
        if now < self.starts_at:
            self._count_at = self.starts_at
            return [countdown(self.starts_at - now)]
        self.starts_at = None
        effects = list(self._gate.start(now))
        self._sent = next((order.id for order in effects if isinstance(order, Command)), None)
        return effects if effects or self._gate.belt_moving else [self.cue(name)]

    def answered(self, answer: Answer, name: str) -> list[Effect]:
        """Take in what the machine answered: one that does not start is the runner's to start."""
        refused = answer.command == self._sent and answer.outcome is Outcome.REJECTED
        return [self.cue(name)] if refused else []

    def unheard(self, cue: Cue, name: str) -> tuple[Effect, ...]:
        """Start no belt by a countdown that nobody hears: the runner is asked to press Start."""
        if cue.key not in {"arm_countdown", "countdown"} or self.starts_at is None:
            return ()
        self.starts_at = None
        return (self.cue(name),)

    def started_by_hand(self) -> None:
        """The runner has started the belt: nothing more is sent for it."""
        self.starts_at = None

    def taken_over(self) -> bool:
        """Count the newest measurement; whether the belt has been moving long enough."""
        if self._gate.belt_moving:
            self.started_by_hand()
        self._moving = self._moving + 1 if self._gate.belt_runs else 0
        return min(self._moving, self._gate.moving_samples) >= TAKEOVER_SAMPLES
