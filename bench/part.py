"""The process of one part: ``python -m bench.part MODULE OPTIONS KEY...`` prints its figures.

One JSON object a line, each as soon as it is known. Whatever else is printed here goes to standard
error, so that nothing gets between them.
"""

from __future__ import annotations

from collections.abc import Iterable
import importlib
import json
import os
import sys
import traceback
from typing import TextIO

from .options import Options


class Say:
    """How a part says what it has measured."""

    def __init__(self, keys: Iterable[str], out: TextIO) -> None:
        """Expect a figure for each of ``keys``, once."""
        self.missing = dict.fromkeys(keys)
        self._out = out

    def __call__(self, key: str, value: float | str, **details: object) -> None:
        """Say one figure; ``details`` are for those who read all of it."""
        self._write(key, {"value": value} | details)

    def skip(self, reason: str, *keys: str) -> None:
        """Say why figures cannot be measured here."""
        for key in keys:
            self._write(key, {"skipped": reason})

    def fail(self, reason: str) -> None:
        """Say why there are no more figures."""
        self._print({"failed": reason})

    def _write(self, key: str, content: dict[str, object]) -> None:
        del self.missing[key]  # raises for a figure that nobody has heard of, or said twice
        self._print({"figure": key} | content)

    def _print(self, record: dict[str, object]) -> None:
        print(json.dumps(record), file=self._out, flush=True)


def main() -> int:
    """Measure one part; returns 1 if a figure was not said."""
    module, options, *keys = sys.argv[1:]
    out = os.fdopen(os.dup(sys.stdout.fileno()), "w")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    say = Say(keys, out)
    try:
        importlib.import_module(module).measure(Options.from_json(options), say)
    except Exception as error:  # noqa: BLE001  (Home Assistant sends what nobody catches to its log)
        traceback.print_exc()
        say.fail("".join(traceback.format_exception_only(error)).splitlines()[0])
        return 1
    if say.missing:
        say.fail(f"measured nothing for {', '.join(say.missing)}")
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
