"""What the runner has been told, and when: no large change by a session without it (rule R9)."""

from __future__ import annotations

from ..events import Aim
from ..model import Telemetry
from ..rules import NEAR, NOTICE_DOWN_S, NOTICE_UP_S, SMALL_KMH, SMALL_PCT

_REMEMBERED = 6  # a preview, its countdown, an ease and the step before: more are never pending
_LONGEST_S = max(NOTICE_DOWN_S, NOTICE_UP_S)


class Notices:
    """Announced values of belt and deck.

    A notice covers every change in its direction that goes no further.
    """

    def __init__(self) -> None:
        """Start with nothing told."""
        self._speeds: list[tuple[float, float]] = []
        self._inclines: list[tuple[float, float]] = []

    def tell(self, change: Aim, now: float) -> None:
        """Note that the runner was told of a change."""
        if change.speed_kmh is not None:
            self._speeds = [*self._speeds, (now, change.speed_kmh)][-_REMEMBERED:]
        if change.incline_pct is not None:
            self._inclines = [*self._inclines, (now, change.incline_pct)][-_REMEMBERED:]

    def keep_for(self, wish: Aim, before: Aim, sample: Telemetry) -> None:
        """Drop notices of changes that are over, now that the wish is another one."""
        if wish.speed_kmh is not None and wish.speed_kmh != before.speed_kmh:
            self._speeds = _still_ahead(self._speeds, wish.speed_kmh, sample.speed_kmh)
        if wish.incline_pct is not None and wish.incline_pct != before.incline_pct:
            # Where nobody knows how steep it is, no notice is known to be over.
            here = wish.incline_pct if sample.incline_pct is None else sample.incline_pct
            self._inclines = _still_ahead(self._inclines, wish.incline_pct, here)

    def permit_speed(self, wanted: float, here: float, now: float) -> bool:
        """Whether the belt may go from ``here`` to ``wanted`` km/h now."""
        if abs(wanted - here) <= SMALL_KMH + NEAR:
            return True
        lead = NOTICE_UP_S if wanted > here else NOTICE_DOWN_S
        return _told(self._speeds, wanted, here, now - lead)

    def permit_incline(self, wanted: float, here: float, now: float, moved: float = 0.0) -> bool:
        """Whether the deck may go from ``here`` to ``wanted`` percent now.

        ``moved`` is how far it was sent a moment ago: small changes in a row are a large one.
        """
        small = moved + abs(wanted - here) <= SMALL_PCT + NEAR
        return small or _told(self._inclines, wanted, here, now - NOTICE_UP_S)

    @property
    def rest_told(self) -> bool:
        """Whether a standing belt is among what was told."""
        return any(told <= 0 for _, told in self._speeds)

    def deck_told(self, wanted: float, now: float) -> bool:
        """Whether the runner expects the deck to move there, and so the belt to slow down."""
        until = now - NOTICE_DOWN_S + NEAR
        return any(at <= until and told == wanted for at, told in self._inclines)

    def times(self, now: float) -> list[float]:
        """When notices given so far begin to permit something."""
        recent = [at for at, _ in (*self._speeds, *self._inclines) if at + _LONGEST_S > now]
        leads = (NOTICE_DOWN_S, NOTICE_UP_S)
        return [at + lead for at in recent for lead in leads if at + lead > now]

    def clear(self) -> None:
        """Forget everything told."""
        self._speeds, self._inclines = [], []


def _told(notices: list[tuple[float, float]], wanted: float, here: float, until: float) -> bool:
    return any(at <= until + NEAR and _covers(told, wanted, here) for at, told in notices)


def _still_ahead(
    notices: list[tuple[float, float]], wanted: float, here: float
) -> list[tuple[float, float]]:
    if abs(wanted - here) <= NEAR:
        return notices
    return [(at, told) for at, told in notices if _covers(told, wanted, here)]


def _covers(told: float, wanted: float, here: float) -> bool:
    """Whether being told of ``told`` includes a change from ``here`` to ``wanted``."""
    return told >= wanted - NEAR if wanted > here else told <= wanted + NEAR
