"""Runs parts one after the other, each in its own process, and says what they say as it comes.

What a part leaves behind in its process (Home Assistant starts once in each) is nobody else's, and
a part that fails takes no figure of another with it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
import json
import os
from pathlib import Path
import signal
import subprocess
import sys
import tempfile
import threading
import time
from typing import Any

from .options import Options
from .parts import Figure, Part

type Record = dict[str, Any]
type Tell = Callable[[Record], None]

ROOT = Path(__file__).parent.parent
_UNKEPT = "PYTHONDONTWRITEBYTECODE"
_TAIL = 20  # lines of what a failed part printed


def run(parts: Iterable[Part], options: Options, tell: Tell) -> Record:
    """Measure ``parts`` and ``tell`` each figure as it comes; returns what became of all.

    ``failed`` in it are the names of parts that did not come to their end.
    """
    outcome: Record = {"type": "outcome", "failed": [], "met": 0, "missed": [], "seconds": 0.0}

    def count(record: Record) -> None:
        met = record.get("met")
        if met:
            outcome["met"] += 1
        elif met is False:
            outcome["missed"].append(f"{record['part']}.{record['figure']}")
        tell(record)

    began = time.monotonic()
    for part in parts:
        if not run_part(part, options, count):
            outcome["failed"].append(part.name)
    outcome["seconds"] = round(time.monotonic() - began, 1)
    tell(outcome)
    return outcome


def run_part(part: Part, options: Options, tell: Tell) -> bool:
    """Measure one part; returns whether it came to its end."""
    tell({"type": "part", "part": part.name, "says": part.says})
    figures = {figure.key: figure for figure in part.figures}
    limit_s = max(part.limit_s, part.full_limit_s if options.full else 0.0)
    reason = "it ended without a word"
    began = time.monotonic()
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as complaints:
        command = [sys.executable, "-m", f"{__package__}.part", part.imported, options.to_json()]
        process = subprocess.Popen(  # noqa: S603  (this package, in the interpreter it runs in)
            [*command, *figures],
            cwd=ROOT,
            env=_environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=complaints,
            text=True,
            start_new_session=True,  # so that whatever it started ends with it
        )
        with _ended_after(process, limit_s) as late:
            for record in _said(process):
                if "failed" in record:
                    reason = record["failed"]
                else:
                    tell(_complete(part, figures[record["figure"]], record))
        code = process.wait()
        complaints.seek(0)
        tail = complaints.read().strip().splitlines()[-_TAIL:]
    ended: Record = {
        "type": "ended",
        "part": part.name,
        "ok": code == 0,
        "seconds": round(time.monotonic() - began, 1),
    }
    if code:
        if late.is_set():
            reason = f"took longer than {limit_s:g} s"
        ended |= {"reason": reason, "printed": tail}
    tell(ended)
    return code == 0


def _environment() -> dict[str, str]:
    """Return that of this process, in which Python keeps what it has compiled, as users' does."""
    return {name: value for name, value in os.environ.items() if name != _UNKEPT}


def _said(process: subprocess.Popen[str]) -> Iterator[Record]:
    assert process.stdout is not None  # noqa: S101  (it was asked for)
    for line in process.stdout:
        yield json.loads(line)


def _complete(part: Part, figure: Figure, record: Record) -> Record:
    """Put beside a figure what is known of it."""
    known: Record = {"says": figure.says, "unit": figure.unit}
    if figure.goal is not None and "value" in record:
        known |= {"goal": str(figure.goal), "met": figure.goal.met_by(record["value"])}
    return {"type": "figure", "part": part.name} | record | known


@contextmanager
def _ended_after(process: subprocess.Popen[str], limit_s: float) -> Iterator[threading.Event]:
    """End a process, and what it has started, after some time, or when this is left before."""
    late = threading.Event()

    def end() -> None:
        late.set()
        _kill(process)

    timer = threading.Timer(limit_s, end)
    timer.start()
    try:
        yield late
    except BaseException:
        _kill(process)
        raise
    finally:
        timer.cancel()
        timer.join()


def _kill(process: subprocess.Popen[str]) -> None:
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
