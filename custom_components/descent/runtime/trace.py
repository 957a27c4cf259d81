"""What was really done in a session, thin enough for a screen to draw in one stroke.

A screen that is opened in the middle of a session gets this; from then on it hears every
measurement itself.
"""

from __future__ import annotations

from ..const import TRACE_POINTS
from .journal import Journal, Record

# Seconds of the plan, km/h, percent.
type Point = tuple[float, float, float]


class Trace:
    """Measurements over the plan's time: as many as fit, evenly thinned when there are more."""

    def __init__(self, journal: Journal, most: int = TRACE_POINTS) -> None:
        """Follow ``journal`` for as long as it lives; hold at most ``most`` points."""
        self._most = most
        self._every_s = 0.0
        self._points: list[Point] = []
        journal.subscribe(self._hear)

    def _hear(self, record: Record) -> None:
        """Take in a record of the journal: measurements, and the arming that begins a session."""
        if record["type"] == "intent" and record["what"] == "arm" and "refused" not in record:
            self._points.clear()
            self._every_s = 0.0
        elif record["type"] == "sample" and record["plan_s"] is not None:
            self._add((record["plan_s"], record["speed_kmh"], record["incline_pct"]))

    def points(self) -> list[Point]:
        """Return what was done so far, oldest first."""
        return list(self._points)

    def _add(self, point: Point) -> None:
        # Where the plan's time stands, in a pause or an approach, the newest point replaces the
        # one before it.
        if len(self._points) > 1 and point[0] - self._points[-2][0] <= self._every_s:
            self._points.pop()
        self._points.append(point)
        if len(self._points) > self._most:
            reached = self._points[-1][0] - self._points[0][0]
            self._every_s = max(2 * self._every_s, 2 * reached / self._most)
            self._points = self._thinned()

    def _thinned(self) -> list[Point]:
        kept = self._points[:1]
        for point in self._points[1:-1]:
            if point[0] - kept[-1][0] >= self._every_s:
                kept.append(point)
        return [*kept, self._points[-1]]
