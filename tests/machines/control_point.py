"""How a simulated machine obeys its control point: a command in, an answer and its effects out.

Nothing here sends anything or keeps time; ``ftms.py`` does both.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
import struct
from typing import Final

from custom_components.descent.treadmills.base import (
    NoAnswerError,
    NotConnectedError,
    RejectedError,
)
from custom_components.descent.treadmills.physics import (
    COUNTDOWN_S,
    SPIN_UP_S,
    START_SPEED_KMH,
    Belt,
    BeltAndDeck,
)
from tests.machines import wire
from tests.machines.profiles import Profile, Quirk
from tests.machines.quirks import SLOW_START_S
from tests.machines.wire import Answer

ACCELERATION_KMH: Final = 0.6  # of a machine whose every key accelerates
NEAREST_KMH: Final = 0.01
NEAREST_PCT: Final = 0.01
SECOND_THOUGHTS_S: Final = 1.0  # until a machine that says SUCCESS first acts
SLOW_START_DELAY_S: Final = SLOW_START_S - COUNTDOWN_S - SPIN_UP_S

REQUEST_CONTROL: Final = 0x00
RESET: Final = 0x01
SET_SPEED: Final = 0x02
SET_INCLINE: Final = 0x03
START: Final = 0x07
STOP_OR_PAUSE: Final = 0x08
STOP: Final = 1
PAUSE: Final = 2

type Act = Callable[[float], object]  # does something to belt and deck at a time


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What a command leads to. Without ``result`` no answer comes.

    ``later`` is done ``later_s`` after the command, and what comes of it nobody is told.
    """

    result: Answer | None
    statuses: tuple[bytes, ...] = ()
    later: Act | None = None
    later_s: float = 0.0


class ControlPoint:
    """Who has control, and what commands do to belt and deck."""

    def __init__(self, belt_and_deck: BeltAndDeck, profile: Profile) -> None:
        """Obey nobody yet."""
        self._belt_and_deck = belt_and_deck
        self._profile = profile
        self._permitted = False
        self._deaf = False  # to inclines, see Quirk.DEAF_AFTER_OVERRIDE

    @property
    def permitted(self) -> bool:
        """Whether the central may command."""
        return self._permitted or bool(
            self._profile.quirks & {Quirk.CONTROL_FAILS, Quirk.CONTROL_DENIED}
        )

    def forget(self) -> None:
        """Take control away: the central left, or the machine wants it back."""
        self._permitted = False

    def override(self) -> None:
        """Take note that somebody changed something at the console."""
        self._deaf = Quirk.DEAF_AFTER_OVERRIDE in self._profile.quirks

    def obey(self, command: bytes, now: float) -> Reply:
        """Carry out what was written to the control point, which is not empty."""
        opcode, parameter = command[0], command[1:]
        handlers = {
            REQUEST_CONTROL: self._request_control,
            RESET: self._reset,
            SET_SPEED: self._set_speed,
            SET_INCLINE: self._set_incline,
            START: self._start,
            STOP_OR_PAUSE: self._stop_or_pause,
        }
        handler = handlers.get(opcode)
        if handler is None:
            return Reply(result=Answer.NOT_SUPPORTED)
        if opcode != REQUEST_CONTROL and not self.permitted:
            return Reply(result=Answer.NOT_PERMITTED)
        try:
            reply = handler(parameter, now)
        except struct.error:  # a parameter too short or too long
            return Reply(result=Answer.INVALID)
        return self._in_its_way(reply, opcode)

    # ---- the commands

    def _request_control(self, parameter: bytes, now: float) -> Reply:
        struct.unpack("", parameter)
        if self._profile.quirks & {Quirk.CONTROL_FAILS}:
            return Reply(result=Answer.FAILED)
        if self._profile.quirks & {Quirk.CONTROL_DENIED}:
            return Reply(result=Answer.NOT_PERMITTED)
        if self._permitted:
            self._upset(now)
        self._permitted = True
        self._deaf = False
        return Reply(result=Answer.SUCCESS)

    def _reset(self, parameter: bytes, now: float) -> Reply:
        struct.unpack("", parameter)

        def reset(at: float) -> None:
            self._belt_and_deck.stop(at)
            self._belt_and_deck.set_incline(0.0, at)

        result = self.attempt(reset, now)
        self._permitted = False
        return Reply(result=result, statuses=(wire.RESET,))

    def _set_speed(self, parameter: bytes, now: float) -> Reply:
        (hundredths,) = struct.unpack("<H", parameter)
        machine = self._belt_and_deck.machine
        if not machine.sets_speed:
            return Reply(result=Answer.NOT_SUPPORTED)
        speed = hundredths / 100 * self._profile.commanded_kmh
        # A mile may be no whole number of its steps: one that is a hundredth away is meant.
        nearest = round(speed / machine.speed.step) * machine.speed.step
        speed = nearest if abs(nearest - speed) < NEAREST_KMH else speed
        if Quirk.KEYS_ACCELERATE in self._profile.quirks:
            speed = max(speed, self._belt_and_deck.speed_kmh(now) + ACCELERATION_KMH)
        elif not machine.speed.holds(speed):
            return Reply(result=Answer.INVALID)
        return self._set(
            lambda at: self._belt_and_deck.set_speed(speed, at),
            now,
            wire.speed_changed(speed / self._profile.measured_kmh),
        )

    def _set_incline(self, parameter: bytes, now: float) -> Reply:
        (tenths,) = struct.unpack("<h", parameter)
        deck, quirks = self._belt_and_deck.machine.incline, self._profile.quirks
        incline = round(self._profile.true_incline(tenths / 10), 3)
        # A tenth of what it calls a percent may be no whole step: the nearest one is meant.
        nearest = round(incline / deck.step) * deck.step
        incline = nearest if abs(nearest - incline) < NEAREST_PCT else incline
        if incline < 0 and deck.minimum >= 0 and Quirk.DECLINE_DRIVES_UP in quirks:
            incline = deck.maximum
        elif not deck.holds(incline):
            return Reply(result=Answer.INVALID)
        if self._deaf:
            return Reply(result=Answer.SUCCESS)
        if Quirk.INCLINE_STARTS in quirks:
            self.attempt(self._belt_and_deck.start, now)
        return self._set(
            lambda at: self._belt_and_deck.set_incline(incline, at),
            now,
            wire.incline_changed(tenths / 10),
        )

    def _start(self, parameter: bytes, now: float) -> Reply:
        struct.unpack("", parameter)
        if (
            Quirk.NO_START_OR_STOP in self._profile.quirks
            or not self._belt_and_deck.machine.can_start
        ):
            return Reply(result=Answer.NOT_SUPPORTED)
        self._upset(now)
        if Quirk.SLOW_START in self._profile.quirks:
            return Reply(
                result=Answer.SUCCESS,
                statuses=(wire.STARTED,),
                later=self._belt_and_deck.start,
                later_s=SLOW_START_DELAY_S,
            )
        result = self.attempt(self._belt_and_deck.start, now)
        return Reply(result=result, statuses=(wire.STARTED,))

    def _stop_or_pause(self, parameter: bytes, now: float) -> Reply:
        (kind,) = struct.unpack("B", parameter)
        if (
            Quirk.NO_START_OR_STOP in self._profile.quirks
            or not self._belt_and_deck.machine.can_stop
        ):
            return Reply(result=Answer.NOT_SUPPORTED)
        if kind not in {STOP, PAUSE}:
            return Reply(result=Answer.INVALID)
        result = self.attempt(self._belt_and_deck.stop, now)
        return Reply(result=result, statuses=(wire.STOPPED if kind == STOP else wire.PAUSED,))

    # ---- inside

    def _set(self, act: Act, now: float, status: bytes) -> Reply:
        if Quirk.SUCCESS_FIRST in self._profile.quirks:
            return Reply(
                result=Answer.SUCCESS,
                statuses=(status,),
                later=act,
                later_s=SECOND_THOUGHTS_S,
            )
        return Reply(result=self.attempt(act, now), statuses=(status,))

    @staticmethod
    def attempt(act: Act, now: float) -> Answer | None:
        """Have belt and deck do something; returns what that is on the wire."""
        try:
            act(now)
        except RejectedError:
            return Answer.FAILED
        except NoAnswerError, NotConnectedError:
            return None
        return Answer.SUCCESS

    def _upset(self, now: float) -> None:
        """Throw the belt back to its starting speed, where a machine does that."""
        running = self._belt_and_deck.belt(now) is Belt.RUNNING
        if running and Quirk.REPEATS_UPSET in self._profile.quirks:
            self.attempt(lambda at: self._belt_and_deck.set_speed(START_SPEED_KMH, at), now)

    def _in_its_way(self, reply: Reply, opcode: int) -> Reply:
        """Leave out what this machine does not say."""
        statuses, result = reply.statuses, reply.result
        quirks = self._profile.quirks
        if result is not Answer.SUCCESS or Quirk.SILENT_ABOUT_COMMANDS in quirks:
            statuses = ()
        if opcode == STOP_OR_PAUSE and Quirk.FREEZES in quirks:
            statuses = ()
        if Quirk.STATUS_ANSWERS in quirks and opcode != REQUEST_CONTROL:
            result = None
        return Reply(result=result, statuses=statuses, later=reply.later, later_s=reply.later_s)
