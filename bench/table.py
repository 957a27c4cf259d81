"""Figures for people: a line for each as it comes, its goal beside it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

type Record = dict[str, Any]


class Table:
    """Prints records line by line."""

    def __init__(self, line: Callable[[str], None]) -> None:
        """Give each line to ``line``."""
        self._line = line

    def show(self, record: Record) -> None:
        """Print one record."""
        match record["type"]:
            case "computer":
                self._line(
                    f"{record['cpus']} x {record['cpu']}, Python {record['python']}, "
                    f"Home Assistant {record['home_assistant'] or 'none'}, load {record['load']}"
                )
            case "part":
                self._line(f"\n{record['part']}: {record['says']}")
            case "figure":
                self._line(f"  {_figure(record)}")
            case "ended" if record["ok"]:
                self._line(f"  ({record['seconds']:.0f} s)")
            case "ended":
                self._line(f"  FAILED after {record['seconds']:.0f} s: {record['reason']}")
                for line in record["printed"]:
                    self._line(f"    | {line}")
            case "outcome":
                self._line(f"\n{_outcome(record)}")


def _figure(record: Record) -> str:
    says = record["says"]
    if "skipped" in record:
        return f"{says:<58} {'-':>9}  {record['skipped']}"
    value = record["value"]
    if isinstance(value, str):
        return f"{says}: {value}"
    text = f"{says:<58} {_number(value):>9} {record['unit']:<5}"
    if "goal" in record:
        text += f" {record['goal']:<9} {'met' if record['met'] else 'MISSED'}"
    return text.rstrip()


def _number(value: float) -> str:
    """Write three digits or more: whole from a hundred on."""
    if abs(value) >= 100:  # noqa: PLR2004  (three digits)
        return f"{value:,.0f}"
    return f"{value:.3g}"


def _outcome(record: Record) -> str:
    text = f"{record['met']} goals met, {len(record['missed'])} missed"
    if record["missed"]:
        text += f" ({', '.join(record['missed'])})"
    if record["failed"]:
        text += f"; failed: {', '.join(record['failed'])}"
    return f"{text}; {record['seconds']:.0f} s"
