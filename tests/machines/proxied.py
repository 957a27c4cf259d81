"""A Home Assistant that reaches a simulated treadmill through the simulated proxy."""

from __future__ import annotations

import asyncio
from unittest.mock import patch

from bleak.backends.device import BLEDevice
from homeassistant.components import bluetooth
from homeassistant.config_entries import SOURCE_USER, ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
from pytest_homeassistant_custom_component.common import mock_component

from .proxy_server import HOST, Proxy

ADDRESS = "C2:00:00:00:18:26"  # of the treadmill, as Home Assistant writes it
PATIENCE_S = 10  # real seconds; only a test that fails waits that long


async def add_proxy(hass: HomeAssistant, proxy: Proxy) -> ConfigEntry:
    """Add the proxy as a person does: as an ESPHome device, by its host and port.

    Needs the fixtures ``mock_bluetooth`` (no adapter of this computer is touched) and
    ``mock_async_zeroconf`` (nothing is asked on its network).
    """
    # What ESPHome needs for sound, which no proxy has.
    mock_component(hass, "assist_pipeline")
    with patch("homeassistant.components.ffmpeg.FFVersion.get_version", return_value="7"):
        assert await async_setup_component(hass, "ffmpeg", {})
    flow = await hass.config_entries.flow.async_init("esphome", context={"source": SOURCE_USER})
    step = await hass.config_entries.flow.async_configure(
        flow["flow_id"], {"host": HOST, "port": proxy.port}
    )
    entry: ConfigEntry = step["result"]
    return entry


async def seen(hass: HomeAssistant) -> BLEDevice:
    """Wait until the treadmill shows itself; returns it as something to connect to."""
    found: asyncio.Future[BLEDevice] = hass.loop.create_future()

    def look(info: bluetooth.BluetoothServiceInfoBleak, change: bluetooth.BluetoothChange) -> None:
        if not found.done():
            found.set_result(info.device)

    leave = bluetooth.async_register_callback(
        hass, look, {"address": ADDRESS}, bluetooth.BluetoothScanningMode.PASSIVE
    )
    try:
        return await asyncio.wait_for(found, PATIENCE_S)
    finally:
        leave()
