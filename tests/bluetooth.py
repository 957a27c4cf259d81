"""Home Assistant's Bluetooth without hardware, and without the pauses between its tries."""

from __future__ import annotations

import asyncio

import bleak_retry_connector
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
import pytest

MOST_TURNS = 10_000  # of an event loop that never gets quiet: something is wrong there


async def set_up_bluetooth(hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch) -> None:
    """Set it up; a failed try to connect is followed by the next one at once."""
    for name in vars(bleak_retry_connector):
        if name.endswith("BACKOFF_TIME"):
            monkeypatch.setattr(bleak_retry_connector, name, 0)
    # Every packet is a dozen calls, and asyncio's debug mode makes each four times as slow.
    hass.loop.set_debug(False)
    assert await async_setup_component(hass, "bluetooth", {})


async def until_quiet() -> None:
    """Let tasks go on until nothing is left to do but to wait for time to pass."""
    loop = asyncio.get_running_loop()
    for _ in range(MOST_TURNS):
        await asyncio.sleep(0)
        if not loop._ready:  # type: ignore[attr-defined]  # what it would do next
            return
    raise AssertionError("the event loop never gets quiet")
