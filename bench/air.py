"""Bluetooth between Home Assistant's own manager and a simulated radio, in real time.

Run in the environment of the tests, by ``links.py``: it has the Bluetooth stack that plays both
ends of the air. Prints seconds as JSON.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time

from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import async_test_home_assistant

import custom_components  # noqa: F401  (first: the test package brings one of its own)
from custom_components.descent.runtime.connection import HomeRadio
from custom_components.descent.training.events import Link
from custom_components.descent.training.model import Telemetry
from custom_components.descent.treadmills.base import Report
from custom_components.descent.treadmills.ble import BleLink
from custom_components.descent.treadmills.clock import Clock
from custom_components.descent.treadmills.ftms import FtmsTreadmill
from tests.bluetooth import set_up_bluetooth
from tests.machines.ble import NearbyTreadmill
from tests.machines.ftms import FtmsMachine
from tests.machines.profiles import PROFILES
from tests.machines.quirks import Quirk
from tests.treadmills.rig_memory import answers

type Times = dict[str, list[float]]  # seconds

_PATIENCE_S = 60.0
_MOVED_KMH = 0.15  # what rule R6 takes for an answer of the belt


async def _async_measure(rounds: int) -> Times:
    with pytest.MonkeyPatch.context() as patch:
        async with async_test_home_assistant() as hass:
            await set_up_bluetooth(hass, patch)
            try:
                return await _Air(hass).async_measure(rounds)
            finally:
                await hass.async_stop(force=True)


class _Air:
    """A machine, the driver, and what it reports."""

    def __init__(self, hass: HomeAssistant) -> None:
        # By its name alone: nothing is to be discovered here.
        profile = PROFILES["kickr"].having(Quirk.ADVERTISES_NAME_ONLY)
        clock = Clock(hass.loop)
        self._machine = FtmsMachine(clock, profile)
        self._near = NearbyTreadmill(hass, clock, self._machine)
        link = BleLink(clock, HomeRadio(hass, self._near.address))
        self._treadmill = FtmsTreadmill.from_data(answers(profile), clock, link)
        self._reports: asyncio.Queue[Report] = asyncio.Queue()

    async def async_measure(self, rounds: int) -> Times:
        """Return what it took, with everything switched off again."""
        await self._near.power_on()
        await self._treadmill.connect()
        self._treadmill.listen(self._reports.put_nowait)
        try:
            self._machine.press_start()
            await self._async_faster_than(0.5)
            orders = [await self._async_order(1.5 + number % 2) for number in range(rounds)]
            returns = [await self._async_return() for _ in range(max(1, rounds // 3))]
        finally:
            await self._treadmill.disconnect()
            await self._near.power_off()
        return {
            "answer": [answered for answered, _ in orders],
            "confirmed": [confirmed for _, confirmed in orders],
            "contact": returns,
        }

    async def _async_order(self, speed_kmh: float) -> tuple[float, float]:
        """Ask for a speed; returns the seconds to the answer, and until the belt was seen to go."""
        before = await self._async_faster_than(0.0)
        sent = time.monotonic()
        await self._treadmill.set_speed(speed_kmh)
        answered = time.monotonic()
        while abs(await self._async_faster_than(0.0) - before) < _MOVED_KMH:
            pass
        confirmed = time.monotonic()
        while abs(await self._async_faster_than(0.0) - speed_kmh) > _MOVED_KMH:
            pass
        return answered - sent, confirmed - sent

    async def _async_return(self) -> float:
        self._machine.hang_up()
        lost = await self._async_link(up=False)
        return await self._async_link(up=True) - lost

    async def _async_faster_than(self, speed_kmh: float) -> float:
        """Wait for a measurement from now on; returns its speed."""
        while not self._reports.empty():
            self._reports.get_nowait()
        while True:
            match await self._async_next():
                case Telemetry(speed_kmh=speed) if speed > speed_kmh:
                    return speed

    async def _async_link(self, *, up: bool) -> float:
        while await self._async_next() != Link(up=up):
            pass
        return time.monotonic()

    async def _async_next(self) -> Report:
        async with asyncio.timeout(_PATIENCE_S):
            return await self._reports.get()


if __name__ == "__main__":
    json.dump(asyncio.run(_async_measure(int(sys.argv[1]))), sys.stdout)
