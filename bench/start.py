"""One start of Home Assistant in a folder, for ``startup.py``: prints what it took as JSON.

``--add`` adds a treadmill and a runner once it has started, for the next one.
"""

from __future__ import annotations

import asyncio
import json
import logging
from pathlib import Path
import resource
import sys
import time
import traceback

from .home import MovingLoop, async_start

_KIB_PER_MIB = 1024


async def _async_measure(folder: Path, *, add: bool) -> dict[str, float]:
    began, cpu = time.monotonic(), time.process_time()
    hass = await async_start(folder)
    await hass.async_block_till_done()
    figures = {
        "cpu_ms": (time.process_time() - cpu) * 1000,
        "wall_ms": (time.monotonic() - began) * 1000,
        "memory_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / _KIB_PER_MIB,
    }
    if add:
        from .ours import async_add_runners, async_add_treadmill  # noqa: PLC0415  (imports Descent)

        await async_add_treadmill(hass, "Treadmill")
        await async_add_runners(hass, "Ada")
    await hass.async_stop()
    return figures


def main() -> int:
    """Start, measure, and stop."""
    logging.disable(logging.CRITICAL)
    folder, *how = sys.argv[1:]
    try:
        with asyncio.Runner(loop_factory=MovingLoop) as runner:
            figures = runner.run(_async_measure(Path(folder), add="--add" in how))
    except Exception:  # noqa: BLE001  (Home Assistant sends what nobody catches to its log)
        traceback.print_exc()
        return 1
    print(json.dumps(figures))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
