"""``scripts/bench``: prints figures as they come, each with its goal beside it."""

from __future__ import annotations

import argparse
from importlib.metadata import PackageNotFoundError, version
import json
import os
from pathlib import Path
import platform
import sys
from typing import Any

from .options import Options
from .parts import PARTS
from .run import run
from .table import Table

type Record = dict[str, Any]


def main() -> int:
    """Measure and print; returns 1 if a part failed, however fast it was."""
    options = _read()
    names = options.part or [part.name for part in PARTS if part.without_home or not options.engine]
    parts = [part for part in PARTS if part.name in names]
    # With --json the table is still there for who watches, and out of the way of who reads.
    table = Table(lambda line: print(line, file=sys.stderr if options.json else None, flush=True))

    def tell(record: Record) -> None:
        if options.json:
            print(json.dumps(record), flush=True)
        table.show(record)

    tell(_computer())
    outcome = run(
        parts,
        Options(quick=options.quick, full=options.full, hassio_ftms=options.hassio_ftms),
        tell,
    )
    return 1 if outcome["failed"] else 0


def _read() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="scripts/bench",
        description="Print figures as they come. A missed goal is no failure, a part that does not "
        "come to its end is.",
        epilog="Parts: " + "; ".join(f"{part.name} ({part.says})" for part in PARTS) + ".",
    )
    parser.add_argument(
        "--part",
        action="append",
        choices=[part.name for part in PARTS],
        help="only this part; may be given several times",
    )
    parser.add_argument(
        "--engine", action="store_true", help="only the parts that need no Home Assistant"
    )
    much = parser.add_mutually_exclusive_group()
    much.add_argument("--quick", action="store_true", help="fewer rounds")
    much.add_argument(
        "--full", action="store_true", help="also a whole session in real time (fifty minutes)"
    )
    parser.add_argument(
        "--peers",
        action="store_true",
        help="beside pyftms, which scripts/bench installs for it, and the path of hassio-ftms, "
        "rebuilt on it",
    )
    parser.add_argument(
        "--hassio-ftms",
        metavar="DIR",
        help="beside the real hassio-ftms in this checkout instead; has --peers in it",
    )
    parser.add_argument(
        "--json",
        action="store_true",
        help="one JSON object a line on standard output, and the table on standard error",
    )
    options = parser.parse_args()
    if options.part and options.engine:
        parser.error("--engine is a choice of parts: give it, or --part")
    if options.hassio_ftms is not None:
        folder = Path(options.hassio_ftms).expanduser().absolute()
        if not (folder / "custom_components" / "ftms" / "manifest.json").is_file():
            parser.error(f"{folder} is no checkout of hassio-ftms")
        options.hassio_ftms = str(folder)
    return options


def _computer() -> Record:
    return {
        "type": "computer",
        "cpus": os.cpu_count(),
        "cpu": _cpu(),
        "machine": platform.machine(),
        "python": platform.python_version(),
        "home_assistant": _version("homeassistant"),
        "load": round(os.getloadavg()[0], 2),
    }


def _cpu() -> str:
    """Return what the processor calls itself, where the system says so."""
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    named = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(named, platform.machine())


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


if __name__ == "__main__":
    raise SystemExit(main())
