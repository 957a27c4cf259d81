"""A treadmill that speaks FTMS, over any link.

    measurements and status     ftms_hearing.py   contact                   reconnect.py, silence.py
    commands and their answers  ftms_control.py   what it does differently  ftms_options.py

After connecting nothing is commanded: control is asked for with the first command, not before.
Ranges are those of the config entry, narrowed by what the machine itself says now. What its
features claim is not believed (NordicFTMS), and its name is not used for anything.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
import logging
from typing import Any

from ..training.events import Link, Status, StatusKind
from ..training.model import Machine, Range
from .base import (
    Contact,
    ContactError,
    Doubt,
    Failure,
    Listener,
    NoAnswerError,
    Offered,
    Part,
    RejectedError,
    Report,
)
from .clock import Clock
from .ftms_codec import (
    START,
    StatusCode,
    decode_incline_range,
    decode_response,
    decode_speed_range,
    encode_incline,
    encode_speed,
)
from .ftms_control import Acknowledges, ControlPoint, NotSupportedError, is_started
from .ftms_hearing import FtmsHearing
from .ftms_options import SAME, FtmsOptions, SpeedUnit, shown_incline_range, speed_range
from .ftms_parts import Parts
from .gatt import (
    CONTROL_POINT,
    INCLINE_RANGE,
    MACHINE_STATUS,
    SPEED_RANGE,
    GattLink,
)
from .reconnect import Reconnector
from .recorded import RecordedLink
from .silence import Silence

_LOGGER = logging.getLogger(__name__)


class FtmsTreadmill:
    """One FTMS machine behind a link, as a ``Treadmill``."""

    def __init__(
        self,
        clock: Clock,
        link: GattLink,
        machine: Machine,
        *,
        shown_incline: Range,
        options: FtmsOptions,
    ) -> None:
        """Connect nothing yet.

        ``machine`` is what may be asked of it, in true units; ``shown_incline`` the inclines it
        takes, in its own.
        """
        self._clock = clock
        self._link = link = RecordedLink(clock, link)
        self._able = self._machine = machine  # as the entry has it, less what it was learned not to
        self._takes_orders = True  # as far as is known
        self._parts = Parts(clock, link, self._heard_data)
        self._asked = (machine.speed, shown_incline)
        self._said: tuple[Range | None, Range | None] = (None, None)  # in its own numbers
        self._shown_incline = shown_incline
        self._owners = self._options = options  # as the entry has them, and as they are gone by
        self._control = self._new_control()
        self._hearing = FtmsHearing(clock, options, self._report)
        self._contact = Reconnector(
            clock,
            link,
            prepare=self._prepare,
            up=self._come,
            down=self._gone,
            changed=self._tell_contact,
        )
        self._silence = Silence(
            clock,
            link,
            is_moving=lambda: self._hearing.is_moving,
            drop=self._contact.drop,
        )
        self._listeners: dict[object, Listener] = {}
        self._contact_listeners: dict[object, Callable[[], None]] = {}
        self._measured_in: SpeedUnit | None = None
        self._doubts: frozenset[Doubt] = frozenset()
        # Whether a status is about the newest value of its kind, by its code.
        self._commanded: dict[int, Acknowledges] = {}

    @classmethod
    def from_data(cls, data: Mapping[str, Any], clock: Clock, link: GattLink) -> FtmsTreadmill:
        """Make the driver of a config entry. Raises ``ValueError`` for one that cannot be."""
        try:
            options = FtmsOptions.from_data(data)
            shown = shown_incline_range(data)
            machine = Machine(
                speed=speed_range(data),
                incline=options.true_range(shown),
                can_start=bool(data.get("can_start", False)),
                can_stop=bool(data.get("can_stop", True)),
                sets_speed=bool(data.get("sets_speed", True)),
                sets_incline=shown.minimum < shown.maximum,
                senses_key=False,  # FTMS tells that it was pulled, and never that it is back
                decline_known=False,
            )
        except (KeyError, TypeError, ValueError) as error:
            raise ValueError(f"no such treadmill: {error}") from error
        return cls(clock, link, machine, shown_incline=shown, options=options)

    # ---- the driver

    @property
    def machine(self) -> Machine:
        """What may be asked of it, as far as it is known now."""
        return self._machine

    @property
    def offered(self) -> Offered:
        """What it said it can do, whenever it did last."""
        speed, incline = self._said
        kmh = None if speed is None else self._owners.true_speed_range(speed)
        return Offered(speed=kmh, incline=incline)

    @property
    def connected(self) -> bool:
        """Whether there is contact right now."""
        return self._contact.connected

    @property
    def contact(self) -> Contact:
        """Whether it is connected, and if not, why."""
        return self._contact.contact

    @property
    def doubts(self) -> frozenset[Doubt]:
        """What its measurements contradict."""
        return self._doubts

    @property
    def failing(self) -> Mapping[Part, Failure]:
        """Which of its parts failed when contact was made last; nothing is asked of these."""
        return self._parts.failing

    def on_contact(self, changed: Callable[[], None]) -> Callable[[], None]:
        """Call ``changed`` whenever ``contact``, ``machine`` or ``doubts`` changed.

        Returns a function that ends it.

        A change of ``connected`` is reported as a ``Link`` first.
        """
        key = object()
        self._contact_listeners[key] = changed
        return lambda: _forget(self._contact_listeners, key)

    def trace(self) -> list[str]:
        """Return what lately went over the link, oldest first."""
        return self._link.trace()

    def listen(self, listener: Listener) -> Callable[[], None]:
        """Send every report to ``listener`` from now on; returns a function that ends it."""
        key = object()
        self._listeners[key] = listener
        return lambda: _forget(self._listeners, key)

    async def connect(self) -> None:
        """Make contact and keep it until ``disconnect``.

        Raises ``TreadmillError`` if the first try fails; further tries follow all the same.
        """
        await self._contact.start()

    async def prove_contact(self) -> None:
        """Return once the machine has answered a question. Raises ``TreadmillError``."""
        self._need_contact()
        if not await self._silence.answers():
            raise NoAnswerError("the machine does not answer")

    async def disconnect(self) -> None:
        """End the connection. The belt runs on."""
        await self._contact.stop()
        self._parts.forget()

    async def set_speed(self, speed_kmh: float) -> None:
        """Ask for a belt speed in km/h. Raises ``TreadmillError``."""
        options = self._options
        await self._set(
            encode_speed(options.commanded_speed(speed_kmh)),
            StatusCode.SPEED_CHANGED,
            lambda status: (
                status.speed is not None and options.is_status_of(speed_kmh, status.speed)
            ),
        )

    async def set_incline(self, incline_pct: float) -> None:
        """Ask for a deck angle in signed percent. Raises ``TreadmillError``."""
        told = self._options.shown_incline(incline_pct, self._shown_incline)
        await self._set(
            encode_incline(told),
            StatusCode.INCLINE_CHANGED,
            lambda status: (
                status.incline_pct is not None and abs(status.incline_pct - told) <= SAME
            ),
        )

    async def start_belt(self) -> None:
        """Start the belt. Raises ``TreadmillError``; it is never sent twice (rule R2)."""
        self._need_commands()
        try:
            await self._control.command(START, is_started)
        except NotSupportedError:
            self._able = replace(self._able, can_start=False)
            self._learn(replace(self._machine, can_start=False))
            raise

    async def stop_belt(self) -> None:
        """Stop the belt, even if no answer can be heard (rule R4). Raises ``TreadmillError``."""
        self._need_contact()
        self._hearing.stop_sent()
        try:
            await self._control.stop()
        except RejectedError as error:
            self._hearing.stop_refused()
            if isinstance(error, NotSupportedError):
                self._able = replace(self._able, can_stop=False)
                self._learn(replace(self._machine, can_stop=False))
            raise

    async def release_control(self) -> None:
        """Ask for control anew next time.

        FTMS knows no other way to give it back than a reset, which would move the deck.
        """
        self._control.forget_permission()

    # ---- telling

    async def _set(self, request: bytes, code: StatusCode, tells_of_it: Acknowledges) -> None:
        """Send a value; a status that tells of it is an answer too."""
        self._need_commands()
        self._commanded[code] = tells_of_it
        await self._control.command(
            request, lambda status: status.code == code and tells_of_it(status)
        )

    def _need_contact(self) -> None:
        if not self.connected:
            raise ContactError(self.contact, "the treadmill is not connected")

    def _need_commands(self) -> None:
        self._need_contact()
        if not self._takes_orders:
            raise RejectedError("the machine has no control point that works")

    def _learn(self, machine: Machine) -> None:
        self._hearing.has_deck = machine.incline.minimum != machine.incline.maximum
        if machine != self._machine:
            self._machine = machine
            self._tell_contact()

    # ---- contact

    def _new_control(self) -> ControlPoint:
        options = self._options
        return ControlPoint(
            self._clock, self._link, options.request_control, gap_s=options.command_gap_s
        )

    async def _prepare(self) -> None:
        """Read the ranges and subscribe, over a link that was just opened."""
        self._hearing.begin()
        self._control = self._new_control()
        self._commanded.clear()
        self._parts.begin()
        await self._read_ranges()
        self._takes_orders = await self._parts.listen(CONTROL_POINT, self._heard_answer)
        await self._parts.listen(MACHINE_STATUS, self._heard_status)
        self._narrow()
        await self._parts.need()

    async def _read_ranges(self) -> None:
        """Read what it says it can. What it said stays said if it cannot be read once."""
        steepest = self._options.steepest_shown_pct
        speed, incline = self._said
        self._said = (
            await self._parts.read(SPEED_RANGE, decode_speed_range) or speed,
            await self._parts.read(INCLINE_RANGE, lambda said: decode_incline_range(said, steepest))
            or incline,
        )

    def _narrow(self) -> None:
        """Ask for nothing outside what the machine says it can (rule R10).

        Where that and what its owner says have nothing in common, nothing is asked of it.
        """
        asked_speed, asked_incline = self._asked
        said_speed, said_incline = self._said
        if said_speed is not None:
            said_speed = self._options.true_speed_range(said_speed)
        speed = _common(asked_speed, said_speed)
        shown = _common(asked_incline, said_incline)
        incline = None if shown is None else self._true_range(shown)
        self._shown_incline = shown or said_incline or asked_incline
        able, takes_orders = self._able, self._takes_orders
        self._learn(
            replace(
                able,
                speed=speed or asked_speed,
                incline=incline or able.incline,
                sets_speed=able.sets_speed and takes_orders and speed is not None,
                sets_incline=able.sets_incline and takes_orders and incline is not None,
                can_start=able.can_start and takes_orders,
                can_stop=able.can_stop and takes_orders,
            )
        )

    def _true_range(self, shown: Range) -> Range | None:
        """Convert inclines of its own; ``None`` if with offset and factor no deck has them."""
        try:
            return self._options.true_range(shown)
        except ValueError as error:
            _LOGGER.debug("A range of inclines that cannot be: %s", error)
            return None

    def _come(self) -> None:
        self._silence.watch()
        self._report(Link(up=True))

    def _gone(self) -> None:
        self._silence.end()
        self._parts.forget()
        self._control.lost()
        self._report(Link(up=False))

    # ---- listening

    def _heard_answer(self, value: bytes) -> None:
        response = decode_response(value)
        if response is None:
            self._hearing.complain("an answer that is none", value)
        else:
            self._control.answered(response)

    def _heard_status(self, value: bytes) -> None:
        status = self._hearing.status(value)
        if status is None:
            self._parts.unreadable(MACHINE_STATUS)
            return
        acknowledged = self._control.heard(status)
        tells_of_it = self._commanded.get(status.code)
        if acknowledged or (tells_of_it is not None and tells_of_it(status)):
            return
        if tells_of_it is not None:
            # Somebody set another value at the console. Some machines obey nobody else after that,
            # and answer SUCCESS all the same, until they are asked for control again (NordicFTMS).
            self._control.forget_permission()
        if status.speed is not None:
            target = self._options.true_speed(status.speed)
            self._report(Status(StatusKind.TARGET_SPEED, round(target, 2)))
        if status.incline_pct is not None:
            target = self._options.true_incline(status.incline_pct)
            self._report(Status(StatusKind.TARGET_INCLINE, round(target, 2)))

    def _heard_data(self, value: bytes) -> None:
        if not self.connected:
            return  # parts are still being asked for: nothing is measured before there is contact
        self._silence.heard()
        self._hearing.data(value)
        self._look_at_unit()

    # ---- what its speeds are in

    def _look_at_unit(self) -> None:
        """Go by the faster of two speeds as long as owner and measurements disagree.

        So no cap is exceeded meanwhile, and a belt that turns out to be faster is slowed down (rule
        R12).
        """
        found = self._hearing.speeds_are_in
        if found is self._measured_in:
            return
        self._measured_in, options = found, self._owners
        self._doubts = frozenset()
        if found is not None and found.told_kmh != options.speed_unit.told_kmh:
            self._doubts = frozenset({Doubt.SPEED_UNIT})
            if found is SpeedUnit.MPH:
                options = replace(options, speed_unit=SpeedUnit.MPH)
        self._options = self._hearing.options = options
        self._narrow()
        self._tell_contact()

    # ---- reporting

    def _report(self, report: Report) -> None:
        for listener in tuple(self._listeners.values()):
            listener(report)

    def _tell_contact(self) -> None:
        for changed in tuple(self._contact_listeners.values()):
            changed()


def _common(asked: Range, said: Range | None) -> Range | None:
    """Return what both ranges allow; ``None`` if that is nothing."""
    if said is None:
        return asked
    low, high = max(asked.minimum, said.minimum), min(asked.maximum, said.maximum)
    if low > high:
        return None
    return Range(minimum=low, maximum=high, step=max(asked.step, said.step))


def _forget(listeners: dict[object, Any], key: object) -> None:
    listeners.pop(key, None)
