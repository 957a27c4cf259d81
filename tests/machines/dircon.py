"""``python -m tests.machines.dircon``: a treadmill that Home Assistant reaches over the network.

Add it to Home Assistant by its host and port.
"""

from __future__ import annotations

from collections.abc import Callable

from .process import Server, run

DESCRIPTION = "A simulated treadmill that speaks DIRCON: GATT over TCP."


def _load() -> Callable[..., Server]:
    from .dircon_server import DirconServer  # noqa: PLC0415  (after Home Assistant was kept out)

    return DirconServer


if __name__ == "__main__":
    raise SystemExit(run("dircon", DESCRIPTION, "listens on", _load))
