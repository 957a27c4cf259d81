"""``python -m tests.machines.proxy``: a treadmill that Home Assistant reaches through a proxy.

Add it to Home Assistant as an ESPHome device, by its host and port; the treadmill is discovered.
"""

from __future__ import annotations

from collections.abc import Callable

from .process import Server, run

DESCRIPTION = "A simulated treadmill within reach of a simulated ESPHome Bluetooth proxy."


def _load() -> Callable[..., Server]:
    from .proxy_server import Proxy  # noqa: PLC0415  (after Home Assistant was kept out)

    return Proxy


if __name__ == "__main__":
    raise SystemExit(run("proxy", DESCRIPTION, "behind an ESPHome proxy on", _load))
