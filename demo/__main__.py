"""``scripts/demo``: what its options mean. See the package's docstring for the map."""

from __future__ import annotations

import argparse
import asyncio
import signal

from .machine import LINK_SESSION, PORTS, PROFILES, Simulated
from .serve import async_serve

PORT = 8123
SESSION = "descending_sprints"
# What a virtual treadmill and a socket take, said before anything is started.
RANGES = {
    "port": (1, 65535),
    "time_scale": (1, 600),
    "min_incline": (-40, 0),
    "max_incline": (0, 40),
}


def main() -> int:
    """Read the options and do it; returns the exit code."""
    parser = argparse.ArgumentParser(
        prog="scripts/demo",
        description="A Home Assistant with Descent and a virtual treadmill.",
    )
    parser.add_argument(
        "--port", type=int, default=PORT, help="where it listens on 127.0.0.1 (%(default)s)"
    )
    parser.add_argument(
        "--debug", action="store_true", help="log everything that Descent does, to the terminal"
    )
    parser.add_argument("--reset", action="store_true", help="forget everything and start anew")
    parser.add_argument(
        "--link",
        choices=PORTS,
        help="instead of a virtual treadmill, one that speaks the protocol of real ones: over TCP "
        "(dircon), or over Bluetooth behind an ESPHome proxy",
    )
    parser.add_argument(
        "--profile",
        choices=PROFILES,
        default="t800",
        help="the family of machines that --link simulates (%(default)s)",
    )
    once = parser.add_argument_group(
        "one session",
        "In a fresh Home Assistant of its own, beside whatever else runs. The exit code is 0 "
        "only if the session was finished and no safety rule was broken.",
    )
    once.add_argument("--once", action="store_true", help="run one session to its end")
    once.add_argument(
        "--session",
        help=f"which one ({SESSION}; with --link {LINK_SESSION.stem}, every kind of step once)",
    )
    once.add_argument(
        "--time-scale", type=float, default=60.0, help="seconds that pass in a second (%(default)g)"
    )
    once.add_argument(
        "--preset",
        choices=("slow", "typical", "fast"),
        default="typical",
        help="how quickly belt and deck move (%(default)s)",
    )
    once.add_argument(
        "--min-incline", type=float, default=-6.0, help="steepest decline in %% (%(default)g)"
    )
    once.add_argument(
        "--max-incline", type=float, default=15.0, help="steepest incline in %% (%(default)g)"
    )
    once.add_argument("--json", action="store_true", help="print one JSON object a line")
    options = parser.parse_args()
    for name in ("session", "time_scale", "preset", "min_incline", "max_incline", "json"):
        if not options.once and getattr(options, name) != parser.get_default(name):
            parser.error(f"--{name.replace('_', '-')} is for --once")
    for name in ("time_scale", "preset", "min_incline", "max_incline"):
        if options.link and getattr(options, name) != parser.get_default(name):
            parser.error(f"--{name.replace('_', '-')} is for the virtual treadmill, not for --link")
    if not options.link and options.profile != parser.get_default("profile"):
        parser.error("--profile is for --link")
    if options.session is None:
        options.session = LINK_SESSION.stem if options.link else SESSION
    if options.once and (options.reset or options.debug or options.port != PORT):
        parser.error(
            "--port, --debug and --reset are not for --once, which has a folder of its own"
        )
    for name, (low, high) in RANGES.items():
        if not low <= getattr(options, name) <= high:  # not-a-number is in no range
            parser.error(f"--{name.replace('_', '-')} is from {low} to {high}")
    return asyncio.run(_async_main(options))


async def _async_main(options: argparse.Namespace) -> int:
    """Run until done, or until somebody wants it to end."""
    stop = asyncio.Event()
    for wish in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(wish, stop.set)
    if options.once:
        from .once import async_once  # noqa: PLC0415 - not needed to serve

        return await async_once(options, stop=stop)
    machine = Simulated(options.link, options.profile, print) if options.link else None
    return await async_serve(
        options.port, machine, debug=options.debug, reset=options.reset, stop=stop
    )


if __name__ == "__main__":
    raise SystemExit(main())
