"""``scripts/bench``: every figure as one JSON object."""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys

from . import card, core, engine, links, states, voice, wire


def main() -> int:
    """Measure and print; returns 1 if something went wrong, however fast it was."""
    parser = argparse.ArgumentParser(prog="scripts/bench", description="Print figures as JSON.")
    parser.add_argument(
        "--quick", action="store_true", help="fewer rounds and steps, and no rows of history"
    )
    parser.add_argument(
        "--full", action="store_true", help="rows of a whole session (fifty minutes)"
    )
    parser.add_argument(
        "--engine", action="store_true", help="only what needs no Home Assistant (seconds)"
    )
    parser.add_argument(
        "--peers", action="store_true", help="beside pyftms, which scripts/bench installs for it"
    )
    options = parser.parse_args()
    figures = {
        "computer": {
            "cpus": os.cpu_count(),
            "machine": platform.machine(),
            "python": platform.python_version(),
            "load": round(os.getloadavg()[0], 2),
        },
        "engine": engine.measure(rounds=3 if options.quick else 10),
        "wire": wire.measure(rounds=3 if options.quick else 10),
    }
    problems: list[str] = []
    if not options.engine:
        figures["states"] = states.measure(notifications=100 if options.quick else 300)
        figures["links"] = links.measure(rounds=3 if options.quick else 9)
        figures["card"] = card.measure(
            rounds=3 if options.quick else 9, seconds=10 if options.quick else 30
        )
        figures["voice"] = voice.measure(rounds=10 if options.quick else 50)
        figures["core"] = measured = core.measure(quick=options.quick, full=options.full)
        problems = measured["problems"]
    json.dump(figures, sys.stdout, indent=2)
    print()
    return 1 if problems else 0


if __name__ == "__main__":
    raise SystemExit(main())
