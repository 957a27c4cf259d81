"""hassio-ftms in the Home Assistant of this process, hearing the bytes that Descent hears.

The real one where a checkout of it is given; else its path, rebuilt: pyftms reads, a coordinator
hands on, and seven sensors write their states. The rebuild flatters the real one, which has more
entities that hear of everything, and more to say in each state.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
import json
import logging
import subprocess
from types import MappingProxyType, SimpleNamespace
from typing import Any, Final
from unittest.mock import patch

from bleak.backends.device import BLEDevice
from bleak.backends.scanner import AdvertisementData
from homeassistant.components.sensor import SensorEntity
from homeassistant.config_entries import SOURCE_USER, ConfigEntry, ConfigEntryState
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.entity_component import DATA_INSTANCES
from homeassistant.helpers.update_coordinator import CoordinatorEntity, DataUpdateCoordinator

from .options import Options
from .pyftms import Pyftms
from .session import HeldLink

_FTMS: Final = 0x1826
_DATA: Final = 0x2ACD
_SENSORS: Final = (
    "speed_instant",
    "speed_average",
    "distance_total",
    "inclination",
    "energy_total",
    "heart_rate",
    "time_elapsed",
)


@dataclass(frozen=True, slots=True)
class Peer:
    """One treadmill of it: ``hear`` takes what is notified, ``entities`` are what it writes."""

    name: str
    hear: Callable[[int, bytes], None]
    entities: frozenset[str]

    def measure(self, packet: bytes) -> None:
        """Have it hear a measurement."""
        self.hear(_DATA, packet)


async def async_peer(hass: HomeAssistant, options: Options, link: HeldLink) -> Peer | None:
    """Set up the peer for the machine behind ``link``; ``None`` if pyftms is not there."""
    found = Pyftms.found()
    if found is None:
        return None
    if options.checkout is None:
        return await _async_rebuilt(hass, found, link.name)
    return await _async_real(hass, found, options, link)


# ---- the real one


async def _async_real(hass: HomeAssistant, found: Pyftms, options: Options, link: HeldLink) -> Peer:
    client, name = _Client(link), link.name
    address = _address(name)
    device = BLEDevice(address, name, None)
    advertised = AdvertisementData(
        local_name=name,
        manufacturer_data={},
        service_data={_uuid(_FTMS): b"\x01\x01\x00"},  # available, and a treadmill
        service_uuids=[_uuid(_FTMS)],
        tx_power=None,
        rssi=-50,
        platform_data=(),
    )
    seen = SimpleNamespace(device=device, advertisement=advertised)

    async def establish(**_: object) -> _Client:
        return client

    async def close_stale(_: object) -> None:
        """Have none."""

    entry: ConfigEntry[Any] = ConfigEntry(
        data={"address": address},
        discovery_keys=MappingProxyType({}),
        domain="ftms",
        minor_version=1,
        options={"sensors": list(_SENSORS)},
        source=SOURCE_USER,
        subentries_data=None,
        title=name,
        unique_id=address,
        version=1,
    )
    with (
        patch("homeassistant.components.bluetooth.async_last_service_info", return_value=seen),
        patch("pyftms.client.client.establish_connection", establish),
        patch("pyftms.client.client.close_stale_connections", close_stale),
    ):
        await hass.config_entries.async_add(entry)
        await hass.async_block_till_done()
    if entry.state is not ConfigEntryState.LOADED:
        raise RuntimeError(f"hassio-ftms is not set up: {entry.state}, {entry.reason}")
    entities = er.async_entries_for_config_entry(er.async_get(hass), entry.entry_id)
    if not entities:
        raise RuntimeError("hassio-ftms has no entities")
    assert options.checkout is not None  # noqa: S101  (for the type checker)
    manifest = json.loads(
        (options.checkout / "custom_components" / "ftms" / "manifest.json").read_text("utf-8")
    )
    commit = await hass.async_add_executor_job(_commit, options)
    return Peer(
        f"the real hassio-ftms {manifest['version']}{commit}, {len(entities)} entities, "
        f"pyftms {found.version} (it asks for {', '.join(manifest['requirements'])})",
        client.hear,
        frozenset(entity.entity_id for entity in entities),
    )


def _commit(options: Options) -> str:
    """Return which commit is checked out, if git knows."""
    command = ["git", "-C", str(options.hassio_ftms), "rev-parse", "--short", "HEAD"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603  (git, in the checkout)
    except OSError, subprocess.CalledProcessError:
        return ""
    return f" ({done.stdout.strip()})"


def _address(name: str) -> str:
    """Make up an address of its own for each name."""
    digits = name.encode().hex().upper()[-10:].rjust(10, "0")
    return ":".join(["C0", *(digits[at : at + 2] for at in range(0, 10, 2))])


def _uuid(number: int) -> str:
    return f"{number:08x}-0000-1000-8000-00805f9b34fb"


@dataclass(frozen=True, slots=True)
class _Characteristic:
    """What bleak knows of one: here its number is enough."""

    number: int


class _Services:
    """What a machine offers, by short or long UUID."""

    def __init__(self, services: Mapping[int, Mapping[int, object]]) -> None:
        self._services = services

    def get_service(self, uuid: str) -> _Services | None:
        number = _number(uuid)
        return _Services({number: self._services[number]}) if number in self._services else None

    def get_characteristic(self, uuid: str) -> _Characteristic | None:
        number = _number(uuid)
        offered = any(number in service for service in self._services.values())
        return _Characteristic(number) if offered else None


def _number(which: str | _Characteristic) -> int:
    if isinstance(which, _Characteristic):
        return which.number
    return int(which[:8] if "-" in which else which, 16)


class _Client:
    """A connection of bleak's to the machine of another link: it reads, listens, and asks nothing.

    Descent's link is the one that has control; two cannot.
    """

    is_connected = True

    def __init__(self, link: HeldLink) -> None:
        self.services = _Services(link.machine.services)
        self._link = link
        self._listening: dict[int, Callable[[object, bytearray], None]] = {}

    def hear(self, number: int, value: bytes) -> None:
        """Be notified."""
        if number in self._listening:
            self._listening[number](_Characteristic(number), bytearray(value))

    async def read_gatt_char(self, which: str | _Characteristic) -> bytearray:
        return bytearray(self._link.machine.read(_number(which)))

    async def start_notify(
        self, which: str | _Characteristic, heard: Callable[[object, bytearray], None]
    ) -> None:
        self._listening[_number(which)] = heard

    async def disconnect(self) -> None:
        self.is_connected = False
        self._listening.clear()


# ---- rebuilt


async def _async_rebuilt(hass: HomeAssistant, found: Pyftms, name: str) -> Peer:
    coordinator = DataUpdateCoordinator[Any](
        hass, logging.getLogger(__name__), config_entry=None, name="ftms"
    )
    sensors = [_Sensor(coordinator, name, key) for key in _SENSORS]
    await hass.data[DATA_INSTANCES]["sensor"].async_add_entities(sensors)
    await hass.async_block_till_done()
    updater = found.updater(found.model, coordinator.async_set_updated_data)

    def hear(number: int, value: bytes) -> None:
        if number == _DATA:
            updater._on_notify(None, bytearray(value))  # noqa: SLF001  (as bleak does)

    return Peer(
        f"the path of hassio-ftms, rebuilt, which flatters it: pyftms {found.version}, "
        f"{len(sensors)} entities",
        hear,
        frozenset(sensor.entity_id for sensor in sensors),
    )


class _Sensor(CoordinatorEntity[DataUpdateCoordinator[Any]], SensorEntity):
    """One value of an update, written when the update holds it."""

    _attr_native_value = 0

    def __init__(self, coordinator: DataUpdateCoordinator[Any], name: str, key: str) -> None:
        super().__init__(coordinator)
        self._key = key
        self._attr_name = f"{name} {key}"
        self._attr_unique_id = f"{name}-{key}"

    @callback
    def _handle_coordinator_update(self) -> None:
        value = self.coordinator.data.event_data.get(self._key)
        if value is not None:
            self._attr_native_value = value
            self.async_write_ha_state()
