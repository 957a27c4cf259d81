"""The profile of a session as a picture: slope over time as an area, speed as a line. Pure.

For dashboards and pages that show a picture and no card. An SVG, which is what they show and most
notifications do not. It has a background of its own,
so that it can be read on any.
"""

from __future__ import annotations

from collections.abc import Iterator
import re
from xml.sax.saxutils import escape

from ..training.model import Phase, Plan, Step

WIDTH = 800
HEIGHT = 320
_LEFT, _RIGHT, _TOP, _BOTTOM = 60, 780, 64, 300
_LEAST_PCT = 3.0  # a flat session is a flat line, not a magnified nothing
_RIBBON = 5  # height of a level step: its phase can be seen
_TITLE_CHARACTERS = 48  # what fits in the width
_COLOURS = {
    Phase.WARM_UP: "#c77700",
    Phase.DESCENT: "#c2185b",
    Phase.RECOVERY: "#2e7d32",
    Phase.STEADY: "#0277bd",
    Phase.BACKWARD: "#6a1b9a",
    Phase.COOL_DOWN: "#00838f",
}
# Neither XML nor a title has room for them.
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


def picture(title: str, plan: Plan | None, progress: float | None = None) -> str:
    """Draw a plan as SVG.

    Args:
        title: what stands above it, any text.
        plan: the session; without one the picture is empty below its title.
        progress: share of the plan's nominal time that is done, 0 to 1; None draws no position.
    """
    shown = _CONTROL.sub(" ", title).strip()
    if len(shown) > _TITLE_CHARACTERS:
        shown = shown[: _TITLE_CHARACTERS - 1] + "\u2026"
    parts = [] if plan is None else [*_Drawing(plan).parts(progress)]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}" '
        f'viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" fill="#212121">'
        '<defs><pattern id="rest" width="10" height="10" patternUnits="userSpaceOnUse" '
        'patternTransform="rotate(45)"><path d="M0 0V10" stroke="#9e9e9e" stroke-width="3"/>'
        "</pattern></defs>"
        f'<rect width="{WIDTH}" height="{HEIGHT}" rx="16" fill="#fafafa"/>'
        f'<text x="20" y="40" font-size="26" font-weight="bold">{escape(shown)}</text>'
        f"{''.join(parts)}</svg>"
    )


class _Drawing:
    """One plan and the scales it is drawn with."""

    def __init__(self, plan: Plan) -> None:
        self._steps = plan.steps
        self._duration_s = plan.duration_s or 1.0
        self._high = max(0.0, *(step.incline_pct for step in plan.steps))
        self._low = min(0.0, *(step.incline_pct for step in plan.steps))
        self._spread = max(_LEAST_PCT, self._high - self._low)
        self._fastest = max(1.0, *(step.speed_kmh for step in plan.steps))

    def parts(self, progress: float | None) -> Iterator[str]:
        """Yield what lies at the back first."""
        done_s = 0.0
        corners = []
        for step in self._steps:
            end_s = done_s + step.nominal_s
            yield self._area(step, done_s, end_s)
            corners += self._speed(step, done_s, end_s)
            done_s = end_s
        yield from self._axis()
        line = "L".join(f"{self._x(at):.1f} {self._y_speed(speed):.1f}" for at, speed in corners)
        yield f'<path d="M{line}" fill="none" stroke="#212121" stroke-width="2.5"/>'
        if progress is not None:
            x = self._x(min(1.0, max(0.0, progress)) * self._duration_s)
            yield (
                f'<rect x="{_LEFT}" y="{_TOP}" width="{x - _LEFT:.1f}" height="{_BOTTOM - _TOP}" '
                'fill="#212121" fill-opacity="0.12"/>'
                f'<path d="M{x:.1f} {_TOP - 6}V{_BOTTOM + 6}" stroke="#d50000" stroke-width="4"/>'
            )

    def _area(self, step: Step, begin_s: float, end_s: float) -> str:
        left, right = self._x(begin_s), self._x(end_s)
        level = self._y_incline(0.0)
        if step.phase.off_belt:
            top, bottom, fill = float(_TOP), float(_BOTTOM), "url(#rest)"
        else:
            slope = self._y_incline(step.incline_pct)
            top, bottom = min(slope, level - _RIBBON), max(slope, level)
            if slope > level:
                top = level
            fill = _COLOURS[step.phase]
        return (
            f'<path d="M{left:.1f} {top:.1f}H{right:.1f}V{bottom:.1f}H{left:.1f}Z" fill="{fill}"/>'
        )

    def _axis(self) -> Iterator[str]:
        """Yield the level, and how far up and down the deck goes."""
        level = self._y_incline(0.0)
        yield f'<path d="M{_LEFT} {level:.1f}H{_RIGHT}" stroke="#757575"/>'
        for incline in sorted({self._high, 0.0, self._low}):
            y = self._y_incline(incline) + 6
            text = f"{incline:.3g} %".replace("-", "\u2212")  # a minus, and no hyphen
            where = f'x="{_LEFT - 8}" y="{y:.1f}"'
            yield f'<text {where} font-size="16" text-anchor="end">{text}</text>'

    def _speed(self, step: Step, begin_s: float, end_s: float) -> list[tuple[float, float]]:
        """Return the corners of the speed in a step, its ramps at both ends included."""
        ramp_s = min(step.ramp_s, (end_s - begin_s) / 2)
        first, last = step.ramp_from_kmh, step.ramp_to_kmh
        return [
            (begin_s, step.speed_kmh if first is None else first),
            (begin_s + (0.0 if first is None else ramp_s), step.speed_kmh),
            (end_s - (0.0 if last is None else ramp_s), step.speed_kmh),
            (end_s, step.speed_kmh if last is None else last),
        ]

    def _x(self, at_s: float) -> float:
        return _LEFT + at_s / self._duration_s * (_RIGHT - _LEFT)

    def _y_incline(self, incline_pct: float) -> float:
        middle = (self._high + self._low) / 2
        tall = _BOTTOM - _TOP - 2 * _RIBBON
        return (_TOP + _BOTTOM) / 2 - (incline_pct - middle) / self._spread * tall

    def _y_speed(self, speed_kmh: float) -> float:
        return _BOTTOM - speed_kmh / self._fastest * (_BOTTOM - _TOP) * 0.9
