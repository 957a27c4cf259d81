"""What happened, told as it happens: for people, or one JSON object a line."""

from __future__ import annotations

import json
import sys
from typing import Any

type Record = dict[str, Any]

_NAMES = {
    "warm_up": "warm-up",
    "cool_down": "cool-down",
    "turn_around": "turn around",
}


class Json:
    """One object a line, as Descent sends them."""

    def show(self, record: Record) -> None:
        """Print a record."""
        print(json.dumps(record, ensure_ascii=False), flush=True)

    def note(self, text: str) -> None:
        """Say something about the run; not on the output that programs read."""
        print(f"demo: {text}", file=sys.stderr, flush=True)

    def close(self, check: Record) -> None:
        """Print what the run is worth."""
        self.show(check)


class Text:
    """One line for each step and each cue, and a summary."""

    def __init__(self) -> None:
        """Know no plan yet."""
        self._steps = 0
        self._summary: Record | None = None

    def show(self, record: Record) -> None:
        """Print a record, if it is for people."""
        match record["type"]:
            case "plan":
                self._show_plan(record)
            case "step" if record["event"] == "finished":
                self._line(record["t"], "STEP", self._step(record))
            case "cue":
                self._line(record["t"], record["kind"], f'"{record["text"]}"')
            case "state" if record["state"] in {"paused", "suspended"}:
                self._line(record["t"], record["state"].upper(), record["reason"] or "")
            case "fault":
                self._line(record["t"], "FAULT", record["reason"])
            case "broken":
                self._line(record["t"], "BROKEN", record["text"])
            case "runner":
                self._line(record["t"], "runner", record["does"])
            case "summary":
                self._summary = record

    def note(self, text: str) -> None:
        """Say something about the run."""
        print(text, flush=True)

    def close(self, check: Record) -> None:
        """Print the summary, and what the run is worth."""
        if self._summary is not None:
            self.note("")
            for name, value in _summary(self._summary):
                self.note(f"  {name:<22}{value}")
        self.note("")
        for problem in check["problems"]:
            self.note(f"  ! {problem}")
        rules = "no safety rule was broken" if not check["broken"] else "safety rules were broken"
        verdict = "OK" if check["ok"] else "NOT OK"
        self.note(f"  {verdict}: {check['result'] or 'not finished'}, {rules}")

    def _show_plan(self, plan: Record) -> None:
        self._steps = len(plan["steps"])
        fidelity = plan["fidelity_descent"]
        self.note(
            f"{plan['name']}: {plan['duration_s'] / 60:.1f} minutes, {plan['reps']} descents, "
            f"{plan['descent_m']:.1f} m down at target"
            + (
                ""
                if fidelity is None
                else f" ({fidelity:.0%} of the {plan['prescribed_descent_m']:.1f} m asked for)"
            )
        )
        if plan["ramps_s"]:
            self.note(
                f"Predicted for belt and deck on their way: {plan['ramps_s'] / 60:.1f} minutes, "
                f"{plan['ramps_descent_m']:.1f} m down"
            )
        self.note("")

    def _step(self, record: Record) -> str:
        phase = _NAMES.get(record["phase"], record["phase"])
        name = f"{phase} {record['rep']} of {record['reps']}" if record["rep"] else phase
        number = f"{record['index'] + 1}/{self._steps}"
        text = f"{number:>5}  {name:<18} {_clock(record['duration_s']):>6}"
        if record["target_speed_kmh"]:
            text += (
                f"  {record['target_speed_kmh']:4.1f} km/h {record['target_incline_pct']:+5.1f} %"
                f"  {record['distance_m']:6.0f} m"
            )
        if record["phase"] == "descent":
            text += (
                f"  {record['at_target_m']:.1f} m at target, max {record['max_speed_kmh']:.1f} km/h"
                f", mean {record['mean_incline_pct']:+.1f} %"
            )
        flags = [flag for flag in ("skipped", "capped") if record[flag]]
        return text + (f"  ({', '.join(flags)})" if flags else "")

    def _line(self, t: float, what: str, text: str) -> None:
        self.note(f"{_clock(t):>7}  {what:<10} {text}")


def _summary(record: Record) -> list[tuple[str, str]]:
    rows = [
        ("session", f"{record['session']}, {record['result']}"),
        ("duration", f"{record['duration_s'] / 60:.1f} min"),
        ("distance", f"{record['distance_m']:.0f} m"),
    ]
    if record["reps_planned"]:
        rows += [
            ("descents", f"{record['reps_completed']} of {record['reps_planned']}"),
            ("down, at target", f"{record['descent_at_target_m']:.1f} m"),
            ("down, in all", f"{record['descent_m']:.1f} m (ramps on a tilted deck included)"),
        ]
    if record["fidelity_descent"] is not None:
        asked = f"{record['prescribed_descent_m']:.1f} m"
        rows.append(("fidelity of descent", f"{record['fidelity_descent']:.0%} of {asked}"))
        rows.append(("fidelity of grade", f"{record['fidelity_grade']:.0%}"))
    return rows


def _clock(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}:{rest:02}"
